// Elements by position: those that indices name, and those that a mask lets through.
#include "internal.h"

#define SIZES(X) X(8, uint8_t) X(16, uint16_t) X(32, uint32_t) X(64, uint64_t)

// ---- Indices --------------------------------------------------------------------------------------------------------

CK_CLONES int64_t ck_find_outside(int64_t n, const int64_t *index, int64_t is, int64_t low, int64_t high) {
    // One comparison for both limits: what is below wraps around to beyond.
    const uint64_t first = (uint64_t)low, span = (uint64_t)high - first;
    enum { BLOCK = 512 };
    for (int64_t i = 0; i < n; i += BLOCK) {
        const int64_t end = n - i < BLOCK ? n : i + BLOCK;
        uint64_t outside = 0;
        if (is == 1) {
            for (int64_t k = i; k < end; k++) outside |= (uint64_t)index[k] - first >= span;
        } else {
            for (int64_t k = i; k < end; k++) outside |= (uint64_t)index[k * is] - first >= span;
        }
        if (!outside) continue;
        for (int64_t k = i; k < end; k++)
            if ((uint64_t)index[k * is] - first >= span) return k;
    }
    return -1;
}

CK_CLONES void ck_wrap_indices(int64_t n, int64_t *index, int64_t size) {
    for (int64_t i = 0; i < n; i++) index[i] += index[i] < 0 ? size : 0;
}

CK_CLONES void ck_add_offsets(int64_t n, const int64_t *index, int64_t is, int64_t step, int64_t *offsets, int64_t os) {
    if (is == 1 && os == 1) {
        for (int64_t i = 0; i < n; i++) offsets[i] += index[i] * step;
    } else {
        for (int64_t i = 0; i < n; i++) offsets[i * os] += index[i * is] * step;
    }
}

// ---- Movement by element size ---------------------------------------------------------------------------------------

#define MOVES(bits, T)                                                                                    \
    static void gather_##bits(int64_t n, int64_t m, const int64_t *offsets, const T *from, int64_t fs,    \
                              T *to, int64_t ti, int64_t ts) {                                            \
        if (m == 1) {                                                                                     \
            for (int64_t i = 0; i < n; i++) to[i * ti] = from[offsets[i]];                                \
        } else if (fs == 1 && ts == 1) {                                                                  \
            for (int64_t i = 0; i < n; i++) memcpy(to + i * ti, from + offsets[i], (size_t)m * sizeof(T)); \
        } else {                                                                                          \
            for (int64_t i = 0; i < n; i++)                                                               \
                for (int64_t j = 0; j < m; j++) to[i * ti + j * ts] = from[offsets[i] + j * fs];          \
        }                                                                                                 \
    }                                                                                                     \
    static void scatter_##bits(int64_t n, int64_t m, const int64_t *offsets, const T *from, int64_t fi,   \
                               int64_t fs, T *to, int64_t ts) {                                           \
        if (m == 1) {                                                                                     \
            for (int64_t i = 0; i < n; i++) to[offsets[i]] = from[i * fi];                                \
        } else if (fs == 1 && ts == 1) {                                                                  \
            for (int64_t i = 0; i < n; i++) memcpy(to + offsets[i], from + i * fi, (size_t)m * sizeof(T)); \
        } else if (fs == 0 && ts == 1) {                                                                  \
            for (int64_t i = 0; i < n; i++) {                                                             \
                T *row = to + offsets[i];                                                                 \
                const T value = from[i * fi];                                                             \
                for (int64_t j = 0; j < m; j++) row[j] = value;                                           \
            }                                                                                             \
        } else {                                                                                          \
            for (int64_t i = 0; i < n; i++)                                                               \
                for (int64_t j = 0; j < m; j++) to[offsets[i] + j * ts] = from[i * fi + j * fs];          \
        }                                                                                                 \
    }                                                                                                     \
    static void gather_along_##bits(int64_t n, const int64_t *index, int64_t is, int64_t step,            \
                                    const T *from, int64_t fs, T *to, int64_t ts) {                       \
        if (is == 1 && ts == 1 && fs == 0) {                                                              \
            for (int64_t j = 0; j < n; j++) to[j] = from[index[j] * step];                                \
        } else {                                                                                          \
            for (int64_t j = 0; j < n; j++) to[j * ts] = from[index[j * is] * step + j * fs];             \
        }                                                                                                 \
    }                                                                                                     \
    static void scatter_along_##bits(int64_t n, const int64_t *index, int64_t is, int64_t step,           \
                                     const T *from, int64_t fs, T *to, int64_t ts) {                      \
        for (int64_t j = 0; j < n; j++) to[index[j * is] * step + j * ts] = from[j * fs];                 \
    }                                                                                                     \
    /* The element after the last that is wanted may be written, and is overwritten by it. */             \
    static int64_t compress_##bits(int64_t n, const uint8_t *mask, int64_t ms, const T *from, int64_t fs, \
                                   T *to, int64_t capacity) {                                             \
        int64_t i = 0, k = 0;                                                                             \
        while (ms == 1 && i + 8 <= n && k + 8 <= capacity) {                                              \
            uint64_t eight;                                                                               \
            memcpy(&eight, mask + i, 8);                                                                  \
            if (eight == 0x0101010101010101u) {                                                           \
                for (int64_t j = 0; j < 8; j++) to[k + j] = from[(i + j) * fs];                           \
                k += 8;                                                                                   \
            } else if (eight) {                                                                           \
                for (int64_t j = 0; j < 8; j++) {                                                         \
                    to[k] = from[(i + j) * fs];                                                           \
                    k += mask[i + j] != 0;                                                                \
                }                                                                                         \
            }                                                                                             \
            i += 8;                                                                                       \
        }                                                                                                 \
        for (; i < n && k < capacity; i++) {                                                              \
            to[k] = from[i * fs];                                                                         \
            k += mask[i * ms] != 0;                                                                       \
        }                                                                                                 \
        return k;                                                                                         \
    }                                                                                                     \
    static int64_t expand_##bits(int64_t n, const uint8_t *mask, int64_t ms, const T *from, T *to,        \
                                 int64_t ts, int64_t available) {                                         \
        int64_t k = 0;                                                                                    \
        /* No branch: masks are hard to predict. */                                                       \
        for (int64_t i = 0; i < n && k < available; i++) {                                                \
            const T old = to[i * ts], next = from[k];                                                     \
            const int taken = mask[i * ms] != 0;                                                          \
            to[i * ts] = taken ? next : old;                                                              \
            k += taken;                                                                                   \
        }                                                                                                 \
        return k;                                                                                         \
    }
SIZES(MOVES)

#define BY_SIZE(name, ...)                                                                                \
    switch (element_size) {                                                                               \
    case 1: name##_8(__VA_ARGS__); break;                                                                 \
    case 2: name##_16(__VA_ARGS__); break;                                                                \
    case 4: name##_32(__VA_ARGS__); break;                                                                \
    case 8: name##_64(__VA_ARGS__); break;                                                                \
    default: break;                                                                                       \
    }

void ck_gather(int element_size, int64_t n, int64_t m, const int64_t *offsets, const void *from, int64_t fs,
               void *to, int64_t ti, int64_t ts) {
    BY_SIZE(gather, n, m, offsets, from, fs, to, ti, ts)
}

void ck_scatter(int element_size, int64_t n, int64_t m, const int64_t *offsets, const void *from, int64_t fi,
                int64_t fs, void *to, int64_t ts) {
    BY_SIZE(scatter, n, m, offsets, from, fi, fs, to, ts)
}

void ck_gather_along(int element_size, int64_t n, const int64_t *index, int64_t is, int64_t step,
                     const void *from, int64_t fs, void *to, int64_t ts) {
    BY_SIZE(gather_along, n, index, is, step, from, fs, to, ts)
}

void ck_scatter_along(int element_size, int64_t n, const int64_t *index, int64_t is, int64_t step,
                      const void *from, int64_t fs, void *to, int64_t ts) {
    BY_SIZE(scatter_along, n, index, is, step, from, fs, to, ts)
}

// ---- Masks ----------------------------------------------------------------------------------------------------------

CK_CLONES int64_t ck_count_true(int64_t n, const uint8_t *mask, int64_t ms) {
    int64_t count = 0, i = 0;
    for (; ms == 1 && i + 8 <= n; i += 8) {
        uint64_t eight;
        memcpy(&eight, mask + i, 8);
        // The upper bit of each byte that is not 0.
        const uint64_t low = 0x7f7f7f7f7f7f7f7fu;
        count += __builtin_popcountll((((eight & low) + low) | eight) & ~low);
    }
    for (; i < n; i++) count += mask[i * ms] != 0;
    return count;
}

int64_t ck_compress(int element_size, int64_t n, const uint8_t *mask, int64_t ms, const void *from, int64_t fs,
                    void *to, int64_t capacity) {
    switch (element_size) {
    case 1: return compress_8(n, mask, ms, from, fs, to, capacity);
    case 2: return compress_16(n, mask, ms, from, fs, to, capacity);
    case 4: return compress_32(n, mask, ms, from, fs, to, capacity);
    case 8: return compress_64(n, mask, ms, from, fs, to, capacity);
    default: return 0;
    }
}

int64_t ck_expand(int element_size, int64_t n, const uint8_t *mask, int64_t ms, const void *from,
                  void *to, int64_t ts, int64_t available) {
    switch (element_size) {
    case 1: return expand_8(n, mask, ms, from, to, ts, available);
    case 2: return expand_16(n, mask, ms, from, to, ts, available);
    case 4: return expand_32(n, mask, ms, from, to, ts, available);
    case 8: return expand_64(n, mask, ms, from, to, ts, available);
    default: return 0;
    }
}

int64_t ck_true_positions(int64_t n, const uint8_t *mask, int64_t ms, int64_t first, int64_t *out, int64_t capacity) {
    int64_t i = 0, k = 0;
    while (ms == 1 && i + 8 <= n && k + 8 <= capacity) {
        uint64_t eight;
        memcpy(&eight, mask + i, 8);
        if (eight) {
            for (int64_t j = 0; j < 8; j++) {
                out[k] = first + i + j;
                k += mask[i + j] != 0;
            }
        }
        i += 8;
    }
    for (; i < n && k < capacity; i++) {
        out[k] = first + i;
        k += mask[i * ms] != 0;
    }
    return k;
}

int64_t ck_true_coordinates(int64_t n, const uint8_t *mask, int64_t ms, int64_t rank, const int64_t *front,
                            int64_t *out, int64_t capacity) {
    int64_t i = 0, k = 0;
    while (i < n && k < capacity) {
        if (ms == 1 && i + 8 <= n) {
            uint64_t eight;
            memcpy(&eight, mask + i, 8);
            if (!eight) {
                i += 8;
                continue;
            }
        }
        const int64_t end = i + 8 < n ? i + 8 : n;
        // No branch: a row that is not wanted is overwritten by the next.
        for (; i < end && k < capacity; i++) {
            for (int64_t d = 0; d < rank - 1; d++) out[d] = front[d];
            out[rank - 1] = i;
            const int64_t taken = mask[i * ms] != 0;
            out += rank * taken;
            k += taken;
        }
    }
    return k;
}
