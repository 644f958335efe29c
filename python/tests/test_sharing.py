"""Memory shared with others: DLPack in both directions, frombuffer, asarray."""

import ctypes
import gc
import threading

import numpy as np
import pytest

import swiftnn

DTYPES = ("float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")


@pytest.mark.parametrize("dtype", DTYPES)
def test_dlpack_with_numpy(dtype):
    for array in (np.arange(6).reshape(2, 3).astype(dtype), np.ones((), dtype), np.zeros((0, 3), dtype), np.arange(6).reshape(2, 3).astype(dtype).T):
        tensor = swiftnn.from_dlpack(array)
        assert tensor.shape == array.shape and tensor.tolist() == array.tolist() and str(tensor.dtype) == f"swiftnn.{dtype}"
        back = np.from_dlpack(tensor)
        assert back.dtype == array.dtype and back.tolist() == array.tolist()
        if array.size:
            assert np.shares_memory(back, array)


def test_dlpack_lives_as_long_as_it_is_used():
    array = np.arange(1000.0)
    tensor = swiftnn.from_dlpack(array)
    part = tensor[10:20]
    del array, tensor
    gc.collect()
    assert part.tolist() == [float(i) for i in range(10, 20)]
    view = np.from_dlpack(swiftnn.arange(1000.0)[5:])
    gc.collect()
    swiftnn.zeros(1000)
    assert view[0] == 5.0
    view[0] = 3.0


def test_dlpack_lets_go_on_another_thread():
    tensors = [swiftnn.from_dlpack(np.ones(10)) for _ in range(50)]
    thread = threading.Thread(target=tensors.clear)
    thread.start()
    thread.join()
    swiftnn.from_dlpack(np.ones(1))


def test_capsules():
    x = swiftnn.arange(3.0)
    assert x.__dlpack_device__() == (1, 0)
    for options, name in (({}, "dltensor"), ({"max_version": (0, 8)}, "dltensor"), ({"max_version": (1, 0)}, "dltensor_versioned"),
                          ({"max_version": (2, 1), "dl_device": (1, 0), "stream": None}, "dltensor_versioned"), ({"copy": True}, "dltensor")):
        capsule = x.__dlpack__(**options)
        assert f'"{name}"' in repr(capsule)
        y = swiftnn.from_dlpack(capsule)
        assert y.tolist() == [0, 1, 2] and (y.data_ptr() == x.data_ptr()) == ("copy" not in options)
        assert f'"used_{name}"' in repr(capsule)
        with pytest.raises(RuntimeError, match="consumed only once"):
            swiftnn.from_dlpack(capsule)
    x.__dlpack__()  # nobody takes it
    assert swiftnn.utils.dlpack.from_dlpack(swiftnn.utils.dlpack.to_dlpack(x)).tolist() == [0, 1, 2]
    assert swiftnn.from_dlpack(x, copy=True).data_ptr() != x.data_ptr() and swiftnn.from_dlpack(x, device="cpu").data_ptr() == x.data_ptr()
    bf = swiftnn.ones(3, dtype=swiftnn.bfloat16)
    assert swiftnn.from_dlpack(bf).dtype is swiftnn.bfloat16


def test_dlpack_refusals():
    x = swiftnn.ones(3)
    for error, call in ((BufferError, lambda: swiftnn.ones(3, requires_grad=True).__dlpack__()), (BufferError, lambda: x.__dlpack__(stream=1)),
                        (BufferError, lambda: x.__dlpack__(dl_device=(2, 0))), (TypeError, lambda: x.__dlpack__(dl_device=3)),
                        (TypeError, lambda: x.__dlpack__(max_version=1)), (TypeError, lambda: x.__dlpack__(copy=1)), (RuntimeError, lambda: swiftnn.from_dlpack(3)),
                        (RuntimeError, lambda: swiftnn.from_dlpack(x, device="cuda")), (ValueError, lambda: swiftnn.from_dlpack(x.__dlpack__(), copy=True)),
                        (BufferError, lambda: swiftnn.from_dlpack(np.ones(3)[::-1])), (BufferError, lambda: swiftnn.from_dlpack(np.ones(3, np.complex64))),
                        (BufferError, lambda: swiftnn.from_dlpack(np.ones(3, np.uint16))), (TypeError, lambda: swiftnn.utils.dlpack.to_dlpack(3))):
        with pytest.raises(error):
            call()


def test_read_only_memory_stays_so():
    array = np.ones(3)
    array.flags.writeable = False
    try:
        tensor = swiftnn.from_dlpack(array)
    except BufferError:
        tensor = swiftnn.from_numpy(array)  # a NumPy that does not export it
    with pytest.raises(RuntimeError, match="read-only"):
        tensor.add_(1)
    with pytest.raises(BufferError, match="read-only"):
        tensor.__dlpack__()
    assert swiftnn.from_dlpack(tensor.__dlpack__(max_version=(1, 0))).tolist() == [1, 1, 1]
    assert swiftnn.from_dlpack(tensor.__dlpack__(copy=True)).add_(1).tolist() == [2, 2, 2]


class Exporter:
    """Someone else's __dlpack__."""

    def __init__(self, result):
        self.result = result

    def __dlpack__(self):
        return self.result() if callable(self.result) else self.result

    def __dlpack_device__(self):
        return (1, 0)


def test_exporters_of_all_kinds():
    x = swiftnn.arange(3.0)
    assert swiftnn.from_dlpack(Exporter(x.__dlpack__)).tolist() == [0, 1, 2]  # knows no keywords
    with pytest.raises(TypeError, match="capsule"):
        swiftnn.from_dlpack(Exporter(3))
    with pytest.raises(TypeError):
        swiftnn.from_dlpack(Exporter(x.__dlpack__), copy=True)

    def fail():
        raise KeyError("no")

    with pytest.raises(KeyError):
        swiftnn.from_dlpack(Exporter(fail))
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    name = b"something else"
    with pytest.raises(RuntimeError, match="invalid capsule"):
        swiftnn.from_dlpack(new(1, name, None))


def test_frombuffer():
    data = bytearray(range(16))
    x = swiftnn.frombuffer(data, dtype=swiftnn.int16)
    assert x.tolist() == np.frombuffer(data, np.int16).tolist()
    x[0] = 77
    assert data[0] == 77
    with pytest.raises(BufferError):
        data.append(1)  # lent
    assert swiftnn.frombuffer(data, dtype=swiftnn.uint8, count=3, offset=2).tolist() == [2, 3, 4]
    assert swiftnn.frombuffer(data, dtype=swiftnn.float32, offset=8, requires_grad=True).requires_grad
    with pytest.raises(RuntimeError, match="read-only"):
        swiftnn.frombuffer(b"12345678", dtype=swiftnn.int64).add_(1)
    del x
    gc.collect()
    data.append(1)
    for error, text, options in (
            (ValueError, r"requested buffer length \(5 \* 4 bytes\)", dict(dtype=swiftnn.float32, count=5)), (ValueError, r"offset \(17 bytes\)", dict(dtype=swiftnn.uint8, offset=17)),
            (ValueError, r"offset \(-1 bytes\)", dict(dtype=swiftnn.uint8, offset=-1)), (ValueError, "multiple of element size", dict(dtype=swiftnn.float64)),
            (ValueError, r"count \(0\) must not be 0", dict(dtype=swiftnn.uint8, count=0)), (TypeError, "missing 1 required keyword-only argument: 'dtype'", {}),
            (ValueError, "not aligned", dict(dtype=swiftnn.float32, offset=1)), (ValueError, "requested buffer length", dict(dtype=swiftnn.float64, count=2**62)),
            (RuntimeError, "floating point", dict(dtype=swiftnn.uint8, requires_grad=True))):
        with pytest.raises(error, match=text):
            swiftnn.frombuffer(data, **options)
    with pytest.raises(ValueError, match="buffer protocol"):
        swiftnn.frombuffer(3, dtype=swiftnn.uint8)
    with pytest.raises(ValueError, match="must not be 0"):
        swiftnn.frombuffer(b"", dtype=swiftnn.uint8)
    data.append(1)  # a refusal keeps nothing


def test_asarray():
    array = np.arange(3.0)
    x = swiftnn.asarray(array)
    assert np.shares_memory(x.numpy(), array) and swiftnn.asarray(x) is x and swiftnn.asarray(x, copy=False) is x
    assert swiftnn.asarray(x, copy=True).data_ptr() != x.data_ptr() and swiftnn.asarray(x, dtype=swiftnn.int32).dtype is swiftnn.int32
    assert swiftnn.asarray([1, 2]).dtype is swiftnn.int64 and swiftnn.asarray(3.5).item() == 3.5 and swiftnn.asarray(np.float32(2)).dtype is swiftnn.float32
    assert swiftnn.asarray(bytearray(8)).dtype is swiftnn.float32 and swiftnn.asarray(bytearray(8), dtype=swiftnn.int64).shape == (1,)
    assert swiftnn.asarray([1.0], requires_grad=True).requires_grad and swiftnn.asarray(swiftnn.ones(2), requires_grad=True).requires_grad
    assert swiftnn.asarray(Exporter(swiftnn.ones(2).__dlpack__)).tolist() == [1, 1]
    for error, call in ((ValueError, lambda: swiftnn.asarray([1], copy=False)), (ValueError, lambda: swiftnn.asarray(x, dtype=swiftnn.int8, copy=False)),
                        (TypeError, lambda: swiftnn.asarray("a")), (TypeError, lambda: swiftnn.asarray(None)), (RuntimeError, lambda: swiftnn.asarray(x, device="cuda")),
                        (ValueError, lambda: swiftnn.asarray(np.ones(3)[::-1]))):
        with pytest.raises(error):
            call()
