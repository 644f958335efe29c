"""The engine: what a backward pass does, refuses and gives back. The gradients of the single operators are in operators/."""

import gc
import threading

import pytest

import swiftnn
from swiftnn import _C, autograd

from autograd_tools import leaf, live_bytes, memory_is_given_back, nothing_old_to_collect  # noqa: F401

# ---------------------------------------------------------------------------------------------------- gathering


def test_accumulation():
    x = leaf(2.0, 3.0)
    (x * x).sum().backward()
    first = x.grad
    assert first.tolist() == [4.0, 6.0] and not first.requires_grad
    (x * 10).sum().backward()
    assert x.grad is first and first.tolist() == [14.0, 16.0]
    x.grad = None
    (x * 10).sum().backward()
    assert x.grad.tolist() == [10.0, 10.0] and first.tolist() == [14.0, 16.0]


def test_gradient_is_not_the_memory_of_another():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    seed = swiftnn.ones(2)
    (x + y).backward(seed)
    assert len({x.grad.data_ptr(), y.grad.data_ptr(), seed.data_ptr()}) == 3
    x.grad.zero_()
    assert y.grad.tolist() == [1.0, 1.0] and seed.tolist() == [1.0, 1.0]


def test_only_leaves_gather():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.retain_grad()
    z = y * 3
    z.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0] and y.grad.tolist() == [3.0, 3.0] and z.grad is None
    assert x.is_leaf and not y.is_leaf and x.grad_fn is None and y.grad_fn is not None


def test_leaf_used_many_times():
    x = leaf(1.5)
    total = x
    for _ in range(99):
        total = total + x
    total.backward()
    assert x.grad.item() == 100.0


def test_diamonds():
    """Each layer joins what the one before split: 2**40 paths, 120 nodes."""
    x = leaf(1.0)
    y = x
    for _ in range(40):
        a, b = y * 0.5, y * 0.5
        y = a + b
    y.backward()
    assert x.grad.item() == 1.0


def test_branches_of_different_length():
    x = leaf(2.0)
    short, long = x * 3, x
    for _ in range(10):
        long = long * 2
    (short * long).backward()
    assert x.grad.item() == 2 * 3 * 1024 * 2.0


def test_shared_parameters():
    """One weight in two places gathers both gradients."""
    layer = swiftnn.nn.Linear(3, 3, bias=False)
    tied = swiftnn.nn.Linear(3, 3, bias=False)
    tied.weight = layer.weight
    x = swiftnn.ones(2, 3)
    tied(layer(x)).sum().backward()
    both = layer.weight.grad.clone()
    w = layer.weight.detach().clone()
    u, v = w.clone().requires_grad_(), w.clone().requires_grad_()
    (x @ u.t() @ v.t()).sum().backward()
    assert swiftnn.allclose(both, u.grad + v.grad, rtol=1e-6)
    assert tied.weight.grad is layer.weight.grad


def test_parts_without_gradient():
    x, constant = leaf(1.0, 2.0), swiftnn.tensor([3.0, 4.0])
    (x * constant).sum().backward()
    assert constant.grad is None and x.grad.tolist() == [3.0, 4.0]
    assert not (constant * 2).requires_grad


def test_integers_take_no_part():
    x = leaf(1.5, -2.5)
    chosen = (x > 0)
    assert not chosen.requires_grad and not x.to(swiftnn.int64).requires_grad
    (x * chosen.to(swiftnn.float32)).sum().backward()
    assert x.grad.tolist() == [1.0, 0.0]
    with pytest.raises(RuntimeError, match="floating"):
        swiftnn.ones(2, dtype=swiftnn.int64).requires_grad_()


# ---------------------------------------------------------------------------------------------------- passes


def test_second_backward():
    x = leaf(2.0)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match=r"MulBackward0: Trying to backward through the graph a second time.*retain_graph=True"):
        y.backward()
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 12.0


def test_second_backward_where_nothing_was_saved():
    x = leaf(2.0)
    y = x + x
    y.backward()
    y.backward()
    assert x.grad.item() == 4.0


def test_non_scalar_backward():
    x = leaf(1.0, 2.0)
    y = x * 2
    with pytest.raises(RuntimeError, match=r"backward: grad can be implicitly created only for scalar outputs, of one element, not of shape \[2\]"):
        y.backward()
    with pytest.raises(RuntimeError, match=r"backward: a gradient of shape \[3\] for an output of shape \[2\]"):
        y.backward(swiftnn.ones(3))
    with pytest.raises(TypeError, match="gradient"):
        y.backward([1.0, 1.0])
    y.backward(swiftnn.tensor([1, 0]), retain_graph=True)
    assert x.grad.tolist() == [2.0, 0.0] and x.grad.dtype == swiftnn.float32
    x.grad = None
    y.backward(swiftnn.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2.0, 20.0]


def test_backward_without_history():
    with pytest.raises(RuntimeError, match=r"backward: element 0 of tensors, of shape \[\], does not require grad and does not have a grad_fn"):
        swiftnn.ones(()).backward()
    x = leaf(2.0)
    x.backward()
    assert x.grad.item() == 1.0


def test_create_graph():
    x = leaf(2.0)
    y = x * x * x
    y.backward(create_graph=True)
    first = x.grad
    assert first.item() == 12.0 and first.requires_grad
    x.grad = None
    first.backward()
    assert x.grad.item() == 12.0


def test_higher_derivatives():
    x = leaf(1.25)
    derivative = x.exp() * x
    for order in range(1, 7):
        (derivative,) = autograd.grad(derivative, x, create_graph=True)
        assert derivative.item() == pytest.approx((1.25 + order) * 2.718281828459045**1.25, rel=1e-5)
    derivative = x * x * x
    for expected in (3 * 1.25**2, 6 * 1.25, 6.0):
        (derivative,) = autograd.grad(derivative, x, create_graph=True)
        assert derivative.item() == expected


def test_autograd_grad():
    x, y, unused = leaf(2.0, 3.0), leaf(5.0), leaf(1.0)
    z = (x * y).sum()
    by_x, by_y = autograd.grad(z, [x, y], retain_graph=True)
    assert by_x.tolist() == [5.0, 5.0] and by_y.item() == 5.0
    assert x.grad is None and y.grad is None
    with pytest.raises(RuntimeError, match=r"grad: input 1 of shape \[\] was not used for the outputs; set allow_unused=True"):
        autograd.grad(z, [x, unused], retain_graph=True)
    by_x, nothing = autograd.grad(z, (x, unused), retain_graph=True, allow_unused=True)
    assert nothing is None and by_x.tolist() == [5.0, 5.0]
    with pytest.raises(RuntimeError, match=r"grad: One of the differentiated Tensors, of shape \[2\], does not require grad"):
        autograd.grad(z, swiftnn.ones(2), retain_graph=True)
    (weighted,) = autograd.grad([x * 2, y * 3], [x], [swiftnn.tensor([1.0, 10.0]), None])
    assert weighted.tolist() == [2.0, 20.0]
    w = x * 2
    (by_w,) = autograd.grad((w * w).sum(), w)  # by a tensor that is no leaf
    assert by_w.tolist() == [8.0, 12.0]
    (same,) = autograd.grad(y, y)
    assert same.item() == 1.0


def test_autograd_backward():
    x = leaf(2.0)
    shared = x * x
    autograd.backward([shared * 2, shared * 3])
    assert x.grad.item() == 20.0
    with pytest.raises(RuntimeError, match="got 1 tensors and 2 gradients"):
        autograd.backward([x * 2], [None, None])
    with pytest.raises(TypeError, match="must be Tensor or tuple of Tensors"):
        autograd.backward(3)


# ---------------------------------------------------------------------------------------------------- modes


def test_detach():
    x = leaf(2.0)
    y = (x * 3).detach()
    assert not y.requires_grad and y.is_leaf
    (x * y).backward()
    assert x.grad.item() == 6.0
    view = x.detach()
    assert view.data_ptr() == x.data_ptr() and not view.requires_grad


def test_modes_as_contexts():
    x = leaf(1.0)
    with swiftnn.no_grad():
        assert not swiftnn.is_grad_enabled() and not (x * 2).requires_grad
        with swiftnn.enable_grad():
            assert (x * 2).requires_grad
            with swiftnn.set_grad_enabled(False):
                assert not (x * 2).requires_grad
            assert swiftnn.is_grad_enabled()
        assert not swiftnn.is_grad_enabled()
    assert swiftnn.is_grad_enabled() and (x * 2).requires_grad
    with pytest.raises(KeyError):
        with swiftnn.no_grad():
            raise KeyError
    assert swiftnn.is_grad_enabled()
    swiftnn.set_grad_enabled(False)
    try:
        assert not (x * 2).requires_grad
    finally:
        swiftnn.set_grad_enabled(True)


def test_modes_as_decorators():
    x = leaf(1.0)

    @swiftnn.no_grad()
    def without():
        return (x * 2).requires_grad

    @swiftnn.enable_grad()
    def with_grad():
        return (x * 2).requires_grad

    @swiftnn.set_grad_enabled(False)
    def switched_off():
        return (x * 2).requires_grad

    @swiftnn.no_grad()
    def steps():
        yield (x * 2).requires_grad
        yield (x * 2).requires_grad

    assert swiftnn.is_grad_enabled()
    assert (without(), with_grad(), switched_off()) == (False, True, False)
    with swiftnn.no_grad():
        assert with_grad() and not without()
    for recorded in steps():
        assert not recorded and (x * 2).requires_grad
    assert without.__name__ == "without" and swiftnn.is_grad_enabled()


def test_mode_belongs_to_a_thread():
    seen = []
    with swiftnn.no_grad():
        thread = threading.Thread(target=lambda: seen.append(swiftnn.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_parameters_are_written_without_recording():
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    with swiftnn.no_grad():
        x -= 0.5 * x.grad
    assert x.tolist() == [0.0, 0.0] and x.requires_grad and x.is_leaf


# ---------------------------------------------------------------------------------------------------- in place


def test_saved_value_overwritten():
    x = leaf(1.0, 2.0)
    y = x * 1
    z = (y * y).sum()
    with swiftnn.no_grad():
        y += 1
    with pytest.raises(RuntimeError, match=r"MulBackward0: one of the variables needed for gradient computation has been modified by an "
                                           r"inplace operation: \[float32 \[2\]\], which is output 0 of Mul, is at version 1; expected version 0"):
        z.backward()


def test_saved_value_overwritten_through_a_view():
    weight = swiftnn.ones(2, 3)
    x = swiftnn.ones(4, 2, requires_grad=True)
    y = (x @ weight).sum()
    weight[0, 0] = 5.0
    with pytest.raises(RuntimeError, match=r"MmBackward0: .*version 1; expected version 0"):
        y.backward()


def test_saved_output_overwritten():
    for function, name in ((swiftnn.exp, "Exp"), (swiftnn.sigmoid, "Sigmoid"), (swiftnn.tanh, "Tanh"), (swiftnn.sqrt, "Sqrt"), (swiftnn.relu, "Relu")):
        y = function(leaf(1.0, 2.0))
        y.mul_(2)
        with pytest.raises(RuntimeError, match=rf"{name}Backward0: .*at version 1; expected version 0"):
            y.sum().backward()


def test_overwritten_value_that_is_not_needed():
    x = leaf(1.0, 2.0)
    y = x + 1
    y.mul_(3)
    y.add_(x)
    y.sum().backward()
    assert x.grad.tolist() == [4.0, 4.0]


def test_in_place_on_a_leaf():
    x = leaf(1.0, 2.0)
    for write in (lambda: x.add_(1), lambda: x.zero_(), lambda: x.__setitem__(0, 1.0), lambda: x.copy_(swiftnn.ones(2)), lambda: x.normal_()):
        with pytest.raises(RuntimeError, match="a (view of a )?leaf Variable that requires grad is being used in an in-place operation"):
            write()
    with pytest.raises(RuntimeError, match="add_: a leaf"):
        x += 1
    assert x.tolist() == [1.0, 2.0] and x._version == 0


def test_in_place_on_a_view_under_autograd():
    x = leaf(1.0, 2.0)
    y = x * 2
    y[0].mul_(5)
    part = y[1:]
    y.mul_(3)
    (part * 2 + y.sum()).sum().backward()
    assert y.tolist() == [30.0, 12.0] and x.grad.tolist() == [30.0, 18.0]


def test_in_place_results_in_a_loop():
    """`while x.abs().sum() > 1: x /= 2`, as networks write it."""
    x = leaf(3.0, -5.0)
    y = x * 1
    halvings = 0
    while y.abs().sum() > 1:
        y /= 2
        halvings += 1
    y.sum().backward()
    assert halvings == 3 and x.grad.tolist() == [0.125, 0.125]


def test_replaced_data_of_another_shape():
    x = leaf(1.0, 2.0)
    y = (x * 2).sum()
    x.data = swiftnn.ones(3)
    with pytest.raises(RuntimeError, match=r"backward: a gradient of float32 \[2\] arrived at a leaf of float32 \[3\]"):
        y.backward()


def test_wrong_gradients_assigned():
    x = leaf(1.0, 2.0)
    for wrong in (swiftnn.ones(3), swiftnn.ones(2, dtype=swiftnn.float64)):
        with pytest.raises(RuntimeError):
            x.grad = wrong
    with pytest.raises(TypeError):
        x.grad = 1.0
    x.grad = swiftnn.ones(2)
    (x * 2).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_error_in_a_pass_leaves_the_library_usable():
    for _ in range(3):
        x = leaf(1.0, 2.0)
        y = x * 1
        z = (y * y).sum() + (x * 3).sum()
        with swiftnn.no_grad():
            y += 1
        with pytest.raises(RuntimeError):
            z.backward()
        assert swiftnn.is_grad_enabled()
    x = leaf(2.0)
    (x * x).backward()
    assert x.grad.item() == 4.0


# ---------------------------------------------------------------------------------------------------- size

MILLION = 1_000_000


def long_chain():
    x = leaf(1.0)
    y = x
    for _ in range(MILLION):
        y = y + 1.0
    y.backward()
    assert x.grad.item() == 1.0
    del y


def released_without_a_pass():
    x = leaf(1.0)
    y = x
    for _ in range(MILLION // 4):
        y = y * 1.0
    del y, x


def long_chain_in_place():
    x = leaf(1.0)
    y = x * 1.0
    scale = leaf(1.0)
    for _ in range(MILLION // 10):
        y *= scale
    y.backward()
    assert x.grad.item() == 1.0 and scale.grad.item() == MILLION // 10
    del y


def chain_of_views():
    x = swiftnn.ones(2, 3, requires_grad=True)
    y = x
    for _ in range(MILLION // 20):
        y = y.t()
    y.sum().backward()
    assert x.grad.tolist() == [[1.0] * 3] * 2


def recorded_pass():
    """A chain whose gradient is a chain as well."""
    x = swiftnn.ones((), dtype=swiftnn.float64, requires_grad=True)
    y = x
    for _ in range(MILLION // 20):
        y = y * x
    (first,) = autograd.grad(y, x, create_graph=True)
    first.backward()
    n = MILLION // 20 + 1
    assert first.item() == n and x.grad.item() == n * (n - 1)
    x.grad = None


def wide_graph():
    x = leaf(1.0)
    branches = [x * float(i % 7) for i in range(20_000)]
    swiftnn.stack(branches).sum().backward()
    assert x.grad.item() == sum(i % 7 for i in range(20_000))
    total = swiftnn.zeros(())
    for branch in [x * 1.0 for _ in range(20_000)]:
        total = total + branch
    x.grad = None
    total.backward()
    assert x.grad.item() == 20_000


LARGE = [long_chain, released_without_a_pass, long_chain_in_place, chain_of_views, recorded_pass, wide_graph]


@pytest.mark.parametrize("build", LARGE, ids=lambda f: f.__name__)
def test_large_graphs(build):
    before = live_bytes()
    build()
    assert live_bytes() == before


@pytest.mark.parametrize("build, kibibytes", [(f, 64) for f in LARGE] + [(f, 32) for f in LARGE[:2]],
                         ids=lambda p: getattr(p, "__name__", p))
def test_large_graphs_on_a_small_stack(build, kibibytes):
    """On the smallest stacks that a thread of Python can have."""
    failures = []

    def run():
        try:
            build()
        except BaseException as error:
            failures.append(error)

    before = live_bytes()
    stack = threading.stack_size(kibibytes * 1024)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    finally:
        threading.stack_size(stack)
    thread.join()
    assert not failures, failures
    assert live_bytes() == before


# ---------------------------------------------------------------------------------------------------- threads


def in_threads(count, work):
    failures = []

    def run(i):
        try:
            work(i)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def test_threads_with_graphs_of_their_own():
    def train(i):
        swiftnn_layer = swiftnn.nn.Linear(40, 40)
        for _ in range(20):
            x = swiftnn.full((50, 40), float(i))
            swiftnn_layer.zero_grad()
            (swiftnn_layer(x).tanh() * 2).sum().backward()
        assert swiftnn_layer.weight.grad.shape == (40, 40)
        x = leaf(float(i))
        y = x
        for _ in range(2000):
            y = y + x
        y.backward()
        assert x.grad.item() == 2001.0

    in_threads(6, train)


def test_threads_free_each_others_graphs():
    """A graph that one thread made and another lets go of."""
    made = []
    in_threads(4, lambda i: made.append(sum((leaf(1.0) * 2 for _ in range(500)), swiftnn.zeros(()))))

    def let_go(i):
        made[i].backward()
        made[i] = None

    in_threads(4, let_go)


def test_threads_backward_through_one_graph():
    """Passes over a graph that is kept do not disturb each other where they end at leaves of their own."""
    x = leaf(2.0)
    shared = x * x
    results = []

    def work(i):
        for _ in range(50):
            (gradient,) = autograd.grad(shared * float(i), x, retain_graph=True)
            results.append((i, gradient.item()))

    in_threads(4, work)
    assert len(results) == 200 and all(value == 4.0 * i for i, value in results)
