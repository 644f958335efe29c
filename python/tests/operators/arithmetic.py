"""Rows: operators on two tensors."""

import operator

import numpy as np

from .harness import ALL, HALVES, NUMBERS_OF, E, FLOATS, INTEGERS, NUMBERS, Row, S, T, V, find, in_place, inf, nan

# Shapes that broadcast, that are empty, that have no dimensions.
PAIRS = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((), ()), ((0, 3), (1, 3)), ((2, 1, 3), (4, 1))]
SPECIAL = S(V([nan, inf, -inf, 0.0, 1.0, inf]), V([1.0, inf, 1.0, -0.0, nan, -inf]), dtypes=FLOATS, gradient=False)
EXTREMES = S(T(2, 3, values="extremes"), T(2, 1, low=1, high=3), dtypes=INTEGERS)
LARGE = S(T(33, 70), T(70,), gradient=False)


def pairs(low=-4, high=4, other=(-4, 4)):
    return [S(T(*a, low=low, high=high), T(*b, low=other[0], high=other[1])) for a, b in PAIRS]


def mismatch(name, given=(), number=False):
    """The errors that all binary operators share."""
    return [
        E(RuntimeError, rf"{name}.*\[2, 3\].*\[4\]|{name}.*size.*\[2, 3\] and \[4\]", T(2, 3), T(4), *given),
        E(RuntimeError, rf"{name}.*\[0, 3\].*\[2, 3\]", T(0, 3), T(2, 3), *given),
        E(TypeError, rf"{name}\(\): argument '\w+' must be Tensor.*, not str", T(2), "2", *given),
        E(TypeError, rf"{name}\(\): argument '\w+' must be Tensor.*, not None", T(2), None, *given),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0], T(2), *given),
        E(TypeError, rf"{name}\(\) missing 1 required positional argument", T(2)),
    ]


def add(a, b, alpha=1):
    return a + alpha * b


def sub(a, b, alpha=1):
    return a - alpha * b


def div(a, b, rounding_mode=None):
    if rounding_mode is None:
        return np.true_divide(a, b)
    if np.result_type(a, b).kind != "f":
        quotient = np.floor_divide(a, b)
        return quotient + ((quotient < 0) & (quotient * b != a)) if rounding_mode == "trunc" else quotient
    return np.trunc(a / b) if rounding_mode == "trunc" else np.floor_divide(a, b)


def power(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if np.result_type(a, b).kind == "f" or not (b < 0).any():
        return np.power(a, b)
    return np.trunc(np.power(a.astype(np.float64), b)).astype(np.int64)


def division_pairs(**kwargs):
    return [S(T(*a), T(*b, low=1, high=5), **kwargs) for a, b in PAIRS]


ADD = Row(
    "add", add,
    pairs() + [S(T(2, 3), T(3), alpha=3, rounded=True), S(T(2, 3), T(2, 1), alpha=-0.5, dtypes=FLOATS, rounded=True), SPECIAL, EXTREMES, LARGE],
    gradients="all",
    errors=mismatch("add") + [
        E(RuntimeError, r"add: .*alpha must be an integer", T(2, dtype="int64"), T(2, dtype="int64"), alpha=0.5),
        E(TypeError, r"add\(\): argument 'alpha'", T(2), T(2), alpha="1"),
        E(TypeError, r"add\(\) takes", T(2), T(2), 3),
    ],
)
ADD.samples[7].dtypes = NUMBERS  # alpha=3: bool has none but 1

SUB = Row(
    "sub", sub,
    pairs() + [S(T(2, 3), T(3), alpha=3, rounded=True), S(T(2, 3), T(2, 1), alpha=-0.5, dtypes=FLOATS, rounded=True), SPECIAL, EXTREMES, LARGE],
    dtypes=NUMBERS, gradients="all",
    errors=mismatch("sub") + [
        E(RuntimeError, r"sub: .*alpha must be an integer", T(2, dtype="int32"), T(2, dtype="int32"), alpha=0.5),
        E(RuntimeError, r"sub: .*bool", T(2, dtype="bool"), T(2, dtype="bool")),
    ],
)

MUL = Row("mul", np.multiply, pairs() + [SPECIAL, EXTREMES, LARGE], dtypes=ALL + HALVES, gradients="all", errors=mismatch("mul"))

ROUNDING = [S(T(3, 5), T(5, low=1, high=3), rounding_mode=mode, dtypes=NUMBERS) for mode in ("floor", "trunc")] + [
    S(T(4, 5), T(5, low=-3, high=-1), rounding_mode=mode, dtypes=FLOATS + ("int64", "int32", "int16", "int8"))
    for mode in ("floor", "trunc")
]
DIV = Row(
    "div", div,
    division_pairs() + ROUNDING + [
        S(T(7), T(1, 7, low=-5, high=-1), dtypes=FLOATS),
        S(V([nan, inf, -inf, 0.0, 1.0, -1.0]), V([1.0, inf, 2.0, 0.0, 0.0, 0.0]), dtypes=FLOATS, gradient=False), LARGE,
    ],
    gradients="all",
    errors=mismatch("div") + [
        E(ValueError, r"div: 'round' is not one of 'trunc', 'floor'", T(2), T(2), rounding_mode="round"),
        E(RuntimeError, r"div: .*division by zero", T(2, dtype="int64"), V([1, 0], dtype="int64"), rounding_mode="floor"),
        E(RuntimeError, r"div: .*bool", T(2, dtype="bool"), T(2, dtype="bool"), rounding_mode="trunc"),
    ],
)

POW = Row(
    "pow", power,
    [S(T(*a, low=0.3, high=3), T(*b, low=0, high=3)) for a, b in PAIRS] + [
        S(T(4, 3, low=0.3, high=3), T(4, 3, low=-2, high=2), dtypes=FLOATS),
        S(T(5, low=0.3), V([2.0] * 5), dtypes=FLOATS), S(T(1, 5, low=0.3), V([3.0, 2.0, 1.0, 0.5, 4.0]), dtypes=FLOATS),
        S(T(2, 5), V([3.0, 2.0, 1.0, 0.0, 4.0], dtype="int64"), dtypes=FLOATS), S(T(5), 2, dtypes=NUMBERS), S(T(2, 5), 3.0, dtypes=FLOATS),
        S(V([0.0, 0.0, -1.0, -2.0, inf, nan, nan]), V([0.0, -1.0, 0.5, 3.0, -1.0, 0.0, 1.0]), dtypes=FLOATS, gradient=False),
        S(T(2, 3, values="extremes"), V([2]), dtypes=INTEGERS),
        S(V([2, 3, -3, -1, 1]), V([-1, -2, -3, -3, -2]), dtypes=("int64", "int32", "int16", "int8")),
    ],
    dtypes=NUMBERS, tolerance=(3e-7, 2e-15), gradients="all",
    errors=mismatch("pow") + [
        E(RuntimeError, r"pow: integers to negative integer powers", T(2, dtype="int64"), -1),
        E(RuntimeError, r"pow: .*bool", T(2, dtype="bool"), T(2, dtype="bool")),
    ],
)


def extreme(name, reference):
    return Row(name, reference, pairs() + [SPECIAL, LARGE], gradients="all", errors=mismatch(name))


def comparison(name, reference):
    # Few different values, so that equal ones are among them.
    close = [S(T(3, 5, low=0, high=2), T(5, low=0, high=2)), S(V([1.0, 2.0, 3.0]), V([1.0, 3.0, 2.0]))]
    return Row(name, lambda a, b: reference(a, b), pairs() + close + [SPECIAL, LARGE], errors=mismatch(name))


def isclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    return np.isclose(a, b, rtol, atol, equal_nan)


ISCLOSE = Row(
    "isclose", isclose,
    [
        S(T(2, 3), T(2, 3)), S(T(2, 1, low=0, high=1), T(3, low=0, high=1)), S(T(), T()), S(T(0, 2), T(2)),
        S(V([1.0, 1.0, 1.0, 0.0]), V([1.000009, 1.00002, 1.0, 1e-9]), dtypes=FLOATS),
        S(T(3, 4), T(4), rtol=0.3, atol=0.5, dtypes=NUMBERS), S(T(3, 4), T(3, 4), 0.0, 1.0, dtypes=NUMBERS),
        S(V([nan, nan, inf, inf, -inf]), V([nan, 1.0, inf, -inf, 1.0]), dtypes=FLOATS),
        S(V([nan, nan, inf, inf, -inf]), V([nan, 1.0, inf, -inf, 1.0]), equal_nan=True, dtypes=FLOATS),
    ],
    errors=[
        E(RuntimeError, r"isclose: dtypes differ: float32 and int64", T(2), T(2, dtype="int64")),
        E(RuntimeError, r"isclose: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(RuntimeError, r"isclose: expected rtol and atol of at least 0, got -1.0 and ", T(2), T(2), rtol=-1.0),
        E(TypeError, r"isclose\(\): argument 'other' must be Tensor, not float", T(2), 1.0),
        E(TypeError, r"isclose\(\): argument 'rtol'", T(2), T(2), rtol="a"),
    ],
)

EQUAL = Row(
    "_equal", lambda a, b: a.shape == b.shape and bool(np.all(a == b)),
    [
        S(T(2, 3), T(2, 3)), S(V([1.0, 2.0]), V([1.0, 2.0])), S(T(2, 3), T(3)), S(T(), T()), S(T(0, 2), T(0, 2)),
        S(V([nan]), V([nan]), dtypes=FLOATS),
    ],
    call=lambda torch, a, b: torch.tensor(torch.equal(a, b)),
    errors=[E(TypeError, r"equal\(\): argument 'other' must be Tensor", T(2), 2)],
)

ROWS = [
    ADD, SUB, MUL, DIV, POW, extreme("maximum", np.maximum), extreme("minimum", np.minimum),
    comparison("eq", np.equal), comparison("ne", np.not_equal), comparison("lt", np.less),
    comparison("le", np.less_equal), comparison("gt", np.greater), comparison("ge", np.greater_equal), ISCLOSE, EQUAL,
]


def written(name):
    return [
        E(RuntimeError, rf"{name}: the result of shape \[2, 3\] does not fit into .*\[3\]", T(3), T(2, 3)),
        E(RuntimeError, rf"{name}: result type float32 can't be cast to .*int64", T(3, dtype="int64"), T(3)),
        E(TypeError, rf"{name}\(\): argument '\w+' must be Tensor", T(2), "2"),
    ]


IN_PLACE = [
    in_place("add_", ADD, errors=written("add_")),
    in_place("sub_", SUB, errors=written("sub_")),
    in_place("mul_", MUL, errors=written("mul_")),
    # Integers have no place for a quotient that is not rounded.
    in_place("div_", DIV, dtypes=FLOATS, errors=written("div_")),
    in_place("pow_", POW, errors=written("pow_")),
]

# The operators whose results on mixtures of dtypes are compared with PyTorch's, with their references.
MIXTURES = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.true_divide, "pow": np.power,
    "maximum": np.maximum, "minimum": np.minimum, "eq": np.equal, "ne": np.not_equal, "lt": np.less,
    "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "floor_divide": np.floor_divide, "remainder": np.remainder, "fmod": np.fmod, "float_power": np.float_power,
    "atan2": np.arctan2, "hypot": np.hypot, "logaddexp": np.logaddexp, "logaddexp2": np.logaddexp2,
    "xlogy": lambda a, b: a * np.log(b), "xlog1py": lambda a, b: a * np.log1p(b), "copysign": np.copysign,
    "fmax": np.fmax, "fmin": np.fmin, "heaviside": np.heaviside, "ldexp": lambda a, b: a * np.exp2(b), "gcd": np.gcd, "lcm": np.lcm,
    "clamp_min": np.maximum, "clamp_max": np.minimum,
    "bitwise_and": np.bitwise_and, "bitwise_or": np.bitwise_or, "bitwise_xor": np.bitwise_xor,
    "bitwise_left_shift": np.left_shift, "bitwise_right_shift": np.right_shift,
    "logical_and": np.logical_and, "logical_or": np.logical_or, "logical_xor": np.logical_xor,
}
# How a number stands on the left. (maximum, minimum and others are no expressions: PyTorch has them for tensors alone,
# here a number may stand for one.)
EXPRESSIONS = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "floor_divide": operator.floordiv, "remainder": operator.mod, "bitwise_and": operator.and_, "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor, "bitwise_left_shift": operator.lshift, "bitwise_right_shift": operator.rshift,
}
# Functions that take a number for either operand, or for the second one.
NUMBER_FOR_EITHER = ("float_power", "xlogy", "xlog1py")
NUMBER_ON_THE_RIGHT = ("fmod", "copysign", "clamp_min", "clamp_max")


def mixture(lib, name, kind):
    """The operator for operands of these kinds; None where PyTorch has none."""
    left, right = (part in NUMBERS_OF for part in kind.split(","))
    if left and name in EXPRESSIONS:
        return EXPRESSIONS[name]
    allowed = name in NUMBER_FOR_EITHER or (not left and (not right or name in EXPRESSIONS or name in NUMBER_ON_THE_RIGHT))
    return find(lib, name) if allowed else None


# Where PyTorch has a rule for single values of the exponent that its other numbers do not follow.
SPECIAL_EXPONENTS = "bool to the power of True is bool, though bool to the power of a bool tensor is refused"
assert all(set(row.dtypes) <= set(ALL + HALVES) for row in ROWS + IN_PLACE)
