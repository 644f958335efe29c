"""Functions of the order of elements whose results depend on the arguments, and their methods."""

import collections

from . import _C
from ._tensor import Tensor


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements of ``input`` in ascending order, or the different slices along ``dim``.

    A tensor, or with ``return_inverse`` or ``return_counts`` a tuple: the tensor, the place of each element (or slice)
    among the results, how often each of these occurs. NaN equals nothing. The result is in order also with
    ``sorted=False``.
    """
    return _several(_C._unique(input, sorted, return_inverse, return_counts, dim))


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """The first of each run of equal elements of ``input``, or of equal slices along ``dim``.

    A tensor, or with ``return_inverse`` or ``return_counts`` a tuple: the tensor, the run in which each element (or
    slice) is, how long each run is. NaN equals nothing.
    """
    return _several(_C._unique_consecutive(input, return_inverse, return_counts, dim))


def _several(results):
    return results[0] if len(results) == 1 else results


histogramdd_result = collections.namedtuple("histogramdd", ["hist", "bin_edges"])


def histogramdd(input, bins, range=None, weight=None, density=False):
    """How many points fall into each box of a grid; the last dimension of ``input`` has the coordinates of a point.

    bins: a number of bins for all coordinates or a list of one for each, of equal width, from the smallest to the largest
    coordinate or within ``range`` (two numbers for each coordinate); or a list of tensors of ascending edges. ``weight`` is
    what each point counts. With ``density`` the integral is 1. Returns (hist, bin_edges).
    """
    hist, *edges = _C._histogramdd(input, bins, range, weight, density)
    return histogramdd_result(hist, tuple(edges))


def is_nonzero(input):
    """Whether the one element of ``input`` is not zero; an error for other numbers of elements."""
    if not isinstance(input, Tensor):
        raise TypeError(f"is_nonzero(): argument 'input' must be Tensor, not {type(input).__name__}")
    return bool(input)


for _function in (unique, unique_consecutive, is_nonzero):
    setattr(Tensor, _function.__name__, _function)
