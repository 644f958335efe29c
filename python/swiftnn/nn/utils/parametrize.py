"""Parameters that are computed from others by blocks."""

from collections.abc import Sequence
from contextlib import contextmanager
from copy import deepcopy

from ... import _C
from ...autograd import no_grad
from ..container import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "transfer_parametrizations_and_params",
    "type_before_parametrizations",
]

# Values by (block, name) while some `cached()` is open.
_cache_depth = 0
_cache = {}


@contextmanager
def cached():
    """Within it each parametrised tensor is computed once, however often it is used.

    Examples::

        >>> from swiftnn import nn
        >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))
        >>> layer.weight is layer.weight
        False
        >>> with nn.utils.parametrize.cached():
        ...     layer.weight is layer.weight
        True
    """
    global _cache_depth
    _cache_depth += 1
    try:
        yield
    finally:
        _cache_depth -= 1
        if _cache_depth == 0:
            _cache.clear()


def _register(module, name, tensor):
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


class ParametrizationList(ModuleList):
    """The parametrisations of one tensor, with the tensors that it is computed from: ``original``, or ``original0``,
    ``original1``, … where the first ``right_inverse`` gives several.

    Args:
        modules: the parametrisations, in the order in which they are applied.
        original: the parameter or buffer.
        unsafe: whether they may change its shape and dtype.
    """

    def __init__(self, modules, original, unsafe=False):
        modules = list(modules)
        if not modules:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        new = original
        with no_grad():
            for module in reversed(modules):
                if hasattr(module, "right_inverse"):
                    try:
                        new = module.right_inverse(new)
                    except NotImplementedError:
                        pass  # taken for the identity, as one without right_inverse is
        if not isinstance(new, (_C.Tensor, Sequence)):
            raise ValueError(
                f"'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got {type(new).__name__}"
            )
        self.is_tensor = isinstance(new, _C.Tensor)
        self.ntensors = 1 if self.is_tensor else len(new)
        if self.is_tensor:
            if original.dtype != new.dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                    f"original.dtype: {original.dtype}\nright_inverse(original).dtype: {new.dtype}"
                )
            with no_grad():
                # The object stays the same: optimisers may know it already.
                if new is not original:
                    original.data = new.detach()
            _register(self, "original", original)
        else:
            for number, tensor in enumerate(new):
                if not isinstance(tensor, _C.Tensor):
                    raise ValueError(
                        "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                        f"Got element {number} of the sequence with type {type(tensor).__name__}."
                    )
                if isinstance(original, Parameter):
                    tensor = Parameter(tensor.detach(), original.requires_grad)
                _register(self, f"original{number}", tensor)
        if not unsafe:
            result = self()
            if not isinstance(result, _C.Tensor):
                raise ValueError(f"A parametrization must return a tensor. Got {type(result).__name__}.")
            _check_unchanged("dtype", original.dtype, result.dtype)
            _check_unchanged("shape", tuple(original.shape), tuple(result.shape))

    def _originals(self):
        return [getattr(self, f"original{number}") for number in range(self.ntensors)]

    def right_inverse(self, value):
        """Sets the originals so that the computed tensor is ``value``."""
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(module).__name__} does not implement right_inverse."
                    )
                value = module.right_inverse(value)
            if self.is_tensor:
                if not isinstance(value, _C.Tensor):
                    raise ValueError(f"`right_inverse` should return a tensor. Got {type(value).__name__}")
                if value.dtype != self.original.dtype:
                    raise ValueError(
                        f"The tensor returned by `right_inverse` has dtype {value.dtype} while `original` has dtype "
                        f"{self.original.dtype}"
                    )
                self.original.data = value.detach()
                return
            if not isinstance(value, Sequence):
                raise ValueError(f"'right_inverse' must return a sequence of tensors. Got {type(value).__name__}.")
            if len(value) != self.ntensors:
                raise ValueError(
                    f"'right_inverse' must return a sequence of tensors of length {self.ntensors}. Got a sequence of "
                    f"length {len(value)}."
                )
            for number, (original, tensor) in enumerate(zip(self._originals(), value)):
                if not isinstance(tensor, _C.Tensor):
                    raise ValueError(f"`right_inverse` must return a sequence of tensors. Got element {number} of type "
                                     f"{type(tensor).__name__}")
                if original.dtype != tensor.dtype:
                    raise ValueError(f"Tensor {number} returned by `right_inverse` has dtype {tensor.dtype} while "
                                     f"`original{number}` has dtype {original.dtype}")
                original.data = tensor.detach()

    def forward(self):
        modules = list(self)
        value = modules[0](self.original) if self.is_tensor else modules[0](*self._originals())
        for module in modules[1:]:
            value = module(value)
        return value


def _check_unchanged(what, before, after):
    if before != after:
        raise ValueError(
            f"Registering a parametrization may not change the {what} of the tensor, unless `unsafe` flag is enabled.\n"
            f"unparametrized {what}: {before}\nparametrized {what}: {after}"
        )


def _refuse_pickle(module):
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict(): save it, and load it into a block "
        "that is parametrised likewise"
    )


def _copy(module, memo):
    """A deep copy, with a class of its own: a further parametrisation of the one is none of the other."""
    base = type_before_parametrizations(module)
    copy = base.__new__(base)
    memo[id(module)] = copy
    copy.__setstate__(deepcopy(base.__getstate__(module), memo))
    if is_parametrized(copy):
        _make_class(copy)
        for name in copy.parametrizations:
            _make_property(copy, name)
    return copy


def _make_class(module):
    base = type(module)
    members = {"__getstate__": _refuse_pickle}
    if not hasattr(base, "__deepcopy__"):
        members["__deepcopy__"] = _copy
    module.__class__ = type(f"Parametrized{base.__name__}", (base,), members)


def _make_property(module, name):
    def get(self):
        parametrization = self.parametrizations[name]
        if _cache_depth == 0:
            return parametrization()
        key = (id(self), name)
        value = _cache.get(key)
        if value is None:
            value = _cache[key] = parametrization()
        return value

    def set(self, value):
        self.parametrizations[name].right_inverse(value)

    setattr(type(module), name, property(get, set))


def _check_further(module, tensor_name, parametrization):
    """What a further parametrisation must keep."""
    value = getattr(module, tensor_name)
    result = parametrization(value)
    if not isinstance(result, _C.Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(result).__name__}.")
    _check_unchanged("dtype", value.dtype, result.dtype)
    _check_unchanged("shape", tuple(value.shape), tuple(result.shape))
    if hasattr(parametrization, "right_inverse"):
        try:
            inverse = parametrization.right_inverse(result)
        except NotImplementedError:
            return
        if not isinstance(inverse, _C.Tensor):
            raise ValueError(f"parametrization.right_inverse must return a tensor. Got: {type(inverse).__name__}")
        for what, before, after in (
            ("dtype", value.dtype, inverse.dtype),
            ("shape", tuple(value.shape), tuple(inverse.shape)),
        ):
            if before != after:
                raise ValueError(
                    f"The tensor returned by parametrization.right_inverse must have the same {what} as "
                    f"module.{tensor_name}, unless the `unsafe` flag is enabled.\n"
                    f"module.{tensor_name}.{what}: {before}\nreturned {what}: {after}"
                )


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    """Makes a parameter or buffer of ``module`` the result of a block: ``module.weight`` is ``parametrization(original)``
    from then on, whenever it is used, and the original is what is trained.

    The tensors that it is computed from stand in ``module.parametrizations[tensor_name]``. A further parametrisation is
    applied to the result of those before it. Where the block has a ``right_inverse(value)``, the tensor can be assigned
    to: the original becomes what it returns.

    Args:
        module: the block.
        tensor_name: the parameter or buffer.
        parametrization: a block with one argument, or with as many as its ``right_inverse`` returns.
        unsafe: whether shape and dtype of the tensor may be changed.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> class Symmetric(nn.Module):
        ...     def forward(self, x):
        ...         return x.triu() + x.triu(1).mT
        >>> layer = nn.Linear(3, 3)
        >>> nn.utils.parametrize.register_parametrization(layer, "weight", Symmetric())
        ParametrizedLinear(
          in_features=3, out_features=3, bias=True
          (parametrizations): ModuleDict(
            (weight): ParametrizationList(
              (0): Symmetric()
            )
          )
        )
        >>> bool((layer.weight == layer.weight.mT).all())
        True
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            _check_further(module, tensor_name, parametrization)
        entries = module.parametrizations[tensor_name]
        entries.append(parametrization)
        entries.unsafe = entries.unsafe or unsafe
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        original = getattr(module, tensor_name)
        # The checks are made before the block is changed.
        entries = ParametrizationList([parametrization], original, unsafe=unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            _make_class(module)
            module.parametrizations = ModuleDict()
        _make_property(module, tensor_name)
        module.parametrizations[tensor_name] = entries
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name '{tensor_name}'"
        )
    return module


def is_parametrized(module, tensor_name=None):
    """Whether a block, or its tensor of that name, is parametrised."""
    entries = module._modules.get("parametrizations")
    if entries is None or not isinstance(entries, ModuleDict):
        return False
    return len(entries) > 0 if tensor_name is None else tensor_name in entries


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    """Takes all parametrisations of a tensor off.

    Args:
        module: the block.
        tensor_name: the tensor.
        leave_parametrized: whether it keeps the value that it has; else it becomes the original again, which must be one
            tensor.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    entries = module.parametrizations[tensor_name]
    if entries.is_tensor:
        original = entries.original
        if leave_parametrized:
            with no_grad():
                value = getattr(module, tensor_name).detach()
                original.data = value
    elif leave_parametrized:
        value = getattr(module, tensor_name)
        original = Parameter(value.detach()) if value.requires_grad else value
    else:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors."
        )
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type_before_parametrizations(module)
    _register(module, tensor_name, original)
    return module


def type_before_parametrizations(module):
    """The class of a block without its parametrisations."""
    kind = type(module)
    return kind.__bases__[0] if kind.__dict__.get("__getstate__") is _refuse_pickle else kind


def transfer_parametrizations_and_params(from_module, to_module, tensor_name=None):
    """Gives ``to_module`` the parametrisations of ``from_module``, of all tensors or of the one named, and the originals
    with them."""
    if not is_parametrized(from_module):
        return to_module
    for name in [tensor_name] if tensor_name is not None else list(from_module.parametrizations):
        if not hasattr(to_module, name):
            setattr(to_module, name, Parameter(getattr(from_module, name).detach()))
        entries = from_module.parametrizations[name]
        for parametrization in entries:
            register_parametrization(to_module, name, parametrization)
        copies = to_module.parametrizations[name]
        for original, tensor in [*entries._parameters.items(), *entries._buffers.items()]:
            setattr(copies, original, tensor)
    return to_module
