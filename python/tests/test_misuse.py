"""Misuse is an exception that says what was wrong, and never more than that. The operators' own rows hold their errors too
(operators/); here are those of everything else, and a storm of random arguments that the process has to survive."""

import pathlib
import re
import subprocess
import sys

import pytest

import swiftnn
from swiftnn import nn, optim
from swiftnn.nn import functional as F

np = pytest.importorskip("numpy")

nan, inf = float("nan"), float("inf")
HUGE = 2**62
x = swiftnn.ones(2, 3)
integers = swiftnn.ones(2, 3, dtype=swiftnn.int64)
truth = swiftnn.ones(2, 3, dtype=swiftnn.bool)


def graph():
    """A result whose graph is used up."""
    y = swiftnn.ones(2, requires_grad=True).exp().sum()
    y.backward()
    return y


class Raises(nn.Module):
    def forward(self, x):
        raise LookupError("raised in forward")


class Returns(nn.Module):
    def __init__(self, result):
        super().__init__()
        self.result = result

    def forward(self, x):
        return self.result


class Sized:
    """An index of a sequence that is wrong about itself."""

    def __index__(self):
        raise ZeroDivisionError("raised in __index__")


RT, TE, VE, IE, ME, OE, NE = RuntimeError, TypeError, ValueError, IndexError, MemoryError, OverflowError, NotImplementedError

# expression, exception, message
MISUSES = [
    # wrong shapes: the operator and both shapes
    (lambda: x @ swiftnn.ones(4, 5), RT, r"^matmul: inner dimensions differ: \[2, 3\] @ \[4, 5\] \(3 != 4\)$"),
    (lambda: swiftnn.mm(x, swiftnn.ones(4, 5)), RT, r"^mm: inner dimensions differ: \[2, 3\] @ \[4, 5\] \(3 != 4\)$"),
    (lambda: x + swiftnn.ones(4), RT, r"^add: shapes \[2, 3\] and \[4\] cannot be broadcast"),
    (lambda: x - swiftnn.ones(2, 4), RT, r"^sub: shapes \[2, 3\] and \[2, 4\] cannot be broadcast"),
    (lambda: x * swiftnn.ones(3, 3), RT, r"^mul: shapes \[2, 3\] and \[3, 3\] cannot be broadcast"),
    (lambda: x == swiftnn.ones(5, 1, 2), RT, r"^eq: shapes \[2, 3\] and \[5, 1, 2\] cannot be broadcast"),
    (lambda: x.view(4, 2), RT, r"^view: shape \[4, 2\] is invalid for 6 elements of shape \[2, 3\]"),
    (lambda: x.t().view(6), RT, r"^view: a tensor of shape \[3, 2\] and strides \[1, 3\] cannot be viewed as \[6\]; use reshape"),
    (lambda: F.linear(x, swiftnn.ones(4, 5)), RT, r"^linear: expected an input of shape \[\.\.\., 5\] for a weight of shape \[4, 5\], got \[2, 3\]"),
    (lambda: nn.Linear(5, 4)(x), RT, r"linear.*\[4, 5\].*\[2, 3\]"),
    (lambda: nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 2))(x), RT, r"linear.*\[2, 5\].*\[2, 4\]"),
    (lambda: F.mse_loss(x, swiftnn.ones(4)), RT, r"^mse_loss: shapes \[2, 3\] and \[4\]"),
    (lambda: swiftnn.cat([x, swiftnn.ones(2, 4)]), RT, r"^cat: .*\[2, 3\] and \[2, 4\]"),
    (lambda: x.copy_(swiftnn.ones(4)), RT, r"^copy_: shapes \[2, 3\] and \[4\]"),
    (lambda: swiftnn.ones(2).add_(x), RT, r"^add_: shapes \[2\] and \[2, 3\]"),
    (lambda: x.__setitem__(0, swiftnn.ones(4)), RT, r"\[3\].*\[4\]|\[4\].*\[3\]"),
    # wrong dtypes
    (lambda: integers @ x.t(), RT, r"^matmul: expected operands of one dtype, got int64 and float32"),
    (lambda: nn.Linear(3, 2)(integers), RT, r"linear.*int64.*float32"),
    (lambda: F.softmax(integers, 1), NE, r"^softmax: not defined for int64"),
    (lambda: integers.add_(0.5), RT, r"^add_: result type float32 can't be cast to the written-to tensor's type int64"),
    (lambda: swiftnn.ones(2, dtype=swiftnn.int64, requires_grad=True), RT, "floating point"),
    (lambda: truth - truth, RT, r"^sub: subtraction with a bool tensor"),
    (lambda: -truth, NE, r"^neg: not defined for bool"),
    (lambda: integers.mean(), RT, r"^mean: the dtype must be floating point, got int64"),
    (lambda: F.cross_entropy(x, swiftnn.ones(2, dtype=swiftnn.int32)), RT, r"^cross_entropy: expected class indices of int64"),
    (lambda: x[swiftnn.ones(2)], (IE, TE, RT), r"float32"),
    (lambda: swiftnn.where(x, x, x), RT, r"^where: expected a bool condition, not float32"),
    # wrong ranks and dimensions
    (lambda: swiftnn.mm(swiftnn.ones(3), x), RT, r"^mm: expected two matrices, got shapes \[3\] and \[2, 3\]"),
    (lambda: swiftnn.ones(2, 3, 4).t(), RT, r"^t: expected at most 2 dimensions, got shape \[2, 3, 4\]"),
    (lambda: x.sum(2), IE, r"^sum: dimension 2 is out of range: expected -2 to 1"),
    (lambda: x.transpose(0, -3), IE, r"^transpose: dimension -3 is out of range"),
    (lambda: x.permute(0), RT, r"^permute: 1 dimensions named for a tensor of shape \[2, 3\]"),
    (lambda: x.permute(1, 1), RT, r"^permute: dimension 1 is named twice"),
    (lambda: x.sum((0, 0)), RT, r"^sum: dimension 0 appears more than once"),
    (lambda: x.unsqueeze(4), IE, r"^unsqueeze: dimension 4 is out of range"),
    (lambda: x.flatten(1, 0), RT, r"^flatten: start_dim 1 comes after end_dim 0"),
    (lambda: x[0, 0, 0], IE, r"too many|indices"),
    (lambda: swiftnn.ones(())[0], IE, ""),
    (lambda: x.item(), RT, r"one element|\[2, 3\]"),
    (lambda: bool(x), RT, "ambiguous"),
    (lambda: len(swiftnn.ones(())), TE, ""),
    (lambda: swiftnn.zeros(0).amax(), RT, r"^amax: .*\[0\]"),
    (lambda: swiftnn.zeros(0, 3).max(0), IE, r"^max: .*\[0, 3\]"),
    (lambda: swiftnn.zeros(0).argmin(), IE, r"^argmin: .*\[0\]"),
    (lambda: swiftnn.zeros(*[1] * 17), VE, r"zeros.*16"),
    # negative and huge sizes and numbers
    (lambda: swiftnn.zeros(-1), RT, r"^zeros: negative size -1 in \[-1\]"),
    (lambda: swiftnn.empty(2, -3), RT, r"^empty: negative size -3"),
    (lambda: swiftnn.randn(-(2**63)), RT, r"^randn: negative size"),
    (lambda: swiftnn.zeros(HUGE), ME, r"^zeros: \[\d+\] of float32 does not fit into memory"),
    (lambda: swiftnn.ones(2**31, 2**31, 2**31), ME, r"^ones: "),
    (lambda: swiftnn.rand(2**32, 2**32), ME, r"^rand: "),
    (lambda: swiftnn.ones(1).expand(HUGE), ME, r"^expand: "),
    (lambda: swiftnn.ones(1).expand(2**40).clone(), ME, r"^(clone|expand): "),
    (lambda: swiftnn.ones(1, 2**20).expand(2**20, 2**20) + 1, ME, r"^(add|expand): "),
    (lambda: swiftnn.arange(HUGE), ME, r"^arange: "),
    (lambda: swiftnn.arange(0, 1, 1e-18), ME, r"^arange: "),
    (lambda: swiftnn.randperm(HUGE), ME, r"^randperm: "),
    (lambda: swiftnn.zeros(2**70), OE, r"^zeros\(\): argument 'size' does not fit in 64 bits"),
    (lambda: x + 2**70, OE, "64 bits"),
    (lambda: x.sum(2**70), OE, r"^sum\(\): argument 'dim' does not fit in 64 bits"),
    (lambda: x.sum(-(2**63)), IE, r"^sum: dimension -9223372036854775808 is out of range"),
    (lambda: x.squeeze(2**63 - 1), IE, r"^squeeze: dimension 9223372036854775807 is out of range"),
    (lambda: x.unsqueeze(-(2**63)), IE, r"^unsqueeze: "),
    (lambda: x.view(HUGE, HUGE), RT, r"^view: "),
    (lambda: x.reshape(-(2**63)), RT, r"^reshape: invalid size"),
    (lambda: x.reshape(-1, HUGE, 4), RT, r"^reshape: "),
    (lambda: x[2**63 - 1], IE, "out of bounds|out of range"),
    (lambda: x[-(2**63)], IE, "out of bounds|out of range"),
    (lambda: swiftnn.full((2,), 300, dtype=swiftnn.uint8), RT, r"^full: the number 300 cannot be converted to uint8"),
    (lambda: swiftnn.full((2,), nan, dtype=swiftnn.int32), RT, r"^full: the number nan cannot be converted to int32"),
    (lambda: nn.Linear(-1, 3), (RT, VE), "-1"),
    (lambda: nn.Linear(2**40, 2**40), ME, ""),
    (lambda: nn.Dropout(1.5), VE, "between 0 and 1, but got 1.5"),
    (lambda: F.dropout(x, nan), VE, r"^dropout: .*nan"),
    # None, strings, lists
    (lambda: swiftnn.mm(x, None), TE, r"^mm\(\): argument 'mat2' must be Tensor, not None"),
    (lambda: swiftnn.add(None, x), TE, r"^add\(\): argument 'input' must be Tensor"),
    (lambda: x + "1", TE, "unsupported operand"),
    (lambda: x + None, TE, "unsupported operand"),
    (lambda: "1" * x, TE, "unsupported operand|sequence|index"),
    (lambda: swiftnn.zeros(None), TE, r"^zeros\(\): argument 'size' must be"),
    (lambda: swiftnn.zeros("2"), TE, r"^zeros\(\): argument 'size' must be"),
    (lambda: swiftnn.zeros(2.5), TE, r"^zeros\(\): argument 'size' must be"),
    (lambda: swiftnn.zeros(2, [3]), TE, r"^zeros\(\): argument 'size' must be"),
    (lambda: swiftnn.zeros(2, dtype="float32"), TE, r"^zeros\(\): argument 'dtype' must be"),
    (lambda: swiftnn.zeros(2, device="cuda"), RT, "cuda"),
    (lambda: swiftnn.cat(x), TE, r"^cat\(\): argument 'tensors' must be tuple of Tensors, not Tensor"),
    (lambda: swiftnn.cat([x, None]), TE, r"^cat\(\): expected Tensor as element 1 in argument 'tensors', but got None"),
    (lambda: swiftnn.stack([]), RT, r"^stack: expected a non-empty list"),
    (lambda: x.sum("rows"), TE, r"^sum\(\): argument 'dim' must be"),
    (lambda: x.sum(keepdim=1), TE, r"^sum\(\): argument 'keepdim' must be bool, not int"),
    (lambda: x.to("half"), (TE, RT), ""),
    (lambda: x["a"], (TE, IE), ""),
    (lambda: x[None, "a"], (TE, IE), ""),
    (lambda: x[1.0], (TE, IE), ""),
    (lambda: x[nan], (TE, IE), ""),
    (lambda: x[::0], VE, "step"),
    (lambda: x[::-1], VE, "step"),
    (lambda: x[swiftnn.tensor([5])], IE, r"index 5 is out of bounds for dimension 0 with size 2"),
    (lambda: x[swiftnn.tensor([nan])], (TE, IE, RT), "float32"),
    (lambda: x.index_select(0, swiftnn.tensor([nan])), RT, r"^index_select: expected an int32 or int64 index, got float32"),
    (lambda: x[swiftnn.tensor([True, False, True])], IE, r"\[3\]|\[2, 3\]"),
    (lambda: x[Sized()], ZeroDivisionError, "raised in __index__"),
    (lambda: swiftnn.zeros(Sized()), ZeroDivisionError, "raised in __index__"),
    (lambda: F.mse_loss(x, x, reduction="average"), VE, r"^mse_loss: 'average' is not one of 'none', 'mean', 'sum'"),
    (lambda: x.div(x, rounding_mode="up"), VE, r"^div: 'up' is not one of 'trunc', 'floor'"),
    (lambda: F.mse_loss(x, x, reduction="me\0an"), VE, "null"),
    (lambda: swiftnn.tensor([[1, 2], [3]]), VE, ""),
    (lambda: swiftnn.tensor("abc"), TE, ""),
    (lambda: swiftnn.tensor([None]), TE, ""),
    (lambda: swiftnn.tensor({1: 2}), TE, ""),
    (lambda: swiftnn.manual_seed("a"), TE, r"^manual_seed"),
    (lambda: swiftnn.manual_seed(2**64), OE, r"^manual_seed"),
    (lambda: swiftnn.set_rng_state(x), TE, r"^set_rng_state: expected a tensor of uint8, not float32"),
    (lambda: swiftnn.set_rng_state(swiftnn.zeros(8, dtype=swiftnn.uint8)), (RT, VE, TE), ""),
    (lambda: swiftnn.add(x), TE, r"^add\(\) missing 1 required positional argument: 'other'"),
    (lambda: swiftnn.add(x, x, x), TE, r"^add\(\) takes 2 positional arguments but 3 were given"),
    (lambda: swiftnn.add(x, x, beta=2), TE, r"^add\(\) got an unexpected keyword argument 'beta'"),
    (lambda: swiftnn.add(x, input=x), TE, r"^add\(\) got multiple values for argument 'input'"),
    (lambda: swiftnn.Tensor.add(3, x), TE, ""),
    (lambda: swiftnn.Tensor.__new__(int), TE, ""),
    (lambda: swiftnn.ones(2).no_such_attribute, AttributeError, "no_such_attribute"),
    # integers
    (lambda: integers // 0, RT, r"^div: ZeroDivisionError|division by zero"),
    (lambda: integers ** -1, RT, r"^pow: integers to negative integer powers"),
    # gradients
    (lambda: graph().backward(), RT, r"^ExpBackward0: Trying to backward through the graph a second time"),
    (lambda: x.sum().backward(), RT, r"^backward: element 0 of tensors, of shape \[\], does not require grad"),
    (lambda: (swiftnn.ones(2, requires_grad=True) * 2).backward(), RT, r"^backward: grad can be implicitly created only for scalar outputs.* \[2\]"),
    (lambda: swiftnn.ones(2, requires_grad=True).sum().backward(swiftnn.ones(3)), RT, r"^backward: a gradient of shape \[3\] for an output of shape \[\]"),
    (lambda: swiftnn.ones(2, requires_grad=True).sum().backward("1"), TE, "gradient"),
    (lambda: swiftnn.autograd.grad(x.sum(), x), RT, "does not require grad"),
    (lambda: swiftnn.autograd.grad(1, 2), TE, r"^grad\(\): argument 'outputs' must be Tensor"),
    (lambda: swiftnn.autograd.grad([None], [x]), TE, "grad"),
    (lambda: x.retain_grad(), RT, r"^retain_grad: can't retain_grad"),
    (lambda: swiftnn.ones(2, requires_grad=True).add_(1), RT, r"^add_: a leaf Variable that requires grad"),
    (lambda: swiftnn.ones(2, requires_grad=True).numpy(), RT, "detach"),
    (lambda: swiftnn.ones(1).expand(3).add_(1), RT, r"^add_: more than one element .*\[3\]"),
    # NumPy
    (lambda: swiftnn.from_numpy([1, 2]), TE, r"^from_numpy\(\): expected a NumPy array \(got list\)"),
    (lambda: swiftnn.from_numpy(np.ones(3)[::-1]), (VE, RT), "negative"),
    (lambda: swiftnn.from_numpy(np.ones(2, complex)), TE, ""),
    (lambda: swiftnn.from_numpy(np.array(["a"])), TE, ""),
    (lambda: swiftnn.from_numpy(np.array([object()])), TE, ""),
    # modules and optimisers
    (lambda: nn.Sequential(nn.Linear(3, 3), Raises())(x), LookupError, "raised in forward"),
    (lambda: nn.Sequential(Returns(3), nn.Linear(3, 3))(x), TE, "Linear.*not int"),
    (lambda: nn.Sequential(Returns(None), nn.Linear(3, 3))(x), TE, "Linear.*not None"),
    (lambda: nn.Linear(3, 3)("x"), TE, ""),
    (lambda: nn.Linear(3, 3)(), TE, ""),
    (lambda: nn.Linear(3), TE, ""),
    (lambda: nn.Linear(3, 3, colour="red"), TE, "colour"),
    (lambda: nn.Sequential(3), TE, ""),
    (lambda: nn.Linear(3, 3).load_state_dict({}), RT, "weight"),
    (lambda: nn.Linear(3, 3).load_state_dict({"weight": swiftnn.ones(2, 3), "bias": swiftnn.ones(3)}), RT, r"weight.*2, 3.*3, 3"),
    (lambda: nn.Module()(x), NE, "forward"),
    (lambda: optim.SGD([], lr=0.1), VE, ""),
    (lambda: optim.SGD([x], lr=-1.0), VE, "lr|learning rate"),
    (lambda: optim.SGD(3, lr=0.1), TE, ""),
    (lambda: optim.Adam(nn.Linear(2, 2).parameters(), betas=(1.5, 0.9)), VE, "beta"),
    (lambda: swiftnn.load_file("/no/such/file.safetensors"), (OSError, FileNotFoundError), "/no/such/file"),
]


def source(function):
    """The line of the row, as its name."""
    return f"{function.__code__.co_firstlineno}"


@pytest.mark.parametrize("expression, exception, message", MISUSES, ids=[source(row[0]) for row in MISUSES])
def test_misuse(expression, exception, message):
    before = x.tolist(), integers.tolist(), swiftnn.is_grad_enabled()
    with pytest.raises(exception) as caught:
        expression()
    text = str(caught.value)
    assert re.search(message, text), f"{type(caught.value).__name__}: {text}"
    assert (x.tolist(), integers.tolist(), swiftnn.is_grad_enabled()) == before


def test_memory_error_is_no_end():
    """After a size that cannot be had, everything goes on."""
    for _ in range(3):
        with pytest.raises(MemoryError):
            swiftnn.zeros(2**45)
        assert (swiftnn.ones(1000) + 1).sum().item() == 2000


def test_module_that_is_gone():
    """A block of Python whose object has died while a native container still has its handle."""
    import gc

    container = nn.Sequential(nn.Linear(3, 3), Returns(x))
    child = container[1]
    del container[1]
    del child
    gc.collect()
    assert container(x).shape == (2, 3)


def test_storm_of_random_arguments():
    """Every operator, function and method with 400 combinations of arguments that mostly make no sense, in a process of
    its own: nothing but Python exceptions of the documented classes comes out, and the process ends as it should."""
    script = pathlib.Path(__file__).with_name("misuse_storm.py")
    result = subprocess.run([sys.executable, str(script), "400", "1"], capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, f"exit code {result.returncode}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    assert "calls" in result.stdout
    print(result.stdout)


def test_a_list_for_results_that_hands_out_other_things():
    class Outputs(list):
        def __getitem__(self, index):
            return b"no tensor"

    values, indices = swiftnn.empty(0), swiftnn.empty(0, dtype=swiftnn.int64)
    result = swiftnn.sort(swiftnn.tensor([2.0, 1.0]), out=Outputs([values, indices]))
    assert result.values is values and result.indices is indices and values.tolist() == [1.0, 2.0]
