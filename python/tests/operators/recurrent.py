"""Rows: recurrent layers over whole sequences and single steps, and sequences of different lengths."""

import numpy as np

from .harness import E, FLOATS, INTEGERS, Row, S, T, V

MODES = ("RNN_TANH", "RNN_RELU", "LSTM", "GRU")
# PyTorch multiplies integers here too where no weight needs a gradient.
DIFFERS = {dtype: "a recurrent layer of integers" for dtype in (*INTEGERS, "bool")}
GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(mode, x, h, c, wx, wh, bx, bh, wr):
    """One step for the rows of x, from the formulas of PyTorch's documentation."""
    a, b = x @ wx.T + bx, h @ wh.T + bh
    if mode in ("RNN_TANH", "RNN_RELU"):
        return (np.tanh(a + b) if mode == "RNN_TANH" else np.maximum(a + b, 0)), None
    if mode == "GRU":
        (ar, az, an), (br, bz, bn) = np.split(a, 3, 1), np.split(b, 3, 1)
        n = np.tanh(an + sigmoid(ar + br) * bn)
        z = sigmoid(az + bz)
        return (1 - z) * n + z * h, None
    i, f, g, o = np.split(a + b, 4, 1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return (h @ wr.T if wr is not None else h), c


def direction(mode, x, sizes, h, c, weights, backwards):
    """The states of all rows of packed steps, and the last state and cell of each sequence."""
    starts = np.cumsum([0] + list(sizes))
    h, c, output = h.copy(), None if c is None else c.copy(), [None] * len(sizes)
    for t in reversed(range(len(sizes))) if backwards else range(len(sizes)):
        n = sizes[t]
        h[:n], cells = step(mode, x[starts[t]:starts[t] + n], h[:n], None if c is None else c[:n], *weights)
        if c is not None:
            c[:n] = cells
        output[t] = h[:n].copy()
    return np.concatenate(output), h, c


def recurrent(mode, input, batch_sizes, hx, params, num_layers, dropout, train, bidirectional, batch_first):
    h0, c0 = hx[0], hx[1] if mode == "LSTM" else None
    x, sizes, steps = input, batch_sizes, None
    if batch_sizes is None:
        x = np.swapaxes(x, 0, 1) if batch_first else x
        steps = x.shape[:2]
        x, sizes = x.reshape(-1, x.shape[2]), [steps[1]] * steps[0]
    directions = 2 if bidirectional else 1
    each = len(params) // (num_layers * directions)
    states, cells = [], []
    for layer in range(num_layers):
        outputs = []
        for d in range(directions):
            number = layer * directions + d
            wx, wh, *rest = params[number * each:(number + 1) * each]
            bx, bh = (rest.pop(0), rest.pop(0)) if each >= 4 else (0, 0)
            weights = (wx, wh, bx, bh, rest[0] if rest else None)
            y, h, c = direction(mode, x, sizes, h0[number], None if c0 is None else c0[number], weights, d == 1)
            outputs.append(y)
            states.append(h)
            cells.append(c)
        x = np.concatenate(outputs, 1)
    if steps is not None:
        x = x.reshape(*steps, x.shape[1])
        x = np.swapaxes(x, 0, 1) if batch_first else x
    return (x, np.stack(states)) + ((np.stack(cells),) if mode == "LSTM" else ())


def through_torch(torch, mode, input, batch_sizes, hx, params, num_layers, dropout, train, bidirectional, batch_first):
    function = getattr(torch, mode.lower())
    hx = tuple(hx) if mode == "LSTM" else hx[0]
    has_biases = len(params) // (num_layers * (2 if bidirectional else 1)) >= 4
    if batch_sizes is not None:
        return function(input, torch.tensor(batch_sizes), hx, params, has_biases, num_layers, dropout, train, bidirectional)
    return function(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)


def sample(mode, steps=3, batch=2, features=3, hidden=4, layers=1, bidirectional=False, bias=True, projection=0, packed=None,
           batch_first=False, dropout=0.0, gradient=True):
    directions, size = 2 if bidirectional else 1, projection or hidden
    params = []
    for layer in range(layers):
        inputs = features if layer == 0 else directions * size
        for _ in range(directions):
            shapes = [(GATES[mode] * hidden, inputs), (GATES[mode] * hidden, size)] + [(GATES[mode] * hidden,)] * (2 * bias)
            shapes += [(size, hidden)] * bool(projection)
            params += [T(*shape, low=-1, high=1) for shape in shapes]
    hx = [T(layers * directions, batch, size, low=-1, high=1)]
    if mode == "LSTM":
        hx.append(T(layers * directions, batch, hidden, low=-1, high=1))
    shape = (sum(packed), features) if packed else (batch, steps, features) if batch_first else (steps, batch, features)
    return S(mode, T(*shape, low=-1, high=1), packed, hx, params, layers, dropout, False, bidirectional, batch_first,
             gradient=gradient)


SAMPLES = [
    *[sample(mode) for mode in MODES],
    *[sample(mode, layers=2, bidirectional=True, steps=2, hidden=2, features=1) for mode in MODES],
    *[sample(mode, bias=False, batch_first=True, steps=2) for mode in MODES],
    *[sample(mode, batch=3, packed=[3, 2, 2, 1], bidirectional=True, hidden=2, features=2) for mode in MODES],
    sample("LSTM", projection=2), sample("LSTM", projection=3, bias=False, layers=2, bidirectional=True, hidden=5, steps=2),
    sample("LSTM", projection=1, packed=[2, 1], hidden=2, features=1, bidirectional=True),
    *[sample(mode, steps=1, batch=1, features=1, hidden=1) for mode in MODES],
    *[sample(mode, batch=0, gradient=mode == "GRU") for mode in MODES],
    # Beyond the rows that are multiplied by the thin kernel, and beyond a vector of elements.
    *[sample(mode, steps=2, batch=11, features=5, hidden=19, gradient=False) for mode in MODES],
    *[sample(mode, batch=11, features=1, hidden=2, packed=[11, 9, 3], gradient=mode in ("GRU", "LSTM")) for mode in MODES],
    sample("GRU", layers=3, dropout=0.5, features=1, hidden=1, steps=2),
]


def misused(message, exception=RuntimeError, mode="LSTM", position=None, value=None, **options):
    args = list(sample(mode, **options).args)
    if position is not None:
        args[position] = value
    return E(exception, message, *args)


H, C = T(1, 2, 4), T(1, 2, 4)
WEIGHTS = [T(16, 3), T(16, 4), T(16), T(16)]
RECURRENT = Row(
    "_recurrent", recurrent, SAMPLES, dtypes=FLOATS, tolerance=(2e-6, 4e-15), relative="unit", gradients="all", call=through_torch, differs=DIFFERS,
    errors=[
        misused(r"recurrent: 'RNN' is not one of", ValueError, position=0, value="RNN"),
        misused(r"lstm: expected an input of 3 dimensions, got shape \[3, 3\]", position=1, value=T(3, 3)),
        misused(r"lstm: expected an input of 3 dimensions, got shape \[\]", position=1, value=T()),
        misused(r"lstm: expected a weight for the input of shape \[16, 5\], got \[16, 3\]", position=1, value=T(3, 2, 5)),
        misused(r"lstm: Expected sequence length to be larger than 0 in RNN", position=1, value=T(0, 2, 3)),
        misused(r"lstm: not defined for int64", NotImplementedError, position=1, value=T(3, 2, 3, dtype="int64")),
        misused(r"lstm: expected an input, states and weights of one dtype, got float64 and float32", position=1, value=T(3, 2, 3, dtype="float64")),
        misused(r"lstm: Expected hidden\[0\] size \(1, 5, \*\), got \[1, 2, 4\]", position=1, value=T(3, 5, 3)),
        misused(r"lstm expects two hidden states", position=3, value=[H]),
        misused(r"rnn_tanh: expected one hidden state, got 2", mode="RNN_TANH", position=3, value=[H, C]),
        misused(r"lstm: Expected hidden\[1\] size \(1, 2, \*\), got \[2, 4\]", position=3, value=[H, T(2, 4)]),
        misused(r"lstm: expected a cell of shape \[2, 4\], got \[2, 3\]", position=3, value=[H, T(1, 2, 3)]),
        misused(r"lstm: expected a weight for the state of shape \[16, 3\], got \[16, 4\]", position=3, value=[T(1, 2, 3), C]),
        misused(r"lstm: expected a weight for the state of 4 \* hidden size rows, got shape \[15, 4\]", position=4,
                value=[T(15, 3), T(15, 4), T(15), T(15)]),
        misused(r"lstm: expected a bias for the input of shape \[16\], got \[4\]", position=4, value=[T(16, 3), T(16, 4), T(4), T(16)]),
        misused(r"lstm: expected a projection of shape \[4, 4\], got \[2, 4\]", position=4, value=[*WEIGHTS, T(2, 4)]),
        misused(r"gru: only an LSTM has projections", mode="GRU", position=4, value=[T(12, 3), T(12, 4), T(12), T(12), T(4, 4)]),
        misused(r"lstm: 0 weights for 1 layers", position=4, value=[]),
        misused(r"lstm: expected 2 weights for each of 3 layers and directions, or 4 with biases, .*, got 4", position=5, value=3),
        misused(r"lstm: 4 weights for 0 layers", position=5, value=0),
        misused(r"lstm: 4 weights for \d+ layers", position=5, value=2**62),
        misused(r"lstm: dropout probability has to be between 0 and 1, but got 1.5", ValueError, position=6, value=1.5),
        misused(r"lstm: batch sizes must be positive and must not grow, got 3 after 2", packed=[2, 2], position=2, value=[2, 3]),
        misused(r"lstm: batch sizes must be positive and must not grow, got 0", packed=[2, 2], position=2, value=[0, 4]),
        misused(r"lstm: the batch sizes are for 3 rows, the data have 4", packed=[2, 2], position=2, value=[2, 1]),
        misused(r"lstm: the batch sizes are for more than the 4 rows of the data", packed=[2, 2], position=2, value=[2, 2, 2]),
        misused(r"lstm: expected batch sizes of at least one step", packed=[2, 2], position=2, value=[]),
    ],
)


def cell(mode):
    def reference(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
        h, c = hx if mode == "LSTM" else (hx, None)
        h, c = step(mode, input, h, c, w_ih, w_hh, 0 if b_ih is None else b_ih, 0 if b_hh is None else b_hh, None)
        return (h, c) if mode == "LSTM" else h
    return reference


def cell_row(name, mode):
    g = GATES[mode]

    def arguments(batch=2, features=3, hidden=4, bias=True):
        h = T(batch, hidden, low=-1, high=1)
        shapes = [(g * hidden, features), (g * hidden, hidden)] + [(g * hidden,)] * (2 * bias)
        return [T(batch, features, low=-1, high=1), [h, T(batch, hidden, low=-1, high=1)] if mode == "LSTM" else h,
                *[T(*shape, low=-1, high=1) for shape in shapes]]

    def wrong(message, position, value, exception=RuntimeError):
        args = arguments()
        args[position] = value
        return E(exception, name + ": " + message, *args)

    h = [T(3, 4), T(3, 4)] if mode == "LSTM" else T(3, 4)
    return Row(
        name, cell(mode), [S(*arguments()), S(*arguments(bias=False)), S(*arguments(0)), S(*arguments(9, 2, 17), gradient=False)],
        dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit", gradients="all", differs=DIFFERS,
        errors=[
            wrong(r"input has inconsistent input_size: got 5, expected 3", 0, T(2, 5)),
            wrong(r"expected an input and states of two dimensions, got shapes \[3\] and \[2, 4\]", 0, T(3)),
            wrong(r"expected an input and states of two dimensions, got shapes \[\] and \[2, 4\]", 0, T()),
            wrong(r"Input batch size 2 doesn't match hidden0 batch size 3", 1, h),
            wrong(rf"expected a bias for the state of shape \[{4 * g}\], got \[3\]", 5, T(3)),
            wrong(r"expected two biases or none", 4, None),
            wrong(r"expected an input, states and weights of one dtype, got float32 and float64", 2, T(4 * g, 3, dtype="float64")),
            wrong(r"not defined for int64", 0, T(2, 3, dtype="int64"), NotImplementedError),
        ] + ([wrong(r"lstm_cell expects two hidden states, got 1", 1, [T(2, 4)])] if mode == "LSTM" else []))


CELLS = [cell_row(name, mode) for name, mode in
         (("rnn_tanh_cell", "RNN_TANH"), ("rnn_relu_cell", "RNN_RELU"), ("lstm_cell", "LSTM"), ("gru_cell", "GRU"))]


def pack(input, lengths, batch_first):
    x = np.swapaxes(input, 0, 1) if batch_first else input
    sizes = [int(np.sum(lengths > t)) for t in range(max(lengths))]
    return np.concatenate([x[t, :n] for t, n in enumerate(sizes)]), np.array(sizes)


def integers(*values):
    return V(np.array(values, np.int64), dtype="int64")


PACK = Row(
    "_pack_padded_sequence", pack,
    [S(T(4, 3, 2), integers(4, 3, 1), False), S(T(3, 4, 2), integers(4, 3, 1), True), S(T(4, 2), integers(2, 2), False),
     S(T(2, 3, 2, 2), integers(1, 1, 1), False), S(T(5, 2, 1), integers(3, 2), False)],
    gradients=(0,), raw=True,
    errors=[
        E(RuntimeError, r"Cannot pack empty tensors", T(4, 0, 2), integers(), False),
        E(RuntimeError, r"expected sequences of at least two dimensions, got shape \[\]", T(), integers(1), False),
        E(RuntimeError, r"Expected `len\(lengths\)` to be equal to batch_size, but got 2 \(batch_size=3\)", T(4, 3, 2), integers(4, 3), False),
        E(RuntimeError, r"Length of all samples has to be greater than 0", T(4, 2, 2), integers(4, 0), False),
        E(RuntimeError, r"a length of 5 exceeds the 4 steps", T(4, 2, 2), integers(5, 1), False),
        E(RuntimeError, r"must be sorted in decreasing order", T(4, 2, 2), integers(1, 2), False),
        E(RuntimeError, r"expected numbers of int64 in one dimension", T(4, 2, 2), T(2), False),
    ])


def unpack(data, batch_sizes, batch_first, padding_value, total_length):
    steps = len(batch_sizes) if total_length == -1 else total_length
    x = np.full((steps, batch_sizes[0]) + data.shape[1:], padding_value).astype(data.dtype)
    start = 0
    for t, n in enumerate(batch_sizes):
        x[t, :n] = data[start:start + n]
        start += n
    return np.swapaxes(x, 0, 1) if batch_first else x, np.array([int(np.sum(batch_sizes > i)) for i in range(batch_sizes[0])])


PAD = Row(
    "_pad_packed_sequence", unpack,
    # In other layouts the batch sizes would be other ones too.
    [S(T(8, 2), integers(3, 2, 2, 1), False, 0.0, -1, layouts=False), S(T(8, 2), integers(3, 2, 2, 1), True, 1.0, -1, layouts=False),
     S(T(4), integers(2, 2), False, 0.0, 5), S(T(3, 0), integers(2, 1), False, 0.0, -1, gradient=False, layouts=False),
     S(T(4, 2), integers(2, 2), True, 0.0, -1)],
    gradients=(0,), raw=True, gradient_layouts=("transposed", "strided"),
    errors=[
        E(RuntimeError, r"Expected total_length to be at least the length of the longest sequence in input, but got total_length=1 and max "
          r"sequence length being 2", T(4, 2), integers(2, 2), False, 0.0, 1),
        E(RuntimeError, r"the batch sizes are for 4 rows, the data have 5", T(5, 2), integers(2, 2), False, 0.0, -1),
        E(RuntimeError, r"expected data of at least one dimension", T(), integers(1), False, 0.0, -1),
        E(MemoryError, r"_pad_packed_sequence", T(1, 2), integers(1), False, 0.0, 2**62),
    ])


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    longest = max(len(s) for s in sequences)
    x = np.full((len(sequences), longest) + sequences[0].shape[1:], padding_value).astype(sequences[0].dtype)
    for row, s in zip(x, sequences):
        if padding_side == "right":
            row[:len(s)] = s
        else:
            row[longest - len(s):] = s
    return x if batch_first else np.swapaxes(x, 0, 1)


PAD_SEQUENCE = Row(
    "_pad_sequence", pad_sequence,
    [S([T(4, 2), T(2, 2), T(3, 2)]), S([T(1), T(3)], batch_first=True, padding_value=1.0), S([T(2, 2), T(3, 2)], padding_side="left"),
     S([T(2, 2), T(1, 2)], True, 0.0, "left"), S([T(0, 2), T(1, 2)]), S([T(0), T(0)])],
    gradients="all", raw=True, call=lambda torch, *args, **kwargs: torch.nn.utils.rnn.pad_sequence(*args, **kwargs),
    errors=[
        E(RuntimeError, r"pad_sequence: expected sequences of at least one dimension", [T()]),
        E(RuntimeError, r"pad_sequence: sizes must match except in dimension 0: \[2, 3\] and \[2, 4\]", [T(2, 3), T(2, 4)]),
        E(RuntimeError, r"pad_sequence: received an empty list of sequences", []),
        E(RuntimeError, r"Expected padding_side to be one of left or right, but got up", [T(1)], False, 0.0, "up"),
    ])

ROWS = [RECURRENT, *CELLS, PACK, PAD, PAD_SEQUENCE]
