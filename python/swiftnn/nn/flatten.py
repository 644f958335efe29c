"""Blocks that change the shape."""

from .module import Module

__all__ = ["Flatten", "Unflatten"]


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


class Unflatten(Module):
    """Replaces one dimension by several.

    Args:
        dim: the dimension.
        unflattened_size: the sizes that take its place, of which one may be -1 for what is left.

    Shape:
        - Input: ``[*, S_dim, *]``
        - Output: ``[*, U_1, ..., U_n, *]``, where the ``U`` multiply up to ``S_dim``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Unflatten(1, (2, 5))(swiftnn.zeros(3, 10)).shape
        swiftnn.Size([3, 2, 5])
    """

    def __init__(self, dim, unflattened_size):
        super().__init__()
        self._create("Unflatten", dim=dim, unflattened_size=unflattened_size)
