"""Rows: products of matrices."""

import numpy as np

from .harness import E, FLOATS, INTEGERS, NUMBERS, Row, S, T

# Narrow integers wrap around; BLAS sums in an order of its own, so the error is relative to the largest entry.
TOLERANCE = (1e-6, 3e-15)

MM = Row(
    "mm", np.matmul,
    [S(T(2, 3), T(3, 4)), S(T(1, 3), T(3, 1)), S(T(0, 3), T(3, 2)), S(T(2, 0), T(0, 3)), S(T(2, 3), T(3, 0)), S(T(1, 1), T(1, 1)),
     S(T(9, 5), T(5, 10)), S(T(40, 67), T(67, 35), gradient=False), S(T(3, 130), T(130, 20), gradient=False)],
    dtypes=NUMBERS, differs={"bool": "PyTorch refuses all but empty ones"}, tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"mm: inner dimensions differ: \[2, 3\] @ \[4, 5\] \(3 != 4\)", T(2, 3), T(4, 5)),
        E(RuntimeError, r"mm: expected two matrices, got shapes \[3\] and \[3, 2\]", T(3), T(3, 2)),
        E(RuntimeError, r"mm: expected two matrices, got shapes \[2, 3\] and \[1, 3, 2\]", T(2, 3), T(1, 3, 2)),
        E(RuntimeError, r"mm: expected operands of one dtype, got float32 and float64", T(2, 3), T(3, 2, dtype="float64")),
        E(TypeError, r"mm: not defined for bool", T(2, 3, dtype="bool"), T(3, 2, dtype="bool")),
        E(TypeError, r"mm\(\): argument 'mat2' must be Tensor, not float", T(2, 3), 2.0),
        E(TypeError, r"mm\(\) missing 1 required positional argument: 'mat2'", T(2, 3)),
    ],
)

MATMUL = Row(
    "matmul", np.matmul,
    MM.samples + [
        S(T(3), T(3)), S(T(2, 3), T(3)), S(T(3), T(3, 2)), S(T(4, 2, 3), T(3, 2)), S(T(4, 2, 3), T(3)), S(T(3), T(4, 3, 2)),
        S(T(2, 3), T(4, 3, 2)), S(T(4, 2, 3), T(4, 3, 2)), S(T(4, 2, 3), T(1, 3, 2)), S(T(2, 1, 2, 3), T(4, 3, 1)),
        S(T(0, 2, 3), T(3, 4)), S(T(0, 2, 3), T(1, 3, 4)), S(T(2, 0, 3), T(2, 3, 4)), S(T(2, 2, 0), T(2, 0, 4)), S(T(0), T(0)),
    ],
    dtypes=NUMBERS, differs={"bool": "PyTorch refuses all but empty ones"}, tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"matmul: inner dimensions differ: \[2, 3\] @ \[4, 5\] \(3 != 4\)", T(2, 3), T(4, 5)),
        E(RuntimeError, r"matmul: inner dimensions differ: \[3\] @ \[4\] \(3 != 4\)", T(3), T(4)),
        E(RuntimeError, r"matmul: .*\[2\].*\[4\]", T(2, 2, 3), T(4, 3, 2)),
        E(RuntimeError, r"matmul: both operands need at least one dimension, got shapes \[\] and \[3\]", T(), T(3)),
        E(RuntimeError, r"matmul: expected operands of one dtype, got int64 and float32", T(2, 3, dtype="int64"), T(3, 2)),
        E(TypeError, r"matmul\(\): argument 'other' must be Tensor, not int", T(2, 3), 2),
    ],
)


def linear(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y + bias


LINEAR = Row(
    "linear", linear,
    [S(T(2, 3), T(4, 3), T(4)), S(T(2, 3), T(4, 3)), S(T(2, 3), T(4, 3), None), S(T(3), T(4, 3), T(4)), S(T(2, 3, 5), T(4, 5), T(4)),
     S(T(0, 3), T(4, 3), T(4)), S(T(2, 0), T(4, 0), T(4)), S(T(2, 3), T(0, 3), T(0)), S(T(1, 1), T(1, 1), T(1)),
     S(T(20, 3), T(5, 3), T(5)), S(T(7, 33), T(70, 33), T(70), gradient=False), S(T(31, 33), T(70, 33), T(70), gradient=False),
     S(T(2, 9, 3), T(5, 3), T(5))],
    dtypes=FLOATS, differs=dict.fromkeys(INTEGERS + ("bool",), "a layer's weights are floating point; PyTorch takes integers"),
    tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"linear: expected an input of shape \[\.\.\., 3\] for a weight of shape \[4, 3\], got \[2, 5\]", T(2, 5), T(4, 3)),
        E(RuntimeError, r"linear: expected a bias of shape \[4\], got \[3\]", T(2, 3), T(4, 3), T(3)),
        E(RuntimeError, r"linear: expected a weight of two dimensions, got shape \[3\]", T(2, 3), T(3)),
        E(RuntimeError, r"linear: expected an input", T(), T(4, 3)),
        E(RuntimeError, r"linear: expected one dtype, got input float32, weight float64", T(2, 3), T(4, 3, dtype="float64")),
        E(TypeError, r"linear: not defined for int64", T(2, 3, dtype="int64"), T(4, 3, dtype="int64")),
        E(TypeError, r"linear\(\): argument 'weight' must be Tensor", T(2, 3), 1),
        E(TypeError, r"linear\(\): argument 'bias' must be Tensor", T(2, 3), T(4, 3), 1),
    ],
)

ROWS = [MM, MATMUL, LINEAR]
