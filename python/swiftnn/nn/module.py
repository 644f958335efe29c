"""The base class of every block."""

import weakref

from .. import _C
from ..autograd import no_grad
from .conversion import ModuleConversion
from .gluon import GluonBlock, Yielding
from .hooks import *  # noqa: F403  the hooks of all blocks, which PyTorch has in this file
from .hooks import ModuleHooks, _global_buffer_registration_hooks, run_registration_hooks
from .parameter import Parameter, is_lazy
from .state import ModuleState, _IncompatibleKeys  # noqa: F401
from .walking import ModuleTree

__all__ = ["Module"]


def _indented(text, spaces):
    first, *rest = text.split("\n")
    return "\n".join([first] + [" " * spaces + line for line in rest])


class Module(ModuleHooks, ModuleState, ModuleTree, ModuleConversion, GluonBlock, _C.ModuleBase):
    """The base class of every block: a function with parameters, buffers and children.

    A subclass calls ``super().__init__()``, assigns its parameters and children as attributes, and defines
    ``forward``. ``nn.Block`` and ``nn.HybridBlock`` are other names of this class.

    Args:
        params: parameters of another block, from its ``params`` or ``collect_params()``, to be shared by this one,
            each under its path.
        prefix: what ``collect_params()`` writes before each path.

    Attributes:
        training: whether the block is in training mode; see :meth:`train`.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> class Twice(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.linear = nn.Linear(3, 3)
        ...     def forward(self, x):
        ...         return self.linear(self.linear(x))
        >>> net = Twice()
        >>> net(swiftnn.ones(2, 3)).shape
        swiftnn.Size([2, 3])
        >>> [name for name, _ in net.named_parameters()]
        ['linear.weight', 'linear.bias']
    """

    def __init__(self, params=None, prefix=None, **unknown):
        if unknown:
            names = ", ".join(repr(name) for name in unknown)
            plural = "s" if len(unknown) > 1 else ""
            raise TypeError(f"{type(self).__name__}.__init__() got unexpected keyword argument{plural} {names}")
        super().__init__()
        self._non_persistent_buffers_set = set()
        if prefix is not None:
            self.prefix = prefix
        if params is not None:
            self._share(params)

    # ------------------------------------------------------------------------------------------ registration

    def _check_name(self, kind, name, registered):
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in registered and not self._yields(name):
            raise KeyError(f"attribute '{name}' already exists")

    def _yields(self, name):
        """Whether all that stands under ``name`` is an attribute of Gluon's that makes way."""
        own = (self.__dict__, self._parameters, self._buffers, self._modules)
        return isinstance(getattr(type(self), name, None), Yielding) and not any(name in names for names in own)

    def _check_parameter_name(self, name):
        """Called from C for a parameter that is assigned, where the name is no ordinary one or the type has it."""
        if "." in name or name == "":
            self._check_name("parameter", name, self._parameters)
        elif not isinstance(getattr(type(self), name), Yielding):
            raise KeyError(f"attribute '{name}' already exists")

    def register_parameter(self, name, param):
        """Adds a parameter, which may be None to keep its place."""
        if not self._ready:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        self._check_name("parameter", name, self._parameters)
        if param is None:
            self._parameters[name] = None
        elif not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{type(param).__name__}' object to parameter '{name}' (nn.Parameter or None required)"
            )
        elif param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. "
                f"To express '{name}' as a function of another Tensor, compute the value in the forward() method."
            )
        else:
            setattr(self, name, param)

    def register_buffer(self, name, tensor, persistent=True):
        """Adds a tensor that belongs to the block's state without being trained; ``state_dict`` has it if
        ``persistent``."""
        if not self._ready:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, _C.Tensor):
            raise TypeError(
                f"cannot assign '{type(tensor).__name__}' object to buffer '{name}' (Tensor or None required)"
            )
        self._buffers[name] = run_registration_hooks(_global_buffer_registration_hooks, self, name, tensor)
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def _assign_buffer(self, name, buffer):
        """Called from C for an nn.Buffer that is assigned, and for what replaces a buffer that hooks want to see."""
        if getattr(buffer, "_is_buffer", False):
            persistent = buffer.persistent
        else:
            persistent = name not in self._non_persistent_buffers_set
        self.register_buffer(name, buffer, persistent)

    def add_module(self, name, module):
        """Adds a child, which may be None to keep its place."""
        if not self._ready:
            raise AttributeError("cannot assign module before Module.__init__() call")
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        self._check_name("module", name, self._modules)
        if module is None:
            self._modules[name] = None
        else:
            setattr(self, name, module)

    def register_module(self, name, module):
        """The same as :meth:`add_module`."""
        self.add_module(name, module)

    # ------------------------------------------------------------------------------------------ use

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients of all parameters, or sets them to zero."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                if parameter.grad.grad_fn is not None:
                    parameter.grad = parameter.grad.detach()
                with no_grad():
                    parameter.grad.requires_grad_(False).zero_()

    def compile(self, *args, **kwargs):
        """Returns the block as it is: there is nothing to compile, containers of built-in blocks run as one call of the
        library. The arguments are those of PyTorch's ``compile`` and are not used."""
        return self

    def _take_children(self):
        """Called when a built-in block was made that makes its children itself."""
        from .tree import block_of

        for name, capsule in self._native_children():
            self._modules[name] = block_of(capsule, {})

    def _materialized(self):
        """Called once all parameters of a built-in block that waited for its input have their shape."""

    # ------------------------------------------------------------------------------------------ printing

    def extra_repr(self):
        """What stands between the parentheses when the block is printed."""
        return self._describe()

    def _get_name(self):
        return type(self).__name__

    def _child_lines(self):
        return [f"({name}): {_indented(repr(module), 2)}" for name, module in self._modules.items()]

    def __repr__(self):
        if not self._ready:
            return f"<{type(self).__name__} before Module.__init__()>"
        extra = self.extra_repr()
        children = self._child_lines()
        lines = (extra.split("\n") if extra else []) + children
        if not children and len(lines) <= 1:
            return f"{self._get_name()}({extra})"
        return self._get_name() + "(\n  " + "\n  ".join(lines) + "\n)"

    def __dir__(self):
        names = set(dir(type(self))) | set(self.__dict__)
        if self._ready:
            for registered in (self._parameters, self._buffers, self._modules, self._native_attributes()):
                names.update(registered)
        return sorted(name for name in names if not name[0].isdigit())

    # ------------------------------------------------------------------------------------------ copying

    def _native_arguments(self):
        """The type and constructor arguments of a built-in block, from which a copy is made; None for others."""
        if self._native_type is None:
            return None
        arguments = self._native_attributes()
        for name in self._native_slots:
            parameter = self._parameters.get(name)
            if parameter is not None:
                arguments["dtype"] = parameter.dtype
                break
        return self._native_type, arguments

    def _own_state(self):
        """What a copy needs beside the attributes."""
        state = {
            "training": self.training,
            "_parameters": {name: _stored(parameter) for name, parameter in self._parameters.items()},
            "_buffers": dict(self._buffers),
            "_modules": dict(self._modules),
            "_native": self._native_arguments(),
            **self._own_hooks,
        }
        if self._deferred is not None:
            state["_deferred"] = self._deferred
        return state

    def __getstate__(self):
        return {**{name: value for name, value in self.__dict__.items() if name != "_shared"}, **self._own_state()}

    def __reduce_ex__(self, protocol):
        reduced = super().__reduce_ex__(max(protocol, 2))
        if type(self).__getstate__ is Module.__getstate__ or not isinstance(reduced, tuple) or len(reduced) < 3:
            return reduced
        # A __getstate__ of the user's may have been made from __dict__, which has the attributes alone.
        state = reduced[2]
        if isinstance(state, dict) and "_parameters" not in state:
            reduced = (*reduced[:2], {**self._own_state(), **state}, *reduced[3:])
        return reduced

    def __setstate__(self, state):
        state = dict(state)
        native = state.pop("_native", None)
        if not self._ready:
            _C.ModuleBase.__init__(self)
        if native is not None and self._native_type is None:
            kind, arguments = native
            self._create(kind, _preserve_random=True, **arguments)
        own = dict(self._parameters)
        for name in ("_parameters", "_buffers", "_modules"):
            registered, stored = getattr(self, name), dict(state.pop(name, {}))
            registered.clear()
            registered.update(stored)
        for name, parameter in self._parameters.items():
            if isinstance(parameter, _Waiting):
                self._parameters[name] = parameter.resolve(own.get(name))
        self.training = state.pop("training", True)
        for name in (*_HOOKS, "_deferred"):
            if name in state:
                setattr(self, name, state.pop(name))
        state.setdefault("_non_persistent_buffers_set", set())
        self.__dict__.update(state)

    def _wake(self):
        """Called from C where a __setstate__ of the user's has only filled __dict__."""
        state = dict(self.__dict__)
        # Without `_modules` in it, the block is one before __init__ for the time being.
        self.__dict__.clear()
        Module.__setstate__(self, state)


_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_hooks", "_backward_pre_hooks")

class _Waiting:
    """Stands for a parameter without shape in the state of a block.

    A deep copy has a new parameter in its place, which blocks that shared the old one share again.
    """

    def __init__(self, parameter=None):
        self._original = parameter if parameter is None else weakref.ref(parameter)
        self._copy = None

    def resolve(self, own):
        if self._original is not None:
            return self._original()
        if self._copy is None:
            self._copy = own
        return self._copy

    def __reduce__(self):
        return _Waiting, ()


def _stored(parameter):
    if parameter is None or not is_lazy(parameter):
        return parameter
    if not hasattr(parameter, "_waiting"):
        parameter._waiting = _Waiting(parameter)
    return parameter._waiting
