"""Gluon's losses: one for each sample of a batch, the mean over all dimensions but the first.

The names are MXNet's; some of them are also in :mod:`swiftnn.nn`, where they mean what they do in PyTorch.
"""

from ..nn import Module
from ..nn import functional as F

__all__ = [
    "HingeLoss", "HuberLoss", "L1Loss", "L2Loss", "Loss", "SigmoidBCELoss", "SigmoidBinaryCrossEntropyLoss", "SoftmaxCELoss",
    "SoftmaxCrossEntropyLoss",
]


class Loss(Module):
    """The base of losses: what a subclass computes for each element is weighted and averaged.

    Args:
        weight: a factor for all losses, or None.
        batch_axis: the dimension of the samples.
    """

    def __init__(self, weight=None, batch_axis=0):
        super().__init__()
        self.weight = weight
        self.batch_axis = batch_axis

    def extra_repr(self):
        return f"batch_axis={self.batch_axis}, w={self.weight}"

    def _averaged(self, losses, sample_weight, factor=1.0):
        if sample_weight is not None:
            losses = losses * sample_weight
        if self.weight is not None:
            factor = factor * self.weight
        if factor != 1.0:
            losses = losses * factor
        axis = self.batch_axis % losses.dim()
        others = [i for i in range(losses.dim()) if i != axis]
        return losses.mean(others) if others else losses


class L2Loss(Loss):
    """Half the squared difference, times ``weight``.

    Args:
        weight: a factor for all losses.
        batch_axis: the dimension of the samples.

    Shape:
        - pred: ``[N, ...]``
        - label: as many elements
        - sample_weight: broadcasts to pred
        - Output: ``[N]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import gluon
        >>> gluon.loss.L2Loss()(swiftnn.tensor([[1.0], [3.0]]), swiftnn.tensor([0.0, 1.0]))
        tensor([0.5000, 2.0000])
    """

    def __init__(self, weight=1.0, batch_axis=0):
        super().__init__(weight, batch_axis)

    def forward(self, pred, label, sample_weight=None):
        return self._averaged((pred - label.reshape(pred.shape)).square(), sample_weight, 0.5)


class L1Loss(Loss):
    """The absolute difference. Arguments and shapes are those of :class:`L2Loss`.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import gluon
        >>> gluon.loss.L1Loss()(swiftnn.tensor([[1.0, 3.0]]), swiftnn.tensor([[0.0, 1.0]]))
        tensor([1.5000])
    """

    def forward(self, pred, label, sample_weight=None):
        return self._averaged((pred - label.reshape(pred.shape)).abs(), sample_weight)


class HuberLoss(Loss):
    """``(pred - label)² / 2 rho`` where the difference is at most ``rho``, else the difference less ``rho / 2``. The other
    arguments and the shapes are those of :class:`L2Loss`.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import gluon
        >>> gluon.loss.HuberLoss()(swiftnn.tensor([[0.5], [3.0]]), swiftnn.tensor([[0.0], [0.0]]))
        tensor([0.1250, 2.5000])
    """

    def __init__(self, rho=1, weight=None, batch_axis=0):
        super().__init__(weight, batch_axis)
        self.rho = rho

    def forward(self, pred, label, sample_weight=None):
        losses = F.smooth_l1_loss(pred, label.reshape(pred.shape), reduction="none", beta=float(self.rho))
        return self._averaged(losses, sample_weight)


class HingeLoss(Loss):
    """``max(0, margin - pred * label)``, for labels -1 and 1. The other arguments and the shapes are those of
    :class:`L2Loss`.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import gluon
        >>> gluon.loss.HingeLoss()(swiftnn.tensor([[0.5], [3.0]]), swiftnn.tensor([[1.0], [-1.0]]))
        tensor([0.5000, 4.0000])
    """

    def __init__(self, margin=1, weight=None, batch_axis=0):
        super().__init__(weight, batch_axis)
        self.margin = margin

    def forward(self, pred, label, sample_weight=None):
        return self._averaged((self.margin - pred * label.reshape(pred.shape)).relu(), sample_weight)


class SigmoidBinaryCrossEntropyLoss(Loss):
    """The cross entropy of the logistic function of ``pred``, or of ``pred`` itself with ``from_sigmoid``, and labels 0
    and 1. The other arguments and the shapes are those of :class:`L2Loss`.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import gluon
        >>> gluon.loss.SigmoidBCELoss()(swiftnn.zeros(2, 1), swiftnn.tensor([[1.0], [0.0]]))
        tensor([0.6931, 0.6931])
    """

    def __init__(self, from_sigmoid=False, weight=None, batch_axis=0):
        super().__init__(weight, batch_axis)
        self._from_sigmoid = from_sigmoid

    def forward(self, pred, label, sample_weight=None, pos_weight=None):
        label = label.reshape(pred.shape).to(pred.dtype)
        if not self._from_sigmoid:
            losses = F.binary_cross_entropy_with_logits(pred, label, reduction="none", pos_weight=pos_weight)
        else:
            positive = (pred + 1e-12).log() * label
            positive = positive if pos_weight is None else positive * pos_weight
            losses = -(positive + (1.0 - pred + 1e-12).log() * (1.0 - label))
        return self._averaged(losses, sample_weight)


class SoftmaxCrossEntropyLoss(Loss):
    """The cross entropy of ``softmax(pred)`` along ``axis`` and labels.

    Args:
        axis: the dimension of the classes.
        sparse_label: whether labels are class indices; else they are probabilities in the shape of ``pred``.
        from_logits: whether ``pred`` is log probabilities already.
        weight: a factor for all losses.
        batch_axis: the dimension of the samples.

    Shape:
        - pred: ``[N, C]``, or with further dimensions
        - label: without the dimension of the classes, or that of pred
        - Output: ``[N]``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import gluon
        >>> gluon.loss.SoftmaxCrossEntropyLoss()(swiftnn.zeros(2, 4), swiftnn.tensor([1, 3]))
        tensor([1.3863, 1.3863])
    """

    def __init__(self, axis=-1, sparse_label=True, from_logits=False, weight=None, batch_axis=0):
        super().__init__(weight, batch_axis)
        self._axis = axis
        self._sparse_label = sparse_label
        self._from_logits = from_logits

    def forward(self, pred, label, sample_weight=None):
        # The losses keep a dimension of size 1 for the classes, to which sample weights broadcast.
        if not self._sparse_label:
            logs = pred if self._from_logits else F.log_softmax(pred, self._axis)
            losses = -(logs * label.reshape(pred.shape)).sum(self._axis, keepdim=True)
        else:
            index = label.long()
            if index.dim() == pred.dim():
                index = index.squeeze(self._axis)
            classes_last = pred.movedim(self._axis, -1)
            rows, wanted = classes_last.reshape(-1, pred.shape[self._axis]), index.reshape(-1)
            losses = (F.nll_loss if self._from_logits else F.cross_entropy)(rows, wanted, reduction="none")
            losses = losses.reshape(classes_last.shape[:-1]).unsqueeze(self._axis)
        return self._averaged(losses, sample_weight)


SigmoidBCELoss = SigmoidBinaryCrossEntropyLoss
SoftmaxCELoss = SoftmaxCrossEntropyLoss
