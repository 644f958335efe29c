"""Recurrent layers on sequences of different lengths, and nn.utils.rnn."""

import copy
import pickle

import numpy as np
import pytest

import swiftnn
from swiftnn import nn
from swiftnn.nn.utils.rnn import (
    PackedSequence, invert_permutation, pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence, unpack_sequence,
    unpad_sequence,
)

LENGTHS = [2, 5, 1, 3]


def sequences(features=3, dtype=None):
    swiftnn.manual_seed(3)
    return [swiftnn.randn(n, features, dtype=dtype) for n in LENGTHS]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("kind, options", [
    ("RNN", {}), ("GRU", {"bidirectional": True, "num_layers": 2}), ("LSTM", {"bidirectional": True, "num_layers": 2}),
    ("LSTM", {"proj_size": 2, "bidirectional": True, "bias": False}),
])
def test_packed_sequences_are_run_as_each_by_itself(kind, options, batch_first):
    """Output, last states and gradients, from states of one's own, in the order in which the sequences were given."""
    layer = getattr(nn, kind)(3, 4, batch_first=batch_first, dtype=swiftnn.float64, **options)
    given = sequences(dtype=swiftnn.float64)
    number = layer.num_layers * (2 if layer.bidirectional else 1)
    sizes = [layer.proj_size or 4, 4][: 2 if kind == "LSTM" else 1]
    states = [swiftnn.randn(number, len(given), size, dtype=swiftnn.float64) for size in sizes]

    def gradients(outputs, lasts):
        total = sum((o * swiftnn.arange(o.numel()).reshape(o.shape)).sum() for o in outputs) + sum((s**2).sum() for s in lasts)
        layer.zero_grad()
        total.backward()
        return [p.grad.clone() for p in layer.parameters()]

    packed = pack_sequence(given, enforce_sorted=False)
    output, last = layer(packed, tuple(states) if kind == "LSTM" else states[0])
    assert isinstance(output, PackedSequence) and output.batch_sizes is packed.batch_sizes
    lasts = list(last) if kind == "LSTM" else [last]
    outputs = unpack_sequence(output)
    packed_gradients = gradients(outputs, lasts)
    singles = []
    for i, sequence in enumerate(given):
        hx = [s[:, i] for s in states]
        single, state = layer(sequence, tuple(hx) if kind == "LSTM" else hx[0])
        singles.append(single)
        assert swiftnn.allclose(outputs[i], single, rtol=1e-12, atol=1e-14)
        for a, b in zip(lasts, state if kind == "LSTM" else [state], strict=True):
            assert swiftnn.allclose(a[:, i], b, rtol=1e-12, atol=1e-14)
    for a, b in zip(packed_gradients, gradients(singles, lasts_of(layer, given, states, kind)), strict=True):
        assert swiftnn.allclose(a, b, rtol=1e-10, atol=1e-10)


def lasts_of(layer, given, states, kind):
    found = []
    for i, sequence in enumerate(given):
        hx = [s[:, i] for s in states]
        _, state = layer(sequence, tuple(hx) if kind == "LSTM" else hx[0])
        found += list(state) if kind == "LSTM" else [state]
    return found


def test_packing():
    packed = pack_sequence([swiftnn.tensor([1, 2, 3]), swiftnn.tensor([4, 5]), swiftnn.tensor([6])])
    assert packed.data.tolist() == [1, 4, 6, 2, 5, 3] and packed.batch_sizes.tolist() == [3, 2, 1]
    assert packed.sorted_indices is None and packed.unsorted_indices is None
    assert [s.tolist() for s in unpack_sequence(packed)] == [[1, 2, 3], [4, 5], [6]]
    padded = swiftnn.tensor([[1, 2, 0], [3, 0, 0], [4, 5, 6]])
    for lengths in ([2, 1, 3], swiftnn.tensor([2, 1, 3])):
        packed = pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
        assert packed.data.tolist() == [4, 1, 3, 5, 2, 6] and packed.batch_sizes.tolist() == [3, 2, 1]
        assert packed.sorted_indices.tolist() == [2, 0, 1] and packed.unsorted_indices.tolist() == [1, 2, 0]
    again, lengths = pad_packed_sequence(packed, batch_first=True, padding_value=9, total_length=4)
    assert again.tolist() == [[1, 2, 9, 9], [3, 9, 9, 9], [4, 5, 6, 9]] and lengths.tolist() == [2, 1, 3]
    again, _ = pad_packed_sequence(packed)
    assert again.tolist() == [[1, 3, 4], [2, 0, 5], [0, 0, 6]]


def test_packing_is_differentiable():
    leaves = [s.requires_grad_() for s in sequences()]
    padded, _ = pad_packed_sequence(pack_sequence(leaves, enforce_sorted=False), padding_value=5.0)
    (padded * 2).sum().backward()
    assert all(leaf.grad.tolist() == [[2.0] * 3] * n for leaf, n in zip(leaves, LENGTHS))


def test_padding():
    given = sequences()
    padded = pad_sequence(given)
    assert tuple(padded.shape) == (5, 4, 3) and padded[2:, 0].abs().sum() == 0
    left = pad_sequence(given, batch_first=True, padding_value=7.0, padding_side="left")
    assert swiftnn.equal(left[2, 4:], given[2]) and (left[2, :4] == 7).all()
    for batch_first in (False, True):
        shape = tuple(pad_sequence(given, batch_first).shape)
        back = unpad_sequence(pad_sequence(given, batch_first), swiftnn.tensor(LENGTHS), batch_first)
        assert all(swiftnn.equal(a, b) for a, b in zip(back, given, strict=True)) and tuple(pad_sequence(given, batch_first).shape) == shape
    assert swiftnn.equal(pad_sequence(swiftnn.ones(2, 3)), swiftnn.ones(3, 2))
    assert pad_sequence(iter(given)).shape == padded.shape


def test_packed_sequence_is_a_named_tuple():
    packed = pack_sequence(sequences(), enforce_sorted=False)
    data, sizes, order, places = packed
    assert isinstance(packed, tuple) and data is packed.data and sizes is packed.batch_sizes and places is packed.unsorted_indices
    assert packed.to(swiftnn.float32) is packed and packed.cpu() is packed and packed.is_cuda is False
    for name, dtype in (("double", "float64"), ("float", "float32"), ("half", "float16"), ("long", "int64"), ("int", "int32"),
                        ("short", "int16"), ("char", "int8"), ("byte", "uint8")):
        other = getattr(packed, name)()
        assert type(other) is PackedSequence and other.data.dtype is getattr(swiftnn, dtype) and other.sorted_indices is order
    for other in (copy.deepcopy(packed), pickle.loads(pickle.dumps(packed))):
        assert type(other) is PackedSequence and all(swiftnn.equal(a, b) for a, b in zip(other, packed, strict=True))
    assert repr(PackedSequence(swiftnn.tensor([1, 2]), swiftnn.tensor([2]))) == (
        "PackedSequence(data=tensor([1, 2]), batch_sizes=tensor([2]), sorted_indices=None, unsorted_indices=None)")
    assert PackedSequence((data, sizes), sorted_indices=order).unsorted_indices.tolist() == places.tolist()
    assert invert_permutation(None) is None and invert_permutation(swiftnn.tensor([2, 0, 1])).tolist() == [1, 2, 0]


def test_misuse_of_packed_sequences():
    padded = swiftnn.zeros(3, 2, 4)
    with pytest.raises(RuntimeError, match="must be sorted in decreasing order"):
        pack_padded_sequence(padded, [1, 2])
    with pytest.raises(RuntimeError, match="Length of all samples has to be greater than 0"):
        pack_padded_sequence(padded, [1, 0])
    with pytest.raises(RuntimeError, match="Expected `len.lengths.` to be equal to batch_size"):
        pack_padded_sequence(padded, [1])
    with pytest.raises(ValueError, match="Expected total_length to be at least the length of the longest sequence"):
        pad_packed_sequence(pack_padded_sequence(padded, [3, 2]), total_length=2)
    with pytest.raises(RuntimeError, match="Expected iterable for input sequences"):
        pad_sequence(3)
    with pytest.raises(RuntimeError, match="must be sorted"):
        pack_sequence([swiftnn.ones(1), swiftnn.ones(2)])
    layer = nn.LSTM(4, 5)
    packed = pack_padded_sequence(padded, [3, 2])
    with pytest.raises(RuntimeError, match=r"Expected hidden\[1\] size \(1, 2, 5\), got \[1, 3, 5\]"):
        layer(packed, (swiftnn.zeros(1, 2, 5), swiftnn.zeros(1, 3, 5)))
    with pytest.raises(RuntimeError, match="batch sizes are for more than the 5 rows of the data"):
        layer(PackedSequence(packed.data, swiftnn.tensor([3, 3])))
    with pytest.raises(IndexError):
        layer(PackedSequence(packed.data, packed.batch_sizes, swiftnn.tensor([0, 7]), swiftnn.tensor([0, 1])), (swiftnn.zeros(1, 2, 5),) * 2)
    with pytest.raises(RuntimeError, match="input must have 2 dimensions, got 1"):
        layer(PackedSequence(swiftnn.zeros(3), swiftnn.tensor([2, 1])))
    with pytest.raises(ValueError, match=r"RNN input dtype \(swiftnn.float64\) does not match weight dtype \(swiftnn.float32\)"):
        layer(padded.double())
    with pytest.raises(RuntimeError, match=r"For unbatched 2-D input, hx and cx should also be 2-D but got \(3-D, 3-D\) tensors"):
        layer(padded[0], (swiftnn.zeros(1, 2, 5), swiftnn.zeros(1, 2, 5)))


def test_attributes():
    layer = nn.LSTM(3, 4, 2, bidirectional=True, proj_size=2)
    assert (layer.mode, layer.input_size, layer.hidden_size, layer.num_layers, layer.bias, layer.batch_first, layer.dropout,
            layer.bidirectional, layer.proj_size) == ("LSTM", 3, 4, 2, True, False, 0.0, True, 2)
    assert nn.RNN(3, 4, nonlinearity="relu").mode == "RNN_RELU" and nn.RNN(3, 4).nonlinearity == "tanh" and nn.GRU(3, 4).proj_size == 0
    names = dict(layer.named_parameters())
    assert [[id(w) for w in group] for group in layer.all_weights] == [
        [id(names[f"{kind}_{end}"]) for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")]
        for end in ("l0", "l0_reverse", "l1", "l1_reverse")]
    assert layer.flatten_parameters() is None and isinstance(layer, nn.RNNBase) and isinstance(nn.GRUCell(1, 1), nn.RNNCellBase)
    layer.batch_first = True
    assert layer(swiftnn.zeros(5, 2, 3))[0].shape == (5, 2, 4)
    with pytest.warns(UserWarning, match="dropout option adds dropout after all but last recurrent layer"):
        nn.GRU(3, 4, dropout=0.5)


def test_replaced_weights_are_used():
    layer = nn.GRU(3, 4)
    x = swiftnn.randn(5, 2, 3)
    before = layer(x)[0]
    layer.weight_hh_l0 = nn.Parameter(layer.weight_hh_l0.detach() * 2)
    assert not swiftnn.equal(layer(x)[0], before)
    layer.load_state_dict(nn.GRU(3, 4).state_dict())
    assert not swiftnn.equal(layer(x)[0], before)


def test_one_weight_in_several_places():
    """Each place has a gradient of its own, in a recorded pass too."""
    w = swiftnn.randn(4, 4, dtype=swiftnn.float64).requires_grad_()
    x = swiftnn.randn(3, 4, dtype=swiftnn.float64)
    assert swiftnn.autograd.gradgradcheck(lambda w: swiftnn.rnn_tanh_cell(x, x, w, w), [w])
    y = swiftnn.rnn_tanh_cell(x, x, w, w).sum()
    (first,) = swiftnn.autograd.grad(y, w, create_graph=True)
    (plain,) = swiftnn.autograd.grad(swiftnn.tanh(2 * x @ w.T).sum(), w)
    assert swiftnn.allclose(first, plain, rtol=1e-12)


def test_an_overwritten_output_is_noticed():
    layer = nn.RNN(3, 4)
    output, _ = layer(swiftnn.randn(5, 2, 3))
    output.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


def test_subclasses_and_hooks():
    class Last(nn.GRU):
        def forward(self, x):
            return super().forward(x)[1][0]

    layer = Last(3, 4)
    x = swiftnn.randn(5, 2, 3)
    assert nn.Sequential(layer, nn.Linear(4, 1))(x).shape == (2, 1)
    lstm, seen = nn.LSTM(3, 4), []
    lstm.register_forward_hook(lambda module, args, output: seen.append(output[1][0].shape))
    lstm(x)
    assert seen == [(1, 2, 4)]
    assert np.isfinite(float(layer(x).sum()))
