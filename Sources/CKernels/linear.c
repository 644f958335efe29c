// The products of dense layers with few rows, where a general matrix product spends its time on packing.
#include "internal.h"

#define CONCAT2(a, b) a##b
#define CONCAT(a, b) CONCAT2(a, b)
#define NAME(name) CONCAT(CONCAT(name, _), SUFFIX)

// The first half of a vector plus the second.
CK_INLINE void halve_f32x16(const ck_f32x16 *v, ck_f32x8 *sum) {
    *sum = __builtin_shufflevector(*v, *v, 0, 1, 2, 3, 4, 5, 6, 7) +
           __builtin_shufflevector(*v, *v, 8, 9, 10, 11, 12, 13, 14, 15);
}

#define SUFFIX f32
#define REAL float
#define LANES 16
#define WIDE ck_f32x16
#define QUAD ck_f32x4
#define PAIR ck_f32x8
#define MASK ck_i32x8
#include "linear_template.h"

#define SUFFIX f64
#define REAL double
#define LANES 8
#define WIDE ck_f64x8
#define QUAD ck_f64x4
#define PAIR ck_f64x8
#define MASK ck_i64x8
#include "linear_template.h"
