// Sums of runs of elements along the middle one of three dimensions, weighted or not: means of windows, interpolation, and
// the gradients of both.
#include "internal.h"

#define TAPS(suffix, T)                                                                                   \
    /* Neighbours in the inner dimension together. */                                                     \
    CK_INLINE void inner_##suffix(int64_t n, int64_t inner, const int64_t *start, const int64_t *count,   \
                                  const int64_t *first, const T *weight, const T *x, T *y) {              \
        for (int64_t j = 0; j < n; j++, y += inner) {                                                     \
            const T *a = x + start[j] * inner, *w = weight ? weight + first[j] : NULL;                    \
            if (count[j] < 1) memset(y, 0, sizeof(T) * (size_t)inner);                                    \
            else if (count[j] == 1) {                                                                     \
                const T u = w ? w[0] : 1;                                                                 \
                CK_INDEPENDENT for (int64_t i = 0; i < inner; i++) y[i] = u * a[i];                       \
            } else {                                                                                      \
                const T *b = a + inner, u = w ? w[0] : 1, v = w ? w[1] : 1;                               \
                CK_INDEPENDENT for (int64_t i = 0; i < inner; i++) y[i] = u * a[i] + v * b[i];            \
                for (int64_t t = 2; t < count[j]; t++) {                                                  \
                    const T *c = a + t * inner, z = w ? w[t] : 1;                                         \
                    CK_INDEPENDENT for (int64_t i = 0; i < inner; i++) y[i] += z * c[i];                  \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    /* No inner dimension; `taps` for each result, or any number where it is 0. */                        \
    CK_INLINE void single_##suffix(int64_t n, int64_t taps, const int64_t *start, const int64_t *count,   \
                                   const int64_t *first, const T *weight, const T *x, T *y) {             \
        for (int64_t j = 0; j < n; j++) {                                                                 \
            const T *a = x + start[j], *w = weight ? weight + first[j] : NULL;                            \
            const int64_t end = taps ? taps : count[j];                                                   \
            T sum = 0;                                                                                    \
            for (int64_t t = 0; t < end; t++) sum += w ? w[t] * a[t] : a[t];                              \
            y[j] = sum;                                                                                   \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void taps_##suffix(int64_t outer, int64_t in, int64_t n, int64_t inner, const int64_t *start, \
                                        const int64_t *count, const int64_t *first, const void *wp,       \
                                        const void *xp, void *yp) {                                       \
        const T *w = wp, *x = xp;                                                                         \
        T *y = yp;                                                                                        \
        int64_t taps = n > 0 ? count[0] : 0;                                                              \
        for (int64_t j = 1; j < n; j++)                                                                   \
            if (count[j] != taps) taps = 0;                                                               \
        for (int64_t o = 0; o < outer; o++, x += in * inner, y += n * inner) {                            \
            if (inner > 1) inner_##suffix(n, inner, start, count, first, w, x, y);                        \
            else if (taps == 2 && w) single_##suffix(n, 2, start, count, first, w, x, y);                 \
            else if (taps == 2) single_##suffix(n, 2, start, count, first, NULL, x, y);                   \
            else if (taps == 1 && !w) single_##suffix(n, 1, start, count, first, NULL, x, y);             \
            else if (w) single_##suffix(n, 0, start, count, first, w, x, y);                              \
            else single_##suffix(n, 0, start, count, first, NULL, x, y);                                  \
        }                                                                                                 \
    }
TAPS(f32, float)
TAPS(f64, double)
TAPS(i64, uint64_t)

void ck_taps(ck_dtype dtype, int64_t outer, int64_t in, int64_t n, int64_t inner, const int64_t *start,
             const int64_t *count, const int64_t *first, const void *weight, const void *x, void *y) {
    if (dtype == CK_FLOAT32) taps_f32(outer, in, n, inner, start, count, first, weight, x, y);
    else if (dtype == CK_FLOAT64) taps_f64(outer, in, n, inner, start, count, first, weight, x, y);
    else if (dtype == CK_INT64) taps_i64(outer, in, n, inner, start, count, first, weight, x, y);
}
