// The exponential function of a row, for what is normalised by its sum.
#ifndef SWIFTNN_CKERNELS_EXP_ROWS_H
#define SWIFTNN_CKERNELS_EXP_ROWS_H

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

#endif
