"""Elementwise functions: what a row of the table cannot say."""

import operator

import numpy as np
import pytest

import swiftnn
from swiftnn import special

from . import functions

INTEGERS = (swiftnn.int64, swiftnn.int32, swiftnn.int16, swiftnn.int8)


# ---------------------------------------------------------------------------------------------------- accuracy


def patterns(count=200_000):
    """float32 of all magnitudes, signs, NaN and infinities."""
    bits = np.random.default_rng(3).integers(0, 1 << 32, count, dtype=np.uint64).astype(np.uint32)
    return bits.view(np.float32)


def logit(x):
    return np.log(x / (1 - x))


@pytest.mark.parametrize("name, reference", [
    ("sin", np.sin), ("cos", np.cos), ("tan", np.tan), ("asin", np.arcsin), ("acos", np.arccos), ("atan", np.arctan),
    ("sinh", np.sinh), ("cosh", np.cosh), ("asinh", np.arcsinh), ("acosh", np.arccosh), ("atanh", np.arctanh),
    ("expm1", np.expm1), ("exp2", np.exp2), ("log2", np.log2), ("log10", np.log10), ("log1p", np.log1p), ("logit", logit),
    ("erf", functions.erf), ("erfc", functions.erfc),
])
def test_float32_is_rounded_nearly_right(name, reference):
    """Within 0.52 units in the last place, over all numbers of the dtype, and over those near 1."""
    for x in (patterns(), np.random.default_rng(4).uniform(-3, 3, 50_000).astype(np.float32)):
        with np.errstate(all="ignore"):
            want = reference(x.astype(np.float64))
            rounded = want.astype(np.float32)
        got = getattr(swiftnn, name)(swiftnn.from_numpy(x)).numpy()
        finite = np.isfinite(rounded)
        assert np.array_equal(got[~finite], rounded[~finite], equal_nan=True)
        assert np.array_equal(np.signbit(got[finite]), np.signbit(rounded[finite]))
        unit = np.spacing(np.abs(rounded[finite])).astype(np.float64)
        assert np.max(np.abs(got[finite] - want[finite]) / unit) <= 0.52


@pytest.mark.parametrize("n", [17, 33, 100])
def test_every_place_in_a_run_is_the_same(n):
    """The loops take sixteen elements at a time: what stands in the last places has the bits that it has in the first."""
    x = np.random.default_rng(n).uniform(0.1, 0.9, n).astype(np.float32)
    for name in ("sin", "exp2", "log1p", "erf", "atanh", "tan", "logit", "sinc"):
        function = getattr(swiftnn, name)
        whole = function(swiftnn.from_numpy(x)).numpy()
        single = np.array([function(swiftnn.tensor([v])).item() for v in x.tolist()], np.float32)
        apart = function(swiftnn.from_numpy(np.repeat(x, 2))[::2]).numpy()
        assert np.array_equal(whole, single) and np.array_equal(whole, apart), name
    other = np.random.default_rng(n + 1).uniform(0.1, 0.9, n).astype(np.float32)
    for name in ("atan2", "hypot", "logaddexp", "xlogy"):
        function = getattr(swiftnn, name)
        whole = function(swiftnn.from_numpy(x), swiftnn.from_numpy(other)).numpy()
        single = np.array([function(swiftnn.tensor([u]), swiftnn.tensor([v])).item() for u, v in zip(x.tolist(), other.tolist())])
        assert np.array_equal(whole, single.astype(np.float32)), name


def test_trigamma_in_double_precision():
    x = np.random.default_rng(0).uniform(0.05, 40, 200)
    got = special.polygamma(1, swiftnn.from_numpy(x)).numpy()
    want = functions.polygamma(1, x)
    assert np.max(np.abs(got - want) / want) < 4e-15
    assert special.polygamma(1, swiftnn.tensor([0.0, -1.0, -1e300], dtype=swiftnn.float64)).tolist() == [np.inf] * 3


def test_far_from_zero_on_the_left():
    """As many steps as near zero: the series does not go through the numbers between."""
    x = swiftnn.tensor([-1e9 + 0.5, -1e15 + 0.25], dtype=swiftnn.float64)
    assert np.allclose(special.polygamma(1, x).numpy(), [np.pi**2, 2 * np.pi**2], rtol=1e-8)
    assert special.zeta(swiftnn.tensor(2.0), swiftnn.tensor([-1e30])).tolist() == [np.inf]


# ---------------------------------------------------------------------------------------------------- numbers


def test_comparison_with_numbers_out_of_range():
    """Such a number is unequal to all elements, rather than wrapped or an error."""
    x = swiftnn.tensor([0, 44, 255], dtype=swiftnn.uint8)
    for number in (300, -1, 2**40, -(2**62)):
        for function in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
            assert function(x, number).tolist() == [function(v, number) for v in (0, 44, 255)]
            assert function(number, x).tolist() == [function(number, v) for v in (0, 44, 255)]


def test_numbers_wrap_in_narrow_integers():
    """As in PyTorch: a mask is often the complement of a number."""
    x = swiftnn.tensor([1, 7, 255], dtype=swiftnn.uint8)
    assert (x & ~1).tolist() == [0, 6, 254] and (x | -1).tolist() == [255] * 3 and (x ^ 256).tolist() == [1, 7, 255]
    assert (x * 300).tolist() == [44, 52, 212] and (x + 300).tolist() == [45, 51, 43] and (x - 300).tolist() == [213, 219, 211]
    assert (x // 257).tolist() == [1, 7, 255]
    with pytest.raises(RuntimeError, match="floor_divide: ZeroDivisionError"):
        x // 256
    assert (x & 1).dtype is swiftnn.uint8


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_the_smallest_integer(dtype):
    """Its quotient by -1 and its absolute value are not in the dtype; the processor traps at the first."""
    low = swiftnn.iinfo(dtype).min
    x = swiftnn.tensor([low], dtype=dtype)
    for result in (x // -1, -x, abs(x), x * -1, swiftnn.div(x, -1, rounding_mode="trunc"), swiftnn.gcd(x, x), swiftnn.gcd(x, x * 0),
                   swiftnn.lcm(x, x * 0 + 1), x << 0, x.clone().floor_divide_(-1)):
        assert result.tolist() == [low] and result.dtype is dtype
    for result in (x % -1, swiftnn.fmod(x, -1), x << 1, swiftnn.gcd(x, swiftnn.tensor([0], dtype=dtype)) - x):
        assert result.tolist() == [0]
    assert (x >> 1000).tolist() == [-1] and (x >> -1).tolist() == [-1]
    assert swiftnn.gcd(x, swiftnn.tensor([-1], dtype=dtype)).tolist() == [1]
    assert (x ** 3).tolist() == [0] and (swiftnn.tensor([3], dtype=dtype) ** 41).dtype is dtype


def test_numbers_on_the_left():
    x = swiftnn.tensor([3, 5])
    assert (17 % x).tolist() == [2, 2] and (17 // x).tolist() == [5, 3] and (1 << x).tolist() == [8, 32]
    assert (1000 >> x).tolist() == [125, 31] and (6 & x).tolist() == [2, 4] and (6 | x).tolist() == [7, 7] and (6 ^ x).tolist() == [5, 3]
    assert swiftnn.remainder(17, x).tolist() == [2, 2] and swiftnn.pow(2, x).tolist() == [8, 32]
    assert swiftnn.bitwise_left_shift(1, x).tolist() == [8, 32] and swiftnn.xlogy(0, x).tolist() == [0.0, 0.0]
    assert swiftnn.floor_divide(2.5, x).tolist() == [0.0, 0.0] and swiftnn.float_power(2, x).dtype is swiftnn.float64
    for name in ("__rmod__", "__rfloordiv__", "__rand__", "__ror__", "__rxor__", "__rlshift__", "__rrshift__", "__rpow__"):
        assert getattr(x, name)(7).shape == x.shape


def test_expressions_in_place():
    x = swiftnn.tensor([29, 14])
    same = x
    for function, number, want in ((operator.imod, 10, [9, 4]), (operator.ilshift, 2, [36, 16]), (operator.irshift, 1, [18, 8]),
                                   (operator.iand, 10, [2, 8]), (operator.ior, 5, [7, 13]), (operator.ixor, 3, [4, 14]),
                                   (operator.ifloordiv, 4, [1, 3])):
        x = function(x, number)
        assert x is same and x.tolist() == want
    b = swiftnn.tensor([True, False])
    b &= True
    b ^= swiftnn.tensor([True, True])
    assert b.tolist() == [False, True] and (~b).tolist() == [True, False] and (b | b).dtype is swiftnn.bool
    with pytest.raises(RuntimeError, match="bitwise_left_shift_: result type int64 can't be cast"):
        b <<= 1
    with pytest.raises(RuntimeError, match="remainder_: result type float32 can't be cast"):
        x %= 1.5
    with pytest.raises(TypeError):
        x & "1"
    with pytest.raises(TypeError):
        divmod(x, 2)


# ---------------------------------------------------------------------------------------------------- 16 bits


@pytest.mark.parametrize("dtype", [swiftnn.float16, swiftnn.bfloat16], ids=str)
def test_neighbours_in_16_bits(dtype):
    """Every number's neighbours, by the bits."""
    bits = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16)
    x = swiftnn._C._rebuild_tensor(swiftnn.Tensor, dtype, bits.shape, bits.tobytes(), False)
    numbers = ~x.isnan().numpy()
    for limit in (np.inf, -np.inf):
        up = swiftnn.nextafter(x, swiftnn.full(x.shape, limit, dtype=dtype))
        got = up.double().numpy()[numbers]
        every = np.unique(x.double().numpy()[numbers])
        place = np.searchsorted(every, x.double().numpy()[numbers]) + (1 if limit > 0 else -1)
        assert np.array_equal(got, every[np.clip(place, 0, len(every) - 1)])
        assert up.isnan().numpy()[~numbers].all()
    assert swiftnn.nextafter(x, x).isnan().equal(x.isnan())


@pytest.mark.parametrize("dtype", [swiftnn.float16, swiftnn.bfloat16, swiftnn.float32, swiftnn.float64], ids=str)
def test_nan_to_num_knows_the_dtype(dtype):
    x = swiftnn.tensor([np.nan, np.inf, -np.inf, 1.5], dtype=dtype)
    largest = swiftnn.finfo(dtype).max
    assert swiftnn.nan_to_num(x).tolist() == [0.0, largest, -largest, 1.5]
    assert swiftnn.nan_to_num(x, 2, 3, 4).tolist() == [2.0, 3.0, 4.0, 1.5]


# ---------------------------------------------------------------------------------------------------- gradients


def test_what_the_formula_does_not_need_may_be_overwritten():
    """Only the values are saved that the wanted gradients depend on."""
    for run in (lambda x, a, b: swiftnn.addcmul(x, a, b), lambda x, a, b: swiftnn.addcdiv(x, a, b), lambda x, a, b: x % a,
                lambda x, a, b: swiftnn.fmod(x, b), lambda x, a, b: swiftnn.lerp(x, a, 0.5)):
        x, a, b = swiftnn.ones(3, requires_grad=True), swiftnn.full((3,), 2.0), swiftnn.full((3,), 3.0)
        y = run(x, a, b)
        a += 1
        b += 1
        y.sum().backward()
        assert x.grad is not None
    a = swiftnn.full((3,), 2.0, requires_grad=True)
    b = swiftnn.full((3,), 3.0)
    y = swiftnn.addcmul(swiftnn.ones(3), a, b)
    b += 1
    with pytest.raises(RuntimeError, match="AddcmulBackward0: .*modified by an in-?place operation"):
        y.sum().backward()


def test_operators_without_a_gradient_say_so():
    for run in (lambda x: swiftnn.nextafter(x, x + 1), lambda x: swiftnn.heaviside(x, x), lambda x: special.zeta(x + 2, 1.0)):
        x = swiftnn.ones(3, requires_grad=True)
        y = run(x)
        assert y.requires_grad
        with pytest.raises(NotImplementedError, match="has no gradient"):
            y.sum().backward()


def test_gradients_at_the_edges():
    """Where a formula divides by zero, PyTorch says what the gradient is."""
    zero = swiftnn.zeros(2, dtype=swiftnn.float64)

    def slope(function, *values):
        leaves = [swiftnn.tensor([v], dtype=swiftnn.float64, requires_grad=True) for v in values]
        function(*leaves).sum().backward()
        return [leaf.grad.item() for leaf in leaves]

    assert slope(swiftnn.atan2, 0.0, 0.0) == [0.0, 0.0]
    assert slope(swiftnn.sinc, 0.0) == [0.0]
    assert slope(swiftnn.xlogy, 0.0, 0.0)[0] == 0.0 and slope(special.xlog1py, 0.0, -1.0)[0] == 0.0
    assert slope(special.i1, 0.0) == [0.5] and slope(special.i1e, 0.0) == [0.5] and slope(special.i0e, 0.0) == [0.0]
    assert slope(swiftnn.copysign, 0.0, -1.0) == [0.0, 0.0] and slope(swiftnn.copysign, -3.0, 2.0) == [-1.0, 0.0]
    assert slope(swiftnn.fmax, 2.0, 2.0) == [1.0, 0.0] and slope(swiftnn.fmin, 1.0, np.nan) == [1.0, 0.0]
    assert slope(swiftnn.nan_to_num, np.nan) == [0.0] and slope(swiftnn.round, 2.5) == [0.0]
    assert slope(lambda x: swiftnn.clamp(x, 1, 2), 1.0) == [1.0]
    assert slope(swiftnn.clamp, 1.0, 1.0, 1.0) == [1.0, 0.0, 0.0]
    assert slope(swiftnn.clamp, 0.0, 3.0, 2.0) == [0.0, 0.0, 1.0]  # the limits cross: the upper one is taken
    assert slope(lambda x: swiftnn.logit(x, 0.25), 0.1) == [0.0]
    assert swiftnn.frexp(swiftnn.ones(1, requires_grad=True)).exponent.requires_grad is False
    assert zero.sinc().tolist() == [1.0, 1.0]


def test_positive_is_the_tensor_itself():
    x = swiftnn.ones(2)
    assert swiftnn.positive(x) is x and x.positive() is x and +x is x


# ---------------------------------------------------------------------------------------------------- spellings

UNARY = """abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh bitwise_not ceil cos cosh
deg2rad digamma erf erfc erfinv exp exp2 expm1 fix floor frac lgamma log log10 log1p log2 logical_not logit nan_to_num neg negative
rad2deg reciprocal round rsqrt sgn sigmoid sign sin sinc sinh sqrt square tan tanh trunc i0 clamp clamp_max clamp_min clip
mvlgamma polygamma""".split()
BINARY = """add arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign div divide eq
float_power floor_divide fmod gcd ge greater greater_equal gt heaviside hypot lcm ldexp le less less_equal logical_and logical_or
logical_xor lt mul multiply ne nextafter not_equal pow remainder sub subtract true_divide xlogy addcdiv addcmul lerp""".split()
NOT_IN_PLACE = """fmax fmin frexp isclose isfinite isinf isnan isneginf isposinf isreal logaddexp logaddexp2 maximum minimum positive
signbit""".split()
SPECIAL = """digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammaln i0 i0e i1 i1e log1p log_ndtr log_softmax logit multigammaln
ndtr ndtri polygamma psi round sinc softmax xlog1py xlogy zeta""".split()


def test_every_spelling_of_pytorch_is_there():
    """Function, method, method in place, torch.special: the names that PyTorch 2.13 has for these operators."""
    missing = [n for n in UNARY + BINARY + NOT_IN_PLACE if not callable(getattr(swiftnn, n, None))]
    missing += ["Tensor." + n for n in UNARY + BINARY + NOT_IN_PLACE if not callable(getattr(swiftnn.Tensor, n, None))]
    missing += [f"Tensor.{n}_" for n in UNARY + BINARY if not callable(getattr(swiftnn.Tensor, n + "_", None))]
    missing += ["special." + n for n in SPECIAL if not callable(getattr(special, n, None))]
    missing += ["rsub"] if not callable(getattr(swiftnn, "rsub", None)) else []
    missing += [n for n in ("and", "or", "xor", "lshift", "rshift", "mod", "floordiv", "pow")
                for n in (f"__{n}__", f"__r{n}__", f"__i{n}__") if not hasattr(swiftnn.Tensor, n)]
    assert not missing


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_division_of_infinities(dtype):
    """A quotient is rounded down where it is infinite or of an infinity too, as the formula and the array API standard say;
    PyTorch gives NaN for inf // 2 and -1 for 5 // -inf. A remainder of zero has the sign of the divisor, as Python's."""
    dtype = getattr(swiftnn, dtype)
    inf, nan = float("inf"), float("nan")
    a = swiftnn.tensor([inf, inf, -inf, -inf, 5.0, -5.0, 5.0, inf, nan, 7.0], dtype=dtype)
    b = swiftnn.tensor([2.0, -2.0, 2.0, -2.0, -inf, inf, inf, inf, 1.0, 2.0], dtype=dtype)
    want = np.array([inf, -inf, -inf, inf, -0.0, -0.0, 0.0, nan, nan, 3.0])
    for got in (a // b, swiftnn.div(a, b, rounding_mode="floor"), a.clone().floor_divide_(b)):
        assert np.array_equal(got.numpy(), want, equal_nan=True)
        assert np.array_equal(np.signbit(got.numpy())[:7], np.signbit(want)[:7])
    zeros = swiftnn.tensor([-0.0, 0.0, 6.0, -6.0], dtype=dtype) % swiftnn.tensor([5.0, -5.0, -3.0, 3.0], dtype=dtype)
    assert np.signbit(zeros.numpy()).tolist() == [False, True, True, False] and not zeros.any()


def test_in_place_methods_as_functions():
    """PyTorch shows many methods in place as functions: the same objects."""
    x = swiftnn.tensor([-4.0, 9.0])
    assert swiftnn.abs_(x) is x and swiftnn.sqrt_(x).tolist() == [2.0, 3.0]
    for name in ("abs_", "clamp_", "exp_", "fill_", "index_put_", "nan_to_num_", "round_", "xlogy_", "zero_"):
        assert getattr(swiftnn, name) is getattr(swiftnn.Tensor, name)
    with pytest.raises(TypeError, match="abs_"):
        swiftnn.abs_(3)


@pytest.mark.parametrize("name", ["int64", "int32", "int16", "int8", "uint8"])
def test_division_of_integers_is_exact(name):
    """Quotients through floating point are those of Python's integers, at the limits and next to whole multiples too, in
    runs that mix small numbers and large ones; the smallest by -1 wraps."""
    info, generator = np.iinfo(name), np.random.default_rng(4)
    edges = [info.min, info.min + 1, 0, 1, 2, 3, 7, info.max - 1, info.max] + ([-1, -2, -3] if info.min else [])
    near = [n for power in (25, 51, 52, 53) for n in (2**power - 1, -(2**power), 2**power + 1) if info.min <= n <= info.max]
    divisors = generator.integers(max(info.min, -(2**24)), min(info.max, 2**24), 2000)
    multiples = divisors * generator.integers(-4 if info.min else 0, 4, 2000) + generator.integers(-1, 2, 2000)
    pairs = [(a, b) for a in edges + near for b in edges + near if b != 0]
    pairs += [(int(a), int(b)) for a, b in zip(multiples, divisors) if b != 0 and info.min <= a <= info.max]

    def wrapped(values):
        return np.array([(v - info.min) % 2**info.bits + info.min for v in values], name)

    a, b = (swiftnn.from_numpy(np.array(column, name)) for column in zip(*pairs))
    truncated = [abs(u) // abs(v) * (1 if (u < 0) == (v < 0) else -1) for u, v in pairs]
    for result, want in (
        (a // b, [u // v for u, v in pairs]), (a % b, [u % v for u, v in pairs]),
        (swiftnn.div(a, b, rounding_mode="trunc"), truncated), (swiftnn.fmod(a, b), [u - t * v for (u, v), t in zip(pairs, truncated)]),
        ((a // info.max)[::3], [u // info.max for u, _ in pairs[::3]]), (a[::3] % 7, [u % 7 for u, _ in pairs[::3]]),
    ):
        assert np.array_equal(result.numpy(), wrapped(want))


@pytest.mark.parametrize("exponent", [-1, 0.5, 2, 3])
def test_powers_do_not_depend_on_how_the_exponent_is_given(exponent):
    inf = float("inf")
    x = swiftnn.tensor([0.0, -0.0, 1.5, -2.0, 1e-40, 3e38, inf, -inf, float("nan")])
    for dtype in (swiftnn.float32, swiftnn.float64, swiftnn.float16, swiftnn.bfloat16):
        by_number = x.to(dtype) ** exponent
        by_elements = x.to(dtype) ** swiftnn.full_like(x, exponent, dtype=dtype)
        assert np.array_equal(by_number.float().numpy(), by_elements.float().numpy(), equal_nan=True)
    # As the standard has it, where a square root would be nan and -0.
    assert (x**0.5)[[1, 7]].tolist() == [0, inf] and not (x**0.5)[1].signbit()
