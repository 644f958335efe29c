"""Activation functions that take more than the operator does."""

import warnings

from ... import _C

_functions = _C.nn_functions

__all__ = [
    "celu", "celu_", "elu", "elu_", "gumbel_softmax", "hardsigmoid", "hardswish", "hardtanh", "hardtanh_", "leaky_relu",
    "leaky_relu_", "log_softmax", "mish", "relu", "relu6", "relu_", "rrelu", "rrelu_", "selu", "selu_", "silu", "softmax",
    "softmin", "threshold", "threshold_",
]


def relu(input, inplace=False):
    """max(input, 0), written over the input with ``inplace``."""
    return input.relu_() if inplace else _functions["relu"](input)


def relu_(input):
    """max(input, 0), written over the input."""
    return input.relu_()


def relu6(input, inplace=False):
    """The input within [0, 6], written over the input with ``inplace``."""
    return input.relu6_() if inplace else _functions["relu6"](input)


def elu(input, alpha=1.0, inplace=False):
    """The input where it is positive, else ``alpha * (exp(input) - 1)``; written over the input with ``inplace``."""
    return input.elu_(alpha) if inplace else _functions["elu"](input, alpha)


def elu_(input, alpha=1.0):
    """:func:`elu`, written over the input."""
    return input.elu_(alpha)


def selu(input, inplace=False):
    """:func:`elu` scaled so that mean 0 and variance 1 are kept; written over the input with ``inplace``."""
    return input.selu_() if inplace else _functions["selu"](input)


def selu_(input):
    """:func:`selu`, written over the input."""
    return input.selu_()


def celu(input, alpha=1.0, inplace=False):
    """``max(0, input) + min(0, alpha * (exp(input / alpha) - 1))``, written over the input with ``inplace``."""
    return input.celu_(alpha) if inplace else _functions["celu"](input, alpha)


def celu_(input, alpha=1.0):
    """:func:`celu`, written over the input."""
    return input.celu_(alpha)


def silu(input, inplace=False):
    """``input * sigmoid(input)``, written over the input with ``inplace``."""
    return input.silu_() if inplace else _functions["silu"](input)


def mish(input, inplace=False):
    """``input * tanh(softplus(input))``, written over the input with ``inplace``."""
    return input.mish_() if inplace else _functions["mish"](input)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """The input within [``min_val``, ``max_val``], written over the input with ``inplace``."""
    return input.hardtanh_(min_val, max_val) if inplace else _functions["hardtanh"](input, min_val, max_val)


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    """:func:`hardtanh`, written over the input."""
    return input.hardtanh_(min_val, max_val)


def hardsigmoid(input, inplace=False):
    """``input + 3`` within [0, 6], divided by 6; written over the input with ``inplace``."""
    return input.hardsigmoid_() if inplace else _functions["hardsigmoid"](input)


def hardswish(input, inplace=False):
    """``input * hardsigmoid(input)``, written over the input with ``inplace``."""
    return input.hardswish_() if inplace else _functions["hardswish"](input)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """The input where it is positive, else ``negative_slope * input``; written over the input with ``inplace``."""
    return input.leaky_relu_(negative_slope) if inplace else _functions["leaky_relu"](input, negative_slope)


def leaky_relu_(input, negative_slope=0.01):
    """:func:`leaky_relu`, written over the input."""
    return input.leaky_relu_(negative_slope)


def rrelu(input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    """The input where it is positive, else ``r * input``, r drawn from [``lower``, ``upper``) in training, else their mean.
    Written over the input with ``inplace``."""
    return input.rrelu_(lower, upper, training) if inplace else _functions["rrelu"](input, lower, upper, training)


def rrelu_(input, lower=1.0 / 8, upper=1.0 / 3, training=False):
    """:func:`rrelu`, written over the input."""
    return input.rrelu_(lower, upper, training)


def threshold(input, threshold, value, inplace=False):
    """The input where it exceeds ``threshold``, else ``value``; written over the input with ``inplace``."""
    return input.threshold_(threshold, value) if inplace else _functions["threshold"](input, threshold, value)


def threshold_(input, threshold, value):
    """:func:`threshold`, written over the input."""
    return input.threshold_(threshold, value)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """exp(input) divided by its sum along ``dim``, which should be given."""
    return _functions["softmax"](input, _given("softmax", input, dim, _stacklevel), dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """``softmax(-input)`` along ``dim``, which should be given."""
    return _functions["softmin"](input, _given("softmin", input, dim, _stacklevel), dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """The logarithm of softmax, without overflow, along ``dim``, which should be given."""
    return _functions["log_softmax"](input, _given("log_softmax", input, dim, _stacklevel), dtype)


def _given(function, input, dim, stacklevel):
    """The dimension, or the one that PyTorch takes, with its warning, where none is given."""
    if dim is not None or not isinstance(input, _C.Tensor):
        return 0 if dim is None else dim
    warnings.warn(
        f"Implicit dimension choice for {function} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.dim() in (0, 1, 3) else 1


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """A sample of the Gumbel-softmax distribution, ``softmax((logits + noise) / tau)``.

    With ``hard`` it is 1 at its largest element and 0 elsewhere; the gradient stays that of the softmax. ``eps`` has no effect.
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    return _functions["gumbel_softmax"](logits, tau, hard, eps, dim)
