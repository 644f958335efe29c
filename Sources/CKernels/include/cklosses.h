// The inner loops of losses and of embeddings. The conventions are those of ckernels.h.
#ifndef SWIFTNN_CKLOSSES_H
#define SWIFTNN_CKLOSSES_H

#include "ckernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Losses of single elements: an input x and a target t -----------------------------------------------------------

/// d is x - t. float32 and float64.
typedef enum CK_CLOSED_ENUM ck_loss {
    CK_LOSS_ABSOLUTE,     // |d|
    CK_LOSS_SQUARE,       // d²
    CK_LOSS_SMOOTH,       // d² / 2p where |d| < p, else |d| - p / 2
    CK_LOSS_HUBER,        // d² / 2 where |d| <= p, else p (|d| - p / 2)
    CK_LOSS_BINARY,       // -(t log x + (1 - t) log(1 - x)), logarithms at least -100
    CK_LOSS_LOGITS,       // the same of the logistic function of x: max(x, 0) - t x + log(1 + exp(-|x|))
    CK_LOSS_SOFT_MARGIN   // log(1 + exp(-t x))
} ck_loss;
#define CK_LOSS_COUNT 7

/// out = loss(x, t), p the parameter.
void ck_loss_run(ck_loss op, ck_dtype dtype, int64_t n, const void *x, int64_t xs, const void *t, int64_t ts, void *out,
                 int64_t os, double p);
/// out = g * dloss/dx.
void ck_loss_grad(ck_loss op, ck_dtype dtype, int64_t n, const void *g, int64_t gs, const void *x, int64_t xs,
                  const void *t, int64_t ts, void *out, int64_t os, double p);

/// Whether n elements, float32 or float64, are all in [0, 1].
bool ck_are_probabilities(ck_dtype dtype, int64_t n, const void *x, int64_t xs);

// ---- Class indices --------------------------------------------------------------------------------------------------

/// The first of n targets that is neither `ignored` nor one of the classes, or -1.
int64_t ck_find_no_class(int64_t n, const int64_t *target, int64_t ignored, int64_t classes);
/// For each of n targets the position of its class and its factor: the class's weight, or 1 without weights; 0 and 0 for
/// ignored ones. Returns the sum of the factors.
double ck_class_factors(ck_dtype dtype, int64_t n, const int64_t *target, int64_t ignored, const void *weight,
                        int64_t *positions, void *factors);

/// The cross entropy of each row of n > 0 logits with its class: (1 - s) w[y] l[y] + s / n Σ w[c] l[c], l the negative
/// logarithm of softmax; 0 for an ignored row. weight may be NULL. `stats` gets the maximum of each row, and after all of
/// those the logarithm of the sum of exp(x - maximum). Returns Σ w[y] of the rows that count.
double ck_cross_entropy_f32(int64_t rows, int64_t n, const float *x, const int64_t *target, int64_t ignored,
                            const float *weight, double smoothing, float *losses, float *stats);
double ck_cross_entropy_f64(int64_t rows, int64_t n, const double *x, const int64_t *target, int64_t ignored,
                            const double *weight, double smoothing, double *losses, double *stats);
/// dx of it, g * scale being the gradient of the losses.
void ck_cross_entropy_grad_f32(int64_t rows, int64_t n, const float *x, const float *stats, const int64_t *target,
                               int64_t ignored, const float *weight, double smoothing, const float *g, int64_t gs,
                               double scale, float *dx);
void ck_cross_entropy_grad_f64(int64_t rows, int64_t n, const double *x, const double *stats, const int64_t *target,
                               int64_t ignored, const double *weight, double smoothing, const double *g, int64_t gs,
                               double scale, double *dx);
/// The same as a function of softmax: each row's dloss/dx is totals * softmax - shares.
void ck_cross_entropy_shares_f32(int64_t rows, int64_t n, const int64_t *target, int64_t ignored, const float *weight,
                                 double smoothing, float *shares, float *totals);
void ck_cross_entropy_shares_f64(int64_t rows, int64_t n, const int64_t *target, int64_t ignored, const double *weight,
                                 double smoothing, double *shares, double *totals);

/// For each row Σ max(0, 1 - x[t] + x[i]) / n over the targets t before the first -1 and the i that are no target; and its
/// slopes by x. Targets are -1 or classes. `marks` has n bytes, all 0 before and after.
void ck_multilabel_margin(ck_dtype dtype, int64_t rows, int64_t n, const void *x, const int64_t *target, void *losses,
                          void *slopes, uint8_t *marks);

// ---- Connectionist temporal classification --------------------------------------------------------------------------

/// The negative log likelihood of `length` labels given log probabilities: `steps` of `classes`, `stride` apart, element
/// by element. alpha[steps][2 length + 1] is filled. Infinity where the labels do not fit.
double ck_ctc(int64_t steps, int64_t classes, const double *logs, int64_t stride, const int64_t *labels, int64_t length,
              int64_t blank, double *alpha);
/// gradient[step][class], laid out as logs: g (exp(logs) - the probability that the class is passed at the step), which
/// is the gradient with regard to logits of which logs is the log softmax. beta has room for two rows of 2 length + 1.
void ck_ctc_grad(int64_t steps, int64_t classes, const double *logs, int64_t stride, const int64_t *labels,
                 int64_t length, int64_t blank, const double *alpha, double loss, double g, double *beta, double *gradient);

// ---- Bags of rows ---------------------------------------------------------------------------------------------------
// Rows of `width` contiguous elements; index[offsets[b] ..< offsets[b + 1]] names those of bag b. Of width 4 or 8 bytes:
// float32 and float64. Rows `padding` (-1 for none) count for nothing.

/// out[b] = Σ factor[j] table[index[j]], factors NULL for ones; divided by the number of rows if `mean`.
void ck_bag_sum(ck_dtype dtype, int64_t bags, int64_t width, const int64_t *offsets, const int64_t *index, int64_t padding,
                const void *table, const void *factors, int mean, void *out);
/// out[b] = the largest elements, and the rows they come from: zero and -1 for a bag without rows.
void ck_bag_max(ck_dtype dtype, int64_t bags, int64_t width, const int64_t *offsets, const int64_t *index, int64_t padding,
                const void *table, void *out, int64_t *rows);
/// table[index[j]] += factor[j] * g[bag[j]] for n rows, in order; factors may be NULL. Rows with a negative index are left out.
void ck_bag_add(ck_dtype dtype, int64_t n, int64_t width, const int64_t *bag, const int64_t *index, const void *factors,
                const void *g, void *table);

#ifdef __cplusplus
}
#endif

#endif
