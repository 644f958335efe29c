"""Activation functions that take more than the operator does."""

from ... import _C

__all__ = ["dropout", "log_softmax", "relu", "relu_", "softmax"]

_relu = _C.nn_functions["relu"]
_dropout = _C.nn_functions["dropout"]
_softmax = _C.nn_functions["softmax"]
_log_softmax = _C.nn_functions["log_softmax"]


def relu(input, inplace=False):
    """max(input, 0), written over the input with ``inplace``."""
    return input.relu_() if inplace else _relu(input)


def relu_(input):
    """max(input, 0), written over the input."""
    return input.relu_()


def dropout(input, p=0.5, training=True, inplace=False):
    """Elements set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training. With ``inplace`` the result is written over the input."""
    if not inplace:
        return _dropout(input, p, training)
    # The mask is the dropout of ones: zero, or the factor that the element is multiplied by.
    mask = _dropout(_C.functions["ones_like"](input.detach()), p, training)
    return input.mul_(mask) if training else input


def softmax(input, dim=None, dtype=None):
    """exp(input) divided by its sum along ``dim``, which must be given."""
    return _softmax(input, _given("softmax", dim), dtype)


def log_softmax(input, dim=None, dtype=None):
    """The logarithm of softmax, without overflow. ``dim`` must be given."""
    return _log_softmax(input, _given("log_softmax", dim), dtype)


def _given(function, dim):
    if dim is None:
        raise TypeError(f"{function}(): missing argument 'dim': the dimension along which the results sum to 1")
    return dim
