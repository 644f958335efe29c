"""Functions that fill a tensor, in place and without recording for the backward pass."""

import math
import warnings

from ..autograd import no_grad

__all__ = [
    "calculate_gain",
    "constant_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

_GAINS = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "conv_transpose1d": 1.0,
    "conv_transpose2d": 1.0,
    "conv_transpose3d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4,
}


def calculate_gain(nonlinearity, param=None):
    """The factor by which a nonlinearity asks for larger weights. ``param`` is the slope of "leaky_relu".

    Examples::

        >>> from swiftnn import nn
        >>> nn.init.calculate_gain("tanh")
        1.6666666666666667
    """
    if nonlinearity == "leaky_relu":
        if param is None:
            param = 0.01
        elif isinstance(param, bool) or not isinstance(param, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + param**2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return _GAINS[nonlinearity]


def _calculate_fan_in_and_fan_out(tensor):
    if tensor.dim() < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    shape = tuple(tensor.shape)
    receptive = math.prod(shape[2:])
    return shape[1] * receptive, shape[0] * receptive


def _fan(tensor, mode):
    if not isinstance(mode, str) or mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode.lower() == "fan_in" else fan_out


def _is_empty(tensor):
    if 0 in tuple(tensor.shape):
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return True
    return False


def uniform_(tensor, a=0.0, b=1.0):
    """Draws from the uniform distribution on [a, b)."""
    with no_grad():
        return tensor.uniform_(a, b)


def normal_(tensor, mean=0.0, std=1.0):
    """Draws from the normal distribution."""
    with no_grad():
        return tensor.normal_(mean, std)


def constant_(tensor, val):
    """Writes ``val`` everywhere."""
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor):
    """Writes ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor):
    """Writes zeros."""
    with no_grad():
        return tensor.zero_()


def eye_(tensor):
    """Makes a matrix the identity, as far as it is square.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.init.eye_(swiftnn.empty(2, 3))
        tensor([[1., 0., 0.],
                [0., 1., 0.]])
    """
    if tensor.dim() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    with no_grad():
        tensor.zero_()
        for index in range(min(tuple(tensor.shape))):
            tensor[index, index] = 1
    return tensor


def xavier_uniform_(tensor, gain=1.0):
    """Uniform on [-a, a] with ``a = gain * sqrt(6 / (fan_in + fan_out))``."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    if _is_empty(tensor):
        return tensor
    bound = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(fan_in + fan_out)))
    with no_grad():
        return tensor.uniform_(-bound, bound)


def xavier_normal_(tensor, gain=1.0):
    """Normal with deviation ``gain * sqrt(2 / (fan_in + fan_out))``."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    if _is_empty(tensor):
        return tensor
    with no_grad():
        return tensor.normal_(0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)))


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Uniform on [-b, b] with ``b = gain * sqrt(3 / fan)``. ``a`` is the slope of a leaky ReLU.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> weight = nn.init.kaiming_uniform_(swiftnn.empty(3, 6), nonlinearity="relu")
        >>> bool(weight.abs().max() <= 1)
        True
    """
    if _is_empty(tensor):
        return tensor
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    bound = math.sqrt(3.0) * std
    with no_grad():
        return tensor.uniform_(-bound, bound)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Normal with deviation ``gain / sqrt(fan)``. ``a`` is the slope of a leaky ReLU."""
    if _is_empty(tensor):
        return tensor
    with no_grad():
        return tensor.normal_(0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)))
