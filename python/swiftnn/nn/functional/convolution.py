"""Windows of images as columns and back, with PyTorch's defaults."""

from ... import _C

__all__ = ["fold", "unfold"]

_im2col = _C._im2col
_col2im = _C._col2im


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of images ``[N, C, H, W]`` or ``[C, H, W]`` as columns: ``[N, C * kH * kW, windows]``."""
    return _im2col(input, kernel_size, dilation, padding, stride)


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns ``[N, C * kH * kW, windows]`` or ``[C * kH * kW, windows]`` added up to images ``[N, C, H, W]`` of
    ``output_size``."""
    return _col2im(input, output_size, kernel_size, dilation, padding, stride)
