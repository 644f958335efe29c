"""Rows: losses."""

import copy
import math

import numpy as np

from .activations import log_softmax
from .harness import E, FLOATS, NUMBERS, Row, S, T, V, inf


def reduced(losses, reduction, divisor=None):
    if reduction == "none":
        return losses
    total = np.sum(losses)
    return total if reduction == "sum" else total / np.float64(np.size(losses) if divisor is None else divisor)


def named(size_average, reduce, reduction):
    """The reduction that the two flags of old mean."""
    if size_average is None and reduce is None:
        return reduction
    return "none" if reduce is False else "sum" if size_average is False else "mean"


def cross_entropy(x, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0):
    """Word for word from PyTorch's documentation of CrossEntropyLoss, class by class."""
    reduction = named(size_average, reduce, reduction)
    axis = 0 if x.ndim == 1 else 1
    classes = x.shape[axis]
    logs = np.moveaxis(log_softmax(x, axis), axis, -1)
    weight = np.ones(classes) if weight is None else weight.astype(np.float64)
    if target.dtype.kind == "f":
        wanted = np.moveaxis(target.astype(np.float64), axis, -1) * (1 - label_smoothing) + label_smoothing / classes
        losses = -np.sum(weight * logs * wanted, -1)
        return reduced(losses, reduction)
    target = target.reshape(logs.shape[:-1])
    counts = target != ignore_index
    chosen = np.where(counts, target, 0)
    factors = np.where(counts, weight[chosen], 0)
    picked = np.where(counts, -np.take_along_axis(logs, chosen[..., None], -1)[..., 0] * factors, 0)
    even = np.where(counts, -np.sum(weight * logs, -1), 0)
    losses = (1 - label_smoothing) * picked + label_smoothing / classes * even if label_smoothing else picked
    return reduced(losses, reduction, np.sum(factors))


def floats(samples):
    """Samples for floating dtypes alone, of an operator that takes integers too."""
    for sample in samples:
        sample.dtypes = FLOATS
    return samples


def copies(samples):
    return [copy.copy(sample) for sample in samples]


def classes(*values, dtype="int64"):
    return V(np.array(values), dtype=dtype)


# Differences of uint8 wrap around.
SIGNED = tuple(d for d in NUMBERS if d != "uint8")
REDUCTIONS = ("none", "mean", "sum")
WEIGHT = T(4, low=0.2, high=2)
CROSS_ENTROPY = Row(
    "cross_entropy", cross_entropy,
    [S(T(3, 4), classes(0, 3, 1)), S(T(4), V(2, dtype="int64")), S(T(2, 4, 3), classes([0, 1, 2], [3, 3, 0]))] + [
        S(T(3, 4), classes(0, 3, 1), weight, ignore_index=ignore, reduction=reduction, label_smoothing=smoothing)
        for weight in (None, WEIGHT) for ignore in (-100, 3) for reduction in REDUCTIONS for smoothing in (0.0, 0.1)
    ] + [
        S(T(2, 4, 3), classes([0, 1, 2], [3, 3, -100]), WEIGHT, reduction=reduction, label_smoothing=0.3) for reduction in ("none", "mean")
    ] + [
        S(T(3, 4), T(3, 4, low=0, high=1), weight, reduction=reduction, label_smoothing=smoothing)
        for weight in (None, WEIGHT) for reduction in REDUCTIONS for smoothing in (0.0, 0.2)
    ] + [
        S(T(4), T(4, low=0, high=1)), S(T(2, 4, 3), T(2, 4, 3, low=0, high=1), WEIGHT), S(T(0, 4), V(np.zeros(0), dtype="int64"), gradient=False),
        S(T(0, 4), V(np.zeros(0), dtype="int64"), reduction="sum"), S(T(2, 4), classes(-100, -100), gradient=False),
        S(V([[-inf, 0.0, 1.0, 2.0], [0.0, 0.0, 0.0, 0.0]]), classes(-100, 1), gradient=False), S(T(2, 1), classes(0, 0)),
        S(T(2, 4, 1, 2), classes([[0, 1]], [[2, 3]])), S(T(64, 10, low=-20, high=20), V(np.arange(64) % 10, dtype="int64"), gradient=False),
        S(T(3, 4), classes(0, 3, 1, dtype="uint8"), ignore_index=3), S(T(4), classes(1)), S(T(2, 3, 2, 2, 1), classes([[[0], [1]], [[2], [0]]], [[[2], [0]], [[1], [1]]]), reduction="none"),
        S(T(3, 2100), classes(0, 2099, 1024), label_smoothing=0.1, gradient=False), S(T(3, 2100, low=990, high=1000), classes(0, 2099, 1024), gradient=False),
        S(T(3, 4), classes(0, 3, 1), None, False), S(T(3, 4), classes(0, 3, 1), reduce=False), S(T(3, 4), classes(0, 3, 1), size_average=True, reduction="sum"),
    ],
    # The weight has no gradient in PyTorch either. The loss is a difference of logits, whose size the error follows.
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="unit", gradients=(0,),
    errors=[
        E(ValueError, r"cross_entropy: expected class indices of shape \[3\] for logits of shape \[3, 4\], got \[2\]", T(3, 4), classes(0, 1)),
        E(RuntimeError, r"cross_entropy: expected class indices of shape \[2, 3\] for logits of shape \[2, 4, 3\], got \[2, 2\]", T(2, 4, 3), classes([0, 1], [1, 1])),
        E(IndexError, r"cross_entropy: target 4 is out of bounds for 4 classes", T(1, 4), classes(4)),
        E(IndexError, r"cross_entropy: target -1 is out of bounds", T(1, 4), classes(-1)),
        E(RuntimeError, r"cross_entropy: expected a weight of shape \[4\], got \[3\]", T(1, 4), classes(0), T(3)),
        E(RuntimeError, r"cross_entropy: expected a weight of float32, got float64", T(1, 4), classes(0), T(4, dtype="float64")),
        E(RuntimeError, r"cross_entropy: expected class indices of int64 or class probabilities, got int32", T(1, 4), T(1, dtype="int32")),
        E(NotImplementedError, r"cross_entropy: not defined for int64", T(1, 4, dtype="int64"), classes(0)),
        E(ValueError, r"cross_entropy: class probabilities must have the shape of the logits, \[1, 4\], got \[4\]", T(1, 4), T(4)),
        E(RuntimeError, r"cross_entropy: ignore_index is not supported for class probabilities", T(1, 4), T(1, 4), ignore_index=1),
        E(ValueError, r"cross_entropy: 'avg' is not one of", T(1, 4), classes(0), reduction="avg"),
        E(RuntimeError, r"cross_entropy: label_smoothing must be between 0.0 and 1.0, got 1.5", T(1, 4), classes(0), label_smoothing=1.5),
        E(ValueError, r"cross_entropy: expected logits of at least one dimension", T(), V(0, dtype="int64")),
        E(TypeError, r"cross_entropy\(\): argument 'target' must be Tensor, not list", T(1, 4), [0]),
        E(TypeError, r"cross_entropy\(\): argument 'size_average' must be", T(1, 4), classes(0), None, "yes"),
    ],
)


def nll_loss(x, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    axis = 0 if x.ndim == 1 else 1
    logs = np.moveaxis(x, axis, -1)
    target = target.reshape(logs.shape[:-1])
    weight = np.ones(x.shape[axis]) if weight is None else weight
    losses, factors = np.zeros(target.shape), np.zeros(target.shape)
    for place in np.ndindex(target.shape):
        if target[place] != ignore_index:
            factors[place] = weight[target[place]]
            losses[place] = -factors[place] * logs[place][target[place]]
    return reduced(losses, named(size_average, reduce, reduction), np.sum(factors))


NLL = Row(
    "nll_loss", nll_loss,
    [S(T(3, 4), classes(0, 3, 1), weight, ignore_index=ignore, reduction=reduction)
     for weight in (None, WEIGHT) for ignore in (-100, 3) for reduction in REDUCTIONS] + [
        S(T(4), V(2, dtype="int64")), S(T(4), V(2, dtype="int64"), reduction="none"), S(T(4), classes(2)), S(T(2, 4, 3), classes([0, 1, 2], [3, 3, 0]), WEIGHT),
        S(T(2, 4, 1, 2), classes([[0, 1]], [[2, 3]]), reduction="none"), S(T(2, 3, 2, 1, 2), classes([[[0, 1]], [[2, 0]]], [[[1, 1]], [[2, 2]]]), reduction="none"),
        S(T(0, 4), V(np.zeros(0), dtype="int64"), gradient=False), S(T(0, 4), V(np.zeros(0), dtype="int64"), reduction="sum"),
        S(T(2, 4), classes(-100, -100), gradient=False), S(T(2, 4), classes(-100, -100), reduction="sum"), S(T(3, 4), classes(0, 3, 1, dtype="uint8")),
        S(V([[-inf, 0.0], [1.0, -inf]]), classes(-100, 0), gradient=False), S(T(3, 4), classes(0, 3, 1), size_average=False), S(T(3, 4), classes(0, 3, 1), reduce=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit", gradients=(0,),
    errors=[
        E(ValueError, r"nll_loss: expected class indices of shape \[3\] for logits of shape \[3, 4\], got \[2\]", T(3, 4), classes(0, 1)),
        E(IndexError, r"target 4 is out of bounds for 4 classes", T(1, 4), classes(4)),
        E(RuntimeError, r"nll_loss: expected a weight of shape \[4\], got \[3\]", T(1, 4), classes(0), T(3)),
        E(RuntimeError, r"nll_loss: expected a weight of float32, got float64", T(1, 4), classes(0), T(4, dtype="float64")),
        E(RuntimeError, r"nll_loss: expected class indices of int64 or uint8, got int32", T(1, 4), T(1, dtype="int32")),
        E(RuntimeError, r"nll_loss: expected class indices of int64 or uint8, got float32", T(1, 4), T(1, 4)),
        E(NotImplementedError, r"nll_loss: not defined for int64", T(1, 4, dtype="int64"), classes(0)),
        E(ValueError, r"nll_loss: expected log probabilities of at least one dimension", T(), V(0, dtype="int64")),
        E(ValueError, r"nll_loss: 'avg' is not one of", T(1, 4), classes(0), reduction="avg"),
    ],
)


# ---------------------------------------------------------------------------------------------------- of single elements


PAIRS = [S(T(2, 3), T(2, 3), reduction=reduction) for reduction in REDUCTIONS] + [
    S(T(2, 3), T(2, 3)), S(T(), T()), S(T(0, 3), T(0, 3), gradient=False), S(T(0, 3), T(0, 3), reduction="sum"),
    S(T(2, 3), T(3), reduction="none"), S(T(2, 1), T(3)), S(T(5, 1), T(4), gradient=False), S(T(40, 50), T(40, 50), gradient=False),
]
# Flags of old in place of the reduction.
OLD = [S(T(2, 3), T(2, 3), False), S(T(2, 3), T(2, 3), None, False), S(T(2, 3), T(2, 3), size_average=True, reduction="sum")]


def pair_errors(name, int_error=True):
    return [
        E(RuntimeError, rf"{name}: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(ValueError, rf"{name}: 'avg' is not one of", T(2), T(2), reduction="avg"),
        E(TypeError, rf"{name}\(\): argument 'target' must be Tensor", T(2), 1.0),
        E(TypeError, rf"{name}\(\): argument 'reduction' must be str", T(2), T(2), reduction=1),
    ] + ([E(NotImplementedError, rf"{name}: not defined for int64", T(2, dtype="int64"), T(2, dtype="int64"))] if int_error else [])


def smooth(d, beta=1.0):
    return np.where(np.abs(d) < beta, d * d / (2 * beta), np.abs(d) - beta / 2) if beta else np.abs(d)


def huber(d, delta=1.0):
    return np.where(np.abs(d) <= delta, d * d / 2, delta * (np.abs(d) - delta / 2))


def positional(function, old=True):
    """A reference that takes size_average, reduce, reduction and what follows by position."""
    if old:
        def reference(x, target, size_average=None, reduce=None, reduction="mean", last=None, **kwargs):
            return function(x - target, named(size_average, reduce, reduction), last, **kwargs)
    else:
        def reference(x, target, reduction="mean", delta=1.0, weight=None):
            return function(x - target, reduction, delta, weight)
    return reference


def with_weight(elementwise):
    def losses(d, reduction, weight):
        values = elementwise(d)
        return reduced(values, reduction) if weight is None else reduced(values * weight, reduction, np.sum(weight))
    return losses


WEIGHTED = [S(T(2, 3), T(2, 3), None, None, reduction, T(2, 3, low=0.2, high=2), dtypes=FLOATS) for reduction in REDUCTIONS]
L1 = Row(
    "l1_loss", positional(with_weight(np.abs)),
    floats(copies(PAIRS + OLD + WEIGHTED)) + [S(T(2, 3), T(2, 3), None, None, "none", dtypes=SIGNED, gradient=False), S(T(3, 2), T(3, 2), None, False, dtypes=SIGNED, gradient=False)],
    dtypes=NUMBERS, tolerance=(1e-6, 2e-15), relative="array", gradients="all",
    errors=pair_errors("l1_loss", False) + [E(NotImplementedError, r"l1_loss: not defined for int64", T(2, dtype="int64"), T(2, dtype="int64"))] + [E(ValueError, r"l1_loss: weights and input must have the same size", T(2, 3), T(2, 3), None, None, "mean", T(3))])
MSE = Row(
    "mse_loss", positional(with_weight(np.square)), PAIRS + OLD + WEIGHTED,
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients="all",
    errors=pair_errors("mse_loss") + [E(ValueError, r"mse_loss: weights and input must have the same size", T(2, 3), T(2, 3), None, None, "mean", T(3))])
SMOOTH_L1 = Row(
    "smooth_l1_loss",
    positional(lambda d, reduction, _, beta=1.0: reduced(smooth(d, beta), reduction)),
    PAIRS + OLD + [S(T(2, 3), T(2, 3), beta=beta, reduction=reduction, dtypes=None if beta else FLOATS) for beta in (0.0, 0.5, 3.0) for reduction in REDUCTIONS],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients="all",
    errors=pair_errors("smooth_l1_loss") + [E(RuntimeError, r"smooth_l1_loss: beta must not be negative, got -1", T(2), T(2), beta=-1.0)])
HUBER = Row(
    "huber_loss",
    positional(lambda d, reduction, delta, weight: reduced(huber(d, delta) * (1 if weight is None else weight), reduction), old=False),
    PAIRS + [S(T(2, 3), T(2, 3), delta=delta, reduction=reduction) for delta in (0.5, 3.0) for reduction in REDUCTIONS]
    + [S(T(2, 3), T(2, 3), reduction, 0.7, T(2, 3, low=0.2, high=2)) for reduction in REDUCTIONS],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients="all",
    errors=pair_errors("huber_loss") + [
        E(RuntimeError, r"huber_loss: delta must be more than 0, got 0", T(2), T(2), delta=0.0),
        E(ValueError, r"huber_loss: weights and input must have the same size", T(2, 3), T(2, 3), "mean", 1.0, T(3))])


def P(*shape):
    """Probabilities away from 0 and 1."""
    return T(*shape, low=0.2, high=0.8)


def binary_cross_entropy(x, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    losses = -(target * np.maximum(np.log(x), -100) + (1 - target) * np.maximum(np.log1p(-x), -100))
    return reduced(losses if weight is None else losses * weight, named(size_average, reduce, reduction))


BCE = Row(
    "binary_cross_entropy", binary_cross_entropy,
    [S(P(2, 3), P(2, 3), weight, reduction=reduction) for weight in (None, T(2, 3, low=0, high=2), T(3, low=0, high=2)) for reduction in REDUCTIONS] + [
        S(P(), P()), S(T(0, 3), T(0, 3), gradient=False), S(T(0, 3), T(0, 3), reduction="sum"), S(P(40, 50), P(40, 50), gradient=False),
        S(V([0.0, 1.0, 0.0, 1.0]), V([0.0, 1.0, 1.0, 0.5]), reduction="none", gradient=False), S(P(2, 3), P(2, 3), None, False), S(P(2, 3), P(2, 3), reduce=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients=(0, 1),
    errors=[
        E(ValueError, r"binary_cross_entropy: target size \[3\] must be the same as the input size \[2, 3\]", P(2, 3), P(3)),
        E(RuntimeError, r"binary_cross_entropy: all elements of input should be between 0 and 1", V([0.5, 1.5]), P(2)),
        E(RuntimeError, r"binary_cross_entropy: all elements of input should be between 0 and 1", V([0.5, -inf]), P(2)),
        E(RuntimeError, r"binary_cross_entropy: all elements of target should be between 0 and 1", P(2), V([-0.5, 0.5])),
        E(RuntimeError, r"binary_cross_entropy: expected a target of float32, got float64", P(2), T(2, dtype="float64")),
        E(RuntimeError, r"expand: .*", P(2, 3), P(2, 3), T(2)),
        E(NotImplementedError, r"binary_cross_entropy: not defined for int64", T(2, dtype="int64"), T(2, dtype="int64")),
        E(ValueError, r"binary_cross_entropy: 'avg' is not one of", P(2), P(2), reduction="avg"),
    ])


def with_logits(x, target, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
    positive, negative = np.logaddexp(0, -x), np.logaddexp(0, x)
    losses = target * positive * (1 if pos_weight is None else pos_weight) + (1 - target) * negative
    return reduced(losses if weight is None else losses * weight, named(size_average, reduce, reduction))


LOGITS = Row(
    "binary_cross_entropy_with_logits", with_logits,
    [S(T(2, 3), P(2, 3), weight, reduction=reduction) for weight in (None, T(2, 3, low=0, high=2), T(3, low=0, high=2)) for reduction in REDUCTIONS] + [
        S(T(2, 3), P(2, 3), weight, None, None, reduction, T(3, low=0.5, high=2)) for weight in (None, T(2, 1, low=0, high=2)) for reduction in REDUCTIONS
    ] + [
        S(T(), P()), S(T(0, 3), T(0, 3), gradient=False), S(T(0, 3), T(0, 3), reduction="sum"), S(T(40, 50, low=-200, high=200), P(40, 50), gradient=False),
        S(T(2, 3), P(2, 3), None, False), S(T(2, 3), P(2, 3), reduce=False), S(V([-1000.0, 1000.0, 0.0]), V([1.0, 0.0, 0.5]), reduction="none", gradient=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients=(0, 1),
    errors=[
        E(ValueError, r"binary_cross_entropy_with_logits: target size \[3\] must be the same as the input size \[2, 3\]", T(2, 3), P(3)),
        E(RuntimeError, r"expected a target of floating point, got int64", T(2), T(2, dtype="int64")),
        E(NotImplementedError, r"binary_cross_entropy_with_logits: not defined for int64", T(2, dtype="int64"), T(2)),
        E(RuntimeError, r"\[4\]", T(2, 3), P(2, 3), T(4)),
    ])
SIGNS = V([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])


def soft_margin_loss(x, target, size_average=None, reduce=None, reduction="mean"):
    return reduced(np.logaddexp(0, -target * x), named(size_average, reduce, reduction))


SOFT_MARGIN = Row(
    "soft_margin_loss", soft_margin_loss,
    [S(T(2, 3), SIGNS, reduction=reduction) for reduction in REDUCTIONS] + [
        S(T(), V(1.0)), S(T(0, 3), T(0, 3), gradient=False), S(T(2, 3), V([1.0, -1.0, 1.0]), reduction="none"), S(T(2, 3), SIGNS, False), S(T(2, 3), SIGNS, reduce=False),
        S(T(2, 3), V([[1, -1, 1], [1, 1, -1]], dtype="int64")), S(T(40, 50, low=-10, high=10), T(40, 50), gradient=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients=(0,),
    errors=[
        E(RuntimeError, r"soft_margin_loss: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(NotImplementedError, r"soft_margin_loss: not defined for int64", T(2, dtype="int64"), T(2)),
    ])


# ---------------------------------------------------------------------------------------------------- likelihoods


def kl_div(x, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    if log_target:
        losses = np.exp(target) * (target - x)
    else:
        losses = np.where(target == 0, 0, target * np.log(np.where(target == 0, 1, target))) - target * x
    if reduction == "batchmean" and size_average is None and reduce is None:
        return np.sum(losses) / np.float64(x.shape[0] if x.ndim else 1)
    return reduced(losses, named(size_average, reduce, reduction))


KL = Row(
    "kl_div", kl_div,
    [S(T(2, 3), P(2, 3), reduction=reduction, log_target=log) for reduction in REDUCTIONS + ("batchmean",) for log in (False, True)] + [
        S(T(), P(), reduction="batchmean"), S(T(0, 3), T(0, 3), gradient=False), S(T(0, 3), T(0, 3), reduction="batchmean", gradient=False), S(T(2, 3), P(3), reduction="batchmean"),
        S(T(3), V([0.0, 1.0, 0.5]), reduction="none", gradient=False), S(T(2, 3), P(2, 3), False), S(T(2, 3), P(2, 3), reduce=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="unit", gradients="all",
    errors=[
        E(RuntimeError, r"kl_div: integral inputs are not supported, got int64", T(2), T(2, dtype="int64")),
        E(RuntimeError, r"kl_div: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(ValueError, r"kl_div: 'avg' is not one of 'none', 'mean', 'sum', 'batchmean'", T(2), T(2), reduction="avg"),
    ])


def poisson_nll_loss(x, target, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"):
    losses = np.exp(x) - target * x if log_input else x - target * np.log(x + eps)
    if full:
        known = np.where(target > 1, target, 1)
        losses = losses + np.where(target > 1, known * np.log(known) - known + 0.5 * np.log(2 * math.pi * known), 0)
    return reduced(losses, named(size_average, reduce, reduction))


COUNTS = T(2, 3, low=1.1, high=6)
POISSON = Row(
    "poisson_nll_loss", poisson_nll_loss,
    floats([S(T(2, 3), COUNTS, True, full, reduction=reduction) for full in (False, True) for reduction in REDUCTIONS] + [
        S(T(2, 3, low=0.5, high=3), COUNTS, False, full, eps=eps) for full in (False, True) for eps in (1e-8, 0.1)
    ] + [S(T(), T(low=0, high=5)), S(T(0, 3), T(0, 3), gradient=False), S(T(2, 3), T(3, low=0, high=5), reduction="none"), S(T(2, 3), COUNTS, True, False, False),
         S(T(2, 3), V([[0, 1, 2], [3, 4, 5]], dtype="int64")), S(T(2, 3), V([[0.0, 0.5, 1.0], [1.5, 2.0, 7.0]]), full=True, reduction="none", gradient=False)]) + [S(T(2, 3, low=0), T(2, 3, low=0), dtypes=NUMBERS, gradient=False), S(T(2, 3, low=1), T(2, 3, low=0), False, dtypes=NUMBERS, gradient=False)],
    dtypes=NUMBERS, tolerance=(1e-6, 4e-15), relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"poisson_nll_loss: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(ValueError, r"poisson_nll_loss: 'avg' is not one of", T(2), T(2), reduction="avg"),
    ])


def gaussian_nll_loss(x, target, var, full=False, eps=1e-6, reduction="mean"):
    var = np.asarray(var, np.float64)
    if var.shape != x.shape and var.shape == x.shape[:-1] and x.ndim and var.ndim:
        var = var[..., None]
    var = np.maximum(var, eps)
    losses = 0.5 * (np.log(var) + (x - target) ** 2 / var) + (0.5 * math.log(2 * math.pi) if full else 0)
    return reduced(np.broadcast_to(losses, np.broadcast_shapes(x.shape, target.shape)), reduction)


VAR = T(2, 3, low=0.2, high=2)
GAUSSIAN = Row(
    "gaussian_nll_loss", gaussian_nll_loss,
    [S(T(2, 3), T(2, 3), VAR, full, reduction=reduction) for full in (False, True) for reduction in REDUCTIONS] + [
        S(T(2, 3), T(2, 3), T(2, low=0.2, high=2)), S(T(2, 3), T(2, 3), T(2, 1, low=0.2, high=2)), S(T(2, 3), T(3), VAR, reduction="none"),
        S(T(2, 3), T(2, 3), 0.7, dtypes=FLOATS), S(T(2, 3), T(2, 3), V([[0.0, 0.5, 1.0], [1e-9, 2.0, 3.0]]), reduction="none", gradient=False), S(T(), T(), T(low=0.2, high=2)),
        S(T(2, 3), T(2, 3), VAR, eps=0.5, gradient=False), S(T(0, 3), T(0, 3), T(0, 3), gradient=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="array", gradients="all",
    errors=[
        E(ValueError, r"gaussian_nll_loss: var has negative entries", T(2), T(2), V([1.0, -1.0])),
        E(ValueError, r"gaussian_nll_loss: var has negative entries", T(2), T(2), -1.0),
        E(ValueError, r"gaussian_nll_loss: var is of incorrect size: \[3\] for an input of \[2, 3\]", T(2, 3), T(2, 3), T(3, low=0, high=1)),
        E(ValueError, r"gaussian_nll_loss: var is of incorrect size: \[\]", T(2, 3), T(2, 3), T(low=0, high=1)),
        E(ValueError, r"gaussian_nll_loss: 'avg' is not one of", T(2), T(2), T(2, low=0, high=1), reduction="avg"),
        E(NotImplementedError, r"gaussian_nll_loss: not defined for int64", T(2, dtype="int64"), T(2), T(2, low=0, high=1)),
    ])

# ---------------------------------------------------------------------------------------------------- margins


def hinge_embedding_loss(x, target, margin=1.0, size_average=None, reduce=None, reduction="mean"):
    losses = np.where(target != -1, x, 0) + np.where(target != 1, np.maximum(0, margin - x), 0)
    return reduced(losses, named(size_average, reduce, reduction))


HINGE = Row(
    "hinge_embedding_loss", hinge_embedding_loss,
    floats([S(T(2, 3), SIGNS, margin, reduction=reduction) for margin in (1.0, 0.5) for reduction in REDUCTIONS] + [
        S(T(), V(-1.0)), S(T(0, 3), T(0, 3), gradient=False), S(T(2, 3), V([1.0, -1.0, 0.0]), reduction="none"), S(T(2, 3), SIGNS, 1.0, False),
        S(T(2, 3), V([[1, -1, 1], [1, 1, -1]], dtype="int64"))]) + [S(T(2, 3, low=-1, high=1), T(2, 3, low=-1, high=1), 1.0, None, None, "none", dtypes=NUMBERS, gradient=False)],
    dtypes=NUMBERS, tolerance=(1e-6, 2e-15), relative="array", gradients=(0,),
    errors=[E(RuntimeError, r"hinge_embedding_loss: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
            E(ValueError, r"hinge_embedding_loss: 'avg' is not one of", T(2), T(2), reduction="avg")])


def margin_ranking_loss(a, b, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    return reduced(np.maximum(0, -target * (a - b) + margin), named(size_average, reduce, reduction))


RANKING = Row(
    "margin_ranking_loss", margin_ranking_loss,
    floats([S(T(2, 3), T(2, 3), SIGNS, margin, reduction=reduction) for margin in (0, 0.5) for reduction in REDUCTIONS] + [
        S(T(), T(), V(-1.0)), S(T(0, 3), T(0, 3), T(0, 3), gradient=False), S(T(2, 3), T(1, 3), V([[1.0], [-1.0]]), 0.1), S(T(2, 3), T(2, 3), SIGNS, 0.1, False)]) + [S(T(2, 3, low=0), T(2, 3, low=0), T(2, 3, low=-1, high=1), 0.5, dtypes=SIGNED, gradient=False)],
    dtypes=NUMBERS, tolerance=(1e-6, 2e-15), relative="array", gradients=(0, 1),
    errors=[E(RuntimeError, r"margin_ranking_loss: all input tensors should have the same number of dimensions", T(2, 3), T(3), T(2, 3)),
            E(RuntimeError, r"\[2, 3\] and \[2, 4\]", T(2, 3), T(2, 4), T(2, 3)),
            E(ValueError, r"margin_ranking_loss: 'avg' is not one of", T(2), T(2), T(2), reduction="avg")])


def multi_margin_loss(x, target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
    scores, targets = x.reshape(-1, x.shape[-1] if x.ndim else 1), target.reshape(-1)
    losses = np.zeros(targets.shape)
    for row, y in enumerate(targets):
        for i in range(scores.shape[1]):
            if i != y:
                losses[row] += max(0, margin - scores[row, y] + scores[row, i]) ** p * (1 if weight is None else weight[y])
    losses = losses / scores.shape[1]
    return reduced(losses.reshape(target.shape), named(size_average, reduce, reduction))


MULTI_MARGIN = Row(
    "multi_margin_loss", multi_margin_loss,
    [S(T(3, 4), classes(0, 3, 1), p, margin, weight, reduction=reduction)
     for p in (1, 2) for margin in (1.0, 0.5) for weight in (None, WEIGHT) for reduction in REDUCTIONS] + [
        S(T(4), V(2, dtype="int64"), reduction="none"), S(T(4), classes(2), reduction="none"), S(T(), V(0, dtype="int64")), S(T(3, 4), classes(0, 3, 1), reduce=False),
        S(T(0, 4), V(np.zeros(0), dtype="int64"), reduction="none", gradient=False, dtypes=FLOATS)],
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="array", gradients=(0,), reduced=False,
    errors=[
        E(ValueError, r"multi_margin_loss: only p == 1 and p == 2 are supported, got 3", T(3, 4), classes(0, 3, 1), 3),
        E(ValueError, r"multi_margin_loss: weight must be one-dimensional", T(1, 4), classes(0), 1, 1.0, T(4, 1)),
        E(RuntimeError, r"multi_margin_loss: expected a weight of shape \[4\], got \[3\]", T(1, 4), classes(0), 1, 1.0, T(3)),
        E(RuntimeError, r"multi_margin_loss: expected a weight of float32, got float64", T(1, 4), classes(0), 1, 1.0, T(4, dtype="float64")),
        E(RuntimeError, r"multi_margin_loss: target out of range", T(1, 4), classes(4)),
        E(RuntimeError, r"multi_margin_loss: expected targets of shape \[2\], got \[1\]", T(2, 4), classes(0)),
        E(RuntimeError, r"multi_margin_loss: expected class indices of int64, got int32", T(1, 4), T(1, dtype="int32")),
        E(RuntimeError, r"multi_margin_loss: expected a vector or a matrix with columns, got shape \[3, 0\]", T(3, 0), classes(0, 0, 0)),
        E(NotImplementedError, r"multi_margin_loss: not defined for int64", T(1, 4, dtype="int64"), classes(0)),
    ])


def multilabel_margin_loss(x, target, size_average=None, reduce=None, reduction="mean"):
    width = x.shape[-1] if x.ndim else 1
    losses = []
    for scores, row in zip(x.reshape(-1, width), target.reshape(-1, width)):
        labels = list(row)
        labels = labels[: labels.index(-1)] if -1 in labels else labels
        losses.append(sum(max(0, 1 - (scores[y] - scores[i])) for y in labels for i in range(width) if i not in labels) / width)
    return reduced(np.array(losses).reshape(x.shape[:-1]), named(size_average, reduce, reduction))


LABELS = V([[3, 0, -1, 1], [1, -1, 0, 0], [-1, 1, 2, 3]], dtype="int64")
MULTILABEL_MARGIN = Row(
    "multilabel_margin_loss", multilabel_margin_loss,
    [S(T(3, 4), LABELS, reduction=reduction) for reduction in REDUCTIONS] + [
        S(T(4), classes(3, 0, -1, 1), reduction="none"), S(T(), V(0, dtype="int64")), S(T(0, 4), V(np.zeros((0, 4)), dtype="int64"), reduction="none", gradient=False, dtypes=FLOATS),
        S(T(1, 4), classes([1, 1, -1, 0])), S(T(2, 3), classes([0, 1, 2], [2, 1, 0])), S(T(3, 4), LABELS, False)],
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="array", gradients=(0,), reduced=False,
    errors=[
        E(RuntimeError, r"multilabel_margin_loss: inconsistent target size: \[2, 4\] for an input of \[3, 4\]", T(3, 4), classes([0, 1, -1, -1], [0, 1, -1, -1])),
        E(RuntimeError, r"multilabel_margin_loss: target out of range", T(1, 2), classes([2, -1])),
        E(RuntimeError, r"multilabel_margin_loss: target out of range", T(1, 2), classes([-2, -1])),
        E(RuntimeError, r"multilabel_margin_loss: expected class indices of int64, got int32", T(1, 2), T(1, 2, dtype="int32")),
        E(RuntimeError, r"multilabel_margin_loss: expected a vector or a matrix with columns", T(1, 2, 3), T(1, 2, 3, dtype="int64")),
        E(NotImplementedError, r"multilabel_margin_loss: not defined for int64", T(1, 2, dtype="int64"), classes([0, -1])),
    ])


def multilabel_soft_margin_loss(x, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    losses = with_logits(x, target, weight, reduction="none")
    return reduced(np.sum(losses, -1) / x.shape[-1], named(size_average, reduce, reduction))


MULTILABEL_SOFT_MARGIN = Row(
    "multilabel_soft_margin_loss", multilabel_soft_margin_loss,
    [S(T(3, 4), P(3, 4), weight, reduction=reduction) for weight in (None, WEIGHT) for reduction in REDUCTIONS] + [
        S(T(4), P(4)), S(T(2, 3, 4), P(2, 3, 4), reduction="none"), S(T(0, 4), T(0, 4), gradient=False), S(T(3, 4), P(4)), S(T(3, 4), P(3, 4), None, False),
        S(T(2, 2), V([[1, 0], [0, 1]], dtype="int64"))],
    dtypes=FLOATS, tolerance=(1e-6, 4e-15), relative="array", gradients="all",
    errors=[
        E(IndexError, r"multilabel_soft_margin_loss: expected an input with a dimension of classes", T(), P()),
        E(NotImplementedError, r"multilabel_soft_margin_loss: not defined for int64", T(2, dtype="int64"), P(2)),
        E(ValueError, r"multilabel_soft_margin_loss: 'avg' is not one of", T(2), P(2), reduction="avg"),
    ])


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean"):
    def distance(a, b):
        d = np.abs(a - b + eps)
        return np.max(d, -1) if p == inf else np.sum(d**p, -1) ** (1 / p)

    far = distance(anchor, negative)
    if swap:
        far = np.minimum(far, distance(positive, negative))
    return reduced(np.maximum(0, margin + distance(anchor, positive) - far), named(size_average, reduce, reduction))


TRIPLET = Row(
    "triplet_margin_loss", triplet_margin_loss,
    floats([S(T(3, 4), T(3, 4), T(3, 4), 2.0, p, swap=swap, reduction=reduction) for p in (1, 2, 3) for swap in (False, True) for reduction in REDUCTIONS] + [
        S(T(4), T(4), T(4), 5.0), S(T(2, 3, 4), T(2, 3, 4), T(2, 3, 4), 5.0, reduction="none"), S(T(3, 4), T(1, 4), T(3, 4), 5.0), S(T(0, 4), T(0, 4), T(0, 4), gradient=False),
        S(T(3, 4), T(3, 4), T(3, 4), 5.0, 2, 0.1), S(T(3, 4), T(3, 4), T(3, 4), 5.0, 2, 1e-6, False, False)]) + [S(T(2, 3, low=0), T(2, 3, low=0), T(2, 3, low=0), 2.0, dtypes=SIGNED, gradient=False)],
    dtypes=NUMBERS, tolerance=(2e-6, 4e-15), relative="unit", gradients="all",
    errors=[
        E(ValueError, r"triplet_margin_loss: margin must be greater than 0, got 0", T(2), T(2), T(2), 0.0),
        E(RuntimeError, r"triplet_margin_loss: the anchor, positive, and negative tensors are expected to have the same number of dimensions", T(3, 4), T(4), T(3, 4)),
        E(RuntimeError, r"\[3, 4\] and \[3, 5\]", T(3, 4), T(3, 5), T(3, 4)),
        E(RuntimeError, r"triplet_margin_loss: .*dimensions, got shapes \[\]", T(), T(2), T(2)),
    ])


def cosine_embedding_loss(a, b, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    cosine = np.sum(a * b, -1) / np.sqrt((np.sum(a * a, -1) + 1e-12) * (np.sum(b * b, -1) + 1e-12))
    losses = np.where(target == 1, 1 - cosine, 0) + np.where(target == -1, np.maximum(0, cosine - margin), 0)
    return reduced(losses, named(size_average, reduce, reduction))


COSINE = Row(
    "cosine_embedding_loss", cosine_embedding_loss,
    floats([S(T(3, 4), T(3, 4), V([1.0, -1.0, 1.0]), margin, reduction=reduction) for margin in (0, -0.5) for reduction in REDUCTIONS] + [
        S(T(4), T(4), V(1.0)), S(T(3, 4), T(1, 4), V([1, -1, 0], dtype="int64"), -0.9), S(T(0, 4), T(0, 4), T(0), gradient=False), S(T(3, 4), T(3, 4), V([1.0, -1.0, 1.0]), -0.9, False)]) + [S(T(2, 3, low=0), T(2, 3, low=1), V([1.0, -1.0]), dtypes=SIGNED, gradient=False)],
    dtypes=NUMBERS, tolerance=(1e-6, 4e-15), relative="unit", gradients=(0, 1),
    errors=[
        E(RuntimeError, r"cosine_embedding_loss: 1D target tensor expects 2D input tensors, got shapes \[3, 4\] and \[4\]", T(3, 4), T(4), T(3)),
        E(RuntimeError, r"cosine_embedding_loss: 0D target tensor expects 1D input tensors", T(), T(), T()),
        E(RuntimeError, r"cosine_embedding_loss: expected a target of at most one dimension", T(3, 4), T(3, 4), T(3, 1)),
        E(RuntimeError, r"\[3, 4\] and \[2, 4\]", T(3, 4), T(2, 4), T(3)),
    ])


# ---------------------------------------------------------------------------------------------------- sequences


def ctc_loss(logits, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """The sum over all paths, step by step, of the log softmax of logits."""
    logs = log_softmax(logits, -1)
    logs = logs[:, None] if logs.ndim == 2 else logs
    losses, start = [], 0
    for n, (steps, length) in enumerate(zip(np.reshape(input_lengths, -1), np.reshape(target_lengths, -1))):
        labels = targets[n, :length] if targets.ndim == 2 else targets[start:start + length]
        start += length
        # Every prefix with the last symbol read: (labels read, whether a blank is last) -> probability.
        paths = {(0, True): 1.0}
        for step in range(steps):
            p, following = np.exp(logs[step, n]), {}
            for (read, after_blank), probability in paths.items():
                moves = [((read, True), p[blank])]
                if not after_blank:
                    moves.append(((read, False), p[labels[read - 1]]))
                if read < length and (after_blank or labels[read] != labels[read - 1]):
                    moves.append(((read + 1, False), p[labels[read]]))
                for state, factor in moves:
                    following[state] = following.get(state, 0) + probability * factor
            paths = following
        total = paths.get((length, True), 0) + (paths.get((length, False), 0) if length else 0)
        loss = -np.log(total) if total > 0 else inf
        losses.append(0.0 if zero_infinity and loss == inf else loss)
    losses = np.array(losses)
    if reduction == "mean":
        return np.mean(losses / np.maximum(np.reshape(target_lengths, -1), 1))
    return np.sum(losses) if reduction == "sum" else losses.reshape(() if logits.ndim == 2 else losses.shape)


def through_log_softmax(lib, operator, logits, *args, **kwargs):
    """Log probabilities have to add up: differences are taken of what they are made from."""
    return operator(logits.log_softmax(-1), *args, **kwargs)


PADDED = classes([1, 2, 2], [3, 4, 0])
JOINED = classes(1, 2, 2, 3, 4)
CTC = Row(
    "ctc_loss", ctc_loss,
    [S(T(6, 2, 5), targets, (6, 5), (3, 2), reduction=reduction) for targets in (PADDED, JOINED) for reduction in REDUCTIONS] + [
        S(T(6, 2, 5), PADDED, V([6, 4], dtype="int64"), V([3, 2], dtype="int64")), S(T(6, 2, 5), PADDED, V([6, 4], dtype="int32"), V([2, 2], dtype="uint8"), reduction="none"),
        S(T(6, 5), classes(1, 2, 2), V(6, dtype="int64"), V(3, dtype="int64"), reduction="none"), S(T(6, 5), classes(1, 2, 2), (6,), (3,)),
        S(T(6, 2, 5), PADDED, (6, 5), (3, 2), 4, reduction="none"), S(T(6, 2, 5), classes(1, 2, 2), (6, 5), (3, 0), reduction="none"),
        S(T(6, 2, 5), PADDED, (3, 3), (3, 2), reduction="none", gradient=False), S(T(6, 2, 5), PADDED, (3, 3), (3, 2), reduction="none", zero_infinity=True, gradient=False),
        S(T(6, 2, 5), PADDED, (0, 5), (0, 2), reduction="none"), S(T(6, 2, 5), PADDED, (0, 5), (3, 2), reduction="sum", zero_infinity=True), S(T(30, 3, 7), T(3, 8, low=1, high=6, dtype="int64"), (30, 25, 20), (8, 7, 6), gradient=False),
        S(T(6, 2, 5), classes(1, 2, 2, 3, 4, dtype="int32"), (6, 5), (3, 2)), S(T(6, 2, 5), V(np.zeros((2, 0)), dtype="int64"), (6, 5), (0, 0)),
    ],
    dtypes=FLOATS, tolerance=(2e-6, 1e-14), relative="unit", gradients=(0,), reduced=False, through=through_log_softmax,
    errors=[
        E(RuntimeError, r"ctc_loss: expected input_lengths between 0 and 6, got 7", T(6, 2, 5), PADDED, (7, 5), (3, 2)),
        E(RuntimeError, r"ctc_loss: expected input_lengths between 0 and 6, got -1", T(6, 2, 5), PADDED, (-1, 5), (3, 2)),
        E(RuntimeError, r"ctc_loss: input_lengths must be of size batch_size, 2, got 1", T(6, 2, 5), PADDED, (6,), (3, 2)),
        E(RuntimeError, r"ctc_loss: target_lengths must be of size batch_size, 2, got 3", T(6, 2, 5), PADDED, (6, 5), (3, 2, 1)),
        E(RuntimeError, r"ctc_loss: expected target_lengths between 0", T(6, 2, 5), PADDED, (6, 5), (3, -1)),
        E(RuntimeError, r"ctc_loss: input_lengths must be integral, got float32", T(6, 2, 5), PADDED, T(2), (3, 2)),
        E(RuntimeError, r"ctc_loss: expected targets of at least 4 columns, got shape \[2, 3\]", T(6, 2, 5), PADDED, (6, 5), (4, 2)),
        E(RuntimeError, r"ctc_loss: expected 5 targets for the target lengths \[3, 2\], got 4", T(6, 2, 5), classes(1, 2, 2, 3), (6, 5), (3, 2)),
        E(RuntimeError, r"ctc_loss: target 9 is not a label: expected 0 to 4", T(6, 2, 5), classes(1, 2, 2, 3, 9), (6, 5), (3, 2)),
        E(RuntimeError, r"ctc_loss: blank must be in label range, 0 to 4, got 5", T(6, 2, 5), PADDED, (6, 5), (3, 2), 5),
        E(RuntimeError, r"ctc_loss: expected log_probs \[T, N, C\] or \[T, C\], got shape \[5\]", T(5), PADDED, (6, 5), (3, 2)),
        E(RuntimeError, r"ctc_loss: log_probs tensor must not be empty", T(6, 0, 5), V(np.zeros((0, 2)), dtype="int64"), (), ()),
        E(RuntimeError, r"ctc_loss: expected targets of 1 or 2 dimensions", T(6, 1, 5), V(1, dtype="int64"), (6,), (1,)),
        E(NotImplementedError, r"not defined for int64", T(6, 2, 5, dtype="int64"), PADDED, (6, 5), (3, 2)),
        E(ValueError, r"ctc_loss: 'avg' is not one of", T(6, 2, 5), PADDED, (6, 5), (3, 2), reduction="avg"),
    ])

ROWS = [CROSS_ENTROPY, NLL, L1, MSE, SMOOTH_L1, HUBER, BCE, LOGITS, SOFT_MARGIN, KL, POISSON, GAUSSIAN, HINGE, RANKING, MULTI_MARGIN,
        MULTILABEL_MARGIN, MULTILABEL_SOFT_MARGIN, TRIPLET, COSINE, CTC]


def in_functional(name):
    """PyTorch has functions of the same name and other parameters outside of nn.functional."""
    return lambda torch, *args, **kwargs: getattr(torch.nn.functional, name)(*args, **kwargs)


for row in ROWS:
    row.call = in_functional(row.name)
