"""Rows: products of matrices."""

import numpy as np

from .harness import E, FLOATS, INTEGERS, NUMBERS, Row, S, T, nan

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
        E(NotImplementedError, r"mm: not defined for bool", T(2, 3, dtype="bool"), T(3, 2, dtype="bool")),
        E(TypeError, r"mm\(\): argument 'mat2' must be Tensor, not float", T(2, 3), 2.0),
        E(TypeError, r"mm\(\) missing 1 required positional argument: 'mat2'", T(2, 3)),
    ],
)

MATMUL = Row(
    "matmul", np.matmul,
    MM.samples + [
        S(T(3), T(3)), S(T(2, 3), T(3)), S(T(3), T(3, 2)), S(T(4, 2, 3), T(3, 2)), S(T(4, 2, 3), T(3)), S(T(3), T(4, 3, 2)),
        S(T(2, 3), T(4, 3, 2)), S(T(4, 2, 3), T(4, 3, 2)), S(T(4, 2, 3), T(1, 3, 2)), S(T(2, 1, 2, 3), T(4, 3, 1)),
        S(T(2, 3, 4, 2), T(1, 1, 2, 3)), S(T(2, 3, 9, 2), T(2, 1, 2, 3)), S(T(5, 9, 2), T(1, 2, 10)), S(T(9, 2), T(3, 2, 10)),
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
        E(NotImplementedError, r"linear: not defined for int64", T(2, 3, dtype="int64"), T(4, 3, dtype="int64")),
        E(TypeError, r"linear\(\): argument 'weight' must be Tensor", T(2, 3), 1),
        E(TypeError, r"linear\(\): argument 'bias' must be Tensor", T(2, 3), T(4, 3), 1),
    ],
)

BOOL = {"bool": "PyTorch refuses all but empty ones"}

BMM = Row(
    "bmm", np.matmul,
    [S(T(2, 2, 3), T(2, 3, 4)), S(T(1, 2, 3), T(1, 3, 4)), S(T(3, 1, 4), T(3, 4, 1)), S(T(0, 2, 3), T(0, 3, 4)), S(T(2, 0, 3), T(2, 3, 4)),
     S(T(2, 2, 0), T(2, 0, 4)), S(T(4, 9, 3), T(4, 3, 10)), S(T(3, 4, 1), T(3, 1, 2)), S(T(2, 1, 5), T(2, 5, 3)), S(T(2, 30, 40), T(2, 40, 50), gradient=False)],
    dtypes=NUMBERS, differs=BOOL, tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"bmm: expected two stacks of matrices, got shapes \[2, 3\] and \[2, 3, 4\]", T(2, 3), T(2, 3, 4)),
        E(RuntimeError, r"bmm: expected as many matrices in both, .*\(1 != 2\)", T(1, 2, 3), T(2, 3, 4)),
        E(RuntimeError, r"bmm: inner dimensions differ: \[2, 2, 3\] @ \[2, 4, 5\] \(3 != 4\)", T(2, 2, 3), T(2, 4, 5)),
        E(RuntimeError, r"bmm: expected operands of one dtype", T(2, 2, 3), T(2, 3, 4, dtype="float64")),
        E(TypeError, r"bmm\(\): argument 'mat2' must be Tensor, not int", T(2, 2, 3), 2),
    ],
)

MV = Row(
    "mv", np.matmul,
    [S(T(2, 3), T(3)), S(T(1, 3), T(3)), S(T(3, 1), T(1)), S(T(0, 3), T(3)), S(T(3, 0), T(0)), S(T(20, 30), T(30)), S(T(9, 200), T(200), gradient=False)],
    dtypes=NUMBERS, differs=BOOL, tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"mv: expected a matrix and a vector, got shapes \[3\] and \[3\]", T(3), T(3)),
        E(RuntimeError, r"mv: expected a matrix and a vector, got shapes \[2, 3\] and \[3, 1\]", T(2, 3), T(3, 1)),
        E(RuntimeError, r"mv: sizes differ: \[2, 3\] @ \[2\] \(3 != 2\)", T(2, 3), T(2)),
        E(RuntimeError, r"mv: expected operands of one dtype", T(2, 3), T(3, dtype="float64")),
        E(TypeError, r"mv\(\): argument 'vec' must be Tensor", T(2, 3), 1),
    ],
)


def dot_row(name):
    return Row(
        name, np.dot, [S(T(3), T(3)), S(T(1), T(1)), S(T(0), T(0)), S(T(100), T(100))], dtypes=NUMBERS,
        differs={"bool": "PyTorch refuses"}, tolerance=(3e-6, 1e-14), gradients="all",
        errors=[
            E(RuntimeError, name + r": expected two vectors, got shapes \[2, 3\] and \[3\]", T(2, 3), T(3)),
            E(RuntimeError, name + r": expected two vectors, got shapes \[\] and \[3\]", T(), T(3)),
            E(RuntimeError, name + r": expected vectors of equal length, got \[3\] and \[4\]", T(3), T(4)),
            E(RuntimeError, name + r": expected operands of one dtype", T(3), T(3, dtype="int64")),
            E(TypeError, name + r"\(\): argument '\w+' must be Tensor", T(3), 1),
        ],
    )


INNER = Row(
    "inner", np.inner,
    [S(T(2, 3), T(4, 3)), S(T(3), T(3)), S(T(3), T(2, 3)), S(T(2, 1, 3), T(2, 4, 3)), S(T(), T(2, 3)), S(T(2), T()), S(T(), T()), S(T(2, 0), T(3, 0)),
     S(T(0, 3), T(2, 3))],
    dtypes=NUMBERS, differs=BOOL, tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"inner: the last dimensions differ: \[2, 3\] and \[4, 2\]", T(2, 3), T(4, 2)),
        E(RuntimeError, r"inner: expected operands of one dtype", T(2, 3), T(3, dtype="int64")),
        E(TypeError, r"inner\(\): argument 'other' must be Tensor", T(3), 1),
    ],
)

OUTER = Row(
    "outer", np.outer, [S(T(2), T(3)), S(T(1), T(1)), S(T(0), T(3)), S(T(2), T(0)), S(T(2), T(3, dtype="int64"))], gradients="all",
    errors=[
        E(RuntimeError, r"outer: expected two vectors, got shapes \[2, 1\] and \[3\]", T(2, 1), T(3)),
        E(RuntimeError, r"outer: expected two vectors, got shapes \[\] and \[3\]", T(), T(3)),
        E(TypeError, r"outer\(\): argument 'vec2' must be Tensor", T(2), 1.0),
    ],
)


def added(product):
    """beta * input + alpha * product; the input is not read with beta=0."""

    def reference(x, a, b, beta=1, alpha=1):
        result = alpha * product(a, b)
        return result if beta == 0 else result + beta * x

    return reference


def added_row(name, product, shapes, in_shapes, bad, dtypes=NUMBERS, differs=BOOL, **options):
    """A row of an operator that adds a product; `in_shapes` for inputs of the first product's shape and broadcast ones."""
    samples = [S(T(*s), *(T(*f) for f in shapes[0])) for s in in_shapes]
    samples += [S(T(*np.shape(product(*(np.ones(f) for f in pair)))), *(T(*f) for f in pair)) for pair in shapes[1:]]
    first = [T(*f) for f in shapes[0]]
    samples += [S(T(*in_shapes[0]), *first, beta=2, alpha=3), S(T(*in_shapes[1]), *first, beta=-1, dtypes=NUMBERS), S(T(*in_shapes[0]), *first, alpha=2),
                S(T(*in_shapes[0]), *first, beta=0.5, alpha=-1.5, dtypes=FLOATS),
                S(T(*in_shapes[0], values=(nan,) * int(np.prod(in_shapes[0]))), *first, beta=0, gradient=False, dtypes=FLOATS),
                S(T(*in_shapes[0]), *first, beta=0, alpha=2)]
    return Row(
        name, added(product), samples, dtypes=dtypes, differs=differs, tolerance=(2e-6, 5e-15), relative="array", gradients="all",
        in_place_dtypes=dtypes,
        errors=[
            E(RuntimeError, name + r": .*" + bad, T(*in_shapes[0]), T(2, 3, 4, 5), T(5)),
            E(RuntimeError, name + r": .*(cannot be broadcast)", T(7, 7), *first),
            E(RuntimeError, name + r": for integral tensors alpha must be an integer, not 1.5", T(*in_shapes[0], dtype="int64"),
              *(T(*f, dtype="int64") for f in shapes[0]), alpha=1.5),
            E(TypeError, name + r"\(\): argument '\w+' must be Tensor", T(*in_shapes[0]), first[0], 2),
            E(TypeError, name + r"\(\): argument 'beta' must be Number, not str", T(*in_shapes[0]), *first, beta="x"),
            E(TypeError, name + r"\(\) missing 1 required positional argument", T(*in_shapes[0]), first[0]),
        ] + options.get("errors", []),
    )


def one_dtype(name, shape, *factors):
    return [E(RuntimeError, name + r": expected an input of the factors' dtype float32, got float64", T(*shape, dtype="float64"),
              *(T(*f) for f in factors))]


ADDMM = added_row(
    "addmm", np.matmul, [((2, 3), (3, 4)), ((0, 3), (3, 4)), ((2, 0), (0, 4)), ((2, 3), (3, 0)), ((1, 3), (3, 5)), ((9, 3), (3, 10)), ((5, 3), (3, 1))],
    [(2, 4), (4,), (1, 4), (2, 1), (), (1,)], "expected two matrices", errors=one_dtype("addmm", (2, 4), (2, 3), (3, 4)))
ADDMV = added_row(
    "addmv", np.matmul, [((4, 3), (3,)), ((0, 3), (3,)), ((4, 0), (0,)), ((1, 3), (3,)), ((30, 20), (20,))], [(4,), (1,), ()], "expected a matrix and a vector",
    errors=one_dtype("addmv", (4,), (4, 3), (3,)))
ADDR = added_row(
    "addr", np.outer, [((3,), (4,)), ((0,), (4,)), ((3,), (0,)), ((1,), (1,))], [(3, 4), (4,), (1, 4), (3, 1), ()], "expected two vectors",
    dtypes=NUMBERS + ("bool",), differs={})
BADDBMM = added_row(
    "baddbmm", np.matmul, [((2, 2, 3), (2, 3, 4)), ((0, 2, 3), (0, 3, 4)), ((2, 2, 0), (2, 0, 4)), ((1, 2, 3), (1, 3, 4)), ((3, 1, 4), (3, 4, 1))],
    [(2, 2, 4), (4,), (2, 4), (2, 1, 4), (1, 2, 1), ()], "expected two stacks", errors=one_dtype("baddbmm", (2, 2, 4), (2, 2, 3), (2, 3, 4)))
ADDBMM = added_row(
    "addbmm", lambda a, b: np.matmul(a, b).sum(0), [((2, 2, 3), (2, 3, 4)), ((0, 2, 3), (0, 3, 4)), ((2, 2, 0), (2, 0, 4)), ((3, 1, 4), (3, 4, 1))],
    [(2, 4), (4,), (2, 1), ()], "expected two stacks", errors=one_dtype("addbmm", (2, 4), (2, 2, 3), (2, 3, 4)))

ROWS = [MM, MATMUL, LINEAR, BMM, MV, dot_row("dot"), dot_row("vdot"), INNER, OUTER, ADDMM, ADDMV, ADDR, BADDBMM, ADDBMM]
