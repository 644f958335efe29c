// Elementwise functions of one argument.
#include "functions.h"
#include "loops.h"
#include "vector_math.h"

UNARY_LOOP16(exp_f32, ck_exp16)
UNARY_LOOP16(log_f32, ck_log16)
UNARY_LOOP16(sigmoid_f32, ck_sigmoid16)
UNARY_LOOP16(tanh_f32, ck_tanh16)
UNARY_LOOP(, exp_f64, double, double, exp(v))
UNARY_LOOP(, log_f64, double, double, log(v))
UNARY_LOOP(, sigmoid_f64, double, double, 1 / (1 + exp(-v)))
UNARY_LOOP(, tanh_f64, double, double, tanh(v))

#define FLOAT_LOOPS(dtype, suffix, T)                                                                     \
    UNARY_LOOP(CK_CLONES, neg_##suffix, T, T, -v)                                                               \
    UNARY_LOOP(CK_CLONES, abs_##suffix, T, T, v < 0 ? -v : v == 0 ? (T)0 : v)                                   \
    UNARY_LOOP(CK_CLONES, sign_##suffix, T, T, (v > 0) - (v < 0))                                               \
    UNARY_LOOP(CK_CLONES, square_##suffix, T, T, v *v)                                                          \
    UNARY_LOOP(CK_CLONES, sqrt_##suffix, T, T, CK_SQRT_OF(v))                                                   \
    UNARY_LOOP(CK_CLONES, relu_##suffix, T, T, v < 0 ? (T)0 : v)                                                \
    UNARY_LOOP(CK_CLONES, isnan_##suffix, T, uint8_t, v != v)                                                   \
    UNARY_LOOP(CK_CLONES, isfinite_##suffix, T, uint8_t, v - v == 0)                                      \
    UNARY_LOOP(CK_CLONES, isinf_##suffix, T, uint8_t, (v == INFINITY) | (v == -INFINITY))                 \
    UNARY_LOOP(CK_CLONES, isposinf_##suffix, T, uint8_t, v == INFINITY)                                   \
    UNARY_LOOP(CK_CLONES, isneginf_##suffix, T, uint8_t, v == -INFINITY)                                  \
    UNARY_LOOP(CK_CLONES, signbit_##suffix, T, uint8_t, CK_MATH(copysign, T)(1, v) < 0)                   \
    UNARY_LOOP(CK_CLONES, ceil_##suffix, T, T, CK_MATH(ceil, T)(v))                                       \
    UNARY_LOOP(CK_CLONES, floor_##suffix, T, T, CK_MATH(floor, T)(v))                                     \
    UNARY_LOOP(CK_CLONES, trunc_##suffix, T, T, CK_MATH(trunc, T)(v))                                     \
    UNARY_LOOP(CK_CLONES, round_##suffix, T, T, CK_MATH(rint, T)(v))                                      \
    UNARY_LOOP(CK_CLONES, frac_##suffix, T, T, v - CK_MATH(trunc, T)(v))                                  \
    UNARY_LOOP(CK_CLONES, reciprocal_##suffix, T, T, 1 / v)                                               \
    UNARY_LOOP(CK_CLONES, rsqrt_##suffix, T, T, 1 / CK_SQRT_OF(v))                                        \
    static inline T mantissa_of_##suffix(T v) {                                                           \
        int exponent;                                                                                     \
        return CK_MATH(frexp, T)(v, &exponent);                                                           \
    }                                                                                                     \
    static inline int32_t exponent_of_##suffix(T v) {                                                     \
        int exponent;                                                                                     \
        CK_MATH(frexp, T)(v, &exponent);                                                                  \
        return v - v == 0 ? exponent : 0;                                                                 \
    }                                                                                                     \
    UNARY_LOOP(, mantissa_##suffix, T, T, mantissa_of_##suffix(v))                                        \
    UNARY_LOOP(, exponent_##suffix, T, int32_t, exponent_of_##suffix(v))
CK_FLOAT_TYPES(FLOAT_LOOPS)

#define INT_LOOPS(dtype, suffix, T, U)                                                                    \
    UNARY_LOOP(CK_CLONES, neg_##suffix, T, T, (U)0 - (U)v)                                                      \
    UNARY_LOOP(CK_CLONES, abs_##suffix, T, T, v > 0 ? (U)v : (U)0 - (U)v)                                       \
    UNARY_LOOP(CK_CLONES, sign_##suffix, T, T, v > 0 ? 1 : -(v != 0))                                           \
    UNARY_LOOP(CK_CLONES, square_##suffix, T, T, (U)v *(U)v)                                                    \
    UNARY_LOOP(CK_CLONES, relu_##suffix, T, T, v > 0 ? v : 0)
#define COPY_LOOPS(dtype, suffix, T, U)                                                                   \
    UNARY_LOOP(CK_CLONES, copy_##suffix, T, T, v)                                                         \
    UNARY_LOOP(CK_CLONES, bitwise_not_##suffix, T, T, ~(U)v)
#define SIGNED_INT_TYPES(X)                                                                               \
    X(CK_INT64, i64, int64_t, uint64_t)                                                                   \
    X(CK_INT32, i32, int32_t, uint32_t)                                                                   \
    X(CK_INT16, i16, int16_t, uint32_t)                                                                   \
    X(CK_INT8, i8, int8_t, uint32_t)
SIGNED_INT_TYPES(INT_LOOPS)
CK_INT_TYPES(COPY_LOOPS)
#define SIGN_LOOP(dtype, suffix, T, U) UNARY_LOOP(CK_CLONES, signbit_##suffix, T, uint8_t, v < 0)
SIGNED_INT_TYPES(SIGN_LOOP)

UNARY_LOOP(CK_CLONES, neg_u8, uint8_t, uint8_t, 0u - v)
UNARY_LOOP(CK_CLONES, square_u8, uint8_t, uint8_t, v *v)
UNARY_LOOP(CK_CLONES, nonzero_u8, uint8_t, uint8_t, v != 0)

#define NOT_LOOP(dtype, suffix, T, ...) UNARY_LOOP(CK_CLONES, not_##suffix, T, uint8_t, v == 0)
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
#define INTEGERS(name) SIGNED(name), [CK_UINT8] = name##_u8
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
        [CK_CEIL] = {FLOATS(ceil), INTEGERS(copy)},
        [CK_FLOOR] = {FLOATS(floor), INTEGERS(copy)},
        [CK_TRUNC] = {FLOATS(trunc), INTEGERS(copy)},
        [CK_ROUND] = {FLOATS(round), INTEGERS(copy)},
        [CK_FRAC] = {FLOATS(frac)},
        [CK_RECIPROCAL] = {FLOATS(reciprocal)},
        [CK_RSQRT] = {FLOATS(rsqrt)},
        [CK_MANTISSA] = {FLOATS(mantissa)},
        [CK_EXPONENT] = {FLOATS(exponent)},
        [CK_ISINF] = {FLOATS(isinf), INTEGERS_AND_BOOL(all_false)},
        [CK_ISPOSINF] = {FLOATS(isposinf), INTEGERS_AND_BOOL(all_false)},
        [CK_ISNEGINF] = {FLOATS(isneginf), INTEGERS_AND_BOOL(all_false)},
        [CK_SIGNBIT] = {FLOATS(signbit), SIGNED(signbit), [CK_UINT8] = all_false, [CK_BOOL] = all_false},
        [CK_BITWISE_NOT] = {INTEGERS(bitwise_not), [CK_BOOL] = not_u8},
    };
    if ((unsigned)op >= CK_UNARY_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    return table[op][dtype] ? table[op][dtype] : ck_unary_function(op, dtype);
}
