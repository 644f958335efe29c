"""What programs around a network need."""

from . import dlpack

__all__ = ["checkpoint", "data", "dlpack"]


def __getattr__(name):
    if name in ("checkpoint", "data"):
        from importlib import import_module

        return import_module("." + name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
