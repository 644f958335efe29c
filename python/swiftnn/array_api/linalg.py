"""The standard's linear algebra."""

from typing import NamedTuple

import swiftnn as sn

from ._dtypes import promoted
from ._elementwise import conj

__all__ = [
    "cholesky", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_power", "matrix_rank",
    "matrix_transpose", "outer", "pinv", "qr", "slogdet", "solve", "svd", "svdvals", "tensordot", "trace", "vecdot", "vector_norm",
]


class EigenResult(NamedTuple):
    """The results of `eigh`."""

    eigenvalues: object
    eigenvectors: object


class QRResult(NamedTuple):
    """The results of `qr`."""

    Q: object
    R: object


class SlogdetResult(NamedTuple):
    """The results of `slogdet`."""

    sign: object
    logabsdet: object


class SVDResult(NamedTuple):
    """The results of `svd`."""

    U: object
    S: object
    Vh: object


def cholesky(x, /, *, upper=False):
    """L with x = L Lᵀ, or U with x = Uᵀ U."""
    return sn.linalg.cholesky(x, upper=upper)


def cross(x1, x2, /, *, axis=-1):
    """The cross product of vectors of three elements."""
    return sn.linalg.cross(*sn.broadcast_tensors(*promoted(x1, x2)), dim=axis)


def det(x, /):
    """The determinant."""
    return sn.linalg.det(x)


def diagonal(x, /, *, offset=0):
    """The elements of a diagonal of the last two axes."""
    return sn.diagonal(x, offset, -2, -1)


def eig(x, /):
    """An error: eigenvalues of a general matrix are complex numbers, which are not offered."""
    raise NotImplementedError("eig(): complex numbers are not offered; eigh() is for symmetric matrices")


def eigvals(x, /):
    """An error: eigenvalues of a general matrix are complex numbers, which are not offered."""
    raise NotImplementedError("eigvals(): complex numbers are not offered; eigvalsh() is for symmetric matrices")


def eigh(x, /):
    """Eigenvalues and eigenvectors of a symmetric matrix."""
    return EigenResult(*sn.linalg.eigh(x))


def eigvalsh(x, /):
    """The eigenvalues of a symmetric matrix."""
    return sn.linalg.eigvalsh(x)


def inv(x, /):
    """The inverse."""
    return sn.linalg.inv(x)


def matmul(x1, x2, /):
    """The matrix product."""
    return sn.matmul(*promoted(x1, x2))


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """The norm of a matrix."""
    return sn.linalg.matrix_norm(x, ord, keepdim=keepdims)


def matrix_power(x, n, /):
    """The product of n factors x."""
    return sn.linalg.matrix_power(x, n)


def matrix_rank(x, /, *, rtol=None):
    """How many singular values are larger than rtol times the largest."""
    if rtol is None:
        return sn.linalg.matrix_rank(x)
    return sn.linalg.matrix_rank(x, rtol=rtol)


def matrix_transpose(x, /):
    """With the last two axes exchanged."""
    return x.mT


def outer(x1, x2, /):
    """The products of each element of x1 with each of x2."""
    return sn.outer(*promoted(x1, x2))


def pinv(x, /, *, rtol=None):
    """The pseudo-inverse."""
    if rtol is None:
        return sn.linalg.pinv(x)
    return sn.linalg.pinv(x, rtol=rtol)


def qr(x, /, *, mode="reduced"):
    """x = Q R, with Q orthogonal and R upper triangular."""
    return QRResult(*sn.linalg.qr(x, mode=mode))


def slogdet(x, /):
    """The sign of the determinant and the logarithm of its absolute value."""
    return SlogdetResult(*sn.linalg.slogdet(x))


def solve(x1, x2, /):
    """The x with x1 x = x2."""
    x1, x2 = promoted(x1, x2)
    if x2.ndim == 1:
        return sn.linalg.solve(x1, x2.unsqueeze(-1)).squeeze(-1)
    # Two dimensions and more are matrices, also where they could be a batch of vectors.
    batch = sn.broadcast_shapes(tuple(x1.shape[:-2]), tuple(x2.shape[:-2]))
    return sn.linalg.solve(x1.expand(*batch, *x1.shape[-2:]), x2.expand(*batch, *x2.shape[-2:]))


def svd(x, /, *, full_matrices=True):
    """x = U diag(S) Vh."""
    return SVDResult(*sn.linalg.svd(x, full_matrices=full_matrices))


def svdvals(x, /):
    """The singular values."""
    return sn.linalg.svdvals(x)


def tensordot(x1, x2, /, *, axes=2):
    """The sum of products over the last axes of x1 and the first of x2, or over those named."""
    return sn.tensordot(*promoted(x1, x2), dims=axes)


def trace(x, /, *, offset=0, dtype=None):
    """The sum of a diagonal of the last two axes."""
    values = diagonal(x, offset=offset)
    dtype = dtype or (x.dtype if x.dtype.is_floating_point else sn.int64)
    return sn.sum(values, -1, dtype=dtype)


def vecdot(x1, x2, /, *, axis=-1):
    """The sum of products along an axis."""
    if not -min(x1.ndim, x2.ndim) <= axis < 0 or x1.shape[axis] != x2.shape[axis]:
        raise ValueError(f"vecdot(): shapes {tuple(x1.shape)} and {tuple(x2.shape)} do not fit along axis {axis}")
    x1, x2 = promoted(x1, x2)
    return sn.sum(conj(x1) * x2, axis, dtype=x1.dtype)


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """The norm of a vector."""
    if axis == ():  # each element is a vector
        return sn.linalg.vector_norm(x.unsqueeze(-1), ord, -1)
    if axis is not None or x.ndim:
        return sn.linalg.vector_norm(x, ord, axis, keepdims)
    return sn.linalg.vector_norm(x.reshape(1), ord).reshape(())
