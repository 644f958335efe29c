"""Activation functions as blocks."""

import warnings

from .module import Module
from .options import parameter_dtype

__all__ = [
    "Activation", "CELU", "ELU", "GELU", "GLU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU",
    "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softmax",
    "Softmax2d", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink", "Threshold",
]


class ReLU(Module):
    """Applies ``max(x, 0)`` to each element.

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReLU()(swiftnn.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("ReLU", inplace=bool(inplace))


class ReLU6(Module):
    """Limits each element to [0, 6].

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReLU6()(swiftnn.tensor([-1.0, 2.0, 9.0]))
        tensor([0., 2., 6.])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("ReLU6", inplace=bool(inplace))


class Sigmoid(Module):
    """Applies ``1 / (1 + exp(-x))`` to each element.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Sigmoid()(swiftnn.tensor([0.0, 2.0]))
        tensor([0.5000, 0.8808])
    """

    def __init__(self):
        super().__init__()
        self._create("Sigmoid")


class Tanh(Module):
    """Applies the hyperbolic tangent to each element.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Tanh()(swiftnn.tensor([0.0, 2.0]))
        tensor([0.0000, 0.9640])
    """

    def __init__(self):
        super().__init__()
        self._create("Tanh")


class ELU(Module):
    """Keeps what is positive; else applies ``alpha * (exp(x) - 1)``.

    Args:
        alpha: how far below zero the result can get.
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ELU()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.6321,  0.0000,  2.0000])
    """

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self._create("ELU", alpha=alpha, inplace=bool(inplace))


class SELU(Module):
    """Applies :class:`ELU`, scaled so that mean 0 and variance 1 are kept from layer to layer.

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.SELU()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-1.1113,  0.0000,  2.1014])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("SELU", inplace=bool(inplace))


class CELU(Module):
    """Applies ``max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`` to each element.

    Args:
        alpha: how far below zero the result can get, not 0.
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.CELU()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.6321,  0.0000,  2.0000])
    """

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self._create("CELU", alpha=alpha, inplace=bool(inplace))


class GELU(Module):
    """Multiplies each element by the normal distribution at it.

    Args:
        approximate: "none", or "tanh" for an approximation with the hyperbolic tangent.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.GELU()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.1587,  0.0000,  1.9545])
    """

    def __init__(self, approximate="none"):
        super().__init__()
        self._create("GELU", approximate=approximate)


class SiLU(Module):
    """Applies ``x * sigmoid(x)`` to each element.

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.SiLU()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.2689,  0.0000,  1.7616])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("SiLU", inplace=bool(inplace))


class Mish(Module):
    """Applies ``x * tanh(softplus(x))`` to each element.

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Mish()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.3034,  0.0000,  1.9440])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("Mish", inplace=bool(inplace))


class Hardtanh(Module):
    """Limits each element to [``min_val``, ``max_val``].

    Args:
        min_val: the lower limit.
        max_val: the upper limit, greater than the lower one.
        inplace: writes the result over the input.
        min_value, max_value: older names of the limits.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Hardtanh(-2.0, 0.5)(swiftnn.tensor([-3.0, 0.0, 2.0]))
        tensor([-2.0000,  0.0000,  0.5000])
    """

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None):
        if min_value is not None:
            warnings.warn("keyword argument `min_value` is deprecated and rename to `min_val`", FutureWarning, stacklevel=2)
            min_val = min_value
        if max_value is not None:
            warnings.warn("keyword argument `max_value` is deprecated and rename to `max_val`", FutureWarning, stacklevel=2)
            max_val = max_value
        if not max_val > min_val:
            raise AssertionError(f"max_val ({max_val}) must be greater than min_val ({min_val})")
        super().__init__()
        self._create("Hardtanh", min_val=min_val, max_val=max_val, inplace=bool(inplace))


class LeakyReLU(Module):
    """Keeps what is positive, and multiplies the rest by ``negative_slope``.

    Args:
        negative_slope: the slope on the negative side.
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LeakyReLU(0.1)(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.1000,  0.0000,  2.0000])
    """

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self._create("LeakyReLU", negative_slope=negative_slope, inplace=bool(inplace))


class PReLU(Module):
    """Keeps what is positive, and multiplies the rest by a weight that is learnt.

    Args:
        num_parameters: 1, or a number for each channel, the second dimension.
        init: what the weight starts with.
        dtype: of the weight; the default dtype where none is given.

    Shape:
        - Input: any
        - Output: that of the input

    Attributes:
        weight: ``[num_parameters]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.PReLU()(swiftnn.tensor([-1.0, 2.0]))
        tensor([-0.2500,  2.0000], grad_fn=<PreluKernelBackward0>)
    """

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        dtype = parameter_dtype("PReLU", device, dtype)
        super().__init__()
        self._create("PReLU", num_parameters=num_parameters, init=init, dtype=dtype)


class RReLU(Module):
    """Keeps what is positive, and multiplies the rest by numbers drawn from [``lower``, ``upper``), in evaluation by their mean.

    Args:
        lower, upper: the interval.
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.RReLU(0.1, 0.3).eval()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.2000,  0.0000,  2.0000])
    """

    def __init__(self, lower=1.0 / 8, upper=1.0 / 3, inplace=False):
        super().__init__()
        self._create("RReLU", lower=lower, upper=upper, inplace=bool(inplace))


class Hardsigmoid(Module):
    """Limits ``x + 3`` to [0, 6] and divides it by 6.

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Hardsigmoid()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([0.3333, 0.5000, 0.8333])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("Hardsigmoid", inplace=bool(inplace))


class Hardswish(Module):
    """Applies ``x * hardsigmoid(x)`` to each element.

    Args:
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Hardswish()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.3333,  0.0000,  1.6667])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self._create("Hardswish", inplace=bool(inplace))


class Hardshrink(Module):
    """Sets what is no further than ``lambd`` from zero to zero.

    Args:
        lambd: the distance, not negative.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Hardshrink()(swiftnn.tensor([-1.0, 0.25, 2.0]))
        tensor([-1.,  0.,  2.])
    """

    def __init__(self, lambd=0.5):
        super().__init__()
        self._create("Hardshrink", lambd=lambd)


class Softshrink(Module):
    """Moves each element by ``lambd`` towards zero; zero where it is nearer.

    Args:
        lambd: the distance, not negative.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Softshrink()(swiftnn.tensor([-1.0, 0.25, 2.0]))
        tensor([-0.5000,  0.0000,  1.5000])
    """

    def __init__(self, lambd=0.5):
        super().__init__()
        self._create("Softshrink", lambd=lambd)


class Tanhshrink(Module):
    """Applies ``x - tanh(x)`` to each element.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Tanhshrink()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.2384,  0.0000,  1.0360])
    """

    def __init__(self):
        super().__init__()
        self._create("Tanhshrink")


class Softplus(Module):
    """Applies ``log(1 + exp(beta * x)) / beta``, a smooth ``max(x, 0)``.

    Args:
        beta: how sharp the bend is.
        threshold: where ``beta * x`` exceeds it the result is x.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Softplus()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([0.3133, 0.6931, 2.1269])
    """

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self._create("Softplus", beta=beta, threshold=threshold)


class Softsign(Module):
    """Applies ``x / (1 + |x|)`` to each element.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Softsign()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-0.5000,  0.0000,  0.6667])
    """

    def __init__(self):
        super().__init__()
        self._create("Softsign")


class LogSigmoid(Module):
    """Applies ``log(sigmoid(x))`` to each element.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LogSigmoid()(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([-1.3133, -0.6931, -0.1269])
    """

    def __init__(self):
        super().__init__()
        self._create("LogSigmoid")


class Threshold(Module):
    """Keeps what exceeds ``threshold``, and puts ``value`` in the place of the rest.

    Args:
        threshold: the limit.
        value: what replaces the rest.
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Threshold(0.5, 5.0)(swiftnn.tensor([-1.0, 0.0, 2.0]))
        tensor([5., 5., 2.])
    """

    def __init__(self, threshold, value, inplace=False):
        super().__init__()
        self._create("Threshold", threshold=threshold, value=value, inplace=bool(inplace))


class GLU(Module):
    """Multiplies the first half along ``dim`` by the sigmoid of the second half.

    Args:
        dim: the dimension, of even size.

    Shape:
        - Input: ``[..., N, ...]``
        - Output: ``[..., N / 2, ...]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.GLU()(swiftnn.tensor([1.0, 2.0, 0.0, 0.0]))
        tensor([0.5000, 1.0000])
    """

    def __init__(self, dim=-1):
        super().__init__()
        self._create("GLU", dim=dim)


class Softmax(Module):
    """Applies ``exp(x)`` divided by its sum along ``dim``.

    Args:
        dim: the dimension along which the results sum to 1. Without it, 0 for inputs of 0, 1 or 3 dimensions, else 1.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Softmax(0)(swiftnn.zeros(4))
        tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """

    def __init__(self, dim=None):
        super().__init__()
        self._create("Softmax", dim=dim)


class Softmin(Module):
    """Applies :class:`Softmax` to ``-x``.

    Args:
        dim: the dimension along which the results sum to 1. Without it, 0 for inputs of 0, 1 or 3 dimensions, else 1.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Softmin(dim=0)(swiftnn.tensor([0.0, 1.0]))
        tensor([0.7311, 0.2689])
    """

    def __init__(self, dim=None):
        super().__init__()
        self._create("Softmin", dim=dim)


class LogSoftmax(Module):
    """Applies the logarithm of :class:`Softmax`, without overflow.

    Args:
        dim: the dimension along which the results sum to 1. Without it, 0 for inputs of 0, 1 or 3 dimensions, else 1.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LogSoftmax(dim=0)(swiftnn.zeros(2))
        tensor([-0.6931, -0.6931])
    """

    def __init__(self, dim=None):
        super().__init__()
        self._create("LogSoftmax", dim=dim)


class Softmax2d(Module):
    """Applies :class:`Softmax` over the channels at each place of an image.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Softmax2d()(swiftnn.zeros(2, 1, 1)).flatten()
        tensor([0.5000, 0.5000])
    """

    def __init__(self):
        super().__init__()
        self._create("Softmax2d")


class Activation(Module):
    """Gluon's activation by name.

    Args:
        activation: "relu", "sigmoid", "tanh", "softrelu" (softplus) or "softsign".

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Activation("softrelu")(swiftnn.zeros(1))
        tensor([0.6931])
    """

    def __init__(self, activation):
        super().__init__()
        self._create("Activation", activation=activation)
