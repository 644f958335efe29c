"""DataLoader: batches of a dataset, made here or by worker processes."""

import itertools
import os
import warnings
from typing import Generic, TypeVar

from .collate import default_collate, default_convert
from .dataset import IterableDataset
from .fetch import make_fetcher
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, _drawn_seed
from .worker import get_worker_info

__all__ = ["DataLoader", "default_collate", "default_convert", "get_worker_info"]

_T_co = TypeVar("_T_co", covariant=True)


class _InfiniteConstantSampler(Sampler):
    """Of a stream there are no keys: None again and again."""

    def __iter__(self):
        return itertools.repeat(None)


class DataLoader(Generic[_T_co]):
    """Gives a dataset in batches, in an order, once for each ``for`` loop. For the same seed the batches are PyTorch's.

    Args:
        dataset: a Dataset, an IterableDataset, or anything with ``__getitem__`` and ``__len__``.
        batch_size: examples in a batch; None for single examples.
        shuffle: whether each epoch has a random order of its own.
        sampler: an iterable of keys, instead of ``shuffle``.
        batch_sampler: an iterable of lists of keys, instead of ``batch_size``, ``shuffle``, ``sampler``, ``drop_last``.
        num_workers: how many processes make the batches; with 0 this one does.
        collate_fn: makes a batch of the list of examples; ``default_collate``, or ``default_convert`` without batches.
        pin_memory: without effect, since there is no accelerator to pin memory for; it warns.
        drop_last: whether a last batch that is smaller is left out.
        timeout: seconds to wait for a worker's batch; 0 for no limit.
        worker_init_fn: called in each worker with its number, after seeding.
        multiprocessing_context: how processes are started: "fork", "spawn", "forkserver", or a context.
        generator: where order and the workers' seeds are drawn from; by default the default generator.
        prefetch_factor: batches that each worker makes in advance; 2 by default.
        persistent_workers: whether the workers stay for the next epoch.
        pin_memory_device: without effect.
        in_order: whether batches come in the order of their keys, or as they are made.

    Workers are seeded with numbers of their own: swiftnn, Python's ``random``, and NumPy if it is imported. An exception
    in a worker is raised here with its type and the worker's traceback; a worker that dies is a RuntimeError with its
    process id and exit code. Workers end with the loop, with ``break``, with the iterator, and with the program.

    A forked worker shares the parent's memory until one of them writes, and Python writes to each object that it
    touches, to count references. Of a large list of small objects each worker makes its own copy in time; tensors and NumPy
    arrays stay shared.

    Example::

        >>> import swiftnn
        >>> _ = swiftnn.manual_seed(0)
        >>> loader = DataLoader(range(6), batch_size=4, shuffle=True)
        >>> len(loader), sorted(swiftnn.cat(list(loader)).tolist())
        (2, [0, 1, 2, 3, 4, 5])
    """

    __initialized = False
    _iterator = None

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        timeout=0,
        worker_init_fn=None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor=None,
        persistent_workers=False,
        pin_memory_device="",
        in_order=True,
    ):
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError(
                "prefetch_factor option could only be specified in multiprocessing. "
                "Let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None."
            )
        if prefetch_factor is not None and prefetch_factor <= 0:
            raise ValueError("prefetch_factor option should be positive")
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")

        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = 2 if num_workers > 0 and prefetch_factor is None else prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.in_order = in_order

        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            given = {"shuffle": shuffle or None, "sampler": sampler, "batch_sampler": batch_sampler}
            for option, value in given.items():
                if value is not None:
                    raise ValueError(
                        f"DataLoader with IterableDataset: expected unspecified {option} option, but got {option}={value}"
                    )
        shuffle = bool(shuffle)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
                )
            batch_size = None
            drop_last = False
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            if self._iterable:
                sampler = _InfiniteConstantSampler()
            elif shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)

        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        self.collate_fn = collate_fn or (default_collate if self._auto_collation else default_convert)
        self.persistent_workers = persistent_workers
        self.__initialized = True
        # What len() of a stream said, to warn when it gives more.
        self._IterableDataset_len_called = None
        self.check_worker_number_rationality()

    @property
    def multiprocessing_context(self):
        return self.__multiprocessing_context

    @multiprocessing_context.setter
    def multiprocessing_context(self, context):
        if context is not None:
            if self.num_workers == 0:
                raise ValueError(
                    "multiprocessing_context can only be used with multi-process loading (num_workers > 0), "
                    f"but got num_workers={self.num_workers}"
                )
            import multiprocessing
            import multiprocessing.context

            if isinstance(context, str):
                methods = multiprocessing.get_all_start_methods()
                if context not in methods:
                    raise ValueError(
                        f"multiprocessing_context option should specify a valid start method in {methods!r}, "
                        f"but got multiprocessing_context={context!r}"
                    )
                context = multiprocessing.get_context(context)
            if not isinstance(context, multiprocessing.context.BaseContext):
                raise TypeError(
                    "multiprocessing_context option should be a valid context object or a string specifying the start "
                    f"method, but got multiprocessing_context={context}"
                )
        self.__multiprocessing_context = context

    def __setattr__(self, name, value):
        if self.__initialized and name in (
            "batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers",
        ):  # fmt: skip
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(name, value)

    def __iter__(self):
        if not self.persistent_workers:
            return self._get_iterator()
        if self._iterator is None or not self._iterator._team.usable:
            self._iterator = self._get_iterator()
        else:
            self._iterator._reset(self)
        return self._iterator

    def _get_iterator(self):
        if self.num_workers == 0:
            return _SingleProcessDataLoaderIter(self)
        self.check_worker_number_rationality()
        return _MultiProcessingDataLoaderIter(self)

    @property
    def _auto_collation(self):
        return self.batch_sampler is not None

    @property
    def _index_sampler(self):
        return self.batch_sampler if self._auto_collation else self.sampler

    def __len__(self):
        if not self._iterable:
            return len(self._index_sampler)
        length = self._IterableDataset_len_called = len(self.dataset)
        if self.batch_size is not None:
            length = length // self.batch_size if self.drop_last else -(-length // self.batch_size)
        return length

    def check_worker_number_rationality(self):
        """Warns of more workers than there are processors for this process."""
        if not self.num_workers:
            return
        count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        if count is not None and self.num_workers > count:
            warnings.warn(
                f"This DataLoader will create {self.num_workers} worker processes in total. Our suggested max number of "
                f"worker in current system is {count}, which is smaller than what this DataLoader is going to create. "
                "Please be aware that excessive worker creation might get DataLoader running slow or even freeze, "
                "lower the worker number to avoid potential slowness/freeze if necessary.",
                stacklevel=3,
            )


class _BaseDataLoaderIter:
    def __init__(self, loader):
        self._dataset = loader.dataset
        self._iterable = loader._iterable
        self._index_sampler = loader._index_sampler
        self._num_workers = loader.num_workers
        if loader.pin_memory:
            if loader.pin_memory_device:
                warnings.warn(
                    "pin_memory_device is deprecated, the current accelerator will be used as the device,"
                    f"ignore pin_memory_device='{loader.pin_memory_device}'.",
                    stacklevel=5,
                )
            warnings.warn(
                "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.",
                stacklevel=5,
            )
        # The order of the draws is PyTorch's: a sampler that draws in iter() comes before the workers' seed.
        self._begin(loader)
        self._base_seed = _drawn_seed(loader.generator)

    def _begin(self, loader):
        self._sampler_iter = iter(self._index_sampler)
        self._num_yielded = 0
        self._IterableDataset_len_called = loader._IterableDataset_len_called

    def __iter__(self):
        return self

    def __next__(self):
        data = self._next_data()
        self._num_yielded += 1
        told = self._IterableDataset_len_called
        if self._iterable and told is not None and self._num_yielded > told:
            message = (
                f"Length of IterableDataset {self._dataset} was reported to be {told} (when accessing len(dataloader)), "
                f"but {self._num_yielded} samples have been fetched. "
            )
            if self._num_workers > 0:
                message += "Does each worker take a part of its own? get_worker_info() tells it which."
            warnings.warn(message, stacklevel=2)
        return data

    def __len__(self):
        return len(self._index_sampler)

    def __getstate__(self):
        raise NotImplementedError(f"{type(self).__name__} cannot be pickled")


class _SingleProcessDataLoaderIter(_BaseDataLoaderIter):
    def __init__(self, loader):
        super().__init__(loader)
        if loader.timeout != 0:
            raise AssertionError("timeout needs num_workers > 0: this process cannot stop waiting for itself")
        self._fetcher = make_fetcher(
            loader._iterable, loader.dataset, loader._auto_collation, loader.collate_fn, loader.drop_last
        )

    def _next_data(self):
        return self._fetcher.fetch(next(self._sampler_iter))


class _MultiProcessingDataLoaderIter(_BaseDataLoaderIter):
    """Hands the sampler's keys to the workers in turn, some in advance, and puts their batches in order."""

    def __init__(self, loader):
        super().__init__(loader)
        import multiprocessing
        import weakref

        from .processes import Team

        self._timeout = loader.timeout
        self._in_order = loader.in_order
        self._persistent_workers = loader.persistent_workers
        self._limit = loader.prefetch_factor * loader.num_workers
        self._team = Team(
            loader.multiprocessing_context or multiprocessing.get_context(), loader.num_workers, self._base_seed,
            loader.worker_init_fn, loader._iterable, loader.dataset, loader._auto_collation, loader.collate_fn, loader.drop_last,
        )  # fmt: skip
        # Also at the interpreter's exit.
        weakref.finalize(self, self._team.shutdown)
        self._reset(loader, first_iter=True)

    def _reset(self, loader, first_iter=False):
        self._begin(loader)
        self._send_idx = self._rcvd_idx = 0
        # By index of the task: its worker, and its result if that came before its turn.
        self._task_info = {}
        # Who has not come to the end of its stream, and how much it has to do.
        self._active = [True] * self._num_workers
        self._loads = [0] * self._num_workers
        self._turns = itertools.cycle(range(self._num_workers))
        if not first_iter:
            self._team.next_epoch()
        for _ in range(self._limit):
            self._try_put_index()

    def _try_put_index(self):
        try:
            keys = next(self._sampler_iter)
        except StopIteration:
            return
        for _ in range(self._num_workers):
            worker = next(self._turns)
            if self._active[worker] and (self._in_order or self._loads[worker] < self._limit // sum(self._active)):
                break
        else:
            return
        self._team.send(worker, ((self._team.epoch, self._send_idx), keys))
        self._task_info[self._send_idx] = (worker,)
        self._loads[worker] += 1
        self._send_idx += 1

    def _next_data(self):
        try:
            return self._next_result()
        except Exception:
            raise
        except BaseException:
            # Ctrl-C: whoever holds on to the traceback holds on to this iterator, but not to its workers.
            self._team.failure = "DataLoader was interrupted; begin another iteration"
            self._team.shutdown(grace=0.1)
            raise

    def _next_result(self):
        from .worker import END

        self._team.check_owner()
        while True:
            while self._rcvd_idx < self._send_idx:
                info = self._task_info.get(self._rcvd_idx)
                if info is not None:
                    if len(info) == 2 or self._active[info[0]]:
                        break
                    # It fell to a worker whose stream had ended.
                    del self._task_info[self._rcvd_idx]
                self._rcvd_idx += 1
            else:
                if not self._persistent_workers:
                    self._team.shutdown()
                raise StopIteration

            if len(info) == 2:
                del self._task_info[self._rcvd_idx]
                self._rcvd_idx += 1
                return self._process(*info)
            index, kind, value = self._team.receive(self._timeout)
            worker = self._task_info[index][0]
            if kind == END:
                self._active[worker] = False
                if not self._persistent_workers:
                    self._team.release(worker)
                self._try_put_index()
            elif index != self._rcvd_idx and self._in_order:
                self._task_info[index] = (worker, (kind, value))
            else:
                del self._task_info[index]
                if index == self._rcvd_idx:
                    self._rcvd_idx += 1
                return self._process(worker, (kind, value))

    def _process(self, worker, result):
        from .worker import DATA, FAILURE

        self._loads[worker] -= 1
        self._try_put_index()
        kind, value = result
        if kind == DATA:
            return value
        if kind == FAILURE:
            value.reraise()
        raise value
