"""The blocks that the library started from, as they were written, and what a block owes its user."""

import pytest

import swiftnn as torch
from swiftnn import nn
from swiftnn.nn import functional as F


class MLP(nn.Block):
    # 用模型参数声明层。这里，我们声明两个全连接的层
    def __init__(self, **kwargs):
        # 调用MLP的父类Block的构造函数来执行必要的初始化。
        # 这样，在类实例化时也可以指定其他函数参数，例如模型参数params（稍后将介绍）
        super().__init__(**kwargs)
        self.hidden = nn.Dense(256, activation='relu')  # 隐藏层
        self.out = nn.Dense(10)  # 输出层

    # 定义模型的前向传播，即如何根据输入X返回所需的模型输出
    def forward(self, X):
        return self.out(self.hidden(X))


class MySequential(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for idx, module in enumerate(args):
            # 这里，module是Module子类的一个实例。我们把它保存在'Module'类的成员
            # 变量_modules中。_module的类型是OrderedDict
            self._modules[str(idx)] = module

    def forward(self, X):
        # OrderedDict保证了按照成员添加的顺序遍历它们
        for block in self._modules.values():
            X = block(X)
        return X


class FixedHiddenMLP(nn.Module):
    def __init__(self):
        super().__init__()
        # 不计算梯度的随机权重参数。因此其在训练期间保持不变
        self.rand_weight = torch.rand((20, 20), requires_grad=False)
        self.linear = nn.Linear(20, 20)

    def forward(self, X):
        X = self.linear(X)
        # 使用创建的常量参数以及relu和mm函数
        X = F.relu(torch.mm(X, self.rand_weight) + 1)
        # 复用全连接层。这相当于两个全连接层共享参数
        X = self.linear(X)

        # 控制流，下面这段没有实际意义。
        while X.abs().sum() > 1:
            X /= 2
        return X.sum()


class NestMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.linear = nn.Linear(32, 16)

    def forward(self, X):
        return self.linear(self.net(X))


def chimera():
    return nn.Sequential(NestMLP(), nn.Linear(16, 20), FixedHiddenMLP())


BLOCKS = {
    "MLP": MLP,
    "MySequential": lambda: MySequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10)),
    "FixedHiddenMLP": FixedHiddenMLP,
    "NestMLP": NestMLP,
    "chimera": chimera,
    "Sequential": lambda: nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10)),
}
SHAPES = {
    "MLP": (2, 10),
    "MySequential": (2, 10),
    "FixedHiddenMLP": (),
    "NestMLP": (2, 16),
    "chimera": (),
    "Sequential": (2, 10),
}
NAMES = {
    "MLP": ["hidden.weight", "hidden.bias", "out.weight", "out.bias"],
    "MySequential": ["0.weight", "0.bias", "2.weight", "2.bias"],
    "FixedHiddenMLP": ["linear.weight", "linear.bias"],
    "NestMLP": ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias", "linear.weight", "linear.bias"],
    "chimera": ["0.net.0.weight", "0.net.0.bias", "0.net.2.weight", "0.net.2.bias", "0.linear.weight", "0.linear.bias",
                "1.weight", "1.bias", "2.linear.weight", "2.linear.bias"],
    "Sequential": ["0.weight", "0.bias", "2.weight", "2.bias"],
}


@pytest.fixture(params=BLOCKS)
def named_block(request):
    torch.manual_seed(0)
    return request.param, BLOCKS[request.param]()


def test_takes_input_and_gives_output(named_block):
    name, net = named_block
    output = net(torch.rand(2, 20))
    assert tuple(output.shape) == SHAPES[name]


def test_gives_gradients(named_block):
    _, net = named_block
    x = torch.rand(2, 20, requires_grad=True)
    net(x).sum().backward()
    assert x.grad.shape == x.shape
    for _, parameter in net.named_parameters():
        assert parameter.grad is not None and parameter.grad.shape == parameter.shape
    assert any(bool((p.grad != 0).any()) for p in net.parameters())


def test_stores_parameters(named_block):
    name, net = named_block
    net(torch.rand(2, 20))
    assert [n for n, _ in net.named_parameters()] == NAMES[name]
    assert list(net.state_dict()) == NAMES[name]
    for path, parameter in net.named_parameters():
        assert net.get_parameter(path) is parameter
        assert isinstance(parameter, nn.Parameter) and parameter.requires_grad and parameter.is_leaf
    assert [id(p) for p in net.parameters()] == [id(p) for p in net.parameters()]


def test_initialises_parameters(named_block):
    name, net = named_block
    x = torch.rand(2, 20)
    net(x)
    before = {n: p.detach().clone() for n, p in net.named_parameters()}
    assert all(bool((p != 0).any()) for n, p in before.items() if n.endswith("weight"))

    def zero(module):
        if isinstance(module, (nn.Linear, nn.Dense)):
            nn.init.zeros_(module.weight)
            nn.init.constant_(module.bias, 0.5)

    assert net.apply(zero) is net
    for n, parameter in net.named_parameters():
        assert bool((parameter == (0.0 if n.endswith("weight") else 0.5)).all())
    net.initialize(torch.init.Normal(sigma=0.01), force_reinit=True)
    for n, parameter in net.named_parameters():
        if n.endswith("weight"):
            assert bool((parameter != 0).any()) and float(parameter.abs().max()) < 0.1
        else:
            assert bool((parameter == 0).all())


def test_mlp_defers_input_sizes():
    net = MLP()
    assert "<UninitializedParameter>" in repr(net.hidden.weight)
    net(torch.rand(2, 20))
    assert tuple(net.hidden.weight.shape) == (256, 20)
    assert tuple(net.out.weight.shape) == (10, 256)


def test_mlp_computes_what_it_says():
    net = MLP()
    x = torch.rand(2, 20)
    output = net(x)
    hidden = torch.relu(torch.mm(x, net.hidden.weight.t()) + net.hidden.bias)
    expected = torch.mm(hidden, net.out.weight.t()) + net.out.bias
    assert float((output - expected).abs().max()) < 1e-6


def test_my_sequential_equals_sequential():
    blocks = [nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10)]
    x = torch.rand(2, 20)
    assert MySequential(*blocks)(x).tolist() == nn.Sequential(*blocks)(x).tolist()


def test_my_sequential_holds_a_dict_in_order():
    net = MySequential(nn.Linear(20, 20), nn.ReLU())
    assert isinstance(net._modules, dict) and list(net._modules) == ["0", "1"]
    assert [type(m) for m in net.children()] == [nn.Linear, nn.ReLU]


def test_fixed_weight_is_no_parameter():
    net = FixedHiddenMLP()
    assert net.rand_weight.requires_grad is False
    assert [n for n, _ in net.named_parameters()] == ["linear.weight", "linear.bias"]
    before = net.rand_weight.tolist()
    net(torch.rand(2, 20)).backward()
    assert net.rand_weight.grad is None and net.rand_weight.tolist() == before


def test_shared_layer_gathers_both_gradients():
    torch.manual_seed(1)
    layer = nn.Linear(4, 4, dtype=torch.float64)
    x = torch.rand(3, 4, dtype=torch.float64)
    layer(torch.relu(layer(x))).sum().backward()
    first, second = nn.Linear(4, 4, dtype=torch.float64), nn.Linear(4, 4, dtype=torch.float64)
    first.load_state_dict(layer.state_dict())
    second.load_state_dict(layer.state_dict())
    second(torch.relu(first(x))).sum().backward()
    for name in ("weight", "bias"):
        expected = getattr(first, name).grad + getattr(second, name).grad
        assert float((getattr(layer, name).grad - expected).abs().max()) < 1e-12


def test_fixed_hidden_halves_until_small():
    net = FixedHiddenMLP()
    with torch.no_grad():
        net.linear.weight.fill_(1.0)
    output = net(torch.ones(2, 20))
    assert abs(float(output)) <= 1


def test_chimera_calls_python_and_native_blocks():
    net = chimera()
    calls = []
    net[0].register_forward_hook(lambda module, args, output: calls.append(type(module).__name__))
    net[2].register_forward_hook(lambda module, args, output: calls.append(type(module).__name__))
    output = net(torch.rand(2, 20))
    assert output.dim() == 0 and calls == ["NestMLP", "FixedHiddenMLP"]


def test_chimera_inside_a_python_block():
    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = chimera()

        def forward(self, x):
            return self.inner(x) * 2

    torch.manual_seed(3)
    net = Outer()
    x = torch.rand(2, 20)
    assert net(x).tolist() == (net.inner(x) * 2).tolist()
    net(x).backward()
    assert all(p.grad is not None for p in net.parameters())


# ---------------------------------------------------------------------------------------------- Gluon


def test_gluon_initialize():
    net = MLP()
    net.initialize()
    net(torch.rand(2, 20))
    weight = net.hidden.weight
    assert float(weight.abs().max()) <= 0.07 and float(weight.abs().max()) > 0.05
    assert bool((net.hidden.bias == 0).all())


def test_gluon_initialize_with_initializer_and_force():
    net = MLP()
    net.initialize(torch.init.Constant(2))
    x = torch.ones(1, 20)
    assert float(net(x)[0, 0]) == 256 * 40 * 2
    before = net.hidden.weight.tolist()
    with pytest.warns(UserWarning, match="is already initialized") as warnings:
        net.initialize(torch.init.Constant(3))
    assert "'hidden.weight'" in str(warnings[0].message) and len(warnings) == 4
    assert net.hidden.weight.tolist() == before
    weight = net.hidden.weight
    net.initialize(torch.init.Constant(3), force_reinit=True)
    assert net.hidden.weight is weight and float(weight[0, 0]) == 3


@pytest.mark.parametrize("name, low, high", [("zeros", 0, 0), ("ones", 1, 1), ("uniform", -0.07, 0.07), ("xavier", -1, 1)])
def test_gluon_initializers_by_name(name, low, high):
    net = nn.Dense(4, in_units=20, use_bias=False)
    net.initialize(name)
    assert low <= float(net.weight.min()) and float(net.weight.max()) <= high


def test_gluon_layers_own_initializers():
    net = nn.Dense(4, weight_initializer="ones", bias_initializer=torch.init.Constant(2))
    assert net(torch.ones(1, 3)).tolist() == [[5.0] * 4]
    net = nn.Dense(4, weight_initializer="ones", in_units=3)
    net.initialize(torch.init.Constant(9))
    assert net(torch.ones(1, 3)).tolist() == [[3.0] * 4]


def test_gluon_collect_params():
    net = MLP()
    net(torch.rand(2, 20))
    assert list(net.collect_params()) == NAMES["MLP"]
    assert list(net.collect_params(".*weight")) == ["hidden.weight", "out.weight"]
    assert net.collect_params()["out.bias"] is net.out.bias
    assert list(net.params) == [] and list(net.out.params) == ["weight", "bias"]
    prefixed = MLP(prefix="net1_")
    assert list(prefixed.collect_params())[0] == "net1_hidden.weight"


def test_gluon_shares_parameters():
    shared = nn.Dense(8, activation="relu")
    other = nn.Dense(8, params=shared.params)
    x = torch.rand(2, 20)
    shared(x)
    assert other.weight is shared.weight and other.bias is shared.bias
    assert torch.relu(other(x)).tolist() == shared(x).tolist()
    again = nn.Dense(8, params=shared.params)
    assert again.weight is shared.weight
    assert torch.relu(again(x)).tolist() == shared(x).tolist()


def test_gluon_shares_parameters_of_a_tree():
    first = MLP(prefix="a_")
    second = MLP(params=first.collect_params())
    x = torch.rand(2, 20)
    assert first(x).tolist() == second(x).tolist()
    assert [id(p) for p in first.parameters()] == [id(p) for p in second.parameters()]
    first(x).sum().backward()
    gradient = first.out.weight.grad.clone()
    second(x).sum().backward()
    assert float((first.out.weight.grad - 2 * gradient).abs().max()) < 1e-4


def test_gluon_sharing_refuses_other_shapes():
    first = nn.Dense(8, in_units=4)
    with pytest.raises(ValueError, match=r"weight.*\(8, 4\).*\(8, 5\)"):
        nn.Dense(8, in_units=5, params=first.params)
    with pytest.raises(TypeError, match="params"):
        nn.Dense(8, params=[1])


def test_gluon_sequential_add():
    net = nn.Sequential()
    net.add(nn.Dense(256, activation="relu"))
    net.add(nn.Dense(10), nn.Tanh())
    assert tuple(net(torch.rand(2, 20)).shape) == (2, 10) and len(net) == 3
    net.hybridize()
    net.cast("float64")
    assert net(torch.rand(2, 20, dtype=torch.float64)).dtype is torch.float64


def test_gluon_unknown_keywords():
    with pytest.raises(TypeError, match="'colour'"):
        MLP(colour=3)


def test_one_base_class():
    assert nn.Block is nn.Module and nn.HybridBlock is nn.Module
    assert isinstance(nn.Dense(3), nn.Module) and isinstance(nn.Linear(1, 1), nn.Block)


# ---------------------------------------------------------------------------------------------- training


@pytest.mark.parametrize("make", [MLP, BLOCKS["MySequential"], BLOCKS["Sequential"]])
def test_learns(make):
    torch.manual_seed(0)
    net = make()
    x, target = torch.randn(32, 20), torch.randint(0, 10, (32,))
    net(x)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    loss_function = nn.CrossEntropyLoss()
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = loss_function(net(x), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]
