// exp(x - shift) of contiguous elements, for softmax and what is made of it.
#ifndef SWIFTNN_CKERNELS_SHIFTED_EXP_H
#define SWIFTNN_CKERNELS_SHIFTED_EXP_H

#include "internal.h"
#include "vector_math.h"

// out = exp(x - shift).
CK_INLINE CK_WIDE void exp_shifted_f32(int64_t n, const float *x, float shift, float *out) {
    const ck_f32x16 subtrahend = CK_SPLAT(shift);
    ck_f32x16 v;
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        memcpy(&v, x + i, sizeof v);
        v -= subtrahend;
        ck_exp16(&v, &v);
        memcpy(out + i, &v, sizeof v);
    }
    if (i < n) {
        float lanes[16] = {0};
        memcpy(lanes, x + i, (size_t)(n - i) * sizeof(float));
        memcpy(&v, lanes, sizeof v);
        v -= subtrahend;
        ck_exp16(&v, &v);
        memcpy(lanes, &v, sizeof v);
        memcpy(out + i, lanes, (size_t)(n - i) * sizeof(float));
    }
}
CK_INLINE void exp_shifted_f64(int64_t n, const double *x, double shift, double *out) {
    for (int64_t i = 0; i < n; i++) out[i] = exp(x[i] - shift);
}

// A logarithm that is the library's own for float32: the bits do not depend on the C library there.
CK_INLINE CK_WIDE float log_of_f32(float x) {
    const ck_f32x16 v = CK_SPLAT(x);
    ck_f32x16 y;
    ck_log16(&v, &y);
    return y[0];
}
CK_INLINE double log_of_f64(double x) { return log(x); }

// The sum of exp(x - shift), and of products, through a buffer that the shared sum takes in one piece: rows longer than
// it are added piece by piece.
enum { PIECE = 1024 };

#endif
