"""Recurrent functions in their two forms, and what is random in them and in attention."""

import pytest

import swiftnn
from swiftnn import nn
from swiftnn.nn.functional import dropout, scaled_dot_product_attention


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_functions(kind):
    layer = getattr(nn, kind)(3, 4, 2, bidirectional=True)
    function = {"LSTM": swiftnn.lstm, "GRU": swiftnn.gru, "RNN": swiftnn.rnn_tanh}[kind]
    weights = [w for group in layer.all_weights for w in group]
    h, x = swiftnn.randn(4, 2, 4), swiftnn.randn(5, 2, 3)
    hx = (h, h + 1) if kind == "LSTM" else h
    output, last = layer(x, hx)
    lasts = list(last) if kind == "LSTM" else [last]
    for got in (function(x, hx, weights, True, 2, 0.0, False, True, False),
                function(x.transpose(0, 1), hx, params=weights, has_biases=True, num_layers=2, dropout=0.0, train=False,
                         bidirectional=True, batch_first=True)):
        assert swiftnn.equal(got[0] if got[0].shape == output.shape else got[0].transpose(0, 1), output)
        assert len(got) == 1 + len(lasts) and all(swiftnn.equal(a, b) for a, b in zip(got[1:], lasts))
    packed = function(x.reshape(10, 3), swiftnn.tensor([2] * 5), hx, weights, True, 2, 0.0, False, True)
    assert swiftnn.equal(packed[0], output.reshape(10, 8))
    with pytest.raises(RuntimeError, match="has_biases=False, but there are 16 weights for 2 layers"):
        function(x, hx, weights, False, 2, 0.0, False, True, False)
    with pytest.raises(TypeError, match=r"missing required argument 'batch_first'"):
        function(x, hx, weights, True, 2, 0.0, False, True)
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'speed'"):
        function(x, hx, weights, True, 2, 0.0, False, True, False, speed=1)


def test_relu():
    layer = nn.RNN(3, 4, nonlinearity="relu", bias=False)
    x, h = swiftnn.randn(5, 2, 3), swiftnn.randn(1, 2, 4)
    assert swiftnn.equal(swiftnn.rnn_relu(x, h, layer.all_weights[0], False, 1, 0.0, True, False, False)[0], layer(x, h)[0])


def test_dropout_between_layers():
    """The masks are those of dropout; none after the last layer, none outside of training."""
    first, second, both = nn.GRU(3, 4), nn.GRU(4, 4), nn.GRU(3, 4, 2, dropout=0.4)
    both.load_state_dict({name.replace("l0", f"l{i}"): p for i, m in enumerate((first, second)) for name, p in m.state_dict().items()})
    x = swiftnn.randn(5, 2, 3)
    swiftnn.manual_seed(1)
    got = both(x)[0]
    swiftnn.manual_seed(1)
    assert swiftnn.equal(got, second(dropout(first(x)[0], 0.4))[0])
    assert swiftnn.equal(both.eval()(x)[0], second(first(x)[0])[0])


def test_dropout_of_attention():
    q, k, v = (swiftnn.randn(2, n, 3, dtype=swiftnn.float64).requires_grad_() for n in (4, 5, 5))
    swiftnn.manual_seed(2)
    got = scaled_dot_product_attention(q, k, v, dropout_p=0.3)
    swiftnn.manual_seed(2)
    want = dropout((q @ k.transpose(1, 2) / 3**0.5).softmax(-1), 0.3) @ v
    assert swiftnn.allclose(got, want, rtol=1e-12)
    seeds = swiftnn.randn(2, 4, 3, dtype=swiftnn.float64)
    for a, b in zip(swiftnn.autograd.grad(got, (q, k, v), seeds, retain_graph=True), swiftnn.autograd.grad(want, (q, k, v), seeds)):
        assert swiftnn.allclose(a, b, rtol=1e-10)

    def function(q, k, v):
        swiftnn.manual_seed(2)
        return scaled_dot_product_attention(q, k, v, dropout_p=0.3)

    assert swiftnn.autograd.gradgradcheck(function, (q, k, v))
    assert (scaled_dot_product_attention(q, k, v, dropout_p=1.0) == 0).all()


def test_rows_without_keys_have_no_gradient():
    q, k, v = (swiftnn.randn(2, 3).requires_grad_() for _ in range(3))
    keep = swiftnn.tensor([[True, True], [False, False]])
    output = scaled_dot_product_attention(q, k, v, attn_mask=keep)
    assert output[1].tolist() == [0, 0, 0]
    for create_graph in (False, True):
        for gradient in swiftnn.autograd.grad(output.sum(), (q, k, v), retain_graph=True, create_graph=create_graph):
            assert gradient.isfinite().all()
    assert swiftnn.autograd.grad(output.sum(), q)[0][1].tolist() == [0, 0, 0]


def test_long_sequences():
    """A thousand steps, forward and backward, give finite numbers; nothing recurses."""
    layer = nn.LSTM(2, 3)
    output, (h, c) = layer(swiftnn.randn(3000, 1, 2))
    output.sum().backward()
    assert layer.weight_hh_l0.grad.isfinite().all() and swiftnn.equal(output[-1], h[0])
