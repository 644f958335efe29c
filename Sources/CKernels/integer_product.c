// Products of matrices of integers, which wrap around.
#include "internal.h"

// c[m, n] = a[m, k] b[k, n]; ai, ap and bp, bj are the steps along the rows and columns of a and of b. Unsigned, for which
// wrapping around is defined.
#define INTEGER_PRODUCT(suffix, type)                                                                                  \
    CK_CLONES static void product_##suffix(int64_t m, int64_t n, int64_t k, const type *a, int64_t ai, int64_t ap,     \
                                           const type *b, int64_t bp, int64_t bj, type *restrict c) {                  \
        for (int64_t i = 0; i < m; i++) {                                                                              \
            const type *row = a + i * ai;                                                                              \
            type *out = c + i * n;                                                                                     \
            if (bj != 1 || n == 1) {                                                                                   \
                for (int64_t j = 0; j < n; j++) {                                                                      \
                    const type *column = b + j * bj;                                                                   \
                    uint64_t sum = 0;                                                                                  \
                    if (ap == 1 && bp == 1) for (int64_t p = 0; p < k; p++) sum += (type)((uint64_t)row[p] * column[p]);\
                    else for (int64_t p = 0; p < k; p++) sum += (uint64_t)row[p * ap] * column[p * bp];                \
                    out[j] = (type)sum;                                                                                \
                }                                                                                                      \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t j = 0; j < n; j++) out[j] = 0;                                                                \
            int64_t p = 0;                                                                                             \
            /* Four rows of b at a time: the results are read and written a quarter as often. */                       \
            for (; p + 4 <= k; p += 4) {                                                                               \
                const type x = row[p * ap], y = row[(p + 1) * ap], z = row[(p + 2) * ap], w = row[(p + 3) * ap];       \
                const type *b0 = b + p * bp, *b1 = b0 + bp, *b2 = b1 + bp, *b3 = b2 + bp;                              \
                for (int64_t j = 0; j < n; j++)                                                                        \
                    out[j] = (type)(out[j] + (uint64_t)x * b0[j] + (uint64_t)y * b1[j] + (uint64_t)z * b2[j] +         \
                                    (uint64_t)w * b3[j]);                                                              \
            }                                                                                                          \
            for (; p < k; p++) {                                                                                       \
                const type x = row[p * ap];                                                                            \
                const type *b0 = b + p * bp;                                                                           \
                for (int64_t j = 0; j < n; j++) out[j] = (type)(out[j] + (uint64_t)x * b0[j]);                         \
            }                                                                                                          \
        }                                                                                                              \
    }
INTEGER_PRODUCT(u64, uint64_t)
INTEGER_PRODUCT(u32, uint32_t)
INTEGER_PRODUCT(u16, uint16_t)
INTEGER_PRODUCT(u8, uint8_t)

void ck_integer_product(int32_t width, int64_t m, int64_t n, int64_t k, const void *a, int64_t ai, int64_t ap, const void *b,
                        int64_t bp, int64_t bj, void *c) {
    switch (width) {
    case 8: product_u64(m, n, k, a, ai, ap, b, bp, bj, c); break;
    case 4: product_u32(m, n, k, a, ai, ap, b, bp, bj, c); break;
    case 2: product_u16(m, n, k, a, ai, ap, b, bp, bj, c); break;
    default: product_u8(m, n, k, a, ai, ap, b, bp, bj, c); break;
    }
}
