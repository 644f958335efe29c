"""The base class of the optimisers, and hooks on the steps of all of them."""

import warnings
from collections import OrderedDict, defaultdict
from copy import deepcopy
from itertools import chain

from .. import _C
from ..autograd import enable_grad, no_grad
from ..nn.hooks import RemovableHandle

__all__ = ["Optimizer", "register_optimizer_step_post_hook", "register_optimizer_step_pre_hook"]

_global_pre_hooks = OrderedDict()
_global_post_hooks = OrderedDict()
# Of an optimiser: the attributes that hold its hooks.
_HOOKS = tuple(
    f"_optimizer_{what}_{when}_hooks" for what in ("step", "state_dict", "load_state_dict") for when in ("pre", "post")
)
# Of a parameter's state: what is one number for the whole parameter.
_NUMBERS = ("step", "eta", "mu", "mu_product")


class _Required:
    def __repr__(self):
        return "<required parameter>"


required = _Required()


def register_optimizer_step_pre_hook(hook):
    """Calls ``hook(optimizer, args, kwargs)`` before every step of every optimiser; it may return new ``(args, kwargs)``.

    Examples::

        >>> from swiftnn import nn, optim
        >>> handle = optim.optimizer.register_optimizer_step_pre_hook(lambda optimizer, args, kwargs: print("step"))
        >>> optim.SGD(nn.Linear(1, 1).parameters()).step()
        step
        >>> handle.remove()
    """
    return RemovableHandle.register(_global_pre_hooks, hook, False)


def register_optimizer_step_post_hook(hook):
    """Calls ``hook(optimizer, args, kwargs)`` after every step of every optimiser."""
    return RemovableHandle.register(_global_post_hooks, hook, False)


def _hooked(step):
    """``step`` with the hooks before and after it."""
    from functools import wraps

    @wraps(step)
    def wrapper(*args, **kwargs):
        self = args[0]
        before, after = self._optimizer_step_pre_hooks, self._optimizer_step_post_hooks
        if not (before or after or _global_pre_hooks or _global_post_hooks):
            return step(*args, **kwargs)
        for hook in chain(tuple(_global_pre_hooks.values()), tuple(before.values())):
            result = hook(self, args, kwargs)
            if result is None:
                continue
            if not isinstance(result, tuple) or len(result) != 2:
                raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {result}.")
            args, kwargs = result
        outcome = step(*args, **kwargs)
        for hook in chain(tuple(after.values()), tuple(_global_post_hooks.values())):
            hook(self, args, kwargs)
        return outcome

    wrapper.hooked = True
    return wrapper


class Optimizer:
    """The base class: groups of parameters with their settings, and what is remembered for each parameter.

    A class of one's own calls ``super().__init__(params, defaults)`` and defines ``step``.

    Args:
        params: an iterable of tensors, of pairs of a name and a tensor, or of dicts with the tensors under "params" and
            settings of their own.
        defaults: the settings of groups that do not say otherwise.

    Attributes:
        param_groups: a list of dicts: "params" and the settings, which may be changed between steps.
        state: for each parameter, a dict of what the method remembers.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> class SignSGD(optim.Optimizer):
        ...     def __init__(self, params, lr):
        ...         super().__init__(params, {"lr": lr})
        ...     def step(self, closure=None):
        ...         with swiftnn.no_grad():
        ...             for group in self.param_groups:
        ...                 for p in group["params"]:
        ...                     p.sub_(group["lr"] * p.grad.sign())
        >>> weight = nn.Parameter(swiftnn.ones(2))
        >>> optimizer = SignSGD([weight], lr=0.5)
        >>> (weight * 7).sum().backward()
        >>> optimizer.step()
        >>> weight.tolist()
        [0.5, 0.5]
    """

    # Of an optimiser of this library: the method's name in the core, where it is not the class's.
    _method = None
    # Multiplies the gradients; Gluon's trainer divides by the size of a batch.
    _gradient_scale = 1.0

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__ and not getattr(cls.step, "hooked", False):
            cls.step = _hooked(cls.step)

    def __init__(self, params, defaults):
        self.defaults = defaults
        for name in _HOOKS:
            setattr(self, name, OrderedDict())
        if isinstance(params, _C.Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + type(params).__name__
            )
        if defaults.get("differentiable"):
            raise _not_differentiable(self)
        if defaults.get("fused") and defaults.get("foreach"):
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
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
            raise KeyError("params")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
                "will change between runs. Please use a list instead."
            )
        params = [params] if isinstance(params, _C.Tensor) else list(params)
        names = [param[0] for param in params if isinstance(param, tuple)]
        params = param_group["params"] = [param[1] if isinstance(param, tuple) else param for param in params]
        if names:
            if len(names) != len(params):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = names
        for param in params:
            if not isinstance(param, _C.Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(param).__name__}")
            if not (param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        if len({id(param) for param in params}) != len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; they are stepped once for each time "
                "they are listed",
                stacklevel=3,
            )
        known = set()
        for group in self.param_groups:
            known.update(id(param) for param in group["params"])
            if ("param_names" in param_group) != ("param_names" in group):
                given = "with names" if "param_names" in param_group else "without names"
                raise ValueError(
                    "all optimizer param groups should be with/without names. "
                    f"cannot add param group {given} to the optimizer"
                )
        if any(id(param) in known for param in params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients of all parameters, or sets them to zero."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param.grad = None
                elif param.grad is not None:
                    if param.grad.grad_fn is not None:
                        param.grad.detach_()
                    else:
                        param.grad.requires_grad_(False)
                    param.grad.zero_()

    @_hooked
    def step(self, closure=None):
        """Makes one step. ``closure`` computes the loss anew, and the gradients with it, and returns the loss."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._step_group(group)
        return loss

    # ------------------------------------------------------------------------------------------ the core's methods

    def _step_group(self, group):
        """Moves the parameters of a group in one call."""
        self._check_modes(group)
        scale = -self._gradient_scale if group.get("maximize") else self._gradient_scale
        settings = [float(value) for value in (scale, *self._settings(group))]
        params, state = self._collect(group)
        if params:
            _C._optimizer_step(self._method or type(self).__name__, params, state, settings)

    def _collect(self, group):
        """The parameters that have or now get a state, and all their state, as the core takes them."""
        names = self._state_names(group)
        params, tensors, states = [], [], self.state
        for param in group["params"]:
            state = states.get(param)
            if not state:
                if param.grad is None:
                    continue
                state = states[param]
                self._begin(group, param, state)
            params.append(param)
            for name in self._own_names(param) if names is None else names:
                tensors.append(state[name])
        return params, tensors

    def _settings(self, group):
        """The numbers that the core's method takes, without the first."""
        raise NotImplementedError(f"{type(self).__name__} does not define step")

    def _state_names(self, group):
        """The keys of a parameter's state, in the order of the core; None if ``_own_names(param)`` says them."""
        raise NotImplementedError(f"{type(self).__name__} does not define step")

    def _begin(self, group, param, state):
        """Fills in the state of a parameter before its first step."""
        state["step"] = _C.functions["zeros"]((), dtype=count_dtype(group.get("fused")))
        for name in self._state_names(group)[1:]:
            state[name] = _C.functions["zeros_like"](param)

    def _check_modes(self, group):
        if group.get("differentiable"):
            raise _not_differentiable(self)
        if group.get("capturable") and not group.get("fused"):
            raise AssertionError(
                "If capturable=True, params and state_steps must be on supported devices: ['cuda', 'xpu', 'hpu', "
                "'privateuseone', 'xla']."
            )
        if group.get("fused"):
            for param in group["params"]:
                if not param.is_floating_point():
                    raise RuntimeError(
                        "`fused=True` requires all the params to be floating point Tensors of supported devices, "
                        f"but {param.dtype} and {param.device.type}"
                    )

    # ------------------------------------------------------------------------------------------ hooks

    def register_step_pre_hook(self, hook):
        """Calls ``hook(optimizer, args, kwargs)`` before each step; it may return new ``(args, kwargs)``."""
        return RemovableHandle.register(self._optimizer_step_pre_hooks, hook, False)

    def register_step_post_hook(self, hook):
        """Calls ``hook(optimizer, args, kwargs)`` after each step."""
        return RemovableHandle.register(self._optimizer_step_post_hooks, hook, False)

    def register_state_dict_pre_hook(self, hook, prepend=False):
        """Calls ``hook(optimizer)`` before the state is put together."""
        return RemovableHandle.register(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook, prepend=False):
        """Calls ``hook(optimizer, state_dict)`` with what ``state_dict`` gives; it may return another."""
        return RemovableHandle.register(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook, prepend=False):
        """Calls ``hook(optimizer, state_dict)`` with what is to be loaded; it may return another."""
        return RemovableHandle.register(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook, prepend=False):
        """Calls ``hook(optimizer)`` when a state has been loaded."""
        return RemovableHandle.register(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    # ------------------------------------------------------------------------------------------ state

    def state_dict(self):
        """The state by number of the parameter, and the groups with numbers in place of the parameters."""
        for hook in tuple(self._optimizer_state_dict_pre_hooks.values()):
            hook(self)
        numbers, groups, start = {}, [], 0
        for group in self.param_groups:
            for number, param in enumerate(group["params"], start):
                numbers.setdefault(id(param), number)
            settings = {name: value for name, value in group.items() if name != "params"}
            settings["params"] = [numbers[id(param)] for param in group["params"]]
            start += len(settings["params"])
            groups.append(settings)
        state = {numbers.get(id(p), p) if isinstance(p, _C.Tensor) else p: v for p, v in self.state.items()}
        result = {"state": state, "param_groups": groups}
        for hook in tuple(self._optimizer_state_dict_post_hooks.values()):
            changed = hook(self, result)
            if changed is not None:
                result = changed
        return result

    def load_state_dict(self, state_dict):
        """Takes over what ``state_dict`` gave: the tensors are copied, in the dtype of their parameter."""
        state_dict = state_dict.copy()
        for hook in tuple(self._optimizer_load_state_dict_pre_hooks.values()):
            changed = hook(self, state_dict)
            if changed is not None:
                state_dict = changed
        saved = deepcopy(state_dict["param_groups"])
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(old["params"]) != len(new["params"]) for old, new in zip(saved, self.param_groups)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        owners = {}
        for old, new in zip(saved, self.param_groups):
            single = bool(old.get("fused") or old.get("capturable"))
            for number, param in zip(old["params"], new["params"]):
                owners[number] = (param, single)
        state = defaultdict(dict)
        for number, entries in state_dict["state"].items():
            if number in owners:
                param, single = owners[number]
                state[param] = _copied(None, entries, param, single)
            else:
                state[number] = entries
        for old, new in zip(saved, self.param_groups):
            old["params"] = new["params"]
            if "param_names" in new:
                old.setdefault("param_names", new["param_names"])
        self.__setstate__({"state": state, "param_groups": saved})
        for hook in tuple(self._optimizer_load_state_dict_post_hooks.values()):
            hook(self)

    def __getstate__(self):
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state):
        self.__dict__.update(state)
        for name in _HOOKS:
            if name not in self.__dict__:
                setattr(self, name, OrderedDict())
        self.defaults.setdefault("differentiable", False)
        self._complete()

    def _complete(self):
        """Adds what states saved by older programs lack."""
        for group in self.param_groups:
            for name, default in self.defaults.items():
                if default is not required:
                    group.setdefault(name, default)
            for param in group["params"]:
                state = self.state.get(param)
                for name in _NUMBERS:
                    if state and name in state and not _is_float(state[name]):
                        dtype = count_dtype(group.get("fused"))
                        state[name] = _C.functions["tensor"](float(state[name]), dtype=dtype)

    def __repr__(self):
        lines = [type(self).__name__ + " ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def _not_differentiable(optimizer):
    return NotImplementedError(
        f"{type(optimizer).__name__}: differentiable=True is not offered; steps leave no history to differentiate"
    )


def _is_float(value):
    return isinstance(value, _C.Tensor) and value.is_floating_point()


def _copied(name, value, param, single):
    """A state for ``param``, its tensors copied and in the dtype of the parameter."""
    if isinstance(value, _C.Tensor):
        value = value.detach()
        if name in _NUMBERS:
            # A count of steps is no quantity of the parameter: its dtype is its own.
            return value.to(_C.dtypes["float32"]).clone() if single and name == "step" else value.clone()
        return (value.to(param.dtype) if param.is_floating_point() else value).clone()
    if isinstance(value, dict):
        return {key: _copied(key, entry, param, single) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_copied(None, entry, param, single) for entry in value)
    return value


def count_dtype(fused=False):
    """Of a count of steps: one that counts far enough."""
    default, double = _C.functions["get_default_dtype"](), _C.dtypes["float64"]
    return double if default is double and not fused else _C.dtypes["float32"]


def check_rate(lr, name="Invalid learning rate"):
    """Raises for a learning rate that is negative, NaN, or a tensor of several elements."""
    if isinstance(lr, _C.Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    if not 0.0 <= lr:
        raise ValueError(f"{name}: {lr}")


def check_range(name, value, low=0.0, high=float("inf"), *, below_high=False):
    """Raises ValueError for a setting outside [low, high], or outside [low, high) with ``below_high``."""
    if not (low <= value < high if below_high else low <= value <= high):
        raise ValueError(f"Invalid {name}: {value}")


def check_betas(betas):
    for index in (0, 1):
        check_range(f"beta parameter at index {index}", betas[index], high=1.0, below_high=True)
