"""Rows: the optimisers' steps over all parameters at once, and detach_, which has no result to compare."""

import numpy as np
import pytest

from .harness import E, T
from .random_numbers import Drawing as Checked

SHAPES = [(3, 4), (), (0, 2), (33,)]


def parameters(lib, dtype, transposed=False):
    """Parameters with gradients, and the same as arrays. The last but one has no gradient."""
    generator = np.random.default_rng(5)
    made, arrays, gradients = [], [], []
    for i, shape in enumerate(SHAPES + [(2,)]):
        value, gradient = (generator.normal(size=shape).astype(dtype) for _ in range(2))
        p = lib.from_numpy(value.copy()) if not transposed else lib.from_numpy(value.T.copy()).permute(tuple(reversed(range(value.ndim))))
        p.requires_grad_()
        if i < len(SHAPES):
            p.grad = lib.from_numpy(gradient.copy())
        made.append(p)
        arrays.append(value.astype(np.float64))
        gradients.append(gradient.astype(np.float64) if i < len(SHAPES) else None)
    return made, arrays, gradients


def assert_near(tensors, arrays, dtype, slack=1):
    for tensor, array in zip(tensors, arrays, strict=True):
        tolerance = slack * (5e-7 if dtype == "float32" else 2e-15)
        got = tensor.detach().numpy()
        assert got.dtype == dtype and got.shape == array.shape
        assert np.all(np.abs(got - array) <= tolerance * np.maximum(np.abs(array), 1)), (got, array)


def lerp(a, b, w):
    return a + w * (b - a)


# Each method in NumPy, straight from its formula: (p, g, state, settings without the scale) -> p. State: numbers, then arrays.
def sgd(p, g, s, lr, decay, momentum, dampening, nesterov):
    g = g + decay * p
    if momentum:
        s[0] = g if s[0] is None else momentum * s[0] + (1 - dampening) * g
        g = g + momentum * s[0] if nesterov else s[0]
    return p - lr * g


def adam(p, g, s, lr, decay, b1, b2, eps, amsgrad, decoupled):
    s[0] += 1
    p, g = (p * (1 - lr * decay), g) if decoupled else (p, g + decay * p)
    s[1], s[2] = b1 * s[1] + (1 - b1) * g, b2 * s[2] + (1 - b2) * g * g
    square = s[2]
    if amsgrad:
        square = s[3] = np.maximum(s[3], s[2])
    return p - lr / (1 - b1 ** s[0]) * s[1] / (np.sqrt(square / (1 - b2 ** s[0])) + eps)


def adamax(p, g, s, lr, decay, b1, b2, eps):
    s[0] += 1
    g = g + decay * p
    s[1], s[2] = b1 * s[1] + (1 - b1) * g, np.maximum(b2 * s[2], np.abs(g) + eps)
    return p - lr / (1 - b1 ** s[0]) * s[1] / s[2]


def nadam(p, g, s, lr, decay, b1, b2, eps, psi, decoupled):
    s[0] += 1
    p, g = (p * (1 - lr * decay), g) if decoupled else (p, g + decay * p)
    mu, following = (b1 * (1 - 0.5 * 0.96 ** (t * psi)) for t in (s[0], s[0] + 1))
    s[1] *= mu
    s[2], s[3] = b1 * s[2] + (1 - b1) * g, b2 * s[3] + (1 - b2) * g * g
    ahead = following * s[2] / (1 - s[1] * following) + (1 - mu) * g / (1 - s[1])
    return p - lr * ahead / (np.sqrt(s[3] / (1 - b2 ** s[0])) + eps)


def radam(p, g, s, lr, decay, b1, b2, eps, decoupled):
    s[0] += 1
    p, g = (p * (1 - lr * decay), g) if decoupled else (p, g + decay * p)
    s[1], s[2] = b1 * s[1] + (1 - b1) * g, b2 * s[2] + (1 - b2) * g * g
    mean, limit = s[1] / (1 - b1 ** s[0]), 2 / (1 - b2) - 1
    rho = limit - 2 * s[0] * b2 ** s[0] / (1 - b2 ** s[0])
    if rho <= 5:
        return p - lr * mean
    rectifier = np.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
    return p - lr * mean * rectifier * np.sqrt(1 - b2 ** s[0]) / (np.sqrt(s[2]) + eps)


def rmsprop(p, g, s, lr, decay, alpha, eps, momentum, centered):
    s[0] += 1
    g = g + decay * p
    s[1] = alpha * s[1] + (1 - alpha) * g * g
    variance = s[1]
    if centered:
        s[-1] = alpha * s[-1] + (1 - alpha) * g
        variance = s[1] - s[-1] ** 2
    move = g / (np.sqrt(variance) + eps)
    if momentum:
        move = s[2] = momentum * s[2] + move
    return p - lr * move


def adagrad(p, g, s, lr, decay, lr_decay, eps):
    s[0] += 1
    g = g + decay * p
    s[1] = s[1] + g * g
    return p - lr / (1 + (s[0] - 1) * lr_decay) * g / (np.sqrt(s[1]) + eps)


def adadelta(p, g, s, lr, decay, rho, eps):
    s[0] += 1
    g = g + decay * p
    s[1] = rho * s[1] + (1 - rho) * g * g
    move = np.sqrt(s[2] + eps) / np.sqrt(s[1] + eps) * g
    s[2] = rho * s[2] + (1 - rho) * move * move
    return p - lr * move


def asgd(p, g, s, lr, decay, lambd, alpha, t0):
    s[0] += 1
    p = p * (1 - lambd * s[1]) - s[1] * (g + decay * p)
    s[3] = lerp(s[3], p, s[2])
    s[1], s[2] = lr / (1 + lambd * lr * s[0]) ** alpha, 1 / max(1, s[0] - t0)
    return p


def rprop(p, g, s, lr, less, more, least, most):
    s[0] += 1
    turn = np.sign(g * s[1])
    s[2] = np.clip(s[2] * np.where(turn > 0, more, np.where(turn < 0, less, 1)), least, most)
    s[1] = np.where(turn < 0, 0, g)
    return p - np.sign(s[1]) * s[2]


# Method, its settings without the scale, the numbers' first values, how many arrays, and their first value.
METHODS = [
    ("SGD", sgd, (0.1, 0.0, 0.0, 0.0, 0.0), [], 0, 0.0),
    ("SGD", sgd, (0.1, 0.1, 0.0, 0.0, 0.0), [], 0, 0.0),
    ("SGD", sgd, (0.1, 0.0, 0.9, 0.0, 0.0), [], 1, None),
    ("SGD", sgd, (0.1, 0.1, 0.9, 0.2, 0.0), [], 1, None),
    ("SGD", sgd, (0.1, 0.1, 0.8, 0.0, 1.0), [], 1, None),
    ("Adam", adam, (0.01, 0.0, 0.9, 0.99, 1e-8, 0.0, 0.0), [0.0], 2, 0.0),
    ("Adam", adam, (0.01, 0.1, 0.3, 0.99, 1e-8, 0.0, 0.0), [0.0], 2, 0.0),
    ("Adam", adam, (0.01, 0.1, 0.9, 0.5, 1e-3, 1.0, 1.0), [0.0], 3, 0.0),
    ("Adamax", adamax, (0.01, 0.1, 0.9, 0.5, 1e-3), [0.0], 2, 0.0),
    ("NAdam", nadam, (0.01, 0.1, 0.9, 0.99, 1e-3, 0.1, 0.0), [0.0, 1.0], 2, 0.0),
    ("NAdam", nadam, (0.01, 0.1, 0.9, 0.99, 1e-3, 0.1, 1.0), [0.0, 1.0], 2, 0.0),
    ("RAdam", radam, (0.01, 0.1, 0.9, 0.99, 1e-3, 0.0), [0.0], 2, 0.0),
    ("RAdam", radam, (0.01, 0.1, 0.9, 0.99, 1e-3, 1.0), [5.0], 2, 0.5),
    ("RMSprop", rmsprop, (0.01, 0.1, 0.9, 1e-3, 0.0, 0.0), [0.0], 1, 0.0),
    ("RMSprop", rmsprop, (0.01, 0.1, 0.9, 1e-3, 0.7, 0.0), [0.0], 2, 0.0),
    ("RMSprop", rmsprop, (0.01, 0.1, 0.4, 1e-3, 0.0, 1.0), [0.0], 2, 0.0),
    ("RMSprop", rmsprop, (0.01, 0.1, 0.9, 1e-3, 0.7, 1.0), [0.0], 3, 0.0),
    ("Adagrad", adagrad, (0.01, 0.1, 0.2, 1e-3), [0.0], 1, 0.3),
    ("Adadelta", adadelta, (0.5, 0.1, 0.9, 1e-3), [0.0], 2, 0.0),
    ("ASGD", asgd, (0.125, 0.1, 0.25, 0.5, 1.0), [0.0, 0.125, 1.0], 1, 0.0),
    ("Rprop", rprop, (0.1, 0.5, 1.2, 0.01, 0.3), [0.0], 2, 0.1),
]


def as_in_numpy(lib):
    for method, reference, settings, numbers, count, begin in METHODS:
        for dtype, scale, transposed in (("float32", 1.0, False), ("float64", -0.5, True)):
            made, arrays, gradients = parameters(lib, dtype, transposed)
            expected = [list(numbers) + [None if begin is None else np.full(a.shape, begin)] * count for a in arrays]
            state = []
            for array in arrays:
                state.append([lib.tensor(number, dtype=lib.float64) for number in numbers])
                state[-1] += [lib.full(array.shape, begin or 0.0, dtype=getattr(lib, dtype)) for _ in range(count)]
            versions = [p._version for p in made]
            slack = 20 if reference is rmsprop else 2  # a difference of squares
            for step in range(3):
                fresh = begin is None and step == 0
                result = lib._C._optimizer_step(method, made, [t for own in state for t in own], [scale, *settings], fresh)
                assert result == ()
                for i, gradient in enumerate(gradients):
                    if gradient is not None:
                        arrays[i] = reference(arrays[i], scale * gradient, expected[i], *settings)
                assert_near(made, arrays, dtype, slack)
            for own, want, gradient in zip(state, expected, gradients):
                if gradient is None:
                    continue
                for k, (tensor, value) in enumerate(zip(own, want)):
                    assert_near([tensor], [np.asarray(value)], dtype if k >= len(numbers) else "float64", slack)
            assert [p._version - v for p, v in zip(made, versions)] == [3 if g is not None else 0 for g in gradients]


def composed_methods_move(lib):
    """Adafactor and Muon, by the properties of their steps; their numbers are in the goldens of whole optimisers."""
    p = lib.ones(3, 4).requires_grad_()
    p.grad = lib.from_numpy(np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32))
    step, row, column = lib.zeros(()), lib.zeros(3, 1), lib.zeros(1, 4)
    lib._C._optimizer_step("Adafactor", [p], [step, row, column], [1.0, 0.01, 0.0, -0.8, float("nan"), 1e-3, 1.0])
    square = p.grad.numpy() ** 2
    assert np.allclose(row.numpy(), square.mean(1, keepdims=True)) and np.allclose(column.numpy(), square.mean(0, keepdims=True))
    assert float(step) == 1 and 0.005 < np.sqrt(((p.detach().numpy() - 1) ** 2).mean()) < 0.01001
    q, buffer = lib.ones(3, 4).requires_grad_(), lib.zeros(3, 4)
    q.grad = p.grad
    muon = [1.0, 0.1, 0.0, 0.95, 1.0, 3.4445, -4.7750, 2.0315, 1e-7, 5.0, 0.0]
    lib._C._optimizer_step("Muon", [q], [buffer], muon)
    values = np.linalg.svd((1 - q.detach().numpy()) / 0.1, compute_uv=False)
    assert np.all((values > 0.6) & (values < 1.3)) and np.allclose(buffer.numpy(), 0.05 * p.grad.numpy(), rtol=1e-5)
    error(lib, ValueError, "Muon only supports 2D parameters", "Muon", [ready(lib)], [lib.zeros(2)], muon)
    muon[9] = 100.0
    error(lib, ValueError, "Number of steps must be less than 100", "Muon", [q], [buffer], muon)
    muon[9] = float("nan")
    error(lib, ValueError, "Number of steps must be less than 100", "Muon", [q], [buffer], muon)


def ready(lib, *shape, dtype=None):
    p = lib.ones(shape or (2,), dtype=dtype).requires_grad_()
    p.grad = lib.ones(shape or (2,), dtype=dtype)
    return p


def error(lib, kind, pattern, *arguments):
    with pytest.raises(kind, match=pattern):
        lib._C._optimizer_step(*arguments)


def state_of_other_sizes(lib):
    """What a user's file may hold: an error, and no parameter has moved."""
    good, bad = ready(lib), ready(lib)
    settings = [1.0, 0.1, 0.0, 0.9, 0.99, 1e-8, 0.0, 0.0]
    fine = [lib.zeros(()), lib.zeros(2), lib.zeros(2)]

    def check(kind, pattern, *state):
        error(lib, kind, pattern, "Adam", [good, bad], fine + list(state), settings)
        assert good.tolist() == [1.0, 1.0] and float(fine[0]) == 0

    check(RuntimeError, "Adam: a state of", lib.zeros(()), lib.zeros(3), lib.zeros(2))
    check(RuntimeError, "Adam: a state of", lib.zeros(()), lib.zeros(2), lib.zeros(2, dtype=lib.float64))
    check(RuntimeError, "each element in a place of its own", lib.zeros(()), lib.zeros(2), lib.zeros(1).expand(2))
    check(RuntimeError, "one writable floating point number", lib.zeros(2), lib.zeros(2), lib.zeros(2))
    check(RuntimeError, "one writable floating point number", lib.zeros((), dtype=lib.int64), lib.zeros(2), lib.zeros(2))
    check(ValueError, "5 tensors are not the state of 2 parameters", lib.zeros(()), lib.zeros(2))
    check(ValueError, "7 tensors are not the state of 2 parameters", *fine, lib.zeros(2))
    error(lib, RuntimeError, "single memory location", "SGD", [shared(lib)], [], [1.0, 0.1, 0.0, 0.0, 0.0, 0.0])
    # Strided state is as good as any.
    strided = [lib.zeros(()), lib.zeros(2, 2)[:, 0], lib.zeros(2, 3)[:, 1]]
    lib._C._optimizer_step("Adam", [good], strided, settings)
    lib._C._optimizer_step("Adam", [bad], fine, settings)
    assert good.tolist() == bad.tolist() != [1.0, 1.0] and strided[2].tolist() == fine[2].tolist()


def shared(lib):
    p = lib.ones(1).expand(3).detach().requires_grad_()
    p.grad = lib.ones(3)
    return p


def empty_parameters_have_no_buffer(lib):
    """A parameter without elements stands in the way of nobody's buffer."""
    for shape in ((0,), (0, 2)):
        first, empty, last = lib.ones(2), lib.ones(shape), lib.ones(3)
        made = [p.requires_grad_() for p in (first, empty, last)]
        optimizer = lib.optim.SGD(made, lr=0.1, momentum=0.9)
        for _ in range(2):
            for p in made:
                p.grad = lib.ones(tuple(p.shape))
            optimizer.step()
        assert np.allclose(last.detach().numpy(), 1 - 0.1 - 0.19) and np.allclose(first.detach().numpy(), 1 - 0.1 - 0.19)


def detach_forgets_the_history(lib):
    x = lib.ones(3, requires_grad=True)
    y = x * 2
    version = y._version
    assert y.detach_() is y and not y.requires_grad and y.grad_fn is None and y.is_leaf and y._version == version
    y.mul_(2)
    assert x.detach_() is x and not x.requires_grad
    empty = lib.ones(0, 2, requires_grad=True) * 1
    assert empty.detach_().shape == (0, 2) and lib.ones(()).detach_().shape == ()


P = T(2)
ROWS = [
    Checked("_optimizer_step", [as_in_numpy, composed_methods_move, state_of_other_sizes, empty_parameters_have_no_buffer], [
        E(ValueError, r"'Newton' is not one of 'SGD', 'Adam'", "Newton", [P], [], [1.0]),
        E(TypeError, r"must be tuple of Tensors, not Tensor", "SGD", P, [], [1.0, 0.1, 0.0, 0.0, 0.0, 0.0]),
        E(ValueError, r"SGD: expected the settings gradientScale, learningRate, weightDecay, momentum, dampening, nesterov, got 1 numbers", "SGD", [P], [], [0.1]),
        E(ValueError, r"SGD: 0 tensors are not the state of 1 parameters", "SGD", [P], [], [1.0, 0.1, 0.0, 0.9, 0.0, 0.0]),
        E(ValueError, r"SGD: 2 tensors are not the state of 1 parameters", "SGD", [P], [P, P], [1.0, 0.1, 0.0, 0.9, 0.0, 0.0]),
        E(TypeError, r"argument 'settings' must be", "SGD", [P], [], "lr"),
        E(TypeError, r"argument 'fresh' must be bool", "SGD", [P], [], [1.0, 0.1, 0.0, 0.0, 0.0, 0.0], 1),
        E(TypeError, r"expected Tensor as element 0 in argument 'state', but got int", "Adam", [P], [1], [0.1] * 8),
    ]),
    Checked("detach_", [detach_forgets_the_history], [E(TypeError, r"detach_\(\) takes 0 positional arguments but 1 was given", P, 1)]),
]
BY_NAME = {row.name: row for row in ROWS}
