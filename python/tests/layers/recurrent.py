"""Rows: recurrent layers, and single steps of them."""

from .harness import E, L, Row, x


def rows(name, state):
    """Layers of a kind; `state(layers, hidden, batch)` are the states to begin with."""
    return [
        L(3, 4, inputs=[(5, 2, 3)]),
        L(3, 4, 2, bidirectional=True, inputs=[(3, 2, 3), state(4, 4, 2)]),
        L(3, 4, bias=False, batch_first=True, inputs=[(2, 5, 3), state(1, 4, 2)]),
        L(3, 4, inputs=[(5, 3)]),
        L(3, 4, batch_first=True, bidirectional=True, inputs=[(5, 3), state(2, 4)]),
        L(2, 3, num_layers=3, dropout=0.5, inputs=[(3, 2, 2)], modes=("eval",)),
        L(2, 3, 2, dropout=0.5, inputs=[(4, 5, 2)], modes=("train",), gradient=False),
        L(1, 1, inputs=[(1, 1, 1)]), L(3, 4, inputs=[(5, 0, 3)], gradient=False),
    ]


def errors(wrong_states):
    return [
        E(ValueError, "input_size must be greater than zero", 0, 2),
        E(ValueError, "hidden_size must be greater than zero", 2, 0),
        E(ValueError, "num_layers must be greater than zero", 2, 2, 0),
        E(ValueError, "num_layers must be at most", 2, 2, 2**40),
        E(ValueError, "hidden_size 9223372036854775807 is too large", 2, 2**63 - 1),
        E(MemoryError, "does not fit into memory", 2, 2**60),
        E(TypeError, "argument 'input_size' must be an integer, not 2.5", 2.5, 2),
        E(TypeError, "argument 'bias' must be a bool, not 1", 2, 2, bias=1),
        E(ValueError, r"dropout should be a number in range \[0, 1\]", 2, 2, 2, dropout=1.5),
        E(ValueError, r"dropout should be a number in range \[0, 1\]", 2, 2, 2, dropout=True),
        E(RuntimeError, "the only device is 'cpu'", 3, 4, device="cuda"),
        E(ValueError, r"Expected input to be 2D or 3D, got 1D", 3, 4, inputs=[(3,)]),
        E(ValueError, r"Expected input to be 2D or 3D, got 4D", 3, 4, inputs=[(1, 1, 1, 3)]),
        E(RuntimeError, r"input.size\(-1\) must be equal to input_size. Expected 3, got 5", 3, 4, inputs=[(2, 2, 5)]),
        E(RuntimeError, "Expected sequence length to be larger than 0 in RNN", 3, 4, inputs=[(0, 2, 3)]),
    ] + wrong_states


ONE = [
    E(RuntimeError, r"For unbatched 2-D input, hx should also be 2-D but got 3-D tensor", 3, 4, inputs=[(2, 3), (1, 1, 4)]),
    E(RuntimeError, r"For batched 3-D input, hx should also be 3-D but got 2-D tensor", 3, 4, inputs=[(2, 2, 3), (1, 4)]),
    E(RuntimeError, r"Expected hidden size \(1, 2, 4\), got \[1, 3, 4\]", 3, 4, inputs=[(2, 2, 3), (1, 3, 4)]),
    E(ValueError, "proj_size argument is only supported for LSTM, not RNN or GRU", 3, 4, proj_size=2),
    E(TypeError, "unexpected keyword argument 'sigmoid'", 3, 4, sigmoid=2),
]
PAIR = [
    E(ValueError, "proj_size should be a positive integer or zero to disable projections", 3, 4, proj_size=-1),
    E(ValueError, "proj_size has to be smaller than hidden_size", 3, 4, proj_size=4),
]


def single(layers, hidden, *batch):
    return x(layers, *batch, hidden)


def pair(layers, hidden, *batch):
    return (x(layers, *batch, hidden), x(layers, *batch, hidden))


ROWS = [
    Row(
        "RNN", rows("RNN", single) + [L(3, 4, nonlinearity="relu", inputs=[(5, 2, 3)]), L(3, 4, 2, "relu", inputs=[(2, 2, 3)])],
        errors=errors(ONE) + [E(ValueError, "Unknown nonlinearity 'gelu'. Select from 'tanh' or 'relu'", 3, 4, 1, "gelu")],
    ),
    Row(
        "LSTM",
        rows("LSTM", pair) + [
            L(3, 4, proj_size=2, inputs=[(5, 2, 3)]),
            L(3, 5, 2, proj_size=2, bidirectional=True, bias=False, inputs=[(3, 2, 3), (x(4, 2, 2), x(4, 2, 5))]),
        ],
        errors=errors(PAIR),
    ),
    Row("GRU", rows("GRU", single), errors=errors(ONE)),
    Row(
        "RNNCell",
        [L(3, 4, inputs=[(2, 3)]), L(3, 4, inputs=[(2, 3), (2, 4)]), L(3, 4, bias=False, inputs=[(3,), (4,)]),
         L(3, 4, nonlinearity="relu", inputs=[(2, 3)]), L(3, 4, inputs=[(0, 3)], gradient=False)],
        errors=[
            E(ValueError, "RNNCell: Expected input to be 1D or 2D, got 3D instead", 3, 4, inputs=[(1, 1, 3)]),
            E(ValueError, "RNNCell: Expected hidden to be 1D or 2D, got 3D instead", 3, 4, inputs=[(1, 3), (1, 1, 4)]),
            E(RuntimeError, "input has inconsistent input_size: got 5, expected 3", 3, 4, inputs=[(2, 5)]),
            E(RuntimeError, "Input batch size 2 doesn't match hidden0 batch size 3", 3, 4, inputs=[(2, 3), (3, 4)]),
            E(RuntimeError, "Unknown nonlinearity: gelu", 3, 4, nonlinearity="gelu"),
            E(RuntimeError, "negative", -1, 4),
        ],
    ),
    Row(
        "LSTMCell",
        [L(3, 4, inputs=[(2, 3)]), L(3, 4, inputs=[(2, 3), (x(2, 4), x(2, 4))]), L(3, 4, bias=False, inputs=[(3,), (x(4), x(4))])],
        errors=[
            E(ValueError, "LSTMCell: Expected input to be 1D or 2D, got 3D instead", 3, 4, inputs=[(1, 1, 3)]),
            E(RuntimeError, "input has inconsistent input_size: got 5, expected 3", 3, 4, inputs=[(2, 5)]),
        ],
    ),
    Row(
        "GRUCell",
        [L(3, 4, inputs=[(2, 3)]), L(3, 4, inputs=[(2, 3), (2, 4)]), L(3, 4, bias=False, inputs=[(3,), (4,)])],
        errors=[
            E(ValueError, "GRUCell: Expected input to be 1D or 2D, got 3D instead", 3, 4, inputs=[(1, 1, 3)]),
            E(RuntimeError, "input has inconsistent input_size: got 5, expected 3", 3, 4, inputs=[(2, 5)]),
        ],
    ),
]
