"""Operators in place and views under autograd: as PyTorch has them."""

import threading

import pytest
from autograd_tools import in_thread, leaf, live_bytes, memory_is_given_back, nothing_old_to_collect  # noqa: F401

import swiftnn

MODIFIED = "has been modified by an inplace operation"
LEAF = "a leaf Variable that requires grad is being used in an in-place operation"
VIEW_OF_LEAF = "a view of a leaf Variable that requires grad is being used in an in-place operation"
NO_GRAD = "A view was created in no_grad mode and is being modified inplace with grad mode enabled"
NO_GRAD_BASE = "A view was created in no_grad mode and its base or another view of its base has been modified inplace"


def gradients(function, *values):
    leaves = [swiftnn.tensor(v, dtype=swiftnn.float64, requires_grad=True) for v in values]
    function(*leaves).sum().backward()
    return [None if x.grad is None else x.grad.tolist() for x in leaves]


# ---------------------------------------------------------------------------------------------------- through views


def test_write_through_a_view_reaches_the_base():
    x = leaf(1.0, 2.0, 3.0)
    y = x * 2
    view = y[1:]
    assert view.mul_(10) is view
    assert y.tolist() == [2.0, 40.0, 60.0]
    assert y.grad_fn.name() == "CopySlices" and view.grad_fn.name() == "AsStridedBackward0"
    (y * swiftnn.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [2.0, 200.0, 2000.0]


def test_view_after_its_base_was_written_to():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = x * 2
    views = [y.view(4), y.t(), y[0], y[:, 1], y.unsqueeze(0)]
    y.mul_(x)
    for view, expected in zip(views, ([4, 8, 12, 16], [4, 8, 12, 16], [4, 8, 0, 0], [0, 8, 0, 16], [4, 8, 12, 16])):
        (gradient,) = swiftnn.autograd.grad(view.sum(), x, retain_graph=True)
        assert gradient.reshape(-1).tolist() == expected


def test_views_of_views_share_one_base():
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = x * 1
    column = y.t()[1]
    part = column[1:]
    assert column._base is y and part._base is y and part._is_view() and not y._is_view() and y._base is None
    part.mul_(3)
    column.add_(1)
    y[0].mul_(2)
    assert y.tolist() == [[2.0, 6.0, 6.0], [4.0, 16.0, 6.0]]
    (part.sum() + y.sum()).backward()
    assert x.grad.tolist() == [[2.0, 2.0, 2.0], [1.0, 6.0, 1.0]]


def test_base_that_does_not_require_a_gradient_yet():
    z, w = swiftnn.zeros(3), leaf(2.0)
    first, rest = z[0], z[1:]
    assert not rest.requires_grad
    first.copy_(w)
    assert z.requires_grad and not z.is_leaf and rest.requires_grad and not rest.is_leaf
    rest.add_(w)
    (z * swiftnn.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert w.grad.item() == 111.0


def test_expanded_and_overlapping_views():
    x = leaf(1.0, 2.0)
    y = x * 1
    wide = y.expand(3, 2)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        wide.mul_(2)
    y.mul_(5)
    wide.sum().backward()
    assert x.grad.tolist() == [15.0, 15.0]


def test_base_in_another_order_of_memory():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    base = (x * 1).t().detach().requires_grad_()  # a leaf with strides (1, 2)
    y = base * 1
    turned = swiftnn.empty(2, 2).t()  # not row-major, and a base of its own after detach
    turned = turned.detach()
    turned.copy_(y)
    turned[1].mul_(3)
    weights = swiftnn.tensor([[1.0, 10.0], [100.0, 1000.0]])
    (turned * weights).sum().backward()
    assert base.grad.tolist() == [[1.0, 10.0], [300.0, 3000.0]]


def test_hidden_base_is_not_in_the_way():
    """A result that is a view of what nobody sees may be written to like any other."""
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    largest = x.max(0).values
    largest.mul_(2).sum().backward()
    assert x.grad.tolist() == [[0.0, 0.0], [2.0, 2.0]]
    with swiftnn.no_grad():
        flat = swiftnn.ones(2, 3).t().reshape(6)
    w = leaf(3.0)
    flat.mul_(w)
    flat.sum().backward()
    assert w.grad.item() == 6.0


def test_long_chain_of_writes_through_views():
    x = leaf(*[1.0] * 50)
    y = x * 1
    for i in range(50):
        y[i] *= float(i)
    y.sum().backward()
    assert x.grad.tolist() == [float(i) for i in range(50)]


# ---------------------------------------------------------------------------------------------------- assignment


def test_assignment_to_elements_and_slices():
    x, v = leaf(1.0, 2.0, 3.0, 4.0), leaf(10.0, 20.0)
    y = x * 2
    y[0] = v[0]
    y[2:] = v
    y[1] = 7.0
    assert y.tolist() == [10.0, 7.0, 10.0, 20.0]
    (y * swiftnn.tensor([1.0, 2.0, 3.0, 4.0])).sum().backward()
    assert x.grad.tolist() == [0.0] * 4 and v.grad.tolist() == [4.0, 4.0]


def test_augmented_assignment_to_slices():
    x = leaf(1.0, 2.0, 3.0, 4.0)
    y = x * 1
    y[1:3] += x[:2]
    y[::2] *= 5
    assert y.tolist() == [5.0, 3.0, 25.0, 4.0]
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0, 5.0, 1.0]


@pytest.mark.parametrize("index, taken", [
    (lambda: swiftnn.tensor([True, False, True]), [0, 2]),
    (lambda: swiftnn.tensor([2, 0]), [2, 0]),
    (lambda: [0, 2], [0, 2]),
    (lambda: swiftnn.tensor([-1, 0]), [2, 0]),
])
def test_assignment_by_tensors(index, taken):
    x, v = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), leaf([[10.0, 20.0], [30.0, 40.0]])
    y = x * 1
    y[index()] = v
    weights = swiftnn.arange(1.0, 7.0).view(3, 2)
    (y * weights).sum().backward()
    for row in range(3):
        assert x.grad[row].tolist() == ([0.0, 0.0] if row in taken else weights[row].tolist())
    assert v.grad.tolist() == [weights[row].tolist() for row in taken]


def test_assignment_by_tensors_behind_other_indices():
    x, v = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), leaf(10.0)
    y = x * 1
    y[1, swiftnn.tensor([0, 2])] = v
    y[:, swiftnn.tensor([1])] = v * 2
    assert y.tolist() == [[1.0, 20.0, 3.0], [10.0, 20.0, 10.0]]
    y.sum().backward()
    assert x.grad.tolist() == [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]] and v.grad.item() == 6.0


def test_assignment_of_a_value_to_a_plain_tensor():
    out, w = swiftnn.zeros(2, 3), leaf(1.0, 2.0, 3.0)
    out[1] = w
    out[swiftnn.tensor([[True, False, False], [False, False, False]])] = w[0] * 4
    assert out.tolist() == [[4.0, 0.0, 0.0], [1.0, 2.0, 3.0]]
    out.sum().backward()
    assert w.grad.tolist() == [5.0, 1.0, 1.0]


def test_second_derivatives_through_assignment():
    x = swiftnn.tensor([0.5, -1.5, 2.0], dtype=swiftnn.float64, requires_grad=True)

    def function(x):
        y = x * x
        y[0] = x[1] ** 3
        y[1:].mul_(x[2])
        y[swiftnn.tensor([False, True, False])] = x[0] * x[2]
        view = y[::2]
        y.mul_(x)
        return view * view

    assert swiftnn.autograd.gradcheck(function, x) and swiftnn.autograd.gradgradcheck(function, x)


def test_whole_tensor_overwritten():
    for write in (lambda y: y.zero_(), lambda y: y.fill_(3.0), lambda y: y.copy_(swiftnn.ones(2)),
                  lambda y: y.__setitem__(slice(None), 5.0), lambda y: y.__setitem__(Ellipsis, 5.0), lambda y: y.normal_()):
        x = leaf(1.0, 2.0)
        y = x * 2
        write(y)
        y.sum().backward()
        assert x.grad.tolist() == [0.0, 0.0]


# ---------------------------------------------------------------------------------------------------- refused


def test_leaves():
    x = leaf(1.0, 2.0, 3.0)
    with pytest.raises(RuntimeError, match=LEAF):
        x.add_(1)
    with pytest.raises(RuntimeError, match=LEAF):
        x[x > 1] = 1
    with pytest.raises(RuntimeError, match=LEAF):
        x[...] = 1
    for write in (lambda: x[0].add_(1), lambda: x.__setitem__(0, 1), lambda: x[0:2].__setitem__(swiftnn.tensor([0]), 1),
                  lambda: x.view(3, 1).zero_()):
        with pytest.raises(RuntimeError, match=VIEW_OF_LEAF):
            write()
    assert x.tolist() == [1.0, 2.0, 3.0] and x._version == 0
    plain, w = swiftnn.zeros(3), leaf(2.0)
    part = plain[0]
    part.requires_grad_()
    with pytest.raises(RuntimeError, match=VIEW_OF_LEAF):
        part.mul_(2)
    plain = swiftnn.zeros(3)
    part = plain[0]
    plain.requires_grad_()
    with pytest.raises(RuntimeError, match=VIEW_OF_LEAF):
        part.mul_(w)


def test_leaves_without_recording():
    x = leaf(1.0, 2.0, 3.0)
    with swiftnn.no_grad():
        x[0] = 5.0
        x[1:].mul_(2)
        x.view(3, 1).add_(1)
    assert x.tolist() == [6.0, 5.0, 7.0] and x.requires_grad and x.is_leaf
    (x * x).sum().backward()
    assert x.grad.tolist() == [12.0, 10.0, 14.0]


def test_view_made_without_recording():
    x, w = leaf(1.0, 2.0, 3.0), leaf(2.0)
    y = x * 2
    with swiftnn.no_grad():
        view = y[0]
    assert view.requires_grad and view.grad_fn is None
    for write in (lambda: view.mul_(2), lambda: view.mul_(w)):
        with pytest.raises(RuntimeError, match=NO_GRAD):
            write()
    y.mul_(2)
    with pytest.raises(RuntimeError, match=NO_GRAD_BASE):
        view * 2
    with pytest.raises(RuntimeError, match=NO_GRAD_BASE):
        view.grad_fn
    with swiftnn.no_grad():
        view = y[0]
        view.mul_(2)  # both inside: not tracked
    assert y[0].item() == 8.0


def test_view_made_with_recording_and_written_without():
    x = leaf(1.0, 2.0)
    y = x * 3
    view = y[0]
    with swiftnn.no_grad():
        view.mul_(100)
    assert y.tolist() == [300.0, 6.0]
    (view + y.sum()).backward()
    assert x.grad.tolist() == [6.0, 3.0]


def test_view_of_a_view_made_without_recording():
    y = leaf(1.0, 2.0) * 2
    with swiftnn.no_grad():
        view = y.view(1, 2)
    with pytest.raises(RuntimeError, match="is a view of a view which was created in no_grad mode and is being modified"):
        view[0].mul_(2)


def test_views_that_one_operator_made():
    x, w = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), leaf(2.0)
    for function in (lambda y: y.unbind(0), lambda y: y.split(1), lambda y: y.split([1, 1]), lambda y: y.chunk(2)):
        y = x * 1
        part = function(y)[0]
        for write in (lambda: part.mul_(2), lambda: part[0].zero_(), lambda: part.__setitem__(0, w)):
            with pytest.raises(RuntimeError, match="is the output of a function that returns multiple views. Such functions do not allow"):
                write()
        with swiftnn.no_grad():
            part.mul_(2)
        y.mul_(2)
        with pytest.raises(RuntimeError, match="its base or another view of its base has been modified inplace. This view is the output"):
            part * 2
        plain = swiftnn.zeros(2, 3)
        part = function(plain)[1]
        part.add_(1)
        with pytest.raises(RuntimeError, match="multiple views"):
            part.mul_(w)
        assert plain.sum().item() == 3.0
    for function in (lambda y: y.tensor_split(2), lambda y: y.hsplit(3)):
        y = x * 1
        function(y)[0].mul_(2)
        assert y.requires_grad


def test_shape_changed_in_place():
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = x * 1
    view, flat = y[:, :2], y.view(6)
    view.t_()
    y.mul_(2)
    assert view.tolist() == [[2.0, 8.0], [4.0, 10.0]]
    view.mul_(5)
    y.t_()
    flat[1:3].mul_(7)
    weights = swiftnn.arange(1.0, 7.0).view(3, 2)
    (y * weights).sum().backward()
    assert x.grad.tolist() == [[10.0, 210.0, 70.0], [20.0, 40.0, 12.0]]
    with pytest.raises(RuntimeError, match=LEAF):
        x.t_()
    with pytest.raises(RuntimeError, match=VIEW_OF_LEAF):
        x[:1].unsqueeze_(0)


def test_detach_in_place():
    x = leaf(1.0, 2.0)
    y = x * 2
    z = y * 3
    assert y.detach_() is y and y.is_leaf and not y.requires_grad
    z.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0]
    y = x * 2
    for view in (y[0], swiftnn.zeros(3).view(3, 1)[1:]):
        if view.requires_grad:
            with pytest.raises(RuntimeError, match="Can't detach views in-place. Use detach\\(\\) instead"):
                view.detach_()


# ---------------------------------------------------------------------------------------------------- detach, data, versions


def test_detached_tensors_share_memory_and_versions():
    x = leaf(1.0, 2.0)
    y = x * 2
    z = (y * y).sum()
    other = y.detach()
    assert not other.requires_grad and not other._is_view() and other.data_ptr() == y.data_ptr()
    other.mul_(3)
    assert y.tolist() == [6.0, 12.0] and y._version == other._version == 1
    with pytest.raises(RuntimeError, match=MODIFIED):
        z.backward()


def test_detached_tensor_gets_a_history_of_its_own():
    x, w = leaf(1.0, 2.0), leaf(5.0)
    y = x * 2
    other = y.detach()
    other.mul_(w)
    assert other.requires_grad and y.grad_fn.name() == "MulBackward0"
    view = y[0]
    (other.sum() * 1 + view * 10).backward()
    assert x.grad.tolist() == [20.0, 0.0] and w.grad.item() == 6.0


def test_data_has_versions_of_its_own():
    x = leaf(1.0, 2.0)
    y = x * 2
    z = (y * y).sum()
    data = y.data
    data.mul_(3)
    assert y.tolist() == [6.0, 12.0] and y._version == 0 and data._version == 1 and not data.requires_grad
    data[0] = 1.0
    z.backward()  # as in PyTorch: with the values that are there now
    assert x.grad.tolist() == [4.0, 48.0]
    x.data.zero_()
    x.data.data.add_(1)
    assert x.tolist() == [1.0, 1.0] and x._version == 0


def test_overlapping_data():
    x = swiftnn.arange(6.0)
    x[1:].copy_(x.data[:-1])
    assert x.tolist() == [0.0, 0.0, 1.0, 2.0, 3.0, 4.0]


def test_versions():
    x = swiftnn.zeros(3)
    view = x[1:]
    x.add_(1)
    view.mul_(2)
    x[0] = 3
    assert x._version == view._version == 3 and x.detach()._version == 3 and x.clone()._version == 0


# ---------------------------------------------------------------------------------------------------- saved values


def test_saved_values_overwritten():
    """The error names the node that needs the value, the operator that made it and both versions."""
    x = leaf(1.0, 2.0)
    y = x * 1
    z = y * y
    y[0] = 3.0
    with pytest.raises(RuntimeError, match=rf"{MODIFIED}: \[.* is at version 1; expected version 0 instead. Hint: enable anomaly"):
        z.sum().backward()
    with pytest.raises(RuntimeError, match="^MulBackward0: one of the variables needed"):
        z.sum().backward()
    y = (x * 1).exp()
    y += 1
    with pytest.raises(RuntimeError, match=MODIFIED):
        y.sum().backward()
    y = x * 1
    y.exp_()  # saves what it writes: fine
    y.sum().backward()
    y = (x * 1).sigmoid_()
    y[1] = 0
    with pytest.raises(RuntimeError, match=rf"{MODIFIED}: .* is at version 2; expected version 1"):
        y.sum().backward()


def test_saved_before_it_is_overwritten():
    x, w = leaf(2.0, 3.0), leaf(4.0, 5.0)
    y = x * 1
    y.mul_(w)  # needs y from before
    y.sum().backward()
    assert x.grad.tolist() == [4.0, 5.0] and w.grad.tolist() == [2.0, 3.0]
    x.grad = w.grad = None
    y = x * 1
    y[0].mul_(w[0])
    y[1:].pow_(2).mul_(w[1])
    y.sum().backward()
    assert x.grad.tolist() == [4.0, 30.0] and w.grad.tolist() == [2.0, 9.0]


def test_kept_gradients_follow_the_tensor():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.retain_grad()
    y.mul_(3)
    assert y.retains_grad
    (y * 5).sum().backward()
    assert y.grad.tolist() == [5.0, 5.0] and x.grad.tolist() == [30.0, 30.0]
    y = x * 2
    view = y[0]
    view.retain_grad()
    view.mul_(3)
    assert view.retains_grad
    (view * 7 + y.sum()).backward()
    assert view.grad.item() == 7.0
    y = x * 2
    y.retain_grad()
    y[0].mul_(3)
    (y * 5).sum().backward()
    assert y.grad.tolist() == [5.0, 5.0]


# ---------------------------------------------------------------------------------------------------- size


def many_views():
    x = swiftnn.ones(3, requires_grad=True)
    y = x * 1
    for i in range(20_000):
        view = y[i % 3:]
        view.mul_(1.0)
    view.sum().backward()
    assert x.grad.tolist() in ([1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0])


def chain_of_stale_views():
    x = swiftnn.ones(2, 3, requires_grad=True)
    y = x * 1
    view = y
    for _ in range(20_000):
        view = view.t()
    y.mul_(2)
    view.sum().backward()
    assert x.grad.tolist() == [[2.0] * 3] * 2


def views_that_are_never_used():
    x = swiftnn.ones(3, requires_grad=True)
    y = x * 1
    for i in range(20_000):
        y[i % 3] = y[(i + 1) % 3] * 0.5
    del y


@pytest.mark.parametrize("stack", [None, 64 * 1024])
@pytest.mark.parametrize("build", [many_views, chain_of_stale_views, views_that_are_never_used], ids=lambda f: f.__name__)
def test_long_histories_of_views(build, stack):
    before = live_bytes()
    in_thread(build, stack)
    assert live_bytes() == before


def test_threads_use_one_view_at_once():
    x = leaf(*[1.0] * 6)
    y = x * 2
    view = y[2:]
    y.mul_(3)
    found = []

    def work():
        for _ in range(50):
            found.append(swiftnn.autograd.grad((view * 2).sum(), x, retain_graph=True)[0].tolist())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200 and all(f == [0.0, 0.0] + [12.0] * 4 for f in found)
