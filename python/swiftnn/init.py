"""Initialisers as objects, for ``Block.initialize`` and the ``weight_initializer`` of a layer.

``swiftnn.nn.init`` has the same schemes as functions on a tensor.
"""

import math

__all__ = ["Initializer", "Zero", "One", "Constant", "Uniform", "Normal", "Xavier", "MSRAPrelu", "Orthogonal", "create"]


class Initializer:
    """The base class. A subclass defines ``_init_weight(self, name, data)``, which writes to ``data`` in place.

    A parameter whose path ends in "bias" becomes zero, unless ``_init_bias`` is defined otherwise or the layer was
    given the initialiser as its ``bias_initializer``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import init, nn
        >>> class Ramp(init.Initializer):
        ...     def _init_weight(self, name, data):
        ...         data[:] = swiftnn.arange(data.numel()).reshape(data.shape)
        >>> net = nn.Dense(2)
        >>> net.initialize(Ramp())
        >>> net(swiftnn.ones(1, 3)).tolist()
        [[3.0, 12.0]]
    """

    def __call__(self, name, data):
        """Writes to ``data``, the parameter at path ``name``."""
        if name.endswith("bias"):
            self._init_bias(name, data)
        else:
            self._init_weight(name, data)

    def _init_weight(self, name, data):
        raise NotImplementedError(f"{type(self).__name__} does not define _init_weight")

    def _init_bias(self, name, data):
        data.zero_()

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({settings})"


class Constant(Initializer):
    """The same value, or the same tensor, everywhere; biases become zero."""

    def __init__(self, value=0):
        self.value = value

    def _init_weight(self, name, data):
        data.copy_(self.value)


class Zero(Initializer):
    """Zeros."""

    def _init_weight(self, name, data):
        data.zero_()


class One(Initializer):
    """Ones; biases become zero."""

    def _init_weight(self, name, data):
        data.fill_(1)


class Uniform(Initializer):
    """Uniform on [-scale, scale); biases become zero."""

    def __init__(self, scale=0.07):
        self.scale = scale

    def _init_weight(self, name, data):
        data.uniform_(-self.scale, self.scale)


class Normal(Initializer):
    """Normal with mean zero and standard deviation ``sigma``; biases become zero."""

    def __init__(self, sigma=0.01):
        self.sigma = sigma

    def _init_weight(self, name, data):
        data.normal_(0, self.sigma)


class Xavier(Initializer):
    """Scaled so that the variance keeps its size from layer to layer (Glorot & Bengio); biases become zero.

    Args:
        rnd_type: "uniform" or "gaussian".
        factor_type: what the variance is divided by: "avg" of the numbers of inputs and outputs, "in" or "out".
        magnitude: the scale: the bound is ``sqrt(magnitude / factor)``, which is also the deviation if "gaussian".
    """

    def __init__(self, rnd_type="uniform", factor_type="avg", magnitude=3):
        if rnd_type not in ("uniform", "gaussian"):
            raise ValueError(f"Xavier: rnd_type is 'uniform' or 'gaussian', not {rnd_type!r}")
        if factor_type not in ("avg", "in", "out"):
            raise ValueError(f"Xavier: factor_type is 'avg', 'in' or 'out', not {factor_type!r}")
        self.rnd_type, self.factor_type, self.magnitude = rnd_type, factor_type, magnitude

    def _init_weight(self, name, data):
        shape = tuple(data.shape)
        if len(shape) < 2:
            raise ValueError(f"Xavier: parameter {name!r} of shape {shape} has fewer than 2 dimensions")
        receptive = math.prod(shape[2:])
        fan_in, fan_out = shape[1] * receptive, shape[0] * receptive
        factor = {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}[self.factor_type]
        scale = math.sqrt(self.magnitude / factor) if factor else 0.0
        if self.rnd_type == "uniform":
            data.uniform_(-scale, scale)
        else:
            data.normal_(0, scale)


class MSRAPrelu(Xavier):
    """Normal, scaled for layers that a leaky ReLU follows (He et al.); biases become zero.

    Args:
        factor_type: as of :class:`Xavier`.
        slope: of the leaky ReLU where its input is negative.
    """

    def __init__(self, factor_type="avg", slope=0.25):
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
        self.slope = slope


class Orthogonal(Initializer):
    """A matrix of orthonormal rows or columns, times ``scale``; biases become zero.

    Args:
        scale: the factor.
        rand_type: "uniform" or "normal", what the matrix is computed from.
    """

    def __init__(self, scale=1.414, rand_type="uniform"):
        if rand_type not in ("uniform", "normal"):
            raise ValueError(f"Orthogonal: rand_type is 'uniform' or 'normal', not {rand_type!r}")
        self.scale, self.rand_type = scale, rand_type

    def _init_weight(self, name, data):
        from .linalg import svd

        if data.ndim < 2:
            raise ValueError(f"Orthogonal: parameter {name!r} of shape {tuple(data.shape)} has fewer than 2 dimensions")
        rows = data.new_empty(data.shape[0], math.prod(data.shape[1:]))
        rows = rows.uniform_(-1, 1) if self.rand_type == "uniform" else rows.normal_(0, 1)
        left, _, right = svd(rows, full_matrices=False)
        data.copy_((left if left.shape == rows.shape else right).reshape(data.shape) * self.scale)


_NAMES = {
    "zeros": Zero,
    "zero": Zero,
    "ones": One,
    "one": One,
    "normal": Normal,
    "uniform": Uniform,
    "xavier": Xavier,
    "msraprelu": MSRAPrelu,
    "orthogonal": Orthogonal,
}


def create(init):
    """The initialiser that ``init`` stands for: itself, a name, a callable ``(name, data)``; None is Uniform(0.07)."""
    if init is None:
        return Uniform(0.07)
    if isinstance(init, str):
        if init.lower() not in _NAMES:
            raise ValueError(f"no initialiser is called {init!r}; there are {', '.join(map(repr, sorted(_NAMES)))}")
        return _NAMES[init.lower()]()
    if isinstance(init, type) and issubclass(init, Initializer):
        return init()
    if not callable(init):
        raise TypeError(f"an initialiser, its name or None is expected, not {type(init).__name__}")
    return init
