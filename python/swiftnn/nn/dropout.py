"""Blocks that drop elements at random."""

from .module import Module

__all__ = ["Dropout"]


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
