"""Parameters: tensors that a module registers and an optimiser trains."""

from .._C import Parameter
from .._C import _is_lazy as is_lazy

__all__ = ["Parameter", "is_lazy"]
