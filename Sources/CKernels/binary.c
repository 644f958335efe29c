// Elementwise functions of two arguments.
#include <float.h>
#include "functions.h"
#include "loops.h"

// Small whole exponents by multiplication: exact rounding, and much faster. The rule is by element, so that the result
// does not depend on how the exponent is laid out.
#define MAX_f32 FLT_MAX
#define MAX_f64 DBL_MAX
#define FLOAT_FUNCTIONS(dtype, suffix, T)                                                                 \
    static inline T power_of_##suffix(T u, T v) {                                                         \
        if (v == 2) return u * u;                                                                         \
        if (v == 3) return u * u * u;                                                                     \
        if (v == 1) return u;                                                                             \
        if (v == -1) return 1 / u;                                                                        \
        /* As pow has it, of the negative infinity and zero too. */                                       \
        if (v == (T)0.5) return u < -MAX_##suffix ? -u : CK_SQRT_OF(u) + 0;                               \
        return CK_MATH(pow, T)(u, v);                                                                     \
    }                                                                                                     \
    /* As Python's and PyTorch's: fmod is exact, so that the quotient of u - fmod(u, v) is nearly whole. */ \
    static inline T floor_quotient_##suffix(T u, T v) {                                                   \
        if (v == 0) return u / v;                                                                         \
        /* Of infinities there is no remainder: the quotient rounded down, as the array API has it. */    \
        if (u - u != 0 || v - v != 0) return CK_MATH(floor, T)(u / v);                                    \
        const T remainder = CK_MATH(fmod, T)(u, v);                                                       \
        T quotient = (u - remainder) / v;                                                                 \
        if (remainder != 0 && (v < 0) != (remainder < 0)) quotient -= 1;                                  \
        if (quotient == 0) return CK_MATH(copysign, T)(0, u / v);                                         \
        const T whole = CK_MATH(floor, T)(quotient);                                                      \
        return quotient - whole > (T)0.5 ? whole + 1 : whole;                                             \
    }                                                                                                     \
    static inline T remainder_of_##suffix(T u, T v) {                                                     \
        const T remainder = CK_MATH(fmod, T)(u, v);                                                       \
        /* A zero has the sign of v too, as in Python. */                                                 \
        if (remainder == 0) return CK_MATH(copysign, T)(0, v);                                            \
        return (v < 0) != (remainder < 0) ? remainder + v : remainder;                                    \
    }
CK_FLOAT_TYPES(FLOAT_FUNCTIONS)

#define FLOAT_LOOPS(dtype, suffix, T)                                                                     \
    BINARY_LOOP(CK_CLONES, add_##suffix, T, T, u + v)                                                            \
    BINARY_LOOP(CK_CLONES, sub_##suffix, T, T, u - v)                                                            \
    BINARY_LOOP(CK_CLONES, mul_##suffix, T, T, u *v)                                                             \
    BINARY_LOOP(CK_CLONES, div_##suffix, T, T, u / v)                                                            \
    BINARY_LOOP(CK_CLONES, div_trunc_##suffix, T, T, CK_MATH(trunc, T)(u / v))                                   \
    BINARY_LOOP(, div_floor_##suffix, T, T, floor_quotient_##suffix(u, v))                                       \
    BINARY_LOOP(, power_##suffix, T, T, power_of_##suffix(u, v))                                          \
    UNARY_LOOP(CK_CLONES, cube_##suffix, T, T, v *v *v)                                                   \
    UNARY_LOOP(CK_CLONES, inverse_##suffix, T, T, 1 / v)                                                  \
    UNARY_LOOP(CK_CLONES, root_##suffix, T, T, v < -MAX_##suffix ? -v : CK_SQRT_OF(v) + 0)                \
    static void pow_##suffix(int64_t n, const void *a, int64_t as, const void *b, int64_t bs, void *out, int64_t os) { \
        /* One exponent for all: the loops without a branch for what power_of does with it. */            \
        const T exponent = n > 0 && bs == 0 ? *(const T *)b : 0;                                          \
        if (exponent == 3) cube_##suffix(n, a, as, out, os);                                              \
        else if (exponent == -1) inverse_##suffix(n, a, as, out, os);                                     \
        else if (exponent == (T)0.5) root_##suffix(n, a, as, out, os);                                    \
        else power_##suffix(n, a, as, b, bs, out, os);                                                    \
    }                                                                                                     \
    BINARY_LOOP(CK_CLONES, maximum_##suffix, T, T, ((u > v) | (u != u)) ? u : v)                                   \
    BINARY_LOOP(CK_CLONES, minimum_##suffix, T, T, ((u < v) | (u != u)) ? u : v)                                   \
    BINARY_LOOP(CK_CLONES, relu_grad_##suffix, T, T, v <= 0 ? (T)0 : u)                                          \
    BINARY_LOOP(CK_CLONES, sigmoid_grad_##suffix, T, T, u *(1 - v) * v)                                          \
    BINARY_LOOP(CK_CLONES, tanh_grad_##suffix, T, T, u *(1 - v * v))                                             \
    BINARY_LOOP(CK_CLONES, prelu_##suffix, T, T, u > 0 ? u : u * v)                                       \
    BINARY_LOOP(CK_CLONES, abs_grad_##suffix, T, T, u *(T)((v > 0) - (v < 0)))                            \
    BINARY_LOOP(, remainder_##suffix, T, T, remainder_of_##suffix(u, v))                                  \
    BINARY_LOOP(, fmod_##suffix, T, T, CK_MATH(fmod, T)(u, v))                                            \
    BINARY_LOOP(CK_CLONES, copysign_##suffix, T, T, CK_MATH(copysign, T)(u, v))                           \
    static inline T scaled_##suffix(T u, T v) {                                                           \
        return CK_MATH(ldexp, T)(u, v > 5000 ? 5000 : v < -5000 ? -5000 : (int)v);                        \
    }                                                                                                     \
    BINARY_LOOP(, ldexp_##suffix, T, T, scaled_##suffix(u, v))                                            \
    BINARY_LOOP(, nextafter_##suffix, T, T, CK_MATH(nextafter, T)(u, v))                                  \
    BINARY_LOOP(CK_CLONES, fmin_##suffix, T, T, ((u < v) | (v != v)) ? u : v)                             \
    BINARY_LOOP(CK_CLONES, fmax_##suffix, T, T, ((u > v) | (v != v)) ? u : v)
CK_FLOAT_TYPES(FLOAT_LOOPS)

// Without comparing an unsigned element with zero, at which compilers frown.
#define IS_SIGNED(T) ((T)-1 < (T)1)
#define IS_NEGATIVE(T, x) (IS_SIGNED(T) && (x) < 1 && (x) != 0)
#define IS_MINUS_ONE(T, U, x) (IS_SIGNED(T) && (U)(x) == (U)(T)-1)

// The smallest integer divided by -1, and a division by zero, trap in hardware: neither reaches it. Quotients are those
// of F, in which they are whole numbers W once they are rounded towards zero.
#define DIVISIONS(suffix, T, U, F, W)                                                                     \
    CK_INLINE T quotient_##suffix(T u, T v) {                                                             \
        const T divisor = ((v == 0) | IS_MINUS_ONE(T, U, v)) ? 1 : v;                                     \
        const T quotient = (T)(W)((F)u / (F)divisor);                                                     \
        return v == 0 ? 0 : IS_MINUS_ONE(T, U, v) ? (T)((U)0 - (U)u) : quotient;                          \
    }                                                                                                     \
    CK_INLINE T fmod_of_##suffix(T u, T v) {                                                              \
        return v == 0 ? 0 : (T)((U)u - (U)quotient_##suffix(u, v) * (U)v);                                \
    }                                                                                                     \
    CK_INLINE T floor_quotient_##suffix(T u, T v) {                                                       \
        const T rest = fmod_of_##suffix(u, v);                                                            \
        return (T)((U)quotient_##suffix(u, v) - (U)((rest != 0) & IS_NEGATIVE(T, (T)(rest ^ v))));        \
    }                                                                                                     \
    CK_INLINE T remainder_of_##suffix(T u, T v) {                                                         \
        const T rest = fmod_of_##suffix(u, v);                                                            \
        return (T)((U)rest + (((rest != 0) & IS_NEGATIVE(T, (T)(rest ^ v))) ? (U)v : 0));                 \
    }                                                                                                     \
    BINARY_LOOP(CK_CLONES, div_trunc_##suffix, T, T, quotient_##suffix(u, v))                             \
    BINARY_LOOP(CK_CLONES, div_floor_##suffix, T, T, floor_quotient_##suffix(u, v))                       \
    BINARY_LOOP(CK_CLONES, remainder_##suffix, T, T, remainder_of_##suffix(u, v))                         \
    BINARY_LOOP(CK_CLONES, fmod_##suffix, T, T, fmod_of_##suffix(u, v))
// A floating point quotient is rounded to the next whole number only where it is closer to it than 1 / u in proportion:
// not with twice as many digits as u.
DIVISIONS(i32, int32_t, uint32_t, double, int32_t)
DIVISIONS(i16, int16_t, uint32_t, float, int32_t)
DIVISIONS(i8, int8_t, uint32_t, float, int32_t)
DIVISIONS(u8, uint8_t, uint32_t, float, int32_t)
DIVISIONS(near_i64, int64_t, uint64_t, double, int64_t)
DIVISIONS(far_i64, int64_t, uint64_t, int64_t, int64_t)

// Whether the elements have at most 51 digits, for which a double's 53 are enough too.
CK_CLONES static bool is_near(int64_t n, const int64_t *x, int64_t xs) {
    uint64_t bits = 0;
    if (xs == 1) {
        for (int64_t i = 0; i < n; i++) bits |= (uint64_t)x[i] + (1ull << 51);
    } else {
        CK_SCALAR for (int64_t i = 0; i < n; i++) bits |= (uint64_t)x[i * xs] + (1ull << 51);
    }
    return bits >> 52 == 0;
}

#define BY_RANGE(name)                                                                                    \
    static void name##_i64(int64_t n, const void *ap, int64_t as, const void *bp, int64_t bs, void *op, int64_t os) { \
        enum { PIECE = 512 };                                                                             \
        for (int64_t i = 0; i < n; i += PIECE) {                                                          \
            const int64_t count = n - i < PIECE ? n - i : PIECE;                                          \
            const int64_t *a = (const int64_t *)ap + i * as, *b = (const int64_t *)bp + i * bs;           \
            const bool near = is_near(count, a, as) && is_near(bs == 0 ? 1 : count, b, bs);               \
            (near ? name##_near_i64 : name##_far_i64)(count, a, as, b, bs, (int64_t *)op + i * os, os);   \
        }                                                                                                 \
    }
BY_RANGE(div_trunc)
BY_RANGE(div_floor)
BY_RANGE(remainder)
BY_RANGE(fmod)

#define INT_FUNCTIONS(dtype, suffix, T, U)                                                                \
    static inline T power_of_##suffix(T u, T v) {                                                         \
        if (IS_NEGATIVE(T, v)) {                                                                          \
            if (IS_MINUS_ONE(T, U, u)) return v & 1 ? (T)-1 : 1;                                          \
            return u == 1;                                                                                \
        }                                                                                                 \
        U result = 1, square = (U)u;                                                                      \
        for (U rest = (U)v; rest != 0; rest >>= 1) {                                                      \
            if (rest & 1) result *= square;                                                               \
            square *= square;                                                                             \
        }                                                                                                 \
        return (T)result;                                                                                 \
    }                                                                                                     \
    static inline U gcd_of_##suffix(T u, T v) {                                                           \
        U a = IS_NEGATIVE(T, u) ? (U)0 - (U)u : (U)u, b = IS_NEGATIVE(T, v) ? (U)0 - (U)v : (U)v;         \
        while (b != 0) {                                                                                  \
            const U rest = a % b;                                                                         \
            a = b;                                                                                        \
            b = rest;                                                                                     \
        }                                                                                                 \
        return a;                                                                                         \
    }                                                                                                     \
    static inline T lcm_of_##suffix(T u, T v) {                                                           \
        if (u == 0 || v == 0) return 0;                                                                   \
        const U a = IS_NEGATIVE(T, u) ? (U)0 - (U)u : (U)u, b = IS_NEGATIVE(T, v) ? (U)0 - (U)v : (U)v;   \
        const U product = a / gcd_of_##suffix(u, v) * b;                                                  \
        return (T)(product >> (8 * sizeof(U) - 1) ? (U)0 - product : product);                            \
    }                                                                                                     \
    static inline T left_of_##suffix(T u, T v) {                                                          \
        return IS_NEGATIVE(T, v) || (U)v >= 8 * sizeof(T) ? 0 : (T)((U)u << v);                           \
    }                                                                                                     \
    static inline T right_of_##suffix(T u, T v) {                                                         \
        if (IS_NEGATIVE(T, v) || (U)v >= 8 * sizeof(T)) return IS_NEGATIVE(T, u) ? (T)-1 : 0;             \
        return (T)(u >> v);                                                                               \
    }
CK_INT_TYPES(INT_FUNCTIONS)

#define INT_LOOPS(dtype, suffix, T, U)                                                                    \
    BINARY_LOOP(CK_CLONES, add_##suffix, T, T, (U)u + (U)v)                                                      \
    BINARY_LOOP(CK_CLONES, sub_##suffix, T, T, (U)u - (U)v)                                                      \
    BINARY_LOOP(CK_CLONES, mul_##suffix, T, T, (U)u *(U)v)                                                       \
    BINARY_LOOP(, pow_##suffix, T, T, power_of_##suffix(u, v))                                                   \
    BINARY_LOOP(CK_CLONES, maximum_##suffix, T, T, u > v ? u : v)                                                \
    BINARY_LOOP(CK_CLONES, minimum_##suffix, T, T, u < v ? u : v)                                         \
    BINARY_LOOP(, gcd_##suffix, T, T, gcd_of_##suffix(u, v))                                              \
    BINARY_LOOP(, lcm_##suffix, T, T, lcm_of_##suffix(u, v))                                              \
    BINARY_LOOP(CK_CLONES, and_##suffix, T, T, u &v)                                                      \
    BINARY_LOOP(CK_CLONES, or_##suffix, T, T, u | v)                                                      \
    BINARY_LOOP(CK_CLONES, xor_##suffix, T, T, u ^ v)                                                     \
    BINARY_LOOP(CK_CLONES, shift_left_##suffix, T, T, left_of_##suffix(u, v))                             \
    BINARY_LOOP(CK_CLONES, shift_right_##suffix, T, T, right_of_##suffix(u, v))
CK_INT_TYPES(INT_LOOPS)

#define COMPARISONS(dtype, suffix, T, ...)                                                                \
    BINARY_LOOP(CK_CLONES, eq_##suffix, T, uint8_t, u == v)                                                      \
    BINARY_LOOP(CK_CLONES, ne_##suffix, T, uint8_t, u != v)                                                      \
    BINARY_LOOP(CK_CLONES, lt_##suffix, T, uint8_t, u < v)                                                       \
    BINARY_LOOP(CK_CLONES, le_##suffix, T, uint8_t, u <= v)                                                      \
    BINARY_LOOP(CK_CLONES, gt_##suffix, T, uint8_t, u > v)                                                       \
    BINARY_LOOP(CK_CLONES, ge_##suffix, T, uint8_t, u >= v)                                               \
    BINARY_LOOP(CK_CLONES, logical_and_##suffix, T, uint8_t, (u != 0) & (v != 0))                         \
    BINARY_LOOP(CK_CLONES, logical_or_##suffix, T, uint8_t, (u != 0) | (v != 0))                          \
    BINARY_LOOP(CK_CLONES, logical_xor_##suffix, T, uint8_t, (u != 0) ^ (v != 0))                         \
    BINARY_LOOP(CK_CLONES, heaviside_##suffix, T, T, u == 0 ? v : (T)(u > 0))
CK_FLOAT_TYPES(COMPARISONS)
CK_INT_TYPES(COMPARISONS)

// The neighbour of a 16-bit float, whose infinity is given: numbers of one sign are ordered like their bits.
#define NEXT_LOOP(suffix, INFINITE)                                                                       \
    static inline uint16_t next_of_##suffix(uint16_t u, uint16_t v) {                                     \
        if ((u & 0x7fff) > INFINITE) return u;                                                            \
        if ((v & 0x7fff) > INFINITE) return v;                                                            \
        const int from = u & 0x8000 ? -(u & 0x7fff) : u, to = v & 0x8000 ? -(v & 0x7fff) : v;             \
        if (from == to) return v;                                                                         \
        if (from == 0) return (uint16_t)((v & 0x8000) | 1);                                               \
        return (uint16_t)((from < to) == (from > 0) ? u + 1 : u - 1);                                     \
    }                                                                                                     \
    BINARY_LOOP(, nextafter_##suffix, uint16_t, uint16_t, next_of_##suffix(u, v))
NEXT_LOOP(f16, 0x7c00)
NEXT_LOOP(bf16, 0x7f80)

#define FLOATS(name) [CK_FLOAT32] = name##_f32, [CK_FLOAT64] = name##_f64
#define INTEGERS(name)                                                                                    \
    [CK_INT64] = name##_i64, [CK_INT32] = name##_i32, [CK_INT16] = name##_i16, [CK_INT8] = name##_i8,     \
    [CK_UINT8] = name##_u8
#define ALL(name) {FLOATS(name), INTEGERS(name), [CK_BOOL] = name##_u8}

ck_binary_loop ck_binary_lookup(ck_binary op, ck_dtype dtype) {
    static const ck_binary_loop table[CK_BINARY_COUNT][CK_DTYPE_COUNT] = {
        [CK_ADD] = {FLOATS(add), INTEGERS(add), [CK_BOOL] = or_u8},
        [CK_SUB] = {FLOATS(sub), INTEGERS(sub)},
        [CK_MUL] = {FLOATS(mul), INTEGERS(mul), [CK_BOOL] = and_u8},
        [CK_DIV] = {FLOATS(div)},
        [CK_DIV_TRUNC] = {FLOATS(div_trunc), INTEGERS(div_trunc)},
        [CK_DIV_FLOOR] = {FLOATS(div_floor), INTEGERS(div_floor)},
        [CK_POW] = {FLOATS(pow), INTEGERS(pow)},
        [CK_MAXIMUM] = ALL(maximum),
        [CK_MINIMUM] = ALL(minimum),
        [CK_EQ] = ALL(eq),
        [CK_NE] = ALL(ne),
        [CK_LT] = ALL(lt),
        [CK_LE] = ALL(le),
        [CK_GT] = ALL(gt),
        [CK_GE] = ALL(ge),
        [CK_RELU_GRAD] = {FLOATS(relu_grad)},
        [CK_SIGMOID_GRAD] = {FLOATS(sigmoid_grad)},
        [CK_TANH_GRAD] = {FLOATS(tanh_grad)},
        [CK_ABS_GRAD] = {FLOATS(abs_grad)},
        [CK_REMAINDER] = {FLOATS(remainder), INTEGERS(remainder)},
        [CK_FMOD] = {FLOATS(fmod), INTEGERS(fmod)},
        [CK_COPYSIGN] = {FLOATS(copysign)},
        [CK_LDEXP] = {FLOATS(ldexp)},
        [CK_NEXTAFTER] = {FLOATS(nextafter), [CK_FLOAT16] = nextafter_f16, [CK_BFLOAT16] = nextafter_bf16},
        [CK_HEAVISIDE] = ALL(heaviside),
        [CK_FMIN] = {FLOATS(fmin), INTEGERS(minimum), [CK_BOOL] = minimum_u8},
        [CK_FMAX] = {FLOATS(fmax), INTEGERS(maximum), [CK_BOOL] = maximum_u8},
        [CK_GCD] = {INTEGERS(gcd)},
        [CK_LCM] = {INTEGERS(lcm)},
        [CK_AND] = {INTEGERS(and), [CK_BOOL] = and_u8},
        [CK_OR] = {INTEGERS(or), [CK_BOOL] = or_u8},
        [CK_XOR] = {INTEGERS(xor), [CK_BOOL] = xor_u8},
        [CK_SHIFT_LEFT] = {INTEGERS(shift_left)},
        [CK_SHIFT_RIGHT] = {INTEGERS(shift_right)},
        [CK_LOGICAL_AND] = ALL(logical_and),
        [CK_LOGICAL_OR] = ALL(logical_or),
        [CK_LOGICAL_XOR] = ALL(logical_xor),
        [CK_PRELU] = {FLOATS(prelu)},
    };
    if ((unsigned)op >= CK_BINARY_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    return table[op][dtype] ? table[op][dtype] : ck_binary_function(op, dtype);
}
