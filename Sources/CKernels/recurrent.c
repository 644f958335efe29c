// Steps of recurrent layers. A row's gates stay in the first-level cache between the passes over them.
#include "ckrecurrent.h"
#include "internal.h"
#include "vector_math.h"

// y = f(x) for n contiguous elements, in place or apart.
#define RUN16(name, function)                                                                             \
    CK_INLINE CK_WIDE void name##_f32(int64_t n, const float *x, float *y) {                              \
        ck_f32x16 v;                                                                                      \
        int64_t i = 0;                                                                                    \
        for (; i + 16 <= n; i += 16) {                                                                    \
            memcpy(&v, x + i, sizeof v);                                                                  \
            function(&v, &v);                                                                             \
            memcpy(y + i, &v, sizeof v);                                                                  \
        }                                                                                                 \
        if (i < n) {                                                                                      \
            float lanes[16] = {0};                                                                        \
            memcpy(lanes, x + i, (size_t)(n - i) * sizeof(float));                                        \
            memcpy(&v, lanes, sizeof v);                                                                  \
            function(&v, &v);                                                                             \
            memcpy(lanes, &v, sizeof v);                                                                  \
            memcpy(y + i, lanes, (size_t)(n - i) * sizeof(float));                                        \
        }                                                                                                 \
    }
RUN16(sigmoid, ck_sigmoid16)
RUN16(tanh, ck_tanh16)

CK_INLINE void sigmoid_f64(int64_t n, const double *x, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] = 1 / (1 + exp(-x[i]));
}
CK_INLINE void tanh_f64(int64_t n, const double *x, double *y) {
    for (int64_t i = 0; i < n; i++) y[i] = tanh(x[i]);
}

#define RECURRENT(dtype, suffix, T)                                                                       \
    /* out = (x + bx) + (h + bh); out may be x. */                                                        \
    CK_INLINE void join_##suffix(int64_t n, const T *x, const T *h, const T *bx, const T *bh, T *out) {   \
        if (bx) {                                                                                         \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = (x[i] + bx[i]) + (h[i] + bh[i]);      \
        } else {                                                                                          \
            CK_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = x[i] + h[i];                          \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_rnn_##suffix(int64_t rows, int64_t n, const T *x, const T *h, const T *bx, const T *bh, int relu, \
                                   T *state) {                                                            \
        for (int64_t r = 0; r < rows; r++, x += n, h += n, state += n) {                                  \
            join_##suffix(n, x, h, bx, bh, state);                                                        \
            if (relu) {                                                                                   \
                CK_INDEPENDENT for (int64_t i = 0; i < n; i++) state[i] = state[i] <= 0 ? 0 : state[i];   \
            } else {                                                                                      \
                tanh_##suffix(n, state, state);                                                           \
            }                                                                                             \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_rnn_grad_##suffix(int64_t rows, int64_t n, const T *g, const T *state, int relu, T *dx) { \
        const int64_t count = rows * n;                                                                   \
        if (relu) {                                                                                       \
            CK_INDEPENDENT for (int64_t i = 0; i < count; i++) dx[i] = state[i] <= 0 ? 0 : g[i];          \
        } else {                                                                                          \
            CK_INDEPENDENT for (int64_t i = 0; i < count; i++) dx[i] = g[i] * (1 - state[i] * state[i]);  \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_lstm_##suffix(int64_t rows, int64_t n, T *x, const T *h, const T *bx, const T *bh, T *cell, \
                                    T *state) {                                                           \
        for (int64_t r = 0; r < rows; r++, x += 4 * n, h += 4 * n, cell += n, state += n) {               \
            T *const i = x, *const f = x + n, *const g = x + 2 * n, *const o = x + 3 * n;                 \
            join_##suffix(4 * n, x, h, bx, bh, x);                                                        \
            sigmoid_##suffix(2 * n, i, i);                                                                \
            tanh_##suffix(n, g, g);                                                                       \
            sigmoid_##suffix(n, o, o);                                                                    \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) cell[j] = f[j] * cell[j] + i[j] * g[j];        \
            tanh_##suffix(n, cell, state);                                                                \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) state[j] = o[j] * state[j];                    \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_lstm_grad_##suffix(int64_t rows, int64_t n, const T *gates, const T *before, const T *cell, \
                                         const T *g, T *dcell, T *dx) {                                   \
        for (int64_t r = 0; r < rows; r++) {                                                              \
            const T *const in = gates, *const forget = gates + n, *const next = gates + 2 * n, *const out = gates + 3 * n; \
            tanh_##suffix(n, cell, dx + 3 * n);                                                           \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) {                                              \
                const T t = dx[3 * n + j];                                                                \
                const T dc = dcell[j] + g[j] * out[j] * (1 - t * t);                                      \
                dx[j] = dc * next[j] * (in[j] * (1 - in[j]));                                             \
                dx[n + j] = dc * before[j] * (forget[j] * (1 - forget[j]));                               \
                dx[2 * n + j] = dc * in[j] * (1 - next[j] * next[j]);                                     \
                dx[3 * n + j] = g[j] * t * (out[j] * (1 - out[j]));                                       \
                dcell[j] = dc * forget[j];                                                                \
            }                                                                                             \
            gates += 4 * n, before += n, cell += n, g += n, dcell += n, dx += 4 * n;                      \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_gru_##suffix(int64_t rows, int64_t n, T *x, T *h, const T *bx, const T *bh, T *state) { \
        for (int64_t r = 0; r < rows; r++, x += 3 * n, h += 3 * n, state += n) {                          \
            T *const reset = x, *const update = x + n, *const next = x + 2 * n, *const inner = h + 2 * n; \
            join_##suffix(2 * n, x, h, bx, bh, x);                                                        \
            sigmoid_##suffix(2 * n, x, x);                                                                \
            if (bx) {                                                                                     \
                CK_INDEPENDENT for (int64_t j = 0; j < n; j++) {                                          \
                    inner[j] = inner[j] + bh[2 * n + j];                                                  \
                    next[j] = (next[j] + bx[2 * n + j]) + reset[j] * inner[j];                            \
                }                                                                                         \
            } else {                                                                                      \
                CK_INDEPENDENT for (int64_t j = 0; j < n; j++) next[j] = next[j] + reset[j] * inner[j];   \
            }                                                                                             \
            tanh_##suffix(n, next, next);                                                                 \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) state[j] = (state[j] - next[j]) * update[j] + next[j]; \
        }                                                                                                 \
    }                                                                                                     \
    CK_CLONES void ck_gru_grad_##suffix(int64_t rows, int64_t n, const T *gates, const T *inner, const T *before, T *g, \
                                        T *dx, T *dh) {                                                   \
        for (int64_t r = 0; r < rows; r++) {                                                              \
            const T *const reset = gates, *const update = gates + n, *const next = gates + 2 * n;         \
            CK_INDEPENDENT for (int64_t j = 0; j < n; j++) {                                              \
                const T dn = g[j] * (1 - update[j]) * (1 - next[j] * next[j]);                            \
                const T dr = dn * inner[j] * (reset[j] * (1 - reset[j]));                                 \
                const T dz = g[j] * (before[j] - next[j]) * (update[j] * (1 - update[j]));                \
                dx[j] = dr;                                                                               \
                dh[j] = dr;                                                                               \
                dx[n + j] = dz;                                                                           \
                dh[n + j] = dz;                                                                           \
                dx[2 * n + j] = dn;                                                                       \
                dh[2 * n + j] = dn * reset[j];                                                            \
                g[j] = g[j] * update[j];                                                                  \
            }                                                                                             \
            gates += 3 * n, inner += n, before += n, g += n, dx += 3 * n, dh += 3 * n;                    \
        }                                                                                                 \
    }
CK_FLOAT_TYPES(RECURRENT)
