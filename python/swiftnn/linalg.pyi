# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from typing import TypeAlias

from ._C import Tensor, dtype, EigenvaluesAndEigenvectors, InverseAndInfo, LAndInfo, LUAndPivots, LUAndPivotsAndInfo, PAndLAndU, QAndR, ResultAndInfo, SignAndLogabsdet, SolutionAndResidualsAndRankAndSingularValues, UAndSAndV, UAndSAndVh

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]



class LinAlgError(RuntimeError): ...
def cholesky(A: Tensor, *, upper: _bool = False, out: Tensor | None = None) -> Tensor:
    """L of A = L L.T for symmetric positive-definite matrices, or U of A = U.T U."""
def cholesky_ex(
    A: Tensor,
    *,
    upper: _bool = False,
    check_errors: _bool = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> LAndInfo:
    """The Cholesky factor, and for each matrix 0 or the order of the first minor that is not positive-definite."""
def cond(
    A: Tensor,
    p: Tensor | _int | Sequence[_int] | Sequence[Tensor] = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The condition number in the norm p: None, 2, -2, 1, -1, inf, -inf, 'fro' or 'nuc'."""
def cross(input: Tensor, other: Tensor, *, dim: _int = -1, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors of three elements along dim."""
def det(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The determinant of square matrices."""
def diagonal(A: Tensor, *, offset: _int = 0, dim1: _int = -2, dim2: _int = -1) -> Tensor:
    """The diagonals of the matrices that two dimensions are, as a view."""
def eig(A: Tensor, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> EigenvaluesAndEigenvectors:
    """Not offered: the eigenvalues of matrices that are not symmetric are complex numbers."""
def eigh(
    A: Tensor,
    UPLO: str | None = "L",
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> EigenvaluesAndEigenvectors:
    """The eigenvalues of symmetric matrices, ascending, and their eigenvectors as columns."""
def eigvals(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Not offered: the eigenvalues of matrices that are not symmetric are complex numbers."""
def eigvalsh(A: Tensor, UPLO: str | None = "L", *, out: Tensor | None = None) -> Tensor:
    """The eigenvalues of symmetric matrices, ascending."""
def inv(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of square matrices."""
def inv_ex(
    A: Tensor,
    *,
    check_errors: _bool = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> InverseAndInfo:
    """The inverse, and for each matrix 0 or the diagonal element that is zero, counted from 1."""
def lstsq(
    A: Tensor,
    B: Tensor,
    rcond: _float | None = None,
    *,
    driver: str | None = None,
) -> SolutionAndResidualsAndRankAndSingularValues:
    """X that makes |A X - B| smallest; driver 'gels', 'gelsy', 'gelsd' or 'gelss'."""
def lu(A: Tensor, *, pivot: _bool = True, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> PAndLAndU:
    """P, L and U of A = P L U."""
def lu_factor(A: Tensor, *, pivot: _bool = True, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> LUAndPivots:
    """L and U in one matrix, and the row exchanges."""
def lu_factor_ex(
    A: Tensor,
    *,
    pivot: _bool = True,
    check_errors: _bool = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> LUAndPivotsAndInfo:
    """L and U in one matrix, the row exchanges, and for each matrix 0 or the diagonal element that is zero."""
def lu_solve(
    LU: Tensor,
    pivots: Tensor,
    B: Tensor,
    *,
    left: _bool = True,
    adjoint: _bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """X of A X = B, or of X A = B, from the LU factors of A."""
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product of the last two dimensions, the others broadcast; a vector counts as a row on the left, as a
    column on the right."""
def matrix_exp(A: Tensor) -> Tensor:
    """The sum of A^n / n! for square matrices."""
def matrix_norm(
    A: Tensor,
    ord: Tensor | _int | Sequence[_int] | Sequence[Tensor] = "fro",
    dim: _int | Sequence[_int] = (-2, -1),
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """A norm of matrices: 'fro', 'nuc', 1, 2 or infinity, with either sign."""
def matrix_power(input: Tensor, n: _int, *, out: Tensor | None = None) -> Tensor:
    """The product of a square matrix with itself, n times; of its inverse for a negative n."""
def matrix_rank(
    A: Tensor,
    tol: Tensor | _float | None = None,
    hermitian: _bool = False,
    *,
    atol: Tensor | _float | None = None,
    rtol: Tensor | _float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """How many singular values are greater than max(atol, rtol * the largest)."""
def multi_dot(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The product of all matrices, in the order of least work."""
def norm(
    A: Tensor,
    ord: Tensor | _int | Sequence[_int] | Sequence[Tensor] = None,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """A norm of vectors for one dimension, of matrices for two; the root of the sum of squares if ord is None."""
def pinv(
    A: Tensor,
    rcond: Tensor | _float | None = None,
    hermitian: _bool = False,
    *,
    atol: Tensor | _float | None = None,
    rtol: Tensor | _float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The pseudo-inverse: singular values up to max(atol, rtol * the largest) count as zero."""
def qr(A: Tensor, mode: str | None = "reduced", *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> QAndR:
    """Q with orthonormal columns and upper triangular R of A = Q R; mode 'reduced', 'complete', or 'r' for R alone."""
def slogdet(A: Tensor, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> SignAndLogabsdet:
    """The sign of the determinant, and the logarithm of its absolute value."""
def solve(A: Tensor, B: Tensor, *, left: _bool = True, out: Tensor | None = None) -> Tensor:
    """X of A X = B, or of X A = B; B are matrices, or vectors."""
def solve_ex(
    A: Tensor,
    B: Tensor,
    *,
    left: _bool = True,
    check_errors: _bool = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ResultAndInfo:
    """X of A X = B, and for each matrix 0 or the diagonal element that is zero, counted from 1."""
def solve_triangular(
    A: Tensor,
    B: Tensor,
    *,
    upper: _bool,
    left: _bool = True,
    unitriangular: _bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """X of A X = B, or of X A = B, for triangular A."""
def svd(
    A: Tensor,
    full_matrices: _bool = True,
    *,
    driver: str | None = None,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> UAndSAndVh:
    """U, the singular values in falling order, and V.T of A = U diag(S) V.T."""
def svdvals(A: Tensor, *, driver: str | None = None, out: Tensor | None = None) -> Tensor:
    """The singular values of matrices, in falling order."""
def tensorinv(A: Tensor, ind: _int = 2, *, out: Tensor | None = None) -> Tensor:
    """The inverse of a tensor as a map from its last dimensions to its first ind."""
def tensorsolve(
    A: Tensor,
    B: Tensor,
    dims: _int | Sequence[_int] | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """X for which tensordot(A, X, X.dim()) is B."""
def vander(x: Tensor, *, N: _int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each element along a new last dimension."""
def vecdot(x: Tensor, y: Tensor, *, dim: _int = -1, out: Tensor | None = None) -> Tensor:
    """The sums along dim of the products of the elements of two tensors, which are broadcast."""
def vector_norm(
    x: Tensor,
    ord: _float = 2,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum of |x| to the power of ord, to the power of 1 / ord."""
