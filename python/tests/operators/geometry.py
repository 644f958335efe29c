"""Rows: operators that change the shape of a tensor itself, which have no elements to compare."""

import numpy as np

from .harness import E, T
from .random_numbers import Drawing as Checked


def changes(name, samples):
    """The same object, the same memory, another version; the elements are those of the operator out of place."""
    view = name.rstrip("_")

    def becomes_its_own_view(lib):
        for shape, arguments in samples:
            x = lib.arange(float(np.prod(shape, dtype=int))).reshape(shape)
            want = getattr(x.clone(), view)(*arguments)
            address, version = x.data_ptr(), x._version
            assert getattr(x, name)(*arguments) is x
            assert x.shape == want.shape and x.tolist() == want.tolist() and x.is_contiguous() == want.is_contiguous()
            assert x.data_ptr() == address and x._version == version + 1

    return becomes_its_own_view


def history(name, shape, *arguments):
    view = name.rstrip("_")

    def gradient_flows_through(lib):
        size = int(np.prod(shape))
        weights = lib.arange(float(size))
        x = lib.ones(shape, requires_grad=True)
        y = x * 2
        getattr(y, name)(*arguments)
        assert y.requires_grad and not y.is_leaf
        (y.reshape(-1) * weights).sum().backward()
        z = lib.ones(shape, requires_grad=True)
        (getattr(z * 2, view)(*arguments).reshape(-1) * weights).sum().backward()
        assert x.grad.tolist() == z.grad.tolist()
        # A value saved before has another shape now.
        y = x * 1
        product = y * y
        getattr(y, name)(*arguments)
        try:
            product.sum().backward()
        except RuntimeError as error:
            assert "modified by an inplace operation" in str(error)
        else:
            raise AssertionError("a saved value changed unseen")
        # A leaf is changed without recording only.
        try:
            getattr(x, name)(*arguments)
        except RuntimeError as error:
            assert f"{name}: a leaf Variable that requires grad" in str(error)
        else:
            raise AssertionError("a leaf was changed")
        x.grad = lib.ones(shape)
        with lib.no_grad():
            getattr(x, name)(*arguments)
            assert x.grad is None or x.grad.shape == x.shape
        y = z * 1
        with lib.no_grad():
            getattr(y, name)(*arguments)
        y.sum().backward()

    return gradient_flows_through


def resizes(lib):
    x = lib.arange(6.0).reshape(2, 3)
    address = x.data_ptr()
    assert x.resize_(2, 2) is x and x.tolist() == [[0, 1], [2, 3]] and x._version == 1 and x.data_ptr() == address
    assert x.resize_((6,)).tolist() == [0, 1, 2, 3, 4, 5]
    x = lib.arange(3.0)
    assert x.resize_(2, 4).shape == (2, 4) and x.tolist()[0][:3] == [0, 1, 2] and x._version == 1
    assert x.resize_(0).shape == (0,) and x.resize_(()).tolist() == 0.0
    y = lib.arange(6.0)[2:]
    assert y.resize_(2).tolist() == [2, 3] and y.resize_(2, 2).tolist() == [[2, 3], [4, 5]]
    t = lib.ones(2, 3).t()
    assert t.resize_(2, 3).stride() == (3, 1)
    assert lib.ones(4).resize_as_(lib.ones(2, 2)).shape == (2, 2)
    assert lib.ones(4).resize_(2, 2, memory_format=lib.contiguous_format).shape == (2, 2)
    # More memory cannot be had for memory of others, or for memory that others look at.
    borrowed = lib.from_numpy(np.ones(3))
    assert borrowed.resize_(2).tolist() == [1, 1]
    shared = lib.ones(3)
    view = shared[1:]
    for tensor, size, error in ((borrowed, (4,), RuntimeError), (view, (3,), NotImplementedError), (shared, (4,), NotImplementedError),
                                (lib.ones(2, requires_grad=True), (1,), RuntimeError), (lib.ones(2), (2**62,), MemoryError),
                                (lib.ones(2), (2**40, 2**40), MemoryError)):
        before = tensor.tolist()
        try:
            tensor.resize_(size)
        except error:
            assert tensor.tolist() == before
            continue
        raise AssertionError(f"no {error.__name__}")
    with_format = (lib.channels_last, lib.preserve_format)
    for memory_format in with_format:
        try:
            lib.ones(4).resize_(2, 2, memory_format=memory_format)
        except (NotImplementedError, RuntimeError, AssertionError):
            continue


def strides_itself(lib):
    x = lib.arange(6.0)
    assert x.as_strided_((2, 2), (1, 3), 1) is x and x.tolist() == [[1, 4], [2, 5]] and x.storage_offset() == 1
    x.as_strided_((6,), (1,), 0)
    assert x.tolist() == [0, 1, 2, 3, 4, 5] and x.is_contiguous()


ROWS = [
    Checked("transpose_", [changes("transpose_", [((2, 3), (0, 1)), ((2, 3, 4), (0, -1)), ((2, 0), (0, 1)), ((3,), (0, 0))]), history("transpose_", (2, 3), 0, 1)],
            [E(IndexError, r"transpose_: dimension 5 is out of range", T(2, 3), 0, 5), E(TypeError, r"transpose_\(\) missing 1 required", T(2, 3), 0)]),
    Checked("swapaxes_", [changes("swapaxes_", [((2, 3), (0, 1))]), history("swapaxes_", (2, 3), 0, 1)], [E(IndexError, r"swapaxes_: dimension 5", T(2, 3), 0, 5)]),
    Checked("swapdims_", [changes("swapdims_", [((2, 3), (0, 1))])], [E(IndexError, r"swapdims_: dimension 5", T(2, 3), 0, 5)]),
    Checked("t_", [changes("t_", [((2, 3), ()), ((3,), ()), ((), ()), ((0, 2), ())]), history("t_", (2, 3))], [E(RuntimeError, r"t_: expected at most 2 dimensions", T(2, 3, 4))]),
    Checked("squeeze_", [changes("squeeze_", [((1, 3, 1), ()), ((1, 3, 1), (0,)), ((1, 3, 1), ((0, 2),)), ((), ()), ((0, 1), (1,))]), history("squeeze_", (1, 3), 0)],
            [E(IndexError, r"squeeze_: dimension 5 is out of range", T(2, 3), 5)]),
    Checked("unsqueeze_", [changes("unsqueeze_", [((2, 3), (1,)), ((), (0,)), ((0, 2), (-1,))]), history("unsqueeze_", (2, 3), 1)],
            [E(IndexError, r"unsqueeze_: dimension 5 is out of range", T(2, 3), 5), E(ValueError, r"unsqueeze_: a tensor has at most 16 dimensions", T(*[1] * 16), 0)]),
    Checked("as_strided_", [changes("as_strided_", [((2, 3), ((2, 2), (1, 1)))]), strides_itself, history("as_strided_", (2, 3), (3, 2), (1, 3))],
            [E(RuntimeError, r"as_strided_: .*out of bounds", T(2, 3), (7,), (1,))]),
    Checked("resize_", [resizes], [E(RuntimeError, r"resize_: negative size -1", T(2), -1), E(MemoryError, r"resize_: ", T(2), 2**62), E(TypeError, r"resize_\(\)", T(2), "a")]),
]
BY_NAME = {row.name: row for row in ROWS}
