// The largest element of each window of a volume.
#include "internal.h"

enum { TILE = 128 };  // windows in a row that are filled at a time

#define POOLING(suffix, T, LOWEST)                                                                        \
    /* One window after the other, each of a place and size of its own. */                                \
    CK_INLINE void any_##suffix(const ck_pooling_windows *w, const T *x, T *y, int64_t *at) {                     \
        for (int64_t o0 = 0; o0 < w->out[0]; o0++)                                                        \
            for (int64_t o1 = 0; o1 < w->out[1]; o1++)                                                    \
                for (int64_t o2 = 0; o2 < w->out[2]; o2++) {                                              \
                    const int64_t first = (w->start[0][o0] * w->in[1] + w->start[1][o1]) * w->in[2] + w->start[2][o2]; \
                    T best = LOWEST;                                                                      \
                    int64_t where = first;                                                                \
                    for (int64_t i0 = 0; i0 < w->count[0][o0]; i0++)                                      \
                        for (int64_t i1 = 0; i1 < w->count[1][o1]; i1++) {                                \
                            const int64_t row = first + (i0 * w->step[0] * w->in[1] + i1 * w->step[1]) * w->in[2]; \
                            for (int64_t i2 = 0; i2 < w->count[2][o2]; i2++) {                            \
                                const int64_t place = row + i2 * w->step[2];                              \
                                const T v = x[place];                                                     \
                                if ((v > best) | (v != v)) {                                              \
                                    best = v;                                                             \
                                    where = place;                                                        \
                                }                                                                         \
                            }                                                                             \
                        }                                                                                 \
                    *y++ = best;                                                                          \
                    if (at) *at++ = where;                                                                \
                }                                                                                         \
    }                                                                                                     \
    CK_INLINE void tap_##suffix(int64_t n, const T *x, int64_t stride, int32_t place, T *best, int32_t *where) { \
        CK_INDEPENDENT for (int64_t j = 0; j < n; j++) {                                                  \
            const T v = x[j * stride];                                                                    \
            const int wins = (v > best[j]) | (v != v);                                                    \
            best[j] = wins ? v : best[j];                                                                 \
            if (where) where[j] = wins ? place + (int32_t)(j * stride) : where[j];                        \
        }                                                                                                 \
    }                                                                                                     \
    /* Windows that lie `stride` apart in a row: their first elements together, then their second ones … */ \
    CK_INLINE void row_##suffix(const ck_pooling_windows *w, const T *x, T *y, int64_t *at, int wants) {          \
        T best[TILE];                                                                                     \
        int32_t where[TILE];                                                                              \
        const int64_t stride = w->stride, width = w->in[2];                                               \
        for (int64_t o0 = 0; o0 < w->out[0]; o0++)                                                        \
            for (int64_t o1 = 0; o1 < w->out[1]; o1++)                                                    \
                for (int64_t from = 0; from < w->out[2]; from += TILE) {                                  \
                    const int64_t n = w->out[2] - from < TILE ? w->out[2] - from : TILE;                  \
                    const int64_t first = (w->start[0][o0] * w->in[1] + w->start[1][o1]) * width;         \
                    for (int64_t j = 0; j < n; j++) {                                                     \
                        best[j] = LOWEST;                                                                 \
                        where[j] = (int32_t)(first + w->start[2][from + j]);                              \
                    }                                                                                     \
                    for (int64_t i0 = 0; i0 < w->count[0][o0]; i0++)                                      \
                        for (int64_t i1 = 0; i1 < w->count[1][o1]; i1++) {                                \
                            const int64_t row = first + (i0 * w->step[0] * w->in[1] + i1 * w->step[1]) * width; \
                            for (int64_t t = 0; t < w->taps; t++) {                                       \
                                /* Those of the windows whose element is inside. */                       \
                                const int64_t c = t * w->step[2] - w->pad + from * stride;                \
                                int64_t low = 0, high = n;                                                \
                                if (c < 0) low = (-c + stride - 1) / stride;                              \
                                if (c + (n - 1) * stride >= width) high = c >= width ? 0 : (width - 1 - c) / stride + 1; \
                                if (low >= high) continue;                                                \
                                const int64_t place = row + c + low * stride;                             \
                                int32_t *const places = wants ? where + low : NULL;                       \
                                if (stride == 1) tap_##suffix(high - low, x + place, 1, (int32_t)place, best + low, places); \
                                else if (stride == 2) tap_##suffix(high - low, x + place, 2, (int32_t)place, best + low, places); \
                                else tap_##suffix(high - low, x + place, stride, (int32_t)place, best + low, places); \
                            }                                                                             \
                        }                                                                                 \
                    memcpy(y, best, sizeof(T) * (size_t)n);                                               \
                    y += n;                                                                               \
                    for (int64_t j = 0; wants && j < n; j++) *at++ = where[j];                            \
                }                                                                                         \
    }                                                                                                     \
    CK_CLONES static void max_##suffix(int64_t planes, const ck_pooling_windows *w, const void *xp, void *yp, int64_t *at) { \
        const T *x = xp;                                                                                  \
        T *y = yp;                                                                                        \
        const int64_t plane = w->in[0] * w->in[1] * w->in[2], result = w->out[0] * w->out[1] * w->out[2]; \
        const int rows = w->stride > 0 && plane < INT32_MAX && w->out[2] >= 4 && w->taps <= w->in[2];     \
        for (int64_t p = 0; p < planes; p++) {                                                            \
            if (!rows) any_##suffix(w, x, y, at);                                                         \
            else if (at) row_##suffix(w, x, y, at, 1);                                                    \
            else row_##suffix(w, x, y, at, 0);                                                            \
            x += plane;                                                                                   \
            y += result;                                                                                  \
            if (at) at += result;                                                                         \
        }                                                                                                 \
    }
POOLING(f32, float, -HUGE_VALF)
POOLING(f64, double, -HUGE_VAL)
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wtautological-compare"
#elif defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wtautological-compare"
#endif
POOLING(i64, int64_t, INT64_MIN)
POOLING(i32, int32_t, INT32_MIN)
POOLING(i16, int16_t, INT16_MIN)
POOLING(i8, int8_t, INT8_MIN)
POOLING(u8, uint8_t, 0)

void ck_max_pool(ck_dtype dtype, int64_t planes, const ck_pooling_windows *windows, const void *x, void *y, int64_t *at) {
    typedef void (*loop)(int64_t, const ck_pooling_windows *, const void *, void *, int64_t *);
    static const loop table[CK_DTYPE_COUNT] = {max_f32, max_f64, max_i64, max_i32, max_i16, max_i8, max_u8};
    const loop found = (unsigned)dtype < CK_DTYPE_COUNT ? table[dtype] : NULL;
    if (found) found(planes, windows, x, y, at);
}
