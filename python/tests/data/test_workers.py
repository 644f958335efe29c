"""Worker processes: what they give, and what becomes of their errors and of themselves."""

import gc
import multiprocessing
import os
import pathlib
import pickle
import random
import signal
import socket
import subprocess
import threading
import time

import numpy as np
import pytest

import swiftnn
from swiftnn.utils.data import DataLoader, Dataset, TensorDataset, channel, get_worker_info

from . import datasets
from .datasets import BadStream, Images, Numbers, Pids, Silent, Stream, TwoArguments

METHODS = ["fork", "spawn", "forkserver"]
pytestmark = [pytest.mark.usefixtures("limit"), pytest.mark.filterwarnings("ignore:This DataLoader will create")]


def values(loader):
    return [batch.tolist() for batch in loader]


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def assert_gone(pids, seconds=10):
    deadline = time.monotonic() + seconds
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, "workers are left"
        time.sleep(0.02)


def descriptors():
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


# ------------------------------------------------------------------------------------------------ what they give


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dataset", [Numbers(), Stream()], ids=["map", "stream"])
def test_start_methods(method, dataset):
    options = {"batch_size": 3, "collate_fn": datasets.doubled, "num_workers": 2, "multiprocessing_context": method}
    found = values(DataLoader(dataset, **options))
    assert sorted(sum(found, [])) == list(range(0, 24, 2))
    if isinstance(dataset, Numbers):
        assert found == [[0, 2, 4], [6, 8, 10], [12, 14, 16], [18, 20, 22]]
    context = multiprocessing.get_context(method)
    assert values(DataLoader(dataset, **{**options, "multiprocessing_context": context})) == found


@pytest.mark.parametrize("method", METHODS)
def test_images(method):
    loader = DataLoader(Images(), batch_size=4, num_workers=2, multiprocessing_context=method, persistent_workers=True)
    for _ in range(2):
        for number, (image, label) in enumerate(loader):
            assert image.shape == (4, 3, 32, 32) and label.tolist() == [4 * number + i for i in range(4)]
            assert (image == label.view(4, 1, 1, 1)).all()
    loader._iterator._team.shutdown()


class Mixed(Dataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        large = np.arange(40000) + index
        shared = swiftnn.ones(3)
        return {
            "large": swiftnn.from_numpy(large), "array": large, "view": swiftnn.arange(20000.0).view(100, 200).t()[::2],
            "half": swiftnn.full((20000,), index, dtype=swiftnn.bfloat16), "flag": swiftnn.tensor([True, False]),
            "empty": swiftnn.empty(0, 3), "number": swiftnn.tensor(2.5), "leaf": swiftnn.ones(2, requires_grad=True),
            "twice": (shared, shared), "text": "é", "bytes": bytes(100000), "nothing": None, "parameter": swiftnn.nn.Parameter(swiftnn.ones(1)),
        }  # fmt: skip


@pytest.mark.parametrize("in_memory", [True, False])
def test_all_kinds_of_values_arrive(in_memory, monkeypatch):
    if not in_memory:
        # All through the sockets, as where there is no memory to be had.
        monkeypatch.setattr(channel, "_memory_file", lambda: datasets.fail(OSError, "none"))
    before = descriptors()
    kept = []
    for index, found in enumerate(DataLoader(Mixed(), batch_size=None, collate_fn=lambda example: example, num_workers=2)):
        wanted = Mixed()[index]
        for name, value in wanted.items():
            if isinstance(value, swiftnn.Tensor):
                assert type(found[name]) is type(value) and found[name].dtype == value.dtype
                assert found[name].tolist() == value.tolist() and found[name].requires_grad == value.requires_grad
                with swiftnn.no_grad():
                    found[name].fill_(0)
            elif isinstance(value, np.ndarray):
                assert (found[name] == value).all()
                found[name][0] = 5
            elif name == "twice":
                assert found[name][0] is found[name][1]
            else:
                assert found[name] == value
        kept.append(found)
    # However many batches are kept, there is no descriptor for each.
    assert descriptors() <= before


def test_large_index_lists_do_not_block():
    """Neither side waits for the other to read."""
    keys = list(range(200_000))
    data = TensorDataset(swiftnn.arange(200_000))
    for found, in DataLoader(data, batch_sampler=[keys] * 6, num_workers=2):
        assert found.shape == (200_000,) and found[-1].item() == 199_999


def test_workers_go_on_while_the_parent_is_busy():
    done = multiprocessing.Value("i", 0)

    class Counted(Dataset):
        def __len__(self):
            return 20

        def __getitem__(self, index):
            with done:
                done.value += 1
            return swiftnn.zeros(100_000)

    iterator = iter(DataLoader(Counted(), batch_size=2, num_workers=2, prefetch_factor=3))
    deadline = time.monotonic() + 20
    while done.value < 12 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert done.value == 12
    next(iterator)
    while done.value < 14 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done.value == 14


def test_in_order():
    class Slow(Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            if index == 0:
                time.sleep(1)
            return index

    options = {"batch_size": None, "num_workers": 2}
    assert list(DataLoader(Slow(), **options)) == [0, 1, 2, 3, 4, 5]
    found = list(DataLoader(Slow(), in_order=False, **options))
    assert sorted(found) == [0, 1, 2, 3, 4, 5] and found[0] != 0 and found.index(0) > 1


def test_work_in_workers():
    """The library works in forked children after it was used here, with its gradients and random numbers."""

    class Trained(Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            net = swiftnn.nn.Linear(64, 64)
            (net(swiftnn.randn(64, 64)) ** 2).sum().backward()
            return net.weight.grad.sum().isfinite()

    assert Trained()[0]
    assert values(DataLoader(Trained(), batch_size=2, num_workers=2)) == [[True, True], [True, True]]


def test_worker_info():
    assert get_worker_info() is None
    loader = DataLoader(Numbers(4), batch_size=None, num_workers=2, worker_init_fn=lambda number: setattr(
        get_worker_info().dataset, "count", 10 * number), collate_fn=lambda index: (get_worker_info().id, get_worker_info().dataset.count))
    assert list(loader) == [(0, 0), (1, 10), (0, 0), (1, 10)]
    with pytest.raises(AttributeError):
        DataLoader(Numbers(2), batch_size=None, num_workers=1, collate_fn=lambda index: setattr(get_worker_info(), "id", 3)).__iter__().__next__()


def test_seeds_differ():
    class Noise(Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            return random.random(), swiftnn.rand(1).item(), float(np.random.rand())

    found = sum((list(DataLoader(Noise(), batch_size=None, num_workers=3)) for _ in range(2)), [])
    assert len({number for numbers in found for number in numbers}) == 36


def test_in_a_thread():
    found = []
    thread = threading.Thread(target=lambda: found.extend(values(DataLoader(Numbers(), batch_size=6, num_workers=2))))
    thread.start()
    thread.join()
    assert found == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


# ------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    "what, kind, text",
    [
        ((datasets.fail, KeyError, "missing"), KeyError, "KeyError: 'missing'"),
        ((datasets.fail, ValueError, "wrong"), ValueError, "ValueError: wrong"),
        ((datasets.fail, FileNotFoundError, 2, "none", "file"), FileNotFoundError, "[Errno 2] none: 'file'"),
        ((datasets.fail, NotImplementedError), NotImplementedError, "NotImplementedError"),
        ((datasets.fail, TwoArguments, 1, "b"), TwoArguments, "TwoArguments: (1, 'b')"),
        ((datasets.fail, UnicodeDecodeError, "utf-8", b"x", 0, 1, "why"), UnicodeDecodeError, "why"),
        ((datasets.fail, Silent, "word"), Silent, "Silent: nothing"),
        ((datasets.fail_in_process,), subprocess.CalledProcessError, "returned non-zero exit status 3"),
        ((datasets.fail_locally,), RuntimeError, "Local: here"),
        ((swiftnn.ones(2).view, 3), RuntimeError, "RuntimeError: view"),
    ],
)
def test_exceptions(what, kind, text):
    loader = DataLoader(Numbers(8, 3, *what), batch_size=2, num_workers=2, persistent_workers=True)
    iterator = iter(loader)
    assert next(iterator).tolist() == [0, 1]
    with pytest.raises(kind) as caught:
        next(iterator)
    assert type(caught.value) is kind
    shown = str(caught.value) + str(caught.value.__cause__ or "")
    assert "in DataLoader worker process 1.\nOriginal Traceback" in shown and text in shown and "__getitem__" in shown
    if kind is TwoArguments:
        assert (caught.value.first, caught.value.second) == (1, "b")
    # The others are not affected.
    assert next(iterator).tolist() == [4, 5] and next(iterator).tolist() == [6, 7]
    with pytest.raises(StopIteration):
        next(iterator)
    loader._iterator._team.shutdown()


@pytest.mark.parametrize(
    "dataset, options, kind, text",
    [
        (Numbers(), {"collate_fn": datasets.failing_collate}, ValueError, "cannot collate [0]"),
        (Numbers(), {"worker_init_fn": datasets.failing_init}, ValueError, "cannot begin 0"),
        (Numbers(), {"collate_fn": datasets.unpicklable_collate}, (AttributeError, RuntimeError, TypeError), "pickle"),
        (BadStream(), {}, LookupError, "no stream today"),
    ],
)
def test_exceptions_elsewhere(dataset, options, kind, text):
    with pytest.raises(kind, match="DataLoader worker process 0") as caught:
        list(DataLoader(dataset, num_workers=2, **options))
    assert text in str(caught.value)


def test_nothing_comes_of_a_worker_that_could_not_begin():
    iterator = iter(DataLoader(Numbers(), num_workers=1, worker_init_fn=datasets.failing_init))
    with pytest.raises(ValueError, match="cannot begin 0"):
        next(iterator)
    with pytest.raises(RuntimeError, match="could not begin"):
        next(iterator)


def test_what_cannot_be_pickled_is_refused_at_the_start():
    loader = DataLoader(Numbers(), num_workers=2, collate_fn=lambda batch: batch, multiprocessing_context="spawn")
    with pytest.warns(UserWarning, match="must be picklable"), pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        iter(loader)


class Unreadable:
    def __reduce__(self):
        return datasets.fail, (OSError, "cannot be read")


def test_what_cannot_be_read_is_an_error():
    iterator = iter(DataLoader([1, 2], batch_size=None, num_workers=1, collate_fn=lambda value: Unreadable() if value == 1 else value))
    with pytest.raises(OSError, match="Caught OSError while a batch was read(.|\n)*cannot be read"):
        next(iterator)
    assert next(iterator) == 2


@pytest.mark.parametrize("collate", [datasets.failing_collate, lambda batch: Unreadable()])
def test_an_error_holds_no_workers(collate):
    """Once it is handled, the workers of a loop that it ended are gone, without a collection. Others are under way."""
    gc.disable()
    try:
        try:
            for _ in DataLoader(Numbers(), num_workers=1, collate_fn=collate):
                pass
        except (ValueError, OSError):
            pass
        assert not multiprocessing.active_children()
    finally:
        gc.enable()


def test_a_dataset_that_knows_its_loader():
    class Knowing(Numbers):
        def load(self):
            self.loader = DataLoader(self, num_workers=1, persistent_workers=True, collate_fn=self.collate)
            self.iterator = iter(self.loader)
            return next(self.iterator)

        def collate(self, batch):
            return batch

    assert Knowing().load() == [0]
    gc.collect()
    assert not multiprocessing.active_children()


# ------------------------------------------------------------------------------------------------ death


@pytest.mark.parametrize(
    "method, what, code",
    [
        *((method, (datasets.kill_self,), -9) for method in METHODS),
        *((method, (datasets.fail, SystemExit, 3), 3) for method in METHODS),
        ("fork", (datasets.kill_self, signal.SIGTERM), -15), ("fork", (datasets.segfault,), -11), ("fork", (os._exit, 0), 0),
        ("fork", (datasets.fail, KeyboardInterrupt), 1),
    ],
)  # fmt: skip
def test_death(method, what, code):
    begin = time.monotonic()
    iterator = iter(DataLoader(Numbers(8, 3, *what), batch_size=2, num_workers=2, multiprocessing_context=method))
    pids = [process.pid for process in iterator._team.processes()]
    started = time.monotonic()
    with pytest.raises(RuntimeError, match=rf"DataLoader worker \(pid {pids[1]}\) .*exit code {code}\b"):
        for _ in range(4):
            next(iterator)
    assert time.monotonic() - started < 5 + 2 * (started - begin)
    assert_gone(pids)
    with pytest.raises(RuntimeError, match="DataLoader worker"):
        next(iterator)


def test_death_while_the_parent_waits_for_another():
    iterator = iter(DataLoader(Numbers(8, 0, datasets.stay), num_workers=2))
    victim = iterator._team.processes()[1]
    timer = threading.Timer(0.5, os.kill, (victim.pid, signal.SIGKILL))
    timer.start()
    begin = time.monotonic()
    with pytest.raises(RuntimeError, match=f"pid {victim.pid}.*Killed"):
        next(iterator)
    assert time.monotonic() - begin < 5
    timer.join()


def test_death_that_leaves_a_process_behind():
    begin = time.monotonic()
    with pytest.raises(RuntimeError, match="exit code 7"):
        list(DataLoader(Numbers(8, 1, datasets.die_but_leave_a_child), num_workers=1))
    assert time.monotonic() - begin < 4.5


def test_results_that_came_before_a_death_are_given():
    iterator = iter(DataLoader(Numbers(8, 2, datasets.kill_self), batch_size=None, num_workers=1, prefetch_factor=8))
    time.sleep(0.5)
    assert next(iterator) == 0 and next(iterator) == 1
    with pytest.raises(RuntimeError, match="killed by signal"):
        next(iterator)


def test_results_of_others_are_given_after_a_death():
    """Those that wait for their turn, or were read at the same time."""
    iterator = iter(DataLoader(Numbers(400, 1, datasets.kill_self), batch_size=None, num_workers=2, prefetch_factor=100))
    found = []
    with pytest.raises(RuntimeError, match="killed by signal"):
        for value in iterator:
            time.sleep(0.2)
            found.append(value)
    assert found[:1] == [0] and found == list(range(0, 2 * len(found), 2))[: len(found)]


def test_persistent_workers_after_a_death():
    loader = DataLoader(Pids(), batch_size=None, num_workers=2, persistent_workers=True)
    pids = set(loader)
    assert len(pids) == 2 and set(loader) == pids
    os.kill(min(pids), signal.SIGKILL)
    with pytest.raises(RuntimeError, match=f"pid {min(pids)}"):
        list(loader)
    assert len(list(loader)) == 8 and not set(loader) & pids
    loader._iterator._team.shutdown()


def test_persistent_workers_begin_anew_in_the_middle():
    for dataset in (Numbers(40), Stream(40)):
        loader = DataLoader(dataset, batch_size=3, num_workers=2, persistent_workers=True, prefetch_factor=4)
        first = values(loader)
        for stop in (0, 1, 5):
            for place, batch in enumerate(loader):
                assert batch.tolist() == first[place]
                if place == stop:
                    break
        assert values(loader) == first
        loader._iterator._team.shutdown()


def test_timeout():
    iterator = iter(DataLoader(Numbers(8, 2, datasets.stay, 3.0), batch_size=2, num_workers=1, timeout=1))
    assert next(iterator).tolist() == [0, 1]
    begin = time.monotonic()
    with pytest.raises(RuntimeError, match="DataLoader timed out after 1 seconds"):
        next(iterator)
    assert 1 <= time.monotonic() - begin < 3
    # It is late, not lost.
    for _ in range(20):
        try:
            found = next(iterator)
            break
        except RuntimeError as error:
            assert "timed out" in str(error)
    assert found.tolist() == [2, 3]


def test_default_timeout_of_sockets():
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(0.2)
    try:
        iterator = iter(DataLoader(Numbers(4), batch_size=None, num_workers=1, prefetch_factor=1))
        assert next(iterator) == 0
        # The worker waits for longer than that.
        time.sleep(0.5)
        assert list(iterator) == [1, 2, 3]
    finally:
        socket.setdefaulttimeout(before)


# ------------------------------------------------------------------------------------------------ the end


def test_ends_with_the_loop():
    before = descriptors()
    loader = DataLoader(Numbers(), num_workers=2)
    iterator = iter(loader)
    pids = [process.pid for process in iterator._team.processes()]
    assert len(list(iterator)) == 12
    # The iterator is still there, the workers are not.
    assert not any(map(is_running, pids)) and descriptors() <= before
    with pytest.raises(StopIteration):
        next(iterator)


def test_ends_with_break_and_with_the_iterator():
    before = descriptors()
    pids = set()
    for pid in DataLoader(Pids(), batch_size=None, num_workers=2):
        pids.add(pid)
        break
    iterator = iter(DataLoader(Pids(), batch_size=None, num_workers=2))
    pids.add(next(iterator))
    circle = [iterator]
    circle.append(circle)
    del iterator, circle
    gc.collect()
    assert not any(map(is_running, pids)) and descriptors() <= before


@pytest.mark.parametrize("what", [datasets.stay, datasets.stay_stubbornly])
def test_ends_workers_that_do_not_end(what):
    iterator = iter(DataLoader(Numbers(8, 2, what), batch_size=None, num_workers=1))
    pids = [process.pid for process in iterator._team.processes()]
    assert next(iterator) == 0 and next(iterator) == 1
    begin = time.monotonic()
    del iterator
    assert time.monotonic() - begin < 6 and not any(map(is_running, pids))


def test_interrupt_ends_the_workers():
    iterator = iter(DataLoader(Numbers(8, 0, datasets.stay), num_workers=2))
    pids = [process.pid for process in iterator._team.processes()]
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        next(iterator)
    assert not any(map(is_running, pids))
    with pytest.raises(RuntimeError, match="interrupted"):
        next(iterator)
    timer.join()


def test_a_terminals_interrupt_is_the_parents():
    """Workers get it as well, and say nothing."""
    iterator = iter(DataLoader(Numbers(4), batch_size=None, num_workers=2))
    pids = [process.pid for process in iterator._team.processes()]
    assert next(iterator) == 0
    for pid in pids:
        os.kill(pid, signal.SIGINT)
    assert list(iterator) == [1, 2, 3]


def test_workers_of_another_process():
    loader = DataLoader(Numbers(6), batch_size=None, num_workers=1, persistent_workers=True)
    iterator = iter(loader)
    assert next(iterator) == 0
    child = os.fork()
    if child == 0:
        code = 1
        try:
            try:
                next(iterator)
            except RuntimeError as error:
                code = 2 if "belongs to process" not in str(error) else 3
            if code == 3 and list(loader) == [0, 1, 2, 3, 4, 5]:
                loader._iterator._team.shutdown()
                code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert list(iterator) == [1, 2, 3, 4, 5]
    iterator._team.shutdown()


def _use_a_loader(queue):
    queue.put(values(DataLoader(Numbers(6), batch_size=3, num_workers=2)))


@pytest.mark.parametrize("method", METHODS)
def test_in_another_process(method):
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=_use_a_loader, args=(queue,))
    process.start()
    assert queue.get(timeout=30) == [[0, 1, 2], [3, 4, 5]]
    process.join()


def test_leftover_signal_handlers():
    """A forked worker ends at SIGTERM, whatever its parent does at it."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        iterator = iter(DataLoader(Numbers(4, 2, datasets.stay), batch_size=None, num_workers=1))
        assert next(iterator) == 0 and next(iterator) == 1
        os.kill(iterator._team.processes()[0].pid, signal.SIGTERM)
        with pytest.raises(RuntimeError, match="Terminated"):
            next(iterator)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_exception_of_a_signal_handler():
    class Bell(Exception):
        pass

    def ring(number, frame):
        raise Bell

    before = signal.signal(signal.SIGUSR1, ring)
    try:
        iterator = iter(DataLoader(Numbers(4, 0, datasets.stay, 1.0), batch_size=None, num_workers=1))
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        with pytest.raises(Bell):
            next(iterator)
        assert list(iterator) == [0, 1, 2, 3]
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)


