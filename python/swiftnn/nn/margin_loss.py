"""Losses that want a margin between what is right and what is not."""

from . import functional as F
from .loss import _Loss, _WeightedLoss

__all__ = [
    "HingeEmbeddingLoss", "MarginRankingLoss", "CosineEmbeddingLoss", "MultiMarginLoss", "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss",
]


class HingeEmbeddingLoss(_Loss):
    """The input where the target is 1, ``max(0, margin - input)`` where it is -1.

    Args:
        margin: how large an input should be where the target is -1.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.HingeEmbeddingLoss(reduction='none')(swiftnn.tensor([0.25, 0.25]), swiftnn.tensor([1.0, -1.0]))
        tensor([0.2500, 0.7500])
    """

    def __init__(self, margin=1.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input, target):
        return F.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class MarginRankingLoss(_Loss):
    """``max(0, -target * (input1 - input2) + margin)``.

    Args:
        margin: by which the inputs should differ.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input1, Input2: of as many dimensions as the target
        - Target: 1 where the first input should be the larger one, else -1
        - Output: ``[]``, or that of the inputs with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MarginRankingLoss()(swiftnn.tensor([1.0]), swiftnn.tensor([3.0]), swiftnn.tensor([1.0]))
        tensor(2.)
    """

    def __init__(self, margin=0.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1, input2, target):
        return F.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(_Loss):
    """``1 - cos(input1, input2)`` where the target is 1, ``max(0, cos - margin)`` where it is -1.

    Args:
        margin: how near the inputs may be where the target is -1.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input1, Input2: ``[N, D]`` or ``[D]``
        - Target: ``[N]`` or ``[]``
        - Output: ``[]``, or that of the target with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> x = swiftnn.tensor([[1.0, 0.0]])
        >>> nn.CosineEmbeddingLoss()(x, x, swiftnn.tensor([-1.0]))
        tensor(1.)
    """

    def __init__(self, margin=0.0, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1, input2, target):
        return F.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class MultiMarginLoss(_WeightedLoss):
    """The margins by which other classes come near the target's.

    Args:
        p: 1, or 2 for their squares.
        margin: by which the target's class should be ahead.
        weight: a factor for each class.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: ``[N, C]`` or ``[C]``
        - Target: class indices ``[N]`` or ``[]``
        - Output: ``[]``, or that of the target with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MultiMarginLoss()(swiftnn.tensor([[0.1, 0.2, 0.4, 0.8]]), swiftnn.tensor([3]))
        tensor(0.3250)
    """

    def __init__(self, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError("only p == 1 and p == 2 supported")
        if weight is not None and weight.dim() != 1:
            raise ValueError(f"MultiMarginLoss: expected weight to be None or 1D tensor, got {weight.dim()}D instead")
        self.p = p
        self.margin = margin

    def forward(self, input, target):
        return F.multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(_Loss):
    """The margins by which other classes come near those of the target.

    Args:
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: ``[N, C]`` or ``[C]``
        - Target: class indices in the shape of the input; those before the first -1 of a row count
        - Output: ``[]``, or ``[N]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MultiLabelMarginLoss()(swiftnn.tensor([[0.1, 0.2, 0.4, 0.8]]), swiftnn.tensor([[3, 0, -1, 1]]))
        tensor(0.8500)
    """

    def forward(self, input, target):
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """The binary cross entropy of logits and targets, averaged over the classes.

    Args:
        weight: a factor for each class.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: ``[N, C]``
        - Target: 0 or 1, in the shape of the input
        - Output: ``[]``, or ``[N]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.MultiLabelSoftMarginLoss()(swiftnn.zeros(1, 2), swiftnn.tensor([[1.0, 0.0]]))
        tensor(0.6931)
    """

    def forward(self, input, target):
        return F.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


class TripletMarginLoss(_Loss):
    """``max(0, d(anchor, positive) - d(anchor, negative) + margin)``, of the distances of rows.

    Args:
        margin: by which the negative should be farther away.
        p: the order of the norm.
        eps: is added to each difference.
        swap: whether the distance of positive and negative counts where it is the smaller one.
        reduction: "mean", "sum" or "none".

    Shape:
        - Anchor, positive, negative: ``[N, D]`` or ``[D]``
        - Output: ``[]``, or ``[N]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> a, p, n = swiftnn.zeros(1, 2), swiftnn.zeros(1, 2), swiftnn.tensor([[0.5, 0.0]])
        >>> nn.TripletMarginLoss(eps=0)(a, p, n)
        tensor(0.5000)
    """

    def __init__(self, margin=1.0, p=2.0, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(f"TripletMarginLoss: expected margin to be greater than 0, got {margin} instead")
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor, positive, negative):
        return F.triplet_margin_loss(
            anchor, positive, negative, margin=self.margin, p=self.p, eps=self.eps, swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(_Loss):
    """``max(0, d(anchor, positive) - d(anchor, negative) + margin)``, of distances by a function.

    Args:
        distance_function: of two tensors; by default the Euclidean distance of rows.
        margin: by which the negative should be farther away.
        swap: whether the distance of positive and negative counts where it is the smaller one.
        reduction: "mean", "sum" or "none".

    Shape:
        - Anchor, positive, negative: ``[N, D]`` or ``[D]``
        - Output: ``[]``, or ``[N]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: (a - b).abs().sum(-1))
        >>> loss(swiftnn.zeros(1, 2), swiftnn.zeros(1, 2), swiftnn.tensor([[0.5, 0.0]]))
        tensor(0.5000)
    """

    def __init__(self, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
        super().__init__(None, None, reduction)
        if margin <= 0:
            raise ValueError(
                f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin} instead"
            )
        if distance_function is None:
            from . import PairwiseDistance

            distance_function = PairwiseDistance()
        self.distance_function = distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor, positive, negative):
        return F.triplet_margin_with_distance_loss(
            anchor, positive, negative, distance_function=self.distance_function, margin=self.margin, swap=self.swap,
            reduction=self.reduction,
        )
