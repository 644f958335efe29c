"""Blocks that put something around their input."""

from .module import Module

__all__ = [
    "CircularPad1d", "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d", "ReflectionPad1d",
    "ReflectionPad2d", "ReflectionPad3d", "ReplicationPad1d", "ReplicationPad2d", "ReplicationPad3d", "ZeroPad1d", "ZeroPad2d",
    "ZeroPad3d",
]


class _Pad(Module):
    def __init__(self, padding):
        super().__init__()
        self._create(self._kind, padding=padding)


class _ConstantPad(Module):
    def __init__(self, padding, value):
        super().__init__()
        self._create(self._kind, padding=padding, value=value)


class ConstantPad1d(_ConstantPad):
    """Puts a number around a sequence.

    Args:
        padding: how many elements at both ends; or a tuple of 2: before and after.
            Negative numbers take elements away.
        value: of the elements that are added.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ConstantPad1d(1, 3.5)(swiftnn.randn(2, 3, 5)).shape
        swiftnn.Size([2, 3, 7])
    """

    _kind = "ConstantPad1d"


class ConstantPad2d(_ConstantPad):
    """Puts a number around a image.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 4: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.
        value: of the elements that are added.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ConstantPad2d(1, 3.5)(swiftnn.randn(2, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 6, 7])
    """

    _kind = "ConstantPad2d"


class ConstantPad3d(_ConstantPad):
    """Puts a number around a volume.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 6: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.
        value: of the elements that are added.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ConstantPad3d(1, 3.5)(swiftnn.randn(2, 3, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 5, 6, 7])
    """

    _kind = "ConstantPad3d"


class ZeroPad1d(_Pad):
    """Puts zeros around a sequence.

    Args:
        padding: how many elements at both ends; or a tuple of 2: before and after.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ZeroPad1d(1)(swiftnn.randn(2, 3, 5)).shape
        swiftnn.Size([2, 3, 7])
    """

    _kind = "ZeroPad1d"
    value = 0.0


class ZeroPad2d(_Pad):
    """Puts zeros around a image.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 4: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ZeroPad2d(1)(swiftnn.randn(2, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 6, 7])
    """

    _kind = "ZeroPad2d"
    value = 0.0


class ZeroPad3d(_Pad):
    """Puts zeros around a volume.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 6: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ZeroPad3d(1)(swiftnn.randn(2, 3, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 5, 6, 7])
    """

    _kind = "ZeroPad3d"
    value = 0.0


class ReflectionPad1d(_Pad):
    """Puts around a sequence what lies on the other side of its border elements.

    Args:
        padding: how many elements at both ends; or a tuple of 2: before and after.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReflectionPad1d(1)(swiftnn.randn(2, 3, 5)).shape
        swiftnn.Size([2, 3, 7])
    """

    _kind = "ReflectionPad1d"


class ReflectionPad2d(_Pad):
    """Puts around a image what lies on the other side of its border elements.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 4: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReflectionPad2d(1)(swiftnn.randn(2, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 6, 7])
    """

    _kind = "ReflectionPad2d"


class ReflectionPad3d(_Pad):
    """Puts around a volume what lies on the other side of its border elements.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 6: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReflectionPad3d(1)(swiftnn.randn(2, 3, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 5, 6, 7])
    """

    _kind = "ReflectionPad3d"


class ReplicationPad1d(_Pad):
    """Puts its border elements around a sequence.

    Args:
        padding: how many elements at both ends; or a tuple of 2: before and after.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReplicationPad1d(1)(swiftnn.randn(2, 3, 5)).shape
        swiftnn.Size([2, 3, 7])
    """

    _kind = "ReplicationPad1d"


class ReplicationPad2d(_Pad):
    """Puts its border elements around a image.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 4: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReplicationPad2d(1)(swiftnn.randn(2, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 6, 7])
    """

    _kind = "ReplicationPad2d"


class ReplicationPad3d(_Pad):
    """Puts its border elements around a volume.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 6: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.ReplicationPad3d(1)(swiftnn.randn(2, 3, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 5, 6, 7])
    """

    _kind = "ReplicationPad3d"


class CircularPad1d(_Pad):
    """Puts around a sequence what stands at its other end.

    Args:
        padding: how many elements at both ends; or a tuple of 2: before and after.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: ``[N, C, L_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.CircularPad1d(1)(swiftnn.randn(2, 3, 5)).shape
        swiftnn.Size([2, 3, 7])
    """

    _kind = "CircularPad1d"


class CircularPad2d(_Pad):
    """Puts around a image what stands at its other end.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 4: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: ``[N, C, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.CircularPad2d(1)(swiftnn.randn(2, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 6, 7])
    """

    _kind = "CircularPad2d"


class CircularPad3d(_Pad):
    """Puts around a volume what stands at its other end.

    Args:
        padding: how many elements at both ends of each dimension; or a tuple of 6: before and
            after for the last dimension, then for the one before it.
            Negative numbers take elements away.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: ``[N, C, D_out, H_out, W_out]``, or without ``N``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.CircularPad3d(1)(swiftnn.randn(2, 3, 3, 4, 5)).shape
        swiftnn.Size([2, 3, 5, 6, 7])
    """

    _kind = "CircularPad3d"
