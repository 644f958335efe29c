"""Derivatives of functions, gradcheck, and checkpointing."""

import warnings

import pytest
from autograd_tools import leaf, live_bytes, memory_is_given_back, nothing_old_to_collect  # noqa: F401

import swiftnn
from swiftnn.autograd import Function, functional, gradcheck, gradgradcheck
from swiftnn.utils.checkpoint import CheckpointError, checkpoint, checkpoint_sequential, set_checkpoint_early_stop

F64 = swiftnn.float64


def double(*values):
    return swiftnn.tensor(list(values), dtype=F64)


def close(a, b):
    return swiftnn.allclose(a, swiftnn.tensor(b, dtype=a.dtype), rtol=1e-9)


# ---------------------------------------------------------------------------------------------------- products


def test_vjp():
    x, y = double(1.0, 2.0), double(3.0, 4.0)
    out, g = functional.vjp(lambda x: x * x, x, double(1.0, 10.0))
    assert close(out, [1.0, 4.0]) and close(g, [2.0, 40.0]) and not g.requires_grad and not out.requires_grad
    outs, gs = functional.vjp(lambda x, y: (x * y, x + y), (x, y), (double(1.0, 1.0), double(1.0, 1.0)))
    assert isinstance(outs, tuple) and close(gs[0], [4.0, 5.0]) and close(gs[1], [2.0, 3.0])
    out, g = functional.vjp(lambda x: x.sum(), x)
    assert out.item() == 3.0 and close(g, [1.0, 1.0])
    out, gs = functional.vjp(lambda x, y: x * 2, (x, y), double(1.0, 1.0))
    assert close(gs[1], [0.0, 0.0])
    with pytest.raises(RuntimeError, match="can only be None if the user-provided function returns a single Tensor"):
        functional.vjp(lambda x: x * x, x)
    with pytest.raises(RuntimeError, match="v has invalid size"):
        functional.vjp(lambda x: x * x, x, double(1.0))
    with pytest.raises(TypeError, match="The inputs given to vjp must be either a Tensor or a tuple of Tensors"):
        functional.vjp(lambda x: x * x, [x])
    with pytest.raises(TypeError, match="outputs of the user-provided function given to vjp"):
        functional.vjp(lambda x: 3.0, x)


def test_jvp():
    x, y = double(1.0, 2.0), double(3.0, 4.0)
    out, g = functional.jvp(lambda x: x * x, x, double(1.0, 10.0))
    assert close(out, [1.0, 4.0]) and close(g, [2.0, 40.0])
    out, g = functional.jvp(lambda x, y: x * y, (x, y), (double(1.0, 0.0), double(0.0, 1.0)))
    assert close(g, [3.0, 2.0])
    assert close(functional.jvp(lambda x: x * 3, double(2.0))[1], [3.0])
    with pytest.raises(RuntimeError, match="can only be None if the input to the user-provided function is a single Tensor"):
        functional.jvp(lambda x: x * x, x)


def test_hessian_products():
    x, y = double(1.0, 2.0), double(3.0, 4.0)
    for product in (functional.hvp, functional.vhp):
        out, g = product(lambda x: (x * x * x).sum(), x, double(1.0, 10.0))
        assert out.item() == 9.0 and close(g, [6.0, 120.0])
        out, gs = product(lambda x, y: (x * x * y).sum(), (x, y), (double(1.0, 1.0), double(0.0, 0.0)))
        assert close(gs[0], [6.0, 8.0]) and close(gs[1], [2.0, 4.0])
        with pytest.raises(RuntimeError, match="should contain a single element"):
            product(lambda x: x * x, x, double(1.0, 1.0))


# ---------------------------------------------------------------------------------------------------- matrices


def test_jacobian():
    x, y = double(1.0, 2.0), double(3.0, 4.0)
    assert close(functional.jacobian(lambda x: x * x, x), [[2.0, 0.0], [0.0, 4.0]])
    by_x, by_y = functional.jacobian(lambda x, y: x.sum() * y, (x, y))
    assert close(by_x, [[3.0, 3.0], [4.0, 4.0]]) and close(by_y, [[3.0, 0.0], [0.0, 3.0]])
    rows = functional.jacobian(lambda x, y: (x * 2, y.sum()), (x, y))
    assert close(rows[0][0], [[2.0, 0.0], [0.0, 2.0]]) and close(rows[0][1], [[0.0, 0.0]] * 2) and close(rows[1][1], [1.0, 1.0])
    m = swiftnn.arange(6.0, dtype=F64).view(2, 3)
    assert functional.jacobian(lambda m: m @ m.t(), m).shape == (2, 2, 2, 3)
    assert functional.jacobian(lambda x: x.sum(), x).shape == (2,)
    assert functional.jacobian(lambda x: x[:0], x).shape == (0, 2)


def test_hessian():
    x, y = double(1.0, 2.0), double(3.0, 4.0)
    assert close(functional.hessian(lambda x: (x**3).sum(), x), [[6.0, 0.0], [0.0, 12.0]])
    (xx, xy), (yx, yy) = functional.hessian(lambda x, y: (x * x * y).sum(), (x, y))
    assert close(xx, [[6.0, 0.0], [0.0, 8.0]]) and close(xy, [[2.0, 0.0], [0.0, 4.0]])
    assert close(yx, [[2.0, 0.0], [0.0, 4.0]]) and close(yy, [[0.0, 0.0], [0.0, 0.0]])
    with pytest.raises(RuntimeError, match="should contain a single element"):
        functional.hessian(lambda x: x * x, x)


def test_create_graph():
    x = double(1.0, 2.0).requires_grad_()
    jacobian = functional.jacobian(lambda x: x**3, x, create_graph=True)
    assert jacobian.requires_grad
    (g,) = swiftnn.autograd.grad(jacobian.sum(), x)
    assert close(g, [6.0, 12.0])
    hessian = functional.hessian(lambda x: (x**3).sum(), x, create_graph=True)
    (g,) = swiftnn.autograd.grad(hessian.sum(), x)
    assert close(g, [6.0, 6.0])
    _, product = functional.vjp(lambda x: x**3, x, double(1.0, 1.0), create_graph=True)
    (g,) = swiftnn.autograd.grad(product.sum(), x)
    assert close(g, [6.0, 12.0])
    _, product = functional.hvp(lambda x: (x**3).sum(), x, double(1.0, 1.0), create_graph=True)
    (g,) = swiftnn.autograd.grad(product.sum(), x)
    assert close(g, [6.0, 6.0])
    assert not functional.jacobian(lambda x: x**3, x).requires_grad


def test_strict():
    x, y = double(1.0, 2.0), double(3.0, 4.0)
    for call in (lambda: functional.jacobian(lambda x, y: x * 2, (x, y), strict=True),
                 lambda: functional.vjp(lambda x, y: x * 2, (x, y), double(1.0, 1.0), strict=True)):
        with pytest.raises(RuntimeError, match="utput.* of the user-provided function is independent of input 1"):
            call()
    for call in (lambda: functional.jacobian(lambda x: y * 2, x, strict=True),
                 lambda: functional.vjp(lambda x: y * 2, x, double(1.0, 1.0), strict=True)):
        with pytest.raises(RuntimeError, match="does not require gradients"):
            call()
    with pytest.raises(RuntimeError, match="is independent of the input"):
        functional.hessian(lambda x: (x * 2).sum(), x, strict=True)


def test_other_ways_are_not_offered():
    for options in ({"vectorize": True}, {"strategy": "forward-mode"}):
        with pytest.raises(NotImplementedError, match="not offered"):
            functional.jacobian(lambda x: x, double(1.0), **options)


# ---------------------------------------------------------------------------------------------------- gradcheck


class WrongGradient(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x * 2.01


def test_gradcheck():
    x, y = double(0.5, -1.5).requires_grad_(), double(1.0, 2.0).requires_grad_()
    assert gradcheck(lambda x, y: (x * y, x.exp()), (x, y)) and gradgradcheck(lambda x, y: (x * y, x.exp()), (x, y))
    assert gradcheck(lambda x, n: x * n, (x, 3)) and gradcheck(lambda x: x * y.detach(), x, fast_mode=True)
    with pytest.raises(RuntimeError, match=r"Jacobian mismatch for output 0 with respect to input 0(.|\n)*numerical:(.|\n)*analytical:"):
        gradcheck(WrongGradient.apply, x)
    assert not gradcheck(WrongGradient.apply, x, raise_exception=False)
    assert not gradcheck(WrongGradient.apply, x, raise_exception=False, fast_mode=True)
    assert gradcheck(WrongGradient.apply, x, rtol=0.1)
    with pytest.raises(ValueError, match="gradcheck expects at least one input tensor to require gradient"):
        gradcheck(lambda x: x, x.detach())
    with pytest.warns(UserWarning, match="not a double precision floating point"):
        gradcheck(lambda x: x * 2, leaf(1.0, 2.0), atol=1e-1, rtol=1e-1, eps=1e-2)
    with pytest.raises(RuntimeError, match="stride 0"):
        gradcheck(lambda x: x * 2, double(1.0).expand(3).requires_grad_())
    assert x.tolist() == [0.5, -1.5]


def test_gradcheck_of_what_is_not_the_same_twice():
    class Moody(Function):
        factor = 1.0

        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            Moody.factor += 1e-4
            return g * 2 * Moody.factor

    x = double(0.5).requires_grad_()
    with pytest.raises(RuntimeError, match="Backward is not reentrant"):
        gradcheck(Moody.apply, x, rtol=0.1)
    assert gradcheck(Moody.apply, x, rtol=0.1, nondet_tol=0.1)


# ---------------------------------------------------------------------------------------------------- checkpoint


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoint(reentrant):
    calls = [0]
    w = leaf(3.0)

    def function(x, power):
        calls[0] += 1
        y = (x**power).exp() * w
        return swiftnn.nn.functional.dropout(y, 0.5), y * 2

    expected = []
    for checkpointed in (False, True):
        x = leaf(0.5, 1.0, -0.5, 0.25)
        w.grad = None
        swiftnn.manual_seed(3)
        if checkpointed:
            calls[0] = 0
            outs = checkpoint(function, x, 2, use_reentrant=reentrant)
        else:
            outs = function(x, 2)
        state = swiftnn.get_rng_state()
        (outs[0].sum() + outs[1].sum()).backward()
        assert swiftnn.equal(state, swiftnn.get_rng_state())
        expected.append((outs[0].tolist(), x.grad.tolist(), w.grad.item()))
    assert expected[0] == expected[1] and calls == [2]


def test_checkpoint_keeps_less():
    def function(x):
        for _ in range(10):
            x = x.exp().sigmoid()
        return x

    sizes = []
    for run in (function, lambda x: checkpoint(function, x, use_reentrant=False), lambda x: checkpoint(function, x, use_reentrant=True)):
        x = swiftnn.ones(1000, requires_grad=True)
        before = live_bytes()
        y = run(x)
        sizes.append(live_bytes() - before)
        y.sum().backward()
        del y, x
    assert sizes[1] == sizes[2] < sizes[0] / 5 or sizes == [0, 0, 0]


def test_checkpoint_without_reentry():
    x, w = leaf(0.5, 1.0), leaf(2.0, 3.0)

    def function(things, *, scale):
        return {"out": (things["x"] * w).exp() * scale}

    out = checkpoint(function, {"x": x}, scale=2.0, use_reentrant=False)["out"]
    plain = function({"x": x}, scale=2.0)["out"]
    for a, b in zip(swiftnn.autograd.grad(out.sum(), [x, w], create_graph=True),
                    swiftnn.autograd.grad(plain.sum(), [x, w], create_graph=True)):
        assert a.tolist() == b.tolist()
        assert swiftnn.autograd.grad(a.sum(), x, retain_graph=True)[0].tolist() == swiftnn.autograd.grad(b.sum(), x, retain_graph=True)[0].tolist()
    out = checkpoint(lambda x: checkpoint(lambda y: y.exp(), x * 2, use_reentrant=False).sigmoid(), x, use_reentrant=False)
    (g,) = swiftnn.autograd.grad(out.sum(), x)
    assert swiftnn.allclose(g, swiftnn.autograd.grad((x * 2).exp().sigmoid().sum(), x)[0])
    with swiftnn.no_grad():
        assert not checkpoint(lambda x: x.exp(), x, use_reentrant=False).requires_grad


def test_checkpoint_misused():
    x = leaf(0.5, 1.0)
    with pytest.raises(RuntimeError, match="incompatible with .grad\\(\\) or passing an `inputs` parameter to .backward\\(\\)"):
        swiftnn.autograd.grad(checkpoint(lambda x: x.exp(), x, use_reentrant=True).sum(), x)
    with pytest.raises(ValueError, match="Unexpected keyword arguments: scale"):
        checkpoint(lambda x, scale: x, x, scale=1, use_reentrant=True)
    with pytest.warns(UserWarning, match="use_reentrant"):
        checkpoint(lambda x: x.exp(), x)
    with pytest.warns(UserWarning, match="None of the inputs have requires_grad=True"):
        checkpoint(lambda x: x.exp(), x.detach(), use_reentrant=True)
    times = [0]

    def changes(x):
        times[0] += 1
        y = x.exp()
        return y.sigmoid() if times[0] == 1 else y

    with pytest.raises(RuntimeError, match="A different number of tensors was saved during the original forward and recomputation"):
        checkpoint(changes, x, use_reentrant=False).sum().backward()
    with pytest.raises(KeyError):
        checkpoint(lambda x: {}["no"], x, use_reentrant=False)


def test_checkpoint_of_modules():
    net = swiftnn.nn.Sequential(
        swiftnn.nn.Linear(4, 8), swiftnn.nn.ReLU(), swiftnn.nn.Linear(8, 8), swiftnn.nn.ReLU(), swiftnn.nn.Linear(8, 2)
    )
    x = swiftnn.ones(3, 4, requires_grad=True)
    net(x).sum().backward()
    expected = [p.grad.tolist() for p in net.parameters()]
    for run in (lambda: checkpoint(net, x, use_reentrant=False), lambda: checkpoint(net, x, use_reentrant=True),
                lambda: checkpoint_sequential(net, 2, x, use_reentrant=False),
                lambda: checkpoint_sequential(net, 3, x, use_reentrant=True)):
        net.zero_grad()
        run().sum().backward()
        assert [p.grad.tolist() for p in net.parameters()] == expected


def test_checkpoint_stops_early():
    x, steps = leaf(0.5, 1.0), []
    expected = swiftnn.autograd.grad((x.exp() * x.exp()).sum(), x)[0].tolist()

    def function(x):
        steps.append("exp")
        y = x.exp()
        steps.append("mul")
        z = y * y
        steps.append("end")
        return z + 1

    first, part, whole = ["exp", "mul", "end"], ["exp", "mul"], ["exp", "mul", "end"]
    for switch, options, again in ((None, {}, part), (None, {"early_stop": False}, whole), (False, {}, whole),
                                   (True, {"early_stop": False}, part)):  # fmt: skip
        del steps[:]
        if switch is None:
            y = checkpoint(function, x, use_reentrant=False, **options)
        else:
            with set_checkpoint_early_stop(switch):
                y = checkpoint(function, x, use_reentrant=False, **options)
        assert swiftnn.autograd.grad(y.sum(), x, retain_graph=True)[0].tolist() == expected and steps == first + again
        # What was used is not kept, for another pass neither.
        assert swiftnn.autograd.grad(y.sum(), x)[0].tolist() == expected and steps == first + again + again

    # Nothing of what is computed after the last value that is needed, also where it would save something else.
    times = [0]

    def longer(x):
        times[0] += 1
        return x.exp() if times[0] == 1 else x.exp().sigmoid()

    checkpoint(longer, x, use_reentrant=False).sum().backward()
    assert times == [2]
    times[0] = 0
    with pytest.raises(CheckpointError, match="trying to save more tensors during recomputation"):
        checkpoint(longer, x, use_reentrant=False, early_stop=False).sum().backward()

    blocks = []

    class Block(swiftnn.nn.Module):
        def forward(self, x):
            blocks.append(1)
            return x + 1

    checkpoint(swiftnn.nn.Sequential(swiftnn.nn.Linear(2, 2), swiftnn.nn.Sigmoid(), Block()), x, use_reentrant=False).sum().backward()
    assert blocks == [1]


def test_checkpoint_refuses_changed_inputs():
    x = leaf(0.5, 1.0)
    y = x * 1
    z = checkpoint(lambda y: y.exp(), y, use_reentrant=False)
    with swiftnn.no_grad():
        y.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_import_stays_light():
    import subprocess
    import sys

    code = "import swiftnn, sys; print('swiftnn.autograd.functional' in sys.modules, 'swiftnn.utils.checkpoint' in sys.modules)"
    with warnings.catch_warnings():
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split() == ["False", "False"]
