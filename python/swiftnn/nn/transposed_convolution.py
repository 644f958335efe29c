"""Transposed convolutions, the gradients of convolutions by their input as layers."""

from .convolution import _Convolution

__all__ = [
    "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "LazyConvTranspose1d", "LazyConvTranspose2d",
    "LazyConvTranspose3d",
]


class ConvTranspose1d(_Convolution):
    """The transpose of :class:`Conv1d`: each element of the input adds the kernel, times itself, to the output.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of the kernel, one number or one for each dimension, as the next ones.
        stride: from the place of one element of the input to that of the next.
        padding: what is cut off the output on both sides.
        output_padding: what the output is larger than its windows need, at its end; less than stride or dilation.
        groups: into how many groups the channels are divided.
        bias: with ``False`` nothing is added.
        dilation: from one element of a window to the next.
        padding_mode: ``"zeros"``.
        dtype: of the parameters; the default dtype where none is given.

    The forward takes ``output_size`` (L, or the whole shape), for the one that is meant of the sizes that a stride of
    more than 1 leaves.

    Shape:
        - Input: ``[N, in, L]`` or ``[in, L]``
        - Output: ``[N, out, L']``, or without N, with
          ``L' = (L - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1`` along each dimension

    Attributes:
        weight: ``[in_channels, out_channels / groups, k]``, drawn from the uniform distribution on ``[-b, b]`` with
            ``b = 1 / sqrt(out_channels / groups * elements of the kernel)``.
        bias: ``[out_channels]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.ConvTranspose1d(16, 33, 3, stride=2)
        >>> layer(swiftnn.randn(20, 16, 50)).shape
        swiftnn.Size([20, 33, 101])
    """

    _kind = "ConvTranspose1d"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        self._make(
            device,
            dtype,
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
            padding_mode=padding_mode,
        )


class ConvTranspose2d(_Convolution):
    """The transpose of :class:`Conv2d`: each element of the input adds the kernel, times itself, to the output.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of the kernel, one number or one for each dimension, as the next ones.
        stride: from the place of one element of the input to that of the next.
        padding: what is cut off the output on both sides.
        output_padding: what the output is larger than its windows need, at its end; less than stride or dilation.
        groups: into how many groups the channels are divided.
        bias: with ``False`` nothing is added.
        dilation: from one element of a window to the next.
        padding_mode: ``"zeros"``.
        dtype: of the parameters; the default dtype where none is given.

    The forward takes ``output_size`` (H and W, or the whole shape), for the one that is meant of the sizes that a stride of
    more than 1 leaves.

    Shape:
        - Input: ``[N, in, H, W]`` or ``[in, H, W]``
        - Output: ``[N, out, H', W']``, or without N, with
          ``L' = (L - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1`` along each dimension

    Attributes:
        weight: ``[in_channels, out_channels / groups, kH, kW]``, drawn from the uniform distribution on ``[-b, b]`` with
            ``b = 1 / sqrt(out_channels / groups * elements of the kernel)``.
        bias: ``[out_channels]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.ConvTranspose2d(16, 33, 3, stride=2, padding=1)
        >>> layer(swiftnn.randn(20, 16, 12, 12)).shape
        swiftnn.Size([20, 33, 23, 23])
        >>> layer(swiftnn.randn(20, 16, 12, 12), output_size=[24, 24]).shape
        swiftnn.Size([20, 33, 24, 24])
    """

    _kind = "ConvTranspose2d"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        self._make(
            device,
            dtype,
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
            padding_mode=padding_mode,
        )


class ConvTranspose3d(_Convolution):
    """The transpose of :class:`Conv3d`: each element of the input adds the kernel, times itself, to the output.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of the kernel, one number or one for each dimension, as the next ones.
        stride: from the place of one element of the input to that of the next.
        padding: what is cut off the output on both sides.
        output_padding: what the output is larger than its windows need, at its end; less than stride or dilation.
        groups: into how many groups the channels are divided.
        bias: with ``False`` nothing is added.
        dilation: from one element of a window to the next.
        padding_mode: ``"zeros"``.
        dtype: of the parameters; the default dtype where none is given.

    The forward takes ``output_size`` (D, H and W, or the whole shape), for the one that is meant of the sizes that a stride of
    more than 1 leaves.

    Shape:
        - Input: ``[N, in, D, H, W]`` or ``[in, D, H, W]``
        - Output: ``[N, out, D', H', W']``, or without N, with
          ``L' = (L - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1`` along each dimension

    Attributes:
        weight: ``[in_channels, out_channels / groups, kD, kH, kW]``, drawn from the uniform distribution on ``[-b, b]`` with
            ``b = 1 / sqrt(out_channels / groups * elements of the kernel)``.
        bias: ``[out_channels]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.ConvTranspose3d(4, 8, (3, 5, 2), stride=(2, 1, 1))
        >>> layer(swiftnn.randn(2, 4, 5, 6, 7)).shape
        swiftnn.Size([2, 8, 11, 10, 8])
    """

    _kind = "ConvTranspose3d"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        self._make(
            device,
            dtype,
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
            padding_mode=padding_mode,
        )


class LazyConvTranspose1d(_Convolution):
    """A :class:`ConvTranspose1d` whose ``in_channels`` are those of its first input. After it the layer is a
    ConvTranspose1d.

    Args:
        out_channels: channels of the output.
        kernel_size, stride, padding, output_padding, groups, bias, dilation, padding_mode, dtype: those of
            :class:`ConvTranspose1d`.

    Shape:
        - Input: ``[N, in, L]`` or ``[in, L]``
        - Output: ``[N, out, L']``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyConvTranspose1d(4, 3)
        >>> layer(swiftnn.randn(2, 5, 6)).shape
        swiftnn.Size([2, 4, 8])
        >>> layer
        ConvTranspose1d(5, 4, kernel_size=(3,), stride=(1,))
    """

    _kind = "LazyConvTranspose1d"
    _final = ConvTranspose1d

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        self._make(
            device,
            dtype,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
            padding_mode=padding_mode,
        )


class LazyConvTranspose2d(_Convolution):
    """A :class:`ConvTranspose2d` whose ``in_channels`` are those of its first input. After it the layer is a
    ConvTranspose2d.

    Args:
        out_channels: channels of the output.
        kernel_size, stride, padding, output_padding, groups, bias, dilation, padding_mode, dtype: those of
            :class:`ConvTranspose2d`.

    Shape:
        - Input: ``[N, in, H, W]`` or ``[in, H, W]``
        - Output: ``[N, out, H', W']``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyConvTranspose2d(4, 3)
        >>> layer(swiftnn.randn(2, 5, 6, 6)).shape
        swiftnn.Size([2, 4, 8, 8])
        >>> layer
        ConvTranspose2d(5, 4, kernel_size=(3, 3), stride=(1, 1))
    """

    _kind = "LazyConvTranspose2d"
    _final = ConvTranspose2d

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        self._make(
            device,
            dtype,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
            padding_mode=padding_mode,
        )


class LazyConvTranspose3d(_Convolution):
    """A :class:`ConvTranspose3d` whose ``in_channels`` are those of its first input. After it the layer is a
    ConvTranspose3d.

    Args:
        out_channels: channels of the output.
        kernel_size, stride, padding, output_padding, groups, bias, dilation, padding_mode, dtype: those of
            :class:`ConvTranspose3d`.

    Shape:
        - Input: ``[N, in, D, H, W]`` or ``[in, D, H, W]``
        - Output: ``[N, out, D', H', W']``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyConvTranspose3d(4, 3)
        >>> layer(swiftnn.randn(2, 5, 6, 6, 6)).shape
        swiftnn.Size([2, 4, 8, 8, 8])
        >>> layer
        ConvTranspose3d(5, 4, kernel_size=(3, 3, 3), stride=(1, 1, 1))
    """

    _kind = "LazyConvTranspose3d"
    _final = ConvTranspose3d

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        self._make(
            device,
            dtype,
            out_channels=out_channels,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
            padding_mode=padding_mode,
        )
