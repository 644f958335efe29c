"""A softmax over many classes, of which a few are frequent."""

from collections import namedtuple

from .. import _C
from . import functional as F
from .container import ModuleList, Sequential
from .linear import Linear
from .module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss"]

_Output = namedtuple("_ASMoutput", ["output", "loss"])
_cat, _argmax, _where = _C.functions["cat"], _C.functions["argmax"], _C.functions["where"]


class AdaptiveLogSoftmaxWithLoss(Module):
    """The negative log likelihood of a softmax over classes in clusters, the rarer the smaller (Grave et al. 2017).

    Args:
        in_features: size of each input.
        n_classes: how many classes there are, numbered by falling frequency.
        cutoffs: where each cluster but the first begins.
        div_value: by which the size of the projection of each cluster is divided.
        head_bias: whether the first cluster's layer has a bias.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - input: ``[N, in_features]`` or ``[in_features]``
        - target: ``[N]`` or ``[]``
        - output: the log probability of each target, ``[N]`` or ``[]``
        - loss: ``[]``, the mean of their negatives

    Attributes:
        head: the layer of the frequent classes and of one number for each cluster.
        tail: a projection and a layer for each cluster.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> softmax = nn.AdaptiveLogSoftmaxWithLoss(8, 20, [5, 10], div_value=2.0)
        >>> output, loss = softmax(swiftnn.randn(3, 8), swiftnn.tensor([0, 7, 19]))
        >>> output.shape, loss.shape
        (swiftnn.Size([3]), swiftnn.Size([]))
        >>> softmax.log_prob(swiftnn.randn(3, 8)).shape
        swiftnn.Size([3, 20])
    """

    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None):
        super().__init__()
        cutoffs = list(cutoffs)
        if not cutoffs:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if (
            cutoffs != sorted(set(cutoffs))
            or cutoffs[0] <= 0
            or cutoffs[-1] > n_classes - 1
            or any(int(c) != c for c in cutoffs)
        ):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value "
                "is between 1 and n_classes-1"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = cutoffs + [n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(cutoffs)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, device=device, dtype=dtype)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            hidden = int(in_features // div_value ** (i + 1))
            size = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(
                Sequential(
                    Linear(in_features, hidden, bias=False, device=device, dtype=dtype),
                    Linear(hidden, size, bias=False, device=device, dtype=dtype),
                )
            )

    def reset_parameters(self):
        """Draws all parameters anew."""
        self.head.reset_parameters()
        for projection, layer in self.tail:
            projection.reset_parameters()
            layer.reset_parameters()

    def forward(self, input, target):
        if target.dim() > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if target.dim() == 1 and input.size(0) != target.size(0):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        if input.dim() != target.dim() + 1:
            raise RuntimeError(
                f"{target.dim()}D target tensor expects {target.dim() + 1}D input tensors, but found inputs with size {input.size()}"
            )
        rows, classes = (input, target) if target.dim() else (input.unsqueeze(0), target.unsqueeze(0))
        if classes.numel() and not 0 <= classes.min().item() <= classes.max().item() < self.n_classes:
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range "
                f"[{classes.min().item()}, {classes.max().item()}] were found. "
            )
        # In the head a target of a cluster is the cluster's number.
        places = classes
        output = rows.new_zeros(classes.size(0))
        for i, (first, end) in enumerate(zip(self.cutoffs, self.cutoffs[1:])):
            inside = (classes >= first) & (classes < end)
            members = inside.nonzero().squeeze(1)
            if members.numel() == 0:
                continue
            places = _where(inside, self.shortlist_size + i, places)
            logs = F.log_softmax(self.tail[i](rows.index_select(0, members)), dim=1)
            picked = logs.gather(1, (classes[members] - first).unsqueeze(1)).squeeze(1)
            output = output.index_copy(0, members, picked)
        logs = F.log_softmax(self.head(rows), dim=1)
        output = output + logs.gather(1, places.unsqueeze(1)).squeeze(1)
        loss = (-output).mean()
        return _Output(output if target.dim() else output.squeeze(0), loss)

    def _all_logs(self, input, head):
        logs = F.log_softmax(head, dim=1)
        parts = [logs[:, : self.shortlist_size]]
        for i, cluster in enumerate(self.tail):
            number = self.shortlist_size + i
            parts.append(F.log_softmax(cluster(input), dim=1) + logs[:, number : number + 1])
        return _cat(parts, 1)

    def log_prob(self, input):
        """The log probabilities of all classes, ``[N, n_classes]``."""
        return self._all_logs(input, self.head(input))

    def predict(self, input):
        """The most probable class of each row, without the clusters that cannot hold it."""
        head = self.head(input)
        best = _argmax(head, dim=1)
        rare = best >= self.shortlist_size
        if rare.any():
            best[rare] = _argmax(self._all_logs(input[rare], head[rare]), dim=1)
        return best
