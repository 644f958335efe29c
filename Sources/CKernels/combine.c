// Elements combined with what stands at the positions that indices name.
#include "internal.h"

// u stands at the position, v comes to it.
#define COMBINE(name, T, EXPRESSION)                                                                      \
    CK_CLONES static void name##_blocks(int64_t n, int64_t m, const int64_t *offsets, const void *source, \
                                        int64_t fi, int64_t fs, void *target, int64_t ts) {               \
        for (int64_t i = 0; i < n; i++) {                                                                 \
            const T *from = (const T *)source + i * fi;                                                   \
            T *to = (T *)target + offsets[i];                                                             \
            if (fs == 1 && ts == 1) {                                                                     \
                CK_INDEPENDENT for (int64_t j = 0; j < m; j++) {                                          \
                    const T u = to[j], v = from[j];                                                       \
                    to[j] = (T)(EXPRESSION);                                                              \
                }                                                                                         \
            } else {                                                                                      \
                CK_SCALAR for (int64_t j = 0; j < m; j++) {                                               \
                    const T u = to[j * ts], v = from[j * fs];                                             \
                    to[j * ts] = (T)(EXPRESSION);                                                         \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    static void name##_along(int64_t n, const int64_t *index, int64_t is, int64_t step, const void *source, \
                             int64_t fs, void *target, int64_t ts) {                                      \
        const T *from = source;                                                                           \
        for (int64_t j = 0; j < n; j++) {                                                                 \
            T *to = (T *)target + index[j * is] * step + j * ts;                                          \
            const T u = *to, v = from[j * fs];                                                            \
            *to = (T)(EXPRESSION);                                                                        \
        }                                                                                                 \
    }

#define FLOATS(dtype, suffix, T)                                                                          \
    COMBINE(add_##suffix, T, u + v)                                                                       \
    COMBINE(mul_##suffix, T, u *v)                                                                        \
    COMBINE(max_##suffix, T, ((u >= v) | (u != u)) ? u : v)                                               \
    COMBINE(min_##suffix, T, ((u <= v) | (u != u)) ? u : v)
CK_FLOAT_TYPES(FLOATS)

#define INTEGERS(dtype, suffix, T, U)                                                                     \
    COMBINE(add_##suffix, T, (U)u + (U)v)                                                                 \
    COMBINE(mul_##suffix, T, (U)u *(U)v)                                                                  \
    COMBINE(max_##suffix, T, u > v ? u : v)                                                               \
    COMBINE(min_##suffix, T, u < v ? u : v)
CK_INT_TYPES(INTEGERS)

COMBINE(or_bool, uint8_t, u | v)
COMBINE(and_bool, uint8_t, u &v)

#define ALL(op, way)                                                                                      \
    {[CK_FLOAT32] = op##_f32_##way, [CK_FLOAT64] = op##_f64_##way, [CK_INT64] = op##_i64_##way,           \
     [CK_INT32] = op##_i32_##way, [CK_INT16] = op##_i16_##way, [CK_INT8] = op##_i8_##way,                 \
     [CK_UINT8] = op##_u8_##way}
#define TABLE(way)                                                                                        \
    {[CK_COMBINE_ADD] = ALL(add, way), [CK_COMBINE_MULTIPLY] = ALL(mul, way),                             \
     [CK_COMBINE_MAX] = ALL(max, way), [CK_COMBINE_MIN] = ALL(min, way)}

ck_combine_blocks_loop ck_combine_blocks_lookup(ck_combination op, ck_dtype dtype) {
    static const ck_combine_blocks_loop table[CK_COMBINATION_COUNT][CK_DTYPE_COUNT] = TABLE(blocks);
    if ((unsigned)op >= CK_COMBINATION_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    if (dtype == CK_BOOL) return op == CK_COMBINE_ADD || op == CK_COMBINE_MAX ? or_bool_blocks : and_bool_blocks;
    return table[op][dtype];
}

ck_combine_along_loop ck_combine_along_lookup(ck_combination op, ck_dtype dtype) {
    static const ck_combine_along_loop table[CK_COMBINATION_COUNT][CK_DTYPE_COUNT] = TABLE(along);
    if ((unsigned)op >= CK_COMBINATION_COUNT || (unsigned)dtype >= CK_DTYPE_COUNT) return NULL;
    if (dtype == CK_BOOL) return op == CK_COMBINE_ADD || op == CK_COMBINE_MAX ? or_bool_along : and_bool_along;
    return table[op][dtype];
}
