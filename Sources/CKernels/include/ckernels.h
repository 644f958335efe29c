// The inner loops: pointers and counts in, no tensors, no policy.
//
// Common to all of them:
// - Strides are in elements and may be 0 or negative; counts may be 0. The pointer is that of the first element.
// - An output overlaps no input, unless it is exactly the same elements (same pointer, same stride).
// - bool elements are bytes 0 or 1. Flags are int: 0 or not.
// - The bits of a result do not depend on the CPU level or the optimisation level: additions have a fixed order and are
//   never fused with multiplications. (Elementary functions of float64, softmax of float64, and pow, are those of the C
//   library.)
#ifndef SWIFTNN_CKERNELS_H
#define SWIFTNN_CKERNELS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#define CK_CLOSED_ENUM __attribute__((enum_extensibility(closed)))
#else
#define CK_CLOSED_ENUM
#endif

/// Element types. The values index tables.
typedef enum CK_CLOSED_ENUM ck_dtype {
    CK_FLOAT32 = 0,
    CK_FLOAT64,
    CK_INT64,
    CK_INT32,
    CK_INT16,
    CK_INT8,
    CK_UINT8,
    CK_BOOL,
    CK_FLOAT16,   // stored in 16 bits, computed with as float32
    CK_BFLOAT16
} ck_dtype;
#define CK_DTYPE_COUNT 10

/// out[i] = f(x[i]).
typedef void (*ck_unary_loop)(int64_t n, const void *x, int64_t xs, void *out, int64_t os);
/// out[i] = f(a[i], b[i]).
typedef void (*ck_binary_loop)(int64_t n, const void *a, int64_t as, const void *b, int64_t bs, void *out, int64_t os);
/// out[i] = f(a[i], b[i], c[i]).
typedef void (*ck_ternary_loop)(int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                                const void *c, int64_t cs, void *out, int64_t os);

/// The dtype that Python's floats and quotients of integers get, one for the process; CK_FLOAT32 at first.
extern uint8_t ck_default_dtype_value;
static inline ck_dtype ck_default_dtype(void) { return (ck_dtype)__atomic_load_n(&ck_default_dtype_value, __ATOMIC_RELAXED); }
/// For one of the floating-point types.
static inline void ck_set_default_dtype(ck_dtype dtype) {
    __atomic_store_n(&ck_default_dtype_value, (uint8_t)dtype, __ATOMIC_RELAXED);
}

// ---- Elementwise ----------------------------------------------------------------------------------------------------

/// Functions of one argument. The result has the dtype of the argument unless it says bool.
typedef enum CK_CLOSED_ENUM ck_unary {
    CK_NEG,          // not bool; integers wrap
    CK_ABS,          // not bool; integers wrap
    CK_SIGN,         // all; 0 for NaN
    CK_SQUARE,       // not bool; integers wrap
    CK_EXP,          // floats; float32 within 1 ulp
    CK_LOG,          // floats; float32 within 1 ulp
    CK_SQRT,         // floats
    CK_RELU,         // not bool; keeps NaN
    CK_SIGMOID,      // floats: 1 / (1 + exp(-x)); float32 within 2.5 ulp, 0 below -88.7
    CK_TANH,         // floats; float32 within 1.5 ulp
    CK_ISNAN,        // all, to bool
    CK_ISFINITE,     // all, to bool
    CK_LOGICAL_NOT,  // all, to bool
    CK_CEIL,         // not bool, as the next four; integers stay
    CK_FLOOR,
    CK_TRUNC,
    CK_ROUND,        // halves to the even neighbour
    CK_FRAC,         // floats; x - trunc x
    CK_RECIPROCAL,   // floats
    CK_RSQRT,        // floats; 1 / sqrt x
    CK_EXPM1,        // floats, as all that follow up to CK_NDTR; float32 within 0.52 ulp
    CK_EXP2,
    CK_LOG2,
    CK_LOG10,
    CK_LOG1P,
    CK_LOGIT,        // log(x / (1 - x))
    CK_SIN,
    CK_COS,
    CK_TAN,
    CK_SINC,         // sin(pi x) / (pi x), 1 at 0
    CK_ASIN,
    CK_ACOS,
    CK_ATAN,
    CK_SINH,
    CK_COSH,
    CK_ASINH,
    CK_ACOSH,
    CK_ATANH,
    CK_ERF,
    CK_ERFC,
    CK_NDTR,         // the normal distribution
    CK_ERFCX,        // floats, as all that follow up to CK_I1E; exp(x²) erfc x
    CK_ERFINV,
    CK_NDTRI,        // the inverse of CK_NDTR
    CK_LOG_NDTR,
    CK_ENTR,         // -x log x
    CK_LGAMMA,       // log |gamma x|
    CK_DIGAMMA,
    CK_I0,           // modified Bessel functions of the first kind; with E, times exp(-|x|)
    CK_I0E,
    CK_I1,
    CK_I1E,
    CK_MANTISSA,     // floats; in [1/2, 1), with the sign of x
    CK_EXPONENT,     // floats, to int32: x = mantissa 2^exponent; 0 for 0, infinity and NaN
    CK_ISINF,        // all, to bool
    CK_ISPOSINF,     // all, to bool
    CK_ISNEGINF,     // all, to bool
    CK_SIGNBIT,      // all, to bool; true for -0
    CK_BITWISE_NOT   // integers and bool
} ck_unary;
#define CK_UNARY_COUNT 60

/// Functions of two arguments of one dtype. The result has that dtype unless it says bool.
typedef enum CK_CLOSED_ENUM ck_binary {
    CK_ADD,          // all; integers wrap, bool: or
    CK_SUB,          // not bool; integers wrap
    CK_MUL,          // all; integers wrap, bool: and
    CK_DIV,          // floats
    CK_DIV_TRUNC,    // not bool; the quotient rounded towards zero. Integers: x / 0 is 0
    CK_DIV_FLOOR,    // not bool; the quotient rounded down. Integers: x / 0 is 0
    CK_POW,          // not bool; integers wrap, and to a negative power give the fraction rounded towards zero
    CK_MAXIMUM,      // all; NaN if either is
    CK_MINIMUM,      // all; NaN if either is
    CK_EQ,           // all, to bool
    CK_NE,
    CK_LT,
    CK_LE,
    CK_GT,
    CK_GE,
    CK_RELU_GRAD,    // floats; a gradient, b output: b <= 0 ? 0 : a
    CK_SIGMOID_GRAD, // floats; a gradient, b output: a * (1 - b) * b
    CK_TANH_GRAD,    // floats; a gradient, b output: a * (1 - b * b)
    CK_ABS_GRAD,     // floats; a gradient, b input: a * sign(b)
    CK_REMAINDER,    // not bool; of the quotient rounded down. Integers: x modulo 0 is 0
    CK_FMOD,         // not bool; of the quotient rounded towards zero. Integers: x modulo 0 is 0
    CK_ATAN2,        // floats, as all that follow up to CK_XLOG1PY; float32 within 0.52 ulp
    CK_HYPOT,
    CK_LOGADDEXP,    // log(exp a + exp b)
    CK_LOGADDEXP2,   // log2(2^a + 2^b)
    CK_XLOGY,        // a log b, 0 where a is 0 and b is not NaN
    CK_XLOG1PY,      // a log(1 + b), likewise
    CK_ZETA,         // floats; the sum of (b + k)^-a over k >= 0
    CK_POLYGAMMA,    // floats; the a-th derivative of digamma at b, a whole and not negative
    CK_COPYSIGN,     // floats
    CK_LDEXP,        // floats; a 2^b, b a whole number
    CK_NEXTAFTER,    // floats, also the 16-bit ones; the neighbour of a on the side of b
    CK_HEAVISIDE,    // all; 0 for a < 0 and NaN, b for a = 0, 1 for a > 0
    CK_FMIN,         // all; the other one if either is NaN
    CK_FMAX,         // all; the other one if either is NaN
    CK_GCD,          // integers; not negative, but that 2^63 and the like wrap
    CK_LCM,          // integers; likewise
    CK_AND,          // integers and bool
    CK_OR,           // integers and bool
    CK_XOR,          // integers and bool
    CK_SHIFT_LEFT,   // integers; by a negative number, or by the width or more: 0
    CK_SHIFT_RIGHT,  // integers; likewise: 0, or -1 for negative a
    CK_LOGICAL_AND,  // all, to bool
    CK_LOGICAL_OR,   // all, to bool
    CK_LOGICAL_XOR,  // all, to bool
    CK_PRELU         // floats; a > 0 ? a : a * b
} ck_binary;
#define CK_BINARY_COUNT 46

/// The loop of `op` for `dtype`; NULL if there is none.
ck_unary_loop ck_unary_lookup(ck_unary op, ck_dtype dtype);
/// The loop of `op` for `dtype`; NULL if there is none.
ck_binary_loop ck_binary_lookup(ck_binary op, ck_dtype dtype);
/// out = a ? b : c. `a` is bool, the others have elements of 1, 2, 4 or 8 bytes; NULL for other sizes.
ck_ternary_loop ck_where_lookup(int element_size);

/// out = x converted. Never NULL. Equal dtypes copy.
///
/// To bool: x != 0. From floating point to int64 and int32: towards zero; NaN and what does not fit give the smallest
/// integer (what x86 gives). To narrower integers: as to int32, then the low bits. Between integers: the low bits.
/// From and to float16 and bfloat16: through float32, to the nearest, the even one of two.
ck_unary_loop ck_cast_lookup(ck_dtype from, ck_dtype to);

/// out = loop(x), where x, the output or both are float16 or bfloat16 and the loop takes and gives float32. An output of
/// another dtype is the loop's own.
void ck_unary_widened(ck_unary_loop loop, int64_t n, ck_dtype from, const void *x, int64_t xs,
                      ck_dtype to, void *out, int64_t os);
/// The same for two arguments, each float32, float16 or bfloat16.
void ck_binary_widened(ck_binary_loop loop, int64_t n, ck_dtype a_type, const void *a, int64_t as,
                       ck_dtype b_type, const void *b, int64_t bs, ck_dtype to, void *out, int64_t os);

/// out = a + alpha * b for floating point: alpha is rounded to the dtype, then the product, then the sum. For float16
/// and bfloat16 the product and the sum are float32, and the result is rounded.
void ck_add_scaled(ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                   double alpha, void *out, int64_t os);
/// out = a + alpha * b for integers, which wrap.
void ck_add_scaled_int(ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                       int64_t alpha, void *out, int64_t os);

/// out = min(max(x, *min), *max). A bound is an element of the dtype, or NULL. NaN in x stays; a bound that is NaN
/// makes all NaN; of bounds in the wrong order, max wins.
void ck_clamp(ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
              const void *min, const void *max);

/// out = x, but *nan for NaN, *high for infinity and *low for minus infinity, all of the dtype; floats.
void ck_nan_to_num(ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
                   const void *nan, const void *high, const void *low);

/// Activation functions of float32, float64, float16 and bfloat16, with up to three parameters a, b and c.
typedef enum CK_CLOSED_ENUM ck_activation {
    CK_ELU,          // x <= 0 ? a (exp(c x) - 1) : b x
    CK_GELU,         // x times the normal distribution at x
    CK_GELU_TANH,    // the same by an approximation with tanh
    CK_SILU,         // x sigmoid(x)
    CK_MISH,         // x tanh(log(1 + exp x))
    CK_SOFTPLUS,     // log(1 + exp(a x)) / a, x where a x > b
    CK_LOGSIGMOID,   // log(sigmoid x)
    CK_TANHSHRINK,   // x - tanh x
    CK_SOFTSIGN,     // x / (1 + |x|)
    CK_HARDTANH,     // x within [a, b]
    CK_LEAKY_RELU,   // x > 0 ? x : a x
    CK_HARDSIGMOID,  // x + 3 within [0, 6], / 6
    CK_HARDSWISH,    // x times that
    CK_HARDSHRINK,   // x where |x| > a, else 0
    CK_SOFTSHRINK,   // x moved by a towards 0
    CK_THRESHOLD     // x where x > a, else b
} ck_activation;
/// out = op(x).
void ck_activate(ck_activation op, ck_dtype dtype, int64_t n, const void *x, int64_t xs, void *out, int64_t os,
                 const double *parameters);
/// out = g * the slope of op at x.
void ck_activate_grad(ck_activation op, ck_dtype dtype, int64_t n, const void *g, int64_t gs, const void *x, int64_t xs,
                      void *out, int64_t os, const double *parameters);

/// Functions of three arguments of one dtype, which is the result's too.
typedef enum CK_CLOSED_ENUM ck_ternary {
    CK_LERP,      // floats; a + c (b - a), computed from the nearer end
    CK_ADDCMUL,   // not bool; a + factor * b * c, integers wrap
    CK_ADDCDIV    // floats; a + factor * b / c
} ck_ternary;
/// Whether `op` is defined for `dtype`.
bool ck_has_ternary(ck_ternary op, ck_dtype dtype);
/// out = op(a, b, c). Integers take their factor from `whole`.
void ck_ternary_run(ck_ternary op, ck_dtype dtype, int64_t n, const void *a, int64_t as, const void *b, int64_t bs,
                    const void *c, int64_t cs, double factor, int64_t whole, void *out, int64_t os);

/// out = *value, for elements of 1, 2, 4 or 8 bytes.
void ck_fill(int element_size, int64_t n, void *out, int64_t os, const void *value);

// ---- Reductions -----------------------------------------------------------------------------------------------------

typedef enum CK_CLOSED_ENUM ck_reduction {
    CK_SUM,   // accumulator: the dtype for floats, float32 for float16 and bfloat16, else int64 (wraps)
    CK_MAX,   // accumulator: the dtype, float32 for float16 and bfloat16; NaN wins
    CK_MIN,   // as CK_MAX
    CK_ALL,   // accumulator: bool
    CK_ANY,   // accumulator: bool
    CK_PROD,  // as CK_SUM, but not for float16 and bfloat16
    CK_COUNT, // elements that are not zero; accumulator: int64
    CK_SUM_ABS,     // float32 and float64: the sum of |x|
    CK_SUM_SQUARES, // float32 and float64: the sum of x²
    CK_NANSUM       // float32 and float64: the sum of what is a number
} ck_reduction;
#define CK_REDUCTION_COUNT 10

/// Folds n elements into *accumulator. The caller sets it first: 0 for sum, an element for max and min,
/// 1 for product,
/// true for all, false for any. The result depends on the elements and their order only, not on the stride.
typedef void (*ck_reduce_loop)(int64_t n, const void *x, int64_t xs, void *accumulator);
/// Folds `rows` rows of n contiguous elements, `rs` elements apart, into the n contiguous accumulators `out`.
typedef void (*ck_reduce_rows_loop)(int64_t rows, int64_t n, const void *x, int64_t rs, void *out);

/// The loop of `op` for `dtype`; NULL if there is none. Floating-point sums and products are blocked and pairwise.
ck_reduce_loop ck_reduce_lookup(ck_reduction op, ck_dtype dtype);
/// The loop of `op` over rows for `dtype`; NULL if there is none.
ck_reduce_rows_loop ck_reduce_rows_lookup(ck_reduction op, ck_dtype dtype);

/// Adds the sum of (x - *center)² to *squares, and that of x - *center to *rest, for n elements, float32 or float64.
/// The second is what rounding of the center leaves, by which the first can be corrected.
void ck_deviations(ck_dtype dtype, int64_t n, const void *x, int64_t xs, const void *center, void *squares, void *rest);
/// The same for `rows` rows of n contiguous elements, `rs` elements apart: n centers and results, contiguous.
void ck_deviations_rows(ck_dtype dtype, int64_t rows, int64_t n, const void *x, int64_t rs, const void *center,
                        void *squares, void *rest);
/// Makes n variances of these sums over `number` elements each, in place of `squares`: (squares - rest² / number) /
/// freedom, of which the square root if `root`. Exactly 0 for equal elements. Returns whether a sum is infinite.
int ck_spread(ck_dtype dtype, int64_t n, void *squares, const void *rest, double number, double freedom, int root);

/// The index of the largest element: the first of equal ones, the first NaN if there is one; 0 if n is 0.
int64_t ck_argmax(ck_dtype dtype, int64_t n, const void *x, int64_t xs);
/// The index of the smallest element: the first of equal ones, the first NaN if there is one; 0 if n is 0.
int64_t ck_argmin(ck_dtype dtype, int64_t n, const void *x, int64_t xs);

// ---- Normalisation --------------------------------------------------------------------------------------------------
// Everything contiguous, float32 or float64. Rows: [rows, n]. Planes: [outer, channels, inner]; what belongs to a plane lies
// at [outer * step + channel], with step = channels, or 0 where all of a channel's planes share it.

/// The mean of each row, and the inverse of the root of its variance + eps.
void ck_row_moments(ck_dtype dtype, int64_t rows, int64_t n, const void *x, double eps, void *mean, void *inverse);
/// y = (x - mean) * inverse * w + b; w and b have n elements or are NULL. Not `centered`: the mean is taken for 0.
void ck_norm_rows(ck_dtype dtype, int64_t rows, int64_t n, const void *x, const void *w, const void *b, double eps,
                  int centered, void *y, void *mean, void *inverse);
/// The gradients, given that of y. dw and db are added to; each of dx, dw and db may be NULL.
///
/// - scratch: room for 2 n elements.
void ck_norm_rows_grad(ck_dtype dtype, int64_t rows, int64_t n, const void *g, const void *x, const void *w,
                       const void *mean, const void *inverse, int centered, void *dx, void *dw, void *db, void *scratch);
/// y = (x - mean) * scale + shift.
void ck_norm_planes(ck_dtype dtype, int64_t outer, int64_t channels, int64_t inner, const void *x, const void *mean,
                    const void *scale, const void *shift, int64_t step, void *y);
/// Adds the sum of g to `plain`, and that of g * (x - mean) to `along`.
void ck_norm_plane_sums(ck_dtype dtype, int64_t outer, int64_t channels, int64_t inner, const void *g, const void *x,
                        const void *mean, int64_t step, double *plain, double *along);
/// Makes of these sums the coefficients of ck_norm_planes_grad, and adds to dw and db, of which each may be NULL. The moments
/// are those of `number` elements, of the channels of a group; or constants.
///
/// - inverse: [outer, groups].
/// - w: for each channel, or NULL.
void ck_norm_coefficients(ck_dtype dtype, int64_t outer, int64_t channels, int64_t groups, double number,
                          const double *plain, const double *along, const void *inverse, const void *w, int constant,
                          void *scale, void *slope, void *shift, void *dw, void *db);
/// dx = g * scale + (x - mean) * slope + shift.
void ck_norm_planes_grad(ck_dtype dtype, int64_t outer, int64_t channels, int64_t inner, const void *g, const void *x,
                         const void *mean, const void *scale, const void *slope, const void *shift, int64_t step, void *dx);

// ---- Elements by position -------------------------------------------------------------------------------------------
// Offsets and steps are in elements; every position is inside its array: the callers have checked. `from` and `to` share
// no memory. Positions that come several times are served in order, so that the last one wins.

/// The first of n indices that is not in [low, high), or -1.
int64_t ck_find_outside(int64_t n, const int64_t *index, int64_t is, int64_t low, int64_t high);
/// Adds `size` to the negative ones.
void ck_wrap_indices(int64_t n, int64_t *index, int64_t size);
/// offsets[i] += index[i] * step.
void ck_add_offsets(int64_t n, const int64_t *index, int64_t is, int64_t step, int64_t *offsets, int64_t os);

/// to[i * ti + j * ts] = from[offsets[i] + j * fs] for i < n, j < m; elements of 1, 2, 4 or 8 bytes.
void ck_gather(int element_size, int64_t n, int64_t m, const int64_t *offsets, const void *from, int64_t fs,
               void *to, int64_t ti, int64_t ts);
/// to[offsets[i] + j * ts] = from[i * fi + j * fs].
void ck_scatter(int element_size, int64_t n, int64_t m, const int64_t *offsets, const void *from, int64_t fi,
                int64_t fs, void *to, int64_t ts);
/// to[j * ts] = from[index[j] * step + j * fs].
void ck_gather_along(int element_size, int64_t n, const int64_t *index, int64_t is, int64_t step,
                     const void *from, int64_t fs, void *to, int64_t ts);
/// to[index[j] * step + j * ts] = from[j * fs].
void ck_scatter_along(int element_size, int64_t n, const int64_t *index, int64_t is, int64_t step,
                      const void *from, int64_t fs, void *to, int64_t ts);

/// What becomes of the element at a position and the one that comes to it.
typedef enum CK_CLOSED_ENUM ck_combination {
    CK_COMBINE_ADD,       // integers wrap, bool: or
    CK_COMBINE_MULTIPLY,  // integers wrap, bool: and
    CK_COMBINE_MAX,       // NaN if either is
    CK_COMBINE_MIN        // NaN if either is
} ck_combination;
#define CK_COMBINATION_COUNT 4

/// As ck_scatter and ck_scatter_along.
typedef void (*ck_combine_blocks_loop)(int64_t n, int64_t m, const int64_t *offsets, const void *from, int64_t fi,
                                       int64_t fs, void *to, int64_t ts);
typedef void (*ck_combine_along_loop)(int64_t n, const int64_t *index, int64_t is, int64_t step, const void *from,
                                      int64_t fs, void *to, int64_t ts);
/// For all dtypes but float16 and bfloat16, for which it is NULL.
ck_combine_blocks_loop ck_combine_blocks_lookup(ck_combination op, ck_dtype dtype);
ck_combine_along_loop ck_combine_along_lookup(ck_combination op, ck_dtype dtype);

/// How many of n bools are true.
int64_t ck_count_true(int64_t n, const uint8_t *mask, int64_t ms);
/// The elements where the mask is true, one after the other, `capacity` at most. Returns their number.
int64_t ck_compress(int element_size, int64_t n, const uint8_t *mask, int64_t ms, const void *from, int64_t fs,
                    void *to, int64_t capacity);
/// Puts the next element of `from`, of which there are `available`, to where the mask is true. Returns their number.
int64_t ck_expand(int element_size, int64_t n, const uint8_t *mask, int64_t ms, const void *from,
                  void *to, int64_t ts, int64_t available);
/// first + i for each true mask[i], `capacity` at most. Returns their number.
int64_t ck_true_positions(int64_t n, const uint8_t *mask, int64_t ms, int64_t first, int64_t *out, int64_t capacity);
/// For each true mask[i] a row of the rank - 1 numbers `front` and i, `capacity` rows at most. Returns their number.
int64_t ck_true_coordinates(int64_t n, const uint8_t *mask, int64_t ms, int64_t rank, const int64_t *front,
                            int64_t *out, int64_t capacity);

// ---- Scans ----------------------------------------------------------------------------------------------------------
// Along the middle one of three dimensions [outer, n, inner], contiguous. `out` may be `x`. Backwards if `reversed`.

typedef enum CK_CLOSED_ENUM ck_scan {
    CK_CUMSUM,       // all but bool and the 16-bit floats; integers wrap; float32 is added up in float64
    CK_CUMPROD,      // likewise
    CK_LOGCUMSUMEXP  // float32 and float64
} ck_scan;

/// out = the running sum, product, or logarithm of the sum of exponentials.
void ck_scan_run(ck_scan op, ck_dtype dtype, int64_t outer, int64_t n, int64_t inner, const void *x, void *out, int reversed);
/// The running maximum, or minimum if not `largest`, and where it stands: the last of equal ones, the last NaN if there
/// has been one. For all dtypes but the 16-bit floats.
void ck_scan_extreme(int largest, ck_dtype dtype, int64_t outer, int64_t n, int64_t inner, const void *x, void *values,
                     int64_t *indices);
/// out[i] = x[i] + factor[i] * out[i - 1]; float32 or float64. The first factor counts for nothing.
void ck_recurrence(ck_dtype dtype, int64_t outer, int64_t n, int64_t inner, const void *x, const void *factor, void *out,
                   int reversed);

// ---- Dense layers with few rows -------------------------------------------------------------------------------------
// Row-major matrices, ld* elements from row to row. Any m is right; they are meant for m up to about 8.

/// y[m,n] = x[m,k] · w[n,k]ᵀ + bias[n], then max(·, 0) if relu (NaN stays). bias may be NULL.
/// A row of x gives the same bits whatever m is.
void ck_linear_f32(int64_t m, int64_t n, int64_t k, const float *x, int64_t ldx, const float *w, int64_t ldw,
                   const float *bias, float *y, int64_t ldy, int relu);
void ck_linear_f64(int64_t m, int64_t n, int64_t k, const double *x, int64_t ldx, const double *w, int64_t ldw,
                   const double *bias, double *y, int64_t ldy, int relu);
/// dx[m,k] = dy[m,n] · w[n,k].
void ck_linear_grad_input_f32(int64_t m, int64_t n, int64_t k, const float *dy, int64_t lddy,
                              const float *w, int64_t ldw, float *dx, int64_t lddx);
void ck_linear_grad_input_f64(int64_t m, int64_t n, int64_t k, const double *dy, int64_t lddy,
                              const double *w, int64_t ldw, double *dx, int64_t lddx);
/// dw[n,k] = dy[m,n]ᵀ · x[m,k], added to what dw holds if `accumulate`.
void ck_linear_grad_weight_f32(int64_t m, int64_t n, int64_t k, const float *dy, int64_t lddy,
                               const float *x, int64_t ldx, float *dw, int64_t lddw, int accumulate);
void ck_linear_grad_weight_f64(int64_t m, int64_t n, int64_t k, const double *dy, int64_t lddy,
                               const double *x, int64_t ldx, double *dw, int64_t lddw, int accumulate);
/// y[m,n] += bias[n] (unless NULL), then max(·, 0) if relu (NaN stays). What follows a matrix product.
void ck_bias_relu_f32(int64_t m, int64_t n, float *y, int64_t ldy, const float *bias, int relu);
void ck_bias_relu_f64(int64_t m, int64_t n, double *y, int64_t ldy, const double *bias, int relu);

/// c[m,n] = a[m,k] · b[k,n] of integers of so many bytes, signed or not, which wrap around. ai, ap and bp, bj: the steps along
/// the rows and columns of a and of b; c is row-major.
void ck_integer_product(int32_t width, int64_t m, int64_t n, int64_t k, const void *a, int64_t ai, int64_t ap,
                        const void *b, int64_t bp, int64_t bj, void *c);

/// out[rows, columns] = |x[i] - y[j]|_p for all pairs of rows of x[rows, width] and columns of y[width, columns].
void ck_cdist_f32(int64_t rows, int64_t columns, int64_t width, const float *x, const float *y, float *out, double p);
void ck_cdist_f64(int64_t rows, int64_t columns, int64_t width, const double *x, const double *y, double *out, double p);
/// dx[rows, width] of it, for p of neither 0 nor 2: from g and the distances, both of the strides gi and gj, and from
/// x[rows, width] and y[columns, width].
void ck_cdist_grad_f32(int64_t rows, int64_t columns, int64_t width, const float *g, const float *distance, int64_t gi,
                       int64_t gj, const float *x, const float *y, float *dx, double p);
void ck_cdist_grad_f64(int64_t rows, int64_t columns, int64_t width, const double *g, const double *distance, int64_t gi,
                       int64_t gj, const double *x, const double *y, double *dx, double p);

// ---- Windows of images ----------------------------------------------------------------------------------------------

/// How the windows of a kernel lie over an image of three spatial dimensions; those that are not there are of size 1. Along
/// each, element k of the kernel at position t is the image's element t * stride + k * dilation - padding, or 0 outside of it.
typedef struct ck_windows {
    int64_t image[3], kernel[3], positions[3], stride[3], padding[3], dilation[3];
} ck_windows;

/// columns[c * K + k, p - begin]: element k of the kernel's K at position p of [begin, end), for so many channels of one
/// image. `leading`: from one row to the next. Elements are of 1, 2, 4 or 8 bytes.
void ck_unfold(int element_size, const ck_windows *w, int64_t channels, int64_t begin, int64_t end, const void *image,
               void *columns, int64_t leading);
/// Adds the columns to the image's elements that they are. For float32, float64 and int64.
void ck_fold(ck_dtype dtype, const ck_windows *w, int64_t channels, int64_t begin, int64_t end, const void *columns,
             int64_t leading, void *image);
/// Convolutions of one channel with one kernel, for float32 and float64, each added to the last argument:
/// output[p] += sum over k of kernel[k] * image[p, k]
void ck_plane(ck_dtype dtype, const ck_windows *w, const void *image, const void *kernel, void *output);
/// image[p, k] += kernel[k] * output[p]
void ck_plane_image(ck_dtype dtype, const ck_windows *w, const void *output, const void *kernel, void *image);
/// kernel[k] += sum over p of output[p] * image[p, k]
void ck_plane_kernel(ck_dtype dtype, const ck_windows *w, const void *output, const void *image, void *kernel);

// ---- Softmax over contiguous rows of n ------------------------------------------------------------------------------

/// y = exp(x - max) / sum(exp(x - max)) in each row. A row with +inf or NaN, or of -inf only, becomes NaN.
void ck_softmax_f32(int64_t rows, int64_t n, const float *x, float *y);
void ck_softmax_f64(int64_t rows, int64_t n, const double *x, double *y);
/// y = x - max - log(sum(exp(x - max))) in each row.
void ck_log_softmax_f32(int64_t rows, int64_t n, const float *x, float *y);
void ck_log_softmax_f64(int64_t rows, int64_t n, const double *x, double *y);
/// y[row] = log(sum(exp(x))) of each row, without overflow; n > 0.
void ck_logsumexp_f32(int64_t rows, int64_t n, const float *x, float *y);
void ck_logsumexp_f64(int64_t rows, int64_t n, const double *x, double *y);
/// dx = y * (dy - sum(dy * y)) in each row; y is the output of softmax.
void ck_softmax_grad_f32(int64_t rows, int64_t n, const float *dy, const float *y, float *dx);
void ck_softmax_grad_f64(int64_t rows, int64_t n, const double *dy, const double *y, double *dx);
/// dx = dy - exp(logy) * sum(dy) in each row; logy is the output of log_softmax.
void ck_log_softmax_grad_f32(int64_t rows, int64_t n, const float *dy, const float *logy, float *dx);
void ck_log_softmax_grad_f64(int64_t rows, int64_t n, const double *dy, const double *logy, double *dx);

// ---- Windows and resampling -------------------------------------------------------------------------------------------

/// Windows of a volume, each dimension by itself: the window at position j of dimension d begins at start[d][j] and has
/// count[d][j] elements, step[d] apart, which are all inside.
typedef struct ck_pooling_windows {
    int64_t in[3], out[3], step[3];
    const int64_t *start[3], *count[3];
    /// Where the windows of the last dimension are this far apart, 0 where they are not. They then begin at -pad, and
    /// have so many elements, of which those outside are left out.
    int64_t stride, pad, taps;
} ck_pooling_windows;

/// y = the largest element of each window, a NaN if there is one, and its position in its volume; the first of equal
/// ones, the last NaN. `at` may be NULL. An empty window gives the lowest number and its start. x and y are contiguous,
/// `planes` volumes. Floats and integers, not the 16-bit floats.
void ck_max_pool(ck_dtype dtype, int64_t planes, const ck_pooling_windows *windows, const void *x, void *y, int64_t *at);

/// y[o, j, i] = sum over t < count[j] of weight[first[j] + t] x[o, start[j] + t, i]; all contiguous. float32, float64 and
/// int64, which wraps. `weight` is of the dtype; for ones it is NULL, and so is `first`.
void ck_taps(ck_dtype dtype, int64_t outer, int64_t in, int64_t n, int64_t inner, const int64_t *start,
             const int64_t *count, const int64_t *first, const void *weight, const void *x, void *y);

// ---- Optimisers: one step over n contiguous parameters --------------------------------------------------------------

/// What a step does with d = k[0] g + k[1] p and x = k[2] p, where x is the parameter's new value in the end; the order of
/// operations is PyTorch's. Behind each method its state `s`, tensors of the parameter's size, and its factors from k[3] on.
typedef enum CK_CLOSED_ENUM ck_method {
    CK_SGD,               // none; -lr
    CK_SGD_FIRST,         // buffer, set to d; -lr, momentum, 1 - dampening, Nesterov's or not
    CK_SGD_MOMENTUM,      // the same
    CK_ADAM,              // average, square; 1 - beta1, beta2, 1 - beta2, root of the squares' correction, eps, -step size
    CK_AMSGRAD,           // the same, then the largest square
    CK_ADAMAX,            // average, norm; 1 - beta1, beta2, eps, -step size
    CK_NADAM,             // average, square; as Adam without the root, the step size along d, then that along the average
    CK_RADAM,             // average, square; as Adam with lr for the step size, the average's correction, the rectifier
    CK_RADAM_EARLY,       // the same
    CK_RMSPROP,           // square; alpha, 1 - alpha, eps, -lr
    CK_RMSPROP_MOMENTUM,  // square, buffer; the same, momentum
    CK_RMSPROP_CENTERED,  // square, average; as RMSprop
    CK_RMSPROP_BOTH,      // square, buffer, average; the same, momentum
    CK_ADAGRAD,           // sum; eps, -lr
    CK_ADADELTA,          // square, squared moves; rho, 1 - rho, eps, -lr
    CK_ASGD,              // average; -eta, mu
    CK_RPROP              // gradient before, step sizes; eta-, eta+, smallest and largest step
} ck_method;
#define CK_METHOD_COUNT 17
/// None of the tensors may overlap another.
typedef void (*ck_step)(int64_t n, void *p, const void *g, void *const *s, const double *k);
/// The step of `method` for float32 or float64; NULL for other types.
ck_step ck_step_lookup(ck_method method, ck_dtype dtype);

#ifdef __cplusplus
}
#endif

#endif
