"""What Gluon's blocks offer beyond PyTorch's modules: deferred initialisation, collected and shared parameters.

The parameters of a block that is used in Gluon's way (``initialize``, ``params``, ``collect_params``, and all of
:class:`Dense`) become :class:`Parameter` of this file, whose ``data`` and ``grad`` can be called as well.
"""

import warnings
from collections import Counter
from contextlib import nullcontext

from .. import _C
from .. import init as initializers
from ..autograd import no_grad
from . import parameter as torch_parameter
from .parameter import is_lazy

__all__ = ["Constant", "Parameter", "ParameterDict"]


# ------------------------------------------------------------------------------------------ parameters


class _Value(_C.Tensor):
    """A parameter's tensor as Gluon shows it: gradients flow through it, and writing to it in place is no recorded
    operation."""

    def _write(self, method, *args):
        with no_grad():
            getattr(self.detach(), method)(*args)
        return self

    def __getitem__(self, index):
        return _as_value(super().__getitem__(index))

    def __setitem__(self, index, value):
        self._write("__setitem__", index, value)

    def __iadd__(self, other):
        return self._write("__iadd__", other)

    def __isub__(self, other):
        return self._write("__isub__", other)

    def __imul__(self, other):
        return self._write("__imul__", other)

    def __itruediv__(self, other):
        return self._write("__itruediv__", other)


def _as_value(tensor):
    if type(tensor) is _C.Tensor:
        tensor.__class__ = _Value
    return tensor


class _Called(_C.Tensor):
    """What ``parameter.data`` and ``parameter.grad`` are: PyTorch's tensor, which can be called as in Gluon."""

    def __call__(self, ctx=None, device=None):
        return self._called()

    def __reduce_ex__(self, protocol):
        return _C._as_leaf(_C.Tensor, self, self.requires_grad).__reduce_ex__(protocol)

    def __deepcopy__(self, memo):
        return memo.setdefault(id(self), self.detach().clone())


def _called(tensor, result):
    called = _C._as_leaf(_Called, tensor, tensor.requires_grad)
    called._called = result
    return called


class Parameter(_C.Parameter):
    """A parameter with what Gluon's programs ask of one. It is PyTorch's Parameter in all else.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import init, nn
        >>> layer = nn.Dense(2, in_units=3)
        >>> layer.initialize(init.Constant(2))
        >>> layer.weight.data()[0].tolist()
        [2.0, 2.0, 2.0]
        >>> layer.weight.data()[:] += 1
        >>> layer.weight.data
        tensor([[3., 3., 3.],
                [3., 3., 3.]])
        >>> layer.bias.grad()
        tensor([0., 0.])
    """

    @property
    def data(self):
        """The tensor without its history; called, ``data()``, the tensor through which gradients flow."""
        return _called(_C.Tensor.data.__get__(self), lambda: _as_value(self.view_as(self)))

    @data.setter
    def data(self, value):
        _C.Tensor.data.__set__(self, value)

    @property
    def grad(self):
        """The gradient; called, ``grad()``, the same."""
        gradient = _C.Tensor.grad.__get__(self)
        if gradient is None or gradient.requires_grad:
            return gradient
        return _called(gradient, lambda: _C.Tensor.grad.__get__(self))

    @grad.setter
    def grad(self, value):
        self.__dict__.pop("_zeros", None)
        if type(value) is _Called:
            value = _C._as_leaf(_C.Tensor, value, False)
        _C.Tensor.grad.__set__(self, value)

    @grad.deleter
    def grad(self):
        _C.Tensor.grad.__set__(self, None)

    def set_data(self, data):
        """Copies ``data`` into the parameter."""
        if not isinstance(data, _C.Tensor):
            data = _C.functions["tensor"](data)
        if is_lazy(self):
            raise RuntimeError("set_data: the parameter waits for its shape; call its block first")
        if tuple(data.shape) != tuple(self.shape):
            raise ValueError(f"set_data: the parameter has shape {tuple(self.shape)}, not {tuple(data.shape)}")
        with no_grad():
            self.copy_(data)

    def list_data(self):
        """A list of the one tensor: there is one device."""
        return [self.data()]

    def list_grad(self):
        """A list of the one gradient: there is one device."""
        return [self.grad]

    def list_ctx(self):
        """A list of the one device."""
        return [self.device]

    def zero_grad(self):
        """Sets the gradient to zero."""
        if _C.Tensor.grad.__get__(self) is not None:
            with no_grad():
                _C.Tensor.grad.__get__(self).zero_()

    @property
    def grad_req(self):
        """"null" for a parameter without gradients; "write", or "add" where a Trainer's step keeps them."""
        return self.__dict__.get("_grad_req", "write") if self.requires_grad else "null"

    @grad_req.setter
    def grad_req(self, value):
        if value not in ("null", "write", "add"):
            raise ValueError(f"grad_req is one of 'null', 'write' and 'add', not {value!r}")
        self.requires_grad_(value != "null")
        self._grad_req = value

    def initialize(self, init=None, ctx=None, default_init=None, force_reinit=False):
        """Initialises the parameter. One that waits for its shape is initialised through its block."""
        if is_lazy(self):
            raise RuntimeError("initialize: the parameter waits for its shape; initialise it through its block")
        if isinstance(self, Constant):
            return
        initializer = initializers.create(init if init is not None else default_init)
        with no_grad():
            # By the scheme itself: a single parameter is no "bias" of anything.
            getattr(initializer, "_init_weight", initializer)("weight", self)
        _make_gradient(self)


class Constant(Parameter):
    """A parameter that is not trained and that no initialiser changes: ``params.get_constant``."""

    def __new__(cls, data, requires_grad=False):
        return super().__new__(cls, data, False)


def as_gluon(parameter):
    """Makes a parameter of PyTorch's one of Gluon's; the object stays the same."""
    if type(parameter) is torch_parameter.Parameter:
        parameter.__class__ = Parameter
    return parameter


def _make_gradient(parameter):
    """Gluon's parameters have a gradient, of zeros, from their initialisation on."""
    if parameter.requires_grad and _C.Tensor.grad.__get__(parameter) is None:
        zeros = _C.functions["zeros_like"](_C.Tensor.data.__get__(parameter))
        parameter.grad = zeros
        parameter._zeros = _Zeros(zeros)


class _Zeros:
    """The gradient of an initialised parameter before the first backward pass. A copy of the parameter has none."""

    def __init__(self, tensor=None):
        self.tensor, self.version = tensor, None if tensor is None else tensor._version

    def __reduce__(self):
        return (_Zeros, ())


def has_gradient(parameter):
    """Whether a backward pass has written the parameter's gradient."""
    gradient, zeros = _C.Tensor.grad.__get__(parameter), parameter.__dict__.get("_zeros")
    if gradient is None:
        return False
    if zeros is None or zeros.tensor is not gradient or gradient._version != zeros.version:
        parameter.__dict__.pop("_zeros", None)
        return True
    return False


# ------------------------------------------------------------------------------------------ dicts of parameters


class ParameterDict(dict):
    """Parameters under their paths, as ``collect_params()`` and ``params`` give them.

    Passed as ``params=`` to another block, it shares them with that block. (``nn.ParameterDict`` is PyTorch's: a block
    that holds parameters.)

    Examples::

        >>> from swiftnn import nn
        >>> first = nn.Dense(4, in_units=3)
        >>> second = nn.Dense(4, in_units=3, params=first.params)
        >>> second.weight is first.weight
        True
    """

    def __init__(self, entries=(), prefix="", owners=None, block=None):
        super().__init__(entries)
        self.prefix = prefix
        self._owners = owners or {}
        self._block = block

    def get(self, name, default=None, *, shape=None, init=None, dtype=None, grad_req="write", **options):
        """The parameter ``name``; in a block's ``params`` one is made, to be assigned as an attribute, if there is none.

        Args:
            name: what the parameter is called.
            default: what is returned where there is none and none can be made.
            shape: of a new parameter.
            init: its initialiser; by default that of ``initialize()``.
            dtype: of a new parameter.
            grad_req: "null" for one that is not trained.

        Examples::

            >>> import swiftnn
            >>> from swiftnn import nn
            >>> class Scale(nn.Block):
            ...     def __init__(self, units):
            ...         super().__init__()
            ...         self.weight = self.params.get("weight", shape=(units,), init="ones")
            ...     def forward(self, x):
            ...         return x * self.weight.data()
            >>> Scale(2)(swiftnn.ones(2)).detach()
            tensor([1., 1.])
        """
        if self.prefix + name in self:
            return self[self.prefix + name]
        if name in self:
            return self[name]
        if self._block is None or default is not None:
            return default
        factors = {}
        if options:
            unknown = sorted(set(options) - {"lr_mult", "wd_mult", "allow_deferred_init", "differentiable", "stype"})
            if unknown:
                raise TypeError(f"params.get() got an unexpected keyword argument {unknown[0]!r}")
            factors = {key: options[key] for key in ("lr_mult", "wd_mult") if key in options}
        if shape is None:
            raise ValueError(f"params.get: there is no parameter {name!r}, and a new one needs its shape")
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if any(size <= 0 for size in shape):
            raise ValueError(f"params.get: the shape {shape} of {name!r} is not known; name all sizes")
        if isinstance(dtype, str):
            dtype = _C.dtypes[dtype]
        parameter = Parameter(_C.functions["empty"](shape, dtype=dtype))
        parameter.grad_req = grad_req
        parameter.__dict__.update(factors)
        return self._block._request(name, parameter, init)

    def get_constant(self, name, value=None):
        """The constant ``name``: a tensor that belongs to the block's state without being trained. It is made of
        ``value`` if there is none."""
        if self.prefix + name in self:
            return self[self.prefix + name]
        if self._block is None or value is None:
            raise KeyError(f"params.get_constant: there is no constant {name!r}")
        if not isinstance(value, _C.Tensor):
            value = _C.functions["tensor"](value)
        return self._block._request(name, Constant(value.detach().clone()), None)

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Initialises the parameters; see :meth:`Block.initialize`."""
        for path, parameter in self.items():
            if path in self._owners:
                module, name = self._owners[path]
                initialize_parameter(module, name, path, parameter, init, force_reinit)
                if isinstance(parameter, Parameter) and not is_lazy(parameter):
                    _make_gradient(parameter)
            else:
                initializer = initializers.create(init)
                with no_grad():
                    initializer(path, parameter)

    def zero_grad(self):
        """Sets the gradients of all parameters to zero."""
        with no_grad():
            for parameter in self.values():
                gradient = _C.Tensor.grad.__get__(parameter)
                if gradient is not None:
                    gradient.zero_()

    def setattr(self, name, value):
        """Sets an attribute of all parameters. ``grad_req`` is "null" (no gradient), "write" or "add"."""
        for parameter in self.values():
            if name == "grad_req":
                if value not in ("null", "write", "add"):
                    raise ValueError(f"grad_req is one of 'null', 'write' and 'add', not {value!r}")
                parameter.requires_grad_(value != "null")
            setattr(parameter, name, value)

    def __repr__(self):
        lines = [f"  {path}: {'not initialised' if is_lazy(p) else tuple(p.shape)}" for path, p in self.items()]
        return "ParameterDict(\n" + "\n".join(lines) + "\n)" if lines else "ParameterDict()"


# ------------------------------------------------------------------------------------------ blocks


class Yielding(property):
    """A property of blocks that makes way for what a program registers or assigns under its name."""

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, block, owner=None):
        if block is not None and block._ready:
            for names in (block.__dict__, block._parameters, block._buffers, block._modules):
                if self._name in names:
                    return names[self._name]
        return super().__get__(block, owner)

    def __set__(self, block, value):
        block.__dict__[self._name] = value

    def __delete__(self, block):
        if self._name not in block.__dict__:
            raise AttributeError(self._name)
        del block.__dict__[self._name]


_made = Counter()


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
                entries[key] = as_gluon(parameter)
                owners[key] = (module, name)
        return ParameterDict(entries, prefix, owners)

    @Yielding
    def params(self):
        """The parameters of this block itself, without those of its children. Its ``get`` makes new ones."""
        prefix = getattr(self, "prefix", "")
        own = {prefix + name: as_gluon(p) for name, p in self._parameters.items() if p is not None}
        return ParameterDict(own, prefix, {prefix + name: (self, name) for name in self._parameters}, self)

    @Yielding
    def name(self):
        """A name of this block that no other has, such as "dense0"."""
        if "_gluon_name" not in self.__dict__:
            kind = type(self).__name__.lower()
            self.__dict__["_gluon_name"] = f"{kind}{_made[kind]}"
            _made[kind] += 1
        return self.__dict__["_gluon_name"]

    @Yielding
    def _children(self):
        """The children by name."""
        return self._modules

    def register_child(self, block, name=None):
        """Adds a child, by default under its number."""
        self.add_module(str(len(self._modules)) if name is None else name, block)

    def name_scope(self):
        """Accepted for Gluon's sake: names are paths, whatever the scope."""
        return nullcontext(self)

    def _request(self, name, parameter, init):
        """A parameter that ``params.get`` makes. It has values, which ``initialize()`` may replace, at once."""
        requested = self.__dict__.setdefault("_requested", {})
        if name in requested:
            return requested[name]
        requested[name] = parameter
        if isinstance(parameter, Constant):
            return parameter
        if init is not None:
            self.__dict__.setdefault("_initializers", {})[name] = initializers.create(init)
        initialize_parameter(self, name, name, parameter, None, force_reinit=True)
        parameter.grad = None
        self.__dict__.setdefault("_untouched", {})[name] = parameter._version
        return parameter

    def save_parameters(self, filename, deduplicate=False):
        """Writes the parameters and buffers under their paths to a file (of the format safetensors)."""
        from ..serialization import save_file

        waiting = [path for path, parameter in self.named_parameters() if is_lazy(parameter)]
        if waiting:
            raise RuntimeError(f"save_parameters: parameter {waiting[0]!r} waits for its shape; call the block first")
        save_file({path: tensor.contiguous() for path, tensor in self.state_dict().items()}, filename)

    def load_parameters(
        self, filename, ctx=None, allow_missing=False, ignore_extra=False, cast_dtype=False, dtype_source="current"
    ):
        """Reads what :meth:`save_parameters` wrote.

        Args:
            allow_missing: whether the file may lack some of the block's parameters.
            ignore_extra: whether the file may have others beside.
            cast_dtype, dtype_source: accepted; values always become the block's dtype.
        """
        from ..serialization import load_file

        entries = load_file(filename)
        own = self.state_dict()
        missing = [path for path in own if path not in entries]
        extra = [path for path in entries if path not in own]
        if missing and not allow_missing:
            raise AssertionError(f"Parameter '{missing[0]}' is missing in file '{filename}'")
        if extra and not ignore_extra:
            raise AssertionError(f"Parameter '{extra[0]}' loaded from file '{filename}' is not present in the block")
        self.load_state_dict(entries, strict=False)
        for module in self.modules():
            # What was read is not for initialize() to overwrite.
            module.__dict__.pop("_untouched", None)

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
            if not isinstance(parameter, _C.Parameter):
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
                parameter = self._parameters.get(name, self._buffers.get(name))
                if parameter is not None and not is_lazy(parameter):
                    initializer(path, parameter)
                    if isinstance(parameter, Parameter):
                        _make_gradient(parameter)


def initialize_parameter(module, name, path, parameter, init, force_reinit):
    """Initialises one parameter of ``module``: by the layer's own initialiser, else by ``init``."""
    if isinstance(parameter, Constant):
        return
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
        as_gluon(parameter)
        if chosen[name] not in (None, "zeros"):
            initialize_parameter(layer, name, name, parameter, None, force_reinit=True)
        if not is_lazy(parameter):
            # What nobody has written to since then is no loss to initialize().
            layer.__dict__.setdefault("_untouched", {})[name] = parameter._version
