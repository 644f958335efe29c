"""The Transformer (Vaswani et al. 2017) and its layers."""

import copy

from .. import _C
from .container import ModuleList
from .module import Module
from .options import parameter_dtype

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


def _activation(layer, activation):
    """The name of an activation, and the block that stands for it where it has none."""
    from . import functional as F

    if activation in ("relu", "gelu"):
        return activation, None
    if activation is F.relu or type(activation).__name__ == "ReLU":
        return "relu", activation if isinstance(activation, Module) else None
    if activation is F.gelu:
        return "gelu", None
    if isinstance(activation, Module):
        return "module", activation
    if isinstance(activation, str):
        raise RuntimeError(f"activation should be relu/gelu, not {activation}")
    raise NotImplementedError(
        f"{layer}: activation is 'relu', 'gelu', F.relu, F.gelu or a Module; wrap {activation!r} in a Module"
    )


class _Layer(Module):
    def __init__(self, kind, d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first,
                 bias, device, dtype):
        dtype = parameter_dtype(kind, device, dtype)
        name, block = _activation(kind, activation)
        super().__init__()
        self._create(
            kind,
            d_model=d_model,
            nhead=nhead,
            dim_feedforward=dim_feedforward,
            dropout=dropout,
            activation="module" if block is not None else name,
            layer_norm_eps=layer_norm_eps,
            batch_first=bool(batch_first),
            norm_first=bool(norm_first),
            bias=bool(bias),
            dtype=dtype,
        )
        if block is not None:
            self._modules["activation"] = block


class TransformerEncoderLayer(_Layer):
    """Self-attention and two linear layers, each with a residual connection and a normalisation.

    Args:
        d_model: the size ``E`` of input and output.
        nhead: the number of heads of the attention.
        dim_feedforward: the size between the linear layers.
        dropout: the probability with which elements are dropped in training.
        activation: between the linear layers: "relu", "gelu", these functions, or a block.
        layer_norm_eps: of the normalisations.
        batch_first: takes inputs as ``[N, L, E]``, not ``[L, N, E]``.
        norm_first: normalises the inputs of attention and linear layers, not the sums after them.
        bias: with ``False`` nothing is added in linear layers and normalisations.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - src: ``[L, E]``, ``[L, N, E]``, or ``[N, L, E]`` with ``batch_first``
        - masks: as those of :class:`MultiheadAttention`
        - Output: that of ``src``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
        >>> layer(swiftnn.randn(3, 5, 8)).shape
        swiftnn.Size([3, 5, 8])
    """

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        device=None,
        dtype=None,
    ):
        super().__init__("TransformerEncoderLayer", d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps,
                         batch_first, norm_first, bias, device, dtype)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to what an encoder gave, and two linear layers, each with a residual connection and a
    normalisation.

    Args:
        d_model: the size ``E`` of input and output.
        nhead: the number of heads of the attentions.
        dim_feedforward: the size between the linear layers.
        dropout: the probability with which elements are dropped in training.
        activation: between the linear layers: "relu", "gelu", these functions, or a block.
        layer_norm_eps: of the normalisations.
        batch_first: takes inputs as ``[N, L, E]``, not ``[L, N, E]``.
        norm_first: normalises the inputs of attentions and linear layers, not the sums after them.
        bias: with ``False`` nothing is added in linear layers and normalisations.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - tgt: ``[T, E]``, ``[T, N, E]``, or ``[N, T, E]`` with ``batch_first``
        - memory: ``[S, E]``, ``[S, N, E]`` or ``[N, S, E]``
        - masks: as those of :class:`MultiheadAttention`
        - Output: that of ``tgt``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.TransformerDecoderLayer(8, 2, dim_feedforward=16, batch_first=True)
        >>> layer(swiftnn.randn(3, 5, 8), swiftnn.randn(3, 7, 8)).shape
        swiftnn.Size([3, 5, 8])
    """

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        device=None,
        dtype=None,
    ):
        super().__init__("TransformerDecoderLayer", d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps,
                         batch_first, norm_first, bias, device, dtype)


class _Stack(Module):
    def __init__(self, kind, layer, num_layers, norm):
        super().__init__()
        self._create(kind)
        self._modules["layers"] = ModuleList([copy.deepcopy(layer) for _ in range(num_layers)])
        self.norm = norm


class TransformerEncoder(_Stack):
    """Copies of an encoder layer, one after the other.

    Args:
        encoder_layer: the layer that is copied.
        num_layers: how many copies there are.
        norm: a block that is applied to the result.
        enable_nested_tensor, mask_check: accepted and not used. Results at padded places are computed like all others,
            where PyTorch may leave zeros.

    Shape:
        - src: ``[L, E]``, ``[L, N, E]``, or ``[N, L, E]`` with ``batch_first`` of the layer
        - masks: as those of :class:`MultiheadAttention`
        - Output: that of ``src``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, dim_feedforward=16), 3)
        >>> encoder(swiftnn.randn(5, 3, 8)).shape
        swiftnn.Size([5, 3, 8])
    """

    def __init__(self, encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True):
        super().__init__("TransformerEncoder", encoder_layer, num_layers, norm)


class TransformerDecoder(_Stack):
    """Copies of a decoder layer, one after the other.

    Args:
        decoder_layer: the layer that is copied.
        num_layers: how many copies there are.
        norm: a block that is applied to the result.

    Shape:
        - tgt: ``[T, E]``, ``[T, N, E]``, or ``[N, T, E]`` with ``batch_first`` of the layer
        - memory: ``[S, E]``, ``[S, N, E]`` or ``[N, S, E]``
        - masks: as those of :class:`MultiheadAttention`
        - Output: that of ``tgt``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, dim_feedforward=16), 3)
        >>> decoder(swiftnn.randn(5, 3, 8), swiftnn.randn(7, 3, 8)).shape
        swiftnn.Size([5, 3, 8])
    """

    def __init__(self, decoder_layer, num_layers, norm=None):
        super().__init__("TransformerDecoder", decoder_layer, num_layers, norm)


class Transformer(Module):
    """An encoder and a decoder.

    Args:
        d_model: the size ``E`` of inputs and output.
        nhead: the number of heads of the attentions.
        num_encoder_layers, num_decoder_layers: how many layers there are.
        dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias: of the layers.
        custom_encoder, custom_decoder: blocks that take the place of encoder and decoder.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - src: ``[S, E]``, ``[S, N, E]``, or ``[N, S, E]`` with ``batch_first``
        - tgt: ``[T, E]``, ``[T, N, E]`` or ``[N, T, E]``
        - masks: as those of :class:`MultiheadAttention`
        - Output: that of ``tgt``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> model = nn.Transformer(8, 2, 2, 2, dim_feedforward=16)
        >>> mask = nn.Transformer.generate_square_subsequent_mask(5)
        >>> model(swiftnn.randn(7, 3, 8), swiftnn.randn(5, 3, 8), tgt_mask=mask).shape
        swiftnn.Size([5, 3, 8])
    """

    def __init__(
        self,
        d_model=512,
        nhead=8,
        num_encoder_layers=6,
        num_decoder_layers=6,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        custom_encoder=None,
        custom_decoder=None,
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        device=None,
        dtype=None,
    ):
        dtype = parameter_dtype("Transformer", device, dtype)
        name, block = _activation("Transformer", activation)
        super().__init__()
        self._create(
            "Transformer",
            d_model=d_model,
            nhead=nhead,
            num_encoder_layers=0 if custom_encoder is not None else num_encoder_layers,
            num_decoder_layers=0 if custom_decoder is not None else num_decoder_layers,
            dim_feedforward=dim_feedforward,
            dropout=dropout,
            activation="module" if block is not None else name,
            layer_norm_eps=layer_norm_eps,
            batch_first=bool(batch_first),
            norm_first=bool(norm_first),
            bias=bool(bias),
            dtype=dtype,
        )
        if block is not None:
            for stack in self._modules.values():
                for layer in stack.layers:
                    layer._modules["activation"] = copy.deepcopy(block)
        if custom_encoder is not None:
            self._modules["encoder"] = custom_encoder
        if custom_decoder is not None:
            self._modules["decoder"] = custom_decoder

    @staticmethod
    def generate_square_subsequent_mask(sz, device=None, dtype=None):
        """The mask with which position i attends to those up to i: ``[sz, sz]``, -inf above the diagonal."""
        dtype = parameter_dtype("generate_square_subsequent_mask", device, dtype)
        return _C.functions["full"]((sz, sz), float("-inf"), dtype=dtype).triu(1)
