"""Programs in Gluon's way: blocks, access to parameters, initialisation, blocks of one's own, files."""

import copy
import pickle

import pytest

import swiftnn
from swiftnn import init, nn
from swiftnn.nn import functional as F


def same(a, b):
    return tuple(a.shape) == tuple(b.shape) and bool((a == b).all())


# ---------------------------------------------------------------------------------------------- blocks


class Perceptron(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.hidden = nn.Dense(32, activation="relu")
            self.output = nn.Dense(10)

    def forward(self, x):
        return self.output(self.hidden(x))


class Chain(nn.Block):
    """A Sequential of one's own: the base class knows what stands in its dict of children."""

    def add(self, block):
        self._children[block.name] = block

    def forward(self, x):
        for block in self._children.values():
            x = block(x)
        return x


class WithConstant(nn.HybridBlock):
    """A layer used twice, a weight that is not trained, and control flow."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.random_weight = self.params.get_constant("random_weight", swiftnn.rand(20, 20))
        self.dense = nn.Dense(20, activation="relu")

    def forward(self, x):
        x = self.dense(x)
        x = F.relu(x @ self.random_weight.data() + 1)
        x = self.dense(x)
        while float(x.abs().sum()) > 1:
            x = x / 2
        return x.sum()


def test_block_with_layers():
    net = Perceptron()
    net.initialize()
    assert tuple(net(swiftnn.rand(2, 20)).shape) == (2, 10)
    net.hybridize()
    assert tuple(net(swiftnn.rand(2, 20)).shape) == (2, 10)


def test_children_by_name():
    net = Chain()
    net.add(nn.Dense(32, activation="relu"))
    net.add(nn.Dense(10))
    net.initialize()
    assert tuple(net(swiftnn.rand(2, 20)).shape) == (2, 10) and len(list(net.parameters())) == 4
    names = list(net._children)
    assert len(set(names)) == 2 and all(name.startswith("dense") for name in names)
    assert net._children[names[0]].name == names[0]
    other = nn.Sequential()
    other.register_child(nn.Dense(3))
    other.register_child(nn.Dense(4), "last")
    assert list(other._children) == ["0", "last"]


def test_constant():
    net = WithConstant()
    before = net.random_weight.data().clone().detach()
    net.initialize(init.Constant(1))
    assert same(net.random_weight.data(), before) and not net.random_weight.requires_grad
    loss = net(swiftnn.rand(2, 20))
    loss.backward()
    assert loss.ndim == 0 and net.random_weight.grad is None and net.dense.weight.grad is not None
    assert "random_weight" in net.collect_params() and "random_weight" in net.state_dict()
    assert net.params.get_constant("random_weight") is net.random_weight
    with pytest.raises(KeyError, match="nothing"):
        net.params.get_constant("nothing")
    nested = nn.Sequential()
    nested.add(Perceptron(), nn.Dense(20), WithConstant())
    nested.initialize()
    assert nested(swiftnn.rand(2, 20)).ndim == 0
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert type(twin.random_weight) is type(net.random_weight) and same(twin.random_weight.data(), before)


# ---------------------------------------------------------------------------------------------- access to parameters


def small():
    net = nn.HybridSequential()
    net.add(nn.Dense(8, activation="relu"))
    net.add(nn.Dense(1))
    net.initialize()
    net(swiftnn.rand(2, 4))
    return net


def test_access():
    net = small()
    assert list(net[1].params) == ["weight", "bias"] and "weight: (1, 8)" in repr(net[1].params)
    assert isinstance(net[1].bias, nn.Parameter) and net[1].bias.data().tolist() == [0.0]
    assert tuple(net[1].weight.shape) == (1, 8) and net[1].weight.grad_req == "write"
    assert net[1].weight.grad().tolist() == [[0.0] * 8]
    assert [(name, tuple(p.shape)) for name, p in net.collect_params().items()] == [
        ("0.weight", (8, 4)), ("0.bias", (8,)), ("1.weight", (1, 8)), ("1.bias", (1,)),
    ]
    assert same(net.collect_params()["1.bias"].data(), net[1].bias.data())
    assert list(net.collect_params(".*bias")) == ["0.bias", "1.bias"]
    assert net.collect_params().get("nothing") is None and net.collect_params().get("1.bias") is net[1].bias
    assert [same(a, b) for a, b in zip(net[0].weight.list_data(), [net[0].weight])] == [True]
    assert len(net[0].weight.list_ctx()) == 1 and same(net[0].weight.list_grad()[0], net[0].weight.grad())


def test_data_is_pytorchs_and_gluons():
    net = small()
    weight = net[0].weight
    assert isinstance(weight.data, swiftnn.Tensor) and not weight.data.requires_grad
    assert weight.data.data_ptr() == weight.data_ptr() == weight.data().data_ptr()
    (weight.data() * 2).sum().backward()
    assert weight.grad.tolist() == [[2.0] * 4] * 8 == weight.grad().tolist()
    weight.zero_grad()
    assert weight.grad().tolist() == [[0.0] * 4] * 8
    weight.data.fill_(3)
    assert weight.tolist() == [[3.0] * 4] * 8
    weight.data = swiftnn.zeros(8, 4)
    assert weight.tolist() == [[0.0] * 4] * 8 and net[0].weight is weight
    weight.grad = None
    assert weight.grad is None
    weight.grad = swiftnn.ones(8, 4)
    assert weight.grad.tolist() == [[1.0] * 4] * 8
    assert type(copy.deepcopy(weight.data)) is swiftnn.Tensor
    assert same(pickle.loads(pickle.dumps(weight.data)), weight.data)
    twin = copy.deepcopy(weight)
    assert same(twin.data(), weight.data()) and twin.data_ptr() != weight.data_ptr()
    # Only parameters of blocks in Gluon's way have it; a tensor is nothing to be called.
    assert not callable(swiftnn.ones(1)) and not callable(nn.Linear(1, 1).weight.data)


def test_writing_through_data():
    net = small()
    weight = net[0].weight
    before = weight.detach().clone()
    weight.data()[:] += 1
    assert same(weight.detach(), before + 1)
    weight.data()[0, 0] = 42
    assert float(weight[0, 0].detach()) == 42
    net[1].weight.data()[:] *= 0
    assert net[1].weight.tolist() == [[0.0] * 8]
    data = net[1].weight.data()
    data -= 1
    data /= 2
    assert net[1].weight.tolist() == [[-0.5] * 8] and net[1].weight.is_leaf
    weight.set_data(swiftnn.ones(8, 4))
    assert weight.tolist() == [[1.0] * 4] * 8
    with pytest.raises(ValueError, match=r"\(8, 4\), not \(2,\)"):
        weight.set_data([1.0, 2.0])


def test_tied_layers():
    net, shared = nn.Sequential(), nn.Dense(8, activation="relu")
    net.add(nn.Dense(8, activation="relu"), shared, nn.Dense(8, activation="relu", params=shared.params), nn.Dense(10))
    net.initialize()
    net(swiftnn.rand(2, 20))
    assert same(net[1].weight.data()[0], net[2].weight.data()[0])
    net[1].weight.data()[0, 0] = 100
    assert same(net[1].weight.data()[0], net[2].weight.data()[0]) and len(net.collect_params()) == 6


# ---------------------------------------------------------------------------------------------- initialisation


def test_initialisers():
    net = small()
    net.initialize(init=init.Normal(sigma=0.01), force_reinit=True)
    assert 0 < float(net[0].weight.data().abs().max()) < 0.1
    net.initialize(init=init.Constant(1), force_reinit=True)
    assert net[0].weight.data()[0].tolist() == [1.0] * 4
    net[0].initialize(init=init.Xavier(), force_reinit=True)
    net[1].initialize(init=init.Constant(42), force_reinit=True)
    assert float(net[1].weight.data()[0, 0]) == 42 and float(net[0].weight.data().abs().max()) <= (6 / 12) ** 0.5
    net[0].weight.initialize(init=init.One(), force_reinit=True)
    assert net[0].weight.data()[0].tolist() == [1.0] * 4
    net.initialize(init.Zero(), force_reinit=True)
    assert float(net[0].weight.data().abs().max()) == 0
    net.initialize(init.MSRAPrelu(), force_reinit=True)
    assert 0.1 < float((net[0].weight.data() ** 2).mean()) ** 0.5 < 1.2
    net.initialize(init.Orthogonal(scale=2.0), force_reinit=True)
    gram = net[0].weight.detach().T @ net[0].weight.detach()
    assert float((gram - 4 * swiftnn.eye(4)).abs().max()) < 1e-4
    net.initialize("orthogonal", force_reinit=True)
    net.initialize("msraprelu", force_reinit=True)
    for wrong in (lambda: init.Orthogonal(rand_type="x"), lambda: net.initialize("nothing")):
        with pytest.raises(ValueError):
            wrong()


def test_initialiser_of_ones_own():
    seen = []

    class Outer(init.Initializer):
        def _init_weight(self, name, data):
            seen.append((name, tuple(data.shape)))
            data[:] = swiftnn.empty(data.shape).uniform_(-10, 10)
            data *= data.abs() >= 5

    net = small()
    net.initialize(Outer(), force_reinit=True)
    assert seen == [("0.weight", (8, 4)), ("1.weight", (1, 8))]
    magnitudes = net[0].weight.data().abs()
    assert bool(((magnitudes == 0) | (magnitudes >= 5)).all())


def test_deferred_initialisation():
    net = nn.Sequential()
    net.add(nn.Dense(16, activation="relu"), nn.Dense(10))
    net.initialize(init.Constant(2))
    assert "not initialised" in repr(net.collect_params())
    with pytest.raises(RuntimeError, match="not initialised"):
        net[0].weight.data()
    with pytest.raises(RuntimeError, match="block"):
        net[0].weight.initialize()
    net(swiftnn.rand(2, 20))
    assert net[0].weight.data()[0, :3].tolist() == [2.0] * 3 and net[0].weight.grad().tolist()[0][:2] == [0.0, 0.0]
    lazy = nn.Dense(2)
    lazy.initialize()
    with pytest.raises(RuntimeError, match="waits for its shape"):
        lazy.weight.set_data(swiftnn.ones(2, 3))


# ---------------------------------------------------------------------------------------------- layers of one's own


class Centered(nn.Block):
    def forward(self, x):
        return x - x.mean()


class OwnDense(nn.Block):
    def __init__(self, units, in_units, **kwargs):
        super().__init__(**kwargs)
        self.weight = self.params.get("weight", shape=(in_units, units))
        self.bias = self.params.get("bias", shape=(units,))

    def forward(self, x):
        return F.relu(x @ self.weight.data(ctx=x.device) + self.bias.data(ctx=x.device))


def test_own_layers():
    assert Centered()(swiftnn.tensor([1.0, 2.0, 3.0, 4.0, 5.0])).tolist() == [-2.0, -1.0, 0.0, 1.0, 2.0]
    net = nn.Sequential()
    net.add(nn.Dense(8), Centered())
    net.initialize()
    assert abs(float(net(swiftnn.rand(4, 8)).mean())) < 1e-6
    dense = OwnDense(units=3, in_units=5)
    assert list(dense.params) == ["weight", "bias"]
    dense.initialize()
    assert 0 < float(dense.weight.data().abs().max()) <= 0.07 and dense.bias.data().tolist() == [0.0] * 3
    assert tuple(dense(swiftnn.rand(2, 5)).shape) == (2, 3)
    net = nn.Sequential()
    net.add(OwnDense(8, in_units=64), OwnDense(1, in_units=8))
    net.initialize()
    net(swiftnn.rand(2, 64)).sum().backward()
    assert net[0].weight.grad.shape == (64, 8) and list(net.collect_params()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_params_get():
    class Own(nn.Block):
        def __init__(self):
            super().__init__()
            self.scale = self.params.get("scale", shape=3, init="ones", dtype="float64", grad_req="null")
            assert self.params.get("scale") is self.scale and self.params.get("other", default=4) == 4

    own = Own()
    assert own.scale.dtype is swiftnn.float64 and own.scale.tolist() == [1.0] * 3 and own.scale.grad_req == "null"
    own.initialize(init.Constant(5))
    assert own.scale.tolist() == [1.0] * 3, "the parameter's own initialiser"
    for wrong, error in [
        (dict(name="x"), ValueError), (dict(name="x", shape=(0, 3)), ValueError), (dict(name="x", shape=2, colour=1), TypeError),
    ]:
        with pytest.raises(error):
            own.params.get(**wrong)
    own.scale.grad_req = "add"
    assert own.scale.requires_grad
    with pytest.raises(ValueError, match="grad_req"):
        own.scale.grad_req = "sometimes"


# ---------------------------------------------------------------------------------------------- files


def test_save_and_load_parameters(tmp_path):
    path = str(tmp_path / "perceptron.params")
    net, x = Perceptron(), swiftnn.rand(2, 20)
    net.initialize()
    with pytest.raises(RuntimeError, match="'hidden.weight' waits"):
        net.save_parameters(path)
    y = net(x)
    net.save_parameters(path)
    clone = Perceptron()
    clone.load_parameters(path)
    assert same(clone(x), y)
    with pytest.warns(UserWarning, match="already initialized"):
        clone.initialize()
    assert same(clone(x), y)
    clone.output = nn.Linear(3, 3)
    with pytest.raises(RuntimeError, match="size mismatch"):
        clone.load_parameters(path)
    clone.more = nn.Dense(3, in_units=3)
    with pytest.raises(AssertionError, match="'more.weight' is missing"):
        clone.load_parameters(path)
    clone.output = nn.Dense(10)
    clone.load_parameters(path, allow_missing=True)
    assert same(clone.output(clone.hidden(x)), y)
    with pytest.raises(AssertionError, match="'output.bias' loaded"):
        first = nn.Block()
        first.hidden = nn.Dense(32)
        first.load_parameters(path)
    first.load_parameters(path, ignore_extra=True)
    assert same(first.hidden.weight, net.hidden.weight)


def test_save_and_load_tensors(tmp_path):
    path, x = tmp_path / "x-file", swiftnn.arange(4)
    swiftnn.save(x, path)
    assert same(swiftnn.load(path), x)
    swiftnn.save({"x": x, "y": [x, swiftnn.zeros(4)]}, path)
    found = swiftnn.load(path)
    assert same(found["x"], x) and found["y"][0] is found["x"]
