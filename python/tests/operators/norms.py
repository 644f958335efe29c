"""Rows: norms of vectors and matrices, and what is made of them."""

import numpy as np

from .harness import E, FLOATS, DT, Row, S, T, V, inf, nan
from .reductions import DIMS, EMPTY, LONG, SPECIAL, axes, dim_errors


def vector_norm(x, ord=2, dim=None, keepdim=False, dtype=None):
    a, along = np.abs(x), axes(x, dim)
    if ord == inf:
        return np.max(a, along, keepdims=keepdim)
    if ord == -inf:
        return np.min(a, along, keepdims=keepdim)
    if ord == 0:
        return np.sum(a != 0, along, keepdims=keepdim).astype(np.float64)
    return np.sum(a ** ord, along, keepdims=keepdim) ** (1 / ord)


def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, dtype=None):
    row, column = (d % A.ndim for d in dim)
    if ord == "fro":
        return vector_norm(A, 2, (row, column), keepdim)
    if ord in ("nuc", 2, -2):
        values = np.linalg.svd(np.moveaxis(A, (row, column), (-2, -1)), compute_uv=False)
        found = {"nuc": np.sum, 2: np.max, -2: np.min}[ord](values, -1, **({"initial": 0} if ord == 2 else {}))
        return np.expand_dims(found, (row, column)) if keepdim else found
    inner, outer = (row, column) if abs(ord) == 1 else (column, row)
    sums = np.sum(np.abs(A), inner, keepdims=True)
    found = (np.min(sums, outer, keepdims=True) if ord < 0 else np.max(sums, outer, keepdims=True, initial=0))
    return found if keepdim else np.squeeze(found, (row, column))


def norm(A, ord=None, dim=None, keepdim=False, dtype=None):
    dim = (dim,) if isinstance(dim, int) else dim
    if ord is None or (not isinstance(ord, str) and len(dim or A.shape) == 1):
        return vector_norm(A, ord or (2 if ord is None else 0), dim, keepdim)
    return matrix_norm(A, ord, dim or (-2, -1), keepdim)


def older_norm(x, p="fro", dim=None, keepdim=False, dtype=None):
    if p == "nuc":
        return matrix_norm(x, p, dim or (0, 1), keepdim)
    return vector_norm(x, 2 if p in (None, "fro") else p, dim, keepdim)


def dist(x, other, p=2):
    return vector_norm(x - other, p)


def renorm(x, p, dim, maxnorm):
    others = tuple(i for i in range(x.ndim) if i != dim % x.ndim)
    norms = vector_norm(x, p, others, True)
    return x * np.where(norms > maxnorm, maxnorm / (norms + 1e-7), 1)


def after(order, samples):
    """Samples of a reduction with an order after the tensor."""
    return [S(s.args[0], order, *s.args[1:], dtypes=s.dtypes, gradient=s.gradient, **s.kwargs) for s in samples]


def moved(errors):
    return [E(e.exception, e.message, e.args[0], 2, *e.args[1:], **e.kwargs) for e in errors]


ORDERS = (0, 1, 3, 2.5, 1.5, 0.5, -1, -2.5, inf, -inf)
SIGNED = [S(T(2, 3, 4, low=0.5, high=4), dtypes=FLOATS), S(T(2, 3, 4, low=-4, high=-0.5), 1, dtypes=FLOATS)]
# Singular values are not there for 16-bit floats; float32 is in test_reductions.py.
WIDE = ("float64",)
FULL = DIMS + EMPTY + LONG + SPECIAL
VECTORS = [sample for order in ORDERS for sample in after(order, SIGNED)]
ZEROS = [S(V([[0.0, 0.0], [0.0, 3.0]]), order, 1, gradient=False) for order in (0, 1, 2, 3, 0.5, inf, -inf)]
NARROW = E(RuntimeError, r"float64 should be convertible without narrowing to float32", T(2, dtype="float64"), dtype=DT("float32"))


def type_errors(name):
    return [E(RuntimeError, rf"{name}: expected a floating point tensor, got int64", T(2, 2, dtype="int64")),
            E(RuntimeError, rf"{name}: dtype should be floating point, got int32", T(2, 2), dtype=DT("int32")),
            E(NARROW.exception, name + ": " + NARROW.message, T(2, 2, dtype="float64"), dtype=DT("float32"))]


def norm_row(name, reference, samples, errors, **options):
    options = {"relative": "element", **options}
    return Row(name, reference, samples, dtypes=FLOATS, tolerance=(1e-6, 4e-15), gradients="all",
               gradient_layouts=("transposed", "strided"),  # the extremes of an expanded input are shared
               errors=errors, **options)


ROWS = [
    norm_row("vector_norm", vector_norm, after(2, FULL) + VECTORS + ZEROS + [
            S(T(2, 3)), S(T(2, 3), dtype=DT("float64")), S(T(0, 3), inf, 1), S(T(0, 3), 0, 0), S(T(), 3), S(T(), inf, 0),
            S(V([nan, 1.0, inf]), 1, gradient=False), S(V([nan, 1.0, inf]), 3, gradient=False), S(V([nan, 1.0, inf]), inf, gradient=False)],
        moved(dim_errors("vector_norm")[3:5]) + type_errors(r"linalg\.vector_norm") + [
            E(IndexError, r"linalg\.vector_norm: dimension 2 is out of range", T(2, 3), 2, 2),
            E(RuntimeError, r"linalg\.vector_norm: the norm of order inf of no elements", T(0), inf),
            E(RuntimeError, r"linalg\.vector_norm: the norm of order -1.0 of no elements", T(0, 3), -1, 0),
            E(TypeError, r"vector_norm\(\): argument 'ord' must be float, not str", T(2), "fro")],
        call=lambda lib, *args, **kwargs: lib.linalg.vector_norm(*args, **kwargs)),
    norm_row("matrix_norm", matrix_norm, [S(T(3, 4)), S(T(2, 3, 4)), S(T(2, 3, 4), keepdim=True), S(T(2, 3), dtype=DT("float64"))] + [
            sample for order in (1, -1, inf, -inf, "fro") for sample in (
                S(T(3, 4), order), S(T(2, 3, 4), order, (0, 2)), S(T(2, 3, 4), order, (2, 0), True), S(T(0, 3, 2), order, gradient=False))] + [
            # An expanded matrix has singular values of 0, which differ by rounding.
            S(T(3, 4), 2, dtypes=WIDE), S(T(3, 4), -2, dtypes=WIDE, layouts=False, gradient=False), S(T(3, 4), "nuc", dtypes=WIDE),
            S(T(2, 3, 4), 2, (0, 2), dtypes=WIDE), S(T(2, 3, 4), "nuc", (2, 0), True, dtypes=WIDE), S(T(0, 3), 2, gradient=False, dtypes=WIDE),
            S(T(3, 0), "nuc", gradient=False, dtypes=WIDE), S(T(2, 3, 0), -2, (0, 1), True, gradient=False, dtypes=WIDE),
            S(T(0, 3), 1, gradient=False), S(T(3, 0), inf, gradient=False), S(T(3, 0), 1, gradient=False), S(T(0, 3), gradient=False),
            S(V([[nan, 1.0], [inf, 0.0]]), 1, gradient=False)],
        type_errors(r"linalg\.matrix_norm") + [
            E(RuntimeError, r"linalg\.matrix_norm: expected at least 2 dimensions, got shape \[3\]", T(3)),
            E(RuntimeError, r"linalg\.matrix_norm: expected at least 2 dimensions, got shape \[\]", T()),
            E(RuntimeError, r"linalg\.matrix_norm: order 3.0 is not supported", T(2, 2), 3),
            E(RuntimeError, r"matrix_norm: order abc is not supported", T(2, 2), "abc"),
            E(RuntimeError, r"linalg\.matrix_norm: dims must be different", T(2, 2), 1, (0, -2)),
            E(RuntimeError, r"linalg\.matrix_norm: dim must name 2 dimensions", T(2, 2), 1, (0,)),
            E(IndexError, r"linalg\.matrix_norm: dimension 2 is out of range", T(2, 2), 1, (0, 2)),
            E(IndexError, r"amin: expected reduction dim", T(3, 0), -1),
            E(TypeError, r"matrix_norm: argument 2 must be a number or a string", T(2, 2), [1])],
        call=lambda lib, *args, **kwargs: lib.linalg.matrix_norm(*args, **kwargs)),
    norm_row("linalg_norm", norm, [
            S(T(2, 3)), S(T(2, 3, 4)), S(T(5)), S(T()), S(T(0, 3)), S(T(2, 3), None, 0, True), S(T(2, 3, 4), None, (0, 1)), S(T(5), 3), S(T(5), 0),
            S(T(5), inf), S(T(2, 3), 1), S(T(2, 3), -inf), S(T(2, 3), "fro"), S(T(2, 3), 2, dtypes=WIDE), S(T(2, 3), "nuc", dtypes=WIDE), S(T(2, 3, 4), 1, 0), S(T(2, 3, 4), 1, (0, 1)),
            S(T(2, 3, 4), "fro", dim=(1, 2), keepdim=True), S(T(2, 3), 1, dtype=DT("float64"))],
        type_errors(r"linalg\.norm") + [
            E(RuntimeError, r"linalg\.norm: if dim is not specified but ord is", T(2, 2, 2), 2),
            E(RuntimeError, r"linalg\.norm: if dim is not specified but ord is", T(), 1),
            E(RuntimeError, r"linalg\.norm: if dim is specified, it must be of length 1 or 2", T(2, 2, 2), dim=(0, 1, 2)),
            E(RuntimeError, r"linalg\.matrix_norm: order 0.0 is not supported", T(2, 2), 0),
            E(RuntimeError, r"linalg_norm: order abc is not supported", T(2, 2), "abc"),
            E(RuntimeError, r"linalg\.matrix_norm: dim must name 2 dimensions", T(2, 2), "fro", 0)],
        call=lambda lib, *args, **kwargs: lib.linalg.norm(*args, **kwargs)),
    norm_row("norm", older_norm, after(2, DIMS + EMPTY + SPECIAL) + after(1, SIGNED) + after(3, SIGNED) + after(inf, SIGNED) + [
            S(T(2, 3)), S(T(2, 3), None), S(T(2, 3), "fro", 0), S(T(2, 3), "nuc", dtypes=WIDE), S(T(2, 3, 4), "nuc", (0, 2), True, dtypes=WIDE), S(T(2, 3), "fro", (0, 1), True), S(T(2, 3), dim=1), S(T(2, 3), dtype=DT("float64"))],
        type_errors("norm") + moved(dim_errors("norm")[:5]) + [
            E(RuntimeError, r"norm: order abc is not supported", T(2), "abc"),
            E(RuntimeError, r"norm: the norm of order inf of no elements", T(0), inf),
            E(RuntimeError, r"linalg\.matrix_norm: dim must name 2 dimensions", T(2, 2, 2), "fro", (0, 1, 2))]),
    norm_row("dist", dist, [
            S(T(2, 3), T(2, 3)), S(T(2, 3), T(3)), S(T(2, 3), T(2, 3), 1), S(T(2, 3), T(2, 1), 3), S(T(2, 3), T(2, 3), inf), S(T(2, 3), T(2, 3), p=0),
            S(T(), T()), S(T(0, 3), T(3), gradient=False), S(T(0), T(0), 0, gradient=False)],
        [E(RuntimeError, r"dist: shapes \[2\] and \[3\]", T(2), T(3)), E(TypeError, r"dist\(\): argument 'other'", T(2), 1.0),
         E(RuntimeError, r"dist: expected a floating point tensor", T(2, dtype="int64"), T(2, dtype="int64")),
         E(NotImplementedError, r"dist: not defined for bool", T(2, dtype="bool"), T(2)),
         E(RuntimeError, r"dist: the norm of order inf of no elements", T(0), T(0), inf)]),
    norm_row("renorm", renorm, [
            S(T(3, 4), 2, 0, 5), S(T(3, 4), 2, 1, 1.5), S(T(2, 3, 4), 1, -1, 4), S(T(3, 4), inf, 0, 2), S(T(3, 4), 3, 0, 0.5), S(T(2, 3), 2, 0, 100.0),
            S(T(0, 3), 2, 0, 1), S(T(2, 0), 2, 0, 1, gradient=False), S(T(3, 4), p=2, dim=0, maxnorm=0.0, gradient=False)],
        [E(RuntimeError, r"renorm: expected a positive order, got 0.0", T(2, 2), 0, 0, 1), E(RuntimeError, r"renorm: expected maxnorm to be >= 0", T(2, 2), 2, 0, -1),
         E(RuntimeError, r"renorm: expected at least 2 dimensions, got shape \[2\]", T(2), 2, 0, 1), E(RuntimeError, r"renorm: expected at least 2", T(), 2, 0, 1),
         E(IndexError, r"renorm: dimension 2 is out of range", T(2, 2), 2, 2, 1),
         E(RuntimeError, r"renorm: expected a floating point tensor", T(2, 2, dtype="int64"), 2, 0, 1)]),
]
