"""Neural networks: PyTorch's names and meanings on a core written in Swift."""

from . import _C, _questions
from ._C import Generator, Size, Tensor, default_generator, device, dtype
from ._arrays import *  # noqa: F403
from ._dtypes import can_cast, finfo, iinfo, promote_types, result_type
from ._ordering import histogramdd, is_nonzero, unique, unique_consecutive
from ._shapes import *  # noqa: F403
from ._tensor import is_floating_point
from . import _in_place  # noqa: E402  once all methods are there

globals().update(_C.dtypes)
globals().update(_C.functions)
globals().update(_C.options)
globals().update(_questions.FUNCTIONS)
globals().update(_in_place.FUNCTIONS)

from . import autograd, init, linalg, nn, optim, random, special, utils  # noqa: E402
from ._products import chain_matmul, einsum, tensordot  # noqa: E402
from ._sequences import gru, lstm, rnn_relu, rnn_tanh  # noqa: E402
from .autograd import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: E402
from .serialization import *  # noqa: E402, F403

__version__ = _C.__version__


def __getattr__(name):
    # What not every program needs: `import swiftnn` stays quick.
    if name in ("array_api", "func", "gluon"):
        from importlib import import_module

        return import_module("." + name, __name__)
    if name == "Trainer":
        return __getattr__("gluon").Trainer
    if name == "__array_namespace_info__":
        return __getattr__("array_api").__array_namespace_info__
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
