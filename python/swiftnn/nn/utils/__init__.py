"""Helpers around blocks: PyTorch's ``torch.nn.utils`` by name and meaning."""

from importlib import import_module

__all__ = ["rnn"]


def __getattr__(name):
    if name in __all__:
        return import_module("." + name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
