"""Creation."""

import swiftnn as sn

from ._dtypes import check_device

__all__ = [
    "arange", "asarray", "empty", "empty_like", "eye", "from_dlpack", "full", "full_like", "linspace", "meshgrid", "ones",
    "ones_like", "tril", "triu", "zeros", "zeros_like",
]


def _size(shape):
    return (shape,) if isinstance(shape, int) else tuple(shape)


def arange(start, /, stop=None, step=1, *, dtype=None, device=None):
    """start, start + step, … up to, without, stop."""
    check_device(device)
    if stop is None:
        start, stop = 0, start
    if step and (stop - start) / step <= 0:
        floating = any(isinstance(v, float) for v in (start, stop, step))
        return sn.empty(0, dtype=dtype or (sn.float32 if floating else sn.int64))
    return sn.arange(start, stop, step, dtype=dtype)


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    """A tensor from a tensor, numbers, nested sequences, or an object with the buffer protocol or DLPack."""
    check_device(device)
    if isinstance(obj, sn.Tensor):
        if copy is False and dtype not in (None, obj.dtype):
            raise ValueError(f"asarray(): {obj.dtype} to {dtype} needs a copy, which copy=False forbids")
        return obj.to(dtype or obj.dtype, copy=bool(copy))
    if copy is False and not hasattr(obj, "__dlpack__"):
        raise ValueError(f"asarray(): a {type(obj).__name__} needs a copy, which copy=False forbids")
    if copy is not True and hasattr(obj, "__dlpack__"):
        made = sn.from_dlpack(obj)
        return made if dtype is None else made.to(dtype)
    return sn.tensor(obj, dtype=dtype)


def empty(shape, *, dtype=None, device=None):
    """Memory with whatever it holds."""
    check_device(device)
    return sn.empty(_size(shape), dtype=dtype)


def empty_like(x, /, *, dtype=None, device=None):
    """Memory with whatever it holds, in the shape of ``x``."""
    check_device(device)
    return sn.empty(tuple(x.shape), dtype=dtype or x.dtype)


def eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None):
    """Ones on the k-th diagonal, zeros elsewhere."""
    check_device(device)
    columns = n_rows if n_cols is None else n_cols
    result = sn.zeros((n_rows, columns), dtype=dtype)
    if -n_rows < k < columns:
        sn.diagonal(result, k).fill_(1)
    return result


def from_dlpack(x, /, *, device=None, copy=None):
    """The memory of another library's array as a tensor."""
    check_device(device)
    made = sn.from_dlpack(x)
    return made.clone() if copy else made


def full(shape, fill_value, *, dtype=None, device=None):
    """``fill_value`` everywhere; its type gives the dtype if none is named."""
    check_device(device)
    return sn.full(_size(shape), fill_value, dtype=dtype)


def full_like(x, /, fill_value, *, dtype=None, device=None):
    """``fill_value`` in the shape and dtype of ``x``."""
    check_device(device)
    return sn.full(tuple(x.shape), fill_value, dtype=dtype or x.dtype)


def linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True):
    """``num`` evenly spaced numbers from start to stop, without stop where ``endpoint`` is false."""
    check_device(device)
    if endpoint:
        return sn.linspace(start, stop, num, dtype=dtype)
    return sn.linspace(start, stop, num + 1, dtype=dtype)[:num]


def meshgrid(*arrays, indexing="xy"):
    """Coordinates on a grid."""
    if len(arrays) == 0:
        return ()
    # The first two dimensions change places for "xy"; a single one has none to change with.
    if len(arrays) == 1:
        return (arrays[0].clone(),)
    return tuple(sn.meshgrid(*arrays, indexing=indexing))


def ones(shape, *, dtype=None, device=None):
    """Ones."""
    check_device(device)
    return sn.ones(_size(shape), dtype=dtype)


def ones_like(x, /, *, dtype=None, device=None):
    """Ones in the shape and dtype of ``x``."""
    check_device(device)
    return sn.ones(tuple(x.shape), dtype=dtype or x.dtype)


def tril(x, /, *, k=0):
    """The elements on and below the k-th diagonal, zeros elsewhere."""
    return sn.tril(x, k)


def triu(x, /, *, k=0):
    """The elements on and above the k-th diagonal, zeros elsewhere."""
    return sn.triu(x, k)


def zeros(shape, *, dtype=None, device=None):
    """Zeros."""
    check_device(device)
    return sn.zeros(_size(shape), dtype=dtype)


def zeros_like(x, /, *, dtype=None, device=None):
    """Zeros in the shape and dtype of ``x``."""
    check_device(device)
    return sn.zeros(tuple(x.shape), dtype=dtype or x.dtype)
