"""The part of a dataset that one of several processes takes."""

import math

import swiftnn

from .sampler import Sampler

__all__ = ["DistributedSampler"]


class DistributedSampler(Sampler):
    """Every ``num_replicas``-th index of a dataset, beginning with the ``rank``-th, in an order that all ranks share.

    Args:
        dataset: the dataset, of constant length.
        num_replicas: how many processes share it. There are no process groups to ask, so it must be given.
        rank: which of them this one is.
        shuffle: whether the order is random.
        seed: of that order; the same one for all ranks.
        drop_last: whether the last examples are left out, if they do not suffice for all, or the first ones come again.

    Call ``set_epoch()`` before each epoch: without it the order is the same in all.

    Example::

        >>> [list(DistributedSampler(range(5), num_replicas=2, rank=rank, shuffle=False)) for rank in range(2)]
        [[0, 2, 4], [1, 3, 0]]
    """

    def __init__(self, dataset, num_replicas=None, rank=None, shuffle=True, seed=0, drop_last=False):
        if num_replicas is None or rank is None:
            raise RuntimeError("Requires distributed package to be available; give num_replicas and rank instead")
        if rank >= num_replicas or rank < 0:
            raise ValueError(f"Invalid rank {rank}, rank should be in the interval [0, {num_replicas - 1}]")
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank
        self.epoch = 0
        self.drop_last = drop_last
        if drop_last and len(dataset) % num_replicas != 0:
            self.num_samples = math.ceil((len(dataset) - num_replicas) / num_replicas)
        else:
            self.num_samples = math.ceil(len(dataset) / num_replicas)
        self.total_size = self.num_samples * num_replicas
        self.shuffle = shuffle
        self.seed = seed

    def __iter__(self):
        count = len(self.dataset)
        if self.shuffle:
            generator = swiftnn.Generator().manual_seed(self.seed + self.epoch)
            indices = swiftnn.randperm(count, generator=generator).tolist()
        else:
            indices = list(range(count))
        if not self.drop_last and self.total_size > count:
            indices = (indices * math.ceil(self.total_size / max(count, 1)))[: self.total_size]
        indices = indices[: self.total_size][self.rank :: self.num_replicas]
        if len(indices) != self.num_samples:
            raise AssertionError(f"Number of subsampled indices ({len(indices)}) does not match num_samples ({self.num_samples})")
        return iter(indices)

    def __len__(self):
        return self.num_samples

    def set_epoch(self, epoch):
        """Sets the epoch, from which, with the seed, the random order comes."""
        self.epoch = epoch
