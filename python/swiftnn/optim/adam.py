"""Adam and its variant with decoupled weight decay."""

from .. import _C
from .optimizer import Optimizer, check_range

__all__ = ["Adam", "AdamW"]


def _step_dtype():
    """Of the count of steps: one that counts far enough."""
    default, double = _C.functions["get_default_dtype"](), _C.dtypes["float64"]
    return double if default is double else _C.dtypes["float32"]


class Adam(Optimizer):
    """Adam (Kingma & Ba): steps scaled by running averages of the gradient and its square.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of each average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the L2 penalty.
        maximize: goes up in place of down.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.Adam([weight], lr=0.5)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> bool((weight - 0.5).abs().max() < 1e-6)
        True
    """

    _decoupled = False

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, *, maximize=False):
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults)

    def _check_group(self, group):
        check_range("learning rate", group["lr"])
        check_range("epsilon value", group["eps"])
        check_range("beta parameter at index 0", group["betas"][0], high=1.0, below_high=True)
        check_range("beta parameter at index 1", group["betas"][1], high=1.0, below_high=True)
        check_range("weight_decay value", group["weight_decay"])

    def _step_group(self, group, params):
        beta1, beta2 = group["betas"]
        settings = [float(v) for v in (group["lr"], beta1, beta2, group["eps"], group["weight_decay"])]
        averages, squares = [], []
        for param in params:
            state = self.state[param]
            if not state:
                state["step"] = _C.functions["zeros"]((), dtype=_step_dtype())
                state["exp_avg"] = _C.functions["zeros_like"](param)
                state["exp_avg_sq"] = _C.functions["zeros_like"](param)
            state["step"] += 1
            settings.append(float(state["step"]))
            averages.append(state["exp_avg"])
            squares.append(state["exp_avg_sq"])
        _C._adam_step(params, averages, squares, settings, self._decoupled, group["maximize"])


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters directly (Loshchilov & Hutter): ``p -= lr * weight_decay * p``.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of each average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the decay.
        maximize: goes up in place of down.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> optim.AdamW(nn.Linear(2, 2).parameters(), lr=0.1)
        AdamW (
        Parameter Group 0
            betas: (0.9, 0.999)
            eps: 1e-08
            lr: 0.1
            maximize: False
            weight_decay: 0.01
        )
    """

    _decoupled = True

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, *, maximize=False):
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)
