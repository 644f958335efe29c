"""A test that waits for ever fails."""

import multiprocessing
import signal

import pytest

SECONDS = 60


@pytest.fixture
def limit():
    def late(number, frame):
        raise AssertionError(f"not done in {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    assert not multiprocessing.active_children()
