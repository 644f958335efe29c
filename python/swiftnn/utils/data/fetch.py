"""From a key, or a list of keys, to a batch: the same in this process and in a worker."""

import swiftnn

from .collate import collate_tensor_fn, default_collate, default_collate_fn_map
from .dataset import Subset, TensorDataset

Tensor = swiftnn.Tensor


def _rows(dataset, keys):
    """The default batch of rows of tensors, taken by one indexing of each tensor; None if it has to be made otherwise."""
    while type(dataset) is Subset:
        keys, dataset = [dataset.indices[key] for key in keys], dataset.dataset
    if type(dataset) is not TensorDataset or default_collate_fn_map.get(Tensor) is not collate_tensor_fn:
        return None
    if any(type(tensor) is not Tensor for tensor in dataset.tensors) or any(type(key) is not int for key in keys):
        return None
    index = swiftnn.tensor(keys)
    return [tensor[index] for tensor in dataset.tensors]


class _MapDatasetFetcher:
    def __init__(self, dataset, auto_collation, collate_fn, drop_last):
        self.dataset = dataset
        self.auto_collation = auto_collation
        self.collate_fn = collate_fn

    def fetch(self, index):
        dataset = self.dataset
        if not self.auto_collation:
            return self.collate_fn(dataset[index])
        if self.collate_fn is default_collate and type(dataset) in (TensorDataset, Subset) and type(index) is list and index:
            batch = _rows(dataset, index)
            if batch is not None:
                return batch
        if getattr(dataset, "__getitems__", None):
            return self.collate_fn(dataset.__getitems__(index))
        return self.collate_fn([dataset[key] for key in index])


class _IterableDatasetFetcher:
    def __init__(self, dataset, auto_collation, collate_fn, drop_last):
        self.iterator = iter(dataset)
        self.auto_collation = auto_collation
        self.collate_fn = collate_fn
        self.drop_last = drop_last
        self.ended = False

    def fetch(self, index):
        if self.ended:
            raise StopIteration
        if not self.auto_collation:
            return self.collate_fn(next(self.iterator))
        examples = []
        for _ in index:
            try:
                examples.append(next(self.iterator))
            except StopIteration:
                self.ended = True
                break
        if not examples or (self.drop_last and len(examples) < len(index)):
            raise StopIteration
        return self.collate_fn(examples)


def make_fetcher(iterable, dataset, auto_collation, collate_fn, drop_last):
    return (_IterableDatasetFetcher if iterable else _MapDatasetFetcher)(dataset, auto_collation, collate_fn, drop_last)
