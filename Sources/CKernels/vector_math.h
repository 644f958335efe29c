// exp, log, tanh and the sigmoid of 16 float32 at once, without branches and with the same bits at every CPU level.
//
// Arguments go by pointer: a vector passed by value would follow the calling convention of the lowest level.
#ifndef SWIFTNN_CKERNELS_VECTOR_MATH_H
#define SWIFTNN_CKERNELS_VECTOR_MATH_H

#include "internal.h"

/// mask ? a : b, lane by lane; lanes of the mask are all ones or all zeros.
#define CK_SELECT(mask, a, b) ((ck_f32x16)(((mask) & (ck_i32x16)(a)) | (~(mask) & (ck_i32x16)(b))))
// Subtracting zero changes no value, so that this is a broadcast and no arithmetic.
#define CK_SPLAT(value) ((float)(value) - (ck_f32x16){0})

/// exp within 1 ulp. x = n ln 2 + r, |r| <= ln 2 / 2; exp x = 2^n exp r.
CK_INLINE CK_WIDE void ck_exp16(const ck_f32x16 *input, ck_f32x16 *output) {
    const ck_f32x16 given = *input;
    // Beyond these the result is infinity or zero anyway. A comparison with NaN is false: NaN goes on.
    ck_f32x16 x = CK_SELECT(given > CK_SPLAT(89.0f), CK_SPLAT(89.0f), given);
    x = CK_SELECT(x < CK_SPLAT(-104.0f), CK_SPLAT(-104.0f), x);
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
    const ck_f32x16 magic = CK_SPLAT(12582912.0f);
    const ck_f32x16 shifted = x * CK_SPLAT(1.44269504088896341f) + magic;
    const ck_f32x16 n = shifted - magic;
    const ck_i32x16 exponent = (ck_i32x16)((ck_u32x16)shifted - (ck_u32x16)magic);
    // ln 2 in two parts, the first of so few bits that n times it is exact.
    const ck_f32x16 r = (x - n * CK_SPLAT(0.693359375f)) - n * CK_SPLAT(-2.12194440e-4f);
    ck_f32x16 p = CK_SPLAT(1.9875691500e-4f);
    p = p * r + CK_SPLAT(1.3981999507e-3f);
    p = p * r + CK_SPLAT(8.3334519073e-3f);
    p = p * r + CK_SPLAT(4.1665795894e-2f);
    p = p * r + CK_SPLAT(1.6666665459e-1f);
    p = p * r + CK_SPLAT(5.0000001201e-1f);
    p = (p * (r * r) + r) + CK_SPLAT(1.0f);
    // 2^n in two factors: neither overflows, and only the second product rounds when the result is subnormal.
    const ck_i32x16 half = exponent >> 1;
    const ck_i32x16 rest = (ck_i32x16)((ck_u32x16)exponent - (ck_u32x16)half);
    const ck_f32x16 a = (ck_f32x16)(((ck_u32x16)half + 127u) << 23);
    const ck_f32x16 b = (ck_f32x16)(((ck_u32x16)rest + 127u) << 23);
    *output = CK_SELECT(given == given, p * a * b, given);
}

/// 1 / (1 + exp(-x)) within 2.5 ulp.
CK_INLINE CK_WIDE void ck_sigmoid16(const ck_f32x16 *input, ck_f32x16 *output) {
    const ck_f32x16 negated = -*input;
    ck_f32x16 e;
    ck_exp16(&negated, &e);
    *output = CK_SPLAT(1.0f) / (CK_SPLAT(1.0f) + e);
}

/// tanh within 1.5 ulp: an odd polynomial near zero, 1 - 2 / (exp(2|x|) + 1) elsewhere.
CK_INLINE CK_WIDE void ck_tanh16(const ck_f32x16 *input, ck_f32x16 *output) {
    const ck_f32x16 x = *input;
    const ck_i32x16 sign = (ck_i32x16)x & INT32_MIN;
    const ck_f32x16 magnitude = (ck_f32x16)((ck_i32x16)x & INT32_MAX);
    const ck_f32x16 doubled = magnitude + magnitude;
    ck_f32x16 e;
    ck_exp16(&doubled, &e);
    const ck_f32x16 far = CK_SPLAT(1.0f) - CK_SPLAT(2.0f) / (e + CK_SPLAT(1.0f));
    const ck_f32x16 z = x * x;
    ck_f32x16 p = CK_SPLAT(-5.70498872745e-3f);
    p = p * z + CK_SPLAT(2.06390887954e-2f);
    p = p * z + CK_SPLAT(-5.37397155531e-2f);
    p = p * z + CK_SPLAT(1.33314422036e-1f);
    p = p * z + CK_SPLAT(-3.33332819422e-1f);
    const ck_f32x16 near = (p * z) * magnitude + magnitude;
    const ck_f32x16 y = CK_SELECT(magnitude < CK_SPLAT(0.625f), near, far);
    *output = (ck_f32x16)((ck_i32x16)y | sign);
}

/// The natural logarithm within 1 ulp. x = 2^e m, sqrt(1/2) <= m < sqrt(2); log x = e ln 2 + log m.
CK_INLINE CK_WIDE void ck_log16(const ck_f32x16 *input, ck_f32x16 *output) {
    const ck_f32x16 given = *input;
    const ck_i32x16 subnormal = given < CK_SPLAT(1.17549435e-38f);
    const ck_f32x16 x = CK_SELECT(subnormal, given * CK_SPLAT(8388608.0f), given);
    const ck_i32x16 bits = (ck_i32x16)x;
    // Subtracting the bits of sqrt(1/2) makes the exponent round so that m falls into the range.
    const ck_i32x16 offset = (ck_i32x16)((ck_u32x16)bits - 0x3f3504f3u);
    const ck_i32x16 exponent = (offset >> 23) - (subnormal & 23);
    const ck_f32x16 m = (ck_f32x16)((ck_i32x16)((ck_u32x16)(offset & 0x007fffff) + 0x3f3504f3u));
    const ck_f32x16 e = __builtin_convertvector(exponent, ck_f32x16);
    const ck_f32x16 f = m - CK_SPLAT(1.0f);
    const ck_f32x16 z = f * f;
    ck_f32x16 p = CK_SPLAT(7.0376836292e-2f);
    p = p * f + CK_SPLAT(-1.1514610310e-1f);
    p = p * f + CK_SPLAT(1.1676998740e-1f);
    p = p * f + CK_SPLAT(-1.2420140846e-1f);
    p = p * f + CK_SPLAT(1.4249322787e-1f);
    p = p * f + CK_SPLAT(-1.6668057665e-1f);
    p = p * f + CK_SPLAT(2.0000714765e-1f);
    p = p * f + CK_SPLAT(-2.4999993993e-1f);
    p = p * f + CK_SPLAT(3.3333331174e-1f);
    ck_f32x16 y = p * f * z;
    y = y + e * CK_SPLAT(-2.12194440e-4f);
    y = y - CK_SPLAT(0.5f) * z;
    y = (f + y) + e * CK_SPLAT(0.693359375f);
    // log inf = inf and log NaN = NaN; zero and negative arguments.
    y = CK_SELECT((given < CK_SPLAT(INFINITY)), y, given);
    y = CK_SELECT(given == CK_SPLAT(0.0f), CK_SPLAT(-INFINITY), y);
    *output = CK_SELECT(given < CK_SPLAT(0.0f), CK_SPLAT(NAN), y);
}

#endif
