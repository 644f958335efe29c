"""What Gluon's blocks offer beyond PyTorch's modules: deferred initialisation, collected and shared parameters."""

import warnings

from .. import _C
from .. import init as initializers
from ..autograd import no_grad
from .parameter import Parameter, is_lazy

__all__ = ["ParameterDict"]


class ParameterDict(dict):
    """Parameters under their paths, as ``collect_params()`` and ``params`` give them.

    Passed as ``params=`` to another block, it shares them with that block.

    Examples::

        >>> from swiftnn import nn
        >>> first = nn.Dense(4, in_units=3)
        >>> second = nn.Dense(4, in_units=3, params=first.params)
        >>> second.weight is first.weight
        True
    """

    def __init__(self, entries=(), prefix="", owners=None):
        super().__init__(entries)
        self.prefix = prefix
        self._owners = owners or {}

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Initialises the parameters; see :meth:`Block.initialize`."""
        for path, parameter in self.items():
            if path in self._owners:
                module, name = self._owners[path]
                initialize_parameter(module, name, path, parameter, init, force_reinit)
            else:
                initializer = initializers.create(init)
                with no_grad():
                    initializer(path, parameter)

    def zero_grad(self):
        """Forgets the gradients of all parameters."""
        for parameter in self.values():
            parameter.grad = None

    def setattr(self, name, value):
        """Sets an attribute of all parameters. ``grad_req`` is "null" (no gradient), "write" or "add"."""
        for parameter in self.values():
            if name == "grad_req":
                if value not in ("null", "write", "add"):
                    raise ValueError(f"grad_req is one of 'null', 'write' and 'add', not {value!r}")
                parameter.requires_grad_(value != "null")
            else:
                setattr(parameter, name, value)

    def __repr__(self):
        lines = [f"  {path}: {'not initialised' if is_lazy(p) else tuple(p.shape)}" for path, p in self.items()]
        return "ParameterDict(\n" + "\n".join(lines) + "\n)" if lines else "ParameterDict()"


class GluonBlock:
    """The part of Module that follows Gluon's Block."""

    __slots__ = ()

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Initialises the parameters of this block and all below it.

        Args:
            init: an initialiser of ``swiftnn.init`` or its name; by default ``Uniform(0.07)``. Biases become zero, and
                a layer that was given an initialiser of its own keeps to it.
            force_reinit: also initialises parameters that already hold values, which are otherwise left alone with
                a warning.

        Parameters whose shape waits for the first input are initialised then.

        Examples::

            >>> import swiftnn
            >>> from swiftnn import nn
            >>> net = nn.Dense(2)
            >>> net.initialize(swiftnn.init.Constant(3))
            >>> net(swiftnn.ones(1, 4))
            tensor([[12., 12.]], grad_fn=<AddmmBackward0>)
        """
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def collect_params(self, select=None):
        """The parameters of this block and all below it under their paths: those that the regular expression
        ``select`` matches."""
        prefix = getattr(self, "prefix", "")
        entries, owners, seen = {}, {}, set()
        pattern = None
        if select is not None:
            import re

            pattern = re.compile(select)
        for path, module in self.named_modules():
            for name, parameter in module._parameters.items():
                key = prefix + (path + "." if path else "") + name
                if parameter is None or id(parameter) in seen or (pattern and not pattern.match(key)):
                    continue
                seen.add(id(parameter))
                entries[key] = parameter
                owners[key] = (module, name)
        return ParameterDict(entries, prefix, owners)

    @property
    def params(self):
        """The parameters of this block itself, without those of its children."""
        prefix = getattr(self, "prefix", "")
        own = {prefix + name: p for name, p in self._parameters.items() if p is not None}
        return ParameterDict(own, prefix, {prefix + name: (self, name) for name in self._parameters})

    def hybridize(self, active=True, **options):
        """Accepted for Gluon's sake: containers of built-in blocks always run as one call."""

    def cast(self, dtype):
        """Converts the floating-point parameters and buffers to ``dtype``, a dtype or its name."""
        if isinstance(dtype, str):
            if dtype not in _C.dtypes:
                raise TypeError(f"cast: no dtype is called {dtype!r}")
            dtype = _C.dtypes[dtype]
        self.to(dtype)

    def _share(self, params):
        """Takes over the parameters of ``params``, by path, now and as children are registered."""
        if not isinstance(params, dict):
            raise TypeError(
                f"{type(self).__name__}: params must come from another block's params or collect_params(), "
                f"not {type(params).__name__}"
            )
        prefix = getattr(params, "prefix", "")
        shared = {}
        for path, parameter in params.items():
            if not isinstance(parameter, Parameter):
                raise TypeError(f"{type(self).__name__}: params[{path!r}] is not a Parameter")
            shared[path[len(prefix):] if prefix and path.startswith(prefix) else path] = parameter
        self._shared = shared
        for name in list(self._parameters):
            self._share_parameter(name)
        for name in list(self._modules):
            self._share_child(name)

    def _share_parameter(self, name):
        """Puts the shared parameter of that name, if there is one, in the place of this block's own."""
        shared, own = self._shared.get(name), self._parameters[name]
        if shared is None or own is None or shared is own:
            return
        if not is_lazy(own) and not is_lazy(shared) and tuple(own.shape) != tuple(shared.shape):
            raise ValueError(
                f"{type(self).__name__}: cannot share parameter {name!r}: its shape is {tuple(shared.shape)}, "
                f"{tuple(own.shape)} is expected"
            )
        self._parameters[name] = shared

    def _share_child(self, name):
        """Hands the part of the shared parameters under ``name`` on to that child."""
        child = self._modules[name]
        below = {path[len(name) + 1:]: p for path, p in self._shared.items() if path.startswith(name + ".")}
        if child is not None and below:
            child._share(below)

    def _initialize_deferred(self):
        """Runs the initialisers that ``initialize`` left for parameters which have their shape only now."""
        deferred, self._deferred = self._deferred, None
        with no_grad():
            for name, (initializer, path) in deferred.items():
                parameter = self._parameters.get(name)
                if parameter is not None and not is_lazy(parameter):
                    initializer(path, parameter)


def initialize_parameter(module, name, path, parameter, init, force_reinit):
    """Initialises one parameter of ``module``: by the layer's own initialiser, else by ``init``."""
    initializer = module.__dict__.get("_initializers", {}).get(name)
    if initializer is None:
        initializer = initializers.create(init)
    elif isinstance(initializer, initializers.Initializer):
        initializer = initializer._init_weight
    if is_lazy(parameter):
        module._deferred = {**(module._deferred or {}), name: (initializer, path)}
        return
    untouched = module.__dict__.get("_untouched", {}).pop(name, None)
    if not force_reinit and untouched != parameter._version:
        warnings.warn(
            f"Parameter '{path}' is already initialized, ignoring. Set force_reinit=True to re-initialize.",
            stacklevel=4,
        )
        return
    with no_grad():
        initializer(path, parameter)


# ------------------------------------------------------------------------------------------ constructors of layers


def named_dtype(dtype):
    """A dtype that may be given by its name."""
    return _C.dtypes.get(dtype, dtype) if isinstance(dtype, str) else dtype


def set_initializers(layer, **chosen):
    """Notes the initialisers that a layer is given for its parameters, before it is made; returns them."""
    layer._initializers = {name: initializers.create(init) for name, init in chosen.items() if init is not None}
    return chosen


def finish_initializers(layer, chosen, params):
    """Runs the initialisers of :func:`set_initializers` on parameters that are there, once the layer is made."""
    for name, parameter in layer._parameters.items():
        if parameter is None or (params is not None and name in layer._shared):
            continue
        if chosen[name] not in (None, "zeros"):
            initialize_parameter(layer, name, name, parameter, None, force_reinit=True)
        if not is_lazy(parameter):
            # What nobody has written to since then is no loss to initialize().
            layer.__dict__.setdefault("_untouched", {})[name] = parameter._version
