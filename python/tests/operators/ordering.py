"""Rows: sorting, searching, counting, order statistics.

Which of equal elements an index names is free in PyTorch but for stable sorts, so the samples of the others have no equal
elements in a row; what swiftnn says there is in test_ordering.py.
"""

from dataclasses import replace

import numpy as np

from .harness import E, FLOATS, INTEGERS, NUMBERS, Row, S, T, V, inf, nan

SPECIAL = [[nan, 1.0, -2.0, -inf], [inf, -1.0, 3.0, nan], [7.0, 0.0, -3.0, 2.0]]
# Numbers of which no two are equal, in every dtype but bool.
MATRIX = V((np.random.default_rng(3).permutation(20) * 5 - 40.0).reshape(4, 5))
CUBE = V((np.random.default_rng(4).permutation(24) * 5 - 60.0).reshape(2, 3, 4))
ROW = V([3.0, -1.0, 7.0, 0.0, 4.0, -5.0, 2.0])
ZEROS = [0.0, -0.0, 2.0, 0.0, -0.0, -1.0]
BLOCKED = ("transposed", "strided")  # the rows of an expanded sample have equal elements


def ranks(x):
    """The place of each element among the different ones: NaN last, and one of a kind."""
    return np.unique(x, return_inverse=True)[1].reshape(x.shape)


def at_least_1d(function):
    """`function` for tensors with dimensions; a scalar goes as one element and comes back as it was."""

    def reference(x, *args, **kwargs):
        if x.ndim:
            return function(x, *args, **kwargs)
        results = function(x.reshape(1), *args, **kwargs)
        return tuple(np.reshape(r, ()) for r in results) if isinstance(results, tuple) else np.reshape(results, ())

    return reference


def order(x, dim, descending=False):
    return np.argsort(-ranks(x) if descending else ranks(x), axis=dim, kind="stable")


@at_least_1d
def sort(x, dim=-1, descending=False, stable=False):
    indices = order(x, dim, descending)
    return np.take_along_axis(x, indices, dim), indices


@at_least_1d
def topk(x, k, dim=-1, largest=True, sorted=True):
    indices = np.take(order(x, dim, largest), range(k), dim)
    return np.take_along_axis(x, indices, dim), indices


def choosing(pick):
    """A reduction to one element of each row: `pick` says which, from the row."""

    def reference(x, dim=-1, keepdim=False):
        if x.ndim == 0:
            return x, np.array(0)
        shape = x.shape[:dim] + x.shape[dim:][1:] if dim >= 0 else x.shape[:dim] + x.shape[x.ndim + dim + 1:]
        indices = np.apply_along_axis(pick, dim, x) if x.size else np.zeros(shape, np.int64)
        indices = np.expand_dims(indices, dim)
        values = np.take_along_axis(x, indices, dim)
        return (values, indices) if keepdim else (np.squeeze(values, dim), np.squeeze(indices, dim))

    return reference


def kthvalue(x, k, dim=-1, keepdim=False):
    return choosing(lambda row: order(row, 0)[k - 1])(x, dim, keepdim)


def place_of_median(row):
    missing = np.flatnonzero(np.isnan(row))
    return missing[0] if len(missing) else order(row, 0)[(len(row) - 1) // 2]


def place_of_nanmedian(row):
    number = np.count_nonzero(~np.isnan(row))
    return order(row, 0)[max(number - 1, 0) // 2]


def place_of_mode(row):
    values, counts = np.unique(row, return_counts=True, equal_nan=False)
    return np.flatnonzero(row == values[np.argmax(counts)])[-1] if not np.isnan(row).all() else 0


def median_row(name, pick):
    def reference(x, dim=None, keepdim=False):
        if dim is not None:
            return choosing(pick)(x, dim, keepdim)
        return x.reshape(-1)[pick(x.reshape(-1))] if x.size else np.array(nan)

    return Row(
        name, reference, [
            S(CUBE, gradient=False), S(ROW), S(T(5), 0, dtypes=FLOATS), S(MATRIX, 1), S(MATRIX, -1, True),
            S(CUBE, 0), S(CUBE, dim=1, keepdim=True), S(T()), S(T(), 0, True),
            S(T(37, 131), 0, dtypes=FLOATS, gradient=False), S(T(37, 131), 1, dtypes=FLOATS, gradient=False),
            S(T(3, 37), gradient=False), S(T(0, 3), 1, dtypes=NUMBERS), S(T(0), dtypes=FLOATS, gradient=False),
            S(V(SPECIAL), 1, dtypes=FLOATS, gradient=False), S(V(SPECIAL), 0, dtypes=FLOATS, gradient=False),
            S(V(SPECIAL), dtypes=FLOATS, gradient=False), S(V([[nan, nan], [1.0, nan]]), 1, dtypes=FLOATS, layouts=False, gradient=False)],
        dtypes=NUMBERS, gradients="all", gradient_layouts=BLOCKED,
        errors=[
            E(IndexError, rf"{name}: dimension 2 is out of range", T(2, 3), 2),
            E(IndexError, rf"{name}: dimension 1 is out of range", T(), 1),
            E(IndexError, rf"{name}: expected reduction dim 0 to have non-zero size", T(0, 3), 0),
            E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool")),
            E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool"), 0),
            E(TypeError, rf"{name}: keepdim needs a dim", T(2), keepdim=True),
            E(TypeError, rf"{name}\(\): argument 'dim' must be", T(2, 3), (0, 1)),
            E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0]),
        ])


def quantile_of(function):
    def reference(x, q, dim=None, keepdim=False, *, interpolation="linear"):
        return function(x, np.asarray(q), axis=None if x.ndim == 0 else dim, keepdims=keepdim, method=interpolation)

    return reference


def quantile_row(name, function):
    interpolated = [S(T(4, 9), 0.3, 1, interpolation=i) for i in ("lower", "higher", "midpoint", "nearest")]
    return Row(
        name, quantile_of(function), [
            S(T(4, 5), 0.4), S(T(7), 0.0), S(T(7), 1), S(T(4, 5), 0.25, 0), S(T(4, 5), 0.25, 1, True), S(T(2, 3, 4), 0.7, 1),
            S(T(2, 3, 4), 0.7, 0), S(T(2, 3, 4), 0.6, -1, True), S(T(2, 3, 4), 0.6, keepdim=True), S(T(), 0.5), S(T(), 0.5, 0),
            S(T(9), T(3, low=0.05, high=0.95), dtypes=FLOATS), S(T(2, 3, 5), T(2, low=0.05, high=0.95), 1, gradient=False, dtypes=FLOATS),
            S(T(2, 5, 3), T(2, low=0.3, high=0.7), 1, True, dtypes=FLOATS), S(T(2, 3, 5), T(2, low=0.3, high=0.7), 0, gradient=False, dtypes=FLOATS), S(T(9), T(low=0.3, high=0.7), dtypes=FLOATS),
            S(T(9), T(0), gradient=False), S(T(3, 400), 0.123, 1, gradient=False),
            S(V(SPECIAL), 0.5, 1, interpolation="lower", gradient=False), S(V(SPECIAL), 0.4, 0, interpolation="nearest", gradient=False)]
        + interpolated,
        dtypes=FLOATS, reduced=False, tolerance=(1e-6, 4e-15), relative="array", gradients="all", gradient_layouts=BLOCKED,
        errors=[
            E(RuntimeError, rf"{name}: q must be in the range \[0, 1\] but got 1.5", T(3), 1.5),
            E(RuntimeError, rf"{name}: q must be in the range \[0, 1\] but got nan", T(3), nan),
            E(RuntimeError, rf"{name}: q values must be in the range \[0, 1\], got -0.5", T(3), V([0.5, -0.5])),
            E(RuntimeError, rf"{name}: q must be a scalar or of one dimension, got shape \[1, 1\]", T(3), V([[0.5]])),
            E(RuntimeError, rf"{name}: q must have the dtype of the input, float32, got float64", T(3), T(dtype="float64", low=0, high=1)),
            E(RuntimeError, rf"{name}: the input must be float32 or float64, got int64", T(3, dtype="int64"), 0.5),
            E(RuntimeError, rf"{name}: expected an input with elements, got shape \[0, 3\]", T(0, 3), 0.5, 1),
            E(RuntimeError, rf"{name}: interpolation must be one of linear, lower, higher, midpoint or nearest, but got x", T(3), 0.5,
              interpolation="x"),
            E(IndexError, rf"{name}: dimension 1 is out of range", T(3), 0.5, 1),
            E(TypeError, rf"{name}\(\): argument 'q' must be Tensor or Number", T(3), "x"),
        ])


def unique(x, sorted, return_inverse, return_counts, dim):
    if dim is None:
        values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True, equal_nan=False)
        inverse = inverse.reshape(x.shape)
        return (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))
    if x.shape[dim] == 0:
        nothing = np.zeros(0, np.int64)
        return (x, *([nothing] if return_inverse else []), *([nothing] if return_counts else []))
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True, axis=dim)
    return (values, *([inverse.reshape(-1)] if return_inverse else []), *([counts] if return_counts else []))


def unique_consecutive(x, return_inverse, return_counts, dim):
    rows = x.reshape(-1, 1) if dim is None else np.moveaxis(x, dim, 0).reshape(x.shape[dim], -1)
    starts = np.ones(len(rows), bool)
    starts[1:] = (rows[1:] != rows[:-1]).any(1)
    inverse = np.cumsum(starts) - 1
    counts = np.bincount(inverse, minlength=int(starts.sum()))
    values = x.reshape(-1)[starts] if dim is None else np.compress(starts, x, dim)
    inverse = inverse.reshape(x.shape) if dim is None else inverse
    return (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))


def bincount(x, weights=None, minlength=0):
    # PyTorch's sums of no weights are integers.
    return np.bincount(x.astype(np.int64), weights if x.size else None, minlength)


def histc(x, bins=100, min=0, max=0):
    if min == max:
        min, max = (x.min(), x.max()) if x.size else (min, max)
    if min == max:
        min, max = min - 1, max + 1
    return np.histogram(x, bins, (min, max))[0]


def histogram(x, bins=100, *, range=None, weight=None, density=False):
    if range is None and not isinstance(bins, np.ndarray) and not x.size:
        range = (0, 1)
    return np.histogram(x, bins, range, density=density, weights=weight)


def histogramdd(x, bins, range, weight, density):
    points = x.reshape(-1, x.shape[-1])
    ranges = None if range is None else [range[i:i + 2] for i in np.arange(0, len(range), 2)]
    hist, edges = np.histogramdd(points, bins, ranges, density=density, weights=None if weight is None else weight.reshape(-1))
    return (hist, *edges)


def histogramdd_of_torch(lib, x, bins, range, weight, density):
    options = {} if range is None else {"range": range}
    hist, edges = lib.histogramdd(x, bins, weight=weight, density=density, **options)
    return (hist, *edges)


def searchsorted(row, x, *, out_int32=False, right=False, side=None, sorter=None):
    side = side or ("right" if right else "left")
    if row.ndim == 1:
        return np.searchsorted(row, x, side, sorter)
    result = np.zeros(x.shape, np.int64)
    for i in np.ndindex(row.shape[:-1]):
        result[i] = np.searchsorted(row[i], x[i], side, None if sorter is None else sorter[i])
    return result


def unravel_index(x, shape):
    strides = np.cumprod((1,) + tuple(shape)[:0:-1])[::-1]
    return tuple(x // stride % size for stride, size in zip(strides, shape))


def stable(name):
    """PyTorch's sort with `stable` takes the others by keyword alone, and says nothing of equal elements without it."""
    return lambda lib, x, dim=-1, descending=False, stable=False: getattr(lib, name)(x, dim=dim, descending=descending, stable=True)


DIM_ERRORS = [(T(2, 3), 2), (T(2, 3), -3), (T(), 1)]
EDGES = V([-2.0, 0.0, 1.0, 3.0])
DIVERSE = V([[3.0, 1.0, 3.0, 2.0], [1.0, 1.0, 3.0, 2.0], [3.0, 1.0, 3.0, 2.0], [3.0, 1.0, 3.0, 2.0]])
MODES = V([[3.0, 1.0, 3.0, 2.0, 1.0], [1.0, 1.0, 3.0, 2.0, 0.0], [3.0, 1.0, 0.0, 2.0, 2.0]])


ROWS = [
    Row("sort", sort, [
            S(T(2, 3, 4)), S(T(2, 3, 4), 0), S(T(4, 5), 1, True), S(T(4, 5, low=0, high=2), -2, True, stable=True), S(T(5)), S(T()), S(T(), 0, True),
            S(T(0, 3)), S(T(3, 0), 1), S(T(3, 1, 2), 1), S(T(3, 301, low=-9, high=9), stable=True, gradient=False),
            S(T(301, 3, low=-9, high=9), 0, stable=True, descending=True, gradient=False), S(T(2, 1500), stable=True, gradient=False),
            S(V(SPECIAL), 1, dtypes=FLOATS, gradient=False), S(V(SPECIAL), 0, True, stable=True, dtypes=FLOATS, gradient=False),
            S(V(ZEROS), stable=True, dtypes=FLOATS, gradient=False), S(T(6, values="extremes"), dtypes=INTEGERS)],
        gradients="all", gradient_layouts=BLOCKED, call=stable("sort"),
        errors=[E(IndexError, r"sort: dimension .* is out of range", *a) for a in DIM_ERRORS] + [
            E(TypeError, r"sort\(\): argument 'descending' must be bool, not int", T(2), 0, 1),
            E(TypeError, r"sort\(\) takes .* positional", T(2), 0, True, True),
            E(TypeError, r"sort\(\): argument 'input' must be Tensor", [2, 1])]),
    Row("argsort", lambda x, *a, **k: sort(x, *a, **k)[1], [
            S(T(2, 3, 4)), S(T(4, 5), 0), S(T(4, 5, low=0, high=2), 1, True, stable=True), S(T()), S(T(0, 3)),
            S(T(300, low=-9, high=9), stable=True), S(V(SPECIAL), dtypes=FLOATS)],
        call=stable("argsort"),
        errors=[E(IndexError, r"argsort: dimension .* is out of range", *a) for a in DIM_ERRORS]),
    Row("msort", lambda x: sort(x, 0)[0], [S(T(4, 5)), S(T(5)), S(T()), S(T(0, 3)), S(V(SPECIAL), dtypes=FLOATS, gradient=False)],
        gradients="all", gradient_layouts=BLOCKED, errors=[E(TypeError, r"msort\(\): argument 'input' must be Tensor", 1)]),
    Row("topk", topk, [
            S(ROW, 3), S(MATRIX, 2, 0), S(MATRIX, 2, -1, False), S(CUBE, 3, 1, True, True),
            S(MATRIX, 5), S(T(4, 5), 0, gradient=False), S(T(), 1, dtypes=NUMBERS), S(T(0, 3), 2, dtypes=NUMBERS), S(T(3, 0), 0, dtypes=NUMBERS),
            S(T(3, 2000), 5, dtypes=FLOATS, gradient=False), S(T(3, 2000), 200, 1, False, dtypes=FLOATS, gradient=False),
            S(T(300, 3), 100, 0, dtypes=FLOATS, gradient=False), S(T(300, 3), 290, 0, dtypes=FLOATS, gradient=False),
            S(V([7.0, nan, -inf, inf, 2.0]), 2, dtypes=FLOATS, gradient=False)],
        dtypes=NUMBERS, gradients="all", gradient_layouts=BLOCKED,
        errors=[E(IndexError, r"topk: dimension .* is out of range", a, 1, d) for a, d in DIM_ERRORS] + [
            E(RuntimeError, r"topk: selected index k out of range: expected 0 to 3, got 4", T(2, 3), 4),
            E(RuntimeError, r"topk: selected index k out of range", T(2, 3), -1),
            E(RuntimeError, r"topk: selected index k out of range", T(2, 3), 2**62),
            E(RuntimeError, r"topk: selected index k out of range", T(), 2),
            E(NotImplementedError, r"topk: not defined for bool", T(2, dtype="bool"), 1),
            E(TypeError, r"topk\(\): argument 'k' must be int", T(2), 1.0)]),
    Row("kthvalue", kthvalue, [
            S(ROW, 3), S(MATRIX, 2, 0), S(MATRIX, 5, -1, True), S(CUBE, 1, 1), S(T(), 1, dtypes=NUMBERS),
            S(T(0, 3), 2, dtypes=NUMBERS), S(T(3, 700), 300, dtypes=FLOATS, gradient=False), S(T(90, 3), 31, 0, dtypes=FLOATS, gradient=False),
            S(V([7.0, nan, -inf, inf, 2.0]), 5, dtypes=FLOATS, gradient=False)],
        dtypes=NUMBERS, gradients="all", gradient_layouts=BLOCKED,
        errors=[E(IndexError, r"kthvalue: dimension .* is out of range", a, 1, d) for a, d in DIM_ERRORS] + [
            E(RuntimeError, r"kthvalue: selected number k out of range for dimension 1: expected 1 to 3, got 0", T(2, 3), 0),
            E(RuntimeError, r"kthvalue: selected number k out of range", T(2, 3), 4),
            E(RuntimeError, r"kthvalue: selected number k out of range", T(2, 3), -(2**63)),
            E(IndexError, r"kthvalue: expected reduction dim 0 to have non-zero size", T(0, 3), 1, 0),
            E(NotImplementedError, r"kthvalue: not defined for bool", T(2, dtype="bool"), 1)]),
    median_row("median", place_of_median),
    median_row("nanmedian", place_of_nanmedian),
    Row("mode", choosing(place_of_mode), [
            S(MATRIX, 1, dtypes=NUMBERS), S(ROW, dtypes=NUMBERS), S(MODES, gradient=False), S(MODES, 0, gradient=False), S(MODES, 1, True, gradient=False),
            S(V([True, False, True]), gradient=False), S(T()), S(T(0, 3))],
        gradients="all", gradient_layouts=BLOCKED,
        errors=[E(IndexError, r"mode: dimension .* is out of range", *a) for a in DIM_ERRORS] + [
            E(IndexError, r"mode: expected reduction dim 0 to have non-zero size", T(0, 3), 0)]),
    quantile_row("quantile", np.quantile),
    quantile_row("nanquantile", np.nanquantile),
    Row("_unique", unique, [
            S(DIVERSE, True, True, True, None), S(T(3, 40, low=0, high=9), True, True, True, None), S(T(700, low=-99, high=99), True, True, True, None),
            S(DIVERSE, True, False, False, None), S(DIVERSE, True, False, True, 0), S(DIVERSE, True, True, True, 1),
            S(T(3, 40, low=0, high=2), True, True, True, 1), S(T(2, 40, 2, low=0, high=1), False, True, True, 1), S(T(), True, True, True, None),
            S(T(0, 3), True, True, True, None), S(T(0, 3), True, True, True, 0), S(V(ZEROS), True, True, True, None),
            S(V([2.0, inf, nan, 1.0, -inf]), True, True, True, None, dtypes=FLOATS, layouts=False)],
        call=lambda lib, *a: lib.unique(*a),
        errors=[
            E(IndexError, r"unique: dimension 2 is out of range", T(2, 3), True, False, False, 2),
            E(IndexError, r"unique: dimension specified as 0 but the tensor has no dimensions", T(), True, False, False, 0),
            E(RuntimeError, r"unique: there are dimensions of size 0 that are not selected.*\[0, 3\]", T(0, 3), True, False, False, 1)]),
    Row("_unique_consecutive", unique_consecutive, [
            S(V([1.0, 1.0, 3.0, 1.0, 1.0, 2.0, 2.0]), True, True, None), S(DIVERSE, True, True, None), S(DIVERSE, False, False, None),
            S(DIVERSE, True, True, 0), S(DIVERSE, False, True, 1), S(T(3, 40, low=0, high=1), True, True, 1), S(T(), True, True, None),
            S(T(0, 3), True, True, None), S(V([1.0, nan, nan, 0.0, -0.0]), True, True, None, dtypes=FLOATS, layouts=False)],
        call=lambda lib, x, i, c, d: lib.unique_consecutive(x, return_inverse=i, return_counts=c, dim=d),
        errors=[
            E(IndexError, r"unique_consecutive: dimension 2 is out of range", T(2, 3), False, False, 2),
            E(RuntimeError, r"unique_consecutive: there are dimensions of size 0", T(0, 3), False, False, 1)]),
    Row("bincount", bincount, [replace(s, dtypes=INTEGERS) for s in (
            S(T(40, low=0, high=9)), S(T(5, low=0, high=3), minlength=7), S(T(0)), S(T(0), minlength=3),
            S(T(9, low=0, high=5), T(9, dtype="float64")), S(T(9, low=0, high=5), T(9, dtype="float32")),
            S(T(9, low=0, high=5), T(9, dtype="int64"), 8))],
        dtypes=INTEGERS, tolerance=(1e-6, 1e-15), relative="array",
        errors=[
            E(RuntimeError, r"bincount: only 1-d non-negative integral inputs are supported, got -1", V([2, -1], "int64")),
            E(RuntimeError, r"bincount: only 1-d non-negative .* got shape \[\]", T(dtype="int64")),
            E(RuntimeError, r"bincount: only 1-d non-negative .* got shape \[2, 2\]", T(2, 2, dtype="int64")),
            E(RuntimeError, r"bincount: minlength must be at least 0, got -1", V([2], "int64"), minlength=-1),
            E(MemoryError, r"bincount: .* does not fit into memory", V([2], "int64"), minlength=2**62),
            E(MemoryError, r"bincount: .* does not fit into memory", V([2**62], "int64")),
            E(RuntimeError, r"bincount: the largest element must be below", V([2**63 - 1], "int64")),
            E(RuntimeError, r"bincount: weights must be 1-d and have the same length as the input: \[1\] and \[2\]", V([2, 3], "int64"), T(1)),
            E(NotImplementedError, r"bincount: not defined for float32", T(2))]),
    Row("histc", histc, [
            S(T(40), layouts=False), S(T(5, 9), 4), S(T(40), 5, -2, 3), S(T(40), bins=3, min=1, max=4), S(V([2.0, 2.0]), 4), S(T(), 3), S(T(0, 3), 3),
            S(V([nan, 1.0, inf, -inf, 0.5]), 3, 0, 2)],
        dtypes=FLOATS,
        errors=[
            E(RuntimeError, r"histc: bins must be > 0, but got 0", T(3), 0), E(RuntimeError, r"histc: bins must be > 0, but got -1", T(3), -1),
            E(MemoryError, r"histc: .* does not fit into memory", T(3), 2**60),
            E(RuntimeError, r"histc: max must be larger than min, got \[3.0, 1.0\]", T(3), 3, 3, 1),
            E(RuntimeError, r"histc: range of \[1.0, inf\] is not finite", V([inf, 1.0]), 3),
            E(RuntimeError, r"histc: range of \[0.0, inf\] is not finite", T(3), 3, 0, inf),
            E(NotImplementedError, r"histc: not defined for int64", T(3, dtype="int64"), 3),
            E(TypeError, r"histc\(\): argument 'bins' must be int", T(3), "x")]),
    Row("histogram", histogram, [
            S(T(40), 5), S(T(4, 9), 5, range=(-2.0, 3.0)), S(T(40), 7, density=True), S(T(40), EDGES), S(T(0), 3, dtypes=FLOATS), S(T(), 3), S(T(3)),
            S(V([2.0, 2.0]), 2), S(V([nan, 1.0, 0.0, 1.0, 3.0, -2.0]), EDGES)],
        dtypes=FLOATS, reduced=False, tolerance=(1e-6, 4e-15), relative="array",
        errors=[
            E(RuntimeError, r"histogram: bins must be > 0, but got 0", T(3), 0), E(RuntimeError, r"histogram: bins must be > 0, but got 0", T(3), T(1)),
            E(MemoryError, r"histogram: .* does not fit into memory", T(3), 2**60),
            E(RuntimeError, r"histogram: dimension 0's range \[1.0, inf\] is not finite", V([inf, 1.0]), 3),
            E(RuntimeError, r"histogram: min should not exceed max, but got min 3.0 max 1.0", T(3), 3, range=(3, 1)),
            E(RuntimeError, r"histogram: for a 1-dimensional histogram range must have 2 elements, but got 1", T(3), 3, range=(3,)),
            E(RuntimeError, r"histogram: input and bins must have the same dtype, got float32 and int64", T(3), V([1, 2], "int64")),
            E(RuntimeError, r"histogram: bins must be of one dimension, got shape \[2, 2\]", T(3), T(2, 2)),
            E(TypeError, r"histogram: range cannot be given together with edges", T(3), T(3), range=(0, 1)),
            E(NotImplementedError, r"histogram: not defined for int64", T(3, dtype="int64"), 3)]),
    Row("_histogramdd", histogramdd, [
            S(T(40, 2), [3, 4], None, None, False), S(T(40, 1), 5, None, None, True), S(T(4, 10, 2), [3, 2], [-2.0, 3.0, -4.0, 1.0], None, False),
            S(T(40, 2), [EDGES, V([-3.0, 0.0, 4.0])], None, None, True), S(T(9, 2), [2, 2], None, T(9, low=0, high=2), False),
            S(T(0, 2), [3, 2], [-2.0, 3.0, -4.0, 1.0], None, False, dtypes=FLOATS)],
        dtypes=FLOATS, reduced=False, tolerance=(1e-6, 4e-15), relative="array", call=histogramdd_of_torch,
        errors=[
            E(RuntimeError, r"histogramdd: expected at least 2 dimensions, got shape \[\]", T(), 3, None, None, False),
            E(RuntimeError, r"histogramdd: expected the number of bins for 2 coordinates, got 1", T(3, 2), [3], None, None, False),
            E(RuntimeError, r"histogramdd: bins must be > 0, but got -3 for dimension 1", T(3, 2), [3, -3], None, None, False),
            E(MemoryError, r"histogramdd: .* does not fit into memory", T(3, 2), [2**40, 2**40], None, None, False),
            E(RuntimeError, r"histogramdd: weight must have the shape of the input without its last dimension", T(3, 2), 3, None, T(2), False),
            E(RuntimeError, r"histogramdd: for a 2-dimensional histogram range must have 4 elements, but got 2", T(3, 2), 3, [0, 1], None, False)]),
    Row("bucketize", lambda x, row, *, out_int32=False, right=False: np.searchsorted(row, x, "right" if right else "left"), [
            S(T(2, 5), EDGES), S(T(9), EDGES, right=True), S(T(9), EDGES, out_int32=True), S(T(), EDGES), S(2, EDGES, dtypes=NUMBERS), S(T(0, 3), EDGES, dtypes=NUMBERS),
            S(T(4), T(0)), S(V([nan, inf, 0.0]), EDGES, dtypes=FLOATS)],
        dtypes=NUMBERS,
        errors=[
            E(RuntimeError, r"bucketize: boundaries must be of one dimension, got shape \[2, 2\]", T(3), T(2, 2)),
            E(RuntimeError, r"bucketize: boundaries must be of one dimension, got shape \[\]", T(3), T()),
            E(NotImplementedError, r"bucketize: not defined for bool", T(3, dtype="bool"), T(3, dtype="bool")),
            E(TypeError, r"bucketize\(\): argument 'boundaries' must be Tensor", T(3), 1)]),
    Row("searchsorted", searchsorted, [
            S(EDGES, T(2, 5)), S(EDGES, T(9), right=True), S(EDGES, T(9), side="right"), S(EDGES, T(9), side="left", out_int32=True), S(EDGES, T()),
            S(EDGES, 1, dtypes=NUMBERS), S(V([[1.0, 3.0, 5.0], [0.0, 2.0, 2.0]]), T(2, 4), right=True), S(V([[[1.0, 3.0, 5.0]], [[0.0, 2.0, 2.0]]]), T(2, 1, 7)),
            S(T(0), T(3)), S(EDGES, T(0, 3), dtypes=NUMBERS), S(V([nan, inf]), T(0), dtypes=FLOATS)],
        dtypes=NUMBERS,
        errors=[
            E(RuntimeError, r"searchsorted: a value without dimensions needs boundaries of one dimension, got shape \[2, 2\]", T(2, 2), 1),
            E(RuntimeError, r"searchsorted: .* agree with the values in all dimensions but the last: \[2, 2\] and \[1, 1\]", T(2, 2), T(1, 1)),
            E(RuntimeError, r"searchsorted: expected boundaries with dimensions", T(), T(3)),
            E(RuntimeError, r"searchsorted: side and right can't be set to opposites", EDGES, T(3), right=True, side="left"),
            E(RuntimeError, r"searchsorted: side can only be 'left' or 'right' but got x", EDGES, T(3), side="x"),
            E(TypeError, r"searchsorted\(\): argument 'sorter' must be Tensor", EDGES, T(3), sorter=[1])]),
    Row("isin", lambda x, y, *, assume_unique=False, invert=False: np.isin(x, y, invert=invert), [
            S(T(4, 5), T(3)), S(T(40), T(20)), S(T(40), T(2, 20), invert=True), S(T(9), 1), S(2, T(9)), S(T(), T(3)), S(T(0, 3), T(3), dtypes=NUMBERS),
            S(T(5), T(0), dtypes=NUMBERS), S(V([1.0, 2.0, 7.0]), V([7.0, 9.0]), assume_unique=True), S(V([nan, 1.0]), V([1.0, nan]), dtypes=FLOATS)],
        dtypes=NUMBERS,
        errors=[
            E(TypeError, r"isin: one of elements and test_elements must be a tensor", 1, 2),
            E(RuntimeError, r"isin: not defined for bool", T(3, dtype="bool"), T(3, dtype="bool")),
            E(TypeError, r"isin\(\): argument 'test_elements' must be", T(3), [1])]),
    Row("unravel_index", unravel_index, [replace(s, dtypes=INTEGERS) for s in (
            S(T(9, low=0, high=23), (2, 3, 4)), S(T(2, 3, low=0, high=5), (2, 3)), S(T(low=0, high=5), (6,)), S(T(0, 2), (2, 3)),
            S(V([1, 3, 0]), (2, 2)))],
        dtypes=INTEGERS, call=lambda lib, x, shape: lib.unravel_index(x, shape),
        errors=[
            E(TypeError, r"unravel_index: expected 'indices' to be of an integer dtype, got float32", T(2), (2, 3)),
            E(ValueError, r"unravel_index: 'shape' cannot have negative values, but got \[-1, 2\]", T(2, dtype="int64"), (-1, 2)),
            E(RuntimeError, r"unravel_index: a tensor of shape \[2, 0\] has no elements to index", T(2, dtype="int64"), (2, 0))]),
]
