"""Rows: operators that draw random numbers. PyTorch's numbers for the same seed are in Tests/Goldens/random.json."""

from dataclasses import dataclass, field

import numpy as np

from .creation import like_errors, size_errors
from .harness import DT, E, T, golden

CASES = golden("random.json")["cases"]
NOISE = golden("noise.json")


@dataclass
class Drawing:
    """An operator that draws, and what is checked of it: functions of the library."""

    name: str
    checks: list
    errors: list = field(default_factory=list)


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def assert_bits(tensor, draw):
    array = tensor.numpy()
    assert str(array.dtype) == draw["dtype"] and array.size == draw["count"]
    assert fnv1a(array.tobytes()) == draw["hash"], f"{draw['fill']} differs from PyTorch"


def golden(fill, draw):
    """Every recorded stream that consists of draws of one kind, drawn again."""

    def same_numbers_as_pytorch(lib):
        count = 0
        for case in CASES:
            if all(d["fill"] == fill for d in case["draws"]):
                lib.manual_seed(case["seed"])
                for d in case["draws"]:
                    result = draw(lib, d)
                    if result is not None:
                        assert_bits(result, d)
                        count += 1
        assert count

    return same_numbers_as_pytorch


def repeats(*draws):
    def same_seed_same_numbers(lib):
        for draw in draws:
            lib.manual_seed(3)
            first = draw(lib)
            second = draw(lib)
            lib.manual_seed(3)
            again = draw(lib)
            assert first.numpy().tobytes() == again.numpy().tobytes()
            assert first.numel() < 2 or first.numpy().tobytes() != second.numpy().tobytes()

    return same_seed_same_numbers


def shapes(draw, like=False):
    """Sizes with nothing in them and none at all, dtypes, requires_grad."""

    def shape_and_dtype(lib):
        for shape in ((2, 3), (0, 3), ()):
            for dtype in (lib.float32, lib.float64):
                result = draw(lib, shape, dtype)
                assert tuple(result.shape) == shape and result.dtype is dtype and not result.requires_grad

    return shape_and_dtype


def moments(draw, mean, deviation):
    """Mean and standard deviation of 40,000 numbers, within five standard errors."""

    def mean_and_deviation(lib):
        lib.manual_seed(1)
        values = draw(lib).numpy().astype(np.float64)
        assert abs(values.mean() - mean) < 5 * deviation / 200
        assert abs(values.std() - deviation) < 5 * deviation / 200

    return mean_and_deviation


def dtype_of(lib, d):
    return getattr(lib, d["dtype"])


def is_standard(d):
    return (d["a"], d["b"]) == (0.0, 1.0)


def rand(lib, d):
    if not is_standard(d):
        return lib.empty(d["count"], dtype=dtype_of(lib, d)).uniform_(d["a"], d["b"])
    return lib.rand(d["count"], dtype=dtype_of(lib, d))


def rand_like(lib, d):
    if not is_standard(d):
        return rand(lib, d)
    return lib.rand_like(lib.empty(d["count"], dtype=dtype_of(lib, d)))


def randn(lib, d):
    if not is_standard(d):
        return lib.empty(d["count"], dtype=dtype_of(lib, d)).normal_(d["a"], d["b"])
    return lib.randn(d["count"], dtype=dtype_of(lib, d))


def randn_like(lib, d):
    if not is_standard(d):
        return randn(lib, d)
    return lib.randn_like(lib.empty(d["count"], dtype=dtype_of(lib, d)))


def uniform_(lib, d):
    return lib.empty(d["count"], dtype=dtype_of(lib, d)).uniform_(d["a"], d["b"])


def normal_(lib, d):
    return lib.empty(d["count"], dtype=dtype_of(lib, d)).normal_(d["a"], d["b"])


def bernoulli_(lib, d):
    return lib.empty(d["count"], dtype=dtype_of(lib, d)).bernoulli_(d["a"])


def strided(method, *arguments):
    """Memory with gaps gets the same numbers in the same order, and nothing beside it is written to."""

    def strided_memory(lib):
        lib.manual_seed(5)
        want = getattr(lib.empty(3, 20), method)(*arguments)
        lib.manual_seed(5)
        wide = lib.full((20, 7), 9.0)
        part = wide.t()[1::2]
        assert getattr(part, method)(*arguments) is part and part._version == 1
        assert np.array_equal(part.numpy(), want.numpy())
        assert bool((wide.t()[::2] == 9.0).all())

    return strided_memory


def other_dtypes(method, dtypes, *arguments):
    def refused_dtypes(lib):
        for name in dtypes:
            x = lib.ones(3, dtype=getattr(lib, name))
            try:
                getattr(x, method)(*arguments)
            except NotImplementedError as error:
                assert method in str(error) and name in str(error)
            else:
                raise AssertionError(f"{method} drew {name}")
            assert x._version == 0

    return refused_dtypes


def gradient_of_overwritten(method, *arguments):
    def gradient_is_zero(lib):
        x = lib.ones(4, requires_grad=True)
        y = x * 2
        getattr(y, method)(*arguments)
        y.sum().backward()
        assert x.grad.tolist() == [0.0] * 4

    return gradient_is_zero


def randint_ranges(lib):
    values = lib.randint(-3, 4, (40000,)).numpy()
    assert set(values.tolist()) == set(range(-3, 4))
    assert np.all(np.abs(np.bincount(values + 3) - 40000 / 7) < 5 * np.sqrt(40000 / 7))
    for name in ("int32", "int16", "int8", "uint8", "float32", "float64"):
        assert lib.randint(5, (3,), dtype=getattr(lib, name)).dtype is getattr(lib, name)
    assert lib.randint(1, 2, (2, 0)).tolist() == [[], []] and lib.randint(7, 8, ()).item() == 7


def randperm_is_a_permutation(lib):
    for n in (0, 1, 2, 17, 1000):
        assert sorted(lib.randperm(n).tolist()) == list(range(n))
    assert lib.randperm(5, dtype=lib.int32).dtype is lib.int32
    assert lib.randperm(5, dtype=lib.float32).dtype is lib.float32


def bernoulli_values(lib):
    for name in ("float32", "float64", "int64", "uint8", "bool"):
        x = lib.empty(1000, dtype=getattr(lib, name)).bernoulli_(0.25)
        assert set(x.to(lib.int64).tolist()) == {0, 1} and 150 < int(x.to(lib.int64).sum()) < 350
    assert bool((lib.empty(50).bernoulli_(1.0) == 1).all()) and bool((lib.empty(50).bernoulli_(0.0) == 0).all())


def dropout_values(lib):
    x = lib.full((200, 200), 3.0)
    y = lib.nn.functional.dropout(x, 0.2).numpy()
    assert set(np.unique(y)) == {0.0, np.float32(3) / np.float32(0.8)}
    assert abs(np.mean(y == 0) - 0.2) < 5 * np.sqrt(0.2 * 0.8) / 200
    assert lib.nn.functional.dropout(x, 0.2, training=False) is x or bool((lib.nn.functional.dropout(x, 0.2, False) == x).all())
    assert bool((lib.nn.functional.dropout(x, 0.0) == x).all()) and bool((lib.nn.functional.dropout(x, 1.0) == 0).all())
    assert lib.nn.functional.dropout(lib.ones(0, 3), 0.5).shape == (0, 3)
    assert lib.nn.functional.dropout(lib.ones((), dtype=lib.float64), 0.5).dtype is lib.float64


def dropout_gradient(lib):
    """What was kept has the gradient 1 / (1 - p), what was dropped none; also of non-contiguous inputs."""
    for x in (lib.ones(30, 40, requires_grad=True), lib.ones(40, 30).t().requires_grad_()):
        y = lib.nn.functional.dropout(x, 0.3)
        y.sum().backward()
        assert np.array_equal(x.grad.numpy(), y.detach().numpy())


def noise(name, function):
    """The numbers that PyTorch's function gives for the same seed, and as many draws."""

    def same_noise_as_pytorch(lib):
        for dtype, want in NOISE[name].items():
            lib.manual_seed(3)
            x = lib.arange(-30, 30).reshape(3, 4, 5).to(getattr(lib, dtype)) / 7
            got = function(lib.nn.functional, x).reshape(-1).numpy()
            assert np.allclose(got, want["values"], 1e-6 if dtype == "float32" else 1e-13, 0), name
            assert lib.rand(1).item() == want["next"], name

    return same_noise_as_pytorch


def in_place_noise(name, *arguments):
    """The same numbers, gradient included, written over the input."""

    def same_in_place(lib):
        results = []
        for function in (getattr(lib, name, None) or getattr(lib.nn.functional, name), getattr(lib.Tensor, name + "_")):
            lib.manual_seed(5)
            leaf = lib.linspace(-2, 2, 24).reshape(2, 3, 4).requires_grad_()
            x = leaf * 1
            y = function(x, *arguments)
            assert (y is x) == (function is getattr(lib.Tensor, name + "_"))
            y.square().sum().backward()
            results += [y.detach().numpy(), leaf.grad.numpy()]
        assert np.array_equal(results[0], results[2]) and np.array_equal(results[1], results[3])

    return same_in_place


def channels_are_dropped(lib):
    F = lib.nn.functional
    for drop, shape in ((F.dropout1d, (8, 9, 4)), (F.dropout2d, (8, 9, 2, 3)), (F.dropout3d, (8, 9, 1, 2, 2))):
        x = lib.ones(shape, requires_grad=True)
        y = drop(x, 0.5)
        flat = y.detach().reshape(72, -1).numpy()
        assert np.all(flat == flat[:, :1]) and set(flat[:, 0]) == {0.0, 2.0}
        y.sum().backward()
        assert np.array_equal(x.grad.numpy(), y.detach().numpy())
        assert drop(x, 0.5, False) is x or bool((drop(x, 0.5, False) == x).all())
        z = lib.ones(shape)
        assert drop(z, 0.5, True, True) is z and set(np.unique(z.numpy())) == {0.0, 2.0}
        assert drop(z, 0.5, False, inplace=True) is z
        assert bool((drop(lib.ones(shape), 1.0) == 0).all())


def alpha_dropout_keeps_moments(lib):
    lib.manual_seed(2)
    for drop in (lib.nn.functional.alpha_dropout, lib.nn.functional.feature_alpha_dropout):
        y = drop(lib.randn(400, 100), 0.3, True).numpy()
        assert abs(y.mean()) < 0.05 and abs(y.std() - 1) < 0.05
        x = lib.randn(3, 4)
        assert drop(x, 0.3) is x or bool((drop(x, 0.3) == x).all())
        assert bool((drop(x, 1.0, True) == 0).all())


def gumbel_samples(lib):
    lib.manual_seed(1)
    logits = lib.log(lib.tensor([0.1, 0.2, 0.7])).expand(20000, 3)
    hard = lib.nn.functional.gumbel_softmax(logits, hard=True).numpy()
    assert np.all(np.isclose(hard.sum(1), 1)) and np.allclose(np.sort(hard, 1), [0, 0, 1], atol=1e-6)
    assert np.allclose(hard.mean(0), [0.1, 0.2, 0.7], atol=0.02)
    x = lib.randn(4, 3, requires_grad=True)
    weights = lib.arange(12.0).reshape(4, 3)
    gradients = []
    for hard in (False, True):
        lib.manual_seed(9)
        (lib.nn.functional.gumbel_softmax(x, 0.5, hard) * weights).sum().backward()
        gradients.append(x.grad.numpy().copy())
        x.grad = None
    assert np.allclose(*gradients, rtol=1e-5)


def dropping(name):
    """Errors of what drops elements."""
    return [
        E(ValueError, rf"{name}: dropout probability has to be between 0 and 1, but got 1.5", T(2, 3), 1.5, True),
        E(ValueError, rf"{name}: dropout probability has to be between 0 and 1, but got nan", T(2, 3), float("nan"), True),
        E(NotImplementedError, rf"{name}: not defined for int64", T(2, 3, dtype="int64"), 0.5, True),
        E(TypeError, rf"{name}\(\): argument 'p' must be float", T(2, 3), "a", True),
        E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0], 0.5, True),
    ]


FEW = [E(RuntimeError, r"eature dropout requires at least 2 dimensions", T(3), 0.5, True)]
LIKE = [E(NotImplementedError, r"not defined for int64", T(2, dtype="int64"))]
ROWS = [
    Drawing("rand", [golden("uniform", rand), repeats(lambda lib: lib.rand(4, 5)), moments(lambda lib: lib.rand(40000), 0.5, 12**-0.5),
                     shapes(lambda lib, shape, dtype: lib.rand(shape, dtype=dtype))],
            size_errors("rand")[:9] + [E(NotImplementedError, r"rand: not defined for int64", 2, dtype=DT("int64"))]),
    Drawing("randn", [golden("normal", randn), repeats(lambda lib: lib.randn(4, 5), lambda lib: lib.randn(3)),
                      moments(lambda lib: lib.randn(40000), 0, 1), shapes(lambda lib, shape, dtype: lib.randn(shape, dtype=dtype))],
            size_errors("randn")[:9] + [E(NotImplementedError, r"randn: not defined for bool", 2, dtype=DT("bool"))]),
    Drawing("rand_like", [golden("uniform", rand_like), shapes(lambda lib, shape, dtype: lib.rand_like(lib.ones(shape, dtype=dtype)))],
            like_errors("rand_like")[:2] + LIKE),
    Drawing("randn_like", [golden("normal", randn_like), shapes(lambda lib, shape, dtype: lib.randn_like(lib.ones(shape, dtype=dtype)))],
            like_errors("randn_like")[:2] + LIKE),
    Drawing("_randint", [
        golden("integers", lambda lib, d: lib.randint(int(d["low"]), int(d["high"]), (d["count"],))), randint_ranges,
        repeats(lambda lib: lib.randint(0, 1000, (30,)))],
        [E(RuntimeError, r"randint: expected from < to, got 3 and 3", 3, 3, (2,)),
         E(RuntimeError, r"randint: negative size -1", 0, 3, (-1,)),
         E(MemoryError, r"randint: ", 0, 3, (2**46,)),
         E(TypeError, r"randint\(\): argument 'high' must be int", 0, 2.5, (2,)),
         E(TypeError, r"randint\(\): argument 'size' must be", 0, 3, "a")]),
    Drawing("randperm", [golden("permutation", lambda lib, d: lib.randperm(d["count"])), randperm_is_a_permutation,
                         repeats(lambda lib: lib.randperm(50))],
            [E(RuntimeError, r"randperm: n must be non-negative, got -1", -1), E(MemoryError, r"randperm: ", 2**46),
             E(TypeError, r"randperm\(\): argument 'n' must be int", 2.0)]),
    Drawing("dropout", [dropout_values, dropout_gradient, repeats(lambda lib: lib.nn.functional.dropout(lib.ones(9, 9))),
                        noise("dropout", lambda F, x: F.dropout(x, 0.3))], dropping("dropout")),
    Drawing("dropout_", [in_place_noise("dropout", 0.4, True)]),
    Drawing("feature_dropout", [
        channels_are_dropped, noise("dropout1d", lambda F, x: F.dropout1d(x, 0.3)), noise("dropout2d", lambda F, x: F.dropout2d(x.unsqueeze(3), 0.3)),
        noise("dropout1d of no batch", lambda F, x: F.dropout1d(x[0], 0.3)),
        noise("dropout3d", lambda F, x: F.dropout3d(x.reshape(3, 4, 5, 1, 1), 0.3))], dropping("feature_dropout") + FEW),
    Drawing("feature_dropout_", [in_place_noise("feature_dropout", 0.4, True)]),
    Drawing("alpha_dropout", [alpha_dropout_keeps_moments, noise("alpha_dropout", lambda F, x: F.alpha_dropout(x, 0.3, True))], dropping("alpha_dropout")),
    Drawing("alpha_dropout_", [in_place_noise("alpha_dropout", 0.4, True)]),
    Drawing("feature_alpha_dropout", [noise("feature_alpha_dropout", lambda F, x: F.feature_alpha_dropout(x, 0.3, True))],
            dropping("feature_alpha_dropout") + FEW),
    Drawing("feature_alpha_dropout_", [in_place_noise("feature_alpha_dropout", 0.4, True)]),
    Drawing("gumbel_softmax", [
        gumbel_samples, noise("gumbel_softmax", lambda F, x: F.gumbel_softmax(x, tau=0.7)),
        noise("gumbel_softmax, hard", lambda F, x: F.gumbel_softmax(x, hard=True, dim=1)),
        noise("rrelu", lambda F, x: F.rrelu(x, training=True)),
        noise("rrelu of a transposed tensor", lambda F, x: F.rrelu(x.transpose(0, 2), 0.1, 0.9, training=True)),
        in_place_noise("rrelu", 0.1, 0.9, True)],
        [E(IndexError, r"gumbel_softmax: dimension 3 is out of range", T(2, 3), dim=3),
         E(NotImplementedError, r"gumbel_softmax: not defined for int64", T(2, 3, dtype="int64"))]),
    Drawing("uniform_", [golden("uniform", uniform_), strided("uniform_", -1.0, 2.0), repeats(lambda lib: lib.empty(4, 5).uniform_()),
                         moments(lambda lib: lib.empty(40000).uniform_(2, 4), 3, 2 * 12**-0.5), gradient_of_overwritten("uniform_"),
                         other_dtypes("uniform_", ("int64", "uint8", "bool"))],
            [E(RuntimeError, r"uniform_: expected finite from <= to, got 2.0 and 1.0", T(2), 2.0, 1.0),
             E(RuntimeError, r"uniform_: expected finite from <= to", T(2), 0.0, float("inf")),
             E(RuntimeError, r"uniform_: expected finite from <= to", T(2), float("nan"), 1.0),
             E(RuntimeError, r"uniform_: expected finite from <= to", T(2), -3e38, 3e38),
             E(TypeError, r"uniform_\(\): argument 'from' must be float", T(2), "a")]),
    Drawing("normal_", [golden("normal", normal_), strided("normal_", 1.0, 2.0), repeats(lambda lib: lib.empty(4, 5).normal_()),
                        moments(lambda lib: lib.empty(40000).normal_(-1, 2), -1, 2), gradient_of_overwritten("normal_"),
                        other_dtypes("normal_", ("int64", "uint8", "bool"))],
            [E(RuntimeError, r"normal_: expected std >= 0, got -1.0", T(2), 0.0, -1.0),
             E(RuntimeError, r"normal_: expected std >= 0, got nan", T(2), 0.0, float("nan")),
             E(TypeError, r"normal_\(\): argument 'mean' must be float", T(2), "a")]),
    Drawing("bernoulli_", [golden("bernoulli", bernoulli_), strided("bernoulli_", 0.4), repeats(lambda lib: lib.empty(60).bernoulli_(0.5)),
                           bernoulli_values, gradient_of_overwritten("bernoulli_")],
            [E(RuntimeError, r"bernoulli_: expected 0 <= p <= 1, got 1.5", T(2), 1.5),
             E(RuntimeError, r"bernoulli_: expected 0 <= p <= 1, got nan", T(2), float("nan")),
             E(TypeError, r"bernoulli_\(\): argument 'p' must be Tensor or Number", T(2), "a")]),
]
BY_NAME = {row.name: row for row in ROWS}
