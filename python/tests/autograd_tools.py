"""What the tests of autograd share."""

import gc
import threading

import pytest

import swiftnn
from swiftnn import _C


def leaf(*values):
    return swiftnn.tensor(list(values) if len(values) != 1 else values[0], requires_grad=True)


def live_bytes():
    return _C._memory_statistics()["live_bytes"]


@pytest.fixture(scope="module", autouse=True)
def nothing_old_to_collect():
    gc.collect()


@pytest.fixture(autouse=True)
def memory_is_given_back(nothing_old_to_collect):
    """Every test of a file that imports this leaves as many bytes in tensors as it found."""
    before = live_bytes()
    yield
    if live_bytes() != before:
        gc.collect()  # only what fell into a cycle of Python's; a collection of the whole test run takes its time
    assert live_bytes() == before


def in_thread(work, stack=None):
    """Runs `work` on a thread, with the smallest stack if wanted, and raises what it raised."""
    failures = []

    def run():
        try:
            work()
        except BaseException as error:
            failures.append(error)

    before = threading.stack_size(stack) if stack else None
    try:
        thread = threading.Thread(target=run)
        thread.start()
    finally:
        if stack:
            threading.stack_size(before)
    thread.join(120)
    assert not thread.is_alive(), "the thread hangs"
    if failures:
        raise failures[0]
