"""Rows: rounding, remainders, parts of numbers, limits, sums of products."""

import numpy as np

from .arithmetic import EXTREMES as EXTREME_PAIRS
from .arithmetic import LARGE, PAIRS, division_pairs, mismatch, pairs
from .arithmetic import SPECIAL as SPECIAL_PAIRS
from .harness import ALL, FLOATS, INTEGERS, NUMBERS, E, Row, S, T, V, in_place, inf, keeps_shape, nan
from .pointwise import EXTREMES, SPECIAL, samples, unary_errors

SIGNED = FLOATS + ("int64", "int32", "int16", "int8")
# Middles, which go to the even neighbour.
HALVES = S(V([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 1e10, -1e10]), dtypes=FLOATS, gradient=False)


def rounding(name, reference):
    return Row(name, lambda x: reference(x) if x.dtype.kind == "f" else x, samples() + [SPECIAL, HALVES, EXTREMES], dtypes=NUMBERS,
               gradients="all", errors=unary_errors(name, "bool"))


def decimals(x, decimals=0):
    if x.dtype.kind != "f":
        return x
    # As PyTorch: by a power of ten, which is exact for the decimals here.
    power = 10.0 ** abs(decimals)
    return np.rint(x * power) / power if decimals > 0 else np.rint(x / power) * power


ROUND = Row(
    "round", decimals,
    samples() + [SPECIAL, HALVES, EXTREMES, S(T(2, 5), decimals=2, dtypes=FLOATS), S(T(5, low=-500, high=500), decimals=-2, dtypes=FLOATS),
                 S(V([0.125, 0.375, 2.675, nan, inf]), decimals=2, dtypes=("float64",), gradient=False)],
    dtypes=NUMBERS, tolerance=(3e-7, 4e-16), gradients="all",
    errors=unary_errors("round", "bool") + [
        E(NotImplementedError, r"round: not defined for int64", T(2, dtype="int64"), decimals=1),
        E(TypeError, r"round\(\): argument 'decimals' must be int, not float", T(2), decimals=1.5),
    ])
FRAC = Row("frac", lambda x: x - np.trunc(x), samples() + [S(V([nan, 0.0, -0.0, 1e10, -2.5]), dtypes=FLOATS, gradient=False)],
           dtypes=FLOATS, gradients="all", errors=unary_errors("frac", "int64", "bool"))
RECIPROCAL = Row("reciprocal", lambda x: np.true_divide(1.0, x), samples(0.5, 4) + [SPECIAL], gradients="all", tolerance=(2e-7, 2e-16),
                 errors=unary_errors("reciprocal"))
RSQRT = Row("rsqrt", lambda x: 1 / np.sqrt(x), samples(0.2, 9) + [SPECIAL], gradients="all", tolerance=(3e-7, 4e-16),
            errors=unary_errors("rsqrt"))

NONZERO = [
    S(T(3, 5), T(5, low=1, high=3)), S(T(4, 5), T(5, low=-3, high=-1), dtypes=SIGNED), LARGE,
    S(T(2, 3, values="extremes"), V([-1, 3, -3]), dtypes=("int64", "int32", "int16", "int8"), rounded=True),
    S(T(2, 5), 3, dtypes=NUMBERS), S(T(2, 5), 1.75, dtypes=FLOATS, gradient=False),
]
UNDEFINED = S(V([nan, inf, -inf, 0.0, 1.0, -1.0, 5.0]), V([1.0, 2.0, 2.0, 0.0, 0.0, inf, -inf]), dtypes=FLOATS, gradient=False)


def division(name, reference, extra=()):
    samples = [s for s in NONZERO if s is not LARGE] + [S(T(33, 70), T(70, low=1, high=4), gradient=False), *extra]
    return Row(name, reference, division_pairs() + samples, dtypes=NUMBERS, gradients="all", tolerance=(3e-7, 1e-15), relative="unit",
               errors=mismatch(name)[:4] + [
                   E(RuntimeError, rf"{name}: ZeroDivisionError", T(2, dtype="int64"), V([1, 0], dtype="int64")),
                   E(RuntimeError, rf"{name}: ZeroDivisionError", T(2, dtype="int32"), 0),
                   E((RuntimeError, TypeError), rf"{name}: .*bool", T(2, dtype="bool"), T(2, dtype="bool")),
               ])


def remainder(a, b):
    # NumPy has NaN where the divisor is infinite and of the other sign.
    a, b = np.broadcast_arrays(a, b)
    if np.result_type(a, b).kind != "f":
        return np.remainder(a, b)
    rest = np.fmod(a, b)
    return np.where((rest != 0) & ((b < 0) != (rest < 0)), rest + b, rest)


def rsub(a, b, alpha=1):
    return b - alpha * a


RSUB = Row("rsub", rsub, pairs() + [S(T(2, 3), T(3), alpha=3, rounded=True), S(T(2, 3), 2), SPECIAL_PAIRS, EXTREME_PAIRS, LARGE],
           dtypes=NUMBERS, gradients="all", errors=[
               E(RuntimeError, r"sub: .*\[4\] and \[2, 3\]", T(2, 3), T(4)),
               E(RuntimeError, r"sub: .*bool", T(2, dtype="bool"), T(2, dtype="bool")),
               E(RuntimeError, r"sub: .*alpha must be an integer", T(2, dtype="int64"), T(2, dtype="int64"), alpha=0.5),
               E(TypeError, r"rsub\(\): argument 'other' must be Tensor", T(2), "a"),
           ])

FLOAT_POWER = Row(
    "float_power", lambda a, b: np.float_power(a, b),
    [S(T(*a, low=0.3, high=3), T(*b, low=0, high=3)) for a, b in PAIRS] + [
        S(T(4, 3, low=0.3, high=3), T(4, 3, low=-2, high=2), dtypes=FLOATS), S(T(5, low=1, high=3), 2), S(2, T(2, 3)),
        S(T(5, low=1, high=3), 0.5), S(V([2, 3]), V([-1, -2]), dtypes=SIGNED, gradient=False)],
    tolerance=(3e-15, 3e-15), gradients="all", in_place_dtypes=("float64",),
    errors=mismatch("(float_power|pow)")[:2] + mismatch("float_power")[2:4])
LDEXP = Row("ldexp", lambda a, b: a * np.exp2(b), pairs(other=(-3, 3)) + [
    S(T(3, 4), T(4, dtype="int64")), S(T(2, 3), T(dtype="int32")), S(V([1.0, nan, inf]), V([30.0, 1.0, -2.0]), dtypes=FLOATS, gradient=False)],
    tolerance=(3e-7, 4e-16), gradients="all", errors=mismatch("(ldexp|mul|pow)")[:2] + mismatch("ldexp")[2:4])
COPYSIGN = Row("copysign", lambda a, b: np.copysign(np.asarray(a, np.float64), b), pairs() + [
    S(V([0.0, -0.0, nan, 1.0, inf]), V([-0.0, 1.0, -1.0, -0.0, -2.0]), dtypes=FLOATS, gradient=False),
    S(T(2, 3), -1), S(T(2, 3), -0.0), LARGE], gradients="all", errors=mismatch("copysign")[:4])


def nextafter(a, b):
    return np.nextafter(a, b)


NEXTAFTER = Row("nextafter", nextafter, [S(*s.args, dtypes=s.dtypes, gradient=False) for s in pairs() + [SPECIAL_PAIRS]], dtypes=FLOATS, gradients="all",
                raw=True, errors=mismatch("nextafter") + [E(NotImplementedError, r"nextafter: not defined for int64", T(2, dtype="int64"), T(2, dtype="int64"))])
HEAVISIDE = Row(
    "heaviside", lambda x, v: np.where(x == 0, v, x > 0),
    [S(*s.args, gradient=False) for s in pairs(-1, 1)] + [S(V([nan, inf, -inf, 0.0, -0.0]), V([5.0]), dtypes=FLOATS, gradient=False)],
    gradients="all", in_place_dtypes=ALL, errors=mismatch("heaviside") + [
        E(RuntimeError, r"heaviside: .*float32 and int64", T(2), T(2, dtype="int64"))])
FREXP = Row("frexp", lambda x: np.frexp(x), [S(T(*s)) for s in ((2, 3), (), (0, 2), (33,), (2, 1, 3))] + [
    S(V([0.0, -0.0, 1.0, -8.0, 1e-40, 3e38]), gradient=False)], dtypes=FLOATS, gradients="all", errors=unary_errors("frexp") + [
        E(RuntimeError, r"frexp: not defined for int64", T(2, dtype="int64"))])
POSITIVE = Row("positive", lambda x: x, samples() + [SPECIAL, EXTREMES], dtypes=NUMBERS, gradients="all",
               errors=unary_errors("positive", "bool"))


def nan_to_num(x, nan=None, posinf=None, neginf=None):
    return np.nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf)


ENDS = V([nan, inf, -inf, 1.0, -0.0])
NAN_TO_NUM = Row(
    "nan_to_num", nan_to_num,
    samples() + [EXTREMES, S(ENDS, dtypes=FLOATS, gradient=False), S(ENDS, 2.5, dtypes=FLOATS, gradient=False),
                 S(ENDS, posinf=3.0, neginf=-1, dtypes=FLOATS, gradient=False), S(ENDS, 1, inf, -inf, dtypes=FLOATS, gradient=False)],
    raw=True, gradients="all", errors=[
        E(TypeError, r"nan_to_num\(\): argument 'nan' must be float, not str", T(2), "a"),
        E(TypeError, r"nan_to_num\(\): argument 'input' must be Tensor", 1.0),
    ])


def low(x, min):
    return np.maximum(x, min)


def high(x, max):
    return np.minimum(x, max)


LIMITED = pairs() + [SPECIAL_PAIRS, S(T(2, 5), 1, dtypes=NUMBERS), S(T(3, 4), 0.5, dtypes=FLOATS), S(T(3), -1.5, dtypes=NUMBERS)]


def limit(name, reference):
    return Row(name, reference, LIMITED, gradients="all", errors=mismatch(name)[:4] + [
        E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool"), True)])


def number(name, reference):
    return Row(name, reference, pairs() + [SPECIAL_PAIRS, LARGE], gradients="all", errors=mismatch(name))


def addcmul(x, a, b, value=1):
    return x + value * a * b


def addcdiv(x, a, b, value=1):
    return x + value * a / b


TRIPLES = [((2, 3), (2, 3), (2, 3)), ((2, 3), (3,), (2, 1)), ((2, 1), (1, 3), ()), ((), (), ()), ((0, 3), (1, 3), (3,)), ((3,), (2, 3), (2, 1)),
           ((2, 17), (17,), (1,))]


def triples(**last):
    return [S(T(*a), T(*b), T(*c, **last), rounded=True) for a, b, c in TRIPLES]


def triple_errors(name):
    return [
        E(RuntimeError, rf"{name}: .*\[2, 3\] and \[4\]", T(2, 3), T(2, 3), T(4)),
        E(TypeError, rf"{name}\(\): argument 'tensor1' must be Tensor, not int", T(2), 1, T(2)),
        E(TypeError, rf"{name}\(\) takes 3 positional arguments but 4 were given|{name}\(\) takes at most", T(2), T(2), T(2), 2),
    ]


ADDCMUL = Row("addcmul", addcmul, triples() + [S(T(2, 3), T(3), T(2, 1), value=2, rounded=True), S(T(4), T(4), T(4), value=-0.5, dtypes=FLOATS, rounded=True),
                                              S(T(2, 3, values="extremes"), T(3), T(3), value=-3, dtypes=INTEGERS)],
              dtypes=NUMBERS, gradients="all", errors=triple_errors("addcmul") + [
                  E(RuntimeError, r"addcmul: .*value must be an integer, not 0.5", *[T(2, dtype="int64")] * 3, value=0.5),
                  E(NotImplementedError, r"addcmul: not defined for bool", *[T(2, dtype="bool")] * 3)])
ADDCDIV = Row("addcdiv", addcdiv, triples(low=0.5, high=3) + [S(T(2, 3), T(3), T(2, 1, low=0.5), value=2, rounded=True),
                                                            S(T(4), T(4), T(4, low=1), value=-0.5, rounded=True)],
              dtypes=FLOATS, gradients="all", errors=triple_errors("addcdiv") + [
                  E(RuntimeError, r"addcdiv: the quotient of integers, int64 and int64", T(2), T(2, dtype="int64"), T(2, dtype="int64"))])


def lerp(a, b, weight):
    weight = np.asarray(weight, np.float64)
    return np.where(np.abs(weight) < 0.5, a + weight * (b - a), b - (b - a) * (1 - weight))


LERP = Row("lerp", lerp, triples(low=-0.5, high=1.5) + [
    S(T(2, 3), T(3), 0.3, rounded=True), S(T(2, 3), T(3), 0.75, rounded=True), S(T(4), T(4), 2, rounded=True), S(T(4), T(4), 1.0, rounded=True)],
    dtypes=FLOATS, gradients="all", errors=[
        E(RuntimeError, r"lerp: .*\[2, 3\] and \[4\]", T(2, 3), T(4), 0.5),
        E(RuntimeError, r"lerp: expected float32 for `end`, not float64", T(2), T(2, dtype="float64"), 0.5),
        E(RuntimeError, r"lerp: expected float32 for `weight`, not int64", T(2), T(2), T(2, dtype="int64")),
        E(TypeError, r"lerp\(\): argument 'weight' must be Tensor or Number, not str", T(2), T(2), "a"),
        E(NotImplementedError, r"lerp: not defined for int64", T(2, dtype="int64"), T(2, dtype="int64"), 1),
    ])

ROWS = [
    rounding("ceil", np.ceil), rounding("floor", np.floor), rounding("trunc", np.trunc), ROUND, FRAC, RECIPROCAL, RSQRT,
    division("floor_divide", np.floor_divide, [S(V([nan, 0.0, 1.0, -1.0]), V([1.0, 0.0, 0.0, 0.0]), dtypes=FLOATS, gradient=False)]),
    division("remainder", remainder, [UNDEFINED]), division("fmod", np.fmod, [UNDEFINED]), RSUB, FLOAT_POWER, LDEXP, COPYSIGN,
    NEXTAFTER, HEAVISIDE, FREXP, POSITIVE, NAN_TO_NUM, limit("clamp_min", low), limit("clamp_max", high),
    number("fmax", np.fmax), number("fmin", np.fmin), ADDCMUL, ADDCDIV, LERP,
]

def limit_in_place(row):
    samples = [s for s in row.samples if -1.5 not in s.args and keeps_shape(row, s)]
    return in_place(row.name + "_", row, samples=samples, dtypes=ALL, errors=[
        E(RuntimeError, rf"{row.name}_: .*int64", T(2, dtype="int64"), 0.5),
        E(TypeError, rf"{row.name}\(\) missing 1 required positional argument", T(2))])


IN_PLACE = [limit_in_place(row) for row in ROWS if row.name in ("clamp_min", "clamp_max")]
assert all(set(row.dtypes) <= set(ALL) for row in ROWS)
