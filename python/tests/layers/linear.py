"""Rows: fully connected layers, and those that pass elements on."""

from .harness import E, L, Row

ROWS = [
    Row(
        "Linear",
        [L(3, 4, inputs=[(5, 3)]), L(3, 4, bias=False, inputs=[(2, 5, 3)]), L(3, 2, inputs=[(3,)]), L(3, 2, inputs=[(0, 3)])],
        errors=[
            E(TypeError, r"argument 'in_features' must be an integer, not 2\.5", 2.5, 1),
            E(RuntimeError, "negative", -1, 2),
            E(RuntimeError, r"\[2, 4\]", 3, 4, inputs=[(2, 4)]),
            E(RuntimeError, "the only device is 'cpu'", 3, 4, device="cuda"),
        ],
    ),
    Row("LazyLinear", [L(4, inputs=[(5, 3)]), L(4, bias=False, inputs=[(2, 5, 3)])]),
    Row("Identity", [L(inputs=[(5, 3)]), L(54, unused=0.1, inputs=[(3,)])]),
    Row("Flatten", [L(inputs=[(2, 3, 4)]), L(0, 1, inputs=[(2, 3, 4)])],
        errors=[E(IndexError, "dimension 5 is out of range", 5, inputs=[(2, 3)])]),
]
