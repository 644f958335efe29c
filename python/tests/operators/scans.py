"""Rows: running sums, products and extremes, differences, areas under samples."""

import numpy as np

from .harness import E, FLOATS, INTEGERS, NUMBERS, DT, Row, S, T, V, in_place, inf, nan

ALONG = [
    S(T(2, 3, 4), 0), S(T(2, 3, 4), 1), S(T(2, 3, 4), -1), S(T(5), 0), S(T(9, 3), 1), S(T(), 0), S(T(), -1), S(T(0, 3), 0), S(T(0, 3), 1), S(T(3, 0), 1),
    S(T(3, 1, 4), dim=1),
]
LONG = [S(T(5, 300), 1, gradient=False), S(T(40, 700), 0, gradient=False), S(T(2, 50, 3), 1, gradient=False)]
SPECIAL = [S(V([[nan, 1.0, 2.0], [1.0, -inf, nan], [inf, 0.0, nan], [inf, 5.0, 1.0]]), dim, dtypes=FLOATS, gradient=False) for dim in (0, 1)]
TIES = [S(V([[3.0, 1.0, 3.0, 3.0], [2.0, 2.0, 1.0, 2.0]]), dim, gradient=False) for dim in (0, 1)]


def dim_errors(name):
    return [
        E(IndexError, rf"{name}: dimension 2 is out of range: expected -2 to 1", T(2, 3), 2),
        E(IndexError, rf"{name}: dimension -3 is out of range", T(2, 3), -3),
        E(IndexError, rf"{name}: dimension 1 is out of range", T(), 1),
        E(TypeError, rf"{name}\(\): argument 'dim' must be int", T(2, 3), "a"),
        E(TypeError, rf"{name}\(\): argument 'dim' must be int", T(2, 3), (0, 1)),
        E(TypeError, rf"{name}\(\) missing 1 required positional argument: 'dim'", T(2, 3)),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1, 2], 0),
    ]


def scan(function):
    def reference(x, dim, dtype=None):
        if dtype is not None:
            x = x.astype(dtype.name)
            x = x.astype(np.float64 if x.dtype.kind == "f" else np.int64)
        return function(x, dim) if x.ndim else x

    return reference


def extreme(wins):
    """(values, indices): the last of equal ones, and the last NaN."""

    def reference(x, dim):
        if x.ndim == 0:
            return x, np.array(0)
        values, indices = np.moveaxis(x.copy(), dim, 0), np.moveaxis(np.zeros(x.shape, np.int64), dim, 0)
        for i in range(1, len(values)):
            taken = wins(values[i], values[i - 1]) | (values[i] != values[i])
            values[i] = np.where(taken, values[i], values[i - 1])
            indices[i] = np.where(taken, i, indices[i - 1])
        return np.moveaxis(values, 0, dim), np.moveaxis(indices, 0, dim)

    return reference


def log_sums(x, dim):
    return np.logaddexp.accumulate(x, dim) if x.ndim else x


def diff(x, n=1, dim=-1, prepend=None, append=None):
    parts = [p for p in (prepend, x, append) if p is not None]
    return np.diff(np.concatenate(parts, dim) if n else x, min(n, sum(p.shape[dim] for p in parts) or 1), dim)


def widths(y, x, dx, dim):
    if x is None:
        return 1 if dx is None else dx
    x = np.asarray(x, np.float64)
    if x.ndim == 1:
        shape = [1] * y.ndim
        shape[dim] = max(len(x) - 1, 0)
        return np.diff(x).reshape(shape)
    return np.diff(x, axis=dim % y.ndim - y.ndim)


def areas(y, x, dx, dim):
    size = y.shape[dim]
    heights = np.take(y, range(1, size), dim) + np.take(y, range(0, size - 1), dim)
    return heights * widths(y, x, dx, dim) / 2


def trapezoid(y, x=None, dx=None, dim=-1):
    return np.sum(areas(y, x, dx, dim), dim) if y.shape[dim] else np.zeros(np.delete(y.shape, dim))


def cumulative_trapezoid(y, x=None, dx=None, dim=-1):
    return np.cumsum(areas(y, x, dx, dim), dim)


def pair_row(name, wins):
    return Row(name, extreme(wins), ALONG + LONG + SPECIAL + TIES, gradients="all", gradient_layouts=("transposed", "strided"),
               errors=dim_errors(name))


# Distances of uint8 wrap.
SIGNED = tuple(d for d in NUMBERS if d != "uint8")


def area_row(name, function):
    return Row(
        name, function, [
            S(T(2, 5)), S(T(2, 5), dx=0.5), S(T(2, 5), dim=0), S(T(5), T(5), dtypes=SIGNED), S(T(2, 5), T(5), dtypes=SIGNED), S(T(2, 5), T(2), dim=0, dtypes=SIGNED), S(T(2, 3, 4), T(2, 3, 4), dim=1, dtypes=SIGNED),
            S(T(2, 3, 4), T(3, 4), dim=1, dtypes=SIGNED), S(T(3, 4), T(3, 1), dim=0, dtypes=SIGNED), S(T(1)), S(T(2, 3), dim=-2, dx=2), S(T(0, 3)), S(T(6, 40), gradient=False)],
        dtypes=NUMBERS, tolerance=(1e-6, 2e-15), relative="array", gradients="all",
        errors=[E(IndexError, rf"{name}: expected samples along a dimension", T()), E(IndexError, rf"{name}: dimension 2 is out of range", T(2, 3), dim=2),
                E(RuntimeError, rf"{name}: received a bool tensor for y", T(2, dtype="bool")),
                E(RuntimeError, rf"{name}: received a bool tensor for x", T(2), T(2, dtype="bool")),
                E(RuntimeError, rf"{name}: there must be one x value for each sample point: 4 for 3", T(2, 3), T(4)),
                E(RuntimeError, rf"{name}: expected sample points along a dimension", T(2), T()),
                E(RuntimeError, rf"{name}: shape \[2, 2\] of x has no dimension 0", T(2, 2, 2), T(2, 2), dim=0),
                E(TypeError, rf"{name}: expected one of x and dx, got both", T(2), T(2), dx=1)])


PRODUCTS = [S(V([[2.0, 0.0, 3.0, 4.0], [0.0, 2.0, 0.0, 5.0], [1.0, 2.0, 3.0, 4.0]]), dim) for dim in (0, 1)]

ROWS = [
    Row("cumsum", scan(np.cumsum), ALONG + LONG + SPECIAL + [
            S(T(2, 3), 1, dtype=DT("float64")), S(T(2, 3), 0, dtype=DT("int32"), gradient=False), S(T(2, 3), 0, dtype=DT("float32"), gradient=False),
            S(T(2, 3, low=90, high=120), 0, dtype=DT("int8"), gradient=False, dtypes=INTEGERS), S(T(2, 3, values="extremes"), 1, dtypes=INTEGERS)],
        tolerance=(3e-7, 1e-15), relative="array", gradients="all",
        errors=dim_errors("cumsum") + [E(NotImplementedError, r"cumsum: not defined for bool", T(2), 0, dtype=DT("bool")),
                                       E(TypeError, r"cumsum\(\): argument 'dtype' must be", T(2), 0, dtype="float32")]),
    Row("cumprod", scan(np.cumprod), ALONG + SPECIAL + PRODUCTS + [
            S(T(5, 60, low=0.8, high=1.2), 1, gradient=False), S(T(40, 700, low=0.8, high=1.2), 0, gradient=False), S(T(2, 3), 1, dtype=DT("float64")),
            S(T(2, 3), 0, dtype=DT("int32"), gradient=False), S(T(2, 3, values="extremes"), 1, dtypes=INTEGERS)],
        tolerance=(3e-7, 1e-14), gradients="all",
        errors=dim_errors("cumprod") + [E(NotImplementedError, r"cumprod: not defined for bool", T(2), 0, dtype=DT("bool"))]),
    Row("logcumsumexp", log_sums, ALONG + LONG + [
            S(V([[-inf, 1.0, -inf], [-inf, inf, 2.0], [0.0, 3.0, nan], [1000.0, 1.0, 2.0]]), dim, gradient=False) for dim in (0, 1)],
        dtypes=FLOATS, tolerance=(3e-7, 2e-15), relative="unit", gradients="all",
        errors=dim_errors("logcumsumexp") + [E(NotImplementedError, r"logcumsumexp: not defined for int64", T(2, dtype="int64"), 0)]),
    pair_row("cummax", np.greater_equal), pair_row("cummin", np.less_equal),
    Row("diff", diff, [
            S(T(2, 5)), S(T(2, 5), 2, dtypes=NUMBERS), S(T(2, 5), 1, 0), S(T(2, 3), 0), S(T(2, 3), 7), S(T(2, 5), n=3, dim=-1, dtypes=NUMBERS), S(T(5)), S(T(1)), S(T(0)), S(T(0, 3)), S(T(0, 3), 1, 0),
            S(T(2, 3), 1, -1, T(2, 2)), S(T(2, 3), 2, 0, None, T(1, 3), dtypes=NUMBERS), S(T(2, 3), 1, 1, T(2, 1), T(2, 4)), S(T(2, 3), 0, 1, T(2, 1), gradient=False),
            S(T(2, 3, values="extremes"), dtypes=INTEGERS)],
        tolerance=(3e-7, 1e-15), relative="array", gradients="all",
        errors=[E(RuntimeError, r"diff: expected at least one dimension, got shape \[\]", T()), E(RuntimeError, r"diff: order must be non-negative, got -1", T(2), -1),
                E(IndexError, r"diff: dimension 1 is out of range", T(2), 1, 1),
                E(RuntimeError, r"diff: expected prepend to have the shape of the input except in dimension 0: \[\] and \[2\]", T(2), 1, 0, T()),
                E(RuntimeError, r"diff: expected append to have the shape", T(2, 3), 1, 0, None, T(2, 2)),
                E(TypeError, r"diff\(\): argument 'prepend' must be Tensor", T(2), 1, 0, 1.0)]),
    area_row("trapezoid", trapezoid), area_row("cumulative_trapezoid", cumulative_trapezoid),
]

# Integers keep their dtype in place, where PyTorch has no result of int64 to convert.
IN_PLACE = [in_place(row.name + "_", row, dtypes=NUMBERS, differs={"bool": "PyTorch has it where nothing is added up"},
                     samples=[s for s in row.samples if "dtype" not in s.kwargs])
            for row in ROWS if row.name in ("cumsum", "cumprod")]
