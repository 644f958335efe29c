"""Gradient descent: with momentum, averaged, and by the sign of the gradient alone."""

from .. import _C
from .optimizer import Optimizer, check_range, check_rate, count_dtype

__all__ = ["ASGD", "SGD", "Rprop"]


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
        foreach, fused: accepted; every step is one call in any case.
        differentiable: not offered.

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
        foreach=None,
        differentiable=False,
        fused=None,
    ):
        check_rate(lr)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def _step_group(self, group):
        self._check_modes(group)
        scale = -self._gradient_scale if group["maximize"] else self._gradient_scale
        settings = [
            float(value)
            for value in (
                scale, group["lr"], group["weight_decay"], group["momentum"], group["dampening"], bool(group["nesterov"])
            )
        ]
        if settings[3] == 0:
            _C._optimizer_step("SGD", group["params"], [], settings)
            return
        old, buffers, new, fresh = [], [], [], []
        for param in group["params"]:
            buffer = self.state[param].get("momentum_buffer") if param in self.state else None
            if buffer is not None:
                old.append(param)
                buffers.append(buffer)
            elif param.grad is not None:
                buffer = _C.functions["empty_like"](param)
                new.append(param)
                fresh.append(buffer)
        if old:
            _C._optimizer_step("SGD", old, buffers, settings)
        if new:
            _C._optimizer_step("SGD", new, fresh, settings, True)
            for param, buffer in zip(new, fresh):
                self.state[param]["momentum_buffer"] = buffer


class ASGD(Optimizer):
    """Averaged stochastic gradient descent: the state keeps the average of the parameters under "ax".

    ``p *= 1 - lambd * eta``, ``p -= eta * g`` with ``eta = lr / (1 + lambd * lr * t) ** alpha``; from step ``t0`` on
    ``ax`` is the running average of ``p``.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        lambd: how fast the parameters and the rate decay.
        alpha: the power at which the rate falls.
        t0: the step at which the average begins.
        weight_decay: the factor of the L2 penalty.
        maximize: goes up in place of down.
        foreach: accepted; every step is one call in any case.
        differentiable, capturable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.ASGD([weight], lr=0.5, lambd=0.0, t0=0)
        >>> for _ in range(3):
        ...     optimizer.zero_grad()
        ...     weight.sum().backward()
        ...     optimizer.step()
        >>> weight.tolist(), optimizer.state[weight]["ax"].tolist()
        ([-0.5, -0.5], [-0.25, -0.25])
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        lambd=1e-4,
        alpha=0.75,
        t0=1e6,
        weight_decay=0,
        foreach=None,
        maximize=False,
        differentiable=False,
        capturable=False,
    ):
        check_rate(lr)
        check_range("weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return group["lr"], group["weight_decay"], group["lambd"], group["alpha"], group["t0"]

    def _state_names(self, group):
        return "step", "eta", "mu", "ax"

    def _begin(self, group, param, state):
        full, dtype = _C.functions["full"], count_dtype()
        for name, value in (("step", 0.0), ("eta", float(group["lr"])), ("mu", 1.0)):
            state[name] = full((), value, dtype=dtype)
        state["ax"] = _C.functions["zeros_like"](param)


class Rprop(Optimizer):
    """Resilient backpropagation: each element has a step size, which grows while the gradient's sign stays.

    Args:
        params: the parameters, or groups of them.
        lr: the first step size.
        etas: what a step size is multiplied by where the sign changes, and where it stays.
        step_sizes: the smallest and the largest.
        maximize: goes up in place of down.
        foreach: accepted; every step is one call in any case.
        differentiable, capturable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.Rprop([weight], lr=0.5)
        >>> (weight * 1000).sum().backward()
        >>> optimizer.step()
        >>> weight.tolist()
        [0.5, 0.5]
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        etas=(0.5, 1.2),
        step_sizes=(1e-6, 50),
        *,
        capturable=False,
        foreach=None,
        maximize=False,
        differentiable=False,
    ):
        check_rate(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return group["lr"], *group["etas"], *group["step_sizes"]

    def _state_names(self, group):
        return "step", "prev", "step_size"

    def _begin(self, group, param, state):
        super()._begin(group, param, state)
        state["step_size"] = _C.functions["full_like"](param, float(group["lr"]))
