"""Rows: the same elements in another shape, joined, picked, converted."""

import numpy as np

from .harness import ALL, DT, E, FLOATS, INTEGERS, Row, S, T, V, inf, nan


def movement(name, reference, samples, errors, **options):
    return Row(name, reference, samples, gradients="all", raw=True, errors=errors, **options)


def sizes(arguments):
    """Several integers in a row, or one list of them."""
    return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], (tuple, list)) else arguments


def not_a_tensor(name, *rest):
    return [E(TypeError, rf"{name}\(\): argument 'input' must be Tensor|descriptor '{name}' for|doesn't apply to", 1, *rest)]


def one_dim(name, *rest):
    return [
        E(IndexError, rf"{name}: dimension 5 is out of range", T(2, 3), 5, *rest),
        E(IndexError, rf"{name}: dimension -4 is out of range", T(2, 3), -4, *rest),
        E(TypeError, rf"{name}\(\): argument '\w+' must be int", T(2, 3), 1.0, *rest),
    ]


RESHAPES = [S(T(2, 3), 3, 2), S(T(2, 3), (6,)), S(T(2, 3), -1), S(T(2, 3, 4), 4, -1), S(T(), 1), S(T(), ()), S(T(1), ()),
            S(T(0, 3), 0), S(T(0, 3), 3, 0, 2), S(T(0, 3), (-1, 3)), S(T(4), (2, 1, 2)), S(T(2, 3), [2, 3])]


def reshape_errors(name):
    return [
        E(RuntimeError, rf"{name}: shape \[4, 2\] is invalid for 6 elements of shape \[2, 3\]", T(2, 3), 4, 2),
        E(RuntimeError, rf"{name}: shape \[-1, 4\] is invalid|{name}: shape \[1, 4\] is invalid", T(2, 3), -1, 4),
        E(RuntimeError, rf"{name}: only one size can be -1, not \[-1, -1\]", T(2, 3), -1, -1),
        E(RuntimeError, rf"{name}: invalid size -2 in \[-2, 3\]", T(2, 3), -2, 3),
        E(RuntimeError, rf"{name}: -1 in \[0, -1\] is ambiguous", T(0, 3), 0, -1),
        E(TypeError, rf"{name}\(\): argument 'shape' must be", T(2, 3), "a"),
        E(TypeError, rf"{name}\(\): argument 'shape' must be", T(2, 3), 2.0, 3),
        E(TypeError, rf"{name}\(\) missing 1 required positional argument: 'shape'", T(2, 3)),
        E(ValueError, rf"{name}\(\): argument 'shape' has 17 entries|{name}: .*16 dimensions", T(1), *[1] * 17),
    ]


def reshape(x, *shape):
    return np.reshape(x, sizes(shape))


def flatten(x, start_dim=0, end_dim=-1):
    if x.ndim == 0:
        return x.reshape(1)
    start, end = start_dim % x.ndim, end_dim % x.ndim
    return x.reshape(x.shape[:start] + (int(np.prod(x.shape[start:end + 1])),) + x.shape[end + 1:])


def squeeze(x, dim=None):
    if dim is None:
        return np.squeeze(x)
    dims = {d % max(x.ndim, 1) for d in (dim if isinstance(dim, tuple) else (dim,))}
    return x.reshape([size for i, size in enumerate(x.shape) if i not in dims or size != 1])


def expand(x, *shape):
    shape = list(sizes(shape))
    shift = len(shape) - x.ndim
    return np.broadcast_to(x, [x.shape[i - shift] if size == -1 else size for i, size in enumerate(shape)])


def transpose(x, dim0, dim1):
    return np.swapaxes(x, dim0, dim1) if x.ndim else x


def index_select(x, dim, index):
    return np.take(x.reshape(1) if x.ndim == 0 else x, np.atleast_1d(index), 0 if x.ndim == 0 else dim).reshape(
        () if x.ndim == 0 else x.shape[:dim % x.ndim] + (index.size,) + x.shape[dim % x.ndim + 1:])


def index(*values, dtype="int64"):
    return V(np.array(values, dtype), dtype=dtype)


ROWS = [
    movement("view", reshape, [s for s in RESHAPES], reshape_errors("view")),
    movement("reshape", reshape, RESHAPES, reshape_errors("reshape"), call=lambda torch, x, *shape: x.reshape(*shape)),
    movement("flatten", flatten,
             [S(T(2, 3, 4)), S(T(2, 3, 4), 1), S(T(2, 3, 4), 0, 1), S(T(2, 3, 4), -2, -1), S(T()), S(T(5)), S(T(0, 3)),
              S(T(2, 0, 3), start_dim=1), S(T(2, 3, 4), 1, 1)],
             one_dim("flatten") + not_a_tensor("flatten") + [
                 E(RuntimeError, r"flatten: start_dim 1 comes after end_dim 0 in \[2, 3\]", T(2, 3), 1, 0)]),
    movement("squeeze", squeeze,
             [S(T(1, 3, 1)), S(T(1, 3, 1), 0), S(T(1, 3, 1), 1), S(T(1, 3, 1), (0, -1)), S(T()), S(T(), 0), S(T(1, 1)), S(T(1, 0)),
              S(T(2, 3)), S(T(1, 3), ())],
             [E(IndexError, r"squeeze: dimension 5 is out of range", T(2, 3), 5),
              E(RuntimeError, r"squeeze: dimension -2 appears more than once in \[0, -2\]", T(2, 3), (0, -2)),
              E(TypeError, r"squeeze\(\): argument 'dim' must be", T(2, 3), "a")] + not_a_tensor("squeeze")),
    movement("unsqueeze", np.expand_dims,
             [S(T(2, 3), 0), S(T(2, 3), 1), S(T(2, 3), -1), S(T(2, 3), -3), S(T(), 0), S(T(), -1), S(T(0, 3), 1)],
             one_dim("unsqueeze") + not_a_tensor("unsqueeze", 0) + [
                 E(TypeError, r"unsqueeze\(\) missing 1 required positional argument: 'dim'", T(2)),
                 E(ValueError, r"unsqueeze: a tensor has at most 16 dimensions", T(*[1] * 16), 0)]),
    movement("transpose", transpose,
             [S(T(2, 3), 0, 1), S(T(2, 3, 4), 0, -1), S(T(2, 3, 4), 1, 1), S(T(), 0, -1), S(T(0, 3), 0, 1), S(T(5), 0, 0)],
             one_dim("transpose", 0) + not_a_tensor("transpose", 0, 1) + [
                 E(TypeError, r"transpose\(\) missing 1 required positional argument: 'dim1'", T(2, 3), 0)]),
    movement("t", np.transpose, [S(T(2, 3)), S(T(5)), S(T()), S(T(0, 3)), S(T(1, 4))],
             [E(RuntimeError, r"t: expected at most 2 dimensions, got shape \[2, 3, 4\]", T(2, 3, 4))] + not_a_tensor("t")),
    movement("permute", lambda x, *dims: np.transpose(x, sizes(dims)),
             [S(T(2, 3, 4), 2, 0, 1), S(T(2, 3, 4), (0, 2, 1)), S(T(2, 3, 4), -1, 0, -2), S(T(5), 0), S(T(), ()), S(T(0, 3, 2), 2, 1, 0)],
             [E(RuntimeError, r"permute: 1 dimensions named for a tensor of shape \[2, 3\]", T(2, 3), 0),
              E(RuntimeError, r"permute: dimension 0 is named twice in \[0, 0\]", T(2, 3), 0, 0),
              E(IndexError, r"permute: dimension 2 is out of range", T(2, 3), 0, 2),
              E(TypeError, r"permute\(\): argument 'dims' must be", T(2, 3), "a")] + not_a_tensor("permute", 0),
             call=lambda torch, x, *dims: x.permute(*dims)),
    movement("expand", expand,
             [S(T(1, 3), 2, 3), S(T(3), 2, 3), S(T(1, 3), (4, -1)), S(T(), 2, 2), S(T(), ()), S(T(1, 3), 0, 3), S(T(2, 3), -1, 3),
              S(T(2, 1, 3), 5, 2, 4, 3), S(T(0, 1), 0, 4)],
             [E(RuntimeError, r"expand: size 2 of dimension 0 cannot be expanded to 4: \[2, 3\] to \[4, 3\]", T(2, 3), 4, 3),
              E(RuntimeError, r"expand: \[3\] has fewer dimensions than the tensor's shape \[1, 3\]", T(1, 3), 3),
              E(RuntimeError, r"expand: size -1 of the new dimension 0 is not allowed", T(3), -1, 3),
              E(RuntimeError, r"expand: ", T(1, 3), -2, 3),
              E(MemoryError, r"expand: .*does not fit into memory", T(1), 2**62),
              E(TypeError, r"expand\(\): argument 'sizes' must be", T(1), 2.5)]),
    movement("contiguous", lambda x: x, [S(T(2, 3)), S(T()), S(T(0, 3)), S(T(2, 3, 4)), S(T(5))],
             [E(TypeError, r"contiguous\(\) takes 0 positional arguments but 1 was given", T(2), 1)]),
    movement("clone", lambda x: x, [S(T(2, 3)), S(T()), S(T(0, 3)), S(T(2, 3, 4)), S(V([nan, inf, -0.0]), dtypes=FLOATS, gradient=False)],
             not_a_tensor("clone")),
    Row("detach", lambda x: x, [S(T(2, 3)), S(T()), S(T(0, 3)), S(T(2, 3, 4))], raw=True, errors=not_a_tensor("detach")),
    movement("cat", lambda tensors, dim=0: np.concatenate([t for t in tensors if t.shape != (0,)] or tensors, dim),
             [S([T(2, 3), T(1, 3)]), S([T(2, 3), T(2, 1), T(2, 2)], 1), S([T(2, 3)], -1), S([T(0, 3), T(2, 3)]), S([T(0), T(2, 3)]),
              S([T(0), T(0)]), S([T(2), T(3), T(1)], dim=0), S([T(2, 2, 3), T(2, 1, 3)], -2), S([T(2, 0), T(2, 0)], 1),
              S([T(2, 3), T(1, 3, dtype="float64")]), S([T(2, dtype="bool"), T(2)]), S([T(2), T(1, dtype="int32")])],
             [E(RuntimeError, r"cat: sizes must match except in dimension 0: \[2, 3\] and \[2, 4\]", [T(2, 3), T(2, 4)]),
              E(RuntimeError, r"cat: sizes must match except in dimension 0: \[2, 3\] and \[3\]", [T(2, 3), T(3)]),
              E(RuntimeError, r"cat: a tensor of no dimensions cannot be concatenated", [T(), T(2)]),
              E((RuntimeError, ValueError), r"cat: expected a non-empty list of tensors", []),
              E(IndexError, r"cat: dimension 2 is out of range", [T(2, 3), T(2, 3)], 2),
              E(TypeError, r"cat\(\): argument 'tensors' must be tuple of Tensors, not Tensor", T(2)),
              E(TypeError, r"cat\(\): expected Tensor as element 1 in argument 'tensors', but got int", [T(2), 1])]),
    movement("stack", lambda tensors, dim=0: np.stack(tensors, dim),
             [S([T(2, 3), T(2, 3)]), S([T(2, 3), T(2, 3), T(2, 3)], 1), S([T(2, 3), T(2, 3)], -1), S([T(), T()]), S([T(0, 2), T(0, 2)], 2),
              S([T(3)], dim=-2), S([T(2), T(2, dtype="float64")]), S([T(2, dtype="int16"), T(2)])],
             [E(RuntimeError, r"stack: tensors must have equal sizes: \[2\] and \[3\]", [T(2), T(3)]),
              E(RuntimeError, r"stack: expected a non-empty list of tensors", []),
              E(IndexError, r"stack: dimension 2 is out of range", [T(2), T(2)], 2),
              E(TypeError, r"stack\(\): expected Tensor as element 0", ["a"])]),
    movement("index_select", index_select,
             [S(T(4, 3), 0, index(2, 0, 2)), S(T(4, 3), 1, index(1)), S(T(2, 4, 3), -2, index(3, 0, dtype="int32")),
              S(T(4, 3), 0, V(np.zeros(0), dtype="int64")), S(T(5), 0, V(3, dtype="int64")), S(T(), 0, index(0)),
              S(T(3, 0), 0, index(1, 1))],
             [E(IndexError, r"index_select: index 4 is out of bounds for dimension 0 with size 4", T(4, 3), 0, index(4)),
              E(IndexError, r"index_select: index -1 is out of bounds", T(4, 3), 0, index(-1)),
              E(IndexError, r"index_select: dimension 2 is out of range", T(4, 3), 2, index(0)),
              E(IndexError, r"index_select: expected an index of one dimension, got shape \[1, 1\]", T(4), 0, V([[0]], dtype="int64")),
              E(RuntimeError, r"index_select: expected an int32 or int64 index, got float32", T(4), 0, T(1)),
              E(TypeError, r"index_select\(\): argument 'index' must be Tensor", T(4), 0, 1)]),
    movement("_to_dtype", lambda x, dtype: x.astype(dtype.name),
             [S(T(2, 3), DT(name)) for name in ALL] + [S(T(), DT("float64")), S(T(0, 2), DT("int32")),
              # C leaves the conversion of what does not fit open; these are what every processor does.
              S(T(2, 3, values="extremes"), DT("int8"), dtypes=INTEGERS), S(T(2, 3, values="extremes"), DT("uint8"), dtypes=INTEGERS),
              S(V([nan, inf, 1e300, 0.1]), DT("float32"), dtypes=("float64",)), S(V([nan, 0.0, -0.5]), DT("bool"), dtypes=FLOATS)],
             [E(TypeError, r"to_dtype\(\): argument 'dtype' must be", T(2), "float32")],
             call=lambda torch, x, dtype: x.to(dtype)),
]
