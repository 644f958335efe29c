"""Whose memory is it: identity of objects, references, buffers shared with others, copies and pickles."""

import copy
import ctypes
import gc
import io
import pickle
import subprocess
import sys
import threading
import weakref

import pytest

import swiftnn
from swiftnn import _C, nn

np = pytest.importorskip("numpy")


def live_bytes():
    gc.collect()
    return _C._memory_statistics()["live_bytes"]


# ---------------------------------------------------------------------------------------------------- identity


def test_one_object_for_one_tensor():
    x = swiftnn.ones(2, requires_grad=True)
    (x * 2).sum().backward()
    grad = x.grad
    assert x.grad is grad and x.grad.tolist() == [2, 2]
    grad.note = "kept"
    assert x.grad.note == "kept"
    address, grad = id(grad), None
    assert x.contiguous() is x and x.float() is x and x.to(swiftnn.float32) is x and x.requires_grad_() is x


def test_life_of_objects():
    x = swiftnn.ones(2)
    assert not gc.is_tracked(x)
    count = sys.getrefcount(x)
    for _ in range(100):
        x + x, x.shape, x[0], x.numpy(), x.tolist(), x.T, repr(x), x == x, list(x), x.data
        with pytest.raises(TypeError):
            x + None
    assert sys.getrefcount(x) == count
    x.me = x
    assert gc.is_tracked(x)
    reference = weakref.ref(x)
    del x
    gc.collect()
    assert reference() is None


def test_subclasses():
    class Named(swiftnn.Tensor):
        __slots__ = ("name",)

        def __init__(self, *size, name=None):
            self.name = name

    x = Named(2, 3, name="x")
    assert x.shape == (2, 3) and x.name == "x" and type(x + 1) is swiftnn.Tensor
    assert isinstance(nn.Parameter(x), swiftnn.Tensor)
    reference = weakref.ref(x)
    del x
    assert reference() is None


def test_an_object_is_not_given_out_while_it_dies():
    root = swiftnn.ones(2, requires_grad=True)
    (root * 1).sum().backward()
    found = []

    class Spy:
        def __del__(self):
            found.append(root.grad.tolist())

    grad = root.grad
    grad.spy = Spy()
    del grad
    gc.collect()
    assert found == [[1, 1]] and root.grad.tolist() == [1, 1]


def test_no_memory_is_left():
    def work():
        x = swiftnn.rand(64, 64, requires_grad=True)
        y = (x @ x + 1).relu()
        y.sum().backward()
        z = swiftnn.tensor(x.grad.numpy())
        z[0] = [1.0] * 64
        pickle.loads(pickle.dumps(z))
        copy.deepcopy(x)
        for bad in (lambda: x @ swiftnn.ones(3), lambda: swiftnn.cat([z, swiftnn.ones(1)]), lambda: z[99], lambda: z.view(7)):
            with pytest.raises((RuntimeError, IndexError)):
                bad()
        z.max(0), list(z), swiftnn.stack([z, z]), z.note, swiftnn.from_numpy(np.ones(100))

    swiftnn.Tensor.note = property(lambda self: None)
    try:
        work()
        before = live_bytes()
        for _ in range(5):
            work()
        assert live_bytes() == before
    finally:
        del swiftnn.Tensor.note


# ---------------------------------------------------------------------------------------------------- memory shared


def test_from_numpy_shares_memory():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    x = swiftnn.from_numpy(array)
    x[0, 0] = 9
    array[1, 2] = 7
    assert array[0, 0] == 9 and x[1, 2].item() == 7
    assert swiftnn.from_numpy(array.T).tolist() == array.T.tolist()
    assert swiftnn.from_numpy(array[:, ::2]).stride() == (3, 2)
    assert swiftnn.from_numpy(np.zeros((0, 3))).shape == (0, 3) and swiftnn.from_numpy(np.array(3.0)).item() == 3
    assert swiftnn.as_tensor(array).data_ptr() == x.data_ptr() and swiftnn.as_tensor(x) is x
    assert swiftnn.as_tensor(array, dtype=swiftnn.int64).tolist() == array.astype(np.int64).tolist()
    assert swiftnn.as_tensor([1, 2]).tolist() == [1, 2]


def test_from_numpy_keeps_the_array_alive():
    array = np.ones(4)
    reference = weakref.ref(array)
    x = swiftnn.from_numpy(array)[1:]
    del array
    gc.collect()
    assert reference() is not None and x.tolist() == [1, 1, 1]
    del x
    gc.collect()
    assert reference() is None


def test_from_numpy_memory_given_back_on_another_thread():
    references, tensors = [], []
    for _ in range(50):
        array = np.ones(100_000)
        references.append(weakref.ref(array))
        tensors.append([swiftnn.from_numpy(array) * 1 + swiftnn.from_numpy(array)])
        tensors[-1].append(swiftnn.from_numpy(array))
    del array
    thread = threading.Thread(target=tensors.clear)
    thread.start()
    thread.join()
    gc.collect()
    swiftnn.from_numpy(np.ones(1))
    assert all(reference() is None for reference in references)


def test_from_numpy_errors():
    for array, error, message in [
        (np.arange(3)[::-1], ValueError, "negative strides"),
        (np.zeros(3, dtype=">i4"), ValueError, "byte order"),
        (np.zeros(3, dtype=np.complex64), TypeError, "complex64"),
        (np.zeros(3, dtype=np.longdouble), TypeError, "float128|longdouble"),
        (np.zeros(3, dtype=object), TypeError, "object"),
        (np.zeros(3, dtype="M8[s]"), TypeError, "datetime64"),
        (np.zeros(3, dtype=[("a", "i4"), ("b", "i4")]), TypeError, "'a'"),
        (np.frombuffer(bytes(9), dtype=np.uint8)[1:].view(np.float32), ValueError, "aligned"),
        (np.zeros(3, dtype=[("a", "u1"), ("b", "<f4")])["b"], ValueError, "whole elements|aligned"),
        ([1.0], TypeError, "got list"),
        (swiftnn.ones(1), TypeError, "got"),
        (np.zeros((1,) * 20), ValueError, "dimensions"),
    ]:
        with pytest.raises(error, match=message):
            swiftnn.from_numpy(array)


def test_read_only_memory():
    array = np.arange(3.0)
    array.flags.writeable = False
    x = swiftnn.from_numpy(array)
    with pytest.raises(RuntimeError):
        x += 1
    assert array.tolist() == [0, 1, 2]
    assert not x.numpy().flags.writeable
    with pytest.raises((BufferError, TypeError)):
        (ctypes.c_char * 8).from_buffer(x)


def test_numpy_shares_memory():
    x = swiftnn.arange(6, dtype=swiftnn.float32).reshape(2, 3)
    array = x.T.numpy()
    array[0, 1] = 9
    assert x[1, 0].item() == 9 and array.strides == (4, 12)
    data = x.numpy()
    x.data = swiftnn.zeros(1)
    del x
    gc.collect()
    assert data.tolist() == [[0, 1, 2], [9, 4, 5]]
    assert swiftnn.tensor(2.5).numpy().shape == () and swiftnn.zeros(0, 2).numpy().shape == (0, 2)


def test_numpy_asks_for_an_array():
    x = swiftnn.ones(2)
    assert np.asarray(x).dtype == np.float32 and np.shares_memory(np.asarray(x), x.numpy())
    assert x.__array__(np.float64).dtype == np.float64
    assert not np.shares_memory(x.__array__(copy=True), x.numpy())
    assert np.array(x, dtype=np.int64).tolist() == [1, 1]
    for result in (np.ones(2) + x, x + np.ones(2)):
        assert type(result) is swiftnn.Tensor and result.tolist() == [2, 2]
    assert (np.ones(2) == x).all() and (x <= np.zeros(2)).tolist() == [False, False]
    with pytest.raises(ValueError):
        x.__array__(np.float64, copy=False)


def test_numpy_of_a_tensor_that_requires_grad():
    x = swiftnn.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"Use tensor.detach\(\).numpy\(\) instead"):
        x.numpy()
    with pytest.raises(RuntimeError, match="requires grad"):
        np.asarray(x)
    with pytest.raises(BufferError):
        memoryview(x)
    assert x.numpy(force=True).tolist() == [1, 1]


def test_without_numpy():
    code = (
        "import sys; sys.modules['numpy'] = None; import swiftnn\n"
        "x = swiftnn.ones(2); assert x.tolist() == [1, 1] and (x * 2)[0] == 2\n"
        "try: x.numpy()\n"
        "except ImportError as error: assert 'NumPy' in str(error)\n"
        "else: raise SystemExit(1)\n"
        "assert bytes(memoryview(x)) == bytes.fromhex('0000803f0000803f')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_buffer_protocol():
    x = swiftnn.arange(6, dtype=swiftnn.int32).reshape(2, 3)
    view = memoryview(x)
    assert view.shape == (2, 3) and view.strides == (12, 4) and view.format == "i" and not view.readonly
    view[1, 2] = 42
    assert x[1, 2].item() == 42 and view.tolist() == x.tolist() and view.obj is x
    assert memoryview(x.T).tolist() == x.T.tolist()
    with pytest.raises(BufferError, match="not contiguous"):
        io.BytesIO().write(x.T)


# ---------------------------------------------------------------------------------------------------- copies


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(protocol):
    x = swiftnn.arange(6, dtype=swiftnn.float32).reshape(2, 3).T.requires_grad_()
    x.note = {"a": 1}
    y = pickle.loads(pickle.dumps(x, protocol))
    assert y.tolist() == x.tolist() and y.requires_grad and y.note == x.note and type(y) is swiftnn.Tensor
    p = pickle.loads(pickle.dumps(nn.Parameter(swiftnn.ones(2), requires_grad=False), protocol))
    assert type(p) is nn.Parameter and not p.requires_grad and p.tolist() == [1, 1]
    for dtype in set(_C.dtypes.values()):
        e = swiftnn.zeros(0, 2, dtype=dtype)
        assert pickle.loads(pickle.dumps(e, protocol)).shape == (0, 2)


def test_a_forged_pickle():
    for sizes, data in [((3,), b"1234"), ((-1,), b""), ((2**40, 2**40), b"1234"), ((1,) * 40, b"1234")]:
        with pytest.raises((ValueError, RuntimeError)):
            _C._rebuild_tensor(swiftnn.Tensor, swiftnn.float32, sizes, data, False)
    with pytest.raises(TypeError):
        _C._rebuild_tensor(int, swiftnn.float32, (1,), b"1234", False)
    with pytest.raises(RuntimeError):
        _C._rebuild_tensor(swiftnn.Tensor, swiftnn.int32, (1,), b"1234", True)


def test_copies():
    p = nn.Parameter(swiftnn.ones(2))
    (p * 3).sum().backward()
    p.note = [p]
    q = copy.deepcopy(p)
    assert type(q) is nn.Parameter and q.requires_grad and q.is_leaf and q.data_ptr() != p.data_ptr()
    assert q.grad is None and q.note[0] is q
    first, second = copy.deepcopy([p, p])
    assert first is second
    shallow = copy.copy(p)
    assert type(shallow) is nn.Parameter and shallow.data_ptr() == p.data_ptr()
    with pytest.raises(RuntimeError, match="leaves"):
        copy.deepcopy(p * 2)


def test_likeness():
    x = swiftnn.ones(2, 2, dtype=swiftnn.float64)
    assert x.new_tensor([1]).dtype is swiftnn.float64 and x.new_zeros(3).dtype is swiftnn.float64
    assert x.new_ones((2,), dtype=swiftnn.int64).tolist() == [1, 1] and x.new_full((1,), 2).tolist() == [2]
    assert x.new_empty(1, requires_grad=True).requires_grad
    assert x.type_as(swiftnn.ones(1)).dtype is swiftnn.float32 and x.view_as(swiftnn.ones(4)).shape == (4,)
    assert x[:1].expand_as(swiftnn.ones(3, 2)).shape == (3, 2) and x.reshape_as(swiftnn.ones(1, 4)).shape == (1, 4)
    with pytest.raises(TypeError):
        x.view_as(1)


def test_to():
    x = swiftnn.tensor([1.5, 0.0])
    assert x.to("cpu") is x and x.to(x.device) is x and x.cpu() is x and x.to(dtype=swiftnn.int64).tolist() == [1, 0]
    assert x.to("cpu", swiftnn.float64).dtype is swiftnn.float64 and x.to(swiftnn.ones(1, dtype=swiftnn.int8)).dtype is swiftnn.int8
    copied = x.to(swiftnn.float32, copy=True)
    assert copied is not x and copied.data_ptr() != x.data_ptr()
    assert x.double().dtype is swiftnn.float64 and x.bool().tolist() == [True, False] and x.int().dtype is swiftnn.int32
    assert x.half().dtype is swiftnn.float16 and x.bfloat16().dtype is swiftnn.bfloat16
    assert x.type() == "swiftnn.FloatTensor" and x.type(swiftnn.int64).type() == "swiftnn.LongTensor"
    assert x.half().type() == "swiftnn.HalfTensor" and x.bfloat16().type() == "swiftnn.BFloat16Tensor"
    for call, error in [(lambda: x.to("cuda"), RuntimeError), (lambda: x.to(), TypeError), (lambda: x.to(1), TypeError),
                        (lambda: x.to(swiftnn.float32, bogus=1), TypeError)]:
        with pytest.raises(error):
            call()
