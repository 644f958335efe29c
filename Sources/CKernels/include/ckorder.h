// Order: sorting, selecting, searching and telling apart the elements of a row. Rules: see ckernels.h.
//
// The order is the same everywhere: NaN is the largest, -0 equals 0, false is less than true. Rows are contiguous. Of
// equal elements the first one in the row comes first, in a descending order too.
#ifndef SWIFTNN_CKORDER_H
#define SWIFTNN_CKORDER_H

#include "ckernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/// How many bytes of scratch memory, 16-byte aligned, the functions on a row of n elements need.
int64_t ck_order_scratch(ck_dtype dtype, int64_t n);

/// The elements of x in order, and where they came from. Either output may be NULL.
void ck_sort_row(ck_dtype dtype, int64_t n, const void *x, int descending, void *scratch, void *values, int64_t *indices);
/// The first k <= n of the sorted row.
void ck_topk_row(ck_dtype dtype, int64_t n, int64_t k, const void *x, int descending, void *scratch, void *values,
                 int64_t *indices);
/// The index of the element at place k < n of the ascending row.
int64_t ck_kth_row(ck_dtype dtype, int64_t n, int64_t k, const void *x, void *scratch);
/// The index of the median of n > 0 elements, the lower of two: of those that are not NaN if ignore_nan, else of the first
/// NaN where there is one.
int64_t ck_median_row(ck_dtype dtype, int64_t n, const void *x, int ignore_nan, void *scratch);
/// The index of the most frequent of n > 0 elements: the smallest of equally frequent ones, and its last occurrence.
int64_t ck_mode_row(ck_dtype dtype, int64_t n, const void *x, void *scratch);

/// The different elements in ascending order, the first of equal ones; for each element of x the number of its equal among
/// them; and how often each occurs. The latter two may be NULL. NaN equals nothing. Returns how many there are.
int64_t ck_unique_row(ck_dtype dtype, int64_t n, const void *x, void *scratch, void *values, int64_t *inverse, int64_t *counts);
/// Likewise for runs of equal elements, in their order: an element is compared with the one before.
int64_t ck_runs_row(ck_dtype dtype, int64_t n, const void *x, void *values, int64_t *inverse, int64_t *counts);

/// Writes each element as bytes whose order, byte by byte, is that of the elements.
void ck_order_bytes(ck_dtype dtype, int64_t n, const void *x, void *bytes);
/// The order of `rows` rows of `width` bytes, byte by byte. `scratch` and `indices` have room for `rows` numbers each.
void ck_sort_bytes(int64_t rows, int64_t width, const void *bytes, int64_t *scratch, int64_t *indices);
/// Whether all elements are equal; NaN equals nothing.
int ck_rows_equal(ck_dtype dtype, int64_t n, const void *a, const void *b);

/// For each of m values, how many elements of the ascending x are smaller (or as large, if right). `sorter` is NULL, or
/// the order in which x is ascending. Any x and any value are safe; a NaN has its place at the end. Not for bool or
/// 16-bit floating types.
void ck_search(ck_dtype dtype, int64_t n, const void *x, const int64_t *sorter, int64_t m, const void *values, int right,
               int64_t *out);
/// out = whether each of m values is (or is not, if invert) among the ascending x. NaN equals nothing. Likewise.
void ck_is_among(ck_dtype dtype, int64_t n, const void *x, int64_t m, const void *values, int invert, uint8_t *out);

/// Adds 1, or its weight, to the sum of the bin of each element from low to high. The bins are of equal width; with edges,
/// of which there is one more, those decide between neighbours. Anything else, NaN too, does not count.
void ck_histogram_f32(int64_t n, const float *x, double low, double high, int64_t bins, const float *edges,
                      const float *weights, double *sums);
void ck_histogram_f64(int64_t n, const double *x, double low, double high, int64_t bins, const double *edges,
                      const double *weights, double *sums);

/// out[r * n + i] = x[offsets[r] + i * xs], elements of 1, 2, 4 or 8 bytes.
void ck_collect_rows(int element_size, int64_t rows, int64_t n, const void *x, const int64_t *offsets, int64_t xs, void *out);
/// out[offsets[r] + i * os] = x[r * n + i].
void ck_distribute_rows(int element_size, int64_t rows, int64_t n, const void *x, void *out, const int64_t *offsets, int64_t os);

#ifdef __cplusplus
}
#endif

#endif
