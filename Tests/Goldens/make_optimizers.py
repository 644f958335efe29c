"""Writes optimizers.json: what PyTorch's optimisers and schedules do, step by step.

    python Tests/Goldens/make_optimizers.py

Optimisers move parameters of several shapes by gradients that are given, so that no difference can grow through a model.
Schedules run over two groups with different rates. Lambdas have names, which the tests give the same meaning.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import optim
from torch.optim import lr_scheduler, swa_utils

STEPS = 8
KEPT = [1, 3, STEPS]
SHAPES = [[2, 3], [], [0, 2], [4], [3, 2]]  # the last lies column after column in memory
MISSING = {(3, 2): True}  # (parameter, step): without gradient

OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": [0.5, 0.9], "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "betas": [0.4, 0.7]}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"lr": 0.1}),
    ("AdamW", {"lr": 0.1, "amsgrad": True, "weight_decay": 0.2, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": [0.6, 0.9], "weight_decay": 0.1, "eps": 1e-3}),
    ("Adamax", {"lr": 0.1, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": [0.7, 0.9], "weight_decay": 0.1, "momentum_decay": 0.01}),
    ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": [0.7, 0.99], "weight_decay": 0.1, "eps": 1e-3}),
    ("RAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "momentum": 0.7, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "centered": True}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.4, "centered": True, "momentum": 0.9, "eps": 1e-3, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.3}),
    ("Adagrad", {"lr": 0.1, "eps": 1e-2, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-3, "weight_decay": 0.1}),
    ("Adadelta", {"lr": 10.0, "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 2, "weight_decay": 0.1}),
    ("ASGD", {"lr": 0.1, "t0": 0, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": [0.3, 1.5], "step_sizes": [0.05, 0.2]}),
    ("Rprop", {"lr": 0.1, "maximize": True}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.1, "beta2_decay": -0.5, "eps": [1e-3, 0.1], "d": 1.5, "weight_decay": 0.1}),
    ("Adafactor", {"lr": 0.5, "maximize": True}),
    ("Muon", {}),
    ("Muon", {"lr": 0.1, "weight_decay": 0.0, "momentum": 0.5, "nesterov": False, "adjust_lr_fn": "match_rms_adamw"}),
    ("Muon", {"lr": 0.1, "ns_coefficients": [2.0, -1.5, 0.5], "ns_steps": 8, "adjust_lr_fn": "original"}),
]

LAMBDAS = {"powers": lambda epoch: 0.95**epoch, "steps": lambda epoch: 1.0 / (1 + epoch // 10), "near": lambda epoch: 0.97}
METRICS = [1.0, 0.8, 0.7, 0.7, 0.7, 0.69999, 0.71, 0.6, 0.6, 0.6, 0.6, 0.5] + [0.5 + 0.01 * (k % 3) for k in range(48)]

# Name, arguments. What is nested is a schedule of its own.
SCHEDULES = [
    ("LambdaLR", {"lr_lambda": "powers"}),
    ("LambdaLR", {"lr_lambda": ["powers", "steps"]}),
    ("MultiplicativeLR", {"lr_lambda": "near"}),
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 10, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [5, 20, 20, 41], "gamma": 0.3}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 20}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 30}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 40, "power": 2.0}),
    ("CosineAnnealingLR", {"T_max": 20}),
    ("CosineAnnealingLR", {"T_max": 25, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 10}),
    ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.02}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 8}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": [0.1, 0.3], "step_size_up": 5, "step_size_down": 9, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 6, "mode": "exp_range", "gamma": 0.95, "base_momentum": 0.7}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 6, "cycle_momentum": False}),
    ("OneCycleLR", {"max_lr": 0.3, "total_steps": 60}),
    ("OneCycleLR", {"max_lr": [0.3, 0.7], "epochs": 6, "steps_per_epoch": 10, "anneal_strategy": "linear", "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 0.3, "total_steps": 60, "three_phase": True, "div_factor": 10.0, "final_div_factor": 100.0}),
    ("OneCycleLR", {"max_lr": 0.3, "total_steps": 60, "cycle_momentum": False}),
    ("ReduceLROnPlateau", {"patience": 2, "factor": 0.5}),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 4, "threshold": 0.05, "threshold_mode": "abs", "cooldown": 3}),
    ("ReduceLROnPlateau", {"patience": 1, "cooldown": 2, "min_lr": [0.01, 0.2], "threshold_mode": "abs"}),
    ("SWALR", {"swa_lr": 0.05}),
    ("SWALR", {"swa_lr": 0.05, "anneal_epochs": 20, "anneal_strategy": "linear"}),
    ("ChainedScheduler", {"schedulers": [["ConstantLR", {"factor": 0.1, "total_iters": 10}], ["ExponentialLR", {"gamma": 0.9}]]}),
    ("ChainedScheduler", {"schedulers": [["CosineAnnealingLR", {"T_max": 30}], ["StepLR", {"step_size": 15, "gamma": 0.5}]]}),
    ("SequentialLR", {"schedulers": [["ConstantLR", {"factor": 0.1, "total_iters": 20}], ["ExponentialLR", {"gamma": 0.9}]], "milestones": [20]}),
    ("SequentialLR", {"schedulers": [["LinearLR", {"start_factor": 0.2, "total_iters": 8}], ["CosineAnnealingLR", {"T_max": 30}], ["StepLR", {"step_size": 4}]], "milestones": [8, 38]}),
]


def numbers(tensor):
    """The elements, row-major, as short as the type allows."""
    return [float(str(value)) for value in tensor.detach().contiguous().numpy().reshape(-1)]


def inputs():
    generator = np.random.default_rng(11)

    def sample(shape):
        return np.round(generator.normal(size=shape), 6)

    start = [sample(shape) for shape in SHAPES]
    return start, [[sample(shape) for shape in SHAPES] for _ in range(STEPS)]


def tensor(array, dtype, last):
    value = torch.tensor(array, dtype=dtype)
    return value.t().contiguous().t() if last else value


def run_optimizer(name, settings, dtype, start, gradients):
    which = [0, 4] if name == "Muon" else [0, 1, 3, 4] if name == "Adafactor" else list(range(len(SHAPES)))
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    params = [torch.nn.Parameter(tensor(start[i], dtype, i == 4)) for i in which]
    optimizer = getattr(optim, name)(params, **settings)
    after = []
    for step in range(STEPS):
        for i, param in zip(which, params):
            param.grad = None if (i, step) in MISSING else tensor(gradients[step][i], dtype, i == 4)
        optimizer.step()
        if step + 1 in KEPT:
            after.append([numbers(p) for p in params])
    state = [
        {key: {"shape": list(value.shape), "dtype": str(value.dtype)[6:], "values": numbers(value)} for key, value in entries.items()}
        for entries in (optimizer.state_dict()["state"].get(i, {}) for i in range(len(params)))
    ]
    return {"parameters": which, "after": after, "state": state}


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def run_lbfgs(settings, steps):
    p = torch.nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))
    optimizer = optim.LBFGS([p], **settings)

    def closure():
        optimizer.zero_grad()
        loss = rosenbrock(p)
        loss.backward()
        return loss

    losses, points = [], []
    for _ in range(steps):
        losses.append(float(optimizer.step(closure)))
        points.append(p.tolist())
    return {"settings": settings, "losses": losses, "points": points, "keys": sorted(optimizer.state_dict()["state"][0])}


def make_schedule(optimizer, name, arguments):
    arguments = dict(arguments)
    if "schedulers" in arguments:
        arguments["schedulers"] = [make_schedule(optimizer, *entry) for entry in arguments["schedulers"]]
        if name == "ChainedScheduler":
            return lr_scheduler.ChainedScheduler(**arguments)
    if "lr_lambda" in arguments:
        given = arguments["lr_lambda"]
        arguments["lr_lambda"] = [LAMBDAS[n] for n in given] if isinstance(given, list) else LAMBDAS[given]
    return getattr(swa_utils if name == "SWALR" else lr_scheduler, name)(optimizer, **arguments)


def run_schedule(name, arguments, method):
    params = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    groups = [{"params": params[:1], "lr": 0.1}, {"params": params[1:], "lr": 0.5}]
    optimizer = optim.SGD(groups, momentum=0.9) if method == "SGD" else optim.Adam(groups)
    schedule = make_schedule(optimizer, name, arguments)
    rates, momenta = [], []
    for k in range(60):
        rates.append([group["lr"] for group in optimizer.param_groups])
        momenta.append([group["momentum"] if method == "SGD" else group["betas"][0] for group in optimizer.param_groups])
        optimizer.step()
        if k < 59:
            schedule.step(*([METRICS[k]] if name == "ReduceLROnPlateau" else []))
    constant = all(m == momenta[0] for m in momenta)
    return {"schedule": name, "arguments": arguments, "optimizer": method, "rates": rates, "momenta": None if constant else momenta}


def main():
    warnings.simplefilter("ignore")
    start, gradients = inputs()
    cases = []
    for name, settings in OPTIMIZERS:
        for dtype in (torch.float32, torch.float64):
            result = run_optimizer(name, settings, dtype, start, gradients)
            cases.append({"optimizer": name, "settings": settings, "dtype": str(dtype)[6:], **result})
    schedules = [run_schedule(name, arguments, "SGD") for name, arguments in SCHEDULES]
    schedules += [run_schedule(name, arguments, "Adam") for name, arguments in SCHEDULES if name in ("CyclicLR", "OneCycleLR")]
    lbfgs = [
        run_lbfgs({"lr": 0.1, "max_iter": 4}, 8),
        run_lbfgs({"line_search_fn": "strong_wolfe"}, 3),
        run_lbfgs({"line_search_fn": "strong_wolfe", "history_size": 3, "max_iter": 5}, 8),
        run_lbfgs({"lr": 0.02, "max_iter": 1}, 10),
    ]

    def flat(values):
        return [float(str(value)) for value in values.reshape(-1)]

    goldens = {
        "made_with": f"PyTorch {torch.__version__}",
        "shapes": SHAPES,
        "start": [flat(values) for values in start],
        "gradients": [[flat(values) for values in step] for step in gradients],
        "missing": [list(key) for key in MISSING],
        "kept": KEPT,
        "metrics": METRICS,
        "optimizers": cases,
        "lbfgs": lbfgs,
        "schedules": schedules,
    }
    lines = ["{"]
    for key, value in goldens.items():
        if key in ("optimizers", "lbfgs", "schedules"):
            rows = ",\n  ".join(json.dumps(row) for row in value)
            lines.append(f' "{key}": [\n  {rows}\n ],')
        else:
            lines.append(f' "{key}": {json.dumps(value)},')
    lines[-1] = lines[-1].rstrip(",")
    Path(__file__).with_name("optimizers.json").write_text("\n".join([*lines, "}"]) + "\n")
    print(len(cases), "optimisers,", len(lbfgs), "of L-BFGS,", len(schedules), "schedules")


if __name__ == "__main__":
    main()
