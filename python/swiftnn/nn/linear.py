"""Layers that multiply by a weight matrix."""

from .gluon import finish_initializers, named_dtype, set_initializers
from .module import Module
from .options import parameter_dtype

__all__ = ["Identity", "Linear", "LazyLinear", "Dense"]


class Identity(Module):
    """Returns its input. Arguments of the constructor are accepted and not used.

    Shape:
        - Input: any
        - Output: that of the input

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> x = swiftnn.ones(2, 3)
        >>> nn.Identity(54, unused=0.1)(x) is x
        True
    """

    def __init__(self, *args, **kwargs):
        super().__init__()
        self._create("Identity")


class Linear(Module):
    """Applies ``input @ weight.T + bias``.

    Args:
        in_features: size of each input.
        out_features: size of each output.
        bias: with ``False`` nothing is added.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[..., in_features]``
        - Output: ``[..., out_features]``

    Attributes:
        weight: ``[out_features, in_features]``, drawn from the uniform distribution on ``[-k, k]`` with
            ``k = 1 / sqrt(in_features)``.
        bias: ``[out_features]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Linear(20, 30)
        >>> layer(swiftnn.randn(128, 20)).shape
        swiftnn.Size([128, 30])
        >>> layer
        Linear(in_features=20, out_features=30, bias=True)
    """

    _type = "Linear"

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None, *, params=None, prefix=None):
        dtype = parameter_dtype("Linear", device, dtype)
        super().__init__(params=params, prefix=prefix)
        self._create(self._type, in_features=in_features, out_features=out_features, bias=bool(bias), dtype=dtype)


class LazyLinear(Module):
    """A :class:`Linear` whose ``in_features`` is that of its first input. After it the block is a Linear.

    Args:
        out_features: size of each output.
        bias: with ``False`` nothing is added.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[..., in_features]``
        - Output: ``[..., out_features]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.LazyLinear(30)
        >>> layer
        LazyLinear(in_features=0, out_features=30, bias=True)
        >>> layer(swiftnn.randn(128, 20)).shape
        swiftnn.Size([128, 30])
        >>> layer
        Linear(in_features=20, out_features=30, bias=True)
    """

    def __init__(self, out_features, bias=True, device=None, dtype=None, *, params=None, prefix=None):
        dtype = parameter_dtype("LazyLinear", device, dtype)
        super().__init__(params=params, prefix=prefix)
        self._create("LazyLinear", out_features=out_features, bias=bool(bias), dtype=dtype)

    def _materialized(self):
        if type(self) is LazyLinear:
            self.__class__ = Linear


class Dense(Module):
    """Gluon's fully connected layer: ``activation(input @ weight.T + bias)``.

    Args:
        units: size of each output.
        activation: "relu", "sigmoid", "tanh" or None.
        use_bias: with ``False`` nothing is added.
        flatten: with ``True`` all dimensions but the first are joined before the product; with ``False`` it applies
            to the last one.
        dtype: of the parameters, a dtype or its name.
        weight_initializer, bias_initializer: from ``swiftnn.init``, or their names. The weight's is by default the one
            given to ``initialize()``. Without that call the defaults are those of :class:`Linear`.
        in_units: size of each input; 0 takes it from the first input.
        params: parameters of another block, to be shared.

    Shape:
        - Input: ``[N, ...]``
        - Output: ``[N, units]``, or ``[..., units]`` without ``flatten``

    Attributes:
        weight: ``[units, in_units]``
        bias: ``[units]``, or None

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Dense(256, activation='relu')
        >>> layer(swiftnn.randn(2, 4, 5)).shape
        swiftnn.Size([2, 256])
        >>> layer.weight.shape
        swiftnn.Size([256, 20])
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        flatten=True,
        dtype=None,
        weight_initializer=None,
        bias_initializer="zeros",
        in_units=0,
        params=None,
        prefix=None,
    ):
        super().__init__(params=params, prefix=prefix)
        chosen = set_initializers(self, weight=weight_initializer, bias=bias_initializer)
        self._create(
            "Dense",
            units=units,
            activation=activation,
            use_bias=bool(use_bias),
            flatten=bool(flatten),
            dtype=parameter_dtype("Dense", None, named_dtype(dtype)),
            in_units=in_units,
        )
        finish_initializers(self, chosen, params)


class NonDynamicallyQuantizableLinear(Linear):
    """The :class:`Linear` with which a :class:`MultiheadAttention` ends; it differs by its name alone."""

    _type = "NonDynamicallyQuantizableLinear"
