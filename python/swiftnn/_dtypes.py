"""What dtypes can hold, and in which of them two meet."""

from . import _C

_EPSILONS = {"float16": -10, "bfloat16": -7, "float32": -23, "float64": -52}  # powers of two
_SMALLEST = {"float16": -14, "bfloat16": -126, "float32": -126, "float64": -1022}  # likewise, of normal numbers
_RESOLUTIONS = {"float16": 1e-3, "bfloat16": 1e-2, "float32": 1e-6, "float64": 1e-15}


class finfo:
    """The limits of a floating-point dtype; the default dtype where none is given.

    Attributes:
        bits: of one element.
        eps: the distance from 1 to the next number.
        max: the largest finite number.
        min: the smallest, -max.
        tiny: the smallest positive number of full precision.
        smallest_normal: the same.
        resolution: the power of ten that decimal digits are good to.
        dtype: the name of the dtype.

    Examples::

        >>> import swiftnn
        >>> swiftnn.finfo(swiftnn.float16).max
        65504.0
    """

    __slots__ = ("bits", "dtype", "eps", "max", "min", "resolution", "smallest_normal", "tiny")

    def __init__(self, type=None):
        dtype = _C.functions["get_default_dtype"]() if type is None else _checked("finfo", "type", type)
        if not dtype.is_floating_point:
            raise TypeError(f"finfo() requires a floating point dtype, not {dtype}; see iinfo()")
        self.dtype = _name(dtype)
        self.bits = 8 * dtype.itemsize
        self.eps = 2.0 ** _EPSILONS[self.dtype]
        self.smallest_normal = self.tiny = 2.0 ** _SMALLEST[self.dtype]
        # The exponents reach as far up as down, but for one.
        self.max = (2.0 - self.eps) * 2.0 ** (1 - _SMALLEST[self.dtype])
        self.min = -self.max
        self.resolution = _RESOLUTIONS[self.dtype]

    def __eq__(self, other):
        return self.dtype == other.dtype if isinstance(other, finfo) else NotImplemented

    def __hash__(self):
        return hash(("finfo", self.dtype))

    def __repr__(self):
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        return "finfo(" + "".join(f"{name}={getattr(self, name):g}, " for name in names) + f"dtype={self.dtype})"


class iinfo:
    """The limits of an integer dtype.

    Attributes:
        bits: of one element.
        max: the largest number.
        min: the smallest.
        dtype: the name of the dtype.

    Examples::

        >>> import swiftnn
        >>> swiftnn.iinfo(swiftnn.int16).max
        32767
    """

    __slots__ = ("bits", "dtype", "max", "min")

    def __init__(self, type):
        dtype = _checked("iinfo", "type", type)
        if dtype.is_floating_point or dtype is _C.dtypes["bool"]:
            raise TypeError(f"iinfo() requires an integer dtype, not {dtype}; see finfo()")
        self.dtype = _name(dtype)
        self.bits = 8 * dtype.itemsize
        digits = self.bits - dtype.is_signed
        self.max = 2**digits - 1
        self.min = -(2**digits) if dtype.is_signed else 0

    def __eq__(self, other):
        return self.dtype == other.dtype if isinstance(other, iinfo) else NotImplemented

    def __hash__(self):
        return hash(("iinfo", self.dtype))

    def __repr__(self):
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


def promote_types(type1, type2):
    """The smallest dtype that holds what both hold, as far as there is one: that of a sum of the two."""
    empty = _C.functions["empty"]
    return _C.functions["add"](
        empty(0, dtype=_checked("promote_types", "type1", type1)), empty(0, dtype=_checked("promote_types", "type2", type2))
    ).dtype


def result_type(tensor1, tensor2):
    """The dtype that an operator on the two, tensors or numbers, computes in."""
    first, second = _stand_in(tensor1), _stand_in(tensor2)
    if not isinstance(first, _C.Tensor):
        first, second = second, first
    if not isinstance(first, _C.Tensor):  # two numbers, of which one has to be a tensor for an operator
        first = _C.functions["tensor"](first)
    return _C.functions["add"](first, second).dtype


def can_cast(from_, to):
    """Whether a result of dtype ``from_`` may be written to a tensor of dtype ``to``, by the rules of promotion."""
    source, target = _checked("can_cast", "from_", from_), _checked("can_cast", "to", to)
    if target.is_floating_point or source is target:
        return True
    if source.is_floating_point:
        return False
    return target is not _C.dtypes["bool"]


def _stand_in(value):
    """Nothing to compute with, but of the dtype and weight of ``value``."""
    if isinstance(value, _C.Tensor):
        return _C.functions["empty"](() if value.dim() == 0 else (0,), dtype=value.dtype)
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return 0
    if isinstance(value, float):
        return 0.0
    raise TypeError(f"result_type(): expected a Tensor or a number, not {type(value).__name__}")


def _checked(function, name, value):
    if isinstance(value, _C.dtype):
        return value
    if value is float or value is int or value is bool:
        return _C.dtypes[{float: "float64", int: "int64", bool: "bool"}[value]]
    raise TypeError(f"{function}(): argument '{name}' must be swiftnn.dtype, not {type(value).__name__}")


def _name(dtype):
    return str(dtype).rpartition(".")[2]
