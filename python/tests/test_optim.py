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


# ---------------------------------------------------------------------------------------------------- all methods

ALL = ["SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Adagrad", "Adadelta", "ASGD", "Rprop", "Adafactor", "Muon", "LBFGS"]
SIGNATURES = {
    "SGD": "params, lr=0.001, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, foreach=None, differentiable=False, fused=None",
    "Adam": "params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, amsgrad=False, *, foreach=None, maximize=False, capturable=False, differentiable=False, fused=None, decoupled_weight_decay=False",
    "AdamW": "params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01, amsgrad=False, *, maximize=False, foreach=None, capturable=False, differentiable=False, fused=None",
    "Adamax": "params, lr=0.002, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, foreach=None, *, maximize=False, differentiable=False, capturable=False",
    "NAdam": "params, lr=0.002, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, momentum_decay=0.004, decoupled_weight_decay=False, *, foreach=None, maximize=False, capturable=False, differentiable=False",
    "RAdam": "params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, decoupled_weight_decay=False, *, foreach=None, maximize=False, capturable=False, differentiable=False",
    "RMSprop": "params, lr=0.01, alpha=0.99, eps=1e-08, weight_decay=0, momentum=0, centered=False, capturable=False, foreach=None, maximize=False, differentiable=False",
    "Adagrad": "params, lr=0.01, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, foreach=None, *, maximize=False, differentiable=False, fused=None",
    "Adadelta": "params, lr=1.0, rho=0.9, eps=1e-06, weight_decay=0, foreach=None, *, capturable=False, maximize=False, differentiable=False",
    "ASGD": "params, lr=0.01, lambd=0.0001, alpha=0.75, t0=1000000.0, weight_decay=0, foreach=None, maximize=False, differentiable=False, capturable=False",
    "Rprop": "params, lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-06, 50), *, capturable=False, foreach=None, maximize=False, differentiable=False",
    "LBFGS": "params, lr=1, max_iter=20, max_eval=None, tolerance_grad=1e-07, tolerance_change=1e-09, history_size=100, line_search_fn=None",
    "Adafactor": "params, lr=0.01, beta2_decay=-0.8, eps=(None, 0.001), d=1.0, weight_decay=0.0, *, foreach=None, maximize=False",
    "Muon": "params, lr=0.001, weight_decay=0.1, momentum=0.95, nesterov=True, ns_coefficients=(3.4445, -4.775, 2.0315), eps=1e-07, ns_steps=5, adjust_lr_fn=None",
    "SparseAdam": "params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, maximize=False",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_pytorchs(name):
    import inspect

    assert str(inspect.signature(getattr(optim, name))) == f"({SIGNATURES[name]})"


def ready(*shape):
    parameter = nn.Parameter(swiftnn.ones(shape or (2, 3)))
    parameter.grad = swiftnn.ones(shape or (2, 3))
    return parameter


@pytest.mark.parametrize("name", ALL)
def test_every_method_learns(name):
    swiftnn.manual_seed(1)
    net = nn.Sequential(nn.Linear(2, 8, bias=False), nn.Tanh(), nn.Linear(8, 1, bias=False))
    x = swiftnn.rand(64, 2) * 2 - 1
    y = (x[:, :1] * 0.7 - x[:, 1:] * 0.3).detach()
    rates = {"SGD": 0.1, "ASGD": 0.1, "Adadelta": 5.0, "Adagrad": 0.2, "RAdam": 0.05, "LBFGS": 0.5, "Adafactor": 0.1}
    optimizer = getattr(optim, name)(net.parameters(), lr=rates.get(name, 0.01))

    def closure():
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        return loss

    first = float(closure())
    for _ in range(100):
        optimizer.step(closure)
    assert float(closure()) < first / 10


@pytest.mark.parametrize("name", ALL)
def test_a_tensor_as_rate(name):
    numbers, tensors = ready(), ready()
    for parameter, lr in ((numbers, 0.5), (tensors, swiftnn.tensor(0.5))):
        optimizer = getattr(optim, name)([parameter], lr=lr)
        for _ in range(2):
            optimizer.step(lambda: swiftnn.tensor(1.0))
    assert numbers.tolist() == tensors.tolist() != swiftnn.ones(2, 3).tolist()
    with pytest.raises(ValueError, match="1-element"):
        getattr(optim, name)([numbers], lr=swiftnn.ones(2))
    assert getattr(optim, name)([numbers], lr=swiftnn.ones(1)).param_groups[0]["lr"].shape == (1,)


def test_modes_that_are_not_offered():
    for name in ALL:
        modes = SIGNATURES[name]
        if "differentiable" in modes:
            with pytest.raises(NotImplementedError, match=f"{name}: differentiable=True is not offered"):
                getattr(optim, name)([ready()], differentiable=True)
        if "capturable" in modes:
            with pytest.raises(AssertionError, match="capturable=True"):
                getattr(optim, name)([ready()], capturable=True).step()
        if "fused" in modes:
            with pytest.raises(RuntimeError, match="cannot be `True` together"):
                getattr(optim, name)([ready()], fused=True, foreach=True)
    with pytest.raises(NotImplementedError, match="SparseAdam is not offered"):
        optim.SparseAdam([ready()])
    fused = optim.Adam([ready()], fused=True, capturable=True)
    fused.step()
    swiftnn.set_default_dtype(swiftnn.float64)
    try:
        parameter = nn.Parameter(swiftnn.ones(2))
        parameter.grad = swiftnn.ones(2)
        for is_fused, dtype in ((True, swiftnn.float32), (False, swiftnn.float64)):
            optimizer = optim.Adam([parameter], fused=is_fused)
            optimizer.step()
            assert optimizer.state[parameter]["step"].dtype is dtype
    finally:
        swiftnn.set_default_dtype(swiftnn.float32)


def test_misuse_of_more_settings():
    parameter = ready()
    for make, error in (
        (lambda: optim.RMSprop([parameter], alpha=-1), "Invalid alpha value: -1"),
        (lambda: optim.Adagrad([parameter], lr_decay=-1), "Invalid lr_decay value: -1"),
        (lambda: optim.Adagrad([parameter], initial_accumulator_value=-1), "Invalid initial_accumulator_value value: -1"),
        (lambda: optim.Adadelta([parameter], rho=1.5), "Invalid rho value: 1.5"),
        (lambda: optim.NAdam([parameter], momentum_decay=-1), "Invalid momentum_decay value: -1"),
        (lambda: optim.Rprop([parameter], etas=(1.2, 0.5)), "Invalid eta values: 1.2, 0.5"),
        (lambda: optim.Adafactor([parameter], beta2_decay=1), "beta2_decay should be <= 0 but is: 1"),
        (lambda: optim.Adafactor([parameter], eps=(-1, 1)), "epsilon1 should be >= 0 but is: -1"),
        (lambda: optim.Adafactor([parameter], d=0.5), "Clipping threshold d should be >= 1 but is: 0.5"),
        (lambda: optim.Muon([parameter], momentum=-1), "momentum should be >= 0 but is: -1"),
        (lambda: optim.Muon([parameter], adjust_lr_fn="x"), "Adjust learning rate function x is not supported"),
        (lambda: optim.Muon([ready(3)]), "only supports 2D parameters"),
        (lambda: optim.Muon([parameter], ns_steps=100).step(), "less than 100"),
        (lambda: optim.Muon([parameter], ns_coefficients=(1, 2)).step(), "exactly 3 values"),
        (lambda: optim.Adam([parameter], betas=(0, 0.9)), "both floats or both Tensors"),
        (lambda: optim.Adam([parameter], betas=(swiftnn.ones(2) / 2, swiftnn.ones(2) / 2)), "ambiguous|1-element"),
        (lambda: optim.Adam([parameter], lr=swiftnn.tensor(1.0), foreach=True), "lr as a Tensor is not supported"),
        (lambda: optim.LBFGS([{"params": [parameter]}, {"params": [ready()]}]), "per-parameter options"),
    ):
        with pytest.raises((ValueError, RuntimeError), match=error):
            make()
    with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
        optim.LBFGS([parameter], line_search_fn="armijo").step(lambda: swiftnn.tensor(1.0))
    with pytest.raises(TypeError):
        optim.LBFGS([parameter]).step()
    betas = swiftnn.tensor(0.9), swiftnn.tensor(0.999)
    one, other = ready(), ready()
    optim.Adam([one], betas=betas).step()
    optim.Adam([other]).step()
    assert swiftnn.allclose(one, other)


def test_step_hooks():
    optimizer = optim.SGD([ready()], lr=0.1)
    calls = []
    handles = [
        optimizer.register_step_pre_hook(lambda o, args, kwargs: calls.append(("pre", o is optimizer, args[1:], kwargs))),
        optimizer.register_step_post_hook(lambda o, args, kwargs: calls.append(("post", args[1:]))),
        optim.optimizer.register_optimizer_step_pre_hook(lambda o, args, kwargs: calls.append("global pre")),
        optim.optimizer.register_optimizer_step_post_hook(lambda o, args, kwargs: calls.append("global post")),
    ]
    closure = lambda: swiftnn.tensor(7.0)  # noqa: E731
    assert float(optimizer.step(closure)) == 7
    assert calls == ["global pre", ("pre", True, (closure,), {}), ("post", (closure,)), "global post"]
    for handle in handles:
        handle.remove()
    calls.clear()
    optimizer.step()
    assert not calls
    optimizer.register_step_pre_hook(lambda o, args, kwargs: ((o,), {"closure": closure}))
    assert float(optimizer.step()) == 7
    optimizer.register_step_pre_hook(lambda o, args, kwargs: 1)
    with pytest.raises(RuntimeError, match="must return None or a tuple"):
        optimizer.step()

    class Own(optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {})

        def step(self, closure=None):
            return "own"

    own = Own([ready()])
    seen = []
    own.register_step_post_hook(lambda o, args, kwargs: seen.append(o))
    assert own.step() == "own" and seen == [own]
    assert pickle.loads(pickle.dumps(optim.SGD([ready()]))).step() is None


def test_state_hooks():
    optimizer = optim.Adam([ready()])
    order = []
    optimizer.register_state_dict_pre_hook(lambda o: order.append("first"))
    optimizer.register_state_dict_pre_hook(lambda o: order.append("before"), prepend=True)
    optimizer.register_state_dict_post_hook(lambda o, state: {**state, "extra": 1})
    optimizer.step()
    state = optimizer.state_dict()
    assert order == ["before", "first"] and state["extra"] == 1
    other = optim.Adam([ready()], lr=5.0)
    other.register_load_state_dict_pre_hook(lambda o, given: {**given, "param_groups": [{**given["param_groups"][0], "lr": 0.25}]})
    other.register_load_state_dict_post_hook(lambda o: order.append("loaded"))
    other.load_state_dict(state)
    assert order[-1] == "loaded" and other.param_groups[0]["lr"] == 0.25
    assert float(other.state[other.param_groups[0]["params"][0]]["step"]) == 1


def test_named_parameters():
    net = nn.Linear(2, 2)
    optimizer = optim.SGD(net.named_parameters(), lr=0.1)
    assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"] and optimizer.param_groups[0]["params"][0] is net.weight
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]
    with pytest.raises(ValueError, match="cannot add param group without names"):
        optimizer.add_param_group({"params": [ready()]})
    with pytest.raises(ValueError, match="Some param names are missing"):
        optim.SGD([("a", ready()), ready()])
    unnamed = {"params": [0, 1], "lr": 3.0}
    optimizer.load_state_dict({"state": {}, "param_groups": [unnamed]})
    assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"] and optimizer.param_groups[0]["lr"] == 3.0


def test_a_group_is_the_dict_that_was_given():
    group = {"params": ready(), "lr": 0.5}
    optimizer = optim.SGD([group], momentum=0.9)
    assert optimizer.param_groups[0] is group and group["momentum"] == 0.9 and isinstance(group["params"], list)


def test_states_of_older_programs():
    parameter = ready()
    optimizer = optim.Adam([parameter])
    optimizer.step()
    state = optimizer.state_dict()
    state["state"][0]["step"] = 1
    old = {name: state["param_groups"][0][name] for name in ("lr", "betas", "eps", "weight_decay", "params")}
    other = optim.Adam([parameter])
    other.load_state_dict({"state": state["state"], "param_groups": [old]})
    assert float(other.state[parameter]["step"]) == 1 and other.state[parameter]["step"].dtype is swiftnn.float32
    assert other.param_groups[0]["amsgrad"] is False
    other.step()
    adamw = optim.AdamW([parameter])
    adamw.load_state_dict(optimizer.state_dict())
    assert adamw.param_groups[0]["decoupled_weight_decay"] is True


def test_momentum_that_begins_later():
    parameter = ready()
    optimizer = optim.SGD([parameter], lr=0.1)
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.9
    optimizer.step()
    assert swiftnn.equal(optimizer.state[parameter]["momentum_buffer"], swiftnn.ones(2, 3))
    with pytest.raises(KeyError, match="max_exp_avg_sq"):
        adam = optim.Adam([parameter])
        adam.step()
        adam.param_groups[0]["amsgrad"] = True
        adam.step()

