"""Older spellings of interpolation."""

from ... import _C

__all__ = ["upsample", "upsample_bilinear", "upsample_nearest"]

_interpolate = _C.nn_functions["interpolate"]


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    """``interpolate``."""
    return _interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    """``interpolate`` with the nearest elements."""
    return _interpolate(input, size, scale_factor)


def upsample_bilinear(input, size=None, scale_factor=None):
    """``interpolate`` of images by straight lines, with the centers of the outermost elements where they were."""
    return _interpolate(input, size, scale_factor, "bilinear", True)
