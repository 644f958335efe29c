"""Datasets, the order in which their examples come, and the loader that makes batches of them, as ``torch.utils.data``.

    >>> import swiftnn
    >>> from swiftnn.utils.data import DataLoader, TensorDataset
    >>> data = TensorDataset(swiftnn.arange(10.).view(5, 2), swiftnn.arange(5))
    >>> for x, y in DataLoader(data, batch_size=3):
    ...     print(tuple(x.shape), y.tolist())
    (3, 2) [0, 1, 2]
    (2, 2) [3, 4]
"""

from .collate import default_collate, default_convert
from .dataloader import DataLoader
from .dataset import (
    ChainDataset, ConcatDataset, Dataset, IterableDataset, StackDataset, Subset, TensorDataset, random_split,
)  # fmt: skip
from .distributed import DistributedSampler
from .sampler import (
    BatchSampler, RandomSampler, Sampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler,
)  # fmt: skip
from .worker import get_worker_info

__all__ = [
    "BatchSampler", "ChainDataset", "ConcatDataset", "DataLoader", "Dataset", "DistributedSampler", "IterableDataset",
    "RandomSampler", "Sampler", "SequentialSampler", "StackDataset", "Subset", "SubsetRandomSampler", "TensorDataset",
    "WeightedRandomSampler", "default_collate", "default_convert", "get_worker_info", "random_split",
]  # fmt: skip
