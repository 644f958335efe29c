"""Searching, sorting, sets."""

from typing import NamedTuple

import swiftnn as sn

from ._dtypes import promoted

__all__ = [
    "argmax", "argmin", "argsort", "count_nonzero", "isin", "nonzero", "searchsorted", "sort", "unique_all", "unique_counts",
    "unique_inverse", "unique_values", "where",
]


def argmax(x, /, *, axis=None, keepdims=False):
    """The index of the largest element."""
    return sn.argmax(x, axis, keepdims)


def argmin(x, /, *, axis=None, keepdims=False):
    """The index of the smallest element."""
    return sn.argmin(x, axis, keepdims)


def count_nonzero(x, /, *, axis=None, keepdims=False):
    """How many elements are not zero."""
    return sn.sum(x != 0, axis, keepdims) if axis is not None or x.ndim else (x != 0).to(sn.int64)


def isin(x1, x2, /, *, invert=False):
    """Which elements of x1 are among those of x2."""
    x1, x2 = promoted(x1, x2)
    return sn.isin(x1, x2, invert=invert)


def nonzero(x, /):
    """The positions of the elements that are not zero, a tensor for each dimension."""
    if x.ndim == 0:
        raise ValueError("nonzero(): expected at least one dimension")
    return tuple(sn.nonzero(x, as_tuple=True))


def searchsorted(x1, x2, /, *, side="left", sorter=None):
    """Where the elements of x2 have to go in x1 to keep it in order."""
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted(): side has to be 'left' or 'right', not {side!r}")
    x1, x2 = promoted(x1, x2)
    return sn.searchsorted(x1, x2, side=side, sorter=None if sorter is None else sorter.to(sn.int64))


def where(condition, x1, x2, /):
    """x1 where the condition holds, x2 elsewhere."""
    return sn.where(condition, *promoted(x1, x2))


def argsort(x, /, *, axis=-1, descending=False, stable=True):
    """The order that sorts x along axis."""
    return sn.argsort(x, dim=axis, descending=descending, stable=stable)


def sort(x, /, *, axis=-1, descending=False, stable=True):
    """x in order along axis."""
    return sn.sort(x, dim=axis, descending=descending, stable=stable).values


class UniqueAll(NamedTuple):
    """The results of `unique_all`."""

    values: object
    indices: object
    inverse_indices: object
    counts: object


class UniqueCounts(NamedTuple):
    """The results of `unique_counts`."""

    values: object
    counts: object


class UniqueInverse(NamedTuple):
    """The results of `unique_inverse`."""

    values: object
    inverse_indices: object


def _unique(x):
    """(values, first positions, inverse, counts); each NaN is a value of its own."""
    flat = x.reshape(-1)
    order = sn.argsort(flat, stable=True)
    ranked = flat[order]
    starts = sn.ones(flat.shape, dtype=sn.bool)
    if flat.numel() > 1:
        starts[1:] = ranked[1:] != ranked[:-1]
    first = sn.nonzero(starts).reshape(-1)
    group = sn.cumsum(starts, 0) - 1
    inverse = sn.empty(flat.shape, dtype=sn.int64)
    inverse[order] = group
    ends = sn.cat([first[1:], sn.tensor([flat.numel()], dtype=sn.int64)])[: first.numel()]
    return ranked[first], order[first], inverse.reshape(x.shape), ends - first


def unique_all(x, /):
    """The different elements, where each stands first, which of them each element is, and how often they occur."""
    return UniqueAll(*_unique(x))


def unique_counts(x, /):
    """The different elements, and how often they occur."""
    values, _, _, counts = _unique(x)
    return UniqueCounts(values, counts)


def unique_inverse(x, /):
    """The different elements, and which of them each element is."""
    values, _, inverse, _ = _unique(x)
    return UniqueInverse(values, inverse)


def unique_values(x, /):
    """The different elements."""
    return _unique(x)[0]
