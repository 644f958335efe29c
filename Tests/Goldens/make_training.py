"""Makes training.json: what PyTorch's optimisers do, for Tests/SwiftNNTests/TrainingTests.swift.

    python Tests/Goldens/make_training.py

Run it with PyTorch (2.13 made the file that stands here). The tests read the JSON and do not need PyTorch.

A step case has the settings of an optimiser, the first values of two parameters, a gradient for each of them in each
of ten steps, and the parameters after every step. A curve is the loss in each of 50 steps of a network that starts
from `seed`; its data are drawn from the same seed after the network is made.
"""
import json
import pathlib

import torch

SEED = 7
STEPS = 10
SHAPES = [(2, 3), (3,)]

OPTIMIZERS = [
    ("SGD", dict(lr=0.1)),
    ("SGD", dict(lr=0.1, maximize=True)),
    ("SGD", dict(lr=0.1, weight_decay=0.05)),
    ("SGD", dict(lr=0.1, momentum=0.9)),
    ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.3)),
    ("SGD", dict(lr=0.1, momentum=0.9, nesterov=True)),
    ("SGD", dict(lr=0.05, momentum=0.8, weight_decay=0.1, nesterov=True)),
    ("Adam", dict(lr=0.01)),
    ("Adam", dict(lr=0.01, maximize=True)),
    ("Adam", dict(lr=0.1, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1)),
    ("AdamW", dict(lr=0.01)),
    ("AdamW", dict(lr=0.1, betas=(0.7, 0.9), eps=1e-3, weight_decay=0.2)),
]


def flat(tensors):
    return [[float(v) for v in t.detach().reshape(-1)] for t in tensors]


def steps(name, settings, dtype):
    torch.manual_seed(SEED)
    parameters = [torch.nn.Parameter(torch.randn(shape, dtype=dtype)) for shape in SHAPES]
    gradients = [[torch.randn(shape, dtype=dtype) for shape in SHAPES] for _ in range(STEPS)]
    optimizer = getattr(torch.optim, name)(parameters, foreach=False, **settings)
    start, after = flat(parameters), []
    for step in gradients:
        for parameter, gradient in zip(parameters, step):
            parameter.grad = gradient.clone()
        optimizer.step()
        after.append(flat(parameters))
    if name == "AdamW":
        # Written out: the default is not the one of Adam.
        settings = {**settings, "weight_decay": optimizer.defaults["weight_decay"]}
    return {"optimizer": name, "settings": settings, "dtype": str(dtype).removeprefix("torch."),
            "shapes": SHAPES, "start": start, "gradients": [flat(step) for step in gradients], "after": after}


def curve(activation, loss_name, optimizer, settings):
    torch.manual_seed(SEED)
    net = torch.nn.Sequential(torch.nn.Linear(20, 32), getattr(torch.nn, activation)(), torch.nn.Linear(32, 5))
    x = torch.rand(40, 20)
    target = torch.randint(0, 5, (40,)) if loss_name == "cross_entropy" else torch.rand(40, 5)
    optimizer_ = getattr(torch.optim, optimizer)(net.parameters(), foreach=False, **settings)
    losses = []
    for _ in range(50):
        loss = getattr(torch.nn.functional, loss_name)(net(x), target)
        optimizer_.zero_grad()
        loss.backward()
        optimizer_.step()
        losses.append(loss.item())
    return {"activation": activation, "loss": loss_name, "optimizer": optimizer, "settings": settings, "seed": SEED,
            "losses": losses}


CURVES = [
    ("ReLU", "cross_entropy", "SGD", dict(lr=0.1, momentum=0.9)),
    ("ReLU", "mse_loss", "SGD", dict(lr=0.1)),
    ("Tanh", "cross_entropy", "Adam", dict(lr=0.01)),
    ("Sigmoid", "mse_loss", "AdamW", dict(lr=0.01, weight_decay=0.01)),
]


def main():
    torch.set_num_threads(1)
    cases = [steps(name, settings, dtype) for name, settings in OPTIMIZERS for dtype in (torch.float32, torch.float64)]
    curves = [curve(*row) for row in CURVES]

    def rows(items):
        return ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)

    path = pathlib.Path(__file__).with_name("training.json")
    path.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}",\n"steps":[\n{rows(cases)}\n],\n'
                    f'"curves":[\n{rows(curves)}\n]}}\n')


if __name__ == "__main__":
    main()
