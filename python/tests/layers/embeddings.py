"""Rows: embeddings, and the layer of two inputs."""

from .harness import E, L, Row, x



class Sized:
    """Stands for a tensor, which this file cannot make."""

    def __init__(self, *shape):
        self.shape = shape


IDS = x(3, 4, below=10)
ROWS = [
    Row(
        "Embedding",
        [
            L(10, 3, inputs=[IDS]), L(10, 3, padding_idx=2, inputs=[IDS], gradient=False), L(10, 3, -1, inputs=[x(5, below=10)]),
            L(10, 3, max_norm=1.0, inputs=[IDS], gradient=False), L(10, 3, max_norm=2, norm_type=1, inputs=[IDS], gradient=False),
            L(10, 3, padding_idx=0, scale_grad_by_freq=True, inputs=[IDS], gradient=False), L(10, 0, inputs=[IDS]),
        ],
        errors=[
            E(AssertionError, "Padding_idx must be within num_embeddings", 10, 3, 10),
            E(AssertionError, "Padding_idx must be within num_embeddings", 10, 3, padding_idx=-11),
            E(AssertionError, "Shape of weight does not match", 10, 3, _weight=Sized(3, 3)),
            E(NotImplementedError, "Embedding: sparse=True is not offered", 10, 3, sparse=True),
            E(RuntimeError, "negative", -1, 3),
            E(TypeError, "argument 'num_embeddings' must be an integer", 2.5, 3),
            E(RuntimeError, "the only device is 'cpu'", 10, 3, device="cuda"),
            E(RuntimeError, "expected indices of int64 or int32, got float32", 10, 3, inputs=[(2, 2)]),
        ],
    ),
    Row(
        "EmbeddingBag",
        [L(10, 3, mode=mode, inputs=[IDS]) for mode in ("sum", "mean", "max")] + [
            L(10, 3, mode="sum", padding_idx=2, inputs=[IDS], options={"per_sample_weights": x(3, 4)}),
            L(10, 3, include_last_offset=True, inputs=[IDS]),
        ],
        errors=[
            E(AssertionError, "Padding_idx must be within num_embeddings", 10, 3, padding_idx=10),
            E(ValueError, "mode 'min' is not one of", 10, 3, mode="min"),
            E(NotImplementedError, "EmbeddingBag: sparse=True is not offered", 10, 3, sparse=True),
            E(ValueError, "offsets has to be a 1D Tensor but got None", 10, 3, inputs=[(4,)]),
        ],
    ),
    Row(
        "Bilinear",
        [L(3, 5, 4, inputs=[(2, 3), (2, 5)]), L(3, 5, 4, bias=False, inputs=[(2, 6, 3), (2, 6, 5)]), L(3, 5, 4, inputs=[(3,), (5,)])],
        errors=[
            E(ValueError, r"in1_features must be > 0, but got \(in1_features=0\)", 0, 3, 4),
            E(RuntimeError, "input sizes do not match the weight", 3, 5, 4, inputs=[(2, 5), (2, 3)]),
            E(TypeError, "missing 1 required positional argument: 'input2'", 3, 5, 4, inputs=[(2, 3)]),
        ],
    ),
]
