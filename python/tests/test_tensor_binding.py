"""The tensor half of the extension: what crosses the border between Python and the library, and in which form."""

import inspect
import math
import pickle
import threading

import pytest

import swiftnn
from swiftnn import _C, nn

np = pytest.importorskip("numpy")


# ---------------------------------------------------------------------------------------------------- types around


def test_size():
    s = swiftnn.zeros(2, 3, 4).shape
    assert repr(s) == "swiftnn.Size([2, 3, 4])" and s == (2, 3, 4) and s.numel() == 24
    assert type(s[1:]) is swiftnn.Size and s[-1] == 4
    assert type(s + (1,)) is swiftnn.Size and type(s * 2) is swiftnn.Size
    assert type(pickle.loads(pickle.dumps(s))) is swiftnn.Size
    assert hash(s) == hash((2, 3, 4))
    with pytest.raises(TypeError):
        swiftnn.Size([1.5])


def test_device():
    d = swiftnn.zeros(1).device
    assert repr(d) == "device(type='cpu')" and str(d) == "cpu" and d.type == "cpu" and d.index is None
    assert swiftnn.device("cpu") is d and pickle.loads(pickle.dumps(d)) is d
    for bad in ("cuda", "mps:0", ""):
        with pytest.raises(RuntimeError, match="is not offered"):
            swiftnn.device(bad)
    with pytest.raises(TypeError):
        swiftnn.zeros(1, device=0)


# ---------------------------------------------------------------------------------------------------- expressions


def test_expressions():
    x = swiftnn.tensor([1.0, 2.0, 4.0])
    for result, expected in [
        (x + 1, [2, 3, 5]), (1 + x, [2, 3, 5]), (2 - x, [1, 0, -2]), (x - 2, [-1, 0, 2]), (x * 2, [2, 4, 8]),
        (4 / x, [4, 2, 1]), (x / 2, [0.5, 1, 2]), (2**x, [2, 4, 16]), (x**2, [1, 4, 16]), (-x, [-1, -2, -4]),
        (abs(-x), [1, 2, 4]), (x // 2, [0, 1, 2]), (7 // x, [7, 3, 1]), (+x, [1, 2, 4]), (np.float32(2) * x, [2, 4, 8]),
        (x * np.float64(2), [2, 4, 8]), (x + True, [2, 3, 5]),
    ]:
        assert result.tolist() == expected and result.dtype is swiftnn.float32
    assert (x @ x).item() == 21
    assert (x == 2).tolist() == [False, True, False] and (x != 2).tolist() == [True, False, True]
    assert (x < 2).tolist() == [True, False, False] and (2 >= x).tolist() == [True, True, False]
    assert (~(x > 1)).tolist() == [True, False, False]
    assert (swiftnn.tensor([7, -7]) // 2).tolist() == [3, -4]


def test_expressions_with_strangers():
    x = swiftnn.ones(2)
    for operation in (lambda: x + "a", lambda: "a" - x, lambda: x @ 2, lambda: 2 @ x, lambda: x < "a", lambda: x**None,
                      lambda: x % None, lambda: x + [1, 2], lambda: pow(x, 2, 3)):
        with pytest.raises(TypeError):
            operation()
    assert (x == "a") is False and (x != None) is True  # noqa: E711
    with pytest.raises(TypeError, match="invert.*float32"):
        ~swiftnn.tensor([1.0])
    with pytest.raises(OverflowError):
        x + 2**70

    class Right:
        def __radd__(self, other):
            return "right"

    assert x + Right() == "right"


def test_in_place_expressions():
    x = swiftnn.tensor([1.0, 2.0])
    before, version = x, x._version
    x += 1
    x *= 2
    x -= swiftnn.ones(2)
    x /= 2
    x **= 2
    assert x is before and x.tolist() == [2.25, 6.25] and x._version > version
    with pytest.raises(TypeError):
        x += "a"
    assert x.add_(1) is x and x.zero_() is x and x.tolist() == [0, 0]


def test_wrong_arguments_name_function_and_argument():
    x = swiftnn.ones(2, 2)
    for call, message in [
        (lambda: x.mm("a"), r"mm\(\): argument 'mat2' must be Tensor, not str"),
        (lambda: x.mm(x, x), r"mm\(\) takes 1 positional argument but 2 were given"),
        (lambda: swiftnn.mm(x), r"mm\(\) missing 1 required positional argument: 'mat2'"),
        (lambda: swiftnn.mm(x, mat3=x), r"mm\(\) got an unexpected keyword argument 'mat3'"),
        (lambda: swiftnn.mm(x, input=x), r"mm\(\) got multiple values for argument 'input'"),
        (lambda: x.sum(0, 1), r"sum\(\): argument 'keepdim' must be bool, not int"),
        (lambda: x.sum(1.0), r"sum\(\): argument 'dim' must be int or tuple of ints, not float"),
        (lambda: x.sum(0, True, swiftnn.float32), r"sum\(\) takes at most 2 positional arguments but 3 were given"),
        (lambda: x.flatten(1.0), r"flatten\(\): argument 'start_dim' must be int, not float"),
        (lambda: swiftnn.cat(x), r"cat\(\): argument 'tensors' must be tuple of Tensors, not Tensor"),
        (lambda: swiftnn.cat([x, 1]), r"cat\(\): expected Tensor as element 1 in argument 'tensors', but got int"),
        (lambda: x.softmax(), r"softmax\(\) missing 1 required positional argument: 'dim'"),
        (lambda: x.view(), r"view\(\) missing 1 required positional argument: 'shape'"),
        (lambda: x.div(x, rounding_mode=1), r"div\(\): argument 'rounding_mode' must be str, not int"),
        (lambda: x.clamp("a"), r"clamp\(\): argument 'min' must be Tensor or Number, not str"),
        (lambda: swiftnn.relu(None), r"relu\(\): argument 'input' must be Tensor or Number, not None"),
        (lambda: swiftnn.isclose(x, x, rtol="a"), r"isclose\(\): argument 'rtol' must be float, not str"),
        (lambda: swiftnn.equal(x, 1), r"equal\(\): argument 'other' must be Tensor, not int"),
    ]:
        with pytest.raises(TypeError, match=message):
            call()
    with pytest.raises(ValueError, match="embedded null"):
        x.div(x, rounding_mode="fl\0oor")


def test_keywords_and_defaults():
    x = swiftnn.tensor([[1.0, 5.0], [4.0, 2.0]])
    assert x.sum(axis=0).tolist() == [5, 7] and x.sum(dim=(0, 1), keepdims=True).shape == (1, 1)
    assert swiftnn.add(x, other=x, alpha=2).tolist() == [[3, 15], [12, 6]]
    assert x.clamp(max=4).tolist() == [[1, 4], [4, 2]] and x.clip(2, 4).tolist() == [[2, 4], [4, 2]]
    assert x.reshape(shape=(4,)).shape == (4,) and x.permute(1, 0).shape == (2, 2) and x.view(-1).shape == (4,)
    assert x.uniform_(from_=2.0, to=2.0).tolist() == [[2, 2], [2, 2]]
    assert x.uniform_(**{"from": 3.0, "to": 3.0}).tolist() == [[3, 3], [3, 3]]
    assert swiftnn.full((2,), True).dtype is swiftnn.bool and swiftnn.full((2,), 2.5).tolist() == [2.5, 2.5]


def test_pairs():
    x = swiftnn.tensor([[1.0, 5.0], [4.0, 2.0]])
    result = x.max(1)
    assert result.values.tolist() == [5, 4] and result.indices.tolist() == [1, 0]
    values, indices = x.min(dim=0)
    assert values.tolist() == [1, 2] and indices.tolist() == [0, 1]
    assert x.max().item() == 5 and swiftnn.max(x, x + 1).tolist() == (x + 1).tolist()
    assert type(result).__name__ == "max"


def test_every_signature_can_be_read():
    for table in (_C.functions, _C.nn_functions):
        for name, function in table.items():
            assert function.__name__ == name and function.__doc__
            inspect.signature(function)
    for name in dir(swiftnn.Tensor):
        member = getattr(swiftnn.Tensor, name)
        if not name.startswith("__") and callable(member):
            assert member.__doc__, name
            inspect.signature(member)
    assert str(inspect.signature(swiftnn.add)) == "(input, other, *, alpha=1, out=None)"
    assert list(inspect.signature(swiftnn.Tensor.sum).parameters) == ["self", "dim", "keepdim", "dtype"]
    assert "device" in inspect.signature(swiftnn.zeros).parameters


# ---------------------------------------------------------------------------------------------------- attributes


def test_attributes():
    x = swiftnn.arange(6).reshape(2, 3)
    assert x.ndim == x.dim() == 2 and x.numel() == x.nelement() == swiftnn.numel(x) == 6
    assert x.size() == (2, 3) and x.size(-1) == 3 and x.stride() == (3, 1) and x.stride(0) == 3
    assert x.T.shape == (3, 2) and x.mT.stride() == (1, 3) and not x.T.is_contiguous() and x.is_contiguous()
    assert swiftnn.zeros(2, 3, 4).T.shape == (4, 3, 2)
    assert x[1].storage_offset() == 3 and x[1].data_ptr() == x.data_ptr() + 24
    assert x.is_leaf and x.grad is None and x.grad_fn is None and not x.requires_grad
    assert swiftnn.is_tensor(x) and not swiftnn.is_tensor(1)
    for call in (lambda: x.size(2), lambda: x.stride(-3), lambda: swiftnn.tensor(1).size(0)):
        with pytest.raises(IndexError):
            call()
    with pytest.raises(RuntimeError, match="mT"):
        swiftnn.zeros(3).mT  # noqa: B018
    with pytest.raises(AttributeError):
        x.shape = (3, 2)
    with pytest.raises(AttributeError):
        del x.data


def test_numbers():
    x = swiftnn.tensor(2.75)
    assert float(x) == 2.75 and int(x) == 2 and bool(x) and x.item() == 2.75 and f"{x:.1f}" == "2.8"
    i = swiftnn.tensor([3])
    assert [10, 20, 30, 40][i] == 40 and type(i.item()) is int and range(5)[i] == 3
    assert swiftnn.tensor(True).item() is True
    for call, error in [
        (lambda: [1][x], TypeError), (lambda: float(swiftnn.ones(2)), ValueError), (lambda: swiftnn.ones(2).item(), RuntimeError),
        (lambda: int(swiftnn.ones(0)), ValueError),
        (lambda: int(swiftnn.tensor(math.inf)), OverflowError), (lambda: int(swiftnn.tensor(math.nan)), ValueError),
        (lambda: f"{swiftnn.ones(2):.1f}", TypeError), (lambda: len(x), TypeError), (lambda: iter(x), TypeError),
    ]:
        with pytest.raises(error):
            call()
    with pytest.raises(RuntimeError, match="Boolean value of Tensor with more than one value is ambiguous"):
        bool(swiftnn.ones(2))
    with pytest.raises(RuntimeError, match="no values"):
        bool(swiftnn.ones(0))


def test_container():
    x = swiftnn.arange(6).reshape(3, 2)
    assert len(x) == 3 and [row.tolist() for row in x] == [[0, 1], [2, 3], [4, 5]]
    a, b, c = x
    assert b.tolist() == [2, 3] and 5 in x and 6 not in x and swiftnn.tensor(4) in x
    with pytest.raises(RuntimeError, match="__contains__"):
        "a" in x  # noqa: B015
    assert {x: 1}[x] == 1 and hash(x) != hash(x[:])


# ---------------------------------------------------------------------------------------------------- gradients


def test_gradients():
    x = swiftnn.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    assert y.requires_grad and not y.is_leaf and y.grad_fn.name() == "MulBackward0"
    assert repr(y.grad_fn).startswith("<MulBackward0 object at 0x")
    y.retain_grad()
    y.backward(swiftnn.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [3, 30] and y.grad.tolist() == [1, 10]
    x.grad = None
    assert x.grad is None
    x.grad = swiftnn.ones(2)
    del x.grad
    assert x.grad is None
    for call, error in [
        (lambda: (x * 2).backward(), RuntimeError), (lambda: x.detach().sum().backward(), RuntimeError),
        (lambda: y.backward(1), TypeError), (lambda: setattr(x, "grad", 1), TypeError),
        (lambda: setattr(x, "grad", swiftnn.ones(3)), (RuntimeError, ValueError)), (lambda: setattr(x, "requires_grad", 1), RuntimeError),
        (lambda: setattr(swiftnn.tensor([1]), "requires_grad", True), RuntimeError), (lambda: setattr(x, "data", 1), TypeError),
        (lambda: setattr(y, "requires_grad", False), RuntimeError),
    ]:
        with pytest.raises(error):
            call()


def test_autograd_functions():
    x = swiftnn.tensor([2.0], requires_grad=True)
    (g,) = swiftnn.autograd.grad(x**3, x, create_graph=True)
    (h,) = swiftnn.autograd.grad(g, [x])
    assert g.item() == 12 and h.item() == 12 and x.grad is None
    unused = swiftnn.ones(1, requires_grad=True)
    assert swiftnn.autograd.grad(x * 2, [x, unused], allow_unused=True)[1] is None
    with pytest.raises(RuntimeError):
        swiftnn.autograd.grad(x * 2, unused)
    for bad in [("a", x), (x * 2, 1), (x * 2, [1])]:
        with pytest.raises(TypeError):
            swiftnn.autograd.grad(*bad)
    y = x * 2
    swiftnn.autograd.backward([y, y * 3])
    assert x.grad.item() == 8


def test_grad_modes():
    x = swiftnn.ones(1, requires_grad=True)
    with swiftnn.no_grad():
        assert not swiftnn.is_grad_enabled() and not (x * 2).requires_grad
        with swiftnn.enable_grad():
            assert (x * 2).requires_grad
    assert swiftnn.is_grad_enabled()

    @swiftnn.no_grad()
    def plain():
        return (x * 2).requires_grad

    @swiftnn.no_grad
    def bare():
        return swiftnn.is_grad_enabled()

    @swiftnn.no_grad()
    def steps():
        received = yield swiftnn.is_grad_enabled()
        try:
            yield received
        except KeyError:
            yield "caught"
        return "end"

    @swiftnn.set_grad_enabled(False)
    def off():
        return swiftnn.is_grad_enabled()

    assert not plain() and not bare() and not off() and swiftnn.is_grad_enabled()
    generator = steps()
    assert next(generator) is False and swiftnn.is_grad_enabled() and generator.send(7) == 7
    assert generator.throw(KeyError()) == "caught"
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "end" and plain.__name__ == "plain"
    with swiftnn.set_grad_enabled(False):
        assert not swiftnn.is_grad_enabled()
    assert swiftnn.is_grad_enabled()
    swiftnn.set_grad_enabled(False)
    assert not swiftnn.is_grad_enabled()
    swiftnn.set_grad_enabled(True)
    with pytest.raises(KeyError), swiftnn.no_grad():
        raise KeyError
    assert swiftnn.is_grad_enabled()


def test_parameters():
    data = swiftnn.ones(2)
    p = nn.Parameter(data)
    assert p.requires_grad and p.is_leaf and p.data_ptr() == data.data_ptr() and isinstance(p, swiftnn.Tensor)
    assert repr(p).startswith("Parameter containing:\ntensor(")
    assert type(p * 1) is swiftnn.Tensor and type(p.data) is swiftnn.Tensor and type(p.detach()) is swiftnn.Tensor
    assert nn.Parameter().shape == (0,)
    with pytest.raises(TypeError):
        nn.Parameter([1.0])
    with pytest.raises(RuntimeError):
        nn.Parameter(swiftnn.tensor([1]))


# ---------------------------------------------------------------------------------------------------- the rest


def test_comparisons_of_whole_tensors():
    x = swiftnn.tensor([1.0, math.nan])
    assert swiftnn.allclose(x, x, equal_nan=True) is True and x.allclose(x) is False
    assert swiftnn.allclose(swiftnn.ones(2), swiftnn.ones(2) + 1e-3, atol=1e-2)
    assert swiftnn.equal(swiftnn.ones(2), swiftnn.ones(2)) is True and swiftnn.ones(2).equal(swiftnn.zeros(2)) is False


def test_random_state():
    swiftnn.manual_seed(7)
    assert swiftnn.initial_seed() == 7
    state = swiftnn.get_rng_state()
    first = swiftnn.rand(3).tolist()
    swiftnn.set_rng_state(state)
    assert swiftnn.rand(3).tolist() == first
    swiftnn.manual_seed(seed=-1)
    assert swiftnn.initial_seed() == 2**64 - 1
    assert swiftnn.seed() == swiftnn.initial_seed()
    for bad, error in [("a", TypeError), (1.5, TypeError), (2**64, OverflowError), (-(2**63) - 1, OverflowError)]:
        with pytest.raises(error):
            swiftnn.manual_seed(bad)
    with pytest.raises(TypeError):
        swiftnn.set_rng_state(1)
    with pytest.raises((TypeError, RuntimeError, ValueError)):
        swiftnn.set_rng_state(swiftnn.ones(3))
    swiftnn.manual_seed(0)


def test_threads_compute_at_the_same_time():
    results = []

    def work(seed):
        x = swiftnn.full((200, 200), float(seed), requires_grad=True)
        for _ in range(20):
            (x @ x).sum().backward()
        results.append((seed, x.grad[0, 0].item()))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(i, 20 * 400.0 * i) for i in range(4)]
