"""Layers that normalise, and those that compare vectors."""

from .. import _C
from .. import init as initializers
from .gluon import initialize_parameter
from .module import Module
from .options import parameter_dtype
from .parameter import is_lazy

__all__ = [
    "BatchNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "CosineSimilarity", "CrossMapLRN2d", "GroupNorm",
    "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "LayerNorm", "LazyBatchNorm1d", "LazyBatchNorm2d",
    "LazyBatchNorm3d", "LazyInstanceNorm1d", "LazyInstanceNorm2d", "LazyInstanceNorm3d", "LocalResponseNorm",
    "PairwiseDistance", "RMSNorm",
]


class _Channels(Module):
    """What the layers with running statistics of channels have in common."""

    def _make(self, type, device, dtype, **arguments):
        dtype = parameter_dtype(type, device, dtype)
        super().__init__()
        for name in ("affine", "track_running_stats", "bias"):
            arguments[name] = bool(arguments[name])
        self._create(type, dtype=dtype, **arguments)

    def reset_running_stats(self):
        """Sets the running mean to 0, the running variance to 1 and the number of batches to 0."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()


class BatchNorm1d(_Channels):
    """Normalises every channel over the whole batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_features: the number of channels C.
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C]`` or ``[N, C, L]``
        - Output: that of the input

    Attributes:
        weight: ``[num_features]``, ones; None without ``affine``.
        bias: ``[num_features]``, zeros; None without ``affine`` or ``bias``.
        running_mean, running_var: ``[num_features]``, from zeros and ones; None without ``track_running_stats``.
        num_batches_tracked: ``[]``, int64; likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.BatchNorm1d(3)
        >>> layer(swiftnn.randn(2, 3, 4)).shape
        swiftnn.Size([2, 3, 4])
        >>> layer
        BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True
    ):
        self._make(
            "BatchNorm1d", device, dtype, num_features=num_features, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )


class BatchNorm2d(_Channels):
    """Normalises every channel over the whole batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_features: the number of channels C.
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, H, W]``
        - Output: that of the input

    Attributes:
        weight: ``[num_features]``, ones; None without ``affine``.
        bias: ``[num_features]``, zeros; None without ``affine`` or ``bias``.
        running_mean, running_var: ``[num_features]``, from zeros and ones; None without ``track_running_stats``.
        num_batches_tracked: ``[]``, int64; likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.BatchNorm2d(3)
        >>> layer(swiftnn.randn(2, 3, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4])
        >>> layer
        BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True
    ):
        self._make(
            "BatchNorm2d", device, dtype, num_features=num_features, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )


class BatchNorm3d(_Channels):
    """Normalises every channel over the whole batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_features: the number of channels C.
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, D, H, W]``
        - Output: that of the input

    Attributes:
        weight: ``[num_features]``, ones; None without ``affine``.
        bias: ``[num_features]``, zeros; None without ``affine`` or ``bias``.
        running_mean, running_var: ``[num_features]``, from zeros and ones; None without ``track_running_stats``.
        num_batches_tracked: ``[]``, int64; likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.BatchNorm3d(3)
        >>> layer(swiftnn.randn(2, 3, 4, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4, 4])
        >>> layer
        BatchNorm3d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True
    ):
        self._make(
            "BatchNorm3d", device, dtype, num_features=num_features, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )


class InstanceNorm1d(_Channels):
    """Normalises every channel for each element of the batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_features: the number of channels C.
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: that of the input

    Attributes:
        weight: ``[num_features]``, ones; None without ``affine``.
        bias: ``[num_features]``, zeros; None without ``affine`` or ``bias``.
        running_mean, running_var: ``[num_features]``, from zeros and ones; None without ``track_running_stats``.
        num_batches_tracked: ``[]``, int64; likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.InstanceNorm1d(3)
        >>> layer(swiftnn.randn(2, 3, 4)).shape
        swiftnn.Size([2, 3, 4])
        >>> layer
        InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=False)
    """

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True
    ):
        self._make(
            "InstanceNorm1d", device, dtype, num_features=num_features, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )


class InstanceNorm2d(_Channels):
    """Normalises every channel for each element of the batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_features: the number of channels C.
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: that of the input

    Attributes:
        weight: ``[num_features]``, ones; None without ``affine``.
        bias: ``[num_features]``, zeros; None without ``affine`` or ``bias``.
        running_mean, running_var: ``[num_features]``, from zeros and ones; None without ``track_running_stats``.
        num_batches_tracked: ``[]``, int64; likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.InstanceNorm2d(3)
        >>> layer(swiftnn.randn(2, 3, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4])
        >>> layer
        InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=False)
    """

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True
    ):
        self._make(
            "InstanceNorm2d", device, dtype, num_features=num_features, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )


class InstanceNorm3d(_Channels):
    """Normalises every channel for each element of the batch: ``(x - mean) / sqrt(var + eps) * weight + bias``.

    Args:
        num_features: the number of channels C.
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: that of the input

    Attributes:
        weight: ``[num_features]``, ones; None without ``affine``.
        bias: ``[num_features]``, zeros; None without ``affine`` or ``bias``.
        running_mean, running_var: ``[num_features]``, from zeros and ones; None without ``track_running_stats``.
        num_batches_tracked: ``[]``, int64; likewise.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.InstanceNorm3d(3)
        >>> layer(swiftnn.randn(2, 3, 4, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4, 4])
        >>> layer
        InstanceNorm3d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=False)
    """

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True
    ):
        self._make(
            "InstanceNorm3d", device, dtype, num_features=num_features, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )


class LazyBatchNorm1d(_Channels):
    """A :class:`BatchNorm1d` whose ``num_features`` is the number of channels of its first input. After it the block is a
    BatchNorm1d.

    Args:
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C]`` or ``[N, C, L]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyBatchNorm1d()
        >>> layer(swiftnn.randn(2, 3, 4)).shape
        swiftnn.Size([2, 3, 4])
        >>> layer.num_features
        3
    """

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        self._make(
            "LazyBatchNorm1d", device, dtype, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )

    def _materialized(self):
        if type(self) is LazyBatchNorm1d:
            self.__class__ = BatchNorm1d


class LazyBatchNorm2d(_Channels):
    """A :class:`BatchNorm2d` whose ``num_features`` is the number of channels of its first input. After it the block is a
    BatchNorm2d.

    Args:
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyBatchNorm2d()
        >>> layer(swiftnn.randn(2, 3, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4])
        >>> layer.num_features
        3
    """

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        self._make(
            "LazyBatchNorm2d", device, dtype, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )

    def _materialized(self):
        if type(self) is LazyBatchNorm2d:
            self.__class__ = BatchNorm2d


class LazyBatchNorm3d(_Channels):
    """A :class:`BatchNorm3d` whose ``num_features`` is the number of channels of its first input. After it the block is a
    BatchNorm3d.

    Args:
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, D, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyBatchNorm3d()
        >>> layer(swiftnn.randn(2, 3, 4, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4, 4])
        >>> layer.num_features
        3
    """

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        self._make(
            "LazyBatchNorm3d", device, dtype, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )

    def _materialized(self):
        if type(self) is LazyBatchNorm3d:
            self.__class__ = BatchNorm3d


class LazyInstanceNorm1d(_Channels):
    """A :class:`InstanceNorm1d` whose ``num_features`` is the number of channels of its first input. After it the block is a
    InstanceNorm1d.

    Args:
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, L]`` or ``[C, L]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyInstanceNorm1d()
        >>> layer(swiftnn.randn(2, 3, 4)).shape
        swiftnn.Size([2, 3, 4])
        >>> layer.num_features
        3
    """

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        self._make(
            "LazyInstanceNorm1d", device, dtype, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )

    def _materialized(self):
        if type(self) is LazyInstanceNorm1d:
            self.__class__ = InstanceNorm1d


class LazyInstanceNorm2d(_Channels):
    """A :class:`InstanceNorm2d` whose ``num_features`` is the number of channels of its first input. After it the block is a
    InstanceNorm2d.

    Args:
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, H, W]`` or ``[C, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyInstanceNorm2d()
        >>> layer(swiftnn.randn(2, 3, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4])
        >>> layer.num_features
        3
    """

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        self._make(
            "LazyInstanceNorm2d", device, dtype, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )

    def _materialized(self):
        if type(self) is LazyInstanceNorm2d:
            self.__class__ = InstanceNorm2d


class LazyInstanceNorm3d(_Channels):
    """A :class:`InstanceNorm3d` whose ``num_features`` is the number of channels of its first input. After it the block is a
    InstanceNorm3d.

    Args:
        eps: added to the variance.
        momentum: the share of a batch's statistics in the new running ones; None for the plain average over all batches.
        affine: whether the result is scaled and shifted by parameters.
        track_running_stats: whether running statistics are kept, and used in evaluation.
        bias: whether there is a shift among the parameters.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, C, D, H, W]`` or ``[C, D, H, W]``
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyInstanceNorm3d()
        >>> layer(swiftnn.randn(2, 3, 4, 4, 4)).shape
        swiftnn.Size([2, 3, 4, 4, 4])
        >>> layer.num_features
        3
    """

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True):
        self._make(
            "LazyInstanceNorm3d", device, dtype, eps=eps, momentum=momentum, affine=affine,
            track_running_stats=track_running_stats, bias=bias,
        )

    def _materialized(self):
        if type(self) is LazyInstanceNorm3d:
            self.__class__ = InstanceNorm3d


class BatchNorm(Module):
    """Gluon's batch norm: every channel, of any dimension, normalised over the whole batch.

    Args:
        axis: the channels' dimension.
        momentum: the share that the running statistics keep of themselves (PyTorch's is that of the new ones).
        epsilon: added to the variance.
        center: whether a shift, ``beta``, is learnt.
        scale: whether a scale, ``gamma``, is learnt.
        use_global_stats: uses the running statistics in training too, and leaves them what they are.
        beta_initializer, gamma_initializer, running_mean_initializer, running_variance_initializer: from ``swiftnn.init``, or
            their names.
        in_channels: the number of channels; 0 takes it from the first input.
        dtype: of the parameters; the default dtype where none is given.
        params: parameters of another block, to be shared.

    The running variance is that of the batches' elements themselves, with n in the denominator, as in MXNet.

    Shape:
        - Input: ``[N, ...]``, of at least two dimensions
        - Output: that of the input

    Attributes:
        gamma, beta, running_mean, running_var: ``[in_channels]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.BatchNorm()
        >>> layer(swiftnn.randn(2, 3, 4)).shape
        swiftnn.Size([2, 3, 4])
        >>> layer
        BatchNorm(axis=1, eps=1e-05, momentum=0.9, fix_gamma=False, use_global_stats=False, in_channels=3)
    """

    def __init__(
        self,
        axis=1,
        momentum=0.9,
        epsilon=1e-5,
        center=True,
        scale=True,
        use_global_stats=False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        in_channels=0,
        dtype=None,
        params=None,
        prefix=None,
    ):
        super().__init__(params=params, prefix=prefix)
        if isinstance(dtype, str):
            dtype = _C.dtypes.get(dtype, dtype)
        chosen = {
            "gamma": gamma_initializer, "beta": beta_initializer, "running_mean": running_mean_initializer,
            "running_var": running_variance_initializer,
        }
        defaults = {"gamma": "ones", "beta": "zeros", "running_mean": "zeros", "running_var": "ones"}
        self._initializers = {name: initializers.create(init) for name, init in chosen.items()}
        self._create(
            "BatchNorm",
            axis=axis,
            momentum=momentum,
            epsilon=epsilon,
            center=bool(center),
            scale=bool(scale),
            use_global_stats=bool(use_global_stats),
            in_channels=in_channels,
            dtype=parameter_dtype("BatchNorm", None, dtype),
        )
        for registry in (self._parameters, self._buffers):
            for name, value in registry.items():
                if registry is self._parameters and params is not None and name in self._shared:
                    continue
                if chosen[name] not in (None, defaults[name]):
                    initialize_parameter(self, name, name, value, None, force_reinit=True)
                if registry is self._parameters and not is_lazy(value):
                    # What nobody has written to since then is no loss to initialize().
                    self.__dict__.setdefault("_untouched", {})[name] = value._version


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
