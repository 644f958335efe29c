// Softmax of contiguous rows, and its gradient.
#include "shifted_exp.h"

#define SOFTMAX(dtype, suffix, T)                                                                         \
    CK_CLONES void ck_softmax_##suffix(int64_t rows, int64_t n, const T *x, T *y) {                       \
        if (n <= 0) return;                                                                               \
        for (int64_t r = 0; r < rows; r++, x += n, y += n) {                                              \
            exp_shifted_##suffix(n, x, ck_max_##suffix(n, x), y);                                         \
            const T sum = ck_sum_##suffix(n, y);                                                          \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = y[i] / sum;                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_log_softmax_##suffix(int64_t rows, int64_t n, const T *x, T *y) {                   \
        T powers[PIECE];                                                                                  \
        if (n <= 0) return;                                                                               \
        for (int64_t r = 0; r < rows; r++, x += n, y += n) {                                              \
            const T max = ck_max_##suffix(n, x);                                                          \
            T sum = 0;                                                                                    \
            for (int64_t i = 0; i < n; i += PIECE) {                                                      \
                const int64_t count = n - i < PIECE ? n - i : PIECE;                                      \
                exp_shifted_##suffix(count, x + i, max, powers);                                          \
                sum += ck_sum_##suffix(count, powers);                                                    \
            }                                                                                             \
            const T logarithm = log_of_##suffix(sum);                                                           \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (x[i] - max) - logarithm;               \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_logsumexp_##suffix(int64_t rows, int64_t n, const T *x, T *y) {                     \
        T powers[PIECE];                                                                                  \
        for (int64_t r = 0; r < rows; r++, x += n) {                                                      \
            const T max = ck_max_##suffix(n, x);                                                          \
            /* Of infinite elements alone: nothing is subtracted. */                                      \
            const T shift = max - max == 0 ? max : 0;                                                     \
            T sum = 0;                                                                                    \
            for (int64_t i = 0; i < n; i += PIECE) {                                                      \
                const int64_t count = n - i < PIECE ? n - i : PIECE;                                      \
                exp_shifted_##suffix(count, x + i, shift, powers);                                        \
                sum += ck_sum_##suffix(count, powers);                                                    \
            }                                                                                             \
            y[r] = log_of_##suffix(sum) + shift;                                                          \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_softmax_grad_##suffix(int64_t rows, int64_t n, const T *dy, const T *y, T *dx) {    \
        T products[PIECE];                                                                                \
        for (int64_t r = 0; r < rows; r++, dy += n, y += n, dx += n) {                                    \
            T sum = 0;                                                                                    \
            for (int64_t i = 0; i < n; i += PIECE) {                                                      \
                const int64_t count = n - i < PIECE ? n - i : PIECE;                                      \
                CK_INDEPENDENT for (int64_t c = 0; c < count; c++) products[c] = dy[i + c] * y[i + c];    \
                sum += ck_sum_##suffix(count, products);                                                  \
            }                                                                                             \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) dx[i] = y[i] * (dy[i] - sum);                  \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_log_softmax_grad_##suffix(int64_t rows, int64_t n, const T *dy, const T *logy, T *dx) { \
        T powers[PIECE];                                                                                  \
        for (int64_t r = 0; r < rows; r++, dy += n, logy += n, dx += n) {                                 \
            const T sum = ck_sum_##suffix(n, dy);                                                         \
            for (int64_t i = 0; i < n; i += PIECE) {                                                      \
                const int64_t count = n - i < PIECE ? n - i : PIECE;                                      \
                exp_shifted_##suffix(count, logy + i, 0, powers);                                         \
                CK_INDEPENDENT for (int64_t c = 0; c < count; c++) dx[i + c] = dy[i + c] - powers[c] * sum; \
            }                                                                                             \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(SOFTMAX)
