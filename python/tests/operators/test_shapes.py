"""What a row cannot say of shapes: which results share memory, views of other dtypes, options, functions written in Python."""

import numpy as np
import pytest

import swiftnn


def matrix():
    return swiftnn.arange(12.0).reshape(3, 4)


VIEWS = {
    "unflatten": lambda x: [x.unflatten(1, (2, 2))],
    "ravel": lambda x: [x.ravel()],
    "T": lambda x: [x.T, x.mT, x.H, x.mH],
    "movedim": lambda x: [x.movedim(0, 1), swiftnn.moveaxis(x, 0, 1)],
    "broadcast": lambda x: [x.broadcast_to((2, 3, 4)), *swiftnn.broadcast_tensors(x, x[:1])],
    "as_strided": lambda x: [x.as_strided((2, 2), (1, 1))],
    "split": lambda x: [*x.split(2), *x.split((1, 3), 1), *x.split_with_sizes([3])],
    "chunk": lambda x: [*x.chunk(2), *x.tensor_split(2), *x.tensor_split((1,)), *x.hsplit(2), *x.vsplit([1]), *x[None].dsplit(2)],
    "unbind": lambda x: [*x.unbind(), *x.unbind(1)],
    "select": lambda x: [x.select(0, 1), x.narrow(1, 1, 2), x.unfold(1, 2, 1), x.diagonal(), swiftnn.diagonal(x, 1)],
    "meshgrid": lambda x: [*swiftnn.meshgrid(x[0], x[1])],
    "atleast": lambda x: [swiftnn.atleast_3d(x), swiftnn.atleast_2d(x[0]), swiftnn.atleast_1d(x[0, 0])],
    "view_as": lambda x: [x.view_as(swiftnn.ones(12)), x.reshape_as(swiftnn.ones(2, 6)), x[:1].expand_as(swiftnn.ones(3, 4))],
    "view": lambda x: [x.view(swiftnn.float32), x.view(dtype=swiftnn.float32)],
    "contiguous": lambda x: [x.contiguous(memory_format=swiftnn.contiguous_format)],
}
COPIES = {
    "narrow_copy": lambda x: [x.narrow_copy(0, 0, 3)],
    "repeat": lambda x: [x.repeat(1, 1), x.tile((1,)), x.repeat_interleave(1, 0), swiftnn.repeat_interleave(x, 1)],
    "flip": lambda x: [x.flip(()), x.flip(0), x.fliplr(), x.flipud(), x.rot90(0), x.roll(0), x.roll(1, 1)],
    "diag": lambda x: [x.diag(), x[0].diag(), x.tril(), x.triu(), x.diag_embed()],
    "scatter": lambda x: [x.select_scatter(x[0], 0, 0), x.slice_scatter(x), x.diagonal_scatter(x.diagonal())],
    "stack": lambda x: [swiftnn.hstack([x]), swiftnn.vstack([x]), swiftnn.block_diag(x)],
    "clone": lambda x: [x.clone(memory_format=swiftnn.preserve_format)],
}


def overlaps(a, b):
    return a.numel() and np.shares_memory(a.detach().numpy(), b.detach().numpy())


@pytest.mark.parametrize("name", VIEWS)
def test_views_share_memory(name):
    x = matrix()
    for view in VIEWS[name](x):
        assert overlaps(view, x)
        version = x._version
        # Writing to an expanded view is refused, so that goes the other way.
        expanded = any(size > 1 and step == 0 for size, step in zip(view.shape, view.stride()))
        (x if expanded else view).fill_(77.0)
        assert x._version == view._version == version + 1 and bool((view == 77.0).all()) and 77.0 in x.reshape(-1).tolist()


@pytest.mark.parametrize("name", COPIES)
def test_copies_do_not(name):
    x = matrix()
    for copy in COPIES[name](x):
        assert not overlaps(copy, x) and copy._version == 0


def test_multiple_results_are_tuples():
    x = matrix()
    for results in (x.split(2), x.chunk(2), x.unbind(), x.tensor_split(2), x.hsplit(2), swiftnn.meshgrid(x[0]), swiftnn.broadcast_tensors(x),
                    swiftnn.atleast_1d(x, x), swiftnn.atleast_2d([x])):
        assert type(results) is tuple
    assert swiftnn.zeros(0, 2).unbind() == () and swiftnn.broadcast_tensors() == () and swiftnn.atleast_1d() == ()
    assert swiftnn.block_diag().shape == (1, 0)


def test_gradients_of_the_parts_meet_again():
    x = swiftnn.arange(6.0, requires_grad=True)
    a, b, c = x.split(2)
    (a * 2 + c * 3).sum().backward()
    assert x.grad.tolist() == [2, 2, 0, 0, 3, 3]
    x.grad = None
    sum((i + 1) * row for i, row in enumerate(x.unbind())).backward()
    assert x.grad.tolist() == [1, 2, 3, 4, 5, 6]


def test_keywords_of_other_overloads():
    x = matrix()
    assert len(swiftnn.split(tensor=x, split_size_or_sections=2)) == 2
    assert len(x.tensor_split(sections=2)) == len(x.tensor_split(indices=(1,))) == len(swiftnn.tensor_split(x, tensor_indices_or_sections=swiftnn.tensor(2))) == 2
    assert swiftnn.flip(x, dims=[0]).shape == swiftnn.roll(x, shifts=1, dims=0).shape == x.shape


def test_gradient_of_as_strided():
    """An element that is shown several times gathers all; one that an expanded input shows several times shares the sum."""
    x = swiftnn.arange(4.0, requires_grad=True)
    x.as_strided((3, 2), (1, 1)).sum().backward()
    assert x.grad.tolist() == [1, 2, 2, 1]
    x = swiftnn.ones(2, requires_grad=True)
    x.expand(3, 2).as_strided((2,), (1,)).sum().backward()
    assert np.allclose(x.grad.tolist(), [1, 1])
    x = swiftnn.arange(6.0, requires_grad=True)
    part = x[2:]
    part.as_strided((2,), (1,), 0).sum().backward()  # outside of what the view shows
    assert x.grad.tolist() == [0] * 6
    assert part.as_strided((1,), (1,)).tolist() == [2]
    with pytest.raises(RuntimeError, match="out of bounds"):
        part.as_strided((5,), (1,))


def test_views_of_other_dtypes():
    x = swiftnn.tensor([1.0, -2.0, 0.0, 3.0])
    assert x.view(swiftnn.int32).tolist() == np.array([1, -2, 0, 3], np.float32).view(np.int32).tolist()
    assert x.view(float).shape == (2,) and x.view(swiftnn.uint8).shape == (16,) and x.view(swiftnn.uint8).view(swiftnn.float32).tolist() == x.tolist()
    assert not x.requires_grad_().view(swiftnn.int32).requires_grad and not x.view(swiftnn.float32).requires_grad
    x = swiftnn.ones(4, 3)
    for misuse, text in ((x.t().view, "the last stride must be 1"), (x[:, :2].view, "the stride of dimension 0 must be divisible by 2"),
                         (swiftnn.ones(6)[1:5].view, "the storage offset must be divisible by 2"), (x.view, "the last size must be divisible by 2")):
        with pytest.raises(RuntimeError, match=text):
            misuse(swiftnn.float64)
    assert x.t().view(swiftnn.int32).shape == (3, 4)
    with pytest.raises(TypeError):
        x.view(dtype="float32")


def test_transposes_that_are_attributes():
    assert swiftnn.tensor(2.0).H.item() == swiftnn.tensor(2.0).mT.item() == 2.0
    for name, shape in (("H", (2,)), ("H", (2, 3, 4)), ("mT", (2,)), ("mH", (2,))):
        with pytest.raises(RuntimeError, match=rf"tensor\.{name} is only supported on matrices"):
            getattr(swiftnn.ones(shape), name)
    assert swiftnn.ones(2, 3, 4).mH.shape == (2, 4, 3)


def test_options_that_are_not_offered_are_named():
    x = matrix()
    for good in (dict(layout=swiftnn.strided), dict(layout=None), dict(pin_memory=False), dict(device="cpu"), {}):
        assert swiftnn.zeros(2, **good).shape == swiftnn.rand(2, **good).shape == swiftnn.eye(2, **good)[0].shape == swiftnn.arange(2, **good).shape
        assert x.new_zeros(2, **good).shape == x.new_full((2,), 1, **good).shape == x.new_empty_strided((2,), (1,), **good).shape == (2,)
        assert swiftnn.zeros_like(x, memory_format=swiftnn.preserve_format, **good).shape == x.shape
    for error, text, call in (
            (NotImplementedError, "layout=swiftnn.sparse_coo is not offered", lambda: swiftnn.zeros(2, layout=swiftnn.sparse_coo)),
            (TypeError, "argument 'layout' must be swiftnn.layout, not str", lambda: swiftnn.zeros(2, layout="strided")),
            (RuntimeError, "pin_memory=True is not offered", lambda: swiftnn.ones(2, pin_memory=True)),
            (RuntimeError, "pin_memory=True is not offered", lambda: swiftnn.tensor(2, pin_memory=True)),
            (NotImplementedError, "memory_format=swiftnn.channels_last is not offered", lambda: swiftnn.zeros_like(x, memory_format=swiftnn.channels_last)),
            (NotImplementedError, "memory_format=swiftnn.channels_last_3d is not offered", lambda: x.contiguous(memory_format=swiftnn.channels_last_3d)),
            (RuntimeError, "memory_format=swiftnn.preserve_format is not offered", lambda: swiftnn.empty(2, memory_format=swiftnn.preserve_format)),
            (TypeError, "argument 'memory_format' must be", lambda: x.clone(memory_format=1)),
            (TypeError, "unexpected keyword argument 'memory_format'", lambda: swiftnn.zeros(2, memory_format=swiftnn.contiguous_format)),
            (RuntimeError, "device 'cuda' is not offered", lambda: swiftnn.full((2,), 1, device="cuda"))):
        with pytest.raises(error, match=text):
            call()
    assert x.layout is swiftnn.strided and repr(swiftnn.strided) == "swiftnn.strided" and x.is_contiguous(memory_format=swiftnn.contiguous_format)
    import pickle

    assert pickle.loads(pickle.dumps(swiftnn.channels_last)) is swiftnn.channels_last


def test_out_gives_the_dtype():
    for call in (lambda out: swiftnn.zeros(3, out=out), lambda out: swiftnn.full((3,), 2.5, out=out), lambda out: swiftnn.arange(3.0, out=out),
                 lambda out: swiftnn.linspace(0, 2, 3, out=out), lambda out: swiftnn.eye(3, out=out), lambda out: swiftnn.randint(3, (3,), out=out)):
        for dtype in (swiftnn.int64, swiftnn.float64, swiftnn.uint8):
            out = swiftnn.empty(0, dtype=dtype)
            assert call(out) is out and out.dtype is dtype and out.shape[0] == 3
    with pytest.raises(RuntimeError, match="zeros.*dtype float32 does not match dtype of out parameter \\(int64\\)"):
        swiftnn.zeros(3, dtype=swiftnn.float32, out=swiftnn.empty(0, dtype=swiftnn.int64))
    with pytest.raises(TypeError, match="out"):
        swiftnn.zeros(3, out=3)


def test_arange_counts_as_its_dtype_does():
    assert swiftnn.arange(0, 10, 2.5, dtype=swiftnn.int64).tolist() == [0, 2, 4, 6, 8]
    assert swiftnn.arange(0, 10, 2.5, dtype=swiftnn.int32).tolist() == [0, 2, 4, 6]
    assert swiftnn.arange(0.5, 3.9, dtype=swiftnn.int64).tolist() == [0, 1, 2] and swiftnn.arange(end=3).tolist() == [0, 1, 2]
    assert swiftnn.arange(0.5, 3.9, dtype=swiftnn.int32).tolist() == [0, 1, 2, 3] and swiftnn.arange(1, end=3).tolist() == [1, 2]
    with pytest.raises(RuntimeError, match="step must be nonzero"):
        swiftnn.arange(0.0, 1.0, 0.1, dtype=swiftnn.int64)
    for limits in ((-(2**63), 2**63 - 1), (0, 1e300), (-1e308, 1e308, 1e-308)):
        with pytest.raises(MemoryError):
            swiftnn.arange(*limits)


def test_broadcast_shapes():
    assert swiftnn.broadcast_shapes((2, 1), (3,)) == (2, 3) and type(swiftnn.broadcast_shapes(3)) is swiftnn.Size
    assert swiftnn.broadcast_shapes() == () and swiftnn.broadcast_shapes((0,), (1,)) == (0,) and swiftnn.broadcast_shapes((4, 1, 3), (2, 1)) == (4, 2, 3)
    for error, shapes in ((RuntimeError, ((2,), (3,))), (ValueError, ((-1,), (3,))), (TypeError, ("a",))):
        with pytest.raises(error):
            swiftnn.broadcast_shapes(*shapes)


def test_questions():
    assert matrix().is_same_size(matrix()) and not swiftnn.is_same_size(matrix(), matrix()[0])
    with pytest.raises(TypeError, match="is_same_size"):
        swiftnn.is_same_size(matrix(), 3)
    with pytest.raises(TypeError, match="atleast_1d"):
        swiftnn.atleast_1d(1)
    assert matrix().nbytes == 48 and matrix().itemsize == 4 and matrix().ndim == 2


def test_questions_with_one_answer():
    x = matrix()
    assert x.is_cpu and not (x.is_cuda or x.is_sparse or x.is_meta or x.is_quantized or x.is_complex() or x.is_pinned() or x.is_conj())
    assert x.get_device() == -1 and x.is_signed() and not swiftnn.is_signed(swiftnn.ones(1, dtype=swiftnn.uint8)) and not swiftnn.is_complex(x)
    assert swiftnn.is_nonzero(swiftnn.ones(1)) and not swiftnn.zeros(()).is_nonzero()
    assert x.is_set_to(x.view(3, 4)) and not x.is_set_to(x.view(12))
    for call in (lambda: x.is_nonzero(), lambda: swiftnn.ones(2).fill_diagonal_(1), lambda: swiftnn.ones(2, 2, 3).fill_diagonal_(1)):
        with pytest.raises(RuntimeError):
            call()


def test_empty_tensors():
    """Without elements nothing overlaps, nothing is out of order, and nothing is divided."""
    x = swiftnn.ones(2, 1, dtype=swiftnn.int64)[:, :0].unsqueeze(0).expand(3, 2, 0)
    assert x.stride()[0] == 0 and x.is_contiguous() and x.add_(1) is x and x.square_().shape == (3, 2, 0)
    x[1:] = 5
    assert swiftnn.ones(0, 4, 6)[:, :, ::2].is_contiguous() and not swiftnn.ones(1, 4, 6)[:, :, ::2].is_contiguous()
    zeros = swiftnn.zeros(3, 1, 1, dtype=swiftnn.int64)
    assert (x // zeros).shape == (x % 0).shape == swiftnn.fmod(x, zeros).shape == (3, 2, 0)


def test_fill_diagonal():
    for shape, wrap in (((3, 4), False), ((4, 3), False), ((7, 3), True), ((4, 3), True), ((0, 3), False), ((3, 4), True)):
        x, want = swiftnn.zeros(shape), np.zeros(shape, np.float32)
        assert x.fill_diagonal_(2, wrap) is x
        if want.size:
            np.fill_diagonal(want, 2, wrap=wrap)
        assert np.array_equal(x.numpy(), want)
    assert swiftnn.zeros(2, 2, 2).fill_diagonal_(1).sum() == 2
    assert swiftnn.zeros(3, 2).t().fill_diagonal_(5).tolist() == [[5, 0, 0], [0, 5, 0]]


def test_limits_of_integers():
    """Nothing that a caller can pass leaves the numbers that there are."""
    x = matrix()
    high, low = 2**63 - 1, -(2**63)
    for call in (lambda n: x.roll(n, 0), lambda n: x.rot90(n), lambda n: x.tril(n), lambda n: x.triu(n), lambda n: x.diagonal(n), lambda n: x.diag(n),
                 lambda n: x.tensor_split((n,)), lambda n: swiftnn.tril_indices(3, 4, n), lambda n: swiftnn.triu_indices(3, 4, n),
                 lambda n: x.unfold(0, 1, n), lambda n: x.slice_scatter(x, 0, n, n, n)):
        for n in (high, low, 2**62, -(2**62)):
            try:
                call(n)
            except (RuntimeError, ValueError, IndexError, MemoryError):
                pass
    with pytest.raises((RuntimeError, MemoryError)):
        swiftnn.ones(1).expand(2**40).split(1)


def test_rank_of_sixteen():
    x = swiftnn.arange(4.0).reshape((2,) + (1,) * 14 + (2,))
    assert x.repeat((2,) * 16).shape == (4,) + (2,) * 14 + (4,)
    assert x.repeat_interleave(2, 0).shape[0] == 4 and x.flip(*range(16)).reshape(-1).tolist() == [3, 2, 1, 0]
    for call in (lambda: x.unfold(0, 1, 1), lambda: x.diag_embed(), lambda: swiftnn.stack([x]), lambda: x.repeat((1,) * 17)):
        with pytest.raises(ValueError, match="at most 16"):
            call()
