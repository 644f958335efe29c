"""Layers that normalise the channels of a batch or of an example."""

from .. import _C
from .. import init as initializers
from .gluon import initialize_parameter
from .module import Module
from .options import parameter_dtype
from .parameter import is_lazy

__all__ = [
    "BatchNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d",
    "LazyBatchNorm1d", "LazyBatchNorm2d", "LazyBatchNorm3d", "LazyInstanceNorm1d", "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
]


class _Channels(Module):
    """What the layers with running statistics of channels have in common."""

    def _make(self, type, device, dtype, **arguments):
        dtype = parameter_dtype(type, device, dtype)
        super().__init__()
        for name in ("affine", "track_running_stats", "bias"):
            arguments[name] = bool(arguments[name])
        self._create(type, dtype=dtype, **arguments)

    _version = 2  # since num_batches_tracked

    def _complete_state(self, state_dict, prefix, version):
        if self.track_running_stats and (version is None or version < 2):
            state_dict.setdefault(prefix + "num_batches_tracked", self.num_batches_tracked)

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
