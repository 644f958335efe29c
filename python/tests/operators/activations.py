"""Rows: activation functions."""

import math

import numpy as np

from .harness import ALL, DT, E, FLOATS, INTEGERS, NUMBERS, Row, S, T, V, in_place, inf, nan


def log_softmax(x, dim, dtype=None):
    x = np.asarray(x, np.float64)
    if x.ndim == 0:
        return np.zeros_like(x)
    shifted = x - np.max(x, dim, keepdims=True, initial=-inf)
    return shifted - np.log(np.sum(np.exp(shifted), dim, keepdims=True))


def softmax(x, dim, dtype=None):
    return np.exp(log_softmax(x, dim))


SOFTMAX = [
    S(T(2, 3), 1), S(T(2, 3), 0), S(T(2, 3), -1), S(T(2, 3, 4), 1), S(T(5), 0), S(T(), 0), S(T(), -1), S(T(0, 3), 1), S(T(0, 3), 0), S(T(3, 1), 1),
    S(T(2, 3), 1, dtype=DT("float64")), S(T(2, 3), dim=0, dtype=DT("float32")), S(T(17, 133, low=-30, high=30), 1, gradient=False),
    S(T(133, 5), 0, gradient=False), S(V([[1000.0, 1001.0], [-1000.0, 0.0], [-inf, 0.0]]), 1, gradient=False),
]
# Integers are taken where a floating dtype is named.
for sample in SOFTMAX:
    sample.dtypes = ALL if "dtype" in sample.kwargs else FLOATS
SOFTMAX[-1].dtypes = FLOATS


def softmax_errors(name):
    return [
        E(NotImplementedError, rf"{name}: not defined for int64", T(2, 3, dtype="int64"), 1),
        E(IndexError, rf"{name}: dimension 2 is out of range", T(2, 3), 2),
        E(IndexError, rf"{name}: dimension 1 is out of range", T(), 1),
        E(TypeError, rf"{name}\(\): argument 'dim' must be int", T(2, 3), "a"),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0], 0),
        E(TypeError, rf"{name}\(\): argument 'dtype' must be", T(2), 0, dtype="float32"),
    ]


# ---------------------------------------------------------------------------------------------------- elementwise

# On both sides of every place where a function is made of pieces, and far out.
POINTS = (-200.0, -30.0, -6.5, -4.0, -2.9, -1.3, -0.7, -0.3, -1e-3, 1e-3, 0.3, 0.7, 1.3, 2.9, 4.0, 5.9, 6.5, 19.0, 21.0, 30.0, 200.0)
# The places themselves, and what is no number: without gradients, which numerical differences do not find there.
EDGES = (-inf, -6.0, -3.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, 6.0, 20.0, nan)


def samples(*arguments, infinite=True):
    """Samples of a function of one tensor, with these further arguments: a list of (args, kwargs)."""
    found = []
    for args, kwargs in arguments or [((), {})]:
        found += [S(V(POINTS), *args, **kwargs), S(T(2, 3, 2), *args, **kwargs)]
    args, kwargs = (arguments or [((), {})])[0]
    edges = EDGES if infinite else EDGES[1:]
    return found + [
        S(V(edges), *args, **kwargs, gradient=False), S(T(), *args, **kwargs), S(T(0, 3), *args, **kwargs),
        S(T(1500), *args, **kwargs, gradient=False),
    ]


def refusals(name, *more):
    return [
        E(NotImplementedError, rf"{name}: not defined for bool", T(2, dtype="bool"), *more),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0], *more),
    ]


def of_floats(name, *more):
    return refusals(name, *more) + [E(NotImplementedError, rf"{name}: not defined for int64", T(2, dtype="int64"), *more)]


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def normal(x):
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-x / math.sqrt(2))


def elu(x, alpha=1.0):
    return np.where(x > 0, x, np.where(np.isnan(x), x, alpha * np.expm1(np.minimum(x, 0))))


def selu(x):
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def celu(x, alpha=1.0):
    return np.where(x > 0, x, np.where(np.isnan(x), x, alpha * np.expm1(np.minimum(x, 0) / alpha)))


def gelu(x, approximate="none"):
    if approximate == "none":
        return x * normal(x)
    # (1 + tanh u) / 2 is the sigmoid of 2 u.
    return x * sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))


def softplus(x, beta=1.0, threshold=20.0):
    return np.where(x * beta > threshold, x, np.logaddexp(0, x * beta) / beta)


def softshrink(x, lambd=0.5):
    return np.where(x > lambd, x - lambd, np.where(x < -lambd, x + lambd, np.where(np.isnan(x), x, 0)))


def threshold(x, threshold, value):
    if x.dtype.kind == "i":
        threshold, value = int(threshold), int(value)
    return np.where(x <= threshold, value, x)


def hardtanh(x, min_val=-1.0, max_val=1.0):
    return np.clip(x, int(min_val), int(max_val)) if x.dtype.kind == "i" else np.clip(x, min_val, max_val)


def only(dtypes, found):
    """The samples of given values for these dtypes, those of random ones for all."""
    for sample in found:
        if sample.args[0].values is not None:
            sample.dtypes = dtypes
    return found


def hardsigmoid(x):
    return np.clip(x + 3, 0, 6) / 6


def glu(x, dim=-1):
    a, b = np.split(x, 2, dim)
    return a * sigmoid(b)


def prelu(x, weight):
    if weight.size != 1 and x.ndim > 1:
        weight = weight.reshape([-1 if i == 1 else 1 for i in range(x.ndim)])
    if weight.size == 1:
        weight = weight.reshape(())
    return np.where(x > 0, x, np.where(np.isnan(x), x, weight * x))


def rrelu(x, lower=1 / 8, upper=1 / 3, training=False):
    return np.where(x > 0, x, x * (lower + upper) / 2)


def with_gelu_keyword(torch, x, **kwargs):
    return torch.nn.functional.gelu(x, **kwargs)


def softmin(x, dim, dtype=None):
    return softmax(-np.asarray(x, np.float64), dim)


# PyTorch's lanes give NaN for some infinities, where the function has a limit.
FINITE = dict(infinite=False)
ALPHA = [((), {}), ((0.5,), {}), ((), {"alpha": 1.7})]
SHRINK = [((), {}), ((0.25,), {}), ((), {"lambd": 1.0})]

ELU = Row("elu", elu, samples(*ALPHA), dtypes=FLOATS, tolerance=(4e-7, 2e-15), gradients="all", errors=of_floats("elu"))
SELU = Row("selu", selu, samples(), dtypes=FLOATS, tolerance=(4e-7, 2e-15), gradients="all", errors=of_floats("selu"))
CELU = Row(
    "celu", celu, samples(*ALPHA), dtypes=FLOATS, tolerance=(4e-7, 2e-15), gradients="all",
    errors=of_floats("celu") + [E(RuntimeError, r"celu: .*alpha cannot be 0 for CELU", T(2), 0.0)])
SILU = Row("silu", lambda x: x * sigmoid(x), samples(**FINITE), dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit", gradients="all",
           errors=of_floats("silu"))
MISH = Row("mish", lambda x: x * np.tanh(np.logaddexp(0, x)), samples(**FINITE), dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit",
           gradients="all", errors=of_floats("mish"))
HARDTANH = Row(
    "hardtanh", hardtanh, samples(((), {}), ((-2.0, 0.5), {}), ((), {"min_val": -0.25, "max_val": 4.5})) + [S(T(3, low=-100, high=100), -3.0, 2.0)],
    dtypes=FLOATS + INTEGERS[:-1], gradients="all", differs={"uint8": "limits below zero are refused"},
    errors=refusals("hardtanh") + [E(ValueError, r"hardtanh: min_val cannot be greater than max_val", T(2), 2.0, 1.0),
                                   E(RuntimeError, r"hardtanh: cannot do hardtanh on an unsigned type", T(2, dtype="uint8"))])
RELU6 = Row("relu6", lambda x: np.clip(x, 0, 6), samples() + [S(T(9, low=-10, high=10))], dtypes=NUMBERS, gradients="all", errors=refusals("relu6"))
LEAKY_RELU = Row(
    "leaky_relu", lambda x, negative_slope=0.01: np.where(x > 0, x, x * negative_slope),
    samples(((), {}), ((0.3,), {}), ((), {"negative_slope": -0.5})), dtypes=FLOATS, tolerance=(1.3e-7, 3e-16), gradients="all", errors=of_floats("leaky_relu"))
RRELU = Row(
    "rrelu", rrelu, samples(((), {}), ((0.1, 0.4), {}), ((), {"lower": 0.2, "upper": 0.2, "training": True})), dtypes=FLOATS,
    tolerance=(2e-7, 4e-16), gradients="all", reduced=None,
    errors=of_floats("rrelu") + [E(RuntimeError, r"rrelu: Lower bound should be less than or equal to the upper bound", T(2), 1.0, 0.5)])
HARDSIGMOID = Row("hardsigmoid", hardsigmoid, samples(), dtypes=FLOATS, tolerance=(2e-7, 4e-16), gradients="all", errors=of_floats("hardsigmoid"))
HARDSWISH = Row("hardswish", lambda x: x * hardsigmoid(x), samples(**FINITE), dtypes=FLOATS, tolerance=(3e-7, 6e-16), relative="unit", gradients="all",
                errors=of_floats("hardswish"))
THRESHOLD = Row(
    "threshold", threshold, samples(((0.5, 20.0), {}), ((), {"threshold": 1.1, "value": 3.5})) + [S(T(20), -1.1, -3.5, dtypes=FLOATS + INTEGERS[:-1])], dtypes=NUMBERS, gradients="all",
    errors=refusals("threshold", 0.5, 1.0) + [E(TypeError, r"threshold\(\) missing", T(2), 0.5)])

WITH_IN_PLACE = [ELU, SELU, CELU, SILU, MISH, HARDTANH, RELU6, LEAKY_RELU, RRELU, HARDSIGMOID, HARDSWISH, THRESHOLD]

ROWS = [
    Row("softmax", softmax, SOFTMAX, tolerance=(1e-6, 2e-15), relative="array", gradients="all", errors=softmax_errors("softmax")),
    Row("log_softmax", log_softmax, SOFTMAX, tolerance=(5e-7, 2e-15), relative="array", gradients="all",
        errors=softmax_errors("log_softmax")),
    Row("softmin", softmin, [s for s in SOFTMAX if s.kwargs.get("dtype") is None], dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array",
        gradients="all", errors=softmax_errors("softmin")),
    *WITH_IN_PLACE,
    Row("gelu", gelu, samples(((), {}), ((), {"approximate": "tanh"}), **FINITE), dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit",
        gradients="all", errors=of_floats("gelu") + [E(RuntimeError, r"gelu: approximate argument must be either none or tanh", T(2), approximate="foo")]),
    Row("hardshrink", lambda x, lambd=0.5: np.where(np.abs(x) <= lambd, 0, x), samples(*SHRINK), dtypes=FLOATS, gradients="all", errors=of_floats("hardshrink")),
    Row("softshrink", softshrink, samples(*SHRINK), dtypes=FLOATS, tolerance=(1.3e-7, 3e-16), relative="unit", gradients="all",
        errors=of_floats("softshrink") + [E(RuntimeError, r"softshrink: lambda must be greater or equal to 0, but found to be -1", T(2), -1.0)]),
    Row("tanhshrink", lambda x: x - np.tanh(x), samples(), dtypes=NUMBERS, tolerance=(5e-7, 1e-15), relative="unit", gradients="all",
        errors=refusals("tanhshrink")),
    Row("softplus", softplus, samples(((), {}), ((0.5, 3.0), {}), ((), {"beta": 2.0, "threshold": 50.0})), dtypes=FLOATS, tolerance=(2e-7, 2e-15),
        gradients="all", errors=of_floats("softplus")),
    Row("softsign", lambda x: x / (1 + np.abs(x)), only(FLOATS, samples(**FINITE)), dtypes=NUMBERS, tolerance=(2e-7, 4e-16), gradients="all", errors=refusals("softsign")),
    Row("logsigmoid", lambda x: -np.logaddexp(0, -x), samples(), dtypes=FLOATS, tolerance=(3e-7, 2e-15), gradients="all", errors=of_floats("logsigmoid")),
    Row("glu", glu, [S(T(4)), S(T(2, 6)), S(T(4, 3), 0), S(T(2, 4, 3), dim=1), S(T(0, 4)), S(T(2, 0))], dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit",
        gradients="all", errors=[
            E(RuntimeError, r"glu: Halving dimension must be even, but dimension 1 is size 3", T(2, 3)),
            E(RuntimeError, r"glu: does not support scalars", T()), E(IndexError, r"glu: dimension 2 is out of range", T(2, 4), 2),
            E(NotImplementedError, r"glu: not defined for int64", T(2, dtype="int64"))]),
    Row("prelu", prelu, [
            S(V(POINTS), T(1)), S(T(2, 3), T(3)), S(T(2, 3), T(1)), S(T(2, 3), T()), S(T(2, 3, 2, 2), T(3)), S(T(), T(1)), S(T(0, 3), T(3)), S(T(4), T(1)),
            S(V(EDGES[1:]), T(1), gradient=False)],
        dtypes=FLOATS, tolerance=(1.3e-7, 3e-16), gradients="all", gradient_layouts=("transposed", "strided"), errors=[
            E(RuntimeError, r"prelu: Mismatch of parameter numbers and input channel size. Found parameter numbers = 2 and channel size = 3", T(2, 3), T(2)),
            E(RuntimeError, r"prelu: Mismatch .* channel size = 1", T(3), T(3)),
            E(RuntimeError, r"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = 2", T(2, 3), T(1, 1)),
            E(RuntimeError, r"prelu: Type promoting not supported. Got float32 and float64", T(2, 3), T(3, dtype="float64")),
            E(NotImplementedError, r"prelu: not defined for int64", T(2, dtype="int64"), T(1, dtype="int64"))]),
]


def on_torch(name):
    """PyTorch's spelling of an operator in place that is no method there."""
    return lambda torch, x, *args, **kwargs: getattr(torch.nn.functional, name)(x.clone(), *args, **kwargs, inplace=True)


IN_PLACE = [in_place(row.name + "_", row, call=on_torch(row.name)) for row in WITH_IN_PLACE]
