"""Convolutions and their transposes, over one, two and three spatial dimensions."""

from .gluon import finish_initializers, named_dtype, set_initializers
from .module import Module
from .options import parameter_dtype

__all__ = [
    "Conv1d", "Conv2D", "Conv2d", "Conv3d", "LazyConv1d", "LazyConv2d", "LazyConv3d",
]


class _Convolution(Module):
    """What the constructors of all convolutions do. A lazy one becomes `_final` with its first input."""

    _final = None

    def _make(self, device, dtype, **arguments):
        name = type(self)._kind
        dtype = parameter_dtype(name, device, dtype)
        super().__init__()
        self._create(name, bias=bool(arguments.pop("bias")), dtype=dtype, **arguments)

    def _materialized(self):
        final = type(self).__dict__.get("_final")  # a subclass of the user's stays what it is
        if final is not None:
            self.__class__ = final


class Conv1d(_Convolution):
    """The convolution of sequences with a kernel for each pair of channels, and a bias.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of the kernel, one number or one for each dimension, as the next ones.
        stride: from one window to the next.
        padding: zeros on both sides of the input; ``"same"`` for as many as keep its size, ``"valid"`` for none.
        dilation: from one element of a window to the next.
        groups: into how many groups the channels are divided, each convolved by itself.
        bias: with ``False`` nothing is added.
        padding_mode: what stands around the input: ``"zeros"``, or its own elements in ``"reflect"``, ``"replicate"``,
            ``"circular"``.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, in, L]`` or ``[in, L]``
        - Output: ``[N, out, L']``, or without N, with ``L' = (L + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1``
          along each dimension

    Attributes:
        weight: ``[out_channels, in_channels / groups, k]``, drawn from the uniform distribution on ``[-b, b]`` with
            ``b = 1 / sqrt(in_channels / groups * elements of the kernel)``.
        bias: ``[out_channels]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Conv1d(16, 33, 3, stride=2)
        >>> layer(swiftnn.randn(20, 16, 50)).shape
        swiftnn.Size([20, 33, 24])
        >>> layer
        Conv1d(16, 33, kernel_size=(3,), stride=(2,))
    """

    _kind = "Conv1d"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
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
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
        )


class Conv2d(_Convolution):
    """The convolution of images with a kernel for each pair of channels, and a bias.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of the kernel, one number or one for each dimension, as the next ones.
        stride: from one window to the next.
        padding: zeros on both sides of the input; ``"same"`` for as many as keep its size, ``"valid"`` for none.
        dilation: from one element of a window to the next.
        groups: into how many groups the channels are divided, each convolved by itself.
        bias: with ``False`` nothing is added.
        padding_mode: what stands around the input: ``"zeros"``, or its own elements in ``"reflect"``, ``"replicate"``,
            ``"circular"``.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, in, H, W]`` or ``[in, H, W]``
        - Output: ``[N, out, H', W']``, or without N, with ``L' = (L + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1``
          along each dimension

    Attributes:
        weight: ``[out_channels, in_channels / groups, kH, kW]``, drawn from the uniform distribution on ``[-b, b]`` with
            ``b = 1 / sqrt(in_channels / groups * elements of the kernel)``.
        bias: ``[out_channels]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2))
        >>> layer(swiftnn.randn(20, 16, 50, 100)).shape
        swiftnn.Size([20, 33, 28, 100])
        >>> layer
        Conv2d(16, 33, kernel_size=(3, 5), stride=(2, 1), padding=(4, 2))
    """

    _kind = "Conv2d"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
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
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
        )


class Conv3d(_Convolution):
    """The convolution of volumes with a kernel for each pair of channels, and a bias.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of the kernel, one number or one for each dimension, as the next ones.
        stride: from one window to the next.
        padding: zeros on both sides of the input; ``"same"`` for as many as keep its size, ``"valid"`` for none.
        dilation: from one element of a window to the next.
        groups: into how many groups the channels are divided, each convolved by itself.
        bias: with ``False`` nothing is added.
        padding_mode: what stands around the input: ``"zeros"``, or its own elements in ``"reflect"``, ``"replicate"``,
            ``"circular"``.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, in, D, H, W]`` or ``[in, D, H, W]``
        - Output: ``[N, out, D', H', W']``, or without N, with ``L' = (L + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1``
          along each dimension

    Attributes:
        weight: ``[out_channels, in_channels / groups, kD, kH, kW]``, drawn from the uniform distribution on ``[-b, b]`` with
            ``b = 1 / sqrt(in_channels / groups * elements of the kernel)``.
        bias: ``[out_channels]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Conv3d(4, 8, 3, padding='same')
        >>> layer(swiftnn.randn(2, 4, 5, 6, 7)).shape
        swiftnn.Size([2, 8, 5, 6, 7])
        >>> layer
        Conv3d(4, 8, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=same)
    """

    _kind = "Conv3d"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
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
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
        )


class LazyConv1d(_Convolution):
    """A :class:`Conv1d` whose ``in_channels`` are those of its first input. After it the layer is a Conv1d.

    Args:
        out_channels: channels of the output.
        kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype: those of :class:`Conv1d`.

    Shape:
        - Input: ``[N, in, L]`` or ``[in, L]``
        - Output: ``[N, out, L']``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyConv1d(4, 3)
        >>> layer
        LazyConv1d(0, 4, kernel_size=(3,), stride=(1,))
        >>> layer(swiftnn.randn(2, 5, 6)).shape
        swiftnn.Size([2, 4, 4])
        >>> layer
        Conv1d(5, 4, kernel_size=(3,), stride=(1,))
    """

    _kind = "LazyConv1d"
    _final = Conv1d

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
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
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
        )


class LazyConv2d(_Convolution):
    """A :class:`Conv2d` whose ``in_channels`` are those of its first input. After it the layer is a Conv2d.

    Args:
        out_channels: channels of the output.
        kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype: those of :class:`Conv2d`.

    Shape:
        - Input: ``[N, in, H, W]`` or ``[in, H, W]``
        - Output: ``[N, out, H', W']``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyConv2d(4, 3)
        >>> layer
        LazyConv2d(0, 4, kernel_size=(3, 3), stride=(1, 1))
        >>> layer(swiftnn.randn(2, 5, 6, 6)).shape
        swiftnn.Size([2, 4, 4, 4])
        >>> layer
        Conv2d(5, 4, kernel_size=(3, 3), stride=(1, 1))
    """

    _kind = "LazyConv2d"
    _final = Conv2d

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
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
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
        )


class LazyConv3d(_Convolution):
    """A :class:`Conv3d` whose ``in_channels`` are those of its first input. After it the layer is a Conv3d.

    Args:
        out_channels: channels of the output.
        kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype: those of :class:`Conv3d`.

    Shape:
        - Input: ``[N, in, D, H, W]`` or ``[in, D, H, W]``
        - Output: ``[N, out, D', H', W']``, or without N

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyConv3d(4, 3)
        >>> layer
        LazyConv3d(0, 4, kernel_size=(3, 3, 3), stride=(1, 1, 1))
        >>> layer(swiftnn.randn(2, 5, 6, 6, 6)).shape
        swiftnn.Size([2, 4, 4, 4, 4])
        >>> layer
        Conv3d(5, 4, kernel_size=(3, 3, 3), stride=(1, 1, 1))
    """

    _kind = "LazyConv3d"
    _final = Conv3d

    def __init__(
        self,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
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
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
        )


class Conv2D(Module):
    """Gluon's convolution of images: ``activation(conv(input, weight) + bias)``.

    Args:
        channels: channels of the output.
        kernel_size: of the kernel, one number or one for height and width, as the next ones.
        strides: from one window to the next.
        padding: zeros on both sides of the image.
        dilation: from one element of a window to the next.
        groups: into how many groups the channels are divided, each convolved by itself.
        layout: "NCHW".
        activation: "relu", "sigmoid", "tanh" or None.
        use_bias: with ``False`` nothing is added.
        weight_initializer, bias_initializer: from ``swiftnn.init``, or their names. The weight's is by default the one
            given to ``initialize()``. Without that call the defaults are those of :class:`Conv2d`.
        in_channels: channels of the input; 0 takes them from the first input.
        params: parameters of another block, to be shared.
        dtype: of the parameters, a dtype or its name.

    Shape:
        - Input: ``[N, in_channels, H, W]``
        - Output: ``[N, channels, H', W']``

    Attributes:
        weight: ``[channels, in_channels / groups, kH, kW]``
        bias: ``[channels]``, or None

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Conv2D(6, kernel_size=5, padding=2, activation='sigmoid')
        >>> layer
        Conv2D(None -> 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2), Activation(sigmoid))
        >>> layer(swiftnn.randn(2, 1, 28, 28)).shape
        swiftnn.Size([2, 6, 28, 28])
    """

    def __init__(
        self,
        channels,
        kernel_size,
        strides=(1, 1),
        padding=(0, 0),
        dilation=(1, 1),
        groups=1,
        layout="NCHW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        params=None,
        prefix=None,
        dtype=None,
    ):
        super().__init__(params=params, prefix=prefix)
        chosen = set_initializers(self, weight=weight_initializer, bias=bias_initializer)
        self._create(
            "Conv2D",
            channels=channels,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            dilation=dilation,
            groups=groups,
            layout=layout,
            activation=activation,
            use_bias=bool(use_bias),
            dtype=parameter_dtype("Conv2D", None, named_dtype(dtype)),
            in_channels=in_channels,
        )
        finish_initializers(self, chosen, params)
