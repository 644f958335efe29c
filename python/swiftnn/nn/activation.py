"""Activation functions as blocks."""

from .module import Module

__all__ = ["ReLU", "Sigmoid", "Tanh"]


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


class Sigmoid(Module):
    """Applies ``1 / (1 + exp(-x))`` to each element.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Sigmoid()(swiftnn.zeros(2))
        tensor([0.5000, 0.5000])
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
        >>> nn.Tanh()(swiftnn.zeros(2))
        tensor([0., 0.])
    """

    def __init__(self):
        super().__init__()
        self._create("Tanh")
