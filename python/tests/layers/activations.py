"""Rows: activation functions."""

from .harness import L, Row, x

ROWS = [
    Row("ReLU", [L(inputs=[(5, 3)]), L(inplace=True, inputs=[x(5, 3, gradient=False)])]),
    Row("Sigmoid", [L(inputs=[(5, 3)])]),
    Row("Tanh", [L(inputs=[(5, 3)])]),
]
