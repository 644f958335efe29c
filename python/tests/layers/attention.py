"""Rows: attention."""

from .harness import E, L, Row, x


def distinct(lib, module):
    """Biases other than the zeros that they begin with."""
    with lib.no_grad():
        for name, parameter in module.named_parameters():
            if "bias" in name:
                parameter.copy_(lib.randn(parameter.shape))


SELF = (5, 2, 8)
ROWS = [
    Row(
        "MultiheadAttention",
        [
            L(8, 2, inputs=[SELF, SELF, SELF], prepare=distinct),
            L(8, 2, bias=False, batch_first=True, inputs=[(3, 4, 8), (3, 6, 8), (3, 6, 8)]),
            L(8, 1, inputs=[(5, 8), (6, 8), (6, 8)]),
            L(8, 4, kdim=5, vdim=3, inputs=[(4, 2, 8), (6, 2, 5), (6, 2, 3)], prepare=distinct),
            L(8, 2, add_bias_kv=True, add_zero_attn=True, inputs=[SELF, SELF, SELF],
              options={"key_padding_mask": x(2, 5, boolean=True), "attn_mask": x(5, 5)}, prepare=distinct),
            L(8, 2, inputs=[SELF, SELF, SELF], options={"attn_mask": x(4, 5, 5), "average_attn_weights": False}),
            L(8, 2, inputs=[SELF, SELF, SELF], options={"need_weights": False, "key_padding_mask": x(2, 5)}),
            L(8, 2, dropout=0.5, inputs=[SELF, SELF, SELF], modes=("eval",)),
        ],
        errors=[
            E(ValueError, "embed_dim must be divisible by num_heads, got 8 and 3", 8, 3),
            E(ValueError, "embed_dim and num_heads must be greater than 0", 8, 0),
            E(TypeError, r"argument 'embed_dim' must be an integer", 2.5, 1),
            E(TypeError, "missing 1 required positional argument: 'value'", 8, 2, inputs=[SELF, SELF]),
            E(RuntimeError, "unbatched 2D or batched 3D but received 1-D", 8, 2, inputs=[(8,), (8,), (8,)]),
            E(RuntimeError, r"expected embedding sizes \[8, 8, 8\]", 8, 2, inputs=[(5, 2, 4), SELF, SELF]),
            E(RuntimeError, "do not belong together", 8, 2, inputs=[SELF, (5, 3, 8), (5, 3, 8)]),
        ],
    ),
]
