"""Optimisers: PyTorch's ``torch.optim`` by name and meaning. Each step is one call for all parameters of a group."""

from .adam import Adam, AdamW
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
