# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import EllipsisType
from typing import Any, NamedTuple, NoReturn, SupportsIndex, TypeAlias, final, overload, type_check_only

from numpy.typing import NDArray
from typing_extensions import Buffer, Self

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]
_Device: TypeAlias = str | device
_Index: TypeAlias = SupportsIndex | slice | EllipsisType | Tensor | NDArray[Any] | Sequence[Any] | None
# Tensor has properties of these names.
_C_device: TypeAlias = device
_C_dtype: TypeAlias = dtype

__version__: str
functions: dict[str, Callable[..., Any]]
nn_functions: dict[str, Callable[..., Any]]
dtypes: dict[str, dtype]
_cpu: device

@type_check_only
class ValuesAndIndices(NamedTuple):
    """What a reduction along one dimension returns."""

    values: Tensor
    indices: Tensor

@final
class dtype:
    """The type of a tensor's elements, such as swiftnn.float32."""

    @property
    def is_complex(self) -> _bool:
        """False: complex numbers are not offered."""
    @property
    def is_floating_point(self) -> _bool:
        """Whether the elements are floating-point numbers."""
    @property
    def is_signed(self) -> _bool:
        """Whether the elements can be negative."""
    @property
    def itemsize(self) -> _int:
        """The bytes of one element."""

@final
class device:
    """Where a tensor's memory is."""

    def __new__(cls, type: str | device) -> Self: ...
    @property
    def index(self) -> None:
        """None: there is one CPU device."""
    @property
    def type(self) -> str:
        """The kind of device: 'cpu'."""

@final
class Size(tuple[_int, ...]):
    """The sizes of a tensor's dimensions, a tuple."""

    def __new__(cls, iterable: Iterable[_int] = ()) -> Self: ...
    def __add__(self, value: tuple[_int, ...], /) -> Size: ...  # type: ignore[override]
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> _int: ...
    @overload
    def __getitem__(self, key: slice, /) -> Size: ...
    def __mul__(self, value: SupportsIndex, /) -> Size: ...
    def __rmul__(self, value: SupportsIndex, /) -> Size: ...
    def numel(self) -> _int:
        """The product of the sizes."""

@final
class Node:
    """The operator that made a tensor, as the backward pass knows it."""

    def name(self) -> str:
        """The name of the gradient formula, such as 'AddBackward0'."""

class Tensor:
    """An array of elements of one dtype that remembers how it was computed, for gradients."""

    def __new__(cls, *size: Any) -> Self: ...
    @property
    def T(self) -> Tensor:
        """With the dimensions reversed."""
    def __abs__(self) -> Tensor: ...
    def __add__(self, value: Tensor | _float, /) -> Tensor: ...
    def __array__(self, dtype: Any = None, copy: _bool | None = None) -> NDArray[Any]:
        """The conversion that NumPy asks for."""
    def __bool__(self) -> _bool: ...
    def __contains__(self, key: Tensor | _float, /) -> _bool: ...
    def __copy__(self) -> Self:
        """A tensor on the same memory."""
    def __deepcopy__(self, memo: dict[_int, Any]) -> Self:
        """A leaf with memory of its own and copies of the attributes; of the gradient too, but for a parameter's."""
    def __eq__(self, value: Tensor | _float, /) -> Tensor: ...  # type: ignore[override]
    def __float__(self) -> _float: ...
    def __floordiv__(self, value: Tensor | _float, /) -> Tensor: ...
    def __format__(self, format_spec: str, /) -> str:
        """A tensor without dimensions as its number."""
    def __ge__(self, value: Tensor | _float, /) -> Tensor: ...
    def __getitem__(self, key: _Index, /) -> Tensor: ...
    def __gt__(self, value: Tensor | _float, /) -> Tensor: ...
    def __hash__(self) -> _int: ...
    def __iadd__(self, value: Tensor | _float, /) -> Self: ...
    def __imul__(self, value: Tensor | _float, /) -> Self: ...
    def __index__(self) -> _int: ...
    def __int__(self) -> _int: ...
    def __invert__(self) -> Tensor: ...
    def __ipow__(self, value: Tensor | _float, /) -> Self: ...
    def __isub__(self, value: Tensor | _float, /) -> Self: ...
    def __iter__(self) -> Iterator[Tensor]: ...
    def __itruediv__(self, value: Tensor | _float, /) -> Self: ...
    def __le__(self, value: Tensor | _float, /) -> Tensor: ...
    def __len__(self) -> _int: ...
    def __lt__(self, value: Tensor | _float, /) -> Tensor: ...
    def __matmul__(self, value: Tensor, /) -> Tensor: ...
    def __mul__(self, value: Tensor | _float, /) -> Tensor: ...
    def __ne__(self, value: Tensor | _float, /) -> Tensor: ...  # type: ignore[override]
    def __neg__(self) -> Tensor: ...
    def __pos__(self) -> Tensor: ...
    def __pow__(self, value: Tensor | _float, /) -> Tensor: ...
    def __radd__(self, value: Tensor | _float, /) -> Tensor: ...
    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]: ...
    def __rfloordiv__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rmatmul__(self, value: Tensor, /) -> Tensor: ...
    def __rmul__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rpow__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rsub__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rtruediv__(self, value: Tensor | _float, /) -> Tensor: ...
    def __setitem__(
        self,
        key: _Index, value: Tensor | _float | NDArray[Any] | list[Any] | tuple[Any, ...], /,
    ) -> None: ...
    def __sub__(self, value: Tensor | _float, /) -> Tensor: ...
    def __truediv__(self, value: Tensor | _float, /) -> Tensor: ...
    @property
    def _is_initialized(self) -> _bool:
        """False for a parameter whose shape waits for the first input."""
    @property
    def _version(self) -> _int:
        """How often the memory has been written to in place."""
    def abs(self) -> Tensor:
        """The absolute value."""
    def abs_(self) -> Self:
        """Takes the absolute value."""
    def absolute(self) -> Tensor:
        """The absolute value."""
    def add(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
        """input + alpha * other."""
    def add_(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Self:
        """Adds alpha * other."""
    def all(self, dim: _int | Sequence[_int] | None = None, keepdim: _bool = False) -> Tensor:
        """Whether all elements are non-zero, as bool."""
    def allclose(self, other: Tensor, rtol: _float = 1e-05, atol: _float = 1e-08, equal_nan: _bool = False) -> _bool:
        """Whether |self - other| <= atol + rtol * |other| everywhere."""
    def amax(self, dim: _int | Sequence[_int] | None = (), keepdim: _bool = False) -> Tensor:
        """The largest element; its gradient is shared by equal ones."""
    def amin(self, dim: _int | Sequence[_int] | None = (), keepdim: _bool = False) -> Tensor:
        """The smallest element; its gradient is shared by equal ones."""
    def any(self, dim: _int | Sequence[_int] | None = None, keepdim: _bool = False) -> Tensor:
        """Whether any element is non-zero, as bool."""
    def argmax(self, dim: _int | None = None, keepdim: _bool = False) -> Tensor:
        """The index of the largest element, the first of equal ones, as int64."""
    def argmin(self, dim: _int | None = None, keepdim: _bool = False) -> Tensor:
        """The index of the smallest element, the first of equal ones, as int64."""
    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: _bool | None = None,
        create_graph: _bool = False,
    ) -> None:
        """Adds the gradients of this tensor to those of the leaves that it depends on."""
    def bernoulli_(self, p: _float = 0.5) -> Self:
        """Draws 1 with probability p, else 0."""
    def bfloat16(self) -> NoReturn:
        """An error: bfloat16 is not offered."""
    def bool(self) -> Tensor:
        """As bool: whether an element is not zero."""
    def byte(self) -> Tensor:
        """As uint8."""
    def char(self) -> Tensor:
        """As int8."""
    def clamp(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Tensor:
        """input, but no less than min and no more than max."""
    def clamp_(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Self:
        """Limits to [min, max]."""
    def clip(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Tensor:
        """input, but no less than min and no more than max."""
    def clone(self) -> Tensor:
        """A copy, through which gradients flow."""
    def contiguous(self) -> Tensor:
        """The tensor itself if it is contiguous, else a contiguous copy."""
    def copy_(self, source: Tensor | _float) -> Self:
        """Writes the elements of source, broadcast and converted."""
    def cpu(self) -> Tensor:
        """The tensor itself."""
    data: Tensor
    """The same memory without the history."""
    def data_ptr(self) -> _int:
        """The address of the first element."""
    def detach(self) -> Tensor:
        """The same memory, without the history."""
    def detach_(self) -> Self:
        """Forgets the history."""
    @property
    def device(self) -> _C_device:
        """device('cpu')."""
    def dim(self) -> _int:
        """The number of dimensions."""
    def div(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
        """input / other."""
    def div_(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Self:
        """Divides by other."""
    def divide(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
        """input / other."""
    def double(self) -> Tensor:
        """As float64."""
    @property
    def dtype(self) -> _C_dtype:
        """The type of the elements."""
    def element_size(self) -> _int:
        """The bytes of one element."""
    def eq(self, other: Tensor | _float) -> Tensor:
        """input == other, as bool."""
    def equal(self, other: Tensor) -> _bool:
        """Whether the shapes and all elements are equal."""
    def exp(self) -> Tensor:
        """e to the power of input."""
    def exp_(self) -> Self:
        """Raises e to its power."""
    @overload
    def expand(self, *sizes: _int) -> Tensor: ...
    @overload
    def expand(self, sizes: Sequence[_int]) -> Tensor:
        """Dimensions of size 1 repeated without a copy; -1 keeps a size."""
    def expand_as(self, other: Tensor) -> Tensor:
        """Dimensions of size 1 repeated, without a copy, to the shape of ``other``."""
    def fill_(self, value: Tensor | _float) -> Self:
        """Writes value everywhere."""
    def flatten(self, start_dim: _int = 0, end_dim: _int = -1) -> Tensor:
        """Joins the dimensions from start_dim to end_dim."""
    def float(self) -> Tensor:
        """As float32."""
    def ge(self, other: Tensor | _float) -> Tensor:
        """input >= other, as bool."""
    grad: Tensor | None
    """The gradient that backward() has accumulated, or None."""
    @property
    def grad_fn(self) -> Node | None:
        """The operator that made the tensor, or None for a leaf."""
    def greater(self, other: Tensor | _float) -> Tensor:
        """input > other, as bool."""
    def greater_equal(self, other: Tensor | _float) -> Tensor:
        """input >= other, as bool."""
    def gt(self, other: Tensor | _float) -> Tensor:
        """input > other, as bool."""
    def half(self) -> NoReturn:
        """An error: float16 is not offered."""
    def index_select(self, dim: _int, index: Tensor) -> Tensor:
        """The slices of dim that the one-dimensional integer index names."""
    def int(self) -> Tensor:
        """As int32."""
    def is_contiguous(self) -> _bool:
        """Whether the elements lie in row-major order without gaps."""
    def is_floating_point(self) -> _bool:
        """Whether the elements are floating-point numbers."""
    @property
    def is_leaf(self) -> _bool:
        """Whether no recorded operator made the tensor."""
    def isclose(self, other: Tensor, rtol: _float = 1e-05, atol: _float = 1e-08, equal_nan: _bool = False) -> Tensor:
        """|input - other| <= atol + rtol * |other|, as bool."""
    def isfinite(self) -> Tensor:
        """Where input is neither infinite nor NaN, as bool."""
    def isnan(self) -> Tensor:
        """Where input is not a number, as bool."""
    def item(self) -> _float | _int:
        """The one element as a Python number."""
    @property
    def itemsize(self) -> _int:
        """The bytes of one element."""
    def le(self, other: Tensor | _float) -> Tensor:
        """input <= other, as bool."""
    def less(self, other: Tensor | _float) -> Tensor:
        """input < other, as bool."""
    def less_equal(self, other: Tensor | _float) -> Tensor:
        """input <= other, as bool."""
    def log(self) -> Tensor:
        """The natural logarithm."""
    def log_(self) -> Self:
        """Takes the natural logarithm."""
    def log_softmax(self, dim: _int, dtype: _DType | None = None) -> Tensor:
        """The logarithm of softmax, without overflow."""
    def logical_not(self) -> Tensor:
        """Where input is zero, as bool."""
    def long(self) -> Tensor:
        """As int64."""
    def lt(self, other: Tensor | _float) -> Tensor:
        """input < other, as bool."""
    @property
    def mT(self) -> Tensor:
        """With the last two dimensions exchanged."""
    def masked_fill(self, mask: Tensor, value: Tensor | _float) -> Tensor:
        """value where the bool mask holds, input elsewhere."""
    def masked_fill_(self, mask: Tensor, value: Tensor | _float) -> Self:
        """Writes value where the bool mask holds."""
    def matmul(self, other: Tensor) -> Tensor:
        """The matrix product of the last two dimensions, the others broadcast; a vector counts as a row on the left, as
        a column on the right."""
    @overload
    def max(self, dim: None = None, keepdim: _bool = False) -> Tensor: ...
    @overload
    def max(self, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
    @overload
    def max(self, other: Tensor, /) -> Tensor:
        """The largest element; with dim, (values, indices) along it."""
    def maximum(self, other: Tensor | _float) -> Tensor:
        """The larger of the two; NaN where either is NaN."""
    def mean(
        self,
        dim: _int | Sequence[_int] | None = None,
        keepdim: _bool = False,
        *,
        dtype: _DType | None = None,
    ) -> Tensor:
        """The arithmetic mean."""
    @overload
    def min(self, dim: None = None, keepdim: _bool = False) -> Tensor: ...
    @overload
    def min(self, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
    @overload
    def min(self, other: Tensor, /) -> Tensor:
        """The smallest element; with dim, (values, indices) along it."""
    def minimum(self, other: Tensor | _float) -> Tensor:
        """The smaller of the two; NaN where either is NaN."""
    def mm(self, mat2: Tensor) -> Tensor:
        """The matrix product of [n, m] and [m, p]."""
    def mul(self, other: Tensor | _float) -> Tensor:
        """input * other."""
    def mul_(self, other: Tensor | _float) -> Self:
        """Multiplies by other."""
    def multiply(self, other: Tensor | _float) -> Tensor:
        """input * other."""
    @property
    def nbytes(self) -> _int:
        """The bytes of all elements."""
    @property
    def ndim(self) -> _int:
        """The number of dimensions."""
    def ndimension(self) -> _int:
        """The number of dimensions."""
    def ne(self, other: Tensor | _float) -> Tensor:
        """input != other, as bool."""
    def neg(self) -> Tensor:
        """-input."""
    def neg_(self) -> Self:
        """Changes the sign."""
    def negative(self) -> Tensor:
        """-input."""
    def nelement(self) -> _int:
        """The number of elements."""
    @overload
    def new_empty(
        self,
        *size: _int,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor: ...
    @overload
    def new_empty(
        self,
        size: Sequence[_int],
        *,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor:
        """Unset memory, of this tensor's dtype unless another is named."""
    def new_full(
        self,
        size: _int | Sequence[_int],
        fill_value: Tensor | _float,
        *,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor:
        """``fill_value`` everywhere, of this tensor's dtype unless another is named."""
    @overload
    def new_ones(
        self,
        *size: _int,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor: ...
    @overload
    def new_ones(
        self,
        size: Sequence[_int],
        *,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor:
        """Ones, of this tensor's dtype unless another is named."""
    def new_tensor(
        self,
        data: Any,
        *,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor:
        """A tensor with a copy of ``data``, of this tensor's dtype unless another is named."""
    @overload
    def new_zeros(
        self,
        *size: _int,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor: ...
    @overload
    def new_zeros(
        self,
        size: Sequence[_int],
        *,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
    ) -> Tensor:
        """Zeros, of this tensor's dtype unless another is named."""
    def normal_(self, mean: _float = 0.0, std: _float = 1.0) -> Self:
        """Draws from the normal distribution."""
    def not_equal(self, other: Tensor | _float) -> Tensor:
        """input != other, as bool."""
    def numel(self) -> _int:
        """The number of elements."""
    def numpy(self, *, force: _bool = False) -> NDArray[Any]:
        """A NumPy array on the same memory."""
    @overload
    def permute(self, *dims: _int) -> Tensor: ...
    @overload
    def permute(self, dims: Sequence[_int]) -> Tensor:
        """With the dimensions in the given order."""
    def pow(self, exponent: Tensor | _float) -> Tensor:
        """input to the power of exponent."""
    def pow_(self, exponent: Tensor | _float) -> Self:
        """Raises to the power of exponent."""
    def relu(self) -> Tensor:
        """max(input, 0)."""
    def relu_(self) -> Self:
        """Sets negative elements to zero."""
    requires_grad: _bool
    """Whether operators record this tensor for the backward pass."""
    def requires_grad_(self, requires_grad: _bool = True) -> Self:
        """Sets requires_grad and returns the tensor."""
    @overload
    def reshape(self, *shape: _int) -> Tensor: ...
    @overload
    def reshape(self, shape: Sequence[_int]) -> Tensor:
        """The same elements in another shape; copies if the strides do not allow a view."""
    def reshape_as(self, other: Tensor) -> Tensor:
        """The same elements in the shape of ``other``."""
    def retain_grad(self) -> None:
        """Keeps the gradient of a tensor that is not a leaf."""
    @property
    def shape(self) -> Size:
        """The sizes of the dimensions, as a Size."""
    def short(self) -> Tensor:
        """As int16."""
    def sigmoid(self) -> Tensor:
        """1 / (1 + exp(-input))."""
    def sigmoid_(self) -> Self:
        """Takes the sigmoid."""
    def sign(self) -> Tensor:
        """-1, 0 or 1."""
    @overload
    def size(self, dim: None = None) -> Size: ...
    @overload
    def size(self, dim: _int) -> _int:
        """The shape, or the size of one dimension."""
    def softmax(self, dim: _int, dtype: _DType | None = None) -> Tensor:
        """exp(input) divided by its sum along dim."""
    def sqrt(self) -> Tensor:
        """The square root."""
    def sqrt_(self) -> Self:
        """Takes the square root."""
    def square(self) -> Tensor:
        """input * input."""
    def square_(self) -> Self:
        """Multiplies by itself."""
    def squeeze(self, dim: _int | Sequence[_int] | None = None) -> Tensor:
        """Without the dimensions of size 1, or those of dim."""
    def storage_offset(self) -> _int:
        """How many elements of the memory come before the first of this tensor."""
    @overload
    def stride(self, dim: None = None) -> tuple[_int, ...]: ...
    @overload
    def stride(self, dim: _int) -> _int:
        """How many elements lie between neighbours along each dimension, or along one."""
    def sub(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
        """input - alpha * other."""
    def sub_(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Self:
        """Subtracts alpha * other."""
    def subtract(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
        """input - alpha * other."""
    def sum(
        self,
        dim: _int | Sequence[_int] | None = None,
        keepdim: _bool = False,
        *,
        dtype: _DType | None = None,
    ) -> Tensor:
        """The sum of the elements."""
    def swapaxes(self, dim0: _int, dim1: _int) -> Tensor:
        """With two dimensions exchanged."""
    def swapdims(self, dim0: _int, dim1: _int) -> Tensor:
        """With two dimensions exchanged."""
    def t(self) -> Tensor:
        """The transpose of a tensor of at most two dimensions."""
    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
    def tanh_(self) -> Self:
        """Takes the hyperbolic tangent."""
    @overload
    def to(self, dtype: _DType, non_blocking: _bool = False, copy: _bool = False) -> Tensor: ...
    @overload
    def to(
        self,
        device: _Device | None,
        dtype: _DType | None = None,
        non_blocking: _bool = False,
        copy: _bool = False,
    ) -> Tensor: ...
    @overload
    def to(self, other: Tensor, /, non_blocking: _bool = False, copy: _bool = False) -> Tensor:
        """The tensor with the dtype given, or that of another tensor; itself if it has it already and copy is not
        set."""
    def tolist(self) -> Any:
        """The elements as nested lists of numbers, or one number."""
    def transpose(self, dim0: _int, dim1: _int) -> Tensor:
        """With two dimensions exchanged."""
    def true_divide(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
        """input / other."""
    @overload
    def type(self, dtype: None = None) -> str: ...
    @overload
    def type(self, dtype: _DType) -> Tensor:
        """The name of the tensor's type, or the tensor with the dtype."""
    def type_as(self, other: Tensor) -> Tensor:
        """This tensor with the dtype of ``other``."""
    def uniform_(self, from_: _float = 0.0, to: _float = 1.0) -> Self:
        """Draws from the uniform distribution on [from, to)."""
    def unsqueeze(self, dim: _int) -> Tensor:
        """With a dimension of size 1 inserted at dim."""
    @overload
    def view(self, *shape: _int) -> Tensor: ...
    @overload
    def view(self, shape: Sequence[_int]) -> Tensor:
        """The same memory in another shape; -1 stands for what is left."""
    def view_as(self, other: Tensor) -> Tensor:
        """The same memory in the shape of ``other``."""
    def zero_(self) -> Self:
        """Writes zeros."""
    def __buffer__(self, flags: _int, /) -> memoryview: ...

class Parameter(Tensor):
    """A tensor that a module registers as a parameter when it is assigned as an attribute."""

    def __new__(cls, data: Tensor | None = None, requires_grad: _bool = True) -> Self: ...

class ModuleBase:
    """What swiftnn.nn.Module does in C: calls, attributes, and the handle to the block in Swift."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def __getattr__(self, name: str, /) -> Any: ...
    _buffers: dict[str, Tensor | None]
    """The buffers by name."""
    _deferred: dict[str, Any] | None
    """Initialisers that wait for the shape of their parameter."""
    _forward_hooks: Any
    _forward_pre_hooks: Any
    _modules: dict[str, Any]
    """The children by name."""
    @property
    def _native_type(self) -> str | None:
        """The name of a built-in block's type, else None."""
    @property
    def _overrides_forward(self) -> _bool:
        """Whether forward is not the built-in one."""
    _parameters: dict[str, Parameter | None]
    """The parameters by name."""
    @property
    def _ready(self) -> _bool:
        """Whether Module.__init__ has run."""
    forward: Callable[..., Any]
    """Computes the output."""
    def reset_parameters(self) -> None:
        """Draws the parameters of a built-in block anew by its own scheme."""
    training: _bool
    """Whether the block is in training mode."""

def _adam_step(
    parameters: Sequence[Tensor],
    exp_avgs: Sequence[Tensor],
    exp_avg_sqs: Sequence[Tensor],
    settings: Sequence[_float],
    decoupled: _bool,
    maximize: _bool,
) -> list[Tensor]:
    """settings: lr, beta1, beta2, eps, weight_decay, then the number of this step for each parameter."""
def _arange(
    start: Tensor | _float,
    end: Tensor | _float,
    step: Tensor | _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """start, start + step, … up to, without, end."""
def _as_leaf(type: _type[Tensor], tensor: Tensor, requires_grad: _bool, /) -> Tensor: ...
def _equal(input: Tensor, other: Tensor) -> Tensor:
    """Whether shapes and all elements are equal, as a bool of no dimensions."""
def _grad(
    outputs: Sequence[Tensor],
    grad_outputs: Sequence[Tensor | None] | None,
    inputs: Sequence[Tensor],
    retain_graph: _bool | None,
    create_graph: _bool,
    allow_unused: _bool,
) -> list[Tensor | None]: ...
_inspect_module: Callable[..., Any]
_is_lazy: Callable[..., Any]
_load_file: Callable[..., Any]
_load_module: Callable[..., Any]
def _memory_empty_cache() -> None: ...
def _memory_reset_peak() -> None: ...
def _memory_statistics() -> dict[str, _int]: ...
def _randint(
    low: _int,
    high: _int,
    size: _int | Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
) -> Tensor:
    """Integers uniform on [low, high)."""
def _rebuild_tensor(
    type: _type[Tensor],
    dtype: _DType | None,
    sizes: Sequence[_int],
    data: Any,
    requires_grad: _bool,
    /,
) -> Tensor:
    """What a pickled tensor is made of."""
_save_file: Callable[..., Any]
def _set_grad_enabled(mode: _bool, /) -> _bool:
    """Returns the mode before."""
def _sgd_step(
    parameters: Sequence[Tensor],
    momentum_buffers: Sequence[Tensor],
    settings: Sequence[_float],
    nesterov: _bool,
    maximize: _bool,
) -> list[Tensor]:
    """settings: lr, momentum, dampening, weight_decay."""
def _tensor_bytes(tensor: Tensor, /) -> bytes:
    """The elements in row-major order."""
def _to_dtype(input: Tensor, dtype: _DType | None) -> Tensor:
    """The tensor itself if it has the dtype, else a converted copy."""
