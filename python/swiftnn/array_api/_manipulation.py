"""Manipulation of shapes, and reading by position."""

import swiftnn as sn

from ._dtypes import promoted

__all__ = [
    "broadcast_arrays", "broadcast_shapes", "broadcast_to", "concat", "expand_dims", "flip", "moveaxis", "permute_dims", "repeat", "reshape", "roll",
    "squeeze", "stack", "take", "take_along_axis", "tile", "unstack",
]


def broadcast_arrays(*arrays):
    """The tensors in their common shape."""
    return tuple(sn.broadcast_tensors(*arrays))


def broadcast_shapes(*shapes):
    """The shape in which tensors of these shapes meet. A size that is not known is None."""
    if not any(None in shape for shape in shapes):
        try:
            return tuple(sn.broadcast_shapes(*shapes))
        except RuntimeError as error:
            raise ValueError(str(error)) from None
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    result = []
    for position, sizes in enumerate(zip(*padded)):
        known = {size for size in sizes if size not in (None, 1)}
        if len(known) > 1:
            raise ValueError(f"broadcast_shapes(): sizes {sorted(known)} in dimension {position} do not fit")
        result.append(known.pop() if known else None if None in sizes else 1)
    return tuple(result)


def broadcast_to(x, /, shape):
    """x in a shape to which it can be broadcast."""
    return sn.broadcast_to(x, shape)


def concat(arrays, /, *, axis=0):
    """The tensors one after the other along axis; without one, their elements."""
    arrays = promoted(*arrays)
    if axis is None:
        return sn.cat([a.reshape(-1) for a in arrays])
    return sn.cat(arrays, axis)


def expand_dims(x, /, axis):
    """With dimensions of size 1 inserted."""
    if isinstance(axis, int):
        return sn.unsqueeze(x, axis)
    rank = x.ndim + len(axis)
    positions = sorted(a % rank if -rank <= a < rank else a for a in axis)
    if len(set(positions)) < len(positions):
        raise ValueError(f"expand_dims(): an axis appears more than once in {tuple(axis)}")
    for position in positions:
        x = sn.unsqueeze(x, position)
    return x


def flip(x, /, *, axis=None):
    """With the order of the elements along the axes reversed."""
    return sn.flip(x, tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis))


def moveaxis(x, source, destination, /):
    """With axes moved to other positions."""
    return sn.movedim(x, source, destination)


def permute_dims(x, /, axes):
    """With the axes in the given order."""
    return sn.permute(x, tuple(axes))


def repeat(x, repeats, /, *, axis=None):
    """Each element repeated."""
    return sn.repeat_interleave(x, repeats if isinstance(repeats, int) else repeats.to(sn.int64), axis)


def reshape(x, /, shape, *, copy=None):
    """The same elements in another shape."""
    if copy is False:
        try:
            return x.view(tuple(shape))
        except RuntimeError as error:
            raise ValueError(str(error)) from None
    return x.clone().reshape(tuple(shape)) if copy else x.reshape(tuple(shape))


def roll(x, /, shift, *, axis=None):
    """With the elements moved along the axes, those that leave entering at the other end."""
    return sn.roll(x, shift, axis)


def squeeze(x, /, axis):
    """Without axes of size 1."""
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    for a in axes:
        if -x.ndim <= a < x.ndim and x.shape[a] != 1:
            raise ValueError(f"squeeze(): axis {a} of shape {tuple(x.shape)} has not size 1")
    return sn.squeeze(x, axes)


def stack(arrays, /, *, axis=0):
    """The tensors along a new axis."""
    return sn.stack(promoted(*arrays), axis)


def take(x, indices, /, *, axis=None):
    """The slices of axis at the positions."""
    if axis is None:
        if x.ndim != 1:
            raise ValueError(f"take(): axis is needed for a tensor of shape {tuple(x.shape)}")
        axis = 0
    return x[(slice(None),) * (axis % x.ndim) + (indices,)]


def take_along_axis(x, indices, /, *, axis=-1):
    """One element along axis for each entry of indices."""
    indices = indices.to(sn.int64)
    return sn.take_along_dim(x, sn.where(indices < 0, indices + x.shape[axis], indices), axis)


def tile(x, repetitions, /):
    """The tensor repeated along its axes."""
    return sn.tile(x, tuple(repetitions))


def unstack(x, /, *, axis=0):
    """The slices along axis."""
    return tuple(sn.unbind(x, axis))
