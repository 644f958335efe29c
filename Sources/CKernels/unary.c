// Elementwise functions of one argument.
#include "internal.h"
#include "vector_math.h"

#define LOOP(attributes, name, T, R, EXPRESSION)                                                          \
    attributes static void name(int64_t n, const void *xp, int64_t xs, void *op, int64_t os) {            \
        const T *x = xp;                                                                                  \
        R *out = op;                                                                                      \
        if (xs == 1 && os == 1) {                                                                         \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T v = x[i];                                                                         \
                out[i] = (R)(EXPRESSION);                                                                 \
            }                                                                                             \
            return;                                                                                       \
        }                                                                                                 \
        CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                       \
            const T v = x[i * xs];                                                                        \
            out[i * os] = (R)(EXPRESSION);                                                                \
        }                                                                                                 \
    }

// Sixteen at a time; fewer, and elements that lie apart, go through a buffer.
#define LOOP16(name, FUNCTION)                                                                            \
    CK_CLONES static void name(int64_t n, const void *xp, int64_t xs, void *op, int64_t os) {     \
        const float *x = xp;                                                                              \
        float *out = op;                                                                                  \
        int64_t i = 0;                                                                                    \
        if (xs == 1 && os == 1 && n >= 16) {                                                              \
            /* The last sixteen overlap others; in place, they must be read before those are written. */  \
            ck_f32x16 v, last;                                                                            \
            memcpy(&last, x + n - 16, sizeof last);                                                       \
            for (; i + 16 <= n; i += 16) {                                                                \
                memcpy(&v, x + i, sizeof v);                                                              \
                FUNCTION(&v, &v);                                                                         \
                memcpy(out + i, &v, sizeof v);                                                            \
            }                                                                                             \
            if (i < n) {                                                                                  \
                FUNCTION(&last, &last);                                                                   \
                memcpy(out + n - 16, &last, sizeof last);                                                 \
            }                                                                                             \
            return;                                                                                       \
        }                                                                                                 \
        for (; i < n; i += 16) {                                                                          \
            const int64_t count = n - i < 16 ? n - i : 16;                                                \
            float lanes[16] = {0};                                                                        \
            CK_SCALAR for (int64_t j = 0; j < count; j++) lanes[j] = x[(i + j) * xs];                     \
            ck_f32x16 v;                                                                                  \
            memcpy(&v, lanes, sizeof v);                                                                  \
            FUNCTION(&v, &v);                                                                             \
            memcpy(lanes, &v, sizeof v);                                                                  \
            CK_SCALAR for (int64_t j = 0; j < count; j++) out[(i + j) * os] = lanes[j];                   \
        }                                                                                                 \
    }

LOOP16(exp_f32, ck_exp16)
LOOP16(log_f32, ck_log16)
LOOP16(sigmoid_f32, ck_sigmoid16)
LOOP16(tanh_f32, ck_tanh16)
LOOP(, exp_f64, double, double, exp(v))
LOOP(, log_f64, double, double, log(v))
LOOP(, sigmoid_f64, double, double, 1 / (1 + exp(-v)))
LOOP(, tanh_f64, double, double, tanh(v))

#define FLOAT_LOOPS(dtype, suffix, T)                                                                     \
    LOOP(CK_CLONES, neg_##suffix, T, T, -v)                                                               \
    LOOP(CK_CLONES, abs_##suffix, T, T, v < 0 ? -v : v == 0 ? (T)0 : v)                                   \
    LOOP(CK_CLONES, sign_##suffix, T, T, (v > 0) - (v < 0))                                               \
    LOOP(CK_CLONES, square_##suffix, T, T, v *v)                                                          \
    LOOP(CK_CLONES, sqrt_##suffix, T, T, CK_SQRT_OF(v))                                                   \
    LOOP(CK_CLONES, relu_##suffix, T, T, v < 0 ? (T)0 : v)                                                \
    LOOP(CK_CLONES, isnan_##suffix, T, uint8_t, v != v)                                                   \
    LOOP(CK_CLONES, isfinite_##suffix, T, uint8_t, v - v == 0)
CK_FLOAT_TYPES(FLOAT_LOOPS)

#define INT_LOOPS(dtype, suffix, T, U)                                                                    \
    LOOP(CK_CLONES, neg_##suffix, T, T, (U)0 - (U)v)                                                      \
    LOOP(CK_CLONES, abs_##suffix, T, T, v > 0 ? (U)v : (U)0 - (U)v)                                       \
    LOOP(CK_CLONES, sign_##suffix, T, T, v > 0 ? 1 : -(v != 0))                                           \
    LOOP(CK_CLONES, square_##suffix, T, T, (U)v *(U)v)                                                    \
    LOOP(CK_CLONES, relu_##suffix, T, T, v > 0 ? v : 0)
#define SIGNED_INT_TYPES(X)                                                                               \
    X(CK_INT64, i64, int64_t, uint64_t)                                                                   \
    X(CK_INT32, i32, int32_t, uint32_t)                                                                   \
    X(CK_INT16, i16, int16_t, uint32_t)                                                                   \
    X(CK_INT8, i8, int8_t, uint32_t)
SIGNED_INT_TYPES(INT_LOOPS)

LOOP(CK_CLONES, neg_u8, uint8_t, uint8_t, 0u - v)
LOOP(CK_CLONES, square_u8, uint8_t, uint8_t, v *v)
LOOP(CK_CLONES, nonzero_u8, uint8_t, uint8_t, v != 0)
LOOP(CK_CLONES, copy_u8, uint8_t, uint8_t, v)

#define NOT_LOOP(dtype, suffix, T, ...) LOOP(CK_CLONES, not_##suffix, T, uint8_t, v == 0)
CK_FLOAT_TYPES(NOT_LOOP)
CK_INT_TYPES(NOT_LOOP)

static void all_false(int64_t n, const void *x, int64_t xs, void *out, int64_t os) {
    (void)x, (void)xs;
    const uint8_t value = 0;
    ck_fill(1, n, out, os, &value);
}

static void all_true(int64_t n, const void *x, int64_t xs, void *out, int64_t os) {
    (void)x, (void)xs;
    const uint8_t value = 1;
    ck_fill(1, n, out, os, &value);
}

#define FLOATS(name) [CK_FLOAT32] = name##_f32, [CK_FLOAT64] = name##_f64
#define SIGNED(name) [CK_INT64] = name##_i64, [CK_INT32] = name##_i32, [CK_INT16] = name##_i16, [CK_INT8] = name##_i8
#define INTEGERS_AND_BOOL(name)                                                                           \
    [CK_INT64] = name, [CK_INT32] = name, [CK_INT16] = name, [CK_INT8] = name, [CK_UINT8] = name, [CK_BOOL] = name

ck_unary_loop ck_unary_lookup(ck_unary op, ck_dtype dtype) {
    static const ck_unary_loop table[CK_UNARY_COUNT][CK_DTYPE_COUNT] = {
        [CK_NEG] = {FLOATS(neg), SIGNED(neg), [CK_UINT8] = neg_u8},
        [CK_ABS] = {FLOATS(abs), SIGNED(abs), [CK_UINT8] = copy_u8},
        [CK_SIGN] = {FLOATS(sign), SIGNED(sign), [CK_UINT8] = nonzero_u8, [CK_BOOL] = copy_u8},
        [CK_SQUARE] = {FLOATS(square), SIGNED(square), [CK_UINT8] = square_u8},
        [CK_EXP] = {FLOATS(exp)},
        [CK_LOG] = {FLOATS(log)},
        [CK_SQRT] = {FLOATS(sqrt)},
        [CK_RELU] = {FLOATS(relu), SIGNED(relu), [CK_UINT8] = copy_u8},
        [CK_SIGMOID] = {FLOATS(sigmoid)},
        [CK_TANH] = {FLOATS(tanh)},
        [CK_ISNAN] = {FLOATS(isnan), INTEGERS_AND_BOOL(all_false)},
        [CK_ISFINITE] = {FLOATS(isfinite), INTEGERS_AND_BOOL(all_true)},
        [CK_LOGICAL_NOT] = {FLOATS(not), SIGNED(not), [CK_UINT8] = not_u8, [CK_BOOL] = not_u8},
    };
    if ((unsigned)op >= CK_UNARY_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    return table[op][dtype];
}
