"""Rows: variance, standard deviation, covariance, correlation. What takes its tensors by keyword alone is in
test_reductions.py."""

from dataclasses import replace

import numpy as np

from .harness import E, FLOATS, NUMBERS, Row, S, T, V, inf, nan
from .reductions import DIMS, LONG, SPECIAL, axes, dim_errors


def variance(x, dim=None, unbiased=None, keepdim=False, correction=1):
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    number = np.sum(np.ones(x.shape), axes(x, dim), keepdims=keepdim)
    # From the first element on, so that equal ones have no spread by rounding.
    if x.size:
        along = range(x.ndim) if axes(x, dim) is None else np.atleast_1d(axes(x, dim)) % max(x.ndim, 1) if x.ndim else ()
        x = x - x[tuple(slice(0, 1) if i in along else slice(None) for i in range(x.ndim))]
    mean = np.sum(x, axes(x, dim), keepdims=True) / np.sum(np.ones(x.shape), axes(x, dim), keepdims=True)
    return np.sum((x - mean) ** 2, axes(x, dim), keepdims=keepdim) / np.maximum(0, number - correction)


def deviation(*args, **kwargs):
    return np.sqrt(variance(*args, **kwargs))


def with_mean(function):
    def reference(x, dim=None, unbiased=None, keepdim=False, correction=1):
        along = axes(x, None if isinstance(dim, bool) else dim)
        mean = np.sum(x, along, keepdims=keepdim) / np.sum(np.ones(x.shape), along, keepdims=keepdim)
        return function(x, dim, unbiased, keepdim, correction), mean

    return reference


def keepdim_by_name(sample):
    if len(sample.args) < 3:
        return sample
    return replace(sample, args=sample.args[:2], kwargs={"keepdim": sample.args[2]})


SAMPLES = [keepdim_by_name(s) for s in DIMS if s.args[0].shape not in ((), (3, 1, 4))] + LONG + SPECIAL + [
    S(T(2, 3), ()), S(T(2, 3), True), S(T(2, 3), False), S(T(2, 3), 1, False), S(T(2, 3), 1, False, True), S(T(2, 3), unbiased=False),
    S(T(2, 3), 1, correction=0), S(T(2, 3), 1, correction=0.5), S(T(2, 3), 1, correction=0, keepdim=True),
    S(T(4, 1, 3), (0, 1), correction=2), S(T(3, 1, 4), 1, correction=0, gradient=False), S(T(), correction=0, gradient=False),
    S(T(), gradient=False), S(T(), 0, gradient=False), S(T(1, 3), 0, gradient=False), S(T(2, 3), 1, correction=3, gradient=False),
    S(T(2, 3), 1, correction=5, gradient=False),
    S(T(0, 3), gradient=False), S(T(0, 3), 0, gradient=False), S(T(0, 3), 1), S(T(2, 0), (0, 1), keepdim=True, gradient=False),
    # The spread is a small part of the numbers.
    S(T(50, 4, low=1000, high=1001), 0, gradient=False), S(T(4, 500, low=1000, high=1001), 1, gradient=False),
    S(T(3, 1500), gradient=False), S(T(600, 300), 0, gradient=False), S(V([[2.0, 2.0, 2.0]]), 1, gradient=False),
]


# PyTorch's mean of infinite elements is NaN beside a variance.
MEANS = [s for s in SAMPLES if s not in SPECIAL] + [S(V([[nan, 1.0, 2.0], [1.0, 1.0, 2.0]]), 1, dtypes=FLOATS, gradient=False)]


def spread_row(name, function, samples=SAMPLES):
    return Row(
        name, function, samples, dtypes=FLOATS, tolerance=(1e-6, 2e-14), relative="array", gradients="all",
        gradient_layouts=("transposed", "strided"),  # an expanded input has no spread in one dimension
        errors=dim_errors(name)[:6] + [
            E(RuntimeError, rf"{name}: expected a floating point tensor, got int64", T(2, dtype="int64")),
            E(RuntimeError, rf"{name}: dimension -2 appears more than once", T(2, 3), (0, -2)),
            E(TypeError, rf"{name}: expected one of unbiased and correction", T(2), unbiased=False, correction=0),
            E(TypeError, rf"{name}: argument 'dim' must be int", T(2), True, True),
            E(TypeError, rf"{name}\(\): argument 'correction' must be", T(2), correction="1"),
        ])


def covariance(x, correction=1):
    rows = x.reshape(1, -1) if x.ndim < 2 else x
    number = rows.shape[1]
    distances = rows - np.sum(rows, 1, keepdims=True) / number
    return (distances @ distances.T / max(0, number - correction)).reshape(() if len(rows) == 1 else (len(rows), len(rows)))


def correlation(x):
    c = covariance(x)
    if c.ndim == 0:
        return c / c
    s = np.sqrt(np.diagonal(c))
    return np.clip(c / s[:, None] / s[None, :], -1, 1)


MATRICES = [S(T(3, 7)), S(T(2, 5)), S(T(5)), S(T(1, 4)), S(T(), gradient=False), S(T(2, 0), gradient=False), S(T(0, 4)),
            S(V([[1.0, 2.0, inf], [0.0, 1.0, nan]]), dtypes=FLOATS, gradient=False)]

ROWS = [
    spread_row("var", variance), spread_row("std", deviation),
    spread_row("var_mean", with_mean(variance), MEANS), spread_row("std_mean", with_mean(deviation), MEANS),
    Row("cov", covariance, MATRICES + [S(T(2, 5), correction=0), S(T(2, 3), correction=3, gradient=False), S(T(2, 5), correction=2)],
        dtypes=NUMBERS, tolerance=(1e-6, 4e-15), relative="array", gradients="all", differs={},
        errors=[E(RuntimeError, r"cov: expected input to have two or fewer dimensions, got shape \[2, 2, 2\]", T(2, 2, 2)),
                E(RuntimeError, r"cov: bool dtype is not supported", T(2, dtype="bool")),
                E(TypeError, r"cov\(\): argument 'fweights' must be Tensor", T(2), fweights=[1, 2]),
                E(TypeError, r"cov\(\): argument 'correction' must be int", T(2), correction=0.5)]),
    Row("corrcoef", correlation, [s for s in MATRICES if s.args[0].shape != (5,)] + [S(T(5), gradient=False)],
        dtypes=NUMBERS, tolerance=(1e-6, 4e-15), relative="array", gradients="all", gradient_layouts=("transposed", "strided"),
        errors=[E(RuntimeError, r"corrcoef: expected input to have two or fewer dimensions", T(2, 2, 2)),
                E(RuntimeError, r"cov: bool dtype is not supported", T(2, dtype="bool"))]),
]
