"""Hooks on tensors, leaves and nodes, kept gradients, and the nodes themselves."""

import gc
import threading
import weakref

import pytest
from autograd_tools import in_thread, leaf, live_bytes, memory_is_given_back, nothing_old_to_collect  # noqa: F401

import swiftnn

# ---------------------------------------------------------------------------------------------------- on tensors


def test_hook_sees_and_replaces():
    x, seen = leaf(1.0, 2.0), []
    y = x * 2
    y.register_hook(lambda g: seen.append(g.tolist()))
    handle = y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y * 3).sum().backward()
    assert seen == [[3.0, 3.0], [30.0, 30.0]] and x.grad.tolist() == [60.0, 60.0]
    handle.remove()
    handle.remove()
    x.grad = None
    y = x * 2
    y.register_hook(lambda g: g + 1).remove()
    with y.register_hook(lambda g: g * 100):
        y.sum().backward()
    assert x.grad.tolist() == [200.0, 200.0]


def test_hook_on_a_leaf_sees_the_sum():
    x, seen = leaf(1.0, 2.0), []
    x.register_hook(lambda g: seen.append(g.tolist()))
    x.register_hook(lambda g: g * 0.5)
    (x * 2 + x * x).sum().backward()
    assert seen == [[4.0, 6.0]] and x.grad.tolist() == [2.0, 3.0]
    (gradient,) = swiftnn.autograd.grad((x * 3).sum(), x)
    assert seen == [[4.0, 6.0], [3.0, 3.0]] and gradient.tolist() == [1.5, 1.5]
    x.backward(swiftnn.ones(2))
    assert x.grad.tolist() == [2.5, 3.5]


def test_hook_runs_before_the_gradient_is_kept():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert y.grad.tolist() == [10.0, 10.0] and x.grad.tolist() == [20.0, 20.0]


def test_hook_stays_with_the_value_before_a_write():
    x, seen = leaf(1.0, 2.0), []
    y = x * 2
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.mul_(5)
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.sum().backward()
    assert seen == [[1.0, 1.0], [5.0, 5.0]]


def test_hook_on_a_view():
    x, seen = leaf(1.0, 2.0), []
    y = x * 2
    view = y[1:]
    view.register_hook(lambda g: seen.append(g.tolist()))
    (view * 3).sum().backward()
    assert seen == [[3.0]]


def test_hook_takes_part_in_higher_derivatives():
    x = leaf(3.0)
    y = x * x
    y.register_hook(lambda g: g * x)
    (first,) = swiftnn.autograd.grad(y, x, create_graph=True)  # 2x * x
    assert first.item() == 18.0
    first.backward()
    assert x.grad.item() == 12.0


def test_hooks_on_results_of_one_operator():
    x, seen = leaf([[1.0, 5.0], [4.0, 2.0]]), []
    values, _ = x.max(0)
    values.register_hook(lambda g: seen.append(g.tolist()))
    values.sum().backward()
    assert seen == [[1.0, 1.0]]


def test_hooks_that_are_refused():
    with pytest.raises(RuntimeError, match="cannot register a hook on a tensor that doesn't require gradient"):
        swiftnn.ones(2).register_hook(lambda g: g)
    x = leaf(1.0, 2.0)
    for wrong, error, message in (
        (lambda g: swiftnn.ones(3), RuntimeError, "has changed the size of value"),
        (lambda g: g.double(), RuntimeError, "has changed the type of value"),
        (lambda g: "text", TypeError, "hook.* str"),
        (lambda g: 3, TypeError, "hook.* int"),
    ):
        y = x * 2
        y.register_hook(wrong)
        with pytest.raises(error, match=message):
            y.sum().backward()
    with pytest.raises(TypeError, match="callable"):
        x.register_hook(1)
    with pytest.raises(TypeError):
        x.register_hook()


class Refused(Exception):
    pass


def test_exceptions_of_hooks():
    """They surface as they are, and nothing is left behind."""

    def refuse(_):
        raise Refused("no")

    for register in (lambda x, y: y.register_hook(refuse), lambda x, y: x.register_hook(refuse),
                     lambda x, y: x.register_post_accumulate_grad_hook(refuse),
                     lambda x, y: y.grad_fn.register_prehook(refuse),
                     lambda x, y: y.grad_fn.register_hook(lambda i, o: refuse(i))):
        x = leaf(1.0, 2.0)
        y = x * x
        register(x, y)
        with pytest.raises(Refused, match="no"):
            (y * 2).sum().backward(retain_graph=True)
        with pytest.raises(Refused):
            (y * 2).sum().backward()
        assert swiftnn.is_grad_enabled()
    x = leaf(2.0)
    (x * x).backward()
    assert x.grad.item() == 4.0


def test_hooks_are_let_go_of_with_the_graph():
    class Token:
        pass

    import weakref

    token = Token()
    gone = weakref.ref(token)
    y = leaf(1.0, 2.0) * 2
    y.register_hook(lambda g, token=token: None)
    del token
    y.sum().backward()
    assert gone() is not None
    del y
    assert gone() is None
    x, token = leaf(1.0), Token()
    gone = weakref.ref(token)
    handle = x.register_hook(lambda g, token=token: None)
    del token
    assert gone() is not None
    handle.remove()
    assert gone() is None


def test_recording_within_hooks():
    modes = []
    x = leaf(1.0)
    y = x * 2
    y.register_hook(lambda g: modes.append((swiftnn.is_grad_enabled(), g.requires_grad)))
    y.backward(retain_graph=True)
    y.backward(create_graph=True)
    assert modes == [(False, False), (True, False)]
    x.grad = None


def test_gradient_may_be_kept_by_a_hook():
    kept = []
    x = leaf(1.0, 2.0)
    y = x * 2
    y.register_hook(kept.append)
    x.register_hook(kept.append)
    y.sum().backward()
    x.grad.zero_()
    assert [g.tolist() for g in kept] in ([[1.0, 1.0], [2.0, 2.0]], [[1.0, 1.0], [0.0, 0.0]])


# ---------------------------------------------------------------------------------------------------- accumulation


def test_a_leaf_and_its_hooks_in_a_cycle_are_collected():
    for register in (swiftnn.Tensor.register_hook, swiftnn.Tensor.register_post_accumulate_grad_hook):
        x = leaf(1.0, 2.0)
        register(x, lambda g: (x.grad, None)[1])
        x.sum().backward()
        gone = weakref.ref(x)
        handle = register(x, print)
        handle.remove()
        gc.collect()
        assert gone() is x
        del x
        gc.collect()
        assert gone() is None


def test_what_goes_with_a_hook_may_add_one():
    x = leaf(1.0, 2.0)
    y, added = x * 2, []

    class Last:
        def __init__(self, register):
            self.register = register

        def __call__(self, *_):
            pass

        def __del__(self):
            added.append(self.register(lambda *_: None))

    for register in (x.register_hook, y.register_hook, y.grad_fn.register_hook, y.grad_fn.register_prehook,
                     x.register_post_accumulate_grad_hook):  # fmt: skip
        register(Last(register)).remove()
    assert len(added) == 5
    y.sum().backward()


def test_hook_after_accumulation_returns_nothing():
    x = leaf(1.0, 2.0)
    x.register_post_accumulate_grad_hook(lambda p: p.grad)
    with pytest.raises(RuntimeError, match="hooks should return None"):
        x.sum().backward()


def test_hook_after_accumulation():
    x, seen = leaf(1.0, 2.0), []

    def step(p):
        assert p is x
        seen.append(p.grad.tolist())
        with swiftnn.no_grad():
            p -= 0.5 * p.grad
        p.grad = None

    handle = x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    assert seen == [[2.0, 4.0]] and x.tolist() == [0.0, 0.0] and x.grad is None
    swiftnn.autograd.grad((x * 2).sum(), x)
    assert len(seen) == 1
    handle.remove()
    (x * 2).sum().backward()
    assert len(seen) == 1 and x.grad.tolist() == [2.0, 2.0]
    with pytest.raises(RuntimeError, match="post accumulate grad hooks cannot be registered on non-leaf tensors"):
        (x * 2).register_post_accumulate_grad_hook(step)
    with pytest.raises(RuntimeError, match="cannot register a hook on a tensor that doesn't require gradient"):
        swiftnn.ones(2).register_post_accumulate_grad_hook(step)


def test_optimiser_in_the_backward_pass():
    layers = [swiftnn.nn.Linear(3, 3) for _ in range(3)]
    done = [0]
    for layer in layers:
        for parameter in layer.parameters():
            parameter.register_post_accumulate_grad_hook(
                lambda p: (done.__setitem__(0, done[0] + 1), setattr(p, "grad", None))[1]
            )
    x = swiftnn.ones(2, 3)
    for layer in layers:
        x = layer(x)
    x.sum().backward()
    assert done == [6] and all(p.grad is None for layer in layers for p in layer.parameters())


# ---------------------------------------------------------------------------------------------------- kept gradients


def test_retain_grad():
    x = leaf(1.0, 2.0)
    y = x * 2
    assert not y.retains_grad and not x.retains_grad
    y.retain_grad()
    y.retain_grad()
    x.retain_grad()
    assert y.retains_grad and not x.retains_grad
    (y * 3).sum().backward(retain_graph=True)
    (y * 3).sum().backward()
    assert y.grad.tolist() == [6.0, 6.0] and x.grad.tolist() == [12.0, 12.0]
    with pytest.raises(RuntimeError, match="can't retain_grad on Tensor that has requires_grad=False"):
        swiftnn.ones(2).retain_grad()


def test_gradient_of_a_tensor_that_is_no_leaf():
    y = leaf(1.0, 2.0) * 2
    with pytest.warns(UserWarning, match="The .grad attribute of a Tensor that is not a leaf Tensor is being accessed"):
        assert y.grad is None


# ---------------------------------------------------------------------------------------------------- nodes


def test_nodes():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * w
    z = y + 1
    node = z.grad_fn
    assert node.name() == "AddBackward0" and repr(node).startswith("<AddBackward0 object at ")
    (mul, number), nothing = node.next_functions
    assert mul.name() == "MulBackward0" and number == 0 and nothing == (None, 0) and mul == y.grad_fn
    assert hash(mul) == hash(y.grad_fn) and mul != node
    (first, _), (second, _) = mul.next_functions
    assert first.name().endswith("AccumulateGrad") and first.variable is x and second.variable is w
    assert first.next_functions == () and x.grad_fn is None and x.is_leaf and not z.is_leaf
    with pytest.raises(AttributeError):
        node.variable
    del z, y, x, w
    assert node.next_functions[0][0].next_functions[0][0].variable.tolist() == [1.0, 2.0]


def test_hooks_on_nodes():
    x, w, seen = leaf(1.0, 2.0), leaf(3.0, 4.0), []
    y = x * w
    before = y.grad_fn.register_prehook(lambda outs: (seen.append([g.tolist() for g in outs]), None)[1])
    y.grad_fn.register_prehook(lambda outs: (outs[0] * 10,))

    def after(ins, outs):
        seen.append([[g.tolist() for g in ins], [g.tolist() for g in outs]])
        return (ins[0] * 2, None)

    handle = y.grad_fn.register_hook(after)
    y.sum().backward()
    assert seen == [[[1.0, 1.0]], [[[30.0, 40.0], [10.0, 20.0]], [[10.0, 10.0]]]]
    assert x.grad.tolist() == [60.0, 80.0]
    before.remove()
    handle.remove()


def test_hooks_before_a_node_leave_the_gradient_of_its_output_alone():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.retain_grad()
    y.grad_fn.register_prehook(lambda outs: (outs[0] * 10,))
    (y * y).sum().backward(retain_graph=True)
    assert y.grad.tolist() == [4.0, 8.0] and x.grad.tolist() == [80.0, 160.0]
    found = swiftnn.autograd.grad((y * y).sum(), [y, x])
    assert [g.tolist() for g in found] == [[4.0, 8.0], [80.0, 160.0]]


def test_graph_of_nodes_may_outlive_its_tensors():
    def build():
        x = leaf(1.0)
        y = x
        for _ in range(100_000):
            y = y + 1.0
        return y.grad_fn

    node = build()
    depth = 0
    while node is not None and node.next_functions:
        node, depth = node.next_functions[0][0], depth + 1
    assert depth == 100_000


# ---------------------------------------------------------------------------------------------------- passes within passes


def test_hook_that_runs_a_pass():
    x = leaf(1.0, 2.0)
    inner = leaf(3.0)
    y = x * 2
    y.register_hook(lambda g: _recorded(lambda: inner * inner * g.sum()).backward())
    y.sum().backward()
    assert inner.grad.item() == 12.0 and x.grad.tolist() == [2.0, 2.0]


def test_hook_that_runs_a_pass_over_the_same_leaf():
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: swiftnn.autograd.grad(_recorded(lambda: x * x * x), x)[0])
    (gradient,) = swiftnn.autograd.grad(y, x)
    assert gradient.item() == 48.0


def _recorded(function):
    with swiftnn.enable_grad():
        return function()


def test_passes_nested_too_deep():
    depth = []

    def nested(n):
        x = leaf(1.0)
        y = _recorded(lambda: x * 2)
        y.register_hook(lambda g: (depth.append(n), nested(n + 1))[1])
        y.backward()

    with pytest.raises((RuntimeError, RecursionError)):
        nested(0)
    assert len(depth) > 20
    x = leaf(2.0)
    (x * x).backward()
    assert x.grad.item() == 4.0


def test_hooks_on_threads():
    """Passes on several threads, each with hooks of Python: the interpreter's lock is taken in turns, nothing hangs."""
    totals = [0] * 4

    def work(i):
        for _ in range(50):
            x = swiftnn.ones(64, 64, requires_grad=True)
            y = x @ x
            y.register_hook(lambda g: (totals.__setitem__(i, totals[i] + 1), g * 2)[1])
            x.register_hook(lambda g: g + 0)
            y.sum().backward()
            assert x.grad[0, 0].item() == 256.0

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert totals == [50] * 4


def test_one_leaf_with_hooks_on_threads():
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g * 2)

    def work():
        for _ in range(25):
            (x * 3).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert x.grad.tolist() == [600.0, 600.0]


def test_many_hooks_along_a_chain():
    def build():
        x, count = leaf(1.0), [0]
        y = x
        for _ in range(20_000):
            y = y * 1.0
            y.register_hook(lambda g: count.__setitem__(0, count[0] + 1))
        y.backward()
        assert count == [20_000] and x.grad.item() == 1.0

    before = live_bytes()
    in_thread(build, 256 * 1024)
    assert live_bytes() == before
