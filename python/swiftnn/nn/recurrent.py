"""Recurrent layers, and single steps of them."""

import numbers
import warnings

from .module import Module
from .options import parameter_dtype
from .utils.rnn import PackedSequence

__all__ = ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNBase", "RNNCell", "RNNCellBase"]


class RNNBase(Module):
    """The base of :class:`RNN`, :class:`LSTM` and :class:`GRU`.

    Examples::

        >>> from swiftnn import nn
        >>> isinstance(nn.LSTM(2, 3), nn.RNNBase)
        True
    """

    def _build(self, kind, *, dropout, num_layers, device, dtype, **arguments):
        dtype = parameter_dtype(kind, device, dtype)
        if not isinstance(dropout, numbers.Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers "
                f"greater than 1, but got dropout={dropout} and num_layers={num_layers}",
                stacklevel=3,
            )
        super().__init__()
        self._create(kind, num_layers=num_layers, dropout=float(dropout), dtype=dtype, **arguments)

    @property
    def _all_weights(self):
        kinds = ["weight_ih", "weight_hh"] + ["bias_ih", "bias_hh"] * self.bias + ["weight_hr"] * (self.proj_size > 0)
        ends = [f"l{layer}{end}" for layer in range(self.num_layers) for end in ("", "_reverse")[: 1 + self.bidirectional]]
        return [[f"{kind}_{end}" for kind in kinds] for end in ends]

    @property
    def all_weights(self):
        """The parameters, a list for each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self):
        """Does nothing: the parameters need not lie together."""

    def forward(self, input, hx=None):
        """The states of all steps, and the last state of each sequence; ``hx`` are those to begin with."""
        if not isinstance(input, PackedSequence):
            return self._native_forward(input, hx=hx)
        data, sizes, order, places = input
        output, hidden = self._native_forward(data, sizes.tolist(), order, places, hx)
        return PackedSequence(output, sizes, order, places), hidden

    _library_forward = forward


def _without_projections(arguments, layer):
    if "proj_size" in arguments:
        raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
    for name in arguments:
        raise TypeError(f"{layer}.__init__() got an unexpected keyword argument {name!r}")


class RNN(RNNBase):
    """The simple recurrent layer: ``h = tanh(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)``, step by step.

    Args:
        input_size: size of each input.
        hidden_size: size of each state.
        num_layers: how many layers follow one another, each on the states of the one before.
        nonlinearity: "tanh" or "relu".
        bias: with ``False`` there are no biases.
        batch_first: takes and gives sequences as ``[N, L, *]``, not ``[L, N, *]``. States are not turned.
        dropout: the probability with which elements between the layers are set to zero in training.
        bidirectional: goes through the steps from the last to the first too.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[L, N, input_size]``, ``[N, L, input_size]`` with ``batch_first``, ``[L, input_size]``, or a
          ``PackedSequence``
        - hx: ``[D * num_layers, N, hidden_size]``, or without ``N``; zeros by default. ``D`` is 2 if bidirectional, else 1
        - Output: that of the input with ``D * hidden_size``, and the last states in the shape of hx

    Attributes:
        weight_ih_l0: ``[hidden_size, input_size]``, of later layers ``[hidden_size, D * hidden_size]``. All parameters are
            drawn from the uniform distribution on ``[-k, k]`` with ``k = 1 / sqrt(hidden_size)``.
        weight_hh_l0: ``[hidden_size, hidden_size]``
        bias_ih_l0, bias_hh_l0: ``[hidden_size]``
        weight_ih_l0_reverse: and so on, of the other direction.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> rnn = nn.RNN(10, 20, 2)
        >>> output, hidden = rnn(swiftnn.randn(5, 3, 10), swiftnn.randn(2, 3, 20))
        >>> output.shape, hidden.shape
        (swiftnn.Size([5, 3, 20]), swiftnn.Size([2, 3, 20]))
    """

    proj_size = 0

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, batch_first=False,
                 dropout=0.0, bidirectional=False, device=None, dtype=None, **unknown):
        _without_projections(unknown, "RNN")
        self._build("RNN", input_size=input_size, hidden_size=hidden_size, num_layers=num_layers,
                    nonlinearity=nonlinearity, bias=bias, batch_first=batch_first, dropout=dropout,
                    bidirectional=bidirectional, device=device, dtype=dtype)

    @property
    def mode(self):
        """"RNN_TANH" or "RNN_RELU"."""
        return "RNN_" + self.nonlinearity.upper()


class LSTM(RNNBase):
    """Long short-term memory: with the gates i, f, g and o, each of ``x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh``,
    ``c = sigmoid(f) * c + sigmoid(i) * tanh(g)`` and ``h = sigmoid(o) * tanh(c)``, step by step.

    Args:
        input_size: size of each input.
        hidden_size: size of each cell.
        num_layers: how many layers follow one another, each on the states of the one before.
        bias: with ``False`` there are no biases.
        batch_first: takes and gives sequences as ``[N, L, *]``, not ``[L, N, *]``. States are not turned.
        dropout: the probability with which elements between the layers are set to zero in training.
        bidirectional: goes through the steps from the last to the first too.
        proj_size: projects the states to this size, ``h @ weight_hr.T``; 0 for none.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[L, N, input_size]``, ``[N, L, input_size]`` with ``batch_first``, ``[L, input_size]``, or a
          ``PackedSequence``
        - hx: states ``[D * num_layers, N, H]`` and cells ``[D * num_layers, N, hidden_size]``, or without ``N``; zeros by
          default. ``D`` is 2 if bidirectional, else 1, and ``H`` is proj_size, or hidden_size
        - Output: that of the input with ``D * H``, and the last states and cells in the shapes of hx

    Attributes:
        weight_ih_l0: ``[4 * hidden_size, input_size]``, of later layers ``[4 * hidden_size, D * H]``. All parameters are drawn
            from the uniform distribution on ``[-k, k]`` with ``k = 1 / sqrt(hidden_size)``.
        weight_hh_l0: ``[4 * hidden_size, H]``
        bias_ih_l0, bias_hh_l0: ``[4 * hidden_size]``
        weight_hr_l0: ``[proj_size, hidden_size]``, with projections.
        weight_ih_l0_reverse: and so on, of the other direction.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> lstm = nn.LSTM(10, 20, 2)
        >>> output, (hidden, cell) = lstm(swiftnn.randn(5, 3, 10))
        >>> output.shape, hidden.shape, cell.shape
        (swiftnn.Size([5, 3, 20]), swiftnn.Size([2, 3, 20]), swiftnn.Size([2, 3, 20]))
    """

    mode = "LSTM"

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        self._build("LSTM", input_size=input_size, hidden_size=hidden_size, num_layers=num_layers, bias=bias,
                    batch_first=batch_first, dropout=dropout, bidirectional=bidirectional, proj_size=proj_size,
                    device=device, dtype=dtype)

    def forward(self, input, hx=None):
        """The states of all steps, and the last states and cells; ``hx`` are the states and cells to begin with."""
        hx, cx = (None, None) if hx is None else hx
        if not isinstance(input, PackedSequence):
            output, hidden, cell = self._native_forward(input, hx=hx, cx=cx)
            return output, (hidden, cell)
        data, sizes, order, places = input
        output, hidden, cell = self._native_forward(data, sizes.tolist(), order, places, hx, cx)
        return PackedSequence(output, sizes, order, places), (hidden, cell)

    _library_forward = forward


class GRU(RNNBase):
    """Gated recurrent units: with ``a = x @ weight_ih.T + bias_ih`` and ``b = h @ weight_hh.T + bias_hh``, each of three parts r,
    z and n, ``n = tanh(a_n + sigmoid(a_r + b_r) * b_n)`` and ``h = n + sigmoid(a_z + b_z) * (h - n)``, step by step.

    Args:
        input_size: size of each input.
        hidden_size: size of each state.
        num_layers: how many layers follow one another, each on the states of the one before.
        bias: with ``False`` there are no biases.
        batch_first: takes and gives sequences as ``[N, L, *]``, not ``[L, N, *]``. States are not turned.
        dropout: the probability with which elements between the layers are set to zero in training.
        bidirectional: goes through the steps from the last to the first too.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[L, N, input_size]``, ``[N, L, input_size]`` with ``batch_first``, ``[L, input_size]``, or a
          ``PackedSequence``
        - hx: ``[D * num_layers, N, hidden_size]``, or without ``N``; zeros by default. ``D`` is 2 if bidirectional, else 1
        - Output: that of the input with ``D * hidden_size``, and the last states in the shape of hx

    Attributes:
        weight_ih_l0: ``[3 * hidden_size, input_size]``, of later layers ``[3 * hidden_size, D * hidden_size]``. All parameters
            are drawn from the uniform distribution on ``[-k, k]`` with ``k = 1 / sqrt(hidden_size)``.
        weight_hh_l0: ``[3 * hidden_size, hidden_size]``
        bias_ih_l0, bias_hh_l0: ``[3 * hidden_size]``
        weight_ih_l0_reverse: and so on, of the other direction.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> gru = nn.GRU(10, 20, bidirectional=True)
        >>> output, hidden = gru(swiftnn.randn(5, 3, 10))
        >>> output.shape, hidden.shape
        (swiftnn.Size([5, 3, 40]), swiftnn.Size([2, 3, 20]))
    """

    mode = "GRU"
    proj_size = 0

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, device=None, dtype=None, **unknown):
        _without_projections(unknown, "GRU")
        self._build("GRU", input_size=input_size, hidden_size=hidden_size, num_layers=num_layers, bias=bias,
                    batch_first=batch_first, dropout=dropout, bidirectional=bidirectional, device=device, dtype=dtype)


class RNNCellBase(Module):
    """The base of :class:`RNNCell`, :class:`LSTMCell` and :class:`GRUCell`.

    Examples::

        >>> from swiftnn import nn
        >>> isinstance(nn.GRUCell(2, 3), nn.RNNCellBase)
        True
    """


class RNNCell(RNNCellBase):
    """One step of an :class:`RNN`: ``tanh(input @ weight_ih.T + bias_ih + hx @ weight_hh.T + bias_hh)``.

    Args:
        input_size: size of the input.
        hidden_size: size of the state.
        bias: with ``False`` there are no biases.
        nonlinearity: "tanh" or "relu".
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, input_size]``, or ``[input_size]``
        - hx: ``[N, hidden_size]``, or ``[hidden_size]``; zeros by default
        - Output: that of hx

    Attributes:
        weight_ih: ``[hidden_size, input_size]``. All parameters are drawn from the uniform distribution on ``[-k, k]`` with
            ``k = 1 / sqrt(hidden_size)``.
        weight_hh: ``[hidden_size, hidden_size]``
        bias_ih, bias_hh: ``[hidden_size]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> cell = nn.RNNCell(10, 20)
        >>> cell(swiftnn.randn(3, 10), swiftnn.randn(3, 20)).shape
        swiftnn.Size([3, 20])
    """

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        dtype = parameter_dtype("RNNCell", device, dtype)
        super().__init__()
        self._create("RNNCell", input_size=input_size, hidden_size=hidden_size, bias=bool(bias), nonlinearity=nonlinearity,
                     dtype=dtype)


class LSTMCell(RNNCellBase):
    """One step of an :class:`LSTM`.

    Args:
        input_size: size of the input.
        hidden_size: size of state and cell.
        bias: with ``False`` there are no biases.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, input_size]``, or ``[input_size]``
        - hx: state and cell, each ``[N, hidden_size]``, or ``[hidden_size]``; zeros by default
        - Output: state and cell in the shapes of hx

    Attributes:
        weight_ih: ``[4 * hidden_size, input_size]``. All parameters are drawn from the uniform distribution on ``[-k, k]`` with
            ``k = 1 / sqrt(hidden_size)``.
        weight_hh: ``[4 * hidden_size, hidden_size]``
        bias_ih, bias_hh: ``[4 * hidden_size]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> cell = nn.LSTMCell(10, 20)
        >>> hx, cx = cell(swiftnn.randn(3, 10))
        >>> hx.shape, cx.shape
        (swiftnn.Size([3, 20]), swiftnn.Size([3, 20]))
    """

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        dtype = parameter_dtype("LSTMCell", device, dtype)
        super().__init__()
        self._create("LSTMCell", input_size=input_size, hidden_size=hidden_size, bias=bool(bias), dtype=dtype)

    def forward(self, input, hx=None):
        """The state and the cell after the step; ``hx`` are those before it."""
        return self._native_forward(input, *(() if hx is None else hx))

    _library_forward = forward


class GRUCell(RNNCellBase):
    """One step of a :class:`GRU`.

    Args:
        input_size: size of the input.
        hidden_size: size of the state.
        bias: with ``False`` there are no biases.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input: ``[N, input_size]``, or ``[input_size]``
        - hx: ``[N, hidden_size]``, or ``[hidden_size]``; zeros by default
        - Output: that of hx

    Attributes:
        weight_ih: ``[3 * hidden_size, input_size]``. All parameters are drawn from the uniform distribution on ``[-k, k]`` with
            ``k = 1 / sqrt(hidden_size)``.
        weight_hh: ``[3 * hidden_size, hidden_size]``
        bias_ih, bias_hh: ``[3 * hidden_size]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> cell = nn.GRUCell(10, 20)
        >>> cell(swiftnn.randn(3, 10)).shape
        swiftnn.Size([3, 20])
    """

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        dtype = parameter_dtype("GRUCell", device, dtype)
        super().__init__()
        self._create("GRUCell", input_size=input_size, hidden_size=hidden_size, bias=bool(bias), dtype=dtype)
