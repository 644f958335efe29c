"""Rows: elements by position or by mask."""

import numpy as np

from .harness import ALL, E, FLOATS, NUMBERS, Row, S, T, V, in_place, nan

CLOSE = {"tolerance": (3e-7, 5e-16), "relative": "array"}
# An index that was expanded names places several times: what is overwritten has no numerical gradient.
APART = ("transposed", "strided")


def I(values, dtype="int64"):
    """A tensor of indices."""
    return V(np.array(values, dtype), dtype=dtype)


def none(*shape):
    return I(np.zeros(shape))


def B(values):
    return V(np.array(values, bool), dtype="bool")


# ---------------------------------------------------------------------------------------------------- references

COMBINE = {None: lambda u, v: v, "add": np.add, "sum": np.add, "mean": np.add, "multiply": np.multiply, "prod": np.multiply,
           "amax": np.maximum, "amin": np.minimum}


def combine(x, places, reduce, include_self):
    """x with (place, value) in turn."""
    x, counts = x.copy(), {}
    for place, value in places:
        first = place not in counts and not include_self
        x[place] = value if first else COMBINE[reduce](x[place], value)
        counts[place] = counts.get(place, int(include_self)) + 1
    if reduce == "mean":
        for place, count in counts.items():
            x[place] = x[place] / x.dtype.type(count) if x.dtype.kind == "f" else x[place] // x.dtype.type(count)
    return x


def lifted(x):
    return x.reshape(1) if x.ndim == 0 else x


def scatter(x, dim, index, src=None, *, reduce=None, value=None, include_self=True):
    src = value if src is None else src
    numbers, dim = lifted(index), dim % max(x.ndim, 1)
    src = np.full(numbers.shape, src) if np.ndim(src) == 0 and x.ndim else lifted(np.asarray(src))
    src = src.astype(x.dtype)
    places = ((i[:dim] + (int(numbers[i]),) + i[dim + 1:], src[i]) for i in np.ndindex(numbers.shape))
    return combine(lifted(x), places, reduce, include_self).reshape(x.shape)


def scatter_reduce(x, dim, index, src, reduce, *, include_self=True):
    return scatter(x, dim, index, src, reduce=reduce, include_self=include_self)


def gather(x, dim, index):
    numbers, dim = lifted(index), dim % max(x.ndim, 1)
    result = np.zeros(numbers.shape, x.dtype)
    for i in np.ndindex(numbers.shape):
        result[i] = lifted(x)[i[:dim] + (numbers[i],) + i[dim + 1:]]
    return result.reshape(index.shape)


def take_along_dim(x, indices, dim=None):
    return np.take_along_axis(x.reshape(-1), indices.reshape(-1), 0) if dim is None else np.take_along_axis(x, indices, dim)


def slices(x, dim, index, source, reduce=None, *, include_self=True, alpha=1):
    """index_add and its like: whole slices in turn."""
    whole, numbers, dim = lifted(x), lifted(index), dim % max(x.ndim, 1)
    rows = np.moveaxis(whole, dim, 0)
    values = np.moveaxis(np.broadcast_to(source, [numbers.size if i == dim else s for i, s in enumerate(whole.shape)]), dim, 0)
    values = (values * alpha).astype(x.dtype) if alpha != 1 else values.astype(x.dtype)
    places = (((int(n),) + i, values[(k,) + i]) for k, n in enumerate(numbers % max(whole.shape[dim], 1)) for i in np.ndindex(rows.shape[1:]))
    return np.moveaxis(combine(rows, places, reduce, include_self), 0, dim).reshape(x.shape)


def index_put(x, indices, values, accumulate=False):
    x = x.copy()
    if accumulate:
        np.add.at(x, tuple(indices), values)
    else:
        x[tuple(indices)] = values
    return x


def put(x, index, source, accumulate=False):
    x = x.copy()
    flat = x.reshape(-1)
    for i, value in zip(index.reshape(-1), source.reshape(-1)):
        flat[i] = flat[i] + value if accumulate else value
    return x


def masked_select(x, mask):
    x, mask = np.broadcast_arrays(x, mask)
    return x[mask]


def masked_scatter(x, mask, source):
    x, mask = np.broadcast_arrays(x, mask)
    x = x.copy()
    x[mask] = source.reshape(-1)[:int(mask.sum())]
    return x


def nonzero(x):
    return np.stack(np.nonzero(lifted(x)), 1).astype(np.int64)[:, :x.ndim]


# ---------------------------------------------------------------------------------------------------- samples

ALONG = [  # (shape, dim, index, shape of the source)
    ((3, 4), 0, I([[2, 0, 1, 2], [0, 1, 2, 0]]), (2, 4)), ((3, 4), 1, I([[3, 0], [1, 2], [0, 3]]), (3, 2)),
    ((3, 4), -1, I([[1, 3]], "int32"), (2, 3)), ((2, 3, 4), 1, I([[[2, 0, 1, 1]], [[0, 1, 2, 0]]]), (2, 1, 4)),
    ((5,), 0, I([4, 0, 2]), (3,)), ((), 0, I(0), ()), ((3, 4), 0, none(0, 4), (1, 4)), ((0, 4), 1, none(0, 2), (0, 2)),
    ((40, 3), 0, I([[(7 * i + 11 * j) % 40 for j in range(3)] for i in range(20)]), (20, 3)),
]
TWICE = [((3, 4), 0, I([[1, 0, 1, 1], [1, 1, 2, 1], [0, 1, 1, 1]]), (3, 4)), ((2, 3), 1, I([[0, 0, 0, 2], [1, 1, 2, 2]]), (2, 4)),
         ((), 0, I([0, 0]), (2,))]
SLICES = [  # (shape, dim, index, shape of the source)
    ((4, 3), 0, I([2, 0]), (2, 3)), ((4, 3), 1, I([1]), (4, 1)), ((2, 4, 3), -2, I([3, 0, 1]), (2, 3, 3)), ((5,), 0, I([4, 1]), (2,)),
    ((4, 3), 0, none(0), (0, 3)), ((3, 0), 0, I([1, 2]), (2, 0)), ((4, 3), 0, I(2), (1, 3)), ((), 0, I([0]), ()),
]
SLICES_TWICE = [((4, 3), 0, I([2, 0, 2, 2]), (4, 3)), ((2, 3, 2), 1, I([0, 0]), (2, 2, 2))]


def bounds(name, error, *rest, low=True):
    """Errors of an index into dimension 0 of a [4, 3] tensor."""
    wrong = [E(error, rf"{name}: index 4 is out of bounds for dimension 0 with size 4", T(4, 3), 0, I([4]), *rest)]
    return wrong + [E(error, rf"{name}: index -{5 if not low else 1} is out of bounds", T(4, 3), 0, I([-1 if low else -5]), *rest)]


def along_errors(name, *source):
    given = tuple(T(2, 3) if s == "src" else s for s in source)
    wrong = [
        E(RuntimeError, rf"{name}: index 4 is out of bounds for dimension 0 with size 4", T(4, 3), 0, I([[0, 4, 0]] * 2), *given),
        E(RuntimeError, rf"{name}: index -1 is out of bounds for dimension 1 with size 3", T(4, 3), 1, I([[0, -1]]), *given),
        E(RuntimeError, rf"{name}: index 9 is out of bounds", T(4, 3), 0, V(np.array([[9, 9, 9]] * 2, "int32"), dtype="int32"), *given),
        E(RuntimeError, rf"{name}: index tensor must have the same number of dimensions", T(4, 3), 0, I([0]), *given),
        E(RuntimeError, rf"{name}: expected dtype int32/int64 for index, got float32", T(4, 3), 0, T(1, 1), *given),
        E(RuntimeError, rf"{name}: size does not match at dimension 1: .*\[1, 4\] .*\[4, 3\]", T(4, 3), 0, I([[0, 0, 0, 0]]), *given),
        E(IndexError, rf"{name}: dimension 2 is out of range", T(4, 3), 2, I([[0]]), *given),
        E(TypeError, rf"{name}\(\): argument 'index' must be Tensor", T(4, 3), 0, [[0]], *given),
    ]
    if "src" in source:
        rest = given[1:]
        wrong += [
            E(RuntimeError, rf"{name}: expected index \[3, 3\] to be no larger size than src \[2, 3\]", T(4, 3), 0, I([[0] * 3] * 3), *given),
            E(RuntimeError, rf"{name}: expected self.dtype to be equal to src.dtype, got float32 and float64",
              T(4, 3), 0, I([[0]]), T(1, 1, dtype="float64"), *rest),
            E(RuntimeError, rf"{name}: index tensor must have the same number of dimensions as src", T(4, 3), 0, I([[0]]), T(1), *rest),
        ]
    return wrong


def slice_errors(name, bound, *rest, shape_error=RuntimeError):
    return bounds(name, bound, T(1, 3), *rest) + [
        E((IndexError, RuntimeError), rf"{name}: expected an index of one dimension, got shape \[1, 1\]", T(4, 3), 0, I([[0]]), T(1, 3), *rest),
        E(RuntimeError, rf"{name}: expected an (int32 or )?int64 index, got int16", T(4, 3), 0, I([0], "int16"), T(1, 3), *rest),
        E(RuntimeError, rf"{name}: source tensor shape must match .*\[1, 3\].*\[1, 2\]", T(4, 3), 0, I([0]), T(1, 2), *rest),
        E(shape_error, rf"{name}: .*\(?1.*2", T(4, 3), 0, I([0]), T(2, 3), *rest),
        E(RuntimeError, rf"{name}: expected self.dtype to be equal to src.dtype, got float32 and float64",
          T(4, 3), 0, I([0]), T(1, 3, dtype="float64"), *rest),
        E(IndexError, rf"{name}: dimension 2 is out of range", T(4, 3), 2, I([0]), T(1, 3), *rest),
        E(TypeError, rf"{name}\(\): argument 'source' must be Tensor", T(4, 3), 0, I([0]), 1, *rest),
    ]


def reduce_errors(name, source):
    return [
        E(RuntimeError, rf"{name}: reduce argument must be either .*, got foo", T(4, 3), 0, *source, "foo"),
        E(TypeError, rf"{name}\(\) missing 1 required positional argument: 'reduce'", T(4, 3), 0, *source),
    ]


def reducing(cases, reduces, *, dtypes=ALL):
    """A sample of each reduction, with and without the tensor's own elements. Differences do not see a maximum that two
    elements share; random integers may."""
    made = []
    for reduce in reduces:
        for include_self in (True, False):
            chosen = NUMBERS if reduce == "mean" else dtypes
            made += [S(T(*shape, low=0.5), dim, index, T(*source, low=0.5), reduce, include_self=include_self, dtypes=chosen)
                     for shape, dim, index, source in cases]
    return made


SCATTERED = [S(T(*shape), dim, index, T(*source)) for shape, dim, index, source in ALONG]
NUMBERED = [S(T(3, 4), 0, I([[0, 2], [1, 0]]), 2), S(T(3, 4), 1, I([[0], [3]]), True), S(T(5), 0, I([0, 3]), value=3),
            S(T(3, 4), 1, I([[0], [3]]), 2.75), S(T(), 0, I(0), 2)]
OLDER = [S(T(3, 4), 0, I([[1, 0], [1, 1]]), T(2, 2), reduce="add", rounded=True), S(T(2, 3), 1, I([[0, 0]]), 2, reduce="add", rounded=True),
         S(T(3, 4), 0, I([[1, 0], [1, 1]]), T(2, 2), reduce="multiply", rounded=True),
         S(T(2, 3), 1, I([[0, 1]]), 2, reduce="multiply", rounded=True)]

SCATTER = Row(
    "scatter", scatter, SCATTERED + NUMBERED + OLDER + [S(T(*TWICE[0][0]), *TWICE[0][1:3], T(3, 4), gradient=False)],
    gradients="all", raw=True, gradient_layouts=APART, beside=(1, I([[0], [2]]), T(2, 1)),
    errors=along_errors("scatter", "src") + [
        E(RuntimeError, r"scatter: reduce argument must be either add or multiply, got sum", T(2), 0, I([0]), T(1), reduce="sum"),
        E(TypeError, r"scatter: expected exactly one of the arguments 'src' and 'value'", T(2), 0, I([0])),
        E(TypeError, r"scatter: expected exactly one of the arguments 'src' and 'value'", T(2), 0, I([0]), T(1), value=1),
        E(RuntimeError, r"scatter: the number 300 cannot be converted to uint8", T(2, dtype="uint8"), 0, I([0]), 300),
    ])
SCATTER_ADD = Row(
    "scatter_add", lambda *a: scatter(*a, reduce="add"), SCATTERED + [S(T(*s), d, i, T(*v), rounded=True) for s, d, i, v in TWICE],
    gradients="all", raw=True, beside=(1, I([[0], [2]]), T(2, 1)), errors=along_errors("scatter_add", "src") + [
        E(TypeError, r"scatter_add\(\): argument 'src' must be Tensor", T(2), 0, I([0]), 1)])
SCATTER_REDUCE = Row(
    "scatter_reduce", scatter_reduce,
    [S(T(3, 4), 0, ALONG[0][2], T(2, 4), "amax")] + reducing([ALONG[0], ALONG[1], ALONG[5], ALONG[6], TWICE[0], TWICE[1], TWICE[2]], ("sum", "prod", "mean", "amax", "amin")) + [
        S(T(4, values=(0.0, 2.0, 3.0, 4.0)), 0, I([0, 1, 1, 2, 2, 3]), T(6, values=(2.0, 0.0, 3.0, 2.0, 3.0, 1.5)), "prod", dtypes=FLOATS),
        S(T(3, values=(nan, 1.0, 2.0)), 0, I([0, 1, 2]), T(3, values=(5.0, nan, 1.0)), "amax", dtypes=FLOATS, gradient=False),
        S(T(3, values=(nan, 1.0, 2.0)), 0, I([0, 1, 2]), T(3, values=(5.0, nan, 1.0)), "amin", dtypes=FLOATS, gradient=False),
        S(T(3, low=-90, high=-1), 0, I([1, 1, 1]), T(3, low=-9, high=-1), "mean", dtypes=("int64", "int32", "int8")),
    ],
    gradients="all", raw=True, beside=(1, I([[0], [2]]), T(2, 1), "prod"), gradient_layouts=("transposed",), **CLOSE,
    errors=along_errors("scatter_reduce", "src", "prod") + reduce_errors("scatter_reduce", (I([[0]]), T(1, 1))) + [
        E((NotImplementedError, RuntimeError), r"scatter_reduce: the mean is not defined for bool",
          T(2, dtype="bool"), 0, I([0]), T(1, dtype="bool"), "mean")])
INDEX_ADD = Row(
    "index_add", lambda x, dim, index, source, *, alpha=1: slices(x, dim, index, source, "add", alpha=alpha),
    [S(T(*s), d, i, T(*v)) for s, d, i, v in SLICES] + [S(T(*s), d, i, T(*v), rounded=True) for s, d, i, v in SLICES_TWICE] + [
        S(T(4, 3), 0, I([1, 0], "int32"), T(2, 3), alpha=2, dtypes=NUMBERS), S(T(4, 3), 0, I([1, 0]), T(2, 3), alpha=-0.5, dtypes=FLOATS)],
    gradients="all", raw=True, beside=(1, I([2]), T(2, 1)), errors=slice_errors("index_add", RuntimeError))
INDEX_COPY = Row(
    "index_copy", slices, [S(T(*s), d, i, T(*v)) for s, d, i, v in SLICES] + [
        S(T(), 0, I([0]), T(1)), S(T(4, 3), 0, I([2, 0, 2]), T(3, 3), gradient=False)],
    gradients="all", raw=True, gradient_layouts=APART, beside=(1, I([2]), T(2, 1)),
    errors=slice_errors("index_copy", IndexError, shape_error=IndexError) + [
        E(IndexError, r"index_copy: when source and destination are not scalars, .*\[3\].*\[4, 3\]", T(4, 3), 0, I(0), T(3)),
        E(RuntimeError, r"index_copy: expected an int64 index, got int32", T(4, 3), 0, I([0], "int32"), T(1, 3))])
INDEX_FILL = Row(
    "index_fill", slices, [S(T(*s), d, i, 3) for s, d, i, v in SLICES] + [
        S(T(4, 3), 0, I([-1, 1]), T()), S(T(4, 3), 1, I([-3]), 1.75), S(T(4, 3), 0, I([0, 0]), True)],
    gradients="all", raw=True, gradient_layouts=APART, beside=(1, I([2]), 3.0), errors=bounds("index_fill", IndexError, 1, low=False) + [
        E(RuntimeError, r"index_fill: expected an index of one dimension, got shape \[1, 1\]", T(4, 3), 0, I([[0]]), 1),
        E(IndexError, r"index_fill: expected an int64 index, got int32", T(4, 3), 0, I([0], "int32"), 1),
        E(RuntimeError, r"index_fill: expected a value of no dimensions, not of shape \[1\]", T(4, 3), 0, I([0]), T(1)),
        E(RuntimeError, r"index_fill: the number 300 cannot be converted to int8", T(2, dtype="int8"), 0, I([0]), 300),
        E(TypeError, r"index_fill\(\): argument 'value' must be Tensor or Number", T(4, 3), 0, I([0]), "x")])
INDEX_REDUCE = Row(
    "index_reduce", slices,
    [S(T(4, 3), 0, I([2, 0]), T(2, 3), "prod")] + reducing([SLICES[0], SLICES[1], SLICES[2], SLICES[4], SLICES[7], SLICES_TWICE[0], SLICES_TWICE[1]], ("prod", "mean", "amax", "amin"), dtypes=NUMBERS),
    gradients="all", raw=True, beside=(1, I([2]), T(2, 1), "prod"), gradient_layouts=("transposed",), **CLOSE,
    errors=slice_errors("index_reduce", IndexError, "prod") + reduce_errors("index_reduce", (I([0]), T(1, 3))) + [
        E(RuntimeError, r"index_reduce: expected reduce to be one of prod, mean, amax or amin but got sum", T(4, 3), 0, I([0]), T(1, 3), "sum")])
INDEX_PUT = Row(
    "index_put", index_put,
    [S(T(4, 3), [I([2, 0])], T(2, 3)), S(T(4, 3), [I([0, -1]), I([1, 2])], T()), S(T(4, 3), [I([[0], [3]]), I([0, 2])], T(2, 2)),
     S(T(4, 3), [I([2, 0])], T(3)), S(T(4, 3), [I([2, 0], "int32")], T(2, 1)), S(T(4, 3), [B([True, False, False, True])], T(2, 3), layouts=False),
     S(T(2, 3), [B([[True, False, True], [False, True, True]])], T(4), layouts=False),
     S(T(2, 3, 4), [I([1, 0]), B([True, False, True])], T(2, 4), layouts=False),
     S(T(3), [I(2)], T()), S(T(4, 3), [none(0)], T(0, 3)), S(T(0, 3), [none(2, 0)], T()),
     S(T(4, 3), [I([1, 0, 1])], T(3, 3), True, rounded=True), S(T(4, 3), [I([0, 0]), I([1, 1])], T(), accumulate=True, rounded=True),
     S(T(4, 3), [I([1, 0, 1])], T(3, 3), gradient=False)],
    gradients="all", raw=True, gradient_layouts=APART, beside=([I([0]), I([2])], T()), errors=[
        E(IndexError, r"index: index 4 is out of bounds for dimension 0 with size 4", T(4, 3), [I([4])], T()),
        E(IndexError, r"index: index -4 is out of bounds for dimension 1 with size 3", T(4, 3), [I([0]), I([-4])], T()),
        E(IndexError, r"index: too many indices for tensor of dimension 2 \(got 3\)", T(4, 3), [I([0])] * 3, T()),
        E(IndexError, r"index: shape mismatch: indexing tensors could not be broadcast together with shapes \[2\], \[3\]",
          T(4, 3), [I([0, 1]), I([0, 1, 2])], T()),
        E(IndexError, r"index: the shape of the mask \[2\] at index 0 does not match the shape of the indexed tensor \[4, 3\]",
          T(4, 3), [B([True, False])], T()),
        E(IndexError, r"index: tensors used as indices must be integers or bool, not float32", T(4, 3), [T(2)], T()),
        E(RuntimeError, r"index_put: shape mismatch: value tensor of shape \[3, 3\] cannot be broadcast to indexing result of shape \[2, 3\]",
          T(4, 3), [I([0, 1])], T(3, 3)),
        E(RuntimeError, r"index_put: expected self.dtype to be equal to src.dtype", T(4, 3), [I([0])], T(dtype="float64")),
        E(RuntimeError, r"index_put: expected at least one index", T(4, 3), [], T()),
        E(TypeError, r"index_put\(\): argument 'indices' must be tuple of Tensors, not Tensor", T(4, 3), I([0]), T()),
        E(TypeError, r"index_put\(\): expected Tensor as element 0 in argument 'indices', but got int", T(4, 3), [0], T()),
    ])
PUT = Row(
    "put", put, [S(T(3, 4), I([0, 7, 3]), T(3)), S(T(3, 4), I([[-1, 1], [2, -12]]), T(4)), S(T(), I([0]), T(1)), S(T(5), I(2), T()),
                 S(T(3, 4), none(0), T(0)), S(T(0, 3), none(0, 2), T(0)), S(T(3, 4), I([1, 1, 0]), T(3), True, rounded=True),
                 S(T(2, 3, 2), I([[11, 0]]), T(2, 1), accumulate=True), S(T(3, 4), I([1, 1]), T(2), gradient=False)],
    gradients="all", raw=True, gradient_layouts=APART, beside=(I([0, 4]), T(2)), errors=[
        E(IndexError, r"put: index 12 is out of bounds for dimension 0 with size 12", T(3, 4), I([12]), T(1)),
        E(IndexError, r"put: index -13 is out of bounds", T(3, 4), I([-13]), T(1)),
        E(IndexError, r"put: expected source and index to have the same number of elements, but got 3 and 2", T(3, 4), I([0, 1]), T(3)),
        E(RuntimeError, r"put: expected an int64 index, got int32", T(3, 4), I([0], "int32"), T(1)),
        E(RuntimeError, r"put: expected self.dtype to be equal to src.dtype", T(3, 4), I([0]), T(1, dtype="float64")),
        E(TypeError, r"put\(\): argument 'index' must be Tensor", T(3, 4), 0, T(1))])
MASKED_SCATTER = Row(
    "masked_scatter", masked_scatter,
    [S(T(2, 3), B([[True, False, True], [True, True, False]]), T(4)), S(T(2, 3), B([False, True, True]), T(2, 3)),
     S(T(3), B([[True, False, True], [True, True, False]]), T(6)), S(T(), B(True), T(2)), S(T(0, 3), B([True, True, False]), T(0)),
     S(T(2, 3), B(False), T(0)), S(T(4, 10), B([[i * j % 3 != 1 for j in range(10)] for i in range(4)]), T(40)),
     S(T(2, 12), B([True] * 12), T(4, 6))],
    gradients="all", raw=True, beside=(B([[True, False, True], [False, False, True]]), T(3)), errors=[
        E(RuntimeError, r"masked_scatter: number of elements of source < number of ones in mask: 2 < 3", T(3), B([True] * 3), T(2)),
        E(RuntimeError, r"masked_scatter: expected a bool mask, not int64", T(3), I([1, 1, 1]), T(3)),
        E(RuntimeError, r"masked_scatter: expected self.dtype to be equal to src.dtype", T(3), B([True] * 3), T(3, dtype="float64")),
        E(RuntimeError, r"masked_scatter: .*\[3\] and \[2\]", T(3), B([True] * 2), T(3)),
        E(TypeError, r"masked_scatter\(\): argument 'source' must be Tensor", T(3), B([True] * 3), 1)])

NONZERO = [S(T(2, 3, low=-1, high=1)), S(T()), S(T(0, 3)), S(V([0.0, 1.0, nan, -0.0]), dtypes=FLOATS), S(V(0)), S(T(3, 2, 20, low=-1, high=1)),
           S(T(40, dtype="bool"), dtypes=("bool",)), S(T(3, 0))]


def not_a_tensor(name, *rest):
    return [E(TypeError, rf"{name}\(\): argument 'input' must be Tensor|descriptor '{name}' for|doesn't apply to", 1, *rest)]


ROWS = [
    Row("gather", gather, [S(T(*s), d, i) for s, d, i, v in ALONG + TWICE] + [
        S(T(3), 0, I(1)), S(T(3, 4), 0, none(0)), S(T(3, 4), 1, I([[0], [1]]), gradient=False)],
        gradients="all", raw=True, errors=along_errors("gather")),
    Row("take_along_dim", take_along_dim,
        [S(T(3, 4), I([[2, 0, 1, 2]]), 0), S(T(3, 4), I([[0], [3], [1]]), 1), S(T(3, 4), I([[0, 1, 2, 0]]), 1), S(T(1, 4), I([[0, 1], [3, 3]]), -1),
         S(T(3, 4), I([0, 11])), S(T(3, 4), I([[7, 3]])), S(T(2, 1, 3), I(np.arange(10).reshape(2, 5, 1) % 3), 2), S(T(), I(0)),
         S(T(0, 3), none(0, 2), 1), S(T(3, 4), none(0, 4), 0)],
        gradients="all", raw=True, errors=[
            E(RuntimeError, r"gather: index 12 is out of bounds for dimension 0 with size 12", T(3, 4), I([12])),
            E(RuntimeError, r"gather: index -1 is out of bounds for dimension 1 with size 4", T(3, 4), I([[-1]]), 1),
            E(RuntimeError, r"take_along_dim: dtype of indices should be int64 but got int32", T(3, 4), I([[0]], "int32"), 0),
            E(RuntimeError, r"take_along_dim: input and indices should have the same number of dimensions, but got 2 .* 1", T(3, 4), I([0]), 0),
            E(RuntimeError, r"take_along_dim: .*cannot be broadcast", T(3, 4), I([[0, 0]]), 0),
            E(IndexError, r"take_along_dim: dimension 2 is out of range", T(3, 4), I([[0]]), 2),
            E(TypeError, r"take_along_dim\(\): argument 'indices' must be Tensor", T(3, 4), 0)]),
    Row("take", lambda x, index: np.take(x, index),
        [S(T(3, 4), I([0, 7, -1])), S(T(3, 4), I([[1, 1], [2, -12]])), S(T(), I(0)), S(T(5), I([[4]])), S(T(0), none(0, 2)), S(T(3, 4), none(0)),
         S(T(2, 3, 2), I([11, 5, 5]))],
        gradients="all", raw=True, errors=[
            E(IndexError, r"take: index 12 is out of bounds for dimension 0 with size 12", T(3, 4), I([12])),
            E(IndexError, r"take: index -13 is out of bounds", T(3, 4), I([-13])),
            E(IndexError, r"take: index 0 is out of bounds", T(0), I([0])),
            E(RuntimeError, r"take: expected an int64 index, got int32", T(3, 4), I([0], "int32")),
            E(TypeError, r"take\(\): argument 'index' must be Tensor", T(3, 4), 0)]),
    SCATTER, SCATTER_ADD, SCATTER_REDUCE, INDEX_ADD, INDEX_COPY, INDEX_FILL, INDEX_REDUCE, INDEX_PUT, PUT, MASKED_SCATTER,
    Row("masked_select", masked_select,
        [S(T(2, 3), B([[True, False, True], [True, True, False]])), S(T(2, 3), B([False, True, True])), S(T(3), B([[True], [False]])),
         S(T(), B(True)), S(T(), B([True, False])), S(T(0, 3), B([True, True, False])), S(T(2, 3), B(False)),
         S(T(4, 10), B([[i * j % 3 != 1 for j in range(10)] for i in range(4)])), S(T(5, 20), B([True] * 16 + [False] * 4))],
        gradients="all", raw=True, errors=[
            E(RuntimeError, r"masked_select: expected a bool mask, not uint8", T(3), V([1, 1, 1], dtype="uint8")),
            E(RuntimeError, r"masked_select: .*\[3\] and \[2\]", T(3), B([True] * 2)),
            E(TypeError, r"masked_select\(\): argument 'mask' must be Tensor", T(3), True)]),
    Row("nonzero", lambda x, **_: nonzero(x), NONZERO + [S(T(2, 2), as_tuple=False)], raw=True, errors=not_a_tensor("nonzero") + [
        E(TypeError, r"nonzero\(\): argument 'as_tuple' must be bool, not int", T(2), as_tuple=1)]),
    Row("argwhere", nonzero, NONZERO, raw=True, errors=not_a_tensor("argwhere")),
    Row("_nonzero_tuple", lambda x: tuple(np.nonzero(lifted(x))), NONZERO, raw=True, errors=not_a_tensor("nonzero_tuple"),
        call=lambda torch, x: torch.nonzero(x, as_tuple=True)),
]


def written(row):
    """The row of the operator in place, whose errors carry its name."""
    name = row.name + "_"
    return in_place(name, row, errors=[E(e.exception, e.message.replace(row.name, name), *e.args, **e.kwargs) for e in row.errors])


IN_PLACE = [written(row) for row in (
    SCATTER, SCATTER_ADD, SCATTER_REDUCE, INDEX_ADD, INDEX_COPY, INDEX_FILL, INDEX_REDUCE, INDEX_PUT, PUT, MASKED_SCATTER)]
