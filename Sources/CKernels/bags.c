// Rows of a table, by index, reduced in bags.
#include "cklosses.h"

#include "internal.h"

#define BAGS(dtype, suffix, T)                                                                            \
    CK_CLONES static void sum_##suffix(int64_t bags, int64_t width, const int64_t *offsets, const int64_t *index, \
                                       int64_t padding, const T *table, const T *factors, int mean, T *out) { \
        for (int64_t b = 0; b < bags; b++, out += width) {                                                \
            int64_t rows = 0;                                                                             \
            memset(out, 0, sizeof(T) * (size_t)width);                                                    \
            for (int64_t j = offsets[b]; j < offsets[b + 1]; j++) {                                       \
                if (index[j] == padding) continue;                                                        \
                const T *row = table + index[j] * width;                                                  \
                rows++;                                                                                   \
                if (factors) {                                                                            \
                    const T factor = factors[j];                                                          \
                    CK_INDEPENDENT for (int64_t c = 0; c < width; c++) out[c] += factor * row[c];         \
                } else {                                                                                  \
                    CK_INDEPENDENT for (int64_t c = 0; c < width; c++) out[c] += row[c];                  \
                }                                                                                         \
            }                                                                                             \
            if (mean && rows > 0)                                                                         \
                CK_INDEPENDENT for (int64_t c = 0; c < width; c++) out[c] /= (T)rows;                     \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void max_##suffix(int64_t bags, int64_t width, const int64_t *offsets, const int64_t *index, \
                                       int64_t padding, const T *table, T *out, int64_t *rows) {          \
        for (int64_t b = 0; b < bags; b++, out += width, rows += width) {                                 \
            memset(out, 0, sizeof(T) * (size_t)width);                                                    \
            for (int64_t c = 0; c < width; c++) rows[c] = -1;                                             \
            int first = 1;                                                                                \
            for (int64_t j = offsets[b]; j < offsets[b + 1]; j++) {                                       \
                if (index[j] == padding) continue;                                                        \
                const T *row = table + index[j] * width;                                                  \
                const int64_t number = index[j];                                                          \
                for (int64_t c = 0; c < width; c++) {                                                     \
                    const int wins = first | (row[c] > out[c]);                                           \
                    out[c] = wins ? row[c] : out[c];                                                      \
                    rows[c] = wins ? number : rows[c];                                                    \
                }                                                                                         \
                first = 0;                                                                                \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void add_##suffix(int64_t n, int64_t width, const int64_t *bag, const int64_t *index, \
                                       const T *factors, const T *g, T *table) {                          \
        for (int64_t j = 0; j < n; j++) {                                                                 \
            if (index[j] < 0) continue;                                                                   \
            const T *from = g + bag[j] * width, factor = factors ? factors[j] : 1;                        \
            T *to = table + index[j] * width;                                                             \
            CK_INDEPENDENT for (int64_t c = 0; c < width; c++) to[c] += factor * from[c];                 \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(BAGS)

void ck_bag_sum(ck_dtype dtype, int64_t bags, int64_t width, const int64_t *offsets, const int64_t *index, int64_t padding,
                const void *table, const void *factors, int mean, void *out) {
    if (dtype == CK_FLOAT32) sum_f32(bags, width, offsets, index, padding, table, factors, mean, out);
    else sum_f64(bags, width, offsets, index, padding, table, factors, mean, out);
}

void ck_bag_max(ck_dtype dtype, int64_t bags, int64_t width, const int64_t *offsets, const int64_t *index, int64_t padding,
                const void *table, void *out, int64_t *rows) {
    if (dtype == CK_FLOAT32) max_f32(bags, width, offsets, index, padding, table, out, rows);
    else max_f64(bags, width, offsets, index, padding, table, out, rows);
}

void ck_bag_add(ck_dtype dtype, int64_t n, int64_t width, const int64_t *bag, const int64_t *index, const void *factors,
                const void *g, void *table) {
    if (dtype == CK_FLOAT32) add_f32(n, width, bag, index, factors, g, table);
    else add_f64(n, width, bag, index, factors, g, table);
}
