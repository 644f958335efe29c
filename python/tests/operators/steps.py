"""Rows: the optimisers' steps over all parameters at once, and detach_, which has no result to compare."""

import numpy as np

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


def assert_near(tensors, arrays, dtype):
    for tensor, array in zip(tensors, arrays, strict=True):
        tolerance = 5e-7 if dtype == "float32" else 2e-15
        got = tensor.detach().numpy()
        assert got.dtype == dtype and got.shape == array.shape
        assert np.all(np.abs(got - array) <= tolerance * np.maximum(np.abs(array), 1)), (got, array)


def numpy_sgd(arrays, gradients, buffers, lr, momentum, dampening, decay, nesterov, maximize):
    for i, gradient in enumerate(gradients):
        if gradient is None:
            continue
        g = (-gradient if maximize else gradient) + decay * arrays[i]
        if momentum:
            buffers[i] = g if buffers[i] is None else momentum * buffers[i] + (1 - dampening) * g
            g = g + momentum * buffers[i] if nesterov else buffers[i]
        arrays[i] = arrays[i] - lr * g


def sgd_as_in_numpy(lib):
    for dtype in ("float32", "float64"):
        for momentum, dampening, decay, nesterov, maximize, transposed in (
                (0.0, 0.0, 0.0, False, False, False), (0.0, 0.0, 0.1, False, True, True), (0.9, 0.0, 0.0, False, False, False),
                (0.9, 0.2, 0.1, False, False, True), (0.8, 0.0, 0.1, True, False, False), (0.8, 0.0, 0.0, True, True, True)):
            made, arrays, gradients = parameters(lib, dtype, transposed)
            buffers, own = [None] * len(made), []
            versions = [p._version for p in made]
            for step in range(3):
                given = [] if not momentum else own or [lib.empty(0)] * len(made)
                result = lib._C._sgd_step(made, given, [0.1, momentum, dampening, decay], nesterov, maximize)
                if momentum and not own:
                    # Buffers are made for the parameters with a gradient and elements.
                    waiting = iter(result)
                    own = [next(waiting) if g is not None and g.size else lib.zeros(a.shape, dtype=p.dtype)
                           for g, a, p in zip(gradients, arrays, made)]
                numpy_sgd(arrays, gradients, buffers, 0.1, momentum, dampening, decay, nesterov, maximize)
                assert_near(made, arrays, dtype)
            assert [p._version - v for p, v in zip(made, versions)] == [3 if g is not None else 0 for g in gradients]


def adam_as_in_numpy(lib):
    for dtype in ("float32", "float64"):
        for decay, decoupled, maximize, transposed in ((0.0, False, False, False), (0.1, False, True, True), (0.1, True, False, False)):
            made, arrays, gradients = parameters(lib, dtype, transposed)
            averages = [lib.zeros(tuple(p.shape), dtype=p.dtype) for p in made]
            squares = [lib.zeros(tuple(p.shape), dtype=p.dtype) for p in made]
            m, v = [np.zeros(a.shape) for a in arrays], [np.zeros(a.shape) for a in arrays]
            lr, b1, b2, eps = 0.01, 0.9, 0.99, 1e-8
            for step in range(1, 4):
                lib._C._adam_step(made, averages, squares, [lr, b1, b2, eps, decay] + [float(step)] * len(made), decoupled, maximize)
                for i, gradient in enumerate(gradients):
                    if gradient is None:
                        continue
                    g = -gradient if maximize else gradient
                    if decoupled:
                        arrays[i] = arrays[i] * (1 - lr * decay)
                    else:
                        g = g + decay * arrays[i]
                    m[i], v[i] = b1 * m[i] + (1 - b1) * g, b2 * v[i] + (1 - b2) * g * g
                    arrays[i] = arrays[i] - lr / (1 - b1**step) * m[i] / (np.sqrt(v[i] / (1 - b2**step)) + eps)
                assert_near(made, arrays, dtype)
            assert_near(averages, m, dtype)
            assert_near(squares, v, dtype)


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
    Checked("_sgd_step", [sgd_as_in_numpy, empty_parameters_have_no_buffer], [
        E(TypeError, r"must be tuple of Tensors, not Tensor", P, [], [0.1, 0.0, 0.0, 0.0], False, False),
        E(ValueError, r"SGD: expected 4 settings and a buffer for each parameter", [P], [], [0.1], False, False),
        E(ValueError, r"SGD: momentum needs a buffer for each parameter", [P], [], [0.1, 0.9, 0.0, 0.0], False, False),
        E(ValueError, r"SGD: expected 4 settings and a buffer", [P], [P, P], [0.1, 0.9, 0.0, 0.0], False, False),
        E(TypeError, r"argument 'settings' must be", [P], [], "lr", False, False),
        E(TypeError, r"argument 'nesterov' must be bool", [P], [], [0.1, 0.0, 0.0, 0.0], 1, False),
    ]),
    Checked("_adam_step", [adam_as_in_numpy], [
        E(ValueError, r"Adam: expected 5 settings, and for each parameter two averages and a step", [P], [P], [P], [0.1], False, False),
        E(ValueError, r"Adam: expected 5 settings", [P], [], [P], [0.1, 0.9, 0.99, 1e-8, 0.0, 1.0], False, False),
        E(TypeError, r"expected Tensor as element 0 in argument 'exp_avgs', but got int", [P], [1], [P], [0.1] * 6, False, False),
    ]),
    Checked("detach_", [detach_forgets_the_history], [E(TypeError, r"detach_\(\) takes 0 positional arguments but 1 was given", P, 1)]),
]
BY_NAME = {row.name: row for row in ROWS}
