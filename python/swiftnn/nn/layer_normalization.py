"""Normalisation of the elements of one example."""

from .module import Module
from .options import parameter_dtype

__all__ = [
    "LayerNorm", "RMSNorm", "GroupNorm", "LocalResponseNorm", "CrossMapLRN2d",
]


class LayerNorm(Module):
    """Normalises the elements of the last dimensions together: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        normalized_shape: the sizes of these dimensions, or one size for the last one.
        eps: added to the variance.
        elementwise_affine: whether the result is scaled and shifted by parameters.
        bias: whether there is a shift among these.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[..., *normalized_shape]``
        - Output: that of the input

    Attributes:
        weight: ``normalized_shape``, ones; None without ``elementwise_affine``.
        bias: ``normalized_shape``, zeros; None without ``elementwise_affine`` or ``bias``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LayerNorm(4)
        >>> layer(swiftnn.tensor([1.0, 2.0, 3.0, 4.0])).detach()
        tensor([-1.3416, -0.4472,  0.4472,  1.3416])
        >>> layer
        LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
    """

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        dtype = parameter_dtype("LayerNorm", device, dtype)
        super().__init__()
        self._create(
            "LayerNorm", normalized_shape=_shape(normalized_shape), eps=eps, elementwise_affine=bool(elementwise_affine),
            bias=bool(bias), dtype=dtype,
        )


class RMSNorm(Module):
    """Divides the elements of the last dimensions by the root of their mean square: ``x / sqrt(mean(x ** 2) + eps) * weight``.

    Args:
        normalized_shape: the sizes of these dimensions, or one size for the last one.
        eps: added to the mean square; None for the distance of 1 to the next number of the dtype.
        elementwise_affine: whether the result is scaled by a parameter.
        dtype: of the parameter; the default dtype where none is given.

    Shape:
        - Input: ``[..., *normalized_shape]``
        - Output: that of the input

    Attributes:
        weight: ``normalized_shape``, ones; None without ``elementwise_affine``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.RMSNorm(2)(swiftnn.tensor([3.0, 4.0])).detach()
        tensor([0.8485, 1.1314])
    """

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        dtype = parameter_dtype("RMSNorm", device, dtype)
        super().__init__()
        self._create(
            "RMSNorm", normalized_shape=_shape(normalized_shape), eps=eps, elementwise_affine=bool(elementwise_affine),
            dtype=dtype,
        )


def _shape(normalized_shape):
    if isinstance(normalized_shape, int):
        return (normalized_shape,)
    return tuple(normalized_shape)


class GroupNorm(Module):
    """Normalises groups of channels for each element of the batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_groups: into how many groups the channels are divided.
        num_channels: the number of channels C, divisible by ``num_groups``.
        eps: added to the variance.
        affine: whether the result is scaled and shifted by parameters.
        bias: whether there is a shift among these.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, ...]``
        - Output: that of the input

    Attributes:
        weight: ``[num_channels]``, ones; None without ``affine``.
        bias: ``[num_channels]``, zeros; None without ``affine`` or ``bias``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.GroupNorm(2, 4)
        >>> layer(swiftnn.randn(2, 4, 3)).shape
        swiftnn.Size([2, 4, 3])
        >>> layer
        GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)
    """

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None, *, bias=True):
        dtype = parameter_dtype("GroupNorm", device, dtype)
        super().__init__()
        self._create(
            "GroupNorm", num_groups=num_groups, num_channels=num_channels, eps=eps, affine=bool(affine), bias=bool(bias),
            dtype=dtype,
        )


class LocalResponseNorm(Module):
    """Divides by what neighbouring channels hold: ``x / (k + alpha / size * sum(x ** 2)) ** beta``.

    Args:
        size: how many channels the sum goes over.
        alpha, beta, k: as in the formula.

    Shape:
        - Input: ``[N, C, ...]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.LocalResponseNorm(2)(swiftnn.randn(2, 3, 4)).shape
        swiftnn.Size([2, 3, 4])
    """

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self._create("LocalResponseNorm", size=size, alpha=alpha, beta=beta, k=k)


class CrossMapLRN2d(Module):
    """:class:`LocalResponseNorm` of images as PyTorch's older block computes it: with a window of odd size, that the
    first channel never leaves.

    Args:
        size: how many channels the sum goes over; one less if it is even.
        alpha, beta, k: as in the formula of :class:`LocalResponseNorm`.

    Shape:
        - Input: ``[N, C, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.CrossMapLRN2d(3)
        CrossMapLRN2d(3, alpha=0.0001, beta=0.75, k=1)
    """

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1):
        super().__init__()
        self._create("CrossMapLRN2d", size=size, alpha=alpha, beta=beta, k=k)
