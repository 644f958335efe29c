"""What a row of the table cannot say about reductions, statistics, norms and scans."""

import numpy as np
import pytest

import swiftnn

HALVES = [swiftnn.float16, swiftnn.bfloat16]


def close(tensor, array, tolerance=1e-6):
    np.testing.assert_allclose(np.asarray(tensor.detach().tolist()), array, rtol=tolerance, atol=tolerance)


# ---------------------------------------------------------------------------------------------------- overloads


@pytest.mark.parametrize("name", ["max", "min"])
def test_extremes_of_two_tensors(name):
    """max(input, other) is maximum, as a function and a method, by position and by name, also with out=."""
    x, y = swiftnn.tensor([1.0, 5.0, 3.0]), swiftnn.tensor([4.0, 2.0, 3.0])
    function = getattr(swiftnn, name)
    want = getattr(swiftnn, name + "imum")(x, y).tolist()
    for result in (function(x, y), function(x, other=y), getattr(x, name)(y), getattr(x, name)(other=y)):
        assert result.tolist() == want
    out = swiftnn.empty(0)
    assert function(x, y, out=out) is out and out.tolist() == want
    whole = swiftnn.empty(())
    assert function(x, out=whole) is whole and whole.item() == getattr(np, name)([1.0, 5.0, 3.0])
    targets = swiftnn.empty(0), swiftnn.empty(0, dtype=swiftnn.int64)
    found = function(x, 0, out=targets)
    assert found.values is targets[0] and found.indices is targets[1]


def test_named_results():
    x = swiftnn.tensor([[3.0, 1.0], [2.0, 4.0]])
    assert type(x.aminmax()).__name__ == "aminmax" and x.aminmax().min.item() == 1 and x.aminmax().max.item() == 4
    assert type(x.cummax(0)).__name__ == "cummax" and x.cummax(0).indices.tolist() == [[0, 0], [0, 1]]
    assert x.cummin(dim=1).values.tolist() == [[3.0, 1.0], [2.0, 2.0]]
    for function in (swiftnn.var_mean, swiftnn.std_mean):
        assert type(function(x)) is tuple and len(function(x, 0)) == 2
        assert not hasattr(swiftnn.Tensor, function.__name__)


def test_aliases_and_namespaces():
    x = swiftnn.tensor([[3.0, -4.0], [1.0, 2.0]])
    assert swiftnn.special.logsumexp(x, 1).tolist() == x.logsumexp(1).tolist()
    assert swiftnn.trapz(x, dx=2).tolist() == swiftnn.trapezoid(x, dx=2).tolist()
    assert swiftnn.linalg.norm(x, 1).item() == 6
    assert swiftnn.linalg.vector_norm(x, 1).item() == 10
    assert swiftnn.linalg.matrix_norm(x, float("inf")).item() == 7
    assert x.std(axis=0, keepdims=True).shape == (1, 2)
    # A number of dimensions of its own: the root of the sum of squares.
    assert swiftnn.norm(swiftnn.ones(2, 2, 2), dim=(0, 1, 2)).item() == pytest.approx(8**0.5)


def test_all_and_any_of_uint8():
    """PyTorch answers uint8 with uint8."""
    x = swiftnn.tensor([[0, 200], [1, 7]], dtype=swiftnn.uint8)
    for result, want in ((x.all(1), [0, 1]), (x.any(0), [1, 1]), (x.all((0, 1)), 0), (x.any(), 1), (x.all(()), [[0, 1], [1, 1]])):
        assert result.dtype == swiftnn.uint8 and result.tolist() == want
    assert swiftnn.zeros(0, dtype=swiftnn.uint8).all().item() == 1


# ---------------------------------------------------------------------------------------------------- covariance


def test_weighted_covariance():
    generator = np.random.default_rng(5)
    array = generator.normal(size=(3, 6))
    x = swiftnn.tensor(array.tolist(), dtype=swiftnn.float64)
    repeats, weights = [1, 2, 3, 1, 0, 4], [0.5, 1.0, 2.0, 0.25, 3.0, 1.0]
    f, a = swiftnn.tensor(repeats), swiftnn.tensor(weights, dtype=swiftnn.float64)
    for correction in (0, 1, 2):
        close(x.cov(correction=correction, fweights=f), np.cov(array, ddof=correction, fweights=repeats), 1e-12)
        close(x.cov(correction=correction, aweights=a), np.cov(array, ddof=correction, aweights=weights), 1e-12)
        close(x.cov(correction=correction, fweights=f, aweights=a),
              np.cov(array, ddof=correction, fweights=repeats, aweights=weights), 1e-12)
    x.requires_grad_()
    a.requires_grad_()
    assert all(g is not None for g in swiftnn.autograd.grad(x.cov(fweights=f, aweights=a).sum(), (x, a)))


@pytest.mark.parametrize("message, options", [
    ("expected fweights to have integral dtype, got float32", {"fweights": swiftnn.ones(3)}),
    ("expected aweights to have floating point dtype, got int64", {"aweights": swiftnn.ones(3, dtype=swiftnn.int64)}),
    ("expected fweights to have one element for each of 3 observations, got 2", {"fweights": swiftnn.tensor([1, 2])}),
    ("fweights cannot be negative", {"fweights": swiftnn.tensor([1, -2, 1])}),
    ("weights sum to zero", {"aweights": swiftnn.zeros(3)}),
    ("expected aweights to have one or fewer dimensions", {"aweights": swiftnn.ones(1, 3)}),
])
def test_weights_that_do_not_fit(message, options):
    with pytest.raises(RuntimeError, match="cov: " + message):
        swiftnn.ones(2, 3).cov(**options)


# ---------------------------------------------------------------------------------------------------- norms


@pytest.mark.parametrize("order", [2, -2, "nuc"])
def test_norms_by_singular_values(order):
    array = np.random.default_rng(2).normal(size=(3, 4)).astype(np.float32)
    x, want = swiftnn.from_numpy(array.copy()), np.linalg.norm(array, order)
    for result in (swiftnn.linalg.matrix_norm(x, order), swiftnn.linalg.norm(x, order), swiftnn.linalg.norm(x, order, (0, 1))):
        assert result.dtype == swiftnn.float32
        close(result, want, 1e-5)
    assert swiftnn.linalg.matrix_norm(swiftnn.ones(2, 3, 4), order, dim=(2, 0), keepdim=True).shape == (1, 3, 1)
    for dtype in HALVES:
        with pytest.raises((RuntimeError, TypeError, NotImplementedError)):
            swiftnn.linalg.matrix_norm(x.to(dtype), order)


# ---------------------------------------------------------------------------------------------------- gradients


def test_gradients_at_the_edges():
    """Where a formula would divide by zero PyTorch has 0, and elements that are equal share."""
    inf, nan = float("inf"), float("nan")
    for function, values, want in [
        (lambda x: x.norm(), [0.0, 0.0], [0, 0]), (lambda x: x.norm(3), [0.0, 0.0], [0, 0]), (lambda x: x.norm(0.5), [0.0, 1.0], [0, 1]),
        (lambda x: x.norm(1.5), [0.0, 1.0], [0, 1]), (lambda x: x.norm(-1), [0.0, 1.0], [0, 0]),
        (lambda x: x.norm(inf), [1.0, 1.0, -1.0], [1 / 3, 1 / 3, -1 / 3]), (lambda x: x.dist(x.detach()), [1.0, 2.0], [0, 0]),
        (lambda x: x.std(), [1.0, 1.0], [0, 0]), (lambda x: x.nansum(), [1.0, nan], [1, 0]), (lambda x: x.nanmean(), [1.0, nan, 3.0], [0.5, 0, 0.5]),
        (lambda x: x.prod(), [0.0, 0.0, 3.0], [0, 0, 0]), (lambda x: x.prod(), [0.0, 2.0, 3.0], [6, 0, 0]),
        (lambda x: x.cumprod(0), [2.0, 0.0, 3.0], [1, 8, 0]), (lambda x: x.logsumexp(0), [inf, 1.0], [nan, 0]),
        (lambda x: x.logcumsumexp(0), [-inf, -inf, 1.0], [nan, nan, 1]), (lambda x: x.aminmax().max, [1.0, 1.0], [0.5, 0.5]),
        (lambda x: x.cummax(0).values, [1.0, 3.0, 3.0, 2.0], [1, 1, 2, 0]), (lambda x: x.prod(), [1e-200, 1e-200, 3.0], [3e-200, 3e-200, 0.0]),
    ]:
        x = swiftnn.tensor(values, dtype=swiftnn.float64, requires_grad=True)
        (gradient,) = swiftnn.autograd.grad(function(x).sum(), x)
        np.testing.assert_allclose(gradient.numpy(), want, rtol=1e-12)


def test_scans_in_place_have_a_history():
    x = swiftnn.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 2
    y.cumsum_(0).cumprod_(0)
    assert y.tolist() == [2.0, 12.0, 144.0]
    y.sum().backward()
    z = swiftnn.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (z * 2).cumsum(0).cumprod(0).sum().backward()
    assert x.grad.tolist() == z.grad.tolist()


def test_indices_of_a_running_maximum_are_needed_by_its_gradient():
    x = swiftnn.tensor([1.0, 3.0, 2.0], requires_grad=True)
    values, indices = x.cummax(0)
    indices.zero_()
    with pytest.raises(RuntimeError, match="CummaxBackward0: .*modified by an in-?place operation"):
        values.sum().backward()


# ---------------------------------------------------------------------------------------------------- numbers


def test_variance_beside_a_large_mean():
    """The spread is right although it is far below the mean's own last digit, and exactly 0 where there is none."""
    generator = np.random.default_rng(3)
    array = (1e6 + generator.normal(size=(3, 4001))).astype(np.float32)
    x = swiftnn.from_numpy(array.copy())
    want = np.var(array.astype(np.float64), axis=1, ddof=1)
    close(x.var(1), want, 1e-6)
    close(x.t().contiguous().var(0), want, 1e-6)
    assert swiftnn.full((1000,), 0.1).var().item() == 0
    assert swiftnn.full((77, 3), 1e5 / 3).std(0).tolist() == [0, 0, 0]


def test_variance_of_elements_whose_squares_are_out_of_range():
    """The squares of large float32 are, their spread is not; and a sum of squares that overflows is no 0."""
    x = swiftnn.tensor([[1e30, 0.0], [2.0, 2.0]])
    close(x.std(1), [2**-0.5 * 1e30, 0], 1e-6)
    close(x.var(1), [np.inf, 0], 1e-6)
    close(x.bfloat16().std(1).float(), [2**-0.5 * 1e30, 0], 1e-2)
    close(swiftnn.std_mean(x.t().contiguous(), 0)[0], [2**-0.5 * 1e30, 0], 1e-6)
    assert swiftnn.tensor([1e200, 0.0], dtype=swiftnn.float64).std().item() == np.inf
    assert np.isnan(swiftnn.tensor([np.inf, 0.0]).std().item())


def test_running_sums_do_not_drift():
    x = swiftnn.full((100_000,), 0.1)
    assert x.cumsum(0)[-1].item() == pytest.approx(float(np.float32(0.1)) * 100_000, rel=1e-7)


@pytest.mark.parametrize("function", [
    lambda x: x.prod(1), lambda x: x.var(1), lambda x: x.logsumexp(1), lambda x: x.cumsum(1), lambda x: x.norm(2, 1), lambda x: x.nansum(1),
    lambda x: x.cumprod(1), lambda x: x.logcumsumexp(1),
])
def test_results_do_not_depend_on_strides(function):
    """A row gives the same bits alone, among others, and out of wider memory."""
    x = swiftnn.rand(5, 1500) + 0.5
    wide = swiftnn.zeros(5, 3000)
    wide[:, ::2] = x
    want = function(x)
    assert swiftnn.equal(function(wide[:, ::2]), want)
    assert swiftnn.equal(function(x[2:3])[0], want[2])


def test_integers_wrap():
    big = swiftnn.tensor([2**62, 4, 3])
    assert big.prod().item() == 0 and big.cumprod(0).tolist() == [2**62, 0, 0]
    assert swiftnn.tensor([2**63 - 1, 1]).cumsum(0).tolist() == [2**63 - 1, -(2**63)]
    assert swiftnn.tensor([100, 100], dtype=swiftnn.int8).clone().cumsum_(0).tolist() == [100, -56]
    assert swiftnn.tensor([-(2**63), 1]).diff().tolist() == [-(2**63) + 1]


@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("function", [
    lambda x: x.prod(0), lambda x: x.var(0), lambda x: x.std(), lambda x: x.cumsum(0), lambda x: x.cumprod(1), lambda x: x.logsumexp(0),
    lambda x: x.logcumsumexp(0), lambda x: x.norm(), lambda x: swiftnn.linalg.vector_norm(x, 3, 1), lambda x: x.nansum(0), lambda x: x.nanmean(),
    lambda x: swiftnn.linalg.matrix_norm(x, 1), lambda x: x.dist(x * 2), lambda x: x.renorm(2, 0, 1.0), lambda x: x.diff(), lambda x: x.cov(),
    lambda x: x.cummax(0).values, lambda x: x.aminmax().max, lambda x: swiftnn.trapezoid(x), lambda x: x.corrcoef(),
])
def test_16_bit_floats(dtype, function):
    """Computed in float32 and rounded; the gradient too."""
    array = np.linspace(0.5, 2, 12).reshape(3, 4) + np.eye(3, 4)
    x = swiftnn.tensor(array.tolist()).to(dtype).requires_grad_()
    wide = x.detach().float().requires_grad_()
    result, want = function(x), function(wide)
    assert result.dtype == dtype
    tolerance = 2e-2 if dtype == swiftnn.bfloat16 else 3e-3
    close(result, np.asarray(want.tolist()), tolerance)
    result.sum().backward()
    want.sum().backward()
    assert x.grad.dtype == dtype
    # Rounding of the result moves the gradient where that is formed from it.
    np.testing.assert_allclose(np.asarray(x.grad.tolist()), wide.grad.numpy(), atol=8 * tolerance * max(1, np.abs(wide.grad.numpy()).max()))


@pytest.mark.parametrize("dtype", HALVES, ids=str)
def test_16_bit_floats_without_gradient(dtype):
    x = swiftnn.tensor([[0.0, 1.5], [-2.0, 0.0]]).to(dtype)
    assert x.count_nonzero().item() == 2 and x.count_nonzero(1).tolist() == [1, 1]
    assert x.count_nonzero(0).tolist() == [1, 1]
    assert x.any(0).tolist() == [True, True] and x.all().item() is False
    # The sum is beyond the range of float16, the spread is not.
    assert swiftnn.full((40, 1), 60000.0).to(dtype).std(0).tolist() == [0]


def test_more_dimensions_than_a_few():
    x = swiftnn.ones([1] * 14 + [2, 3])
    assert x.prod().item() == 1 and x.var().item() == 0
    assert x.cumsum(-1).shape == x.shape and x.cumsum(-2)[..., 1, 0].item() == 2
    assert x.logsumexp(tuple(range(16))).item() == pytest.approx(1 + np.log(6))
    assert swiftnn.linalg.vector_norm(x, 2, (14, 15)).shape == (1,) * 14
