"""Rows: bits, logic and tests of single elements."""

import numpy as np

from .arithmetic import PAIRS, mismatch, pairs
from .harness import ALL, FLOATS, INTEGERS, NUMBERS, E, Row, S, T, V, inf, nan
from .pointwise import EXTREMES, SPECIAL, samples, unary_errors

WHOLE = INTEGERS + ("bool",)
EXTREME_PAIRS = [
    S(T(2, 3, values="extremes"), T(2, 3, low=-9, high=9), dtypes=INTEGERS),
    S(T(2, 3, values="extremes"), V([-1, 0, 1]), dtypes=("int64", "int32", "int16", "int8")),
]
# More than the width, and less than nothing.
SHIFTS = [
    S(T(2, 3, values="extremes"), V([0, 1, 7]), dtypes=INTEGERS),
    S(T(2, 3, values="extremes"), V([[8, 16, 32]]), dtypes=INTEGERS), S(T(2, 3, values="extremes"), V([[63], [64]]), dtypes=INTEGERS),
    S(T(2, 3, values="extremes"), V([[[-1, -8, -64]]]), dtypes=("int64", "int32", "int16", "int8")),
    S(T(5, 70), T(70, low=0, high=9), dtypes=INTEGERS),
]


def raw(function):
    """On the arrays as they are: the width counts."""

    def reference(a, b):
        dtype = a.dtype if isinstance(a, np.ndarray) else b.dtype
        return np.asarray(function(np.asarray(a).astype(dtype), np.asarray(b).astype(dtype))).astype(dtype)

    return reference


def bits(name, function):
    return Row(name, raw(function), pairs() + EXTREME_PAIRS + [S(T(2, 5), 3, dtypes=INTEGERS), S(5, T(4), dtypes=INTEGERS),
                                                              S(T(33, 70), T(70))],
               dtypes=WHOLE, raw=True, errors=mismatch(name)[:4] + [
                   E(NotImplementedError, rf"{name}: not defined for float32", T(2), T(2)),
                   E(NotImplementedError, rf"{name}: not defined for float32", T(2, dtype="int64"), 1.5),
               ])


def left(a, b):
    width = a.dtype.itemsize * 8
    counts = b.astype(np.int64)
    wide = [int(x) << int(n) if 0 <= n < width else 0 for x, n in zip(*(v.reshape(-1) for v in np.broadcast_arrays(a, counts)))]
    return wrapped(wide, np.broadcast(a, b).shape, a.dtype)


def right(a, b):
    width = a.dtype.itemsize * 8
    counts = b.astype(np.int64)
    wide = [int(x) >> int(n) if 0 <= n < width else -int(x < 0) for x, n in zip(*(v.reshape(-1) for v in np.broadcast_arrays(a, counts)))]
    return wrapped(wide, np.broadcast(a, b).shape, a.dtype)


def wrapped(numbers, shape, dtype):
    width = dtype.itemsize * 8
    unsigned = np.array([int(n) % 2**width for n in numbers], np.dtype(f"uint{width}"))
    return unsigned.view(dtype).reshape(shape)


def shift(name, reference):
    return Row(name, raw(reference), [S(T(*a), T(*b, low=0, high=6)) for a, b in PAIRS] + SHIFTS +
               [S(T(2, 3), 2, dtypes=INTEGERS), S(3, T(4, low=0, high=5), dtypes=INTEGERS)],
               dtypes=INTEGERS, raw=True, errors=mismatch(name)[:4] + [
                   E(NotImplementedError, rf"{name}: not defined for float32", T(2), T(2)),
                   E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool"), T(2, dtype="bool")),
               ])


def whole(function, name):
    """gcd and lcm, whose results wrap."""

    def reference(a, b):
        a, b = np.broadcast_arrays(a, b)
        numbers = [function(int(x), int(y)) for x, y in zip(a.reshape(-1), b.reshape(-1))]
        return wrapped(numbers, a.shape, a.dtype)

    return Row(name, reference, pairs(-30, 30, (-30, 30)) + [
        S(V([0, 0, 5, 12, -12]), V([0, 5, 0, 18, 18]), dtypes=("int64", "int32", "int16", "int8")),
        S(T(33, 70, low=-100, high=100), T(70, low=-100, high=100)),
    ] + ([S(T(2, 3, values="extremes"), V([0, 3, 6]), dtypes=INTEGERS)] if name == "gcd" else []),
        dtypes=INTEGERS, raw=True, errors=mismatch(name) + [
            E(NotImplementedError, rf"{name}: not defined for float32", T(2), T(2)),
            E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool"), T(2, dtype="bool")),
            E(TypeError, rf"{name}\(\): argument 'other' must be Tensor, not int", T(2, dtype="int64"), 2),
    ])


TRUTHS = [S(T(3, 5, low=0, high=1), T(5, low=-1, high=1)), S(T(33, 70, low=0, high=1), T(70, low=0, high=1)),
          S(V([nan, inf, 0.0, -0.0, 1e-30]), V([[0.0], [nan], [-0.0]]), dtypes=FLOATS)]


def logical(name, reference):
    return Row(name, reference, pairs() + TRUTHS, in_place_dtypes=ALL, errors=mismatch(name) + [
        E(TypeError, rf"{name}\(\): argument 'other' must be Tensor, not int", T(2), 1),
    ])


def predicate(name, reference):
    return Row(name, lambda x: reference(np.asarray(x, np.float64)), samples() + [SPECIAL, EXTREMES], errors=unary_errors(name))


BITWISE_NOT = Row("bitwise_not", np.invert, samples() + [EXTREMES], dtypes=WHOLE, raw=True, errors=unary_errors("bitwise_not", "float32"))

ROWS = [
    bits("bitwise_and", np.bitwise_and), bits("bitwise_or", np.bitwise_or), bits("bitwise_xor", np.bitwise_xor), BITWISE_NOT,
    shift("bitwise_left_shift", left), shift("bitwise_right_shift", right),
    whole(np.gcd, "gcd"), whole(np.lcm, "lcm"),
    logical("logical_and", np.logical_and), logical("logical_or", np.logical_or), logical("logical_xor", np.logical_xor),
    predicate("isinf", np.isinf), predicate("isposinf", np.isposinf), predicate("isneginf", np.isneginf),
    predicate("isreal", np.isreal), predicate("signbit", np.signbit),
]
assert all(set(row.dtypes) <= set(NUMBERS + ("bool",)) for row in ROWS)
