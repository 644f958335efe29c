// Special functions in float64 that the C library lacks.
#ifndef SWIFTNN_CKERNELS_SPECIAL_H
#define SWIFTNN_CKERNELS_SPECIAL_H

#include "internal.h"

/// log |gamma x|.
double ck_lgamma(double x);
/// The derivative of log gamma: -inf or inf at zeros, NaN at negative integers.
double ck_digamma(double x);
/// Hurwitz's zeta, the sum of (q + k)^-s over k >= 0: NaN for s < 1, and for q < 0 unless s is whole.
double ck_zeta(double s, double q);
/// The n-th derivative of digamma, n a whole number of at least 0.
double ck_polygamma(double n, double x);
/// exp(x²) erfc x.
double ck_erfcx(double x);
double ck_erfinv(double x);
/// The normal distribution, its inverse and its logarithm.
double ck_ndtr(double x);
double ck_ndtri(double p);
double ck_log_ndtr(double x);
/// -x log x.
double ck_entr(double x);
/// The modified Bessel functions of the first kind; with e, times exp(-|x|).
double ck_i0(double x);
double ck_i0e(double x);
double ck_i1(double x);
double ck_i1e(double x);

#endif
