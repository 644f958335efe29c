"""Rows: activation functions."""

from .harness import E, L, Row, x


def elementwise(name, *ways, inplace=False, errors=()):
    """The ways in which a function of single elements can be made: (args, kwargs)."""
    layers = [L(*args, inputs=[(5, 3)], **kwargs) for args, kwargs in ways or [((), {})]]
    if inplace:
        args = ways[-1][0] if ways else ()
        layers.append(L(*args, inplace=True, inputs=[x(2, 3, 4, gradient=False)]))
    return Row(name, layers, list(errors))


ROWS = [
    elementwise("ReLU", inplace=True),
    elementwise("ReLU6", inplace=True),
    elementwise("Sigmoid"),
    elementwise("Tanh"),
    elementwise("ELU", ((), {}), ((0.5,), {}), ((), {"alpha": 2.0}), inplace=True,
                errors=[E(TypeError, "argument 'alpha' must be a number, not 'a'", "a")]),
    elementwise("SELU", inplace=True),
    elementwise("CELU", ((), {}), ((0.5,), {}), inplace=True, errors=[E(RuntimeError, "alpha cannot be 0 for CELU", 0.0, inputs=[(2,)])]),
    elementwise("GELU", ((), {}), ((), {"approximate": "tanh"}), errors=[E(RuntimeError, "approximate argument must be either none or tanh", "foo")]),
    elementwise("SiLU", inplace=True),
    elementwise("Mish", inplace=True),
    elementwise("Hardtanh", ((), {}), ((-0.5, 0.25), {}), ((), {"max_val": 0.75}), inplace=True,
                errors=[E(AssertionError, r"max_val \(1\) must be greater than min_val \(2\)", 2, 1)]),
    elementwise("LeakyReLU", ((), {}), ((0.2,), {}), inplace=True),
    Row("PReLU", [L(inputs=[(5, 3)]), L(3, inputs=[(2, 3, 4)]), L(3, init=0.1, inputs=[(5, 3)])],
        errors=[E(RuntimeError, "Mismatch of parameter numbers and input channel size", 2, inputs=[(5, 3)]), E(RuntimeError, "negative", -1),
                E(RuntimeError, "the only device is 'cpu'", device="cuda")]),
    Row("RReLU", [L(inputs=[(5, 3)], gradient=False), L(0.3, 0.3, inputs=[(5, 3)]), L(0.1, 0.2, True, inputs=[x(5, 3, gradient=False)])],
        errors=[E(RuntimeError, "Lower bound should be less than or equal to the upper bound", 0.5, 0.1, inputs=[(2,)])]),
    elementwise("Hardsigmoid", inplace=True),
    elementwise("Hardswish", inplace=True),
    elementwise("Hardshrink", ((), {}), ((0.25,), {})),
    elementwise("Softshrink", ((), {}), ((0.25,), {}), errors=[E(RuntimeError, "lambda must be greater or equal to 0", -1.0, inputs=[(2,)])]),
    elementwise("Tanhshrink"),
    elementwise("Softplus", ((), {}), ((2.0, 1.0), {})),
    elementwise("Softsign"),
    elementwise("LogSigmoid"),
    elementwise("Threshold", ((0.1, 20.0), {}), ((1, 2), {}), inplace=True),
    Row("GLU", [L(inputs=[(5, 4)]), L(0, inputs=[(4, 3)])], errors=[E(RuntimeError, "Halving dimension must be even", inputs=[(2, 3)])]),
    Row("Softmax", [L(1, inputs=[(5, 3)]), L(dim=0, inputs=[(5, 3)]), L(inputs=[(5, 3)]), L(inputs=[(2, 3, 4)])],
        errors=[E(IndexError, "dimension 2 is out of range", 2, inputs=[(5, 3)])]),
    Row("Softmin", [L(1, inputs=[(5, 3)]), L(inputs=[(2, 3, 4)])]),
    Row("LogSoftmax", [L(1, inputs=[(5, 3)]), L(dim=-1, inputs=[(2, 3, 4)])]),
    Row("Softmax2d", [L(inputs=[(2, 3, 2, 2)]), L(inputs=[(3, 2, 2)])],
        errors=[E(ValueError, "Softmax2d: expected input to be 3D or 4D, got 2D instead", inputs=[(2, 3)])]),
]
