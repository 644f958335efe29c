"""Rows: special functions."""

import numpy as np

from . import functions as f
from .arithmetic import PAIRS
from .harness import FLOATS, INTEGERS, NUMBERS, E, Row, S, T, V, in_place, inf, nan
from .pointwise import samples, unary_errors
from .trigonometry import EDGES, LONG

WIDE = S(V([-30.0, -9.5, -6.0, -3.0, -1.0, 1.0, 3.0, 6.0, 9.5, 12.0, 30.0, 300.0]), dtypes=FLOATS, gradient=False)
HALF = S(V([1.0, -1.0, 0.999, -0.999, 1.5, 0.0, -0.0, nan, 1e-20]), dtypes=FLOATS, gradient=False)
TAILS = S(V([0.0, 1.0, 0.5, 1e-30, 1e-10, 0.01, 0.99, -0.1, 1.1, nan]), dtypes=FLOATS, gradient=False)
POLES = S(V([0.0, -0.0, -1.0, -2.0, -1.5, -0.25, -3.75, 0.5, 20.0, 1e6, inf, nan]), dtypes=FLOATS, gradient=False)


def function(name, reference, low=-4, high=4, extra=(), tolerance=(3e-7, 2e-15), relative="element", reduced=True):
    return Row(name, reference, samples(low, high) + [LONG, *extra], tolerance=tolerance, relative=relative, reduced=reduced,
               gradients="all", errors=unary_errors(name))


def entr(x):
    x = np.asarray(x, np.float64)
    return np.where(np.isnan(x), x, np.where(x > 0, -x * np.log(np.where(x > 0, x, 1)), np.where(x == 0, 0.0, -inf)))


MVLGAMMA = Row(
    "mvlgamma", f.mvlgamma,
    [S(T(2, 3, low=2, high=5), 2), S(T(low=3, high=6), 3), S(T(0, 2, low=1), 1), S(T(5, low=3, high=6), p=1),
     S(T(3, 2, 2, low=4, high=9), 5)],
    dtypes=NUMBERS, tolerance=(1e-6, 4e-15), relative="array", gradients="all",
    errors=[
        E(NotImplementedError, r"mvlgamma: not defined for bool", T(2, dtype="bool"), 1),
        E(RuntimeError, r"mvlgamma: p has to be greater than or equal to 1, got 0", T(2, low=3), 0),
        E(TypeError, r"mvlgamma\(\) missing 1 required positional argument: 'p'", T(2)),
        E(TypeError, r"mvlgamma\(\): argument 'p' must be int, not float", T(2), 1.5),
        E(TypeError, r"mvlgamma\(\): argument 'input' must be Tensor", 2.0, 1),
    ])
POLYGAMMA = Row(
    "polygamma", f.polygamma,
    [S(n, T(*shape, low=0.3, high=6)) for n, shape in ((0, (2, 3)), (4, (5,)), (2, ()), (3, (0, 3)), (5, (2, 1, 3)))] + [
        # PyTorch's first derivative has ten digits; see test_pointwise.py.
        S(1, T(17, low=0.3, high=6), dtypes=("float32",) + INTEGERS + ("bool",), gradient=False),
        S(1, V([0.0, -0.5, -2.25, 30.0]), dtypes=("float32",), gradient=False),
        S(2, V([-0.5, -2.25, 30.0, 0.01]), dtypes=FLOATS, gradient=False),
    ],
    tolerance=(3e-7, 1e-14), gradients="all",
    errors=[
        E(RuntimeError, r"polygamma: the order must not be negative, got -1", -1, T(2)),
        E(TypeError, r"polygamma\(\): argument 'n' must be int, not float", 1.5, T(2)),
        E(TypeError, r"polygamma\(\): argument 'input' must be Tensor", 1, 2.0),
    ])
ZETA = Row(
    "zeta", f.zeta,
    [S(T(*a, low=1.5, high=6), T(*b, low=0.5, high=6)) for a, b in PAIRS] + [
        S(3.0, T(4, low=0.5, high=6), gradient=False), S(T(2, 2, low=1.5, high=9), 1.0, gradient=False),
        S(V([1.0, 0.5, 2.0, 2.0, 2.5, 3.0]), V([1.0, 1.0, 0.0, -3.0, -1.5, -1.5]), dtypes=FLOATS, gradient=False),
        S(V([1.5, 30.0, 2.0]), V([1e5, 1e-3, 1e10]), dtypes=FLOATS, gradient=False),
    ],
    tolerance=(3e-7, 4e-15), gradients=(1,), reduced=False,
    errors=[
        E(RuntimeError, r"zeta: .*\[2, 3\] and \[4\]", T(2, 3), T(4)),
        E(TypeError, r"zeta\(\): argument 'other' must be Tensor", T(2), "a"),
        E(TypeError, r"zeta\(\) missing 1 required positional argument: 'other'", T(2)),
    ])

ROWS = [
    function("erf", f.erf, extra=[EDGES, WIDE], tolerance=(3e-7, 1e-15)),
    function("erfc", f.erfc, extra=[EDGES, WIDE], tolerance=(3e-7, 1e-15)),
    function("erfcx", f.erfcx, -2, 4, extra=[S(V([-30.0, -6.0, -3.0, 2.9, 3.1, 9.5, 30.0, 300.0, nan]), dtypes=FLOATS, gradient=False)],
             tolerance=(3e-7, 4e-15), reduced=False),
    function("erfinv", f.erfinv, -0.9, 0.9, extra=[HALF]),
    function("ndtr", lambda x: 0.5 * f.erfc(-np.asarray(x, np.float64) * np.sqrt(0.5)), extra=[EDGES],
             tolerance=(3e-7, 4e-15), relative="unit"),  # PyTorch's has no digits of its own far below zero
    function("ndtri", f.ndtri, 0.05, 0.95, extra=[TAILS], relative="unit", reduced=False),
    function("log_ndtr", f.log_ndtr, extra=[S(V([-30.0, -9.5, -1.5, 0.0, 6.0, 9.0, nan]), dtypes=("float64",), gradient=False)], tolerance=(3e-7, 2e-14), reduced=False),
    function("entr", entr, 0.1, 5, extra=[EDGES, S(V([-1.0, 0.0, 1.0, 0.3, inf]), dtypes=FLOATS, gradient=False)], relative="unit"),
    function("lgamma", f.lgamma, 0.3, 9, extra=[POLES], tolerance=(3e-7, 2e-15), relative="unit"),
    function("digamma", f.digamma, 0.3, 9, extra=[POLES], tolerance=(3e-7, 4e-15), relative="unit"),
    function("i0", f.i0, extra=[WIDE]),
    function("i0e", f.i0e, extra=[WIDE]),
    function("i1", f.i1, extra=[WIDE]),
    function("i1e", f.i1e, extra=[WIDE]),
    MVLGAMMA, POLYGAMMA, ZETA,
]

IN_PLACE = [
    # The method has its arguments in the other order.
    in_place("polygamma_", Row(
        "polygamma", lambda x, n: f.polygamma(n, x),
        [S(T(2, 3, low=0.3, high=6), 3), S(T(low=0.3, high=6), 2), S(T(0, 2), 0), S(T(5, low=0.3, high=6), n=3)],
        tolerance=(3e-7, 1e-14), gradients="all"), dtypes=FLOATS, errors=[
            E(RuntimeError, r"polygamma_: result type float32 can't be cast to .*int64", T(2, dtype="int64", low=1), 1),
            E(RuntimeError, r"polygamma_: the order must not be negative", T(2), -1),
    ]),
]
