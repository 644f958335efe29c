// Attention. Rules: see ckernels.h.
#ifndef SWIFTNN_CKATTENTION_H
#define SWIFTNN_CKATTENTION_H

#include "ckernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/// For each of `rows` contiguous rows of n scores, in place: softmax(scale * scores + mask). The mask is `keep`, whose zeros
/// take an element out, or `bias`, which is added, or NULL both; element j of row r at r * rs + j * cs. With causal >= 0
/// elements past causal + r are taken out too. A row of which nothing is left becomes zeros.
void ck_attention_weights_f32(int64_t rows, int64_t n, float *scores, double scale, const uint8_t *keep, const float *bias,
                              int64_t rs, int64_t cs, int64_t causal);
void ck_attention_weights_f64(int64_t rows, int64_t n, double *scores, double scale, const uint8_t *keep, const double *bias,
                              int64_t rs, int64_t cs, int64_t causal);

#ifdef __cplusplus
}
#endif

#endif
