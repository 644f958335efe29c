"""Functions whose gradient is written in Python."""

import gc
import weakref

import pytest
from autograd_tools import in_thread, leaf, live_bytes, memory_is_given_back, nothing_old_to_collect  # noqa: F401

import swiftnn
from swiftnn.autograd import Function, gradcheck, gradgradcheck
from swiftnn.autograd.function import once_differentiable


class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        result = x.exp()
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, g):
        (result,) = ctx.saved_tensors
        return g * result


def test_backward_under_its_other_name():
    class Triple(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 3

        @staticmethod
        def vjp(ctx, g):
            return g * 3

    class Both(Triple):
        @staticmethod
        def backward(ctx, g):
            return g

    x = leaf(1.0, 2.0)
    Triple.apply(x).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]
    with pytest.raises(RuntimeError, match="both 'backward' and 'vjp'"):
        Both.apply(x).sum().backward()


def test_a_context_that_holds_the_result_is_collected():
    class Keeps(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x, ctx.y = x, x * 2
            return ctx.y

        @staticmethod
        def backward(ctx, g):
            assert gc.collect() >= 0 and ctx.y.grad_fn is not None
            return g * 2

    for passes in (0, 1):
        x = leaf(1.0, 2.0)
        y = Keeps.apply(x)
        gone = weakref.ref(y)
        z = y * y
        gc.collect()
        for _ in range(passes):
            z.sum().backward()
        del y
        gc.collect()
        assert gone() is not None
        del z
        gc.collect()
        assert gone() is None


class Product(Function):
    """With an argument that is no tensor, and gradients only where they are asked for."""

    @staticmethod
    def forward(ctx, a, b, factor=1.0):
        ctx.save_for_backward(a, b)
        ctx.factor = factor
        return a * b * factor

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        ga = g * b * ctx.factor if ctx.needs_input_grad[0] else None
        gb = g * a * ctx.factor if ctx.needs_input_grad[1] else None
        return ga, gb, None


class SumAndDifference(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a + b, a - b

    @staticmethod
    def backward(ctx, gs, gd):
        return gs + gd, gs - gd


def double(*values):
    return swiftnn.tensor(list(values), dtype=swiftnn.float64, requires_grad=True)


def test_value_and_gradient():
    x = double(0.5, -1.0)
    y = Exp.apply(x)
    assert y.grad_fn.name() == "ExpBackward" and y.requires_grad and "grad_fn=<ExpBackward>" in repr(y)
    y.sum().backward()
    assert x.grad.tolist() == y.tolist()
    assert gradcheck(Exp.apply, x) and gradgradcheck(Exp.apply, x)
    a, b = double(1.0, 2.0), double(3.0, -4.0)
    assert gradcheck(lambda a, b: Product.apply(a, b, 2.5), (a, b))
    assert gradgradcheck(lambda a, b: Product.apply(a, b, 2.5), (a, b))
    assert gradcheck(SumAndDifference.apply, (a, b)) and gradgradcheck(SumAndDifference.apply, (a, b))


def test_needed_gradients():
    needed = []

    class Watch(Function):
        @staticmethod
        def forward(ctx, a, b, c):
            needed.append(ctx.needs_input_grad)
            return a * b

        @staticmethod
        def backward(ctx, g):
            needed.append(ctx.needs_input_grad)
            return g, g, None

    a, b = leaf(1.0), leaf(2.0)
    Watch.apply(a, swiftnn.tensor(2.0), 5).backward()
    assert needed == [(True, False, False)] * 2
    y = Watch.apply(a, b, 5)
    swiftnn.autograd.grad(y, b)
    assert needed[2:] == [(True, True, False), (False, True, False)]


def test_not_recorded():
    x = leaf(1.0, 2.0)
    with swiftnn.no_grad():
        assert not Exp.apply(x).requires_grad
    assert not Exp.apply(x.detach()).requires_grad

    class Watch(Function):
        @staticmethod
        def forward(ctx, x):
            assert not swiftnn.is_grad_enabled()
            y = x * 2
            assert not y.requires_grad
            return y

        @staticmethod
        def backward(ctx, g):
            assert not swiftnn.is_grad_enabled()
            return g * 2

    Watch.apply(x).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_setup_context():
    class Cube(Function):
        @staticmethod
        def forward(x, power=3):
            return x**power

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, power = inputs
            ctx.save_for_backward(x, output)
            ctx.power = power

        @staticmethod
        def backward(ctx, g):
            x, output = ctx.saved_tensors
            return g * ctx.power * output / x, None

    x = double(0.5, -1.5)
    assert gradcheck(lambda x: Cube.apply(x, 3), x) and gradgradcheck(lambda x: Cube.apply(x, 3), x)


def test_results_that_are_not_used():
    seen = []

    class Two(Function):
        @staticmethod
        def forward(ctx, x, materialize):
            ctx.set_materialize_grads(materialize)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, first, second):
            seen.append((None if first is None else first.tolist(), None if second is None else second.tolist()))
            return sum(g * k for g, k in ((first, 2), (second, 3)) if g is not None), None

    for materialize, expected in ((True, ([1.0, 1.0], [0.0, 0.0])), (False, ([1.0, 1.0], None))):
        x = leaf(1.0, 2.0)
        Two.apply(x, materialize)[0].sum().backward()
        assert seen.pop() == expected and x.grad.tolist() == [2.0, 2.0]


def test_results_without_gradient():
    class Order(Function):
        @staticmethod
        def forward(ctx, x):
            result, mask = x * 2, x > 1
            rounded = x * 1
            ctx.mark_non_differentiable(rounded)
            return result, mask, rounded, None, "text"

        @staticmethod
        def backward(ctx, g, mask_g, rounded_g, nothing, text):
            assert nothing is None and text is None
            return g * 2

    x = leaf(1.0, 2.0)
    result, mask, rounded, nothing, text = Order.apply(x)
    assert result.requires_grad and not mask.requires_grad and not rounded.requires_grad
    assert nothing is None and text == "text" and mask.tolist() == [False, True]
    result.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_no_gradient_at_all():
    class Stop(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            return None

    x, w = leaf(1.0), leaf(2.0)
    (Stop.apply(x) * w).backward()
    assert x.grad is None and w.grad.item() == 1.0


# ---------------------------------------------------------------------------------------------------- writing


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 2


def test_function_that_writes():
    x = leaf(1.0, 2.0)
    y = x * 1
    z = Double.apply(y)
    assert z is y and y.grad_fn.name() == "DoubleBackward" and y.tolist() == [2.0, 4.0] and y._version == 2
    (y * y).sum().backward()
    assert x.grad.tolist() == [8.0, 16.0]
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad has been used in an in-place operation"):
        with swiftnn.enable_grad():
            Double.apply(leaf(1.0))


def test_function_that_writes_to_a_view():
    x = leaf(1.0, 2.0, 3.0)
    y = x * 1
    Double.apply(y[1:])
    assert y.tolist() == [1.0, 4.0, 6.0]
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 2.0, 2.0]

    class Both(Function):
        @staticmethod
        def forward(ctx, x):
            x.mul_(2)
            ctx.mark_dirty(x)
            return x, x * 3

        @staticmethod
        def backward(ctx, a, b):
            return a * 2 + b * 6

    y = x * 1
    with pytest.raises(RuntimeError, match="your Function cannot return more than one Tensor"):
        Both.apply(y[0])
    y = x * 1
    changed, other = Both.apply(y)
    assert changed is y
    x.grad = None
    (changed + other).sum().backward()
    assert x.grad.tolist() == [8.0, 8.0, 8.0]


def test_written_and_not_returned():
    class Forgets(Function):
        @staticmethod
        def forward(ctx, x):
            x.mul_(2)
            ctx.mark_dirty(x)
            return x * 1

        @staticmethod
        def backward(ctx, g):
            return g

    with pytest.raises(RuntimeError, match="Some elements marked as dirty during the forward method were not returned as output"):
        Forgets.apply(leaf(1.0) * 1)


def test_input_returned_as_it_is():
    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 10

    x = leaf(1.0, 2.0)
    y = Same.apply(x)
    assert y is not x and y.data_ptr() == x.data_ptr() and x.is_leaf
    (y * 2).sum().backward()
    assert x.grad.tolist() == [20.0, 20.0]
    with pytest.raises(RuntimeError, match="This view was created inside a custom Function|view of a leaf"):
        Same.apply(x * 1 if False else (x * 1)).mul_(2)


def test_view_made_by_a_function():
    class Part(Function):
        @staticmethod
        def forward(ctx, x):
            return x[1:]

        @staticmethod
        def backward(ctx, g):
            return swiftnn.cat([swiftnn.zeros(1), g])

    x = leaf(1.0, 2.0, 3.0)
    y = x * 2
    part = Part.apply(y)
    part.sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 2.0]
    y = x * 2
    part = Part.apply(y)
    with pytest.raises(RuntimeError, match="This view was created inside a custom Function"):
        part.mul_(2)


# ---------------------------------------------------------------------------------------------------- saved


def test_saved_tensors_know_of_writes():
    x = leaf(1.0, 2.0)
    y = Exp.apply(x)
    y.mul_(2)
    with pytest.raises(RuntimeError, match="has been modified by an inplace operation"):
        y.sum().backward()
    a = x * 1
    z = Product.apply(a, x)
    a.add_(1)
    with pytest.raises(RuntimeError, match=r"modified by an inplace operation: \[.*is at version 1; expected version 0"):
        z.sum().backward()


def test_saved_tensors_are_freed_with_the_pass():
    x = leaf(1.0, 2.0)
    y = Exp.apply(x)
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        y.sum().backward()
    sums = SumAndDifference.apply(x, x)[0]
    sums.sum().backward()
    sums.sum().backward()  # nothing was saved


def test_what_can_be_saved():
    class Saves(Function):
        @staticmethod
        def forward(ctx, x, what):
            ctx.save_for_backward(x, what)
            return x * 2

        @staticmethod
        def backward(ctx, g):
            x, what = ctx.saved_tensors
            assert what is None
            return g * 2, None

    x = leaf(1.0)
    Saves.apply(x, None).backward()
    with pytest.raises(TypeError, match="save_for_backward can only save variables, but argument 1 is of type int"):
        Saves.apply(x, 3)


def test_saved_values_in_second_derivatives():
    """Inputs and outputs come back with their history, what was in between without."""

    class Square(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, x * 2)
            return x * x

        @staticmethod
        def backward(ctx, g):
            x, twice = ctx.saved_tensors
            assert x.requires_grad and not twice.requires_grad
            return g * x * 2

    x = leaf(3.0)
    (first,) = swiftnn.autograd.grad(Square.apply(x), x, create_graph=True)
    first.backward()
    assert first.item() == 6.0 and x.grad.item() == 2.0


# ---------------------------------------------------------------------------------------------------- wrong results


@pytest.mark.parametrize("answer, error, message", [
    (lambda g: (g, g), RuntimeError, r"function WrongBackward returned an incorrect number of gradients \(expected 1, got 2\)"),
    (lambda g: (), RuntimeError, r"incorrect number of gradients \(expected 1, got 0\)"),
    (lambda g: swiftnn.ones(3), RuntimeError, r"Function WrongBackward returned an invalid gradient at index 0 - got \[3\] but expected shape compatible with \[2\]"),
    (lambda g: "text", RuntimeError, r"\(got str\)"),
    (lambda g: 1.0, RuntimeError, r"\(got float\)"),
])
def test_wrong_gradients(answer, error, message):
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return answer(g)

    x = leaf(1.0, 2.0)
    with pytest.raises(error, match=message):
        Wrong.apply(x).sum().backward()


def test_gradients_that_are_made_to_fit():
    class Loose(Function):
        @staticmethod
        def forward(ctx, x, text):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return swiftnn.ones(4, 2, dtype=swiftnn.float64), None, None, None

    x = leaf(1.0, 2.0)
    Loose.apply(x, "text").sum().backward()
    assert x.grad.tolist() == [4.0, 4.0] and x.grad.dtype == swiftnn.float32


def test_gradient_for_what_is_no_tensor():
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x, text):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g, g

    with pytest.raises(RuntimeError, match="returned a gradient different than None at position 2, but the corresponding forward input was not a Variable"):
        Wrong.apply(leaf(1.0), "text").backward()


def test_misuse_of_the_class():
    with pytest.warns(DeprecationWarning, match="should not be instantiated"):
        instance = Exp()
    with pytest.raises(RuntimeError, match="static forward method"):
        instance(leaf(1.0))
    with pytest.raises(NotImplementedError, match="must implement the forward function"):
        Function.apply(leaf(1.0))

    class Forward(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    with pytest.raises(NotImplementedError, match="must implement either the backward or vjp method"):
        Forward.apply(leaf(1.0)).backward()


# ---------------------------------------------------------------------------------------------------- errors and memory


class Refused(Exception):
    pass


def test_exceptions():
    class Fails(Function):
        @staticmethod
        def forward(ctx, x, where):
            if where == "forward":
                raise Refused(where)
            ctx.save_for_backward(x)
            return x * 2

        @staticmethod
        def backward(ctx, g):
            raise Refused("backward")

    for _ in range(3):
        x = leaf(1.0, 2.0)
        with pytest.raises(Refused, match="forward"):
            Fails.apply(x, "forward")
        assert swiftnn.is_grad_enabled()
        with pytest.raises(Refused, match="backward"):
            (Fails.apply(x, "") + x * x).sum().backward()
        assert swiftnn.is_grad_enabled()


def test_context_lives_as_long_as_the_graph():
    contexts = []

    class Watch(Function):
        @staticmethod
        def forward(ctx, x):
            contexts.append(weakref.ref(ctx))
            ctx.note = {"of": "any type"}
            return x * 2

        @staticmethod
        def backward(ctx, g):
            assert ctx.note == {"of": "any type"}
            return g * 2

    x = leaf(1.0)
    y = Watch.apply(x)
    y.backward()
    assert contexts[0]() is not None
    del y
    gc.collect()
    assert contexts[0]() is None
    Watch.apply(x.detach())
    gc.collect()
    assert contexts[1]() is None


def test_once_differentiable():
    class Once(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @once_differentiable
        def backward(ctx, g):
            assert not swiftnn.is_grad_enabled()
            (x,) = ctx.saved_tensors
            return g * 2 * x

    x = leaf(3.0)
    Once.apply(x).backward()
    assert x.grad.item() == 6.0
    w = leaf(2.0)
    (first,) = swiftnn.autograd.grad(Once.apply(x) * w, x, create_graph=True)
    assert first.item() == 12.0
    with pytest.raises(RuntimeError, match="trying to differentiate twice a function that was marked with @once_differentiable"):
        first.backward()


def test_functions_inside_of_functions():
    class Outer(Function):
        @staticmethod
        def forward(ctx, x):
            with swiftnn.enable_grad():
                inner = x.detach().requires_grad_()
                y = Exp.apply(inner)
            ctx.inner, ctx.y = inner, y
            return y.detach()

        @staticmethod
        def backward(ctx, g):
            return swiftnn.autograd.grad(ctx.y, ctx.inner, g)[0]

    x = double(0.5, 1.0)
    Outer.apply(x).sum().backward()
    assert x.grad.tolist() == x.detach().exp().tolist()


def long_chain_of_functions():
    class Step(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x + 1

        @staticmethod
        def backward(ctx, g):
            return g

    x = leaf(1.0)
    y = x
    for _ in range(20_000):
        y = Step.apply(y)
    y.backward()
    assert x.grad.item() == 1.0
    z = x
    for _ in range(20_000):
        z = Step.apply(z)
    del z


@pytest.mark.parametrize("stack", [None, 128 * 1024])
def test_long_chains(stack):
    before = live_bytes()
    in_thread(long_chain_of_functions, stack)
    assert live_bytes() == before


def test_hooks_on_results():
    x, seen = leaf(1.0, 2.0), []
    s, d = SumAndDifference.apply(x, x * 2)
    s.register_hook(lambda g: seen.append(("s", g.tolist())))
    d.register_hook(lambda g: g * 10)
    s.retain_grad()
    s.grad_fn.register_prehook(lambda gs: seen.append(("all", [g.tolist() for g in gs])))
    (s + d).sum().backward()
    assert seen == [("s", [1.0, 1.0]), ("all", [[1.0, 1.0], [10.0, 10.0]])] and s.grad.tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [11.0 - 18.0] * 2
