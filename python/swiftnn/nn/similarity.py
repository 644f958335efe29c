"""Layers that compare two inputs."""

from .module import Module

__all__ = [
    "CosineSimilarity", "PairwiseDistance",
]


class CosineSimilarity(Module):
    """The cosine of the angle between vectors.

    Args:
        dim: the dimension along which the vectors lie.
        eps: lengths below it count as it.

    Shape:
        - Input: two tensors that broadcast to one shape
        - Output: that shape without ``dim``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.CosineSimilarity(dim=0)(swiftnn.tensor([1.0, 0.0]), swiftnn.tensor([1.0, 1.0]))
        tensor(0.7071)
    """

    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self._create("CosineSimilarity", dim=dim, eps=eps)


class PairwiseDistance(Module):
    """The distance of vectors along the last dimension.

    Args:
        p: the order of the norm.
        eps: added to each difference.
        keepdim: whether the last dimension stays, with size 1.

    Shape:
        - Input: two tensors that broadcast to one shape
        - Output: that shape without its last dimension

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.PairwiseDistance(eps=0.0)(swiftnn.tensor([3.0, 0.0]), swiftnn.tensor([0.0, 4.0]))
        tensor(5.)
    """

    def __init__(self, p=2.0, eps=1e-6, keepdim=False):
        super().__init__()
        self._create("PairwiseDistance", norm=p, eps=eps, keepdim=bool(keepdim))
