"""Rows: parts of a tensor as views, diagonals and triangles, and tensors with a part replaced."""

import numpy as np

from .harness import ALL, DT, E, Row, S, T, V
from .shapes import movement, not_a_tensor, one_dim


def take(x, axis, start, stop, step=1):
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, stop, step),)]


def split(x, size, dim=0):
    if isinstance(size, int):
        count = max(-(-x.shape[dim] // size), 1) if size else 1
        return [take(x, dim, i * size, (i + 1) * size if size else 0) for i in range(count)]
    ends = np.cumsum([0, *size])
    return [take(x, dim, a, b) for a, b in zip(ends, ends[1:])]


def chunk(x, chunks, dim=0):
    extent = x.shape[dim]
    return [x] * chunks if extent == 0 else split(x, -(-extent // chunks), dim)


def cuts(cut):
    return cut.tolist() if isinstance(cut, np.ndarray) else list(cut) if isinstance(cut, tuple) else cut


def tensor_split(x, cut, dim=0):
    return np.array_split(x, cuts(cut), dim)


def unfold(x, dimension, size, step):
    if x.ndim == 0:
        return x.reshape(1)[:size]
    windows = np.lib.stride_tricks.sliding_window_view(x, size, dimension) if size else np.zeros(
        x.shape[:dimension] + (x.shape[dimension] + 1,) + x.shape[dimension + 1:] + (0,), x.dtype)
    return take(windows, dimension if dimension >= 0 else x.ndim + dimension, None, None, step)


def diag_embed(x, offset=0, dim1=-2, dim2=-1):
    size = x.shape[-1] + abs(offset)
    result = np.zeros(x.shape[:-1] + (size, size), x.dtype)
    rows = np.arange(x.shape[-1])
    result[..., rows + max(-offset, 0), rows + max(offset, 0)] = x
    return np.moveaxis(result, (-2, -1), (dim1, dim2))


def near(offset):
    """An offset that NumPy takes, beyond all matrices here like the one given."""
    return max(min(offset, 99), -99)


def diag(x, diagonal=0):
    return np.diag(x, near(diagonal))


def scattered(function):
    def scatter(x, src, *args, **kwargs):
        result = x.copy()
        part = function(result, *args, **kwargs)
        part[...] = src
        return result

    return scatter


def select_part(x, dim, index):
    return x[(slice(None),) * (dim % x.ndim) + (index,)]


def diagonal_part(x, offset=0, dim1=0, dim2=1):
    view = x.diagonal(offset, dim1, dim2)
    view.flags.writeable = True
    return view


INT = dict(dtypes=("int64", "float64", "bool"))
SPLITS = [S(T(6, 3), 2), S(T(5, 3), 2), S(T(2, 5), 3, 1), S(T(2, 5), 7, -1), S(T(0, 3), 2), S(T(0, 3), 0), S(T(4), 4)]
TRIANGLES = [S(T(3, 4)), S(T(4, 3), 1), S(T(4, 3), -2), S(T(2, 3, 3), diagonal=-1), S(T(0, 3)), S(T(2, 0)), S(T(3, 3), 2**62),
             S(T(3, 3), -(2**63)), S(T(1, 5), 3), S(T(5, 1), -3)]
TRIANGLE_ERRORS = [E(RuntimeError, r"tri[lu]: expected at least 2 dimensions, got shape \[3\]", T(3)),
                   E(RuntimeError, r"tri[lu]: expected at least 2 dimensions, got shape \[\]", T()),
                   E(TypeError, r"tri[lu]\(\): argument 'diagonal' must be int", T(2, 2), 0.5)]
CUT_ERRORS = [E(TypeError, r"argument 'indices_or_sections' must be|must be", T(4, 4, 4), "a"),
              E(RuntimeError, r"expected more than 0 sections, got 0", T(4, 4, 4), 0),
              E(RuntimeError, r"expected more than 0 sections, got -1", T(4, 4, 4), -1)]


def evenly(name, least):
    return CUT_ERRORS + [
        E(RuntimeError, rf"{name}: the size 4 of dimension \d is not divisible by the split_size 3", T(4, 4, 4), 3),
        E(RuntimeError, rf"{name}: requires a tensor with at least {least} dimension", T(), 1)]


ROWS = [
    movement("split", split, SPLITS + [S(T(4, 3), (1, 3)), S(T(2, 5), (0, 5, 0), dim=1), S(T(2, 5), [2, 3], -1)],
             one_dim("split", 1)[2:] + not_a_tensor("split", 1) + [
                 E(IndexError, r"split: dimension 5 is out of range", T(2, 3), 1, 5),
                 E(RuntimeError, r"split: split_size can only be 0 if dimension size is 0, but got dimension size of 2", T(2), 0),
                 E(RuntimeError, r"split: expected a split_size of at least 0, got -1", T(2), -1),
                 E(RuntimeError, r"split: expects at least a 1-dimensional tensor", T(), 1),
                 E(RuntimeError, r"split_with_sizes: expected sizes that sum exactly to 4, .*, got \[1, 2\]", T(4), (1, 2)),
                 E(RuntimeError, r"split_with_sizes: expected sizes that sum exactly to 4", T(4), (2**62, 2**62, 2**62)),
                 E(RuntimeError, r"split_with_sizes: expected sizes of at least 0, got \[5, -1\]", T(4), (5, -1))]),
    movement("split_with_sizes", split, [S(T(4, 3), (1, 3)), S(T(2, 5), (0, 5, 0), 1), S(T(0, 2), (0,)), S(T(3), (1, 1, 1))],
             [E(RuntimeError, r"split_with_sizes: expected sizes that sum exactly to 4", T(4), (5,)),
              E(RuntimeError, r"split_with_sizes: expects at least a 1-dimensional tensor", T(), (1,)),
              E(TypeError, r"split_with_sizes\(\): argument 'split_sizes' must be", T(4), "a")]),
    movement("chunk", chunk, [S(T(6, 3), 2), S(T(5, 3), 3), S(T(11), 6), S(T(2, 5), 9, 1), S(T(0, 3), 2), S(T(2, 4), 1, dim=-1)],
             [E(RuntimeError, r"chunk: expected chunks greater than 0, got 0", T(4), 0),
              E(RuntimeError, r"chunk: expects at least a 1-dimensional tensor", T(), 1),
              E(MemoryError, r"chunk: \d+ results do not fit into memory", T(0), 2**62),
              E(IndexError, r"chunk: dimension 3 is out of range", T(4), 1, 3)] + not_a_tensor("chunk", 1)),
    movement("tensor_split", tensor_split,
             [S(T(7, 2), 3), S(T(2, 5), (1, 3), 1), S(T(2, 5), (1, 9, 2), dim=-1), S(T(4), (-1,)), S(T(0, 2), 2), S(T(3), 5),
              S(T(6), V([2, 3], dtype="int64")), S(T(6), V(4, dtype="int64")), S(T(3), ())],
             [E(RuntimeError, r"tensor_split: expects at least a 1-dimensional tensor", T(), 1),
              E(RuntimeError, r"tensor_split: expected sections or positions of int64, got float32", T(4), T(1)),
              E(RuntimeError, r"tensor_split: .*at most 1 dimension", T(4), V([[1]], dtype="int64")),
              E(MemoryError, r"tensor_split: ", T(2), 2**62)] + CUT_ERRORS),
    movement("hsplit", lambda x, cut: np.array_split(x, cuts(cut), 0 if x.ndim == 1 else 1),
             [S(T(2, 4), 2), S(T(6), 3), S(T(2, 5), (1, 2)), S(T(0, 2), 2), S(T(6), [4])], evenly("hsplit", 1)),
    movement("vsplit", lambda x, cut: np.array_split(x, cuts(cut), 0), [S(T(4, 2), 2), S(T(4, 2), (1, 2)), S(T(0, 2), 2)],
             evenly("vsplit", 2)),
    movement("dsplit", lambda x, cut: np.array_split(x, cuts(cut), 2), [S(T(2, 1, 4), 2), S(T(1, 2, 4), (1, 2)), S(T(0, 2, 2), 2)],
             evenly("dsplit", 3)),
    movement("unbind", lambda x, dim=0: [select_part(x, dim, i) for i in range(x.shape[dim])],
             [S(T(3, 2)), S(T(2, 3), 1), S(T(2, 1, 3), -2), S(T(4)), S(T(2, 0))],
             [E(IndexError, r"unbind: dimension 0 named, but the tensor has no dimensions", T()),
              E(IndexError, r"unbind: dimension 2 is out of range", T(2, 3), 2)] + not_a_tensor("unbind")),
    movement("select", select_part, [S(T(3, 2), 0, 1), S(T(3, 2), 1, -1), S(T(2, 3, 4), -2, 0), S(T(4), 0, 3), S(T(2, 0), 0, 1)],
             [E(IndexError, r"select: index 3 is out of bounds for dimension 0 with size 3", T(3, 2), 0, 3),
              E(IndexError, r"select: index -4 is out of bounds", T(3, 2), 0, -4),
              E(IndexError, r"select: a tensor of no dimensions", T(), 0, 0),
              E(IndexError, r"select: dimension 2 is out of range", T(3, 2), 2, 0)] + not_a_tensor("select", 0, 0)),
    movement("narrow", lambda x, dim, start, length: take(x, dim, start % max(x.shape[dim], 1) if start < 0 else start,
                                                          (start + x.shape[dim] if start < 0 else start) + length),
             [S(T(3, 4), 1, 1, 2), S(T(3, 4), 0, -2, 2), S(T(3, 4), -1, 4, 0), S(T(0, 4), 0, 0, 0), S(T(5), 0, 0, 5)],
             [E(RuntimeError, r"narrow: start \(2\) \+ length \(2\) exceeds dimension size \(3\)", T(3), 0, 2, 2),
              E(RuntimeError, r"narrow: start \(1\) \+ length \(\d+\) exceeds", T(3), 0, 1, 2**63 - 1),
              E(RuntimeError, r"narrow: length must be non-negative, got -1", T(3), 0, 0, -1),
              E(IndexError, r"narrow: start is out of range: expected -3 to 3, got 4", T(3), 0, 4, 0),
              E(IndexError, r"narrow: start is out of range", T(3), 0, -(2**63), 0),
              E(RuntimeError, r"narrow: cannot be applied to a tensor of no dimensions", T(), 0, 0, 0)] + not_a_tensor("narrow", 0, 0, 0)),
    movement("narrow_copy", lambda x, dim, start, length: take(x, dim, start, start + length),
             [S(T(3, 4), 1, 1, 2), S(T(3, 4), 0, 0, 3), S(T(0, 4), 0, 0, 0)],
             [E(IndexError, r"narrow: start is out of range", T(3), 0, 4, 0), E(RuntimeError, r"narrow: cannot be applied", T(), 0, 0, 0)]),
    movement("unfold", unfold,
             [S(T(5), 0, 2, 1), S(T(7), 0, 3, 2), S(T(2, 6), 1, 2, 3), S(T(4, 2), 0, 4, 1), S(T(3, 5), -1, 3, 1), S(T(), 0, 1, 1), S(T(), 0, 0, 1),
              S(T(2, 0), 0, 2, 1), S(T(3), 0, 0, 1), S(T(6), 0, 2, 2**62)],
             [E(RuntimeError, r"unfold: maximum size for tensor at dimension 0 is 3 but size is 4", T(3), 0, 4, 1),
              E(RuntimeError, r"unfold: step is 0 but must be > 0", T(3), 0, 1, 0),
              E(RuntimeError, r"unfold: size is -1 but must be >= 0", T(3), 0, -1, 1),
              E(IndexError, r"unfold: dimension 1 is out of range", T(3), 1, 1, 1)]),
    movement("diagonal", lambda x, offset=0, dim1=0, dim2=1: x.diagonal(near(offset), dim1, dim2),
             [S(T(3, 4)), S(T(3, 4), 1), S(T(3, 4), -2), S(T(3, 4), 9), S(T(2, 3, 4), 0, 1, 2), S(T(2, 3, 4), 1, -1, 0), S(T(0, 3)),
              S(T(3, 3), 2**62), S(T(3, 3), -(2**63))],
             [E(RuntimeError, r"diagonal: diagonal dimensions cannot be identical: 0, -2", T(2, 3), 0, 0, -2),
              E(IndexError, r"diagonal: dimension 1 is out of range", T(3)), E(IndexError, r"diagonal: dimension 1 is out of range", T())]
             + not_a_tensor("diagonal")),
    movement("diag", diag, [S(T(3)), S(T(3), 1), S(T(2), -2), S(T(3, 4)), S(T(3, 4), -1), S(T(0)), S(T(0, 2)), S(T(3, 4), 2**62)],
             [E(RuntimeError, r"diag: expected 1 or 2 dimensions, got shape \[\]", T()),
              E(RuntimeError, r"diag: expected 1 or 2 dimensions, got shape \[2, 2, 2\]", T(2, 2, 2)),
              E(MemoryError, r"diag_embed: ", T(2), 2**62), E(MemoryError, r"diag_embed: ", T(2), -(2**63)),
              E(MemoryError, r"diag_embed: ", T(2), 2**40)] + not_a_tensor("diag")),
    movement("diag_embed", diag_embed,
             [S(T(3)), S(T(2, 3), 1), S(T(2, 3), -1, 0, 2), S(T(2, 3), 0, 2, 0), S(T(2, 0)), S(T(0, 2)), S(T(2, 2, 2), dim1=1, dim2=3)],
             [E(IndexError, r"diag_embed: expected at least 1 dimension", T()),
              E(RuntimeError, r"diag_embed: diagonal dimensions cannot be identical: 0, 0", T(2), 0, 0, 0),
              E(IndexError, r"diag_embed: dimension 5 is out of range", T(2), 0, 5, 0),
              E(ValueError, r"diag_embed: a tensor has at most 16 dimensions", T(*[1] * 16))] + not_a_tensor("diag_embed")),
    movement("diagflat", np.diagflat, [S(T(3)), S(T(2, 2), 1), S(T(), -1), S(T(0))],
             [E(MemoryError, r"diag_embed: ", T(2), 2**62)] + not_a_tensor("diagflat")),
    movement("tril", lambda x, diagonal=0: np.tril(x, near(diagonal)), TRIANGLES, TRIANGLE_ERRORS + not_a_tensor("tril")),
    movement("triu", lambda x, diagonal=0: np.triu(x, near(diagonal)), TRIANGLES, TRIANGLE_ERRORS + not_a_tensor("triu")),
    movement("select_scatter", scattered(select_part),
             [S(T(3, 2), T(2), 0, 1), S(T(3, 2), T(3), 1, -1), S(T(2, 3, 2), T(2, 2), -2, 0), S(T(2, 0), T(0), 0, 1),
              S(T(3, 2), T(2, dtype="int32"), 0, 1)],
             [E(RuntimeError, r"select_scatter: expected a source of the size of the part: \[2\], got \[3\]", T(3, 2), T(3), 0, 1),
              E(IndexError, r"select_scatter: index 3 is out of bounds", T(3, 2), T(2), 0, 3),
              E(IndexError, r"select_scatter: a tensor of no dimensions", T(), T(), 0, 0)] + not_a_tensor("select_scatter", T(2), 0, 0)),
    movement("slice_scatter", scattered(lambda x, dim=0, start=None, end=None, step=1: take(x, dim, start, end, step)),
             [S(T(3, 2), T(3, 2)), S(T(3, 2), T(1, 2), 0, 1, 2), S(T(2, 5), T(2, 2), 1, 0, 4, 2), S(T(2, 5), T(2, 2), -1, start=-2), S(T(0), T(0)),
              S(T(3), T(3, dtype="float64"))],
             [E(RuntimeError, r"slice_scatter: expected a source of the size of the part: \[3\], got \[2\]", T(3), T(2)),
              E(ValueError, r"slice_scatter: step must be greater than zero, not 0", T(3), T(3), 0, 0, 3, 0),
              E(IndexError, r"slice_scatter: a tensor of no dimensions", T(), T())]),
    movement("diagonal_scatter", scattered(diagonal_part),
             [S(T(3, 4), T(3)), S(T(3, 4), T(2), -1), S(T(2, 3, 4), T(2, 3), 0, 1, 2), S(T(0, 2), T(0))],
             [E(RuntimeError, r"diagonal_scatter: expected a source of the size of the part: \[3\], got \[2\]", T(3, 4), T(2)),
              E(IndexError, r"diagonal_scatter: dimension 1 is out of range", T(), T())]),
    Row("_view_dtype", lambda x, dtype: x.view(dtype.name),
        [S(T(2, 4), DT("int8"), dtypes=("int8", "int16", "float32", "float64", "bool", "uint8")), S(T(2, 8), DT("int64"), dtypes=("int8", "float32", "int64")),
         S(T(), DT("int32"), dtypes=("float32", "int32")), S(T(0, 4), DT("int32"), dtypes=("float32", "int32")), S(T(3, 2), DT("uint8"), dtypes=("int8", "bool"))],
        raw=True, call=lambda torch, x, dtype: x.view(dtype),
        errors=[E(RuntimeError, r"view: the last size must be divisible by 2, not 3, to view float32 as float64", T(2, 3), DT("float64")),
                E(RuntimeError, r"view: the tensor must have a dimension to view float32 as int8", T(), DT("int8"))]),
]
# Strides that a view of another element size does not allow are an error: tested in test_shapes.py.
for sample in ROWS[-1].samples:
    sample.layouts = False
assert ALL
