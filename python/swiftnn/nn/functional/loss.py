"""Losses that say more, or take more, than the operator does."""

import warnings

from ... import _C

__all__ = [
    "huber_loss", "kl_div", "l1_loss", "linear_cross_entropy", "mse_loss", "smooth_l1_loss",
    "triplet_margin_with_distance_loss",
]

_cross_entropy = _C.nn_functions["cross_entropy"]
_linear = _C.nn_functions["linear"]
_huber_loss = _C.nn_functions["huber_loss"]
_kl_div = _C.nn_functions["kl_div"]
_l1_loss = _C.nn_functions["l1_loss"]
_mse_loss = _C.nn_functions["mse_loss"]
_smooth_l1_loss = _C.nn_functions["smooth_l1_loss"]
_triplet_margin_loss = _C.nn_functions["triplet_margin_loss"]
_clamp, _minimum = _C.functions["clamp"], _C.functions["minimum"]


def _compared(loss, input, target):
    """The loss; with a warning where it was of all pairs that broadcasting makes."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will likely "
            "lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=3,
        )
    return loss


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """abs(input - target), averaged, summed or as it is ('none'). The mean is over the weights where there are some."""
    return _compared(_l1_loss(input, target, size_average, reduce, reduction, weight), input, target)


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """(input - target) squared, averaged, summed or as it is ('none'). The mean is over the weights where there are some."""
    return _compared(_mse_loss(input, target, size_average, reduce, reduction, weight), input, target)


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """The squared difference over 2 beta where it is less than beta, the absolute difference less beta / 2 elsewhere."""
    return _compared(_smooth_l1_loss(input, target, size_average, reduce, reduction, beta), input, target)


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """Half the squared difference where it is at most delta, delta times the absolute difference less delta / 2
    elsewhere."""
    return _compared(_huber_loss(input, target, reduction, delta, weight), input, target)


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """The Kullback-Leibler divergence of target from log probabilities: target * (log(target) - input). 'batchmean'
    divides the sum by the size of the first dimension."""
    if reduction == "mean" and size_average is None and reduce is None:
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size. 'batchmean' divides "
            "only by the batch size, and aligns with the definition of the divergence.",
            stacklevel=2,
        )
    return _kl_div(input, target, size_average, reduce, reduction, log_target)


def linear_cross_entropy(
    input,
    linear_weight,
    target,
    *,
    linear_bias=None,
    weight=None,
    reduction="mean",
    ignore_index=None,
    label_smoothing=0.0,
    options=None,
):
    """The cross entropy of ``linear(input, linear_weight, linear_bias)`` and target, for a weight [C, ..., features]: the
    logits are [N, C, ...], or [C] of an input [features]. ``options``, PyTorch's computation in pieces, is not offered."""
    if options is not None:
        raise NotImplementedError("linear_cross_entropy: options= is not offered; the logits are computed as a whole")
    if input.dim() not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.dim()}")
    if linear_weight.dim() < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {linear_weight.dim()}")
    if input.shape[-1] != linear_weight.shape[-1]:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), got "
            f"{input.shape[-1]} and {linear_weight.shape[-1]}, respectively"
        )
    outer = tuple(linear_weight.shape[:-1])
    if linear_bias is not None and tuple(linear_bias.shape) != outer:
        raise RuntimeError(f"expected linear_bias shape {outer}, got {tuple(linear_bias.shape)}")
    if len(outer) > 1 and input.dim() == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(linear_weight.shape)} requires batched input, got "
            f"unbatched input with shape {tuple(input.shape)}"
        )
    shape = (*input.shape[:-1], *outer)
    if ignore_index is not None and tuple(target.shape) == shape:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    bias = None if linear_bias is None else linear_bias.flatten()
    logits = _linear(input, linear_weight.flatten(0, -2), bias).reshape(shape)
    ignored = -100 if ignore_index is None else ignore_index
    return _cross_entropy(logits, target, weight, None, ignored, None, reduction, label_smoothing)


def triplet_margin_with_distance_loss(
    anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"
):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), d being ``distance_function``, by default the Euclidean
    distance of rows. With ``swap`` the distance of positive and negative counts where it is the smaller one."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if distance_function is None:
        return _triplet_margin_loss(anchor, positive, negative, margin, 2, 1e-6, swap, None, None, reduction)
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {anchor.ndim}D, positive {positive.ndim}D, and negative {negative.ndim}D inputs"
        )
    far = distance_function(anchor, negative)
    if swap:
        far = _minimum(far, distance_function(positive, negative))
    losses = _clamp(margin + distance_function(anchor, positive) - far, 0)
    return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()
