"""Optimisers: PyTorch's ``torch.optim`` by name and meaning. Each step is one call for all parameters of a group."""

from .adam import Adam, Adamax, AdamW, NAdam, RAdam
from .adaptive import Adadelta, Adafactor, Adagrad, RMSprop
from .muon import Muon
from .optimizer import Optimizer
from .sgd import ASGD, SGD, Rprop

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SparseAdam",
    "lr_scheduler",
    "swa_utils",
]


def __getattr__(name):
    # What few programs use is not loaded before they do.
    from importlib import import_module

    if name in ("lr_scheduler", "swa_utils"):
        return import_module("." + name, __name__)
    if name in ("LBFGS", "SparseAdam"):
        return getattr(import_module({"LBFGS": ".lbfgs", "SparseAdam": ".sparse_adam"}[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
