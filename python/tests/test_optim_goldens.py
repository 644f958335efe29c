"""Optimisers against PyTorch's numbers, step by step (Tests/Goldens/make_optimizers.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

import swiftnn
from swiftnn import nn, optim

GOLDENS = json.loads((Path(__file__).parents[2] / "Tests" / "Goldens" / "optimizers.json").read_text())
CASES = GOLDENS["optimizers"]
MISSING = [tuple(pair) for pair in GOLDENS["missing"]]


def made(values, index, dtype):
    """The parameter's value or gradient; the last shape lies column after column in memory."""
    shape = GOLDENS["shapes"][index]
    tensor = swiftnn.tensor(values, dtype=dtype).reshape(shape)
    return tensor.t().contiguous().t() if index == 4 else tensor


def tolerance(case):
    if case["optimizer"] == "Muon":
        return 3e-2  # bfloat16 inside
    return 1e-12 if case["dtype"] == "float64" else 3e-6


def assert_near(given, expected, case, what):
    limit = max(tolerance(case), 1e-7 if given.dtype is swiftnn.float32 else 0)
    given, expected = given.detach().numpy().astype(np.float64).reshape(-1), np.array(expected)
    assert np.all(np.abs(given - expected) <= limit * np.maximum(np.abs(expected), 1)), (what, given, expected)


def run(case, first=0, through=None, **other):
    dtype = getattr(swiftnn, case["dtype"])
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in case["settings"].items()}
    which = case["parameters"]
    params = [nn.Parameter(made(GOLDENS["start"][i], i, dtype)) for i in which]
    optimizer = getattr(optim, case["optimizer"])(params, **settings, **other)
    after = iter(case["after"])
    for step, gradients in enumerate(GOLDENS["gradients"]):
        for i, param in zip(which, params):
            param.grad = None if (i, step) in MISSING else made(gradients[i], i, dtype)
        if through is not None and step == 4:
            resumed = getattr(optim, case["optimizer"])(params, lr=77.0)
            resumed.load_state_dict(through(optimizer.state_dict()))
            optimizer = resumed
        optimizer.step()
        if step + 1 in GOLDENS["kept"]:
            for param, expected in zip(params, next(after)):
                assert_near(param, expected, case, step)
    return optimizer, params


def name_of(case):
    return f"{case['optimizer']}-{case['dtype']}-{case['settings']}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_steps_and_state(case):
    optimizer, params = run(case)
    state = optimizer.state_dict()["state"]
    for i, (param, expected) in enumerate(zip(params, case["state"])):
        given = state.get(i, {})
        assert set(given) == set(expected)
        for key, entry in expected.items():
            assert list(given[key].shape) == entry["shape"] and str(given[key].dtype) == f"swiftnn.{entry['dtype']}", key
            assert_near(given[key], entry["values"], case, key)


@pytest.mark.parametrize("case", [case for case in CASES if case["dtype"] == "float64"], ids=name_of)
def test_goes_on_from_its_state(case):
    run(case, through=lambda state: state)


@pytest.mark.parametrize("case", [case for case in CASES if case["dtype"] == "float32"][::3], ids=name_of)
def test_foreach_and_fused_change_nothing(case):
    import inspect

    names = inspect.signature(getattr(optim, case["optimizer"]).__init__).parameters
    for name in ("foreach", "fused"):
        if name in names:
            run(case, **{name: True})


def test_a_state_of_pytorchs_loads():
    """The keys, shapes and dtypes are those of the goldens: from there the same steps follow."""
    for case in CASES:
        if case["dtype"] != "float64" or not any(case["state"]):
            continue
        optimizer, params = run(case)
        state = {
            i: {key: swiftnn.tensor(e["values"], dtype=getattr(swiftnn, e["dtype"])).reshape(e["shape"]) for key, e in entries.items()}
            for i, entries in enumerate(case["state"])
        }
        copies = [nn.Parameter(p.detach().clone()) for p in params]
        other = getattr(optim, case["optimizer"])(copies)
        other.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
        for param, copy in zip(params, copies):
            param.grad, copy.grad = swiftnn.ones_like(param), swiftnn.ones_like(copy)
        optimizer.step()
        other.step()
        # Counts in float32 have as many digits in the goldens.
        limit = 1e-7 if case["optimizer"] in ("NAdam", "ASGD") else tolerance(case)
        for param, copy in zip(params, copies):
            assert float((param - copy).abs().max() if param.numel() else 0) <= limit, case["optimizer"]


@pytest.mark.parametrize("case", GOLDENS["lbfgs"], ids=lambda case: str(case["settings"]))
def test_lbfgs(case):
    p = nn.Parameter(swiftnn.tensor([-1.2, 1.0], dtype=swiftnn.float64))
    optimizer = optim.LBFGS([p], **case["settings"])

    def closure():
        optimizer.zero_grad()
        loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        loss.backward()
        return loss

    for loss, point in zip(case["losses"], case["points"]):
        assert float(optimizer.step(closure)) == pytest.approx(loss, rel=1e-6, abs=1e-12)
        assert p.tolist() == pytest.approx(point, rel=1e-6)
    assert sorted(optimizer.state_dict()["state"][0]) == case["keys"]


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adamax", "NAdam", "RAdam", "RMSprop", "Adagrad", "Adadelta", "ASGD", "Rprop", "Adafactor", "Muon"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_are_rounded_steps_in_float32(name, dtype):
    dtype = getattr(swiftnn, dtype)
    generator = np.random.default_rng(3)
    values, gradient = (generator.normal(size=(2, 3)).astype(np.float32) for _ in range(2))
    half = nn.Parameter(swiftnn.tensor(values).to(dtype))
    whole = nn.Parameter(half.detach().float())
    half.grad = swiftnn.tensor(gradient).to(dtype)
    whole.grad = half.grad.float()
    optimizers = [getattr(optim, name)([p]) for p in (half, whole)]
    for optimizer in optimizers:
        optimizer.step()
    assert half.dtype is dtype
    limit = 2e-2 if name in ("Adafactor", "Muon") else 1e-6  # Adafactor's eps is the dtype's
    rounded = whole.detach().to(dtype).float()
    assert float((half.detach().float() - rounded).abs().max()) <= limit
    for key, value in optimizers[0].state[half].items():
        assert value.dtype is (dtype if value.dim() or name == "Muon" else swiftnn.float32), key
