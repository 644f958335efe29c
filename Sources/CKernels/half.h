// float16 and bfloat16 as bits, from and to float32: integer and float32 arithmetic only, so that loops over them
// vectorise at every CPU level and need nothing of the compiler's run-time library.
#ifndef SWIFTNN_CKERNELS_HALF_H
#define SWIFTNN_CKERNELS_HALF_H

#include "internal.h"

CK_INLINE float ck_float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
CK_INLINE uint32_t ck_bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// Exact. A NaN keeps its sign and payload and becomes quiet.
CK_INLINE float ck_float_of_f16(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7fff;
    // The exponent moves so far up that infinity and NaN stay, and is put right by a product that is exact.
    const float normal = ck_float_of_bits((magnitude << 13) + 0x70000000u) * 0x1p-112f;
    // A subnormal: its digits at the end of those of 1/2.
    const float subnormal = ck_float_of_bits(magnitude | 0x3f000000u) - 0.5f;
    return ck_float_of_bits(ck_bits_of_float(magnitude < 0x400 ? subnormal : normal) | sign);
}

/// The nearest, the even one of two; what is too large becomes infinity. A NaN keeps its sign and the upper bits of its
/// payload and becomes quiet.
CK_INLINE uint16_t ck_f16_of_float(float value) {
    const uint32_t bits = ck_bits_of_float(value), magnitude = bits & 0x7fffffffu;
    // Added to a power of two of which the last digit is that of the result, the value is rounded there. The products
    // let what is too large overflow.
    uint32_t bias = magnitude & 0x7f800000u;
    bias = bias < 0x38800000u ? 0x38800000u : bias;
    const float scaled = (ck_float_of_bits(magnitude) * 0x1p112f) * 0x1p-110f;
    const uint32_t rounded = ck_bits_of_float(ck_float_of_bits(bias + 0x07800000u) + scaled);
    const uint32_t number = ((rounded >> 13) & 0x7c00u) + (rounded & 0x0fffu);
    const uint32_t nan = 0x7e00u | (magnitude >> 13);
    return (uint16_t)((bits >> 16 & 0x8000u) | (magnitude > 0x7f800000u ? nan & 0x7fffu : number));
}

/// Exact, bits and all.
CK_INLINE float ck_float_of_bf16(uint16_t half) { return ck_float_of_bits((uint32_t)half << 16); }

/// The nearest, the even one of two. A NaN keeps its sign and the upper bits of its payload and becomes quiet.
CK_INLINE uint16_t ck_bf16_of_float(float value) {
    const uint32_t bits = ck_bits_of_float(value);
    const uint32_t rounded = bits + 0x7fffu + (bits >> 16 & 1);
    return (uint16_t)((bits & 0x7fffffffu) > 0x7f800000u ? (bits >> 16) | 0x40u : rounded >> 16);
}

#endif
