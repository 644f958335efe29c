"""Rows: layers that drop elements or channels. The numbers for a seed are PyTorch's on CPUs other than Intel's: see noise.json."""

from .harness import E, L, Row


def dropping(name, shape, *others, errors=()):
    """Dropping something makes other numbers at every call: there are no numerical gradients."""
    return Row(
        name,
        [L(inputs=[shape], gradient=False), L(0.2, inputs=[shape], gradient=False), L(p=0.0, inputs=[shape]),
         L(1.0, True, inputs=[shape], modes=("eval",))] + [L(0.3, inputs=[other], gradient=False) for other in others],
        errors=[E(ValueError, "dropout probability has to be between 0 and 1, but got 2.0", 2), *errors])


ROWS = [
    dropping("Dropout", (5, 30), (40,)),
    dropping("Dropout1d", (4, 5, 3), (6, 3), errors=[E(RuntimeError, "dropout1d: Expected 2D or 3D input, but received a 4D input", inputs=[(2, 3, 4, 5)])]),
    dropping("Dropout2d", (4, 5, 2, 2), errors=[E(RuntimeError, "eature dropout requires at least 2 dimensions", inputs=[(3,)])]),
    dropping("Dropout3d", (4, 5, 1, 2, 2), (6, 1, 2, 3)),
    dropping("AlphaDropout", (5, 30), (40,)),
    dropping("FeatureAlphaDropout", (4, 5, 3), errors=[E(RuntimeError, "eature dropout requires at least 2 dimensions", inputs=[(3,)])]),
]
