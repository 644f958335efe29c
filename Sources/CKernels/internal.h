// What the kernel families share: CPU levels, contraction, vector types.
#ifndef SWIFTNN_CKERNELS_INTERNAL_H
#define SWIFTNN_CKERNELS_INTERNAL_H

#include "ckernels.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

// A product and a sum are rounded separately, so that levels with and without fused multiply-add agree. The pragmas
// act on the file that includes this one.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpass-failed"
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

// One version of the function for each CPU level, chosen when the library is loaded. The mechanism (ifunc) is glibc's.
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

// For functions written with 64-byte vectors: use registers of that size where there are any. Goes with CK_INLINE, not
// with CK_CLONES; the caller inherits it.
#if defined(__clang__) && defined(__x86_64__)
#define CK_WIDE __attribute__((min_vector_width(512)))
#else
#define CK_WIDE
#endif

// Must become part of each version of its caller.
#define CK_INLINE static inline __attribute__((always_inline))

// Loops over registers, whose counts are constants where they are inlined.
#if defined(__clang__)
#define CK_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define CK_UNROLL _Pragma("GCC unroll 16")
#else
#define CK_UNROLL
#endif

// The compiler need not check for overlap: an output is apart from the inputs or in place, element upon element.
// Without this, loops in place would run one element at a time.
#if defined(__clang__)
#define CK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#define CK_SCALAR _Pragma("clang loop vectorize(disable) unroll(disable)")
#elif defined(__GNUC__)
#define CK_INDEPENDENT _Pragma("GCC ivdep")
#define CK_SCALAR
#else
#define CK_INDEPENDENT
#define CK_SCALAR
#endif

// Without the errno of sqrt(), which would keep the loop from being vectorised.
#if defined(__clang__)
#define CK_SQRT_OF(x) __builtin_elementwise_sqrt(x)
#else
#pragma GCC optimize("no-math-errno")
#define CK_SQRT_OF(x) _Generic((x), float: sqrtf, double: sqrt)(x)
#endif

typedef float ck_f32x16 __attribute__((vector_size(64)));
typedef float ck_f32x8 __attribute__((vector_size(32)));
typedef float ck_f32x4 __attribute__((vector_size(16)));
typedef int32_t ck_i32x16 __attribute__((vector_size(64)));
typedef uint32_t ck_u32x16 __attribute__((vector_size(64)));
typedef int32_t ck_i32x8 __attribute__((vector_size(32)));
typedef double ck_f64x8 __attribute__((vector_size(64)));
typedef double ck_f64x4 __attribute__((vector_size(32)));
typedef int64_t ck_i64x8 __attribute__((vector_size(64)));

// The dtypes of each kind: X(dtype, suffix, element) and X(dtype, suffix, element, arithmetic type). Integers compute
// in the unsigned type, where overflow is defined; narrow ones in 32 bits, as C would promote them to int.
#define CK_FLOAT_TYPES(X) X(CK_FLOAT32, f32, float) X(CK_FLOAT64, f64, double)
#define CK_INT_TYPES(X)                                                                                   \
    X(CK_INT64, i64, int64_t, uint64_t)                                                                   \
    X(CK_INT32, i32, int32_t, uint32_t)                                                                   \
    X(CK_INT16, i16, int16_t, uint32_t)                                                                   \
    X(CK_INT8, i8, int8_t, uint32_t)                                                                      \
    X(CK_UINT8, u8, uint8_t, uint32_t)

/// float16 and bfloat16 are computed with in pieces of this many elements, which stay in the first-level cache.
enum { CK_PIECE = 1024 };
/// At most CK_PIECE elements as float32; a stride of 0 stays one element. Returns the stride in `out`, 1 or 0.
int64_t ck_widen(ck_dtype dtype, int64_t n, const void *x, int64_t xs, float *out);
/// Rounds float32 to float16 or bfloat16.
void ck_narrow(ck_dtype dtype, int64_t n, const float *x, void *out, int64_t os);

// What sums of a function of the elements are taken of.
#define CK_ABSOLUTE(x) _Generic((x), float: __builtin_fabsf, double: __builtin_fabs)(x)
#define CK_SQUARE_OF(x) ((x) * (x))
#define CK_WITHOUT_NAN(x) ((x) == (x) ? (x) : 0)

/// Sums n contiguous elements in the order that all sums share. For other families; `ck_reduce_lookup` is the public way.
float ck_sum_f32(int64_t n, const float *x);
double ck_sum_f64(int64_t n, const double *x);
/// The largest of n > 0 contiguous elements, NaN if there is one.
float ck_max_f32(int64_t n, const float *x);
double ck_max_f64(int64_t n, const double *x);

#endif
