"""Neural networks: PyTorch's names and meanings on a core written in Swift."""

from . import _C
from ._C import Size, Tensor, device, dtype
from ._dtypes import can_cast, finfo, iinfo, promote_types, result_type
from ._ordering import histogramdd, is_nonzero, unique, unique_consecutive
from ._tensor import is_floating_point

globals().update(_C.dtypes)
globals().update(_C.functions)

from . import autograd, init, linalg, nn, optim, special  # noqa: E402
from .autograd import enable_grad, no_grad, set_grad_enabled  # noqa: E402
from .serialization import *  # noqa: E402, F403

__version__ = _C.__version__
