"""Losses as blocks: thin modules over ``nn.functional``."""

import math
import warnings

from . import functional as F
from .linear import Linear
from .module import Module

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CosineEmbeddingLoss", "CrossEntropyLoss", "GaussianNLLLoss",
    "HingeEmbeddingLoss", "HuberLoss", "KLDivLoss", "L1Loss", "LinearCrossEntropyLoss", "MSELoss", "MarginRankingLoss",
    "MultiLabelMarginLoss", "MultiLabelSoftMarginLoss", "MultiMarginLoss", "NLLLoss", "NLLLoss2d", "PoissonNLLLoss", "SmoothL1Loss",
    "SoftMarginLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss",
]


class _Loss(Module):
    _reductions = ("none", "mean", "sum")

    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        if size_average is not None or reduce is not None:
            reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
            warnings.warn(
                f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
                stacklevel=3,
            )
        if reduction not in self._reductions:
            raise ValueError(f"{reduction} is not a valid value for reduction")
        self.reduction = reduction


class _WeightedLoss(_Loss):
    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class L1Loss(_Loss):
    """The absolute difference of input and target.

    Args:
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.L1Loss()(swiftnn.tensor([1.0, 2.0]), swiftnn.tensor([1.0, 4.0]))
        tensor(1.)
    """

    def forward(self, input, target):
        return F.l1_loss(input, target, reduction=self.reduction)


class MSELoss(_Loss):
    """The squared difference of input and target.

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

    def forward(self, input, target):
        return F.mse_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """Half the squared difference over ``beta`` where it is less than ``beta``, the absolute one less ``beta / 2``
    elsewhere.

    Args:
        reduction: "mean", "sum" or "none".
        beta: where the one passes into the other.

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.SmoothL1Loss(reduction='none')(swiftnn.tensor([1.0, 2.0]), swiftnn.tensor([1.5, 4.0]))
        tensor([0.1250, 1.5000])
    """

    def __init__(self, size_average=None, reduce=None, reduction="mean", beta=1.0):
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input, target):
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """Half the squared difference where it is at most ``delta``, else ``delta`` times the absolute one less
    ``delta / 2``.

    Args:
        reduction: "mean", "sum" or "none".
        delta: where the one passes into the other.

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.HuberLoss(reduction='none', delta=2.0)(swiftnn.tensor([1.0, 2.0]), swiftnn.tensor([1.5, 5.0]))
        tensor([0.1250, 4.0000])
    """

    def __init__(self, reduction="mean", delta=1.0):
        if not isinstance(delta, (float, int)):
            raise TypeError(f"delta must be a float or int, got: {type(delta)}")
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input, target):
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class CrossEntropyLoss(_WeightedLoss):
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

    def __init__(
        self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input, target):
        return F.cross_entropy(
            input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_WeightedLoss):
    """The negative log likelihood of classes.

    Args:
        weight: a factor for each class.
        ignore_index: the class that counts for nothing.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: ``[N, C, ...]`` or ``[C]``, log probabilities
        - Target: class indices ``[N, ...]`` or ``[]``
        - Output: ``[]``, or ``[N, ...]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.NLLLoss()(swiftnn.tensor([[-1.0, -2.0], [-3.0, -4.0]]), swiftnn.tensor([1, 0]))
        tensor(2.5000)
    """

    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input, target):
        return F.nll_loss(input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class NLLLoss2d(NLLLoss):
    """Another name of :class:`NLLLoss`.

    Shape:
        - that of :class:`NLLLoss`

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.NLLLoss2d()(swiftnn.zeros(1, 2, 3, 3), swiftnn.zeros(1, 3, 3, dtype=swiftnn.int64)).shape
        swiftnn.Size([])
    """


class BCELoss(_WeightedLoss):
    """The cross entropy of probabilities and target probabilities.

    Args:
        weight: a factor for each element; it broadcasts.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.BCELoss()(swiftnn.tensor([0.5, 0.5]), swiftnn.tensor([1.0, 0.0]))
        tensor(0.6931)
    """

    def forward(self, input, target):
        return F.binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
    """The binary cross entropy of the logistic function of the input, without the overflow.

    Args:
        weight: a factor for each element; it broadcasts.
        reduction: "mean", "sum" or "none".
        pos_weight: a factor for the positive part; it broadcasts.

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.BCEWithLogitsLoss()(swiftnn.zeros(2), swiftnn.tensor([1.0, 0.0]))
        tensor(0.6931)
    """

    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input, target):
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class SoftMarginLoss(_Loss):
    """``log(1 + exp(-target * input))``, for targets -1 and 1.

    Args:
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.SoftMarginLoss()(swiftnn.zeros(2), swiftnn.tensor([1.0, -1.0]))
        tensor(0.6931)
    """

    def forward(self, input, target):
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class KLDivLoss(_Loss):
    """The Kullback-Leibler divergence of targets from log probabilities.

    Args:
        reduction: "batchmean", "sum", "none", or "mean" over all elements.
        log_target: whether the targets are logarithms too.

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> loss = nn.KLDivLoss(reduction='batchmean')
        >>> loss(swiftnn.tensor([[0.5, 0.5]]).log(), swiftnn.tensor([[1.0, 0.0]]))
        tensor(0.6931)
    """

    _reductions = (*_Loss._reductions, "batchmean")

    def __init__(self, size_average=None, reduce=None, reduction="mean", log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input, target):
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(_Loss):
    """The negative log likelihood of counts under Poisson distributions.

    Args:
        log_input: whether the input is the logarithms of the rates.
        full: adds Stirling's approximation of the targets' factorials.
        eps: is added to rates of which the logarithm is taken.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: any
        - Target: that of the input
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.PoissonNLLLoss()(swiftnn.zeros(2), swiftnn.tensor([3.0, 5.0]))
        tensor(1.)
    """

    def __init__(self, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, input, target):
        return F.poisson_nll_loss(
            input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(_Loss):
    """The negative log likelihood of targets under normal distributions.

    Args:
        full: adds the constant part.
        eps: the least variance that is reckoned with.
        reduction: "mean", "sum" or "none".

    Shape:
        - Input: ``[N, ...]``, the means
        - Target: that of the input
        - var: that of the input, or with one dimension less or of size 1; or a number
        - Output: ``[]``, or that of the input with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> nn.GaussianNLLLoss()(swiftnn.zeros(2), swiftnn.ones(2), swiftnn.ones(2))
        tensor(0.5000)
    """

    def __init__(self, *, full=False, eps=1e-6, reduction="mean"):
        super().__init__(None, None, reduction)
        self.full = full
        self.eps = eps

    def forward(self, input, target, var):
        return F.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)


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


class CTCLoss(_Loss):
    """The negative log likelihood of sequences of labels, over all ways of spreading them with blanks over the input.

    Args:
        blank: the class that stands for no label.
        reduction: "mean", of the losses over their target lengths, "sum" or "none".
        zero_infinity: makes the losses of labels that do not fit into their input 0.

    Shape:
        - log_probs: ``[T, N, C]`` or ``[T, C]``
        - targets: ``[N, S]``, or the labels of all sequences one after the other
        - input_lengths, target_lengths: ``[N]`` or ``[]``, tensors or tuples
        - Output: ``[]``, or ``[N]`` with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> log_probs = swiftnn.zeros(2, 1, 2).log_softmax(2)
        >>> nn.CTCLoss()(log_probs, swiftnn.tensor([[1]]), (2,), (1,))
        tensor(0.2877)
    """

    def __init__(self, blank=0, reduction="mean", zero_infinity=False):
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(self, log_probs, targets, input_lengths, target_lengths):
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )


class LinearCrossEntropyLoss(_WeightedLoss):
    """The cross entropy between classes and a :class:`Linear` of the input.

    Args:
        in_features: size of each input.
        num_classes: how many classes there are.
        out_features: sizes of further dimensions of the logits.
        bias: whether the layer has one.
        dtype: of the parameters; the default dtype where none is given.
        reduction: "mean", "sum" or "none".
        weight: a factor for each class.
        ignore_index: the class that counts for nothing.
        label_smoothing: how much of each target is spread over all classes.
        options: not offered.

    Shape:
        - Input: ``[N, in_features]`` or ``[in_features]``
        - Target: class indices ``[N, *out_features]`` or ``[]``, or class probabilities ``[N, C, *out_features]``
        - Output: ``[]``, or that of the class indices with ``reduction="none"``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> loss = nn.LinearCrossEntropyLoss(5, 10)
        >>> loss(swiftnn.randn(2, 5), swiftnn.tensor([3, 7])).shape
        swiftnn.Size([])
    """

    def __init__(
        self,
        in_features,
        num_classes,
        *,
        out_features=(),
        bias=False,
        device=None,
        dtype=None,
        reduction="mean",
        weight=None,
        ignore_index=None,
        label_smoothing=0.0,
        options=None,
    ):
        if weight is not None and tuple(weight.shape) != (num_classes,):
            raise RuntimeError(f"expected weight shape to be {(num_classes,)}, got {tuple(weight.shape)}")
        if not 0 <= label_smoothing <= 1:
            raise RuntimeError(f"expected label_smoothing to be in range [0, 1], got {label_smoothing}")
        if options is not None:
            raise NotImplementedError("LinearCrossEntropyLoss: options= is not offered; the logits are computed as a whole")
        super().__init__(weight, None, None, reduction)
        self.num_classes = num_classes
        self.out_features = out_features
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        outputs = math.prod(out_features, start=num_classes)
        self.linear = Linear(in_features, outputs, bias=bias, device=device, dtype=dtype)
        self.options = options

    def forward(self, input, target):
        outer = (self.num_classes, *self.out_features)
        bias = self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape(*outer, self.linear.in_features),
            target,
            linear_bias=None if bias is None else bias.reshape(outer),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self):
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes}, out_features={self.out_features}, "
            f"bias={self.linear.bias is not None}, reduction={self.reduction}, ignore_index={self.ignore_index}, "
            f"label_smoothing={self.label_smoothing}, options={self.options}"
        )
