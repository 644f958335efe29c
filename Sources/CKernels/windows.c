// Windows of an image as columns of a matrix and back, for convolutions, and convolutions of single planes.
#include "internal.h"

// ---- Where a kernel's element lies inside of the image --------------------------------------------------------------

// The positions t of [begin, end) with 0 <= t * step + offset < size.
typedef struct {
    int64_t begin, end;
} Range;

CK_INLINE Range inside(int64_t begin, int64_t end, int64_t step, int64_t offset, int64_t size) {
    int64_t first, last;
    if (step == 1) {
        first = -offset;
        last = size - offset;
    } else {
        first = offset >= 0 ? 0 : (-offset + step - 1) / step;
        last = offset >= size ? 0 : (size - offset + step - 1) / step;
    }
    Range range = {first > begin ? first : begin, last < end ? last : end};
    if (range.end > end) range.end = end;
    if (range.begin > end) range.begin = end;
    if (range.end < range.begin) range.end = range.begin;
    return range;
}

// The offset of the kernel's element k along dimension d from the first window's corner.
#define OFFSET(w, d, k) ((k) * (w)->dilation[d] - (w)->padding[d])

// Runs `body` for each line of the positions [begin, end) and every element of the kernel in every channel. It sees `row`,
// the number of channel and element, `at`, the line's first position minus `begin`, and `length`, its positions. After the
// first `before` of them come `count` that lie in the image: elements of `images` from `place` on, `step` apart.
#define FOR_EACH_LINE(w, channels, begin, end, body)                                                                \
    {                                                                                                               \
        const int64_t n1 = (w)->positions[1], n2 = (w)->positions[2], step = (w)->stride[2];                        \
        int64_t row = 0;                                                                                            \
        for (int64_t c = 0; c < (channels); c++)                                                                    \
            for (int64_t k0 = 0; k0 < (w)->kernel[0]; k0++)                                                         \
                for (int64_t k1 = 0; k1 < (w)->kernel[1]; k1++)                                                     \
                    for (int64_t k2 = 0; k2 < (w)->kernel[2]; k2++, row++) {                                        \
                        const int64_t offset = OFFSET(w, 2, k2);                                                    \
                        const Range whole = inside(0, n2, step, offset, (w)->image[2]);                             \
                        int64_t p = (begin), t2 = p % n2, t1 = p / n2 % n1, t0 = p / n2 / n1;                       \
                        while (p < (end)) {                                                                         \
                            const int64_t at = p - (begin), length = n2 - t2 < (end) - p ? n2 - t2 : (end) - p;     \
                            const int64_t i0 = t0 * (w)->stride[0] + OFFSET(w, 0, k0);                              \
                            const int64_t i1 = t1 * (w)->stride[1] + OFFSET(w, 1, k1);                              \
                            const Range line = {t2, t2 + length};                                                   \
                            Range range = line;                                                                     \
                            int64_t place = 0;                                                                      \
                            if (i0 < 0 || i0 >= (w)->image[0] || i1 < 0 || i1 >= (w)->image[1]) {                   \
                                range.end = range.begin;                                                            \
                            } else {                                                                                \
                                if (whole.begin > range.begin) range.begin = whole.begin;                           \
                                if (range.begin > line.end) range.begin = line.end;                                 \
                                if (whole.end < range.end) range.end = whole.end;                                   \
                                if (range.end < range.begin) range.end = range.begin;                               \
                                place = ((c * (w)->image[0] + i0) * (w)->image[1] + i1) * (w)->image[2] + offset    \
                                        + range.begin * step;                                                       \
                            }                                                                                       \
                            const int64_t before = range.begin - line.begin, count = range.end - range.begin;       \
                            body                                                                                    \
                            p += length;                                                                            \
                            t2 = 0;                                                                                 \
                            if (++t1 == n1) {                                                                       \
                                t1 = 0;                                                                             \
                                t0++;                                                                               \
                            }                                                                                       \
                        }                                                                                           \
                    }                                                                                               \
    }

// ---- Windows as columns ---------------------------------------------------------------------------------------------

#define UNFOLD(bits, T)                                                                                             \
    CK_CLONES static void unfold_##bits(const ck_windows *w, int64_t channels, int64_t begin, int64_t end,          \
                                        const T *image, T *columns, int64_t leading) {                              \
        FOR_EACH_LINE(w, channels, begin, end, {                                                                    \
            T *out = columns + row * leading + at;                                                                  \
            for (int64_t i = 0; i < before; i++) out[i] = 0;                                                        \
            if (count > 0) {                                                                                        \
                const T *in = image + place;                                                                        \
                if (step == 1) {                                                                                    \
                    for (int64_t i = 0; i < count; i++) out[before + i] = in[i];                                    \
                } else {                                                                                            \
                    for (int64_t i = 0; i < count; i++) out[before + i] = in[i * step];                             \
                }                                                                                                   \
            }                                                                                                       \
            for (int64_t i = before + count; i < length; i++) out[i] = 0;                                           \
        })                                                                                                          \
    }
UNFOLD(8, uint8_t)
UNFOLD(16, uint16_t)
UNFOLD(32, uint32_t)
UNFOLD(64, uint64_t)

void ck_unfold(int element_size, const ck_windows *w, int64_t channels, int64_t begin, int64_t end, const void *image,
               void *columns, int64_t leading) {
    switch (element_size) {
    case 1: unfold_8(w, channels, begin, end, image, columns, leading); break;
    case 2: unfold_16(w, channels, begin, end, image, columns, leading); break;
    case 4: unfold_32(w, channels, begin, end, image, columns, leading); break;
    case 8: unfold_64(w, channels, begin, end, image, columns, leading); break;
    default: break;
    }
}

#define FOLD(suffix, T)                                                                                             \
    CK_CLONES static void fold_##suffix(const ck_windows *w, int64_t channels, int64_t begin, int64_t end,          \
                                        const T *columns, int64_t leading, T *image) {                              \
        FOR_EACH_LINE(w, channels, begin, end, {                                                                    \
            if (count > 0) {                                                                                        \
                const T *in = columns + row * leading + at + before;                                                \
                T *out = image + place;                                                                             \
                if (step == 1) {                                                                                    \
                    CK_INDEPENDENT for (int64_t i = 0; i < count; i++) out[i] += in[i];                             \
                } else {                                                                                            \
                    for (int64_t i = 0; i < count; i++) out[i * step] += in[i];                                     \
                }                                                                                                   \
            }                                                                                                       \
        })                                                                                                          \
    }
FOLD(f32, float)
FOLD(f64, double)
FOLD(i64, uint64_t)

void ck_fold(ck_dtype dtype, const ck_windows *w, int64_t channels, int64_t begin, int64_t end, const void *columns,
             int64_t leading, void *image) {
    if (dtype == CK_FLOAT32) fold_f32(w, channels, begin, end, columns, leading, image);
    else if (dtype == CK_FLOAT64) fold_f64(w, channels, begin, end, columns, leading, image);
    else if (dtype == CK_INT64) fold_i64(w, channels, begin, end, columns, leading, image);
}

// ---- One plane, one kernel ------------------------------------------------------------------------------------------

// Runs `body` for each line of positions and every element of the kernel that meets it: of `count` positions from `to` on,
// `from` and every `step`-th element after it are the image's.
#define FOR_EACH_MEETING(w, T, output, image, body)                                                                 \
    for (int64_t t0 = 0; t0 < (w)->positions[0]; t0++)                                                              \
        for (int64_t t1 = 0; t1 < (w)->positions[1]; t1++) {                                                        \
            T *line = (output) + (t0 * (w)->positions[1] + t1) * (w)->positions[2];                                 \
            for (int64_t k0 = 0; k0 < (w)->kernel[0]; k0++) {                                                       \
                const int64_t i0 = t0 * (w)->stride[0] + OFFSET(w, 0, k0);                                          \
                if (i0 < 0 || i0 >= (w)->image[0]) continue;                                                        \
                for (int64_t k1 = 0; k1 < (w)->kernel[1]; k1++) {                                                   \
                    const int64_t i1 = t1 * (w)->stride[1] + OFFSET(w, 1, k1);                                      \
                    if (i1 < 0 || i1 >= (w)->image[1]) continue;                                                    \
                    for (int64_t k2 = 0; k2 < (w)->kernel[2]; k2++) {                                               \
                        const int64_t offset = OFFSET(w, 2, k2), step = (w)->stride[2];                             \
                        const int64_t k = (k0 * (w)->kernel[1] + k1) * (w)->kernel[2] + k2;                         \
                        const Range range = inside(0, (w)->positions[2], step, offset, (w)->image[2]);              \
                        const int64_t count = range.end - range.begin;                                              \
                        if (count == 0) continue;                                                                   \
                        const int64_t place = (i0 * (w)->image[1] + i1) * (w)->image[2] + offset;                   \
                        T *to = line + range.begin, *from = (image) + (place + range.begin * step);                 \
                        body                                                                                        \
                    }                                                                                               \
                }                                                                                                   \
            }                                                                                                       \
        }

#define LANES 16
#define ADD_TO_LANES(n, element) for (int64_t l = 0; l < (n); l++) lanes[l] += g[i + l] * (element)
#define PLANES(suffix, T)                                                                                           \
    CK_CLONES static void plane_##suffix(const ck_windows *w, T *image, const T *kernel, T *output) {               \
        FOR_EACH_MEETING(w, T, output, image, {                                                                     \
            const T factor = kernel[k];                                                                             \
            if (step == 1) {                                                                                        \
                CK_INDEPENDENT for (int64_t i = 0; i < count; i++) to[i] += factor * from[i];                       \
            } else {                                                                                                \
                for (int64_t i = 0; i < count; i++) to[i] += factor * from[i * step];                               \
            }                                                                                                       \
        })                                                                                                          \
    }                                                                                                               \
    CK_CLONES static void plane_image_##suffix(const ck_windows *w, T *output, const T *kernel, T *image) {         \
        FOR_EACH_MEETING(w, T, output, image, {                                                                     \
            const T factor = kernel[k];                                                                             \
            if (step == 1) {                                                                                        \
                CK_INDEPENDENT for (int64_t i = 0; i < count; i++) from[i] += factor * to[i];                       \
            } else {                                                                                                \
                for (int64_t i = 0; i < count; i++) from[i * step] += factor * to[i];                               \
            }                                                                                                       \
        })                                                                                                          \
    }                                                                                                               \
    /* Sums in lanes that do not depend on the width of a register. */                                              \
    CK_CLONES static void plane_kernel_##suffix(const ck_windows *w, T *output, T *image, T *kernel) {              \
        for (int64_t k0 = 0, k = 0; k0 < w->kernel[0]; k0++)                                                        \
            for (int64_t k1 = 0; k1 < w->kernel[1]; k1++)                                                           \
                for (int64_t k2 = 0; k2 < w->kernel[2]; k2++, k++) {                                                \
                    const int64_t step = w->stride[2], offset = OFFSET(w, 2, k2);                                   \
                    const Range r0 = inside(0, w->positions[0], w->stride[0], OFFSET(w, 0, k0), w->image[0]);       \
                    const Range r1 = inside(0, w->positions[1], w->stride[1], OFFSET(w, 1, k1), w->image[1]);       \
                    const Range r2 = inside(0, w->positions[2], step, offset, w->image[2]);                         \
                    const int64_t count = r2.end - r2.begin;                                                        \
                    if (count == 0) continue;                                                                       \
                    T lanes[LANES] = {0};                                                                           \
                    for (int64_t t0 = r0.begin; t0 < r0.end; t0++)                                                  \
                        for (int64_t t1 = r1.begin; t1 < r1.end; t1++) {                                            \
                            const int64_t i0 = t0 * w->stride[0] + OFFSET(w, 0, k0);                                \
                            const int64_t i1 = t1 * w->stride[1] + OFFSET(w, 1, k1);                                \
                            const T *g = output + (t0 * w->positions[1] + t1) * w->positions[2] + r2.begin;         \
                            const int64_t place = (i0 * w->image[1] + i1) * w->image[2] + offset;                   \
                            const T *x = image + (place + r2.begin * step);                                         \
                            int64_t i = 0;                                                                          \
                            if (step == 1) {                                                                        \
                                for (; i + LANES <= count; i += LANES) ADD_TO_LANES(LANES, x[i + l]);               \
                                if (i + 8 <= count) { ADD_TO_LANES(8, x[i + l]); i += 8; }                          \
                                if (i + 4 <= count) { ADD_TO_LANES(4, x[i + l]); i += 4; }                          \
                                ADD_TO_LANES(count - i, x[i + l]);                                                  \
                            } else {                                                                                \
                                for (; i + LANES <= count; i += LANES) ADD_TO_LANES(LANES, x[(i + l) * step]);      \
                                ADD_TO_LANES(count - i, x[(i + l) * step]);                                         \
                            }                                                                                       \
                        }                                                                                           \
                    for (int half = LANES / 2; half; half /= 2)                                                     \
                        for (int l = 0; l < half; l++) lanes[l] += lanes[l + half];                                 \
                    kernel[k] += lanes[0];                                                                          \
                }                                                                                                   \
    }
PLANES(f32, float)
PLANES(f64, double)

void ck_plane(ck_dtype dtype, const ck_windows *w, const void *image, const void *kernel, void *output) {
    if (dtype == CK_FLOAT32) plane_f32(w, (float *)image, kernel, output);
    else if (dtype == CK_FLOAT64) plane_f64(w, (double *)image, kernel, output);
}

void ck_plane_image(ck_dtype dtype, const ck_windows *w, const void *output, const void *kernel, void *image) {
    if (dtype == CK_FLOAT32) plane_image_f32(w, (float *)output, kernel, image);
    else if (dtype == CK_FLOAT64) plane_image_f64(w, (double *)output, kernel, image);
}

void ck_plane_kernel(ck_dtype dtype, const ck_windows *w, const void *output, const void *image, void *kernel) {
    if (dtype == CK_FLOAT32) plane_kernel_f32(w, (float *)output, (float *)image, kernel);
    else if (dtype == CK_FLOAT64) plane_kernel_f64(w, (double *)output, (double *)image, kernel);
}
