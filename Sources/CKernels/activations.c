// Activation functions and their gradients: float32 in lanes of sixteen, float64 by the C library.
#include "loops.h"
#include "special.h"
#include "vector_math.h"
#include "wide_math.h"

// Of contiguous elements, in place or apart. a, b and c are the function's parameters.
typedef void (*forward_f32)(int64_t n, const float *x, float *out, float a, float b, float c);
typedef void (*forward_f64)(int64_t n, const double *x, double *out, double a, double b, double c);
typedef void (*gradient_f32)(int64_t n, const float *g, const float *x, float *out, float a, float b, float c);
typedef void (*gradient_f64)(int64_t n, const double *g, const double *x, double *out, double a, double b, double c);

// ---- expressions: v an element, u its gradient ----------------------------------------------------------------------

#define FORWARD(attributes, name, T, EXPRESSION)                                                          \
    attributes static void name(int64_t n, const T *x, T *out, T a, T b, T c) {                           \
        (void)a, (void)b, (void)c;                                                                        \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                  \
            const T v = x[i];                                                                             \
            out[i] = (T)(EXPRESSION);                                                                     \
        }                                                                                                 \
    }
#define GRADIENT(attributes, name, T, EXPRESSION)                                                         \
    attributes static void name(int64_t n, const T *g, const T *x, T *out, T a, T b, T c) {               \
        (void)a, (void)b, (void)c;                                                                        \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                  \
            const T u = g[i], v = x[i];                                                                   \
            out[i] = (T)(EXPRESSION);                                                                     \
        }                                                                                                 \
    }

#define MAGNITUDE(v) ((v) < 0 ? -(v) : (v))
// Comparisons are such that NaN stays, and has the gradient that PyTorch gives it.
#define PIECEWISE(dtype, suffix, T)                                                                       \
    FORWARD(CK_CLONES, hardtanh_##suffix, T, v < a ? a : v > b ? b : v)                                   \
    GRADIENT(CK_CLONES, hardtanh_grad_##suffix, T, ((v > a) & (v < b)) ? u : 0)                           \
    FORWARD(CK_CLONES, leaky_##suffix, T, v > 0 ? v : v * a)                                              \
    GRADIENT(CK_CLONES, leaky_grad_##suffix, T, v > 0 ? u : u * a)                                        \
    FORWARD(CK_CLONES, hardsigmoid_##suffix, T, (v + 3 < 0 ? 0 : v + 3 > 6 ? 6 : v + 3) / 6)              \
    GRADIENT(CK_CLONES, hardsigmoid_grad_##suffix, T, ((v > -3) & (v < 3)) ? u / 6 : 0)                   \
    FORWARD(CK_CLONES, hardswish_##suffix, T, v * (v + 3 < 0 ? 0 : v + 3 > 6 ? 6 : v + 3) / 6)            \
    GRADIENT(CK_CLONES, hardswish_grad_##suffix, T, v <= -3 ? 0 : v < 3 ? u * (v / 3 + (T)0.5) : u)       \
    FORWARD(CK_CLONES, hardshrink_##suffix, T, ((v >= -a) & (v <= a)) ? 0 : v)                            \
    FORWARD(CK_CLONES, softshrink_##suffix, T, v > a ? v - a : v < -a ? v + a : v == v ? 0 : v)           \
    GRADIENT(CK_CLONES, shrink_grad_##suffix, T, ((v < -a) | (v > a)) ? u : 0)                            \
    FORWARD(CK_CLONES, threshold_##suffix, T, v <= a ? b : v)                                             \
    GRADIENT(CK_CLONES, threshold_grad_##suffix, T, v <= a ? 0 : u)                                       \
    FORWARD(CK_CLONES, softsign_##suffix, T, v / (1 + MAGNITUDE(v)))                                      \
    GRADIENT(CK_CLONES, softsign_grad_##suffix, T, u / (1 + MAGNITUDE(v)) / (1 + MAGNITUDE(v)))
CK_FLOAT_TYPES(PIECEWISE)

// ---- float64 --------------------------------------------------------------------------------------------------------

#define ROOT_2_OVER_PI 0.7978845608028654
#define CUBIC 0.044715
#define DENSITY_AT_0 0.3989422804014327  // 1 / sqrt(2 pi)

static inline double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static inline double log_of_exp_plus_1(double x) { return (x > 0 ? x : 0) + log1p(exp(-fabs(x))); }

// (1 + tanh u) / 2 is the sigmoid of 2 u, which has no cancellation for negative u.
static inline double gelu_tanh_gate(double x) { return sigmoid(2 * ROOT_2_OVER_PI * (x + CUBIC * x * x * x)); }
static inline double gelu_tanh_slope(double x) {
    const double s = gelu_tanh_gate(x);
    return s + x * s * (1 - s) * 2 * ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x);
}
static inline double gelu_slope(double x) { return ck_ndtr(x) + x * DENSITY_AT_0 * exp(-0.5 * x * x); }
static inline double silu_slope(double x) {
    const double s = sigmoid(x);
    return s * (1 + x * (1 - s));
}

// tanh(log(1 + e)) for e = exp x is n / (n + 2), n = e (e + 2). Beyond the limit it is 1, and e is kept from overflowing.
static inline double mish_power(double x) { return exp(x > 40 ? 40 : x); }
static inline double mish_gate(double x) {
    const double e = mish_power(x), n = e * (e + 2);
    return n / (n + 2);
}
static inline double mish_slope(double x) {
    const double e = mish_power(x), n = e * (e + 2), t = n / (n + 2);
    return t + (x > 40 ? 40 : x) * (2 / (n + 2)) * (1 + t) * (e / (1 + e));
}

FORWARD(, elu_f64, double, v <= 0 ? expm1(v * c) * a : v * b)
GRADIENT(, elu_grad_f64, double, v <= 0 ? u * c * a * exp(v * c) : u * b)
FORWARD(, gelu_f64, double, v * ck_ndtr(v))
GRADIENT(, gelu_grad_f64, double, u * gelu_slope(v))
FORWARD(, gelu_tanh_f64, double, v * gelu_tanh_gate(v))
GRADIENT(, gelu_tanh_grad_f64, double, u * gelu_tanh_slope(v))
FORWARD(, silu_f64, double, v * sigmoid(v))
GRADIENT(, silu_grad_f64, double, u * silu_slope(v))
FORWARD(, mish_f64, double, v * mish_gate(v))
GRADIENT(, mish_grad_f64, double, u * mish_slope(v))
FORWARD(, softplus_f64, double, v * a > b ? v : log_of_exp_plus_1(v * a) / a)
GRADIENT(, softplus_grad_f64, double, v * a > b ? u : u * sigmoid(v * a))
FORWARD(, logsigmoid_f64, double, -log_of_exp_plus_1(-v))
GRADIENT(, logsigmoid_grad_f64, double, u * sigmoid(-v))
FORWARD(, tanhshrink_f64, double, v - tanh(v))
GRADIENT(, tanhshrink_grad_f64, double, u * tanh(v) * tanh(v))

// ---- float32 --------------------------------------------------------------------------------------------------------

// Functions of a vector x; y is the result, u the gradient. The parameters are numbers.
#define VECTOR_FORWARD(name, BODY)                                                                        \
    CK_INLINE CK_WIDE void name##_16(const ck_f32x16 *input, ck_f32x16 *output, float a, float b, float c) { \
        (void)a, (void)b, (void)c;                                                                        \
        const ck_f32x16 x = *input;                                                                       \
        ck_f32x16 y;                                                                                      \
        BODY                                                                                              \
        *output = y;                                                                                      \
    }                                                                                                     \
    CK_CLONES static void name##_f32(int64_t n, const float *x, float *out, float a, float b, float c) {  \
        ck_f32x16 v;                                                                                      \
        int64_t i = 0;                                                                                    \
        for (; i + 16 <= n; i += 16) {                                                                    \
            memcpy(&v, x + i, sizeof v);                                                                  \
            name##_16(&v, &v, a, b, c);                                                                   \
            memcpy(out + i, &v, sizeof v);                                                                \
        }                                                                                                 \
        if (i < n) {                                                                                      \
            const size_t rest = (size_t)(n - i) * sizeof(float);                                          \
            float lanes[16] = {0};                                                                        \
            memcpy(lanes, x + i, rest);                                                                   \
            memcpy(&v, lanes, sizeof v);                                                                  \
            name##_16(&v, &v, a, b, c);                                                                   \
            memcpy(lanes, &v, sizeof v);                                                                  \
            memcpy(out + i, lanes, rest);                                                                 \
        }                                                                                                 \
    }
#define VECTOR_GRADIENT(name, BODY)                                                                       \
    CK_INLINE CK_WIDE void name##_16(const ck_f32x16 *gradient, const ck_f32x16 *input, ck_f32x16 *output, \
                                     float a, float b, float c) {                                         \
        (void)a, (void)b, (void)c;                                                                        \
        const ck_f32x16 x = *input, u = *gradient;                                                        \
        ck_f32x16 y;                                                                                      \
        BODY                                                                                              \
        *output = y;                                                                                      \
    }                                                                                                     \
    CK_CLONES static void name##_f32(int64_t n, const float *g, const float *x, float *out, float a, float b, float c) { \
        ck_f32x16 u, v;                                                                                   \
        int64_t i = 0;                                                                                    \
        for (; i + 16 <= n; i += 16) {                                                                    \
            memcpy(&u, g + i, sizeof u);                                                                  \
            memcpy(&v, x + i, sizeof v);                                                                  \
            name##_16(&u, &v, &v, a, b, c);                                                               \
            memcpy(out + i, &v, sizeof v);                                                                \
        }                                                                                                 \
        if (i < n) {                                                                                      \
            const size_t rest = (size_t)(n - i) * sizeof(float);                                          \
            float lanes[16] = {0};                                                                        \
            memcpy(lanes, g + i, rest);                                                                   \
            memcpy(&u, lanes, sizeof u);                                                                  \
            memcpy(lanes, x + i, rest);                                                                   \
            memcpy(&v, lanes, sizeof v);                                                                  \
            name##_16(&u, &v, &v, a, b, c);                                                               \
            memcpy(lanes, &v, sizeof v);                                                                  \
            memcpy(out + i, lanes, rest);                                                                 \
        }                                                                                                 \
    }

// log(1 + exp x) in float64.
CK_INLINE CK_WIDE void log_of_exp_plus_1_8(const ck_f64x8 *input, ck_f64x8 *output) {
    const ck_f64x8 x = *input, zero = CK_SPLAT8(0);
    const ck_f64x8 positive = CK_SELECT8(x > zero, x, zero), negative = CK_SELECT8(x > zero, -x, x);
    ck_f64x8 e, y;
    ck_exp8(&negative, &e);
    ck_log1p8(&e, &y);
    *output = positive + y;
}
WIDE(log_of_exp_plus_1_16, log_of_exp_plus_1_8)
WIDE(expm1_16, ck_expm1_8)
WIDE(ndtr_16, ck_ndtr8)

VECTOR_FORWARD(elu, {
    const ck_f32x16 z = x * CK_SPLAT(c);
    expm1_16(&z, &y);
    y = CK_SELECT(x <= CK_SPLAT(0), y * CK_SPLAT(a), x * CK_SPLAT(b));
})
VECTOR_GRADIENT(elu_grad, {
    const ck_f32x16 z = x * CK_SPLAT(c);
    ck_exp16(&z, &y);
    y = CK_SELECT(x <= CK_SPLAT(0), u * CK_SPLAT(c) * CK_SPLAT(a) * y, u * CK_SPLAT(b));
})
VECTOR_FORWARD(gelu, {
    ndtr_16(&x, &y);
    y = x * y;
})
VECTOR_GRADIENT(gelu_grad, {
    const ck_f32x16 z = x * x * CK_SPLAT(-0.5f);
    ck_f32x16 density;
    ck_exp16(&z, &density);
    ndtr_16(&x, &y);
    y = u * (y + x * CK_SPLAT(DENSITY_AT_0) * density);
})
VECTOR_FORWARD(gelu_tanh, {
    const ck_f32x16 z = CK_SPLAT(2 * ROOT_2_OVER_PI) * (x + CK_SPLAT(CUBIC) * x * x * x);
    ck_sigmoid16(&z, &y);
    y = x * y;
})
VECTOR_GRADIENT(gelu_tanh_grad, {
    const ck_f32x16 z = CK_SPLAT(2 * ROOT_2_OVER_PI) * (x + CK_SPLAT(CUBIC) * x * x * x);
    ck_f32x16 s;
    ck_sigmoid16(&z, &s);
    const ck_f32x16 inner = CK_SPLAT(2 * ROOT_2_OVER_PI) * (CK_SPLAT(1) + CK_SPLAT(3 * CUBIC) * x * x);
    y = u * (s + x * s * (CK_SPLAT(1) - s) * inner);
})
VECTOR_FORWARD(silu, {
    ck_sigmoid16(&x, &y);
    y = x * y;
})
VECTOR_GRADIENT(silu_grad, {
    ck_f32x16 s;
    ck_sigmoid16(&x, &s);
    y = u * (s * (CK_SPLAT(1) + x * (CK_SPLAT(1) - s)));
})

CK_INLINE CK_WIDE void mish_power16(const ck_f32x16 *input, ck_f32x16 *output) {
    const ck_f32x16 x = *input, limited = CK_SELECT(x > CK_SPLAT(20), CK_SPLAT(20), x);
    ck_exp16(&limited, output);
}
VECTOR_FORWARD(mish, {
    ck_f32x16 e;
    mish_power16(&x, &e);
    const ck_f32x16 n = e * (e + CK_SPLAT(2));
    y = x * (n / (n + CK_SPLAT(2)));
})
VECTOR_GRADIENT(mish_grad, {
    ck_f32x16 e;
    mish_power16(&x, &e);
    const ck_f32x16 n = e * (e + CK_SPLAT(2));
    const ck_f32x16 t = n / (n + CK_SPLAT(2));
    const ck_f32x16 s = e / (CK_SPLAT(1) + e);
    y = u * (t + CK_SELECT(x > CK_SPLAT(20), CK_SPLAT(20), x) * (CK_SPLAT(2) / (n + CK_SPLAT(2))) * (CK_SPLAT(1) + t) * s);
})
VECTOR_FORWARD(softplus, {
    const ck_f32x16 z = x * CK_SPLAT(a);
    log_of_exp_plus_1_16(&z, &y);
    y = CK_SELECT(z > CK_SPLAT(b), x, y / CK_SPLAT(a));
})
VECTOR_GRADIENT(softplus_grad, {
    const ck_f32x16 z = x * CK_SPLAT(a);
    ck_sigmoid16(&z, &y);
    y = CK_SELECT(z > CK_SPLAT(b), u, u * y);
})
VECTOR_FORWARD(logsigmoid, {
    const ck_f32x16 z = -x;
    log_of_exp_plus_1_16(&z, &y);
    y = -y;
})
VECTOR_GRADIENT(logsigmoid_grad, {
    const ck_f32x16 z = -x;
    ck_sigmoid16(&z, &y);
    y = u * y;
})
VECTOR_FORWARD(tanhshrink, {
    ck_tanh16(&x, &y);
    y = x - y;
})
VECTOR_GRADIENT(tanhshrink_grad, {
    ck_tanh16(&x, &y);
    y = u * y * y;
})

// ---- the tables -----------------------------------------------------------------------------------------------------

#define ACTIVATIONS(X)                                                                                    \
    X(CK_ELU, elu, elu_grad)                                                                              \
    X(CK_GELU, gelu, gelu_grad)                                                                           \
    X(CK_GELU_TANH, gelu_tanh, gelu_tanh_grad)                                                            \
    X(CK_SILU, silu, silu_grad)                                                                           \
    X(CK_MISH, mish, mish_grad)                                                                           \
    X(CK_SOFTPLUS, softplus, softplus_grad)                                                               \
    X(CK_LOGSIGMOID, logsigmoid, logsigmoid_grad)                                                         \
    X(CK_TANHSHRINK, tanhshrink, tanhshrink_grad)                                                         \
    X(CK_SOFTSIGN, softsign, softsign_grad)                                                               \
    X(CK_HARDTANH, hardtanh, hardtanh_grad)                                                               \
    X(CK_LEAKY_RELU, leaky, leaky_grad)                                                                   \
    X(CK_HARDSIGMOID, hardsigmoid, hardsigmoid_grad)                                                      \
    X(CK_HARDSWISH, hardswish, hardswish_grad)                                                            \
    X(CK_HARDSHRINK, hardshrink, shrink_grad)                                                             \
    X(CK_SOFTSHRINK, softshrink, shrink_grad)                                                             \
    X(CK_THRESHOLD, threshold, threshold_grad)

#define TABLES(dtype, suffix, T)                                                                          \
    static const forward_##suffix forwards_##suffix[] = {ACTIVATIONS(FORWARD_##suffix)};                  \
    static const gradient_##suffix gradients_##suffix[] = {ACTIVATIONS(GRADIENT_##suffix)};
#define FORWARD_f32(op, forward, gradient) [op] = forward##_f32,
#define FORWARD_f64(op, forward, gradient) [op] = forward##_f64,
#define GRADIENT_f32(op, forward, gradient) [op] = gradient##_f32,
#define GRADIENT_f64(op, forward, gradient) [op] = gradient##_f64,
CK_FLOAT_TYPES(TABLES)

// Elements that lie apart, and those of 16 bits, go through buffers.
#define STRIDED(dtype, suffix, T)                                                                         \
    static void collect_##suffix(int64_t n, const T *x, int64_t xs, T *out) {                             \
        CK_SCALAR for (int64_t i = 0; i < n; i++) out[i] = x[i * xs];                                     \
    }                                                                                                     \
    static void distribute_##suffix(int64_t n, const T *x, T *out, int64_t os) {                          \
        CK_SCALAR for (int64_t i = 0; i < n; i++) out[i * os] = x[i];                                     \
    }                                                                                                     \
    static void run_##suffix(ck_activation op, int64_t n, const T *x, int64_t xs, T *out, int64_t os, const double *p) { \
        const forward_##suffix function = forwards_##suffix[op];                                          \
        const T a = (T)p[0], b = (T)p[1], c = (T)p[2];                                                    \
        if (xs == 1 && os == 1) {                                                                         \
            function(n, x, out, a, b, c);                                                                 \
            return;                                                                                       \
        }                                                                                                 \
        T buffer[CK_PIECE];                                                                               \
        for (int64_t i = 0; i < n; i += CK_PIECE) {                                                       \
            const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;                                    \
            collect_##suffix(count, x + i * xs, xs, buffer);                                              \
            function(count, buffer, buffer, a, b, c);                                                     \
            distribute_##suffix(count, buffer, out + i * os, os);                                         \
        }                                                                                                 \
    }                                                                                                     \
    static void run_gradient_##suffix(ck_activation op, int64_t n, const T *g, int64_t gs, const T *x, int64_t xs, \
                                      T *out, int64_t os, const double *p) {                              \
        const gradient_##suffix function = gradients_##suffix[op];                                        \
        const T a = (T)p[0], b = (T)p[1], c = (T)p[2];                                                    \
        if (gs == 1 && xs == 1 && os == 1) {                                                              \
            function(n, g, x, out, a, b, c);                                                              \
            return;                                                                                       \
        }                                                                                                 \
        T buffer[CK_PIECE], gradient[CK_PIECE];                                                           \
        for (int64_t i = 0; i < n; i += CK_PIECE) {                                                       \
            const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;                                    \
            collect_##suffix(count, g + i * gs, gs, gradient);                                            \
            collect_##suffix(count, x + i * xs, xs, buffer);                                              \
            function(count, gradient, buffer, buffer, a, b, c);                                           \
            distribute_##suffix(count, buffer, out + i * os, os);                                         \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(STRIDED)

// As float32; a stride of 0 is repeated.
static void widen(ck_dtype dtype, int64_t n, const void *x, int64_t xs, float *out) {
    if (ck_widen(dtype, n, x, xs, out) == 0) ck_fill(sizeof *out, n, out, 1, out);
}

void ck_activate(ck_activation op, ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
                 const double *parameters) {
    if (dtype == CK_FLOAT32) {
        run_f32(op, n, x, xs, out, os, parameters);
    } else if (dtype == CK_FLOAT64) {
        run_f64(op, n, x, xs, out, os, parameters);
    } else {
        float buffer[CK_PIECE];
        for (int64_t i = 0; i < n; i += CK_PIECE) {
            const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
            widen(dtype, count, (const uint16_t *)x + i * xs, xs, buffer);
            run_f32(op, count, buffer, 1, buffer, 1, parameters);
            ck_narrow(dtype, count, buffer, (uint16_t *)out + i * os, os);
        }
    }
}

void ck_activate_grad(ck_activation op, ck_dtype dtype, int64_t n, const void *g, int64_t gs, const void *x, int64_t xs,
                      void *out, int64_t os, const double *parameters) {
    if (dtype == CK_FLOAT32) {
        run_gradient_f32(op, n, g, gs, x, xs, out, os, parameters);
    } else if (dtype == CK_FLOAT64) {
        run_gradient_f64(op, n, g, gs, x, xs, out, os, parameters);
    } else {
        float buffer[CK_PIECE], gradient[CK_PIECE];
        for (int64_t i = 0; i < n; i += CK_PIECE) {
            const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
            widen(dtype, count, (const uint16_t *)g + i * gs, gs, gradient);
            widen(dtype, count, (const uint16_t *)x + i * xs, xs, buffer);
            run_gradient_f32(op, count, gradient, 1, buffer, 1, buffer, 1, parameters);
            ck_narrow(dtype, count, buffer, (uint16_t *)out + i * os, os);
        }
    }
}
