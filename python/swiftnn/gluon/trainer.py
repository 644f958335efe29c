"""Gluon's trainer: an optimiser that divides gradients by the size of the batch."""

from .. import _C, optim
from ..autograd import no_grad
from ..nn.gluon import has_gradient
from ..nn.parameter import Parameter

__all__ = ["Trainer"]

# MXNet's names: the class, what it calls its settings, and which of its defaults differ from the class's.
_COMMON = {"learning_rate": "lr", "wd": "weight_decay"}
_BETAS = {**_COMMON, "beta1": "beta1", "beta2": "beta2", "epsilon": "eps"}
_METHODS = {
    "sgd": (optim.SGD, {**_COMMON, "momentum": "momentum"}, {"lr": 0.01}),
    "nag": (optim.SGD, {**_COMMON, "momentum": "momentum"}, {"lr": 0.1, "nesterov": True}),
    "adam": (optim.Adam, _BETAS, {"lr": 0.001}),
    "adamw": (optim.AdamW, _BETAS, {"lr": 0.001, "weight_decay": 0.0}),
    "adamax": (optim.Adamax, _BETAS, {"lr": 0.002}),
    "nadam": (optim.NAdam, {**_BETAS, "schedule_decay": "momentum_decay"}, {"lr": 0.001}),
    "rmsprop": (
        optim.RMSprop,
        {**_COMMON, "gamma1": "alpha", "gamma2": "gamma2", "epsilon": "eps", "centered": "centered"},
        {"lr": 0.001, "alpha": 0.9},
    ),
    "adagrad": (optim.Adagrad, {**_COMMON, "eps": "eps", "epsilon": "eps"}, {"lr": 0.01, "eps": 1e-7}),
    "adadelta": (optim.Adadelta, {**_COMMON, "rho": "rho", "epsilon": "eps"}, {"lr": 1.0, "eps": 1e-5}),
}


def _gradient(parameter):
    return _C.Tensor.grad.__get__(parameter)


def _mark(parameter):
    gradient = _gradient(parameter)
    return gradient, None if gradient is None else gradient._version


def _settings(name, given):
    """The class of that name, and MXNet's settings as arguments of it."""
    if name.lower() not in _METHODS:
        raise ValueError(f"Cannot find optimizer {name}; there are {', '.join(sorted(_METHODS))}")
    method, names, defaults = _METHODS[name.lower()]
    arguments = dict(defaults)
    for key, value in given.items():
        if key not in names:
            raise TypeError(f"Trainer: {name} has no setting {key!r}; it has {', '.join(sorted(names))}")
        arguments[names[key]] = value
    betas = arguments.pop("beta1", 0.9), arguments.pop("beta2", 0.999)
    if "beta1" in names:
        arguments["betas"] = betas
    gamma2 = arguments.pop("gamma2", 0.9)
    if arguments.get("centered"):
        arguments["momentum"] = gamma2  # MXNet has momentum only in this form
    if arguments.get("nesterov") and not arguments.get("momentum"):
        arguments["nesterov"] = False
    return method, arguments


class Trainer:
    """Trains parameters by an optimiser of MXNet's name; ``step(batch_size)`` divides the gradients by the size of the batch.

    The update rules are those of :mod:`swiftnn.optim`. As in MXNet a backward pass writes gradients rather than adding to
    them, so that no ``zero_grad`` is needed: ``step`` sets those that it has used to zero, but for parameters whose
    ``grad_req`` is "add".

    Args:
        params: what ``net.collect_params()`` gives, a dict of parameters, or a list.
        optimizer: "sgd", "nag", "adam", "adamw", "adamax", "nadam", "rmsprop", "adagrad" or "adadelta"; or an optimiser of
            :mod:`swiftnn.optim`.
        optimizer_params: its settings by MXNet's names: "learning_rate", "wd", "momentum", "beta1" …; "lr_scheduler", a
            function of the number of updates; "rescale_grad", a factor of the gradients.
        kvstore, compression_params, update_on_kvstore: accepted; there is one process.

    A parameter's attributes ``lr_mult`` and ``wd_mult`` multiply its learning rate and decay.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import autograd, gluon, nn
        >>> net = nn.Dense(1, in_units=2)
        >>> net.initialize(swiftnn.init.Constant(1))
        >>> trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
        >>> with autograd.record():
        ...     loss = net(swiftnn.ones(4, 2)).sum()
        >>> loss.backward()
        >>> trainer.step(batch_size=4)
        >>> net.weight.tolist()
        [[0.5, 0.5]]
    """

    def __init__(
        self, params, optimizer, optimizer_params=None, kvstore="device", compression_params=None, update_on_kvstore=None
    ):
        named = params.items() if isinstance(params, dict) else enumerate(params) if isinstance(params, (list, tuple)) else None
        if named is None:
            raise ValueError(f"First argument must be a list or dict of Parameters, got {type(params)}.")
        self._names, self._params = {}, []
        for name, parameter in named:
            if not isinstance(parameter, Parameter):
                raise ValueError(
                    f"First argument must be a list or dict of Parameters, got list of {type(parameter)}."
                )
            if id(parameter) not in self._names:
                self._names[id(parameter)] = name
                self._params.append(parameter)
        self._updates = 0
        # For each parameter the gradient that is used up, and its version.
        self._used = {id(parameter): _mark(parameter) for parameter in self._params}
        self._scheduler = None
        self._scale = 1.0
        if isinstance(optimizer, optim.Optimizer):
            if optimizer_params:
                raise ValueError("optimizer_params must be None if optimizer is an instance of Optimizer instead of str")
            self._optimizer = optimizer
            return
        given = dict(optimizer_params or {})
        self._scale = float(given.pop("rescale_grad", 1.0))
        self._scheduler = given.pop("lr_scheduler", None)
        if self._scheduler is not None and not callable(self._scheduler):
            raise TypeError(f"Trainer: lr_scheduler must be a function of the number of updates, not {type(self._scheduler)}")
        if given.pop("clip_gradient", None) is not None:
            raise NotImplementedError("Trainer: clip_gradient is not offered; use nn.utils.clip_grad_value_ before step")
        given.pop("multi_precision", None)
        method, arguments = _settings(optimizer, given)
        if self._scheduler is not None and "learning_rate" in given and hasattr(self._scheduler, "base_lr"):
            self._scheduler.base_lr = given["learning_rate"]
        groups = {}
        for parameter in self._params:
            factors = float(getattr(parameter, "lr_mult", 1.0)), float(getattr(parameter, "wd_mult", 1.0))
            groups.setdefault(factors, []).append(parameter)
        self._rate = arguments["lr"]
        decay = arguments.get("weight_decay", 0.0)
        self._optimizer = method(
            [
                {"params": members, "lr": self._rate * lr_mult, "weight_decay": decay * wd_mult, "lr_mult": lr_mult}
                for (lr_mult, wd_mult), members in groups.items()
            ],
            **arguments,
        )

    @property
    def optimizer(self):
        """The optimiser that makes the steps."""
        return self._optimizer

    @property
    def learning_rate(self):
        """The learning rate; with a scheduler, that of the next update."""
        if self._scheduler is not None:
            return self._scheduler(self._updates)
        group = self._optimizer.param_groups[0]
        return group["lr"] / group["lr_mult"] if group.get("lr_mult") else group["lr"]

    def set_learning_rate(self, lr):
        """Sets the learning rate of all parameters.

        Raises:
            UserWarning: where a scheduler sets it.
        """
        if self._scheduler is not None:
            raise UserWarning(
                "LRScheduler of the optimizer has already been defined. Note that set_learning_rate can mutate the value "
                "of the learning rate of the optimizer only when the LRScheduler of the optimizer is undefined."
            )
        self._set(lr)

    def _set(self, lr):
        self._rate = lr
        for group in self._optimizer.param_groups:
            group["lr"] = lr * group.get("lr_mult", 1.0)

    def step(self, batch_size, ignore_stale_grad=False):
        """Moves the parameters by their gradients divided by ``batch_size``; call it after ``backward``.

        Args:
            batch_size: of the loss that was summed up.
            ignore_stale_grad: whether a parameter without a new gradient is left alone rather than an error.
        """
        self.allreduce_grads()
        self.update(batch_size, ignore_stale_grad)

    def allreduce_grads(self):
        """Does nothing: there is one process, whose gradients are complete."""

    def update(self, batch_size, ignore_stale_grad=False):
        """As ``step``, where ``allreduce_grads`` was called before."""
        if not batch_size > 0:
            raise ValueError(f"Trainer: expected a positive batch_size, got {batch_size}")
        for parameter in self._params:
            if parameter.requires_grad and self._is_stale(parameter) and not ignore_stale_grad:
                raise UserWarning(
                    f"Gradient of Parameter `{self._names[id(parameter)]}` has not been updated by backward since last "
                    "`step`. This could mean a bug in your model that made it only use a subset of the Parameters (Blocks) "
                    "for this iteration. If you are intentionally only using a subset, call step with "
                    "ignore_stale_grad=True to suppress this warning and skip updating of Parameters with stale gradient"
                )
        stale = [parameter for parameter in self._params if self._is_stale(parameter)]
        kept = [(parameter, _gradient(parameter)) for parameter in stale]
        for parameter in stale:
            parameter.grad = None  # the optimiser leaves it alone
        self._updates += 1
        if self._scheduler is not None:
            self._set(self._scheduler(self._updates))
        scale = self._scale / batch_size
        if type(self._optimizer).step is not optim.Optimizer.step:
            # One of the user's own sees the gradients themselves.
            with no_grad():
                for parameter in self._params:
                    if parameter.grad is not None:
                        parameter.grad.mul_(scale)
            scale = 1.0
        self._optimizer._gradient_scale = scale
        try:
            self._optimizer.step()
        finally:
            del self._optimizer._gradient_scale
            for parameter, gradient in kept:
                parameter.grad = gradient
        for parameter in self._params:
            gradient = _gradient(parameter)
            if gradient is not None and getattr(parameter, "grad_req", "write") != "add":
                with no_grad():
                    gradient.zero_()
            self._used[id(parameter)] = _mark(parameter)

    def _is_stale(self, parameter):
        """Whether no backward pass has reached the parameter since the last step."""
        gradient = _gradient(parameter)
        if gradient is None or not has_gradient(parameter):
            return True
        used, version = self._used[id(parameter)]
        return gradient is used and gradient._version == version

    def save_states(self, fname):
        """Writes the state of the optimiser to a file, by pickle."""
        import pickle

        with open(fname, "wb") as file:
            pickle.dump({"optimizer": self._optimizer.state_dict(), "updates": self._updates}, file)

    def load_states(self, fname):
        """Reads a state that ``save_states`` wrote. A file of unknown origin can run any code."""
        import pickle

        with open(fname, "rb") as file:
            state = pickle.load(file)
        self._optimizer.load_state_dict(state["optimizer"])
        self._updates = state["updates"]
