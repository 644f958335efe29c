"""Muon."""

from .. import _C
from .optimizer import Optimizer, check_rate

__all__ = ["Muon"]


class Muon(Optimizer):
    """Muon (Jordan), for the matrices of hidden layers: momentum made nearly orthogonal. Others need another optimiser.

    Args:
        params: the parameters, or groups of them; matrices only.
        lr: the learning rate.
        weight_decay: the factor of the decay, which is applied to the parameters themselves.
        momentum: how much of the last direction is kept.
        nesterov: whether the direction looks ahead by momentum.
        ns_coefficients: of Newton and Schulz's iteration, which runs in bfloat16.
        eps: the least that a norm is taken for.
        ns_steps: how many iterations; less than 100.
        adjust_lr_fn: what the rate is multiplied by for A rows and B columns: ``"original"`` or None for
            ``sqrt(max(1, A / B))``, ``"match_rms_adamw"`` for ``0.2 * sqrt(max(A, B))``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.eye(2))
        >>> optimizer = optim.Muon([weight], lr=0.1, weight_decay=0.0)
        >>> (weight * swiftnn.eye(2)).sum().backward()
        >>> optimizer.step()
        >>> bool((weight - 0.9 * swiftnn.eye(2)).abs().max() < 0.05)
        True
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        weight_decay=0.1,
        momentum=0.95,
        nesterov=True,
        ns_coefficients=(3.4445, -4.7750, 2.0315),
        eps=1e-7,
        ns_steps=5,
        adjust_lr_fn=None,
    ):
        check_rate(lr, "Learning rate should be >= 0 but is")
        if not 0.0 <= momentum:
            raise ValueError(f"momentum should be >= 0 but is: {momentum}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"weight decay should be >= 0 but is: {weight_decay}")
        if adjust_lr_fn is not None and adjust_lr_fn not in ("original", "match_rms_adamw"):
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        defaults = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                if param.dim() != 2:
                    raise ValueError(
                        f"Muon only supports 2D parameters whereas we found a parameter with size: {param.size()}"
                    )

    def _settings(self, group):
        coefficients = tuple(group["ns_coefficients"])
        if len(coefficients) != 3:
            raise ValueError("Coefficients must be a tuple of exactly 3 values")
        return (
            group["lr"],
            group["weight_decay"],
            group["momentum"],
            bool(group["nesterov"]),
            *coefficients,
            group["eps"],
            group["ns_steps"],
            group["adjust_lr_fn"] == "match_rms_adamw",
        )

    def _state_names(self, group):
        return ("momentum_buffer",)

    def _begin(self, group, param, state):
        state["momentum_buffer"] = _C.functions["zeros_like"](param)
