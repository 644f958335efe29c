"""Methods of Tensor that are made of others: copies, pickling, and creation in the likeness of a tensor."""

from . import _C

Tensor = _C.Tensor


def _method(function):
    function.__qualname__ = "Tensor." + function.__name__
    setattr(Tensor, function.__name__, function)
    return function


@_method
def __reduce_ex__(self, protocol):
    data = _C._tensor_bytes(self)
    if protocol >= 5:
        from pickle import PickleBuffer

        data = PickleBuffer(data)
    arguments = (type(self), self.dtype, tuple(self.shape), data, self.requires_grad)
    return (_C._rebuild_tensor, arguments, self.__dict__ or None)


@_method
def __copy__(self):
    """A tensor on the same memory."""
    copy = _C._as_leaf(type(self), self, self.requires_grad)
    copy.__dict__.update(self.__dict__)
    return copy


@_method
def __deepcopy__(self, memo):
    """A leaf with memory of its own and copies of the attributes; of the gradient too, but for a parameter's."""
    if id(self) in memo:
        return memo[id(self)]
    if not self.is_leaf:
        raise RuntimeError(
            "deepcopy(): only tensors that no recorded operator made (leaves) can be copied deeply; "
            "use tensor.detach().clone()"
        )
    from copy import deepcopy

    copy = _C._as_leaf(type(self), self.detach().clone(), self.requires_grad)
    memo[id(self)] = copy
    if self.grad is not None and not isinstance(self, _C.Parameter):
        copy.grad = deepcopy(self.grad, memo)
    if self.__dict__:
        copy.__dict__.update(deepcopy(self.__dict__, memo))
    return copy


@_method
def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A tensor with a copy of ``data``, of this tensor's dtype unless another is named."""
    return _tensor(data, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad, pin_memory=pin_memory)


@_method
def new_empty(self, *size, dtype=None, **options):
    """Unset memory, of this tensor's dtype unless another is named."""
    return _empty(*size, dtype=dtype or self.dtype, **options)


@_method
def new_empty_strided(self, size, stride, *, dtype=None, **options):
    """Unset memory of the given strides, of this tensor's dtype unless another is named."""
    return _empty_strided(size, stride, dtype=dtype or self.dtype, **options)


@_method
def new_zeros(self, *size, dtype=None, **options):
    """Zeros, of this tensor's dtype unless another is named."""
    return _zeros(*size, dtype=dtype or self.dtype, **options)


@_method
def new_ones(self, *size, dtype=None, **options):
    """Ones, of this tensor's dtype unless another is named."""
    return _ones(*size, dtype=dtype or self.dtype, **options)


@_method
def new_full(self, size, fill_value, *, dtype=None, **options):
    """``fill_value`` everywhere, of this tensor's dtype unless another is named."""
    return _full(size, fill_value, dtype=dtype or self.dtype, **options)


@_method
def type_as(self, other):
    """This tensor with the dtype of ``other``."""
    return self.to(_given("type_as", other).dtype)


@_method
def where(self, condition, other):
    """This tensor where ``condition`` holds, ``other`` elsewhere."""
    return _where(condition, self, other)


@_method
def __array_namespace__(self, /, *, api_version=None):
    """The functions of the Python array API standard for tensors."""
    from . import array_api

    if api_version is not None and api_version not in ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12"):
        raise ValueError(f"__array_namespace__(): version {api_version!r} of the standard is not offered")
    return array_api


@_method
def to_device(self, device, /, *, stream=None):
    """The tensor itself: there is one device."""
    if stream is not None:
        raise ValueError("to_device(): a CPU has no streams")
    return self.to(device)


@_method
def __complex__(self):
    """The one element as a complex number of Python."""
    return complex(self.item())


def _given(function, other):
    if not isinstance(other, Tensor):
        raise TypeError(f"{function}(): argument 'other' must be Tensor, not {type(other).__name__}")
    return other


_where = _C.functions["where"]
_tensor, _empty, _empty_strided, _zeros, _ones, _full = map(
    _C.functions.get, ("tensor", "empty", "empty_strided", "zeros", "ones", "full")
)


def is_floating_point(input):
    """Whether the elements of ``input`` are floating-point numbers."""
    if not isinstance(input, Tensor):
        raise TypeError(f"is_floating_point(): argument 'input' must be Tensor, not {type(input).__name__}")
    return input.is_floating_point()
