"""What rows of the operator table and random index expressions do not say about elements by position."""

import numpy as np
import pytest

import swiftnn
from swiftnn import tensor

HALVES = (swiftnn.float16, swiftnn.bfloat16)


# ---------------------------------------------------------------------------------------------------- kinds of indices


def test_uint8_is_a_mask_and_deprecated():
    x = swiftnn.arange(6).reshape(2, 3)
    byte = tensor([1, 0], dtype=swiftnn.uint8)
    with pytest.warns(UserWarning, match="uint8 is deprecated"):
        assert x[byte].tolist() == [[0, 1, 2]]
    with pytest.warns(UserWarning, match="uint8 is deprecated"):
        x[np.array([0, 1], np.uint8)] = 9
    assert x.tolist() == [[0, 1, 2], [9, 9, 9]]
    # Without dimensions as True or False.
    assert x[tensor(1, dtype=swiftnn.uint8)].shape == (1, 2, 3) and x[tensor(0, dtype=swiftnn.uint8)].shape == (0, 2, 3)


@pytest.mark.filterwarnings("error:indexing with dtype uint8")
def test_a_warning_may_be_an_error():
    x = swiftnn.zeros(2)
    with pytest.raises(UserWarning):
        x[tensor([1, 0], dtype=swiftnn.uint8)]
    with pytest.raises(UserWarning):
        x[tensor([1, 0], dtype=swiftnn.uint8)] = 1
    assert x.tolist() == [0, 0]


def test_integers_without_dimensions_make_views():
    x = swiftnn.arange(12.0).reshape(3, 4)

    class Two:
        def __index__(self):
            return 2

    for two in (Two(), np.int8(2), np.array(2), np.array(2, np.int32), tensor(2), tensor(2, dtype=swiftnn.int8)):
        row = x[two]
        assert row.tolist() == [8, 9, 10, 11] and row.data_ptr() == x[2].data_ptr()
    assert x[Two():].tolist() == [[8, 9, 10, 11]] and x[tensor(1):tensor(2)].shape == (1, 4)


def test_lists_that_stand_for_tuples():
    x = swiftnn.arange(12).reshape(3, 4)
    first, second = tensor([0, 2]), tensor([1, 3])
    assert x[[first, second]].tolist() == x[first, second].tolist() == [1, 11]
    assert x[[0, slice(1, 3)]].tolist() == [1, 2] and x[[Ellipsis, 0]].tolist() == [0, 4, 8]
    # Numbers are an index tensor, nested ones too: as in NumPy, and as PyTorch announces.
    assert x[[[0, 1], [1, 0]]].shape == (2, 2, 4) and x[[True, False, True]].shape == (2, 4)
    assert x[[]].shape == (0, 4) and x[[[]]].shape == (1, 0, 4)


def test_an_index_that_changes_its_list_while_it_is_read():
    indices = [tensor([0, 1]), None]

    class Sly:
        def __index__(self):
            indices.clear()
            return 0

    indices += [slice(Sly(), None), Ellipsis]
    assert swiftnn.arange(6).reshape(3, 2)[indices].shape == (2, 1, 2)


def test_bools_among_the_indices_of_a_number():
    x = tensor(3.0)
    assert x[True].tolist() == [3.0] and x[False].shape == (0,) and x[None, True, ...].tolist() == [[3.0]]
    x[True] = 4
    x[False] = 5
    assert x.item() == 4
    assert x.index_put((tensor(True),), tensor([6.0])).item() == 6 and x.index_put((tensor(False),), tensor([])).item() == 4
    with pytest.raises(IndexError, match="too many indices for tensor of dimension 0"):
        x[tensor([0])]


def test_too_many_dimensions_in_the_result():
    x = swiftnn.zeros([1] * 15)
    with pytest.raises(IndexError, match="17 dimensions"):
        x[tensor([[[0]]])]
    with pytest.raises(IndexError, match="17 dimensions"):
        x[tensor([[[0]]])] = 1


# ---------------------------------------------------------------------------------------------------- writing


def test_source_and_target_overlap():
    x = swiftnn.arange(5)
    x[1:] = x[:-1]
    assert x.tolist() == [0, 0, 1, 2, 3]
    x = swiftnn.arange(5)
    x[:-1] = x[1:]
    assert x.tolist() == [1, 2, 3, 4, 4]
    x = swiftnn.arange(4)
    x[[1, 2, 3]] = x[:3]
    assert x.tolist() == [0, 0, 1, 2]
    x = swiftnn.arange(6).reshape(2, 3)
    x.index_copy_(0, tensor([1, 0]), x)
    assert x.tolist() == [[3, 4, 5], [0, 1, 2]]
    x = tensor([1, 2, 0])
    x.scatter_(0, tensor([1, 2, 0]), x)
    assert x.tolist() == [0, 1, 2]
    x = tensor([1.0, 2.0, 3.0])
    x.masked_scatter_(tensor([False, True, True]), x)
    assert x.tolist() == [1, 1, 2]


def test_the_index_is_the_target():
    """What is written does not change an index that is still to be read."""
    for write in (lambda x: x.scatter_(0, x, 3), lambda x: x.put_(x, swiftnn.full((4,), 3)), lambda x: x.index_fill_(0, x, 3),
                  lambda x: x.__setitem__(x, 3), lambda x: x.index_put_((x,), tensor(3)), lambda x: x.index_copy_(0, x, swiftnn.full((4,), 3))):
        x = tensor([2, 0, 1, 0])
        write(x)
        assert x.tolist() == [3, 3, 3, 0]
    shared = np.array([2, 0, 1, 0])
    x, index = swiftnn.from_numpy(shared), swiftnn.from_numpy(shared)
    x.scatter_(0, index, 3)
    assert shared.tolist() == [3, 3, 3, 0]
    x = tensor([2, 0, 1, 0])
    x.scatter_reduce_(0, x, swiftnn.full((4,), 5), "amax", include_self=False)
    assert x.tolist() == [5, 5, 5, 0]


def test_equal_places():
    x = swiftnn.zeros(3)
    x[[0, 0, 1, 0]] = tensor([1.0, 2.0, 3.0, 4.0])
    assert x.tolist() == [4, 3, 0]
    x[[1, 1]] += 1  # read, added, written: once
    assert x.tolist() == [4, 4, 0]
    x.index_put_((tensor([2, 2]),), tensor(1.5), accumulate=True)
    assert x.tolist() == [4, 4, 3]


def test_nothing_is_written_where_an_index_is_wrong():
    last = tensor([0, 1, 7])
    for write in (lambda x: x.scatter_(0, last, 3), lambda x: x.scatter_add_(0, last, swiftnn.ones(3)), lambda x: x.index_fill_(0, last, 3),
                  lambda x: x.scatter_reduce_(0, last, swiftnn.ones(3), "prod", include_self=False),
                  lambda x: x.index_reduce_(0, last, swiftnn.ones(3), "mean", include_self=False),
                  lambda x: x.__setitem__(last, 3), lambda x: x.put_(last, swiftnn.ones(3)),
                  lambda x: x.index_put_((last,), tensor(1.0), accumulate=True), lambda x: x.masked_scatter_(swiftnn.ones(4) > 0, swiftnn.ones(3)),
                  lambda x: x.__setitem__([0, 1], tensor([1.0, 2.0, 3.0])), lambda x: x.index_copy_(0, tensor([0, 1]), swiftnn.ones(3))):
        x = swiftnn.arange(4.0)
        with pytest.raises((IndexError, RuntimeError)):
            write(x)
        assert x.tolist() == [0, 1, 2, 3] and x._version == 0


def test_expanded_tensors_are_not_written_to():
    x = swiftnn.zeros(1, 3).expand(2, 3)
    for write in (lambda: x.__setitem__(0, 1), lambda: x.__setitem__([0], 1), lambda: x.__setitem__(x == 0, 1)):
        with pytest.raises(RuntimeError, match="more than one element"):
            write()


def test_assigned_values_are_converted():
    x = swiftnn.zeros(2, 2, dtype=swiftnn.int32)
    x[0] = tensor([1.9, -1.9])
    x[[1]] = tensor([[True, False]])
    assert x.tolist() == [[1, -1], [1, 0]]
    x[x == 1] = 7.9
    x[:, 1] = np.array([3, 4], np.int8)
    assert x.tolist() == [[7, 3], [7, 4]]
    for index in (0, [0], x == 7):
        with pytest.raises(RuntimeError, match="cannot be converted to int32 without overflow"):
            x[index] = 2**40
    x[[0, 1]] = tensor([[[5, 6], [7, 8]]])  # leading ones are dropped
    assert x.tolist() == [[5, 6], [7, 8]]
    with pytest.raises(RuntimeError, match=r"value tensor of shape \[2, 1, 2\] cannot be broadcast to indexing result of shape \[2, 2\]"):
        x[[0, 1]] = swiftnn.zeros(2, 1, 2)


# ---------------------------------------------------------------------------------------------------- where, nonzero


def test_where_of_numbers_and_of_a_condition():
    c = tensor([True, False])
    assert swiftnn.where(c, 1, 0).dtype == swiftnn.int64 and swiftnn.where(c, True, False).dtype == swiftnn.bool
    for a, b in ((1.0, 0), (1, 0.0), (1.0, 2.0)):
        assert swiftnn.where(c, a, b).dtype == swiftnn.float32
    assert swiftnn.where(c, tensor([1, 2]), 0.5).dtype == swiftnn.float32
    assert swiftnn.where(c, tensor([1, 2], dtype=swiftnn.int8), 5).dtype == swiftnn.int8
    assert swiftnn.where(c, 0, tensor([1.0, 2.0], dtype=swiftnn.float64)).dtype == swiftnn.float64
    assert swiftnn.where(c.to(swiftnn.uint8), tensor([1, 2]), tensor([3, 4])).tolist() == [1, 4]
    x = tensor([1.0, 2.0])
    assert x.where(c, 0).tolist() == [1, 0] and x.where(condition=c, other=x * 3).tolist() == [1, 6]
    rows, columns = swiftnn.where(tensor([[0, 1], [2, 0]]))
    assert rows.tolist() == [0, 1] and columns.tolist() == [1, 0]
    for wrong in ((c, x), (c, None, x), (5,)):
        with pytest.raises(TypeError, match="where"):
            swiftnn.where(*wrong)


def test_nonzero_as_tuple():
    x = tensor([[0.0, 2.0], [float("nan"), 0.0]])
    for got in (x.nonzero(as_tuple=True), swiftnn.nonzero(x, as_tuple=True)):
        assert isinstance(got, tuple) and [g.tolist() for g in got] == [[0, 1], [1, 0]]
    assert x.nonzero(as_tuple=False).tolist() == x.argwhere().tolist() == [[0, 1], [1, 0]]
    assert [g.tolist() for g in tensor(5).nonzero(as_tuple=True)] == [[0]] and tensor(5).nonzero().shape == (1, 0)
    assert x[x.nonzero(as_tuple=True)].tolist()[0] == 2
    with pytest.raises(TypeError, match="nonzero.*out="):
        swiftnn.nonzero(x, as_tuple=True, out=swiftnn.empty(0))


# ---------------------------------------------------------------------------------------------------- gradients


def test_an_index_that_was_overwritten_before_the_backward_pass():
    x = swiftnn.ones(3, 3, requires_grad=True)
    index = tensor([[0, 1, 2], [2, 1, 0]])
    for make in (lambda i: x.gather(0, i), lambda i: x.scatter(0, i, 2.0), lambda i: x.scatter_add(0, i, swiftnn.ones(2, 3))):
        i = index.clone()
        y = make(i)
        i.fill_(0)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward(retain_graph=True)
    # Memory that is written to behind the library's back is checked again.
    shared = index.numpy().copy()
    y = x.gather(0, swiftnn.from_numpy(shared))
    shared[:] = 1000
    with pytest.raises(RuntimeError, match="index 1000 is out of bounds"):
        y.sum().backward()
    # An index of slices is copied.
    i = tensor([0, 2])
    y = x[i].sum() + x.index_select(1, i).sum()
    i.fill_(1)
    y.backward()
    assert x.grad.tolist() == [[2, 1, 2], [1, 0, 1], [2, 1, 2]]


@pytest.mark.parametrize("index", [0, slice(1, 3), [2, 0], (slice(None), 1), ([0, 2], [1, 1]), "mask", (Ellipsis, [0])], ids=str)
def test_writes_are_part_of_the_history(index):
    index = tensor([[True, False, True]] * 3) if index == "mask" else index
    leaf = swiftnn.arange(9.0, dtype=swiftnn.float64).reshape(3, 3).requires_grad_()
    for value in (2.0, swiftnn.full((), 3.0, dtype=swiftnn.float64, requires_grad=True)):
        leaf.grad = None
        x = leaf * 1
        x[index] = value
        (x * x).sum().backward()
        chosen = np.zeros((3, 3), bool)
        chosen[index.numpy() if isinstance(index, swiftnn.Tensor) else index] = True
        assert np.array_equal(leaf.grad.numpy(), np.where(chosen, 0, 2 * leaf.detach().numpy()))
        if not isinstance(value, float):
            assert value.grad.item() == 6 * chosen.sum()
    with pytest.raises(RuntimeError, match="leaf"):
        leaf[index] = 1.0
    base = swiftnn.zeros(3, 3, dtype=swiftnn.float64)
    base[index] = leaf[index]
    leaf.grad = None
    base.sum().backward()
    assert np.array_equal(leaf.grad.numpy(), chosen.astype(float))


def test_second_derivative_of_a_product_of_zeros():
    x = swiftnn.ones(2, requires_grad=True)
    v = tensor([0.0, 0.0, 2.0], requires_grad=True)
    y = x.scatter_reduce(0, tensor([0, 0, 1]), v, "prod")
    with pytest.raises(NotImplementedError, match="more than one 0 comes to the same place"):
        swiftnn.autograd.grad(y.sum(), v, create_graph=True)
    y = x.scatter_reduce(0, tensor([0, 0, 1]), v, "prod")
    assert swiftnn.autograd.grad(y.sum(), v)[0].tolist() == [0, 0, 1]


def test_ties_share_the_gradient():
    x = tensor([2.0, 1.0], requires_grad=True)
    v = tensor([2.0, 2.0, 5.0], requires_grad=True)
    x.scatter_reduce(0, tensor([0, 0, 1]), v, "amax").sum().backward()
    assert np.allclose(x.grad.numpy(), [1 / 3, 0]) and np.allclose(v.grad.numpy(), [1 / 3, 1 / 3, 1])


def test_names_of_the_formulas():
    x, i = swiftnn.ones(3, requires_grad=True), tensor([0])
    one = swiftnn.ones(1)
    for name, y in (("Index", x[[0]]), ("IndexSelect", x.index_select(0, i)), ("Gather", x.gather(0, i)), ("Take", x.take(i)),
                    ("Scatter", x.scatter(0, i, one)), ("ScatterAdd", x.scatter_add(0, i, one)), ("IndexAdd", x.index_add(0, i, one)),
                    ("IndexCopy", x.index_copy(0, i, one)), ("IndexFill", x.index_fill(0, i, 1)), ("IndexPut", x.index_put((i,), one)),
                    ("Put", x.put(i, one)), ("MaskedSelect", x.masked_select(x > 0)), ("MaskedScatter", x.masked_scatter(x > 0, swiftnn.ones(3)))):
        assert y.grad_fn.name() == name + "Backward0"


# ---------------------------------------------------------------------------------------------------- float16, bfloat16


@pytest.mark.parametrize("dtype", HALVES, ids=str)
def test_halves_are_moved_as_they_are(dtype):
    wide = swiftnn.arange(12.0).reshape(3, 4) * 0.37
    x, i, j = wide.to(dtype), tensor([2, 0]), tensor([[3, 0, 1, 1]])
    wide, mask = x.float(), wide > 2
    for move in (lambda t: t[i], lambda t: t[mask], lambda t: t[:, i], lambda t: t.gather(0, j % 3), lambda t: t.take(i), lambda t: t.index_select(1, i),
                 lambda t: t.masked_select(mask), lambda t: t.scatter(1, j, t), lambda t: t.index_copy(0, i, t[:2]), lambda t: t.masked_scatter(mask, t),
                 lambda t: t.index_fill(0, i, 2.5), lambda t: t.put(i, t[0, :2]), lambda t: t.index_put((i,), t[:2])):
        assert move(x).dtype == dtype and move(x).float().tolist() == move(wide).tolist()
    x[i] = 0.5
    x[0, 1:] = wide[0, 1:]
    assert x[2].tolist() == [0.5] * 4 and x[0, 1].item() == wide[0, 1].item()


@pytest.mark.parametrize("dtype", HALVES, ids=str)
def test_halves_are_added_in_float32(dtype):
    """A thousand ones are a thousand: one at a time, bfloat16 would stop at 256."""
    zeros, index = swiftnn.zeros(2, dtype=dtype), swiftnn.zeros(1000, dtype=swiftnn.int64)
    ones = swiftnn.ones(1000, dtype=dtype)
    thousand = tensor([1000.0, 0.0]).to(dtype).tolist()
    for add in (lambda z: z.index_add(0, index, ones), lambda z: z.scatter_add(0, index, ones), lambda z: z.put(index, ones, True),
                lambda z: z.index_put((index,), ones, True), lambda z: z.scatter_reduce(0, index, ones, "sum"),
                lambda z: z.clone().index_add_(0, index, ones), lambda z: z.clone().scatter_reduce_(0, index, ones, "sum")):
        assert add(zeros).dtype == dtype and add(zeros).tolist() == thousand
    x = swiftnn.zeros(2, dtype=dtype, requires_grad=True)
    x[index].sum().backward()
    assert x.grad.dtype == dtype and x.grad.tolist() == thousand
    for reduce in ("prod", "mean", "amax", "amin"):
        source = tensor([1.5, 3.0, 2.0]).to(dtype)
        narrow, wide = (z.scatter_reduce(0, tensor([0, 0, 1]), s, reduce, include_self=False) for z, s in ((zeros, source), (zeros.float(), source.float())))
        assert narrow.tolist() == wide.to(dtype).tolist()
    with pytest.raises(RuntimeError, match="cannot be converted to float16 without overflow"):
        swiftnn.zeros(2, dtype=swiftnn.float16).scatter(0, tensor([0]), 1e6)


# ---------------------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("dtype", ["float32", "int16", "uint8", "float64"])
def test_larger_tensors(dtype):
    """Past the lengths at which the kernels change their way, in several layouts."""
    generator = np.random.default_rng(0)
    array = generator.integers(0, 100, (700, 60)).astype(dtype)
    rows, columns = generator.integers(-700, 700, 1000), generator.integers(0, 60, 40)
    mask = generator.random((700, 60)) < 0.3
    for x in (swiftnn.from_numpy(array.copy()), swiftnn.from_numpy(array.T.copy()).t()):
        i, j, m = map(swiftnn.from_numpy, (rows, columns, mask))
        assert np.array_equal(x[i].numpy(), array[rows]) and np.array_equal(x[:, j].numpy(), array[:, columns])
        assert np.array_equal(x[m].numpy(), array[mask]) and np.array_equal(x[m[:, 0]].numpy(), array[mask[:, 0]])
        assert np.array_equal(x.nonzero().numpy(), np.stack(np.nonzero(array), 1))
        assert np.array_equal(x.gather(1, j.expand(700, 40)).numpy(), np.take_along_axis(array, np.broadcast_to(columns, (700, 40)), 1))
        long = i.remainder(700).unsqueeze(1).expand(1000, 60)
        assert np.array_equal(x.gather(0, long).numpy(), array[rows]) and np.array_equal(x.gather(0, long.contiguous()).numpy(), array[rows])
        source = generator.integers(0, 100, (1000, 60)).astype(dtype)
        want = array.copy()
        np.add.at(want, rows, source)
        for index in (long, long.contiguous()):
            assert np.array_equal(x.scatter_add(0, index, swiftnn.from_numpy(source)).numpy(), want)
        assert np.array_equal(x.index_add(0, i.remainder(700), swiftnn.from_numpy(source)).numpy(), want)
        want = array.copy()
        want[mask] = source.reshape(-1)[:mask.sum()]
        assert np.array_equal(x.masked_scatter(m, swiftnn.from_numpy(source)).numpy(), want)
        part = x[1::3, ::2]
        part[part > 50] = 1
        assert np.array_equal(part.numpy(), np.where(array[1::3, ::2] > 50, 1, array[1::3, ::2]))
