"""Datasets and functions that a spawned process can import."""

import ctypes
import os
import signal
import subprocess
import sys
import time

import swiftnn
from swiftnn.utils.data import Dataset, IterableDataset, default_collate, get_worker_info


class Numbers(Dataset):
    """0, 1, 2, …; at one of them something happens."""

    def __init__(self, count=12, at=-1, what=None, *arguments):
        self.count, self.at, self.what, self.arguments = count, at, what, arguments

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if index == self.at:
            self.what(*self.arguments)
        return index


class Stream(IterableDataset):
    def __init__(self, count=12):
        self.count = count

    def __iter__(self):
        info = get_worker_info()
        return iter(range(self.count) if info is None else range(info.id, self.count, info.num_workers))


class BadStream(IterableDataset):
    def __iter__(self):
        raise LookupError("no stream today")


class Images(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, index):
        return swiftnn.full((3, 32, 32), float(index)), index


class Pids(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, index):
        return os.getpid()


class TwoArguments(Exception):
    def __init__(self, first, second):
        super().__init__(first, second)
        self.first, self.second = first, second


class Silent(Exception):
    def __str__(self):
        return "nothing"


def fail(kind, *arguments):
    raise kind(*arguments)


def fail_locally():
    class Local(Exception):
        pass

    raise Local("here")


def fail_in_process():
    subprocess.run([sys.executable, "-c", "raise SystemExit(3)"], check=True)


def kill_self(number=signal.SIGKILL):
    os.kill(os.getpid(), number)


def segfault():
    # No core, no report.
    import faulthandler

    faulthandler.disable()
    ctypes.string_at(0)


def die_but_leave_a_child():
    if os.fork() == 0:
        # It holds on to all that the worker has open.
        time.sleep(5)
        os._exit(0)
    os._exit(7)


def stay(seconds=600.0):
    time.sleep(seconds)


def stay_stubbornly():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def failing_collate(batch):
    raise ValueError(f"cannot collate {batch}")


def failing_init(worker_id):
    raise ValueError(f"cannot begin {worker_id}")


def unpicklable_collate(batch):
    return lambda: batch


def doubled(batch):
    return default_collate(batch) * 2
