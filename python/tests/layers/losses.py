"""Rows: losses."""

from .harness import E, L, Row, x

ROWS = [
    Row("MSELoss", [L(inputs=[(5, 3), (5, 3)]), L(reduction="sum", inputs=[(5,), (5,)])],
        errors=[E(ValueError, "avg is not a valid value for reduction", reduction="avg")]),
    Row("CrossEntropyLoss", [L(inputs=[(5, 3), x(5, below=3)]), L(label_smoothing=0.1, inputs=[(2, 3, 4), x(2, 4, below=3)])]),
]
