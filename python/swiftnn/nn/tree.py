"""Python blocks for blocks that Swift has made."""

from importlib import import_module

from .. import _C
from .parameter import is_lazy

__all__ = ["block_of"]


def block_of(capsule, known):
    """The block for one in Swift, one for each (``known`` has them by identity), with those below it."""
    kind, identity, training, children = _C._inspect_module(capsule)
    if identity in known:
        return known[identity]
    nn = import_module("swiftnn.nn")
    block_type = getattr(nn, kind, None)
    if not (isinstance(block_type, type) and issubclass(block_type, nn.Module)):
        raise RuntimeError(f"load_model: the library has no block of type '{kind}'")
    block = block_type.__new__(block_type)
    nn.Module.__init__(block)
    block._adopt(capsule)
    block.training = training
    if not any(is_lazy(p) for p in block._parameters.values() if p is not None):
        block._materialized()
    known[identity] = block
    for name, child in children:
        block._modules[name] = block_of(child, known)
    return block
