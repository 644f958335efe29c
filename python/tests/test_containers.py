"""Blocks inside containers: overrides, errors, ownership, lazy blocks."""

import gc
import threading
import weakref
from collections import OrderedDict

import pytest

import swiftnn
from swiftnn import nn


class Doubling(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        return self.linear(x) * 2


class Plain(nn.Module):
    """One block of Python that does with its input what it was told to."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def same(a, b):
    return a.shape == b.shape and bool((a == b).all())


# ---------------------------------------------------------------------------------------------- overrides in containers


class Louder(nn.Linear):
    def forward(self, x):
        return super().forward(x) * 10


def test_overridden_forward_in_container():
    layer, x = Louder(2, 2), swiftnn.ones(1, 2)
    native = nn.Linear(2, 2)
    native.weight, native.bias = layer.weight, layer.bias
    assert same(layer(x), native(x) * 10)
    net = nn.Sequential(nn.Identity(), nn.Sequential(layer))
    assert same(net(x), native(x) * 10)
    net = nn.Sequential(native)
    assert same(net(x), native(x))
    native.forward = lambda x: x * 7
    assert same(net(x), x * 7) and same(native(x), x * 7)
    del native.forward
    assert same(net(x) * 10, layer(x))


def test_overridden_call_in_container():
    class Calling(nn.ReLU):
        def __call__(self, x):
            return super().__call__(x) + 1

    x = swiftnn.tensor([-1.0])
    assert float(Calling()(x)) == 1 and float(nn.Sequential(Calling())(x)) == 1


def test_forward_of_a_class_replaced():
    x, net = swiftnn.tensor([-1.0]), nn.Sequential(nn.ReLU())

    class Sub(nn.ReLU):
        pass

    net.append(Sub())
    assert float(net(x)) == 0
    Sub.forward = lambda self, x: x + 1
    assert float(net(x)) == 1
    del Sub.forward
    assert float(net(x)) == 0


def test_sequential_with_its_own_forward():
    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    x = swiftnn.ones(2)
    assert Residual(nn.Identity())(x).tolist() == [2.0, 2.0]
    assert nn.Sequential(Residual(nn.Identity()), Residual(nn.Identity()))(x).tolist() == [4.0, 4.0]


@pytest.mark.parametrize("contained", [False, True])
def test_hooks(contained):
    layer, x = nn.ReLU(), swiftnn.tensor([-1.0])
    net = nn.Sequential(layer) if contained else layer
    seen = []

    def before(module, args):
        seen.append(("before", module is layer, args[0].tolist()))
        return args[0] + 3

    def after(module, args, output):
        seen.append(("after", module is layer, output.tolist()))
        return output * 2

    assert float(net(x)) == 0
    first = layer.register_forward_pre_hook(before)
    with layer.register_forward_hook(after):
        assert float(net(x)) == 4
    assert seen == [("before", True, [-1.0]), ("after", True, [2.0])]
    assert float(net(x)) == 2
    first.remove()
    first.remove()
    assert float(net(x)) == 0


def test_hooks_with_keywords_and_order():
    class Scaled(nn.Module):
        def forward(self, x, scale=1):
            return x * scale

    net, order = Scaled(), []
    net.register_forward_pre_hook(lambda m, args, kwargs: (args, {"scale": 3}), with_kwargs=True)
    net.register_forward_hook(lambda m, args, out: order.append("second"))
    net.register_forward_hook(lambda m, args, kwargs, out: order.append(("first", kwargs)), prepend=True, with_kwargs=True)
    assert float(net(swiftnn.ones(1))) == 3
    assert order == [("first", {"scale": 3}), "second"]


# ---------------------------------------------------------------------------------------------- errors in containers


def test_exception_passes_through_containers():
    class Special(Exception):
        pass

    error = Special("from inside")

    def fail(x):
        raise error

    net = nn.Sequential(nn.Identity(), nn.Sequential(Plain(fail)))
    with pytest.raises(Special) as info:
        net(swiftnn.ones(1))
    assert info.value is error
    names = []
    traceback = info.tb
    while traceback:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert names[-2:] == ["forward", "fail"]
    assert float(nn.Sequential(nn.Identity())(swiftnn.ones(1))) == 1


@pytest.mark.parametrize("result, name", [(None, "None"), (3, "int"), ((1, 2), "tuple"), ("x", "str")])
def test_forward_that_returns_no_tensor(result, name):
    """What a block gives goes to the next one as it is, which may want a tensor."""
    net = nn.Sequential(Plain(lambda x: result), nn.ReLU())
    with pytest.raises(TypeError, match=rf"ReLU\(\): argument 'input' must be Tensor, not {name}"):
        net(swiftnn.ones(2))
    assert nn.Sequential(Plain(lambda x: result), Plain(lambda x: [x]))(swiftnn.ones(2)) == [result]


def test_results_of_several_tensors_in_a_sequence():
    """A block may take what is no tensor, and give it."""
    net = nn.Sequential(Plain(lambda pair: pair[0] + pair[1]), nn.ReLU(), Plain(lambda x: (x, x)), Plain(lambda p: p[1]))
    assert net((swiftnn.ones(2), swiftnn.ones(2))).tolist() == [2.0, 2.0]
    assert nn.Sequential(net, nn.ReLU())([swiftnn.ones(2), swiftnn.ones(2)]).tolist() == [2.0, 2.0]
    assert nn.Sequential()("anything") == "anything"
    with pytest.raises(TypeError, match=r"Sequential\(\): argument 'input' must be Tensor, not str"):
        nn.Sequential(nn.ReLU())("x")


def test_container_that_contains_itself():
    net = nn.Sequential(nn.ReLU())
    net._modules["1"] = net
    with pytest.raises(RecursionError):
        net(swiftnn.ones(1))
    outer = nn.Sequential(net)
    with pytest.raises(RecursionError):
        outer(swiftnn.ones(1))
    reference = weakref.ref(net)
    del net, outer
    gc.collect()
    assert reference() is None


def test_python_recursion_through_a_container():
    block = Plain(None)
    net = nn.Sequential(block)
    block.__dict__["function"] = net
    with pytest.raises(RecursionError):
        net(swiftnn.ones(1))


def test_deep_nesting():
    net = nn.Identity()
    for _ in range(300):
        net = nn.Sequential(net)
    x = swiftnn.ones(1)
    assert net(x) is x
    for _ in range(5000):
        net = nn.Sequential(net)
    with pytest.raises(RecursionError, match="nested"):
        net(x)


def test_child_that_leaves_in_its_forward():
    net = nn.Sequential()
    calls = []

    def leave(x):
        calls.append(len(net))
        net._modules.clear()
        gc.collect()
        return x + 1

    net.append(Plain(leave)).append(Plain(lambda x: x * 2)).append(nn.ReLU())
    assert float(net(swiftnn.ones(1))) == 4 and calls == [3]
    assert float(net(swiftnn.ones(1))) == 1


def test_exception_does_not_stop_later_calls():
    net = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(RuntimeError):
        net(swiftnn.ones(3, 3))
    assert tuple(net(swiftnn.ones(3, 2)).shape) == (3, 2)


# ---------------------------------------------------------------------------------------------- ownership


def test_cycles_are_collected():
    class Holder(nn.Module):
        pass

    first, second = Holder(), Holder()
    first.attribute = [second]
    second.child = nn.Sequential(nn.Linear(2, 2), Plain(first))
    second.hook = second.register_forward_hook(lambda *args, held=first: None)
    first.register_buffer("b", swiftnn.ones(1))
    first.b.note = second
    references = [weakref.ref(x) for x in (first, second, second.child, second.child[0], second.child[0].weight)]
    del first, second
    gc.collect()
    assert [r() for r in references] == [None] * 5


def test_no_cycle_no_collector():
    gc.disable()
    try:
        net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
        net(swiftnn.ones(1, 2)).sum().backward()
        references = [weakref.ref(net), weakref.ref(net[0]), weakref.ref(net[0].weight)]
        del net
        assert [r() for r in references] == [None] * 3
    finally:
        gc.enable()


def test_memory_of_a_network_is_given_back():
    def build_and_drop():
        net = nn.Sequential(nn.Linear(100, 100), Plain(lambda x: x), nn.Sequential(nn.Linear(100, 100)))
        net(swiftnn.ones(1, 100)).sum().backward()

    build_and_drop()
    gc.collect()
    before = swiftnn._C._memory_statistics()["live_bytes"]
    for _ in range(3):
        build_and_drop()
    gc.collect()
    assert swiftnn._C._memory_statistics()["live_bytes"] == before


def test_parameters_outlive_their_module():
    layer = nn.Linear(2, 2)
    weight, values = layer.weight, layer.weight.tolist()
    del layer
    gc.collect()
    assert weight.tolist() == values


def test_child_dies_before_its_container_is_called():
    net = nn.Sequential(Plain(lambda x: x), nn.ReLU())
    net(swiftnn.ones(1))
    del net._modules["0"]
    gc.collect()
    assert float(net(swiftnn.tensor([-1.0]))) == 0


def test_threads_call_one_module():
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), Plain(lambda x: x + 1), nn.Linear(64, 8)).eval()
    big = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 8))
    x, wide = swiftnn.ones(4, 64), swiftnn.ones(1024, 64)
    expected, expected_wide, failures = net(x).tolist(), big(wide).tolist(), []

    def work():
        for _ in range(20):
            if net(x).tolist() != expected or big(wide).tolist() != expected_wide:
                failures.append(1)
            big.train()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


# ---------------------------------------------------------------------------------------------- lazy blocks


def test_lazy_linear():
    layer = nn.LazyLinear(3)
    weight = layer.weight
    assert isinstance(weight, nn.Parameter) and "<UninitializedParameter>" in repr(weight)
    with pytest.raises((RuntimeError, ValueError)):
        weight + 1
    assert [n for n, _ in layer.named_parameters()] == ["weight", "bias"]
    net = nn.Sequential(nn.ReLU(), layer)
    assert tuple(net(swiftnn.ones(2, 5)).shape) == (2, 3)
    assert type(layer) is nn.Linear and layer.weight is weight and layer.in_features == 5
    assert repr(layer) == "Linear(in_features=5, out_features=3, bias=True)"
    with pytest.raises(RuntimeError, match="linear"):
        net(swiftnn.ones(2, 6))


def test_lazy_initialisation_is_that_of_linear():
    swiftnn.manual_seed(7)
    lazy = nn.LazyLinear(4)
    lazy(swiftnn.ones(1, 6))
    swiftnn.manual_seed(7)
    layer = nn.Linear(6, 4)
    assert same(lazy.weight, layer.weight) and same(lazy.bias, layer.bias)


def test_lazy_error_leaves_it_lazy():
    layer = nn.LazyLinear(4)
    with pytest.raises(RuntimeError):
        layer(swiftnn.tensor(1.0))
    assert "<UninitializedParameter>" in repr(layer.weight)
    assert tuple(layer(swiftnn.ones(2, 3)).shape) == (2, 4)


def test_optimizer_over_lazy_parameters():
    layer = nn.LazyLinear(1)
    optimizer = swiftnn.optim.SGD(layer.parameters(), lr=1.0)
    layer(swiftnn.ones(1, 2)).sum().backward()
    before = layer.weight.tolist()
    optimizer.step()
    assert layer.weight.tolist() == [[pytest.approx(v - 1) for v in before[0]]]


def test_reset_parameters():
    layer = nn.Linear(3, 3)
    weight, before = layer.weight, layer.weight.tolist()
    layer.reset_parameters()
    assert layer.weight is weight and layer.weight.tolist() != before
    with pytest.raises(AttributeError):
        Plain(None).reset_parameters()


# ---------------------------------------------------------------------------------------------- containers


def test_sequential_as_a_list():
    a, b, c, d = nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.Identity()
    net = nn.Sequential(a, b, c)
    assert len(net) == 3 and list(net) == [a, b, c] and net[0] is a and net[-1] is c and a in net
    assert list(net[1:]) == [b, c] and type(net[1:]) is nn.Sequential and list(net[::2]) == [a, c]
    assert net.append(d) is net and net.pop() is d and list(net) == [a, b, c]
    net.insert(1, d)
    assert list(net) == [a, d, b, c] and list(net._modules) == ["0", "1", "2", "3"]
    net.extend([d])
    del net[0]
    assert list(net) == [d, b, c, d]
    net[0] = a
    assert net[0] is a and list((net + nn.Sequential(b))) == [a, b, c, d, b]
    net += nn.Sequential(b)
    assert len(net) == 5 and len(nn.Sequential(a) * 3) == 3
    del net[1:]
    assert list(net) == [a]
    for wrong in (5, -5):
        with pytest.raises(IndexError, match="out of range"):
            net[wrong]
    with pytest.raises(TypeError):
        net["0"]
    with pytest.raises(TypeError, match="int is not a Module subclass"):
        net.append(3)
    with pytest.raises(TypeError):
        nn.Sequential(lambda x: x)
    with pytest.raises(ValueError, match="only objects of Sequential"):
        net + 3
    assert list(nn.Sequential(OrderedDict(first=a, second=b))._modules) == ["first", "second"]


def test_module_list_and_dict():
    layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    assert len(layers) == 3 and len(layers[1:]) == 2 and layers[-1] is list(layers)[2]
    layers.append(nn.ReLU()).extend([nn.ReLU()])
    assert repr(layers) == (
        "ModuleList(\n  (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)\n  (3-4): 2 x ReLU()\n)"
    )
    named = nn.ModuleDict({"a": nn.ReLU()})
    named["b"] = layers[0]
    named.update([("c", nn.Tanh())])
    assert list(named) == ["a", "b", "c"] and "b" in named and len(named) == 3 and named.pop("a") is not None
    assert [n for n, _ in named.named_parameters()] == ["b.weight", "b.bias"]
    with pytest.raises(KeyError):
        named["nothing"]
    weights = nn.ParameterList([swiftnn.ones(1), nn.Parameter(swiftnn.zeros(1))])
    weights[0] = swiftnn.zeros(2)
    assert len(weights) == 2 and [n for n, _ in weights.named_parameters()] == ["0", "1"]
    assert tuple(weights[0].shape) == (2,)
