"""Tensors from whatever holds numbers."""

from . import _C
from ._tensor import _method

Tensor = _C.Tensor
_tensor, _from_numpy, _from_dlpack, _frombuffer = map(
    _C.functions.get, ("tensor", "from_numpy", "from_dlpack", "frombuffer")
)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    """A tensor on the memory of ``obj`` where that is possible and ``copy`` allows it, else with a copy of its numbers."""
    result = _shared(obj, dtype)
    if result is None:
        if copy is False:
            raise ValueError("asarray(): can't alias arbitrary sequence into a tensor.")
        return _tensor(obj, dtype=dtype, device=device, requires_grad=requires_grad)
    _C.device("cpu" if device is None else device if isinstance(device, str) else device.type)
    if dtype is not None and dtype is not result.dtype:
        if copy is False:
            raise ValueError(f"asarray(): can't alias tensor with dtype {result.dtype} into dtype {dtype}.")
        result = result.to(dtype)
    elif copy:
        result = result.clone()
    if requires_grad and not result.requires_grad:
        result.requires_grad_()
    return result


def _shared(obj, dtype):
    """A tensor on the object's memory, or None."""
    if isinstance(obj, Tensor):
        return obj
    kind = type(obj)
    if kind.__module__ == "numpy":
        # NumPy's scalars are numbers.
        return _from_numpy(obj) if kind.__name__ in ("ndarray", "memmap") else None
    if hasattr(obj, "__dlpack__"):
        return _from_dlpack(obj)
    if isinstance(obj, (list, tuple, str)):
        return None
    try:
        memoryview(obj)
    except TypeError:
        return None
    return _frombuffer(obj, dtype=dtype or _C.dtypes["float32"])


@_method
def random_(self, *limits, generator=None, to=None, **others):
    """Draws integers: ``random_()`` from all that the dtype holds, ``random_(to)`` from 0, ``random_(from, to)``."""
    low = others.pop("from", others.pop("from_", None))
    if others:
        raise TypeError(f"random_() got an unexpected keyword argument '{next(iter(others))}'")
    if len(limits) > 2 or (len(limits) == 2 and (low is not None or to is not None)):
        raise TypeError(f"random_() takes at most 2 positional arguments but {len(limits)} were given")
    if len(limits) == 2:
        low, to = limits
    elif len(limits) == 1 and to is None and low is None:
        to = limits[0]
    elif len(limits) == 1:
        if low is not None:
            raise TypeError("random_() got multiple values for argument 'from'")
        low = limits[0]
    return self._random_(low, to, generator=generator)


__all__ = ["asarray"]
