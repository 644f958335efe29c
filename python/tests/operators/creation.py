"""Rows: tensors from nothing but sizes and numbers. (Random ones: random_numbers.py.)"""

import numpy as np

from .harness import DT, E, Row, S, T
from .shapes import sizes

SIZES = [S(2, 3), S((2, 3)), S([4]), S(5), S(()), S(0, 3), S(2, 3, dtype=DT("float64")), S(2, dtype=DT("int64")), S(3, dtype=DT("bool")),
         S(2, dtype=DT("uint8")), S(size=(2, 2))]


def size_errors(name):
    return [
        E(RuntimeError, rf"{name}: negative size -1 in \[2, -1\]", 2, -1),
        E(MemoryError, rf"{name}: \[\d+, \d+\] of float32 does not fit into memory", 2**40, 2**40),
        E(MemoryError, rf"{name}: ", 2**46),
        E((ValueError, RuntimeError), rf"{name}(\(\))?: .*16 dimensions", *[1] * 17),
        E(TypeError, rf"{name}\(\): argument 'size' must be", "a"),
        E(TypeError, rf"{name}\(\): argument 'size' must be", 2.0),
        E(TypeError, rf"{name}\(\): argument 'size' must be", None),
        E(TypeError, rf"{name}\(\): argument 'dtype' must be", 2, dtype="float32"),
        E(TypeError, rf"{name}\(\): argument 'requires_grad' must be bool", 2, requires_grad=1),
        E(RuntimeError, r"floating point", 2, dtype=DT("int64"), requires_grad=True),
        E(OverflowError, rf"{name}\(\): argument 'size' does not fit in 64 bits", 2**70),
    ]


def like_errors(name, *given):
    return [
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor, not tuple", (2, 3), *given),
        E(TypeError, rf"{name}\(\): argument 'dtype' must be", T(2), *given, dtype="x"),
        E(RuntimeError, r"floating point", T(2, dtype="int64"), *given, requires_grad=True),
    ]


def creation(name, function, samples, errors, **options):
    """The one dtype stands for all: no argument is a tensor."""
    return Row(name, function, samples, dtypes=("float32",), errors=errors, raw=True, **options)


def of_size(value):
    return lambda *shape, size=None, dtype=DT("float32"): np.full(sizes(shape) if size is None else size, value, dtype.name)


def full(size, fill_value, dtype=None):
    kind = {bool: "bool", int: "int64", float: "float32"}[type(fill_value)]
    return np.full(size, fill_value, dtype.name if dtype else kind)


def arange(start, end, step, dtype=None):
    whole = all(isinstance(x, int) for x in (start, end, step))
    count = max(int(np.ceil((end - start) / step)), 0)
    values = np.array([start + i * step for i in range(count)], np.int64 if whole else np.float64)
    return values.astype(dtype.name if dtype else np.int64 if whole else np.float32)


LIKES = [S(T(2, 3)), S(T()), S(T(0, 3)), S(T(2, 3, 4)), S(T(2, 3), dtype=DT("float64")), S(T(2), dtype=DT("bool"))]


def like(value):
    return lambda x, dtype=None: np.full(x.shape, value, dtype.name if dtype else x.dtype)


EMPTY_IS_ANYTHING = "its elements are whatever the memory held: filled with 7 for the comparison"


def filled(torch, function, *args, **kwargs):
    return function(*args, **kwargs).fill_(7)


ROWS = [
    creation("zeros", of_size(0), SIZES, size_errors("zeros")),
    creation("ones", of_size(1), SIZES, size_errors("ones")),
    creation("empty", of_size(7), SIZES, size_errors("empty"), call=lambda torch, *a, **k: torch.empty(*a, **k).fill_(7)),
    creation("full", full,
             [S((2, 3), 2.5), S((2,), 3), S([2], True), S((), 1.0), S((0, 2), 1), S((2, 2), 7, dtype=DT("float64")), S((3,), 2, dtype=DT("uint8")),
              S((2,), -1.75, dtype=DT("int32")), S((2,), float("inf")), S((2,), 0.5, dtype=DT("bool"))],
             [E(TypeError, r"full\(\): argument 'fill_value' must be Number, not str", (2,), "a"),
              E(TypeError, r"full\(\): argument 'size' must be", None, 1.0),
              E(RuntimeError, r"full: negative size -2", (-2,), 1.0),
              E(RuntimeError, r"full: the number 300 cannot be converted to uint8", (2,), 300, dtype=DT("uint8")),
              E(MemoryError, r"full: ", (2**46,), 1.0)]),
    creation("_arange", arange,
             [S(0, 5, 1), S(1, 10, 3), S(10, 0, -3), S(0, 0, 1), S(0.0, 1.0, 0.25), S(0, 1.5, 0.5), S(0, 5, 1, dtype=DT("float32")),
              S(-3, 3, 2, dtype=DT("int8")), S(2**60, 2**60 + 3, 1), S(0.0, 1.0, 0.1, dtype=DT("float64"))],
             [E(RuntimeError, r"arange: step must be nonzero", 0, 5, 0),
              E(RuntimeError, r"arange: upper bound and lower bound inconsistent with step sign", 0, 5, -1),
              E(RuntimeError, r"arange: unsupported range", 0.0, float("nan"), 1.0),
              E(RuntimeError, r"arange: unsupported range", 0.0, float("inf"), 1.0),
              E(MemoryError, r"arange: ", 0, 2**62, 1),
              E(TypeError, r"arange\(\): argument 'start' must be Number", "a", 5, 1)],
             call=lambda torch, *a, **k: torch.arange(*a, **k)),
    Row("zeros_like", like(0), LIKES, raw=True, errors=like_errors("zeros_like")),
    Row("ones_like", like(1), LIKES, raw=True, errors=like_errors("ones_like")),
    Row("empty_like", like(7), LIKES, raw=True, errors=like_errors("empty_like"),
        call=lambda torch, *a, **k: torch.empty_like(*a, **k).fill_(7)),
    Row("full_like", lambda x, value, dtype=None: np.full(x.shape, value, dtype.name if dtype else x.dtype),
        [S(T(2, 3), 2), S(T(), 1.5), S(T(0, 3), 1), S(T(2, 3, 4), True), S(T(2), 3, dtype=DT("float64")), S(T(2), 1, dtype=DT("bool"))],
        raw=True, errors=like_errors("full_like", 1) + [E(TypeError, r"full_like\(\): argument 'fill_value' must be Number", T(2), None)]),
]
# Not compared element by element, see EMPTY_IS_ANYTHING.
UNSET = ("empty", "empty_like")
