"""Functions that fill a tensor, in place and without recording for the backward pass."""

import math
import warnings

from .. import _C
from ..autograd import no_grad

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
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


def uniform_(tensor, a=0.0, b=1.0, generator=None):
    """Draws from the uniform distribution on [a, b)."""
    with no_grad():
        return tensor.uniform_(a, b, generator=generator)


def normal_(tensor, mean=0.0, std=1.0, generator=None):
    """Draws from the normal distribution."""
    with no_grad():
        return tensor.normal_(mean, std, generator=generator)


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    """Draws from the normal distribution between ``a`` and ``b``: what falls outside is drawn again.

    Where that would take long, as little of the distribution lies between the two, candidates are uniform and accepted in
    proportion to the density (von Neumann's rejection).
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.",
            stacklevel=2,
        )
    inside = (math.erf((b - mean) / std / math.sqrt(2)) - math.erf((a - mean) / std / math.sqrt(2))) / 2
    where, empty_like = _C.functions["where"], _C.functions["empty_like"]
    with no_grad():
        if inside > 0.3:
            low, high = (tensor.new_tensor(limit).item() for limit in (a, b))
            values = tensor.normal_(mean, std, generator=generator)
            while (outside := (values < low) | (values > high)).any():
                values = where(outside, empty_like(values).normal_(mean, std, generator=generator), values)
            return tensor if values is tensor else tensor.copy_(values)
        peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
        values, waiting = tensor.uniform_(a, b, generator=generator), None
        candidates = values.clone()
        while True:
            density = candidates.sub_(mean).div_(std).pow_(2).mul_(-0.5).sub_(peak)
            refused = empty_like(tensor).uniform_(generator=generator).log_() > density
            waiting = refused if waiting is None else waiting & refused
            if not waiting.any():
                return tensor if values is tensor else tensor.copy_(values)
            values = where(waiting, candidates.uniform_(a, b, generator=generator), values)


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
        tensor.zero_().diagonal().fill_(1)
    return tensor


def dirac_(tensor, groups=1):
    """Makes the weight of a convolution pass its input channels on, as far as there are as many outputs; in each group.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.init.dirac_(swiftnn.empty(2, 2, 3))
        tensor([[[0., 1., 0.],
                 [0., 0., 0.]],
        <BLANKLINE>
                [[0., 0., 0.],
                 [0., 1., 0.]]])
    """
    if tensor.dim() not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    outputs, inputs, *kernel = tensor.shape
    if groups < 1 or outputs % groups != 0:
        raise ValueError("dim 0 must be divisible by groups")
    if _is_empty(tensor):
        return tensor
    with no_grad():
        tensor.zero_()
        middle = tensor[(slice(None), slice(None), *(size // 2 for size in kernel))]
        for group in middle.chunk(groups):
            group.diagonal().fill_(1)
    return tensor


def orthogonal_(tensor, gain=1, generator=None):
    """Fills a matrix with orthogonal rows or columns, those of which there are fewer; the dimensions after the first count
    as one. From a QR decomposition of a normal matrix (Saxe et al. 2013; the signs after Mezzadri 2007)."""
    if tensor.dim() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.shape[0]
    with no_grad():
        matrix = tensor.new_empty((rows, tensor.numel() // rows)).normal_(0, 1, generator=generator)
        wide = rows < matrix.shape[1]
        q, r = _C.linalg_functions["qr"](matrix.t() if wide else matrix)
        q = q * r.diagonal().sign()
        return tensor.copy_((q.t() if wide else q).reshape(tensor.shape)).mul_(gain)


def sparse_(tensor, sparsity, std=0.01, generator=None):
    """Fills a matrix from the normal distribution, but for a part ``sparsity`` of each column, which is zero (Martens 2010)."""
    if tensor.dim() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    with no_grad():
        tensor.normal_(0, std, generator=generator)
        for column in range(columns):
            tensor[_C.functions["randperm"](rows)[:zeros], column] = 0
    return tensor


def xavier_uniform_(tensor, gain=1.0, generator=None):
    """Uniform on [-a, a] with ``a = gain * sqrt(6 / (fan_in + fan_out))``."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    if _is_empty(tensor):
        return tensor
    bound = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(fan_in + fan_out)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor, gain=1.0, generator=None):
    """Normal with deviation ``gain * sqrt(2 / (fan_in + fan_out))``."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    if _is_empty(tensor):
        return tensor
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)), generator)


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
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
    bound = math.sqrt(3.0) * (calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)))
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Normal with deviation ``gain / sqrt(fan)``. ``a`` is the slope of a leaky ReLU."""
    if _is_empty(tensor):
        return tensor
    return normal_(tensor, 0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def __getattr__(name):
    # Spellings of old programs: without the underscore at the end.
    if name + "_" not in __all__ or name in ("ones", "zeros", "trunc_normal"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def deprecated(*args, **kwargs):
        warnings.warn(
            f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`.", FutureWarning, stacklevel=2
        )
        return globals()[name + "_"](*args, **kwargs)

    deprecated.__doc__ = f"Deprecated: see :func:`{name}_`."
    return deprecated
