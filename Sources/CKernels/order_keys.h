// Elements as unsigned keys of the same order: NaN is the largest, of whatever sign and payload, and -0 is 0.
#ifndef SWIFTNN_CKERNELS_ORDER_KEYS_H
#define SWIFTNN_CKERNELS_ORDER_KEYS_H

#include "ckorder.h"
#include "internal.h"

// Of the bits of a floating-point number: those of a negative one are turned around.
#define FLOAT_KEY(NAME, KEY, SIGNED, SIGN, INFINITE)                                                          \
    CK_INLINE KEY ck_key_##NAME(KEY bits) {                                                                   \
        const KEY magnitude = (KEY)(bits & (KEY)~(KEY)SIGN);                                                  \
        const KEY turned = (KEY)(bits ^ (KEY)((KEY)((SIGNED)bits >> (8 * sizeof(KEY) - 1)) | (KEY)SIGN));     \
        const KEY number = magnitude == 0 ? (KEY)SIGN : turned;                                               \
        return magnitude > (KEY)INFINITE ? (KEY)~(KEY)0 : number;                                             \
    }
FLOAT_KEY(f32, uint32_t, int32_t, 0x80000000u, 0x7f800000u)
FLOAT_KEY(f64, uint64_t, int64_t, 0x8000000000000000u, 0x7ff0000000000000u)
FLOAT_KEY(f16, uint16_t, int16_t, 0x8000u, 0x7c00u)
FLOAT_KEY(bf16, uint16_t, int16_t, 0x8000u, 0x7f80u)
CK_INLINE uint64_t ck_key_i64(uint64_t bits) { return bits ^ 0x8000000000000000u; }
CK_INLINE uint32_t ck_key_i32(uint32_t bits) { return bits ^ 0x80000000u; }
CK_INLINE uint16_t ck_key_i16(uint16_t bits) { return bits ^ 0x8000u; }
CK_INLINE uint8_t ck_key_i8(uint8_t bits) { return bits ^ 0x80u; }
CK_INLINE uint8_t ck_key_u8(uint8_t bits) { return bits; }

// X(dtype, suffix, key): the types whose keys have up to 32 bits, and those of 64.
#define NARROW_KEYS(X)                                                                                                     \
    X(CK_FLOAT32, f32, uint32_t) X(CK_INT32, i32, uint32_t) X(CK_INT16, i16, uint16_t) X(CK_FLOAT16, f16, uint16_t)        \
    X(CK_BFLOAT16, bf16, uint16_t) X(CK_INT8, i8, uint8_t) X(CK_UINT8, u8, uint8_t) X(CK_BOOL, u8, uint8_t)
#define WIDE_KEYS(X) X(CK_FLOAT64, f64, uint64_t) X(CK_INT64, i64, uint64_t)
#define ALL_KEYS(X) NARROW_KEYS(X) WIDE_KEYS(X)

CK_INLINE int ck_key_bytes(ck_dtype dtype) {
    switch (dtype) {
#define SIZE(DTYPE, NAME, KEY) case DTYPE: return sizeof(KEY);
        ALL_KEYS(SIZE)
#undef SIZE
    }
    return 0;
}

/// The key of every NaN; 0 for a dtype that has none.
CK_INLINE uint64_t ck_key_of_nan(ck_dtype dtype) {
    switch (dtype) {
    case CK_FLOAT32: return 0xffffffffu;
    case CK_FLOAT64: return ~(uint64_t)0;
    case CK_FLOAT16:
    case CK_BFLOAT16: return 0xffffu;
    default: return 0;
    }
}

#endif
