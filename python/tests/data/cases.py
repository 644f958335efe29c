"""What is computed with swiftnn and, by Tests/Goldens/make_loader.py, with PyTorch: functions of the library and its
data module."""

import collections
import contextlib
import random
import warnings

import numpy as np

Point = collections.namedtuple("Point", ["x", "y"])
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def told(value):
    """A value as JSON has it, with the types of all that is in it."""
    kind = type(value).__name__
    if kind == "Tensor":
        return [str(value.dtype).split(".")[-1], list(value.shape), value.tolist()]
    if isinstance(value, dict):
        return [kind, [[key, told(item)] for key, item in value.items()]]
    if isinstance(value, (list, tuple)):
        return [kind, [told(item) for item in value]]
    if isinstance(value, np.ndarray):
        return [kind, value.tolist()]
    return [kind, value.decode() if isinstance(value, bytes) else value]


def plain(value):
    """A value without its types."""
    if type(value).__name__ == "Tensor":
        return value.tolist()
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def refusal(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__
    return None


def table(lib, data, count=23):
    return data.TensorDataset(lib.arange(2.0 * count).view(count, 2), lib.arange(count))


def loader(lib, data, count=23, **options):
    return data.DataLoader(table(lib, data, count), **options)


def keys(batches):
    return [plain(batch[1]) for batch in batches]


# ------------------------------------------------------------------------------------------------ samplers


@case
def random_samplers(lib, data):
    found = []
    for n in (1, 2, 23, 100):
        for options in ({}, {"num_samples": 7}, {"num_samples": 250}, {"replacement": True},
                        {"replacement": True, "num_samples": 70}):
            lib.manual_seed(n)
            sampler = data.RandomSampler(range(n), **options)
            found.append([list(sampler), list(sampler), len(sampler), lib.rand(1).item()])
            generator = lib.Generator().manual_seed(n + 1)
            found.append(list(data.RandomSampler(range(n), generator=generator, **options)))
    return found


@case
def other_samplers(lib, data):
    found = []
    for seed in range(3):
        lib.manual_seed(seed)
        generator = lib.Generator().manual_seed(seed)
        subset = data.SubsetRandomSampler([3, 1, 4, 15, 9, 26])
        found += [list(subset), list(data.SubsetRandomSampler("abcdef", generator=generator)), len(subset)]
        weights = [0.1, 0.9, 0.4, 0.7, 3.0, 0.6, 0.0]
        for replacement in (True, False):
            found.append(list(data.WeightedRandomSampler(weights, 5, replacement)))
            found.append(list(data.WeightedRandomSampler(lib.tensor(weights), 4, replacement, generator=generator)))
    found.append(list(data.SequentialSampler("abc")))
    for size in (1, 3, 4, 10, 11):
        for drop_last in (True, False):
            sampler = data.BatchSampler(range(10), size, drop_last)
            found.append([list(sampler), len(sampler)])
    return found


@case
def distributed(lib, data):
    found = []
    for count in (1, 5, 12, 13):
        for replicas in (1, 2, 3, 5):
            for options in ({}, {"shuffle": False}, {"seed": 4, "drop_last": True}, {"shuffle": False, "drop_last": True}):
                if count < replicas and options.get("drop_last"):
                    continue
                samplers = [data.DistributedSampler(range(count), replicas, rank, **options) for rank in range(replicas)]
                for epoch in (0, 3):
                    for sampler in samplers:
                        sampler.set_epoch(epoch)
                    found.append([[list(sampler), len(sampler)] for sampler in samplers])
    return found


@case
def splits(lib, data):
    found = []
    for lengths in ([7, 3], [0.7, 0.3], [0.33, 0.33, 0.34], [10], [1.0], [0.5, 0.25, 0.25], [0, 10]):
        lib.manual_seed(5)
        found.append([part.indices for part in data.random_split(range(10), lengths)])
        generator = lib.Generator().manual_seed(42)
        found.append([list(part) for part in data.random_split(range(10), lengths, generator=generator)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found.append([list(part) for part in data.random_split("a", [0.5, 0.5])])
    found.append([str(warning.message) for warning in caught])
    return found


# ------------------------------------------------------------------------------------------------ batches and orders


@case
def shuffled(lib, data):
    found = []
    for options in ({}, {"batch_size": 4}, {"batch_size": 5, "drop_last": True}, {"batch_size": None}, {"batch_size": 30}):
        lib.manual_seed(11)
        batches = loader(lib, data, shuffle=True, **options)
        found.append([keys(batches), len(batches), keys(batches), lib.rand(2).tolist()])
        generator = lib.Generator().manual_seed(12)
        batches = loader(lib, data, shuffle=True, generator=generator, **options)
        found.append([keys(batches), lib.rand(1).item(), generator.initial_seed()])
    return found


@case
def drawn_between(lib, data):
    """Where in the stream of random numbers the loader draws: its user draws too."""
    found = []
    for workers in (0, 2):
        for options in ({"shuffle": True}, {}, {"sampler": Eager(lib)}, {"shuffle": True, "batch_size": 3}):
            lib.manual_seed(3)
            for batch in loader(lib, data, 9, num_workers=workers, **options):
                found.append([plain(batch[1]), lib.rand(1).item()])
    return found


class Eager:
    """A sampler that draws when it is asked for an iterator, not when it is asked for a key."""

    def __init__(self, lib):
        self.lib = lib

    def __iter__(self):
        return iter(self.lib.randperm(9).tolist())

    def __len__(self):
        return 9


@case
def chosen(lib, data):
    found = []
    batch_sampler = data.BatchSampler(data.SequentialSampler(range(10)), 4, False)
    for options in ({"batch_sampler": batch_sampler}, {"batch_sampler": [[3, 1], [0], [-1, 2, 2]]},
                    {"sampler": [5, 3, 1], "batch_size": 2}, {"batch_size": 4, "drop_last": True}):
        for workers in (0, 2):
            batches = loader(lib, data, num_workers=workers, **options)
            found.append([told(list(batches)), len(batches), batches.batch_size, batches.drop_last])
    return found


@case
def rows(lib, data):
    """Batches that are made by one indexing of each tensor."""
    whole = table(lib, data)
    lib.manual_seed(1)
    part, rest = data.random_split(whole, [15, 8])
    nested = data.Subset(part, [4, 2, 0, 1])
    single = data.TensorDataset(lib.arange(6).view(2, 3).t())
    return [told(list(data.DataLoader(dataset, batch_size=3))) for dataset in (whole, part, rest, nested, single)] + [
        told(list(data.DataLoader(whole + part, batch_size=10))),
        told(list(data.DataLoader(data.StackDataset(part, range(15)), batch_size=4))),
        told(list(data.DataLoader(data.StackDataset(rows=part, number=range(15)), batch_size=4))),
        told(list(data.DataLoader(whole, batch_size=None))[:2]),
        told(list(data.DataLoader(whole, batch_size=8, collate_fn=lambda examples: examples))),
    ]


@case
def streams(lib, data):
    class Stream(data.IterableDataset):
        def __init__(self, count, length=None):
            self.count = count
            self.length = length

        def __iter__(self):
            info = data.get_worker_info()
            if info is None:
                return iter(range(self.count))
            # Of unequal length, so that workers end one after the other.
            return iter(range(info.id * 100, info.id * 100 + self.count - 4 * info.id))

        def __len__(self):
            if self.length is None:
                raise TypeError
            return self.length

    found = []
    for workers in (0, 1, 2, 3):
        for options in ({}, {"batch_size": 4}, {"batch_size": 4, "drop_last": True}, {"batch_size": None},
                        {"batch_size": 3, "prefetch_factor": 1}, {"batch_size": 3, "prefetch_factor": 5}):
            if workers == 0:
                options = {name: value for name, value in options.items() if name != "prefetch_factor"}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batches = data.DataLoader(Stream(11), num_workers=workers, **options)
                found.append([plain(list(batches)), plain(list(batches))])
                if workers:
                    batches = data.DataLoader(Stream(11), num_workers=workers, persistent_workers=True, **options)
                    found.append([plain(list(batches)), plain(list(batches))])
    chain = data.ChainDataset([Stream(3, 3), Stream(2, 2)])
    found += [list(chain), len(chain), list(Stream(1) + Stream(2))]
    for length, options in ((10, {"batch_size": 3}), (10, {"batch_size": 3, "drop_last": True}), (10, {"batch_size": None})):
        found.append(len(data.DataLoader(Stream(3, length), **options)))
    return found


@case
def seeds(lib, data):
    """Random numbers in workers."""

    class Noise(data.Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            info = data.get_worker_info()
            return [info.id, info.num_workers, info.seed, lib.initial_seed(), random.random(), lib.rand(1).item(),
                    float(np.random.rand())]

    found = []
    for persistent in (False, True):
        lib.manual_seed(8)
        batches = data.DataLoader(Noise(), batch_size=None, num_workers=2, persistent_workers=persistent)
        found.append([plain(list(batches)), plain(list(batches))])
    return found


# ------------------------------------------------------------------------------------------------ collating


@case
def collated(lib, data):
    found = []
    array = np.arange(3, dtype=np.int16)
    for batch in (
        [1, 2, 3], [True, False], [0.5, 1], [1.5, 2.5], ["a", "bc"], [b"a", b"b"], [lib.ones(2), lib.zeros(2)],
        [lib.tensor(1), lib.tensor(2)], [array, array + 1], [np.float32(1), np.float32(2)], [np.float64(1)], [np.bool_(True)],
        [np.int8(3), np.int8(4)], [np.array(1.5), np.array(2.5)], [{"a": 1, "b": [1, 2.0]}, {"a": 3, "b": [4, 5.0]}],
        [Point(1, 2.0), Point(3, 4.0)], [(1, (2, "x")), (3, (4, "y"))], [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [(), ()],
        [collections.OrderedDict(x=1), collections.OrderedDict(x=2)], [range(2), range(2)],
        [collections.defaultdict(int, x=1), collections.defaultdict(int, x=2)], [collections.deque([1, 2]), collections.deque([3, 4])],
    ):  # fmt: skip
        made = data.default_collate(batch)
        found.append(told(list(made) if isinstance(made, collections.deque) else made))
    return found


@case
def converted(lib, data):
    return [told(data.default_convert(value)) for value in (
        1, 2.5, "a", b"b", None, lib.ones(2), np.arange(3), np.array(2.5), np.float32(3), np.bool_(True), np.array(["a"]),
        np.str_("s"), [np.arange(2), 1], (np.arange(2), "a"), Point(np.arange(2), 1), {"a": np.arange(2), "b": [1]},
        collections.OrderedDict(x=np.arange(1)),
    )]  # fmt: skip


# ------------------------------------------------------------------------------------------------ refusals


@case
def refusals(lib, data):
    class Stream(data.IterableDataset):
        def __iter__(self):
            return iter(range(3))

    class Half(data.Subset):
        def __getitem__(self, index):
            return 1

    whole = table(lib, data)
    make = data.DataLoader
    attempts = [
        lambda: make(whole, num_workers=-1), lambda: make(whole, timeout=-1), lambda: make(whole, prefetch_factor=2),
        lambda: make(whole, num_workers=1, prefetch_factor=-1), lambda: make(whole, persistent_workers=True),
        lambda: make(Stream(), shuffle=True), lambda: make(Stream(), sampler=[1]), lambda: make(Stream(), batch_sampler=[[1]]),
        lambda: make(whole, sampler=[1], shuffle=True), lambda: make(whole, batch_sampler=[[1]], batch_size=2),
        lambda: make(whole, batch_sampler=[[1]], shuffle=True), lambda: make(whole, batch_sampler=[[1]], drop_last=True),
        lambda: make(whole, batch_size=None, drop_last=True), lambda: make(whole, batch_size=0), lambda: make(whole, batch_size=1.5),
        lambda: make(whole, drop_last=1), lambda: make(whole, multiprocessing_context="fork"),
        lambda: make(whole, num_workers=1, multiprocessing_context="spoon"), lambda: make(whole, num_workers=1, multiprocessing_context=3),
        lambda: setattr(make(whole), "batch_size", 3), lambda: setattr(make(whole), "dataset", 3), lambda: make([], shuffle=True),
        lambda: list(make(whole, timeout=1)), lambda: len(make(Stream())), lambda: list(make([None])), lambda: list(make([{1}])),
        lambda: list(make([lib.ones(1), lib.ones(2)], batch_size=2)), lambda: list(make([[1], [1, 2]], batch_size=2)),
        lambda: list(make([(1,), (1, 2)], batch_size=2)), lambda: list(make([{"a": 1}, {"b": 1}], batch_size=2)),
        lambda: list(make([np.array(["a"])])), lambda: list(make(whole, sampler=[99])), lambda: list(make(whole, batch_sampler=[[]])),
        lambda: data.TensorDataset(lib.ones(1), lib.ones(2)), lambda: data.StackDataset(), lambda: data.StackDataset([1], b=[1]),
        lambda: data.StackDataset([1], [1, 2]), lambda: data.StackDataset(a=[1], b=[]), lambda: data.ConcatDataset([]),
        lambda: data.ConcatDataset([Stream()]), lambda: data.ConcatDataset([[1], [2]])[2], lambda: data.ConcatDataset([[1], [2]])[-3],
        lambda: list(data.ChainDataset([[1]])), lambda: len(data.ChainDataset([[1]])), lambda: Half([1], [0]), lambda: data.Dataset()[0],
        lambda: data.random_split([1, 2], [1]), lambda: data.random_split([1, 2], [0.5, 0.4]), lambda: data.random_split([1, 2], [1.5, -0.5]),
        lambda: data.RandomSampler([]), lambda: data.RandomSampler([1], 1), lambda: data.RandomSampler([1], num_samples=0),
        lambda: data.RandomSampler([1], num_samples=1.5), lambda: data.WeightedRandomSampler([1.0], 0),
        lambda: data.WeightedRandomSampler([1.0], True), lambda: data.WeightedRandomSampler([1.0], 1, 1),
        lambda: data.WeightedRandomSampler([[1.0]], 1), lambda: data.BatchSampler([1], 0, False), lambda: data.BatchSampler([1], True, False),
        lambda: data.BatchSampler([1], 1, 0), lambda: data.DistributedSampler([1], 2, 2), lambda: data.DistributedSampler([1], 2, -1),
        lambda: list(data.Sampler()), lambda: data.IterableDataset(), lambda: data.StackDataset([1, 2])[5], lambda: data.Subset([1], [3])[0],
        lambda: data.default_collate([]), lambda: data.default_collate([object()]), lambda: iter(make(whole)).__getstate__(),
    ]  # fmt: skip
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        return [refusal(attempt) for attempt in attempts]
