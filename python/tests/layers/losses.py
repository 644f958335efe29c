"""Rows: losses."""

from .harness import E, L, Row, X, x


class Signs(X):
    """-1 and 1, in the dtype of the layer."""

    def make(self, lib, dtype):
        return (lib.randint(0, 2, self.shape) * 2 - 1).to(dtype)


class Probabilities(X):
    """Between 0 and 1."""

    def make(self, lib, dtype):
        return (lib.rand(self.shape) * 0.6 + 0.2).to(dtype).requires_grad_(self.gradient)


class Labels(X):
    """Class indices, of which the first -1 ends a row."""

    def make(self, lib, dtype):
        return lib.tensor([[3, 0, -1, 1], [1, -1, 0, 0], [-1, 1, 2, 3]])


class Words(X):
    """Labels, of which none is the blank 0."""

    def make(self, lib, dtype):
        return lib.randint(1, 5, self.shape)


def p(*shape):
    return Probabilities(shape)


def signs(*shape):
    return Signs(shape)


def weights(*names, size):
    """Gives the loss weights other than none."""

    def prepare(lib, module):
        for name in names:
            setattr(module, name, lib.rand(size) + 0.5)

    return prepare


PAIR = [(5, 3), (5, 3)]
TRIPLE = [(5, 3), (5, 3), (5, 3)]
REDUCTION = [E(ValueError, "avg is not a valid value for reduction", reduction="avg")]


def each(*inputs, **kwargs):
    return [L(inputs=inputs, **kwargs), L(reduction="sum", inputs=inputs, **kwargs), L(reduction="none", inputs=inputs, **kwargs)]


def classes(*shape, below):
    return x(*shape, below=below)


ROWS = [
    Row("L1Loss", each(*PAIR) + [L(False, inputs=PAIR)], errors=REDUCTION),
    Row("MSELoss", each(*PAIR) + [L(reduce=False, inputs=PAIR)],
        errors=REDUCTION + [E(RuntimeError, "mse_loss", inputs=[(2, 3), (4,)])]),
    Row("SmoothL1Loss", each(*PAIR) + [L(beta=0.5, inputs=PAIR)], errors=REDUCTION),
    Row("HuberLoss", each(*PAIR) + [L(delta=0.5, inputs=PAIR)],
        errors=REDUCTION + [E(TypeError, "delta must be a float or int", delta="1"), E(RuntimeError, "delta must be more than 0", delta=-1, inputs=PAIR)]),
    Row("CrossEntropyLoss",
        each((5, 3), classes(5, below=3)) + [
            L(label_smoothing=0.1, inputs=[(2, 3, 4), classes(2, 4, below=3)]), L(ignore_index=1, inputs=[(6, 3), classes(6, below=3)]),
            L(inputs=[(7, 3), classes(7, below=3)], prepare=weights("weight", size=3)), L(inputs=[(4, 3), p(4, 3)]), L(None, False, inputs=[(3, 3), classes(3, below=3)]),
            L(label_smoothing=0.3, inputs=[(6, 3, 2, 2), classes(6, 2, 2, below=3)], prepare=weights("weight", size=3)),
        ],
        errors=REDUCTION),
    Row("NLLLoss",
        each((5, 3), classes(5, below=3)) + [
            L(ignore_index=1, inputs=[(6, 3), classes(6, below=3)]), L(inputs=[(7, 3, 2), classes(7, 2, below=3)], prepare=weights("weight", size=3))],
        errors=REDUCTION),
    Row("NLLLoss2d", [L(inputs=[(2, 3, 4, 4), classes(2, 4, 4, below=3)])], errors=REDUCTION),
    Row("PoissonNLLLoss", each((5, 3), p(5, 3)) + [L(log_input=False, inputs=[p(5, 3), p(5, 3)]), L(full=True, inputs=[(4, 3), classes(4, 3, below=6)])], errors=REDUCTION),
    Row("GaussianNLLLoss", each(*PAIR, p(5, 3)) + [L(full=True, inputs=[(5, 3), (5, 3), p(5, 1)]), L(eps=0.5, inputs=PAIR + [p(5, 3)], gradient=False)],
        errors=REDUCTION),
    Row("KLDivLoss", each((5, 3), p(5, 3)) + [L(reduction="batchmean", inputs=[(5, 3), p(5, 3)]), L(log_target=True, inputs=PAIR)], errors=REDUCTION),
    Row("BCELoss", each(p(5, 3), p(5, 3)) + [L(inputs=[p(4, 3), p(4, 3)], prepare=weights("weight", size=3))],
        errors=REDUCTION + [E(ValueError, "must be the same as the input size", inputs=[(2, 3), (3,)])]),
    Row("BCEWithLogitsLoss",
        each((5, 3), p(5, 3)) + [L(inputs=[(4, 3), p(4, 3)], prepare=weights("weight", size=3)), L(inputs=[(6, 3), p(6, 3)], prepare=weights("pos_weight", "weight", size=3))],
        errors=REDUCTION),
    Row("HingeEmbeddingLoss", each((5, 3), signs(5, 3)) + [L(margin=0.5, inputs=[(5, 3), signs(5, 3)])], errors=REDUCTION),
    Row("MultiLabelMarginLoss", each((3, 4), Labels((3, 4))), errors=REDUCTION),
    Row("SoftMarginLoss", each((5, 3), signs(5, 3)), errors=REDUCTION),
    Row("MultiLabelSoftMarginLoss", each((5, 3), p(5, 3)) + [L(inputs=[(4, 3), p(4, 3)], prepare=weights("weight", size=3))], errors=REDUCTION),
    Row("CosineEmbeddingLoss", each((5, 3), (5, 3), signs(5)) + [L(margin=-0.5, inputs=[(5, 3), (5, 3), signs(5)])], errors=REDUCTION),
    Row("MarginRankingLoss", each((5,), (5,), signs(5)) + [L(0.5, inputs=[(5,), (5,), signs(5)])], errors=REDUCTION),
    Row("MultiMarginLoss",
        each((5, 3), classes(5, below=3)) + [L(p=2, margin=0.5, inputs=[(5, 3), classes(5, below=3)]), L(inputs=[(4, 3), classes(4, below=3)], prepare=weights("weight", size=3))],
        errors=REDUCTION + [E(ValueError, "only p == 1 and p == 2 supported", p=3)]),
    Row("TripletMarginLoss", each(*TRIPLE) + [L(margin=2.0, p=1, swap=True, inputs=TRIPLE)],
        errors=REDUCTION + [E(ValueError, "expected margin to be greater than 0, got 0 instead", margin=0)]),
    Row("TripletMarginWithDistanceLoss", each(*TRIPLE) + [L(margin=2.0, swap=True, inputs=TRIPLE)],
        errors=REDUCTION + [E(ValueError, "expected margin to be greater than 0, got 0 instead", margin=0)]),
    Row("CTCLoss",
        [L(zero_infinity=True, reduction=r, inputs=[(9, 2, 5), Words((2, 3)), [9, 8], [3, 2]], gradient=False) for r in ("mean", "sum", "none")]
        + [L(4, inputs=[(9, 2, 5), classes(2, 3, below=4), [9, 8], [3, 2]], gradient=False)],
        errors=REDUCTION),
    Row("LinearCrossEntropyLoss",
        [L(4, 3, inputs=[(5, 4), classes(5, below=3)]), L(4, 3, bias=True, out_features=(2, 3), label_smoothing=0.1, inputs=[(5, 4), classes(5, 2, 3, below=3)]),
         L(4, 3, ignore_index=1, reduction="none", inputs=[(6, 4), classes(6, below=3)]), L(4, 3, inputs=[(4,), p(3)])],
        errors=[E(NotImplementedError, "options= is not offered", 4, 3, options=1), E(RuntimeError, "label_smoothing to be in range", 4, 3, label_smoothing=2),
                E(RuntimeError, "dimensionality 1 or 2, got 3", 4, 3, inputs=[(1, 5, 4), (5,)])]),
    Row("AdaptiveLogSoftmaxWithLoss",
        [L(8, 20, [5, 10], div_value=2.0, inputs=[(6, 8), classes(6, below=20)]), L(8, 20, [15], head_bias=True, inputs=[(8,), classes(below=20)])],
        errors=[E(ValueError, "length larger than 0", 8, 20, []), E(ValueError, "unique, positive integers", 8, 20, [10, 5]), E(ValueError, "unique, positive integers", 8, 20, [20])]),
]
