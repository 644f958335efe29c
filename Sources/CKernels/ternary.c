// Elementwise functions of three arguments.
#include "loops.h"

#define LOOP(name, T, A, EXPRESSION)                                                                      \
    CK_CLONES static void name(int64_t n, const T *a, int64_t as, const T *b, int64_t bs, const T *c,     \
                               int64_t cs, A factor, T *out, int64_t os) {                                \
        (void)factor;                                                                                     \
        if (n > 0 && as == 1 && bs == 1 && cs == 1 && os == 1) {                                          \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T u = a[i], v = b[i], w = c[i];                                                     \
                out[i] = (T)(EXPRESSION);                                                                 \
            }                                                                                             \
        } else if (n > 0 && as == 1 && bs == 1 && cs == 0 && os == 1) {                                   \
            const T w = *c;                                                                               \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T u = a[i], v = b[i];                                                               \
                out[i] = (T)(EXPRESSION);                                                                 \
            }                                                                                             \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                   \
                const T u = a[i * as], v = b[i * bs], w = c[i * cs];                                      \
                out[i * os] = (T)(EXPRESSION);                                                            \
            }                                                                                             \
        }                                                                                                 \
    }

// The order of operations is PyTorch's.
#define FLOAT_LOOPS(dtype, suffix, T)                                                                     \
    LOOP(lerp_##suffix, T, T,                                                                             \
         ((w < (T)0.5) & (w > (T)-0.5)) ? u + w * (v - u) : v - (v - u) * (1 - w))                        \
    LOOP(addcmul_##suffix, T, T, u + factor * v * w)                                                      \
    LOOP(addcdiv_##suffix, T, T, u + factor * v / w)
CK_FLOAT_TYPES(FLOAT_LOOPS)

#define INT_LOOPS(dtype, suffix, T, U) LOOP(addcmul_##suffix, T, U, (U)u + factor * (U)v * (U)w)
CK_INT_TYPES(INT_LOOPS)

bool ck_has_ternary(ck_ternary op, ck_dtype dtype) {
    return dtype == CK_FLOAT32 || dtype == CK_FLOAT64 || (op == CK_ADDCMUL && dtype >= CK_INT64 && dtype <= CK_UINT8);
}

void ck_ternary_run(ck_ternary op, ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                    const void *c, int64_t cs, double factor, int64_t whole, void *out, int64_t os) {
#define FLOAT_CASE(dtype, suffix, T)                                                                      \
    case dtype:                                                                                           \
        (op == CK_LERP ? lerp_##suffix : op == CK_ADDCMUL ? addcmul_##suffix : addcdiv_##suffix)(         \
            n, a, as, b, bs, c, cs, (T)factor, out, os);                                                  \
        break;
#define INT_CASE(dtype, suffix, T, U)                                                                     \
    case dtype: addcmul_##suffix(n, a, as, b, bs, c, cs, (U)whole, out, os); break;
    switch (dtype) {
        CK_FLOAT_TYPES(FLOAT_CASE)
        CK_INT_TYPES(INT_CASE)
    default: break;
    }
}

#define NAN_TO_NUM(dtype, suffix, T)                                                                      \
    CK_CLONES static void nan_to_num_##suffix(int64_t n, const T *x, int64_t xs, T *out, int64_t os,      \
                                              T nan, T high, T low) {                                     \
        if (xs == 1 && os == 1) {                                                                         \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T v = x[i];                                                                         \
                out[i] = v != v ? nan : v == INFINITY ? high : v == -INFINITY ? low : v;                  \
            }                                                                                             \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                   \
                const T v = x[i * xs];                                                                    \
                out[i * os] = v != v ? nan : v == INFINITY ? high : v == -INFINITY ? low : v;             \
            }                                                                                             \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(NAN_TO_NUM)

void ck_nan_to_num(ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
                   const void *nan, const void *high, const void *low) {
    if (dtype == CK_FLOAT32) {
        nan_to_num_f32(n, x, xs, out, os, *(const float *)nan, *(const float *)high, *(const float *)low);
    } else if (dtype == CK_FLOAT64) {
        nan_to_num_f64(n, x, xs, out, os, *(const double *)nan, *(const double *)high, *(const double *)low);
    }
}
