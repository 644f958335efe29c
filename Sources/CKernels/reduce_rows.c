// Folds of whole rows, element upon element.
#include "half.h"

// A sum of floats takes TILE columns at a time, whose partial sums stay in the first-level cache. Groups of four rows
// are added as (0 + 1) + (2 + 3), a part is the sum of GROUPS groups, the total the sum of the parts: the error of a sum
// of many rows is a small fraction of that of adding row after row.
enum { TILE = 512, GROUPS = 64 };

// S is the element in memory, which LOAD makes a T.
#define ROWS_SUM(suffix, S, LOAD, T)                                                                      \
    CK_CLONES static void sum_rows_##suffix(int64_t rows, int64_t n, const void *xp, int64_t rs, void *op) { \
        for (int64_t start = 0; start < n; start += TILE) {                                               \
            const int64_t width = n - start < TILE ? n - start : TILE;                                    \
            const S *x = (const S *)xp + start;                                                           \
            T *out = (T *)op + start;                                                                     \
            T part[TILE], total[TILE];                                                                    \
            memset(total, 0, sizeof(T) * (size_t)width);                                                  \
            int64_t r = 0;                                                                                \
            while (rows - r >= 4) {                                                                       \
                memset(part, 0, sizeof(T) * (size_t)width);                                               \
                for (int g = 0; g < GROUPS && rows - r >= 4; g++, r += 4) {                               \
                    const S *x0 = x + r * rs, *x1 = x0 + rs, *x2 = x1 + rs, *x3 = x2 + rs;                \
                    CK_INDEPENDENT for (int64_t c = 0; c < width; c++) {                                  \
                        part[c] += (LOAD(x0[c]) + LOAD(x1[c])) + (LOAD(x2[c]) + LOAD(x3[c]));             \
                    }                                                                                     \
                }                                                                                         \
                CK_INDEPENDENT for (int64_t c = 0; c < width; c++) total[c] += part[c];                   \
            }                                                                                             \
            for (; r < rows; r++) {                                                                       \
                const S *row = x + r * rs;                                                                \
                CK_INDEPENDENT for (int64_t c = 0; c < width; c++) total[c] += LOAD(row[c]);              \
            }                                                                                             \
            CK_INDEPENDENT for (int64_t c = 0; c < width; c++) out[c] += total[c];                        \
        }                                                                                                 \
    }
#define FLOAT_SUM(dtype, suffix, T) ROWS_SUM(suffix, T, , T)
CK_FLOAT_TYPES(FLOAT_SUM)
ROWS_SUM(f16, uint16_t, ck_float_of_f16, float)
ROWS_SUM(bf16, uint16_t, ck_float_of_bf16, float)
#define SUM_OF(name, MAP) ROWS_SUM(name##_f32, float, MAP, float) ROWS_SUM(name##_f64, double, MAP, double)
SUM_OF(abs, CK_ABSOLUTE)
SUM_OF(squares, CK_SQUARE_OF)
SUM_OF(numbers, CK_WITHOUT_NAN)

#define LOOP(name, T, A, COMBINE) ROWS(name, T, , T, A, COMBINE)
#define ROWS(name, S, LOAD, T, A, COMBINE)                                                                \
    CK_CLONES static void name(int64_t rows, int64_t n, const void *xp, int64_t rs, void *op) {           \
        A *out = op;                                                                                      \
        for (int64_t r = 0; r < rows; r++) {                                                              \
            const S *x = (const S *)xp + r * rs;                                                          \
            CK_INDEPENDENT for (int64_t c = 0; c < n; c++) {                                              \
                const T v = LOAD(x[c]);                                                                   \
                const A a = out[c];                                                                       \
                out[c] = (A)(COMBINE);                                                                    \
            }                                                                                             \
        }                                                                                                 \
    }
#define FLOAT_ROWS(dtype, suffix, T)                                                                      \
    LOOP(prod_rows_##suffix, T, T, a *v)                                                                  \
    LOOP(max_rows_##suffix, T, T, ((v > a) | (v != v)) ? v : a)                                           \
    LOOP(min_rows_##suffix, T, T, ((v < a) | (v != v)) ? v : a)
CK_FLOAT_TYPES(FLOAT_ROWS)
#define HALF_ROWS(suffix, LOAD)                                                                           \
    ROWS(max_rows_##suffix, uint16_t, LOAD, float, float, ((v > a) | (v != v)) ? v : a)                   \
    ROWS(min_rows_##suffix, uint16_t, LOAD, float, float, ((v < a) | (v != v)) ? v : a)                   \
    ROWS(all_rows_##suffix, uint16_t, LOAD, float, uint8_t, a &(v != 0))                                  \
    ROWS(any_rows_##suffix, uint16_t, LOAD, float, uint8_t, a | (v != 0))                                 \
    ROWS(count_rows_##suffix, uint16_t, LOAD, float, uint64_t, a + (v != 0))
HALF_ROWS(f16, ck_float_of_f16)
HALF_ROWS(bf16, ck_float_of_bf16)

#define INT_ROWS(dtype, suffix, T, ...)                                                                   \
    LOOP(sum_rows_##suffix, T, uint64_t, a + (uint64_t)v)                                                 \
    LOOP(prod_rows_##suffix, T, uint64_t, a * (uint64_t)v)                                                \
    LOOP(max_rows_##suffix, T, T, v > a ? v : a)                                                          \
    LOOP(min_rows_##suffix, T, T, v < a ? v : a)
CK_INT_TYPES(INT_ROWS)

#define TRUTH_ROWS(dtype, suffix, T, ...)                                                                 \
    LOOP(all_rows_##suffix, T, uint8_t, a &(v != 0))                                                      \
    LOOP(any_rows_##suffix, T, uint8_t, a | (v != 0))                                                     \
    LOOP(count_rows_##suffix, T, uint64_t, a + (v != 0))
CK_FLOAT_TYPES(TRUTH_ROWS)
CK_INT_TYPES(TRUTH_ROWS)

#define WIDE(name)                                                                                        \
    [CK_FLOAT32] = name##_f32, [CK_FLOAT64] = name##_f64, [CK_INT64] = name##_i64,                        \
        [CK_INT32] = name##_i32, [CK_INT16] = name##_i16, [CK_INT8] = name##_i8, [CK_UINT8] = name##_u8,  \
        [CK_BOOL] = name##_u8
#define ALL(name) {WIDE(name), [CK_FLOAT16] = name##_f16, [CK_BFLOAT16] = name##_bf16}

ck_reduce_rows_loop ck_reduce_rows_lookup(ck_reduction op, ck_dtype dtype) {
    static const ck_reduce_rows_loop table[CK_REDUCTION_COUNT][CK_DTYPE_COUNT] = {
        [CK_SUM] = ALL(sum_rows), [CK_MAX] = ALL(max_rows),
        [CK_MIN] = ALL(min_rows), [CK_ALL] = ALL(all_rows),   [CK_ANY] = ALL(any_rows),
        [CK_PROD] = {WIDE(prod_rows)}, [CK_COUNT] = ALL(count_rows),
        [CK_SUM_ABS] = {sum_rows_abs_f32, sum_rows_abs_f64},
        [CK_SUM_SQUARES] = {sum_rows_squares_f32, sum_rows_squares_f64},
        [CK_NANSUM] = {sum_rows_numbers_f32, sum_rows_numbers_f64},
    };
    if ((unsigned)op >= CK_REDUCTION_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    return table[op][dtype];
}
