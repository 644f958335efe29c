"""Losses as blocks: thin modules over ``nn.functional``."""

import math
import warnings

from . import functional as F
from .linear import Linear
from .module import Module

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CrossEntropyLoss", "GaussianNLLLoss", "HuberLoss", "KLDivLoss",
    "L1Loss", "LinearCrossEntropyLoss", "MSELoss", "NLLLoss", "NLLLoss2d", "PoissonNLLLoss", "SmoothL1Loss",
    "SoftMarginLoss",
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
