"""Methods that scale their steps by the gradients so far, without momentum's direction: RMSprop, Adagrad, and others."""

from .. import _C
from ..nn.parameter import is_lazy
from .optimizer import Optimizer, check_range, check_rate, count_dtype

__all__ = ["Adadelta", "Adafactor", "Adagrad", "RMSprop"]


class RMSprop(Optimizer):
    """RMSprop (Hinton): steps scaled by a running average of the squared gradient.

    ``square = alpha * square + (1 - alpha) * g * g``, ``p -= lr * g / (sqrt(square) + eps)``.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        alpha: how much of the average is kept in a step.
        eps: added to the denominator.
        weight_decay: the factor of the L2 penalty.
        momentum: how much of the last direction is kept.
        centered: takes the square of the averaged gradient off the average.
        foreach: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        capturable, differentiable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.RMSprop([weight], lr=0.05)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> bool((weight - 0.5).abs().max() < 1e-6)
        True
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0,
        momentum=0,
        centered=False,
        capturable=False,
        foreach=None,
        maximize=False,
        differentiable=False,
    ):
        check_rate(lr)
        check_range("epsilon value", eps)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        check_range("alpha value", alpha)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return (
            group["lr"],
            group["weight_decay"],
            group["alpha"],
            group["eps"],
            group["momentum"],
            bool(group["centered"]),
        )

    def _state_names(self, group):
        names = ("step", "square_avg")
        if group["momentum"] > 0:
            names += ("momentum_buffer",)
        return (*names, "grad_avg") if group["centered"] else names


class Adagrad(Optimizer):
    """Adagrad (Duchi et al.): steps scaled by the sum of all squared gradients.

    ``sum += g * g``, ``p -= lr / (1 + (t - 1) * lr_decay) * g / (sqrt(sum) + eps)``.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        lr_decay: how fast the rate falls.
        weight_decay: the factor of the L2 penalty.
        initial_accumulator_value: what the sums begin with.
        eps: added to the denominator.
        foreach, fused: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        differentiable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.Adagrad([weight], lr=0.5)
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> weight.tolist()
        [0.5, 0.5]
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=0,
        eps=1e-10,
        foreach=None,
        *,
        maximize=False,
        differentiable=False,
        fused=None,
    ):
        check_rate(lr)
        check_range("lr_decay value", lr_decay)
        check_range("weight_decay value", weight_decay)
        check_range("initial_accumulator_value value", initial_accumulator_value)
        check_range("epsilon value", eps)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                # The sums are there from the beginning, but for parameters whose shape is not known yet.
                if not is_lazy(param):
                    self._begin(group, param, self.state[param])

    def _settings(self, group):
        return group["lr"], group["weight_decay"], group["lr_decay"], group["eps"]

    def _state_names(self, group):
        return "step", "sum"

    def _begin(self, group, param, state):
        state["step"] = _C.functions["zeros"]((), dtype=count_dtype(group.get("fused")))
        start = self.defaults["initial_accumulator_value"]
        state["sum"] = _C.functions["full_like"](param, start)


class Adadelta(Optimizer):
    """Adadelta (Zeiler): steps scaled by the sizes of the last steps and of the last gradients.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate.
        rho: how much of the averages is kept in a step.
        eps: added to what a root is taken of.
        weight_decay: the factor of the L2 penalty.
        foreach: accepted; every step is one call in any case.
        maximize: goes up in place of down.
        capturable, differentiable: not offered.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = optim.Adadelta([weight])
        >>> weight.sum().backward()
        >>> optimizer.step()
        >>> list(optimizer.state[weight])
        ['step', 'square_avg', 'acc_delta']
    """

    def __init__(
        self,
        params,
        lr=1.0,
        rho=0.9,
        eps=1e-6,
        weight_decay=0,
        foreach=None,
        *,
        capturable=False,
        maximize=False,
        differentiable=False,
    ):
        check_rate(lr)
        check_range("rho value", rho, high=1.0)
        check_range("epsilon value", eps)
        check_range("weight_decay value", weight_decay)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        return group["lr"], group["weight_decay"], group["rho"], group["eps"]

    def _state_names(self, group):
        return "step", "square_avg", "acc_delta"


class Adafactor(Optimizer):
    """Adafactor (Shazeer & Stern): the squared gradients of a matrix are known by the means of rows and columns.

    Args:
        params: the parameters, or groups of them.
        lr: the largest step, relative to the size of the parameter.
        beta2_decay: the power at which the weight of a new square falls; not positive.
        eps: the least that a square's root is taken for (None: the spacing of the dtype's numbers behind 1), and the
            least that a parameter's size is taken for.
        d: the largest root mean square of an update; at least 1.
        weight_decay: the factor of the decay, which is applied to the parameters themselves.
        foreach: accepted; every step is one call in any case.
        maximize: goes up in place of down.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> layer = nn.Linear(3, 2)
        >>> optimizer = optim.Adafactor(layer.parameters())
        >>> layer(swiftnn.ones(1, 3)).sum().backward()
        >>> optimizer.step()
        >>> {name: tuple(value.shape) for name, value in optimizer.state[layer.weight].items()}
        {'step': (), 'row_var': (2, 1), 'col_var': (1, 3)}
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        beta2_decay=-0.8,
        eps=(None, 1e-3),
        d=1.0,
        weight_decay=0.0,
        *,
        foreach=None,
        maximize=False,
    ):
        check_rate(lr, "Learning rate should be >= 0 but is")
        if not 0.0 >= beta2_decay:
            raise ValueError(f"beta2_decay should be <= 0 but is: {beta2_decay}")
        if eps[0] is not None and not 0.0 <= eps[0]:
            raise ValueError(f"epsilon1 should be >= 0 but is: {eps[0]}")
        if not 0.0 <= eps[1]:
            raise ValueError(f"epsilon2 should be >= 0 but is: {eps[1]}")
        if not 1.0 <= d:
            raise ValueError(f"Clipping threshold d should be >= 1 but is: {d}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"weight_decay should be >= 0 but is: {weight_decay}")
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _settings(self, group):
        eps1, eps2 = group["eps"]
        eps1 = float("nan") if eps1 is None else eps1
        return group["lr"], group["weight_decay"], group["beta2_decay"], eps1, eps2, group["d"]

    def _state_names(self, group):
        return None

    def _own_names(self, param):
        return ("step", "row_var", "col_var") if param.dim() > 1 else ("step", "variance")

    def _begin(self, group, param, state):
        zeros = _C.functions["zeros"]
        state["step"] = zeros((), dtype=count_dtype())
        shape = list(param.shape)
        if len(shape) > 1:
            state["row_var"] = zeros([*shape[:-1], 1], dtype=param.dtype)
            state["col_var"] = zeros([*shape[:-2], 1, shape[-1]], dtype=param.dtype)
        else:
            state["variance"] = _C.functions["zeros_like"](param)
