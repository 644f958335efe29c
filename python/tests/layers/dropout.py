"""Rows: layers that drop elements at random."""

from .harness import E, L, Row

ROWS = [
    Row(
        "Dropout",
        [L(inputs=[(5, 30)], gradient=False), L(0.2, inputs=[(40,)], gradient=False), L(p=0.0, inputs=[(5,)]),
         L(1.0, True, inputs=[(5,)], modes=("eval",))],
        errors=[E(ValueError, "dropout probability has to be between 0 and 1, but got 2.0", 2)],
    ),
]
