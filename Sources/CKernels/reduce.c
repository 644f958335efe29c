// Folds of a run of elements into one.
#include "half.h"

// Floating point is folded in an order that is fixed by the count alone: blocks of BLOCK elements, each in four vectors
// of lanes; blocks in pairs, pairs in pairs, and so on. The error of a sum grows with the logarithm of the count.
enum { BLOCK = 1024, LEVELS = 56 };

#define PICK(mask, a, b, V, I) ((V)(((mask) & (I)(a)) | (~(mask) & (I)(b))))
#define SUM_ONE(a, b) ((a) + (b))
#define SUM_WIDE(a, b, V, I) ((a) + (b))
// NaN wins: once in `a`, no comparison is true any more.
#define MAX_ONE(a, b) ((((b) > (a)) | ((b) != (b))) ? (b) : (a))
#define MAX_WIDE(a, b, V, I) PICK(((b) > (a)) | ((b) != (b)), b, a, V, I)
#define MIN_ONE(a, b) ((((b) < (a)) | ((b) != (b))) ? (b) : (a))
#define MIN_WIDE(a, b, V, I) PICK(((b) < (a)) | ((b) != (b)), b, a, V, I)
#define PROD_ONE(a, b) ((a) * (b))
#define PROD_WIDE(a, b, V, I) ((a) * (b))

// S is the element in memory, which LOAD makes a T. PLAIN: it is one already.
#define FLOAT_REDUCTION(name, S, LOAD, T, V, I, ONE, WIDE) FOLD(name, sizeof(S) == sizeof(T), S, LOAD, T, V, I, ONE, WIDE)
#define FOLD(name, PLAIN, S, LOAD, T, V, I, ONE, WIDE)                                                    \
    /* n > 0 contiguous elements, at most BLOCK. */                                                       \
    CK_INLINE CK_WIDE T name##_block(int64_t n, const T *x) {                                             \
        enum { LANES = sizeof(V) / sizeof(T) };                                                           \
        T result = x[0];                                                                                  \
        int64_t c = 1;                                                                                    \
        if (n >= LANES) {                                                                                 \
            V a, v;                                                                                       \
            memcpy(&a, x, sizeof a);                                                                      \
            c = LANES;                                                                                    \
            if (n >= 4 * LANES) {                                                                         \
                V b[3];                                                                                   \
                memcpy(b, x + LANES, sizeof b);                                                           \
                for (c = 4 * LANES; c + 4 * LANES <= n; c += 4 * LANES) {                                 \
                    memcpy(&v, x + c, sizeof v);                                                          \
                    a = WIDE(a, v, V, I);                                                                 \
                    CK_UNROLL for (int t = 0; t < 3; t++) {                                               \
                        memcpy(&v, x + c + (t + 1) * LANES, sizeof v);                                    \
                        b[t] = WIDE(b[t], v, V, I);                                                       \
                    }                                                                                     \
                }                                                                                         \
                a = WIDE(a, b[0], V, I);                                                                  \
                b[1] = WIDE(b[1], b[2], V, I);                                                            \
                a = WIDE(a, b[1], V, I);                                                                  \
            }                                                                                             \
            for (; c + LANES <= n; c += LANES) {                                                          \
                memcpy(&v, x + c, sizeof v);                                                              \
                a = WIDE(a, v, V, I);                                                                     \
            }                                                                                             \
            T lanes[LANES];                                                                               \
            memcpy(lanes, &a, sizeof a);                                                                  \
            CK_UNROLL for (int width = LANES / 2; width > 0; width /= 2) {                                \
                CK_UNROLL for (int l = 0; l < width; l++) lanes[l] = ONE(lanes[l], lanes[l + width]);     \
            }                                                                                             \
            result = lanes[0];                                                                            \
            if (c == n) return result;                                                                    \
            /* The rest by itself first: it is small beside the result. */                                \
            T rest = x[c++];                                                                              \
            for (; c < n; c++) rest = ONE(rest, x[c]);                                                    \
            return ONE(result, rest);                                                                     \
        }                                                                                                 \
        for (; c < n; c++) result = ONE(result, x[c]);                                                    \
        return result;                                                                                    \
    }                                                                                                     \
    /* n > 0 elements. */                                                                                 \
    CK_CLONES static T name##_run(int64_t n, const S *x, int64_t xs) {                                    \
        T gathered[BLOCK], waiting[LEVELS], total = 0;                                                    \
        int levels = 0;                                                                                   \
        for (int64_t i = 0, block = 0; i < n; i += BLOCK, block++) {                                      \
            const int64_t count = n - i < BLOCK ? n - i : BLOCK;                                          \
            const S *from = x + i * xs;                                                                   \
            if (xs == 1 && (PLAIN)) {                                                                     \
                total = name##_block(count, (const T *)from);                                             \
            } else {                                                                                      \
                if (xs == 1) {                                                                            \
                    for (int64_t c = 0; c < count; c++) gathered[c] = LOAD(from[c]);                      \
                } else {                                                                                  \
                    CK_SCALAR for (int64_t c = 0; c < count; c++) gathered[c] = LOAD(from[c * xs]);       \
                }                                                                                         \
                total = name##_block(count, gathered);                                                    \
            }                                                                                             \
            /* As carries in a binary counter: equal numbers of blocks are joined. */                     \
            for (int64_t carry = block; carry & 1; carry >>= 1) {                                         \
                levels--;                                                                                 \
                total = ONE(waiting[levels], total);                                                      \
            }                                                                                             \
            waiting[levels++] = total;                                                                    \
        }                                                                                                 \
        for (levels--; levels > 0; levels--) total = ONE(waiting[levels - 1], total);                     \
        return total;                                                                                     \
    }                                                                                                     \
    static void name(int64_t n, const void *x, int64_t xs, void *accumulator) {                           \
        if (n <= 0) return;                                                                               \
        const T folded = name##_run(n, x, xs);                                                            \
        T *a = accumulator;                                                                               \
        *a = ONE(*a, folded);                                                                             \
    }
FLOAT_REDUCTION(sum_f32, float, , float, ck_f32x16, ck_i32x16, SUM_ONE, SUM_WIDE)
FLOAT_REDUCTION(sum_f64, double, , double, ck_f64x8, ck_i64x8, SUM_ONE, SUM_WIDE)
FLOAT_REDUCTION(sum_f16, uint16_t, ck_float_of_f16, float, ck_f32x16, ck_i32x16, SUM_ONE, SUM_WIDE)
FLOAT_REDUCTION(sum_bf16, uint16_t, ck_float_of_bf16, float, ck_f32x16, ck_i32x16, SUM_ONE, SUM_WIDE)
FLOAT_REDUCTION(max_f32, float, , float, ck_f32x16, ck_i32x16, MAX_ONE, MAX_WIDE)
FLOAT_REDUCTION(max_f64, double, , double, ck_f64x8, ck_i64x8, MAX_ONE, MAX_WIDE)
FLOAT_REDUCTION(max_f16, uint16_t, ck_float_of_f16, float, ck_f32x16, ck_i32x16, MAX_ONE, MAX_WIDE)
FLOAT_REDUCTION(max_bf16, uint16_t, ck_float_of_bf16, float, ck_f32x16, ck_i32x16, MAX_ONE, MAX_WIDE)
FLOAT_REDUCTION(min_f32, float, , float, ck_f32x16, ck_i32x16, MIN_ONE, MIN_WIDE)
FLOAT_REDUCTION(min_f64, double, , double, ck_f64x8, ck_i64x8, MIN_ONE, MIN_WIDE)
FLOAT_REDUCTION(min_f16, uint16_t, ck_float_of_f16, float, ck_f32x16, ck_i32x16, MIN_ONE, MIN_WIDE)
FLOAT_REDUCTION(min_bf16, uint16_t, ck_float_of_bf16, float, ck_f32x16, ck_i32x16, MIN_ONE, MIN_WIDE)
// The 16-bit types are widened by the caller, who needs float32 for the result too.
FLOAT_REDUCTION(prod_f32, float, , float, ck_f32x16, ck_i32x16, PROD_ONE, PROD_WIDE)
FLOAT_REDUCTION(prod_f64, double, , double, ck_f64x8, ck_i64x8, PROD_ONE, PROD_WIDE)
// Sums of a function of the elements.
#define SUM_OF(name, MAP)                                                                                 \
    FOLD(name##_f32, false, float, MAP, float, ck_f32x16, ck_i32x16, SUM_ONE, SUM_WIDE)                   \
    FOLD(name##_f64, false, double, MAP, double, ck_f64x8, ck_i64x8, SUM_ONE, SUM_WIDE)
SUM_OF(sum_abs, CK_ABSOLUTE)
SUM_OF(sum_squares, CK_SQUARE_OF)
SUM_OF(nansum, CK_WITHOUT_NAN)

float ck_sum_f32(int64_t n, const float *x) { return n > 0 ? sum_f32_run(n, x, 1) : 0; }
double ck_sum_f64(int64_t n, const double *x) { return n > 0 ? sum_f64_run(n, x, 1) : 0; }
float ck_max_f32(int64_t n, const float *x) { return max_f32_run(n, x, 1); }
double ck_max_f64(int64_t n, const double *x) { return max_f64_run(n, x, 1); }

// Integers and truth values: any order gives the same.
#define LOOP(name, T, A, COMBINE)                                                                         \
    CK_CLONES static void name(int64_t n, const void *xp, int64_t xs, void *accumulator) {                \
        const T *x = xp;                                                                                  \
        A a = *(A *)accumulator;                                                                          \
        if (xs == 1) {                                                                                    \
            for (int64_t i = 0; i < n; i++) {                                                             \
                const T v = x[i];                                                                         \
                a = (A)(COMBINE);                                                                         \
            }                                                                                             \
        } else {                                                                                          \
            CK_SCALAR for (int64_t i = 0; i < n; i++) {                                                   \
                const T v = x[i * xs];                                                                    \
                a = (A)(COMBINE);                                                                         \
            }                                                                                             \
        }                                                                                                 \
        *(A *)accumulator = a;                                                                            \
    }
#define INT_REDUCTIONS(dtype, suffix, T, ...)                                                             \
    LOOP(sum_##suffix, T, uint64_t, a + (uint64_t)v)                                                      \
    LOOP(prod_##suffix, T, uint64_t, a * (uint64_t)v)                                                     \
    LOOP(max_##suffix, T, T, v > a ? v : a)                                                               \
    LOOP(min_##suffix, T, T, v < a ? v : a)
CK_INT_TYPES(INT_REDUCTIONS)

#define TRUTH_REDUCTIONS(dtype, suffix, T, ...)                                                           \
    LOOP(all_##suffix, T, uint8_t, a &(v != 0))                                                           \
    LOOP(any_##suffix, T, uint8_t, a | (v != 0))                                                          \
    LOOP(count_##suffix, T, uint64_t, a + (v != 0))
CK_FLOAT_TYPES(TRUTH_REDUCTIONS)
CK_INT_TYPES(TRUTH_REDUCTIONS)
// Without the sign, zero is the only one whose bits are zero.
LOOP(all_half, uint16_t, uint8_t, a &((v & 0x7fff) != 0))
LOOP(any_half, uint16_t, uint8_t, a | ((v & 0x7fff) != 0))
LOOP(count_half, uint16_t, uint64_t, a + ((v & 0x7fff) != 0))

#define ALL(name, half, brain)                                                                            \
    {                                                                                                     \
        [CK_FLOAT32] = name##_f32, [CK_FLOAT64] = name##_f64, [CK_INT64] = name##_i64,                    \
        [CK_INT32] = name##_i32, [CK_INT16] = name##_i16, [CK_INT8] = name##_i8, [CK_UINT8] = name##_u8,  \
        [CK_BOOL] = name##_u8, [CK_FLOAT16] = half, [CK_BFLOAT16] = brain                                 \
    }

ck_reduce_loop ck_reduce_lookup(ck_reduction op, ck_dtype dtype) {
    static const ck_reduce_loop table[CK_REDUCTION_COUNT][CK_DTYPE_COUNT] = {
        [CK_SUM] = ALL(sum, sum_f16, sum_bf16),   [CK_MAX] = ALL(max, max_f16, max_bf16),
        [CK_MIN] = ALL(min, min_f16, min_bf16),   [CK_ALL] = ALL(all, all_half, all_half),
        [CK_ANY] = ALL(any, any_half, any_half),  [CK_PROD] = ALL(prod, NULL, NULL),
        [CK_COUNT] = ALL(count, count_half, count_half),
        [CK_SUM_ABS] = {sum_abs_f32, sum_abs_f64}, [CK_SUM_SQUARES] = {sum_squares_f32, sum_squares_f64},
        [CK_NANSUM] = {nansum_f32, nansum_f64},
    };
    if ((unsigned)op >= CK_REDUCTION_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    return table[op][dtype];
}

// The index of the first element that wins. Long runs take two passes that vectorise: the value, then where it is.
#define ARG(name, S, LOAD, T, BEYOND, REDUCTION)                                                          \
    CK_CLONES static int64_t name(int64_t n, const S *x, int64_t xs) {                                    \
        if (n <= 0) return 0;                                                                             \
        T best = LOAD(x[0]);                                                                                 \
        if (xs == 1 && n > 64) {                                                                          \
            REDUCTION(n, x, 1, &best);                                                                    \
            int64_t i = 0;                                                                                \
            for (; i + 64 <= n; i += 64) {                                                                \
                int found = 0;                                                                            \
                for (int64_t c = 0; c < 64; c++) {                                                        \
                    const T v = LOAD(x[i + c]);                                                           \
                    found |= (v == best) | (v != v);                                                      \
                }                                                                                         \
                if (found) break;                                                                         \
            }                                                                                             \
            for (; i < n; i++) {                                                                          \
                const T v = LOAD(x[i]);                                                                   \
                if (v == best || v != v) break;                                                           \
            }                                                                                             \
            return i;                                                                                     \
        }                                                                                                 \
        if (best != best) return 0;                                                                       \
        int64_t at = 0;                                                                                   \
        CK_SCALAR for (int64_t i = 1; i < n; i++) {                                                       \
            const T v = LOAD(x[i * xs]);                                                                  \
            if (v != v) return i;                                                                         \
            if (v BEYOND best) {                                                                          \
                best = v;                                                                                 \
                at = i;                                                                                   \
            }                                                                                             \
        }                                                                                                 \
        return at;                                                                                        \
    }
#define ARGS(dtype, suffix, T, ...)                                                                       \
    ARG(argmax_##suffix, T, , T, >, max_##suffix)                                                         \
    ARG(argmin_##suffix, T, , T, <, min_##suffix)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtautological-compare"
#elif defined(__clang__)
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
CK_FLOAT_TYPES(ARGS)
CK_INT_TYPES(ARGS)
ARG(argmax_f16, uint16_t, ck_float_of_f16, float, >, max_f16)
ARG(argmin_f16, uint16_t, ck_float_of_f16, float, <, min_f16)
ARG(argmax_bf16, uint16_t, ck_float_of_bf16, float, >, max_bf16)
ARG(argmin_bf16, uint16_t, ck_float_of_bf16, float, <, min_bf16)

#define DISPATCH(name)                                                                                    \
    switch (dtype) {                                                                                      \
    case CK_FLOAT32: return name##_f32(n, x, xs);                                                         \
    case CK_FLOAT64: return name##_f64(n, x, xs);                                                         \
    case CK_INT64: return name##_i64(n, x, xs);                                                           \
    case CK_INT32: return name##_i32(n, x, xs);                                                           \
    case CK_INT16: return name##_i16(n, x, xs);                                                           \
    case CK_INT8: return name##_i8(n, x, xs);                                                             \
    case CK_UINT8:                                                                                        \
    case CK_BOOL: return name##_u8(n, x, xs);                                                             \
    case CK_FLOAT16: return name##_f16(n, x, xs);                                                         \
    case CK_BFLOAT16: return name##_bf16(n, x, xs);                                                       \
    }                                                                                                     \
    return 0;

int64_t ck_argmax(ck_dtype dtype, int64_t n, const void *x, int64_t xs) { DISPATCH(argmax) }
int64_t ck_argmin(ck_dtype dtype, int64_t n, const void *x, int64_t xs) { DISPATCH(argmin) }
