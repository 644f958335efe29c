"""The base class of the optimisers."""

import warnings
from collections import defaultdict
from itertools import chain

from .. import _C
from ..autograd import enable_grad, no_grad

__all__ = ["Optimizer"]


class _Required:
    def __repr__(self):
        return "<required parameter>"


required = _Required()


class Optimizer:
    """The base class: groups of parameters with their settings, and what is remembered for each parameter.

    Args:
        params: an iterable of tensors, or of dicts with the tensors under "params" and settings of their own.
        defaults: the settings of groups that do not say otherwise.

    Attributes:
        param_groups: a list of dicts: "params" and the settings, which may be changed between steps.
        state: for each parameter, a dict of what the method remembers.
    """

    def __init__(self, params, defaults):
        if isinstance(params, _C.Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + type(params).__name__
            )
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Adds a dict with tensors under "params", and settings where they differ from the defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        if "params" not in param_group:
            raise ValueError("param_group has no 'params'")
        group = dict(param_group)
        params = group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
                "will change between runs. Please use a list instead."
            )
        params = group["params"] = [params] if isinstance(params, _C.Tensor) else list(params)
        for param in params:
            if not isinstance(param, _C.Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(param).__name__}")
            if not param.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            group.setdefault(name, default)
        if len({id(param) for param in params}) != len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; they are stepped once for each time "
                "they are listed",
                stacklevel=3,
            )
        known = {id(param) for other in self.param_groups for param in other["params"]}
        if any(id(param) in known for param in params):
            raise ValueError("some parameters appear in more than one parameter group")
        self._check_group(group)
        self.param_groups.append(group)

    def _check_group(self, group):
        """Raises ValueError for settings outside their domain. A subclass defines it."""

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients of all parameters, or sets them to zero."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param.grad = None
                elif param.grad is not None:
                    param.grad = _C.functions["zeros_like"](param.grad)

    def step(self, closure=None):
        """Makes one step. ``closure`` computes the loss anew, and the gradients with it, and returns the loss."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                params = [param for param in group["params"] if param.grad is not None]
                if params:
                    self._step_group(group, params)
        return loss

    def _step_group(self, group, params):
        raise NotImplementedError(f"{type(self).__name__} does not define _step_group")

    # ------------------------------------------------------------------------------------------ state

    def state_dict(self):
        """The state by number of the parameter, and the groups with numbers in place of the parameters."""
        numbers, groups = {}, []
        for group in self.param_groups:
            for param in group["params"]:
                numbers.setdefault(id(param), len(numbers))
            settings = {name: value for name, value in group.items() if name != "params"}
            settings["params"] = [numbers[id(param)] for param in group["params"]]
            groups.append(settings)
        state = {numbers.get(id(p), p) if isinstance(p, _C.Tensor) else p: v for p, v in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Takes over what ``state_dict`` gave: the tensors are copied, in the dtype of their parameter."""
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(old["params"]) != len(new["params"]) for old, new in zip(saved, self.param_groups)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        numbers = chain.from_iterable(group["params"] for group in saved)
        params = chain.from_iterable(group["params"] for group in self.param_groups)
        by_number = dict(zip(numbers, params))
        state = defaultdict(dict)
        for number, entries in state_dict["state"].items():
            if number in by_number:
                param = by_number[number]
                state[param] = {name: _copied(name, value, param) for name, value in entries.items()}
            else:
                state[number] = entries
        groups = [{**old, "params": new["params"]} for old, new in zip(saved, self.param_groups)]
        for group in groups:
            self._check_group(group)
        self.state, self.param_groups = state, groups

    def __getstate__(self):
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __repr__(self):
        lines = [type(self).__name__ + " ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def _copied(name, value, param):
    if not isinstance(value, _C.Tensor):
        return value
    value = value.detach()
    # A count of steps is no quantity of the parameter: its dtype is its own.
    return value.clone() if name == "step" else value.to(param.dtype).clone()


def check_range(name, value, low=0.0, high=float("inf"), *, below_high=False):
    """Raises ValueError for a setting outside [low, high], or outside [low, high) with ``below_high``."""
    if not (low <= value < high if below_high else low <= value <= high):
        raise ValueError(f"Invalid {name}: {value}")
