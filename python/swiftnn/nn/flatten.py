"""Blocks that change the shape."""

from .module import Module

__all__ = ["Flatten"]


class Flatten(Module):
    """Joins the dimensions from ``start_dim`` to ``end_dim``, by default all but the first.

    Args:
        start_dim: the first dimension to join.
        end_dim: the last one.

    Shape:
        - Input: ``[*, S_start, ..., S_end, *]``
        - Output: ``[*, S_start * ... * S_end, *]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Flatten()(swiftnn.zeros(32, 1, 5, 5)).shape
        swiftnn.Size([32, 25])
    """

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self._create("Flatten", start_dim=start_dim, end_dim=end_dim)
