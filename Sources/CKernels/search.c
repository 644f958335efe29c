// Searching in sorted rows, comparing rows, and moving rows that are not contiguous.
#include "order_keys.h"

// -------------------------------------------------------------------------------------------------- rows and their keys

int64_t ck_runs_row(ck_dtype dtype, int64_t n, const void *x, void *values, int64_t *inverse, int64_t *counts) {
    int64_t found = 0, start = 0;
    const uint64_t nan = ck_key_of_nan(dtype);
    switch (dtype) {
#define RUNS(DTYPE, NAME, KEY)                                                                          \
    case DTYPE: {                                                                                       \
        const KEY *row = x;                                                                             \
        for (int64_t i = 0; i < n; i++) {                                                               \
            const KEY key = ck_key_##NAME(row[i]);                                                      \
            if (i == 0 || key != ck_key_##NAME(row[i - 1]) || (nan && key == (KEY)nan)) {               \
                if (counts && found) counts[found - 1] = i - start;                                     \
                start = i;                                                                              \
                ((KEY *)values)[found++] = row[i];                                                      \
            }                                                                                           \
            if (inverse) inverse[i] = found - 1;                                                        \
        }                                                                                               \
        break;                                                                                          \
    }
        ALL_KEYS(RUNS)
#undef RUNS
    }
    if (counts && found) counts[found - 1] = n - start;
    return found;
}

void ck_order_bytes(ck_dtype dtype, int64_t n, const void *x, void *bytes) {
    uint8_t *out = bytes;
    switch (dtype) {
#define BYTES(DTYPE, NAME, KEY)                                                                         \
    case DTYPE: {                                                                                       \
        const KEY *row = x;                                                                             \
        for (int64_t i = 0; i < n; i++) {                                                               \
            const KEY key = ck_key_##NAME(row[i]);                                                      \
            for (int b = (int)sizeof(KEY) - 1; b >= 0; b--) *out++ = (uint8_t)(key >> (8 * b));         \
        }                                                                                               \
        return;                                                                                         \
    }
        ALL_KEYS(BYTES)
#undef BYTES
    }
}

void ck_sort_bytes(int64_t rows, int64_t width, const void *bytes, int64_t *scratch, int64_t *indices) {
    const char *keys = bytes;
    int64_t *a = indices, *b = scratch;
    for (int64_t i = 0; i < rows; i++) a[i] = i;
    for (int64_t run = 1; run < rows; run *= 2) {
        for (int64_t i = 0; i < rows; i += 2 * run) {
            const int64_t middle = i + run < rows ? i + run : rows, end = middle + run < rows ? middle + run : rows;
            int64_t left = i, right = middle, at = i;
            while (left < middle && right < end) {
                const int takes_right = memcmp(keys + a[right] * width, keys + a[left] * width, (size_t)width) < 0;
                b[at++] = takes_right ? a[right++] : a[left++];
            }
            while (left < middle) b[at++] = a[left++];
            while (right < end) b[at++] = a[right++];
        }
        int64_t *swap = a;
        a = b;
        b = swap;
    }
    if (a != indices) memcpy(indices, a, (size_t)rows * sizeof *indices);
}

int ck_rows_equal(ck_dtype dtype, int64_t n, const void *a, const void *b) {
    const uint64_t nan = ck_key_of_nan(dtype);
    int64_t i = 0;
    switch (dtype) {
#define EQUAL(DTYPE, NAME, KEY)                                                                         \
    case DTYPE: {                                                                                       \
        const KEY *left = a, *right = b;                                                                \
        for (; i < n; i++) {                                                                            \
            const KEY key = ck_key_##NAME(left[i]);                                                     \
            if (key != ck_key_##NAME(right[i]) || (nan && key == (KEY)nan)) return 0;                   \
        }                                                                                               \
        return 1;                                                                                       \
    }
        ALL_KEYS(EQUAL)
#undef EQUAL
    }
    return 0;
}

// -------------------------------------------------------------------------------------------------------------- search

// Halves the part in which the place is, without a branch: the places of several values are then looked for at once. A
// comparison that NaN makes false goes to the right.
#define HALVE(OTHER, GOES)                                                                              \
    while (n > 0) {                                                                                     \
        const int64_t half = n >> 1;                                                                    \
        const T other = OTHER;                                                                          \
        const int64_t goes = -(int64_t)(GOES);                                                          \
        first += (half + 1) & goes;                                                                     \
        n = ((n - half - 1) & goes) | (half & ~goes);                                                   \
    }
#define PLACE(NAME, TYPE)                                                                                                \
    static inline int64_t place_##NAME(int64_t n, const TYPE *x, const int64_t *sorter, TYPE value, int right) {         \
        typedef TYPE T;                                                                                                  \
        int64_t first = 0;                                                                                               \
        if (sorter && right) HALVE(x[sorter[first + half]], !(other > value))                                            \
        else if (sorter) HALVE(x[sorter[first + half]], !(other >= value))                                               \
        else if (right) HALVE(x[first + half], !(other > value))                                                         \
        else HALVE(x[first + half], !(other >= value))                                                                   \
        return first;                                                                                                    \
    }
#define SEARCHED(X)                                                                                      \
    X(CK_FLOAT32, f32, float) X(CK_FLOAT64, f64, double) X(CK_INT64, i64, int64_t) X(CK_INT32, i32, int32_t) \
    X(CK_INT16, i16, int16_t) X(CK_INT8, i8, int8_t) X(CK_UINT8, u8, uint8_t)
#define DEFINE_PLACE(DTYPE, NAME, T) PLACE(NAME, T)
SEARCHED(DEFINE_PLACE)

// The places of a few values at once in a row that is known to be ascending, where all of them halve alike: they wait for
// memory together. Gives what `place` gives.
enum { TOGETHER = 16 };
#define PLACES(NAME, T)                                                                                 \
    CK_INLINE void places_##NAME(int64_t n, const T *x, const T *values, int right, int64_t *first) {   \
        for (int j = 0; j < TOGETHER; j++) first[j] = 0;                                                \
        for (int64_t half; n > 0; n = n > 1 ? n - half : 0) {                                           \
            half = n > 1 ? n >> 1 : 1;                                                                  \
            const T *probe = x + half - 1;                                                              \
            if (right)                                                                                  \
                for (int j = 0; j < TOGETHER; j++) first[j] += !(probe[first[j]] > values[j]) ? half : 0; \
            else                                                                                        \
                for (int j = 0; j < TOGETHER; j++) first[j] += !(probe[first[j]] >= values[j]) ? half : 0; \
        }                                                                                               \
    }
#define DEFINE_PLACES(DTYPE, NAME, T) PLACES(NAME, T)
SEARCHED(DEFINE_PLACES)

CK_CLONES
void ck_search(ck_dtype dtype, int64_t n, const void *x, const int64_t *sorter, int64_t m, const void *values, int right,
               int64_t *out) {
    switch (dtype) {
#define SEARCH(DTYPE, NAME, T)                                                                          \
    case DTYPE: {                                                                                       \
        const T *row = x, *wanted = values;                                                             \
        int64_t i = 0;                                                                                  \
        int ascending = !sorter && n > 0 && m >= TOGETHER && m >= n / 8;                                \
        for (int64_t k = 1; ascending && k < n; k++) ascending = row[k - 1] <= row[k];                  \
        if (ascending && row[0] == row[0])                                                              \
            for (; i + TOGETHER <= m; i += TOGETHER) places_##NAME(n, row, wanted + i, right, out + i); \
        for (; i < m; i++) out[i] = place_##NAME(n, row, sorter, wanted[i], right);                     \
        return;                                                                                         \
    }
        SEARCHED(SEARCH)
#undef SEARCH
    default: return;
    }
}

// Up to this many are compared one by one, a vector of values at a time.
enum { COMPARED = 12 };

CK_CLONES
void ck_is_among(ck_dtype dtype, int64_t n, const void *x, int64_t m, const void *values, int invert, uint8_t *out) {
    const uint8_t flip = invert != 0;
    int64_t places[TOGETHER];
    switch (dtype) {
#define AMONG(DTYPE, NAME, T)                                                                           \
    case DTYPE: {                                                                                       \
        const T *row = x, *wanted = values;                                                             \
        while (n > 0 && row[n - 1] != row[n - 1]) n--; /* NaN, which is last */                         \
        if (n <= COMPARED) {                                                                            \
            for (int64_t i = 0; i < m; i++) {                                                           \
                uint8_t found = 0;                                                                      \
                for (int64_t k = 0; k < n; k++) found |= wanted[i] == row[k];                           \
                out[i] = found ^ flip;                                                                  \
            }                                                                                           \
            return;                                                                                     \
        }                                                                                               \
        int64_t i = 0;                                                                                  \
        for (; i + TOGETHER <= m; i += TOGETHER) {                                                      \
            places_##NAME(n, row, wanted + i, 0, places);                                               \
            for (int j = 0; j < TOGETHER; j++) {                                                        \
                const int64_t place = places[j] < n ? places[j] : n - 1;                                \
                out[i + j] = (uint8_t)((row[place] == wanted[i + j]) ^ flip);                           \
            }                                                                                           \
        }                                                                                               \
        for (; i < m; i++) {                                                                            \
            const int64_t place = place_##NAME(n, row, NULL, wanted[i], 0);                             \
            out[i] = (uint8_t)((place < n && row[place] == wanted[i]) ^ flip);                          \
        }                                                                                               \
        return;                                                                                         \
    }
        SEARCHED(AMONG)
#undef AMONG
    default: return;
    }
}

// ---------------------------------------------------------------------------------------------------------- moving rows

void ck_collect_rows(int element_size, int64_t rows, int64_t n, const void *x, const int64_t *offsets, int64_t xs, void *out) {
    // Element by element of all rows: rows that lie side by side share cache lines.
#define COLLECT(T)                                                                                      \
    for (int64_t i = 0; i < n; i++)                                                                     \
        for (int64_t r = 0; r < rows; r++) ((T *)out)[r * n + i] = ((const T *)x)[offsets[r] + i * xs];
    switch (element_size) {
    case 1: COLLECT(uint8_t) return;
    case 2: COLLECT(uint16_t) return;
    case 4: COLLECT(uint32_t) return;
    default: COLLECT(uint64_t) return;
    }
}

void ck_distribute_rows(int element_size, int64_t rows, int64_t n, const void *x, void *out, const int64_t *offsets, int64_t os) {
#define DISTRIBUTE(T)                                                                                   \
    for (int64_t i = 0; i < n; i++)                                                                     \
        for (int64_t r = 0; r < rows; r++) ((T *)out)[offsets[r] + i * os] = ((const T *)x)[r * n + i];
    switch (element_size) {
    case 1: DISTRIBUTE(uint8_t) return;
    case 2: DISTRIBUTE(uint16_t) return;
    case 4: DISTRIBUTE(uint32_t) return;
    default: DISTRIBUTE(uint64_t) return;
    }
}

// ----------------------------------------------------------------------------------------------------------- histograms

#define HISTOGRAM(NAME, T)                                                                              \
    void ck_histogram_##NAME(int64_t n, const T *x, double low_end, double high_end, int64_t bins, const T *edges, \
                             const T *weights, double *sums) {                                          \
        const T low = (T)low_end, high = (T)high_end, number = (T)bins, width = high - low;             \
        const T limit = (T)(bins - 1);                                                                  \
        for (int64_t i = 0; i < n; i++) {                                                               \
            const T value = x[i];                                                                       \
            if (!(value >= low && value <= high)) continue;                                             \
            T place = (value - low) * number / width;                                                   \
            /* A range wider than the largest number. */                                                \
            if (!isfinite(place)) place = (value / 4 - low / 4) / (high / 4 - low / 4) * number;        \
            int64_t bin = place < limit ? (int64_t)place : bins - 1;                                    \
            if (edges) {                                                                                \
                /* Rounding may be one bin off: what the edges say counts. */                           \
                bin += bin + 1 < bins && value >= edges[bin + 1];                                       \
                bin -= bin > 0 && value < edges[bin];                                                   \
            }                                                                                           \
            sums[bin] += weights ? (double)weights[i] : 1;                                              \
        }                                                                                               \
    }
HISTOGRAM(f32, float)
HISTOGRAM(f64, double)
