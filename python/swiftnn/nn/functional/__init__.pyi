# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from typing import TypeAlias

from ..._C import Tensor, dtype

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]

__all__ = [
    "cross_entropy",
    "dropout",
    "linear",
    "log_softmax",
    "mse_loss",
    "relu",
    "relu_",
    "sigmoid",
    "softmax",
    "tanh",
]

def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: _int = -100,
    reduction: str | None = "mean",
    label_smoothing: _float = 0.0,
) -> Tensor:
    """The cross entropy of logits [N, C, ...] or [C], and target: class indices [N, ...] or [], or class probabilities
    in the shape of input."""
def dropout(input: Tensor, p: _float = 0.5, training: _bool = True, inplace: _bool = False) -> Tensor:
    """Elements set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training."""
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias, for input [..., in], weight [out, in] and bias [out]."""
def log_softmax(input: Tensor, dim: _int | None = None, dtype: _DType | None = None) -> Tensor:
    """The logarithm of softmax, without overflow."""
def mse_loss(input: Tensor, target: Tensor, reduction: str | None = "mean") -> Tensor:
    """(input - target) squared, averaged, summed or as it is ('none')."""
def relu(input: Tensor, inplace: _bool = False) -> Tensor:
    """max(input, 0), written over the input with ``inplace``."""
def relu_(input: Tensor) -> Tensor:
    """max(input, 0), written over the input."""
def sigmoid(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """1 / (1 + exp(-input))."""
def softmax(input: Tensor, dim: _int | None = None, dtype: _DType | None = None) -> Tensor:
    """exp(input) divided by its sum along ``dim``, which must be given."""
def tanh(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic tangent."""
