"""What rows of the table cannot say of sorting, searching and counting: equal elements, long rows, 16-bit types, Python's results."""

import math

import numpy as np
import pytest

import swiftnn

from .ordering import order

nan, inf = float("nan"), float("inf")
DTYPES = ("float32", "float64", "int64", "int32", "int16", "int8", "uint8", "bool")
SHORT = ("float16", "bfloat16")


def numbers(dtype, count, seed=0, different=50):
    """Elements of which many are equal, and of which a tenth is NaN where there is one."""
    generator = np.random.default_rng(seed)
    values = generator.integers(0, different, count)
    if dtype == "bool":
        return values % 2 == 0
    values = (values if dtype == "uint8" else values - different // 2).astype(dtype)
    if values.dtype.kind == "f":
        values[generator.random(count) < 0.1] = nan
        values[generator.random(count) < 0.1] = -0.0
    return values


# Rows that are merged, rows that go through radix passes, and lengths around the limits.
LENGTHS = (1, 2, 12, 13, 24, 25, 33, 160, 161, 257, 700, 701, 2000, 5001)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("descending", [False, True])
def test_sorts_are_stable(dtype, descending):
    for length in LENGTHS:
        x = numbers(dtype, length, length)
        values, indices = swiftnn.sort(swiftnn.from_numpy(x), descending=descending)
        want = order(x, 0, descending)
        assert np.array_equal(indices.numpy(), want), length
        # Bit for bit: a zero keeps its sign, a NaN its payload.
        assert values.numpy().tobytes() == x[want].tobytes()


@pytest.mark.parametrize("dtype", [d for d in DTYPES if d != "bool"])
def test_selections_are_prefixes_of_the_stable_order(dtype):
    for length in LENGTHS + (1536, 1537, 9000):
        x = numbers(dtype, length, length, different=7 if length % 2 else 200)
        tensor = swiftnn.from_numpy(x)
        for largest in (False, True):
            want = order(x, 0, largest)
            for k in {0, 1, min(2, length), min(64, length), min(65, length), length // 3, length // 2, length - 1, length}:
                assert np.array_equal(swiftnn.topk(tensor, k, largest=largest).indices.numpy(), want[:k]), (length, k)
        want = order(x, 0)
        for k in {1, length // 3 + 1, length // 2 + 1, length}:
            assert swiftnn.kthvalue(tensor, k).indices.item() == want[k - 1], (length, k)


@pytest.mark.parametrize("falling", [False, True])
def test_selections_of_ordered_rows(falling):
    """Every block of the row has better elements than those before."""
    x = np.arange(20000.0)[:: -1 if falling else 1].copy()
    for k in (1, 7, 64, 65, 300):
        values, indices = swiftnn.topk(swiftnn.from_numpy(x), k)
        assert values.tolist() == sorted(x.tolist(), reverse=True)[:k]
        assert x[indices.numpy()].tolist() == values.tolist()
    assert swiftnn.sort(swiftnn.from_numpy(x)).values.tolist() == sorted(x.tolist())


def test_orders_of_extreme_numbers():
    for dtype in ("int64", "int32", "int16", "int8", "uint8"):
        limits = np.iinfo(dtype)
        x = np.array([0, limits.max, limits.min, 1, limits.max - 1, limits.min + 1] * 200, dtype)
        assert np.array_equal(swiftnn.sort(swiftnn.from_numpy(x)).values.numpy(), np.sort(x))
        assert swiftnn.unique(swiftnn.from_numpy(x)).tolist() == sorted(set(x.tolist()))
    tiny = np.array([0.0, -5e-324, 5e-324, -inf, inf, -1.7e308, 1.7e308, -2.3e-308])
    assert swiftnn.sort(swiftnn.from_numpy(tiny)).values.tolist() == sorted(tiny.tolist())
    negative_nan = np.array([1.0, np.copysign(nan, -1.0), -inf, nan, inf])
    assert swiftnn.argsort(swiftnn.from_numpy(negative_nan)).tolist() == [2, 0, 4, 1, 3]


def test_rows_of_every_layout_are_read_in_blocks():
    """More rows than a block holds, along each dimension, of a tensor whose dimensions lie in any order in memory."""
    x = numbers("float32", 5 * 37 * 19).reshape(5, 37, 19)
    for axes in ((0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)):
        tensor = swiftnn.from_numpy(np.transpose(x, axes).copy()).permute(tuple(np.argsort(axes).tolist()))
        assert tuple(tensor.shape) == x.shape
        for dim in (0, 1, 2):
            want = order(x, dim)
            assert np.array_equal(swiftnn.argsort(tensor, dim).numpy(), want)
            assert np.array_equal(swiftnn.sort(tensor, dim).values.numpy(), np.take_along_axis(x, want, dim), equal_nan=True)
            assert np.array_equal(swiftnn.topk(tensor, 3, dim, False).indices.numpy(), np.take(want, range(3), dim))


def test_mode_names_the_last_of_the_smallest():
    assert tuple(x.item() for x in swiftnn.mode(swiftnn.tensor([2, 1, 1, 2, 3]))) == (1, 2)
    assert tuple(x.item() for x in swiftnn.mode(swiftnn.tensor([nan, nan, 1.0, 1.0, nan]))) == (1.0, 3)
    value, index = swiftnn.mode(swiftnn.tensor([nan, nan]))
    assert math.isnan(value.item()) and index.item() == 0


def test_median_of_nothing():
    assert math.isnan(swiftnn.median(swiftnn.zeros(0)).item()) and math.isnan(swiftnn.nanmedian(swiftnn.zeros(0)).item())
    assert swiftnn.median(swiftnn.zeros(0, dtype=swiftnn.int64)).item() == -(2**63)
    x = swiftnn.zeros(0, requires_grad=True)
    swiftnn.median(x).backward()
    assert x.grad.shape == (0,)


def test_equal_elements_share_the_gradient_of_a_median():
    x = swiftnn.tensor([2.0, 1.0, 2.0, 5.0], requires_grad=True)
    x.median().backward()
    assert x.grad.tolist() == [0.5, 0.0, 0.5, 0.0]
    y = swiftnn.tensor([nan, 1.0, nan], requires_grad=True)
    y.median().backward()
    assert y.grad.tolist() == [0.5, 0.0, 0.5]
    z = swiftnn.tensor([nan, 1.0, 3.0], requires_grad=True)
    z.nanmedian().backward()
    assert z.grad.tolist() == [0.0, 1.0, 0.0]
    assert x.median().grad_fn.name() == "MedianBackward0" and x.sort().values.grad_fn.name() == "SortBackward0"


def test_gradients_go_to_the_first_of_equal_elements():
    x = swiftnn.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], requires_grad=True)
    x.topk(1).values.sum().backward()
    assert x.grad.tolist() == [[0, 1, 0], [1, 0, 0]]
    x.grad = None
    x.kthvalue(2, keepdim=True).values.sum().backward()
    assert x.grad.tolist() == [[0, 1, 0], [0, 1, 0]]


def test_indices_changed_before_the_backward_pass_are_noticed():
    x = swiftnn.ones(3, requires_grad=True)
    values, indices = x.sort()
    indices.add_(1000)
    with pytest.raises(RuntimeError, match="SortBackward0: .*has been modified by an inplace operation"):
        values.sum().backward()


def test_quantiles_between_infinities():
    """As PyTorch's lerp has it: between two equal infinities there is no number."""
    result = swiftnn.quantile(swiftnn.tensor([inf, inf, 1.0]), swiftnn.tensor([0.0, 0.2, 1.0])).tolist()
    assert result[0] == 1.0 and result[1] == inf and math.isnan(result[2])
    assert swiftnn.quantile(swiftnn.tensor([inf, inf, 1.0]), 1.0, interpolation="higher").item() == inf
    both = swiftnn.quantile(swiftnn.tensor([[1.0, nan, 2.0], [3.0, 1.0, 2.0]]), swiftnn.tensor([0.0, 0.5]), 1)
    assert math.isnan(both[0, 0].item()) and both[:, 1].tolist() == [1.0, 2.0]
    assert math.isnan(swiftnn.nanquantile(swiftnn.tensor([nan, nan]), 0.5).item())


def test_rows_longer_than_memory():
    """Expanded tensors of any size, and sizes beside a dimension of size 0."""
    endless = swiftnn.ones(1, dtype=swiftnn.uint8).expand(2**46)
    for operator in (swiftnn.sort, swiftnn.median, swiftnn.mode, swiftnn.unique, lambda x: swiftnn.kthvalue(x, 5), lambda x: x.topk(2**45),
                     lambda x: swiftnn.isin(x, 1), lambda x: swiftnn.searchsorted(x, 1)):
        with pytest.raises(MemoryError):
            operator(endless)
    empty = swiftnn.zeros(0, 1).expand(0, 2**40)
    assert swiftnn.sort(empty).values.shape == (0, 2**40) and swiftnn.median(empty, 1).values.shape == (0,)
    with pytest.raises(RuntimeError, match="at most 16 dimensions, the points have"):
        swiftnn.histogramdd(empty, 3)


# ---------------------------------------------------------------------------------------------------- unique


def test_results_of_unique_depend_on_what_is_asked_for():
    x = swiftnn.tensor([[3, 1], [3, 2]])
    assert swiftnn.unique(x).tolist() == x.unique().tolist() == [1, 2, 3]
    values, inverse = swiftnn.unique(x, return_inverse=True)
    assert inverse.tolist() == [[2, 0], [2, 1]]
    values, counts = x.unique(return_counts=True)
    assert counts.tolist() == [1, 1, 2]
    values, inverse, counts = x.unique(True, True, True)
    assert [t.tolist() for t in (values, inverse, counts)] == [[1, 2, 3], [[2, 0], [2, 1]], [1, 1, 2]]
    assert swiftnn.unique_consecutive(x).tolist() == [3, 1, 3, 2]
    values, counts = x.unique_consecutive(return_counts=True, dim=1)
    assert values.tolist() == [[3, 1], [3, 2]] and counts.tolist() == [1, 1]
    with pytest.raises(TypeError, match="'input' must be Tensor"):
        swiftnn.unique([1, 2])


def test_every_nan_is_one_of_its_own():
    x = swiftnn.tensor([nan, 1.0, nan, 1.0])
    values, inverse, counts = swiftnn.unique(x, return_inverse=True, return_counts=True)
    assert counts.tolist() == [2, 1, 1] and inverse.tolist() == [1, 0, 2, 0]
    rows = swiftnn.tensor([[1.0, nan], [1.0, nan], [0.0, 1.0], [0.0, 1.0]])
    values, counts = swiftnn.unique(rows, return_counts=True, dim=0)
    assert counts.tolist() == [2, 1, 1] and values[0].tolist() == [0.0, 1.0]
    assert swiftnn.unique_consecutive(rows, dim=0).shape == (3, 2)
    assert [math.copysign(1, v) for v in swiftnn.unique(swiftnn.tensor([-0.0, 0.0])).tolist()] == [-1.0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_unique_of_long_rows(dtype):
    x = numbers(dtype, 3000)
    x = x[~np.isnan(x)] if x.dtype.kind == "f" else x
    want = np.unique(x, return_inverse=True, return_counts=True)
    for got, expected in zip(swiftnn.unique(swiftnn.from_numpy(x), return_inverse=True, return_counts=True), want):
        assert np.array_equal(got.numpy(), expected)
    rows = x[: len(x) // 3 * 3].reshape(-1, 3)
    want = np.unique(rows, return_inverse=True, return_counts=True, axis=0)
    got = swiftnn.unique(swiftnn.from_numpy(rows), return_inverse=True, return_counts=True, dim=0)
    for result, expected in zip(got, want):
        assert np.array_equal(result.numpy(), expected.reshape(result.shape))


# ---------------------------------------------------------------------------------------------------- searching


def test_searching_meets_in_a_common_dtype():
    assert swiftnn.searchsorted(swiftnn.tensor([1, 3]), 1.5).item() == 1
    assert swiftnn.bucketize(swiftnn.tensor([0.5, 2.5]), swiftnn.tensor([1, 2, 3])).tolist() == [0, 2]
    assert swiftnn.bucketize(2.5, swiftnn.tensor([1, 2, 3])).item() == 2
    assert swiftnn.isin(swiftnn.tensor([1, 2]), 1.5).tolist() == [False, False]
    assert swiftnn.isin(swiftnn.tensor([1, 2]), swiftnn.tensor([2.0])).tolist() == [False, True]


def test_boundaries_out_of_order_are_safe():
    x = swiftnn.tensor([3.0, nan, 1.0, -inf, nan])
    found = swiftnn.searchsorted(x, swiftnn.linspace(-5, 5, 11) if hasattr(swiftnn, "linspace") else swiftnn.arange(-5.0, 6.0))
    assert all(0 <= place <= 5 for place in found.tolist())
    assert swiftnn.searchsorted(swiftnn.tensor([1.0, 2.0, nan]), swiftnn.tensor([nan, 1.0])).tolist() == [3, 0]


def test_sorters():
    row, sorter = swiftnn.tensor([3.0, 1.0, 5.0]), swiftnn.tensor([1, 0, 2])
    values = swiftnn.tensor([0.0, 1.0, 4.0, 9.0])
    assert swiftnn.searchsorted(row, values, sorter=sorter).tolist() == [0, 0, 2, 3]
    rows = swiftnn.stack([row, row + 10])
    found = swiftnn.searchsorted(rows, swiftnn.stack([values, values + 10]), right=True, sorter=swiftnn.argsort(rows))
    assert found.tolist() == [[0, 1, 2, 3]] * 2
    with pytest.raises(RuntimeError, match=r"sorter index 7 is out of range for 3 elements"):
        swiftnn.searchsorted(row, values, sorter=swiftnn.tensor([1, 0, 7]))
    with pytest.raises(RuntimeError, match=r"boundaries and sorter must have the same size, got \[3\] and \[2\]"):
        swiftnn.searchsorted(row, values, sorter=swiftnn.tensor([1, 0]))
    with pytest.raises(RuntimeError, match=r"sorter must be int64, got int32"):
        swiftnn.searchsorted(row, values, sorter=sorter.to(swiftnn.int32))


@pytest.mark.parametrize("dtype", [d for d in DTYPES if d != "bool"])
def test_searching_for_many(dtype):
    generator = np.random.default_rng(5)
    for length in (1, 2, 3, 16, 31, 100):
        row = np.sort(generator.integers(0, 60, length).astype(dtype))
        for many in (1, 15, 16, 37, 500):
            x = generator.integers(0, 70, many).astype(dtype)
            for side in ("left", "right"):
                got = swiftnn.searchsorted(swiftnn.from_numpy(row), swiftnn.from_numpy(x), side=side)
                assert np.array_equal(got.numpy(), np.searchsorted(row, x, side)), (length, many)
    if dtype.startswith("float"):
        x = np.array([nan, 1.0, inf, -inf] * 8, dtype)
        assert swiftnn.searchsorted(swiftnn.tensor([0.0, 1.0], dtype=getattr(swiftnn, dtype)), swiftnn.from_numpy(x)).tolist() == [2, 1, 2, 0] * 8


def test_membership_of_many():
    generator = np.random.default_rng(1)
    for dtype in ("float32", "float64", "int64", "int16", "uint8"):
        for many in (0, 1, 12, 13, 300):
            x, y = generator.integers(0, 90, 500).astype(dtype), generator.integers(0, 90, many).astype(dtype)
            if x.dtype.kind == "f":
                x[::7] = nan
                y[::5] = nan
            got = swiftnn.isin(swiftnn.from_numpy(x), swiftnn.from_numpy(y))
            assert np.array_equal(got.numpy(), np.isin(x, y)), (dtype, many)


def test_unraveling_wraps_as_pytorch_does():
    assert [t.tolist() for t in swiftnn.unravel_index(swiftnn.tensor([-1, 7]), (2, 3))] == [[1, 0], [2, 1]]
    assert swiftnn.unravel_index(swiftnn.tensor(0), ()) == ()
    assert [t.tolist() for t in swiftnn.unravel_index(swiftnn.tensor([-(2**63)]), (3,))] == [[-(2**63) % 3]]
    huge = swiftnn.unravel_index(swiftnn.tensor([2**62, -(2**63)]), (2**40, 2**40, 2**40))
    assert [t.tolist() for t in huge] == [[0, 2**40 - 1], [2**22, 2**40 - 2**23], [0, 0]]


# ---------------------------------------------------------------------------------------------------- histograms


def test_histograms_of_ranges_past_the_largest_number():
    x = swiftnn.tensor([-3e38, 3e38, 0.0])
    assert swiftnn.histc(x, 4).tolist() == [1, 0, 1, 1]
    with pytest.raises(RuntimeError, match="not finite"):
        swiftnn.histogram(swiftnn.tensor([nan]), 3)
    with pytest.raises(RuntimeError, match="not finite"):
        swiftnn.histc(x, 4, nan, 1)


def test_edges_out_of_order_are_safe():
    x = swiftnn.tensor([0.0, 1.0, 2.0, 3.0, nan])
    assert swiftnn.histogram(x, swiftnn.tensor([3.0, 1.0, 2.0])).hist.tolist() == [0.0, 0.0]
    assert sum(swiftnn.histogram(x, swiftnn.tensor([0.0, nan, 2.0])).hist.tolist()) == 3


def test_weights_and_grids():
    x = swiftnn.tensor([0.0, 1.0, 2.0, 3.0, 4.0, 5.5])
    hist, edges = swiftnn.histogram(x, 3, weight=x)
    assert hist.tolist() == [1.0, 5.0, 9.5]
    with pytest.raises(RuntimeError, match=r"weight must have the shape of the input: \[1\] and \[6\]"):
        x.histogram(3, weight=swiftnn.ones(1))
    with pytest.raises(RuntimeError, match="weight must have the dtype of the input, float32, got int64"):
        x.histogram(3, weight=swiftnn.ones(6, dtype=swiftnn.int64))
    grid = swiftnn.histogramdd(swiftnn.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), [2, 2])
    assert grid.hist.tolist() == [[0, 1], [1, 1]] and [e.tolist() for e in grid.bin_edges] == [[0.0, 0.5, 1.0]] * 2
    assert swiftnn.histogramdd(swiftnn.ones(3, 1), bins=[swiftnn.tensor([0.0, 1.0, 2.0])], weight=swiftnn.ones(3)).hist.tolist() == [0, 3]


# ---------------------------------------------------------------------------------------------------- the rest


def test_is_nonzero():
    assert swiftnn.is_nonzero(swiftnn.tensor([nan])) is True and swiftnn.tensor(0).is_nonzero() is False
    for x in (swiftnn.zeros(0), swiftnn.zeros(2)):
        with pytest.raises(RuntimeError, match="ambiguous"):
            x.is_nonzero()
    with pytest.raises(TypeError, match="'input' must be Tensor, not int"):
        swiftnn.is_nonzero(1)


@pytest.mark.parametrize("dtype", SHORT)
def test_short_floats_have_the_order_of_float32(dtype):
    """Every number of the type, NaN and both zeros among them."""
    bits = np.random.default_rng(0).permutation(2**16)[:30000].astype(np.int64)
    wide = swiftnn.from_numpy(bits * 0.37 - 6000).to(swiftnn.float32)
    x = wide.to(getattr(swiftnn, dtype))
    x[::50] = nan
    x[1::50] = -0.0
    x[2::50] = 0.0
    reference = x.float().numpy()
    assert np.array_equal(swiftnn.argsort(x).numpy(), order(reference, 0))
    values, indices = x.topk(100)
    assert values.dtype == x.dtype and np.array_equal(indices.numpy(), order(reference, 0, True)[:100])
    assert x.kthvalue(777).indices.item() == order(reference, 0)[776]
    assert math.isnan(x.median().item())
    assert x.nanmedian().item() == np.sort(reference)[(np.count_nonzero(~np.isnan(reference)) - 1) // 2]
    kept = x[3:50]
    assert swiftnn.unique(kept).float().tolist() == np.unique(kept.float().numpy()).tolist()
    assert swiftnn.isin(kept[::2], kept).all().item()
    row = kept.sort().values
    assert swiftnn.searchsorted(row, kept).tolist() == np.searchsorted(row.float().numpy(), kept.float().numpy()).tolist()
    assert swiftnn.histc(kept, 5).dtype == x.dtype and swiftnn.histc(kept, 5).sum().item() == 47
    y = kept.clone().requires_grad_()
    y.sort(descending=True).values[:3].sum().backward()
    assert y.grad.dtype == x.dtype and y.grad.float().sum().item() == 3
    with pytest.raises(RuntimeError, match="quantile: the input must be float32 or float64"):
        kept.quantile(0.5)


def test_sums_of_many_weights_and_counts():
    x = np.random.default_rng(2).integers(0, 1000, 20000)
    w = np.random.default_rng(3).random(20000)
    assert np.array_equal(swiftnn.bincount(swiftnn.from_numpy(x)).numpy(), np.bincount(x))
    assert np.array_equal(swiftnn.bincount(swiftnn.from_numpy(x), swiftnn.from_numpy(w)).numpy(), np.bincount(x, w))
    assert not swiftnn.bincount(swiftnn.from_numpy(x), swiftnn.from_numpy(w).requires_grad_()).requires_grad
