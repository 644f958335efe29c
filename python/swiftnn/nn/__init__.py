"""Blocks of networks: PyTorch's ``torch.nn`` by name and meaning, with Gluon's ``Block``, ``Dense`` and ``add``."""

from . import functional, init
from .activation import ReLU, Sigmoid, Tanh
from .container import ModuleDict, ModuleList, ParameterList, Sequential
from .dropout import Dropout
from .flatten import Flatten
from .gluon import ParameterDict
from .linear import Dense, Identity, LazyLinear, Linear
from .loss import CrossEntropyLoss, MSELoss
from .module import Module
from .parameter import Parameter

# Gluon's names of the base class: a block is a block, whichever name it was derived from.
Block = HybridBlock = Module
HybridSequential = Sequential

__all__ = [
    "Block",
    "CrossEntropyLoss",
    "Dense",
    "Dropout",
    "Flatten",
    "HybridBlock",
    "HybridSequential",
    "Identity",
    "LazyLinear",
    "Linear",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "functional",
    "init",
]
