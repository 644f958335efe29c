"""Rows: distributions, and generators. PyTorch's numbers for the same seed are in Tests/Goldens/distributions.json.

Each expression is evaluated with `lib` as swiftnn after a seed; Tests/Goldens/make_distributions.py does the same with
PyTorch.
"""

import numpy as np

from .creation import like_errors
from .harness import DT, E, T, V, golden
from .random_numbers import Drawing, fnv1a, gradient_of_overwritten, moments, other_dtypes, repeats, strided

SEEDS = (0, 42, 12345678901)
FLOATING = ("float32", "float64", "float16", "bfloat16")
WEIGHTS = "[[0.1, 2.0, 0.0, 0.7, 1.3], [5.0, 0.5, 0.25, 0.125, 1.0]]"


def each(dtypes, *expressions):
    return [e.replace("DTYPE", f"lib.{d}") for d in dtypes for e in expressions]


INTEGERS = ("int64", "int32", "int16", "int8", "uint8")
EXPRESSIONS = {
    "exponential_": each(FLOATING, "lib.empty(5, dtype=DTYPE).exponential_()", "lib.empty(7, 9, dtype=DTYPE).exponential_(2.5)",
                         "lib.empty((), dtype=DTYPE).exponential_(lambd=0.1)"),
    "cauchy_": each(FLOATING, "lib.empty(40, dtype=DTYPE).cauchy_()", "lib.empty(5, dtype=DTYPE).cauchy_(1.0, sigma=3.0)"),
    "log_normal_": each(FLOATING, "lib.empty(40, dtype=DTYPE).log_normal_()", "lib.empty(5, dtype=DTYPE).log_normal_(0.0, std=0.25)"),
    "geometric_": each(FLOATING + INTEGERS, "lib.empty(40, dtype=DTYPE).geometric_(0.3)", "lib.empty(5, dtype=DTYPE).geometric_(p=0.9)"),
    "_random_": each(FLOATING + INTEGERS + ("bool",), "lib.empty(40, dtype=DTYPE).random_()", "lib.empty(9, dtype=DTYPE).random_(2)")
    + each(FLOATING + INTEGERS, "lib.empty(9, dtype=DTYPE).random_(5, 100)", "lib.empty(9, dtype=DTYPE).random_(7, None)")
    + ["lib.empty(9, dtype=lib.int64).random_(-2**63, None)", "lib.empty(9, dtype=lib.int64).random_(-2**40, 2**62)",
       "lib.empty(9, dtype=lib.int32).random_(-2**31, 2**31)", "lib.empty(9).random_(to=3)"],
    "normal": each(FLOATING, "lib.normal(lib.full((40,), 0.5, dtype=DTYPE), lib.full((40,), 2.0, dtype=DTYPE))",
                   "lib.normal(lib.zeros(2, 1, dtype=DTYPE), lib.ones(3, dtype=DTYPE))", "lib.normal(lib.full((5,), 0.5, dtype=DTYPE), 2.5)",
                   "lib.normal(1.5, lib.full((40,), 2.0, dtype=DTYPE))", "lib.normal(1.5, 2.5, (17,), dtype=DTYPE)")
    + ["lib.normal(lib.zeros(3))", "lib.normal(mean=0, std=1, size=(3,))"],
    "bernoulli": each(FLOATING, "lib.bernoulli(lib.full((40,), 0.3, dtype=DTYPE))")
    + each(FLOATING, "lib.empty(40).bernoulli_(lib.full((40,), 0.3, dtype=DTYPE))", "lib.empty(3, 4, dtype=lib.int64).bernoulli_(lib.full((4,), 0.3, dtype=DTYPE))"),
    # Without replacement equal quotients, which 16 bits make likely, stand in no particular order.
    "multinomial": each(FLOATING, *[f"lib.multinomial(lib.tensor({WEIGHTS}, dtype=DTYPE), {how})" for how in
                                    ("1", "1, True", "20, True", "num_samples=2, replacement=True")])
    + each(("float32", "float64"), *[f"lib.multinomial(lib.tensor({WEIGHTS}, dtype=DTYPE), {how})" for how in ("3", "4")],
           f"lib.multinomial(lib.tensor({WEIGHTS}, dtype=DTYPE)[1], 5)"),
    "poisson": each(FLOATING, *[f"lib.poisson(lib.full((20,), {rate}, dtype=DTYPE))" for rate in (0.0, 0.5, 3.0, 9.5, 10.0, 50.0, 1e4)]),
    "_randint_like": each(FLOATING + INTEGERS, "lib.randint_like(lib.empty(9, dtype=DTYPE), 100)", "lib.randint_like(lib.empty(9, dtype=DTYPE), 2, 100)")
    + ["lib.randint_like(lib.empty(2, 3), low=1, high=9, dtype=lib.int64)"],
    "options": each(FLOATING, "lib.rand(40, dtype=DTYPE)", "lib.randn(40, dtype=DTYPE)", "lib.randn(5, dtype=DTYPE)", "lib.empty(5, dtype=DTYPE).uniform_(-1, 3)",
                    "lib.empty(5, dtype=DTYPE).normal_(1, 3)", "lib.randperm(40, dtype=DTYPE)", "lib.randint(-5, 100, (9,), dtype=DTYPE)")
    + ["lib.rand(5, out=lib.empty(0, dtype=lib.float64))", "lib.randint(9, (3,), out=lib.empty(0))", "lib.randperm(5, out=lib.empty(0))",
       "lib.rand(5, generator=lib.Generator())", "lib.randn(5, generator=lib.Generator().manual_seed(7))",
       "lib.randint(0, 100, (5,), generator=lib.Generator().manual_seed(-3))", "lib.randperm(9, generator=lib.Generator().manual_seed(2**64 - 1))",
       "lib.rand_like(lib.ones(3), generator=lib.Generator().manual_seed(1))", "lib.empty(3).uniform_(generator=lib.Generator().manual_seed(1))",
       "lib.poisson(lib.full((3,), 4.0), generator=lib.Generator().manual_seed(1))", "lib.Generator().get_state()"],
}


def record(lib, expression, seed):
    """Dtype, shape, and hashes of the elements and of the generator's state afterwards."""
    lib.manual_seed(seed)
    result = eval(expression, {"lib": lib})
    dtype = str(result.dtype).split(".")[-1]
    array = (result.float() if dtype == "bfloat16" else result).numpy()
    return [dtype, list(array.shape), fnv1a(np.ascontiguousarray(array).tobytes()), fnv1a(lib.get_rng_state().numpy().tobytes())]


def recorded(name):
    def same_numbers_as_pytorch(lib):
        kept = golden("distributions.json")["cases"][name]
        assert len(kept) == len(EXPRESSIONS[name]) * len(SEEDS)
        for expression in EXPRESSIONS[name]:
            for seed in SEEDS:
                assert record(lib, expression, seed) == kept[f"{seed} {expression}"], expression

    return same_numbers_as_pytorch


def gradient_is_zero(draw):
    def no_gradient_flows(lib):
        p = lib.full((3,), 0.5, requires_grad=True)
        result = draw(lib, p)
        result.sum().backward()
        assert p.grad.tolist() == [0.0] * 3 and result._version == 0

    return no_gradient_flows


def refuses_nan(draw):
    def refused_nan(lib):
        before = lib.get_rng_state().tolist()
        try:
            draw(lib, lib.tensor([0.5, float("nan")]))
        except RuntimeError as error:
            assert "nan" in str(error)
        else:
            raise AssertionError("drew with NaN")
        assert lib.get_rng_state().tolist() == before

    return refused_nan


def limits_hold(lib):
    """Every number of the interval comes, and none beside it."""
    for low, high, dtype in ((-3, 4, "int8"), (0, 256, "uint8"), (250, 256, "uint8"), (-128, 128, "int8"), (0, 2, "bool")):
        values = lib.empty(20000, dtype=getattr(lib, dtype)).random_(low, high).to(lib.int64).tolist()
        assert set(values) == set(range(low, high))
    for dtype in ("float16", "bfloat16", "float32", "float64"):
        values = lib.empty(1000, dtype=getattr(lib, dtype)).random_(2**12 + 1, 2**12 + 200).to(lib.float64).numpy()
        assert values.min() >= 2**12 + 1 and values.max() < 2**12 + 200
    assert lib.empty(0).random_().shape == (0,)


def multinomial_is_fair(lib):
    lib.manual_seed(1)
    weights = lib.tensor([1.0, 0.0, 2.0, 5.0])
    drawn = lib.multinomial(weights, 20000, replacement=True).numpy()
    share = np.bincount(drawn, minlength=4) / 20000
    assert np.all(np.abs(share - np.array([1, 0, 2, 5]) / 8) < 0.02) and share[1] == 0
    without = lib.multinomial(weights.expand(500, 4), 3)
    assert without.shape == (500, 3) and all(len(set(row)) == 3 and 1 not in row for row in without.tolist())
    assert lib.multinomial(lib.empty(0, 3), 2).shape == (0, 2)


def generators_are_apart(lib):
    """A generator of one's own leaves the default one alone; its state can be kept, copied, pickled."""
    import pickle

    lib.manual_seed(9)
    before = lib.get_rng_state()
    g = lib.Generator()
    assert g.device == lib.device("cpu") and g.initial_seed() == 67280421310721
    assert g.manual_seed(5) is g and g.initial_seed() == 5
    first = lib.rand(4, generator=g)
    state = g.get_state()
    second = lib.rand(4, generator=g)
    assert g.set_state(state) is g and lib.rand(4, generator=g).tolist() == second.tolist()
    g.set_state(state)
    for copy in (g.clone_state(), pickle.loads(pickle.dumps(g))):
        assert lib.rand(4, generator=copy).tolist() == second.tolist()
    assert lib.get_rng_state().tolist() == before.tolist()
    assert lib.rand(4, generator=lib.Generator().manual_seed(5)).tolist() == first.tolist()
    assert lib.manual_seed(9) is lib.default_generator
    assert lib.rand(3, generator=lib.default_generator).tolist() == [lib.manual_seed(9), lib.rand(3)][1].tolist()
    assert g.seed() == g.initial_seed()
    for misuse, error in ((lambda: lib.rand(2, generator=3), TypeError), (lambda: lib.Generator("cuda"), RuntimeError),
                          (lambda: g.manual_seed(2**64), OverflowError), (lambda: g.manual_seed("a"), TypeError),
                          (lambda: g.set_state(lib.zeros(5)), TypeError), (lambda: g.set_state(lib.zeros(5056, dtype=lib.uint8)), ValueError),
                          (lambda: g.set_state(3), TypeError)):
        try:
            misuse()
        except error:
            continue
        raise AssertionError(f"no {error.__name__}")


def fork_puts_back(lib):
    lib.manual_seed(4)
    with lib.random.fork_rng():
        lib.manual_seed(1)
        lib.rand(5)
    after = lib.rand(3).tolist()
    lib.manual_seed(4)
    with lib.random.fork_rng(enabled=False):
        assert lib.rand(3).tolist() == after


def random_overloads(lib):
    for bad in (lambda x: x.random_(1, 2, 3), lambda x: x.random_(1, 2, to=3), lambda x: x.random_(a=1), lambda x: x.random_(1.5)):
        try:
            bad(lib.empty(2))
        except TypeError:
            continue
        raise AssertionError("no TypeError")
    assert lib.empty(3).random_(**{"from": 2, "to": 3}).tolist() == [2.0] * 3
    assert lib.empty(3).random_(2, to=3).tolist() == [2.0] * 3


P = E(RuntimeError, r"expected 0 <= p <= 1, got", V([0.5, 1.5]))
ROWS = [
    Drawing("exponential_", [recorded("exponential_"), strided("exponential_", 2.0), repeats(lambda lib: lib.empty(9).exponential_()),
                             moments(lambda lib: lib.empty(40000).exponential_(0.5), 2, 2), gradient_of_overwritten("exponential_")],
            [E(RuntimeError, r"exponential_: expected lambda > 0, got 0.0", T(2), 0.0), E(RuntimeError, r"exponential_: expected lambda > 0, got nan", T(2), float("nan")),
             E(NotImplementedError, r"exponential_: expected a floating point tensor, not int64", T(2, dtype="int64"))]),
    Drawing("cauchy_", [recorded("cauchy_"), strided("cauchy_", 1.0, 2.0), gradient_of_overwritten("cauchy_")],
            [E(RuntimeError, r"cauchy_: expected sigma > 0, got -1.0", T(2), 0.0, -1.0),
             E(NotImplementedError, r"cauchy_: expected a floating point tensor, not bool", T(2, dtype="bool"))]),
    Drawing("log_normal_", [recorded("log_normal_"), strided("log_normal_"), gradient_of_overwritten("log_normal_")],
            [E(RuntimeError, r"log_normal_: expected std > 0, got 0.0", T(2), 0.0, 0.0),
             E(NotImplementedError, r"log_normal_: expected a floating point tensor, not int64", T(2, dtype="int64"))]),
    Drawing("geometric_", [recorded("geometric_"), strided("geometric_", 0.5), gradient_of_overwritten("geometric_", 0.5)],
            [E(RuntimeError, r"geometric_: expected p to be in \(0, 1\), got 1.0", T(2), 1.0), E(RuntimeError, r"geometric_: expected p", T(2), float("nan")),
             E(TypeError, r"geometric_\(\) missing 1 required positional argument: 'p'", T(2)),
             E(NotImplementedError, r"geometric_: not defined for bool", T(2, dtype="bool"), 0.5)]),
    Drawing("_random_", [recorded("_random_"), strided("random_", 10), limits_hold, random_overloads, gradient_of_overwritten("random_")],
            [E(RuntimeError, r"random_: expected from < to, got 2 and 1", T(2), 2, 1), E(RuntimeError, r"random_: to - 1 = 299 is out of bounds for int8", T(2, dtype="int8"), 0, 300),
             E(RuntimeError, r"random_: from = -200 is out of bounds for int8", T(2, dtype="int8"), -200, 100),
             E(RuntimeError, r"random_: from = -\d+ is out of bounds for uint8", T(2, dtype="uint8"), -(2**63), None),
             E(RuntimeError, r"random_: expected from <= 255 for uint8, got 256", T(2, dtype="uint8"), 256, None)]),
    Drawing("normal", [recorded("normal"), refuses_nan(lambda lib, x: lib.normal(0.0, x)), moments(lambda lib: lib.normal(lib.full((40000,), 3.0), 2.0), 3, 2), gradient_is_zero(lambda lib, p: lib.normal(p, 1.0)),
                       gradient_is_zero(lambda lib, p: lib.normal(0.0, p)), gradient_is_zero(lambda lib, p: lib.normal(p, lib.ones(3)))],
            [E(RuntimeError, r"normal: expected std >= 0, got -1.0", T(2), -1.0), E(RuntimeError, r"normal: expected std >= 0, got -1.0", 0.0, -1.0, (2,)),
             E(TypeError, r"normal: expected a tensor as mean or std, or a size", 0, 1),
             E(TypeError, r"normal: with a size, mean and std must be numbers", T(2), 1.0, (2,)), E(TypeError, r"normal: dtype is for two numbers", T(2), 1.0, dtype=DT("float64")),
             E(RuntimeError, r"normal: shapes \[2\] and \[3\] cannot be broadcast", T(2), T(3)), E(NotImplementedError, r"normal: not defined for int64", T(2, dtype="int64"), 1.0),
             E(MemoryError, r"normal: ", 0.0, 1.0, (2**46,))]),
    Drawing("bernoulli", [recorded("bernoulli"), refuses_nan(lambda lib, x: lib.bernoulli(x)), moments(lambda lib: lib.bernoulli(lib.full((40000,), 0.2)), 0.2, 0.4), gradient_is_zero(lambda lib, p: lib.bernoulli(p)),
                          gradient_is_zero(lambda lib, p: p.bernoulli(0.5)), repeats(lambda lib: lib.bernoulli(lib.empty(60), 0.5))],
            [P, E(RuntimeError, r"bernoulli_: expected 0 <= p <= 1, got 2.0", T(2), 2.0),
             E(NotImplementedError, r"bernoulli: expected probabilities of floating point, not int64", T(2, dtype="int64"))]),
    Drawing("multinomial", [recorded("multinomial"), refuses_nan(lambda lib, x: lib.multinomial(x, 1)), multinomial_is_fair, repeats(lambda lib: lib.multinomial(lib.ones(50), 10))],
            [E(RuntimeError, r"multinomial: cannot sample n_sample > prob_dist.size\(-1\) samples without replacement: 4 of 3", V([1.0, 2.0, 3.0]), 4),
             E(RuntimeError, r"multinomial: cannot sample n_sample <= 0 samples, got 0", V([1.0]), 0),
             E(RuntimeError, r"multinomial: invalid multinomial distribution \(sum of probabilities <= 0\)", V([0.0, 0.0]), 1),
             E(RuntimeError, r"multinomial: probability tensor contains either `inf`, `nan` or element < 0", V([1.0, -1.0]), 1),
             E(RuntimeError, r"multinomial: probability tensor contains", V([1.0, float("inf")]), 1), E(RuntimeError, r"multinomial: only floating-point", T(2, dtype="int64"), 1),
             E(RuntimeError, r"multinomial: expected weights of 1 or 2 dimensions, got shape \[\]", T(), 1), E(RuntimeError, r"multinomial: expected at least one category", T(2, 0), 1, True),
             E(MemoryError, r"multinomial: ", V([1.0]), 2**62, True)]),
    Drawing("poisson", [recorded("poisson"), refuses_nan(lambda lib, x: lib.poisson(x)), moments(lambda lib: lib.poisson(lib.full((40000,), 4.0)), 4, 2), moments(lambda lib: lib.poisson(lib.full((40000,), 100.0)), 100, 10),
                        gradient_is_zero(lambda lib, p: lib.poisson(p))],
            [E(RuntimeError, r"poisson: invalid Poisson rate, .*got -1.0", V([1.0, -1.0])), E(RuntimeError, r"poisson: invalid Poisson rate, .*got inf", V([float("inf")])), E(NotImplementedError, r"poisson: expected rates of floating point", T(2, dtype="int64"))]),
    Drawing("_randint_like", [recorded("_randint_like"), recorded("options"), generators_are_apart, fork_puts_back],
            like_errors("randint_like", 0, 5)[:2] + [E(RuntimeError, r"randint: expected from < to, got 3 and 1", T(2), 3, 1),
             E(RuntimeError, r"randint: to - 1 = 299 is out of bounds for uint8", T(2, dtype="uint8"), 0, 300)]),
]
BY_NAME = {row.name: row for row in ROWS}
assert other_dtypes
