"""Blocks that bring images to another size."""

from .module import Module

__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]


class Upsample(Module):
    """Brings ``[N, C, ...]``, of one to three dimensions after the first two, to another size.

    Args:
        size: of the output: one number for all dimensions, or one for each; or
        scale_factor: the output's size as a multiple of the input's, likewise.
        mode: ``"nearest"``, ``"linear"``, ``"bilinear"``, ``"bicubic"``, ``"trilinear"``, ``"nearest-exact"`` or ``"area"``.
        align_corners: for the linear modes and ``"bicubic"``: whether the centers of the outermost elements stay where they
            are, rather than the outermost edges.
        recompute_scale_factor: whether elements are taken by the quotient of the sizes instead of by ``scale_factor``.

    Shape:
        - Input: ``[N, C, L]``, ``[N, C, H, W]`` or ``[N, C, D, H, W]``
        - Output: likewise, with ``size``, or ``floor(size * scale_factor)``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Upsample(scale_factor=2)(swiftnn.tensor([[[1.0, 2.0]]]))
        tensor([[[1., 1., 2., 2.]]])
    """

    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None):
        super().__init__()
        self._create(
            "Upsample",
            size=size,
            scale_factor=scale_factor,
            mode=mode,
            align_corners=align_corners,
            recompute_scale_factor=recompute_scale_factor,
        )


class UpsamplingNearest2d(Module):
    """``Upsample`` of images with the nearest elements.

    Args:
        size, scale_factor: one of both, as of ``Upsample``.

    Shape:
        - Input: ``[N, C, H, W]``
        - Output: ``[N, C, H_out, W_out]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.UpsamplingNearest2d(scale_factor=2)(swiftnn.randn(1, 3, 4, 5)).shape
        swiftnn.Size([1, 3, 8, 10])
    """

    def __init__(self, size=None, scale_factor=None):
        super().__init__()
        self._create("UpsamplingNearest2d", size=size, scale_factor=scale_factor)


class UpsamplingBilinear2d(Module):
    """``Upsample`` of images by straight lines, with the centers of the outermost elements where they were.

    Args:
        size, scale_factor: one of both, as of ``Upsample``.

    Shape:
        - Input: ``[N, C, H, W]``
        - Output: ``[N, C, H_out, W_out]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.UpsamplingBilinear2d(size=(3, 3))(swiftnn.tensor([[[[1.0, 3.0], [5.0, 7.0]]]]))
        tensor([[[[1., 2., 3.],
                  [3., 4., 5.],
                  [5., 6., 7.]]]])
    """

    def __init__(self, size=None, scale_factor=None):
        super().__init__()
        self._create("UpsamplingBilinear2d", size=size, scale_factor=scale_factor)
