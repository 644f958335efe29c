"""Rows: linear algebra."""

import numpy as np

from .harness import E, Row, S, T

ADJOINT = Row(
    "adjoint", lambda x: np.swapaxes(x, -1, -2), [S(T(2, 3)), S(T(2, 3, 4)), S(T(0, 3)), S(T(1, 2, 0))], gradients="all", raw=True,
    errors=[E(RuntimeError, r"adjoint: expected at least 2 dimensions, got shape \[3\]", T(3)),
            E(TypeError, r"adjoint\(\): argument 'input' must be Tensor", 1)],
)

ROWS = [ADJOINT]
