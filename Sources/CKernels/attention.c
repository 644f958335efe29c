// The weights of attention from the scores: scale, masks and softmax in one pass over a row.
#include "ckattention.h"
#include "shifted_exp.h"

#define ATTENTION(dtype, suffix, T)                                                                       \
    CK_CLONES void ck_attention_weights_##suffix(int64_t rows, int64_t n, T *scores, double scale, const uint8_t *keep, \
                                                 const T *bias, int64_t rs, int64_t cs, int64_t causal) { \
        const T factor = (T)scale, nothing = -(T)INFINITY;                                                \
        for (int64_t r = 0; r < rows; r++, scores += n) {                                                 \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) scores[j] = scores[j] * factor;                \
            if (keep) {                                                                                   \
                const uint8_t *const row = keep + r * rs;                                                 \
                CK_INDEPENDENT for (int64_t j = 0; j < n; j++) scores[j] = row[j * cs] ? scores[j] : nothing; \
            }                                                                                             \
            if (bias) {                                                                                   \
                const T *const row = bias + r * rs;                                                       \
                CK_INDEPENDENT for (int64_t j = 0; j < n; j++) scores[j] = scores[j] + row[j * cs];       \
            }                                                                                             \
            if (causal >= 0) {                                                                            \
                for (int64_t j = causal + r + 1; j < n; j++) scores[j] = nothing;                         \
            }                                                                                             \
            const T max = n > 0 ? ck_max_##suffix(n, scores) : nothing;                                   \
            if (max == nothing) {                                                                         \
                for (int64_t j = 0; j < n; j++) scores[j] = 0;                                            \
                continue;                                                                                 \
            }                                                                                             \
            exp_shifted_##suffix(n, scores, max, scores);                                                 \
            const T sum = ck_sum_##suffix(n, scores);                                                     \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) scores[j] = scores[j] / sum;                   \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(ATTENTION)
