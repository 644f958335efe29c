"""What runs in a worker process."""

import sys
from dataclasses import dataclass
from typing import Any

__all__ = ["WorkerInfo", "get_worker_info"]

_worker_info = None


@dataclass(frozen=True)
class WorkerInfo:
    """What a worker knows of itself.

    Attributes:
        id: its number, from 0.
        num_workers: how many there are.
        seed: what swiftnn and Python's ``random`` were seeded with.
        dataset: this process's copy of the dataset.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: Any = None
    worker_method: str = "multiprocessing"


def get_worker_info():
    """In a worker of a DataLoader what it knows of itself (``id``, ``num_workers``, ``seed``, ``dataset``); else None."""
    return _worker_info


class _KeyErrorMessage(str):
    """KeyError shows the repr() of its argument, which would put a traceback on one line."""

    def __repr__(self):
        return str(self)


class WorkerTraceback(Exception):
    """The traceback of a worker, as the cause of an exception whose own text has no place for it."""

    def __str__(self):
        return "\n" + self.args[0]


class Failure:
    """An exception on its way to the user: its type, its traceback as text, and, if it can be pickled, itself."""

    def __init__(self, where):
        import pickle
        import traceback

        kind, value, _ = sys.exc_info()
        self.text = f"Caught {kind.__name__} {where}.\nOriginal {traceback.format_exc()}"
        self.kind = self.value = None
        try:
            self.kind = pickle.dumps(kind)
            self.value = pickle.dumps(value)
        except Exception:
            # Defined within a function, or with something in it that cannot go.
            pass

    def reraise(self):
        exception = self._exception()
        try:
            if self.text not in str(exception):
                raise exception from WorkerTraceback(self.text)
            raise exception
        finally:
            # Or the traceback, and with it the iterator and its workers, would wait for the collector.
            del exception

    def _exception(self):
        import pickle

        try:
            kind = pickle.loads(self.kind)
            if kind is KeyError:
                return KeyError(_KeyErrorMessage(self.text))
            if getattr(kind, "message", None):
                return kind(message=self.text)
        except Exception:
            return RuntimeError(self.text)
        try:
            return kind(self.text)
        except Exception:
            # It takes other arguments than a message.
            pass
        try:
            value = pickle.loads(self.value)
            if isinstance(value, kind):
                return value
        except Exception:
            pass
        return RuntimeError(self.text)


# What a result is.
DATA, FAILURE, END = range(3)


def _prepare(seed, base_seed, worker_id):
    """Makes the process a worker: signals, random numbers, memory."""
    import faulthandler
    import gc
    import random
    import signal

    import swiftnn

    try:
        # Ctrl-C goes to all processes of a terminal: the parent decides. What the parent does at SIGTERM is its own affair.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    except ValueError:
        pass
    if not faulthandler.is_enabled():
        faulthandler.enable(2)
    # A collection would write to every object that a forked worker shares with its parent, and so copy it.
    gc.freeze()
    random.seed(seed)
    swiftnn.manual_seed(seed)
    if "numpy" in sys.modules:
        import numpy as np

        entropy = [worker_id, base_seed & 0xFFFFFFFF, base_seed >> 32 & 0xFFFFFFFF, 0]
        np.random.seed(np.random.SeedSequence(entropy).generate_state(4))


def run(sock, worker_id, num_workers, base_seed, init_fn, iterable, dataset, auto_collation, collate_fn, drop_last):
    """The life of a worker: takes tasks until there are no more."""
    from .channel import encode, send_result
    from .fetch import make_fetcher

    global _worker_info
    # Whatever socket.setdefaulttimeout() said.
    sock.setblocking(True)
    seed = base_seed + worker_id
    _prepare(seed, base_seed, worker_id)
    _worker_info = WorkerInfo(worker_id, num_workers, seed, dataset)
    stop = StopIteration if iterable else ()
    fetcher = failure = None
    ended = False
    where = f"in DataLoader worker process {worker_id}"

    def start():
        nonlocal fetcher, failure
        try:
            fetcher = make_fetcher(iterable, dataset, auto_collation, collate_fn, drop_last)
        except Exception:
            failure = Failure(where)

    def answer(index):
        nonlocal failure
        if failure is not None:
            first, failure = failure, None
            return FAILURE, encode(first)
        try:
            if fetcher is None:
                raise RuntimeError("this worker could not begin; see the error before")
            try:
                batch = fetcher.fetch(index)
            except stop:
                return END, encode(None)
            return DATA, encode(batch)
        except Exception:
            return FAILURE, encode(Failure(where))

    try:
        if init_fn is not None:
            init_fn(worker_id)
    except Exception:
        failure = Failure(where)
    else:
        start()
    try:
        for task in _tasks(sock):
            if task is None:
                # Another epoch of workers that stay.
                ended = False
                start()
            elif not ended:
                key, index = task
                kind, pieces = answer(index)
                ended = kind == END
                send_result(sock, (*key, kind), pieces)
                del pieces
    except (EOFError, ConnectionError):
        # The parent has enough, or is gone.
        pass


def _tasks(sock):
    """The tasks as they come. What a new epoch makes pointless is left out."""
    import collections
    import select

    from .channel import receive_task

    poll = select.poll()
    poll.register(sock, select.POLLIN)
    waiting = collections.deque()
    while True:
        while not waiting or poll.poll(0):
            task = receive_task(sock)
            if task is None:
                waiting.clear()
            waiting.append(task)
        yield waiting.popleft()
