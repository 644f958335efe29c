"""Rows: activation functions."""

import numpy as np

from .harness import ALL, DT, E, FLOATS, Row, S, T, V, inf


def log_softmax(x, dim, dtype=None):
    x = np.asarray(x, np.float64)
    if x.ndim == 0:
        return np.zeros_like(x)
    shifted = x - np.max(x, dim, keepdims=True, initial=-inf)
    return shifted - np.log(np.sum(np.exp(shifted), dim, keepdims=True))


def softmax(x, dim, dtype=None):
    return np.exp(log_softmax(x, dim))


SOFTMAX = [
    S(T(2, 3), 1), S(T(2, 3), 0), S(T(2, 3), -1), S(T(2, 3, 4), 1), S(T(5), 0), S(T(), 0), S(T(), -1), S(T(0, 3), 1), S(T(0, 3), 0), S(T(3, 1), 1),
    S(T(2, 3), 1, dtype=DT("float64")), S(T(2, 3), dim=0, dtype=DT("float32")), S(T(17, 133, low=-30, high=30), 1, gradient=False),
    S(T(133, 5), 0, gradient=False), S(V([[1000.0, 1001.0], [-1000.0, 0.0], [-inf, 0.0]]), 1, gradient=False),
]
# Integers are taken where a floating dtype is named.
for sample in SOFTMAX:
    sample.dtypes = ALL if "dtype" in sample.kwargs else FLOATS
SOFTMAX[-1].dtypes = FLOATS


def softmax_errors(name):
    return [
        E(TypeError, rf"{name}: not defined for int64", T(2, 3, dtype="int64"), 1),
        E(IndexError, rf"{name}: dimension 2 is out of range", T(2, 3), 2),
        E(IndexError, rf"{name}: dimension 1 is out of range", T(), 1),
        E(TypeError, rf"{name}\(\): argument 'dim' must be int", T(2, 3), "a"),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0], 0),
        E(TypeError, rf"{name}\(\): argument 'dtype' must be", T(2), 0, "float32"),
    ]


ROWS = [
    Row("softmax", softmax, SOFTMAX, tolerance=(1e-6, 2e-15), relative="array", gradients="all", errors=softmax_errors("softmax")),
    Row("log_softmax", log_softmax, SOFTMAX, tolerance=(5e-7, 2e-15), relative="array", gradients="all",
        errors=softmax_errors("log_softmax")),
]
