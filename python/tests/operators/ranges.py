"""Rows: tensors whose elements follow from their positions."""

import numpy as np

from .creation import creation
from .harness import DT, E, NUMBERS, Row, S, T

nan, inf = float("nan"), float("inf")


def of(dtype, default="float32"):
    return dtype.name if dtype else default


def linspace(start, end, steps, dtype=None):
    name = of(dtype)
    wide = np.linspace(start, end, steps)
    # Integers are cut off, not rounded: no sample lies so close to one that it would matter.
    return wide.astype(name)


def logspace(start, end, steps, base=10.0, dtype=None):
    return (np.float64(base) ** np.linspace(start, end, steps)).astype(of(dtype))


def indices(function):
    def pairs(row, col, offset=0, dtype=None):
        return np.stack(function(row, max(min(offset, 99), -99), col)).astype(of(dtype, "int64"))

    return pairs


def triangle_errors(name):
    return [E(RuntimeError, rf"{name}: row must be non-negative, got -1", -1, 2), E(RuntimeError, rf"{name}: col must be non-negative, got -1", 2, -1),
            E(MemoryError, rf"{name}: ", 2**62, 2**62), E(MemoryError, rf"{name}: ", 2**30, 2**30),
            E(NotImplementedError, rf"{name}: expected int64 or int32, not float32", 2, 2, dtype=DT("float32")),
            E(TypeError, rf"{name}\(\): argument 'row' must be int", 2.0, 2)]


TRIANGLES = [S(3, 3), S(3, 4, 1), S(4, 3, -1), S(2, 5, 2), S(5, 2, -3), S(0, 3), S(3, 0), S(3, 3, 9), S(3, 3, -9), S(3, 4, dtype=DT("int32"))]
STEPS = [E(RuntimeError, r"space: number of steps must be non-negative, got -1", 0, 1, -1), E(MemoryError, r"space: ", 0, 1, 2**62),
         E(TypeError, r"space\(\): argument 'steps' must be int", 0, 1, 2.5), E(TypeError, r"space\(\) missing 1 required", 0, 1),
         E(NotImplementedError, r"space: not defined for bool", 0, 1, 3, dtype=DT("bool")),
         E(RuntimeError, r"space: the number 1e\+300 cannot be converted to float32 without overflow", 1e300, 0, 2),
         E(RuntimeError, r"space: the number 300 cannot be converted to uint8 without overflow", 0, 300, 3, dtype=DT("uint8")),
         E(RuntimeError, r"space: the number inf cannot be converted to int64 without overflow", 0, inf, 3, dtype=DT("int64")),
         E(RuntimeError, r"a tensor with 2 elements|of no dimensions", T(2), 1, 3)]

ROWS = [
    creation("empty_strided", lambda size, stride, dtype=None: np.full(size, 7, of(dtype)),
             [S((2, 3), (1, 2)), S((2, 3), (3, 1)), S((), ()), S((0, 2), (5, 1)), S((2, 2), (8, 3), dtype=DT("int16"))],
             [E(RuntimeError, r"empty_strided: dimensionality of sizes \(1\) must match dimensionality of strides \(2\)", (2,), (1, 1)),
              E(RuntimeError, r"empty_strided: negative strides", (2,), (-1,)), E(RuntimeError, r"empty_strided: negative size -2", (-2,), (1,)),
              E(MemoryError, r"empty_strided: ", (2,), (2**62,)), E(MemoryError, r"empty_strided: ", (2**40, 2**40), (0, 0))],
             call=lambda torch, *a, **k: torch.empty_strided(*a, **k).fill_(7)),
    creation("scalar_tensor", lambda s, dtype=None: np.array(s).astype(of(dtype)), [S(3), S(2.5), S(True), S(2, dtype=DT("int8")), S(nan)],
             [E(RuntimeError, r"scalar_tensor: the number 300 cannot be converted to int8", 300, dtype=DT("int8")),
              E(TypeError, r"scalar_tensor\(\): argument 's' must be Number", "a")]),
    creation("eye", lambda n, m=None, dtype=None: np.eye(n, m, dtype=of(dtype)), [S(3), S(2, 4), S(4, 2), S(0), S(2, 0), S(3, dtype=DT("bool")), S(2, m=3, dtype=DT("int64"))],
             [E(RuntimeError, r"eye: n must be greater or equal to 0, got -1", -1), E(RuntimeError, r"eye: m must be greater or equal to 0, got -1", 2, -1),
              E(MemoryError, r"eye: ", 2**40), E(TypeError, r"eye\(\): argument 'n' must be int", 2.0)]),
    creation("linspace", linspace,
             [S(0, 1, 5), S(0, 1, 0), S(3, 1, 1), S(1, -1, 9), S(0, 8, 3, dtype=DT("int64")), S(-4, 4, 9, dtype=DT("int8")), S(0, 1, 5, dtype=DT("float64")),
              S(0, 7, 3, dtype=DT("int32")), S(0.5, 0.5, 4)], STEPS),
    creation("logspace", logspace,
             [S(0, 2, 3), S(0, 4, 5, 2), S(0, 2, 3, base=-2.0), S(1, 1, 1), S(0, 1, 0), S(0, 2, 3, dtype=DT("int64")), S(-2, 2, 5, 2.0, dtype=DT("float64"))], STEPS,
             tolerance=(3e-7, 1e-15)),
    creation("tril_indices", indices(lambda n, k, m: np.tril_indices(n, k, m)), TRIANGLES, triangle_errors("tril_indices")),
    creation("triu_indices", indices(lambda n, k, m: np.triu_indices(n, k, m)), TRIANGLES, triangle_errors("triu_indices")),
    Row("vander", lambda x, N=None, increasing=False: np.vander(x, N, increasing), [S(T(3)), S(T(3), 2), S(T(2), 4, True), S(T(0), gradient=False),
        S(T(3), N=0, gradient=False), S(T(2), N=1, gradient=False), S(T(3), increasing=True)],
        dtypes=NUMBERS + ("bool",), gradients="all", tolerance=(3e-7, 1e-15),
        errors=[E(RuntimeError, r"vander: expected a tensor of 1 dimension, got shape \[\]", T()), E(RuntimeError, r"vander: N must be non-negative, got -1", T(2), -1),
                E(MemoryError, r"vander: ", T(2), 2**62)]),
]
UNSET = ("empty_strided",)
