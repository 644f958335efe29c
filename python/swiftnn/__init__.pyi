# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias, overload

from numpy.typing import NDArray
from typing_extensions import Buffer

from . import autograd as autograd, init as init, nn as nn, optim as optim, serialization as serialization
from ._C import Size as Size, Tensor as Tensor, ValuesAndIndices, device as device, dtype as dtype
from .autograd import enable_grad as enable_grad, no_grad as no_grad, set_grad_enabled as set_grad_enabled

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]
_Device: TypeAlias = str | device

__version__: str

def abs(input: Tensor | _float) -> Tensor:
    """The absolute value."""
def absolute(input: Tensor | _float) -> Tensor:
    """The absolute value."""
def add(input: Tensor | _float, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
    """input + alpha * other."""
def all(input: Tensor, dim: _int | Sequence[_int] | None = None, keepdim: _bool = False) -> Tensor:
    """Whether all elements are non-zero, as bool."""
def allclose(
    input: Tensor,
    other: Tensor,
    rtol: _float = 1e-05,
    atol: _float = 1e-08,
    equal_nan: _bool = False,
) -> _bool:
    """Whether |input - other| <= atol + rtol * |other| everywhere."""
def amax(input: Tensor, dim: _int | Sequence[_int] | None = (), keepdim: _bool = False) -> Tensor:
    """The largest element; its gradient is shared by equal ones."""
def amin(input: Tensor, dim: _int | Sequence[_int] | None = (), keepdim: _bool = False) -> Tensor:
    """The smallest element; its gradient is shared by equal ones."""
def any(input: Tensor, dim: _int | Sequence[_int] | None = None, keepdim: _bool = False) -> Tensor:
    """Whether any element is non-zero, as bool."""
@overload
def arange(
    end: _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def arange(
    start: _float,
    end: _float,
    step: _float = 1,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """start, start + step, ... up to, without, end."""
def argmax(input: Tensor, dim: _int | None = None, keepdim: _bool = False) -> Tensor:
    """The index of the largest element, the first of equal ones, as int64."""
def argmin(input: Tensor, dim: _int | None = None, keepdim: _bool = False) -> Tensor:
    """The index of the smallest element, the first of equal ones, as int64."""
def as_tensor(data: Any, dtype: _DType | None = None, *, device: _Device | None = None) -> Tensor:
    """The tensor itself, a tensor on the memory of an array, or a copy of other data."""
bool: dtype
def cat(tensors: Sequence[Tensor], dim: _int = 0) -> Tensor:
    """Tensors of the same shape but for dim, one after the other along dim."""
def clamp(input: Tensor | _float, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Tensor:
    """input, but no less than min and no more than max."""
def clip(input: Tensor | _float, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Tensor:
    """input, but no less than min and no more than max."""
def clone(input: Tensor) -> Tensor:
    """A copy, through which gradients flow."""
def concat(tensors: Sequence[Tensor], dim: _int = 0) -> Tensor:
    """Tensors of the same shape but for dim, one after the other along dim."""
def concatenate(tensors: Sequence[Tensor], dim: _int = 0) -> Tensor:
    """Tensors of the same shape but for dim, one after the other along dim."""
def detach(input: Tensor) -> Tensor:
    """The same memory, without the history."""
def div(input: Tensor | _float, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
    """input / other."""
def divide(input: Tensor | _float, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
    """input / other."""
double: dtype
@overload
def empty(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def empty(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Memory with whatever it holds."""
def empty_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Unset memory in the shape and dtype of input."""
def eq(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input == other, as bool."""
def equal(input: Tensor, other: Tensor) -> _bool:
    """Whether the shapes and all elements are equal."""
def exp(input: Tensor | _float) -> Tensor:
    """e to the power of input."""
def flatten(input: Tensor, start_dim: _int = 0, end_dim: _int = -1) -> Tensor:
    """Joins the dimensions from start_dim to end_dim."""
float: dtype
float32: dtype
float64: dtype
def from_numpy(ndarray: NDArray[Any] | Buffer, /) -> Tensor:
    """A tensor on the memory of a NumPy array."""
def full(
    size: _int | Sequence[_int],
    fill_value: Tensor | _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """fill_value everywhere; its type gives the dtype if none is named."""
def full_like(
    input: Tensor,
    fill_value: Tensor | _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """fill_value in the shape and dtype of input."""
def ge(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input >= other, as bool."""
def get_default_dtype() -> dtype:
    """The dtype of tensors made from Python's floats: float32."""
def get_rng_state() -> Tensor:
    """The state of the random numbers, as a uint8 tensor."""
def greater(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input > other, as bool."""
def greater_equal(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input >= other, as bool."""
def gt(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input > other, as bool."""
def index_select(input: Tensor, dim: _int, index: Tensor) -> Tensor:
    """The slices of dim that the one-dimensional integer index names."""
def initial_seed() -> _int:
    """The seed that the random numbers started with."""
int: dtype
int16: dtype
int32: dtype
int64: dtype
int8: dtype
def is_floating_point(input: Tensor) -> _bool:
    """Whether the elements of ``input`` are floating-point numbers."""
def is_grad_enabled() -> _bool:
    """Whether operators on this thread record for the backward pass."""
def is_tensor(obj: object, /) -> _bool:
    """Whether obj is a Tensor."""
def isclose(
    input: Tensor,
    other: Tensor,
    rtol: _float = 1e-05,
    atol: _float = 1e-08,
    equal_nan: _bool = False,
) -> Tensor:
    """|input - other| <= atol + rtol * |other|, as bool."""
def isfinite(input: Tensor | _float) -> Tensor:
    """Where input is neither infinite nor NaN, as bool."""
def isnan(input: Tensor | _float) -> Tensor:
    """Where input is not a number, as bool."""
def le(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input <= other, as bool."""
def less(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input < other, as bool."""
def less_equal(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input <= other, as bool."""
def load_file(path: str | PathLike[str]) -> OrderedDict[str, Tensor]:
    """Reads the tensors of a safetensors file, as a dict by name."""
def load_model(path: str | PathLike[str]) -> nn.Module:
    """Rebuilds the network that ``save_model`` wrote."""
def log(input: Tensor | _float) -> Tensor:
    """The natural logarithm."""
def log_softmax(input: Tensor, dim: _int, dtype: _DType | None = None) -> Tensor:
    """The logarithm of softmax, without overflow."""
def logical_not(input: Tensor | _float) -> Tensor:
    """Where input is zero, as bool."""
long: dtype
def lt(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input < other, as bool."""
def manual_seed(seed: _int) -> None:
    """Starts the random numbers anew."""
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | _float) -> Tensor:
    """value where the bool mask holds, input elsewhere."""
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product of the last two dimensions, the others broadcast; a vector counts as a row on the left, as a
    column on the right."""
@overload
def max(input: Tensor, dim: None = None, keepdim: _bool = False) -> Tensor: ...
@overload
def max(input: Tensor, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
@overload
def max(input: Tensor, other: Tensor, /) -> Tensor:
    """The largest element; with dim, (values, indices) along it."""
def maximum(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """The larger of the two; NaN where either is NaN."""
def mean(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
) -> Tensor:
    """The arithmetic mean."""
@overload
def min(input: Tensor, dim: None = None, keepdim: _bool = False) -> Tensor: ...
@overload
def min(input: Tensor, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
@overload
def min(input: Tensor, other: Tensor, /) -> Tensor:
    """The smallest element; with dim, (values, indices) along it."""
def minimum(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """The smaller of the two; NaN where either is NaN."""
def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The matrix product of [n, m] and [m, p]."""
def mul(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input * other."""
def multiply(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input * other."""
def ne(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input != other, as bool."""
def neg(input: Tensor | _float) -> Tensor:
    """-input."""
def negative(input: Tensor | _float) -> Tensor:
    """-input."""
def not_equal(input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input != other, as bool."""
def numel(input: Tensor, /) -> _int:
    """The number of elements."""
@overload
def ones(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def ones(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Ones."""
def ones_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Ones in the shape and dtype of input."""
@overload
def permute(input: Tensor, *dims: _int) -> Tensor: ...
@overload
def permute(input: Tensor, dims: Sequence[_int]) -> Tensor:
    """With the dimensions in the given order."""
def pow(input: Tensor | _float, exponent: Tensor | _float) -> Tensor:
    """input to the power of exponent."""
@overload
def rand(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def rand(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Uniform on [0, 1)."""
def rand_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Uniform on [0, 1) in the shape and dtype of input."""
@overload
def randint(
    high: _int,
    size: _int | Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def randint(
    low: _int,
    high: _int,
    size: _int | Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Integers uniform on [low, high)."""
@overload
def randn(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def randn(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Standard normal."""
def randn_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Standard normal in the shape and dtype of input."""
def randperm(n: _int, *, dtype: _DType | None = None, device: _Device | None = None) -> Tensor:
    """The integers from 0 to n - 1 in random order."""
def relu(input: Tensor | _float) -> Tensor:
    """max(input, 0)."""
@overload
def reshape(input: Tensor, *shape: _int) -> Tensor: ...
@overload
def reshape(input: Tensor, shape: Sequence[_int]) -> Tensor:
    """The same elements in another shape; copies if the strides do not allow a view."""
def save_file(
    tensors: Mapping[str, Tensor],
    path: str | PathLike[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Writes a dict of tensors by name, such as a ``state_dict``."""
def save_model(net: nn.Module, path: str | PathLike[str]) -> None:
    """Writes a network, its structure and its parameters, to one file, from which Python and Swift rebuild it."""
def seed() -> _int:
    """Starts the random numbers at a seed of the system's choice, and returns it."""
def set_default_dtype(d: dtype) -> None:
    """Only float32 is offered."""
def set_rng_state(new_state: Tensor, /) -> None:
    """Goes on from what get_rng_state() returned."""
short: dtype
def sigmoid(input: Tensor | _float) -> Tensor:
    """1 / (1 + exp(-input))."""
def sign(input: Tensor | _float) -> Tensor:
    """-1, 0 or 1."""
def softmax(input: Tensor, dim: _int, dtype: _DType | None = None) -> Tensor:
    """exp(input) divided by its sum along dim."""
def sqrt(input: Tensor | _float) -> Tensor:
    """The square root."""
def square(input: Tensor | _float) -> Tensor:
    """input * input."""
def squeeze(input: Tensor, dim: _int | Sequence[_int] | None = None) -> Tensor:
    """Without the dimensions of size 1, or those of dim."""
def stack(tensors: Sequence[Tensor], dim: _int = 0) -> Tensor:
    """Tensors of the same shape along a new dimension."""
def sub(input: Tensor | _float, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
    """input - alpha * other."""
def subtract(input: Tensor | _float, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
    """input - alpha * other."""
def sum(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
) -> Tensor:
    """The sum of the elements."""
def swapaxes(input: Tensor, dim0: _int, dim1: _int) -> Tensor:
    """With two dimensions exchanged."""
def swapdims(input: Tensor, dim0: _int, dim1: _int) -> Tensor:
    """With two dimensions exchanged."""
def t(input: Tensor) -> Tensor:
    """The transpose of a tensor of at most two dimensions."""
def tanh(input: Tensor | _float) -> Tensor:
    """The hyperbolic tangent."""
def tensor(
    data: Any,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """A tensor with a copy of data: nested sequences, numbers, a Tensor, or anything with the buffer protocol, such as
    a NumPy array."""
def transpose(input: Tensor, dim0: _int, dim1: _int) -> Tensor:
    """With two dimensions exchanged."""
def true_divide(input: Tensor | _float, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
    """input / other."""
uint8: dtype
def unsqueeze(input: Tensor, dim: _int) -> Tensor:
    """With a dimension of size 1 inserted at dim."""
def where(condition: Tensor, input: Tensor | _float, other: Tensor | _float) -> Tensor:
    """input where condition holds, other elsewhere."""
@overload
def zeros(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor: ...
@overload
def zeros(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Zeros."""
def zeros_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Zeros in the shape and dtype of input."""
