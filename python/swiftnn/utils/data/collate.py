"""From a list of examples to a batch."""

import collections.abc
import copy
import re
import sys

import swiftnn

__all__ = ["collate", "default_collate", "default_collate_fn_map", "default_convert"]

# Strings and objects have no tensors.
_NOT_NUMBERS = re.compile(r"[SaUO]")
_REFUSED = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def _rebuild_mapping(mapping, convert):
    """A mapping of the same type with ``convert(key)`` at each key."""
    values = {key: convert(key) for key in mapping}
    try:
        if isinstance(mapping, collections.abc.MutableMapping):
            # The type may have attributes of its own.
            clone = copy.copy(mapping)
            clone.update(values)
            return clone
        return type(mapping)(values)
    except TypeError:
        # It cannot be copied, or made of a dict.
        return values


def _rebuild_sequence(sequence, values):
    """A sequence of the same type with other elements."""
    try:
        if isinstance(sequence, collections.abc.MutableSequence):
            clone = copy.copy(sequence)
            for place, value in enumerate(values):
                clone[place] = value
            return clone
        return type(sequence)(values)
    except TypeError:
        return values


def default_convert(data):
    """Makes tensors of the NumPy arrays and scalars in nested sequences and mappings; the rest stays as it is.

    A loader without batches (``batch_size=None``) calls it on each example.

    Example::

        >>> default_convert({"x": [1, "a"], "y": (2.5, swiftnn.ones(2))})
        {'x': [1, 'a'], 'y': [2.5, tensor([1., 1.])]}
    """
    kind = type(data)
    if isinstance(data, swiftnn.Tensor):
        return data
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_"):
        if kind.__name__ == "ndarray" and _NOT_NUMBERS.search(data.dtype.str):
            return data
        return swiftnn.as_tensor(data)
    if isinstance(data, collections.abc.Mapping):
        return _rebuild_mapping(data, lambda key: default_convert(data[key]))
    if isinstance(data, tuple):
        converted = [default_convert(value) for value in data]
        return kind(*converted) if hasattr(data, "_fields") else converted
    if isinstance(data, collections.abc.Sequence) and not isinstance(data, (str, bytes)):
        return _rebuild_sequence(data, [default_convert(value) for value in data])
    return data


def collate(batch, *, collate_fn_map=None):
    """Makes a batch of a list of examples, by a function for each type of element.

    Args:
        batch: the list.
        collate_fn_map: types, or tuples of them, with functions ``f(batch, *, collate_fn_map)``. The one of the
            element's type is called, else the first one of which it is an instance. Mappings and sequences that have
            none are taken apart.

    Example::

        >>> def total(batch, *, collate_fn_map=None):
        ...     return sum(batch)
        >>> collate([(1, 2), (3, 4)], collate_fn_map={int: total})
        [4, 6]
    """
    first = batch[0]
    kind = type(first)
    if collate_fn_map is not None:
        if collate_fn_map is default_collate_fn_map and "numpy" in sys.modules:
            _know_numpy()
        if kind in collate_fn_map:
            return collate_fn_map[kind](batch, collate_fn_map=collate_fn_map)
        for base, function in collate_fn_map.items():
            if isinstance(first, base):
                return function(batch, collate_fn_map=collate_fn_map)
    if isinstance(first, collections.abc.Mapping):
        return _rebuild_mapping(first, lambda key: collate([each[key] for each in batch], collate_fn_map=collate_fn_map))
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return kind(*(collate(values, collate_fn_map=collate_fn_map) for values in zip(*batch)))
    if isinstance(first, collections.abc.Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [collate(values, collate_fn_map=collate_fn_map) for values in zip(*batch)]
        return columns if isinstance(first, tuple) else _rebuild_sequence(first, columns)
    raise TypeError(_REFUSED.format(kind))


def collate_tensor_fn(batch, *, collate_fn_map=None):
    return swiftnn.stack(batch, 0)


def collate_numpy_array_fn(batch, *, collate_fn_map=None):
    if _NOT_NUMBERS.search(batch[0].dtype.str):
        raise TypeError(_REFUSED.format(batch[0].dtype))
    return collate([swiftnn.as_tensor(each) for each in batch], collate_fn_map=collate_fn_map)


def collate_numpy_scalar_fn(batch, *, collate_fn_map=None):
    return swiftnn.as_tensor(batch)


def collate_float_fn(batch, *, collate_fn_map=None):
    return swiftnn.tensor(batch, dtype=swiftnn.float64)


def collate_int_fn(batch, *, collate_fn_map=None):
    return swiftnn.tensor(batch)


def collate_str_fn(batch, *, collate_fn_map=None):
    return batch


default_collate_fn_map = {
    swiftnn.Tensor: collate_tensor_fn,
    float: collate_float_fn,
    int: collate_int_fn,
    str: collate_str_fn,
    bytes: collate_str_fn,
}


def _know_numpy():
    """Enters NumPy's types, before those of Python that they inherit from. NumPy may be imported later than this file."""
    import numpy as np

    if np.ndarray in default_collate_fn_map:
        return
    known = dict(default_collate_fn_map)
    default_collate_fn_map.clear()
    default_collate_fn_map.update({
        swiftnn.Tensor: known.pop(swiftnn.Tensor, collate_tensor_fn),
        np.ndarray: collate_numpy_array_fn,
        (np.bool_, np.number, np.object_): collate_numpy_scalar_fn,
        **known,
    })


if "numpy" in sys.modules:
    _know_numpy()


def default_collate(batch):
    """Makes a batch of a list of examples: their tensors, arrays and numbers are stacked along a new first dimension.

    =============================  =====================================================
    examples                       batch
    =============================  =====================================================
    tensors, NumPy arrays          a tensor with a new first dimension
    ``int``, ``float``, scalars    a tensor of one dimension; ``float`` gives float64
    ``str``, ``bytes``             the list of them
    mappings                       the mapping with a batch for each key
    named tuples                   the named tuple of a batch for each field
    tuples, other sequences        the list, or sequence, of a batch for each element
    =============================  =====================================================

    ``default_collate_fn_map`` says what is done with each type, and can be extended.

    Example::

        >>> default_collate([(1, 0.5, "a"), (2, 1.5, "b")])
        [tensor([1, 2]), tensor([0.5000, 1.5000], dtype=swiftnn.float64), ('a', 'b')]
        >>> default_collate([{"x": swiftnn.ones(2)}, {"x": swiftnn.zeros(2)}])
        {'x': tensor([[1., 1.],
                [0., 0.]])}
    """
    return collate(batch, collate_fn_map=default_collate_fn_map)
