"""Stochastic gradient descent."""

from .. import _C
from .optimizer import Optimizer, check_range

__all__ = ["SGD"]


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if asked for.

    With gradient ``g``: ``g += weight_decay * p``, ``buffer = momentum * buffer + (1 - dampening) * g`` (``g`` in the
    first step), ``p -= lr * buffer``, or with ``nesterov`` ``p -= lr * (g + momentum * buffer)``.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        momentum: how much of the last direction is kept.
        dampening: how much of the gradient momentum leaves out.
        weight_decay: the factor of the L2 penalty.
        nesterov: Nesterov's momentum; it needs momentum and no dampening.
        maximize: goes up in place of down.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.SGD([weight], lr=0.5)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> weight.tolist()
        [0.5, 0.5]
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        *,
        maximize=False,
    ):
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _check_group(self, group):
        check_range("learning rate", group["lr"])
        check_range("momentum value", group["momentum"])
        check_range("weight_decay value", group["weight_decay"])
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")

    def _step_group(self, group, params):
        settings = [float(group[name]) for name in ("lr", "momentum", "dampening", "weight_decay")]
        buffers = []
        if group["momentum"] != 0:
            buffers = [self.state[param].get("momentum_buffer") for param in params]
        missing = [param for param, buffer in zip(params, buffers) if buffer is None]
        # A buffer of no elements stands for one to be made; a parameter of no elements needs none.
        empty = _C.functions["empty"](0) if missing else None
        fresh = [param for param in missing if param.numel()]
        given = [empty if buffer is None else buffer for buffer in buffers]
        made = _C._sgd_step(params, given, settings, group["nesterov"], group["maximize"])
        for param, buffer in zip(fresh, made):
            self.state[param]["momentum_buffer"] = buffer
