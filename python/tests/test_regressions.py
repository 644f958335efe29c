"""Faults that were found once, each with the case that showed it."""

import copy
import os
import subprocess
import sys
import threading

import pytest

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import nn


@pytest.mark.parametrize("rows", [(3, 5), (1, 17), (9,), (2,)])
def test_linear_without_input_features(rows):
    layer = nn.Linear(0, 3)
    x = swiftnn.zeros(*rows, 0, requires_grad=True)
    y = layer(x)
    assert y.shape == (*rows, 3) and bool((y == layer.bias).all())
    y.sum().backward()
    assert x.grad.shape == x.shape and layer.weight.grad.shape == (3, 0)
    assert F.linear(swiftnn.zeros(1, 3)[:, 3:].expand(9, 0), swiftnn.zeros(3, 0)).tolist() == [[0.0] * 3] * 9


@pytest.mark.parametrize("shape", [(2**62, 0, 4), (0, 2**62, 4), (2**62, 2**62, 0)])
def test_huge_sizes_of_tensors_without_elements(shape):
    with pytest.raises(MemoryError, match="reshape"):
        swiftnn.zeros(0).reshape(shape)


def test_extreme_of_a_number_is_another_tensor():
    x = swiftnn.tensor(3.0)
    x.max(0).values.add_(1)
    assert x.item() == 3
    leaf = swiftnn.tensor(3.0, requires_grad=True)
    leaf.min(0).values.backward()
    assert leaf.grad.item() == 1


def test_integers_that_no_double_holds():
    big = 2**53 + 1
    assert swiftnn.tensor([0]).clamp(min=big).item() == big
    assert swiftnn.tensor([2**62 + 1]).clamp(max=2**62 + 1).item() == 2**62 + 1
    assert swiftnn.tensor([7]).clamp_(max=2**63 - 1).item() == 7
    one = swiftnn.tensor([1])
    for alpha in (big, -(2**63)):
        with pytest.raises(ValueError, match="factor"):
            one.add(one, alpha=alpha)
        with pytest.raises(ValueError, match="factor"):
            one.sub_(one, alpha=alpha)


def test_leaf_frozen_after_forward():
    w = swiftnn.ones(3, requires_grad=True)
    x = swiftnn.ones(3, requires_grad=True)
    y = (w * x).sum()
    w.requires_grad_(False)
    y.backward()
    assert w.grad is None and x.grad is not None


def test_kept_gradients_add_up_and_can_be_written():
    x = swiftnn.ones(2, requires_grad=True)
    z = x * 2
    z.retain_grad()
    (z + 0).sum().backward(retain_graph=True)
    (z + 0).sum().backward()
    assert z.grad.tolist() == [2, 2]
    z.grad.zero_()


def test_square_by_power():
    x = swiftnn.randn(1000, dtype=swiftnn.float64, requires_grad=True)
    y = x**2
    assert bool((y == x * x).all())
    y.sum().backward()
    assert swiftnn.allclose(x.grad, 2 * x.detach())


def test_deep_copy_of_a_network_has_no_gradients():
    net = nn.Linear(2, 2)
    net(swiftnn.ones(1, 2)).sum().backward()
    assert all(p.grad is None for p in copy.deepcopy(net).parameters())


def test_threads_write_to_one_recorded_tensor():
    y = swiftnn.zeros(70000, requires_grad=True) * 2

    def work():
        for _ in range(300):
            y.mul_(1.0)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert y._version == 900


FORK = """
import os, sys, threading
import swiftnn
a = swiftnn.rand(200, 200)
failures = 0
for _ in range(20):
    child = os.fork()
    if child == 0:
        def work():
            for _ in range(50):
                a + 1
        threads = [threading.Thread(target=work) for _ in range(5)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        os._exit(0)
    failures += os.waitpid(child, 0)[1] != 0
sys.exit(failures)
"""


def test_threads_in_a_forked_child():
    assert subprocess.run([sys.executable, "-c", FORK], timeout=120).returncode == 0


def test_fork_while_another_thread_works():
    a = swiftnn.rand(300, 300)
    stop = threading.Event()

    def work():
        while not stop.is_set():
            a @ a + 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(10):
            child = os.fork()
            if child == 0:
                os._exit(0 if (a + a).shape == (300, 300) else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        thread.join()
