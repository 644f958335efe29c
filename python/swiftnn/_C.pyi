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
linalg_functions: dict[str, Callable[..., Any]]
special_functions: dict[str, Callable[..., Any]]
dtypes: dict[str, dtype]
_cpu: device
default_generator: Generator

@type_check_only
class EigenvaluesAndEigenvectors(NamedTuple):
    """The results of an operator."""

    eigenvalues: Tensor
    eigenvectors: Tensor

@type_check_only
class HistAndBinEdges(NamedTuple):
    """The results of an operator."""

    hist: Tensor
    bin_edges: Tensor

@type_check_only
class InverseAndInfo(NamedTuple):
    """The results of an operator."""

    inverse: Tensor
    info: Tensor

@type_check_only
class LAndInfo(NamedTuple):
    """The results of an operator."""

    L: Tensor
    info: Tensor

@type_check_only
class LUAndPivots(NamedTuple):
    """The results of an operator."""

    LU: Tensor
    pivots: Tensor

@type_check_only
class LUAndPivotsAndInfo(NamedTuple):
    """The results of an operator."""

    LU: Tensor
    pivots: Tensor
    info: Tensor

@type_check_only
class MantissaAndExponent(NamedTuple):
    """The results of an operator."""

    mantissa: Tensor
    exponent: Tensor

@type_check_only
class MinAndMax(NamedTuple):
    """The results of an operator."""

    min: Tensor
    max: Tensor

@type_check_only
class PAndLAndU(NamedTuple):
    """The results of an operator."""

    P: Tensor
    L: Tensor
    U: Tensor

@type_check_only
class QAndR(NamedTuple):
    """The results of an operator."""

    Q: Tensor
    R: Tensor

@type_check_only
class ResultAndInfo(NamedTuple):
    """The results of an operator."""

    result: Tensor
    info: Tensor

@type_check_only
class SignAndLogabsdet(NamedTuple):
    """The results of an operator."""

    sign: Tensor
    logabsdet: Tensor

@type_check_only
class SolutionAndClonedCoefficient(NamedTuple):
    """The results of an operator."""

    solution: Tensor
    cloned_coefficient: Tensor

@type_check_only
class SolutionAndResidualsAndRankAndSingularValues(NamedTuple):
    """The results of an operator."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor

@type_check_only
class UAndSAndV(NamedTuple):
    """The results of an operator."""

    U: Tensor
    S: Tensor
    V: Tensor

@type_check_only
class UAndSAndVh(NamedTuple):
    """The results of an operator."""

    U: Tensor
    S: Tensor
    Vh: Tensor

@type_check_only
class ValuesAndIndices(NamedTuple):
    """The results of an operator."""

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

    def __eq__(self, value: Any, /) -> Any:
        """Return self==value."""
    def __ge__(self, value: Any, /) -> Any:
        """Return self>=value."""
    def __gt__(self, value: Any, /) -> Any:
        """Return self>value."""
    def __hash__(self) -> Any:
        """Return hash(self)."""
    def __le__(self, value: Any, /) -> Any:
        """Return self<=value."""
    def __lt__(self, value: Any, /) -> Any:
        """Return self<value."""
    def __ne__(self, value: Any, /) -> Any:
        """Return self!=value."""
    def name(self) -> str:
        """The name of the gradient formula, such as 'AddBackward0'."""
    @property
    def next_functions(self) -> Any:
        """Where the gradients of the inputs go: pairs of a node or None, and a number."""
    def register_hook(self, fn: Any, /) -> Any:
        """Calls fn(grad_inputs, grad_outputs) after the formula has run; it may return other gradients of the
        inputs."""
    def register_prehook(self, fn: Any, /) -> Any:
        """Calls fn(grad_outputs) before the formula runs; it may return other gradients of the outputs."""
    @property
    def saved_tensors(self) -> Any:
        """What a function written in Python has saved."""
    @property
    def variable(self) -> Any:
        """The leaf, for a node that adds to the gradient of one."""

class Generator:
    """A source of random numbers: for the same seed those of PyTorch's CPU generator."""

    def __new__(cls, device: _Device | None = "cpu") -> Self: ...
    def __setstate__(self, *args: Any) -> Any: ...
    def clone_state(self) -> Any:
        """A new generator in the same state."""
    @property
    def device(self) -> _C_device:
        """device('cpu')."""
    def get_state(self) -> Any:
        """The state, as a uint8 tensor."""
    def initial_seed(self) -> _int:
        """The seed given last."""
    def manual_seed(self, seed: _int) -> None:
        """Starts the numbers of a seed; returns the generator."""
    def seed(self) -> _int:
        """Starts at a seed of the system's choice, and returns it."""
    def set_state(self, new_state: Tensor) -> Any:
        """Goes on from what get_state() returned."""

class FunctionContext:
    """The part of FunctionCtx that belongs to the graph."""

    def _begin(self, *args: Any) -> Any: ...
    def _end(self, *args: Any) -> Any: ...
    @property
    def saved_tensors(self) -> Any:
        """What save_for_backward() was given."""

class HookHandle:
    """What registering a hook on a tensor or a node returns."""

    def __enter__(self) -> Any: ...
    @overload
    def __exit__(self, *exception: _int) -> Any: ...
    @overload
    def __exit__(self, exception: Sequence[_int]) -> Any:
        """Takes the hook off."""
    @property
    def id(self) -> Any:
        """A number that no other hook has."""
    def remove(self) -> Any:
        """Takes the hook off."""

class LinAlgError(RuntimeError): ...

class Tensor:
    """An array of elements of one dtype that remembers how it was computed, for gradients."""

    def __new__(cls, *size: Any) -> Self: ...
    @property
    def H(self) -> Any:
        """A matrix with its two dimensions exchanged."""
    @property
    def T(self) -> Tensor:
        """With the dimensions reversed."""
    def __abs__(self) -> Tensor: ...
    def __add__(self, value: Tensor | _float, /) -> Tensor: ...
    def __and__(self, value: Any, /) -> Any:
        """Return self&value."""
    def __array__(self, dtype: Any = None, copy: _bool | None = None) -> NDArray[Any]:
        """The conversion that NumPy asks for."""
    def __array_namespace__(self, *, api_version: Any = None) -> Any:
        """The functions of the Python array API standard for tensors."""
    def __bool__(self) -> _bool: ...
    def __complex__(self) -> Any:
        """The one element as a complex number of Python."""
    def __contains__(self, key: Tensor | _float, /) -> _bool: ...
    def __copy__(self) -> Self:
        """A tensor on the same memory."""
    def __deepcopy__(self, memo: dict[_int, Any]) -> Self:
        """A leaf with memory of its own and copies of the attributes; of the gradient too, but for a parameter's."""
    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: Any = None,
        dl_device: Any = None,
        copy: Any = None,
    ) -> Any:
        """A DLPack capsule on the tensor's memory."""
    def __dlpack_device__(self) -> Any:
        """(1, 0): the CPU."""
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
    def __iand__(self, value: Any, /) -> Any:
        """Return self&=value."""
    def __ifloordiv__(self, value: Any, /) -> Any:
        """Return self//=value."""
    def __ilshift__(self, value: Any, /) -> Any:
        """Return self<<=value."""
    def __imod__(self, value: Any, /) -> Any:
        """Return self%=value."""
    def __imul__(self, value: Tensor | _float, /) -> Self: ...
    def __index__(self) -> _int: ...
    def __int__(self) -> _int: ...
    def __invert__(self) -> Tensor: ...
    def __ior__(self, value: Any, /) -> Any:
        """Return self|=value."""
    def __ipow__(self, value: Tensor | _float, /) -> Self: ...
    def __irshift__(self, value: Any, /) -> Any:
        """Return self>>=value."""
    def __isub__(self, value: Tensor | _float, /) -> Self: ...
    def __iter__(self) -> Iterator[Tensor]: ...
    def __itruediv__(self, value: Tensor | _float, /) -> Self: ...
    def __ixor__(self, value: Any, /) -> Any:
        """Return self^=value."""
    def __le__(self, value: Tensor | _float, /) -> Tensor: ...
    def __len__(self) -> _int: ...
    def __lshift__(self, value: Any, /) -> Any:
        """Return self<<value."""
    def __lt__(self, value: Tensor | _float, /) -> Tensor: ...
    def __matmul__(self, value: Tensor, /) -> Tensor: ...
    def __mod__(self, value: Any, /) -> Any:
        """Return self%value."""
    def __mul__(self, value: Tensor | _float, /) -> Tensor: ...
    def __ne__(self, value: Tensor | _float, /) -> Tensor: ...  # type: ignore[override]
    def __neg__(self) -> Tensor: ...
    def __or__(self, value: Any, /) -> Any:
        """Return self|value."""
    def __pos__(self) -> Tensor: ...
    def __pow__(self, value: Tensor | _float, /) -> Tensor: ...
    def __radd__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rand__(self, value: Any, /) -> Any:
        """Return value&self."""
    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]: ...
    def __rfloordiv__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rlshift__(self, value: Any, /) -> Any:
        """Return value<<self."""
    def __rmatmul__(self, value: Tensor, /) -> Tensor: ...
    def __rmod__(self, value: Any, /) -> Any:
        """Return value%self."""
    def __rmul__(self, value: Tensor | _float, /) -> Tensor: ...
    def __ror__(self, value: Any, /) -> Any:
        """Return value|self."""
    def __rpow__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rrshift__(self, value: Any, /) -> Any:
        """Return value>>self."""
    def __rshift__(self, value: Any, /) -> Any:
        """Return self>>value."""
    def __rsub__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rtruediv__(self, value: Tensor | _float, /) -> Tensor: ...
    def __rxor__(self, value: Any, /) -> Any:
        """Return value^self."""
    def __setitem__(
        self,
        key: _Index, value: Tensor | _float | NDArray[Any] | list[Any] | tuple[Any, ...], /,
    ) -> None: ...
    def __sub__(self, value: Tensor | _float, /) -> Tensor: ...
    def __truediv__(self, value: Tensor | _float, /) -> Tensor: ...
    def __xor__(self, value: Any, /) -> Any:
        """Return self^value."""
    @property
    def _base(self) -> Any:
        """The tensor that a view shows a part of, or None."""
    @property
    def _is_initialized(self) -> _bool:
        """False for a parameter whose shape waits for the first input."""
    def _is_view(self) -> Any:
        """Whether the tensor shows a part of another and shares its history."""
    def _random_(self, low: _int | None, high: _int | None, *, generator: Generator | None = None) -> Self:
        """Draws integers from [low, high)."""
    @property
    def _version(self) -> _int:
        """How often the memory has been written to in place."""
    def abs(self) -> Tensor:
        """The absolute value."""
    def abs_(self) -> Self:
        """Takes the absolute value."""
    def absolute(self) -> Tensor:
        """The absolute value."""
    def absolute_(self) -> Self:
        """The absolute value."""
    def acos(self) -> Tensor:
        """The arccosine."""
    def acos_(self) -> Self:
        """The arccosine."""
    def acosh(self) -> Tensor:
        """The inverse of the hyperbolic cosine."""
    def acosh_(self) -> Self:
        """The inverse of the hyperbolic cosine."""
    def add(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
        """input + alpha * other."""
    def add_(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Self:
        """Adds alpha * other."""
    def addbmm(
        self,
        batch1: Tensor,
        batch2: Tensor,
        *,
        beta: Tensor | _float = 1,
        alpha: Tensor | _float = 1,
    ) -> Tensor:
        """beta * input + alpha * the sum of the products of two stacks, with input broadcast."""
    def addbmm_(self, batch1: Tensor, batch2: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Self:
        """beta * input + alpha * the sum of the products of two stacks, with input broadcast."""
    def addcdiv(self, tensor1: Tensor, tensor2: Tensor, *, value: Tensor | _float = 1) -> Tensor:
        """input + value * tensor1 / tensor2, of which one must be floating point."""
    def addcdiv_(self, tensor1: Tensor, tensor2: Tensor, *, value: Tensor | _float = 1) -> Self:
        """input + value * tensor1 / tensor2, of which one must be floating point."""
    def addcmul(self, tensor1: Tensor, tensor2: Tensor, *, value: Tensor | _float = 1) -> Tensor:
        """input + value * tensor1 * tensor2."""
    def addcmul_(self, tensor1: Tensor, tensor2: Tensor, *, value: Tensor | _float = 1) -> Self:
        """input + value * tensor1 * tensor2."""
    def addmm(self, mat1: Tensor, mat2: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Tensor:
        """beta * input + alpha * (mat1 @ mat2), with input broadcast."""
    def addmm_(self, mat1: Tensor, mat2: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Self:
        """beta * input + alpha * (mat1 @ mat2), with input broadcast."""
    def addmv(self, mat: Tensor, vec: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Tensor:
        """beta * input + alpha * (mat @ vec), with input broadcast."""
    def addmv_(self, mat: Tensor, vec: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Self:
        """beta * input + alpha * (mat @ vec), with input broadcast."""
    def addr(self, vec1: Tensor, vec2: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Tensor:
        """beta * input + alpha * outer(vec1, vec2), with input broadcast."""
    def addr_(self, vec1: Tensor, vec2: Tensor, *, beta: Tensor | _float = 1, alpha: Tensor | _float = 1) -> Self:
        """beta * input + alpha * outer(vec1, vec2), with input broadcast."""
    def adjoint(self) -> Tensor:
        """With the last two dimensions exchanged."""
    def all(self, dim: _int | Sequence[_int] | None = None, keepdim: _bool = False) -> Tensor:
        """Whether all elements are non-zero, as bool; of uint8, as uint8."""
    def allclose(self, other: Tensor, rtol: _float = 1e-05, atol: _float = 1e-08, equal_nan: _bool = False) -> _bool:
        """Whether |self - other| <= atol + rtol * |other| everywhere."""
    def alpha_dropout_(self, p: _float, train: _bool) -> Self:
        """Elements set, with probability p, to the limit of selu, and all scaled and moved so that mean 0 and variance
        1 stay; the input itself outside of training."""
    def amax(self, dim: _int | Sequence[_int] | None = (), keepdim: _bool = False) -> Tensor:
        """The largest element; its gradient is shared by equal ones."""
    def amin(self, dim: _int | Sequence[_int] | None = (), keepdim: _bool = False) -> Tensor:
        """The smallest element; its gradient is shared by equal ones."""
    def aminmax(self, *, dim: _int | None = None, keepdim: _bool = False) -> MinAndMax:
        """The smallest and the largest element; their gradients are shared by equal ones."""
    def any(self, dim: _int | Sequence[_int] | None = None, keepdim: _bool = False) -> Tensor:
        """Whether any element is non-zero, as bool; of uint8, as uint8."""
    def arccos(self) -> Tensor:
        """The arccosine."""
    def arccos_(self) -> Self:
        """The arccosine."""
    def arccosh(self) -> Tensor:
        """The inverse of the hyperbolic cosine."""
    def arccosh_(self) -> Self:
        """The inverse of the hyperbolic cosine."""
    def arcsin(self) -> Tensor:
        """The arcsine."""
    def arcsin_(self) -> Self:
        """The arcsine."""
    def arcsinh(self) -> Tensor:
        """The inverse of the hyperbolic sine."""
    def arcsinh_(self) -> Self:
        """The inverse of the hyperbolic sine."""
    def arctan(self) -> Tensor:
        """The arctangent."""
    def arctan2(self, other: Tensor) -> Tensor:
        """The angle of the point (other, input), from -pi to pi."""
    def arctan2_(self, other: Tensor) -> Self:
        """The angle of the point (other, input), from -pi to pi."""
    def arctan_(self) -> Self:
        """The arctangent."""
    def arctanh(self) -> Tensor:
        """The inverse of the hyperbolic tangent."""
    def arctanh_(self) -> Self:
        """The inverse of the hyperbolic tangent."""
    def argmax(self, dim: _int | None = None, keepdim: _bool = False) -> Tensor:
        """The index of the largest element, the first of equal ones, as int64."""
    def argmin(self, dim: _int | None = None, keepdim: _bool = False) -> Tensor:
        """The index of the smallest element, the first of equal ones, as int64."""
    def argsort(self, dim: _int = -1, descending: _bool = False, *, stable: _bool = False) -> Tensor:
        """The indices along dim that put the elements in order, as int64."""
    def argwhere(self) -> Tensor:
        """Where the elements are not zero: a row of positions for each, as int64."""
    def as_strided(
        self,
        size: _int | Sequence[_int],
        stride: _int | Sequence[_int],
        storage_offset: _int | None = None,
    ) -> Tensor:
        """A view of the memory with the given sizes and strides."""
    def as_strided_(
        self,
        size: _int | Sequence[_int],
        stride: _int | Sequence[_int],
        storage_offset: _int | None = None,
    ) -> Self:
        """Gives the tensor itself other sizes and strides over its memory."""
    def asin(self) -> Tensor:
        """The arcsine."""
    def asin_(self) -> Self:
        """The arcsine."""
    def asinh(self) -> Tensor:
        """The inverse of the hyperbolic sine."""
    def asinh_(self) -> Self:
        """The inverse of the hyperbolic sine."""
    def atan(self) -> Tensor:
        """The arctangent."""
    def atan2(self, other: Tensor) -> Tensor:
        """The angle of the point (other, input), from -pi to pi."""
    def atan2_(self, other: Tensor) -> Self:
        """The angle of the point (other, input), from -pi to pi."""
    def atan_(self) -> Self:
        """The arctangent."""
    def atanh(self) -> Tensor:
        """The inverse of the hyperbolic tangent."""
    def atanh_(self) -> Self:
        """The inverse of the hyperbolic tangent."""
    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: _bool | None = None,
        create_graph: _bool = False,
        inputs: Sequence[Tensor] = None,
    ) -> None:
        """Adds the gradients of this tensor to those of the leaves that it depends on, or of inputs alone."""
    def baddbmm(
        self,
        batch1: Tensor,
        batch2: Tensor,
        *,
        beta: Tensor | _float = 1,
        alpha: Tensor | _float = 1,
    ) -> Tensor:
        """beta * input + alpha * bmm(batch1, batch2), with input broadcast."""
    def baddbmm_(
        self,
        batch1: Tensor,
        batch2: Tensor,
        *,
        beta: Tensor | _float = 1,
        alpha: Tensor | _float = 1,
    ) -> Self:
        """beta * input + alpha * bmm(batch1, batch2), with input broadcast."""
    def bernoulli(self, p: _float | None = None, *, generator: Generator | None = None) -> Tensor:
        """1 with the probability of each element of input, or p, else 0."""
    def bernoulli_(self, p: Tensor | _float = 0.5, *, generator: Generator | None = None) -> Self:
        """Draws 1 with probability p, a number or a tensor, else 0."""
    def bfloat16(self) -> Tensor:
        """As bfloat16."""
    def bincount(self, weights: Tensor | None = None, minlength: _int = 0) -> Tensor:
        """How often each integer from 0 to the largest element occurs, or the sum of the weights of its occurrences."""
    def bitwise_and(self, other: Tensor | _float) -> Tensor:
        """input & other, of integers and bool."""
    def bitwise_and_(self, other: Tensor | _float) -> Self:
        """input & other, of integers and bool."""
    def bitwise_left_shift(self, other: Tensor | _float) -> Tensor:
        """input << other, of integers; 0 for a negative count, or one that is not below the width."""
    def bitwise_left_shift_(self, other: Tensor | _float) -> Self:
        """input << other, of integers; 0 for a negative count, or one that is not below the width."""
    def bitwise_not(self) -> Tensor:
        """~input, of integers and bool."""
    def bitwise_not_(self) -> Self:
        """~input, of integers and bool."""
    def bitwise_or(self, other: Tensor | _float) -> Tensor:
        """input | other, of integers and bool."""
    def bitwise_or_(self, other: Tensor | _float) -> Self:
        """input | other, of integers and bool."""
    def bitwise_right_shift(self, other: Tensor | _float) -> Tensor:
        """input >> other, of integers; 0 or -1 for a negative count, or one that is not below the width."""
    def bitwise_right_shift_(self, other: Tensor | _float) -> Self:
        """input >> other, of integers; 0 or -1 for a negative count, or one that is not below the width."""
    def bitwise_xor(self, other: Tensor | _float) -> Tensor:
        """input ^ other, of integers and bool."""
    def bitwise_xor_(self, other: Tensor | _float) -> Self:
        """input ^ other, of integers and bool."""
    def bmm(self, mat2: Tensor) -> Tensor:
        """The matrix products of two stacks, [b, n, m] and [b, m, p]."""
    def bool(self) -> Tensor:
        """As bool: whether an element is not zero."""
    def broadcast_to(self, size: _int | Sequence[_int]) -> Tensor:
        """Dimensions of size 1 repeated without a copy to the given size."""
    def byte(self) -> Tensor:
        """As uint8."""
    def cauchy_(self, median: _float = 0.0, sigma: _float = 1.0, *, generator: Generator | None = None) -> Self:
        """Draws from the Cauchy distribution."""
    def ceil(self) -> Tensor:
        """Rounded up."""
    def ceil_(self) -> Self:
        """Rounded up."""
    def celu_(self, alpha: _float = 1.0) -> Self:
        """max(0, input) + min(0, alpha * (exp(input / alpha) - 1))."""
    def char(self) -> Tensor:
        """As int8."""
    def cholesky(self, upper: _bool = False) -> Tensor:
        """L of A = L L.T for symmetric positive-definite matrices, or U of A = U.T U."""
    def cholesky_inverse(self, upper: _bool = False) -> Tensor:
        """The inverse of A by its Cholesky factor."""
    def cholesky_solve(self, L: Tensor, upper: _bool = False) -> Tensor:
        """X of A X = input, for A by its Cholesky factor."""
    def chunk(self, chunks: _int, dim: _int = 0) -> tuple[Tensor, ...]:
        """At most so many views of equal size along dim; the last may be smaller."""
    def clamp(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Tensor:
        """input, but no less than min and no more than max, which are numbers or tensors."""
    def clamp_(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Self:
        """Limits to [min, max]."""
    def clamp_max(self, max: Tensor | _float) -> Tensor:
        """input, but no more than max, a number or a tensor."""
    def clamp_max_(self, max: Tensor | _float) -> Self:
        """input, but no more than max, a number or a tensor."""
    def clamp_min(self, min: Tensor | _float) -> Tensor:
        """input, but no less than min, a number or a tensor."""
    def clamp_min_(self, min: Tensor | _float) -> Self:
        """input, but no less than min, a number or a tensor."""
    def clip(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Tensor:
        """input, but no less than min and no more than max, which are numbers or tensors."""
    def clip_(self, min: Tensor | _float | None = None, max: Tensor | _float | None = None) -> Self:
        """input, but no less than min and no more than max, which are numbers or tensors."""
    def clone(self, *, memory_format: Any = None) -> Tensor:
        """A copy, through which gradients flow."""
    def contiguous(self, *, memory_format: Any = None) -> Tensor:
        """The tensor itself if it is contiguous, else a contiguous copy."""
    def copy_(self, source: Tensor | _float) -> Self:
        """Writes the elements of source, broadcast and converted."""
    def copysign(self, other: Tensor | _float) -> Tensor:
        """The magnitude of input with the sign of other."""
    def copysign_(self, other: Tensor | _float) -> Self:
        """The magnitude of input with the sign of other."""
    def corrcoef(self) -> Tensor:
        """The matrix of the correlation coefficients of the rows."""
    def cos(self) -> Tensor:
        """The cosine."""
    def cos_(self) -> Self:
        """The cosine."""
    def cosh(self) -> Tensor:
        """The hyperbolic cosine."""
    def cosh_(self) -> Self:
        """The hyperbolic cosine."""
    def count_nonzero(self, dim: _int | Sequence[_int] | None = None) -> Tensor:
        """How many elements are not zero, as int64."""
    def cov(self, *, correction: _int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None) -> Tensor:
        """The matrix of the covariances of the rows, whose columns are observations with integer and floating-point
        weights."""
    def cpu(self) -> Tensor:
        """The tensor itself."""
    def cross(self, other: Tensor, dim: _int | None = None) -> Tensor:
        """The cross product of vectors of three elements along dim, the first of size 3 if None."""
    def cummax(self, dim: _int) -> ValuesAndIndices:
        """(values, indices) of the running maximum along dim, the last of equal ones."""
    def cummin(self, dim: _int) -> ValuesAndIndices:
        """(values, indices) of the running minimum along dim, the last of equal ones."""
    def cumprod(self, dim: _int, *, dtype: _DType | None = None) -> Tensor:
        """The running product along dim."""
    def cumprod_(self, dim: _int, *, dtype: _DType | None = None) -> Self:
        """The running product along dim."""
    def cumsum(self, dim: _int, *, dtype: _DType | None = None) -> Tensor:
        """The running sum along dim."""
    def cumsum_(self, dim: _int, *, dtype: _DType | None = None) -> Self:
        """The running sum along dim."""
    data: Tensor
    """The same memory without the history."""
    def data_ptr(self) -> _int:
        """The address of the first element."""
    def deg2rad(self) -> Tensor:
        """Degrees as radians."""
    def deg2rad_(self) -> Self:
        """Degrees as radians."""
    def det(self) -> Tensor:
        """The determinant of square matrices."""
    def detach(self) -> Tensor:
        """The same memory, without the history."""
    def detach_(self) -> Self:
        """Forgets the history."""
    @property
    def device(self) -> _C_device:
        """device('cpu')."""
    def diag(self, diagonal: _int = 0) -> Tensor:
        """A vector as the diagonal of a matrix of zeros, or a copy of the diagonal of a matrix."""
    def diag_embed(self, offset: _int = 0, dim1: _int = -2, dim2: _int = -1) -> Tensor:
        """The last dimension as the diagonal of matrices of zeros."""
    def diagflat(self, offset: _int = 0) -> Tensor:
        """All elements as the diagonal of a matrix of zeros."""
    def diagonal(self, offset: _int = 0, dim1: _int = 0, dim2: _int = 1) -> Tensor:
        """The diagonal of two dimensions as the last one, a view."""
    def diagonal_scatter(self, src: Tensor, offset: _int = 0, dim1: _int = 0, dim2: _int = 1) -> Tensor:
        """A copy in which a diagonal is src."""
    def diff(self, n: _int = 1, dim: _int = -1, prepend: Tensor | None = None, append: Tensor | None = None) -> Tensor:
        """The differences of neighbours along dim, n times."""
    def digamma(self) -> Tensor:
        """The derivative of lgamma."""
    def digamma_(self) -> Self:
        """The derivative of lgamma."""
    def dim(self) -> _int:
        """The number of dimensions."""
    def dist(self, other: Tensor, p: _float = 2) -> Tensor:
        """The norm of order p of input - other."""
    def div(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
        """input / other."""
    def div_(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Self:
        """Divides by other."""
    def divide(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
        """input / other."""
    def divide_(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Self:
        """input / other."""
    def dot(self, tensor: Tensor) -> Tensor:
        """The sum of the products of the elements of two vectors."""
    def double(self) -> Tensor:
        """As float64."""
    def dropout_(self, p: _float, train: _bool) -> Self:
        """Elements set to zero with probability p, the others divided by 1 - p; the input itself outside of
        training."""
    def dsplit(self, indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Views cut along the third dimension."""
    @property
    def dtype(self) -> _C_dtype:
        """The type of the elements."""
    def element_size(self) -> _int:
        """The bytes of one element."""
    def elu_(self, alpha: _float = 1.0) -> Self:
        """input where it is positive, else alpha * (exp(input) - 1)."""
    def eq(self, other: Tensor | _float) -> Tensor:
        """input == other, as bool."""
    def eq_(self, other: Tensor | _float) -> Self:
        """input == other, as bool."""
    def equal(self, other: Tensor) -> _bool:
        """Whether the shapes and all elements are equal."""
    def erf(self) -> Tensor:
        """The error function."""
    def erf_(self) -> Self:
        """The error function."""
    def erfc(self) -> Tensor:
        """1 - erf(input), without loss of digits."""
    def erfc_(self) -> Self:
        """1 - erf(input), without loss of digits."""
    def erfinv(self) -> Tensor:
        """The inverse of the error function."""
    def erfinv_(self) -> Self:
        """The inverse of the error function."""
    def exp(self) -> Tensor:
        """e to the power of input."""
    def exp2(self) -> Tensor:
        """2**input."""
    def exp2_(self) -> Self:
        """2**input."""
    def exp_(self) -> Self:
        """Raises e to its power."""
    @overload
    def expand(self, *sizes: _int) -> Tensor: ...
    @overload
    def expand(self, sizes: Sequence[_int]) -> Tensor:
        """Dimensions of size 1 repeated without a copy; -1 keeps a size."""
    def expand_as(self, other: Tensor) -> Tensor:
        """Dimensions of size 1 repeated, without a copy, to the shape of ``other``."""
    def expm1(self) -> Tensor:
        """exp(input) - 1, without loss of digits near zero."""
    def expm1_(self) -> Self:
        """exp(input) - 1, without loss of digits near zero."""
    def exponential_(self, lambd: _float = 1.0, *, generator: Generator | None = None) -> Self:
        """Draws from the exponential distribution."""
    def feature_alpha_dropout_(self, p: _float, train: _bool) -> Self:
        """alpha_dropout of whole channels (dimension 1)."""
    def feature_dropout_(self, p: _float, train: _bool) -> Self:
        """Channels (dimension 1) set to zero with probability p, the others divided by 1 - p; the input itself outside
        of training."""
    def fill_(self, value: Tensor | _float) -> Self:
        """Writes value everywhere."""
    def fill_diagonal_(self, fill_value: Tensor | _float, wrap: Any = False) -> Any:
        """Writes ``fill_value`` to the main diagonal; with ``wrap``, of a tall matrix, again below each square."""
    def fix(self) -> Tensor:
        """Rounded towards zero."""
    def fix_(self) -> Self:
        """Rounded towards zero."""
    def flatten(self, start_dim: _int = 0, end_dim: _int = -1) -> Tensor:
        """Joins the dimensions from start_dim to end_dim."""
    @overload
    def flip(self, *dims: _int) -> Tensor: ...
    @overload
    def flip(self, dims: Sequence[_int]) -> Tensor:
        """The elements in reverse order along each of dims."""
    def fliplr(self) -> Tensor:
        """The columns in reverse order."""
    def flipud(self) -> Tensor:
        """The rows in reverse order."""
    def float(self) -> Tensor:
        """As float32."""
    def float_power(self, exponent: Tensor | _float) -> Tensor:
        """input to the power of exponent, both as float64."""
    def float_power_(self, exponent: Tensor | _float) -> Self:
        """input to the power of exponent, both as float64."""
    def floor(self) -> Tensor:
        """Rounded down."""
    def floor_(self) -> Self:
        """Rounded down."""
    def floor_divide(self, other: Tensor | _float) -> Tensor:
        """input / other, rounded down."""
    def floor_divide_(self, other: Tensor | _float) -> Self:
        """input / other, rounded down."""
    def fmax(self, other: Tensor) -> Tensor:
        """The larger of the two; the other one where one is NaN."""
    def fmin(self, other: Tensor) -> Tensor:
        """The smaller of the two; the other one where one is NaN."""
    def fmod(self, other: Tensor | _float) -> Tensor:
        """input modulo other, with the sign of input."""
    def fmod_(self, other: Tensor | _float) -> Self:
        """input modulo other, with the sign of input."""
    def frac(self) -> Tensor:
        """What trunc leaves out, with the sign of input."""
    def frac_(self) -> Self:
        """What trunc leaves out, with the sign of input."""
    def frexp(self) -> MantissaAndExponent:
        """(mantissa, exponent): mantissa in [1/2, 1), exponent int32, input = mantissa * 2**exponent."""
    def gather(self, dim: _int, index: Tensor, *, sparse_grad: _bool = False) -> Tensor:
        """One element along dim for each entry of index, an integer tensor of the rank of input: input[index[i][j]][j]
        for dim 0."""
    def gcd(self, other: Tensor) -> Tensor:
        """The greatest common divisor of integers."""
    def gcd_(self, other: Tensor) -> Self:
        """The greatest common divisor of integers."""
    def ge(self, other: Tensor | _float) -> Tensor:
        """input >= other, as bool."""
    def ge_(self, other: Tensor | _float) -> Self:
        """input >= other, as bool."""
    def geometric_(self, p: _float, *, generator: Generator | None = None) -> Self:
        """Draws the number of trials up to the first success."""
    def ger(self, vec2: Tensor) -> Tensor:
        """The products of all elements of one vector with all of another, [n] and [m]: [n, m]."""
    def get_device(self) -> Any:
        """-1: the CPU."""
    grad: Tensor | None
    """The gradient that backward() has accumulated, or None."""
    @property
    def grad_fn(self) -> Node | None:
        """The operator that made the tensor, or None for a leaf."""
    def greater(self, other: Tensor | _float) -> Tensor:
        """input > other, as bool."""
    def greater_(self, other: Tensor | _float) -> Self:
        """input > other, as bool."""
    def greater_equal(self, other: Tensor | _float) -> Tensor:
        """input >= other, as bool."""
    def greater_equal_(self, other: Tensor | _float) -> Self:
        """input >= other, as bool."""
    def gt(self, other: Tensor | _float) -> Tensor:
        """input > other, as bool."""
    def gt_(self, other: Tensor | _float) -> Self:
        """input > other, as bool."""
    def half(self) -> Tensor:
        """As float16."""
    def hardshrink(self, lambd: _float = 0.5) -> Tensor:
        """input where |input| > lambd, else 0."""
    def hardsigmoid_(self) -> Self:
        """(input + 3) within [0, 6], divided by 6."""
    def hardswish_(self) -> Self:
        """input * hardsigmoid(input)."""
    def hardtanh_(self, min_val: _float = -1.0, max_val: _float = 1.0) -> Self:
        """input within [min_val, max_val]."""
    def heaviside(self, values: Tensor) -> Tensor:
        """0 where input is negative, values where it is zero, 1 where it is positive."""
    def heaviside_(self, values: Tensor) -> Self:
        """0 where input is negative, values where it is zero, 1 where it is positive."""
    def histc(self, bins: _int = 100, min: _float = 0, max: _float = 0) -> Tensor:
        """How many elements fall into each of as many bins of equal width from min to max, or of all elements where
        those are equal."""
    def histogram(
        self,
        bins: Tensor | _int | Sequence[_int] | Sequence[Tensor] = 100,
        *,
        range: Sequence[_float] | None = None,
        weight: Tensor | None = None,
        density: _bool = False,
    ) -> HistAndBinEdges:
        """How many elements fall into each bin, and the edges of the bins: a number of bins of equal width within
        range, or a tensor of ascending edges."""
    def hsplit(self, indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Views cut along the second dimension, or the only one."""
    def hypot(self, other: Tensor) -> Tensor:
        """sqrt(input**2 + other**2), without overflow on the way."""
    def hypot_(self, other: Tensor) -> Self:
        """sqrt(input**2 + other**2), without overflow on the way."""
    def i0(self) -> Tensor:
        """The modified Bessel function of the first kind, of order 0."""
    def i0_(self) -> Self:
        """The modified Bessel function of the first kind, of order 0."""
    def index_add(self, dim: _int, index: Tensor, source: Tensor, *, alpha: Tensor | _float = 1) -> Tensor:
        """input with alpha times the slices of source added to the slices of dim that index names."""
    def index_add_(self, dim: _int, index: Tensor, source: Tensor, *, alpha: Tensor | _float = 1) -> Self:
        """Adds alpha times the slices of source to the slices of dim that index names."""
    def index_copy(self, dim: _int, index: Tensor, source: Tensor) -> Tensor:
        """input with the slices of source in place of the slices of dim that index names."""
    def index_copy_(self, dim: _int, index: Tensor, source: Tensor) -> Self:
        """Writes the slices of source to the slices of dim that index names."""
    def index_fill(self, dim: _int, index: Tensor, value: Tensor | _float) -> Tensor:
        """input with value, a number or a tensor of no dimensions, in the slices of dim that index names."""
    def index_fill_(self, dim: _int, index: Tensor, value: Tensor | _float) -> Self:
        """Writes value to the slices of dim that index names."""
    def index_put(self, indices: Sequence[Tensor], values: Tensor, accumulate: _bool = False) -> Tensor:
        """input with values at the elements that a tuple of index tensors selects, or added to them with accumulate."""
    def index_put_(self, indices: Sequence[Tensor], values: Tensor, accumulate: _bool = False) -> Self:
        """Writes values to the elements that a tuple of index tensors selects, or adds them with accumulate."""
    def index_reduce(
        self,
        dim: _int,
        index: Tensor,
        source: Tensor,
        reduce: str | None,
        *,
        include_self: _bool = True,
    ) -> Tensor:
        """input with the slices of source reduced ('prod', 'mean', 'amax', 'amin') into the slices of dim that index
        names."""
    def index_reduce_(
        self,
        dim: _int,
        index: Tensor,
        source: Tensor,
        reduce: str | None,
        *,
        include_self: _bool = True,
    ) -> Self:
        """Reduces the slices of source into the slices of dim that index names."""
    def index_select(self, dim: _int, index: Tensor) -> Tensor:
        """The slices of dim that the one-dimensional integer index names."""
    def inner(self, other: Tensor) -> Tensor:
        """The products of the vectors along the last dimension of the two; with a tensor of no dimensions, the
        product."""
    def int(self) -> Tensor:
        """As int32."""
    def inverse(self) -> Tensor:
        """The inverse of square matrices."""
    def is_complex(self) -> Any:
        """False: complex numbers are not offered."""
    def is_conj(self) -> Any:
        """False: complex numbers are not offered."""
    def is_contiguous(self, *, memory_format: Any = None) -> _bool:
        """Whether the elements lie in row-major order without gaps."""
    @property
    def is_cpu(self) -> Any:
        """True."""
    @property
    def is_cuda(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    def is_floating_point(self) -> _bool:
        """Whether the elements are floating-point numbers."""
    def is_inference(self) -> Any:
        """Whether the tensor was made in inference mode."""
    @property
    def is_leaf(self) -> _bool:
        """Whether no recorded operator made the tensor."""
    @property
    def is_meta(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    @property
    def is_mkldnn(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    @property
    def is_mps(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    def is_neg(self) -> Any:
        """False: a negated tensor has its own memory."""
    @property
    def is_nested(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    def is_nonzero(self) -> Any:
        """Whether the one element of ``input`` is not zero; an error for other numbers of elements."""
    def is_pinned(self, device: _Device | None = None) -> Any:
        """False: there is no accelerator that memory would be pinned for."""
    @property
    def is_quantized(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    def is_same_size(self, other: Tensor) -> Any:
        """Whether two tensors have the same shape."""
    def is_set_to(self, tensor: Tensor) -> Any:
        """Whether two tensors look at the same memory in the same way."""
    def is_signed(self) -> Any:
        """Whether the dtype has negative numbers."""
    @property
    def is_sparse(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    @property
    def is_sparse_csr(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    @property
    def is_xpu(self) -> Any:
        """False: tensors lie on the CPU, with all their elements."""
    def isclose(self, other: Tensor, rtol: _float = 1e-05, atol: _float = 1e-08, equal_nan: _bool = False) -> Tensor:
        """|input - other| <= atol + rtol * |other|, as bool."""
    def isfinite(self) -> Tensor:
        """Where input is neither infinite nor NaN, as bool."""
    def isinf(self) -> Tensor:
        """Where input is infinite, as bool."""
    def isnan(self) -> Tensor:
        """Where input is not a number, as bool."""
    def isneginf(self) -> Tensor:
        """Where input is minus infinity, as bool."""
    def isposinf(self) -> Tensor:
        """Where input is infinity, as bool."""
    def isreal(self) -> Tensor:
        """True everywhere, as bool: there are no complex dtypes."""
    def item(self) -> _float | _int:
        """The one element as a Python number."""
    @property
    def itemsize(self) -> _int:
        """The bytes of one element."""
    def kron(self, other: Tensor) -> Tensor:
        """The Kronecker product: each element of input times all of other, as blocks."""
    def kthvalue(self, k: _int, dim: _int = -1, keepdim: _bool = False) -> ValuesAndIndices:
        """The k-th smallest element along dim, counted from 1, and its index."""
    @property
    def layout(self) -> layout:
        """swiftnn.strided."""
    def lcm(self, other: Tensor) -> Tensor:
        """The least common multiple of integers."""
    def lcm_(self, other: Tensor) -> Self:
        """The least common multiple of integers."""
    def ldexp(self, other: Tensor) -> Tensor:
        """input * 2**other; by integers, without overflow on the way."""
    def ldexp_(self, other: Tensor) -> Self:
        """input * 2**other; by integers, without overflow on the way."""
    def le(self, other: Tensor | _float) -> Tensor:
        """input <= other, as bool."""
    def le_(self, other: Tensor | _float) -> Self:
        """input <= other, as bool."""
    def leaky_relu_(self, negative_slope: _float = 0.01) -> Self:
        """input where it is positive, else negative_slope * input."""
    def lerp(self, end: Tensor, weight: Tensor | _float) -> Tensor:
        """input + weight * (end - input), all of one floating dtype; weight may be a number."""
    def lerp_(self, end: Tensor, weight: Tensor | _float) -> Self:
        """input + weight * (end - input), all of one floating dtype; weight may be a number."""
    def less(self, other: Tensor | _float) -> Tensor:
        """input < other, as bool."""
    def less_(self, other: Tensor | _float) -> Self:
        """input < other, as bool."""
    def less_equal(self, other: Tensor | _float) -> Tensor:
        """input <= other, as bool."""
    def less_equal_(self, other: Tensor | _float) -> Self:
        """input <= other, as bool."""
    def lgamma(self) -> Tensor:
        """The logarithm of the absolute value of the gamma function."""
    def lgamma_(self) -> Self:
        """The logarithm of the absolute value of the gamma function."""
    def log(self) -> Tensor:
        """The natural logarithm."""
    def log10(self) -> Tensor:
        """The logarithm to base 10."""
    def log10_(self) -> Self:
        """The logarithm to base 10."""
    def log1p(self) -> Tensor:
        """log(1 + input), without loss of digits near zero."""
    def log1p_(self) -> Self:
        """log(1 + input), without loss of digits near zero."""
    def log2(self) -> Tensor:
        """The logarithm to base 2."""
    def log2_(self) -> Self:
        """The logarithm to base 2."""
    def log_(self) -> Self:
        """Takes the natural logarithm."""
    def log_normal_(self, mean: _float = 1.0, std: _float = 2.0, *, generator: Generator | None = None) -> Self:
        """Draws numbers whose logarithm is normal."""
    def log_softmax(self, dim: _int, dtype: _DType | None = None) -> Tensor:
        """The logarithm of softmax, without overflow."""
    def logaddexp(self, other: Tensor) -> Tensor:
        """log(exp(input) + exp(other)), without overflow."""
    def logaddexp2(self, other: Tensor) -> Tensor:
        """log2(2**input + 2**other), without overflow."""
    def logcumsumexp(self, dim: _int) -> Tensor:
        """The logarithm of the running sum of exp(input) along dim, without overflow."""
    def logdet(self) -> Tensor:
        """The logarithm of the determinant; NaN where that is negative."""
    def logical_and(self, other: Tensor) -> Tensor:
        """Where both are not zero, as bool."""
    def logical_and_(self, other: Tensor) -> Self:
        """Where both are not zero, as bool."""
    def logical_not(self) -> Tensor:
        """Where input is zero, as bool."""
    def logical_not_(self) -> Self:
        """Where input is zero, as bool."""
    def logical_or(self, other: Tensor) -> Tensor:
        """Where either is not zero, as bool."""
    def logical_or_(self, other: Tensor) -> Self:
        """Where either is not zero, as bool."""
    def logical_xor(self, other: Tensor) -> Tensor:
        """Where one of the two is not zero, as bool."""
    def logical_xor_(self, other: Tensor) -> Self:
        """Where one of the two is not zero, as bool."""
    def logit(self, eps: _float | None = None) -> Tensor:
        """log(input / (1 - input)), input limited to [eps, 1 - eps] first."""
    def logit_(self, eps: _float | None = None) -> Self:
        """log(input / (1 - input)), input limited to [eps, 1 - eps] first."""
    def logsumexp(self, dim: _int | Sequence[_int] | None, keepdim: _bool = False) -> Tensor:
        """The logarithm of the sum of exp(input), without overflow."""
    def long(self) -> Tensor:
        """As int64."""
    def lt(self, other: Tensor | _float) -> Tensor:
        """input < other, as bool."""
    def lt_(self, other: Tensor | _float) -> Self:
        """input < other, as bool."""
    def lu(self, pivot: _bool = True, get_infos: _bool = False) -> tuple[Tensor, ...]:
        """What linalg.lu_factor gives, or with get_infos=True linalg.lu_factor_ex, as a tuple."""
    def lu_solve(self, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:
        """X of A X = b, from the LU factors of A."""
    @property
    def mH(self) -> Tensor:
        """With the last two dimensions exchanged."""
    @property
    def mT(self) -> Tensor:
        """With the last two dimensions exchanged."""
    def masked_fill(self, mask: Tensor, value: Tensor | _float) -> Tensor:
        """value where the bool mask holds, input elsewhere."""
    def masked_fill_(self, mask: Tensor, value: Tensor | _float) -> Self:
        """Writes value where the bool mask holds."""
    def masked_scatter(self, mask: Tensor, source: Tensor) -> Tensor:
        """input with the elements of source, one after the other, where the bool mask holds."""
    def masked_scatter_(self, mask: Tensor, source: Tensor) -> Self:
        """Writes the elements of source, one after the other, to where the bool mask holds."""
    def masked_select(self, mask: Tensor) -> Tensor:
        """The elements where the bool mask holds, in one dimension."""
    def matmul(self, other: Tensor) -> Tensor:
        """The matrix product of the last two dimensions, the others broadcast; a vector counts as a row on the left, as
        a column on the right."""
    def matrix_exp(self) -> Tensor:
        """The sum of A^n / n! for square matrices."""
    def matrix_power(self, n: _int) -> Tensor:
        """The product of a square matrix with itself, n times; of its inverse for a negative n."""
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
    def median(self, dim: _int | None = None, keepdim: _bool | None = False) -> ValuesAndIndices:
        """The median, the lower of two, NaN where there is one; with dim, (values, indices) along it."""
    @overload
    def min(self, dim: None = None, keepdim: _bool = False) -> Tensor: ...
    @overload
    def min(self, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
    @overload
    def min(self, other: Tensor, /) -> Tensor:
        """The smallest element; with dim, (values, indices) along it."""
    def minimum(self, other: Tensor | _float) -> Tensor:
        """The smaller of the two; NaN where either is NaN."""
    def mish_(self) -> Self:
        """input * tanh(softplus(input))."""
    def mm(self, mat2: Tensor) -> Tensor:
        """The matrix product of [n, m] and [m, p]."""
    def mode(self, dim: _int = -1, keepdim: _bool = False) -> ValuesAndIndices:
        """The most frequent element along dim, the smallest of equally frequent ones, and the index of its last
        occurrence."""
    def moveaxis(self, source: _int | Sequence[_int] | None, destination: _int | Sequence[_int] | None) -> Tensor:
        """With the dimensions of source at the places of destination."""
    def movedim(self, source: _int | Sequence[_int] | None, destination: _int | Sequence[_int] | None) -> Tensor:
        """With the dimensions of source at the places of destination."""
    def msort(self) -> Tensor:
        """The elements in ascending order along the first dimension."""
    def mul(self, other: Tensor | _float) -> Tensor:
        """input * other."""
    def mul_(self, other: Tensor | _float) -> Self:
        """Multiplies by other."""
    def multinomial(
        self,
        num_samples: _int,
        replacement: _bool = False,
        *,
        generator: Generator | None = None,
    ) -> Tensor:
        """Positions of each row, drawn with its elements as weights."""
    def multiply(self, other: Tensor | _float) -> Tensor:
        """input * other."""
    def multiply_(self, other: Tensor | _float) -> Self:
        """input * other."""
    def mv(self, vec: Tensor) -> Tensor:
        """The product of a matrix [n, m] and a vector [m]."""
    def mvlgamma(self, p: _int) -> Tensor:
        """The logarithm of the multivariate gamma function of dimension p, at least 1."""
    def mvlgamma_(self, p: _int) -> Self:
        """The logarithm of the multivariate gamma function of dimension p, at least 1."""
    def nan_to_num(
        self,
        nan: _float | None = None,
        posinf: _float | None = None,
        neginf: _float | None = None,
    ) -> Tensor:
        """input with numbers in place of NaN (0 by default) and the infinities (the largest and smallest numbers by
        default)."""
    def nan_to_num_(
        self,
        nan: _float | None = None,
        posinf: _float | None = None,
        neginf: _float | None = None,
    ) -> Self:
        """input with numbers in place of NaN (0 by default) and the infinities (the largest and smallest numbers by
        default)."""
    def nanmean(
        self,
        dim: _int | Sequence[_int] | None = None,
        keepdim: _bool = False,
        *,
        dtype: _DType | None = None,
    ) -> Tensor:
        """The arithmetic mean of the elements that are numbers."""
    def nanmedian(self, dim: _int | None = None, keepdim: _bool | None = False) -> ValuesAndIndices:
        """The median of the elements that are not NaN, the lower of two; with dim, (values, indices) along it."""
    def nanquantile(
        self,
        q: Tensor | _float,
        dim: _int | None = None,
        keepdim: _bool = False,
        *,
        interpolation: str | None = "linear",
    ) -> Tensor:
        """The q-quantiles of the elements that are not NaN."""
    def nansum(
        self,
        dim: _int | Sequence[_int] | None = None,
        keepdim: _bool = False,
        *,
        dtype: _DType | None = None,
    ) -> Tensor:
        """The sum of the elements that are numbers."""
    def narrow(self, dim: _int, start: _int, length: _int) -> Tensor:
        """length elements of dim from start on, a view."""
    def narrow_copy(self, dim: _int, start: _int, length: _int) -> Tensor:
        """A copy of length elements of dim from start on."""
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
    def ne_(self, other: Tensor | _float) -> Self:
        """input != other, as bool."""
    def neg(self) -> Tensor:
        """-input."""
    def neg_(self) -> Self:
        """Changes the sign."""
    def negative(self) -> Tensor:
        """-input."""
    def negative_(self) -> Self:
        """-input."""
    def nelement(self) -> _int:
        """The number of elements."""
    @overload
    def new_empty(self, *size: _int, dtype: _DType | None = None, **options: Any) -> Tensor: ...
    @overload
    def new_empty(self, size: Sequence[_int], *, dtype: _DType | None = None, **options: Any) -> Tensor:
        """Unset memory, of this tensor's dtype unless another is named."""
    def new_empty_strided(
        self,
        size: _int | Sequence[_int],
        stride: Any,
        *,
        dtype: _DType | None = None,
        **options: Any,
    ) -> Any:
        """Unset memory of the given strides, of this tensor's dtype unless another is named."""
    def new_full(
        self,
        size: _int | Sequence[_int],
        fill_value: Tensor | _float,
        *,
        dtype: _DType | None = None,
        **options: Any,
    ) -> Tensor:
        """``fill_value`` everywhere, of this tensor's dtype unless another is named."""
    @overload
    def new_ones(self, *size: _int, dtype: _DType | None = None, **options: Any) -> Tensor: ...
    @overload
    def new_ones(self, size: Sequence[_int], *, dtype: _DType | None = None, **options: Any) -> Tensor:
        """Ones, of this tensor's dtype unless another is named."""
    def new_tensor(
        self,
        data: Any,
        *,
        dtype: _DType | None = None,
        device: _Device | None = None,
        requires_grad: _bool = False,
        pin_memory: Any = False,
    ) -> Tensor:
        """A tensor with a copy of ``data``, of this tensor's dtype unless another is named."""
    @overload
    def new_zeros(self, *size: _int, dtype: _DType | None = None, **options: Any) -> Tensor: ...
    @overload
    def new_zeros(self, size: Sequence[_int], *, dtype: _DType | None = None, **options: Any) -> Tensor:
        """Zeros, of this tensor's dtype unless another is named."""
    def nextafter(self, other: Tensor) -> Tensor:
        """The next number after input in the direction of other."""
    def nextafter_(self, other: Tensor) -> Self:
        """The next number after input in the direction of other."""
    def nonzero(self, *, as_tuple: _bool = False) -> Tensor:
        """Where the elements are not zero: a row of positions for each, as int64."""
    def norm(
        self,
        p: Tensor | _int | Sequence[_int] | Sequence[Tensor] = "fro",
        dim: _int | Sequence[_int] | None = None,
        keepdim: _bool = False,
        *,
        dtype: _DType | None = None,
    ) -> Tensor:
        """The norm of order p of vectors for a number, over any dimensions; of matrices for 'nuc'."""
    def normal_(self, mean: _float = 0.0, std: _float = 1.0, *, generator: Generator | None = None) -> Self:
        """Draws from the normal distribution."""
    def not_equal(self, other: Tensor | _float) -> Tensor:
        """input != other, as bool."""
    def not_equal_(self, other: Tensor | _float) -> Self:
        """input != other, as bool."""
    def numel(self) -> _int:
        """The number of elements."""
    def numpy(self, *, force: _bool = False) -> NDArray[Any]:
        """A NumPy array on the same memory."""
    def outer(self, vec2: Tensor) -> Tensor:
        """The products of all elements of one vector with all of another, [n] and [m]: [n, m]."""
    @property
    def output_nr(self) -> Any:
        """Which result of its grad_fn the tensor is."""
    @overload
    def permute(self, *dims: _int) -> Tensor: ...
    @overload
    def permute(self, dims: Sequence[_int]) -> Tensor:
        """With the dimensions in the given order."""
    def pinverse(self, rcond: _float = 1e-15) -> Tensor:
        """The pseudo-inverse: singular values up to rcond times the largest count as zero."""
    def polygamma(self, n: _int) -> Tensor:
        """The n-th derivative of digamma, n at least 0."""
    def polygamma_(self, n: _int) -> Self:
        """The n-th derivative of digamma, n at least 0."""
    def positive(self) -> Tensor:
        """input itself."""
    def pow(self, exponent: Tensor | _float) -> Tensor:
        """input to the power of exponent."""
    def pow_(self, exponent: Tensor | _float) -> Self:
        """Raises to the power of exponent."""
    def prelu(self, weight: Tensor) -> Tensor:
        """input where it is positive, else weight * input; weight is one number, or one for each channel (dimension
        1)."""
    def prod(self, dim: _int | None = None, keepdim: _bool = False, *, dtype: _DType | None = None) -> Tensor:
        """The product of the elements."""
    def put(self, index: Tensor, source: Tensor, accumulate: _bool = False) -> Tensor:
        """input with the elements of source at positions in the flattened input, or added to them with accumulate."""
    def put_(self, index: Tensor, source: Tensor, accumulate: _bool = False) -> Self:
        """Writes the elements of source to positions in the flattened tensor, or adds them with accumulate."""
    def qr(self, some: _bool = True) -> QAndR:
        """Q and R of A = Q R."""
    def quantile(
        self,
        q: Tensor | _float,
        dim: _int | None = None,
        keepdim: _bool = False,
        *,
        interpolation: str | None = "linear",
    ) -> Tensor:
        """The q-quantiles along dim, or of all elements."""
    def rad2deg(self) -> Tensor:
        """Radians as degrees."""
    def rad2deg_(self) -> Self:
        """Radians as degrees."""
    @overload
    def random_(self, *limits: _int, generator: Any = None, to: Any = None, **others: Any) -> Any: ...
    @overload
    def random_(self, limits: Sequence[_int], *, generator: Any = None, to: Any = None, **others: Any) -> Any:
        """Draws integers: ``random_()`` from all that the dtype holds, ``random_(to)`` from 0, ``random_(from,
        to)``."""
    def ravel(self) -> Tensor:
        """The elements as one dimension."""
    def reciprocal(self) -> Tensor:
        """1 / input."""
    def reciprocal_(self) -> Self:
        """1 / input."""
    def register_hook(self, hook: Any, /) -> Any:
        """Calls hook(grad) with each gradient of this tensor; it may return another in its place."""
    def register_post_accumulate_grad_hook(self, hook: Any, /) -> Any:
        """Calls hook(tensor) each time that backward() has added to the gradient of this leaf."""
    def relu(self) -> Tensor:
        """max(input, 0)."""
    def relu6_(self) -> Self:
        """input within [0, 6]."""
    def relu_(self) -> Self:
        """Sets negative elements to zero."""
    def remainder(self, other: Tensor | _float) -> Tensor:
        """input modulo other, with the sign of other."""
    def remainder_(self, other: Tensor | _float) -> Self:
        """input modulo other, with the sign of other."""
    def renorm(self, p: _float, dim: _int, maxnorm: _float) -> Tensor:
        """The slices along dim, those with a larger norm of order p than maxnorm scaled down to it."""
    def renorm_(self, p: _float, dim: _int, maxnorm: _float) -> Self:
        """The slices along dim, those with a larger norm of order p than maxnorm scaled down to it."""
    @overload
    def repeat(self, *repeats: _int) -> Tensor: ...
    @overload
    def repeat(self, repeats: Sequence[_int]) -> Tensor:
        """The tensor so many times along each dimension, with new ones in front."""
    def repeat_interleave(
        self,
        repeats: Tensor | _int | Sequence[_int] | Sequence[Tensor] = None,
        dim: _int | None = None,
        *,
        output_size: _int | None = None,
    ) -> Tensor:
        """Each slice of dim, or each element, repeats times in a row; of a tensor of counts alone, each position."""
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
    @overload
    def resize_(self, *sizes: _int, memory_format: Any = None) -> Self: ...
    @overload
    def resize_(self, sizes: Sequence[_int], *, memory_format: Any = None) -> Self:
        """Gives the tensor itself another shape; elements that the memory holds stay."""
    def resize_as_(self, the_template: Any, *, memory_format: Any = None) -> Any:
        """Gives the tensor itself the shape of ``the_template``; elements that the memory holds stay."""
    def retain_grad(self) -> None:
        """Keeps the gradient of a tensor that is not a leaf."""
    @property
    def retains_grad(self) -> Any:
        """Whether backward() leaves the gradient of this tensor, which is no leaf, in grad."""
    def roll(self, shifts: _int | Sequence[_int] | None, dims: _int | Sequence[_int] | None = ()) -> Tensor:
        """The elements moved on along dims; what leaves at the end comes in again at the beginning."""
    def rot90(self, k: _int = 1, dims: _int | Sequence[_int] = (0, 1)) -> Tensor:
        """Turned by 90 degrees k times, from the first of two dimensions towards the second."""
    def round(self, *, decimals: _int = 0) -> Tensor:
        """Rounded to so many decimals, halves to the even neighbour."""
    def round_(self, *, decimals: _int = 0) -> Self:
        """Rounded to so many decimals, halves to the even neighbour."""
    def rrelu_(
        self,
        lower: _float = 0.125,
        upper: _float = 0.3333333333333333,
        training: _bool = False,
        generator: Generator | None = None,
    ) -> Self:
        """input where it is positive, else r * input: r drawn from [lower, upper) in training, else their mean."""
    def rsqrt(self) -> Tensor:
        """1 / sqrt(input)."""
    def rsqrt_(self) -> Self:
        """1 / sqrt(input)."""
    def scatter(
        self,
        dim: _int,
        index: Tensor,
        src: Tensor | _float = None,
        *,
        reduce: str | None = None,
        value: Tensor | _float | None = None,
    ) -> Tensor:
        """input with the elements of src, or a number, at positions along dim: result[index[i][j]][j] = src[i][j] for
        dim 0."""
    def scatter_(
        self,
        dim: _int,
        index: Tensor,
        src: Tensor | _float = None,
        *,
        reduce: str | None = None,
        value: Tensor | _float | None = None,
    ) -> Self:
        """Writes the elements of src, or a number, to positions along dim."""
    def scatter_add(self, dim: _int, index: Tensor, src: Tensor) -> Tensor:
        """input with the elements of src added at positions along dim: result[index[i][j]][j] += src[i][j] for dim
        0."""
    def scatter_add_(self, dim: _int, index: Tensor, src: Tensor) -> Self:
        """Adds the elements of src at positions along dim."""
    def scatter_reduce(
        self,
        dim: _int,
        index: Tensor,
        src: Tensor,
        reduce: str | None,
        *,
        include_self: _bool = True,
    ) -> Tensor:
        """input with the elements of src reduced ('sum', 'prod', 'mean', 'amax', 'amin') into positions along dim."""
    def scatter_reduce_(
        self,
        dim: _int,
        index: Tensor,
        src: Tensor,
        reduce: str | None,
        *,
        include_self: _bool = True,
    ) -> Self:
        """Reduces the elements of src into positions along dim."""
    def select(self, dim: _int, index: _int) -> Tensor:
        """The slice of dim at index, a view."""
    def select_scatter(self, src: Tensor, dim: _int, index: _int) -> Tensor:
        """A copy in which the slice of dim at index is src."""
    def selu_(self) -> Self:
        """elu, scaled so that mean 0 and variance 1 are kept."""
    def sgn(self) -> Tensor:
        """-1, 0 or 1."""
    def sgn_(self) -> Self:
        """-1, 0 or 1."""
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
    def sign_(self) -> Self:
        """-1, 0 or 1."""
    def signbit(self) -> Tensor:
        """Where the sign is a minus, that of -0 included, as bool."""
    def silu_(self) -> Self:
        """input * sigmoid(input)."""
    def sin(self) -> Tensor:
        """The sine."""
    def sin_(self) -> Self:
        """The sine."""
    def sinc(self) -> Tensor:
        """sin(pi * input) / (pi * input), 1 at 0."""
    def sinc_(self) -> Self:
        """sin(pi * input) / (pi * input), 1 at 0."""
    def sinh(self) -> Tensor:
        """The hyperbolic sine."""
    def sinh_(self) -> Self:
        """The hyperbolic sine."""
    @overload
    def size(self, dim: None = None) -> Size: ...
    @overload
    def size(self, dim: _int) -> _int:
        """The shape, or the size of one dimension."""
    def slice_scatter(
        self,
        src: Tensor,
        dim: _int = 0,
        start: _int | None = None,
        end: _int | None = None,
        step: _int = 1,
    ) -> Tensor:
        """A copy in which every step-th slice of dim from start to, without, end is one of src."""
    def slogdet(self) -> SignAndLogabsdet:
        """The sign of the determinant, and the logarithm of its absolute value."""
    def softmax(self, dim: _int | None, dtype: _DType | None = None) -> Tensor:
        """exp(input) divided by its sum along dim."""
    def sort(self, dim: _int = -1, descending: _bool = False, *, stable: _bool | None = False) -> ValuesAndIndices:
        """The elements in order along dim, and the indices that they had."""
    def split(self, split_size: _int | Sequence[_int] | None, dim: _int = 0) -> tuple[Tensor, ...]:
        """Views of split_size elements of dim each, the last may have fewer; or of the sizes in a list."""
    def split_with_sizes(self, split_sizes: _int | Sequence[_int], dim: _int = 0) -> tuple[Tensor, ...]:
        """Views of the given sizes along dim, which add up to that of the dimension."""
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
    def squeeze_(self, dim: _int | Sequence[_int] | None = None) -> Self:
        """Drops dimensions of size 1 of the tensor itself."""
    def std(
        self,
        dim: _int | Sequence[_int] | None = None,
        unbiased: _bool | None = None,
        keepdim: _bool = False,
        *,
        correction: _float | None = 1,
    ) -> Tensor:
        """The standard deviation, the square root of var."""
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
    def subtract_(self, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Self:
        """input - alpha * other."""
    def sum(
        self,
        dim: _int | Sequence[_int] | None = None,
        keepdim: _bool = False,
        *,
        dtype: _DType | None = None,
    ) -> Tensor:
        """The sum of the elements."""
    @overload
    def sum_to_size(self, *size: _int) -> Tensor: ...
    @overload
    def sum_to_size(self, size: Sequence[_int]) -> Tensor:
        """The sum over the dimensions that broadcasting from the sizes would repeat."""
    def svd(self, some: _bool = True, compute_uv: _bool = True) -> UAndSAndV:
        """U, S and V of A = U diag(S) V.T."""
    def swapaxes(self, dim0: _int, dim1: _int) -> Tensor:
        """With two dimensions exchanged."""
    def swapaxes_(self, axis0: _int, axis1: _int) -> Self:
        """Exchanges two dimensions of the tensor itself."""
    def swapdims(self, dim0: _int, dim1: _int) -> Tensor:
        """With two dimensions exchanged."""
    def swapdims_(self, dim0: _int, dim1: _int) -> Self:
        """Exchanges two dimensions of the tensor itself."""
    def t(self) -> Tensor:
        """The transpose of a tensor of at most two dimensions."""
    def t_(self) -> Self:
        """Transposes the tensor itself, which has at most two dimensions."""
    def take(self, index: Tensor) -> Tensor:
        """The elements at positions in the flattened input, in the shape of index."""
    def take_along_dim(self, indices: Tensor, dim: _int | None = None) -> Tensor:
        """One element along dim for each entry of indices, which broadcast with input."""
    def tan(self) -> Tensor:
        """The tangent."""
    def tan_(self) -> Self:
        """The tangent."""
    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
    def tanh_(self) -> Self:
        """Takes the hyperbolic tangent."""
    def tensor_split(
        self,
        indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor],
        dim: _int = 0,
    ) -> tuple[Tensor, ...]:
        """Views along dim: so many of nearly equal size, or cut at the indices."""
    def threshold_(self, threshold: _float, value: _float) -> Self:
        """input where it exceeds threshold, else value."""
    @overload
    def tile(self, *dims: _int) -> Tensor: ...
    @overload
    def tile(self, dims: Sequence[_int]) -> Tensor:
        """The tensor so many times along each of the last dimensions."""
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
    def to_device(self, device: _Device | None, /, *, stream: Any = None) -> Any:
        """The tensor itself: there is one device."""
    def tolist(self) -> Any:
        """The elements as nested lists of numbers, or one number."""
    def topk(self, k: _int, dim: _int = -1, largest: _bool = True, sorted: _bool = True) -> ValuesAndIndices:
        """The k largest (or smallest) elements along dim in order, and their indices."""
    def trace(self) -> Tensor:
        """The sum of the diagonal of a matrix."""
    def transpose(self, dim0: _int, dim1: _int) -> Tensor:
        """With two dimensions exchanged."""
    def transpose_(self, dim0: _int, dim1: _int) -> Self:
        """Exchanges two dimensions of the tensor itself."""
    def triangular_solve(
        self,
        A: Tensor,
        upper: _bool = True,
        transpose: _bool = False,
        unitriangular: _bool = False,
    ) -> SolutionAndClonedCoefficient:
        """X of A X = input for triangular A, and A."""
    def tril(self, diagonal: _int = 0) -> Tensor:
        """The elements on and below a diagonal of the last two dimensions, zero above it."""
    def tril_(self, diagonal: _int = 0) -> Self:
        """The elements on and below a diagonal of the last two dimensions, zero above it."""
    def triu(self, diagonal: _int = 0) -> Tensor:
        """The elements on and above a diagonal of the last two dimensions, zero below it."""
    def triu_(self, diagonal: _int = 0) -> Self:
        """The elements on and above a diagonal of the last two dimensions, zero below it."""
    def true_divide(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Tensor:
        """input / other."""
    def true_divide_(self, other: Tensor | _float, *, rounding_mode: str | None = None) -> Self:
        """input / other."""
    def trunc(self) -> Tensor:
        """Rounded towards zero."""
    def trunc_(self) -> Self:
        """Rounded towards zero."""
    @overload
    def type(self, dtype: None = None) -> str: ...
    @overload
    def type(self, dtype: _DType) -> Tensor:
        """The name of the tensor's type, or the tensor with the dtype."""
    def type_as(self, other: Tensor) -> Tensor:
        """This tensor with the dtype of ``other``."""
    def unbind(self, dim: _int = 0) -> tuple[Tensor, ...]:
        """A view for each position of dim."""
    def unflatten(self, dim: _int, sizes: _int | Sequence[_int]) -> Tensor:
        """With one dimension replaced by several; -1 stands for what is left."""
    def unfold(self, dimension: _int, size: _int, step: _int) -> Tensor:
        """The windows of size elements along a dimension, step apart, as a new last dimension: a view."""
    def uniform_(self, from_: _float = 0.0, to: _float = 1.0, *, generator: Generator | None = None) -> Self:
        """Draws from the uniform distribution on [from, to)."""
    def unique(
        self,
        sorted: Any = True,
        return_inverse: Any = False,
        return_counts: Any = False,
        dim: _int | None = None,
    ) -> Any:
        """The different elements of ``input`` in ascending order, or the different slices along ``dim``."""
    def unique_consecutive(
        self,
        return_inverse: Any = False,
        return_counts: Any = False,
        dim: _int | None = None,
    ) -> Any:
        """The first of each run of equal elements of ``input``, or of equal slices along ``dim``."""
    def unsafe_chunk(self, chunks: _int, dim: _int = 0) -> tuple[Tensor, ...]:
        """At most so many views of equal size along dim; the last may be smaller."""
    def unsafe_split(self, split_size: _int | Sequence[_int] | None, dim: _int = 0) -> tuple[Tensor, ...]:
        """Views of split_size elements of dim each, the last may have fewer; or of the sizes in a list."""
    def unsafe_split_with_sizes(self, split_sizes: _int | Sequence[_int], dim: _int = 0) -> tuple[Tensor, ...]:
        """Views of the given sizes along dim, which add up to that of the dimension."""
    def unsqueeze(self, dim: _int) -> Tensor:
        """With a dimension of size 1 inserted at dim."""
    def unsqueeze_(self, dim: _int) -> Self:
        """Gives the tensor itself a dimension of size 1."""
    def var(
        self,
        dim: _int | Sequence[_int] | None = None,
        unbiased: _bool | None = None,
        keepdim: _bool = False,
        *,
        correction: _float | None = 1,
    ) -> Tensor:
        """The variance: the sum of (input - mean) squared, divided by their number less correction."""
    def vdot(self, other: Tensor) -> Tensor:
        """The same as dot: there are no complex numbers to conjugate."""
    @overload
    def view(self, *shape: _int) -> Tensor: ...
    @overload
    def view(self, shape: Sequence[_int]) -> Tensor:
        """The same memory in another shape; -1 stands for what is left."""
    def view_as(self, other: Tensor) -> Tensor:
        """The same memory in the shape of ``other``."""
    def vsplit(self, indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Views cut along the first of at least two dimensions."""
    def where(self, condition: Any, other: Tensor) -> Any:
        """This tensor where ``condition`` holds, ``other`` elsewhere."""
    def xlogy(self, other: Tensor | _float) -> Tensor:
        """input * log(other); 0 where input is 0, unless other is NaN."""
    def xlogy_(self, other: Tensor | _float) -> Self:
        """input * log(other); 0 where input is 0, unless other is NaN."""
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
    _backward_hooks: Any
    _backward_pre_hooks: Any
    _buffers: dict[str, Tensor | None]
    """The buffers by name."""
    _deferred: dict[str, Any] | None
    """Initialisers that wait for the shape of their parameter."""
    _forward_hooks: Any
    _forward_pre_hooks: Any
    _modules: dict[str, Any]
    """The children by name."""
    @property
    def _native_slots(self) -> Any:
        """The names of a built-in block's parameters and buffers."""
    @property
    def _native_type(self) -> str | None:
        """The name of a built-in block's type, else None."""
    @property
    def _overrides_forward(self) -> _bool:
        """Whether forward is the user's own."""
    @property
    def _own_hooks(self) -> Any:
        """The dicts of hooks that have entries, by name."""
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

def _adaptive_avg_pool2d(input: Tensor, output_size: _int | Sequence[_int] | None) -> Tensor:
    """The mean of each of output_size windows of about equal size."""
def _adaptive_avg_pool3d(input: Tensor, output_size: _int | Sequence[_int] | None) -> Tensor:
    """The mean of each of output_size windows of about equal size."""
def _adaptive_max_pool2d(
    input: Tensor,
    output_size: _int | Sequence[_int] | None,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each of output_size windows of about equal size; with return_indices also its position."""
def _adaptive_max_pool3d(
    input: Tensor,
    output_size: _int | Sequence[_int] | None,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each of output_size windows of about equal size; with return_indices also its position."""
def _arange(
    start: Tensor | _float,
    end: Tensor | _float,
    step: Tensor | _float = 1,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """start, start + step, … up to, without, end."""
def _as_leaf(type: _type[Tensor], tensor: Tensor, requires_grad: _bool, /) -> Tensor: ...
def _atleast(input: Tensor, ndim: _int) -> Tensor:
    """With at least 1, 2 or 3 dimensions."""
_backward: Callable[..., Any]
def _col2im(
    input: Tensor,
    output_size: _int | Sequence[_int],
    kernel_size: _int | Sequence[_int],
    dilation: _int | Sequence[_int],
    padding: _int | Sequence[_int],
    stride: _int | Sequence[_int],
) -> Tensor:
    """Columns [N, C * kH * kW, windows] or [C * kH * kW, windows] added up to images [N, C, H, W]."""
def _einsum(equation: str | None, operands: Sequence[Tensor]) -> Tensor:
    """The sum of products of the operands' elements by Einstein's convention."""
def _equal(input: Tensor, other: Tensor) -> Tensor:
    """Whether shapes and all elements are equal, as a bool of no dimensions."""
def _fractional_max_pool2d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    output_size: _int | Sequence[_int] | None = None,
    output_ratio: Sequence[_float] | None = None,
    random_samples: Tensor | None = None,
    return_indices: _bool = False,
    generator: Generator | None = None,
) -> Any:
    """The largest element of each window of [N, C, H, W] or [C, H, W], where windows lie at random distances; with
    return_indices also its position."""
def _fractional_max_pool3d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    output_size: _int | Sequence[_int] | None = None,
    output_ratio: Sequence[_float] | None = None,
    random_samples: Tensor | None = None,
    return_indices: _bool = False,
    generator: Generator | None = None,
) -> Any:
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W], where windows lie at random distances;
    with return_indices also its position."""
def _grad(
    outputs: Sequence[Tensor],
    grad_outputs: Sequence[Tensor | None] | None,
    inputs: Sequence[Tensor],
    retain_graph: _bool | None,
    create_graph: _bool,
    allow_unused: _bool,
) -> list[Tensor | None]: ...
def _histogramdd(
    input: Tensor,
    bins: Tensor | _int | Sequence[_int] | Sequence[Tensor],
    range: Sequence[_float] | None,
    weight: Tensor | None,
    density: _bool,
) -> tuple[Tensor, ...]:
    """How many points fall into each box of a grid, and the edges for each coordinate."""
def _im2col(
    input: Tensor,
    kernel_size: _int | Sequence[_int],
    dilation: _int | Sequence[_int],
    padding: _int | Sequence[_int],
    stride: _int | Sequence[_int],
) -> Tensor:
    """The windows of images [N, C, H, W] or [C, H, W] as columns: [N, C * kH * kW, windows]."""
_inspect_module: Callable[..., Any]
_is_lazy: Callable[..., Any]
_load_file: Callable[..., Any]
_load_module: Callable[..., Any]
def _memory_empty_cache() -> None: ...
def _memory_reset_peak() -> None: ...
def _memory_statistics() -> dict[str, _int]: ...
def _nonzero_tuple(input: Tensor) -> tuple[Tensor, ...]:
    """nonzero(input, as_tuple=True)."""
def _optimizer_step(
    method: str | None,
    parameters: Sequence[Tensor],
    state: Sequence[Tensor],
    settings: Sequence[_float],
    fresh: _bool = False,
) -> tuple[Tensor, ...]:
    """method: a class of PyTorch's optim."""
def _pack_padded_sequence(input: Tensor, lengths: Tensor, batch_first: _bool) -> tuple[Tensor, ...]:
    """The elements of padded sequences step by step, and how many sequences have each step."""
def _pad_packed_sequence(
    data: Tensor,
    batch_sizes: Tensor,
    batch_first: _bool,
    padding_value: _float,
    total_length: _int,
) -> tuple[Tensor, ...]:
    """Sequences padded to one length, and their lengths."""
def _pad_sequence(
    sequences: Sequence[Tensor],
    batch_first: _bool = False,
    padding_value: _float = 0.0,
    padding_side: str | None = "right",
) -> Tensor:
    """Sequences of different lengths in one tensor, padded to that of the longest."""
_pass_is_limited: Callable[..., Any]
_pop_saved_tensors_hooks: Callable[..., Any]
_push_saved_tensors_hooks: Callable[..., Any]
def _randint(
    low: _int,
    high: _int,
    size: _int | Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Integers uniform on [low, high)."""
def _randint_like(
    input: Tensor,
    low: _int,
    high: _int,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Tensor:
    """Integers uniform on [low, high) in the shape and dtype of input."""
def _rebuild_tensor(
    type: _type[Tensor],
    dtype: _DType | None,
    sizes: Sequence[_int],
    data: Any,
    requires_grad: _bool,
    /,
) -> Tensor:
    """What a pickled tensor is made of."""
def _recurrent(
    mode: str | None,
    input: Tensor,
    batch_sizes: _int | Sequence[_int] | None,
    hx: Sequence[Tensor],
    params: Sequence[Tensor],
    num_layers: _int,
    dropout: _float,
    train: _bool,
    bidirectional: _bool,
    batch_first: _bool,
) -> tuple[Tensor, ...]:
    """mode: RNN_TANH, RNN_RELU, LSTM or GRU."""
_save_file: Callable[..., Any]
_set_anomaly: Callable[..., Any]
_set_global_hooks: Callable[..., Any]
def _set_grad_enabled(mode: _bool, /) -> _bool:
    """Returns the mode before."""
_set_inference: Callable[..., Any]
_set_training_mode: Callable[..., Any]
def _tensor_bytes(tensor: Tensor, /) -> bytes:
    """The elements in row-major order."""
def _tensordot(
    a: Tensor,
    b: Tensor,
    dims_self: _int | Sequence[_int],
    dims_other: _int | Sequence[_int],
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The sum of products over dimensions of the two, pair by pair."""
def _to_dtype(input: Tensor, dtype: _DType | None) -> Tensor:
    """The tensor itself if it has the dtype, else a converted copy."""
def _unique(
    input: Tensor,
    sorted: _bool,
    return_inverse: _bool,
    return_counts: _bool,
    dim: _int | None,
) -> tuple[Tensor, ...]:
    """The different elements, or slices along dim, in ascending order; then, where asked for, the place of each among
    them, and how often each occurs."""
def _unique_consecutive(
    input: Tensor,
    return_inverse: _bool,
    return_counts: _bool,
    dim: _int | None,
) -> tuple[Tensor, ...]:
    """The first of each run of equal elements, or slices along dim; then, where asked for, the run of each, and the
    lengths."""
def _view_dtype(input: Tensor, dtype: _DType | None) -> Tensor:
    """The same memory as elements of another dtype, without history."""
def linalg_cholesky(A: Tensor, *, upper: _bool = False, out: Tensor | None = None) -> Tensor:
    """L of A = L L.T for symmetric positive-definite matrices, or U of A = U.T U."""
def linalg_cross(input: Tensor, other: Tensor, *, dim: _int = -1, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors of three elements along dim."""
def linalg_diagonal(A: Tensor, *, offset: _int = 0, dim1: _int = -2, dim2: _int = -1) -> Tensor:
    """The diagonals of the matrices that two dimensions are, as a view."""
def linalg_lu(A: Tensor, *, pivot: _bool = True, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> PAndLAndU:
    """P, L and U of A = P L U."""
def linalg_lu_solve(
    LU: Tensor,
    pivots: Tensor,
    B: Tensor,
    *,
    left: _bool = True,
    adjoint: _bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """X of A X = B, or of X A = B, from the LU factors of A."""
def linalg_norm(
    A: Tensor,
    ord: Tensor | _int | Sequence[_int] | Sequence[Tensor] = None,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """A norm of vectors for one dimension, of matrices for two; the root of the sum of squares if ord is None."""
def linalg_qr(
    A: Tensor,
    mode: str | None = "reduced",
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> QAndR:
    """Q with orthonormal columns and upper triangular R of A = Q R; mode 'reduced', 'complete', or 'r' for R alone."""
def linalg_svd(
    A: Tensor,
    full_matrices: _bool = True,
    *,
    driver: str | None = None,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> UAndSAndVh:
    """U, the singular values in falling order, and V.T of A = U diag(S) V.T."""
def linalg_vander(x: Tensor, *, N: _int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each element along a new last dimension."""
