"""Rows: products that are made of others, over named dimensions, of chains, of all pairs of rows."""

import functools

import numpy as np

from .harness import ALL, E, FLOATS, NUMBERS, Row, S, T, V, inf, nan
from .products import TOLERANCE


def einsum(torch, equation, operands):
    return torch.einsum(equation, *operands)


def einsum_reference(equation, operands):
    # NumPy wants the output's ellipsis, and sorts capitals as PyTorch does.
    if len(operands) == 1 and operands[0].dtype.kind in "bi":
        operands = [operands[0].astype(np.int64)]
    return np.einsum(equation.replace(" ", ""), *operands)


# bool has the products that are no matrix products, which no single dtype of a row says.
N = NUMBERS
EINSUM = Row(
    "_einsum", einsum_reference,
    [S("ij,jk->ik", [T(2, 3), T(3, 4)], dtypes=N), S("ij,jk", [T(2, 3), T(3, 4)], dtypes=N), S("ij, jk -> ki", [T(2, 3), T(3, 4)], dtypes=N), S("ij->ji", [T(2, 3)], dtypes=N),
     S("ii->i", [T(3, 3)], dtypes=N), S("iji->j", [T(3, 2, 3)], dtypes=N), S("i,j->ij", [T(3), T(2)], dtypes=N), S("i,i", [T(3), T(3)], dtypes=N), S("bij,bjk->bik", [T(2, 2, 3), T(2, 3, 4)], dtypes=N),
     S("bij,bkj->bki", [T(2, 2, 3), T(2, 4, 3)], dtypes=N), S("...ij,...jk->...ik", [T(2, 1, 2, 3), T(3, 3, 2)], dtypes=N), S("...i->i...", [T(2, 3)], dtypes=N),
     S("...,...", [T(2, 3), T(3)], dtypes=N), S("bi,bi->b", [T(3, 4), T(3, 4)], dtypes=N), S("bi,bi->b", [T(2, 70), T(2, 70)], dtypes=N), S("ij,ij->ij", [T(2, 3), T(2, 3)], dtypes=N),
     S("ab,bc,cd->ad", [T(2, 3), T(3, 4), T(4, 2)], dtypes=N), S("ab,cd,bc->ad", [T(2, 3), T(4, 2), T(3, 4)], dtypes=N), S("ijk,k,j->i", [T(2, 3, 4), T(4), T(3)], dtypes=N),
     S("iab,jab->ij", [T(2, 3, 4), T(5, 3, 4)], dtypes=N), S(",i->i", [T(), T(3)], dtypes=N), S("->", [T()], dtypes=N), S(",", [T(), T()], dtypes=N), S("ij,jk->ik", [T(2, 0), T(0, 4)], dtypes=N),
     S("ij,jk->ik", [T(0, 3), T(3, 4)], dtypes=N), S("i,i->", [T(0), T(0)], dtypes=N), S("Ab,bc->cA", [T(2, 3), T(3, 2)], dtypes=N), S("bhqd,bhkd->bhqk", [T(2, 2, 3, 4), T(2, 2, 5, 4)], dtypes=N),
     S("iijk,kjj->ijk", [T(2, 2, 3, 4), T(4, 3, 3)], dtypes=N), S("ij,kj,lj,mj->iklm", [T(2, 3), T(1, 3), T(2, 3), T(2, 3)], gradient=False, dtypes=N),
     S("ij->", [T(2, 3)], dtypes=FLOATS), S("ij->i", [T(2, 3)], dtypes=FLOATS), S("i...->...", [T(2, 3)], dtypes=FLOATS)],
    dtypes=NUMBERS, tolerance=(2e-6, 5e-15), relative="array", gradients="all",
    call=einsum,
    errors=[
        E(RuntimeError, r"einsum: 2 operands are named, 1 given in 'ij,jk'", "ij,jk", [T(2, 3)]),
        E(RuntimeError, r"einsum: 1 operands are named, 2 given", "ij", [T(2, 3), T(3)]),
        E(RuntimeError, r"einsum: 1 operands are named, 0 given", "ij", []),
        E(RuntimeError, r"einsum: subscripts must be letters in \[a-zA-Z\], got '1'", "i1", [T(2, 3)]),
        E(RuntimeError, r"einsum: subscripts must be letters", "ié", [T(2, 3)]),
        E(RuntimeError, r"einsum: subscript j stands for sizes 3 and 2", "ij,jk", [T(2, 3), T(2, 3)]),
        E(RuntimeError, r"einsum: subscript i is repeated for sizes 2 and 3", "ii", [T(2, 3)]),
        E(RuntimeError, r"einsum: the output's subscript k is of none of the operands", "ij->ik", [T(2, 3)]),
        E(RuntimeError, r"einsum: the output has subscript i twice", "ij->ii", [T(2, 3)]),
        E(RuntimeError, r"einsum: found '.' that is not part of an ellipsis", "i..j", [T(2, 3)]),
        E(RuntimeError, r"einsum: found '.' that is not part of an ellipsis", "ij..", [T(2, 3)]),
        E(RuntimeError, r"einsum: an ellipsis may appear once", "......i", [T(2, 3)]),
        E(RuntimeError, r"einsum: there is more than one '->'", "ij->->i", [T(2, 3)]),
        E(RuntimeError, r"einsum: operand 0 has 2 dimensions, of shape \[2, 3\], but 3 subscripts", "ijk", [T(2, 3)]),
        E(RuntimeError, r"einsum: operand 0 has 2 dimensions, of shape \[2, 3\], but 3 subscripts and an ellipsis", "ijk...", [T(2, 3)]),
        E(RuntimeError, r"expected operands of one dtype", "i,i", [T(3), T(3, dtype="float64")]),
        E(RuntimeError, r"einsum: a tensor has at most 16 dimensions, the output 20", "abcdefghij,klmnopqrst", [T(*[1] * 10), T(*[1] * 10)]),
        E(TypeError, r"must be str, not int", 3, [T(2)]),
    ],
)


TENSORDOT = Row(
    "_tensordot", lambda a, b, x, y: np.tensordot(a, b, (x, y)),
    [S(T(2, 3), T(3, 4), [1], [0]), S(T(2, 3, 4), T(4, 3, 5), [1, 2], [1, 0]), S(T(2, 3), T(4), [], []), S(T(2, 3), T(2, 3), [0, 1], [0, 1]),
     S(T(2, 3), T(4, 3), [-1], [-1]), S(T(), T(2), [], []), S(T(0, 3), T(3, 4), [1], [0]), S(T(2, 0), T(0, 4), [1], [0])],
    dtypes=NUMBERS, differs={"bool": "PyTorch refuses all but empty ones"}, tolerance=TOLERANCE, relative="array", gradients="all",
    call=lambda torch, a, b, x, y: torch.tensordot(a, b, (x, y)),
    errors=[
        E(RuntimeError, r"tensordot: contracted dimensions need to match: 3 of \[2, 3\] against 4 of \[4, 3\]", T(2, 3), T(4, 3), [1], [0]),
        E(RuntimeError, r"tensordot: as many dimensions of both are expected, got \[1, 0\] and \[0\]", T(2, 3), T(3, 2), [1, 0], [0]),
        E(RuntimeError, r"tensordot: dimension 1 appears more than once in \[1, 1\]", T(3, 3), T(3, 3), [1, 1], [0, 1]),
        E(IndexError, r"tensordot: dimension 2 is out of range", T(2, 3), T(3, 2), [2], [0]),
        E(RuntimeError, r"tensordot: expected operands of one dtype", T(2, 3), T(3, 2, dtype="float64"), [1], [0]),
    ],
)


def cdist_reference(a, b, p=2.0, compute_mode=None):
    difference = np.abs(a[..., :, None, :] - b[..., None, :, :])
    if p == 0:
        return (difference != 0).sum(-1).astype(np.float64)
    if p == inf:
        return difference.max(-1, initial=0)
    return (difference**p).sum(-1) ** (1 / p)


CDIST = Row(
    "cdist", cdist_reference,
    [S(T(2, 3), T(4, 3), p, **options) for p, options in
     ((2.0, {}), (1.0, {}), (inf, {}), (0.0, {}), (3.0, {}), (1.5, {}), (0.5, {"gradient": False}), (2.0, {"compute_mode": "use_mm_for_euclid_dist"}))]
    + [S(T(2, 3), T(4, 3)), S(T(2, 1, 3, 2), T(5, 4, 2)), S(T(2, 1, 3, 2), T(5, 4, 2), 1.0), S(T(2, 1, 3, 2), T(5, 4, 2), 3.0), S(T(0, 3), T(4, 3)),
       S(T(2, 3), T(0, 3)), S(T(2, 0), T(4, 0)), S(T(0, 2, 3), T(4, 3)), S(T(1, 1), T(1, 1)), S(T(30, 4), T(3, 4), layouts=False),
       S(V([[1.0, nan], [2.0, inf]]), V([[1.0, 0.5], [0.0, 1.0]]), 1.0, gradient=False),
       S(V([[1.0, nan], [2.0, inf]]), V([[1.0, 0.5], [0.0, 1.0]]), gradient=False)],
    dtypes=FLOATS, tolerance=(2e-6, 5e-15), relative="array", gradients="all", gradient_layouts=("transposed", "strided"), reduced=None,
    errors=[
        E(RuntimeError, r"cdist: p must be at least 0, not -1.0", T(2, 3), T(2, 3), -1.0),
        E(RuntimeError, r"cdist: p must be at least 0, not nan", T(2, 3), T(2, 3), nan),
        E(ValueError, r"cdist: 'x' is not one of", T(2, 3), T(2, 3), 2.0, "x"),
        E(RuntimeError, r"cdist: expected rows of equal length, got shapes \[2, 3\] and \[2, 4\]", T(2, 3), T(2, 4)),
        E(RuntimeError, r"cdist: expected at least two dimensions, got shapes \[3\] and \[2, 3\]", T(3), T(2, 3)),
        E(RuntimeError, r"cdist: .*cannot be broadcast", T(2, 2, 3), T(3, 2, 3)),
        E(RuntimeError, r"cdist: expected operands of one dtype", T(2, 3), T(2, 3, dtype="float64")),
        E(TypeError, r"cdist\(\): argument 'x2' must be Tensor", T(2, 3), 1),
    ],
)

KRON = Row(
    "kron", np.kron, [S(T(2, 3), T(3, 2)), S(T(2), T(3, 2)), S(T(2, 1, 2), T(3)), S(T(), T(2, 2)), S(T(), T()), S(T(0, 2), T(2, 3)), S(T(2), T(3, dtype="int64")),
                     S(T(2, 1, 1, 1, 1, 1, 1, 1, 2), T(2, 3), layouts=False)],
    gradients="all", dtypes=ALL,
    errors=[E(TypeError, r"kron\(\): argument 'other' must be Tensor", T(2, 3), 1), E(TypeError, r"kron\(\) missing 1 required", T(2))],
)


def cross_reference(a, b, dim=None):
    if dim is None:
        dim = a.shape.index(3)
    shape = np.broadcast_shapes(a.shape, b.shape)
    return np.moveaxis(np.cross(np.moveaxis(np.broadcast_to(a, shape), dim, -1), np.moveaxis(np.broadcast_to(b, shape), dim, -1)), -1, dim)


def cross_row(name, samples, call=None):
    return Row(
        name, cross_reference if name == "cross" else lambda a, b, dim=-1: cross_reference(a, b, dim), samples, dtypes=NUMBERS, tolerance=(3e-7, 5e-16),
        relative="array", gradients="all", call=call,
        errors=[
            E(RuntimeError, r"cross: dimension -?1 must have size 3, got shapes \[2, 2\] and \[2, 2\]", T(2, 2), T(2, 2), dim=-1),
            E(RuntimeError, r"cross: expected as many dimensions in both, got shapes \[3\] and \[2, 3\]", T(3), T(2, 3)),
            E(IndexError, r"cross: dimension 4 is out of range", T(2, 3), T(2, 3), dim=4),
            E(RuntimeError, r"cross: expected operands of one dtype", T(3), T(3, dtype="float64")),
            E(RuntimeError, r"cross: .*", T(), T()),
            E(TypeError, r"cross\(\): argument 'other' must be Tensor", T(3), 1),
        ],
    )


CROSS_SAMPLES = [S(T(2, 3), T(2, 3)), S(T(3), T(3)), S(T(1, 3), T(4, 3)), S(T(0, 3), T(0, 3))]
CROSS = cross_row("cross", CROSS_SAMPLES + [S(T(3, 2, 3), T(3, 2, 3)), S(T(3, 4), T(3, 4), dim=0), S(T(2, 3), T(2, 3), 1)])
LINALG_CROSS = cross_row("linalg_cross", CROSS_SAMPLES + [S(T(3, 2, 3), T(3, 2, 3)), S(T(3, 4), T(3, 1), dim=0)],
                         lambda torch, *a, **k: torch.linalg.cross(*a, **k))

VECDOT = Row(
    "vecdot", lambda a, b, dim=-1: (a * b).sum(dim),
    [S(T(2, 3), T(2, 3)), S(T(2, 3), T(3)), S(T(3), T(3)), S(T(4, 3), T(4, 1), dim=0), S(T(2, 3), T(2, 3), dim=0), S(T(0, 3), T(0, 3)), S(T(2, 0), T(2, 0)),
     S(T(2, 100), T(2, 100)), S(T(), T(), dim=0)],
    dtypes=FLOATS, tolerance=(2e-6, 5e-15), relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"vecdot: expected a floating point tensor, got int64", T(3, dtype="int64"), T(3, dtype="int64")),
        E(RuntimeError, r"vecdot: expected operands of one dtype, got float32 and float64", T(3), T(3, dtype="float64")),
        E(RuntimeError, r"vecdot: .*cannot be broadcast", T(2, 3), T(4)),
        E(IndexError, r"vecdot: dimension 2 is out of range", T(2, 3), T(2, 3), dim=2),
    ],
)

MULTI_DOT = Row(
    "multi_dot", lambda arrays: functools.reduce(np.matmul, arrays),
    [S([T(2, 3), T(3, 2)]), S([T(2, 10), T(10, 3), T(3, 4)]), S([T(3), T(3, 4), T(4, 2)]), S([T(2, 3), T(3, 4), T(4)]), S([T(3), T(3)]), S([T(3), T(3, 4), T(4)]),
     S([T(2, 5), T(5, 3), T(3, 7), T(7, 2)]), S([T(0, 3), T(3, 2)]), S([T(2, 0), T(0, 3), T(3, 2)])],
    dtypes=NUMBERS, differs={"bool": "PyTorch refuses all but empty ones"}, tolerance=(2e-5, 5e-14), relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"multi_dot: expected at least 2 tensors, got 1", [T(2, 2)]),
        E(RuntimeError, r"multi_dot: expected at least 2 tensors, got 0", []),
        E(RuntimeError, r"multi_dot: tensors 0 and 1 with shapes \[2, 3\] and \[2, 3\] cannot be multiplied", [T(2, 3), T(2, 3)]),
        E(RuntimeError, r"multi_dot: tensor 1 must be a matrix, got shape \[3\]", [T(2, 3), T(3), T(3, 3)]),
        E(RuntimeError, r"multi_dot: expected one dtype, got float32 and float64", [T(2, 3), T(3, 3, dtype="float64")]),
        E(TypeError, r"multi_dot\(\): argument 'tensors' .*Tensor", T(2, 2, 2)),
    ],
)

MATRIX_POWER = Row(
    "matrix_power", np.linalg.matrix_power,
    [S(T(3, 3), n) for n in (2, 3, 5, 8)] + [S(T(3, 3), 0, dtypes=NUMBERS), S(T(3, 3), 1, dtypes=NUMBERS), S(T(2, 3, 3), 2), S(T(2, 3, 3), 0, dtypes=NUMBERS), S(T(0, 3, 3), 3), S(T(2, 0, 0), 3), S(T(1, 1), 4), S(T(3, 3), -1, dtypes=("float64",), layouts=False),
                                                   S(T(2, 3, 3), -3, dtypes=("float64",), gradient=False, layouts=False)],
    dtypes=NUMBERS, differs={"bool": "PyTorch has the power of 0"}, tolerance=(3e-5, 1e-13), relative="array", gradients="all",
    gradient_layouts=("transposed", "strided"),
    errors=[
        E(RuntimeError, r"matrix_power: expected square matrices, but they are 2 by 3 matrices", T(2, 3), 2),
        E(RuntimeError, r"matrix_power: expected a tensor of at least 2 dimensions, got shape \[2\]", T(2), 2),
        E(RuntimeError, r"singular", T(2, 2, low=0, high=0), -1),
        E(RuntimeError, r"linalg.inv: expected a floating point tensor, got int64", T(2, 2, dtype="int64"), -1),
        E(TypeError, r"matrix_power\(\): argument 'n' must be int, not float", T(2, 2), 2.0),
    ],
)

TRACE = Row(
    "trace", np.trace, [S(T(3, 3)), S(T(2, 4)), S(T(4, 2)), S(T(1, 1)), S(T(0, 3)), S(T(0, 0))], dtypes=NUMBERS, tolerance=(3e-7, 1e-15), relative="unit", gradients="all",
    errors=[E(RuntimeError, r"trace: expected a matrix, got shape \[2, 2, 2\]", T(2, 2, 2)), E(RuntimeError, r"trace: expected a matrix", T()),
            E(NotImplementedError, r"trace: not defined for bool", T(2, 2, dtype="bool"))],
)

ROWS = [EINSUM, TENSORDOT, CDIST, KRON, CROSS, LINALG_CROSS, VECDOT, MULTI_DOT, MATRIX_POWER, TRACE]
