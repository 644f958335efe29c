"""Tensors from Python's data: dtypes, shapes and the errors of what is none."""

import copy
import math
import pickle

import pytest

import swiftnn

np = pytest.importorskip("numpy")


@pytest.mark.parametrize(
    "data, dtype, shape",
    [
        (1, "int64", ()),
        (1.5, "float32", ()),
        (True, "bool", ()),
        ([], "float32", (0,)),
        ([[], []], "float32", (2, 0)),
        ([1, 2], "int64", (2,)),
        ([1, 2.5], "float32", (2,)),
        ([True, 2], "int64", (2,)),
        ([True, 0.5], "float32", (2,)),
        (((1, 2, 3), (4, 5, 6)), "int64", (2, 3)),
        (range(4), "int64", (4,)),
        (np.arange(6, dtype=np.int16).reshape(2, 3), "int16", (2, 3)),
        (np.float64(2), "float64", ()),
        ([np.float64(2)], "float64", (1,)),
        ([np.float32(2), 1], "float32", (2,)),
        ([np.uint8(2), np.int8(1)], "int16", (2,)),
        ([np.zeros(2), np.ones(2)], "float64", (2, 2)),
        (np.array(3, dtype=np.int32), "int32", ()),
        (bytearray(b"ab"), "uint8", (2,)),
        (memoryview(b"abc")[::-1], "uint8", (3,)),
        (np.arange(6.0)[::-2], "float64", (3,)),
    ],
)
def test_tensor_infers_dtype_and_shape(data, dtype, shape):
    x = swiftnn.tensor(data)
    assert x.dtype is getattr(swiftnn, dtype)
    assert x.shape == shape and isinstance(x.shape, swiftnn.Size)
    expected = np.asarray(data).tolist() if not isinstance(data, (int, float)) else data
    assert x.tolist() == expected


def test_tensor_from_tensors():
    x = swiftnn.tensor([1.0, 2.0], requires_grad=True)
    y = swiftnn.tensor(x)
    assert y.tolist() == [1, 2] and not y.requires_grad and y.data_ptr() != x.data_ptr()
    assert swiftnn.tensor([x[0], x[1] * 2]).tolist() == [1, 4]
    # An element of a list is a number, whatever its rank.
    assert swiftnn.tensor([x[:1].detach(), x[1:, None].detach(), 3]).tolist() == [1, 2, 3]
    for several in ([x.detach(), x.detach()], [x[:0].detach()], [1.0, x.detach()]):
        with pytest.raises(ValueError, match="only one element tensors"):
            swiftnn.tensor(several)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int32", "int16", "int8", "uint8", "bool"])
def test_dtypes(dtype):
    d = getattr(swiftnn, dtype)
    x = swiftnn.tensor([0, 1, 1], dtype=d)
    assert x.dtype is d and repr(d) == f"swiftnn.{dtype}"
    assert x.itemsize == d.itemsize == x.element_size() == np.dtype(dtype).itemsize
    assert x.nbytes == 3 * d.itemsize
    assert d.is_floating_point == dtype.startswith("float") == x.is_floating_point()
    array = x.numpy()
    assert array.dtype == np.dtype(dtype) and array.tolist() == x.tolist()
    assert swiftnn.from_numpy(array).dtype is d
    assert pickle.loads(pickle.dumps(d)) is d and copy.deepcopy(d) is d
    assert x.to(swiftnn.float64).to(d).tolist() == x.tolist()


def test_dtype_names_and_python_types():
    assert swiftnn.float is swiftnn.float32 and swiftnn.double is swiftnn.float64
    assert swiftnn.long is swiftnn.int64 and swiftnn.int is swiftnn.int32 and swiftnn.short is swiftnn.int16
    assert swiftnn.zeros(1, dtype=float).dtype is swiftnn.float64
    assert swiftnn.zeros(1, dtype=int).dtype is swiftnn.int64
    with pytest.raises(TypeError, match=r"zeros\(\): argument 'dtype' must be swiftnn.dtype, not str"):
        swiftnn.zeros(1, dtype="float32")


@pytest.mark.parametrize(
    "data, options, error, message",
    [
        ([[1, 2, 3], [1, 2]], {}, ValueError, r"expected sequence of length 3 at dim 1 \(got 2\)"),
        ([[1], 2], {}, ValueError, "expected sequence of length 1 at dim 1"),
        ([1, [2]], {}, ValueError, "expected a number at dim 1"),
        ("text", {}, TypeError, "'str' cannot be an element"),
        (["text"], {}, TypeError, "'str' cannot be an element"),
        (b"text", {}, TypeError, "'bytes' cannot be an element"),
        ([None], {}, TypeError, "'None' cannot be an element"),
        (1j, {}, TypeError, "'complex' cannot be an element"),
        (object(), {}, TypeError, "'object' cannot be an element"),
        ({}, {}, TypeError, "'dict' cannot be an element"),
        (2**70, {}, OverflowError, "does not fit in int64"),
        (300, {"dtype": swiftnn.uint8}, OverflowError, "300 does not fit in uint8"),
        (math.nan, {"dtype": swiftnn.int64}, ValueError, "NaN"),
        (math.inf, {"dtype": swiftnn.int32}, OverflowError, "infinity"),
        (np.array(["a"]), {}, TypeError, "<U1"),
        (np.zeros(2, dtype=np.complex64), {}, TypeError, "complex64"),
        (np.zeros(2, dtype=np.longdouble), {}, TypeError, "float128|longdouble"),
        (np.zeros(2, dtype=np.uint32), {}, TypeError, "uint32"),
        (np.array([object()]), {}, TypeError, "object"),
        (np.zeros(2, dtype="M8[s]"), {}, TypeError, "datetime64"),
        (np.zeros(2, dtype=">f4"), {}, ValueError, "byte order"),
        (1, {"device": "cuda"}, RuntimeError, "'cuda' is not offered"),
        (1, {"requires_grad": 1}, TypeError, "must be bool, not int"),
    ],
)
def test_tensor_errors(data, options, error, message):
    with pytest.raises(error, match=message):
        swiftnn.tensor(data, **options)


def test_tensor_of_a_list_that_holds_itself():
    data = []
    data.append(data)
    with pytest.raises(ValueError, match="too many dimensions"):
        swiftnn.tensor(data)


def test_tensor_of_a_list_that_changes_while_it_is_read():
    class Index:
        def __index__(self):
            data.clear()
            return 1

    data = [Index(), 2, 3]
    try:
        swiftnn.tensor(data)
    except ValueError:
        pass


def test_narrow_integers_as_in_c():
    assert swiftnn.tensor(-1, dtype=swiftnn.uint8).item() == 255
    assert swiftnn.tensor(1.9, dtype=swiftnn.int64).item() == 1


def test_constructor():
    assert swiftnn.Tensor([1, 2]).dtype is swiftnn.float32
    assert swiftnn.Tensor(2, 3).shape == (2, 3)
    assert swiftnn.Tensor().shape == (0,)
    assert swiftnn.Tensor(swiftnn.Size([4])).shape == (4,)
    with pytest.raises(TypeError):
        swiftnn.Tensor("a")
    with pytest.raises(TypeError):
        swiftnn.Tensor(data=[1])


@pytest.mark.parametrize(
    "args, kwargs, expected, dtype",
    [
        ((5,), {}, [0, 1, 2, 3, 4], "int64"),
        ((2, 5), {}, [2, 3, 4], "int64"),
        ((5, 0, -2), {}, [5, 3, 1], "int64"),
        ((1.5,), {}, [0, 1], "float32"),
        ((0, 1, 0.25), {}, [0, 0.25, 0.5, 0.75], "float32"),
        ((3,), {"dtype": swiftnn.float64}, [0, 1, 2], "float64"),
        ((), {"end": 2}, [0, 1], "int64"),
        ((), {"start": 1, "end": 4, "step": 2}, [1, 3], "int64"),
    ],
)
def test_arange(args, kwargs, expected, dtype):
    x = swiftnn.arange(*args, **kwargs)
    assert x.tolist() == expected and x.dtype is getattr(swiftnn, dtype)


def test_arange_errors():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'end'"):
        swiftnn.arange()
    with pytest.raises(TypeError, match="must be Number, not str"):
        swiftnn.arange("a")


def test_randint_overloads():
    assert swiftnn.randint(5, (2, 3)).shape == (2, 3)
    assert swiftnn.randint(3, 4, (2,)).tolist() == [3, 3]
    assert swiftnn.randint(low=3, high=4, size=(2,)).tolist() == [3, 3]
    assert swiftnn.randint(1, size=[3]).tolist() == [0, 0, 0]
    assert swiftnn.randint(1, (1,), dtype=swiftnn.float32).dtype is swiftnn.float32
    for args in [(), (5,), (1, 2, 3, 4)]:
        with pytest.raises(TypeError):
            swiftnn.randint(*args)


def test_sizes():
    for x in (swiftnn.zeros(2, 3), swiftnn.zeros((2, 3)), swiftnn.zeros([2, 3]), swiftnn.zeros(size=(2, 3)),
              swiftnn.zeros(swiftnn.Size([2, 3])), swiftnn.zeros(np.int64(2), True + 2)):
        assert x.shape == (2, 3)
    assert swiftnn.zeros(()).shape == ()
    assert swiftnn.ones(2, device="cpu").device == swiftnn.device("cpu")
    with pytest.raises(TypeError, match=r"zeros\(\): argument 'size' must be tuple of ints, not float"):
        swiftnn.zeros(2.0)
    with pytest.raises(TypeError, match="but found element of type str at pos 1"):
        swiftnn.zeros((2, "a"))
    with pytest.raises(OverflowError, match="'size' does not fit in 64 bits"):
        swiftnn.zeros(2**70)
    with pytest.raises((RuntimeError, ValueError)):
        swiftnn.zeros(-1)
    with pytest.raises((RuntimeError, ValueError, MemoryError)):
        swiftnn.zeros(2**62, 2**62)
    with pytest.raises((RuntimeError, ValueError)):
        swiftnn.zeros((1,) * 100)
