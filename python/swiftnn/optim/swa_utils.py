"""Averages of a model's weights over its training, as ``torch.optim.swa_utils``."""

import math
from copy import deepcopy
from itertools import zip_longest

from .. import _C
from ..autograd import no_grad
from ..nn.module import Module
from .lr_scheduler import LRScheduler, _format_param

__all__ = [
    "AveragedModel",
    "SWALR",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]


def _check_decay(decay):
    if not 0.0 <= decay <= 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def get_ema_multi_avg_fn(decay=0.999):
    """A function that moves lists of averages to an exponential moving average: ``decay * average + (1 - decay) * value``."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param_list, current_param_list, _):
        for average, value in zip(ema_param_list, current_param_list, strict=True):
            if average.is_floating_point():
                average.lerp_(value, 1 - decay)
            else:
                average.copy_(average * decay + value * (1 - decay))

    return ema_update


def get_swa_multi_avg_fn():
    """A function that moves lists of averages to the mean of all values so far."""

    @no_grad()
    def swa_update(averaged_param_list, current_param_list, num_averaged):
        for average, value in zip(averaged_param_list, current_param_list, strict=True):
            if average.is_floating_point():
                average.lerp_(value, 1 / (float(num_averaged) + 1))
            else:
                average.copy_(average + (value - average) / (num_averaged + 1))

    return swa_update


def get_ema_avg_fn(decay=0.999):
    """A function of an average, a value and their number that gives an exponential moving average."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param, current_param, num_averaged):
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn():
    """A function of an average, a value and their number that gives the mean of all values so far."""

    @no_grad()
    def swa_update(averaged_param, current_param, num_averaged):
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


class AveragedModel(Module):
    """A copy of ``model`` whose parameters are averages of the model's, taken with each ``update_parameters``.

    Args:
        model: what is averaged.
        device: "cpu" or None.
        avg_fn: gives the new average of one parameter from the old one, the value and the number of values so far; the
            mean of all unless given.
        multi_avg_fn: changes lists of averages in place, by lists of values and that number.
        use_buffers: whether buffers are averaged too; otherwise they are copied.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn, optim
        >>> net = nn.Linear(1, 1, bias=False)
        >>> averaged = optim.swa_utils.AveragedModel(net)
        >>> for value in (1.0, 3.0):
        ...     with swiftnn.no_grad():
        ...         _ = net.weight.fill_(value)
        ...     averaged.update_parameters(net)
        >>> averaged.module.weight.item(), averaged.n_averaged.item()
        (2.0, 2)
    """

    def __init__(self, model, device=None, avg_fn=None, multi_avg_fn=None, use_buffers=False):
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", _C.functions["tensor"](0, dtype=_C.dtypes["int64"]))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args, **kwargs):
        """What the averaged model gives."""
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model):
        """Takes the parameters of ``model`` into the averages."""
        averages, values = list(self.module.parameters()), list(model.parameters())
        if self.use_buffers:
            averages, values = averages + list(self.module.buffers()), values + list(model.buffers())
        pairs = [(average.detach(), value.detach()) for average, value in zip(averages, values)]
        if int(self.n_averaged) == 0:
            for average, value in pairs:
                average.copy_(value)
        elif self.avg_fn is None:
            update = self.multi_avg_fn or get_swa_multi_avg_fn()
            by_dtype = {}
            for average, value in pairs:
                lists = by_dtype.setdefault(average.dtype, ([], []))
                lists[0].append(average)
                lists[1].append(value)
            for lists in by_dtype.values():
                update(*lists, self.n_averaged)
        else:
            for average, value in pairs:
                average.copy_(self.avg_fn(average, value, self.n_averaged))
        if not self.use_buffers:
            for own, value in zip_longest(self.module.buffers(), model.buffers()):
                if own is None or value is None:
                    raise ValueError("the model has other buffers than the one that the averages were made of")
                own.detach().copy_(value.detach())
        self.n_averaged += 1


@no_grad()
def update_bn(loader, model, device=None):
    """Computes the statistics of the model's batch normalisations anew, over all that ``loader`` gives.

    Args:
        loader: gives inputs, or lists and tuples with the input first.
        model: whose layers of batch normalisation are updated; averages of weights have no statistics of their own.
        device: "cpu" or None.
    """
    momenta = {}
    for module in model.modules():
        # Layers with running statistics that a whole training set can renew.
        if hasattr(module, "reset_running_stats") and hasattr(module, "running_mean") and hasattr(module, "momentum"):
            module.reset_running_stats()
            momenta[module] = module.momentum
    if not momenta:
        return
    was_training = model.training
    model.train()
    for module in momenta:
        module.momentum = None
    try:
        for batch in loader:
            if isinstance(batch, (list, tuple)):
                batch = batch[0]
            model(batch if device is None else batch.to(device))
    finally:
        for module, momentum in momenta.items():
            module.momentum = momentum
        model.train(was_training)


class SWALR(LRScheduler):
    """From the rate that there is to ``swa_lr`` in ``anneal_epochs`` epochs, and constant from then on.

    Args:
        optimizer: whose rates are set.
        swa_lr: the last rate, for all groups or a list.
        anneal_epochs: how long it takes.
        anneal_strategy: "cos" or "linear".
        last_epoch: -1 to begin.
    """

    def __init__(self, optimizer, swa_lr, anneal_epochs=10, anneal_strategy="cos", last_epoch=-1):
        for rate, group in zip(_format_param("swa_lr", optimizer, swa_lr), optimizer.param_groups):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _part(self, step):
        """How far the way to ``swa_lr`` is gone."""
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t

    def get_lr(self):
        """The rates for ``last_epoch``."""
        self._check_call()
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._part(step - 1), self._part(step)
        rates = []
        for group in self.optimizer.param_groups:
            end = group["swa_lr"]
            first = end if before == 1 else (group["lr"] - before * end) / (1 - before)
            rates.append(end * now + first * (1 - now))
        return rates
