"""Functions of networks, without state: ``import swiftnn.nn.functional as F``."""

from ... import _C
from . import activation, convolution, loss, pooling, resampling
from . import dropout as _dropout

# Operators as they are in the table, then what takes more than the operator does.
_FAMILIES = (activation, convolution, _dropout, loss, pooling, resampling)

globals().update(_C.nn_functions)
for _family in _FAMILIES:
    globals().update({name: getattr(_family, name) for name in _family.__all__})

__all__ = sorted({*_C.nn_functions, *(name for _family in _FAMILIES for name in _family.__all__)})
