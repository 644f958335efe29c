// Running sums, products, extremes, and first-order recurrences along the middle one of three dimensions.
#include "internal.h"

// Elements that belong to different results are taken together: TILE neighbours where there are inner dimensions, else
// ROWS rows at a time, so that the chain of additions in one row does not wait for itself. The order within a row is
// always the same.
enum { TILE = 256, ROWS = 4 };

// A is the accumulator; COMBINE makes the next one of the accumulator a and the element v.
#define SCAN(name, T, A, START, COMBINE)                                                                  \
    CK_INLINE void name##_rows(int rows, int64_t n, const T *x, T *out, int64_t step) {                   \
        A sum[ROWS];                                                                                      \
        for (int r = 0; r < rows; r++) sum[r] = START;                                                    \
        for (int64_t i = 0, at = step < 0 ? n - 1 : 0; i < n; i++, at += step) {                          \
            CK_UNROLL for (int r = 0; r < rows; r++) {                                                    \
                const A a = sum[r], v = (A)x[r * n + at];                                                 \
                sum[r] = COMBINE;                                                                         \
                out[r * n + at] = (T)sum[r];                                                              \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void name(int64_t outer, int64_t n, int64_t inner, const void *xp, void *op, int reversed) { \
        const T *x = xp;                                                                                  \
        T *out = op;                                                                                      \
        int64_t o = 0;                                                                                    \
        if (inner == 1) {                                                                                 \
            for (; o + ROWS <= outer; o += ROWS) name##_rows(ROWS, n, x + o * n, out + o * n, reversed ? -1 : 1); \
            for (; o < outer; o++) name##_rows(1, n, x + o * n, out + o * n, reversed ? -1 : 1);          \
            return;                                                                                       \
        }                                                                                                 \
        for (; o < outer; o++, x += n * inner, out += n * inner) {                                        \
            for (int64_t start = 0; start < inner; start += TILE) {                                       \
                const int64_t width = inner - start < TILE ? inner - start : TILE;                        \
                A sum[TILE];                                                                              \
                for (int64_t c = 0; c < width; c++) sum[c] = START;                                       \
                for (int64_t i = 0; i < n; i++) {                                                         \
                    const int64_t row = (reversed ? n - 1 - i : i) * inner + start;                       \
                    const T *from = x + row;                                                              \
                    T *to = out + row;                                                                    \
                    CK_INDEPENDENT for (int64_t c = 0; c < width; c++) {                                  \
                        const A a = sum[c], v = (A)from[c];                                               \
                        sum[c] = COMBINE;                                                                 \
                        to[c] = (T)sum[c];                                                                \
                    }                                                                                     \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }

// log(e^a + e^v): the larger of the two and a correction, which is none where they are infinite.
CK_INLINE double log_sum(double a, double v) {
    if (a != a || v != v) return a + v;
    const double high = a > v ? a : v, low = a > v ? v : a;
    return low == -HUGE_VAL || high == HUGE_VAL ? high : high + log1p(exp(low - high));
}

// float32 in float64: the sums of a long run are then as exact as one rounding each.
#define FLOAT_SCANS(dtype, suffix, T)                                                                     \
    SCAN(sum_##suffix, T, double, 0, a + v)                                                               \
    SCAN(prod_##suffix, T, double, 1, a *v)                                                               \
    SCAN(log_##suffix, T, double, -HUGE_VAL, log_sum(a, v))
CK_FLOAT_TYPES(FLOAT_SCANS)
#define INT_SCANS(dtype, suffix, T, ...)                                                                  \
    SCAN(sum_##suffix, T, uint64_t, 0, a + v)                                                             \
    SCAN(prod_##suffix, T, uint64_t, 1, a *v)
CK_INT_TYPES(INT_SCANS)

void ck_scan_run(ck_scan op, ck_dtype dtype, int64_t outer, int64_t n, int64_t inner, const void *x, void *out, int reversed) {
    typedef void (*loop)(int64_t, int64_t, int64_t, const void *, void *, int);
    static const loop table[][CK_DTYPE_COUNT] = {
        [CK_CUMSUM] = {sum_f32, sum_f64, sum_i64, sum_i32, sum_i16, sum_i8, sum_u8},
        [CK_CUMPROD] = {prod_f32, prod_f64, prod_i64, prod_i32, prod_i16, prod_i8, prod_u8},
        [CK_LOGCUMSUMEXP] = {log_f32, log_f64},
    };
    const loop found = (unsigned)op < 3 && (unsigned)dtype < CK_DTYPE_COUNT ? table[op][dtype] : NULL;
    if (found) found(outer, n, inner, x, out, reversed);
}

// The first element always wins, since nothing stands before it.
#define EXTREME(name, T, BEYOND)                                                                          \
    CK_CLONES static void name(int64_t outer, int64_t n, int64_t inner, const void *xp, void *vp, int64_t *at) { \
        const T *x = xp;                                                                                  \
        T *values = vp;                                                                                   \
        for (int64_t o = 0; o < outer; o++, x += n * inner, values += n * inner, at += n * inner) {       \
            if (inner == 1) {                                                                             \
                T best = n > 0 ? x[0] : 0;                                                                \
                int64_t where = 0;                                                                        \
                CK_SCALAR for (int64_t i = 0; i < n; i++) {                                               \
                    const T v = x[i];                                                                     \
                    /* A branch, which is seldom taken: a choice would make each element wait for the last. */ \
                    if (__builtin_expect((v BEYOND best) | (v != v), 0)) {                                \
                        best = v;                                                                         \
                        where = i;                                                                        \
                    }                                                                                     \
                    values[i] = best;                                                                     \
                    at[i] = where;                                                                        \
                }                                                                                         \
                continue;                                                                                 \
            }                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                             \
                const T *from = x + i * inner, *last = values + (i > 0 ? i - 1 : 0) * inner;              \
                const int64_t *last_at = at + (i > 0 ? i - 1 : 0) * inner;                                \
                T *to = values + i * inner;                                                               \
                int64_t *to_at = at + i * inner;                                                          \
                if (i == 0) {                                                                             \
                    memmove(to, from, sizeof(T) * (size_t)inner);                                         \
                    memset(to_at, 0, sizeof *at * (size_t)inner);                                         \
                    continue;                                                                             \
                }                                                                                         \
                CK_INDEPENDENT for (int64_t c = 0; c < inner; c++) {                                      \
                    const T v = from[c], best = last[c];                                                  \
                    const int wins = (v BEYOND best) | (v != v);                                          \
                    to[c] = wins ? v : best;                                                              \
                    to_at[c] = wins ? i : last_at[c];                                                     \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wtautological-compare"
#elif defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wtautological-compare"
#endif
#define EXTREMES(dtype, suffix, T, ...) EXTREME(max_##suffix, T, >=) EXTREME(min_##suffix, T, <=)
CK_FLOAT_TYPES(EXTREMES)
CK_INT_TYPES(EXTREMES)

void ck_scan_extreme(int largest, ck_dtype dtype, int64_t outer, int64_t n, int64_t inner, const void *x, void *values,
                     int64_t *indices) {
    typedef void (*loop)(int64_t, int64_t, int64_t, const void *, void *, int64_t *);
    static const loop table[2][CK_DTYPE_COUNT] = {
        {min_f32, min_f64, min_i64, min_i32, min_i16, min_i8, min_u8, min_u8},
        {max_f32, max_f64, max_i64, max_i32, max_i16, max_i8, max_u8, max_u8},
    };
    const loop found = (unsigned)dtype < CK_DTYPE_COUNT ? table[largest != 0][dtype] : NULL;
    if (found) found(outer, n, inner, x, values, indices);
}

#define RECURRENCE(dtype, suffix, T)                                                                      \
    CK_CLONES static void recurrence_##suffix(int64_t outer, int64_t n, int64_t inner, const T *x, const T *factor, \
                                              T *out, int reversed) {                                     \
        const int64_t step = reversed ? -inner : inner;                                                   \
        for (int64_t o = 0; o < outer; o++) {                                                             \
            int64_t row = (o * n + (reversed ? n - 1 : 0)) * inner;                                       \
            for (int64_t i = 0; i < n; i++, row += step) {                                                \
                if (i == 0) {                                                                             \
                    memmove(out + row, x + row, sizeof(T) * (size_t)inner);                               \
                    continue;                                                                             \
                }                                                                                         \
                const T *last = out + row - step;                                                         \
                CK_INDEPENDENT for (int64_t c = 0; c < inner; c++) {                                      \
                    out[row + c] = x[row + c] + factor[row + c] * last[c];                                \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(RECURRENCE)

void ck_recurrence(ck_dtype dtype, int64_t outer, int64_t n, int64_t inner, const void *x, const void *factor, void *out,
                   int reversed) {
    if (dtype == CK_FLOAT32) recurrence_f32(outer, n, inner, x, factor, out, reversed);
    else if (dtype == CK_FLOAT64) recurrence_f64(outer, n, inner, x, factor, out, reversed);
}
