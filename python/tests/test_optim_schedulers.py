"""Schedules against PyTorch's numbers over 60 steps, their state, their misuse; averages of weights."""

import copy
import json
import pickle
import warnings
from pathlib import Path

import pytest

import swiftnn
from swiftnn import nn, optim
from swiftnn.optim import lr_scheduler, swa_utils

GOLDENS = json.loads((Path(__file__).parents[2] / "Tests" / "Goldens" / "optimizers.json").read_text())
CASES = GOLDENS["schedules"]
LAMBDAS = {"powers": lambda epoch: 0.95**epoch, "steps": lambda epoch: 1.0 / (1 + epoch // 10), "near": lambda epoch: 0.97}


def two_groups(method="SGD", tensor_lr=False):
    rates = [swiftnn.tensor(lr, dtype=swiftnn.float64) if tensor_lr else lr for lr in (0.1, 0.5)]
    groups = [{"params": [nn.Parameter(swiftnn.zeros(1))], "lr": lr} for lr in rates]
    return optim.SGD(groups, momentum=0.9) if method == "SGD" else optim.Adam(groups)


def make(optimizer, name, arguments):
    arguments = dict(arguments)
    if "schedulers" in arguments:
        arguments["schedulers"] = [make(optimizer, *entry) for entry in arguments["schedulers"]]
        if name == "ChainedScheduler":
            return lr_scheduler.ChainedScheduler(**arguments)
    if "lr_lambda" in arguments:
        given = arguments["lr_lambda"]
        arguments["lr_lambda"] = [LAMBDAS[n] for n in given] if isinstance(given, list) else LAMBDAS[given]
    return getattr(swa_utils if name == "SWALR" else lr_scheduler, name)(optimizer, **arguments)


def advance(case, optimizer, schedule, first, last, rel=1e-12):
    momenta = case["momenta"]
    for k in range(first, last):
        assert [float(group["lr"]) for group in optimizer.param_groups] == pytest.approx(case["rates"][k], rel=rel, abs=1e-16), k
        if momenta:
            given = [group["momentum"] if "momentum" in group else group["betas"][0] for group in optimizer.param_groups]
            assert given == pytest.approx(momenta[k], rel=1e-12), k
        optimizer.step()
        if k < 59:
            schedule.step(*([GOLDENS["metrics"][k]] if case["schedule"] == "ReduceLROnPlateau" else []))
            assert schedule.get_last_lr() == [group["lr"] for group in optimizer.param_groups]


def name_of(case):
    return f"{case['schedule']}-{case['optimizer']}-{case['arguments']}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_rates(case):
    optimizer = two_groups(case["optimizer"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        advance(case, optimizer, make(optimizer, case["schedule"], case["arguments"]), 0, 60)


@pytest.mark.parametrize("case", CASES, ids=name_of)
@pytest.mark.parametrize("through", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))], ids=["copy", "pickle"])
def test_goes_on_from_its_state(case, through):
    optimizer = two_groups(case["optimizer"])
    schedule = make(optimizer, case["schedule"], case["arguments"])
    advance(case, optimizer, schedule, 0, 25)
    saved = through((schedule.state_dict(), optimizer.state_dict()))
    other = two_groups(case["optimizer"])
    resumed = make(other, case["schedule"], case["arguments"])
    resumed.load_state_dict(saved[0])
    other.load_state_dict(saved[1])
    advance(case, other, resumed, 25, 60)


@pytest.mark.parametrize("case", [c for c in CASES if c["schedule"] not in ("CyclicLR", "OneCycleLR", "ReduceLROnPlateau")], ids=name_of)
def test_a_tensor_as_rate_is_changed_in_place(case):
    optimizer = two_groups(tensor_lr=True)
    held = [group["lr"] for group in optimizer.param_groups]
    schedule = make(optimizer, case["schedule"], case["arguments"])
    advance(case, optimizer, schedule, 0, 60, rel=1e-9)
    assert all(group["lr"] is rate for group, rate in zip(optimizer.param_groups, held))


@pytest.mark.parametrize("case", [c for c in CASES if c["schedule"] in ("StepLR", "MultiStepLR", "ExponentialLR", "CosineAnnealingLR", "LinearLR", "ConstantLR", "PolynomialLR", "CosineAnnealingWarmRestarts", "LambdaLR")], ids=name_of)
def test_an_epoch_gives_the_rate_directly(case):
    optimizer = two_groups()
    schedule = make(optimizer, case["schedule"], case["arguments"])
    for epoch in (40, 7, 19):
        optimizer.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schedule.step(epoch)
        assert schedule.get_last_lr() == pytest.approx(case["rates"][epoch], rel=1e-9, abs=1e-12)
        assert schedule.last_epoch == epoch


def test_the_state_has_pytorchs_keys():
    common = {"base_lrs", "last_epoch", "_step_count", "_is_initial", "_get_lr_called_within_step", "_last_lr"}
    for name, arguments, keys in (
        ("StepLR", {"step_size": 3}, {"step_size", "gamma"}),
        ("MultiStepLR", {"milestones": [3]}, {"milestones", "gamma"}),
        ("LambdaLR", {"lr_lambda": "powers"}, {"lr_lambdas"}),
        ("LinearLR", {}, {"start_factor", "end_factor", "total_iters"}),
        ("CosineAnnealingLR", {"T_max": 3}, {"T_max", "eta_min"}),
        ("CosineAnnealingWarmRestarts", {"T_0": 3}, {"T_0", "T_i", "T_mult", "T_cur", "eta_min"}),
        ("OneCycleLR", {"max_lr": 1.0, "total_steps": 9}, {"total_steps", "_schedule_phases", "_anneal_func_type", "cycle_momentum", "use_beta1"}),
        ("CyclicLR", {"base_lr": 0.1, "max_lr": 1.0}, {"max_lrs", "total_size", "step_ratio", "mode", "gamma", "_scale_fn_custom", "scale_mode", "cycle_momentum", "use_beta1", "base_momentums", "max_momentums"}),
    ):
        state = make(two_groups(), name, arguments).state_dict()
        missing = {"_step_count", "_is_initial", "_get_lr_called_within_step"} - set(state)
        assert set(state) - {"_get_lr_called_within_step", "_is_initial"} == common - {"_get_lr_called_within_step", "_is_initial"} | keys - missing, name


class Decay:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, epoch):
        return self.factor**epoch


def test_objects_as_functions_keep_their_attributes():
    optimizer = two_groups()
    schedule = lr_scheduler.LambdaLR(optimizer, [Decay(0.5), lambda epoch: 1.0])
    state = schedule.state_dict()
    assert state["lr_lambdas"] == [{"factor": 0.5}, None]
    other = lr_scheduler.LambdaLR(two_groups(), [Decay(0.1), lambda epoch: 1.0])
    other.load_state_dict(state)
    assert other.lr_lambdas[0].factor == 0.5 and "lr_lambdas" in state
    cyclic = lr_scheduler.CyclicLR(two_groups(), 0.1, 1.0, scale_fn=Decay(0.5))
    assert cyclic.state_dict()["_scale_fn_custom"] == {"factor": 0.5}


def test_order_of_calls():
    optimizer = two_groups()
    schedule = lr_scheduler.StepLR(optimizer, 2)
    with pytest.warns(UserWarning, match="before `optimizer.step\\(\\)`"):
        schedule.step()
    with pytest.warns(UserWarning, match="get_last_lr"):
        schedule.get_lr()
    optimizer = two_groups()
    schedule = lr_scheduler.StepLR(optimizer, 2)
    optimizer.step = lambda closure=None: None
    with pytest.warns(UserWarning, match="overridden"):
        schedule.step()
    optimizer = two_groups()
    schedule = lr_scheduler.StepLR(optimizer, 2)
    optimizer.step()
    with pytest.warns(UserWarning, match="deprecated"):
        schedule.step(3)


def test_own_schedule_and_resuming():
    class Own(lr_scheduler.LRScheduler):
        def get_lr(self):
            return [rate / (1 + self.last_epoch) for rate in self.base_lrs]

    optimizer = two_groups()
    schedule = Own(optimizer)
    for _ in range(3):
        optimizer.step()
        schedule.step()
    assert schedule.get_last_lr() == [0.1 / 4, 0.5 / 4]
    with pytest.raises(KeyError, match="initial_lr"):
        Own(two_groups(), last_epoch=3)
    resumed = Own(optimizer, last_epoch=2)
    assert resumed.get_last_lr() == [0.1 / 4, 0.5 / 4] and resumed.last_epoch == 3
    with pytest.raises(NotImplementedError):
        lr_scheduler.LRScheduler(two_groups())
    assert issubclass(lr_scheduler._LRScheduler, lr_scheduler.LRScheduler)


def test_misuse():
    optimizer = two_groups()
    for name in lr_scheduler.__all__:
        if name in ("ChainedScheduler", "SequentialLR"):
            continue
        arguments = {"LambdaLR": [abs], "MultiplicativeLR": [abs], "StepLR": [1], "MultiStepLR": [[1]], "ExponentialLR": [0.5],
                     "CosineAnnealingLR": [3], "CosineAnnealingWarmRestarts": [3], "CyclicLR": [0.1, 1.0], "OneCycleLR": [1.0, 5]}
        with pytest.raises(TypeError, match="is not an Optimizer"):
            getattr(lr_scheduler, name)("optimizer", *arguments.get(name, []))
    for make_it, error in (
        (lambda: lr_scheduler.LambdaLR(optimizer, [abs]), "Expected 2 lr_lambdas, but got 1"),
        (lambda: lr_scheduler.ConstantLR(optimizer, factor=1.5), "between 0 and 1"),
        (lambda: lr_scheduler.LinearLR(optimizer, start_factor=0), "greater than 0"),
        (lambda: lr_scheduler.LinearLR(optimizer, end_factor=2), "between 0 and 1"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 0), "positive integer T_0"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 3, 0), "T_mult >= 1"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 3).step(-1), "non-negative epoch"),
        (lambda: lr_scheduler.CyclicLR(optimizer, 0.1, 1.0, mode="square"), "mode is invalid"),
        (lambda: lr_scheduler.CyclicLR(optimizer, [0.1], 1.0), "same length"),
        (lambda: lr_scheduler.OneCycleLR(optimizer, 1.0), "total_steps OR"),
        (lambda: lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=0), "positive integer total_steps"),
        (lambda: lr_scheduler.OneCycleLR(optimizer, 1.0, epochs=2, steps_per_epoch=-1), "positive integer steps_per_epoch"),
        (lambda: lr_scheduler.OneCycleLR(optimizer, 1.0, 5, pct_start=2.0), "pct_start"),
        (lambda: lr_scheduler.OneCycleLR(optimizer, 1.0, 5, anneal_strategy="x"), "anneal_strategy"),
        (lambda: lr_scheduler.ReduceLROnPlateau(optimizer, factor=1.0), "Factor should be < 1.0"),
        (lambda: lr_scheduler.ReduceLROnPlateau(optimizer, "least"), "mode least is unknown"),
        (lambda: lr_scheduler.ReduceLROnPlateau(optimizer, threshold_mode="x"), "threshold mode x"),
        (lambda: lr_scheduler.ReduceLROnPlateau(optimizer, min_lr=[1]), "expected 2 min_lrs, got 1"),
        (lambda: lr_scheduler.ChainedScheduler([]), "at least one scheduler"),
        (lambda: lr_scheduler.SequentialLR(optimizer, [], []), "at least one scheduler"),
        (lambda: lr_scheduler.SequentialLR(optimizer, [lr_scheduler.StepLR(optimizer, 1)], [1]), "one more than"),
        (lambda: lr_scheduler.SequentialLR(optimizer, [lr_scheduler.StepLR(two_groups(), 1)], []), "same optimizer"),
        (lambda: lr_scheduler.ChainedScheduler([lr_scheduler.ReduceLROnPlateau(optimizer)]), "does not support `ReduceLROnPlateau`"),
        (lambda: lr_scheduler.CyclicLR(optim.Adagrad([nn.Parameter(swiftnn.ones(1))]), 0.1, 1.0), "must support momentum"),
        (lambda: swa_utils.SWALR(optimizer, 0.1, anneal_epochs=-1), "anneal_epochs"),
        (lambda: swa_utils.SWALR(optimizer, 0.1, anneal_strategy="x"), "anneal_strategy"),
    ):
        with pytest.raises(ValueError, match=error):
            make_it()
    with pytest.raises(TypeError, match="should be a function"):
        lr_scheduler.MultiplicativeLR(optimizer, 0.5)
    with pytest.raises(TypeError, match="`optimizer` as its attribute"):
        lr_scheduler.ChainedScheduler([1], optimizer)
    one_cycle = lr_scheduler.OneCycleLR(two_groups(), 1.0, 2)
    one_cycle.optimizer.step()
    one_cycle.step()
    one_cycle.step()
    with pytest.raises(ValueError, match="Tried to step 3 times"):
        one_cycle.step()


def weighted(value):
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    with swiftnn.no_grad():
        for p in net.parameters():
            p.fill_(value)
    return net


def fill(net, value):
    with swiftnn.no_grad():
        for p in net.parameters():
            p.fill_(value)


@pytest.mark.parametrize("arguments, expected", [
    ({}, (1 + 2 + 6) / 3),
    ({"avg_fn": swa_utils.get_swa_avg_fn()}, 3.0),
    ({"multi_avg_fn": swa_utils.get_swa_multi_avg_fn()}, 3.0),
    ({"avg_fn": swa_utils.get_ema_avg_fn(0.9)}, (1 * 0.9 + 0.2) * 0.9 + 0.6),
    ({"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9)}, (1 * 0.9 + 0.2) * 0.9 + 0.6),
    ({"avg_fn": lambda old, new, count: old + count * new}, 1 + 2 + 2 * 6.0),
    ({"use_buffers": True}, 3.0),
])
def test_averaged_model(arguments, expected):
    net = weighted(0.0)
    averaged = swa_utils.AveragedModel(net, **arguments)
    for value in (1.0, 2.0, 6.0):
        fill(net, value)
        averaged.update_parameters(net)
    assert int(averaged.n_averaged) == 3
    for p in averaged.module.parameters():
        assert p.requires_grad and p.flatten().tolist() == pytest.approx([expected] * p.numel(), rel=1e-6)
    assert "n_averaged" in averaged.state_dict() and "module.0.weight" in averaged.state_dict()
    x = swiftnn.ones(1, 2)
    assert averaged(x).tolist() == averaged.module(x).tolist()
    other = swa_utils.AveragedModel(weighted(9.0), **arguments)
    other.load_state_dict(averaged.state_dict())
    assert other(x).tolist() == averaged(x).tolist() and int(other.n_averaged) == 3


def test_averages_misuse():
    with pytest.raises(AssertionError, match="Only one of"):
        swa_utils.AveragedModel(weighted(0.0), avg_fn=max, multi_avg_fn=max)
    for function in (swa_utils.get_ema_avg_fn, swa_utils.get_ema_multi_avg_fn):
        with pytest.raises(ValueError, match="Invalid decay value"):
            function(1.5)
    swa_utils.update_bn([swiftnn.ones(1, 2)], weighted(1.0))  # nothing to do
