"""grad() and backward() for certain tensors only, modes, inference tensors, anomaly mode, hooks on saved values."""

import threading
import warnings

import pytest
from autograd_tools import in_thread, leaf, live_bytes, memory_is_given_back, nothing_old_to_collect  # noqa: F401

import swiftnn
from swiftnn import autograd

# ---------------------------------------------------------------------------------------------------- limited passes


def test_grad_runs_what_leads_to_the_inputs():
    x, w, seen = leaf(1.0, 2.0), leaf(3.0, 4.0), []
    y, z = x * 2, w * 3
    y.register_hook(lambda g: seen.append("y"))
    z.register_hook(lambda g: seen.append("z"))
    x.register_hook(lambda g: seen.append("x"))
    w.register_hook(lambda g: seen.append("w"))
    autograd.grad((y * z).sum(), y, retain_graph=True)
    assert seen == ["y"]
    autograd.grad((y * z).sum(), w)
    assert sorted(seen) == ["w", "y", "z"]


def test_grad_leaves_errors_of_other_parts_alone():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = w * 1
    z = (y * y).sum() + (x * x).sum()
    with swiftnn.no_grad():
        y.add_(1)
    (gradient,) = autograd.grad(z, x, retain_graph=True)
    assert gradient.tolist() == [2.0, 4.0]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        autograd.grad(z, w)


def test_grad_of_the_root_and_of_repeated_inputs():
    x = leaf(2.0)
    y = x * x
    assert [g.item() for g in autograd.grad(y, [y, x, y, x], retain_graph=True)] == [1.0, 4.0, 1.0, 4.0]
    assert autograd.grad(x, x)[0].item() == 1.0
    a, b = autograd.grad([y * 2, x * 3], [x, y], allow_unused=True, retain_graph=True)
    assert a.item() == 11.0 and b.item() == 2.0


def test_grad_options():
    x, unused = leaf(1.0, 2.0), leaf(5.0)
    y = (x * x).sum()
    found = autograd.grad(y, [x, unused], materialize_grads=True, retain_graph=True)
    assert found[1].item() == 0.0 and found[0].tolist() == [2.0, 4.0]
    with pytest.raises(ValueError, match="Expected allow_unused to be True or not passed when materialize_grads=True"):
        autograd.grad(y, [x, unused], materialize_grads=True, allow_unused=False, retain_graph=True)
    with pytest.raises(RuntimeError, match="does not require grad"):
        autograd.grad(y, swiftnn.ones(2), retain_graph=True)
    with pytest.raises(RuntimeError, match="does not require grad"):
        autograd.grad(y.detach(), x)
    assert x.grad is None


def test_batched_gradients_are_not_offered():
    x = leaf(1.0, 2.0)
    with pytest.raises(NotImplementedError, match="is_grads_batched is not offered"):
        autograd.grad(x * 2, x, swiftnn.ones(3, 2), is_grads_batched=True)


def test_backward_with_inputs():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * 2
    z = (y * w).sum()
    z.backward(inputs=[x], retain_graph=True)
    assert x.grad.tolist() == [6.0, 8.0] and w.grad is None
    z.backward(inputs=y, retain_graph=True)
    assert y.grad.tolist() == [3.0, 4.0] and w.grad is None and x.grad.tolist() == [6.0, 8.0]
    autograd.backward([z, z * 2], inputs=(w,), retain_graph=True)
    assert w.grad.tolist() == [6.0, 12.0]
    with pytest.raises(RuntimeError, match="cannot be empty"):
        autograd.grad(x.sum(), [])
    with pytest.raises(RuntimeError, match="cannot be empty"):
        z.backward(inputs=[])
    with pytest.raises(RuntimeError, match="does not require grad"):
        z.backward(inputs=[swiftnn.ones(2)])


def test_backward_of_several_in_one_pass():
    x, seen = leaf(2.0), []
    x.register_hook(lambda g: seen.append(g.item()))
    shared = x * x
    autograd.backward([shared * 2, shared * 3], [None, swiftnn.tensor(10.0)])
    assert seen == [128.0] and x.grad.item() == 128.0


# ---------------------------------------------------------------------------------------------------- modes


def test_modes_and_decorators():
    @swiftnn.no_grad()
    def without():
        return swiftnn.is_grad_enabled()

    @swiftnn.enable_grad()
    def within():
        return swiftnn.is_grad_enabled()

    @swiftnn.inference_mode()
    def inferring():
        return swiftnn.is_grad_enabled(), swiftnn.is_inference_mode_enabled()

    @swiftnn.inference_mode
    def plainly():
        return swiftnn.is_inference_mode_enabled()

    @swiftnn.set_grad_enabled(False)
    def off():
        return swiftnn.is_grad_enabled()

    assert not without() and within() and inferring() == (False, True) and plainly() and not off()
    assert swiftnn.is_grad_enabled() and not swiftnn.is_inference_mode_enabled()
    with swiftnn.no_grad():
        assert within() and not swiftnn.is_grad_enabled()


def test_inference_tensors():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with swiftnn.inference_mode():
        y = x * 2
        assert swiftnn.is_inference_mode_enabled() and not swiftnn.is_grad_enabled()
        assert y.is_inference() and swiftnn.is_inference(y) and not x.is_inference() and not y.requires_grad
        y.add_(1)
        assert not x.view(2).is_inference() and y.view(2).is_inference()
        with swiftnn.inference_mode(False):
            assert not swiftnn.is_inference_mode_enabled() and (x * 2).requires_grad and not (x * 2).is_inference()
        with swiftnn.enable_grad():
            assert not (x * 2).requires_grad
        assert swiftnn.ones(2, requires_grad=True).requires_grad
    assert not swiftnn.is_inference_mode_enabled() and swiftnn.is_grad_enabled() and not (x * 2).is_inference()
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside InferenceMode is not allowed"):
        y.add_(1)
    with pytest.raises(RuntimeError, match="Inference tensors do not track version counter"):
        y._version
    with pytest.raises(RuntimeError, match="Setting requires_grad=True on inference tensor outside InferenceMode is not allowed"):
        y.requires_grad_()
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        (y * w).sum().backward()
    (y + w).sum().backward()
    assert w.grad.tolist() == [1.0, 1.0]
    assert not y.clone().is_inference() and (y.clone() * w).requires_grad
    with swiftnn.inference_mode():
        y.mul_(2)
    assert y.tolist() == [6.0, 10.0]


def test_view_made_in_inference_mode():
    x, w = leaf(1.0, 2.0), leaf(3.0)
    y = x * 2
    with swiftnn.inference_mode():
        view = y[0]
    with pytest.raises(RuntimeError, match="A view was created in inference mode and is being modified inplace in normal mode"):
        view.mul_(w)


def test_modes_belong_to_threads():
    seen = []
    with swiftnn.inference_mode():
        in_thread(lambda: seen.append((swiftnn.is_inference_mode_enabled(), (leaf(1.0) * 2).requires_grad)))
    assert seen == [(False, True)]


# ---------------------------------------------------------------------------------------------------- anomalies


def test_anomaly_mode_names_the_operator():
    x = leaf(0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mode = autograd.detect_anomaly()
    with mode:
        y = x.sqrt() * 0
        with pytest.warns(UserWarning, match=r"Error detected in SqrtBackward0\. Traceback of forward call that caused the error:(.|\n)*y = x\.sqrt\(\) \* 0"):
            with pytest.raises(RuntimeError, match="Function 'SqrtBackward0' returned nan values in its 0th output"):
                y.backward()
    assert not swiftnn.is_anomaly_enabled()
    x.grad = None
    y = x.sqrt() * 0
    y.backward()
    assert x.grad.isnan().item()


def test_anomaly_mode_on_a_write():
    x = leaf(1.0, 2.0)
    with autograd.set_detect_anomaly(True, check_nan=False):
        assert swiftnn.is_anomaly_enabled() and not swiftnn.is_anomaly_check_nan_enabled()
        y = x * 1
        z = y.exp() * y
        with swiftnn.no_grad():
            y.add_(1)
        with pytest.warns(UserWarning, match=r"Error detected in MulBackward0(.|\n)*z = y\.exp\(\) \* y"):
            with pytest.raises(RuntimeError, match="modified by an inplace operation"):
                z.sum().backward()
    (leaf(0.0).sqrt() * 0).backward()


def test_anomaly_mode_without_a_forward_pass():
    y = leaf(0.0).sqrt() * 0
    with autograd.set_detect_anomaly(True):
        with pytest.warns(UserWarning, match="No forward pass information available"):
            with pytest.raises(RuntimeError, match="nan values"):
                y.backward()


def test_which_output_is_wrong():
    class Wrong(autograd.Function):
        @staticmethod
        def forward(ctx, a, b):
            return a + b

        @staticmethod
        def backward(ctx, g):
            return g, g * float("nan")

    with autograd.set_detect_anomaly(True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RuntimeError, match="Function 'WrongBackward' returned nan values in its 1th output"):
            Wrong.apply(leaf(1.0), leaf(2.0)).backward()


def test_anomaly_mode_on_threads():
    def work():
        for _ in range(20):
            x = swiftnn.ones(200, 200, requires_grad=True)
            (x @ x).relu().sum().backward()

    with autograd.set_detect_anomaly(True):
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()


def test_accumulation_calls_nothing_under_its_lock(monkeypatch):
    # In anomaly mode the sum of a recorded pass notes where it was made, in Python, where anything may happen.
    import traceback

    extract, noting, done = traceback.extract_stack, [], []

    def extract_stack():
        if not noting:
            noting.append(1)
            leaf(1.0).backward()
            noting.pop()
        return extract()

    def run():
        x = leaf(2.0)
        for _ in range(3):
            (x * x).backward(create_graph=True)
        done.append(x.grad.item())
        x.grad = None

    monkeypatch.setattr(traceback, "extract_stack", extract_stack)
    with autograd.set_detect_anomaly(True):
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(60)
    assert done == [12.0]


# ---------------------------------------------------------------------------------------------------- saved values


def test_hooks_on_saved_values():
    packed = []

    def pack(tensor):
        assert tensor.is_leaf and not swiftnn.is_grad_enabled()
        packed.append(tensor.tolist())
        return tensor.tolist()

    x = leaf(1.0, 2.0)
    with autograd.graph.saved_tensors_hooks(pack, swiftnn.tensor):
        y = x * x
    z = y * 2
    assert packed == [[1.0, 2.0], [1.0, 2.0]]
    z.sum().backward()
    assert x.grad.tolist() == [4.0, 8.0]
    with pytest.raises(RuntimeError, match="second time"):
        z.sum().backward()


def test_innermost_hooks_on_saved_values():
    seen = []
    x = leaf(1.0, 2.0)
    with autograd.graph.saved_tensors_hooks(lambda t: (seen.append("outer"), t)[1], lambda t: t):
        with autograd.graph.saved_tensors_hooks(lambda t: (seen.append("inner"), t)[1], lambda t: t):
            x.exp()
        x.exp()
    x.exp()
    assert seen == ["inner", "outer"]


def test_second_derivatives_through_hooks_on_saved_values():
    x = swiftnn.tensor([0.5, 2.0], dtype=swiftnn.float64, requires_grad=True)

    def function(x):
        with autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):
            return (x * x).exp() * x.sigmoid()

    assert autograd.gradcheck(function, x) and autograd.gradgradcheck(function, x)


def test_errors_of_hooks_on_saved_values():
    def refuse(_):
        raise KeyError("refused")

    x = leaf(1.0, 2.0)
    with autograd.graph.saved_tensors_hooks(lambda t: t, refuse):
        y = x.exp()
    with pytest.raises(KeyError, match="refused"):
        y.sum().backward()
    with autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: "text"):
        y = x.exp()
    with pytest.raises(TypeError, match="unpack_hook expected to be a Tensor"):
        y.sum().backward()
    x.exp().sum().backward()


def test_errors_of_packing_come_from_the_operator():
    seen = []

    def refuse(_):
        seen.append(1)
        raise KeyError("refused")

    class Twice(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * 2

    x, net = leaf(1.0, 2.0), swiftnn.nn.Sequential(swiftnn.nn.Linear(2, 2), swiftnn.nn.ReLU(), swiftnn.nn.Linear(2, 2))
    y = x * 1
    z = (x * x).sum()
    calls = (
        lambda: x * x, lambda: y.mul_(y), lambda: x.sort(), lambda: x.pow(3), lambda: net(x),
        lambda: Twice.apply(x), lambda: autograd.grad(z, x, swiftnn.tensor(2.0, requires_grad=True), create_graph=True),
    )  # fmt: skip
    for number, call in enumerate(calls):
        del seen[:]
        with autograd.graph.saved_tensors_hooks(refuse, lambda t: t):
            with pytest.raises(KeyError, match="refused"):
                call()
                pytest.fail(f"call {number}")
            assert seen == [1]
            x + x
        call() if number != 1 else None
    x.exp().sum().backward()


def test_what_goes_with_a_saved_value_may_use_the_graph():
    class Packed:
        def __init__(self, tensor):
            self.tensor = tensor

        def __del__(self):
            act()

    class Square(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, x * 1)
            return x * x

        @staticmethod
        def backward(ctx, gradient):
            return gradient * 2 * ctx.saved_tensors[0]

    functions = (
        lambda x: x * x, lambda x: x.exp(), Square.apply, lambda x: x.max(0)[0], lambda x: x.logsumexp(0), lambda x: x.norm(),
        lambda x: swiftnn.addcmul(x, x, x), lambda x: swiftnn.linalg.det(x[:, None] * x + swiftnn.eye(2)), lambda x: x.cumprod(0),
        lambda x: swiftnn.nn.functional.linear(x[None], x[None]), lambda x: swiftnn.where(x > 0, x * x, x),
        lambda x: x.softmax(0), lambda x: x.clamp(x * 0, x * 2), lambda x: x.sort()[0], lambda x: x.std(),
    )  # fmt: skip
    for function in functions:
        act, x, count = lambda: None, leaf(1.0, 2.0), 0
        with autograd.graph.saved_tensors_hooks(Packed, lambda packed: packed.tensor):
            y = function(x).sum()

        def act():
            nonlocal count
            count += 1
            if count < 4:
                with pytest.raises(RuntimeError, match="second time"):
                    for _ in range(3):
                        y.backward()

        y.backward()
        count = 9
        del y


def test_a_saved_value_is_unpacked_once_for_each_look():
    seen = []

    class Square(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, None)
            return x * x

        @staticmethod
        def backward(ctx, gradient):
            return gradient * 2 * ctx.saved_tensors[0]

    x = leaf(1.0, 2.0)
    with autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: (seen.append(1), t)[1]):
        y = Square.apply(x)
    y.sum().backward()
    assert seen == [1] and x.grad.tolist() == [2.0, 4.0]


def test_save_on_cpu():
    x = leaf(1.0, 2.0)
    with autograd.graph.save_on_cpu():
        y = x * 1
        z = y * y
    y.data.zero_()
    z.sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_only_inputs():
    """Programs for older versions name it."""
    x = swiftnn.tensor([2.0, 3.0], requires_grad=True)
    assert swiftnn.autograd.grad((x * x).sum(), x, only_inputs=True)[0].tolist() == [4.0, 6.0]
    with pytest.warns(FutureWarning, match="only_inputs"):
        assert swiftnn.autograd.grad((x * x).sum(), x, only_inputs=False)[0].tolist() == [4.0, 6.0]
