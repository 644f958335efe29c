"""Neural networks: PyTorch's names and meanings on a core written in Swift."""

from . import _C
from ._C import Size, Tensor, device, dtype
from ._tensor import get_default_dtype, is_floating_point, set_default_dtype

globals().update(_C.dtypes)
globals().update(_C.functions)

from . import autograd, init, linalg, nn, optim, special  # noqa: E402
from ._products import chain_matmul, einsum, tensordot  # noqa: E402
from .autograd import enable_grad, no_grad, set_grad_enabled  # noqa: E402
from .serialization import *  # noqa: E402, F403

__version__ = _C.__version__
