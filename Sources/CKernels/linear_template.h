// The products of linear.c for one element type: SUFFIX, REAL, a vector WIDE of LANES, vectors QUAD of four and PAIR
// of eight, and the integer vector MASK of the size of PAIR. Included once for each type.

// How the k products of one output are added, whatever the number of rows and outputs: LANES partial sums over the
// blocks of LANES; then, halving the vector, the rest in blocks of half the size down to four; the last one to three
// products in the first lanes; and the four lanes as (0 + 1) + (2 + 3).

// One to three elements, then zeros: the zeros of both factors make products that change no sum.
CK_INLINE void NAME(load_up_to_three)(const REAL *from, int64_t count, QUAD *v) {
    *v = (QUAD){0};
    CK_UNROLL for (int i = 0; i < 3; i++) {
        if (i < count) (*v)[i] = from[i];
    }
}

// y[0..<M, 0..<J], for constant M and J.
CK_INLINE CK_WIDE void NAME(linear_block)(
    const int M, const int J, int64_t k, const REAL *x, int64_t ldx, const REAL *w, int64_t ldw, const REAL *bias,
    REAL *y, int64_t ldy, const int relu) {
    WIDE sums[2][4];
    int64_t c = 0;
    if (k >= LANES) {
        WIDE u[2], v;
        CK_UNROLL for (int i = 0; i < M; i++) memcpy(&u[i], x + i * ldx, sizeof v);
        CK_UNROLL for (int j = 0; j < J; j++) {
            memcpy(&v, w + j * ldw, sizeof v);
            CK_UNROLL for (int i = 0; i < M; i++) sums[i][j] = u[i] * v;
        }
        for (c = LANES; c + LANES <= k; c += LANES) {
            CK_UNROLL for (int i = 0; i < M; i++) memcpy(&u[i], x + i * ldx + c, sizeof v);
            CK_UNROLL for (int j = 0; j < J; j++) {
                memcpy(&v, w + j * ldw + c, sizeof v);
                CK_UNROLL for (int i = 0; i < M; i++) sums[i][j] += u[i] * v;
            }
        }
    } else {
        CK_UNROLL for (int i = 0; i < M; i++) {
            CK_UNROLL for (int j = 0; j < J; j++) sums[i][j] = (WIDE){0};
        }
    }
#if LANES == 16
    ck_f32x8 half[2][4];
    CK_UNROLL for (int i = 0; i < M; i++) {
        CK_UNROLL for (int j = 0; j < J; j++) halve_f32x16(&sums[i][j], &half[i][j]);
    }
    if (k - c >= 8) {
        ck_f32x8 u[2], v;
        CK_UNROLL for (int i = 0; i < M; i++) memcpy(&u[i], x + i * ldx + c, sizeof v);
        CK_UNROLL for (int j = 0; j < J; j++) {
            memcpy(&v, w + j * ldw + c, sizeof v);
            CK_UNROLL for (int i = 0; i < M; i++) half[i][j] += u[i] * v;
        }
        c += 8;
    }
#else
    WIDE (*const half)[4] = sums;
#endif
    // From here on both rows share a vector, row 0 in its lower half; a single row is there twice.
    const int second = M - 1;
    PAIR sum[4] = {{0}, {0}, {0}, {0}};
    CK_UNROLL for (int j = 0; j < J; j++) {
        sum[j] = __builtin_shufflevector(half[0][j], half[second][j], 0, 1, 2, 3, 8, 9, 10, 11) +
                 __builtin_shufflevector(half[0][j], half[second][j], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    if (k - c >= 4) {
        QUAD u[2], v;
        CK_UNROLL for (int i = 0; i < M; i++) memcpy(&u[i], x + i * ldx + c, sizeof v);
        const PAIR rows = __builtin_shufflevector(u[0], u[second], 0, 1, 2, 3, 4, 5, 6, 7);
        CK_UNROLL for (int j = 0; j < J; j++) {
            memcpy(&v, w + j * ldw + c, sizeof v);
            sum[j] += rows * __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3);
        }
        c += 4;
    }
    if (c < k) {
        QUAD u[2], v;
        CK_UNROLL for (int i = 0; i < M; i++) NAME(load_up_to_three)(x + i * ldx + c, k - c, &u[i]);
        const PAIR rows = __builtin_shufflevector(u[0], u[second], 0, 1, 2, 3, 4, 5, 6, 7);
        CK_UNROLL for (int j = 0; j < J; j++) {
            NAME(load_up_to_three)(w + j * ldw + c, k - c, &v);
            sum[j] += rows * __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3);
        }
    }
    // Transposed while they are added: lane j of each half becomes the sum of the lanes of sum[j].
    const PAIR s01 = __builtin_shufflevector(sum[0], sum[1], 0, 8, 2, 10, 4, 12, 6, 14) +
                     __builtin_shufflevector(sum[0], sum[1], 1, 9, 3, 11, 5, 13, 7, 15);
    const PAIR s23 = __builtin_shufflevector(sum[2], sum[3], 0, 8, 2, 10, 4, 12, 6, 14) +
                     __builtin_shufflevector(sum[2], sum[3], 1, 9, 3, 11, 5, 13, 7, 15);
    PAIR r = __builtin_shufflevector(s01, s23, 0, 1, 8, 9, 4, 5, 12, 13) +
             __builtin_shufflevector(s01, s23, 2, 3, 10, 11, 6, 7, 14, 15);
    if (bias) {
        QUAD b = {0};
        memcpy(&b, bias, (size_t)J * sizeof(REAL));
        r += __builtin_shufflevector(b, b, 0, 1, 2, 3, 0, 1, 2, 3);
    }
    // The bits of negative lanes are cleared; a NaN is not negative.
    if (relu) r = (PAIR)((MASK)r & ~(r < (PAIR){0}));
    memcpy(y, &r, (size_t)J * sizeof(REAL));
    if (M == 2) memcpy(y + ldy, (const REAL *)&r + 4, (size_t)J * sizeof(REAL));
}

// All rows for J outputs: the weights of the block stay in the cache, so that memory is read once.
CK_INLINE CK_WIDE void NAME(linear_outputs)(
    const int J, int64_t m, int64_t k, const REAL *x, int64_t ldx, const REAL *w, int64_t ldw, const REAL *bias,
    REAL *y, int64_t ldy, int relu) {
    int64_t i = 0;
    for (; i + 2 <= m; i += 2) NAME(linear_block)(2, J, k, x + i * ldx, ldx, w, ldw, bias, y + i * ldy, ldy, relu);
    if (i < m) NAME(linear_block)(1, J, k, x + i * ldx, ldx, w, ldw, bias, y + i * ldy, ldy, relu);
}

CK_CLONES void NAME(ck_linear)(
    int64_t m, int64_t n, int64_t k, const REAL *x, int64_t ldx, const REAL *w, int64_t ldw, const REAL *bias,
    REAL *y, int64_t ldy, int relu) {
    int64_t j = 0;
    for (; j + 4 <= n; j += 4) {
        NAME(linear_outputs)(4, m, k, x, ldx, w + j * ldw, ldw, bias ? bias + j : NULL, y + j, ldy, relu);
    }
    if (j + 2 <= n) {
        NAME(linear_outputs)(2, m, k, x, ldx, w + j * ldw, ldw, bias ? bias + j : NULL, y + j, ldy, relu);
        j += 2;
    }
    if (j < n) NAME(linear_outputs)(1, m, k, x, ldx, w + j * ldw, ldw, bias ? bias + j : NULL, y + j, ldy, relu);
}

// dx[0..<M] over the columns of COUNT vectors of type V, for a constant M. The terms of an element are added in groups
// of four outputs: (0 + 1) + (2 + 3), then the groups in order, then what is left one by one.
#define GRAD_INPUT_TILE(name, V, COUNT)                                                                   \
    CK_INLINE CK_WIDE void NAME(name)(const int M, int64_t n, const REAL *dy, int64_t lddy, const REAL *w, \
                                      int64_t ldw, REAL *dx, int64_t lddx) {                              \
        V sums[4][COUNT];                                                                                 \
        CK_UNROLL for (int i = 0; i < M; i++) {                                                           \
            CK_UNROLL for (int t = 0; t < COUNT; t++) sums[i][t] = (V){0};                                \
        }                                                                                                 \
        int64_t j = 0;                                                                                    \
        for (; j + 4 <= n; j += 4) {                                                                      \
            CK_UNROLL for (int t = 0; t < COUNT; t++) {                                                   \
                V v[4];                                                                                   \
                CK_UNROLL for (int l = 0; l < 4; l++) {                                                   \
                    memcpy(&v[l], (const char *)(w + (j + l) * ldw) + t * sizeof(V), sizeof(V));          \
                }                                                                                         \
                CK_UNROLL for (int i = 0; i < M; i++) {                                                   \
                    const REAL *d = dy + i * lddy + j;                                                    \
                    sums[i][t] += (v[0] * d[0] + v[1] * d[1]) + (v[2] * d[2] + v[3] * d[3]);              \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
        for (; j < n; j++) {                                                                              \
            CK_UNROLL for (int t = 0; t < COUNT; t++) {                                                   \
                V v;                                                                                      \
                memcpy(&v, (const char *)(w + j * ldw) + t * sizeof(V), sizeof(V));                       \
                CK_UNROLL for (int i = 0; i < M; i++) sums[i][t] += v * dy[i * lddy + j];                 \
            }                                                                                             \
        }                                                                                                 \
        CK_UNROLL for (int i = 0; i < M; i++) {                                                           \
            CK_UNROLL for (int t = 0; t < COUNT; t++) {                                                   \
                memcpy((char *)(dx + i * lddx) + t * sizeof(V), &sums[i][t], sizeof(V));                  \
            }                                                                                             \
        }                                                                                                 \
    }
GRAD_INPUT_TILE(grad_input_wide2, WIDE, 2)
GRAD_INPUT_TILE(grad_input_wide, WIDE, 1)
GRAD_INPUT_TILE(grad_input_quad, QUAD, 1)
GRAD_INPUT_TILE(grad_input_one, REAL, 1)

#define GRAD_INPUT_ROWS(tile, width)                                                                      \
    for (; c + (width) <= k; c += (width)) {                                                              \
        int64_t i = 0;                                                                                    \
        for (; i + 4 <= m; i += 4) NAME(tile)(4, n, dy + i * lddy, lddy, w + c, ldw, dx + i * lddx + c, lddx); \
        for (; i + 2 <= m; i += 2) NAME(tile)(2, n, dy + i * lddy, lddy, w + c, ldw, dx + i * lddx + c, lddx); \
        for (; i < m; i++) NAME(tile)(1, n, dy + i * lddy, lddy, w + c, ldw, dx + i * lddx + c, lddx);    \
    }

CK_CLONES void NAME(ck_linear_grad_input)(
    int64_t m, int64_t n, int64_t k, const REAL *dy, int64_t lddy, const REAL *w, int64_t ldw, REAL *dx, int64_t lddx) {
    int64_t c = 0;
    GRAD_INPUT_ROWS(grad_input_wide2, 2 * LANES)
    GRAD_INPUT_ROWS(grad_input_wide, LANES)
    GRAD_INPUT_ROWS(grad_input_quad, 4)
    GRAD_INPUT_ROWS(grad_input_one, 1)
}

// dw[0..<n] (+)= the sum over M rows in order, for a constant M.
#define GRAD_WEIGHT_TILE(V, width)                                                                        \
    for (; c + (width) <= k; c += (width)) {                                                              \
        V v, sum;                                                                                         \
        memcpy(&v, x + c, sizeof v);                                                                      \
        sum = v * d[0];                                                                                   \
        CK_UNROLL for (int i = 1; i < M; i++) {                                                           \
            memcpy(&v, x + i * ldx + c, sizeof v);                                                        \
            sum += v * d[i];                                                                              \
        }                                                                                                 \
        if (accumulate) {                                                                                 \
            memcpy(&v, out + c, sizeof v);                                                                \
            sum = v + sum;                                                                                \
        }                                                                                                 \
        memcpy(out + c, &sum, sizeof sum);                                                                \
    }
CK_INLINE CK_WIDE void NAME(grad_weight_rows)(
    const int M, int64_t n, int64_t k, const REAL *dy, int64_t lddy, const REAL *x, int64_t ldx, REAL *dw, int64_t lddw,
    const int accumulate) {
    for (int64_t j = 0; j < n; j++) {
        REAL d[8];
        CK_UNROLL for (int i = 0; i < M; i++) d[i] = dy[i * lddy + j];
        REAL *out = dw + j * lddw;
        int64_t c = 0;
        GRAD_WEIGHT_TILE(WIDE, LANES)
        GRAD_WEIGHT_TILE(QUAD, 4)
        GRAD_WEIGHT_TILE(REAL, 1)
    }
}

CK_CLONES void NAME(ck_linear_grad_weight)(
    int64_t m, int64_t n, int64_t k, const REAL *dy, int64_t lddy, const REAL *x, int64_t ldx, REAL *dw, int64_t lddw,
    int accumulate) {
    if (m <= 0 && !accumulate) {
        const REAL zero = 0;
        for (int64_t j = 0; j < n; j++) ck_fill(sizeof zero, k, dw + j * lddw, 1, &zero);
    }
    for (int64_t i = 0; i < m; i += 8) {
        const REAL *d = dy + i * lddy, *rows = x + i * ldx;
        switch (m - i) {
        case 1: NAME(grad_weight_rows)(1, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        case 2: NAME(grad_weight_rows)(2, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        case 3: NAME(grad_weight_rows)(3, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        case 4: NAME(grad_weight_rows)(4, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        case 5: NAME(grad_weight_rows)(5, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        case 6: NAME(grad_weight_rows)(6, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        case 7: NAME(grad_weight_rows)(7, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        default: NAME(grad_weight_rows)(8, n, k, d, lddy, rows, ldx, dw, lddw, accumulate); break;
        }
        accumulate = 1;
    }
}

CK_CLONES void NAME(ck_bias_relu)(int64_t m, int64_t n, REAL *y, int64_t ldy, const REAL *bias, int relu) {
    if (!bias && !relu) return;
    for (int64_t i = 0; i < m; i++) {
        REAL *row = y + i * ldy;
        if (bias && relu) {
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) {
                const REAL v = row[j] + bias[j];
                row[j] = v < 0 ? (REAL)0 : v;
            }
        } else if (bias) {
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) row[j] += bias[j];
        } else {
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) row[j] = row[j] < 0 ? (REAL)0 : row[j];
        }
    }
}

#undef GRAD_INPUT_TILE
#undef GRAD_INPUT_ROWS
#undef GRAD_WEIGHT_TILE
#undef SUFFIX
#undef REAL
#undef LANES
#undef WIDE
#undef QUAD
#undef PAIR
#undef MASK
