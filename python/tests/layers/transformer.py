"""Rows: the Transformer and its layers."""

from .attention import distinct
from .harness import E, L, Row, x

SMALL = {"dim_feedforward": 6, "dropout": 0.0}
MASKS = {"src_mask": x(5, 5), "src_key_padding_mask": x(2, 5, boolean=True)}


def layer_of(kind, *args, **kwargs):
    """A constructor that is given a layer: made from its own seed."""
    return lambda lib: getattr(lib.nn, kind)(*args, **kwargs)


ROWS = [
    Row(
        "TransformerEncoderLayer",
        [
            L(4, 2, inputs=[(5, 2, 4)], prepare=distinct, **SMALL),
            L(4, 2, batch_first=True, norm_first=True, activation="gelu", inputs=[(2, 5, 4)], options=MASKS, **SMALL),
            L(4, 1, bias=False, inputs=[(5, 4)], **SMALL),
            L(4, 2, 6, inputs=[(5, 2, 4)], modes=("eval",)),
        ],
        errors=[
            E(RuntimeError, "activation should be relu/gelu, not tanh", 4, 2, activation="tanh"),
            E(NotImplementedError, "wrap .* in a Module", 4, 2, activation=abs),
            E(ValueError, "embed_dim must be divisible by num_heads", 4, 3),
            E(RuntimeError, "expected embedding sizes", 4, 2, inputs=[(5, 2, 3)]),
        ],
    ),
    Row(
        "TransformerDecoderLayer",
        [
            L(4, 2, inputs=[(5, 2, 4), (3, 2, 4)], prepare=distinct, **SMALL),
            L(4, 2, batch_first=True, norm_first=True, inputs=[(2, 5, 4), (2, 3, 4)],
              options={"tgt_mask": x(5, 5), "memory_key_padding_mask": x(2, 3)}, **SMALL),
        ],
        errors=[E(TypeError, "missing 1 required positional argument: 'memory'", 4, 2, inputs=[(5, 2, 4)])],
    ),
    Row(
        "TransformerEncoder",
        [L(layer_of("TransformerEncoderLayer", 4, 2, **SMALL), 2, enable_nested_tensor=False, inputs=[(5, 2, 4)]),
         L(layer_of("TransformerEncoderLayer", 4, 2, batch_first=True, **SMALL), 2, layer_of("LayerNorm", 4), False,
           inputs=[(2, 5, 4)], options={"mask": x(5, 5)})],
    ),
    Row(
        "TransformerDecoder",
        [L(layer_of("TransformerDecoderLayer", 4, 2, **SMALL), 2, layer_of("LayerNorm", 4), inputs=[(5, 2, 4), (3, 2, 4)])],
    ),
    Row(
        "Transformer",
        [
            L(4, 2, 1, 2, inputs=[(5, 2, 4), (3, 2, 4)], **SMALL),
            L(4, 2, 2, 1, activation="gelu", batch_first=True, norm_first=True, inputs=[(2, 5, 4), (2, 3, 4)],
              options={"tgt_mask": x(3, 3), "src_key_padding_mask": x(2, 5)}, **SMALL),
        ],
        errors=[
            E(RuntimeError, "the batch number of src and tgt must be equal", 4, 2, 1, 1, inputs=[(5, 2, 4), (3, 3, 4)]),
            E(RuntimeError, "must be equal to d_model", 4, 2, 1, 1, inputs=[(5, 2, 3), (3, 2, 3)]),
        ],
    ),
]
