"""Blocks that take the largest element, the mean or the norm of windows."""

from .module import Module

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d",
    "AvgPool1d", "AvgPool2D", "AvgPool2d", "AvgPool3d", "FractionalMaxPool2d", "FractionalMaxPool3d", "GlobalAvgPool2D",
    "GlobalMaxPool2D", "LPPool1d", "LPPool2d", "LPPool3d", "MaxPool1d", "MaxPool2D", "MaxPool2d", "MaxPool3d", "MaxUnpool1d",
    "MaxUnpool2d", "MaxUnpool3d",
]


class _MaxPool(Module):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        super().__init__()
        self._create(
            self._kind,
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            dilation=dilation,
            return_indices=bool(return_indices),
            ceil_mode=bool(ceil_mode),
        )


class _AvgPool(Module):
    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        super().__init__()
        self._create(
            self._kind,
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            ceil_mode=bool(ceil_mode),
            count_include_pad=bool(count_include_pad),
            divisor_override=divisor_override,
        )


class _Adaptive(Module):
    def _create_adaptive(self, output_size, **arguments):
        given = output_size if isinstance(output_size, (list, tuple)) else (output_size,)
        if any(isinstance(size, int) and size < 0 for size in given):
            raise RuntimeError(f"{type(self).__name__}: elements of output_size must be at least 0, got {output_size}")
        # The library says -1 for None.
        sizes = tuple(-1 if size is None else size for size in given)
        self._create(self._kind, output_size=sizes if isinstance(output_size, (list, tuple)) else sizes[0], **arguments)

    @property
    def output_size(self):
        """The sizes of the output, of which None stands for those of the input."""
        size = self._native_attributes()["output_size"]
        if isinstance(size, tuple):
            return tuple(None if n == -1 else n for n in size)
        return None if size == -1 else size


class _AdaptiveMaxPool(_Adaptive):
    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self._create_adaptive(output_size, return_indices=bool(return_indices))


class _AdaptiveAvgPool(_Adaptive):
    def __init__(self, output_size):
        super().__init__()
        self._create_adaptive(output_size)


class _LPPool(Module):
    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__()
        self._create(self._kind, norm_type=norm_type, kernel_size=kernel_size, stride=stride, ceil_mode=bool(ceil_mode))


class _FractionalMaxPool(Module):
    def __init__(self, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None):
        super().__init__()
        self._create(
            self._kind,
            kernel_size=kernel_size,
            output_size=output_size,
            output_ratio=output_ratio,
            return_indices=bool(return_indices),
        )
        if _random_samples is not None:
            self._random_samples = _random_samples


class _MaxUnpool(Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self._create(self._kind, kernel_size=kernel_size, stride=kernel_size if stride is None else stride, padding=padding)


class MaxPool1d(_MaxPool):
    """The largest element of each window of a sequence.

    Args:
        kernel_size: how many elements a window has.
        stride: the distance of the windows; by default ``kernel_size``.
        padding: how many elements, which never are the largest, stand at both ends; at most half of the kernel.
        dilation: the distance of a window's elements.
        return_indices: whether a call also gives the positions of the elements, as ``MaxUnpool1d`` takes them.
        ceil_mode: whether there is a window for a rest that does not fill one.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MaxPool1d(2)(swiftnn.randn(2, 3, 8)).shape
        swiftnn.Size([2, 3, 4])
    """

    _kind = "MaxPool1d"


class MaxPool2d(_MaxPool):
    """The largest element of each window of a image.

    Args:
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        stride: the distance of the windows; by default ``kernel_size``.
        padding: how many elements, which never are the largest, stand at both ends; at most half of the kernel.
        dilation: the distance of a window's elements.
        return_indices: whether a call also gives the positions, in the flattened image, as ``MaxUnpool2d`` takes them.
        ceil_mode: whether there is a window for a rest that does not fill one.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MaxPool2d(2)(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 4, 4])
    """

    _kind = "MaxPool2d"


class MaxPool3d(_MaxPool):
    """The largest element of each window of a volume.

    Args:
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        stride: the distance of the windows; by default ``kernel_size``.
        padding: how many elements, which never are the largest, stand at both ends; at most half of the kernel.
        dilation: the distance of a window's elements.
        return_indices: whether a call also gives the positions, in the flattened volume, as ``MaxUnpool3d`` takes them.
        ceil_mode: whether there is a window for a rest that does not fill one.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MaxPool3d(2)(swiftnn.randn(2, 3, 4, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 4, 4])
    """

    _kind = "MaxPool3d"


class AvgPool1d(_AvgPool):
    """The mean of each window of a sequence.

    Args:
        kernel_size: how many elements a window has.
        stride: the distance of the windows; by default ``kernel_size``.
        padding: how many zeros stand at both ends; at most half of the kernel.
        ceil_mode: whether there is a window for a rest that does not fill one.
        count_include_pad: whether the zeros count as elements.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AvgPool1d(2)(swiftnn.randn(2, 3, 8)).shape
        swiftnn.Size([2, 3, 4])
    """

    _kind = "AvgPool1d"

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        Module.__init__(self)
        self._create(
            "AvgPool1d",
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            ceil_mode=bool(ceil_mode),
            count_include_pad=bool(count_include_pad),
        )


class AvgPool2d(_AvgPool):
    """The mean of each window of a image.

    Args:
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        stride: the distance of the windows; by default ``kernel_size``.
        padding: how many zeros stand at both ends; at most half of the kernel.
        ceil_mode: whether there is a window for a rest that does not fill one.
        count_include_pad: whether the zeros count as elements.
        divisor_override: by which the sum of a window is divided, whatever its size.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AvgPool2d(2)(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 4, 4])
    """

    _kind = "AvgPool2d"


class AvgPool3d(_AvgPool):
    """The mean of each window of a volume.

    Args:
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        stride: the distance of the windows; by default ``kernel_size``.
        padding: how many zeros stand at both ends; at most half of the kernel.
        ceil_mode: whether there is a window for a rest that does not fill one.
        count_include_pad: whether the zeros count as elements.
        divisor_override: by which the sum of a window is divided, whatever its size.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AvgPool3d(2)(swiftnn.randn(2, 3, 4, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 4, 4])
    """

    _kind = "AvgPool3d"


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest element of each of so many windows of about equal size that they cover a sequence.

    Args:
        output_size: how many windows there are.
        return_indices: whether a call also gives the positions of the elements.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AdaptiveMaxPool1d(3)(swiftnn.randn(2, 3, 8)).shape
        swiftnn.Size([2, 3, 3])
    """

    _kind = "AdaptiveMaxPool1d"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The mean of each of so many windows of about equal size that they cover a sequence.

    Args:
        output_size: how many windows there are.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AdaptiveAvgPool1d(3)(swiftnn.randn(2, 3, 8)).shape
        swiftnn.Size([2, 3, 3])
    """

    _kind = "AdaptiveAvgPool1d"


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest element of each of so many windows of about equal size that they cover a image.

    Args:
        output_size: how many windows there are: one number for all dimensions, or one for each;
            None for as many as elements.
        return_indices: whether a call also gives the positions, in the flattened image.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AdaptiveMaxPool2d((2, 3))(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 3])
    """

    _kind = "AdaptiveMaxPool2d"


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The mean of each of so many windows of about equal size that they cover a image.

    Args:
        output_size: how many windows there are: one number for all dimensions, or one for each;
            None for as many as elements.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AdaptiveAvgPool2d((2, 3))(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 3])
    """

    _kind = "AdaptiveAvgPool2d"


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest element of each of so many windows of about equal size that they cover a volume.

    Args:
        output_size: how many windows there are: one number for all dimensions, or one for each;
            None for as many as elements.
        return_indices: whether a call also gives the positions, in the flattened volume.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AdaptiveMaxPool3d((2, 3, 1))(swiftnn.randn(2, 3, 4, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 3, 1])
    """

    _kind = "AdaptiveMaxPool3d"


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The mean of each of so many windows of about equal size that they cover a volume.

    Args:
        output_size: how many windows there are: one number for all dimensions, or one for each;
            None for as many as elements.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AdaptiveAvgPool3d((2, 3, 1))(swiftnn.randn(2, 3, 4, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 3, 1])
    """

    _kind = "AdaptiveAvgPool3d"


class LPPool1d(_LPPool):
    """The p-norm of each window of a sequence: ``sum(x ** p) ** (1 / p)``.

    Args:
        norm_type: p.
        kernel_size: how many elements a window has.
        stride: the distance of the windows; by default ``kernel_size``.
        ceil_mode: whether there is a window for a rest that does not fill one.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LPPool1d(2, 2)(swiftnn.randn(2, 3, 8)).shape
        swiftnn.Size([2, 3, 4])
    """

    _kind = "LPPool1d"


class LPPool2d(_LPPool):
    """The p-norm of each window of a image: ``sum(x ** p) ** (1 / p)``.

    Args:
        norm_type: p.
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        stride: the distance of the windows; by default ``kernel_size``.
        ceil_mode: whether there is a window for a rest that does not fill one.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LPPool2d(2, 2)(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 4, 4])
    """

    _kind = "LPPool2d"


class LPPool3d(_LPPool):
    """The p-norm of each window of a volume: ``sum(x ** p) ** (1 / p)``.

    Args:
        norm_type: p.
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        stride: the distance of the windows; by default ``kernel_size``.
        ceil_mode: whether there is a window for a rest that does not fill one.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LPPool3d(2, 2)(swiftnn.randn(2, 3, 4, 8, 8)).shape
        swiftnn.Size([2, 3, 2, 4, 4])
    """

    _kind = "LPPool3d"


class FractionalMaxPool2d(_FractionalMaxPool):
    """The largest element of windows of one size that lie at random distances, so that the output has the size that is asked
    for (Graham 2014).

    Args:
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        output_size: likewise; or
        output_ratio: the output's size as a fraction of the input's, between 0 and 1.
        return_indices: whether a call also gives the positions, in the flattened image.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.FractionalMaxPool2d(2, output_size=5)(swiftnn.randn(2, 3, 9, 9)).shape
        swiftnn.Size([2, 3, 5, 5])
    """

    _kind = "FractionalMaxPool2d"


class FractionalMaxPool3d(_FractionalMaxPool):
    """The largest element of windows of one size that lie at random distances, so that the output has the size that is asked
    for (Graham 2014).

    Args:
        kernel_size: how many elements a window has: one number for all dimensions, or one for each.
        output_size: likewise; or
        output_ratio: the output's size as a fraction of the input's, between 0 and 1.
        return_indices: whether a call also gives the positions, in the flattened volume.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.FractionalMaxPool3d(2, output_size=5)(swiftnn.randn(2, 3, 9, 9, 9)).shape
        swiftnn.Size([2, 3, 5, 5, 5])
    """

    _kind = "FractionalMaxPool3d"


class MaxUnpool1d(_MaxUnpool):
    """Elements put back to the positions where ``MaxPool1d`` found them, with zeros between them.

    Args:
        kernel_size, stride, padding: those of the pooling.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``, and the positions in the same shape
        - Output: the smallest shape that pooling brings to the input's, or ``output_size``, which the call may name

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> values, indices = nn.MaxPool1d(2, return_indices=True)(swiftnn.randn(2, 3, 8))
        >>> nn.MaxUnpool1d(2)(values, indices).shape
        swiftnn.Size([2, 3, 8])
    """

    _kind = "MaxUnpool1d"


class MaxUnpool2d(_MaxUnpool):
    """Elements put back to the positions where ``MaxPool2d`` found them, with zeros between them.

    Args:
        kernel_size, stride, padding: those of the pooling.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``, and the positions in the same shape
        - Output: the smallest shape that pooling brings to the input's, or ``output_size``, which the call may name

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> values, indices = nn.MaxPool2d(2, return_indices=True)(swiftnn.randn(2, 3, 8, 8))
        >>> nn.MaxUnpool2d(2)(values, indices).shape
        swiftnn.Size([2, 3, 8, 8])
    """

    _kind = "MaxUnpool2d"


class MaxUnpool3d(_MaxUnpool):
    """Elements put back to the positions where ``MaxPool3d`` found them, with zeros between them.

    Args:
        kernel_size, stride, padding: those of the pooling.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``, and the positions in the same shape
        - Output: the smallest shape that pooling brings to the input's, or ``output_size``, which the call may name

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> values, indices = nn.MaxPool3d(2, return_indices=True)(swiftnn.randn(2, 3, 4, 8, 8))
        >>> nn.MaxUnpool3d(2)(values, indices).shape
        swiftnn.Size([2, 3, 4, 8, 8])
    """

    _kind = "MaxUnpool3d"


# ---------------------------------------------------------------------------------------------------- Gluon's names


def _only(layout):
    if layout != "NCHW":
        raise NotImplementedError(f"layout={layout!r} is not offered; there is 'NCHW'")


class MaxPool2D(_MaxPool):
    """Gluon's name and arguments of ``MaxPool2d``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MaxPool2D(pool_size=2, strides=2)(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 4, 4])
    """

    _kind = "MaxPool2d"

    def __init__(self, pool_size=(2, 2), strides=None, padding=0, layout="NCHW", ceil_mode=False):
        _only(layout)
        super().__init__(pool_size, strides, padding, ceil_mode=ceil_mode)


class AvgPool2D(_AvgPool):
    """Gluon's name and arguments of ``AvgPool2d``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.AvgPool2D(pool_size=2, strides=2)(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 4, 4])
    """

    _kind = "AvgPool2d"

    def __init__(
        self, pool_size=(2, 2), strides=None, padding=0, ceil_mode=False, layout="NCHW", count_include_pad=True
    ):
        _only(layout)
        super().__init__(pool_size, strides, padding, ceil_mode, count_include_pad)


class GlobalMaxPool2D(_AdaptiveMaxPool):
    """The largest element of each channel: ``[N, C, H, W]`` gives ``[N, C, 1, 1]``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.GlobalMaxPool2D()(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 1, 1])
    """

    _kind = "AdaptiveMaxPool2d"

    def __init__(self, layout="NCHW"):
        _only(layout)
        super().__init__(1)


class GlobalAvgPool2D(_AdaptiveAvgPool):
    """The mean of each channel: ``[N, C, H, W]`` gives ``[N, C, 1, 1]``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.GlobalAvgPool2D()(swiftnn.randn(2, 3, 8, 8)).shape
        swiftnn.Size([2, 3, 1, 1])
    """

    _kind = "AdaptiveAvgPool2d"

    def __init__(self, layout="NCHW"):
        _only(layout)
        super().__init__(1)
