"""What constructors of layers have in common."""

from .. import _C

__all__ = ["parameter_dtype"]

_default_dtype = _C.functions["get_default_dtype"]


def parameter_dtype(layer, device, dtype):
    """The dtype of a layer's parameters: that which is given, or the default one. The CPU is the only device."""
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise RuntimeError(f"{layer}: the only device is 'cpu', not {device!r}")
    return _default_dtype() if dtype is None else dtype
