"""Rows: losses."""

import numpy as np

from .activations import log_softmax
from .harness import E, FLOATS, Row, S, T, V, inf


def cross_entropy(x, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Word for word from PyTorch's documentation of CrossEntropyLoss, class by class."""
    axis = 0 if x.ndim == 1 else 1
    classes = x.shape[axis]
    logs = np.moveaxis(log_softmax(x, axis), axis, -1)
    weight = np.ones(classes) if weight is None else weight.astype(np.float64)
    if target.dtype.kind == "f":
        wanted = np.moveaxis(target.astype(np.float64), axis, -1) * (1 - label_smoothing) + label_smoothing / classes
        losses = -np.sum(weight * logs * wanted, -1)
        return {"none": losses, "sum": np.sum(losses), "mean": np.sum(losses) / np.float64(losses.size)}[reduction]
    counts = target != ignore_index
    chosen = np.where(counts, target, 0)
    factors = np.where(counts, weight[chosen], 0)
    picked = np.where(counts, -np.take_along_axis(logs, chosen[..., None], -1)[..., 0] * factors, 0)
    even = np.where(counts, -np.sum(weight * logs, -1), 0)
    losses = (1 - label_smoothing) * picked + label_smoothing / classes * even if label_smoothing else picked
    return {"none": losses, "sum": np.sum(losses), "mean": np.sum(losses) / np.sum(factors)}[reduction]


def classes(*values):
    return V(np.array(values), dtype="int64")


WEIGHT = T(4, low=0.2, high=2)
CROSS_ENTROPY = Row(
    "cross_entropy", cross_entropy,
    [S(T(3, 4), classes(0, 3, 1)), S(T(4), V(2, dtype="int64")), S(T(2, 4, 3), classes([0, 1, 2], [3, 3, 0]))] + [
        S(T(3, 4), classes(0, 3, 1), weight, ignore_index=ignore, reduction=reduction, label_smoothing=smoothing)
        for weight in (None, WEIGHT) for ignore in (-100, 3) for reduction in ("none", "mean", "sum") for smoothing in (0.0, 0.1)
    ] + [
        S(T(2, 4, 3), classes([0, 1, 2], [3, 3, -100]), WEIGHT, reduction=reduction, label_smoothing=0.3) for reduction in ("none", "mean")
    ] + [
        S(T(3, 4), T(3, 4, low=0, high=1), weight, reduction=reduction, label_smoothing=smoothing)
        for weight in (None, WEIGHT) for reduction in ("none", "mean", "sum") for smoothing in (0.0, 0.2)
    ] + [
        S(T(4), T(4, low=0, high=1)), S(T(2, 4, 3), T(2, 4, 3, low=0, high=1), WEIGHT), S(T(0, 4), V(np.zeros(0), dtype="int64"), gradient=False),
        S(T(0, 4), V(np.zeros(0), dtype="int64"), reduction="sum"), S(T(2, 4), classes(-100, -100), gradient=False),
        S(V([[-inf, 0.0, 1.0, 2.0], [0.0, 0.0, 0.0, 0.0]]), classes(-100, 1), gradient=False), S(T(2, 1), classes(0, 0)),
        S(T(2, 4, 1, 2), classes([[0, 1]], [[2, 3]])), S(T(64, 10, low=-20, high=20), V(np.arange(64) % 10, dtype="int64"), gradient=False),
    ],
    # The weight has no gradient in PyTorch either. The loss is a difference of logits, whose size the error follows.
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="unit", gradients=(0,),
    errors=[
        E(ValueError, r"cross_entropy: expected class indices of shape \[3\] for logits of shape \[3, 4\], got \[2\]", T(3, 4), classes(0, 1)),
        E(IndexError, r"cross_entropy: target 4 is out of bounds for 4 classes", T(1, 4), classes(4)),
        E(IndexError, r"cross_entropy: target -1 is out of bounds", T(1, 4), classes(-1)),
        E(RuntimeError, r"cross_entropy: expected a weight of shape \[4\], got \[3\]", T(1, 4), classes(0), T(3)),
        E(RuntimeError, r"cross_entropy: expected a weight of float32, got float64", T(1, 4), classes(0), T(4, dtype="float64")),
        E(RuntimeError, r"cross_entropy: expected class indices of int64 or class probabilities, got int32", T(1, 4), T(1, dtype="int32")),
        E(NotImplementedError, r"cross_entropy: not defined for int64", T(1, 4, dtype="int64"), classes(0)),
        E(ValueError, r"cross_entropy: class probabilities must have the shape of the logits, \[1, 4\], got \[4\]", T(1, 4), T(4)),
        E(ValueError, r"cross_entropy: 'avg' is not one of", T(1, 4), classes(0), reduction="avg"),
        E(RuntimeError, r"cross_entropy: label_smoothing must be between 0.0 and 1.0, got 1.5", T(1, 4), classes(0), label_smoothing=1.5),
        E(ValueError, r"cross_entropy: expected logits of at least one dimension", T(), V(0, dtype="int64")),
        E(TypeError, r"cross_entropy\(\): argument 'target' must be Tensor, not list", T(1, 4), [0]),
    ],
)


def mse_loss(x, target, reduction="mean"):
    losses = np.square(x - target)
    return {"none": losses, "sum": np.sum(losses), "mean": np.sum(losses) / np.float64(losses.size)}[reduction]


MSE = Row(
    "mse_loss", mse_loss,
    [S(T(2, 3), T(2, 3)), S(T(2, 3), T(2, 3), reduction="sum"), S(T(2, 3), T(2, 3), reduction="none"), S(T(), T()), S(T(0, 3), T(0, 3), gradient=False), S(T(0, 3), T(0, 3), reduction="sum"),
     S(T(2, 3), T(3), reduction="none"), S(T(5, 1), T(4), gradient=False), S(T(40, 50), T(40, 50), gradient=False)],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"mse_loss: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(ValueError, r"mse_loss: 'avg' is not one of", T(2), T(2), reduction="avg"),
        E(NotImplementedError, r"mse_loss: not defined for int64", T(2, dtype="int64"), T(2, dtype="int64")),
        E(TypeError, r"mse_loss\(\): argument 'target' must be Tensor", T(2), 1.0),
        E(TypeError, r"mse_loss\(\): argument 'reduction' must be str", T(2), T(2), 1),
    ],
)

ROWS = [CROSS_ENTROPY, MSE]
