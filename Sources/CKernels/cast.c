// Conversions between dtypes, total: every value of one has a defined image in the other.
#include "half.h"

uint8_t ck_default_dtype_value = CK_FLOAT32;

// Out of range and NaN give the smallest integer, as the conversion instructions of x86 do; elsewhere C leaves them
// undefined, and ARM's saturate.
CK_INLINE int32_t whole32_f32(float v) { return v >= -0x1p31f && v < 0x1p31f ? (int32_t)v : INT32_MIN; }
CK_INLINE int32_t whole32_f64(double v) { return v > -0x1.00000002p31 && v < 0x1p31 ? (int32_t)v : INT32_MIN; }
CK_INLINE int64_t whole64_f32(float v) { return v >= -0x1p63f && v < 0x1p63f ? (int64_t)v : INT64_MIN; }
CK_INLINE int64_t whole64_f64(double v) { return v >= -0x1p63 && v < 0x1p63 ? (int64_t)v : INT64_MIN; }

#define WHOLE32(v) _Generic((v), float: whole32_f32, double: whole32_f64, default: as_is)(v)
#define WHOLE64(v) _Generic((v), float: whole64_f32, double: whole64_f64, default: as_is)(v)
CK_INLINE int64_t as_is(int64_t v) { return v; }

#define LOOP(from, to, T, LOAD, R, EXPRESSION)                                                            \
    CK_CLONES static void cast_##from##_##to(int64_t n, const void *xp, int64_t xs, void *op, int64_t os) { \
        const T *x = xp;                                                                                  \
        R *out = op;                                                                                      \
        if (xs == 1 && os == 1) {                                                                         \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const __auto_type v = LOAD(x[i]);                                                         \
                out[i] = (R)(EXPRESSION);                                                                 \
            }                                                                                             \
            return;                                                                                       \
        }                                                                                                 \
        if (xs == 0 && os == 1 && n > 0) {                                                                \
            const __auto_type v = LOAD(x[0]);                                                             \
            const R image = (R)(EXPRESSION);                                                              \
            for (int64_t i = 0; i < n; i++) out[i] = image;                                               \
            return;                                                                                       \
        }                                                                                                 \
        CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                       \
            const __auto_type v = LOAD(x[i * xs]);                                                        \
            out[i * os] = (R)(EXPRESSION);                                                                \
        }                                                                                                 \
    }

// float16 and bfloat16 go through float32, from wider numbers too: PyTorch's way, which rounds twice there.
#define FROM(from, T, LOAD)                                                                               \
    LOOP(from, f32, T, LOAD, float, v)                                                                    \
    LOOP(from, f64, T, LOAD, double, v)                                                                   \
    LOOP(from, i64, T, LOAD, int64_t, WHOLE64(v))                                                         \
    LOOP(from, i32, T, LOAD, int32_t, WHOLE32(v))                                                         \
    LOOP(from, i16, T, LOAD, int16_t, WHOLE32(v))                                                         \
    LOOP(from, i8, T, LOAD, int8_t, WHOLE32(v))                                                           \
    LOOP(from, u8, T, LOAD, uint8_t, WHOLE32(v))                                                          \
    LOOP(from, bool, T, LOAD, uint8_t, v != 0)                                                            \
    LOOP(from, f16, T, LOAD, uint16_t, ck_f16_of_float((float)v))                                         \
    LOOP(from, bf16, T, LOAD, uint16_t, ck_bf16_of_float((float)v))
FROM(f32, float, )
FROM(f64, double, )
FROM(i64, int64_t, )
FROM(i32, int32_t, )
FROM(i16, int16_t, )
FROM(i8, int8_t, )
FROM(u8, uint8_t, )
FROM(f16, uint16_t, ck_float_of_f16)
FROM(bf16, uint16_t, ck_float_of_bf16)

// Processors with AVX2 have an instruction for eight at a time, which gives the same bits.
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#include <immintrin.h>
__attribute__((target("avx,f16c"))) static void narrow_by_eight(int64_t n, const void *xp, int64_t xs, void *op, int64_t os) {
    const float *x = xp;
    uint16_t *out = op;
    int64_t i = 0;
    if (xs == 1 && os == 1) {
        for (; i + 8 <= n; i += 8) {
            const __m128i halves = _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT);
            _mm_storeu_si128((__m128i *)(void *)(out + i), halves);
        }
    }
    cast_f32_f16(n - i, x + i * xs, xs, out + i * os, os);
}
static ck_unary_loop narrow_f16(void) { return __builtin_cpu_supports("avx2") ? narrow_by_eight : cast_f32_f16; }
#else
static ck_unary_loop narrow_f16(void) { return cast_f32_f16; }
#endif

#define ROW(from)                                                                                         \
    {                                                                                                     \
        [CK_FLOAT32] = cast_##from##_f32, [CK_FLOAT64] = cast_##from##_f64, [CK_INT64] = cast_##from##_i64, \
        [CK_INT32] = cast_##from##_i32, [CK_INT16] = cast_##from##_i16, [CK_INT8] = cast_##from##_i8,     \
        [CK_UINT8] = cast_##from##_u8, [CK_BOOL] = cast_##from##_bool, [CK_FLOAT16] = cast_##from##_f16,  \
        [CK_BFLOAT16] = cast_##from##_bf16                                                                \
    }

ck_unary_loop ck_cast_lookup(ck_dtype from, ck_dtype to) {
    static const ck_unary_loop table[CK_DTYPE_COUNT][CK_DTYPE_COUNT] = {
        [CK_FLOAT32] = ROW(f32), [CK_FLOAT64] = ROW(f64), [CK_INT64] = ROW(i64), [CK_INT32] = ROW(i32),
        [CK_INT16] = ROW(i16),   [CK_INT8] = ROW(i8),     [CK_UINT8] = ROW(u8),  [CK_BOOL] = ROW(u8),
        [CK_FLOAT16] = ROW(f16), [CK_BFLOAT16] = ROW(bf16),
    };
    if ((unsigned)from >= CK_DTYPE_COUNT || (unsigned)to >= CK_DTYPE_COUNT) return NULL;
    // A copy of bits: a float that goes through a register of another kind could have a signalling NaN quieted.
    if (from == to) {
        static const ck_unary_loop copies[CK_DTYPE_COUNT] = {
            [CK_FLOAT32] = cast_i32_i32, [CK_FLOAT64] = cast_i64_i64, [CK_INT64] = cast_i64_i64,
            [CK_INT32] = cast_i32_i32,   [CK_INT16] = cast_i16_i16,   [CK_INT8] = cast_i8_i8,
            [CK_UINT8] = cast_u8_u8,     [CK_BOOL] = cast_u8_u8,
            [CK_FLOAT16] = cast_i16_i16, [CK_BFLOAT16] = cast_i16_i16,
        };
        return copies[from];
    }
    if (from == CK_FLOAT32 && to == CK_FLOAT16) return narrow_f16();
    return table[from][to];
}
