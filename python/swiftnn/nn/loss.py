"""Losses as blocks."""

from . import functional as F
from .module import Module

__all__ = ["CrossEntropyLoss", "MSELoss"]


class _Loss(Module):
    def __init__(self, reduction):
        super().__init__()
        if reduction not in ("none", "mean", "sum"):
            raise ValueError(f"{reduction} is not a valid value for reduction")
        self.reduction = reduction


class CrossEntropyLoss(_Loss):
    """The cross entropy between logits and classes.

    Args:
        weight: a factor for each class.
        ignore_index: the class that counts for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: how much of each target is spread over all classes.

    Shape:
        - Input: ``[N, C, ...]`` or ``[C]``
        - Target: class indices ``[N, ...]`` or ``[]``, or class probabilities in the shape of the input
        - Output: ``[]``, or ``[N, ...]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> loss = nn.CrossEntropyLoss()
        >>> logits = swiftnn.zeros(3, 4, requires_grad=True)
        >>> loss(logits, swiftnn.tensor([0, 1, 2])).item() == swiftnn.tensor(4.0).log().item()
        True
    """

    def __init__(self, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input, target):
        return F.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class MSELoss(_Loss):
    """The squared difference between input and target.

    Args:
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MSELoss()(swiftnn.tensor([1.0, 2.0]), swiftnn.tensor([1.0, 4.0]))
        tensor(2.)
    """

    def __init__(self, reduction="mean"):
        super().__init__(reduction)

    def forward(self, input, target):
        return F.mse_loss(input, target, reduction=self.reduction)
