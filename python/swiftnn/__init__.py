"""Neural networks: PyTorch's names and meanings on a core written in Swift."""

from . import _C, _questions
from ._C import Generator, Size, Tensor, default_generator, device, dtype
from ._arrays import *  # noqa: F403
from ._shapes import *  # noqa: F403
from ._tensor import get_default_dtype, is_floating_point, set_default_dtype

globals().update(_C.dtypes)
globals().update(_C.functions)
globals().update(_C.options)
globals().update(_questions.FUNCTIONS)

from . import autograd, init, linalg, nn, optim, random, special, utils  # noqa: E402
from .autograd import enable_grad, no_grad, set_grad_enabled  # noqa: E402
from .serialization import *  # noqa: E402, F403

__version__ = _C.__version__
