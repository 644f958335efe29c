"""The Module class: registration, calls, parameters, state."""

import copy
import doctest
import importlib
import pickle
from collections import OrderedDict

import pytest

import swiftnn
from swiftnn import nn
from swiftnn.nn import functional as F


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


# ---------------------------------------------------------------------------------------------- registration


def test_attributes_are_what_was_assigned():
    net, layer, parameter, buffer = nn.Module(), nn.Linear(2, 3), nn.Parameter(swiftnn.ones(2)), swiftnn.zeros(2)
    net.layer, net.parameter, net.plain = layer, parameter, buffer
    net.register_buffer("buffer", buffer)
    assert net.layer is layer and net.parameter is parameter and net.buffer is buffer and net.plain is buffer
    assert net.layer.weight is layer.weight and layer.weight is layer.weight
    assert list(net._modules) == ["layer"] and list(net._parameters) == ["parameter"] and list(net._buffers) == ["buffer"]
    assert {"layer", "parameter", "buffer", "plain"} <= set(dir(net))
    del net.layer, net.parameter, net.buffer, net.plain
    for name in ("layer", "parameter", "buffer", "plain"):
        with pytest.raises(AttributeError, match=f"'Module' object has no attribute '{name}'"):
            getattr(net, name)
        with pytest.raises(AttributeError):
            delattr(net, name)


def test_one_name_one_thing():
    net = nn.Module()
    net.x = 3
    net.x = nn.Parameter(swiftnn.ones(1))
    assert "x" not in net.__dict__ and list(net._parameters) == ["x"]
    with pytest.raises(TypeError, match="cannot assign 'ReLU' as parameter 'x'"):
        net.x = nn.ReLU()
    del net.x
    net.x = nn.ReLU()
    assert list(net._parameters) == [] and list(net._modules) == ["x"]
    net.x = None
    assert net._modules == {"x": None} and net.x is None
    with pytest.raises(TypeError, match="cannot assign 'int' as child module 'x'"):
        net.x = 3
    net.p = nn.Parameter(swiftnn.ones(1))
    with pytest.raises(TypeError, match="cannot assign 'Tensor' as parameter 'p'"):
        net.p = swiftnn.ones(1)
    net.p = None
    assert net.p is None and list(net.parameters()) == []
    net.register_buffer("b", swiftnn.ones(1))
    with pytest.raises(TypeError, match="cannot assign 'str' as buffer 'b'"):
        net.b = "x"
    net.b = None
    assert net.b is None


def test_before_init():
    class Early(nn.Module):
        def __init__(self, value):
            self.value = value
            super().__init__()

    with pytest.raises(AttributeError, match=r"cannot assign parameters before Module.__init__\(\) call"):
        Early(nn.Parameter(swiftnn.ones(1)))
    with pytest.raises(AttributeError, match=r"cannot assign module before Module.__init__\(\) call"):
        Early(nn.ReLU())
    assert Early(3).value == 3

    class Never(nn.Module):
        def __init__(self):
            pass

        def forward(self, x):
            return x

    net = Never()
    for use in (net, nn.Sequential(nn.ReLU()).append):
        with pytest.raises((AttributeError, TypeError)):
            use(net) if use is not net else net(swiftnn.ones(1))
            nn.Sequential(net)(swiftnn.ones(1))
    with pytest.raises(AttributeError, match="__init__"):
        net._modules
    assert "before" in repr(net)


@pytest.mark.parametrize("method, value", [
    ("register_parameter", nn.Parameter(swiftnn.ones(1))),
    ("register_buffer", swiftnn.ones(1)),
    ("add_module", nn.ReLU()),
])
def test_register_checks(method, value):
    net = nn.Module()
    getattr(net, method)("fine", value)
    assert net.fine is value
    getattr(net, method)("empty", None)
    assert net.empty is None
    with pytest.raises(KeyError, match="contain"):
        getattr(net, method)("a.b", value)
    with pytest.raises(KeyError, match="be empty"):
        getattr(net, method)("", value)
    with pytest.raises(KeyError, match="already exists"):
        getattr(net, method)("forward", value)
    with pytest.raises(TypeError):
        getattr(net, method)(3, value)
    with pytest.raises(TypeError):
        getattr(net, method)("wrong", "text")


def test_register_parameter_refuses_results():
    w = swiftnn.ones(2, requires_grad=True)
    with pytest.raises(TypeError):
        nn.Module().register_parameter("w", w * 2)


def test_native_attributes():
    layer = nn.Linear(4, 5)
    assert (layer.in_features, layer.out_features) == (4, 5)
    drop = nn.Dropout(0.25)
    assert drop.p == 0.25 and drop.inplace is False
    drop.p = 0.0
    x = swiftnn.ones(100)
    assert same(drop(x), x) and repr(drop) == "Dropout(p=0.0, inplace=False)"
    drop.p = 1.0
    assert same(drop(x), swiftnn.zeros(100))
    with pytest.raises(Exception):
        drop.p = "x"
    with pytest.raises(ValueError):
        drop.p = 2.0
    layer.note = "mine"
    assert layer.note == "mine"


def test_unknown_arguments():
    for make in (lambda: nn.Linear(2), lambda: nn.Linear("a", 2), lambda: nn.Linear(2, None), lambda: nn.Linear(-1, 2),
                 lambda: nn.Dropout(2.0), lambda: nn.Dropout("x"), lambda: nn.Flatten(None), lambda: nn.Linear(2, 2, wrong=1),
                 lambda: nn.Linear(2, 2, device="cuda"), lambda: nn.Linear(2**40, 2**40), lambda: nn.Dense(3, activation="x"),
                 lambda: nn.Linear(2, 2, dtype="float32")):
        with pytest.raises((TypeError, ValueError, RuntimeError, MemoryError, KeyError)):
            make()


# ---------------------------------------------------------------------------------------------- calls


def test_call_forms():
    layer, x = nn.Linear(3, 2), swiftnn.ones(4, 3)
    assert same(layer(x), layer(input=x)) and same(layer(x), layer.forward(x))
    for call in (lambda: layer(), lambda: layer(x, x), lambda: layer(other=x), lambda: layer(x, input=x)):
        with pytest.raises(TypeError, match="Linear"):
            call()
    for wrong in (None, 3, "x", [1.0], object()):
        with pytest.raises(TypeError, match=r"Linear\(\): argument 'input' must be Tensor"):
            layer(wrong)


def test_call_python_forward_with_any_arguments():
    class Any(nn.Module):
        def forward(self, *args, scale=1, **kwargs):
            return args, scale, kwargs

    net = Any()
    assert net() == ((), 1, {})
    assert net(*range(12), scale=3, other=4) == (tuple(range(12)), 3, {"other": 4})
    with pytest.raises(TypeError, match="forward"):
        Doubling()()


def test_forward_forms():
    class Static(nn.Module):
        @staticmethod
        def forward(x):
            return x + 1

    class FromClass(nn.Module):
        @classmethod
        def forward(cls, x):
            return x + 2

    class Callable:
        def __call__(self, x):
            return x + 3

    class Object(nn.Module):
        forward = Callable()

    x = swiftnn.zeros(1)
    assert [float(net(x)) for net in (Static(), FromClass(), Object())] == [1, 2, 3]
    net = Static()
    net.forward = lambda x: x + 4
    assert float(net(x)) == 4
    del net.forward
    assert float(net(x)) == 1


def test_no_forward():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r'Module \[Empty\] is missing the required "forward" function'):
        Empty()(swiftnn.ones(1))
    with pytest.raises(NotImplementedError):
        nn.ModuleList()(swiftnn.ones(1))


def test_wrong_shape_says_so():
    with pytest.raises(RuntimeError, match=r"linear.*\[5, 3\].*\[2, 4\]"):
        nn.Linear(3, 5)(swiftnn.ones(2, 4))
    with pytest.raises(RuntimeError, match="linear"):
        nn.Sequential(nn.ReLU(), nn.Linear(3, 5))(swiftnn.ones(2, 4))


def test_values():
    x = swiftnn.tensor([[-1.0, 0.5, 2.0]])
    assert nn.ReLU()(x).tolist() == [[0.0, 0.5, 2.0]]
    assert same(nn.Sigmoid()(x), swiftnn.sigmoid(x)) and same(nn.Tanh()(x), swiftnn.tanh(x))
    assert nn.Identity()(x) is x
    assert tuple(nn.Flatten()(swiftnn.ones(2, 3, 4)).shape) == (2, 12)
    assert tuple(nn.Flatten(0, 1)(swiftnn.ones(2, 3, 4)).shape) == (6, 4)
    layer = nn.Linear(3, 2)
    assert float((layer(x) - (swiftnn.mm(x, layer.weight.t()) + layer.bias)).abs().max()) < 1e-6
    y = x.clone()
    assert nn.ReLU(inplace=True)(y) is y and y.tolist() == [[0.0, 0.5, 2.0]]
    assert nn.Sequential()(x) is x


def test_losses():
    x = swiftnn.tensor([[1.0, 2.0, 0.5], [0.1, 0.2, 3.0]])
    target = swiftnn.tensor([1, 2])
    expected = -F.log_softmax(x, 1)
    per_row = swiftnn.stack([expected[0, 1], expected[1, 2]])
    assert abs(float(nn.CrossEntropyLoss()(x, target)) - float(per_row.mean())) < 1e-6
    assert abs(float(nn.CrossEntropyLoss(reduction="sum")(x, target)) - float(per_row.sum())) < 1e-6
    weight = swiftnn.tensor([1.0, 2.0, 3.0])
    loss = nn.CrossEntropyLoss(weight=weight)
    assert list(loss.state_dict()) == ["weight"]
    assert abs(float(loss(x, target)) - float((per_row[0] * 2 + per_row[1] * 3) / 5)) < 1e-6
    assert float(nn.MSELoss()(swiftnn.ones(2), swiftnn.zeros(2))) == 1
    with pytest.raises(ValueError, match="reduction"):
        nn.MSELoss(reduction="median")
    for function in (F.softmax, F.softmin, F.log_softmax):
        with pytest.warns(UserWarning, match="Implicit dimension choice"):
            assert function(x).tolist() == function(x, 1).tolist()


def test_golden_initialisation():
    swiftnn.manual_seed(42)
    layer = nn.Linear(3, 2)
    weight = [[0.4414065182209015, 0.47920528054237366, -0.1352572739124298],
              [0.5303604602813721, -0.1264995038509369, 0.11650390923023224]]
    assert swiftnn.tensor(weight).tolist() == layer.weight.tolist()
    assert layer.bias.tolist() == [-0.28108587861061096, 0.3390677869319916]


# ---------------------------------------------------------------------------------------------- one owner for each fact


def replace_by_attribute(layer, weight):
    layer.weight = weight


def replace_in_dict(layer, weight):
    layer._parameters["weight"] = weight


def replace_data(layer, weight):
    layer.weight.data = weight.data


def replace_by_copy(layer, weight):
    with swiftnn.no_grad():
        layer.weight.copy_(weight)


@pytest.mark.parametrize("replace", [replace_by_attribute, replace_in_dict, replace_data, replace_by_copy])
@pytest.mark.parametrize("contained", [False, True])
def test_replaced_weight_is_used(replace, contained):
    layer = nn.Linear(2, 2, bias=False)
    net = nn.Sequential(layer, nn.Identity()) if contained else layer
    x = swiftnn.ones(1, 2)
    net(x)
    replace(layer, nn.Parameter(swiftnn.full((2, 2), 3.0)))
    assert net(x).tolist() == [[6.0, 6.0]]
    net(x).sum().backward()
    assert layer.weight.grad.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_weight_tying():
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    net = nn.Sequential(first, second)
    assert [n for n, _ in net.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    net(swiftnn.ones(1, 3)).sum().backward()
    assert second.weight.grad is first.weight.grad


def test_bias_removed_and_put_back():
    layer, x = nn.Linear(2, 2), swiftnn.ones(1, 2)
    bias = layer.bias
    layer.bias = None
    assert same(layer(x), swiftnn.mm(x, layer.weight.t())) and "bias=False" in repr(layer)
    layer.bias = bias
    assert layer.bias is bias and "bias=True" in repr(layer)


def test_deleted_weight_is_an_error_and_a_computed_one_counts():
    layer, x = nn.Linear(2, 2, bias=False), swiftnn.ones(1, 2)
    source = nn.Parameter(swiftnn.ones(2, 2))
    del layer.weight
    with pytest.raises(AttributeError, match="'Linear' object has no attribute 'weight'"):
        layer(x)
    layer.weight = source * 3
    output = layer(x)
    assert output.tolist() == [[6.0, 6.0]]
    output.sum().backward()
    assert source.grad.tolist() == [[3.0, 3.0], [3.0, 3.0]]
    layer._parameters["weight"] = "text"
    with pytest.raises(TypeError, match="'weight' must be a Tensor or None, not str"):
        layer(x)


def test_children_replaced():
    net, x = nn.Sequential(nn.ReLU(), nn.ReLU()), swiftnn.tensor([-2.0])
    assert float(net(x)) == 0
    net[0] = nn.Identity()
    net._modules["1"] = Plain(lambda x: x * 5)
    assert float(net(x)) == -10
    del net[0]
    assert list(net._modules) == ["0"] and float(net(x)) == -10
    net._modules = {"a": nn.Identity()}
    assert net(x) is x
    net._modules["a"] = None
    with pytest.raises(TypeError, match="child 'a' must be a Module, not NoneType"):
        net(x)
    net._modules["a"] = lambda x: x
    with pytest.raises(TypeError, match="must be a Module, not function"):
        net(x)


def test_the_same_child_twice():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2 and len(list(net.children())) == 2
    x = swiftnn.ones(1, 2)
    assert same(net(x), layer(layer(x).relu()))


# ---------------------------------------------------------------------------------------------- walking the tree


def test_walks():
    inner = Doubling()
    net = nn.Sequential(inner, nn.ReLU(), inner)
    assert [n for n, _ in net.named_modules()] == ["", "0", "0.linear", "1"]
    assert [n for n, _ in net.named_modules(remove_duplicate=False)] == ["", "0", "0.linear", "1", "2", "2.linear"]
    assert [n for n, _ in net.named_children()] == ["0", "1"] and len(list(net.modules())) == 4
    assert [n for n, _ in net.named_parameters(prefix="p")] == ["p.0.linear.weight", "p.0.linear.bias"]
    assert [n for n, _ in net.named_parameters(recurse=False)] == []
    assert net.get_submodule("0.linear") is inner.linear and net.get_submodule("") is net
    assert net.get_parameter("2.linear.bias") is inner.linear.bias
    for path in ("7", "0.nothing", "0.linear.weight"):
        with pytest.raises(AttributeError):
            net.get_submodule(path)
    with pytest.raises(AttributeError):
        net.get_parameter("0.linear")
    inner.register_buffer("count", swiftnn.zeros(1))
    assert [n for n, _ in net.named_buffers()] == ["0.count"] and list(net.buffers())[0] is inner.count


def test_train_and_eval():
    net = nn.Sequential(nn.Dropout(0.5), nn.Sequential(nn.Dropout(0.5), Doubling()))
    assert all(m.training is True for m in net.modules())
    assert net.eval() is net and all(m.training is False for m in net.modules())
    net.train()
    net[1].eval()
    assert net.training and net[0].training and not net[1][0].training
    with pytest.raises(ValueError, match="boolean"):
        net.train("yes")
    drop = nn.Sequential(nn.Dropout(0.5))
    x = swiftnn.ones(1000)
    assert 300 < float((drop(x) == 0).sum()) < 700
    drop.eval()
    assert same(drop(x), x)
    drop[0].training = True
    assert not same(drop(x), x)


def test_requires_grad_and_zero_grad():
    net = Doubling()
    net(swiftnn.ones(1, 3)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert all(bool((p.grad == 0).all()) for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    assert net.requires_grad_(False) is net
    assert not net(swiftnn.ones(1, 3)).requires_grad


def test_conversion_keeps_parameters():
    net = nn.Sequential(nn.Linear(2, 2), Doubling())
    net.register_buffer("count", swiftnn.tensor([1]))
    net.register_buffer("mean", swiftnn.ones(1))
    parameters = list(net.parameters())
    assert net.double() is net
    assert [id(p) for p in net.parameters()] == [id(p) for p in parameters]
    assert all(p.dtype is swiftnn.float64 and isinstance(p, nn.Parameter) for p in parameters)
    assert net.count.dtype is swiftnn.int64 and net.mean.dtype is swiftnn.float64
    assert nn.Linear(2, 2).to(swiftnn.float64)(swiftnn.ones(1, 2, dtype=swiftnn.float64)).dtype is swiftnn.float64
    net.to("cpu").float()
    assert parameters[0].dtype is swiftnn.float32
    with pytest.raises(RuntimeError, match="cuda"):
        net.to("cuda")
    with pytest.raises(TypeError, match="floating"):
        net.to(swiftnn.int64)


# ---------------------------------------------------------------------------------------------- state


def test_state_dict_round_trip():
    first, second = nn.Sequential(nn.Linear(2, 3), Doubling()), nn.Sequential(nn.Linear(2, 3), Doubling())
    state = first.state_dict()
    assert list(state) == ["0.weight", "0.bias", "1.linear.weight", "1.linear.bias"]
    assert not any(v.requires_grad for v in state.values())
    assert first.state_dict(keep_vars=True)["0.weight"] is first[0].weight
    parameters = list(second.parameters())
    result = second.load_state_dict(state)
    assert repr(result) == "<All keys matched successfully>" and result.missing_keys == []
    assert [id(p) for p in second.parameters()] == [id(p) for p in parameters]
    assert all(same(a, b) for a, b in zip(first.state_dict().values(), second.state_dict().values()))
    state["0.weight"].fill_(7)
    assert first[0].weight.tolist() == [[7.0, 7.0]] * 3


def test_load_state_dict_reports_everything_at_once():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    before = net[0].weight.tolist()
    with pytest.raises(RuntimeError) as info:
        net.load_state_dict({"0.weight": swiftnn.zeros(1, 2), "x": swiftnn.zeros(1)})
    assert str(info.value).splitlines() == [
        "Error(s) in loading state_dict for Sequential:",
        '\tMissing key(s) in state_dict: "0.bias". ',
        '\tUnexpected key(s) in state_dict: "x". ',
        "\tsize mismatch for 0.weight: copying a param with shape swiftnn.Size([1, 2]) from checkpoint, the shape in "
        "current model is swiftnn.Size([3, 2]).",
    ]
    assert net[0].weight.tolist() == before
    result = net.load_state_dict({"0.weight": swiftnn.ones(3, 2), "x": swiftnn.zeros(1)}, strict=False)
    assert result.missing_keys == ["0.bias"] and result.unexpected_keys == ["x"]
    with pytest.raises(RuntimeError, match="expected a Tensor"):
        net.load_state_dict({"0.weight": 3, "0.bias": None})
    with pytest.raises(TypeError, match="dict-like"):
        net.load_state_dict([1])


def test_buffers_in_state():
    net = nn.Module()
    net.register_buffer("kept", swiftnn.ones(1))
    net.register_buffer("passing", swiftnn.ones(1), persistent=False)
    assert list(net.state_dict()) == ["kept"]
    net.load_state_dict({"kept": swiftnn.zeros(1)})
    assert float(net.kept) == 0


def test_load_into_lazy():
    source, target = nn.Linear(4, 2), nn.LazyLinear(2)
    target.load_state_dict(source.state_dict())
    x = swiftnn.ones(1, 4)
    assert same(target(x), source(x)) and type(target) is nn.Linear


def test_assign():
    net, state = nn.Linear(2, 2), nn.Linear(2, 2).state_dict()
    net.load_state_dict(state, assign=True)
    assert isinstance(net.weight, nn.Parameter)
    state["weight"].fill_(5)
    assert net.weight.tolist() == [[5.0, 5.0], [5.0, 5.0]]


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies(duplicate):
    net = nn.Sequential(OrderedDict(a=nn.Linear(3, 3), b=nn.Dropout(0.25), c=Doubling(), d=nn.Dense(2)))
    net.c.linear.weight = net.a.weight
    net.b.p = 0.75
    net.eval()
    net.register_buffer("count", swiftnn.ones(1), persistent=False)
    net.note = {"k": [1]}
    swiftnn.manual_seed(5)
    twin = duplicate(net)
    after = swiftnn.rand(1)
    swiftnn.manual_seed(5)
    assert same(after, swiftnn.rand(1)), "a copy must not draw random numbers"
    assert repr(twin) == repr(net) and type(twin) is nn.Sequential and not twin.b.training
    assert twin.c.linear.weight is twin.a.weight and twin.a.weight is not net.a.weight
    assert twin.note == net.note and twin.note is not net.note and "count" not in twin.state_dict()
    x = swiftnn.ones(2, 3)
    twin(x)
    with swiftnn.no_grad():
        twin.a.weight.zero_()
    assert bool((net.a.weight != 0).any())
    net(x)
    third = duplicate(net)
    assert same(third(x), net(x))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_of_lazy_blocks(duplicate):
    first = nn.Dense(3)
    net = nn.Sequential(nn.LazyLinear(4), first, nn.Flatten(), nn.Dense(3, params=first.params))
    net[1].initialize(swiftnn.init.Constant(2))
    twin = duplicate(net)
    assert twin[3].weight is twin[1].weight and twin[1].weight is not net[1].weight
    assert copy.copy(net)[0].weight is net[0].weight
    net[3] = twin[3] = nn.Identity()
    assert tuple(twin(swiftnn.ones(1, 2)).shape) == (1, 3) and type(twin[0]) is nn.Linear
    assert bool((twin[1].weight == 2).all()) and "<UninitializedParameter>" in repr(net[1].weight)


# ---------------------------------------------------------------------------------------------- printing


def test_repr():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Sequential(nn.Dropout(0.1), nn.Flatten()))
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (1): ReLU()\n"
        "  (2): Sequential(\n"
        "    (0): Dropout(p=0.1, inplace=False)\n"
        "    (1): Flatten(start_dim=1, end_dim=-1)\n"
        "  )\n"
        ")"
    )
    assert repr(nn.Sequential()) == "Sequential()" and repr(nn.Identity()) == "Identity()"
    assert repr(nn.CrossEntropyLoss()) == "CrossEntropyLoss()"
    assert repr(nn.LazyLinear(3)) == "LazyLinear(in_features=0, out_features=3, bias=True)"

    class Named(nn.Module):
        def extra_repr(self):
            return "size=3"

    assert repr(Named()) == "Named(size=3)"


# ---------------------------------------------------------------------------------------------- docstrings

DOCUMENTED = ["init", "serialization", "nn.module", "nn.hooks", "nn.gluon", "nn.linear", "nn.activation", "nn.dropout",
              "nn.normalization", "nn.flatten", "nn.convolution", "nn.folding", "nn.loss", "nn.container", "nn.init",
              "optim.sgd", "optim.adam"]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_examples_in_docstrings(name):
    module = importlib.import_module("swiftnn." + name)
    results = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted > 0 and results.failed == 0


def test_every_public_block_is_documented():
    for name in nn.__all__:
        block = getattr(nn, name)
        if isinstance(block, type) and issubclass(block, nn.Module):
            assert ">>>" in (block.__doc__ or ""), name
