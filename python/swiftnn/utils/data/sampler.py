"""Samplers: the order in which examples are taken. For the same seed it is PyTorch's."""

import itertools
from typing import Generic, TypeVar

import swiftnn

__all__ = [
    "BatchSampler", "RandomSampler", "Sampler", "SequentialSampler", "SubsetRandomSampler", "WeightedRandomSampler",
]  # fmt: skip

_T_co = TypeVar("_T_co", covariant=True)


def _drawn_seed(generator=None):
    return swiftnn.empty((), dtype=swiftnn.int64).random_(generator=generator).item()


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


class Sampler(Generic[_T_co]):
    """What gives keys of a dataset, or lists of them, in an order. A subclass has ``__iter__``, and ``__len__``
    where the number is known.

    Example::

        >>> class ByLength(Sampler):
        ...     def __init__(self, words):
        ...         self.words = words
        ...     def __iter__(self):
        ...         return iter(sorted(range(len(self.words)), key=lambda i: len(self.words[i])))
        ...     def __len__(self):
        ...         return len(self.words)
        >>> list(ByLength(["ccc", "a", "bb"]))
        [1, 2, 0]
    """

    def __iter__(self):
        raise NotImplementedError


class SequentialSampler(Sampler[int]):
    """The indices of ``data_source`` from the first to the last."""

    def __init__(self, data_source):
        self.data_source = data_source

    def __iter__(self):
        return iter(range(len(self.data_source)))

    def __len__(self):
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """The indices of ``data_source`` in random order.

    Args:
        data_source: the dataset.
        replacement: whether an index can be drawn several times.
        num_samples: how many are drawn; by default as many as there are examples.
        generator: where they are drawn from; by default one that the default generator gives a seed.

    Example::

        >>> sorted(RandomSampler("abcd"))
        [0, 1, 2, 3]
    """

    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={self.num_samples}")

    @property
    def num_samples(self):
        # The dataset may grow.
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self):
        n = len(self.data_source)
        generator = self.generator
        if generator is None:
            generator = swiftnn.Generator().manual_seed(_drawn_seed())
        if self.replacement:
            # By 32, as PyTorch draws them.
            for _ in range(self.num_samples // 32):
                yield from swiftnn.randint(high=n, size=(32,), generator=generator).tolist()
            yield from swiftnn.randint(high=n, size=(self.num_samples % 32,), generator=generator).tolist()
        else:
            for _ in range(self.num_samples // n):
                yield from swiftnn.randperm(n, generator=generator).tolist()
            yield from swiftnn.randperm(n, generator=generator).tolist()[: self.num_samples % n]

    def __len__(self):
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given indices in random order.

    Example::

        >>> sorted(SubsetRandomSampler([3, 5, 8]))
        [3, 5, 8]
    """

    def __init__(self, indices, generator=None):
        self.indices = indices
        self.generator = generator

    def __iter__(self):
        for place in swiftnn.randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[place]

    def __len__(self):
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Indices from 0 to ``len(weights) - 1``, drawn with the given weights, which need not add up to 1.

    Args:
        weights: a sequence of weights.
        num_samples: how many are drawn.
        replacement: whether an index can be drawn several times.
        generator: where they are drawn from.

    Example::

        >>> set(WeightedRandomSampler([0.0, 1.0, 0.0, 3.0], 50)) <= {1, 3}
        True
    """

    def __init__(self, weights, num_samples, replacement=True, generator=None):
        if not _is_count(num_samples):
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={num_samples}")
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = swiftnn.as_tensor(weights, dtype=swiftnn.float64)
        if self.weights.dim() != 1:
            raise ValueError(
                f"weights should be a 1d sequence but given weights have shape {tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self):
        yield from swiftnn.multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        ).tolist()

    def __len__(self):
        return self.num_samples


class BatchSampler(Sampler[list]):
    """The keys of another sampler, in lists.

    Args:
        sampler: any iterable of keys.
        batch_size: how many make a batch.
        drop_last: whether a last batch that is smaller is left out.

    Example::

        >>> list(BatchSampler(range(8), batch_size=3, drop_last=False))
        [[0, 1, 2], [3, 4, 5], [6, 7]]
        >>> list(BatchSampler(range(8), batch_size=3, drop_last=True))
        [[0, 1, 2], [3, 4, 5]]
    """

    def __init__(self, sampler, batch_size, drop_last):
        if not _is_count(batch_size):
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self):
        keys = iter(self.sampler)
        while batch := list(itertools.islice(keys, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield batch

    def __len__(self):
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else (count + self.batch_size - 1) // self.batch_size
