"""Rows: elements repeated, reversed, moved on; tensors joined in NumPy's ways; combinations of elements."""

import itertools

import numpy as np

from .harness import E, S, T, V
from .shapes import movement, not_a_tensor, sizes


def repeat(x, *counts):
    return np.tile(x, sizes(counts))


def tile(x, *counts):
    return np.tile(x, sizes(counts))


def repeat_interleave(x, repeats=None, dim=None, output_size=None):
    if repeats is None:
        return np.repeat(np.arange(x.size), x).astype(x.dtype)
    return np.repeat(x, repeats, dim)


def roll(x, shifts, dims=()):
    return np.roll(x, shifts, None if dims == () else dims)


def flip(x, *dims):
    return np.flip(x, sizes(dims)) if x.ndim else x


def broadcast_tensors(*tensors):
    return list(np.broadcast_arrays(*tensors))


def meshgrid(*vectors, indexing="ij"):
    return list(np.meshgrid(*vectors, indexing=indexing))


def cartesian_prod(*vectors):
    if len(vectors) == 1:
        return vectors[0]
    return np.stack([g.reshape(-1) for g in np.meshgrid(*vectors, indexing="ij")], 1)


def combinations(x, r=2, with_replacement=False):
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    return x[np.array(list(choose(range(x.size), r)), int).reshape(-1, r)] if r else x[:0]


def block_diag(*tensors):
    blocks = [np.atleast_2d(t) for t in tensors]
    result = np.zeros((sum(b.shape[0] for b in blocks), sum(b.shape[1] for b in blocks)), np.result_type(*tensors))
    row = column = 0
    for block in blocks:
        result[row:row + block.shape[0], column:column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return result


def atleast(x, ndim):
    return (np.atleast_1d, np.atleast_2d, np.atleast_3d)[ndim - 1](x)


def counts(*values, dtype="int64"):
    return V(np.array(values, dtype), dtype=dtype)


def stack_errors(name):
    return [E(RuntimeError, rf"{name}: expected a non-empty list of tensors", []),
            E(TypeError, rf"{name}\(\): argument 'tensors' must be tuple of Tensors, not Tensor", T(2)),
            E(RuntimeError, r"cat: sizes must match except in dimension", [T(2, 3, 3), T(2, 4, 4)])]


ROWS = [
    movement("unflatten", lambda x, dim, sizes: x.reshape(
        x.shape[:dim % x.ndim] + tuple(np.empty(x.shape[dim], bool).reshape(sizes).shape) + x.shape[dim % x.ndim + 1:]),
             [S(T(6, 2), 0, (2, 3)), S(T(2, 6), 1, (3, -1)), S(T(2, 6, 3), -2, (2, 1, 3)), S(T(4), 0, (4,)), S(T(0, 2), 0, (0, 3)), S(T(2, 0), 0, (1, 2))],
             [E(RuntimeError, r"unflatten: \[2, 2\] does not multiply up to 3, the size of dimension 1", T(2, 3), 1, (2, 2)),
              E(RuntimeError, r"unflatten: \[-1, 2\] does not multiply up to 3", T(2, 3), 1, (-1, 2)),
              E(RuntimeError, r"unflatten: expected at least one size", T(2, 3), 1, ()),
              E(RuntimeError, r"unflatten: invalid size -1", T(2, 3), 1, (-1, -1)),
              E(RuntimeError, r"unflatten: -1 in \[-1, 0\] is ambiguous", T(0), 0, (-1, 0)),
              E(RuntimeError, r"unflatten: \[\d+, \d+\] does not multiply", T(2), 0, (2**62, 2**62)),
              E(RuntimeError, r"unflatten: dimension 0 named, but the tensor has no dimensions", T(), 0, (1,)),
              E(IndexError, r"unflatten: dimension 2 is out of range", T(2, 3), 2, (3,)),
              E(ValueError, r"unflatten: a tensor has at most 16 dimensions", T(2, 2), 0, (2,) + (1,) * 15)]),
    movement("ravel", np.ravel, [S(T(2, 3)), S(T()), S(T(0, 3)), S(T(4))], not_a_tensor("ravel")),
    movement("movedim", lambda x, source, destination: np.moveaxis(x, source, destination) if x.ndim else x,
             [S(T(2, 3, 4), 0, 2), S(T(2, 3, 4), (0, 1), (-1, 0)), S(T(2, 3), 1, 0), S(T(), 0, 0), S(T(0, 3), 0, -1), S(T(2, 3, 4), (), ())],
             [E(RuntimeError, r"movedim: expected as many source as destination dimensions", T(2, 3), (0, 1), (1,)),
              E(RuntimeError, r"movedim: repeated dimension in the source", T(2, 3), (0, 0), (1, 0)),
              E(RuntimeError, r"movedim: repeated dimension in the destination", T(2, 3), (0, 1), (1, 1)),
              E(IndexError, r"movedim: dimension 5 is out of range", T(2, 3), 0, 5)]),
    movement("broadcast_to", lambda x, size: np.broadcast_to(x, size),
             [S(T(3), (2, 3)), S(T(2, 1), (2, 4)), S(T(), (2, 2)), S(T(1, 3), (0, 3)), S(T(0, 1), (2, 0, 3))],
             [E(RuntimeError, r"expand: size 2 of dimension 0 cannot be expanded to 4", T(2), (4,)),
              E(TypeError, r"broadcast_to\(\): argument 'size' must be", T(2), "a")]),
    movement("broadcast_tensors", broadcast_tensors, [S(T(3), T(2, 1)), S(T(), T(2), T(1, 1)), S(T(0, 1), T(1, 2)), S(T(2)), S(T(2), T(2, dtype="int32"))],
             [E(RuntimeError, r"broadcast_tensors: shapes \[2\] and \[3\] cannot be broadcast", T(2), T(3)),
              E(TypeError, r"broadcast_tensors\(\): expected Tensor as element 1", T(2), 1)]),
    movement("as_strided", lambda x, size, stride, storage_offset=0: np.lib.stride_tricks.as_strided(
        x.reshape(-1)[storage_offset or 0:], size, [s * x.itemsize for s in stride]).copy(),
             [S(T(2, 3), (2, 2), (1, 1), layouts=False), S(T(6), (3,), (2,), 1, layouts=False), S(T(2, 3), (4, 2), (0, 3), layouts=False),
              S(T(2, 3), (), (), 5, layouts=False), S(T(0, 3), (0,), (1,), layouts=False), S(T(), (2,), (0,), layouts=False), S(T(2, 3), (0, 2), (1, 1), layouts=False),
              S(T(3, 3), (3,), (4,), layouts=False)],
             [E(RuntimeError, r"as_strided: .*out of bounds for a storage of 6 elements", T(2, 3), (7,), (1,)),
              E(RuntimeError, r"as_strided: .*out of bounds", T(2, 3), (2,), (2**62,)),
              E(RuntimeError, r"as_strided: .*out of bounds", T(2, 3), (1,), (1,), 2**62),
              E(RuntimeError, r"as_strided: invalid storage offset -1", T(2, 3), (1,), (1,), -1),
              E(RuntimeError, r"as_strided: negative strides", T(2, 3), (1,), (-1,)),
              E(RuntimeError, r"as_strided: negative size -1", T(2, 3), (-1,), (1,)),
              E(RuntimeError, r"as_strided: mismatch in length", T(2, 3), (1, 1), (1,)),
              E(MemoryError, r"as_strided: ", T(2, 3), (2**40, 2**40), (0, 0))], gradient_layouts=()),
    movement("repeat", repeat,
             [S(T(2, 3), 2, 1), S(T(2, 3), (1, 3)), S(T(2, 3), 2, 1, 2), S(T(), ()), S(T(), 3), S(T(2), 1), S(T(0, 3), 2, 2), S(T(2, 3), 0, 2),
              S(T(2, 3), 2, 0), S(T(2, 1, 3), 2, 2, 2)],
             [E(RuntimeError, r"repeat: \[2\] has fewer dimensions than the tensor's shape \[2, 3\]", T(2, 3), 2),
              E(RuntimeError, r"repeat: negative count -1 in \[-1, 1\]", T(2, 3), -1, 1),
              E(MemoryError, r"repeat: ", T(2, 3), 2**40, 2**40), E(MemoryError, r"repeat: ", T(2), 2**63 - 1),
              E(TypeError, r"repeat\(\) missing 1 required positional argument", T(2)),
              E(TypeError, r"repeat\(\): argument 'repeats' must be", T(2), 1.5)]),
    movement("tile", tile, [S(T(2, 3), (2,)), S(T(2, 3), (2, 1)), S(T(2), (2, 3)), S(T(), (2,)), S(T(2, 3), ()), S(T(0, 2), (2, 2))],
             [E(RuntimeError, r"repeat: negative count", T(2, 3), (-1,)), E(MemoryError, r"repeat: ", T(2), (2**62,))] + not_a_tensor("tile", (2,))),
    movement("repeat_interleave", repeat_interleave,
             [S(T(2, 3), 2), S(T(2, 3), 2, 0), S(T(2, 3), 3, -1), S(T(2, 3), 0, 1), S(T(2, 3), counts(1, 2), 0), S(T(2, 3), counts(0, 2, 1), 1),
              S(T(3), counts(2, 0, 1, dtype="int32")), S(T(2, 2), counts(2)), S(T(), 3), S(T(0, 2), 2, 0), S(T(0), counts(), 0), S(T(2, 3), 1, 0),
              S(T(2, 3), 2, 1, output_size=6)],
             [E(RuntimeError, r"repeat_interleave: repeats must be non-negative, got -1", T(2), -1),
              E(RuntimeError, r"repeat_interleave: repeats must be non-negative, got -2", T(2), counts(1, -2), 0),
              E(RuntimeError, r"repeat_interleave: expected as many repeats as the size 3 of dimension 1, got 2", T(2, 3), counts(1, 2), 1),
              E(RuntimeError, r"repeat_interleave: invalid output_size: expected 4, got 3", T(2), 2, 0, output_size=3),
              E(RuntimeError, r"repeat_interleave: invalid output_size: expected 3, got 5", T(2), counts(1, 2), 0, output_size=5),
              E(NotImplementedError, r"repeat_interleave: expected repeats of int64 or int32, got float32", T(2), T(2), 0),
              E(RuntimeError, r"repeat_interleave: expected repeats of at most 1 dimension", T(2), V([[1, 2]], dtype="int64"), 0),
              E(IndexError, r"repeat_interleave: dimension 0 named, but the tensor has no dimensions", T(), 2, 0),
              E(MemoryError, r"repeat_interleave: ", T(2), 2**63 - 1), E(MemoryError, r"repeat_interleave: ", T(2), counts(2**62, 2**62)),
              E(RuntimeError, r"repeat_interleave: expected repeats of 1 dimension", V([[1, 2]], dtype="int64"))]),
    movement("flip", flip, [S(T(2, 3), 0), S(T(2, 3), (0, 1)), S(T(2, 3, 4), -1, 0), S(T(), 0), S(T(0, 3), 1), S(T(5), [0]), S(T(2, 3), ())],
             [E(RuntimeError, r"flip: dimension -1 appears more than once", T(2), 0, -1), E(IndexError, r"flip: dimension 1 is out of range", T(2), 1),
              E(TypeError, r"flip\(\) missing 1 required positional argument: 'dims'", T(2))] + not_a_tensor("flip", 0),
             call=lambda torch, x, *dims: x.flip(*dims)),
    movement("fliplr", np.fliplr, [S(T(2, 3)), S(T(2, 3, 2)), S(T(0, 3))], [E(RuntimeError, r"fliplr: expected at least 2 dimensions", T())]),
    movement("flipud", np.flipud, [S(T(2, 3)), S(T(4)), S(T(0, 3))], [E(RuntimeError, r"flipud: expected at least 1 dimension", T())]),
    movement("roll", roll,
             [S(T(2, 3), 1), S(T(2, 3), -2, 1), S(T(2, 3), (1, 2), (0, 1)), S(T(4), 5, 0), S(T(2, 3), (1, 1), (0, 0)), S(T(), 1), S(T(0, 3), 1, 1),
              S(T(2, 3), 2**62, 1), S(T(2, 3), -(2**62), -1), S(T(3), 0, 0)],
             [E(RuntimeError, r"roll: shifts and dimensions must align", T(2, 3), (1, 2)),
              E(RuntimeError, r"roll: shifts and dimensions must align", T(2, 3), 1, (0, 1)),
              E(RuntimeError, r"roll: expected at least one shift", T(2, 3), (), ()),
              E(IndexError, r"roll: dimension 0 named, but the tensor has no dimensions", T(), 1, 0),
              E(IndexError, r"roll: dimension 2 is out of range", T(2, 3), 1, 2)] + not_a_tensor("roll", 1)),
    movement("rot90", lambda x, k=1, dims=(0, 1): np.rot90(x, k, dims),
             [S(T(2, 3)), S(T(2, 3), 2), S(T(2, 3), -1), S(T(2, 3), 4), S(T(2, 3, 4), 1, (2, 0)), S(T(2, 3), 3, (-1, -2)), S(T(0, 3)),
              S(T(2, 3), 2**62 + 3)],
             [E(RuntimeError, r"rot90: expected 2 dimensions to rotate in, got \[0\]", T(2, 3), 1, (0,)),
              E(RuntimeError, r"rot90: expected two different dimensions", T(2, 3), 1, (0, -2)),
              E(RuntimeError, r"rot90: expected at least 2 dimensions", T()), E(IndexError, r"rot90: dimension 5 is out of range", T(2, 3), 1, (0, 5))]),
    movement("hstack", np.hstack, [S([T(2), T(3)]), S([T(2, 1), T(2, 2)]), S([T(), T()]), S([T(0), T(2)]), S([T(2, 0), T(2, 3)]),
                                   S([T(2), T(1, dtype="float64")])], stack_errors("hstack")),
    movement("vstack", np.vstack, [S([T(2), T(2)]), S([T(1, 2), T(2, 2)]), S([T(), T()]), S([T(0, 2), T(2)])], stack_errors("vstack")),
    movement("dstack", np.dstack, [S([T(2), T(2)]), S([T(2, 3), T(2, 3)]), S([T(), T()]), S([T(1, 2, 1), T(1, 2, 3)]), S([T(0, 2), T(0, 2)])],
             stack_errors("dstack")[:2]),
    movement("column_stack", np.column_stack, [S([T(2), T(2)]), S([T(2), T(2, 3)]), S([T(2, 0), T(2)]), S([T(0), T(0)])],
             stack_errors("column_stack") + [E(RuntimeError, r"cat: sizes must match", [T(), T(2)])]),
    movement("block_diag", block_diag, [S(T(2, 3), T(1, 2)), S(T(2), T()), S(T(0, 2), T(1, 1)), S(T(2, 2)), S(T(2), T(1, 2, dtype="float64"))],
             [E(RuntimeError, r"block_diag: expected tensors of at most 2 dimensions, but tensor 1 has shape \[1, 1, 1\]", T(2), T(1, 1, 1)),
              E(TypeError, r"block_diag\(\): expected Tensor as element 0", 1, 2)]),
    movement("meshgrid", meshgrid, [S(T(2), T(3)), S(T(2), T(3), T(2), indexing="xy"), S(T(2)), S(T(2), indexing="xy"), S(T(), T(2)), S(T(0), T(2)),
                                    S(T(2), T(3), indexing="xy")],
             [E(RuntimeError, r"meshgrid: expected a non-empty list of tensors"), E(RuntimeError, r"meshgrid: expected tensors of at most 1 dimension", T(2, 2)),
              E(RuntimeError, r"meshgrid: expected tensors of the same dtype, got float32 and int64", T(2), T(2, dtype="int64")),
              E(RuntimeError, r"meshgrid: indexing must be one of 'xy' or 'ij', but received: 'a'", T(2), indexing="a"),
              E(ValueError, r"meshgrid: a tensor has at most 16 dimensions, got 17 tensors", *[T(1)] * 17)]),
    movement("cartesian_prod", cartesian_prod, [S(T(2), T(3)), S(T(2)), S(T(2), T(0)), S(T(2), T(1), T(3))],
             [E(RuntimeError, r"cartesian_prod: expected a non-empty list"), E(RuntimeError, r"cartesian_prod: expected tensors of 1 dimension", T(), T(2)),
              E(RuntimeError, r"cartesian_prod: expected tensors of the same dtype", T(2), T(2, dtype="int64"))]),
    movement("combinations", combinations, [S(T(4)), S(T(4), 3), S(T(3), 2, True), S(T(3), 4), S(T(3), 1), S(T(3), r=0, gradient=False), S(T(0)), S(T(3), 4, with_replacement=True)],
             [E(RuntimeError, r"combinations: expected a tensor of 1 dimension, got shape \[\]", T()),
              E(RuntimeError, r"combinations: expected a non-negative length, got -1", T(3), -1),
              E(MemoryError, r"combinations: ", T(3), 2**63 - 1, True), E(MemoryError, r"combinations: ", T(200), 100)]),
    movement("_atleast", atleast, [S(T(), 1), S(T(), 2), S(T(), 3), S(T(2), 1), S(T(2), 2), S(T(2), 3), S(T(2, 3), 3), S(T(0, 2), 3), S(T(2, 3, 1), 2)],
             [E(TypeError, r"atleast\(\): argument 'input' must be Tensor", 1, 2)],
             call=lambda torch, x, ndim: (torch.atleast_1d, torch.atleast_2d, torch.atleast_3d)[ndim - 1](x)),
]
