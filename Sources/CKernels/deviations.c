// Sums of squared distances from a center, for variances.
#include "internal.h"

enum { PIECE = 1024, LEVELS = 56, TILE = 256, GROUP = 256 };

// Pieces are added as carries in a binary counter are, like those of a plain sum.
#define DEVIATIONS(dtype, suffix, T)                                                                      \
    CK_CLONES static void run_##suffix(int64_t n, const T *x, int64_t xs, T center, T *squares, T *rest) { \
        T distance[PIECE], square[PIECE], waiting[2][LEVELS], total[2] = {0, 0};                          \
        int levels = 0;                                                                                   \
        for (int64_t i = 0, piece = 0; i < n; i += PIECE, piece++) {                                      \
            const int64_t count = n - i < PIECE ? n - i : PIECE;                                          \
            const T *from = x + i * xs;                                                                   \
            if (xs == 1) {                                                                                \
                for (int64_t c = 0; c < count; c++) distance[c] = from[c] - center;                       \
            } else {                                                                                      \
                CK_SCALAR for (int64_t c = 0; c < count; c++) distance[c] = from[c * xs] - center;        \
            }                                                                                             \
            for (int64_t c = 0; c < count; c++) square[c] = distance[c] * distance[c];                    \
            total[0] = ck_sum_##suffix(count, square);                                                    \
            total[1] = ck_sum_##suffix(count, distance);                                                  \
            for (int64_t carry = piece; carry & 1; carry >>= 1) {                                         \
                levels--;                                                                                 \
                total[0] = waiting[0][levels] + total[0];                                                 \
                total[1] = waiting[1][levels] + total[1];                                                 \
            }                                                                                             \
            waiting[0][levels] = total[0];                                                                \
            waiting[1][levels] = total[1];                                                                \
            levels++;                                                                                     \
        }                                                                                                 \
        for (levels--; levels > 0; levels--) {                                                            \
            total[0] = waiting[0][levels - 1] + total[0];                                                 \
            total[1] = waiting[1][levels - 1] + total[1];                                                 \
        }                                                                                                 \
        *squares += total[0];                                                                             \
        *rest += total[1];                                                                                \
    }                                                                                                     \
    CK_CLONES static void rows_##suffix(int64_t rows, int64_t n, const T *xp, int64_t rs, const T *cp, T *sp, T *rp) { \
        for (int64_t start = 0; start < n; start += TILE) {                                               \
            const int64_t width = n - start < TILE ? n - start : TILE;                                    \
            T center[TILE], part[2][TILE], total[2][TILE];                                                \
            memcpy(center, cp + start, sizeof(T) * (size_t)width);                                        \
            memset(total, 0, sizeof total);                                                               \
            for (int64_t r = 0; r < rows; r += GROUP) {                                                   \
                const int64_t end = rows - r < GROUP ? rows : r + GROUP;                                  \
                memset(part, 0, sizeof part);                                                             \
                for (int64_t row = r; row < end; row++) {                                                 \
                    const T *x = xp + row * rs + start;                                                   \
                    CK_INDEPENDENT for (int64_t c = 0; c < width; c++) {                                  \
                        const T d = x[c] - center[c];                                                     \
                        part[0][c] += d * d;                                                              \
                        part[1][c] += d;                                                                  \
                    }                                                                                     \
                }                                                                                         \
                for (int64_t c = 0; c < width; c++) {                                                     \
                    total[0][c] += part[0][c];                                                            \
                    total[1][c] += part[1][c];                                                            \
                }                                                                                         \
            }                                                                                             \
            CK_INDEPENDENT for (int64_t c = 0; c < width; c++) {                                          \
                sp[start + c] += total[0][c];                                                             \
                rp[start + c] += total[1][c];                                                             \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    static int spread_##suffix(int64_t n, T *squares, const T *rest, double number, double freedom, int root) { \
        /* What is left within the rounding errors of the two terms is that of equal elements. */         \
        const T noise = sizeof(T) == 4 ? (T)0x1p-19 : (T)0x1p-48;                                         \
        int overflow = 0;                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                 \
            T v = squares[i] - rest[i] * rest[i] / (T)number;                                             \
            if (isinf(squares[i])) {                                                                      \
                v = squares[i];                                                                           \
                overflow = 1;                                                                             \
            } else if (v <= noise * squares[i]) {                                                         \
                v = 0;                                                                                    \
            }                                                                                             \
            v /= (T)freedom;                                                                              \
            squares[i] = root ? CK_SQRT_OF(v) : v;                                                        \
        }                                                                                                 \
        return overflow;                                                                                  \
    }
CK_FLOAT_TYPES(DEVIATIONS)

void ck_deviations(ck_dtype dtype, int64_t n, const void *x, int64_t xs, const void *center, void *squares, void *rest) {
    if (dtype == CK_FLOAT32) run_f32(n, x, xs, *(const float *)center, squares, rest);
    else if (dtype == CK_FLOAT64) run_f64(n, x, xs, *(const double *)center, squares, rest);
}

void ck_deviations_rows(ck_dtype dtype, int64_t rows, int64_t n, const void *x, int64_t rs, const void *center,
                        void *squares, void *rest) {
    if (dtype == CK_FLOAT32) rows_f32(rows, n, x, rs, center, squares, rest);
    else if (dtype == CK_FLOAT64) rows_f64(rows, n, x, rs, center, squares, rest);
}

int ck_spread(ck_dtype dtype, int64_t n, void *squares, const void *rest, double number, double freedom, int root) {
    if (dtype == CK_FLOAT32) return spread_f32(n, squares, rest, number, freedom, root);
    return dtype == CK_FLOAT64 ? spread_f64(n, squares, rest, number, freedom, root) : 0;
}
