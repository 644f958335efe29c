// Sorting and selecting in a row.
//
// An element and its index become one number: the key of the element (see order_keys.h) above the index. No two are equal,
// so whatever sorts them is stable, and a descending order is the ascending one of inverted keys. Numbers of 64 bits hold
// keys of 32; others, and rows of more than 2^32 elements, take 128.
#include "order_keys.h"

typedef unsigned __int128 wide;

enum { SMALL_RUN = 12 };

// Rows of up to this many elements are merged; longer ones go through radix passes, each of which has 256 counts to
// look through.
enum { MERGED_NARROW = 160, MERGED_WIDE = 700 };

// ------------------------------------------------------------------------------------------------------------ sorting

#define DEFINE_SORT(NAME, T, SHIFT, MERGED)                                                                         \
    /* By the rank of each: without branches that depend on the order. */                                          \
    static void sort_few_##NAME(int64_t n, T *a) {                                                                  \
        T copy[SMALL_RUN];                                                                                          \
        for (int64_t i = 0; i < n; i++) copy[i] = a[i];                                                             \
        for (int64_t i = 0; i < n; i++) {                                                                           \
            int64_t rank = 0;                                                                                       \
            for (int64_t j = 0; j < n; j++) rank += copy[j] < copy[i];                                              \
            a[rank] = copy[i];                                                                                      \
        }                                                                                                           \
    }                                                                                                               \
                                                                                                                    \
    /* Returns whichever of the two holds the result. */                                                            \
    static T *merge_sort_##NAME(int64_t n, T *a, T *b) {                                                            \
        for (int64_t i = 0; i < n; i += SMALL_RUN) sort_few_##NAME(n - i < SMALL_RUN ? n - i : SMALL_RUN, a + i);   \
        for (int64_t run = SMALL_RUN; run < n; run *= 2) {                                                          \
            for (int64_t i = 0; i < n; i += 2 * run) {                                                              \
                const int64_t middle = i + run < n ? i + run : n, end = middle + run < n ? middle + run : n;        \
                int64_t left = i, right = middle, at = i;                                                           \
                while (left < middle && right < end) {                                                              \
                    const int takes_right = a[right] < a[left];                                                     \
                    b[at++] = takes_right ? a[right] : a[left];                                                     \
                    right += takes_right;                                                                           \
                    left += !takes_right;                                                                           \
                }                                                                                                   \
                memcpy(b + at, a + left, (size_t)(middle - left) * sizeof(T));                                      \
                memcpy(b + at + (middle - left), a + right, (size_t)(end - right) * sizeof(T));                     \
            }                                                                                                       \
            T *swap = a;                                                                                            \
            a = b;                                                                                                  \
            b = swap;                                                                                               \
        }                                                                                                           \
        return a;                                                                                                   \
    }                                                                                                               \
                                                                                                                    \
    static T *radix_sort_##NAME(int64_t n, int bytes, T *a, T *b) {                                                 \
        int64_t counts[8][256];                                                                                     \
        memset(counts, 0, (size_t)bytes * sizeof *counts);                                                          \
        for (int64_t i = 0; i < n; i++) {                                                                           \
            const uint64_t key = (uint64_t)(a[i] >> SHIFT);                                                         \
            for (int d = 0; d < bytes; d++) counts[d][key >> (8 * d) & 255]++;                                      \
        }                                                                                                           \
        for (int d = 0; d < bytes; d++) {                                                                           \
            /* A digit that all share. */                                                                           \
            if (counts[d][(uint64_t)(a[0] >> SHIFT) >> (8 * d) & 255] == n) continue;                               \
            int64_t start = 0;                                                                                      \
            for (int i = 0; i < 256; i++) {                                                                         \
                const int64_t count = counts[d][i];                                                                 \
                counts[d][i] = start;                                                                               \
                start += count;                                                                                     \
            }                                                                                                       \
            for (int64_t i = 0; i < n; i++) b[counts[d][(uint64_t)(a[i] >> SHIFT) >> (8 * d) & 255]++] = a[i];      \
            T *swap = a;                                                                                            \
            a = b;                                                                                                  \
            b = swap;                                                                                               \
        }                                                                                                           \
        return a;                                                                                                   \
    }                                                                                                               \
                                                                                                                    \
    static T *sorted_##NAME(int64_t n, int bytes, T *a, T *b) {                                                     \
        int64_t i = 1;                                                                                              \
        while (i < n && a[i - 1] < a[i]) i++;                                                                       \
        if (i >= n) return a;                                                                                       \
        return n <= MERGED ? merge_sort_##NAME(n, a, b) : radix_sort_##NAME(n, bytes, a, b);                        \
    }
DEFINE_SORT(narrow, uint64_t, 32, MERGED_NARROW)
DEFINE_SORT(wide, wide, 64, MERGED_WIDE)

static int is_wide(ck_dtype dtype, int64_t n) { return ck_key_bytes(dtype) == 8 || n > (int64_t)UINT32_MAX; }

// Whether the row's keys have up to 32 bits once `*smallest` is taken from them, which is 0 but for int64; and how many
// bytes they have. Most int64 in practice are indices, labels, counts.
CK_CLONES
static int is_narrow(ck_dtype dtype, int64_t n, const void *x, int *bytes, uint64_t *smallest) {
    *smallest = 0;
    *bytes = ck_key_bytes(dtype);
    if (!is_wide(dtype, n)) return 1;
    if (dtype != CK_INT64 || n > (int64_t)UINT32_MAX || n == 0) return 0;
    const int64_t *row = x;
    int64_t low = row[0], high = row[0];
    for (int64_t start = 0; start < n; start += 4096) {
        const int64_t end = start + 4096 < n ? start + 4096 : n;
        for (int64_t i = start; i < end; i++) {
            low = row[i] < low ? row[i] : low;
            high = row[i] > high ? row[i] : high;
        }
        if ((uint64_t)high - (uint64_t)low > UINT32_MAX) return 0;
    }
    const uint64_t range = (uint64_t)high - (uint64_t)low;
    *smallest = (uint64_t)low;
    *bytes = range > 0xffffff ? 4 : range > 0xffff ? 3 : range > 0xff ? 2 : 1;
    return 1;
}

int64_t ck_order_scratch(ck_dtype dtype, int64_t n) {
    // Two copies of the row, and what a selection writes past its end.
    return (2 * n + 64) * (is_wide(dtype, n) ? 16 : 8);
}

// The row as numbers in ascending order of their keys, or of the inverted keys.
CK_CLONES
static void number_narrow(ck_dtype dtype, int64_t n, const void *x, int inverted, int bytes, uint64_t smallest, uint64_t *out) {
    switch (dtype) {
    case CK_INT64: {
        const uint64_t *row = x, flip = inverted ? 0xffffffffu >> (32 - 8 * bytes) : 0;
        for (int64_t i = 0; i < n; i++) out[i] = ((row[i] - smallest) ^ flip) << 32 | (uint64_t)i;
        return;
    }
#define NUMBER(DTYPE, NAME, KEY)                                                                        \
    case DTYPE: {                                                                                       \
        const KEY *row = x, flip = inverted ? (KEY)~(KEY)0 : 0;                                         \
        for (int64_t i = 0; i < n; i++) out[i] = (uint64_t)(KEY)(ck_key_##NAME(row[i]) ^ flip) << 32 | (uint64_t)i; \
        return;                                                                                         \
    }
        NARROW_KEYS(NUMBER)
#undef NUMBER
    default: return;
    }
}

static void number_wide(ck_dtype dtype, int64_t n, const void *x, int inverted, wide *out) {
    switch (dtype) {
#define NUMBER(DTYPE, NAME, KEY)                                                                        \
    case DTYPE: {                                                                                       \
        const KEY *row = x, flip = inverted ? (KEY)~(KEY)0 : 0;                                         \
        for (int64_t i = 0; i < n; i++) out[i] = (wide)(KEY)(ck_key_##NAME(row[i]) ^ flip) << 64 | (uint64_t)i; \
        return;                                                                                         \
    }
        ALL_KEYS(NUMBER)
#undef NUMBER
    }
}

// Elements by the indices in numbers of either width.
#define DEFINE_TAKE(NAME, T, SHIFT)                                                                           \
    static void take_##NAME(int size, int64_t n, const T *order, const void *x, void *values, int64_t *indices) { \
        const uint64_t mask = SHIFT == 32 ? 0xffffffffu : ~(uint64_t)0;                                       \
        if (indices)                                                                                          \
            for (int64_t i = 0; i < n; i++) indices[i] = (int64_t)((uint64_t)order[i] & mask);                \
        if (!values) return;                                                                                  \
        switch (size) {                                                                                       \
        case 1: for (int64_t i = 0; i < n; i++) ((uint8_t *)values)[i] = ((const uint8_t *)x)[(uint64_t)order[i] & mask]; return;   \
        case 2: for (int64_t i = 0; i < n; i++) ((uint16_t *)values)[i] = ((const uint16_t *)x)[(uint64_t)order[i] & mask]; return; \
        case 4: for (int64_t i = 0; i < n; i++) ((uint32_t *)values)[i] = ((const uint32_t *)x)[(uint64_t)order[i] & mask]; return; \
        default: for (int64_t i = 0; i < n; i++) ((uint64_t *)values)[i] = ((const uint64_t *)x)[(uint64_t)order[i] & mask]; return; \
        }                                                                                                     \
    }
DEFINE_TAKE(narrow, uint64_t, 32)
DEFINE_TAKE(wide, wide, 64)

// The row's numbers in order: of either width, or NULL.
typedef struct {
    uint64_t *narrow;
    wide *wide;
} Order;

static Order order_row(ck_dtype dtype, int64_t n, const void *x, int inverted, void *scratch) {
    int bytes;
    uint64_t smallest;
    if (is_narrow(dtype, n, x, &bytes, &smallest)) {
        uint64_t *a = scratch;
        number_narrow(dtype, n, x, inverted, bytes, smallest, a);
        return (Order){sorted_narrow(n, bytes, a, a + n), NULL};
    }
    wide *a = scratch;
    number_wide(dtype, n, x, inverted, a);
    return (Order){NULL, sorted_wide(n, bytes, a, a + n)};
}

static void take(int size, int64_t n, Order order, const void *x, void *values, int64_t *indices) {
    if (order.narrow) take_narrow(size, n, order.narrow, x, values, indices);
    else take_wide(size, n, order.wide, x, values, indices);
}

static Order order_from(Order order, int64_t k) {
    return (Order){order.narrow ? order.narrow + k : NULL, order.wide ? order.wide + k : NULL};
}

void ck_sort_row(ck_dtype dtype, int64_t n, const void *x, int descending, void *scratch, void *values, int64_t *indices) {
    take(ck_key_bytes(dtype), n, order_row(dtype, n, x, descending, scratch), x, values, indices);
}

// ---------------------------------------------------------------------------------------------------------- selecting

// The keys alone, or inverted; those of up to 32 bits as 32.
CK_CLONES
static void keys_narrow(ck_dtype dtype, int64_t n, const void *x, int inverted, uint32_t *out) {
    switch (dtype) {
#define KEYS(DTYPE, NAME, KEY)                                                                          \
    case DTYPE: {                                                                                       \
        const KEY *row = x, flip = inverted ? (KEY)~(KEY)0 : 0;                                         \
        for (int64_t i = 0; i < n; i++) out[i] = (KEY)(ck_key_##NAME(row[i]) ^ flip);                   \
        return;                                                                                         \
    }
        NARROW_KEYS(KEYS)
    default: return;
    }
}

CK_CLONES
static void keys_wide(ck_dtype dtype, int64_t n, const void *x, int inverted, uint64_t *out) {
    switch (dtype) {
        WIDE_KEYS(KEYS)
#undef KEYS
    default: return;
    }
}

// The key at place k, by its digits from the highest: each pass keeps the keys that have the digit. Overwrites the keys.
// `less` becomes how many are smaller.
#define DEFINE_SELECT(NAME, KEY)                                                                        \
    static KEY select_##NAME(int64_t n, int bytes, int64_t k, KEY *keys, int64_t *less) {               \
        *less = 0;                                                                                      \
        for (int shift = 8 * bytes - 8; shift >= 0 && n > 1; shift -= 8) {                              \
            /* Two tables: neighbours are often equal, and would wait for each other. */                \
            int64_t even[256] = {0}, odd[256] = {0};                                                    \
            int64_t i = 0;                                                                              \
            for (; i + 1 < n; i += 2) {                                                                 \
                even[keys[i] >> shift & 255]++;                                                         \
                odd[keys[i + 1] >> shift & 255]++;                                                      \
            }                                                                                           \
            if (i < n) even[keys[i] >> shift & 255]++;                                                  \
            unsigned digit = 0;                                                                         \
            int64_t before = 0;                                                                         \
            while (digit < 255 && before + even[digit] + odd[digit] <= k) {                             \
                before += even[digit] + odd[digit];                                                     \
                digit++;                                                                                \
            }                                                                                           \
            *less += before;                                                                            \
            k -= before;                                                                                \
            if (even[digit] + odd[digit] == n) continue;                                                \
            int64_t kept = 0;                                                                           \
            for (i = 0; i < n; i++) {                                                                   \
                const KEY key = keys[i];                                                                \
                keys[kept] = key;                                                                       \
                kept += (key >> shift & 255) == digit;                                                  \
            }                                                                                           \
            n = kept;                                                                                   \
        }                                                                                               \
        return keys[0];                                                                                 \
    }
DEFINE_SELECT(narrow, uint32_t)
DEFINE_SELECT(wide, uint64_t)

// The k first numbers in order, out of blocks: those of a block that come before the k-th best so far are collected, and
// sorted when there are many; the very few are kept in order all the time. In a row in random order that is soon none.
enum { BLOCK = 128, MAX_FEW = 256, INSERTED = 16 };

static int64_t few_room(int64_t k) { return 2 * k + 32 + BLOCK; }

#define DEFINE_FEW(NAME, T, KEYS, KEY, SHIFT)                                                                      \
    static T *few_##NAME(ck_dtype dtype, int64_t n, int64_t k, const void *x, int inverted, T *best, T *other) {   \
        KEY keys[BLOCK];                                                                                           \
        const int size = ck_key_bytes(dtype);                                                                      \
        KEY limit = (KEY)~(KEY)0;                                                                                  \
        int full = 0;                                                                                              \
        int64_t count = 0;                                                                                         \
        for (int64_t start = 0; start < n; start += BLOCK) {                                                       \
            const int64_t length = n - start < BLOCK ? n - start : BLOCK;                                          \
            KEYS(dtype, length, (const char *)x + start * size, inverted, keys);                                   \
            int better = 0;                                                                                        \
            for (int64_t i = 0; i < length; i++) better |= keys[i] < limit;                                        \
            if (full && !better) continue;                                                                         \
            if (k <= INSERTED) {                                                                                   \
                for (int64_t i = 0; i < length; i++) {                                                             \
                    if (full && keys[i] >= limit) continue;                                                        \
                    const T value = (T)keys[i] << SHIFT | (uint64_t)(start + i);                                   \
                    int64_t j = full ? k - 1 : count++;                                                            \
                    for (; j > 0 && best[j - 1] > value; j--) best[j] = best[j - 1];                               \
                    best[j] = value;                                                                               \
                    full = count == k;                                                                             \
                    limit = full ? (KEY)(best[k - 1] >> SHIFT) : limit;                                            \
                }                                                                                                  \
                continue;                                                                                          \
            }                                                                                                      \
            for (int64_t i = 0; i < length; i++) {                                                                 \
                best[count] = (T)keys[i] << SHIFT | (uint64_t)(start + i);                                         \
                count += !full | (keys[i] < limit);                                                                \
            }                                                                                                      \
            if (count > 2 * k + 32) {                                                                              \
                T *sorted = merge_sort_##NAME(count, best, other);                                                 \
                if (sorted != best) memcpy(best, sorted, (size_t)k * sizeof(T));                                   \
                count = k;                                                                                         \
                full = 1;                                                                                          \
                limit = (KEY)(best[k - 1] >> SHIFT);                                                               \
            }                                                                                                      \
        }                                                                                                          \
        return k <= INSERTED ? best : merge_sort_##NAME(count, best, other);             \
    }
DEFINE_FEW(narrow, uint64_t, keys_narrow, uint32_t, 32)
DEFINE_FEW(wide, wide, keys_wide, uint64_t, 64)

#define DEFINE_TOPK(NAME, T, KEYS, KEY, SHIFT)                                                                     \
    static T *topk_##NAME(ck_dtype dtype, int64_t n, int64_t k, const void *x, int inverted, T *scratch) {         \
        KEY *keys = (KEY *)scratch;                                                                                \
        int64_t less, found = 0;                                                                                   \
        KEYS(dtype, n, x, inverted, keys);                                                                         \
        const KEY last = select_##NAME(n, ck_key_bytes(dtype), k - 1, keys, &less);                                \
        int64_t equal = k - less; /* of those that are as large as the last one, the first so many */              \
        KEYS(dtype, n, x, inverted, keys);                                                                         \
        T *chosen = scratch + n; /* the keys take up to half of the first copy's room */                           \
        for (int64_t i = 0; i < n; i++) {                                                                          \
            const int takes = keys[i] < last || (keys[i] == last && equal > 0);                                    \
            chosen[found] = (T)keys[i] << SHIFT | (uint64_t)i;                                                     \
            found += takes;                                                                                        \
            equal -= takes && keys[i] == last;                                                                     \
        }                                                                                                          \
        return sorted_##NAME(k, ck_key_bytes(dtype), chosen, scratch);                                             \
    }
DEFINE_TOPK(narrow, uint64_t, keys_narrow, uint32_t, 32)
DEFINE_TOPK(wide, wide, keys_wide, uint64_t, 64)

void ck_topk_row(ck_dtype dtype, int64_t n, int64_t k, const void *x, int descending, void *scratch, void *values,
                 int64_t *indices) {
    const int size = ck_key_bytes(dtype);
    if (k <= 0) return;
    const int64_t room = few_room(k);
    const int few = k <= MAX_FEW && n >= 2 * room, most = n <= 64 || k >= n / 2;
    Order order = {NULL, NULL};
    if (most || (size != 8 && is_wide(dtype, n))) {
        order = order_row(dtype, n, x, descending, scratch);
    } else if (size == 8) {
        wide *a = scratch;
        order.wide = few ? few_wide(dtype, n, k, x, descending, a, a + room) : topk_wide(dtype, n, k, x, descending, a);
    } else {
        uint64_t *a = scratch;
        order.narrow = few ? few_narrow(dtype, n, k, x, descending, a, a + room) : topk_narrow(dtype, n, k, x, descending, a);
    }
    take(size, k, order, x, values, indices);
}

int64_t ck_kth_row(ck_dtype dtype, int64_t n, int64_t k, const void *x, void *scratch) {
    int64_t less, i = 0;
    if (n <= 32) {
        take(0, 1, order_from(order_row(dtype, n, x, 0, scratch), k), x, NULL, &i);
        return i;
    }
    if (ck_key_bytes(dtype) == 8) {
        uint64_t *keys = scratch;
        keys_wide(dtype, n, x, 0, keys);
        const uint64_t key = select_wide(n, 8, k, keys, &less);
        keys_wide(dtype, n, x, 0, keys);
        for (k -= less; k >= 0; i++) k -= keys[i] == key;
    } else {
        uint32_t *keys = scratch;
        keys_narrow(dtype, n, x, 0, keys);
        const uint32_t key = select_narrow(n, ck_key_bytes(dtype), k, keys, &less);
        keys_narrow(dtype, n, x, 0, keys);
        for (k -= less; k >= 0; i++) k -= keys[i] == key;
    }
    return i - 1;
}

// How many are NaN, and where the first one is.
static int64_t count_nan(ck_dtype dtype, int64_t n, const void *x, int64_t *first) {
    int64_t count = 0;
    *first = -1;
    switch (dtype) {
#define COUNT(DTYPE, NAME, KEY)                                                                         \
    case DTYPE: {                                                                                       \
        const KEY *row = x;                                                                             \
        for (int64_t i = 0; i < n; i++) count += ck_key_##NAME(row[i]) == (KEY)~(KEY)0;                 \
        for (int64_t i = 0; count && *first < 0; i++)                                                   \
            if (ck_key_##NAME(row[i]) == (KEY)~(KEY)0) *first = i;                                      \
        return count;                                                                                   \
    }
        COUNT(CK_FLOAT32, f32, uint32_t)
        COUNT(CK_FLOAT64, f64, uint64_t)
        COUNT(CK_FLOAT16, f16, uint16_t)
        COUNT(CK_BFLOAT16, bf16, uint16_t)
#undef COUNT
    default: return 0;
    }
}

int64_t ck_median_row(ck_dtype dtype, int64_t n, const void *x, int ignore_nan, void *scratch) {
    int64_t first;
    const int64_t nans = count_nan(dtype, n, x, &first);
    if (nans && !ignore_nan) return first;
    return ck_kth_row(dtype, n, nans == n ? 0 : (n - nans - 1) / 2, x, scratch);
}

// ------------------------------------------------------------------------------------------------- equal among sorted

#define DEFINE_MODE(NAME, T, SHIFT)                                                                     \
    static int64_t mode_##NAME(int64_t n, const T *order, uint64_t nan) {                               \
        int64_t longest = 0, length = 0, found = 0;                                                     \
        for (int64_t i = 0; i < n; i++) {                                                               \
            const uint64_t key = (uint64_t)(order[i] >> SHIFT);                                         \
            length++;                                                                                   \
            if (i + 1 < n && (uint64_t)(order[i + 1] >> SHIFT) == key && !(nan && key == nan)) continue; \
            if (length > longest) {                                                                     \
                longest = length;                                                                       \
                found = i;                                                                              \
            }                                                                                           \
            length = 0;                                                                                 \
        }                                                                                               \
        const uint64_t index = (uint64_t)order[found];                                                  \
        return (int64_t)(SHIFT == 32 ? index & 0xffffffffu : index);                                    \
    }
DEFINE_MODE(narrow, uint64_t, 32)
DEFINE_MODE(wide, wide, 64)

int64_t ck_mode_row(ck_dtype dtype, int64_t n, const void *x, void *scratch) {
    const uint64_t nan = ck_key_of_nan(dtype);
    const Order order = order_row(dtype, n, x, 0, scratch);
    return order.narrow ? mode_narrow(n, order.narrow, nan) : mode_wide(n, order.wide, nan);
}

#define DEFINE_UNIQUE(NAME, T, SHIFT)                                                                              \
    static int64_t unique_##NAME(int size, int64_t n, const T *order, uint64_t nan, const char *x, char *values,   \
                                 int64_t *inverse, int64_t *counts) {                                              \
        int64_t found = 0, start = 0;                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                                          \
            const uint64_t key = (uint64_t)(order[i] >> SHIFT);                                                    \
            const uint64_t index = (uint64_t)order[i] & (SHIFT == 32 ? 0xffffffffu : ~(uint64_t)0);                \
            if (i == 0 || key != (uint64_t)(order[i - 1] >> SHIFT) || (nan && key == nan)) {                       \
                if (counts && found) counts[found - 1] = i - start;                                                \
                start = i;                                                                                         \
                memcpy(values + found * size, x + index * (uint64_t)size, (size_t)size);                           \
                found++;                                                                                           \
            }                                                                                                      \
            if (inverse) inverse[index] = found - 1;                                                               \
        }                                                                                                          \
        if (counts && found) counts[found - 1] = n - start;                                                        \
        return found;                                                                                              \
    }
DEFINE_UNIQUE(narrow, uint64_t, 32)
DEFINE_UNIQUE(wide, wide, 64)

int64_t ck_unique_row(ck_dtype dtype, int64_t n, const void *x, void *scratch, void *values, int64_t *inverse, int64_t *counts) {
    const uint64_t nan = ck_key_of_nan(dtype);
    const int size = ck_key_bytes(dtype);
    const Order order = order_row(dtype, n, x, 0, scratch);
    return order.narrow ? unique_narrow(size, n, order.narrow, nan, x, values, inverse, counts)
                        : unique_wide(size, n, order.wide, nan, x, values, inverse, counts);
}
