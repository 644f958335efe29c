"""Tools for parameters and gradients: PyTorch's ``torch.nn.utils``."""

from importlib import import_module

TYPE_CHECKING = False  # to a type checker it is true, and `typing` takes its time
if TYPE_CHECKING:
    from .clip_grad import *
    from .convert_parameters import *
    from .fusion import *
    from .init import *
    from .older_norms import *

# The functions by the file that defines them, which is read when one of them is asked for.
_FILES = {
    "clip_grad": ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"],
    "convert_parameters": ["parameters_to_vector", "vector_to_parameters"],
    "fusion": ["fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"],
    "init": ["skip_init"],
    "older_norms": ["remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm"],
}
_PLACES = {name: file for file, names in _FILES.items() for name in names}
# Files whose functions are asked for by the file's name too.
_MODULES = ("parametrizations", "parametrize", "rnn", "stateless")

__all__ = sorted(_PLACES)


if not TYPE_CHECKING:  # to a type checker there are the names above and no others

    def __getattr__(name):
        if name in _PLACES:
            value = getattr(import_module("." + _PLACES[name], __name__), name)
            globals()[name] = value
            return value
        if name in _FILES or name in _MODULES:
            return import_module("." + name, __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
