"""Tables of vectors, and the layer of two inputs."""

from .module import Module
from .options import parameter_dtype
from .parameter import Parameter

__all__ = ["Bilinear", "Embedding", "EmbeddingBag"]


def _checked(num_embeddings, embedding_dim, padding_idx, weight):
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise AssertionError("Padding_idx must be within num_embeddings")
    if weight is not None and list(weight.shape) != [num_embeddings, embedding_dim]:
        raise AssertionError("Shape of weight does not match num_embeddings and embedding_dim")


def _table(embeddings):
    if embeddings.dim() != 2:
        raise AssertionError("Embeddings parameter is expected to be 2-dimensional")
    return embeddings.shape


class Embedding(Module):
    """A table of vectors: one of them for each index of the input.

    Args:
        num_embeddings: how many vectors there are.
        embedding_dim: the length of each.
        padding_idx: the vector that begins as zeros and gets no gradient.
        max_norm: vectors that are looked up and whose norm is larger are scaled down to it, in memory.
        norm_type: the order of that norm.
        scale_grad_by_freq: divides the gradient of a vector by the number of times that it is looked up.
        sparse: not offered, there are no sparse gradients.
        dtype: of the weight; the default dtype where none is given.

    Shape:
        - Input: ``[...]``, int64 or int32
        - Output: ``[..., embedding_dim]``

    Attributes:
        weight: ``[num_embeddings, embedding_dim]``, drawn from the standard normal distribution.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> embedding = nn.Embedding(10, 3, padding_idx=0)
        >>> embedding(swiftnn.tensor([[1, 2, 4], [4, 3, 0]])).shape
        swiftnn.Size([2, 3, 3])
        >>> embedding(swiftnn.tensor(0)).tolist()
        [0.0, 0.0, 0.0]
    """

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        padding_idx=None,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        sparse=False,
        _weight=None,
        _freeze=False,
        device=None,
        dtype=None,
        *,
        params=None,
        prefix=None,
    ):
        dtype = parameter_dtype("Embedding", device, dtype)
        super().__init__(params=params, prefix=prefix)
        _checked(num_embeddings, embedding_dim, padding_idx, _weight)
        self._create(
            "Embedding",
            num_embeddings=num_embeddings,
            embedding_dim=embedding_dim,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=bool(scale_grad_by_freq),
            sparse=bool(sparse),
            dtype=dtype,
            _draw=_weight is None,
        )
        if _weight is not None:
            self.weight = Parameter(_weight, requires_grad=not _freeze)

    @classmethod
    def from_pretrained(
        cls, embeddings, freeze=True, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False
    ):
        """The layer with the table ``embeddings``, which stays as it is in training with ``freeze``."""
        rows, width = _table(embeddings)
        return cls(
            rows,
            width,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
            _weight=embeddings,
            _freeze=freeze,
        )


class EmbeddingBag(Module):
    """Sums, means or maxima of the vectors of a table, a bag of indices at a time.

    Args:
        num_embeddings: how many vectors there are.
        embedding_dim: the length of each.
        max_norm: vectors that are looked up and whose norm is larger are scaled down to it, in memory.
        norm_type: the order of that norm.
        scale_grad_by_freq: divides the gradient of a vector by the number of times that it is looked up.
        mode: ``"sum"``, ``"mean"`` or ``"max"``.
        sparse: not offered, there are no sparse gradients.
        include_last_offset: whether the last offset is the end of the last bag.
        padding_idx: the vector that begins as zeros, counts for nothing and gets no gradient.
        dtype: of the weight; the default dtype where none is given.

    Shape:
        - Input: ``[B, N]``, or ``[N]`` with ``offsets``, int64 or int32
        - offsets: ``[B]``, or ``[B + 1]`` with ``include_last_offset``
        - per_sample_weights: that of the input; for sums
        - Output: ``[B, embedding_dim]``

    Attributes:
        weight: ``[num_embeddings, embedding_dim]``, drawn from the standard normal distribution.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> bags = nn.EmbeddingBag(10, 3, mode='sum')
        >>> bags(swiftnn.tensor([1, 2, 4, 5, 4]), swiftnn.tensor([0, 3])).shape
        swiftnn.Size([2, 3])
    """

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        mode="mean",
        sparse=False,
        _weight=None,
        include_last_offset=False,
        padding_idx=None,
        device=None,
        dtype=None,
    ):
        dtype = parameter_dtype("EmbeddingBag", device, dtype)
        super().__init__()
        _checked(num_embeddings, embedding_dim, padding_idx, _weight)
        self._create(
            "EmbeddingBag",
            num_embeddings=num_embeddings,
            embedding_dim=embedding_dim,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=bool(scale_grad_by_freq),
            mode=mode,
            sparse=bool(sparse),
            include_last_offset=bool(include_last_offset),
            padding_idx=padding_idx,
            dtype=dtype,
            _draw=_weight is None,
        )
        if _weight is not None:
            self.weight = Parameter(_weight)

    @classmethod
    def from_pretrained(
        cls,
        embeddings,
        freeze=True,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        mode="mean",
        sparse=False,
        include_last_offset=False,
        padding_idx=None,
    ):
        """The layer with the table ``embeddings``, which stays as it is in training with ``freeze``."""
        rows, width = _table(embeddings)
        layer = cls(
            rows,
            width,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            _weight=embeddings,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )
        layer.weight.requires_grad_(not freeze)
        return layer


class Bilinear(Module):
    """Applies ``input1 @ weight @ input2 + bias``, for each output.

    Args:
        in1_features: size of each first input.
        in2_features: size of each second input.
        out_features: size of each output.
        bias: with ``False`` nothing is added.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - Input1: ``[..., in1_features]``
        - Input2: ``[..., in2_features]``, otherwise as the first
        - Output: ``[..., out_features]``

    Attributes:
        weight: ``[out_features, in1_features, in2_features]``, drawn from the uniform distribution on ``[-k, k]`` with
            ``k = 1 / sqrt(in1_features)``.
        bias: ``[out_features]``, drawn likewise; None with ``bias=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Bilinear(20, 30, 40)
        >>> layer(swiftnn.randn(128, 20), swiftnn.randn(128, 30)).shape
        swiftnn.Size([128, 40])
    """

    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        dtype = parameter_dtype("Bilinear", device, dtype)
        super().__init__()
        self._create(
            "Bilinear",
            in1_features=in1_features,
            in2_features=in2_features,
            out_features=out_features,
            bias=bool(bias),
            dtype=dtype,
        )
