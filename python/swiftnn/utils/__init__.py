"""What programs around a network need."""

from . import dlpack

__all__ = ["checkpoint", "dlpack"]


def __getattr__(name):
    if name == "checkpoint":
        from importlib import import_module

        return import_module(".checkpoint", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
