"""Rows: decompositions of matrices, and what is made of them.

Where vectors are unique up to their sign only, products are compared in which the sign cancels.
"""

import numpy as np

from .harness import E, FLOATS, INTEGERS, Row, S, T, V, inf
from .linalg import G, M, ZERO, generator, of_symmetric, row, square_errors, symmetric


def matrix_errors(name, *rest, **options):
    """What every operator on matrices refuses."""
    return [
        E(RuntimeError, name + r": expected a tensor of at least 2 dimensions, got shape \[3\]", T(3), *rest, **options),
        E(RuntimeError, name + r": expected a tensor of at least 2 dimensions, got shape \[\]", T(), *rest, **options),
        E(RuntimeError, name + r": expected a floating point tensor, got int64", T(2, 2, dtype="int64"), *rest, **options),
        E(TypeError, r"must be Tensor, not float", 1.0, *rest, **options),
    ]


# ---------------------------------------------------------------------------------------------------- QR


def qr_through(lib, operator, x, *args, **options):
    """With a positive diagonal of R; of Q only the columns that R has a diagonal for."""
    q, r = operator(x, *args, **options)
    k = min(x.shape[-2], x.shape[-1])
    signs = lib.linalg.diagonal(r).detach().sign()
    if q.numel() == 0 and x.numel() > 0:
        return (r * signs.unsqueeze(-1),)
    return q[..., :k] * signs.unsqueeze(-2), r[..., :k, :] * signs.unsqueeze(-1)


def qr_reference(x, mode="reduced"):
    k = min(x.shape[-2:])
    q, r = np.linalg.qr(x)
    signs = np.sign(np.diagonal(r, axis1=-2, axis2=-1))
    q, r = q[..., :k] * signs[..., None, :], r[..., :k, :] * signs[..., None]
    return (r,) if mode == "r" else (q, r)


QR_SHAPES = [(3, 3), (4, 2), (2, 4), (2, 4, 2), (2, 2, 3), (1, 1)]
QR_EMPTY = [S(T(0, 2)), S(T(2, 0)), S(T(0, 3, 2))]
LINALG_QR = row(
    "linalg_qr", qr_reference,
    [S(M(*shape), layouts=len(shape) > 2) for shape in QR_SHAPES] + QR_EMPTY + [S(M(2, 4), layouts=False, mode="complete"), S(M(2, 3, 3), mode="complete"),
     S(M(4, 2), layouts=False, gradient=False, mode="complete"), S(M(4, 2), layouts=False, gradient=False, mode="r"), S(M(2, 2, 3), gradient=False, mode="r")],
    through=qr_through,
    errors=matrix_errors("linalg.qr") + [E(RuntimeError, r"linalg.qr: unrecognized mode 'x', expected one of 'reduced'", T(2, 2), mode="x"),
                                         E(TypeError, r"argument 'mode' must be str, not int", T(2, 2), mode=1)])
QR = row("qr", lambda x, some=True: qr_reference(x), [S(M(*shape), layouts=len(shape) > 2) for shape in QR_SHAPES] + QR_EMPTY + [
    S(M(2, 4), layouts=False, some=False), S(M(4, 2), False, layouts=False, gradient=False)], through=qr_through, errors=matrix_errors("linalg.qr"))


# ---------------------------------------------------------------------------------------------------- eigenvalues


def eigh_through(lib, operator, x, *args, **options):
    values, vectors = operator(symmetric(x), *args, **options)
    return values, vectors * vectors


def eigh_reference(x, UPLO="L"):
    values, vectors = np.linalg.eigh((x + np.swapaxes(x, -1, -2)) / 2)
    return values, vectors**2


EIGH_SAMPLES = [S(G(3, 3), layouts=False), S(G(2, 3, 3)), S(G(3, 3), layouts=False, UPLO="U"), S(G(2, 3, 3), UPLO="u"), S(G(1, 1)), S(T(0, 0)), S(T(0, 3, 3)), S(T(2, 0, 0))]


def eigen_errors(name):
    return square_errors("linalg." + name) + [E(RuntimeError, rf"linalg.{name}: expected UPLO argument to be 'L' or 'U', but got 'X'", T(2, 2), UPLO="X")]


EIGH = row("eigh", eigh_reference, EIGH_SAMPLES, through=eigh_through, tolerance=(1e-5, 1e-13), errors=eigen_errors("eigh"))
EIGVALSH = row("eigvalsh", lambda x, UPLO="L": eigh_reference(x)[0], EIGH_SAMPLES, through=of_symmetric, tolerance=(1e-5, 1e-13), errors=eigen_errors("eigvalsh"))
COMPLEX = [E(NotImplementedError, r"linalg.eig.*: the eigenvalues of a matrix that is not symmetric are complex numbers, which are not offered", T(2, 2)),
           E(TypeError, r"must be Tensor", 1)]
EIG = Row("eig", np.linalg.eig, [], dtypes=FLOATS, errors=COMPLEX)
EIGVALS = Row("eigvals", np.linalg.eigvals, [], dtypes=FLOATS, errors=COMPLEX)


# ---------------------------------------------------------------------------------------------------- singular values


def svd_through(lib, operator, x, *args, **options):
    """The values, and the product of each pair of vectors."""
    u, s, v = operator(x, *args, **options)
    k = s.shape[-1]
    vt = v if operator.__name__ in ("linalg_svd", "svd") and is_transposed(lib, operator) else v.transpose(-1, -2)
    return s, u[..., :k].unsqueeze(-1) * vt[..., :k, :].unsqueeze(-3)


def is_transposed(lib, operator):
    """Whether it is linalg.svd, which gives Vᵀ, rather than svd, which gives V."""
    return operator is not lib.svd and operator is not lib.Tensor.svd


def svd_reference(x, full_matrices=True):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return s, u[..., None] * vt[..., None, :, :]


def spread(*shape):
    """Singular values far from each other: derivatives have their differences as denominators."""
    k = min(shape[-2:])
    return V((generator.uniform(-1, 1, shape) + np.eye(*shape[-2:]) * np.resize(3.0 * np.arange(1, k + 1), shape[-1])).round(3).tolist())


SVD_SHAPES = [(3, 3), (4, 2), (2, 4), (2, 4, 2), (2, 2, 3), (1, 1)]
SVD_EMPTY = [S(T(0, 2)), S(T(2, 0)), S(T(0, 3, 2))]
NOT_FINITE = r"linalg.svd: The algorithm failed to converge because the input matrix contained non-finite values"
LINALG_SVD = row(
    "linalg_svd", svd_reference, [S(spread(*shape), layouts=len(shape) > 2) for shape in SVD_SHAPES] + SVD_EMPTY + [
        S(spread(4, 2), layouts=False, full_matrices=False), S(spread(2, 2, 3), False)], through=svd_through, tolerance=(1e-5, 1e-13),
    errors=matrix_errors("linalg.svd") + [E(RuntimeError, NOT_FINITE, V([[1.0, inf], [0.0, 1.0]])), E(RuntimeError, r"driver='gesvd' is not offered", T(2, 2), driver="gesvd")])
SVD = row("svd", lambda x, some=True: svd_reference(x), [S(spread(*shape), layouts=len(shape) > 2) for shape in SVD_SHAPES] + SVD_EMPTY + [S(spread(4, 2), False, layouts=False)],
          through=svd_through, tolerance=(1e-5, 1e-13), errors=matrix_errors("linalg.svd"))
SVDVALS = row("svdvals", lambda x: np.linalg.svd(x, compute_uv=False), [S(spread(*shape), layouts=len(shape) > 2) for shape in SVD_SHAPES] + SVD_EMPTY, tolerance=(1e-5, 1e-13),
              errors=matrix_errors("linalg.svdvals") + [E(RuntimeError, NOT_FINITE, V([[1.0, inf], [0.0, 1.0]]))])

LOW_RANK = V((np.arange(1.0, 5)[:, None] * np.arange(1.0, 4)).tolist())


def pinv(x, rcond=None, hermitian=False, atol=None, rtol=None):
    if hermitian:
        x = (x + np.swapaxes(x, -1, -2)) / 2
    if 0 in x.shape:
        return np.zeros(x.shape[:-2] + x.shape[:-3:-1])
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    rtol = rtol if rtol is not None else rcond if rcond is not None else 1e-6 if atol is None else 0
    keep = s > np.maximum(rtol * s[..., :1], atol or 0)
    return np.swapaxes(vt, -1, -2) @ (np.where(keep, 1 / np.where(keep, s, 1), 0)[..., None] * np.swapaxes(u, -1, -2))


PINV = row(
    "pinv", pinv, [S(M(*shape), layouts=len(shape) > 2) for shape in SVD_SHAPES] + [S(T(0, 2)), S(T(2, 0)), S(T(2, 0, 3))] + [
        S(LOW_RANK, layouts=False, gradient=False), S(M(4, 3), layouts=False, gradient=False, rtol=0.9), S(M(4, 3), layouts=False, gradient=False, atol=3.0),
        S(M(4, 3), 1e-3, layouts=False), S(M(3, 3), layouts=False, hermitian=True)],
    through=lambda lib, operator, x, *args, **k: operator(symmetric(x) if k.get("hermitian") else x, *args, **k), tolerance=(1e-5, 1e-13),
    errors=matrix_errors("linalg.pinv") + [E(RuntimeError, NOT_FINITE, V([[1.0, inf], [0.0, 1.0]])), E(RuntimeError, r"linalg.pinv: expected square", T(2, 3), hermitian=True),
                                           E(TypeError, r"argument 'atol' must be Tensor or Number, not str", T(2, 2), atol="x")])
PINVERSE = row("pinverse", lambda x, rcond=1e-15: pinv(x, rtol=rcond), [S(M(3, 3), layouts=False), S(M(2, 4, 2)), S(M(2, 2, 3), 1e-4), S(T(0, 2))], tolerance=(1e-5, 1e-13),
               errors=matrix_errors("linalg.pinv"))


def matrix_rank(x, tol=None, hermitian=False, atol=None, rtol=None):
    if 0 in x.shape[-2:]:
        return np.zeros(x.shape[:-2], np.int64)
    s = np.linalg.svd(x, compute_uv=False)
    atol = tol if atol is None else atol
    return (s > np.maximum((rtol if rtol is not None else 1e-6 if atol is None else 0) * s[..., :1], atol or 0)).sum(-1)


MATRIX_RANK = row(
    "matrix_rank", matrix_rank, [S(M(3, 3), layouts=False), S(LOW_RANK, layouts=False), S(M(2, 4, 2)), S(M(4, 3), layouts=False, rtol=0.9), S(M(4, 3), layouts=False, atol=3.0),
                                 S(M(4, 3), 3.0, layouts=False), S(V([[2.0, 1.0], [1.0, 0.5]]), layouts=False, hermitian=True), S(ZERO, layouts=False), S(T(0, 3)), S(T(2, 2, 0)),
                                 S(T(0, 2, 2))],
    gradients=None,
    errors=matrix_errors("linalg.matrix_rank") + [E(RuntimeError, r"linalg.matrix_rank: expected square", T(2, 3), hermitian=True), E(RuntimeError, NOT_FINITE, V([[inf]]))])


def cond(x, p=None):
    if x.shape[-1] == 0:
        return np.zeros(x.shape[:-2])
    if x.size == 0:
        return np.zeros(x.shape[:-2])
    return np.linalg.cond(x, p)


COND = row(
    "cond", cond, [S(M(3, 3), p, layouts=False) for p in (None, 2, -2, 1, -1, inf, -inf, "fro", "nuc")] + [S(M(2, 3, 3)), S(M(2, 4, 2)), S(M(2, 3, 3), 1), S(M(2, 3, 3), 2.0),
     S(T(0, 0), gradient=False), S(T(0, 0), "fro", gradient=False), S(T(0, 3, 3)), S(T(0, 3, 3), 1)], tolerance=(2e-5, 1e-13),
    errors=matrix_errors("linalg.cond") + [E(RuntimeError, r"linalg.cond: got an invalid norm type: 3", T(2, 2), 3), E(RuntimeError, r"cond: order x is not supported; expected 'fro', 'nuc' or a number", T(2, 2), "x"),
                                           E(RuntimeError, r"linalg.cond: expected square matrices", T(2, 3), "fro")])


# ---------------------------------------------------------------------------------------------------- least squares


def lstsq_through(lib, operator, *args, **options):
    found = operator(*args, **options)
    return [r for r in found[:2] if r.numel() > 0] if found[0].numel() > 0 else [found[0]]


def lstsq_reference(a, b, rcond=None, driver="gelsy"):
    vectors = b.ndim == a.ndim - 1
    right = b[..., None] if vectors else b
    x = np.linalg.pinv(a) @ right if a.size else np.zeros(np.broadcast_shapes(a.shape[:-2], right.shape[:-2]) + (a.shape[-1], right.shape[-1]))
    residuals = ((a @ x - right) ** 2).sum(-2)
    x = x[..., 0] if vectors else x
    shown = driver != "gelsy" and a.shape[-2] > a.shape[-1] and x.size > 0
    return [x, residuals[..., 0] if vectors else residuals] if shown else [x]


LSTSQ = row(
    "lstsq", lstsq_reference,
    [S(M(4, 2), G(4, 3), layouts=False, driver=driver) for driver in ("gels", "gelsy", "gelsd", "gelss")] + [
        S(M(4, 2), G(4, 3), layouts=False), S(M(3, 3), G(3, 1), layouts=False), S(M(2, 4), G(2, 2), layouts=False), S(M(2, 4), G(2, 2), layouts=False, driver="gels"),
        S(M(2, 4, 2), G(2, 4, 1)), S(M(2, 4, 2), G(2, 4, 1), driver="gelsd"), S(M(4, 2), G(4), layouts=False), S(M(2, 4, 2), G(2, 4)), S(M(4, 2), G(4, 3), 1e-3, layouts=False),
        S(T(0, 2), T(0, 1)), S(T(2, 0), T(2, 1)), S(T(0, 3, 2), T(0, 3, 1))],
    through=lstsq_through, tolerance=(3e-5, 1e-13),
    errors=matrix_errors("linalg.lstsq", T(2, 2)) + [
        E(RuntimeError, r"linalg.lstsq: 'x' is not one of 'gels', 'gelsy', 'gelsd', 'gelss'", T(3, 2), T(3, 1), driver="x"),
        E(RuntimeError, r"linalg.lstsq: expected as many rows in A and B, got shapes \[3, 2\] and \[2, 1\]", T(3, 2), T(2, 1)),
        E(RuntimeError, r"linalg.lstsq: expected A and B of one dtype", T(3, 2), T(3, 1, dtype="float64")),
        E(RuntimeError, r"linalg.lstsq: The least squares solution could not be computed because the input matrix does not have full rank", V([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]), T(3, 1), driver="gels"),
        E(RuntimeError, r"linalg.lstsq: expected B of at least 1 dimensions", T(3, 2), T())])


# ---------------------------------------------------------------------------------------------------- LU


def lu_one(a):
    """(packed factors, pivots from 1, P) by elimination."""
    a, (m, n) = a.copy(), a.shape
    pivots, p = [], np.eye(m)
    for i in range(min(m, n)):
        j = i + int(np.argmax(np.abs(a[i:, i])))
        pivots.append(j + 1)
        a[[i, j]], p[:, [i, j]] = a[[j, i]], p[:, [j, i]]
        if a[i, i] != 0:
            a[i + 1:, i] /= a[i, i]
            a[i + 1:, i + 1:] -= np.outer(a[i + 1:, i], a[i, i + 1:])
    return a, np.array(pivots, np.int64), p


def lu_reference(x):
    """(packed, pivots, P, L, U) of stacks."""
    batch, (m, n) = x.shape[:-2], x.shape[-2:]
    k = min(m, n)
    packed, pivots, p = np.zeros(x.shape), np.zeros(batch + (k,)), np.zeros(batch + (m, m))
    for i in np.ndindex(batch):
        packed[i], pivots[i], p[i] = lu_one(x[i])
    return packed, pivots, p, np.tril(packed, -1)[..., :k] + np.eye(m, k), np.triu(packed)[..., :k, :]


LU_SHAPES = [(3, 3), (4, 2), (2, 4), (2, 4, 2), (2, 2, 3), (2, 3, 3), (1, 1)]


def exchanged(*shape):
    """Matrices with the large elements in the wrong rows."""
    strong = M(*shape)
    return V(np.flip(np.reshape(strong.values, shape), -2).tolist())


LU_SAMPLES = [S(exchanged(*shape), layouts=len(shape) > 2) for shape in LU_SHAPES] + [S(T(0, 2)), S(T(2, 0)), S(T(0, 3, 2))]
NO_PIVOT = [E(RuntimeError, r"LU without pivoting is not offered", T(2, 2), pivot=False)]
LU_FACTOR = row("lu_factor", lambda x: lu_reference(x)[:2], LU_SAMPLES,
                errors=matrix_errors("linalg.lu_factor") + NO_PIVOT + [E(RuntimeError, r"linalg.lu_factor: U\[1,1\] is zero and using it on lu_solve", ZERO)])
LU_FACTOR_EX = row("lu_factor_ex", lambda x, check_errors=False: (*lu_reference(x)[:2], np.zeros(x.shape[:-2])), LU_SAMPLES,
                   errors=matrix_errors("linalg.lu_factor_ex") + NO_PIVOT + [E(RuntimeError, r"linalg.lu_factor_ex: U\[1,1\] is zero", ZERO, check_errors=True)])
LU = row("lu", lambda x, pivot=True, get_infos=False: (*lu_reference(x)[:2], *([np.zeros(x.shape[:-2])] if get_infos else [])),
         LU_SAMPLES + [S(exchanged(2, 2, 2), get_infos=True)], errors=matrix_errors("linalg.lu_factor_ex") + [E(RuntimeError, r"lu: U\[1,1\] is zero", ZERO),
                                                                                                            E(RuntimeError, r"LU without pivoting is not offered", T(2, 2), False)])


def lu_through(lib, operator, x, *args, **options):
    p, l, u = operator(x, *args, **options)
    return p @ l, l, u


LINALG_LU = row("linalg_lu", lambda x: (lu_reference(x)[2] @ lu_reference(x)[3], *lu_reference(x)[3:]), LU_SAMPLES, through=lu_through,
                errors=matrix_errors("linalg.lu") + NO_PIVOT)
PIVOTS = V([2, 3, 3], dtype="int32")
TWO_PIVOTS = V([[2, 3, 3], [1, 3, 3]], dtype="int32")


def unpacked(lu, pivots):
    batch, m = lu.shape[:-2], lu.shape[-2]
    p = np.zeros(batch + (m, m))
    for i in np.ndindex(batch):
        order = np.arange(m)
        for j, other in enumerate(pivots[i]):
            order[[j, other - 1]] = order[[other - 1, j]]
        p[i][order, np.arange(m)] = 1
    k = min(lu.shape[-2:])
    return p, np.tril(lu, -1)[..., :k] + np.eye(m, k), np.triu(lu)[..., :k, :]


def lu_solve(lu, pivots, b, left=True, adjoint=False):
    p, l, u = unpacked(lu, pivots)
    a = p @ l @ u
    if adjoint:
        a = np.swapaxes(a, -1, -2)
    return np.linalg.solve(a, b) if left else np.swapaxes(np.linalg.solve(np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)), -1, -2)


LU_ERRORS = [
    E(RuntimeError, r"expected pivots of int32 and shape \[2\], got float32 of shape \[2\]", T(2, 2), T(2), T(2, 1)),
    E(RuntimeError, r"expected pivots of int32 and shape \[2\], got int32 of shape \[3\]", T(2, 2), PIVOTS, T(2, 1)),
    E(RuntimeError, r"pivots must be between 1 and 2, not 0", T(2, 2), V([0, 1], dtype="int32"), T(2, 1)),
    E(RuntimeError, r"pivots must be between 1 and 2, not -2147483648", T(2, 2), V([-(2**31), 1], dtype="int32"), T(2, 1)),
    E(RuntimeError, r"linalg.lu_solve: shapes do not fit: LU \[3, 3\], B \[2, 1\]", T(3, 3), PIVOTS, T(2, 1)),
    E(RuntimeError, r"linalg.lu_solve: expected LU and B of one dtype", T(3, 3), PIVOTS, T(3, 1, dtype="float64")),
    E(RuntimeError, r"linalg.lu_solve: expected square", T(3, 2), V([1, 2], dtype="int32"), T(3, 1)),
]
LINALG_LU_SOLVE = row(
    "linalg_lu_solve", lu_solve,
    [S(M(3, 3), PIVOTS, G(3, 2), layouts=False), S(M(3, 3), PIVOTS, G(3, 2), layouts=False, adjoint=True), S(M(3, 3), PIVOTS, G(2, 3), layouts=False, left=False),
     S(M(3, 3), PIVOTS, G(2, 3), layouts=False, left=False, adjoint=True), S(M(2, 3, 3), TWO_PIVOTS, G(2, 3, 2), layouts=False), S(T(0, 0), T(0, dtype="int32"), T(0, 2))],
    errors=LU_ERRORS)
LU_SOLVE = row("lu_solve", lambda b, lu, pivots: lu_solve(lu, pivots, b), [S(G(3, 2), M(3, 3), PIVOTS, layouts=False), S(G(2, 3, 2), M(2, 3, 3), TWO_PIVOTS, layouts=False),
                                                                          S(T(0, 2), T(0, 0), T(0, dtype="int32"))],
               errors=[E(e.exception, e.message, e.args[2], e.args[0], e.args[1]) for e in LU_ERRORS])


def lu_unpack_through(lib, operator, lu, pivots, *args, **options):
    p, l, u = operator(lu, pivots, *args, **options)
    return [t for t in (p @ l if p.numel() and l.numel() else None, l, u) if t is not None and (t.numel() or lu.numel() == 0)]


LU_UNPACK = row(
    "lu_unpack", lambda lu, pivots, **k: (unpacked(lu, pivots)[0] @ unpacked(lu, pivots)[1], *unpacked(lu, pivots)[1:]) if lu.size else unpacked(lu, pivots)[1:],
    [S(M(3, 3), PIVOTS, layouts=False), S(M(2, 3, 3), TWO_PIVOTS, layouts=False), S(M(3, 2), V([2, 3], dtype="int32"), layouts=False), S(M(2, 3), V([2, 2], dtype="int32"), layouts=False),
     S(T(0, 0), T(0, dtype="int32"))],
    through=lu_unpack_through, reduced=None,
    differs=dict.fromkeys(INTEGERS, "LU factors are floating point; PyTorch takes integers apart as well"), errors=[E(e.exception, e.message, *e.args[:2]) for e in LU_ERRORS[:4]])


# ---------------------------------------------------------------------------------------------------- functions of matrices


def matrix_exp(x):
    small = x / 1024
    term = np.broadcast_to(np.eye(x.shape[-1]), x.shape)
    total = term.copy()
    for n in range(1, 25):
        term = term @ small / n
        total = total + term
    for _ in range(10):
        total = total @ total
    return total


MATRIX_EXP = row(
    "matrix_exp", matrix_exp, [S(G(3, 3), layouts=False), S(G(2, 3, 3)), S(G(1, 1)), S(T(3, 3, low=-0.01, high=0.01)), S(T(0, 0)), S(T(0, 3, 3)), S(T(2, 0, 0)), S(ZERO),
                                 S(V([[[0.001, 0.002], [0.0, -0.001]], [[6.0, 2.0], [1.0, -7.0]]]), gradient=False)],
    tolerance=(3e-5, 1e-12), reduced=True,
    errors=[E(RuntimeError, r"linalg.matrix_exp: expected square matrices", T(2, 3)), E(RuntimeError, r"linalg.matrix_exp: expected a tensor of at least 2", T(3)),
            E(RuntimeError, r"linalg.matrix_exp: expected a floating point tensor, got int64", T(2, 2, dtype="int64")), E(TypeError, r"must be Tensor", 1)])


def tensor_sized(rows, *shape):
    return V((generator_matrix(rows)).reshape(shape).tolist())


def generator_matrix(n):
    return np.random.default_rng(n).uniform(-1, 1, (n, n)).round(3) + 3 * np.eye(n)


TENSORINV = row("tensorinv", lambda a, ind=2: np.linalg.tensorinv(a, ind) if a.size else np.zeros(a.shape[ind:] + a.shape[:ind]), [S(tensor_sized(6, 2, 3, 6), layouts=False), S(tensor_sized(6, 2, 3, 3, 2), layouts=False),
                                                                            S(tensor_sized(6, 6, 2, 3), 1, layouts=False), S(tensor_sized(6, 6, 2, 3), ind=1, layouts=False)],
                errors=[E(RuntimeError, r"linalg.tensorinv: ind must be between 1 and", T(2, 2), 0), E(RuntimeError, r"linalg.tensorinv: ind must be between 1", T(), 1),
                        E(RuntimeError, r"linalg.tensorinv: the products of the first 2 and of the other sizes of \[2, 3, 5\] differ: 6 and 5", T(2, 3, 5))])
TENSORINV.samples.append(S(T(0, 2, 0), dtypes=FLOATS))
TENSORSOLVE = row("tensorsolve", lambda a, b, dims=None: np.linalg.tensorsolve(a, b, dims) if a.size else np.zeros(a.shape[b.ndim:]), [
    S(tensor_sized(6, 6, 2, 3), G(6), layouts=False), S(tensor_sized(6, 2, 3, 6), G(2, 3), layouts=False), S(tensor_sized(6, 2, 6, 3), G(6), dims=[0, 2], layouts=False),
    S(tensor_sized(6, 2, 6, 3), G(6), [0], layouts=False, gradient=False)][:3],
    errors=[E(RuntimeError, r"linalg.tensorsolve: shapes do not fit: A \[2, 3\], B \[2\]", T(2, 3), T(2)), E(IndexError, r"dimension 5 is out of range", T(2, 2), T(2), [5]),
            E(RuntimeError, r"linalg.tensorsolve: dimension 0 is named twice", T(2, 2), T(2), [0, 0]), E(RuntimeError, r"shapes do not fit", T(), T(2))])
TENSORSOLVE.samples.append(S(T(0, 2, 0), T(0, 2), dtypes=FLOATS))
VANDER = Row(
    "linalg_vander", lambda x, N=None: x[..., None] ** np.arange(N or x.shape[-1]), [S(T(3)), S(T(2, 3)), S(T(3), N=2), S(T(3), N=4), S(T(0, 3)), S(T(0), N=3), S(V([0.0, 1.0, -2.0]))],
    dtypes=FLOATS + ("int64", "int32", "int16", "int8", "uint8"), tolerance=(3e-7, 1e-15), gradients="all", gradient_layouts=("transposed", "strided"), reduced=False,
    errors=[E(RuntimeError, r"linalg.vander: N must be greater than 1, not 1", T(3), N=1), E(RuntimeError, r"linalg.vander: N must be greater than 1, not 1", T(1)),
            E(RuntimeError, r"linalg.vander: expected at least one dimension", T()), E(RuntimeError, r"linalg.vander: .* got bool", T(3, dtype="bool"))])

ROWS = [LINALG_QR, QR, EIGH, EIGVALSH, EIG, EIGVALS, LINALG_SVD, SVD, SVDVALS, PINV, PINVERSE, MATRIX_RANK, COND, LSTSQ, LU_FACTOR, LU_FACTOR_EX, LU, LINALG_LU, LINALG_LU_SOLVE,
        LU_SOLVE, LU_UNPACK, MATRIX_EXP, TENSORINV, TENSORSOLVE, VANDER]
