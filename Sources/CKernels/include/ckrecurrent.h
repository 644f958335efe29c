// One step of a recurrent layer: what follows the matrix products, and its gradient. Rules: see ckernels.h.
//
// All matrices are row-major without gaps, a row for each sequence; n is the hidden size. `x` are the products of the inputs,
// `h` those of the states before, a block of n columns for each gate; `bx` and `bh` their biases, both NULL or neither.
#ifndef SWIFTNN_CKRECURRENT_H
#define SWIFTNN_CKRECURRENT_H

#include "ckernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CK_RECURRENT(suffix, T)                                                                                      \
    /* state = f((x + bx) + (h + bh)), f the hyperbolic tangent, or max(·, 0) if relu. */                            \
    void ck_rnn_##suffix(int64_t rows, int64_t n, const T *x, const T *h, const T *bx, const T *bh, int relu, T *state); \
    /* dx, from the gradient of the state and the state. */                                                          \
    void ck_rnn_grad_##suffix(int64_t rows, int64_t n, const T *g, const T *state, int relu, T *dx);                 \
    /* Gates i, f, g, o, which replace x: cell = f cell + i g, in place; state = o tanh(cell). */                    \
    void ck_lstm_##suffix(int64_t rows, int64_t n, T *x, const T *h, const T *bx, const T *bh, T *cell, T *state);   \
    /* dx, from the gates, the cells before and after, the gradient of the state, and that of the cell, which becomes */ \
    /* the one of the cell before. */                                                                                \
    void ck_lstm_grad_##suffix(int64_t rows, int64_t n, const T *gates, const T *before, const T *cell, const T *g,  \
                               T *dcell, T *dx);                                                                     \
    /* Gates r, z, n, which replace x: n = tanh((x + bx) + r (h + bh)); state = n + z (state - n), in place. The third */ \
    /* part of h becomes h + bh. */                                                                                  \
    void ck_gru_##suffix(int64_t rows, int64_t n, T *x, T *h, const T *bx, const T *bh, T *state);                   \
    /* dx and dh, from the gates, the third part of h (rows `n` long), the states before, and the gradient of the */ \
    /* state, which becomes the part of that of the state before that does not go through h. */                      \
    void ck_gru_grad_##suffix(int64_t rows, int64_t n, const T *gates, const T *inner, const T *before, T *g, T *dx, T *dh);
CK_RECURRENT(f32, float)
CK_RECURRENT(f64, double)
#undef CK_RECURRENT

#ifdef __cplusplus
}
#endif

#endif
