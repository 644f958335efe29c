"""Random cases against NumPy: shapes with sizes 0 and 1, every dtype, operands that are views of views.

`make test` runs some cases of each operator. A long run, of about 60,000 cases: SWIFTNN_CASES=200 make fuzz.
Each case makes the same view of a NumPy array and of a tensor, and compares what both libraries make of it.
"""

import collections
import os

import numpy as np
import pytest

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, assume, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

import swiftnn  # noqa: E402

from operators import harness, table  # noqa: E402

CASES = int(os.environ.get("SWIFTNN_CASES", "10"))
COUNTS = collections.Counter()
run = settings(
    max_examples=CASES, deadline=None, derandomize=CASES <= 10, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)

SIZES = st.sampled_from([0, 1, 1, 2, 3, 4, 5, 17])
FLOATS, INTEGERS, ALL = harness.FLOATS, harness.INTEGERS, harness.ALL


# ---------------------------------------------------------------------------------------------------- operands


def elements(dtype, shape, seed, low=-4.0, high=4.0):
    return harness.In(shape, low, high).array(dtype, np.random.default_rng(seed))


@st.composite
def views(draw, array, steps=3):
    """The array and a tensor of its elements, and the same views of both, one of another."""
    tensor = swiftnn.from_numpy(array)
    for _ in range(draw(st.integers(0, steps))):
        kind = draw(st.sampled_from(["permute", "slice", "expand", "unsqueeze", "select", "squeeze", "diagonal"]))
        if kind == "permute":
            order = draw(st.permutations(range(array.ndim)))
            array, tensor = array.transpose(order), tensor.permute(*order) if order else tensor.permute(())
        elif kind == "slice" and array.ndim:
            axis = draw(st.integers(0, array.ndim - 1))
            size = array.shape[axis]
            start, stop, step = draw(st.integers(0, size)), draw(st.integers(0, size + 1)), draw(st.integers(1, 3))
            index = (slice(None),) * axis + (slice(start, stop, step),)
            array, tensor = array[index], tensor[index]
        elif kind == "expand" and array.ndim < 5:
            shape = (draw(st.integers(0, 3)),) + tuple(draw(st.integers(1, 3)) if s == 1 else s for s in array.shape)
            array, tensor = np.broadcast_to(array, shape), tensor.expand(shape)
        elif kind == "unsqueeze" and array.ndim < 5:
            axis = draw(st.integers(0, array.ndim))
            array, tensor = np.expand_dims(array, axis), tensor.unsqueeze(axis)
        elif kind == "select" and array.ndim and 0 not in array.shape:
            axis = draw(st.integers(-array.ndim, array.ndim - 1))
            position = draw(st.integers(-array.shape[axis], array.shape[axis] - 1))
            array, tensor = np.take(array, position, axis), tensor.select(axis, position)
        elif kind == "squeeze":
            array, tensor = array.squeeze(), tensor.squeeze()
        elif kind == "diagonal" and array.ndim >= 2:
            array, tensor = array.diagonal(), tensor.diagonal()
    return array, tensor


@st.composite
def shapes(draw, rank=4):
    return tuple(draw(SIZES) for _ in range(draw(st.integers(0, rank))))


@st.composite
def operands(draw, dtype, rank=4, low=-4.0, high=4.0):
    return draw(views(elements(dtype, draw(shapes(rank)), draw(st.integers(0, 2**31)), low, high)))


@st.composite
def broadcastable(draw, shape):
    """A shape that is broadcast to `shape`."""
    kept = shape[draw(st.integers(0, len(shape))):]
    return tuple(draw(st.sampled_from([s, 1])) for s in kept)


def compare(got, want, tolerance=0.0, relative="element"):
    got = got.numpy() if isinstance(got, swiftnn.Tensor) else np.asarray(got)
    harness.assert_close(got, np.asarray(want).astype(got.dtype), tolerance, relative)


# ---------------------------------------------------------------------------------------------------- elementwise


def elementwise_rows(count):
    """Rows of functions of so many tensors, elementwise: those whose first samples have nothing else."""
    for row in table.ROWS:
        family = table.FAMILY_OF[row.name]
        plain = [s for s in row.samples if not s.kwargs and all(isinstance(a, harness.In) and a.dtype is None and a.values is None for a in s.args)]
        elementwise = family in ELEMENTWISE and plain and all(len(s.args) == count for s in plain)
        if elementwise and set(row.dtypes) & set(ALL):
            yield pytest.param(row, plain[0], id=row.name)


ELEMENTWISE = ("arithmetic", "pointwise", "trigonometry", "special", "logic", "rounding", "bitwise")


def check_row(row, sample, dtype, arrays, tensors):
    specified = harness.Sample(tuple(harness.In(a.shape) for a in arrays), {})
    with np.errstate(all="ignore"):
        got = row.run(swiftnn, list(tensors), {})
        want = row.reference(*harness.reference_arguments(row, specified, [np.asarray(a) for a in arrays]))
    for result, expected in zip(harness.outputs(got), harness.outputs(want), strict=True):
        tolerance, relative = harness.tolerance_of(row, sample, harness.dtype_names(result)[0])
        compare(result, expected, tolerance, relative)
    COUNTS["elementwise"] += 1


@pytest.mark.parametrize("row, sample", list(elementwise_rows(1)))
@run
@given(data=st.data())
def test_functions_of_one_tensor(row, sample, data):
    dtype = data.draw(st.sampled_from([d for d in row.dtypes if d in ALL]))
    array, tensor = data.draw(operands(dtype, low=sample.args[0].low, high=sample.args[0].high))
    check_row(row, sample, dtype, [array], [tensor])


@pytest.mark.parametrize("row, sample", list(elementwise_rows(2)))
@run
@given(data=st.data())
def test_functions_of_two_tensors(row, sample, data):
    dtype = data.draw(st.sampled_from([d for d in row.dtypes if d in ALL]))
    (low, high), (low2, high2) = ((a.low, a.high) for a in sample.args)
    a, x = data.draw(operands(dtype, low=low, high=high))
    shape = data.draw(broadcastable(a.shape))
    b, y = data.draw(views(elements(dtype, shape, data.draw(st.integers(0, 2**31)), low2, high2), 0))
    check_row(row, sample, dtype, [a, b], [x, y])


# ---------------------------------------------------------------------------------------------------- reductions


def wide(array):
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)


REDUCTIONS = {
    # name: (NumPy's, dtypes, whether empty ones are defined, tolerance)
    "sum": (np.sum, ALL, True, (1e-6, 1e-14)), "mean": (np.mean, FLOATS, False, (1e-6, 1e-14)),
    "amax": (np.max, ALL, False, (0, 0)), "amin": (np.min, ALL, False, (0, 0)),
    "all": (lambda x, axis, keepdims: np.all(x != 0, axis=axis, keepdims=keepdims), ALL, True, (0, 0)),
    "any": (lambda x, axis, keepdims: np.any(x != 0, axis=axis, keepdims=keepdims), ALL, True, (0, 0)),
    "var": (lambda x, axis, keepdims: np.var(x, axis=axis, keepdims=keepdims, ddof=1), FLOATS, False, (1e-5, 1e-13)),
    "logsumexp": (lambda x, axis, keepdims: np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims)), FLOATS, False, (1e-6, 1e-13)),
}


@pytest.mark.parametrize("name", REDUCTIONS)
@run
@given(data=st.data())
def test_reductions(name, data):
    reference, dtypes, empty, tolerance = REDUCTIONS[name]
    dtype = data.draw(st.sampled_from(dtypes))
    array, tensor = data.draw(operands(dtype))
    dims = data.draw(st.lists(st.integers(-array.ndim, array.ndim - 1), max_size=array.ndim, unique_by=lambda d: d % array.ndim)
                     if array.ndim else st.just([]))
    axes = tuple(d % array.ndim for d in dims) or tuple(range(array.ndim))
    count = int(np.prod([array.shape[a] for a in axes]))
    assume(empty or count > 0)
    assume(name != "var" or count > 1)
    keepdim = data.draw(st.booleans())
    given_dims = tuple(dims) if dims else tuple(range(array.ndim))
    got = getattr(swiftnn, name)(tensor, given_dims, keepdim=keepdim)
    want = reference(wide(array), axis=axes, keepdims=keepdim)
    if name in ("sum", "mean") and dtype in FLOATS:
        # Rounding is relative to what was added up, which may cancel. In float64 the reference rounds as well.
        size = reference(np.abs(wide(array)), axis=axes, keepdims=keepdim)
        assert tuple(got.shape) == np.shape(want)
        assert np.all(np.abs(got.numpy() - want) <= (2e-7, 1e-15)[dtype == "float64"] * size)
    else:
        compare(got, want, tolerance[dtype == "float64"], "unit")
    COUNTS["reductions"] += 1


ALONG = {
    "cumsum": (lambda x, a: np.cumsum(wide(x), a), ALL, (1e-6, 1e-14)),
    "cumprod": (lambda x, a: np.cumprod(wide(x), a), FLOATS, (1e-5, 1e-13)),
    "argmax": (lambda x, a: np.argmax(x, a), harness.NUMBERS, (0, 0)),
    "argmin": (lambda x, a: np.argmin(x, a), harness.NUMBERS, (0, 0)),
    "softmax": (lambda x, a: np.exp(wide(x)) / np.sum(np.exp(wide(x)), a, keepdims=True), FLOATS, (1e-6, 1e-13)),
    "diff": (lambda x, a: np.diff(x, axis=a), harness.NUMBERS, (0, 0)),
    "flip": (lambda x, a: np.flip(x, a), ALL, (0, 0)),
    "unbind": (lambda x, a: [np.take(x, i, a) for i in range(x.shape[a])], ALL, (0, 0)),
    "cummax": (lambda x, a: [np.maximum.accumulate(x, a)], harness.NUMBERS, (0, 0)),
    "sort": (lambda x, a: [np.sort(x, a)], ALL, (0, 0)),
    "median": (lambda x, a: [np.take(np.sort(x, a), (x.shape[a] - 1) // 2, a)], harness.NUMBERS, (0, 0)),
}


@pytest.mark.parametrize("name", ALONG)
@run
@given(data=st.data())
def test_along_a_dimension(name, data):
    reference, dtypes, tolerance = ALONG[name]
    dtype = data.draw(st.sampled_from(dtypes))
    array, tensor = data.draw(operands(dtype))
    assume(array.ndim > 0)
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    assume(array.shape[axis] > 0)
    function = swiftnn.nn.functional.softmax if name == "softmax" else getattr(swiftnn, name)
    got, want = function(tensor, axis) if name != "diff" else function(tensor, dim=axis), reference(array, axis)
    for result, expected in zip(harness.outputs(got), harness.outputs(want)):
        compare(result, expected, tolerance[dtype == "float64"], "unit")
    if name == "sort":  # the indices are those of a stable sort
        stable = swiftnn.sort(tensor, dim=axis, stable=True)
        compare(stable.indices, np.argsort(array, axis, kind="stable"))
    COUNTS["along a dimension"] += 1


# ---------------------------------------------------------------------------------------------------- shapes, indexing


@st.composite
def factorisations(draw, count):
    """A shape of so many elements."""
    shape, left = [], count
    for _ in range(draw(st.integers(0, 3))):
        choices = [d for d in range(1, 7) if left and left % d == 0] or [0, 1, 3]
        size = draw(st.sampled_from(choices))
        shape.append(size)
        left = left // size if size else 0
    return tuple(shape) + (left,) if left or 0 not in shape else tuple(shape)


@run
@given(data=st.data())
def test_reshape(data):
    array, tensor = data.draw(operands(data.draw(st.sampled_from(ALL))))
    shape = data.draw(factorisations(array.size))
    compare(tensor.reshape(shape), array.reshape(shape))
    compare(tensor.contiguous(), array)
    compare(tensor.flatten(), array.reshape(-1))
    COUNTS["shapes"] += 1


@run
@given(data=st.data())
def test_movement(data):
    array, tensor = data.draw(operands(data.draw(st.sampled_from(ALL)), rank=3))
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1)) if array.ndim else None
    shift = data.draw(st.integers(-7, 7))
    compare(swiftnn.roll(tensor, shift, axis) if axis is not None else swiftnn.roll(tensor, shift), np.roll(array, shift, axis))
    repeats = tuple(data.draw(st.lists(st.integers(0, 3), min_size=array.ndim, max_size=array.ndim + 1)))
    compare(swiftnn.tile(tensor, repeats), np.tile(array, repeats))
    if axis is not None:
        compare(swiftnn.cat([tensor, tensor], axis), np.concatenate([array, array], axis))
        compare(swiftnn.stack([tensor, tensor], axis), np.stack([array, array], axis))
        times = data.draw(st.integers(0, 3))
        compare(swiftnn.repeat_interleave(tensor, times, axis), np.repeat(array, times, axis))
    if array.ndim >= 2:
        k = data.draw(st.integers(-4, 4))
        compare(swiftnn.tril(tensor, k), np.tril(array, k))
        compare(swiftnn.triu(tensor, k), np.triu(array, k))
        compare(swiftnn.diagonal(tensor, k), np.diagonal(array, k))
    COUNTS["shapes"] += 1


@st.composite
def indices(draw, shape):
    """An index of NumPy's and the same of ours."""
    numpy_index, own_index = [], []
    broadcast = draw(broadcastable((2, 3)))
    position = 0
    while position < len(shape):
        size = shape[position]
        kind = draw(st.sampled_from(["slice", "slice", "int", "new", "tensor", "mask", "stop"]))
        if kind == "stop":
            break
        if kind == "new" and len(numpy_index) < 6:
            numpy_index.append(None)
            own_index.append(None)
            continue
        # To NumPy an integer beside index arrays is one of them, to PyTorch it is not.
        arrays = any(isinstance(i, np.ndarray) for i in numpy_index)
        if (kind == "int" and arrays) or (kind in ("tensor", "mask") and any(isinstance(i, int) for i in numpy_index)):
            kind = "slice"
        if kind == "int" and size:
            number = draw(st.integers(-size, size - 1))
            numpy_index.append(number)
            own_index.append(number)
        elif kind == "tensor" and size:
            numbers = np.random.default_rng(draw(st.integers(0, 2**31))).integers(-size, size, broadcast)
            numpy_index.append(numbers)
            own_index.append(swiftnn.from_numpy(numbers))
        elif kind == "mask" and not any(isinstance(i, np.ndarray) for i in numpy_index):
            mask = np.random.default_rng(draw(st.integers(0, 2**31))).random(size) < 0.5
            broadcast = (int(mask.sum()),)
            numpy_index.append(mask)
            own_index.append(swiftnn.from_numpy(mask))
            # Another index tensor would have to fit the number of true elements.
            if any(isinstance(i, np.ndarray) for i in numpy_index[:-1]):
                numpy_index.pop()
                own_index.pop()
                break
        else:
            start, stop, step = draw(st.integers(-size - 1, size + 1)), draw(st.integers(-size - 1, size + 1)), draw(st.integers(1, 3))
            numpy_index.append(slice(start, stop, step))
            own_index.append(slice(start, stop, step))
        position += 1
    return tuple(numpy_index), tuple(own_index)


@run
@given(data=st.data())
def test_reading_by_index(data):
    array, tensor = data.draw(operands(data.draw(st.sampled_from(ALL))))
    theirs, ours = data.draw(indices(array.shape))
    compare(tensor[ours], array[theirs])
    COUNTS["indexing"] += 1


@run
@given(data=st.data())
def test_writing_by_index(data):
    dtype = data.draw(st.sampled_from(ALL))
    array = elements(dtype, data.draw(shapes()), data.draw(st.integers(0, 2**31)))
    tensor = swiftnn.from_numpy(array.copy())
    theirs, ours = data.draw(indices(array.shape))
    shape = data.draw(broadcastable(array[theirs].shape))
    # Where two indices name one element the order is NumPy's own: all get the same value then.
    repeated = any(isinstance(i, np.ndarray) and i.dtype != bool for i in theirs)
    value = elements(dtype, () if repeated else shape, data.draw(st.integers(0, 2**31)))
    array[theirs] = value
    tensor[ours] = swiftnn.from_numpy(value.copy())
    compare(tensor, array)
    COUNTS["indexing"] += 1


@run
@given(data=st.data())
def test_gather(data):
    array, tensor = data.draw(operands(data.draw(st.sampled_from(ALL))))
    assume(array.ndim > 0)
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    size = array.shape[axis]
    assume(size > 0)
    shape = list(array.shape)
    shape[axis] = data.draw(st.integers(0, 4))
    positions = np.random.default_rng(data.draw(st.integers(0, 2**31))).integers(0, size, tuple(shape))
    compare(swiftnn.gather(tensor, axis, swiftnn.from_numpy(positions)), np.take_along_axis(array, positions, axis))
    flat = positions.reshape(-1)
    compare(swiftnn.index_select(tensor, axis, swiftnn.from_numpy(flat)), np.take(array, flat, axis))
    mask = np.random.default_rng(data.draw(st.integers(0, 2**31))).random(array.shape) < 0.5
    compare(swiftnn.masked_select(tensor, swiftnn.from_numpy(mask)), array[mask])
    compare(swiftnn.nonzero(tensor), np.stack(np.nonzero(array), 1))
    COUNTS["indexing"] += 1


# ---------------------------------------------------------------------------------------------------- products


@run
@given(data=st.data())
def test_matrix_products(data):
    dtype = data.draw(st.sampled_from(harness.NUMBERS))
    m, k, n = data.draw(SIZES), data.draw(SIZES), data.draw(SIZES)
    batch = data.draw(shapes(2))

    def matrix(rows, columns, seed):
        lead = data.draw(broadcastable(batch))
        transposed = data.draw(st.booleans())
        array = elements(dtype, lead + ((columns, rows) if transposed else (rows, columns)), seed)
        tensor = swiftnn.from_numpy(array)
        return (array.swapaxes(-1, -2), tensor.transpose(-1, -2)) if transposed else (array, tensor)

    a, x = matrix(m, k, data.draw(st.integers(0, 2**31)))
    b, y = matrix(k, n, data.draw(st.integers(0, 2**31)))
    compare(x @ y, wide(a) @ wide(b), (1e-5, 1e-13)[dtype == "float64"] if dtype in FLOATS else 0, "array")
    COUNTS["products"] += 1


@run
@given(data=st.data())
def test_conversion(data):
    array, tensor = data.draw(operands(data.draw(st.sampled_from(ALL))))
    target = data.draw(st.sampled_from(ALL))
    assume(array.dtype.kind != "f" or target not in ("uint8",))
    with np.errstate(all="ignore"):
        compare(tensor.to(getattr(swiftnn, target)), array.astype(target))
    compare(tensor.clone(), array)
    assert tensor.tolist() == array.tolist()
    COUNTS["conversion"] += 1


def test_summary(capsys):
    with capsys.disabled():
        print("\nrandom cases:", sum(COUNTS.values()), dict(COUNTS))
