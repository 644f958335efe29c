"""Statistics, and questions about all elements."""

import swiftnn as sn

from ._dtypes import isdtype

__all__ = [
    "all", "any", "cumulative_prod", "cumulative_sum", "diff", "max", "mean", "min", "prod", "std", "sum", "var",
]


def _axes(x, axis):
    return tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)


def _accumulator(x, dtype):
    """Narrow integers are added up in the default integer type."""
    return dtype if dtype is not None else sn.int64 if isdtype(x.dtype, "integral") or x.dtype == sn.bool else x.dtype


def all(x, /, *, axis=None, keepdims=False):
    """Whether all elements are non-zero."""
    axes = _axes(x, axis)
    return sn.all(x != 0, axes, keepdims) if axes else x != 0


def any(x, /, *, axis=None, keepdims=False):
    """Whether any element is non-zero."""
    axes = _axes(x, axis)
    return sn.any(x != 0, axes, keepdims) if axes else x != 0


def max(x, /, *, axis=None, keepdims=False):
    """The largest element."""
    axes = _axes(x, axis)
    return sn.amax(x, axes, keepdims) if axes else x.clone()


def min(x, /, *, axis=None, keepdims=False):
    """The smallest element."""
    axes = _axes(x, axis)
    return sn.amin(x, axes, keepdims) if axes else x.clone()


def sum(x, /, *, axis=None, dtype=None, keepdims=False):
    """The sum of the elements."""
    dtype, axes = _accumulator(x, dtype), _axes(x, axis)
    return sn.sum(x.to(dtype), axes, keepdims, dtype=dtype) if axes else x.to(dtype, copy=True)


def prod(x, /, *, axis=None, dtype=None, keepdims=False):
    """The product of the elements."""
    result = x.to(_accumulator(x, dtype), copy=True)
    kept = tuple(result.shape)
    axes = sorted({a % x.ndim for a in _axes(x, axis)}, reverse=True)
    for a in axes:
        result = sn.prod(result, a, dtype=result.dtype)
    return result.reshape([1 if i in axes else size for i, size in enumerate(kept)]) if keepdims else result


def mean(x, /, *, axis=None, keepdims=False):
    """The arithmetic mean."""
    axes = _axes(x, axis)
    return sn.mean(x, axes, keepdims) if axes else x.clone()


def var(x, /, *, axis=None, correction=0.0, keepdims=False):
    """The variance: squares divided by n - correction."""
    axes = _axes(x, axis)
    if not axes:
        left = 1 - correction
        return (x - x) / (left if left > 0 else 0)
    return sn.var(x, axes, correction=correction, keepdim=keepdims)


def std(x, /, *, axis=None, correction=0.0, keepdims=False):
    """The standard deviation: the square root of the variance."""
    return sn.sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))


def _cumulative(function, start, x, axis, dtype, include_initial):
    if axis is None:
        if x.ndim > 1:
            raise ValueError(f"{function.__name__}(): axis is needed for a tensor of shape {tuple(x.shape)}")
        axis = 0
    dtype = _accumulator(x, dtype)
    result = function(x.to(dtype), axis, dtype=dtype)
    if include_initial:
        shape = [1 if i == axis % x.ndim else size for i, size in enumerate(x.shape)]
        result = sn.cat([sn.full(shape, start, dtype=dtype), result], axis)
    return result


def cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False):
    """The sums of the elements up to each one."""
    return _cumulative(sn.cumsum, 0, x, axis, dtype, include_initial)


def cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False):
    """The products of the elements up to each one."""
    return _cumulative(sn.cumprod, 1, x, axis, dtype, include_initial)


def diff(x, /, *, axis=-1, n=1, prepend=None, append=None):
    """The differences of neighbours, n times over."""
    return sn.diff(x, n, axis, prepend, append)
