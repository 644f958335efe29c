"""Rows: reductions. `dim` is an integer, several, or None for all."""

from dataclasses import replace

import numpy as np

from .harness import E, FLOATS, INTEGERS, NUMBERS, DT, Row, S, T, V, inf, nan

DIMS = [
    S(T(2, 3, 4)), S(T(2, 3, 4), 1), S(T(2, 3, 4), -1), S(T(2, 3, 4), 0, True), S(T(2, 3, 4), (0, 2)),
    S(T(2, 3, 4), dim=(-1, 0), keepdim=True), S(T(5)), S(T(5), 0), S(T()), S(T(), 0), S(T(2, 3), None, True),
    S(T(3, 1, 4), 1), S(T(2, 3, 2, 2), (1, 2)),
]
EMPTY = [S(T(0, 3)), S(T(0, 3), 0), S(T(0, 3), 1), S(T(2, 0), (0, 1), True), S(T(3, 0), -1)]
# Long enough for kernels that work on several elements at once and for sums by parts; along rows, columns, all.
LONG = [S(T(37, 131), dim, gradient=False) for dim in (0, 1, (0, 1))] + [S(T(3, 5, 64), 1, gradient=False)]
SPECIAL = [S(V([[nan, 1.0, 2.0], [inf, 1.0, -inf], [inf, 0.0, 3.0]]), dim, dtypes=FLOATS, gradient=False) for dim in (0, 1)]
EXTREMES = [S(T(2, 3, values="extremes"), 1, dtypes=INTEGERS), S(T(2, 3, values="extremes"), dtypes=INTEGERS)]


def dim_errors(name, several=True):
    return [
        E(IndexError, rf"{name}: dimension 2 is out of range: expected -2 to 1", T(2, 3), 2),
        E(IndexError, rf"{name}: dimension -3 is out of range", T(2, 3), -3),
        E(IndexError, rf"{name}: dimension 1 is out of range", T(), 1),
        E(TypeError, rf"{name}\(\): argument 'dim' must be", T(2, 3), "a"),
        E(TypeError, rf"{name}\(\): argument 'dim' must be", T(2, 3), 1.5),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1, 2]),
        E(TypeError, rf"{name}\(\): argument 'keepdim' must be bool, not int", T(2, 3), 0, 1),
    ] + ([E(RuntimeError, rf"{name}: dimension -2 appears more than once in \[0, -2\]", T(2, 3), (0, -2))] if several else [
        E(TypeError, rf"{name}\(\): argument 'dim' must be", T(2, 3), (0, 1))])


def axes(x, dim):
    return None if dim is None or dim == () else dim if x.ndim else None


def total(x, dim=None, keepdim=False, dtype=None):
    if dtype is not None:
        x = x.astype(dtype.name)
        x = x.astype(np.float64 if x.dtype.kind == "f" else np.int64)
    return np.sum(x, axes(x, dim), keepdims=keepdim)


def mean(x, dim=None, keepdim=False, dtype=None):
    result = np.sum(np.asarray(x, np.float64), axes(x, dim), keepdims=keepdim)
    count = np.sum(np.ones(x.shape), axes(x, dim), keepdims=keepdim)
    return result / count


def folding(function):
    return lambda x, dim=None, keepdim=False: function(x, axes(x, dim), keepdims=keepdim)


def along(function, position):
    """(values, indices) with a dim, the values alone without."""

    def reference(x, dim=None, keepdim=False):
        if dim is None:
            return function(x)
        return function(x, axes(x, dim), keepdims=keepdim), position(x, dim, keepdim)

    return reference


def index_of(function):
    def position(x, dim=None, keepdim=False):
        if x.ndim == 0:
            return np.array(0)
        return function(x, dim, keepdims=keepdim)

    return position


argmax, argmin = index_of(np.argmax), index_of(np.argmin)

# One dim or none. Without ties but in the rows that ask for them: which of equal ones a sorted order would name differs.
ONE_DIM = [
    S(T(2, 3, 4, low=-90, high=90)), S(T(2, 3, 4, low=-90, high=90), 1), S(T(2, 3, 4, low=-90, high=90), -1, True), S(T(5), 0),
    S(T()), S(T(), 0), S(T(1, 3), 0), S(T(0, 3), 1), S(V([[3.0, 1.0, 3.0], [2.0, 5.0, 2.0]]), 1, gradient=False),
    S(V([[3.0, 1.0, 3.0], [2.0, 5.0, 2.0]]), 0), S(T(37, 131), 0, gradient=False), S(T(37, 131), 1, gradient=False),
]
TRUTHS = DIMS + EMPTY + LONG + SPECIAL + [S(T(2, 3), ())]


def truth(function):
    def reference(x, dim=None, keepdim=False):
        return x != 0 if dim == () else function(x != 0, axes(x, dim), keepdims=keepdim)

    return reference


def product(x, dim=None, keepdim=False, dtype=None):
    if dtype is not None:
        x = x.astype(dtype.name)
        x = x.astype(np.float64 if x.dtype.kind == "f" else np.int64)
    return np.prod(x, axes(x, dim), keepdims=keepdim)


def nansum(x, dim=None, keepdim=False, dtype=None):
    return total(np.where(np.isnan(x), 0, x), dim, keepdim, dtype)


def nanmean(x, dim=None, keepdim=False, dtype=None):
    count = np.sum(~np.isnan(x), axes(x, dim), keepdims=keepdim)
    return nansum(x, dim, keepdim) / count


def logsumexp(x, dim, keepdim=False):
    x = np.asarray(x, np.float64)
    largest = np.max(x, axes(x, dim), keepdims=True, initial=-inf)
    shift = np.where(np.isfinite(largest), largest, 0)
    sums = np.sum(np.exp(x - shift), axes(x, dim), keepdims=True)
    result = np.log(sums) + shift
    return result if keepdim else np.squeeze(result, axes(x, dim) if x.ndim else ())


def sum_to_size(x, *size):
    size = size[0] if size and isinstance(size[0], tuple) else size
    shift = x.ndim - len(size)
    kept = np.sum(x, tuple(range(shift)))
    return np.sum(kept, tuple(i for i, n in enumerate(size) if n == 1), keepdims=True)


def extreme_row(name, function, **options):
    return Row(
        name, folding(function), DIMS + LONG + SPECIAL + [S(T(0, 3), 1), S(T(2, 3), ())], gradients="all",
        gradient_layouts=("transposed", "strided"),  # an expanded input has ties
        errors=dim_errors(name) + [E(IndexError, rf"{name}: expected reduction dim 0 .*\[0, 3\]", T(0, 3), 0),
                                   E(RuntimeError, rf"{name}: expected reduction dims to be named .*\[0, 3\]", T(0, 3))],
        **options)


def pair_row(name, function, position):
    return Row(
        name, along(function, position), ONE_DIM + SPECIAL, gradients="all", gradient_layouts=("transposed", "strided"),
        errors=dim_errors(name, several=False) + [
            E(IndexError, rf"{name}: expected reduction dim 0 .*\[0, 3\]", T(0, 3), 0),
            E(RuntimeError, rf"maximum|minimum: .*\[2\] and \[3\]", T(2), T(3)),
            E(TypeError, rf"{name}imum\(\) got multiple values for argument 'other'", T(2), T(2), other=1),
        ])


def position_row(name, position):
    return Row(
        name, position, ONE_DIM + SPECIAL, dtypes=NUMBERS,
        errors=dim_errors(name, several=False) + [
            E(IndexError, rf"{name}: expected reduction dim 0 .*\[0, 3\]", T(0, 3), 0),
            E(IndexError, rf"{name}: .*\[0\]", T(0)),
            E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool")),
        ])


ROWS = [
    Row("sum", total, DIMS + EMPTY + LONG + SPECIAL + EXTREMES + [
            S(T(2, 3), ()), S(T(2, 3), 1, dtype=DT("float64")), S(T(2, 3), dtype=DT("float32"), gradient=False),
            S(T(2, 3), 0, dtype=DT("int32"), gradient=False), S(T(2, 3, low=90, high=120), 0, dtype=DT("int8"), gradient=False, dtypes=INTEGERS)],
        tolerance=(3e-7, 1e-15), relative="array", gradients="all",
        errors=dim_errors("sum") + [E(TypeError, r"sum\(\): argument 'dtype' must be", T(2), dtype="float32")]),
    Row("mean", mean, [
            replace(s, dtypes=FLOATS, gradient=s.gradient and s not in EMPTY) for s in DIMS + EMPTY + LONG + SPECIAL] + [
            S(T(2, 3), 1, dtype=DT("float64")), S(T(2, 3), dtype=DT("float32"))],
        tolerance=(3e-7, 1e-15), relative="array", gradients="all",
        errors=dim_errors("mean") + [E(RuntimeError, r"mean: the dtype must be floating point, got int64", T(2, dtype="int64"))]),
    extreme_row("amax", np.amax), extreme_row("amin", np.amin),
    pair_row("max", np.max, argmax), pair_row("min", np.min, argmin),
    position_row("argmax", argmax), position_row("argmin", argmin),
    Row("all", truth(np.all),
        TRUTHS + [S(T(4, 3, low=0, high=9), 1), S(V([[1.0, 2.0], [0.0, 3.0]]), 1)],
        errors=dim_errors("all")),
    Row("any", truth(np.any),
        TRUTHS + [S(T(4, 3, low=0, high=1), 1), S(V([[0.0, 0.0], [0.0, 3.0]]), 1)],
        errors=dim_errors("any")),
    Row("prod", product, [
            S(T(2, 3, 4)), S(T(2, 3, 4), 1), S(T(2, 3, 4), -1), S(T(2, 3, 4), 0, True), S(T(5)), S(T(5), 0), S(T()), S(T(), 0),
            S(T(3, 1, 4), 1), S(T(0, 3)), S(T(0, 3), 0), S(T(0, 3), 1), S(T(2, 3), dim=1, keepdim=True),
            S(V([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.0, 2.0, 3.0]])), S(V([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.0, 2.0, 3.0]]), dim=1),
            S(V([[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [1.0, 2.0, 3.0]]), dim=0), S(V([0.0, 0.0, 0.0, 2.0])),
            S(T(37, 131, low=0.8, high=1.2), 0, gradient=False), S(T(37, 131, low=0.8, high=1.2), 1, gradient=False),
            S(T(37, 131, low=0.8, high=1.2), gradient=False), S(T(2, 3), 1, dtype=DT("float64")),
            S(T(2, 3), 0, dtype=DT("int32"), gradient=False), S(T(2, 3, low=90, high=120), dtype=DT("int8"), gradient=False, dtypes=INTEGERS),
        ] + SPECIAL + EXTREMES, tolerance=(3e-6, 2e-13), gradients="all",
        errors=dim_errors("prod", several=False) + [E(TypeError, r"prod\(\): argument 'dtype' must be", T(2), dtype="float32")]),
    Row("count_nonzero", lambda x, dim=None: np.sum(x != 0, axes(x, dim)),
        [replace(s, args=s.args[:2], kwargs={}) for s in DIMS[:5]] + EMPTY[:3] + LONG + SPECIAL + [
            S(T()), S(T(), 0), S(T(4, 3, low=0, high=1), 1), S(T(2, 3), ()), S(T(2, 3), (1, 0))],
        errors=dim_errors("count_nonzero")[:6] + [E(TypeError, r"count_nonzero\(\) got an unexpected keyword", T(2), keepdim=True)]),
    Row("aminmax", lambda x, dim=None, keepdim=False: (np.min(x, axes(x, dim), keepdims=keepdim), np.max(x, axes(x, dim), keepdims=keepdim)),
        [S(T(2, 3, 4)), S(T(2, 3, 4), dim=1), S(T(2, 3, 4), dim=-1, keepdim=True), S(T(2, 3), keepdim=True), S(T()), S(T(), dim=0),
         S(T(0, 3), dim=1)] + [S(s.args[0], dim=s.args[1], dtypes=FLOATS, gradient=False) for s in SPECIAL],
        gradients="all", gradient_layouts=("transposed", "strided"),
        errors=[E(RuntimeError, r"aminmax: expected reduction dims to be named", T(0)), E(IndexError, r"aminmax: expected reduction dim 0", T(0, 3), dim=0),
                E(IndexError, r"aminmax: dimension 2 is out of range", T(2, 3), dim=2), E(TypeError, r"aminmax\(\): argument 'dim'", T(2), dim=(0,)),
                E(TypeError, r"aminmax\(\) takes .* positional", T(2, 3), 0)]),
    Row("sum_to_size", sum_to_size, [
            S(T(2, 3, 4), 2, 3, 4), S(T(2, 3, 4), (3, 1)), S(T(2, 3, 4), 1, 1, 4), S(T(2, 3), 1), S(T(2, 3), 3), S(T(), ()), S(T(2, 3), ()), S(T(0, 3), 1, 3),
            S(T(5, 0), 5, 0)],
        tolerance=(3e-7, 1e-15), relative="array", gradients="all",
        errors=[E(RuntimeError, r"sum_to_size: size \[2\] is not expandable to size \[2, 3\]", T(2, 3), 2),
                E(RuntimeError, r"sum_to_size: size \[1, 2, 3\] is not expandable", T(2, 3), 1, 2, 3),
                E(TypeError, r"sum_to_size\(\) missing", T(2, 3)), E(RuntimeError, r"sum_to_size: size", T(2, 3), 2, -1)]),
    Row("nansum", nansum, DIMS + EMPTY + LONG + SPECIAL + EXTREMES + [
            S(T(2, 3), ()), S(V([[nan, 1.0], [nan, nan]]), 1, dtypes=FLOATS), S(V([[nan, 1.0], [nan, nan]]), dtype=DT("float64"), dtypes=FLOATS, gradient=False),
            S(T(2, 3), 0, dtype=DT("float64"))],
        tolerance=(3e-7, 1e-15), relative="array", gradients="all", errors=dim_errors("nansum")),
    Row("nanmean", nanmean, [replace(s, gradient=s.gradient and s not in EMPTY) for s in DIMS + EMPTY + LONG + SPECIAL] + [
            S(T(2, 3), ()), S(V([[nan, 1.0], [nan, nan]]), 1, gradient=False), S(V([[nan, 1.0, 2.0], [3.0, 1.0, nan]]), 1, True), S(T(2, 3), 0, dtype=DT("float64"))],
        dtypes=FLOATS, tolerance=(3e-7, 1e-15), relative="array", gradients="all",
        errors=dim_errors("nanmean") + [E(RuntimeError, r"nanmean: expected a floating point tensor, got int64", T(2, dtype="int64"))]),
    Row("logsumexp", logsumexp, [S(s.args[0], *(s.args[1:] or (tuple(range(len(s.args[0].shape))),)), **s.kwargs) for s in DIMS
                                 if s.args[1:] != (None, True) and not s.kwargs and s.args[0].shape] + [
            S(T(), 0), S(T(2, 3, 4), dim=(-1, 0), keepdim=True), S(T(2, 3, 4), (1, 2), True), S(T(4, 1, 1), (1, 2)), S(T(0, 3), 0), S(T(0, 3), 1),
            S(T(2, 0), (0, 1), True), S(T(37, 131), 0, gradient=False), S(T(37, 131), 1, gradient=False), S(T(3, 2000), 1, gradient=False),
            S(V([[1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -1001.0]]), 1, dtypes=FLOATS, gradient=False),
            S(V([[inf, 1.0], [-inf, -inf], [-inf, 0.0], [nan, 1.0]]), 1, dtypes=FLOATS, gradient=False),
            S(V([[inf, 1.0], [-inf, -inf], [-inf, 0.0]]), 0, dtypes=FLOATS, gradient=False)],
        tolerance=(5e-7, 1e-15), relative="unit", gradients="all",
        errors=dim_errors("logsumexp")[:5] + dim_errors("logsumexp")[6:] + [E(TypeError, r"logsumexp\(\) missing 1 required positional argument: 'dim'", T(2))]),
]
