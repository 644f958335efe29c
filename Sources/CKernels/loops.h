// The loops around an expression or a function, for elementwise kernels.
#ifndef SWIFTNN_CKERNELS_LOOPS_H
#define SWIFTNN_CKERNELS_LOOPS_H

#include "internal.h"

/// name##f for float, name for double.
#define CK_MATH(name, T) _Generic((T)0, float: name##f, double: name)

// ---- out = EXPRESSION(v) --------------------------------------------------------------------------------------------

#define UNARY_LOOP(attributes, name, T, R, EXPRESSION)                                                          \
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
#define UNARY_LOOP16(name, FUNCTION)                                                                            \
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

/// A function of 16 float32 from one of 8 float64.
#define WIDE(name, FUNCTION)                                                                              \
    CK_INLINE CK_WIDE void name(const ck_f32x16 *input, ck_f32x16 *output) {                              \
        ck_f32x8 halves[2];                                                                               \
        memcpy(halves, input, sizeof halves);                                                             \
        CK_UNROLL for (int i = 0; i < 2; i++) {                                                           \
            const ck_f64x8 x = __builtin_convertvector(halves[i], ck_f64x8);                              \
            ck_f64x8 y;                                                                                   \
            FUNCTION(&x, &y);                                                                             \
            halves[i] = __builtin_convertvector(y, ck_f32x8);                                             \
        }                                                                                                 \
        memcpy(output, halves, sizeof halves);                                                            \
    }

// ---- out = EXPRESSION(u, v) -----------------------------------------------------------------------------------------

// An argument that is the same for all elements is read once, before the first result is written.
#define BINARY_LOOP(attributes, name, T, R, EXPRESSION)                                                          \
    attributes static void name(int64_t n, const void *ap, int64_t as, const void *bp, int64_t bs,        \
                                void *op, int64_t os) {                                                   \
        const T *a = ap, *b = bp;                                                                         \
        R *out = op;                                                                                      \
        if (n > 0 && os == 1 && as == 1 && bs == 1) {                                                     \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T u = a[i], v = b[i];                                                               \
                out[i] = (R)(EXPRESSION);                                                                 \
            }                                                                                             \
        } else if (n > 0 && os == 1 && as == 1 && bs == 0) {                                              \
            const T v = *b;                                                                               \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T u = a[i];                                                                         \
                out[i] = (R)(EXPRESSION);                                                                 \
            }                                                                                             \
        } else if (n > 0 && os == 1 && as == 0 && bs == 1) {                                              \
            const T u = *a;                                                                               \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T v = b[i];                                                                         \
                out[i] = (R)(EXPRESSION);                                                                 \
            }                                                                                             \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                   \
                const T u = a[i * as], v = b[i * bs];                                                     \
                out[i * os] = (R)(EXPRESSION);                                                            \
            }                                                                                             \
        }                                                                                                 \
    }

// Eight float32 at a time, in float64.
#define BINARY_WIDE(name, FUNCTION)                                                                       \
    CK_CLONES static void name(int64_t n, const void *ap, int64_t as, const void *bp, int64_t bs,         \
                               void *op, int64_t os) {                                                    \
        const float *a = ap, *b = bp;                                                                     \
        float *out = op;                                                                                  \
        for (int64_t i = 0; i < n; i += 8) {                                                              \
            const int64_t count = n - i < 8 ? n - i : 8;                                                  \
            ck_f32x8 u = {0}, v = {0};                                                                    \
            ck_load8(a + i * as, as, count, &u);                                                          \
            ck_load8(b + i * bs, bs, count, &v);                                                          \
            const ck_f64x8 x = __builtin_convertvector(u, ck_f64x8), y = __builtin_convertvector(v, ck_f64x8); \
            ck_f64x8 z;                                                                                   \
            FUNCTION(&x, &y, &z);                                                                         \
            u = __builtin_convertvector(z, ck_f32x8);                                                     \
            if (os == 1 && count == 8) {                                                                  \
                memcpy(out + i, &u, sizeof u);                                                            \
            } else {                                                                                      \
                float lanes[8];                                                                           \
                memcpy(lanes, &u, sizeof u);                                                              \
                CK_SCALAR for (int64_t j = 0; j < count; j++) out[(i + j) * os] = lanes[j];               \
            }                                                                                             \
        }                                                                                                 \
    }

CK_INLINE void ck_load8(const float *x, int64_t stride, int64_t count, ck_f32x8 *output) {
    if (stride == 1 && count == 8) {
        memcpy(output, x, sizeof *output);
    } else {
        float lanes[8] = {0};
        CK_SCALAR for (int64_t j = 0; j < count; j++) lanes[j] = x[j * stride];
        memcpy(output, lanes, sizeof lanes);
    }
}

#endif
