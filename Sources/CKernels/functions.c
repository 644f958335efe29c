// Elementary and special functions: float32 in float64 lanes or by way of one float64, float64 by the C library.
#include "functions.h"
#include "loops.h"
#include "special.h"
#include "wide_math.h"

// ---- one argument ---------------------------------------------------------------------------------------------------

// The multiples of pi / 2 in numbers beyond the limit have more bits than the lanes can take: one at a time.
#define CIRCULAR(name, FUNCTION, scalar, LIMIT)                                                           \
    WIDE(name##_near, FUNCTION)                                                                           \
    static void name##_far(const ck_f32x16 *x, ck_f32x16 *y) {                                            \
        float arguments[16], results[16];                                                                 \
        memcpy(arguments, x, sizeof arguments);                                                           \
        memcpy(results, y, sizeof results);                                                               \
        for (int i = 0; i < 16; i++)                                                                      \
            if (!(fabsf(arguments[i]) <= LIMIT)) results[i] = (float)scalar((double)arguments[i]);        \
        memcpy(y, results, sizeof results);                                                               \
    }                                                                                                     \
    CK_INLINE CK_WIDE void name(const ck_f32x16 *input, ck_f32x16 *output) {                              \
        const ck_f32x16 x = *input;                                                                       \
        name##_near(&x, output);                                                                          \
        const float limit = LIMIT;                                                                        \
        int32_t bits;                                                                                     \
        memcpy(&bits, &limit, sizeof bits);                                                               \
        const ck_i32x16 far = ((ck_i32x16)x & INT32_MAX) > bits;                                          \
        if (any16(&far)) name##_far(&x, output);                                                          \
    }

CK_INLINE bool any16(const ck_i32x16 *mask) {
    uint64_t lanes[8], any = 0;
    memcpy(lanes, mask, sizeof lanes);
    CK_UNROLL for (int i = 0; i < 8; i++) any |= lanes[i];
    return any != 0;
}

static double sinc(double x) {
    const double y = 3.141592653589793 * x;
    return y == 0 ? 1 : sin(y) / y;
}
static double logit(double x) { return log(x / (1 - x)); }

WIDE(expm1_16, ck_expm1_8)
WIDE(exp2_16, ck_exp2_8)
WIDE(log2_16, ck_log2_8)
WIDE(log10_16, ck_log10_8)
WIDE(log1p_16, ck_log1p8)
WIDE(logit_16, ck_logit8)
CIRCULAR(sin_16, ck_sin8, sin, CK_CIRCULAR_LIMIT)
CIRCULAR(cos_16, ck_cos8, cos, CK_CIRCULAR_LIMIT)
CIRCULAR(tan_16, ck_tan8, tan, CK_CIRCULAR_LIMIT)
CIRCULAR(sinc_16, ck_sinc8, sinc, CK_CIRCULAR_LIMIT / 4)
WIDE(asin_16, ck_asin8)
WIDE(acos_16, ck_acos8)
WIDE(atan_16, ck_atan8)
WIDE(sinh_16, ck_sinh8)
WIDE(cosh_16, ck_cosh8)
WIDE(asinh_16, ck_asinh8)
WIDE(acosh_16, ck_acosh8)
WIDE(atanh_16, ck_atanh8)
WIDE(erf_16, ck_erf8)
WIDE(erfc_16, ck_erfc8)
WIDE(ndtr_16, ck_ndtr8)

#define ELEMENTARY(X)                                                                                     \
    X(CK_EXPM1, expm1)                                                                                    \
    X(CK_EXP2, exp2)                                                                                      \
    X(CK_LOG2, log2)                                                                                      \
    X(CK_LOG10, log10)                                                                                    \
    X(CK_LOG1P, log1p)                                                                                    \
    X(CK_LOGIT, logit)                                                                                    \
    X(CK_SIN, sin)                                                                                        \
    X(CK_COS, cos)                                                                                        \
    X(CK_TAN, tan)                                                                                        \
    X(CK_SINC, sinc)                                                                                      \
    X(CK_ASIN, asin)                                                                                      \
    X(CK_ACOS, acos)                                                                                      \
    X(CK_ATAN, atan)                                                                                      \
    X(CK_SINH, sinh)                                                                                      \
    X(CK_COSH, cosh)                                                                                      \
    X(CK_ASINH, asinh)                                                                                    \
    X(CK_ACOSH, acosh)                                                                                    \
    X(CK_ATANH, atanh)                                                                                    \
    X(CK_ERF, erf)                                                                                        \
    X(CK_ERFC, erfc)                                                                                      \
    X(CK_NDTR, ck_ndtr)
#define ck_ndtr_16 ndtr_16

#define ELEMENTARY_LOOPS(op, function)                                                                    \
    UNARY_LOOP16(function##_f32, function##_16)                                                           \
    UNARY_LOOP(, function##_f64, double, double, function(v))
ELEMENTARY(ELEMENTARY_LOOPS)

#define SPECIAL(X)                                                                                        \
    X(CK_ERFCX, ck_erfcx)                                                                                 \
    X(CK_ERFINV, ck_erfinv)                                                                               \
    X(CK_NDTRI, ck_ndtri)                                                                                 \
    X(CK_LOG_NDTR, ck_log_ndtr)                                                                           \
    X(CK_ENTR, ck_entr)                                                                                   \
    X(CK_LGAMMA, ck_lgamma)                                                                               \
    X(CK_DIGAMMA, ck_digamma)                                                                             \
    X(CK_I0, ck_i0)                                                                                       \
    X(CK_I0E, ck_i0e)                                                                                     \
    X(CK_I1, ck_i1)                                                                                       \
    X(CK_I1E, ck_i1e)

#define SPECIAL_LOOPS(op, function)                                                                       \
    UNARY_LOOP(, function##_f32, float, float, function((double)v))                                       \
    UNARY_LOOP(, function##_f64, double, double, function(v))
SPECIAL(SPECIAL_LOOPS)

ck_unary_loop ck_unary_function(ck_unary op, ck_dtype dtype) {
#define CASE(op, function)                                                                                \
    case op: return dtype == CK_FLOAT32 ? function##_f32 : dtype == CK_FLOAT64 ? function##_f64 : NULL;
    switch (op) {
        ELEMENTARY(CASE)
        SPECIAL(CASE)
    default: return NULL;
    }
}

// ---- two arguments --------------------------------------------------------------------------------------------------

static double logaddexp(double a, double b) {
    if (a == b && isinf(a)) return a;
    return (a > b ? a : b) + log1p(exp(-fabs(a - b)));
}
static double logaddexp2(double a, double b) {
    if (a == b && isinf(a)) return a;
    return (a > b ? a : b) + log1p(exp2(-fabs(a - b))) * 1.4426950408889634;
}
static double xlogy(double a, double b) { return a == 0 && b == b ? 0 : a * log(b); }
static double xlog1py(double a, double b) { return a == 0 && b == b ? 0 : a * log1p(b); }

#define PAIRS(X)                                                                                          \
    X(CK_ATAN2, atan2)                                                                                    \
    X(CK_HYPOT, hypot)                                                                                    \
    X(CK_LOGADDEXP, logaddexp)                                                                            \
    X(CK_LOGADDEXP2, logaddexp2)                                                                          \
    X(CK_XLOGY, xlogy)                                                                                    \
    X(CK_XLOG1PY, xlog1py)
#define SPECIAL_PAIRS(X)                                                                                  \
    X(CK_ZETA, ck_zeta)                                                                                   \
    X(CK_POLYGAMMA, ck_polygamma)

BINARY_WIDE(atan2_f32, ck_atan2_8)
BINARY_WIDE(hypot_f32, ck_hypot8)
BINARY_WIDE(logaddexp_f32, ck_logaddexp8)
BINARY_WIDE(logaddexp2_f32, ck_logaddexp2_8)
BINARY_WIDE(xlogy_f32, ck_xlogy8)
BINARY_WIDE(xlog1py_f32, ck_xlog1py8)

#define PAIR_LOOP(op, function) BINARY_LOOP(, function##_f64, double, double, function(u, v))
#define SPECIAL_PAIR_LOOPS(op, function)                                                                  \
    PAIR_LOOP(op, function) BINARY_LOOP(, function##_f32, float, float, function((double)u, (double)v))
PAIRS(PAIR_LOOP)
SPECIAL_PAIRS(SPECIAL_PAIR_LOOPS)

ck_binary_loop ck_binary_function(ck_binary op, ck_dtype dtype) {
    switch (op) {
        PAIRS(CASE)
        SPECIAL_PAIRS(CASE)
    default: return NULL;
    }
}
