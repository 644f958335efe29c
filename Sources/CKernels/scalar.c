// Elementwise loops that take more than two arrays, or scalars beside them.
#include "internal.h"

#define SIZES(X) X(8, uint8_t) X(16, uint16_t) X(32, uint32_t) X(64, uint64_t)

#define WHERE_LOOP(bits, T)                                                                               \
    CK_CLONES static void where_##bits(int64_t n, const void *ap, int64_t as, const void *bp, int64_t bs, \
                                       const void *cp, int64_t cs, void *op, int64_t os) {                \
        const uint8_t *a = ap;                                                                            \
        const T *b = bp, *c = cp;                                                                         \
        T *out = op;                                                                                      \
        if (as == 1 && bs == 1 && cs == 1 && os == 1) {                                                   \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = a[i] ? b[i] : c[i];                   \
        } else if (n > 0 && as == 1 && bs == 0 && cs == 1 && os == 1) {                                   \
            const T yes = *b;                                                                             \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = a[i] ? yes : c[i];                    \
        } else if (n > 0 && as == 1 && bs == 1 && cs == 0 && os == 1) {                                   \
            const T no = *c;                                                                              \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = a[i] ? b[i] : no;                     \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) out[i * os] = a[i * as] ? b[i * bs] : c[i * cs];    \
        }                                                                                                 \
    }
SIZES(WHERE_LOOP)

ck_ternary_loop ck_where_lookup(int element_size) {
    switch (element_size) {
    case 1: return where_8;
    case 2: return where_16;
    case 4: return where_32;
    case 8: return where_64;
    default: return NULL;
    }
}

#define FILL_LOOP(bits, T)                                                                                \
    CK_CLONES static void fill_##bits(int64_t n, T *out, int64_t os, const void *value) {                 \
        T v;                                                                                              \
        memcpy(&v, value, sizeof v);                                                                      \
        if (os == 1) {                                                                                    \
            for (int64_t i = 0; i < n; i++) out[i] = v;                                                   \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) out[i * os] = v;                                    \
        }                                                                                                 \
    }
SIZES(FILL_LOOP)

void ck_fill(int element_size, int64_t n, void *out, int64_t os, const void *value) {
    switch (element_size) {
    case 1: fill_8(n, out, os, value); break;
    case 2: fill_16(n, out, os, value); break;
    case 4: fill_32(n, out, os, value); break;
    case 8: fill_64(n, out, os, value); break;
    default: break;
    }
}

// Subtraction is the same with -alpha.
#define SCALED_LOOP(suffix, T, A, COMBINED)                                                               \
    CK_CLONES static void add_scaled_##suffix(int64_t n, const T *a, int64_t as, const T *b, int64_t bs,  \
                                              A alpha, T *out, int64_t os) {                              \
        if (as == 1 && bs == 1 && os == 1) {                                                              \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T u = a[i], v = b[i];                                                               \
                out[i] = (T)(COMBINED);                                                                   \
            }                                                                                             \
        } else if (n > 0 && as == 1 && bs == 0 && os == 1) {                                              \
            const T v = *b;                                                                               \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T u = a[i];                                                                         \
                out[i] = (T)(COMBINED);                                                                   \
            }                                                                                             \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                   \
                const T u = a[i * as], v = b[i * bs];                                                     \
                out[i * os] = (T)(COMBINED);                                                              \
            }                                                                                             \
        }                                                                                                 \
    }
#define FLOAT_SCALED(dtype, suffix, T) SCALED_LOOP(suffix, T, T, u + alpha * v)
#define INT_SCALED(dtype, suffix, T, U) SCALED_LOOP(suffix, T, U, (U)u + alpha * (U)v)
CK_FLOAT_TYPES(FLOAT_SCALED)
CK_INT_TYPES(INT_SCALED)

static void add_scaled_widened(ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                               float alpha, void *out, int64_t os) {
    float u[CK_PIECE], v[CK_PIECE];
    uint16_t factor;
    ck_narrow(dtype, 1, &alpha, &factor, 1);
    ck_widen(dtype, 1, &factor, 1, &alpha);
    for (int64_t i = 0; i < n; i += CK_PIECE) {
        const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
        const int64_t us = ck_widen(dtype, count, (const uint16_t *)a + i * as, as, u);
        const int64_t vs = ck_widen(dtype, count, (const uint16_t *)b + i * bs, bs, v);
        if (us == 0) ck_fill(sizeof *u, count, u, 1, u);
        add_scaled_f32(count, u, 1, v, vs, alpha, u, 1);
        ck_narrow(dtype, count, u, (uint16_t *)out + i * os, os);
    }
}

void ck_add_scaled(ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                   double alpha, void *out, int64_t os) {
    if (dtype == CK_FLOAT32) {
        add_scaled_f32(n, a, as, b, bs, (float)alpha, out, os);
    } else if (dtype == CK_FLOAT64) {
        add_scaled_f64(n, a, as, b, bs, alpha, out, os);
    } else {
        add_scaled_widened(dtype, n, a, as, b, bs, (float)alpha, out, os);
    }
}

void ck_add_scaled_int(ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                       int64_t alpha, void *out, int64_t os) {
    switch (dtype) {
#define CASE(dtype, suffix, T, U)                                                                         \
    case dtype: add_scaled_##suffix(n, a, as, b, bs, (U)alpha, out, os); break;
        CK_INT_TYPES(CASE)
#undef CASE
    default: break;
    }
}

// An absent bound is replaced by one that limits nothing. Comparisons are such that NaN in x stays.
#define CLAMP(dtype, suffix, T, LOWEST, HIGHEST)                                                          \
    CK_CLONES static void clamp_##suffix(int64_t n, const T *x, int64_t xs, T *out, int64_t os,           \
                                         const T *min, const T *max) {                                    \
        const T low = min ? *min : LOWEST, high = max ? *max : HIGHEST;                                   \
        if (low != low || high != high) {                                                                 \
            const T nan = low != low ? low : high;                                                        \
            ck_fill(sizeof(T), n, out, os, &nan);                                                         \
        } else if (xs == 1 && os == 1) {                                                                  \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) {                                              \
                const T v = x[i] < low ? low : x[i];                                                      \
                out[i] = v > high ? high : v;                                                             \
            }                                                                                             \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                   \
                const T v = x[i * xs] < low ? low : x[i * xs];                                            \
                out[i * os] = v > high ? high : v;                                                        \
            }                                                                                             \
        }                                                                                                 \
    }
#define CLAMP_TYPES(X)                                                                                    \
    X(CK_FLOAT32, f32, float, -INFINITY, INFINITY)                                                        \
    X(CK_FLOAT64, f64, double, -INFINITY, INFINITY)                                                       \
    X(CK_INT64, i64, int64_t, INT64_MIN, INT64_MAX)                                                       \
    X(CK_INT32, i32, int32_t, INT32_MIN, INT32_MAX)                                                       \
    X(CK_INT16, i16, int16_t, INT16_MIN, INT16_MAX)                                                       \
    X(CK_INT8, i8, int8_t, INT8_MIN, INT8_MAX)                                                            \
    X(CK_UINT8, u8, uint8_t, 0, UINT8_MAX)
CLAMP_TYPES(CLAMP)

static void clamp_widened(ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
                          const void *min, const void *max) {
    float v[CK_PIECE], low, high;
    if (min) ck_widen(dtype, 1, min, 1, &low);
    if (max) ck_widen(dtype, 1, max, 1, &high);
    for (int64_t i = 0; i < n; i += CK_PIECE) {
        const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
        const int64_t vs = ck_widen(dtype, count, (const uint16_t *)x + i * xs, xs, v);
        float w[CK_PIECE];
        clamp_f32(count, v, vs, w, 1, min ? &low : NULL, max ? &high : NULL);
        ck_narrow(dtype, count, w, (uint16_t *)out + i * os, os);
    }
}

void ck_clamp(ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
              const void *min, const void *max) {
    switch (dtype) {
#define CASE(dtype, suffix, ...)                                                                          \
    case dtype: clamp_##suffix(n, x, xs, out, os, min, max); break;
        CLAMP_TYPES(CASE)
#undef CASE
    case CK_BOOL: clamp_u8(n, x, xs, out, os, min, max); break;
    case CK_FLOAT16:
    case CK_BFLOAT16: clamp_widened(dtype, n, x, xs, out, os, min, max); break;
    }
}
