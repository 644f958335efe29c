// The part of OpenBLAS that the library calls, under names that do not depend on how the BLAS at hand spells its
// symbols: Debian's package uses the plain names, the PyPI package that goes into wheels prefixes them.
#ifndef SWIFTNN_OPENBLAS_SHIM_H
#define SWIFTNN_OPENBLAS_SHIM_H

#ifdef SNN_BLAS_PREFIXED
#define SNN_BLAS(name) scipy_##name
#else
#define SNN_BLAS(name) name
#endif

// Declared here rather than by cblas.h: the headers of the two packages differ in their macros, these symbols do not.
// 101 is row-major; 111 no transpose, 112 transpose (the CBLAS constants).
void SNN_BLAS(cblas_sgemm)(int order, int transA, int transB, int m, int n, int k, float alpha, const float *a, int lda,
                           const float *b, int ldb, float beta, float *c, int ldc);
void SNN_BLAS(cblas_dgemm)(int order, int transA, int transB, int m, int n, int k, double alpha, const double *a,
                           int lda, const double *b, int ldb, double beta, double *c, int ldc);
void SNN_BLAS(cblas_sgemv)(int order, int trans, int m, int n, float alpha, const float *a, int lda, const float *x,
                           int incx, float beta, float *y, int incy);
void SNN_BLAS(cblas_dgemv)(int order, int trans, int m, int n, double alpha, const double *a, int lda, const double *x,
                           int incx, double beta, double *y, int incy);
void SNN_BLAS(openblas_set_num_threads)(int count);

/// Row-major C = alpha * op(A) * op(B) + beta * C.
static inline void blas_sgemm(int transA, int transB, int m, int n, int k, float alpha, const float *a, int lda,
                              const float *b, int ldb, float beta, float *c, int ldc) {
    SNN_BLAS(cblas_sgemm)(101, transA ? 112 : 111, transB ? 112 : 111, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

static inline void blas_dgemm(int transA, int transB, int m, int n, int k, double alpha, const double *a, int lda,
                              const double *b, int ldb, double beta, double *c, int ldc) {
    SNN_BLAS(cblas_dgemm)(101, transA ? 112 : 111, transB ? 112 : 111, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

/// y = alpha * op(A) * x + beta * y for row-major A of m rows.
static inline void blas_sgemv(int trans, int m, int n, float alpha, const float *a, int lda, const float *x, int incx,
                              float beta, float *y) {
    SNN_BLAS(cblas_sgemv)(101, trans ? 112 : 111, m, n, alpha, a, lda, x, incx, beta, y, 1);
}

static inline void blas_dgemv(int trans, int m, int n, double alpha, const double *a, int lda, const double *x, int incx,
                              double beta, double *y) {
    SNN_BLAS(cblas_dgemv)(101, trans ? 112 : 111, m, n, alpha, a, lda, x, incx, beta, y, 1);
}

static inline void blas_set_threads(int count) { SNN_BLAS(openblas_set_num_threads)(count); }

#endif
