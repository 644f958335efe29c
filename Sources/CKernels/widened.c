// Elementwise loops for float16 and bfloat16, out of those for float32.
#include "internal.h"

static int is_reduced(ck_dtype dtype) { return dtype == CK_FLOAT16 || dtype == CK_BFLOAT16; }

int64_t ck_widen(ck_dtype dtype, int64_t n, const void *x, int64_t xs, float *out) {
    const int64_t step = xs != 0;
    uint16_t gathered[CK_PIECE];
    if (is_reduced(dtype) && xs != 1 && step) {
        // Together they are converted several at a time.
        const uint16_t *from = x;
        CK_SCALAR for (int64_t i = 0; i < n; i++) gathered[i] = from[i * xs];
        x = gathered;
        xs = 1;
    }
    ck_cast_lookup(dtype, CK_FLOAT32)(step ? n : n < 1 ? n : 1, x, xs, out, 1);
    return step;
}

void ck_narrow(ck_dtype dtype, int64_t n, const float *x, void *out, int64_t os) {
    ck_cast_lookup(CK_FLOAT32, dtype)(n, x, 1, out, os);
}

static int64_t size_of(ck_dtype dtype) {
    switch (dtype) {
    case CK_FLOAT64:
    case CK_INT64: return 8;
    case CK_FLOAT32:
    case CK_INT32: return 4;
    case CK_INT16:
    case CK_FLOAT16:
    case CK_BFLOAT16: return 2;
    case CK_INT8:
    case CK_UINT8:
    case CK_BOOL: return 1;
    }
    return 1;
}

void ck_unary_widened(ck_unary_loop loop, int64_t n, ck_dtype from, const void *x, int64_t xs,
                      ck_dtype to, void *out, int64_t os) {
    float u[CK_PIECE], w[CK_PIECE];
    const int64_t source = size_of(from) * xs, target = size_of(to) * os;
    for (int64_t i = 0; i < n; i += CK_PIECE) {
        const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
        const int64_t us = ck_widen(from, count, (const char *)x + i * source, xs, u);
        char *result = (char *)out + i * target;
        if (is_reduced(to)) {
            loop(count, u, us, w, 1);
            ck_narrow(to, count, w, result, os);
        } else {
            loop(count, u, us, result, os);
        }
    }
}

void ck_binary_widened(ck_binary_loop loop, int64_t n, ck_dtype a_type, const void *a, int64_t as,
                       ck_dtype b_type, const void *b, int64_t bs, ck_dtype to, void *out, int64_t os) {
    float u[CK_PIECE], v[CK_PIECE], w[CK_PIECE];
    const int64_t left = size_of(a_type) * as, right = size_of(b_type) * bs, target = size_of(to) * os;
    for (int64_t i = 0; i < n; i += CK_PIECE) {
        const int64_t count = n - i < CK_PIECE ? n - i : CK_PIECE;
        const int64_t us = ck_widen(a_type, count, (const char *)a + i * left, as, u);
        const int64_t vs = ck_widen(b_type, count, (const char *)b + i * right, bs, v);
        char *result = (char *)out + i * target;
        if (is_reduced(to)) {
            loop(count, u, us, v, vs, w, 1);
            ck_narrow(to, count, w, result, os);
        } else {
            loop(count, u, us, v, vs, result, os);
        }
    }
}
