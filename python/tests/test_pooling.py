"""Pooling and resampling beside what the tables say: wrappers of nn.functional, Gluon's layers, special numbers."""

import math

import pytest

import swiftnn
from swiftnn import nn
from swiftnn.nn import functional as F

nan, inf = math.nan, math.inf


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_spellings_with_indices(dimensions):
    x = swiftnn.randn(2, 3, *(6, 5, 4)[:dimensions])
    for name, argument in ((f"max_pool{dimensions}d", 2), (f"adaptive_max_pool{dimensions}d", 3)):
        values, indices = getattr(F, name + "_with_indices")(x, argument)
        again, places = getattr(F, name)(x, argument, return_indices=True)
        assert values.equal(again) and indices.equal(places) and values.equal(getattr(F, name)(x, argument))
        assert x.flatten(2).gather(2, indices.flatten(2)).equal(values.flatten(2))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_fractional_pooling_draws_from_the_default_generator(dimensions):
    x = swiftnn.randn(2, 3, *(7, 8, 9)[:dimensions])
    function = getattr(F, f"fractional_max_pool{dimensions}d")
    results = []
    for _ in range(2):
        swiftnn.manual_seed(3)
        results.append(function(x, 2, 4))
    swiftnn.manual_seed(3)
    samples = swiftnn.rand(2, 3, dimensions)
    assert results[0].equal(results[1]) and results[0].equal(function(x, 2, 4, _random_samples=samples))
    values, indices = getattr(F, f"fractional_max_pool{dimensions}d_with_indices")(x, 2, output_ratio=0.5, _random_samples=samples)
    assert values.equal(function(x, 2, output_ratio=(0.5,) * dimensions, _random_samples=samples))
    assert x.flatten(2).gather(2, indices.flatten(2)).equal(values.flatten(2))


def test_samples_outside_of_the_interval_stay_inside_of_the_image():
    x = swiftnn.randn(1, 1, 6, 6)
    for number in (-5.0, 9.0, nan, inf, -inf, 1e30):
        values, indices = F.fractional_max_pool2d_with_indices(x, 2, 3, _random_samples=swiftnn.full((1, 1, 2), number))
        assert x.flatten().take(indices).equal(values)


def test_adaptive_pooling_keeps_sizes_that_are_none():
    x = swiftnn.randn(2, 3, 4, 5)
    assert F.adaptive_avg_pool2d(x, (None, 2)).shape == (2, 3, 4, 2)
    assert F.adaptive_max_pool2d(x, (2, None)).shape == (2, 3, 2, 5)
    layer = nn.AdaptiveAvgPool2d((None, 2))
    assert layer.output_size == (None, 2) and layer(x).equal(F.adaptive_avg_pool2d(x, (None, 2)))
    assert repr(layer) == "AdaptiveAvgPool2d(output_size=(None, 2))"
    assert nn.AdaptiveMaxPool2d(None)(x).equal(x)


def test_pooling_of_numbers_that_are_none():
    assert F.max_pool1d(swiftnn.tensor([[nan, 1.0, -inf, -inf, inf, 2.0]]), 2).tolist()[0][1:] == [-inf, inf]
    values, indices = F.max_pool1d_with_indices(swiftnn.tensor([[-inf, -inf, 1.0, nan]]), 2)
    assert values.tolist()[0][0] == -inf and math.isnan(values.tolist()[0][1]) and indices.tolist() == [[0, 3]]
    # No element of the window is inside: the gradient goes to one that is there.
    x = swiftnn.ones(1, 2, requires_grad=True)
    y = F.max_pool1d(x, 2, 1, 1, 3)
    assert y.tolist() == [[-inf]]
    y.sum().backward()
    assert x.grad.sum().item() == 1


def test_gluon_layers():
    x = swiftnn.randn(2, 3, 7, 7)
    assert nn.MaxPool2D()(x).equal(F.max_pool2d(x, 2))
    assert nn.MaxPool2D(pool_size=3, strides=2, padding=1)(x).equal(F.max_pool2d(x, 3, 2, 1))
    assert nn.MaxPool2D(3, 2, ceil_mode=True)(x).equal(F.max_pool2d(x, 3, 2, ceil_mode=True))
    assert nn.AvgPool2D(pool_size=(2, 3), strides=1)(x).equal(F.avg_pool2d(x, (2, 3), 1))
    assert nn.AvgPool2D(3, 2, 1, count_include_pad=False)(x).equal(F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))
    assert nn.GlobalAvgPool2D()(x).equal(F.adaptive_avg_pool2d(x, 1)) and nn.GlobalMaxPool2D()(x).shape == (2, 3, 1, 1)
    for layer in (nn.MaxPool2D, nn.AvgPool2D, nn.GlobalAvgPool2D, nn.GlobalMaxPool2D):
        with pytest.raises(NotImplementedError, match="layout='NHWC' is not offered"):
            layer(layout="NHWC")


def test_older_spellings_of_interpolation():
    x = swiftnn.randn(1, 2, 3, 4)
    assert F.upsample(x, scale_factor=2).equal(F.interpolate(x, scale_factor=2))
    assert F.upsample_nearest(x, (5, 6)).equal(F.interpolate(x, (5, 6)))
    assert F.upsample_bilinear(x, 7).equal(F.interpolate(x, 7, mode="bilinear", align_corners=True))


def test_grids_of_numbers_that_are_none():
    x = swiftnn.arange(1.0, 10).reshape(1, 1, 3, 3)
    grid = swiftnn.tensor([nan, 0, inf, 0, -inf, 0, 1e30, 0, 0, nan]).reshape(1, 1, 5, 2)
    assert F.grid_sample(x, grid, padding_mode="border", align_corners=True).flatten().tolist() == [4, 6, 4, 6, 2]
    assert F.grid_sample(x, grid, mode="nearest").flatten().tolist() == [0] * 5
    zeros = F.grid_sample(x, grid).flatten().tolist()
    assert zeros[3] == 0 and all(math.isnan(v) for v in zeros[:3] + zeros[4:])
    for mode in ("bilinear", "nearest", "bicubic"):
        for padding_mode in ("zeros", "border", "reflection"):
            for align in (False, True):
                assert F.grid_sample(x, grid, mode, padding_mode, align).shape == (1, 1, 1, 5)


def test_results_share_no_memory_with_their_inputs():
    x = swiftnn.randn(2, 3, 4)
    for result in (F.interpolate(x, 4), F.interpolate(x, 4, mode="linear"), F.pad(x, ()), F.pad(x, (0, 0), "circular"), F.max_pool1d(x, 1),
                   F.avg_pool1d(x, 1), F.adaptive_avg_pool1d(x, 4), F.interpolate(x.byte(), 4)):
        assert result.data_ptr() != x.data_ptr()


def test_huge_arguments():
    """Sizes that no memory holds, and numbers that do not fit, are errors."""
    x = swiftnn.randn(1, 1, 3, 3)
    big = 2**62
    for call in (
        lambda: F.max_pool2d(x, big), lambda: F.max_pool2d(x, 2, big), lambda: F.max_pool2d(x, 2, 1, big), lambda: F.max_pool2d(x, 2, 1, 0, big),
        lambda: F.avg_pool2d(x, big), lambda: F.adaptive_max_pool2d(x, big), lambda: F.adaptive_avg_pool2d(x, (2**40, 2**40)),
        lambda: F.adaptive_avg_pool2d(x[:0], big), lambda: F.interpolate(x, big), lambda: F.interpolate(x, scale_factor=1e30),
        lambda: F.interpolate(x, scale_factor=2**45, mode="bilinear"), lambda: F.pad(x, (-(2**63), 0)), lambda: F.pad(x, (2**63 - 1, 2**63 - 1)),
        lambda: F.pad(x, (-(2**63), 2**63 - 1, 0, 0), "replicate"), lambda: F.pad(x, (2**63 - 1, -(2**63), 0, 0), "circular"),
        lambda: F.pad(x, (-(2**63), 1, 1, 1), "reflect"), lambda: F.pad(x, (-(2**63),) * 4, "circular"),
        lambda: F.max_unpool2d(x, swiftnn.zeros(1, 1, 3, 3, dtype=swiftnn.int64), 2, output_size=(big, big)),
        lambda: F.affine_grid(swiftnn.randn(1, 2, 3), (1, 1, big, big)), lambda: F.fractional_max_pool2d(x, 2, big),
    ):
        with pytest.raises((RuntimeError, ValueError, MemoryError)):
            call()
