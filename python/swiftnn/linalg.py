"""Linear algebra: the last two dimensions of a tensor are a matrix, the others a batch."""

from . import _C

globals().update(_C.linalg_functions)
