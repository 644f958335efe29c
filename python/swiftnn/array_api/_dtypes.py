"""Dtypes: kinds, promotion, inspection."""

from typing import NamedTuple

import swiftnn as sn

SIGNED = (sn.int8, sn.int16, sn.int32, sn.int64)
UNSIGNED = (sn.uint8,)
FLOATING = (sn.float32, sn.float64)
KINDS = {
    "bool": (sn.bool,),
    "signed integer": SIGNED,
    "unsigned integer": UNSIGNED,
    "integral": SIGNED + UNSIGNED,
    "real floating": FLOATING,
    "complex floating": (),
    "numeric": SIGNED + UNSIGNED + FLOATING,
}
DTYPES = KINDS["bool"] + KINDS["numeric"]


def check_device(device):
    """Refuses a device that there is not."""
    if device is not None and not isinstance(device, sn.device):
        sn.device(device)


def isdtype(dtype, kind):
    """Whether ``dtype`` is of a kind such as 'integral', is another dtype, or is one of several of these."""
    if isinstance(kind, tuple):
        return any([isdtype(dtype, k) for k in kind])
    if isinstance(kind, str):
        if kind not in KINDS:
            raise ValueError(f"isdtype(): kind {kind!r} is not one of {', '.join(map(repr, KINDS))}")
        return dtype in KINDS[kind]
    return dtype == kind


def _promoted(first, second):
    """The standard's table, which does not say what becomes of mixed kinds."""
    return first if first == second else sn.promote_types(first, second)


def result_type(*arrays_and_dtypes):
    """The dtype in which tensors, dtypes and Python numbers meet; a tensor without dimensions weighs as much as any other."""
    dtypes = [a.dtype if isinstance(a, sn.Tensor) else a for a in arrays_and_dtypes if not isinstance(a, (bool, int, float))]
    numbers = [a for a in arrays_and_dtypes if isinstance(a, (bool, int, float))]
    if not dtypes:
        raise ValueError("result_type(): expected at least one tensor or dtype")
    result = dtypes[0]
    for dtype in dtypes[1:]:
        result = _promoted(result, dtype)
    for number in numbers:
        if isinstance(number, float) and not isdtype(result, "real floating"):
            raise TypeError(f"result_type(): a float beside {result} is not defined")
        if result == sn.bool and not isinstance(number, bool):
            raise TypeError("result_type(): a number beside bool is not defined")
    return result


def promoted(*operands):
    """The operands as tensors of the one dtype in which they meet."""
    dtype = result_type(*operands)
    return [o.to(dtype) if isinstance(o, sn.Tensor) else sn.tensor(o, dtype=dtype) for o in operands]


def can_cast(from_, to, /):
    """Whether promotion with ``to`` gives ``to``."""
    first = from_.dtype if isinstance(from_, sn.Tensor) else from_
    order = ("bool", "integral", "real floating")
    rank = [next(i for i, kind in enumerate(order) if isdtype(d, kind)) for d in (first, to)]
    return rank[0] == rank[1] and _promoted(first, to) == to


class FloatLimits(NamedTuple):
    """The results of `finfo`."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: object


class IntegerLimits(NamedTuple):
    """The results of `iinfo`."""

    bits: int
    max: int
    min: int
    dtype: object


def finfo(type, /):
    """The limits of a floating-point dtype, or of that of a tensor."""
    dtype = type.dtype if isinstance(type, sn.Tensor) else type
    limits = sn.finfo(dtype)
    return FloatLimits(limits.bits, limits.eps, limits.max, limits.min, limits.smallest_normal, dtype)


def iinfo(type, /):
    """The limits of an integer dtype, or of that of a tensor."""
    dtype = type.dtype if isinstance(type, sn.Tensor) else type
    limits = sn.iinfo(dtype)
    return IntegerLimits(limits.bits, limits.max, limits.min, dtype)


def astype(x, dtype, /, *, copy=True, device=None):
    """``x`` in another dtype; the same object where the dtype is its own and ``copy`` is false."""
    check_device(device)
    if not copy and x.dtype == dtype:
        return x
    return x.to(dtype, copy=copy)


class __array_namespace_info__:
    """What the namespace offers."""

    def capabilities(self):
        """The standard's optional parts."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 16}

    def default_device(self):
        """The one device."""
        return sn.device("cpu")

    def devices(self):
        """All devices."""
        return (sn.device("cpu"),)

    def default_dtypes(self, *, device=None):
        """The dtypes of tensors for which none is named; there is no complex one."""
        check_device(device)
        return {"real floating": sn.float32, "complex floating": None, "integral": sn.int64, "indexing": sn.int64}

    def dtypes(self, *, device=None, kind=None):
        """The dtypes of a kind by name, or all."""
        check_device(device)
        found = DTYPES if kind is None else [d for d in DTYPES if isdtype(d, kind)]
        return {str(d).partition(".")[2]: d for d in found}
