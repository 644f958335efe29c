"""The base class of every block."""

import weakref
from collections import OrderedDict, namedtuple
from itertools import chain

from .. import _C
from ..autograd import no_grad
from .gluon import GluonBlock
from .hooks import RemovableHandle
from .parameter import Parameter, is_lazy

__all__ = ["Module"]


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return super().__repr__()

    __str__ = __repr__


def _indented(text, spaces):
    first, *rest = text.split("\n")
    return "\n".join([first] + [" " * spaces + line for line in rest])


class Module(GluonBlock, _C.ModuleBase):
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
        if hasattr(self, name) and name not in registered:
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
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly."
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
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

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

    register_module = add_module

    # ------------------------------------------------------------------------------------------ walking the tree

    def children(self):
        """The direct children, each once."""
        for _, module in self.named_children():
            yield module

    def named_children(self):
        """The direct children with their names, each once."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def modules(self):
        """This block and all below it, each once."""
        for _, module in self.named_modules():
            yield module

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """This block and all below it with their paths, each once unless ``remove_duplicate`` is off."""
        if memo is None:
            memo = set()
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = prefix + ("." if prefix else "") + name
                yield from module.named_modules(memo, path, remove_duplicate)

    def _named_members(self, members, prefix="", recurse=True, remove_duplicate=True):
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in members(module).items():
                if value is None or id(value) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(value))
                yield path + ("." if path else "") + name, value

    def parameters(self, recurse=True):
        """The parameters of this block, and those below it with ``recurse``, each once."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        """The parameters with their paths, each once."""
        yield from self._named_members(lambda module: module._parameters, prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        """The buffers of this block, and those below it with ``recurse``, each once."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        """The buffers with their paths, each once."""
        yield from self._named_members(lambda module: module._buffers, prefix, recurse, remove_duplicate)

    def get_submodule(self, target):
        """The block at a path such as ``"net.0"``; ``""`` is this one. AttributeError if there is none."""
        module = self
        for name in target.split(".") if target else ():
            if not hasattr(module, name):
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = getattr(module, name)
            if not isinstance(module, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return module

    def get_parameter(self, target):
        """The parameter at a path such as ``"net.0.weight"``. AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        parameter = getattr(module, name)
        if not isinstance(parameter, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return parameter

    def get_buffer(self, target):
        """The buffer at a path. AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return module._buffers[name]

    # ------------------------------------------------------------------------------------------ changing the tree

    def apply(self, fn):
        """Calls ``fn`` with every block below this one, then with this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode=True):
        """Puts this block and all below it into training mode, or evaluation mode with ``mode=False``."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self):
        """Puts this block and all below it into evaluation mode."""
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Says whether the parameters take part in the backward pass."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients of all parameters, or sets them to zero."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad = _C.functions["zeros_like"](parameter.grad)

    def _apply(self, fn):
        with no_grad():
            for module in self.modules():
                for parameter in module._parameters.values():
                    if parameter is None:
                        continue
                    if is_lazy(parameter):
                        parameter.data = fn(_C.functions["empty"](0, dtype=parameter.dtype))
                        continue
                    gradient = parameter.grad
                    data = fn(parameter.data)
                    if data is not parameter.data:
                        parameter.grad = None
                        parameter.data = data
                        if gradient is not None:
                            parameter.grad = fn(gradient)
                for name, buffer in module._buffers.items():
                    if buffer is not None:
                        module._buffers[name] = fn(buffer)
        return self

    def to(self, *args, device=None, dtype=None, non_blocking=False):
        """Converts the floating-point parameters and buffers to a dtype, keeping the Parameter objects.

        Takes ``to(dtype)``, ``to(device)``, ``to(device, dtype)`` and ``to(tensor)``; the only device is "cpu".
        """
        for argument in args:
            if isinstance(argument, _C.Tensor):
                dtype = argument.dtype
            elif isinstance(argument, _C.dtype):
                dtype = argument
            elif not isinstance(argument, bool):
                device = argument
        if device is not None and str(device) != "cpu":
            raise RuntimeError(f"Module.to: the only device is 'cpu', not {device!r}")
        if dtype is None:
            return self
        if not dtype.is_floating_point:
            raise TypeError(f"nn.Module.to only accepts floating point dtypes, but got desired dtype={dtype}")
        return self._apply(lambda tensor: tensor.to(dtype) if tensor.is_floating_point() else tensor)

    def type(self, dtype):
        """Converts all parameters and buffers to ``dtype``."""
        return self._apply(lambda tensor: tensor.to(dtype))

    def float(self):
        """Converts the floating-point parameters and buffers to float32."""
        return self.to(_C.dtypes["float32"])

    def double(self):
        """Converts the floating-point parameters and buffers to float64."""
        return self.to(_C.dtypes["float64"])

    def half(self):
        """Converts the floating-point parameters and buffers to float16."""
        return self.to(_C.dtypes["float16"])

    def bfloat16(self):
        """Converts the floating-point parameters and buffers to bfloat16."""
        return self.to(_C.dtypes["bfloat16"])

    def cpu(self):
        """Returns the block: the CPU is where it is."""
        return self

    # ------------------------------------------------------------------------------------------ state

    def state_dict(self, *, destination=None, prefix="", keep_vars=False):
        """The parameters and persistent buffers under their paths. They share memory with the block's."""
        if destination is None:
            destination = OrderedDict()
        for name, value in chain(self._parameters.items(), self._persistent_buffers()):
            if value is not None:
                destination[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
        return destination

    def _persistent_buffers(self):
        return [(k, v) for k, v in self._buffers.items() if k not in self._non_persistent_buffers_set]

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Copies the tensors of ``state_dict`` into the parameters and buffers.

        With ``strict`` the keys must be exactly this block's. With ``assign`` the tensors are taken as they are, not
        copied. All that does not fit is listed in one RuntimeError, and then nothing is written.

        Returns:
            a pair of lists: ``missing_keys`` and ``unexpected_keys``.
        """
        if not hasattr(state_dict, "keys"):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing, errors, found, writes = [], [], set(), []
        for path, module in self.named_modules(remove_duplicate=False):
            prefix = path + "." if path else ""
            for name, target in chain(module._parameters.items(), module._persistent_buffers()):
                if target is None:
                    continue
                key = prefix + name
                if key not in state_dict:
                    missing.append(key)
                    continue
                found.add(key)
                value = state_dict[key]
                if not isinstance(value, _C.Tensor):
                    errors.append(
                        f'While copying the parameter named "{key}", expected a Tensor from checkpoint but received '
                        f"{type(value).__name__}"
                    )
                elif is_lazy(value):
                    if not is_lazy(target):
                        errors.append(f'While copying the parameter named "{key}": the checkpoint has it without data.')
                elif not is_lazy(target) and tuple(value.shape) != tuple(target.shape):
                    errors.append(
                        f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
                        f"the shape in current model is {target.shape}."
                    )
                else:
                    writes.append((module, name, target, value))
        unexpected = [key for key in state_dict if key not in found]
        if strict:
            if unexpected:
                errors.insert(0, "Unexpected key(s) in state_dict: " + ", ".join(f'"{k}"' for k in unexpected) + ". ")
            if missing:
                errors.insert(0, "Missing key(s) in state_dict: " + ", ".join(f'"{k}"' for k in missing) + ". ")
        if errors:
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(errors)
            )
        with no_grad():
            for module, name, target, value in writes:
                _write_state(module, name, target, value, assign)
        return _IncompatibleKeys(missing, unexpected)

    # ------------------------------------------------------------------------------------------ hooks

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        """Calls ``hook(module, args)`` before each forward; what it returns, if not None, replaces the arguments."""
        return RemovableHandle.register(self._hooks("_forward_pre_hooks"), (hook, with_kwargs), prepend)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False):
        """Calls ``hook(module, args, output)`` after each forward; if not None, its result replaces the output."""
        return RemovableHandle.register(self._hooks("_forward_hooks"), (hook, with_kwargs), prepend)

    def _hooks(self, kind):
        if getattr(self, kind) is None:
            setattr(self, kind, OrderedDict())
        return getattr(self, kind)

    def _call_with_hooks(self, *args, **kwargs):
        for hook, with_kwargs in list((self._forward_pre_hooks or {}).values()):
            result = hook(self, args, kwargs) if with_kwargs else hook(self, args)
            if result is None:
                continue
            if with_kwargs:
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise RuntimeError(
                        f"forward pre-hook must return None or a tuple of (args, kwargs), but got {result}."
                    )
                args, kwargs = result
            else:
                args = result if isinstance(result, tuple) else (result,)
        output = self._call_forward(*args, **kwargs)
        for hook, with_kwargs in list((self._forward_hooks or {}).values()):
            result = hook(self, args, kwargs, output) if with_kwargs else hook(self, args, output)
            if result is not None:
                output = result
        return output

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
        for parameter in self._parameters.values():
            if parameter is not None:
                arguments["dtype"] = parameter.dtype
                break
        return self._native_type, arguments

    def __getstate__(self):
        return {
            "attributes": {name: value for name, value in self.__dict__.items() if name != "_shared"},
            "parameters": {name: _stored(parameter) for name, parameter in self._parameters.items()},
            "buffers": dict(self._buffers),
            "modules": dict(self._modules),
            "training": self.training,
            "deferred": self._deferred,
            "hooks": (self._forward_pre_hooks, self._forward_hooks),
            "native": self._native_arguments(),
        }

    def __setstate__(self, state):
        _C.ModuleBase.__init__(self)
        if state["native"] is not None:
            kind, arguments = state["native"]
            self._create(kind, _preserve_random=True, **arguments)
        self.__dict__.update(state["attributes"])
        own = dict(self._parameters)
        for name in ("parameters", "buffers", "modules"):
            registered = getattr(self, "_" + name)
            registered.clear()
            registered.update(state[name])
        for name, parameter in state["parameters"].items():
            if isinstance(parameter, _Waiting):
                self._parameters[name] = parameter.resolve(own.get(name))
        self.training = state["training"]
        self._deferred = state["deferred"]
        self._forward_pre_hooks, self._forward_hooks = state["hooks"]


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


def _write_state(module, name, target, value, assign):
    if assign:
        if isinstance(target, Parameter):
            if not isinstance(value, Parameter):
                value = Parameter(value, requires_grad=target.requires_grad)
            module._parameters[name] = value
        else:
            module._buffers[name] = value
    elif is_lazy(target):
        target.data = value.detach().clone().to(target.dtype)
    else:
        target.copy_(value.detach())
