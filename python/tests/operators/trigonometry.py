"""Rows: circular, hyperbolic and exponential functions and their inverses."""

import numpy as np

from .arithmetic import PAIRS, mismatch, pairs
from .harness import ALL, FLOATS, E, Row, S, T, V, inf, nan
from .pointwise import FAR, samples, unary_errors

# Zeros keep their sign where the function goes through zero.
EDGES = S(V([nan, inf, -inf, 0.0, -0.0, 1e-30, -1e-30]), dtypes=FLOATS, gradient=False)
HUGE = S(V([1e6, -1e6, 1.5e6, 3e7, -1e10, 1e22, -1e30, -3e38, 3e38]), dtypes=FLOATS, gradient=False)
UNIT = S(V([1.0, -1.0, 0.5, -0.5, 1.5, -2.0, 0.9999, 1e-4]), dtypes=FLOATS, gradient=False)
# Where the loops for sixteen elements have a rest, and one that is far from zero among others.
LONG = S(T(37, low=-0.9, high=0.9), gradient=False)
MIXED = S(V([0.1, 1e7, -0.2, -1e9, 0.3] * 4), dtypes=FLOATS, gradient=False)
EXACT = S(V([0.0, 1.0, 2.0, 3.0, 10.0, 16.0, 100.0, -1.0, -2.0, -10.0]), dtypes=FLOATS, gradient=False)


def function(name, reference, low=-4, high=4, extra=(), tolerance=(3e-7, 1e-15), relative="element"):
    return Row(name, reference, samples(low, high) + [EDGES, LONG, *extra], tolerance=tolerance, relative=relative,
               gradients="all", errors=unary_errors(name))


def degrees(x):
    return np.asarray(x) * (180 / np.pi)


def radians(x):
    return np.asarray(x) * (np.pi / 180)


def sinc(x):
    x = np.asarray(x, np.float64)
    return np.where(x == 0, 1.0, np.sin(np.pi * x) / np.where(x == 0, 1, np.pi * x))


def logit(x, eps=None):
    x = np.asarray(x, np.float64)
    if eps is not None:
        x = np.where(x < eps, eps, np.where(x > 1 - eps, 1 - eps, x))
    return np.log(x / (1 - x))


def logaddexp2(a, b):
    return np.logaddexp2(a, b)


def xlogy(a, b, log=np.log):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.where((a == 0) & ~np.isnan(b), 0.0, a * log(b))


def xlog1py(a, b):
    return xlogy(a, b, np.log1p)


QUADRANTS = S(
    V([0.0, -0.0, 0.0, -0.0, 1.0, -1.0, 0.0, inf, inf, -inf, 1.0, -1.0, nan, 1.0, 1e-30, 3e38]),
    V([0.0, 0.0, -0.0, -0.0, 0.0, 0.0, -1.0, inf, -inf, -inf, inf, -inf, 1.0, nan, 1e30, 1e-30]),
    dtypes=FLOATS, gradient=False)
INFINITE = S(V([inf, -inf, inf, nan, 0.0, -inf]), V([inf, -inf, -inf, 1.0, nan, 3.0]), dtypes=FLOATS, gradient=False)


def products(low, high):
    """Factors, of which some are zero, and arguments from low to high."""
    return [S(T(*a), T(*b, low=low, high=high)) for a, b in PAIRS] + [
        S(V([0.0, 0.0, 0.0, -0.0, nan, inf, 2.0]), V([0.0, -3.0, nan, inf, 1.0, 0.0, -3.0]), dtypes=FLOATS, gradient=False),
        S(2.5, T(5, low=low, high=high)), S(T(2, 3), 3.0, gradient=False), S(T(33, 20), T(20, low=low, high=high), gradient=False),
    ]


ROWS = [
    function("sin", np.sin, extra=[HUGE, MIXED, FAR]),
    function("cos", np.cos, extra=[HUGE, MIXED, FAR]),
    function("tan", np.tan, -1.2, 1.2, extra=[MIXED]),
    function("asin", np.arcsin, -0.9, 0.9, extra=[UNIT]),
    function("acos", np.arccos, -0.9, 0.9, extra=[UNIT]),
    function("atan", np.arctan, extra=[HUGE, UNIT]),
    function("sinh", np.sinh, extra=[FAR]),
    function("cosh", np.cosh, extra=[FAR]),
    function("asinh", np.arcsinh, extra=[HUGE]),
    function("acosh", np.arccosh, 1.2, 5, extra=[HUGE, EXACT]),
    function("atanh", np.arctanh, -0.9, 0.9, extra=[UNIT]),
    function("sinc", sinc, 0.4, 1.2, relative="unit"),
    function("deg2rad", radians, -400, 400), function("rad2deg", degrees),
    function("expm1", np.expm1, extra=[FAR]),
    function("exp2", np.exp2, extra=[FAR, EXACT]),
    function("log2", np.log2, 0.01, 9, extra=[FAR, EXACT], tolerance=(3e-7, 1e-15)),
    function("log10", np.log10, 0.01, 9, extra=[FAR, EXACT], tolerance=(3e-7, 1e-15)),
    function("log1p", np.log1p, -0.9, 9, extra=[FAR, UNIT]),
    Row("logit", logit,
        samples(0.2, 0.8) + [LONG, UNIT, EDGES, S(T(2, 3, low=-0.5, high=1.5), 0.2), S(T(5, low=0, high=1), eps=0.25),
                               S(T(2, 5, low=0.2, high=0.8), eps=0.0), S(T(low=0.2, high=0.8), None)],
        tolerance=(3e-7, 1e-15), relative="unit", gradients="all",
        errors=[
            E(TypeError, r"logit\(\): argument 'input' must be Tensor", "x"),
            E(TypeError, r"logit\(\): argument 'eps' must be float, not str", T(2), "a"),
            E(TypeError, r"logit\(\) takes at most 2 positional arguments but 3 were given", T(2), 0.1, 0.1),
        ]),
    Row("atan2", np.arctan2, pairs() + [QUADRANTS, S(T(33, 21), T(21), gradient=False)], tolerance=(3e-7, 4e-16),
        gradients="all", errors=mismatch("atan2")),
    Row("hypot", np.hypot, pairs() + [INFINITE, QUADRANTS, S(T(33, 21), T(21), gradient=False)], dtypes=FLOATS,
        tolerance=(3e-7, 4e-16), gradients="all", errors=mismatch("hypot")),
    Row("logaddexp", np.logaddexp, pairs() + [INFINITE, S(T(33, 21, low=-90, high=90), T(21), gradient=False)], dtypes=FLOATS,
        tolerance=(3e-7, 1e-15), relative="unit", gradients="all", errors=mismatch("logaddexp")),
    Row("logaddexp2", logaddexp2, pairs() + [INFINITE, S(T(33, 21, low=-90, high=90), T(21), gradient=False)], dtypes=FLOATS,
        tolerance=(3e-7, 1e-15), relative="unit", gradients="all", errors=mismatch("logaddexp2")),
    Row("xlogy", xlogy, products(0.1, 5), tolerance=(3e-7, 1e-15), gradients="all", errors=mismatch("xlogy")[:4]),
    Row("xlog1py", xlog1py, products(-0.9, 5), tolerance=(3e-7, 1e-15), gradients="all", errors=mismatch("xlog1py")[:4]),
]
assert all(set(row.dtypes) <= set(ALL) for row in ROWS)
