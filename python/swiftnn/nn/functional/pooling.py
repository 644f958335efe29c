"""Pooling that takes more than the operator does."""

from ... import _C

__all__ = [
    "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d_with_indices", "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices", "adaptive_max_pool3d", "adaptive_max_pool3d_with_indices", "fractional_max_pool2d",
    "fractional_max_pool2d_with_indices", "fractional_max_pool3d", "fractional_max_pool3d_with_indices",
    "max_pool1d_with_indices", "max_pool2d_with_indices", "max_pool3d_with_indices",
]

_max_pool1d = _C.nn_functions["max_pool1d"]
_max_pool2d = _C.nn_functions["max_pool2d"]
_max_pool3d = _C.nn_functions["max_pool3d"]
_adaptive_max_pool1d = _C.nn_functions["adaptive_max_pool1d"]


def max_pool1d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element of each window of [N, C, L] or [C, L], and its position."""
    return _max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element of each window of [N, C, H, W] or [C, H, W], and its position in the flattened image."""
    return _max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool3d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W], and its position in the flattened volume."""
    return _max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode, True)


def adaptive_max_pool1d_with_indices(input, output_size, return_indices=False):
    """The largest element of each of ``output_size`` windows of about equal size, and its position."""
    return _adaptive_max_pool1d(input, output_size, True)


def adaptive_max_pool2d(input, output_size, return_indices=False):
    """The largest element of each of ``output_size`` windows of about equal size; with ``return_indices`` also its position in
    the flattened image. None in ``output_size`` stands for the input's size."""
    return _C._adaptive_max_pool2d(input, _sizes(output_size, input), return_indices)


def adaptive_max_pool2d_with_indices(input, output_size, return_indices=False):
    """``adaptive_max_pool2d`` with positions."""
    return adaptive_max_pool2d(input, output_size, True)


def adaptive_max_pool3d(input, output_size, return_indices=False):
    """The largest element of each of ``output_size`` windows of about equal size; with ``return_indices`` also its position in
    the flattened volume. None in ``output_size`` stands for the input's size."""
    return _C._adaptive_max_pool3d(input, _sizes(output_size, input), return_indices)


def adaptive_max_pool3d_with_indices(input, output_size, return_indices=False):
    """``adaptive_max_pool3d`` with positions."""
    return adaptive_max_pool3d(input, output_size, True)


def adaptive_avg_pool2d(input, output_size):
    """The mean of each of ``output_size`` windows of about equal size. None in ``output_size`` stands for the input's size."""
    return _C._adaptive_avg_pool2d(input, _sizes(output_size, input))


def adaptive_avg_pool3d(input, output_size):
    """The mean of each of ``output_size`` windows of about equal size. None in ``output_size`` stands for the input's size."""
    return _C._adaptive_avg_pool3d(input, _sizes(output_size, input))


def fractional_max_pool2d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """The largest element of each window of [N, C, H, W] or [C, H, W], where windows of one size lie at random distances, so
    that the output has the size that is asked for, or that part of the input's (Graham 2014)."""
    return _fractional(_C._fractional_max_pool2d, 2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def fractional_max_pool2d_with_indices(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """``fractional_max_pool2d`` with positions."""
    return fractional_max_pool2d(input, kernel_size, output_size, output_ratio, True, _random_samples)


def fractional_max_pool3d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W]; see ``fractional_max_pool2d``."""
    return _fractional(_C._fractional_max_pool3d, 3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def fractional_max_pool3d_with_indices(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """``fractional_max_pool3d`` with positions."""
    return fractional_max_pool3d(input, kernel_size, output_size, output_ratio, True, _random_samples)


def _fractional(operator, dimensions, input, kernel_size, size, ratio, indices, samples):
    if isinstance(ratio, (int, float)):
        ratio = (float(ratio),) * dimensions
    return operator(input, kernel_size, size, ratio, samples, indices)


def _sizes(wanted, input):
    """The output's sizes, where None stands for the input's."""
    if isinstance(wanted, (tuple, list)) and None in wanted:
        own = tuple(input.shape)[-len(wanted):]
        return tuple(size if given is None else given for size, given in zip(own, wanted, strict=True))
    return wanted
