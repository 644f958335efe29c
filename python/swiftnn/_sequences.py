"""Recurrent layers as functions, whose arguments PyTorch takes in two forms."""

from . import _C

__all__ = ["gru", "lstm", "rnn_relu", "rnn_tanh"]

_FORMS = {
    False: ("input", "hx", "params", "has_biases", "num_layers", "dropout", "train", "bidirectional", "batch_first"),
    True: ("data", "batch_sizes", "hx", "params", "has_biases", "num_layers", "dropout", "train", "bidirectional"),
}


def _run(mode, args, kwargs):
    name = mode.lower()
    # The second argument of packed data is a tensor, as the states of a GRU are; the list of weights tells them apart.
    packed = "data" in kwargs or "batch_sizes" in kwargs or (
        len(args) > 2 and isinstance(args[1], _C.Tensor) and (mode == "LSTM" or isinstance(args[2], _C.Tensor))
    )
    names = _FORMS[packed]
    if len(args) > len(names):
        raise TypeError(f"{name}() takes {len(names)} arguments, but {len(args)} were given")
    given = dict(zip(names, args))
    for key, value in kwargs.items():
        if key not in names or key in given:
            raise TypeError(f"{name}() got an unexpected keyword argument {key!r}")
        given[key] = value
    missing = [key for key in names if key not in given]
    if missing:
        raise TypeError(f"{name}() missing required argument {missing[0]!r}")
    sizes = given["batch_sizes"].tolist() if packed else None
    hx, params, layers, bidirectional = given["hx"], list(given["params"]), given["num_layers"], given["bidirectional"]
    each = len(params) / (layers * (2 if bidirectional else 1)) if layers else 0
    if each and bool(given["has_biases"]) != (each >= 4):
        raise RuntimeError(f"{name}: has_biases={given['has_biases']}, but there are {len(params)} weights for {layers} layers")
    return _C._recurrent(
        mode, given["data" if packed else "input"], sizes, list(hx) if mode == "LSTM" else [hx], params, layers,
        given["dropout"], given["train"], bidirectional, given.get("batch_first", False)
    )


def lstm(*args, **kwargs):
    """``lstm(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)``, or
    ``lstm(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`` for packed sequences:
    the states of all steps, the last states, and the last cells. ``hx`` are states and cells, ``params`` the weights as
    :class:`swiftnn.nn.LSTM` has them."""
    return _run("LSTM", args, kwargs)


def gru(*args, **kwargs):
    """``gru(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)``, or
    ``gru(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`` for packed sequences: the
    states of all steps, and the last states. ``params`` are the weights as :class:`swiftnn.nn.GRU` has them."""
    return _run("GRU", args, kwargs)


def rnn_tanh(*args, **kwargs):
    """``rnn_tanh(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)``, or
    ``rnn_tanh(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`` for packed sequences:
    the states of all steps, and the last states. ``params`` are the weights as :class:`swiftnn.nn.RNN` has them."""
    return _run("RNN_TANH", args, kwargs)


def rnn_relu(*args, **kwargs):
    """As :func:`rnn_tanh`, with ``relu`` in the place of ``tanh``."""
    return _run("RNN_RELU", args, kwargs)
