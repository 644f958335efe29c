// Losses of class indices: cross entropy as one pass over each row, and margins between many targets.
#include "cklosses.h"

#include "shifted_exp.h"

int64_t ck_find_no_class(int64_t n, const int64_t *target, int64_t ignored, int64_t classes) {
    for (int64_t i = 0; i < n; i++)
        if ((uint64_t)target[i] >= (uint64_t)classes && target[i] != ignored) return i;
    return -1;
}

#define FACTORS(dtype, suffix, T)                                                                         \
    static double factors_##suffix(int64_t n, const int64_t *target, int64_t ignored, const T *weight,    \
                                   int64_t *positions, T *factors) {                                      \
        double sum = 0;                                                                                   \
        for (int64_t i = 0; i < n; i++) {                                                                 \
            const int counts = target[i] != ignored;                                                      \
            positions[i] = counts ? target[i] : 0;                                                        \
            factors[i] = !counts ? 0 : weight ? weight[target[i]] : 1;                                    \
            sum += (double)factors[i];                                                                    \
        }                                                                                                 \
        return sum;                                                                                       \
    }
CK_FLOAT_TYPES(FACTORS)

double ck_class_factors(ck_dtype dtype, int64_t n, const int64_t *target, int64_t ignored, const void *weight,
                        int64_t *positions, void *factors) {
    return dtype == CK_FLOAT32 ? factors_f32(n, target, ignored, weight, positions, factors)
                               : factors_f64(n, target, ignored, weight, positions, factors);
}

// float32 adds the terms of label smoothing up in float32 too, in the order that all sums share.
#define CROSS_ENTROPY(dtype, suffix, T)                                                                   \
    CK_CLONES double ck_cross_entropy_##suffix(int64_t rows, int64_t n, const T *x, const int64_t *target, \
                                               int64_t ignored, const T *weight, double smoothing, T *losses, T *stats) { \
        T piece[PIECE];                                                                                   \
        const T own = (T)(1 - smoothing), even = (T)(smoothing / (double)n);                              \
        double total = 0;                                                                                 \
        for (int64_t r = 0; r < rows; r++, x += n) {                                                      \
            const int64_t y = target[r];                                                                  \
            losses[r] = stats[r] = stats[rows + r] = 0;                                                   \
            if (y == ignored) continue;                                                                   \
            const T max = ck_max_##suffix(n, x), factor = weight ? weight[y] : 1;                         \
            T sum = 0;                                                                                    \
            for (int64_t i = 0; i < n; i += PIECE) {                                                      \
                const int64_t count = n - i < PIECE ? n - i : PIECE;                                      \
                exp_shifted_##suffix(count, x + i, max, piece);                                           \
                sum += ck_sum_##suffix(count, piece);                                                     \
            }                                                                                             \
            const T logarithm = log_of_##suffix(sum);                                                     \
            stats[r] = max;                                                                               \
            stats[rows + r] = logarithm;                                                                  \
            total += (double)factor;                                                                      \
            losses[r] = own * (factor * (logarithm - (x[y] - max)));                                      \
            if (smoothing == 0) continue;                                                                 \
            T spread = 0;                                                                                 \
            for (int64_t i = 0; i < n; i += PIECE) {                                                      \
                const int64_t count = n - i < PIECE ? n - i : PIECE;                                      \
                if (weight) {                                                                             \
                    CK_INDEPENDENT for (int64_t c = 0; c < count; c++)                                    \
                        piece[c] = weight[i + c] * (logarithm - (x[i + c] - max));                        \
                } else {                                                                                  \
                    CK_INDEPENDENT for (int64_t c = 0; c < count; c++) piece[c] = logarithm - (x[i + c] - max); \
                }                                                                                         \
                spread += ck_sum_##suffix(count, piece);                                                  \
            }                                                                                             \
            losses[r] += even * spread;                                                                   \
        }                                                                                                 \
        return total;                                                                                     \
    }                                                                                                     \
    CK_CLONES void ck_cross_entropy_grad_##suffix(int64_t rows, int64_t n, const T *x, const T *stats,    \
                                                  const int64_t *target, int64_t ignored, const T *weight, \
                                                  double smoothing, const T *g, int64_t gs, double scale, T *dx) { \
        const T own = (T)(1 - smoothing), even = (T)(smoothing / (double)n);                              \
        const T all = smoothing == 0 ? 0 : weight ? ck_sum_##suffix(n, weight) : (T)n;                    \
        for (int64_t r = 0; r < rows; r++, x += n, dx += n) {                                             \
            const int64_t y = target[r];                                                                  \
            if (y == ignored) {                                                                           \
                memset(dx, 0, sizeof(T) * (size_t)n);                                                     \
                continue;                                                                                 \
            }                                                                                             \
            const T factor = g[r * gs] * (T)scale, picked = own * (weight ? weight[y] : 1);               \
            const T max = stats[r], logarithm = stats[rows + r];                                          \
            const T share = factor * (picked + even * all);                                               \
            exp_after_##suffix(n, x, max, logarithm, dx);                                                 \
            if (smoothing == 0) {                                                                         \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] *= share;                            \
            } else if (weight) {                                                                          \
                const T spread = factor * even;                                                           \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] = dx[i] * share - spread * weight[i]; \
            } else {                                                                                      \
                const T spread = factor * even;                                                           \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] = dx[i] * share - spread;            \
            }                                                                                             \
            dx[y] -= factor * picked;                                                                     \
        }                                                                                                 \
    }                                                                                                     \
    void ck_cross_entropy_shares_##suffix(int64_t rows, int64_t n, const int64_t *target, int64_t ignored, \
                                          const T *weight, double smoothing, T *shares, T *totals) {      \
        const T own = (T)(1 - smoothing), even = (T)(smoothing / (double)n);                              \
        const T all = smoothing == 0 ? 0 : weight ? ck_sum_##suffix(n, weight) : (T)n;                    \
        for (int64_t r = 0; r < rows; r++, shares += n) {                                                 \
            const int64_t y = target[r];                                                                  \
            totals[r] = 0;                                                                                \
            memset(shares, 0, sizeof(T) * (size_t)n);                                                     \
            if (y == ignored) continue;                                                                   \
            const T picked = own * (weight ? weight[y] : 1);                                              \
            totals[r] = picked + even * all;                                                              \
            if (smoothing != 0)                                                                           \
                for (int64_t i = 0; i < n; i++) shares[i] = even * (weight ? weight[i] : 1);              \
            shares[y] += picked;                                                                          \
        }                                                                                                 \
    }

// out = exp((x - max) - logarithm), of which the second difference is exact enough where max is large.
#define EXP_AFTER(dtype, suffix, T)                                                                       \
    CK_INLINE void exp_after_##suffix(int64_t n, const T *x, T max, T logarithm, T *out) {                \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = x[i] - max;                               \
        exp_shifted_##suffix(n, out, logarithm, out);                                                     \
    }
CK_FLOAT_TYPES(EXP_AFTER)
CK_FLOAT_TYPES(CROSS_ENTROPY)

#define MULTILABEL(dtype, suffix, T)                                                                      \
    static void multilabel_##suffix(int64_t rows, int64_t n, const T *x, const int64_t *target, T *losses, T *slopes, \
                                    uint8_t *marks) {                                                     \
        const double each = 1 / (double)n;                                                                \
        for (int64_t r = 0; r < rows; r++, x += n, target += n, slopes += n) {                            \
            int64_t length = 0;                                                                           \
            while (length < n && target[length] >= 0) marks[target[length++]] = 1;                        \
            double sum = 0;                                                                               \
            memset(slopes, 0, sizeof(T) * (size_t)n);                                                     \
            for (int64_t k = 0; k < length; k++) {                                                        \
                const int64_t y = target[k];                                                              \
                int64_t steps = 0;                                                                        \
                for (int64_t i = 0; i < n; i++) {                                                         \
                    const T z = 1 - x[y] + x[i];                                                          \
                    /* NaN goes on, without a slope of its own. */                                        \
                    if (marks[i] || z <= 0) continue;                                                     \
                    sum += (double)z;                                                                     \
                    slopes[i] += (T)each;                                                                 \
                    steps++;                                                                              \
                }                                                                                         \
                slopes[y] -= (T)((double)steps * each);                                                   \
            }                                                                                             \
            losses[r] = (T)(sum * each);                                                                  \
            for (int64_t k = 0; k < length; k++) marks[target[k]] = 0;                                    \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(MULTILABEL)

void ck_multilabel_margin(ck_dtype dtype, int64_t rows, int64_t n, const void *x, const int64_t *target, void *losses,
                          void *slopes, uint8_t *marks) {
    if (dtype == CK_FLOAT32) multilabel_f32(rows, n, x, target, losses, slopes, marks);
    else multilabel_f64(rows, n, x, target, losses, slopes, marks);
}
