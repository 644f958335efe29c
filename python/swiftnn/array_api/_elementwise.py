"""Elementwise functions."""

import swiftnn as sn

from ._dtypes import isdtype, promoted

# The standard's name: PyTorch's.
_UNARY = {name: name for name in (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "expm1", "isfinite", "isinf", "isnan", "log",
    "log1p", "log2", "log10", "logical_not", "negative", "positive", "reciprocal", "signbit", "sin", "sinh", "square",
    "sqrt", "tan", "tanh",
)} | {"bitwise_invert": "bitwise_not"}
# Whole numbers already: their result is themselves.
_ROUNDING = ("ceil", "floor", "round", "trunc")
_BINARY = {name: name for name in (
    "add", "atan2", "bitwise_and", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "copysign", "divide",
    "floor_divide", "greater", "greater_equal", "hypot", "less", "less_equal", "logaddexp", "logical_and", "logical_or",
    "logical_xor", "maximum", "minimum", "multiply", "nextafter", "not_equal", "pow", "remainder", "subtract",
)} | {"equal": "eq"}

__all__ = [*_UNARY, *_ROUNDING, *_BINARY, "clip", "conj", "imag", "real", "sign"]


def _unary(name, function):
    def wrapper(x, /):
        return function(x)

    return _named(wrapper, name, function)


def _rounding(name, function):
    def wrapper(x, /):
        return function(x) if isdtype(x.dtype, "real floating") else x.clone()

    return _named(wrapper, name, function)


def _binary(name, function):
    def wrapper(x1, x2, /):
        return function(*promoted(x1, x2))

    return _named(wrapper, name, function)


def _named(wrapper, name, function):
    wrapper.__name__ = wrapper.__qualname__ = name
    wrapper.__doc__ = function.__doc__
    return wrapper


for _names, _make in ((_UNARY, _unary), ({name: name for name in _ROUNDING}, _rounding), (_BINARY, _binary)):
    for _name, _source in _names.items():
        globals()[_name] = _make(_name, getattr(sn, _source))


def sign(x, /):
    """-1, 0 or 1; NaN for NaN."""
    result = sn.sign(x)
    return sn.where(sn.isnan(x), x, result) if isdtype(x.dtype, "real floating") else result


def clip(x, /, min=None, max=None):
    """x, but no less than min and no more than max, in the dtype of x."""
    if min is None and max is None:
        return x.clone()
    limits = [None if v is None else v.to(x.dtype) if isinstance(v, sn.Tensor) else sn.tensor(v, dtype=x.dtype) for v in (min, max)]
    shape = sn.broadcast_shapes(*[tuple(v.shape) for v in (x, *limits) if v is not None])
    x = x.expand(shape)
    low, high = (None if v is None else v.expand(shape) for v in limits)
    return sn.clamp(x, low, high)




def conj(x, /):
    """The complex conjugate: of real numbers, themselves."""
    return x


def real(x, /):
    """The real part: of real numbers, themselves."""
    return x


def imag(x, /):
    """The imaginary part: of real numbers, zeros."""
    return sn.zeros_like(x)
