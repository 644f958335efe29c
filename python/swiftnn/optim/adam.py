"""Adam and its relatives."""

from .. import _C
from .optimizer import Optimizer, check_betas, check_range, check_rate

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam"]


def _check(lr, betas, eps, weight_decay):
    check_rate(lr)
    check_range("epsilon value", eps)
    check_betas(betas)
    check_range("weight_decay value", weight_decay)


class Adam(Optimizer):
    """Adam (Kingma & Ba): steps scaled by running averages of the gradient and its square.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of each average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the L2 penalty.
        amsgrad: divides by the largest of the averages so far.
        foreach, fused: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        capturable, differentiable: not offered.
        decoupled_weight_decay: applies the decay to the parameters themselves, as :class:`AdamW`.

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

    _method = "Adam"

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
        *,
        foreach=None,
        maximize=False,
        capturable=False,
        differentiable=False,
        fused=None,
        decoupled_weight_decay=False,
    ):
        tensors = [isinstance(value, _C.Tensor) for value in (lr, *betas)]
        if foreach and not capturable:
            for name, is_tensor in zip(("lr", "betas[0]", "betas[1]"), tensors):
                if is_tensor:
                    raise ValueError(f"{name} as a Tensor is not supported for capturable=False and foreach=True")
        _check(lr, betas, eps, weight_decay)
        if not (all(tensors[1:]) or all(isinstance(beta, float) for beta in betas)):
            raise ValueError("betas must be either both floats or both Tensors")
        for index in (0, 1):
            if tensors[1 + index] and betas[index].numel() != 1:
                raise ValueError(f"Tensor betas[{index}] must be 1-element")
        if tensors[1]:
            betas = tuple(beta.squeeze() for beta in betas)
        defaults = {
            "lr": lr,
            "betas": tuple(betas),
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        beta1, beta2 = group["betas"]
        return (
            group["lr"],
            group["weight_decay"],
            beta1,
            beta2,
            group["eps"],
            bool(group["amsgrad"]),
            bool(group["decoupled_weight_decay"]),
        )

    def _state_names(self, group):
        return ("step", "exp_avg", "exp_avg_sq", *(("max_exp_avg_sq",) if group["amsgrad"] else ()))


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters directly (Loshchilov & Hutter): ``p -= lr * weight_decay * p``.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of each average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the decay.
        amsgrad: divides by the largest of the averages so far.
        maximize: goes up in place of down.
        foreach, fused: accepted; every step is one call in any case.
        capturable, differentiable: not offered.

    Examples::

        >>> from swiftnn import nn, optim
        >>> optimizer = optim.AdamW(nn.Linear(2, 2).parameters(), lr=0.1)
        >>> optimizer.param_groups[0]["weight_decay"]
        0.01
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        *,
        maximize=False,
        foreach=None,
        capturable=False,
        differentiable=False,
        fused=None,
    ):
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )

    def _complete(self):
        super()._complete()
        # A state of Adam's loads as well.
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True


class Adamax(Optimizer):
    """Adam with the largest gradient so far, decayed, in place of the average square.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of the average and of the largest gradient is kept in a step.
        eps: added to the size of a gradient.
        weight_decay: the factor of the L2 penalty.
        foreach: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        differentiable, capturable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.Adamax([weight], lr=0.5)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> bool((weight - 0.5).abs().max() < 1e-6)
        True
    """

    def __init__(
        self,
        params,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        foreach=None,
        *,
        maximize=False,
        differentiable=False,
        capturable=False,
    ):
        _check(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return group["lr"], group["weight_decay"], *group["betas"], group["eps"]

    def _state_names(self, group):
        return "step", "exp_avg", "exp_inf"


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of each average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the L2 penalty.
        momentum_decay: how fast momentum grows to the first of ``betas``.
        decoupled_weight_decay: applies the decay to the parameters themselves.
        foreach: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        capturable, differentiable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.NAdam([weight], lr=0.5)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> list(optimizer.state[weight])
        ['step', 'mu_product', 'exp_avg', 'exp_avg_sq']
    """

    def __init__(
        self,
        params,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        momentum_decay=4e-3,
        decoupled_weight_decay=False,
        *,
        foreach=None,
        maximize=False,
        capturable=False,
        differentiable=False,
    ):
        _check(lr, betas, eps, weight_decay)
        check_range("momentum_decay value", momentum_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return (
            group["lr"],
            group["weight_decay"],
            *group["betas"],
            group["eps"],
            group["momentum_decay"],
            bool(group["decoupled_weight_decay"]),
        )

    def _state_names(self, group):
        return "step", "mu_product", "exp_avg", "exp_avg_sq"

    def _begin(self, group, param, state):
        super()._begin(group, param, state)
        state["mu_product"] = _C.functions["ones_like"](state["step"])


class RAdam(Optimizer):
    """Adam whose scaling begins when there is a variance to rely on (Liu et al.).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        betas: how much of each average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the L2 penalty.
        decoupled_weight_decay: applies the decay to the parameters themselves.
        foreach: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        capturable, differentiable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.RAdam([weight], lr=0.5)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> weight.tolist()
        [0.5, 0.5]
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        decoupled_weight_decay=False,
        *,
        foreach=None,
        maximize=False,
        capturable=False,
        differentiable=False,
    ):
        _check(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return group["lr"], group["weight_decay"], *group["betas"], group["eps"], bool(group["decoupled_weight_decay"])

    def _state_names(self, group):
        return "step", "exp_avg", "exp_avg_sq"
