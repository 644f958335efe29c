"""Rows: functions of one tensor, elementwise, and the choice between two."""

import numpy as np

from .harness import ALL, HALVES, E, FLOATS, INTEGERS, NUMBERS, Row, S, T, V, in_place, inf, keeps_shape, nan

SHAPES = [(2, 3), (5,), (), (0, 3), (2, 3, 4), (1, 1), (3, 0), (9, 67)]
SPECIAL = S(V([nan, inf, -inf, 0.0, -0.0, 1e-30, -1e-30, 3e38]), dtypes=FLOATS + HALVES, gradient=False)
EXTREMES = S(T(2, 3, values="extremes"), dtypes=INTEGERS)
# Past the point where exp overflows, and further from zero than a short series reaches.
FAR = S(V([-120.0, -90.0, -30.0, -10.0, -2.0, 2.0, 10.0, 30.0, 85.0, 88.0, 90.0, 720.0]), dtypes=FLOATS + HALVES, gradient=False)
SIGNED = FLOATS + ("int64", "int32", "int16", "int8")
WHOLE = INTEGERS + ("bool",)


def samples(low=-4, high=4):
    return [S(T(*shape, low=low, high=high), gradient=shape != (9, 67)) for shape in SHAPES]


def unary_errors(name, *dtypes):
    return [E(NotImplementedError, rf"{name}: not defined for {dtype}", T(2, dtype=dtype)) for dtype in dtypes] + [
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", "x"),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", None),
        E(TypeError, rf"{name}\(\) missing 1 required positional argument: 'input'"),
        E(TypeError, rf"{name}\(\) takes 1 positional argument but 2 were given", T(2), 1),
        E(TypeError, rf"{name}\(\) got an unexpected keyword argument 'inplace'", T(2), inplace=True),
    ]


def sigmoid(x):
    x = np.asarray(x, np.float64)
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def clamp(x, min=None, max=None):
    if min is not None:
        x = np.maximum(x, min)
    return x if max is None else np.minimum(x, max)


NEG = Row("neg", np.negative, samples() + [SPECIAL, EXTREMES], dtypes=NUMBERS, gradients="all",
          errors=unary_errors("neg", "bool"))
ABS = Row("abs", np.abs, samples() + [SPECIAL, EXTREMES], dtypes=NUMBERS, gradients="all", errors=unary_errors("abs", "bool"))
SIGN = Row("sign", lambda x: np.where(np.isnan(x), 0, np.sign(x)), samples() + [SPECIAL, EXTREMES], gradients="all", errors=unary_errors("sign"), in_place_dtypes=ALL)
SQUARE = Row("square", np.square, samples() + [SPECIAL, EXTREMES], gradients="all", errors=unary_errors("square"))
EXP = Row("exp", np.exp, samples() + [SPECIAL, FAR], dtypes=ALL + HALVES, tolerance=(3e-7, 4e-16), gradients="all", errors=unary_errors("exp"))
LOG = Row("log", np.log, samples(0.01, 9) + [SPECIAL, FAR], tolerance=(3e-7, 4e-16), gradients="all",
          errors=unary_errors("log"))
SQRT = Row("sqrt", np.sqrt, samples(0.01, 9) + [SPECIAL], dtypes=ALL + HALVES, gradients="all", errors=unary_errors("sqrt"))
RELU = Row("relu", lambda x: np.maximum(x, 0), samples() + [SPECIAL], dtypes=NUMBERS, gradients="all",
           errors=unary_errors("relu", "bool"))
SIGMOID = Row("sigmoid", sigmoid, samples() + [SPECIAL, FAR], tolerance=(3e-7, 1e-15), gradients="all",
              errors=unary_errors("sigmoid"))
TANH = Row("tanh", np.tanh, samples() + [SPECIAL, FAR], dtypes=ALL + HALVES, tolerance=(3e-7, 1e-15), gradients="all",
           errors=unary_errors("tanh"))

CLAMP = Row(
    "clamp", clamp,
    [
        S(T(2, 3), 1, 2), S(T(5), min=1), S(T(5), max=1), S(T(), 0, 1), S(T(0, 2), 0), S(T(2, 3, 4), 0, 3),
        S(T(3, 4), -1.25, 2.5, dtypes=FLOATS), S(T(3, 4), None, 0.5, dtypes=FLOATS), S(T(4), 3, 1), S(T(2, 3), -1, 2, dtypes=SIGNED),
        S(V([nan, inf, -inf, 0.5]), -1, 1, dtypes=FLOATS, gradient=False),
        S(V([nan, 1.0, 2.0]), min=nan, dtypes=FLOATS, gradient=False),
        # A limit with a point makes integers floating point, also where it is whole.
        S(T(3, 4), -1.5, 1.5, dtypes=WHOLE), S(T(3, 4), 0.5, dtypes=WHOLE), S(T(3, 4), 0, 1.0, dtypes=WHOLE),
        # Limits for each element, which are broadcast, cross, and have gradients.
        S(T(2, 3), T(2, 3, low=-2, high=1), T(3, low=-1, high=2), dtypes=NUMBERS), S(T(2, 1), T(3), T(4, 1, 1), dtypes=NUMBERS),
        S(T(), T(), T(2), dtypes=NUMBERS), S(T(0, 3), T(3), T(1), dtypes=NUMBERS), S(T(3), None, T(2, 3), dtypes=NUMBERS),
        S(T(2, 3), T(), None, dtypes=NUMBERS), S(T(5), T(low=-2, high=0), T(low=0, high=2), dtypes=NUMBERS),
        S(V([nan, 1.0, inf, 2.0]), V([0.0, nan, -inf, -1.0]), V([1.0, 1.0, 3.0, nan]), dtypes=FLOATS, gradient=False),
        S(T(3, 4, dtype="int32"), T(4), T(3, 1), dtypes=NUMBERS),
    ],
    gradients="all",
    errors=[
        E(RuntimeError, r"clamp: at least one of min and max", T(2)),
        E(TypeError, r"clamp\(\): argument 'min' must be Tensor or Number, not str", T(2), "a"),
        E(RuntimeError, r"clamp: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(NotImplementedError, r"clamp: not defined for bool", T(2, dtype="bool"), T(2, dtype="bool"), T(2, dtype="bool")),
        E(RuntimeError, r"clamp: the number .* cannot be converted to int8", T(2, dtype="int8"), 0, 300),
        E(TypeError, r"clamp\(\): argument 'input' must be Tensor", "x", 0, 1),
    ],
)


def predicate(name, reference):
    return Row(name, lambda x: reference(np.asarray(x, np.float64)), samples() + [SPECIAL], errors=unary_errors(name))


WHERE = Row(
    "where", np.where,
    [
        S(T(2, 3, dtype="bool"), T(2, 3), T(2, 3)), S(T(3, dtype="bool"), T(2, 1), T(1, 3)), S(T(dtype="bool"), T(), T()),
        S(T(2, 1, dtype="bool"), T(), T(3)), S(T(0, 3, dtype="bool"), T(3), T(1, 1)), S(T(4, 1, 2, dtype="bool"), T(3, 1), T()),
        S(V([True, False, True], dtype="bool"), V([nan, 1.0, inf]), V([0.0, nan, 1.0]), dtypes=FLOATS, gradient=False),
    ],
    gradients="all", raw=True,
    errors=[
        E(RuntimeError, r"where: expected a bool condition, not float32", T(2), T(2), T(2)),
        E(RuntimeError, r"where: .*\[2\] and \[3\]", T(2, dtype="bool"), T(2), T(3)),
        E(RuntimeError, r"where: .*\[3\].*\[2\]", T(3, dtype="bool"), T(2), T(2)),
        E(TypeError, r"where\(\): argument 'condition' must be Tensor, not bool", True, T(2), T(2)),
        E(TypeError, r"where\(\): argument 'other' must be Tensor", T(2, dtype="bool"), T(2), None),
    ],
)


def masked_fill(x, mask, value):
    return np.where(mask, np.asarray(value).astype(x.dtype), x)


def fill_errors(name):
    return [
        E(RuntimeError, rf"{name}: expected a bool mask, not int64", T(2), T(2, dtype="int64"), 1),
        E(RuntimeError, rf"{name}: expected a value of no dimensions, not of shape \[2\]", T(2), T(2, dtype="bool"), T(2)),
        E(RuntimeError, rf"{name}: the number 300 cannot be converted to uint8 without overflow",
          T(2, dtype="uint8"), T(2, dtype="bool"), 300),
        E(RuntimeError, rf"{name}: the number nan cannot be converted to int64", T(2, dtype="int64"), T(2, dtype="bool"), nan),
        E(TypeError, rf"{name}\(\): argument 'mask' must be Tensor, not list", T(2), [True, False], 1),
        E(TypeError, rf"{name}\(\): argument 'value' must be Tensor", T(2), T(2, dtype="bool"), "x"),
    ]


MASKED_FILL = Row(
    "masked_fill", masked_fill,
    [
        S(T(2, 3), T(2, 3, dtype="bool"), 1), S(T(2, 3), T(3, dtype="bool"), T()), S(T(), T(dtype="bool"), 1),
        S(T(0, 2), T(2, dtype="bool"), 1), S(T(2, 3, 4), T(3, 1, dtype="bool"), T()),
        S(T(3), T(2, 1, dtype="bool"), 1), S(T(2, 3), T(2, 1, dtype="bool"), -inf, dtypes=FLOATS, gradient=False),
        S(T(2, 3), T(1, 3, dtype="bool"), 1.5),
        S(T(4), V([True, False, True, False], dtype="bool"), True),
    ],
    gradients="all", raw=True,
    errors=fill_errors("masked_fill") + [
        E(RuntimeError, r"(masked_fill|where): .*\[3\].*\[2\]|(masked_fill|where): .*\[2\].*\[3\]", T(2), T(3, dtype="bool"), 1),
    ],
)

ROWS = [
    NEG, ABS, SIGN, SQUARE, EXP, LOG, SQRT, RELU, SIGMOID, TANH, CLAMP, predicate("isnan", np.isnan),
    predicate("isfinite", np.isfinite), predicate("logical_not", np.logical_not), WHERE, MASKED_FILL,
]


def integer_errors(name):
    return [
        E(RuntimeError, rf"{name}: result type float32 can't be cast to .*int64", T(3, dtype="int64")),
        E(TypeError, rf"{name}\(\) takes 0 positional arguments but 1 was given", T(2), 1),
    ]


def zero(x):
    return np.zeros_like(x)


def fill(x, value):
    return np.full_like(x, value)


def copy(x, source):
    return np.broadcast_to(source, x.shape).astype(x.dtype)


ANY_SHAPE = [S(T(*shape)) for shape in SHAPES[:6]]
IN_PLACE = [
    in_place("neg_", NEG, errors=[E(NotImplementedError, r"neg_: .*bool", T(2, dtype="bool"))]),
    in_place("abs_", ABS, errors=[E(NotImplementedError, r"abs_: .*bool", T(2, dtype="bool"))]),
    in_place("square_", SQUARE, dtypes=NUMBERS, errors=[
        E(RuntimeError, r"square_: result type int64 can't be cast to .*bool", T(2, dtype="bool"))]),
    in_place("exp_", EXP, dtypes=FLOATS, errors=integer_errors("exp_")),
    in_place("log_", LOG, dtypes=FLOATS, errors=integer_errors("log_")),
    in_place("sqrt_", SQRT, dtypes=FLOATS, errors=integer_errors("sqrt_")),
    in_place("relu_", RELU, errors=[E(NotImplementedError, r"relu_: .*bool", T(2, dtype="bool"))]),
    in_place("sigmoid_", SIGMOID, dtypes=FLOATS, errors=integer_errors("sigmoid_")),
    in_place("tanh_", TANH, dtypes=FLOATS, errors=integer_errors("tanh_")),
    in_place("clamp_", CLAMP, samples=[s for s in CLAMP.samples if s.dtypes != WHOLE and not s.args[0].dtype and keeps_shape(CLAMP, s)], dtypes=NUMBERS, errors=[
        E(RuntimeError, r"clamp_: at least one of min and max", T(2)),
        E(RuntimeError, r"clamp_: .*int64", T(2, dtype="int64"), 0.5),
    ]),
    in_place("masked_fill_", MASKED_FILL, errors=fill_errors("masked_fill_") + [
        E(RuntimeError, r"masked_fill_: .*\[2, 2\].*\[2\]", T(2), T(2, 2, dtype="bool"), 1),
    ]),
    Row("zero_", zero, ANY_SHAPE, gradients="all", raw=True, in_place=True, errors=[
        E(TypeError, r"zero_\(\) takes 0 positional arguments but 1 was given", T(2), 1),
    ]),
    Row("fill_", fill, [S(T(2, 3), 2), S(T(2, 3), T()), S(T(), 1), S(T(0, 3), 1), S(T(2, 3, 4), True),
                        S(T(4), 2.75, dtypes=NUMBERS), S(T(3), nan, dtypes=FLOATS, gradient=False)],
        gradients="all", raw=True, in_place=True, errors=[
            E(RuntimeError, r"fill_: the number 300 cannot be converted to int8", T(2, dtype="int8"), 300),
            E(RuntimeError, r"fill_: expected a value of no dimensions, not of shape \[2\]", T(2), T(2)),
            E(TypeError, r"fill_\(\): argument 'value' must be Tensor", T(2), "x"),
        ]),
    Row("copy_", copy, [S(T(2, 3), T(2, 3)), S(T(2, 3), T(3)), S(T(), T()), S(T(0, 3), T(1, 3)), S(T(2, 3, 4), T(3, 1)),
                        S(T(2, 3), T(2, 3, dtype="float64"), dtypes=ALL), S(T(2, 3), T(3, dtype="int64"))],
        gradients="all", raw=True, in_place=True, errors=[
            E(RuntimeError, r"copy_: .*\[2\] and \[3\]", T(2), T(3)),
            E(RuntimeError, r"copy_: .*\[2, 3\].*\[3\]", T(3), T(2, 3)),
            E(TypeError, r"copy_\(\): argument 'source' must be Tensor", T(2), "x"),
        ]),
]
