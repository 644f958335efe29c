"""Datasets: what knows its examples by key, what gives them one after the other, and what is made of others."""

import bisect
import itertools
import math
import warnings
from typing import Generic, Iterable, TypeVar

import swiftnn

__all__ = [
    "Dataset", "IterableDataset", "TensorDataset", "StackDataset", "ConcatDataset", "ChainDataset", "Subset", "random_split",
]  # fmt: skip

_T_co = TypeVar("_T_co", covariant=True)


class Dataset(Generic[_T_co]):
    """What gives an example for a key. A subclass has ``__getitem__``, and ``__len__`` for the samplers.

    It may have ``__getitems__(keys)``, which gives the list of examples for a list of keys: the loader then asks once for
    each batch.

    Example::

        >>> class Squares(Dataset):
        ...     def __len__(self):
        ...         return 4
        ...     def __getitem__(self, index):
        ...         return index ** 2
        >>> [Squares()[i] for i in range(4)]
        [0, 1, 4, 9]
        >>> len(Squares() + Squares())
        8
    """

    def __getitem__(self, index):
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other):
        return ConcatDataset([self, other])

    # No __len__: list() and others take its absence, but not its failure, for "unknown".


class IterableDataset(Dataset[_T_co], Iterable[_T_co]):
    """What gives its examples one after the other. A subclass has ``__iter__``.

    With several workers each has a copy of the dataset, and would give all examples. ``get_worker_info()`` tells
    a worker which one it is, so that it can take its part.

    Example::

        >>> from swiftnn.utils.data import DataLoader, get_worker_info
        >>> class Count(IterableDataset):
        ...     def __init__(self, end):
        ...         self.end = end
        ...     def __iter__(self):
        ...         info = get_worker_info()
        ...         return iter(range(self.end) if info is None else range(info.id, self.end, info.num_workers))
        >>> [batch.tolist() for batch in DataLoader(Count(5), batch_size=2)]
        [[0, 1], [2, 3], [4]]
    """

    def __add__(self, other):
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """The rows of tensors: example i is the tuple of what each tensor has at i.

    Args:
        *tensors: tensors with equal first dimensions.

    Attributes:
        tensors: the tuple of them.

    Example::

        >>> data = TensorDataset(swiftnn.arange(6.).view(3, 2), swiftnn.tensor([7, 8, 9]))
        >>> len(data), data[1]
        (3, (tensor([2., 3.]), tensor(8)))
    """

    def __init__(self, *tensors):
        if any(tensors[0].size(0) != tensor.size(0) for tensor in tensors):
            raise AssertionError("Size mismatch between tensors")
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self):
        return self.tensors[0].size(0)


class StackDataset(Dataset):
    """Datasets side by side: example i is the tuple, or the dict, of their examples i.

    Args:
        *args: datasets of one length, for tuples.
        **kwargs: datasets of one length, for dicts.

    Example::

        >>> StackDataset(range(3), "abc")[1]
        (1, 'b')
        >>> StackDataset(number=range(3), letter="abc")[2]
        {'number': 2, 'letter': 'c'}
    """

    def __init__(self, *args, **kwargs):
        if args and kwargs:
            raise ValueError("StackDataset takes datasets by position, for tuples, or by name, for dicts, but not both")
        if not args and not kwargs:
            raise ValueError("At least one dataset should be passed")
        self.datasets = args or kwargs
        lengths = [len(dataset) for dataset in args or kwargs.values()]
        if len(set(lengths)) > 1:
            raise ValueError(f"Size mismatch between datasets: {lengths}")
        self._length = lengths[0]

    def __getitem__(self, index):
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __getitems__(self, indices):
        if isinstance(self.datasets, dict):
            columns = [_items(dataset, indices) for dataset in self.datasets.values()]
            return [dict(zip(self.datasets, row)) for row in zip(*columns)]
        return list(zip(*(_items(dataset, indices) for dataset in self.datasets)))

    def __len__(self):
        return self._length


def _items(dataset, indices):
    """The examples of the indices, asked for at once where the dataset can do so."""
    if not callable(getattr(dataset, "__getitems__", None)):
        return [dataset[index] for index in indices]
    items = dataset.__getitems__(indices)
    if len(items) != len(indices):
        raise ValueError(f"Nested dataset's output size mismatch. Expected {len(indices)}, got {len(items)}")
    return items


class ConcatDataset(Dataset[_T_co]):
    """Datasets one after the other.

    Args:
        datasets: the datasets, which must know their examples by index.

    Example::

        >>> both = ConcatDataset(["abc", "de"])
        >>> len(both), both[3], both[-1]
        (5, 'd', 'e')
    """

    @staticmethod
    def cumsum(sequence):
        return list(itertools.accumulate(len(dataset) for dataset in sequence))

    def __init__(self, datasets):
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise AssertionError("ConcatDataset does not support IterableDataset")
        self.cumulative_sizes = self.cumsum(self.datasets)

    def __len__(self):
        return self.cumulative_sizes[-1]

    def __getitem__(self, idx):
        if idx < 0:
            if -idx > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            idx = len(self) + idx
        place = bisect.bisect_right(self.cumulative_sizes, idx)
        if place == len(self.datasets):
            raise IndexError(f"index {idx} is out of range for a ConcatDataset of {len(self)} examples")
        return self.datasets[place][idx - (self.cumulative_sizes[place - 1] if place else 0)]


class ChainDataset(IterableDataset):
    """Streams one after the other.

    Args:
        datasets: an iterable of IterableDatasets.
    """

    def __init__(self, datasets):
        self.datasets = datasets

    def _checked(self):
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError("ChainDataset only supports IterableDataset")
            yield dataset

    def __iter__(self):
        for dataset in self._checked():
            yield from dataset

    def __len__(self):
        return sum(len(dataset) for dataset in self._checked())


class Subset(Dataset[_T_co]):
    """The examples of a dataset at the given indices.

    A subclass with a ``__getitem__`` of its own needs a ``__getitems__`` too, since the loader calls that one.

    Example::

        >>> list(Subset("abcdef", [4, 0, 2]))
        ['e', 'a', 'c']
    """

    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices
        if type(self).__getitem__ is not Subset.__getitem__ and type(self).__getitems__ is Subset.__getitems__:
            raise NotImplementedError(
                f"{type(self).__name__} overrides __getitem__ but not __getitems__, which the DataLoader calls. For example:\n\n"
                "def __getitems__(self, indices):\n"
                "    return [self.__getitem__(idx) for idx in indices]"
            )

    def __getitem__(self, idx):
        if isinstance(idx, list):
            return self.dataset[[self.indices[i] for i in idx]]
        return self.dataset[self.indices[idx]]

    def __getitems__(self, indices):
        chosen = [self.indices[index] for index in indices]
        if callable(getattr(self.dataset, "__getitems__", None)):
            return self.dataset.__getitems__(chosen)
        return [self.dataset[index] for index in chosen]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=swiftnn.default_generator):
    """Splits a dataset at random into Subsets of the given lengths.

    Args:
        dataset: the dataset.
        lengths: numbers of examples, or fractions with the sum 1. What is left over after rounding down goes to the
            subsets in turn.
        generator: where the order is drawn from.

    Example::

        >>> generator = swiftnn.Generator().manual_seed(42)
        >>> [len(part) for part in random_split(range(10), [0.7, 0.3], generator=generator)]
        [7, 3]
    """
    total = sum(lengths)
    if math.isclose(total, 1) and total <= 1:
        for place, fraction in enumerate(lengths):
            if fraction < 0 or fraction > 1:
                raise ValueError(f"Fraction at index {place} is not between 0 and 1")
        lengths = [math.floor(len(dataset) * fraction) for fraction in lengths]
        for place in range(len(dataset) - sum(lengths)):
            lengths[place % len(lengths)] += 1
        for place, length in enumerate(lengths):
            if length == 0:
                warnings.warn(
                    f"Length of split at index {place} is 0. This might result in an empty dataset.", stacklevel=2
                )
    if sum(lengths) != len(dataset):
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    indices = swiftnn.randperm(sum(lengths), generator=generator).tolist()
    return [
        Subset(dataset, indices[end - length : end]) for end, length in zip(itertools.accumulate(lengths), lengths)
    ]
