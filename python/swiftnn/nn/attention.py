"""Attention."""

from .module import Module
from .options import parameter_dtype

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Module):
    """Attention of several heads: ``softmax(Q @ K.T / sqrt(d)) @ V`` for each, of projections of three inputs.

    Args:
        embed_dim: the size ``E`` of the queries and of the output, divisible by ``num_heads``.
        num_heads: the number of heads.
        dropout: the probability with which weights are dropped in training.
        bias: with ``False`` nothing is added in the projections.
        add_bias_kv: adds a learned key and value to those of the input.
        add_zero_attn: adds a key and value of zeros.
        kdim, vdim: the sizes of keys and values, by default ``embed_dim``.
        batch_first: takes inputs as ``[N, L, E]``, not ``[L, N, E]``.
        dtype: of the parameters; the default dtype where none is given.

    Shape:
        - query: ``[L, E]``, ``[L, N, E]``, or ``[N, L, E]`` with ``batch_first``
        - key: ``[S, kdim]``, ``[S, N, kdim]`` or ``[N, S, kdim]``; value likewise with ``vdim``
        - key_padding_mask: ``[S]`` or ``[N, S]``; True, or -inf, for keys that do not count
        - attn_mask: ``[L, S]`` or ``[N * num_heads, L, S]``; True, or -inf, for pairs that do not count
        - Output: that of the query, and the weights ``[N, L, S]``, or ``[N, num_heads, L, S]`` with
          ``average_attn_weights=False``, or None with ``need_weights=False``

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> attention = nn.MultiheadAttention(8, 2, batch_first=True)
        >>> x = swiftnn.randn(3, 5, 8)
        >>> output, weights = attention(x, x, x)
        >>> output.shape, weights.shape
        (swiftnn.Size([3, 5, 8]), swiftnn.Size([3, 5, 5]))
    """

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        add_bias_kv=False,
        add_zero_attn=False,
        kdim=None,
        vdim=None,
        batch_first=False,
        device=None,
        dtype=None,
    ):
        dtype = parameter_dtype("MultiheadAttention", device, dtype)
        super().__init__()
        self._create(
            "MultiheadAttention",
            embed_dim=embed_dim,
            num_heads=num_heads,
            dropout=dropout,
            bias=bool(bias),
            add_bias_kv=bool(add_bias_kv),
            add_zero_attn=bool(add_zero_attn),
            kdim=kdim,
            vdim=vdim,
            batch_first=bool(batch_first),
            dtype=dtype,
        )
