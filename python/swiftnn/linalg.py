"""Linear algebra: the last two dimensions of a tensor are a matrix, the others a batch."""

from . import _C

LinAlgError = _C.LinAlgError

globals().update(_C.linalg_functions)
