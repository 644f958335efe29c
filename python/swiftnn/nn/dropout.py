"""Blocks that drop elements, or whole channels, at random."""

from .module import Module

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropout(Module):
    """In training mode, sets each element to zero with probability ``p`` and divides the others by ``1 - p``.

    In evaluation mode it returns its input.

    Args:
        p: the probability.
        inplace: writes the result over the input.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Dropout(0.5).eval()
        >>> layer(swiftnn.ones(3))
        tensor([1., 1., 1.])
        >>> layer.p
        0.5
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self._create("Dropout", p=p, inplace=bool(inplace))


class Dropout1d(Module):
    """In training mode, sets each channel to zero with probability ``p`` and divides the others by ``1 - p``.

    In evaluation mode it returns its input.

    Args:
        p: the probability.
        inplace: writes the result over the input.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> y = nn.Dropout1d(0.5)(swiftnn.ones(2, 3, 4))
        >>> set(y.flatten().tolist()) <= {0.0, 2.0}
        True
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self._create("Dropout1d", p=p, inplace=bool(inplace))


class Dropout2d(Module):
    """In training mode, sets each channel to zero with probability ``p`` and divides the others by ``1 - p``.

    In evaluation mode it returns its input.

    Args:
        p: the probability.
        inplace: writes the result over the input.

    Shape:
        - Input: ``[N, C, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> y = nn.Dropout2d(0.5)(swiftnn.ones(2, 3, 4, 4))
        >>> set(y.flatten().tolist()) <= {0.0, 2.0}
        True
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self._create("Dropout2d", p=p, inplace=bool(inplace))


class Dropout3d(Module):
    """In training mode, sets each channel to zero with probability ``p`` and divides the others by ``1 - p``.

    In evaluation mode it returns its input.

    Args:
        p: the probability.
        inplace: writes the result over the input.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> y = nn.Dropout3d(0.5)(swiftnn.ones(2, 3, 4, 4, 4))
        >>> set(y.flatten().tolist()) <= {0.0, 2.0}
        True
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self._create("Dropout3d", p=p, inplace=bool(inplace))


class AlphaDropout(Module):
    """In training mode, sets each element with probability ``p`` to the limit of :class:`SELU` for small numbers, and scales and
    moves all so that mean 0 and variance 1 stay.

    In evaluation mode it returns its input.

    Args:
        p: the probability.
        inplace: has no effect, as in PyTorch.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AlphaDropout(0.2).eval()(swiftnn.ones(2))
        tensor([1., 1.])
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self._create("AlphaDropout", p=p, inplace=bool(inplace))


class FeatureAlphaDropout(Module):
    """Applies :class:`AlphaDropout` to whole channels, the second dimension.

    In evaluation mode it returns its input.

    Args:
        p: the probability.
        inplace: has no effect, as in PyTorch.

    Shape:
        - Input: ``[N, C, ...]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.FeatureAlphaDropout(0.2).eval()(swiftnn.ones(1, 2))
        tensor([[1., 1.]])
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self._create("FeatureAlphaDropout", p=p, inplace=bool(inplace))
