"""Optimisers: PyTorch's numbers, its state, its errors."""

import copy
import pickle

import pytest

import swiftnn
from swiftnn import nn, optim

# Five steps from [1, -2, 3] on (0.5 + k / 4) * sum(p * p), in float64, as PyTorch makes them.
TRAJECTORIES = [
    ("SGD", {"lr": 0.1}, [0.3213, -0.6426, 0.9638999999999999]),
    ("SGD", {"lr": 0.1, "momentum": 0.9}, [-0.38475000000000004, 0.7695000000000001, -1.1542500000000002]),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5},
     [-0.007846875000000102, 0.015693750000000204, -0.02354062500000036]),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}, [-0.30919769550000004, 0.6183953910000001, -0.9275930865000002]),
    ("SGD", {"lr": 0.1, "weight_decay": 0.1}, [0.3015624024, -0.6031248048, 0.9046872072]),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1, "maximize": True},
     [4.1514922584, -8.3029845168, 12.454476775200002]),
    ("Adam", {}, [0.9950415822684949, -1.99504186933833, 2.9950419650544697]),
    ("Adam", {"lr": 0.1}, [0.4993971622239157, -1.5014658343366025, 2.5023437987281216]),
    ("Adam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 0.001}, [0.47500148228402356, -1.4656977951289272, 2.4634552574505335]),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1}, [0.49890318573048714, -1.5006415106358548, 2.501435762209201]),
    ("Adam", {"lr": 0.1, "maximize": True}, [1.49008314356076, -2.4928959782428244, 3.4938570350076095]),
    ("AdamW", {}, [0.9949916768478053, -1.994941964908837, 2.9948920616220476]),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.1}, [0.46004610743890095, -1.4128464214404353, 2.364662064546307]),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.5, "maximize": True},
     [1.219768185712519, -1.9961191463569716, 2.7707489199783066]),
]
METHODS = ["SGD", "Adam", "AdamW"]


def start(dtype=swiftnn.float64):
    return nn.Parameter(swiftnn.tensor([1.0, -2.0, 3.0], dtype=dtype))


def advance(optimizer, parameter, steps, first=0):
    for k in range(first, first + steps):
        optimizer.zero_grad()
        ((parameter * parameter).sum() * (0.5 + k / 4)).backward()
        optimizer.step()


@pytest.mark.parametrize("method, settings, expected", TRAJECTORIES)
def test_trajectory(method, settings, expected):
    parameter = start()
    advance(getattr(optim, method)([parameter], **settings), parameter, 5)
    assert parameter.tolist() == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("method, settings, expected", TRAJECTORIES)
def test_trajectory_in_float32(method, settings, expected):
    parameter = start(swiftnn.float32)
    advance(getattr(optim, method)([parameter], **settings), parameter, 5)
    assert parameter.dtype is swiftnn.float32 and parameter.tolist() == pytest.approx(expected, rel=2e-5, abs=1e-6)


@pytest.mark.parametrize("method, settings, expected", TRAJECTORIES)
@pytest.mark.parametrize("through", [lambda s: s, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_continues_from_its_state(method, settings, expected, through):
    parameter = start()
    first = getattr(optim, method)([parameter], **settings)
    advance(first, parameter, 3)
    resumed = nn.Parameter(parameter.detach().clone())
    second = getattr(optim, method)([resumed], lr=77.0)
    second.load_state_dict(through(first.state_dict()))
    advance(first, parameter, 2, first=3)
    advance(second, resumed, 2, first=3)
    assert resumed.tolist() == parameter.tolist()
    assert parameter.tolist() == pytest.approx(expected, rel=1e-13)


def test_state_has_pytorchs_keys():
    parameter = start()
    sgd, adam = optim.SGD([parameter], momentum=0.9), optim.Adam([parameter])
    advance(sgd, parameter, 1)
    advance(adam, parameter, 2)
    assert list(sgd.state[parameter]) == ["momentum_buffer"]
    assert set(adam.state[parameter]) == {"step", "exp_avg", "exp_avg_sq"} and float(adam.state[parameter]["step"]) == 2
    assert adam.state[parameter]["exp_avg"].dtype is swiftnn.float64
    state = adam.state_dict()
    assert list(state) == ["state", "param_groups"] and state["param_groups"][0]["params"] == [0]
    assert set(state["state"][0]) == {"step", "exp_avg", "exp_avg_sq"}
    plain = optim.SGD([parameter])
    advance(plain, parameter, 1)
    assert not plain.state[parameter]


def test_a_parameter_without_gradient_is_left_alone():
    used, unused = start(), start()
    for method in METHODS:
        optimizer = getattr(optim, method)([used, unused], lr=0.1, weight_decay=0.1)
        advance(optimizer, used, 2)
        assert unused.tolist() == [1.0, -2.0, 3.0] and unused not in optimizer.state or not optimizer.state[unused]


def test_parameters_that_join_later_have_their_own_count():
    first, second = start(), start()
    optimizer = optim.Adam([first, second], lr=0.1)
    advance(optimizer, first, 3)
    alone = start()
    reference = optim.Adam([alone], lr=0.1)
    advance(reference, alone, 1)
    optimizer.zero_grad()
    ((second * second).sum() * 0.5).backward()
    optimizer.step()
    assert second.tolist() == alone.tolist() and float(optimizer.state[second]["step"]) == 1


def test_groups_have_their_own_settings():
    slow, fast = start(), start()
    optimizer = optim.SGD([{"params": [slow]}, {"params": fast, "lr": 0.5}], lr=0.1)
    ((slow + fast) * swiftnn.ones(3, dtype=swiftnn.float64)).sum().backward()
    optimizer.step()
    assert slow.tolist() == pytest.approx([0.9, -2.1, 2.9]) and fast.tolist() == pytest.approx([0.5, -2.5, 2.5])
    optimizer.param_groups[0]["lr"] = 1.0
    optimizer.step()
    assert slow.tolist() == pytest.approx([-0.1, -3.1, 1.9])
    assert [group["lr"] for group in optimizer.param_groups] == [1.0, 0.5]
    extra = start()
    optimizer.add_param_group({"params": [extra]})
    assert optimizer.param_groups[2]["lr"] == 0.1


def test_closure_and_zero_grad():
    parameter = start()
    optimizer = optim.SGD([parameter], lr=0.1)
    calls = []

    def closure():
        calls.append(1)
        optimizer.zero_grad()
        loss = (parameter * parameter).sum()
        loss.backward()
        return loss

    with swiftnn.no_grad():
        assert float(optimizer.step(closure)) == 14.0
    assert calls == [1] and parameter.tolist() == pytest.approx([0.8, -1.6, 2.4])
    assert optimizer.step() is None
    optimizer.zero_grad(set_to_none=False)
    assert parameter.grad.tolist() == [0.0, 0.0, 0.0]
    optimizer.zero_grad()
    assert parameter.grad is None


def test_steps_keep_parameters_and_record_nothing():
    net = nn.Sequential(nn.Linear(3, 2))
    weight = net[0].weight
    optimizer = optim.Adam(net.parameters())
    net(swiftnn.ones(1, 3)).sum().backward()
    optimizer.step()
    assert net[0].weight is weight and weight.is_leaf and weight.requires_grad


def test_backward_after_step_notices_overwritten_values():
    parameter = start()
    optimizer = optim.SGD([parameter], lr=0.1)
    loss = (parameter * parameter).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError):
        loss.backward()


@pytest.mark.parametrize("method", METHODS)
def test_misuse(method):
    make = getattr(optim, method)
    parameter = start()
    with pytest.raises(ValueError, match="empty parameter list"):
        make([])
    with pytest.raises(TypeError, match="iterable of Tensors or dicts"):
        make(parameter)
    with pytest.raises(TypeError, match="one of the params is str"):
        make(["x"])
    with pytest.raises(ValueError, match="non-leaf"):
        make([parameter * 2])
    with pytest.raises(ValueError, match="Invalid learning rate: -1"):
        make([parameter], lr=-1)
    with pytest.raises(ValueError, match="Invalid learning rate: nan"):
        make([parameter], lr=float("nan"))
    with pytest.raises(ValueError, match="Invalid weight_decay value: -1"):
        make([parameter], weight_decay=-1)
    with pytest.raises(TypeError, match="sets"):
        make([{"params": {parameter}}])
    with pytest.raises(KeyError, match="params"):
        make([{"lr": 1}])
    with pytest.raises(ValueError, match="more than one parameter group"):
        make([{"params": parameter}, {"params": parameter}])
    with pytest.warns(UserWarning, match="duplicate"):
        make([parameter, parameter])
    with pytest.raises(TypeError):
        make(None)
    with pytest.raises(TypeError):
        make([parameter], lr="fast")
    with pytest.raises(TypeError):
        make([parameter], wrong=1)
    optimizer = make([parameter])
    with pytest.raises(ValueError, match="different number of parameter groups"):
        optimizer.load_state_dict({"state": {}, "param_groups": []})
    with pytest.raises(ValueError, match="doesn't match the size"):
        optimizer.load_state_dict({"state": {}, "param_groups": [{**optimizer.state_dict()["param_groups"][0], "params": []}]})
    with pytest.raises(TypeError):
        optimizer.add_param_group([parameter])


def test_misuse_of_settings():
    parameter = start()
    for settings in ({"momentum": -1}, {"nesterov": True}, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}):
        with pytest.raises(ValueError):
            optim.SGD([parameter], **settings)
    for settings in ({"betas": (1.0, 0.9)}, {"betas": (0.9, -0.1)}, {"eps": -1.0}):
        with pytest.raises(ValueError, match="Invalid"):
            optim.Adam([parameter], **settings)


def test_repr_and_base_class():
    text = repr(optim.SGD([start()], lr=0.5))
    assert text.startswith("SGD (\nParameter Group 0\n    dampening: 0\n    differentiable: False\n") and text.endswith("\n)")
    optimizer = optim.Optimizer([start()], {"lr": 1})
    optimizer.param_groups[0]["params"][0].grad = swiftnn.ones(3, dtype=swiftnn.float64)
    with pytest.raises(NotImplementedError):
        optimizer.step()


def test_optimizer_pickles_with_its_parameters():
    net = nn.Linear(2, 2)
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    net(swiftnn.ones(1, 2)).sum().backward()
    optimizer.step()
    twin_net, twin = pickle.loads(pickle.dumps((net, optimizer)))
    assert twin.param_groups[0]["params"][0] is twin_net.weight
    assert twin.state[twin_net.weight]["exp_avg"].tolist() == optimizer.state[net.weight]["exp_avg"].tolist()
