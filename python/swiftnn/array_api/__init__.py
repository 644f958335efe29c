"""The Python array API standard, 2025.12, on swiftnn's tensors: what `tensor.__array_namespace__()` returns.

The functions have the standard's names, parameters and rules of promotion, which differ from PyTorch's here and there: tensors
without dimensions weigh as much as others, `std` divides by n, sums of narrow integers have the default integer type. Not
offered, for lack of such dtypes: complex numbers, and with them transforms (`fft`) and general eigenvalues; and unsigned integers of more than 8 bits.

Examples::

    >>> import swiftnn
    >>> x = swiftnn.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> xp = x.__array_namespace__()
    >>> xp.sum(x, axis=0).tolist()
    [4.0, 6.0]
"""

from math import e, inf, nan, pi

from .. import bool, float32, float64, int8, int16, int32, int64, uint8
from . import fft, linalg
from ._creation import *
from ._dtypes import __array_namespace_info__, astype, can_cast, finfo, iinfo, isdtype, result_type
from ._elementwise import *
from ._manipulation import *
from ._searching import *
from ._statistics import *
from .linalg import matmul, matrix_transpose, tensordot, vecdot

__array_api_version__ = "2025.12"
newaxis = None
