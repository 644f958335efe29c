"""Programs of views, writes and operators in a random order, against differences of their values."""

import random

import pytest
from autograd_tools import memory_is_given_back, nothing_old_to_collect  # noqa: F401

import swiftnn

MODIFIED = "has been modified by an inplace operation"


def random_program(seed):
    """Views, writes and operators in a random order; the same each time it runs."""
    choose = random.Random(seed)
    steps = []
    for _ in range(choose.randint(3, 14)):
        steps.append((choose.choice(["view", "view", "write", "write", "write", "put", "use"]), choose.random(),
                      choose.random(), choose.randint(0, 10**6)))

    def view(tensor, number):
        options = [tensor.view(tensor.shape), tensor.unsqueeze(0), tensor[...]]
        if tensor.dim() >= 1:
            n = tensor.shape[0]
            options += [tensor[number % n], tensor[number % n:], tensor[::2], tensor[:1].expand(3, *tensor.shape[1:])]
        if tensor.dim() >= 2:
            options += [tensor.transpose(0, 1), tensor[:, number % tensor.shape[1]]]
        return options[number % len(options)]

    def write(target, other, number):
        [lambda: target.mul_(1.25), lambda: target.add_(other), lambda: target.mul_(other), lambda: target.sigmoid_(),
         lambda: target.copy_(other), lambda: target.sub_(other, alpha=0.5), lambda: target.tanh_(),
         lambda: target.zero_(), lambda: target.clamp_(-0.8, 0.9)][number % 9]()

    def put(target, other, number):
        if target.dim() == 0:
            target[...] = other
        elif number % 3 == 0:
            target[number % target.shape[0]] = other
        elif number % 3 == 1:
            target[swiftnn.tensor(sorted({number % target.shape[0], 0}))] = other
        else:
            target[target.detach() > 0.1] = other

    def run(x):
        tensors, overlapping = [x * 1.5, x.t() * 0.5 + 1, x.sum() * 0.1], set()
        for kind, first, second, number in steps:
            i = int(first * len(tensors))
            target, other = tensors[i], tensors[2] * 0.75 + float(second)
            if kind == "view":
                made = view(target, number)
                if i in overlapping or 0 in [s for s, n in zip(made.stride(), made.shape) if n > 1]:
                    overlapping.add(len(tensors))
                tensors.append(made)
            elif kind == "use":
                tensors.append(target * 0.5 + other)
            elif i not in overlapping:
                (write if kind == "write" else put)(target, other, number)
        total = x.sum() * 0
        for i, tensor in enumerate(tensors):
            total = total + (tensor * (i + 1)).sum()
        return total

    return run


@pytest.mark.parametrize("part", range(8))
def test_random_programs(part):
    values = [[0.3, -0.7, 1.1], [0.9, 0.2, -0.4]]
    for seed in range(part * 40, part * 40 + 40):
        run = random_program(seed)
        x = swiftnn.tensor(values, dtype=swiftnn.float64, requires_grad=True)
        try:
            out = run(x)
            (gradient,) = swiftnn.autograd.grad(out, x, create_graph=True)
        except RuntimeError as error:
            # A value that a formula needs was overwritten: refused, as it must be.
            assert MODIFIED in str(error), (seed, error)
            continue
        second = swiftnn.zeros(2, 3, dtype=swiftnn.float64)
        if gradient.requires_grad:
            found = swiftnn.autograd.grad((gradient * gradient).sum(), x, allow_unused=True)[0]
            second = second if found is None else found
        eps = 1e-6
        for i in range(2):
            for j in range(3):
                results = []
                for shift in (eps, -eps):
                    moved = [list(row) for row in values]
                    moved[i][j] += shift
                    y = swiftnn.tensor(moved, dtype=swiftnn.float64, requires_grad=True)
                    value = run(y)
                    slope = swiftnn.autograd.grad(value, y)[0]
                    results.append((value.item(), (slope * slope).sum().item()))
                numerical = (results[0][0] - results[1][0]) / (2 * eps)
                assert gradient[i, j].item() == pytest.approx(numerical, rel=1e-4, abs=1e-5), seed
                numerical = (results[0][1] - results[1][1]) / (2 * eps)
                assert second[i, j].item() == pytest.approx(numerical, rel=1e-3, abs=1e-3), seed
