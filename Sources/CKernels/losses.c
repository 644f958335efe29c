// Losses of single elements, and their slopes.
#include "cklosses.h"

#include "loops.h"
#include "vector_math.h"
#include "wide_math.h"

// ---- Arithmetic -----------------------------------------------------------------------------------------------------

#define VALUE_LOOP(name, T, EXPRESSION)                                                                   \
    CK_CLONES static void name(int64_t n, const void *xp, int64_t xs, const void *tp, int64_t ts, void *op, int64_t os, \
                               double parameter) {                                                        \
        const T *x = xp, *t = tp, p = (T)parameter;                                                       \
        T *out = op;                                                                                      \
        (void)p;                                                                                          \
        if (xs == 1 && ts == 1 && os == 1) {                                                              \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T d = x[i] - t[i], a = CK_ABSOLUTE(d);                                              \
                (void)a;                                                                                  \
                out[i] = (EXPRESSION);                                                                    \
            }                                                                                             \
            return;                                                                                       \
        }                                                                                                 \
        CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                       \
            const T d = x[i * xs] - t[i * ts], a = CK_ABSOLUTE(d);                                        \
            (void)a;                                                                                      \
            out[i * os] = (EXPRESSION);                                                                   \
        }                                                                                                 \
    }
// The gradient of a reduced loss is one number, which is read once.
#define SLOPE_LOOP(name, T, EXPRESSION)                                                                   \
    CK_CLONES static void name(int64_t n, const void *gp, int64_t gs, const void *xp, int64_t xs, const void *tp, \
                               int64_t ts, void *op, int64_t os, double parameter) {                      \
        const T *g = gp, *x = xp, *t = tp, p = (T)parameter;                                              \
        T *out = op;                                                                                      \
        (void)p;                                                                                          \
        if (n > 0 && gs == 0 && xs == 1 && ts == 1 && os == 1) {                                          \
            const T factor = *g;                                                                          \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T d = x[i] - t[i];                                                                  \
                out[i] = factor * (EXPRESSION);                                                           \
            }                                                                                             \
            return;                                                                                       \
        }                                                                                                 \
        CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                       \
            const T d = x[i * xs] - t[i * ts];                                                            \
            out[i * os] = g[i * gs] * (EXPRESSION);                                                       \
        }                                                                                                 \
    }
#define SIGN(T, v) ((T)(((v) > 0) - ((v) < 0)))
// Of a difference of p or more the sign; NaN stays.
#define DIFFERENCES(dtype, suffix, T)                                                                     \
    VALUE_LOOP(absolute_##suffix, T, a)                                                                   \
    VALUE_LOOP(square_##suffix, T, d *d)                                                                  \
    VALUE_LOOP(smooth_##suffix, T, a < p ? (T)0.5 * d * d / p : a - (T)0.5 * p)                           \
    VALUE_LOOP(huber_##suffix, T, a <= p ? (T)0.5 * d * d : p * (a - (T)0.5 * p))                         \
    SLOPE_LOOP(absolute_slope_##suffix, T, SIGN(T, d))                                                    \
    SLOPE_LOOP(square_slope_##suffix, T, (T)2 * d)                                                        \
    SLOPE_LOOP(smooth_slope_##suffix, T, d <= -p ? (T)-1 : d >= p ? (T)1 : d / p)                         \
    SLOPE_LOOP(huber_slope_##suffix, T, d <= -p ? -p : d >= p ? p : d)
CK_FLOAT_TYPES(DIFFERENCES)

// ---- Logarithms and exponentials: float32 eight at a time in float64, float64 by the C library -------------------------

#define AT_LEAST_MINUS_100(v) CK_SELECT8((v) < CK_SPLAT8(-100), CK_SPLAT8(-100), v)

/// log(1 + exp v), without overflow.
CK_INLINE CK_WIDE void softplus8(const ck_f64x8 *v, ck_f64x8 *output) {
    const ck_f64x8 negative = -CK_ABS8(*v);
    ck_f64x8 e, y;
    ck_exp8(&negative, &e);
    ck_log1p8(&e, &y);
    *output = CK_SELECT8(*v > CK_SPLAT8(0), *v, CK_SPLAT8(0)) + y;
}
CK_INLINE double softplus(double v) { return (v > 0 ? v : 0) + log1p(exp(-fabs(v))); }

CK_INLINE CK_WIDE void binary8(const ck_f64x8 *x, const ck_f64x8 *t, ck_f64x8 *output) {
    const ck_f64x8 negated = -*x;
    ck_f64x8 a, b;
    ck_log8(x, &a);
    ck_log1p8(&negated, &b);
    *output = (*t - CK_SPLAT8(1)) * AT_LEAST_MINUS_100(b) - *t * AT_LEAST_MINUS_100(a);
}
CK_INLINE CK_WIDE void logits8(const ck_f64x8 *x, const ck_f64x8 *t, ck_f64x8 *output) {
    const ck_f64x8 negated = -*x;
    ck_f64x8 y;
    softplus8(&negated, &y);
    *output = (CK_SPLAT8(1) - *t) * *x + y;
}
CK_INLINE CK_WIDE void soft_margin8(const ck_f64x8 *x, const ck_f64x8 *t, ck_f64x8 *output) {
    const ck_f64x8 z = -*t * *x;
    softplus8(&z, output);
}
BINARY_WIDE(wide_binary, binary8)
BINARY_WIDE(wide_logits, logits8)
BINARY_WIDE(wide_soft_margin, soft_margin8)

CK_INLINE double limited_log(double v) { return v < -100 ? -100 : v; }
BINARY_LOOP(CK_CLONES, long_binary, double, double, (v - 1) * limited_log(log1p(-u)) - v * limited_log(log(u)))
BINARY_LOOP(CK_CLONES, long_logits, double, double, (1 - v) * u + softplus(-u))
BINARY_LOOP(CK_CLONES, long_soft_margin, double, double, softplus(-v * u))

// The slopes with regard to x.
CK_INLINE double logistic(double v) {
    const double e = exp(-fabs(v));
    return (v < 0 ? e : 1) / (1 + e);
}
BINARY_LOOP(CK_CLONES, short_binary_slope, float, float,
            (u - v) / ((1 - u) * u < 1e-12f ? 1e-12f : (1 - u) * u))
BINARY_LOOP(CK_CLONES, long_binary_slope, double, double, (u - v) / ((1 - u) * u < 1e-12 ? 1e-12 : (1 - u) * u))
BINARY_LOOP(CK_CLONES, long_logits_slope, double, double, logistic(u) - v)
BINARY_LOOP(CK_CLONES, long_soft_margin_slope, double, double, -v *logistic(-v * u))

CK_INLINE CK_WIDE void logistic8(const ck_f64x8 *v, ck_f64x8 *output) {
    const ck_f64x8 negative = -CK_ABS8(*v);
    ck_f64x8 e;
    ck_exp8(&negative, &e);
    *output = CK_SELECT8(*v < CK_SPLAT8(0), e, CK_SPLAT8(1)) / (CK_SPLAT8(1) + e);
}
CK_INLINE CK_WIDE void logits_slope8(const ck_f64x8 *x, const ck_f64x8 *t, ck_f64x8 *output) {
    ck_f64x8 y;
    logistic8(x, &y);
    *output = y - *t;
}
CK_INLINE CK_WIDE void soft_margin_slope8(const ck_f64x8 *x, const ck_f64x8 *t, ck_f64x8 *output) {
    const ck_f64x8 z = -*t * *x;
    ck_f64x8 y;
    logistic8(&z, &y);
    *output = -*t * y;
}
BINARY_WIDE(wide_logits_slope, logits_slope8)
BINARY_WIDE(wide_soft_margin_slope, soft_margin_slope8)

#define PROBABILITIES(dtype, suffix, T)                                                                   \
    static bool probabilities_##suffix(int64_t n, const T *x, int64_t xs) {                               \
        int outside = 0;                                                                                  \
        /* NaN is not in the interval either. */                                                          \
        for (int64_t i = 0; i < n; i++) outside |= !(x[i * xs] >= 0) | !(x[i * xs] <= 1);                 \
        return !outside;                                                                                  \
    }
CK_FLOAT_TYPES(PROBABILITIES)

bool ck_are_probabilities(ck_dtype dtype, int64_t n, const void *x, int64_t xs) {
    return dtype == CK_FLOAT32 ? probabilities_f32(n, x, xs) : probabilities_f64(n, x, xs);
}

// ---- Dispatch -------------------------------------------------------------------------------------------------------

typedef void (*value_loop)(int64_t, const void *, int64_t, const void *, int64_t, void *, int64_t, double);
typedef void (*slope_loop)(int64_t, const void *, int64_t, const void *, int64_t, const void *, int64_t, void *, int64_t, double);

void ck_loss_run(ck_loss op, ck_dtype dtype, int64_t n, const void *x, int64_t xs, const void *t, int64_t ts, void *out,
                 int64_t os, double p) {
    static const value_loop differences[][2] = {
        {absolute_f32, absolute_f64}, {square_f32, square_f64}, {smooth_f32, smooth_f64}, {huber_f32, huber_f64}};
    static const ck_binary_loop functions[][2] = {
        {wide_binary, long_binary}, {wide_logits, long_logits}, {wide_soft_margin, long_soft_margin}};
    if ((unsigned)op >= CK_LOSS_COUNT || (unsigned)dtype > CK_FLOAT64) return;
    if (op < CK_LOSS_BINARY) differences[op][dtype](n, x, xs, t, ts, out, os, p);
    else functions[op - CK_LOSS_BINARY][dtype](n, x, xs, t, ts, out, os);
}

void ck_loss_grad(ck_loss op, ck_dtype dtype, int64_t n, const void *g, int64_t gs, const void *x, int64_t xs,
                  const void *t, int64_t ts, void *out, int64_t os, double p) {
    static const slope_loop differences[][2] = {
        {absolute_slope_f32, absolute_slope_f64}, {square_slope_f32, square_slope_f64},
        {smooth_slope_f32, smooth_slope_f64}, {huber_slope_f32, huber_slope_f64}};
    static const ck_binary_loop functions[][2] = {
        {short_binary_slope, long_binary_slope}, {wide_logits_slope, long_logits_slope},
        {wide_soft_margin_slope, long_soft_margin_slope}};
    if ((unsigned)op >= CK_LOSS_COUNT || (unsigned)dtype > CK_FLOAT64) return;
    if (op < CK_LOSS_BINARY) {
        differences[op][dtype](n, g, gs, x, xs, t, ts, out, os, p);
        return;
    }
    // The slopes, times the gradient in a second pass over a piece that is in the cache.
    const ck_binary_loop slopes = functions[op - CK_LOSS_BINARY][dtype], product = ck_binary_lookup(CK_MUL, dtype);
    const int64_t width = dtype == CK_FLOAT32 ? 4 : 8;
    for (int64_t i = 0; i < n; i += CK_PIECE) {
        const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
        char *piece = (char *)out + i * os * width;
        slopes(count, (const char *)x + i * xs * width, xs, (const char *)t + i * ts * width, ts, piece, os);
        product(count, piece, os, (const char *)g + i * gs * width, gs, piece, os);
    }
}
