"""SparseAdam, which there is nothing for."""

from .optimizer import Optimizer

__all__ = ["SparseAdam"]


class SparseAdam(Optimizer):
    """Not offered: there are no sparse tensors. Making one is an error; :class:`Adam` takes every gradient there is."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, maximize=False):
        raise NotImplementedError("SparseAdam is not offered: there are no sparse tensors; use optim.Adam")
