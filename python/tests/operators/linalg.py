"""Rows: linear algebra. Systems of equations, inverses, determinants, triangles.

Matrices that are not too near to singular ones are given, not drawn: an error in them would grow with the condition.
"""

import numpy as np

from .harness import E, FLOATS, Row, S, T, V, nan

PLAIN = ("transposed", "strided")  # an expanded matrix has equal rows: it is singular
TOLERANCE = (1e-5, 3e-14)
generator = np.random.default_rng(3)


def M(*shape, shift=3.0):
    """Matrices with a strong diagonal."""
    return V((generator.uniform(-1, 1, shape) + shift * np.eye(*shape[-2:])).round(3).tolist()) if 0 not in shape else T(*shape)


def SPD(*shape):
    """Symmetric positive-definite ones."""
    a = generator.uniform(-1, 1, shape)
    return V((a @ np.swapaxes(a, -1, -2) + np.eye(shape[-1])).round(3).tolist())


def G(*shape):
    """Any numbers, given."""
    return V(generator.uniform(-2, 2, shape).round(3).tolist())


def symmetric(x):
    return (x + x.transpose(-1, -2)) * 0.5 if x.is_floating_point() else x


def square_errors(name, *rest, **options):
    """What every operator on square matrices refuses."""
    return [
        E(RuntimeError, name + r": expected square matrices, but they are 2 by 3 matrices", T(2, 3), *rest, **options),
        E(RuntimeError, name + r": expected a tensor of at least 2 dimensions, got shape \[3\]", T(3), *rest, **options),
        E(RuntimeError, name + r": expected a tensor of at least 2 dimensions, got shape \[\]", T(), *rest, **options),
        E(RuntimeError, name + r": expected a floating point tensor, got int64", T(2, 2, dtype="int64"), *rest, **options),
        E(TypeError, r"must be Tensor, not float", 1.0, *rest, **options),
    ]


def row(name, reference, samples, **options):
    """float32 and float64, errors relative to the largest element."""
    values = {"dtypes": FLOATS, "tolerance": TOLERANCE, "relative": "array", "gradients": "all", "gradient_layouts": PLAIN, "reduced": False}
    values.update(options)
    for sample in samples:
        # Empty ones of integers PyTorch lets pass.
        if any(0 in a.shape for a in sample.args if hasattr(a, "shape")):
            sample.dtypes = FLOATS
    return Row(name, reference, samples, **values)


SINGULAR = V([[1.0, 2.0], [2.0, 4.0]])
ZERO = T(2, 2, low=0, high=0)

ADJOINT = Row(
    "adjoint", lambda x: np.swapaxes(x, -1, -2), [S(T(2, 3)), S(T(2, 3, 4)), S(T(0, 3)), S(T(1, 2, 0))], gradients="all", raw=True,
    errors=[E(RuntimeError, r"adjoint: expected at least 2 dimensions, got shape \[3\]", T(3)),
            E(TypeError, r"adjoint\(\): argument 'input' must be Tensor", 1)],
)

DIAGONAL = Row(
    "linalg_diagonal", lambda x, offset=0, dim1=-2, dim2=-1: np.diagonal(x, offset, dim1, dim2),
    [S(T(3, 3)), S(T(2, 4)), S(T(2, 3, 4)), S(T(2, 3, 4), offset=1), S(T(2, 3, 4), offset=-2), S(T(2, 3, 4), offset=9),
     S(T(2, 3, 4), offset=1, dim1=0, dim2=2), S(T(2, 3, 4), dim1=2, dim2=0), S(T(0, 3)), S(T(2, 0, 3))],
    gradients="all", raw=True,
    errors=[E(RuntimeError, r"linalg.diagonal: diagonal dimensions cannot be identical: 1, -1", T(2, 3), dim1=1),
            E(IndexError, r"diagonal: dimension -2 is out of range", T(3)), E(TypeError, r"must be Tensor", 1)],
)

INV = row("inv", np.linalg.inv, [S(M(3, 3), layouts=False), S(M(2, 3, 3)), S(M(2, 1, 2, 2)), S(M(1, 1)), S(T(0, 0)), S(T(0, 3, 3)), S(T(2, 0, 0))],
          errors=square_errors("linalg.inv") + [E(RuntimeError, r"linalg.inv: The diagonal element 1 is zero, the inversion could not be completed", ZERO),
                                                E(RuntimeError, r"linalg.inv: The diagonal element 2 is zero", SINGULAR)])


def with_info(function):
    def reference(*args, check_errors=False, **options):
        return function(*args, **options), np.zeros(args[0].shape[:-2])
    return reference


INV_EX = row("inv_ex", with_info(np.linalg.inv), [S(M(3, 3), layouts=False), S(M(2, 3, 3)), S(M(2, 2), layouts=False, check_errors=True), S(T(0, 3, 3))],
             errors=square_errors("linalg.inv_ex") + [E(RuntimeError, r"linalg.inv_ex: .*singular", ZERO, check_errors=True)])


def solve(a, b, left=True):
    if not left:
        return np.swapaxes(solve(np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)), -1, -2)
    if b.ndim == 1 or b.shape == a.shape[:-1]:
        return np.linalg.solve(a, b[..., None])[..., 0]
    return np.linalg.solve(a, b)


SOLVE_SAMPLES = [
    S(M(3, 3), G(3, 2), layouts=False), S(M(3, 3), G(3), layouts=False), S(M(2, 3, 3), G(2, 3, 2)), S(M(2, 3, 3), G(2, 3)), S(M(2, 3, 3), G(3, 2)),
    S(M(3, 3), G(2, 3, 2), layouts=False), S(M(2, 1, 2, 2), G(3, 2, 4)), S(M(3, 3), G(2, 3), left=False, layouts=False), S(M(2, 3, 3), G(2, 4, 3), left=False),
    S(M(1, 1), G(1, 1)), S(T(0, 0), T(0, 2)), S(T(0, 3, 3), T(0, 3, 2)), S(M(2, 2), T(2, 0), layouts=False),
]


def solve_errors(name, **options):
    return square_errors(name, T(2, 2), **options) + [
        E(RuntimeError, name + r": shapes do not fit A X = B: A \[2, 2\], B \[3, 3\]", T(2, 2), T(3, 3), **options),
        E(RuntimeError, name + r": shapes do not fit X A = B: A \[2, 2\], B \[3, 3\]", T(2, 2), T(3, 3), left=False, **options),
        E(RuntimeError, name + r": expected A and B of one dtype, got float32 and float64", T(2, 2), T(2, 2, dtype="float64"), **options),
        E(RuntimeError, name + r": .*cannot be broadcast", T(2, 2, 2), T(3, 2, 2), **options),
        E(RuntimeError, name + r": expected .* at least 2 dimensions, got shape \[\]", T(2, 2), T(), **options),
    ]


SOLVE = row("solve", solve, SOLVE_SAMPLES, errors=solve_errors("linalg.solve") + [
    E(RuntimeError, r"linalg.solve: The solver failed because the input matrix is singular", SINGULAR, T(2, 1)),
    E(RuntimeError, r"linalg.solve: vectors are not offered on the left", T(2, 2), T(2), left=False)])
SOLVE_EX = row("solve_ex", lambda a, b, left=True, check_errors=False: (solve(a, b, left), np.zeros(a.shape[:-2])), SOLVE_SAMPLES[:4] + SOLVE_SAMPLES[-2:-1],
               errors=solve_errors("linalg.solve_ex") + [E(RuntimeError, r"linalg.solve_ex: .*singular", ZERO, T(2, 1), check_errors=True)])


def triangle(a, upper, unit):
    a = np.triu(a) if upper else np.tril(a)
    return a * (1 - np.eye(a.shape[-1])) + np.eye(a.shape[-1]) if unit else a


def solve_triangular(a, b, upper, left=True, unitriangular=False):
    return solve(np.broadcast_to(triangle(a, upper, unitriangular), np.broadcast_shapes(a.shape[:-2], b.shape[:-2]) + a.shape[-2:]), b, left)


SOLVE_TRIANGULAR = row(
    "solve_triangular", solve_triangular,
    [S(M(3, 3), G(3, 2), layouts=False, upper=upper, left=left, unitriangular=unit) if left else S(M(3, 3), G(2, 3), layouts=False, upper=upper, left=left, unitriangular=unit)
     for upper in (True, False) for left in (True, False) for unit in (True, False)]
    + [S(M(2, 3, 3), G(2, 3, 2), upper=True), S(M(2, 3, 3), G(3, 2), upper=False), S(M(2, 2), G(3, 2, 2), layouts=False, upper=True), S(T(0, 0), T(0, 2), upper=True),
       S(T(0, 3, 3), T(0, 3, 2), upper=True), S(M(2, 2), T(2, 0), layouts=False, upper=False)],
    errors=square_errors("linalg.solve_triangular", T(2, 2), upper=True) + [
        E(RuntimeError, r"solve_triangular: shapes do not fit A X = B: A \[2, 2\], B \[3, 2\]", T(2, 2), T(3, 2), upper=True),
        E(RuntimeError, r"solve_triangular: shapes do not fit X A = B: A \[2, 2\], B \[2, 3\]", T(2, 2), T(2, 3), upper=True, left=False),
        E(RuntimeError, r"solve_triangular: expected a tensor of at least 2 dimensions, got shape \[2\]", T(2, 2), T(2), upper=True),
        E(RuntimeError, r"solve_triangular: expected A and B of one dtype", T(2, 2), T(2, 2, dtype="float64"), upper=True),
        E(TypeError, r"missing 1 required keyword-only argument: 'upper'", T(2, 2), T(2, 2))])


def triangular_solve(b, a, upper=True, transpose=False, unitriangular=False):
    t = triangle(a, upper, unitriangular)
    return np.linalg.solve(np.swapaxes(t, -1, -2) if transpose else t, b), a


TRIANGULAR_SOLVE = row(
    "triangular_solve", triangular_solve,
    [S(G(3, 2), M(3, 3), layouts=False), S(G(3, 2), M(3, 3), False, layouts=False), S(G(2, 3, 2), M(2, 3, 3), transpose=True),
     S(G(2, 3, 2), M(2, 3, 3), upper=False, transpose=True, unitriangular=True), S(T(0, 2), T(0, 0))],
    errors=[E(RuntimeError, r"shapes do not fit", T(3, 2), T(2, 2)), E(RuntimeError, r"expected square matrices", T(2, 2), T(2, 3)),
            E(TypeError, r"must be Tensor", T(2, 2), 1)])

DET_SAMPLES = [S(M(3, 3), layouts=False), S(M(2, 3, 3)), S(M(1, 1)), S(M(2, 1, 2, 2)), S(G(4, 4), layouts=False), S(T(0, 0)), S(T(0, 3, 3)), S(T(2, 0, 0))]
DET = row("det", np.linalg.det, DET_SAMPLES + [S(SINGULAR, layouts=False, gradient=False), S(ZERO, layouts=False, gradient=False)],
          tolerance=(1e-5, 1e-13), errors=square_errors("linalg.det"))


def slogdet(lib, operator, x):
    sign, logarithm = operator(x)
    return sign * logarithm.exp(), logarithm


SLOGDET = row("slogdet", lambda x: (np.linalg.det(x), np.linalg.slogdet(x)[1]), DET_SAMPLES, through=slogdet, tolerance=(1e-5, 1e-13),
              errors=square_errors("linalg.slogdet"))
LOGDET = row("logdet", lambda x: np.where(np.linalg.det(x) < 0, nan, np.linalg.slogdet(x)[1]),
             DET_SAMPLES[:4] + DET_SAMPLES[5:] + [S(ZERO, layouts=False, gradient=False), S(V([[1.0, 2.0], [2.0, 1.0]]), layouts=False, gradient=False)],
             tolerance=(1e-5, 1e-13), errors=square_errors("logdet"))


def cholesky(a, upper=False):
    factor = np.linalg.cholesky((a + np.swapaxes(a, -1, -2)) / 2)
    return np.swapaxes(factor, -1, -2) if upper else factor


def of_symmetric(lib, operator, x, *args, **options):
    """One triangle is read: a step in it alone would be another matrix."""
    return operator(symmetric(x), *args, **options)


CHOLESKY_SAMPLES = [S(SPD(3, 3), layouts=False), S(SPD(2, 3, 3)), S(SPD(2, 3, 3), upper=True), S(SPD(1, 1)), S(T(0, 0)), S(T(0, 3, 3)), S(SPD(2, 2, 2, 2))]
NOT_POSITIVE = r"The factorization could not be completed because the input is not positive-definite \(the leading minor of order 1 is not positive-definite\)"


def cholesky_row(name, spelling, samples=(), **options):
    return row(name, cholesky, CHOLESKY_SAMPLES + list(samples), through=of_symmetric,
               errors=square_errors(spelling) + [E(RuntimeError, spelling + ": " + NOT_POSITIVE, ZERO)], **options)


CHOLESKY = cholesky_row("cholesky", "cholesky", [S(SPD(2, 2, 2), True)])
LINALG_CHOLESKY = cholesky_row("linalg_cholesky", "linalg.cholesky")
CHOLESKY_EX = row("cholesky_ex", lambda a, upper=False, check_errors=False: (cholesky(a, upper), np.zeros(a.shape[:-2])), CHOLESKY_SAMPLES, through=of_symmetric,
                  errors=square_errors("linalg.cholesky_ex") + [E(RuntimeError, r"linalg.cholesky_ex: " + NOT_POSITIVE, ZERO, check_errors=True)])


def cholesky_solve(b, factor, upper=False):
    l = triangle(np.swapaxes(factor, -1, -2) if upper else factor, False, False)
    return np.linalg.solve(l @ np.swapaxes(l, -1, -2), b)


CHOLESKY_SOLVE = row(
    "cholesky_solve", cholesky_solve,
    [S(G(3, 2), M(3, 3), layouts=False), S(G(3, 2), M(3, 3), True, layouts=False), S(G(2, 3, 2), M(2, 3, 3)), S(G(2, 3, 2), M(3, 3), layouts=False), S(T(0, 2), T(0, 0)),
     S(T(0, 3, 2), T(0, 3, 3))],
    errors=[E(RuntimeError, r"cholesky_solve: expected matrices of 2 rows and float32, got float32 of shape \[3, 1\]", T(3, 1), T(2, 2)),
            E(RuntimeError, r"cholesky_solve: expected a tensor of at least 2 dimensions, got shape \[2\]", T(2), T(2, 2)),
            E(RuntimeError, r"cholesky_solve: expected square matrices", T(2, 2), T(2, 3)),
            E(RuntimeError, r"cholesky_solve: expected matrices of 2 rows and float64, got float32", T(2, 2), T(2, 2, dtype="float64")),
            E(TypeError, r"must be Tensor", T(2, 2), 1)])
CHOLESKY_INVERSE = row(
    "cholesky_inverse", lambda l, upper=False: cholesky_solve(np.broadcast_to(np.eye(l.shape[-1]), l.shape), l, upper),
    [S(M(3, 3), layouts=False), S(M(3, 3), True, layouts=False), S(M(2, 3, 3)), S(T(0, 0)), S(T(0, 3, 3))], tolerance=(2e-5, 1e-13),
    errors=square_errors("cholesky_inverse") + [E(RuntimeError, r"cholesky_inverse: The diagonal element 1 is zero, the inversion could not", ZERO)])

ROWS = [ADJOINT, DIAGONAL, INV, INV_EX, SOLVE, SOLVE_EX, SOLVE_TRIANGULAR, TRIANGULAR_SOLVE, DET, SLOGDET, LOGDET, CHOLESKY, LINALG_CHOLESKY, CHOLESKY_EX,
        CHOLESKY_SOLVE, CHOLESKY_INVERSE]
