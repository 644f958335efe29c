"""x[...] and x[...] = ...: every kind of index, and what is none."""

import pytest

import swiftnn

np = pytest.importorskip("numpy")


INDICES = [
    0, -1, slice(None), slice(1, None), slice(None, None, 2), slice(-2, 100), None, Ellipsis, (0, 1), (slice(None), 1),
    (Ellipsis, 0), (0, Ellipsis), (None, 0, None), (1, slice(0, 2), -1), [0, 1], [[0, 1], [1, 0]], ([0, 1], [1, 0]),
    (slice(None), [2, 0]), True, False, np.int64(1), np.array([1, 0]), np.array([True, False]), np.bool_(True),
    (0, slice(2**70)), (), [], range(2), (slice(None), None, 0),
]


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_get_and_set_by_index(index):
    array = np.arange(24.0).reshape(2, 3, 4)
    x = swiftnn.tensor(array)
    key = tuple(np.asarray(i) if isinstance(i, list) else i for i in index) if isinstance(index, tuple) else index
    key = np.array(index, dtype=np.int64) if isinstance(index, (list, range)) else key
    expected = array[key]
    got = x[index]
    assert got.shape == expected.shape and got.tolist() == expected.tolist()
    x[index] = -1
    array[key] = -1
    assert x.tolist() == array.tolist()


def test_index_by_tensor():
    x = swiftnn.arange(12).reshape(3, 4)
    assert x[swiftnn.tensor([2, 0])].tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
    assert x[x > 9].tolist() == [10, 11]
    row = x[swiftnn.tensor(1)]
    assert row.tolist() == [4, 5, 6, 7] and row.data_ptr() == x[1].data_ptr()
    assert x[[0, slice(None)]].tolist() == [0, 1, 2, 3]
    x[x > 9] = 0
    x[0] = swiftnn.tensor([1.7, 2, 3, 4])
    x[1, :2] = [7, 8]
    x[1, 2:] = np.array([5, 6])
    assert x.tolist() == [[1, 2, 3, 4], [7, 8, 5, 6], [8, 9, 0, 0]]


@pytest.mark.parametrize(
    "index, error",
    [
        (3, IndexError), (-4, IndexError), (2**70, IndexError), (1.0, IndexError), (object(), IndexError), ((0, 0, 0), IndexError),
        (slice(None, None, -1), ValueError), (slice(None, None, 0), ValueError), (slice("a", None), TypeError),
        ((Ellipsis, Ellipsis), IndexError), ((0,) * 200, IndexError), ([0, 9], IndexError), ([0.5], IndexError),
        (["a"], TypeError), ("a", IndexError), ([[0, 1], [0]], ValueError),
    ],
    ids=repr,
)
def test_index_errors(index, error):
    x = swiftnn.arange(12).reshape(3, 4)
    with pytest.raises(error):
        x[index]
    with pytest.raises(error):
        x[index] = 1


def test_assignment_errors():
    x = swiftnn.zeros(2, 2)
    for value in ("a", object(), None):
        with pytest.raises(TypeError):
            x[0] = value
    with pytest.raises(RuntimeError):
        x[0] = swiftnn.ones(3)
    with pytest.raises(TypeError, match="does not support deleting items"):
        del x[0]
