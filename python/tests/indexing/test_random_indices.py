"""x[...], x[...] = v and their gradients for random index expressions, against NumPy under PyTorch's rules."""

import warnings

import numpy as np
import pytest

import swiftnn

from . import expressions as cases

COUNT, BATCH = 6000, 250


def spelled(entries, r):
    indices = tuple(entry.spelled(swiftnn) for entry in entries)
    if len(indices) == 1 and not isinstance(indices[0], tuple) and r.random() < 0.5:
        return indices[0]
    return indices


def check(seed):
    r, array, entries = cases.random_case(seed)
    raw, view = cases.layouts(r, array)
    x = view(swiftnn.from_numpy(raw))
    index = spelled(entries, r)
    try:
        want = cases.get(array, entries)
    except (IndexError, ValueError):
        before = x.tolist()
        with pytest.raises(IndexError):
            x[index]
        with pytest.raises(IndexError):
            x[index] = 1
        assert x.tolist() == before
        return "wrong"
    got = x[index]
    assert tuple(got.shape) == want.shape and str(got.dtype).endswith(str(want.dtype))
    assert np.array_equal(got.numpy(), want)
    value = cases.random_value(r, want.shape, str(array.dtype))
    cases.put(array, entries, np.asarray(value).astype(array.dtype))
    x[index] = swiftnn.from_numpy(value) if isinstance(value, np.ndarray) else value
    assert np.array_equal(x.numpy(), array)
    if x.is_floating_point():
        gradients(r, array, entries, index)
    return "right"


def gradients(r, array, entries, index):
    """Of reading, and of writing where no place is named twice."""
    wide = np.array(array, np.float64)
    x = swiftnn.from_numpy(np.array(wide)).requires_grad_()
    y = x[index]
    weight = np.random.default_rng(1).random(tuple(y.shape))
    y.backward(swiftnn.from_numpy(np.array(weight)))
    want = np.zeros(wide.shape)
    cases.add(want, entries, weight)
    assert np.allclose(x.grad.numpy(), want, 1e-14, 0)

    named = np.zeros(wide.shape)
    cases.add(named, entries, 1.0)
    x = swiftnn.from_numpy(np.array(wide)).requires_grad_()
    v = swiftnn.from_numpy(np.ones(tuple(y.shape))).requires_grad_()
    z = x * 1
    z[index] = v
    weight = np.random.default_rng(2).random(wide.shape)
    z.backward(swiftnn.from_numpy(np.array(weight)))
    assert np.array_equal(x.grad.numpy(), np.where(named > 0, 0, weight))
    if named.max(initial=0) <= 1:
        assert np.array_equal(v.grad.numpy(), cases.get(weight, entries))


@pytest.mark.parametrize("first", range(0, COUNT, BATCH))
def test_random_indices(first):
    outcomes = {"right": 0, "wrong": 0}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "indexing with dtype uint8")
        for seed in range(first, first + BATCH):
            try:
                outcomes[check(seed)] += 1
            except Exception as error:
                raise AssertionError(f"seed {seed}: {cases.random_case(seed)[1].shape}{cases.random_case(seed)[2]}: {error}") from error
    assert outcomes["right"] > BATCH // 2 and outcomes["wrong"] > 0
