"""Blocks of networks: PyTorch's ``torch.nn`` by name and meaning, with Gluon's ``Block``, ``Dense`` and ``add``."""

from importlib import import_module
from typing import TYPE_CHECKING

from . import functional, init
from .container import ModuleDict, ModuleList, ParameterList, Sequential
from .gluon import ParameterDict
from .linear import Dense, Identity, LazyLinear, Linear, NonDynamicallyQuantizableLinear
from .module import Module
from .parameter import Parameter

if TYPE_CHECKING:
    from .activation import *
    from .attention import *
    from .dropout import *
    from .flatten import *
    from .loss import *
    from .recurrent import *

# Gluon's names of the base class: a block is a block, whichever name it was derived from.
Block = HybridBlock = Module
HybridSequential = Sequential

# The layers by the file that defines them, which is read when one of them is asked for: `import swiftnn` stays quick.
_FILES = {
    "attention": ["MultiheadAttention"],
    "activation": ["ReLU", "Sigmoid", "Tanh"],
    "dropout": ["Dropout"],
    "flatten": ["Flatten"],
    "loss": ["CrossEntropyLoss", "MSELoss"],
    "recurrent": ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNBase", "RNNCell", "RNNCellBase"],
}
_PLACES = {name: file for file, names in _FILES.items() for name in names}

__all__ = sorted(
    {
        "Block", "Dense", "HybridBlock", "HybridSequential", "Identity", "LazyLinear", "Linear", "Module", "ModuleDict",
        "ModuleList", "Parameter", "ParameterDict", "ParameterList", "Sequential", "functional", "init", "utils", *_PLACES,
    }
)


if not TYPE_CHECKING:  # to a type checker there are the names above and no others

    def __getattr__(name):
        if name in _PLACES:
            value = getattr(import_module("." + _PLACES[name], __name__), name)
            globals()[name] = value
            return value
        if name in _FILES or name == "utils":
            return import_module("." + name, __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
