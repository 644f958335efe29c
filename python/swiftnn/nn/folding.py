"""Blocks that move elements between windows, channels and space."""

from .module import Module

__all__ = ["ChannelShuffle", "Fold", "PixelShuffle", "PixelUnshuffle", "Unfold"]


class Unfold(Module):
    """The windows of images as columns.

    Args:
        kernel_size: of a window, one number or one for height and width, as the next ones.
        dilation: from one element of a window to the next.
        padding: zeros on both sides of the image.
        stride: from one window to the next.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C * kH * kW, windows]``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Unfold(kernel_size=(2, 3))(swiftnn.randn(2, 5, 3, 4)).shape
        swiftnn.Size([2, 30, 4])
    """

    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        self._create("Unfold", kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride)


class Fold(Module):
    """Columns added up to images, of which they would be the windows: the transpose of :class:`Unfold`.

    Args:
        output_size: height and width of the images, as one number if they are equal.
        kernel_size: of a window, one number or one for height and width, as the next ones.
        dilation: from one element of a window to the next.
        padding: zeros on both sides of the images, which are cut off.
        stride: from one window to the next.

    Shape:
        - Input: ``[N, C * kH * kW, windows]``, or without N
        - Output: ``[N, C, H, W]``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.Fold(output_size=(4, 5), kernel_size=(2, 2))(swiftnn.randn(1, 3 * 2 * 2, 12)).shape
        swiftnn.Size([1, 3, 4, 5])
    """

    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        self._create(
            "Fold", output_size=output_size, kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride
        )


class PixelShuffle(Module):
    """Channels in groups of ``r * r`` as squares of elements.

    Args:
        upscale_factor: the ``r`` by which height and width grow.

    Shape:
        - Input: ``[..., C * r * r, H, W]``
        - Output: ``[..., C, H * r, W * r]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.PixelShuffle(3)(swiftnn.randn(1, 9, 4, 4)).shape
        swiftnn.Size([1, 1, 12, 12])
    """

    def __init__(self, upscale_factor):
        super().__init__()
        self._create("PixelShuffle", upscale_factor=upscale_factor)


class PixelUnshuffle(Module):
    """Squares of ``r`` by ``r`` elements as channels: undoes :class:`PixelShuffle`.

    Args:
        downscale_factor: the ``r`` by which height and width shrink.

    Shape:
        - Input: ``[..., C, H * r, W * r]``
        - Output: ``[..., C * r * r, H, W]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.PixelUnshuffle(3)(swiftnn.randn(1, 1, 12, 12)).shape
        swiftnn.Size([1, 9, 4, 4])
    """

    def __init__(self, downscale_factor):
        super().__init__()
        self._create("PixelUnshuffle", downscale_factor=downscale_factor)


class ChannelShuffle(Module):
    """The channels taken in turn from each of several groups.

    Args:
        groups: their number, which divides that of the channels.

    Shape:
        - Input: ``[N, C, ...]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ChannelShuffle(2)(swiftnn.arange(4.0).reshape(1, 4, 1)).flatten()
        tensor([0., 2., 1., 3.])
    """

    def __init__(self, groups):
        super().__init__()
        self._create("ChannelShuffle", groups=groups)
