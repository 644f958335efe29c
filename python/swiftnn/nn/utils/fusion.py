"""A batch normalisation taken into the layer before it, for evaluation."""

from copy import deepcopy

from ... import _C
from ..parameter import Parameter

__all__ = ["fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"]


def _scale_and_shift(bias, mean, variance, eps, weight, shift):
    """What the normalisation multiplies each channel by, and the bias of the fused layer."""
    zeros = _C.functions["zeros_like"](mean)
    weight = _C.functions["ones_like"](mean) if weight is None else weight
    scale = weight * (variance + eps).rsqrt()
    return scale, ((zeros if bias is None else bias) - mean) * scale + (zeros if shift is None else shift)


def fuse_conv_bn_weights(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, transpose=False):
    """Weight and bias of a convolution that does what the convolution and the normalisation after it do."""
    scale, bias = _scale_and_shift(conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)
    shape = [1, -1] if transpose else [-1, 1]
    weight = (conv_w * scale.reshape(shape + [1] * (conv_w.ndim - 2))).to(conv_w.dtype)
    return (
        Parameter(weight.detach(), conv_w.requires_grad),
        Parameter(bias.detach(), conv_w.requires_grad if conv_b is None else conv_b.requires_grad),
    )


def fuse_linear_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b):
    """Weight and bias of a linear layer that does what the layer and the normalisation after it do.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> weight, bias, mean, variance = swiftnn.ones(1, 2), swiftnn.ones(1), swiftnn.ones(1), swiftnn.full((1,), 4.0)
        >>> fused = nn.utils.fuse_linear_bn_weights(weight, bias, mean, variance, 0.0, None, None)
        >>> fused[0].tolist(), fused[1].tolist()
        ([[0.5, 0.5]], [0.0])
    """
    scale, bias = _scale_and_shift(linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)
    return (
        Parameter((linear_w * scale.unsqueeze(-1)).to(linear_w.dtype).detach(), linear_w.requires_grad),
        Parameter(bias.detach(), linear_w.requires_grad if linear_b is None else linear_b.requires_grad),
    )


def _fuse(layer, bn, weights, **options):
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("fusion: the normalisation must have running statistics")
    fused = deepcopy(layer)
    fused.weight, fused.bias = weights(
        layer.weight, layer.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, **options
    )
    return fused


def fuse_conv_bn_eval(conv, bn, transpose=False):
    """A convolution that does what ``conv`` and the batch normalisation ``bn`` after it do, both in evaluation mode."""
    return _fuse(conv, bn, fuse_conv_bn_weights, transpose=transpose)


def fuse_linear_bn_eval(linear, bn):
    """A linear layer that does what ``linear`` and the batch normalisation ``bn`` after it do, both in evaluation mode."""
    if linear.out_features != bn.num_features and bn.num_features != 1:
        raise AssertionError("To fuse, linear.out_features == bn.num_features or bn.num_features == 1")
    return _fuse(linear, bn, fuse_linear_bn_weights)
