"""Special functions, under the names that they have in SciPy."""

from . import _C

globals().update(_C.special_functions)
