// Normalisation: of contiguous rows, and of planes, which share their mean, scale and shift.
#include "internal.h"

enum { PIECE = 1024, GROUP = 64 };

// Sums over a row are taken piece by piece, each in the order that all sums share, and added up in float64.
#define NORMALIZATION(dtype, suffix, T)                                                                   \
    /* The mean, 0 if `centered` is not set, and the inverse of the root of the mean square distance from it. */ \
    CK_INLINE void moments_##suffix(int64_t n, const T *x, double eps, int centered, T *mean, T *inverse) { \
        T square[PIECE];                                                                                  \
        const T center = centered ? ck_sum_##suffix(n, x) / (T)n : 0;                                     \
        double sum = 0;                                                                                   \
        for (int64_t i = 0; i < n; i += PIECE) {                                                          \
            const int64_t count = n - i < PIECE ? n - i : PIECE;                                          \
            CK_INDEPENDENT for (int64_t c = 0; c < count; c++) square[c] = (x[i + c] - center) * (x[i + c] - center); \
            sum += ck_sum_##suffix(count, square);                                                        \
        }                                                                                                 \
        *mean = center;                                                                                   \
        *inverse = (T)(1 / sqrt(sum / (double)n + eps));                                                  \
    }                                                                                                     \
    CK_CLONES static void row_moments_##suffix(int64_t rows, int64_t n, const T *x, double eps, T *mean, T *inverse) { \
        for (int64_t r = 0; r < rows; r++) moments_##suffix(n, x + r * n, eps, 1, mean + r, inverse + r); \
    }                                                                                                     \
    CK_CLONES static void norm_rows_##suffix(int64_t rows, int64_t n, const T *x, const T *w, const T *b, double eps, \
                                             int centered, T *y, T *means, T *inverses) {                 \
        for (int64_t r = 0; r < rows; r++, x += n, y += n) {                                              \
            moments_##suffix(n, x, eps, centered, means + r, inverses + r);                               \
            const T mean = means[r], inverse = inverses[r];                                               \
            if (w && b) {                                                                                 \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * w[i] + b[i]; \
            } else if (w) {                                                                               \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * w[i];     \
            } else if (b) {                                                                               \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse + b[i];     \
            } else {                                                                                      \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse;            \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    /* Rows are added up in groups, so that errors do not grow with their number. */                      \
    CK_INLINE void flush_##suffix(int64_t n, T *part, T *total) {                                         \
        CK_INDEPENDENT for (int64_t i = 0; i < n; i++) total[i] += part[i];                               \
        memset(part, 0, (size_t)n * sizeof(T));                                                           \
    }                                                                                                     \
    CK_CLONES static void norm_rows_grad_##suffix(int64_t rows, int64_t n, const T *g, const T *x, const T *w, \
                                                  const T *means, const T *inverses, int centered, T *dx, T *dw, T *db, \
                                                  T *scratch) {                                           \
        T weighted[PIECE], product[PIECE];                                                                \
        T *wpart = scratch, *bpart = scratch + n;                                                         \
        if (dw) memset(wpart, 0, (size_t)n * sizeof(T));                                                  \
        if (db) memset(bpart, 0, (size_t)n * sizeof(T));                                                  \
        for (int64_t r = 0; r < rows; r++, g += n, x += n) {                                              \
            const T mean = means[r], inverse = inverses[r];                                               \
            if (dx) {                                                                                     \
                double plain = 0, along = 0;                                                              \
                for (int64_t i = 0; i < n; i += PIECE) {                                                  \
                    const int64_t count = n - i < PIECE ? n - i : PIECE;                                  \
                    if (w) {                                                                              \
                        CK_INDEPENDENT for (int64_t c = 0; c < count; c++) weighted[c] = g[i + c] * w[i + c]; \
                    } else {                                                                              \
                        CK_INDEPENDENT for (int64_t c = 0; c < count; c++) weighted[c] = g[i + c];        \
                    }                                                                                     \
                    CK_INDEPENDENT for (int64_t c = 0; c < count; c++) product[c] = weighted[c] * (x[i + c] - mean); \
                    if (centered) plain += ck_sum_##suffix(count, weighted);                              \
                    along += ck_sum_##suffix(count, product);                                             \
                }                                                                                         \
                const T shift = (T)(plain / (double)n);                                                   \
                const T slope = (T)(along * (double)inverse * (double)inverse / (double)n);               \
                if (w) {                                                                                  \
                    CK_INDEPENDENT for (int64_t i = 0; i < n; i++)                                        \
                        dx[i] = inverse * (g[i] * w[i] - shift - (x[i] - mean) * slope);                  \
                } else {                                                                                  \
                    CK_INDEPENDENT for (int64_t i = 0; i < n; i++)                                        \
                        dx[i] = inverse * (g[i] - shift - (x[i] - mean) * slope);                         \
                }                                                                                         \
                dx += n;                                                                                  \
            }                                                                                             \
            if (dw) {                                                                                     \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) wpart[i] += g[i] * ((x[i] - mean) * inverse); \
            }                                                                                             \
            if (db) {                                                                                     \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) bpart[i] += g[i];                          \
            }                                                                                             \
            if ((r + 1) % GROUP == 0 || r + 1 == rows) {                                                  \
                if (dw) flush_##suffix(n, wpart, dw);                                                     \
                if (db) flush_##suffix(n, bpart, db);                                                     \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void planes_##suffix(int64_t outer, int64_t channels, int64_t inner, const T *x, const T *mean, \
                                          const T *scale, const T *shift, int64_t step, T *y) {           \
        for (int64_t o = 0; o < outer; o++, mean += step, scale += step, shift += step) {                 \
            if (inner == 1) {                                                                             \
                CK_INDEPENDENT for (int64_t c = 0; c < channels; c++) y[c] = (x[c] - mean[c]) * scale[c] + shift[c]; \
                x += channels;                                                                            \
                y += channels;                                                                            \
                continue;                                                                                 \
            }                                                                                             \
            for (int64_t c = 0; c < channels; c++, x += inner, y += inner) {                              \
                const T m = mean[c], s = scale[c], b = shift[c];                                          \
                CK_INDEPENDENT for (int64_t i = 0; i < inner; i++) y[i] = (x[i] - m) * s + b;             \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void plane_sums_##suffix(int64_t outer, int64_t channels, int64_t inner, const T *g, const T *x, \
                                              const T *mean, int64_t step, double *plain, double *along) { \
        T product[PIECE];                                                                                 \
        for (int64_t o = 0; o < outer; o++, mean += step, plain += step, along += step) {                 \
            if (inner == 1) {                                                                             \
                CK_INDEPENDENT for (int64_t c = 0; c < channels; c++) {                                   \
                    plain[c] += g[c];                                                                     \
                    along[c] += g[c] * (x[c] - mean[c]);                                                  \
                }                                                                                         \
                g += channels;                                                                            \
                x += channels;                                                                            \
                continue;                                                                                 \
            }                                                                                             \
            for (int64_t c = 0; c < channels; c++, g += inner, x += inner) {                              \
                const T m = mean[c];                                                                      \
                for (int64_t i = 0; i < inner; i += PIECE) {                                              \
                    const int64_t count = inner - i < PIECE ? inner - i : PIECE;                          \
                    CK_INDEPENDENT for (int64_t k = 0; k < count; k++) product[k] = g[i + k] * (x[i + k] - m); \
                    plain[c] += ck_sum_##suffix(count, g + i);                                            \
                    along[c] += ck_sum_##suffix(count, product);                                          \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES static void planes_grad_##suffix(int64_t outer, int64_t channels, int64_t inner, const T *g, const T *x, \
                                               const T *mean, const T *scale, const T *slope, const T *shift, int64_t step, \
                                               T *dx) {                                                   \
        for (int64_t o = 0; o < outer; o++, mean += step, scale += step, slope += step, shift += step) {  \
            if (inner == 1) {                                                                             \
                CK_INDEPENDENT for (int64_t c = 0; c < channels; c++)                                     \
                    dx[c] = g[c] * scale[c] + (x[c] - mean[c]) * slope[c] + shift[c];                     \
                g += channels;                                                                            \
                x += channels;                                                                            \
                dx += channels;                                                                           \
                continue;                                                                                 \
            }                                                                                             \
            for (int64_t c = 0; c < channels; c++, g += inner, x += inner, dx += inner) {                 \
                const T m = mean[c], s = scale[c], k = slope[c], b = shift[c];                            \
                CK_INDEPENDENT for (int64_t i = 0; i < inner; i++) dx[i] = g[i] * s + (x[i] - m) * k + b; \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    static void coefficients_##suffix(int64_t outer, int64_t channels, int64_t groups, double number, const double *plain, \
                                      const double *along, const T *inverse, const T *w, int constant, T *scale, T *slope, \
                                      T *shift, T *dw, T *db) {                                           \
        const int64_t width = channels / groups;                                                          \
        for (int64_t o = 0; o < outer; o++)                                                               \
            for (int64_t k = 0; k < groups; k++) {                                                        \
                const double inv = inverse[o * groups + k];                                               \
                const int64_t first = k * width;                                                          \
                double p = 0, a = 0;                                                                      \
                for (int64_t c = first; c < first + width; c++) {                                         \
                    const double factor = w ? w[c] : 1;                                                   \
                    p += factor * plain[o * channels + c];                                                \
                    a += factor * along[o * channels + c];                                                \
                }                                                                                         \
                for (int64_t c = first; c < first + width; c++) {                                         \
                    const int64_t i = o * channels + c;                                                   \
                    scale[i] = (T)(inv * (w ? w[c] : 1));                                                 \
                    slope[i] = (T)(constant ? 0 : -inv * inv * inv * a / number);                         \
                    shift[i] = (T)(constant ? 0 : -inv * p / number);                                     \
                    if (dw) dw[c] += (T)(along[i] * inv);                                                 \
                    if (db) db[c] += (T)plain[i];                                                         \
                }                                                                                         \
            }                                                                                             \
    }
CK_FLOAT_TYPES(NORMALIZATION)

void ck_row_moments(ck_dtype dtype, int64_t rows, int64_t n, const void *x, double eps, void *mean, void *inverse) {
    if (n <= 0) return;
    if (dtype == CK_FLOAT32) row_moments_f32(rows, n, x, eps, mean, inverse);
    else if (dtype == CK_FLOAT64) row_moments_f64(rows, n, x, eps, mean, inverse);
}

void ck_norm_rows(ck_dtype dtype, int64_t rows, int64_t n, const void *x, const void *w, const void *b, double eps,
                  int centered, void *y, void *mean, void *inverse) {
    if (n <= 0) return;
    if (dtype == CK_FLOAT32) norm_rows_f32(rows, n, x, w, b, eps, centered, y, mean, inverse);
    else if (dtype == CK_FLOAT64) norm_rows_f64(rows, n, x, w, b, eps, centered, y, mean, inverse);
}

void ck_norm_rows_grad(ck_dtype dtype, int64_t rows, int64_t n, const void *g, const void *x, const void *w,
                       const void *mean, const void *inverse, int centered, void *dx, void *dw, void *db, void *scratch) {
    if (n <= 0) return;
    if (dtype == CK_FLOAT32) norm_rows_grad_f32(rows, n, g, x, w, mean, inverse, centered, dx, dw, db, scratch);
    else if (dtype == CK_FLOAT64) norm_rows_grad_f64(rows, n, g, x, w, mean, inverse, centered, dx, dw, db, scratch);
}

void ck_norm_planes(ck_dtype dtype, int64_t outer, int64_t channels, int64_t inner, const void *x, const void *mean,
                    const void *scale, const void *shift, int64_t step, void *y) {
    if (dtype == CK_FLOAT32) planes_f32(outer, channels, inner, x, mean, scale, shift, step, y);
    else if (dtype == CK_FLOAT64) planes_f64(outer, channels, inner, x, mean, scale, shift, step, y);
}

void ck_norm_plane_sums(ck_dtype dtype, int64_t outer, int64_t channels, int64_t inner, const void *g, const void *x,
                        const void *mean, int64_t step, double *plain, double *along) {
    if (dtype == CK_FLOAT32) plane_sums_f32(outer, channels, inner, g, x, mean, step, plain, along);
    else if (dtype == CK_FLOAT64) plane_sums_f64(outer, channels, inner, g, x, mean, step, plain, along);
}

void ck_norm_coefficients(ck_dtype dtype, int64_t outer, int64_t channels, int64_t groups, double number,
                          const double *plain, const double *along, const void *inverse, const void *w, int constant,
                          void *scale, void *slope, void *shift, void *dw, void *db) {
    if (dtype == CK_FLOAT32)
        coefficients_f32(outer, channels, groups, number, plain, along, inverse, w, constant, scale, slope, shift, dw, db);
    else if (dtype == CK_FLOAT64)
        coefficients_f64(outer, channels, groups, number, plain, along, inverse, w, constant, scale, slope, shift, dw, db);
}

void ck_norm_planes_grad(ck_dtype dtype, int64_t outer, int64_t channels, int64_t inner, const void *g, const void *x,
                         const void *mean, const void *scale, const void *slope, const void *shift, int64_t step, void *dx) {
    if (dtype == CK_FLOAT32) planes_grad_f32(outer, channels, inner, g, x, mean, scale, slope, shift, step, dx);
    else if (dtype == CK_FLOAT64) planes_grad_f64(outer, channels, inner, g, x, mean, scale, slope, shift, step, dx);
}
