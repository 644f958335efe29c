// The part of LAPACK that the library calls, which both builds of OpenBLAS bring; see openblas_shim.h. Each function takes
// column-major matrices of float, or of double where `wide`, and returns LAPACK's `info`. Work space is the caller's: with
// lwork = -1 the size that is best comes back in work[0].
#ifndef SWIFTNN_LAPACK_SHIM_H
#define SWIFTNN_LAPACK_SHIM_H

#include "openblas_shim.h"

#include <stdbool.h>
#include <stddef.h>

// Fortran: everything by address, and after the arguments the length of each string.
#define SNN_LAPACK(name, parameters_s, parameters_d)                                                                   \
    void SNN_BLAS(s##name##_) parameters_s;                                                                            \
    void SNN_BLAS(d##name##_) parameters_d;
#define SNN_BOTH(name, ...)                                                                                            \
    SNN_LAPACK(name, (SNN_PARAMETERS_##name(float)), (SNN_PARAMETERS_##name(double)))

#define SNN_PARAMETERS_getrf(T) const int *m, const int *n, T *a, const int *lda, int *pivots, int *info
#define SNN_PARAMETERS_getrs(T)                                                                                        \
    const char *trans, const int *n, const int *nrhs, const T *a, const int *lda, const int *pivots, T *b,             \
        const int *ldb, int *info, size_t
#define SNN_PARAMETERS_potrf(T) const char *uplo, const int *n, T *a, const int *lda, int *info, size_t
#define SNN_PARAMETERS_geqrf(T)                                                                                        \
    const int *m, const int *n, T *a, const int *lda, T *tau, T *work, const int *lwork, int *info
#define SNN_PARAMETERS_orgqr(T)                                                                                        \
    const int *m, const int *n, const int *k, T *a, const int *lda, const T *tau, T *work, const int *lwork, int *info
#define SNN_PARAMETERS_syevd(T)                                                                                        \
    const char *jobz, const char *uplo, const int *n, T *a, const int *lda, T *w, T *work, const int *lwork,           \
        int *iwork, const int *liwork, int *info, size_t, size_t
#define SNN_PARAMETERS_gesdd(T)                                                                                        \
    const char *jobz, const int *m, const int *n, T *a, const int *lda, T *s, T *u, const int *ldu, T *vt,             \
        const int *ldvt, T *work, const int *lwork, int *iwork, int *info, size_t
#define SNN_PARAMETERS_gels(T)                                                                                         \
    const char *trans, const int *m, const int *n, const int *nrhs, T *a, const int *lda, T *b, const int *ldb,        \
        T *work, const int *lwork, int *info, size_t
#define SNN_PARAMETERS_gelsy(T)                                                                                        \
    const int *m, const int *n, const int *nrhs, T *a, const int *lda, T *b, const int *ldb, int *pivots,              \
        const T *rcond, int *rank, T *work, const int *lwork, int *info
#define SNN_PARAMETERS_gelss(T)                                                                                        \
    const int *m, const int *n, const int *nrhs, T *a, const int *lda, T *b, const int *ldb, T *s, const T *rcond,     \
        int *rank, T *work, const int *lwork, int *info
#define SNN_PARAMETERS_gelsd(T)                                                                                        \
    const int *m, const int *n, const int *nrhs, T *a, const int *lda, T *b, const int *ldb, T *s, const T *rcond,     \
        int *rank, T *work, const int *lwork, int *iwork, int *info

SNN_BOTH(getrf)
SNN_BOTH(getrs)
SNN_BOTH(potrf)
SNN_BOTH(geqrf)
SNN_BOTH(orgqr)
SNN_BOTH(syevd)
SNN_BOTH(gesdd)
SNN_BOTH(gels)
SNN_BOTH(gelsy)
SNN_BOTH(gelss)
SNN_BOTH(gelsd)
void SNN_BLAS(cblas_strsm)(int order, int side, int uplo, int trans, int diag, int m, int n, float alpha, const float *a,
                           int lda, float *b, int ldb);
void SNN_BLAS(cblas_dtrsm)(int order, int side, int uplo, int trans, int diag, int m, int n, double alpha,
                           const double *a, int lda, double *b, int ldb);

/// PA = LU, in place; pivots count from 1.
static inline int lapack_getrf(bool wide, int m, int n, void *a, int lda, int *pivots) {
    int info = 0;
    if (wide) SNN_BLAS(dgetrf_)(&m, &n, (double *)a, &lda, pivots, &info);
    else SNN_BLAS(sgetrf_)(&m, &n, (float *)a, &lda, pivots, &info);
    return info;
}

/// X of A X = B, or Aᵀ X = B, over B; from what getrf left.
static inline int lapack_getrs(bool wide, bool transposed, int n, int nrhs, const void *a, int lda, const int *pivots,
                               void *b, int ldb) {
    int info = 0;
    const char *trans = transposed ? "T" : "N";
    if (wide) SNN_BLAS(dgetrs_)(trans, &n, &nrhs, (const double *)a, &lda, pivots, (double *)b, &ldb, &info, 1);
    else SNN_BLAS(sgetrs_)(trans, &n, &nrhs, (const float *)a, &lda, pivots, (float *)b, &ldb, &info, 1);
    return info;
}

/// The Cholesky factor of the upper or the lower triangle, in place.
static inline int lapack_potrf(bool wide, bool upper, int n, void *a, int lda) {
    int info = 0;
    if (wide) SNN_BLAS(dpotrf_)(upper ? "U" : "L", &n, (double *)a, &lda, &info, 1);
    else SNN_BLAS(spotrf_)(upper ? "U" : "L", &n, (float *)a, &lda, &info, 1);
    return info;
}

static inline int lapack_geqrf(bool wide, int m, int n, void *a, int lda, void *tau, void *work, int lwork) {
    int info = 0;
    if (wide) SNN_BLAS(dgeqrf_)(&m, &n, (double *)a, &lda, (double *)tau, (double *)work, &lwork, &info);
    else SNN_BLAS(sgeqrf_)(&m, &n, (float *)a, &lda, (float *)tau, (float *)work, &lwork, &info);
    return info;
}

/// The first n columns of Q, in place; from what geqrf left.
static inline int lapack_orgqr(bool wide, int m, int n, int k, void *a, int lda, const void *tau, void *work, int lwork) {
    int info = 0;
    if (wide) SNN_BLAS(dorgqr_)(&m, &n, &k, (double *)a, &lda, (const double *)tau, (double *)work, &lwork, &info);
    else SNN_BLAS(sorgqr_)(&m, &n, &k, (float *)a, &lda, (const float *)tau, (float *)work, &lwork, &info);
    return info;
}

/// Eigenvalues, ascending, and the eigenvectors in place.
static inline int lapack_syevd(bool wide, bool vectors, bool upper, int n, void *a, int lda, void *w, void *work, int lwork,
                               int *iwork, int liwork) {
    int info = 0;
    const char *job = vectors ? "V" : "N", *uplo = upper ? "U" : "L";
    if (wide)
        SNN_BLAS(dsyevd_)(job, uplo, &n, (double *)a, &lda, (double *)w, (double *)work, &lwork, iwork, &liwork, &info, 1, 1);
    else
        SNN_BLAS(ssyevd_)(job, uplo, &n, (float *)a, &lda, (float *)w, (float *)work, &lwork, iwork, &liwork, &info, 1, 1);
    return info;
}

/// `job`: N for the singular values alone, S for as many vectors as there are values, A for all.
static inline int lapack_gesdd(bool wide, char job, int m, int n, void *a, int lda, void *s, void *u, int ldu, void *vt,
                               int ldvt, void *work, int lwork, int *iwork) {
    int info = 0;
    if (wide)
        SNN_BLAS(dgesdd_)(&job, &m, &n, (double *)a, &lda, (double *)s, (double *)u, &ldu, (double *)vt, &ldvt,
                          (double *)work, &lwork, iwork, &info, 1);
    else
        SNN_BLAS(sgesdd_)(&job, &m, &n, (float *)a, &lda, (float *)s, (float *)u, &ldu, (float *)vt, &ldvt, (float *)work,
                          &lwork, iwork, &info, 1);
    return info;
}

static inline int lapack_gels(bool wide, int m, int n, int nrhs, void *a, int lda, void *b, int ldb, void *work, int lwork) {
    int info = 0;
    if (wide) SNN_BLAS(dgels_)("N", &m, &n, &nrhs, (double *)a, &lda, (double *)b, &ldb, (double *)work, &lwork, &info, 1);
    else SNN_BLAS(sgels_)("N", &m, &n, &nrhs, (float *)a, &lda, (float *)b, &ldb, (float *)work, &lwork, &info, 1);
    return info;
}

static inline int lapack_gelsy(bool wide, int m, int n, int nrhs, void *a, int lda, void *b, int ldb, int *pivots,
                               double rcond, int *rank, void *work, int lwork) {
    int info = 0;
    const float narrow = (float)rcond;
    if (wide)
        SNN_BLAS(dgelsy_)(&m, &n, &nrhs, (double *)a, &lda, (double *)b, &ldb, pivots, &rcond, rank, (double *)work, &lwork, &info);
    else
        SNN_BLAS(sgelsy_)(&m, &n, &nrhs, (float *)a, &lda, (float *)b, &ldb, pivots, &narrow, rank, (float *)work, &lwork, &info);
    return info;
}

static inline int lapack_gelss(bool wide, int m, int n, int nrhs, void *a, int lda, void *b, int ldb, void *s, double rcond,
                               int *rank, void *work, int lwork) {
    int info = 0;
    const float narrow = (float)rcond;
    if (wide)
        SNN_BLAS(dgelss_)(&m, &n, &nrhs, (double *)a, &lda, (double *)b, &ldb, (double *)s, &rcond, rank, (double *)work, &lwork, &info);
    else
        SNN_BLAS(sgelss_)(&m, &n, &nrhs, (float *)a, &lda, (float *)b, &ldb, (float *)s, &narrow, rank, (float *)work, &lwork, &info);
    return info;
}

static inline int lapack_gelsd(bool wide, int m, int n, int nrhs, void *a, int lda, void *b, int ldb, void *s, double rcond,
                               int *rank, void *work, int lwork, int *iwork) {
    int info = 0;
    const float narrow = (float)rcond;
    if (wide)
        SNN_BLAS(dgelsd_)(&m, &n, &nrhs, (double *)a, &lda, (double *)b, &ldb, (double *)s, &rcond, rank, (double *)work,
                          &lwork, iwork, &info);
    else
        SNN_BLAS(sgelsd_)(&m, &n, &nrhs, (float *)a, &lda, (float *)b, &ldb, (float *)s, &narrow, rank, (float *)work, &lwork,
                          iwork, &info);
    return info;
}

/// X of op(A) X = B (X op(A) = B where `right`), over B; row-major.
static inline void blas_trsm(bool wide, bool right, bool upper, bool transposed, bool unit, int m, int n, const void *a,
                             int lda, void *b, int ldb) {
    const int side = right ? 142 : 141, uplo = upper ? 121 : 122, trans = transposed ? 112 : 111, diag = unit ? 132 : 131;
    if (wide) SNN_BLAS(cblas_dtrsm)(101, side, uplo, trans, diag, m, n, 1, (const double *)a, lda, (double *)b, ldb);
    else SNN_BLAS(cblas_strsm)(101, side, uplo, trans, diag, m, n, 1, (const float *)a, lda, (float *)b, ldb);
}

#undef SNN_LAPACK
#undef SNN_BOTH

#endif
