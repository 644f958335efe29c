# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias, overload

from numpy.typing import NDArray
from typing_extensions import Buffer

from . import autograd as autograd, init as init, linalg as linalg, nn as nn, optim as optim, random as random, serialization as serialization, special as special, utils as utils
from ._C import Generator as Generator, Size as Size, Tensor as Tensor, default_generator as default_generator, HistAndBinEdges, MantissaAndExponent, MinAndMax, PAndLAndU, QAndR, SignAndLogabsdet, SolutionAndClonedCoefficient, UAndSAndV, ValuesAndIndices, device as device, dtype as dtype
from ._dtypes import finfo as finfo, iinfo as iinfo
from .autograd.grad_mode import enable_grad as enable_grad, inference_mode as inference_mode, no_grad as no_grad, set_grad_enabled as set_grad_enabled

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]
_Device: TypeAlias = str | device

__version__: str

def abs(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The absolute value."""
abs_ = Tensor.abs_
def absolute(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The absolute value."""
def acos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The arccosine."""
acos_ = Tensor.acos_
def acosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the hyperbolic cosine."""
acosh_ = Tensor.acosh_
def adaptive_avg_pool1d(input: Tensor, output_size: _int | Sequence[_int] | None) -> Tensor:
    """The mean of each of output_size windows of about equal size."""
def add(
    input: Tensor | _float,
    other: Tensor | _float,
    *,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """input + alpha * other."""
def add_safe_globals(safe_globals: Any) -> Any:
    """Lets ``load`` make objects of these classes; see :func:`swiftnn.checkpoints.add_safe_globals`."""
def addbmm(
    input: Tensor,
    batch1: Tensor,
    batch2: Tensor,
    *,
    beta: Tensor | _float = 1,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * the sum of the products of two stacks, with input broadcast."""
def addcdiv(
    input: Tensor,
    tensor1: Tensor,
    tensor2: Tensor,
    *,
    value: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """input + value * tensor1 / tensor2, of which one must be floating point."""
def addcmul(
    input: Tensor,
    tensor1: Tensor,
    tensor2: Tensor,
    *,
    value: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """input + value * tensor1 * tensor2."""
def addmm(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    *,
    beta: Tensor | _float = 1,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2), with input broadcast."""
def addmv(
    input: Tensor,
    mat: Tensor,
    vec: Tensor,
    *,
    beta: Tensor | _float = 1,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * (mat @ vec), with input broadcast."""
addmv_ = Tensor.addmv_
def addr(
    input: Tensor,
    vec1: Tensor,
    vec2: Tensor,
    *,
    beta: Tensor | _float = 1,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * outer(vec1, vec2), with input broadcast."""
def adjoint(input: Tensor) -> Tensor:
    """With the last two dimensions exchanged."""
def all(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Whether all elements are non-zero, as bool; of uint8, as uint8."""
def allclose(
    input: Tensor,
    other: Tensor,
    rtol: _float = 1e-05,
    atol: _float = 1e-08,
    equal_nan: _bool = False,
) -> _bool:
    """Whether |input - other| <= atol + rtol * |other| everywhere."""
def alpha_dropout(input: Tensor, p: _float, train: _bool) -> Tensor:
    """Elements set, with probability p, to the limit of selu, and all scaled and moved so that mean 0 and variance 1
    stay; the input itself outside of training."""
alpha_dropout_ = Tensor.alpha_dropout_
def amax(
    input: Tensor,
    dim: _int | Sequence[_int] | None = (),
    keepdim: _bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The largest element; its gradient is shared by equal ones."""
def amin(
    input: Tensor,
    dim: _int | Sequence[_int] | None = (),
    keepdim: _bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The smallest element; its gradient is shared by equal ones."""
def aminmax(
    input: Tensor,
    *,
    dim: _int | None = None,
    keepdim: _bool = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> MinAndMax:
    """The smallest and the largest element; their gradients are shared by equal ones."""
def any(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Whether any element is non-zero, as bool; of uint8, as uint8."""
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
def arccos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The arccosine."""
arccos_ = Tensor.arccos_
def arccosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the hyperbolic cosine."""
arccosh_ = Tensor.arccosh_
def arcsin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The arcsine."""
arcsin_ = Tensor.arcsin_
def arcsinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the hyperbolic sine."""
arcsinh_ = Tensor.arcsinh_
def arctan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The arctangent."""
def arctan2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle of the point (other, input), from -pi to pi."""
arctan_ = Tensor.arctan_
def arctanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the hyperbolic tangent."""
arctanh_ = Tensor.arctanh_
def argmax(input: Tensor, dim: _int | None = None, keepdim: _bool = False, *, out: Tensor | None = None) -> Tensor:
    """The index of the largest element, the first of equal ones, as int64."""
def argmin(input: Tensor, dim: _int | None = None, keepdim: _bool = False, *, out: Tensor | None = None) -> Tensor:
    """The index of the smallest element, the first of equal ones, as int64."""
def argsort(
    input: Tensor,
    dim: _int = -1,
    descending: _bool = False,
    *,
    stable: _bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """The indices along dim that put the elements in order, as int64."""
def argwhere(input: Tensor) -> Tensor:
    """Where the elements are not zero: a row of positions for each, as int64."""
def as_strided(
    input: Tensor,
    size: _int | Sequence[_int],
    stride: _int | Sequence[_int],
    storage_offset: _int | None = None,
) -> Tensor:
    """A view of the memory with the given sizes and strides."""
as_strided_ = Tensor.as_strided_
def as_tensor(data: Any, dtype: _DType | None = None, *, device: _Device | None = None) -> Tensor:
    """The tensor itself, a tensor on the memory of an array, or a copy of other data."""
def asarray(
    obj: Any,
    *,
    dtype: _DType | None = None,
    device: _Device | None = None,
    copy: Any = None,
    requires_grad: _bool = False,
) -> Any:
    """A tensor on the memory of ``obj`` where that is possible and ``copy`` allows it, else with a copy of its
    numbers."""
def asin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The arcsine."""
asin_ = Tensor.asin_
def asinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the hyperbolic sine."""
asinh_ = Tensor.asinh_
def atan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The arctangent."""
def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle of the point (other, input), from -pi to pi."""
atan_ = Tensor.atan_
def atanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the hyperbolic tangent."""
atanh_ = Tensor.atanh_
@overload
def atleast_1d(*tensors: Tensor) -> Any: ...
@overload
def atleast_1d(tensors: Sequence[Tensor]) -> Any:
    """The tensor with at least one dimension; a tuple for several tensors."""
@overload
def atleast_2d(*tensors: Tensor) -> Any: ...
@overload
def atleast_2d(tensors: Sequence[Tensor]) -> Any:
    """The tensor with at least two dimensions, new ones in front; a tuple for several tensors."""
@overload
def atleast_3d(*tensors: Tensor) -> Any: ...
@overload
def atleast_3d(tensors: Sequence[Tensor]) -> Any:
    """The tensor with at least three dimensions; a tuple for several tensors."""
def avg_pool1d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    ceil_mode: _bool = False,
    count_include_pad: _bool = True,
) -> Tensor:
    """The mean of each window of [N, C, L] or [C, L]."""
def baddbmm(
    input: Tensor,
    batch1: Tensor,
    batch2: Tensor,
    *,
    beta: Tensor | _float = 1,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """beta * input + alpha * bmm(batch1, batch2), with input broadcast."""
def bernoulli(
    input: Tensor,
    p: _float | None = None,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """1 with the probability of each element of input, or p, else 0."""
bfloat16: dtype
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input1 [..., i] times weight [o, i, j] times input2 [..., j], plus bias [o]."""
def bincount(input: Tensor, weights: Tensor | None = None, minlength: _int = 0) -> Tensor:
    """How often each integer from 0 to the largest element occurs, or the sum of the weights of its occurrences."""
def bitwise_and(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input & other, of integers and bool."""
def bitwise_left_shift(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input << other, of integers; 0 for a negative count, or one that is not below the width."""
def bitwise_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """~input, of integers and bool."""
def bitwise_or(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input | other, of integers and bool."""
def bitwise_right_shift(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input >> other, of integers; 0 or -1 for a negative count, or one that is not below the width."""
def bitwise_xor(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input ^ other, of integers and bool."""
@overload
def block_diag(*tensors: Tensor) -> Tensor: ...
@overload
def block_diag(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors as blocks along the diagonal of a matrix of zeros."""
def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix products of two stacks, [b, n, m] and [b, m, p]."""
bool: dtype
@overload
def broadcast_shapes(*shapes: _int) -> Any: ...
@overload
def broadcast_shapes(shapes: Sequence[_int]) -> Any:
    """The shape that tensors of these shapes have after broadcasting."""
@overload
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]: ...
@overload
def broadcast_tensors(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The tensors, expanded to the shape that all have after broadcasting."""
def broadcast_to(input: Tensor, size: _int | Sequence[_int]) -> Tensor:
    """Dimensions of size 1 repeated without a copy to the given size."""
def bucketize(
    input: Tensor | _float,
    boundaries: Tensor,
    *,
    out_int32: _bool = False,
    right: _bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """The number of the bucket between ascending boundaries that each element falls into."""
def can_cast(from_: Any, to: Any) -> _bool:
    """Whether a result of dtype ``from_`` may be written to a tensor of dtype ``to``, by the rules of promotion."""
@overload
def cartesian_prod(*tensors: Tensor) -> Tensor: ...
@overload
def cartesian_prod(tensors: Sequence[Tensor]) -> Tensor:
    """All tuples of an element from each vector, as rows."""
def cat(tensors: Sequence[Tensor], dim: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of the same shape but for dim, one after the other along dim."""
def cdist(
    x1: Tensor,
    x2: Tensor,
    p: _float = 2.0,
    compute_mode: str | None = "use_mm_for_euclid_dist_if_necessary",
) -> Tensor:
    """The distance of each row of x1 [..., n, k] to each of x2 [..., m, k] in the norm of p: [..., n, m]."""
def ceil(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Rounded up."""
ceil_ = Tensor.ceil_
def celu(input: Tensor, alpha: _float = 1.0) -> Tensor:
    """max(0, input) + min(0, alpha * (exp(input / alpha) - 1))."""
celu_ = Tensor.celu_
@overload
def chain_matmul(*matrices: _int, out: Any = None) -> Any: ...
@overload
def chain_matmul(matrices: Sequence[_int], *, out: Any = None) -> Any:
    """The product of all matrices, in the order of least work."""
def channel_shuffle(input: Tensor, groups: _int) -> Tensor:
    """The channels of input [N, C, ...] taken in turn from each of so many groups."""
channels_last: Any
channels_last_3d: Any
def cholesky(input: Tensor, upper: _bool = False, *, out: Tensor | None = None) -> Tensor:
    """L of A = L L.T for symmetric positive-definite matrices, or U of A = U.T U."""
def cholesky_inverse(L: Tensor, upper: _bool = False, *, out: Tensor | None = None) -> Tensor:
    """The inverse of A by its Cholesky factor."""
def cholesky_solve(input: Tensor, L: Tensor, upper: _bool = False, *, out: Tensor | None = None) -> Tensor:
    """X of A X = input, for A by its Cholesky factor."""
def chunk(input: Tensor, chunks: _int, dim: _int = 0) -> tuple[Tensor, ...]:
    """At most so many views of equal size along dim; the last may be smaller."""
def clamp(
    input: Tensor | _float,
    min: Tensor | _float | None = None,
    max: Tensor | _float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """input, but no less than min and no more than max, which are numbers or tensors."""
clamp_ = Tensor.clamp_
def clamp_max(input: Tensor, max: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input, but no more than max, a number or a tensor."""
clamp_max_ = Tensor.clamp_max_
def clamp_min(input: Tensor, min: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input, but no less than min, a number or a tensor."""
clamp_min_ = Tensor.clamp_min_
def clip(
    input: Tensor | _float,
    min: Tensor | _float | None = None,
    max: Tensor | _float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """input, but no less than min and no more than max, which are numbers or tensors."""
clip_ = Tensor.clip_
def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy, through which gradients flow."""
def column_stack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """One after the other along the second dimension; vectors count as columns."""
def combinations(input: Tensor, r: _int = 2, with_replacement: _bool = False) -> Tensor:
    """All choices of r elements of a vector, as rows."""
def concat(tensors: Sequence[Tensor], dim: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of the same shape but for dim, one after the other along dim."""
def concatenate(tensors: Sequence[Tensor], dim: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of the same shape but for dim, one after the other along dim."""
contiguous_format: Any
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] | str = 0,
    dilation: _int | Sequence[_int] = 1,
    groups: _int = 1,
) -> Tensor:
    """The convolution of input [N, in, L] or [in, L] with weight [out, in / groups, k]: [N, out, L']."""
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] | str = 0,
    dilation: _int | Sequence[_int] = 1,
    groups: _int = 1,
) -> Tensor:
    """The convolution of input [N, in, H, W] or [in, H, W] with weight [out, in / groups, kH, kW]: [N, out, H', W']."""
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] | str = 0,
    dilation: _int | Sequence[_int] = 1,
    groups: _int = 1,
) -> Tensor:
    """The convolution of input [N, in, D, H, W] or [in, D, H, W] with weight [out, in / groups, kD, kH, kW]: [N, out,
    D', H', W']."""
def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: _int = 0) -> Tensor:
    """The convolution over time of input [time, batch, in] with weight [k, in, out]: [time', batch, out]."""
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    output_padding: _int | Sequence[_int] = 0,
    groups: _int = 1,
    dilation: _int | Sequence[_int] = 1,
) -> Tensor:
    """The transpose of conv1d, of input [N, in, L] or [in, L] and weight [in, out / groups, k]: [N, out, L']."""
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    output_padding: _int | Sequence[_int] = 0,
    groups: _int = 1,
    dilation: _int | Sequence[_int] = 1,
) -> Tensor:
    """The transpose of conv2d, of input [N, in, H, W] or [in, H, W] and weight [in, out / groups, kH, kW]: [N, out, H',
    W']."""
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: _int | Sequence[_int] = 1,
    padding: _int | Sequence[_int] = 0,
    output_padding: _int | Sequence[_int] = 0,
    groups: _int = 1,
    dilation: _int | Sequence[_int] = 1,
) -> Tensor:
    """The transpose of conv3d, of input [N, in, D, H, W] or [in, D, H, W] and weight [in, out / groups, kD, kH, kW]:
    [N, out, D', H', W']."""
def copysign(input: Tensor, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The magnitude of input with the sign of other."""
def corrcoef(input: Tensor) -> Tensor:
    """The matrix of the correlation coefficients of the rows."""
def cos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The cosine."""
cos_ = Tensor.cos_
def cosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic cosine."""
cosh_ = Tensor.cosh_
def cosine_similarity(x1: Tensor, x2: Tensor, dim: _int = 1, eps: _float = 1e-08) -> Tensor:
    """The cosine of the angle between x1 and x2 along dim; norms below eps count as eps."""
def count_nonzero(input: Tensor, dim: _int | Sequence[_int] | None = None) -> Tensor:
    """How many elements are not zero, as int64."""
def cov(
    input: Tensor,
    *,
    correction: _int = 1,
    fweights: Tensor | None = None,
    aweights: Tensor | None = None,
) -> Tensor:
    """The matrix of the covariances of the rows, whose columns are observations with integer and floating-point
    weights."""
def cross(input: Tensor, other: Tensor, dim: _int | None = None, *, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors of three elements along dim, the first of size 3 if None."""
def cummax(input: Tensor, dim: _int, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> ValuesAndIndices:
    """(values, indices) of the running maximum along dim, the last of equal ones."""
def cummin(input: Tensor, dim: _int, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> ValuesAndIndices:
    """(values, indices) of the running minimum along dim, the last of equal ones."""
def cumprod(input: Tensor, dim: _int, *, dtype: _DType | None = None, out: Tensor | None = None) -> Tensor:
    """The running product along dim."""
def cumsum(input: Tensor, dim: _int, *, dtype: _DType | None = None, out: Tensor | None = None) -> Tensor:
    """The running sum along dim."""
def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: _float | None = None, dim: _int = -1) -> Tensor:
    """The running area under samples y at x, or dx apart, by trapezoids."""
def deg2rad(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Degrees as radians."""
deg2rad_ = Tensor.deg2rad_
def det(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The determinant of square matrices."""
def detach(input: Tensor) -> Tensor:
    """The same memory, without the history."""
detach_ = Tensor.detach_
def diag(input: Tensor, diagonal: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """A vector as the diagonal of a matrix of zeros, or a copy of the diagonal of a matrix."""
def diag_embed(input: Tensor, offset: _int = 0, dim1: _int = -2, dim2: _int = -1) -> Tensor:
    """The last dimension as the diagonal of matrices of zeros."""
def diagflat(input: Tensor, offset: _int = 0) -> Tensor:
    """All elements as the diagonal of a matrix of zeros."""
def diagonal(input: Tensor, offset: _int = 0, dim1: _int = 0, dim2: _int = 1) -> Tensor:
    """The diagonal of two dimensions as the last one, a view."""
def diagonal_scatter(input: Tensor, src: Tensor, offset: _int = 0, dim1: _int = 0, dim2: _int = 1) -> Tensor:
    """A copy in which a diagonal is src."""
def diff(
    input: Tensor,
    n: _int = 1,
    dim: _int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The differences of neighbours along dim, n times."""
def digamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The derivative of lgamma."""
def dist(input: Tensor, other: Tensor, p: _float = 2) -> Tensor:
    """The norm of order p of input - other."""
def div(
    input: Tensor | _float,
    other: Tensor | _float,
    *,
    rounding_mode: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """input / other."""
def divide(
    input: Tensor | _float,
    other: Tensor | _float,
    *,
    rounding_mode: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """input / other."""
def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sum of the products of the elements of two vectors."""
double: dtype
def dropout(input: Tensor, p: _float, train: _bool) -> Tensor:
    """Elements set to zero with probability p, the others divided by 1 - p; the input itself outside of training."""
dropout_ = Tensor.dropout_
def dsplit(input: Tensor, indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Views cut along the third dimension."""
def dstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """One after the other along the third dimension."""
@overload
def einsum(equation: Any, *operands: _int) -> Any: ...
@overload
def einsum(equation: Any, operands: Sequence[_int]) -> Any:
    """The sum of products of the operands' elements by Einstein's convention."""
@overload
def empty(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
@overload
def empty(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Memory with whatever it holds."""
def empty_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Tensor:
    """Unset memory in the shape and dtype of input."""
def empty_strided(
    size: _int | Sequence[_int],
    stride: _int | Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
) -> Tensor:
    """Memory with whatever it holds, of the given strides."""
def eq(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input == other, as bool."""
def equal(input: Tensor, other: Tensor) -> _bool:
    """Whether the shapes and all elements are equal."""
def erf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The error function."""
erf_ = Tensor.erf_
def erfc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 - erf(input), without loss of digits."""
erfc_ = Tensor.erfc_
def erfinv(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the error function."""
def exp(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """e to the power of input."""
def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """2**input."""
exp2_ = Tensor.exp2_
exp_ = Tensor.exp_
def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(input) - 1, without loss of digits near zero."""
expm1_ = Tensor.expm1_
def eye(
    n: _int,
    m: _int | None = None,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """The identity matrix of n rows and as many columns, or m."""
def feature_alpha_dropout(input: Tensor, p: _float, train: _bool) -> Tensor:
    """alpha_dropout of whole channels (dimension 1)."""
feature_alpha_dropout_ = Tensor.feature_alpha_dropout_
def feature_dropout(input: Tensor, p: _float, train: _bool) -> Tensor:
    """Channels (dimension 1) set to zero with probability p, the others divided by 1 - p; the input itself outside of
    training."""
feature_dropout_ = Tensor.feature_dropout_
fill_ = Tensor.fill_
def fix(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Rounded towards zero."""
fix_ = Tensor.fix_
def flatten(input: Tensor, start_dim: _int = 0, end_dim: _int = -1) -> Tensor:
    """Joins the dimensions from start_dim to end_dim."""
@overload
def flip(input: Tensor, *dims: _int) -> Tensor: ...
@overload
def flip(input: Tensor, dims: Sequence[_int]) -> Tensor:
    """The elements in reverse order along each of dims."""
def fliplr(input: Tensor) -> Tensor:
    """The columns in reverse order."""
def flipud(input: Tensor) -> Tensor:
    """The rows in reverse order."""
float: dtype
float16: dtype
float32: dtype
float64: dtype
def float_power(input: Tensor | _float, exponent: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input to the power of exponent, both as float64."""
def floor(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Rounded down."""
floor_ = Tensor.floor_
def floor_divide(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input / other, rounded down."""
def fmax(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger of the two; the other one where one is NaN."""
def fmin(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller of the two; the other one where one is NaN."""
def fmod(input: Tensor, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input modulo other, with the sign of input."""
def frac(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """What trunc leaves out, with the sign of input."""
frac_ = Tensor.frac_
def frexp(input: Tensor, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> MantissaAndExponent:
    """(mantissa, exponent): mantissa in [1/2, 1), exponent int32, input = mantissa * 2**exponent."""
def from_dlpack(ext_tensor: Any, *, device: _Device | None = None, copy: Any = None) -> Any:
    """A tensor on the memory of an object with __dlpack__, or of a DLPack capsule."""
def from_numpy(ndarray: NDArray[Any] | Buffer, /) -> Tensor:
    """A tensor on the memory of a NumPy array."""
def frombuffer(
    buffer: Any,
    *,
    dtype: _DType | None,
    count: Any = -1,
    offset: Any = 0,
    requires_grad: _bool = False,
) -> Any:
    """A tensor on the bytes of an object with the buffer protocol."""
def full(
    size: _int | Sequence[_int],
    fill_value: Tensor | _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """fill_value everywhere; its type gives the dtype if none is named."""
def full_like(
    input: Tensor,
    fill_value: Tensor | _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Tensor:
    """fill_value in the shape and dtype of input."""
def gather(input: Tensor, dim: _int, index: Tensor, *, sparse_grad: _bool = False, out: Tensor | None = None) -> Tensor:
    """One element along dim for each entry of index, an integer tensor of the rank of input: input[index[i][j]][j] for
    dim 0."""
def gcd(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The greatest common divisor of integers."""
gcd_ = Tensor.gcd_
def ge(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input >= other, as bool."""
def ger(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of all elements of one vector with all of another, [n] and [m]: [n, m]."""
def get_default_dtype() -> dtype:
    """The dtype of tensors made from Python's floats, and of quotients of integers."""
def get_rng_state() -> Tensor:
    """The state of the random numbers, as a uint8 tensor."""
def greater(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input > other, as bool."""
def greater_equal(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input >= other, as bool."""
def group_norm(
    input: Tensor,
    num_groups: _int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: _float = 1e-05,
) -> Tensor:
    """The elements of each group of channels (dimension 1) of each element of the batch less their mean and divided by
    their standard deviation, times weight, plus bias."""
@overload
def gru(*args: _int, **kwargs: Any) -> Any: ...
@overload
def gru(args: Sequence[_int], **kwargs: Any) -> Any:
    """``gru(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)``, or ``gru(data,
    batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`` for packed sequences: the states
    of all steps, and the last states."""
def gru_cell(
    input: Tensor,
    hx: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """One step of gated recurrent units."""
def gt(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input > other, as bool."""
half: dtype
def hardshrink(input: Tensor, lambd: _float = 0.5) -> Tensor:
    """input where |input| > lambd, else 0."""
def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = None) -> Tensor:
    """0 where input is negative, values where it is zero, 1 where it is positive."""
def histc(input: Tensor, bins: _int = 100, min: _float = 0, max: _float = 0, *, out: Tensor | None = None) -> Tensor:
    """How many elements fall into each of as many bins of equal width from min to max, or of all elements where those
    are equal."""
def histogram(
    input: Tensor,
    bins: Tensor | _int | Sequence[_int] | Sequence[Tensor] = 100,
    *,
    range: Sequence[_float] | None = None,
    weight: Tensor | None = None,
    density: _bool = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> HistAndBinEdges:
    """How many elements fall into each bin, and the edges of the bins: a number of bins of equal width within range, or
    a tensor of ascending edges."""
def histogramdd(input: Tensor, bins: Any, range: Any = None, weight: Any = None, density: Any = False) -> Any:
    """How many points fall into each box of a grid; the last dimension of ``input`` has the coordinates of a point."""
def hsplit(input: Tensor, indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Views cut along the second dimension, or the only one."""
def hstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """One after the other along the second dimension, or along the only one."""
def hypot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sqrt(input**2 + other**2), without overflow on the way."""
def i0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 0."""
i0_ = Tensor.i0_
def index_add(
    input: Tensor,
    dim: _int,
    index: Tensor,
    source: Tensor,
    *,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """input with alpha times the slices of source added to the slices of dim that index names."""
def index_copy(input: Tensor, dim: _int, index: Tensor, source: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input with the slices of source in place of the slices of dim that index names."""
def index_fill(input: Tensor, dim: _int, index: Tensor, value: Tensor | _float) -> Tensor:
    """input with value, a number or a tensor of no dimensions, in the slices of dim that index names."""
def index_put(input: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: _bool = False) -> Tensor:
    """input with values at the elements that a tuple of index tensors selects, or added to them with accumulate."""
index_put_ = Tensor.index_put_
def index_reduce(
    input: Tensor,
    dim: _int,
    index: Tensor,
    source: Tensor,
    reduce: str | None,
    *,
    include_self: _bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """input with the slices of source reduced ('prod', 'mean', 'amax', 'amin') into the slices of dim that index
    names."""
def index_select(input: Tensor, dim: _int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The slices of dim that the one-dimensional integer index names."""
def initial_seed() -> _int:
    """The seed that the random numbers started with."""
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of the vectors along the last dimension of the two; with a tensor of no dimensions, the product."""
int: dtype
int16: dtype
int32: dtype
int64: dtype
int8: dtype
def inverse(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of square matrices."""
def is_anomaly_check_nan_enabled() -> Any:
    """Whether anomaly mode looks for NaN."""
def is_anomaly_enabled() -> Any:
    """Whether anomaly mode is on."""
def is_complex(input: Tensor) -> Any:
    """False: complex numbers are not offered."""
def is_floating_point(input: Tensor) -> _bool:
    """Whether the elements of ``input`` are floating-point numbers."""
def is_grad_enabled() -> _bool:
    """Whether operators on this thread record for the backward pass."""
def is_inference(input: Tensor, /) -> Any:
    """Whether input was made in inference mode."""
def is_inference_mode_enabled() -> Any:
    """Whether this thread is in inference mode."""
def is_nonzero(input: Tensor) -> Any:
    """Whether the one element of ``input`` is not zero."""
def is_same_size(input: Tensor, other: Tensor) -> Any:
    """Whether two tensors have the same shape."""
def is_signed(input: Tensor) -> Any:
    """Whether the dtype of ``input`` has negative numbers."""
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
def isin(
    elements: Tensor | _float,
    test_elements: Tensor | _float,
    *,
    assume_unique: _bool = False,
    invert: _bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Whether each element is among test_elements, as bool."""
def isinf(input: Tensor) -> Tensor:
    """Where input is infinite, as bool."""
def isnan(input: Tensor | _float) -> Tensor:
    """Where input is not a number, as bool."""
def isneginf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where input is minus infinity, as bool."""
def isposinf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where input is infinity, as bool."""
def isreal(input: Tensor) -> Tensor:
    """True everywhere, as bool: there are no complex dtypes."""
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Kronecker product: each element of input times all of other, as blocks."""
def kthvalue(
    input: Tensor,
    k: _int,
    dim: _int = -1,
    keepdim: _bool = False,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ValuesAndIndices:
    """The k-th smallest element along dim, counted from 1, and its index."""
def layer_norm(
    input: Tensor,
    normalized_shape: _int | Sequence[_int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: _float = 1e-05,
) -> Tensor:
    """The elements of the last dimensions, of the sizes normalized_shape, less their mean and divided by their standard
    deviation, times weight, plus bias."""
layout: Any
def lcm(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The least common multiple of integers."""
lcm_ = Tensor.lcm_
def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input * 2**other; by integers, without overflow on the way."""
ldexp_ = Tensor.ldexp_
def le(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input <= other, as bool."""
def lerp(input: Tensor, end: Tensor, weight: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input + weight * (end - input), all of one floating dtype; weight may be a number."""
def less(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input < other, as bool."""
def less_equal(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input <= other, as bool."""
def lgamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
def linspace(
    start: Tensor | _float,
    end: Tensor | _float,
    steps: _int,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """steps numbers from start to end, both included, at equal distances."""
def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: Any = True,
    mmap: Any = None,
    encoding: Any = "utf-8",
) -> Any:
    """Reads what ``save``, or ``torch.save``, wrote; see :func:`swiftnn.checkpoints.load`."""
def load_file(path: str | PathLike[str]) -> OrderedDict[str, Tensor]:
    """Reads the tensors of a safetensors file, as a dict by name."""
def load_model(path: str | PathLike[str]) -> nn.Module:
    """Rebuilds the network that ``save_model`` wrote."""
def log(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The natural logarithm."""
def log10(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 10."""
log10_ = Tensor.log10_
def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log(1 + input), without loss of digits near zero."""
log1p_ = Tensor.log1p_
def log2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm to base 2."""
log2_ = Tensor.log2_
log_ = Tensor.log_
def log_softmax(input: Tensor, dim: _int, dtype: _DType | None = None) -> Tensor:
    """The logarithm of softmax, without overflow."""
def logaddexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log(exp(input) + exp(other)), without overflow."""
def logaddexp2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log2(2**input + 2**other), without overflow."""
def logcumsumexp(input: Tensor, dim: _int, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the running sum of exp(input) along dim, without overflow."""
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; NaN where that is negative."""
def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where both are not zero, as bool."""
def logical_not(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """Where input is zero, as bool."""
def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where either is not zero, as bool."""
def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where one of the two is not zero, as bool."""
def logit(input: Tensor, eps: _float | None = None, *, out: Tensor | None = None) -> Tensor:
    """log(input / (1 - input)), input limited to [eps, 1 - eps] first."""
logit_ = Tensor.logit_
def logspace(
    start: Tensor | _float,
    end: Tensor | _float,
    steps: _int,
    base: _float = 10.0,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """base to the power of steps numbers from start to end at equal distances."""
def logsumexp(
    input: Tensor,
    dim: _int | Sequence[_int] | None,
    keepdim: _bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The logarithm of the sum of exp(input), without overflow."""
long: dtype
@overload
def lstm(*args: _int, **kwargs: Any) -> Any: ...
@overload
def lstm(args: Sequence[_int], **kwargs: Any) -> Any:
    """``lstm(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)``, or ``lstm(data,
    batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`` for packed sequences: the states
    of all steps, the last states, and the last cells."""
def lstm_cell(
    input: Tensor,
    hx: Sequence[Tensor],
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> tuple[Tensor, ...]:
    """One step of an LSTM: the states and the cells after it."""
def lt(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input < other, as bool."""
def lu(A: Tensor, pivot: _bool = True, get_infos: _bool = False) -> tuple[Tensor, ...]:
    """What linalg.lu_factor gives, or with get_infos=True linalg.lu_factor_ex, as a tuple."""
def lu_solve(b: Tensor, LU_data: Tensor, LU_pivots: Tensor, *, out: Tensor | None = None) -> Tensor:
    """X of A X = b, from the LU factors of A."""
def lu_unpack(
    LU_data: Tensor,
    LU_pivots: Tensor,
    unpack_data: _bool = True,
    unpack_pivots: _bool = True,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> PAndLAndU:
    """P, L and U from what lu_factor gives."""
def manual_seed(seed: _int) -> None:
    """Starts the random numbers anew; returns the default generator."""
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | _float) -> Tensor:
    """value where the bool mask holds, input elsewhere."""
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """input with the elements of source, one after the other, where the bool mask holds."""
def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements where the bool mask holds, in one dimension."""
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product of the last two dimensions, the others broadcast; a vector counts as a row on the left, as a
    column on the right."""
def matrix_exp(A: Tensor) -> Tensor:
    """The sum of A^n / n! for square matrices."""
def matrix_power(input: Tensor, n: _int, *, out: Tensor | None = None) -> Tensor:
    """The product of a square matrix with itself, n times; of its inverse for a negative n."""
@overload
def max(input: Tensor, dim: None = None, keepdim: _bool = False) -> Tensor: ...
@overload
def max(input: Tensor, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
@overload
def max(input: Tensor, other: Tensor, /) -> Tensor:
    """The largest element; with dim, (values, indices) along it."""
def max_pool1d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    dilation: _int | Sequence[_int] | None = 1,
    ceil_mode: _bool = False,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each window of [N, C, L] or [C, L]; with return_indices also its position, in the
    flattened last dimensions."""
def max_pool2d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    dilation: _int | Sequence[_int] | None = 1,
    ceil_mode: _bool = False,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each window of [N, C, H, W] or [C, H, W]; with return_indices also its position, in the
    flattened last dimensions."""
def max_pool3d(
    input: Tensor,
    kernel_size: _int | Sequence[_int] | None,
    stride: _int | Sequence[_int] | None = None,
    padding: _int | Sequence[_int] | None = 0,
    dilation: _int | Sequence[_int] | None = 1,
    ceil_mode: _bool = False,
    return_indices: _bool = False,
) -> Any:
    """The largest element of each window of [N, C, D, H, W] or [C, D, H, W]; with return_indices also its position, in
    the flattened last dimensions."""
def maximum(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The larger of the two; NaN where either is NaN."""
def mean(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The arithmetic mean."""
def median(
    input: Tensor,
    dim: _int | None = None,
    keepdim: _bool | None = False,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ValuesAndIndices:
    """The median, the lower of two, NaN where there is one; with dim, (values, indices) along it."""
memory_format: Any
@overload
def meshgrid(*tensors: Tensor, indexing: str | None = "ij") -> tuple[Tensor, ...]: ...
@overload
def meshgrid(tensors: Sequence[Tensor], *, indexing: str | None = "ij") -> tuple[Tensor, ...]:
    """For each vector a view, expanded to the grid of all of them."""
@overload
def min(input: Tensor, dim: None = None, keepdim: _bool = False) -> Tensor: ...
@overload
def min(input: Tensor, dim: _int, keepdim: _bool = False) -> ValuesAndIndices: ...
@overload
def min(input: Tensor, other: Tensor, /) -> Tensor:
    """The smallest element; with dim, (values, indices) along it."""
def minimum(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The smaller of the two; NaN where either is NaN."""
def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product of [n, m] and [m, p]."""
def mode(
    input: Tensor,
    dim: _int = -1,
    keepdim: _bool = False,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ValuesAndIndices:
    """The most frequent element along dim, the smallest of equally frequent ones, and the index of its last
    occurrence."""
def moveaxis(input: Tensor, source: _int | Sequence[_int] | None, destination: _int | Sequence[_int] | None) -> Tensor:
    """With the dimensions of source at the places of destination."""
def movedim(input: Tensor, source: _int | Sequence[_int] | None, destination: _int | Sequence[_int] | None) -> Tensor:
    """With the dimensions of source at the places of destination."""
def msort(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements in ascending order along the first dimension."""
def mul(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input * other."""
def multinomial(
    input: Tensor,
    num_samples: _int,
    replacement: _bool = False,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Positions of each row, drawn with its elements as weights."""
def multiply(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input * other."""
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of a matrix [n, m] and a vector [m]."""
def mvlgamma(input: Tensor, p: _int, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension p, at least 1."""
def nan_to_num(
    input: Tensor,
    nan: _float | None = None,
    posinf: _float | None = None,
    neginf: _float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """input with numbers in place of NaN (0 by default) and the infinities (the largest and smallest numbers by
    default)."""
nan_to_num_ = Tensor.nan_to_num_
def nanmean(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The arithmetic mean of the elements that are numbers."""
def nanmedian(
    input: Tensor,
    dim: _int | None = None,
    keepdim: _bool | None = False,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ValuesAndIndices:
    """The median of the elements that are not NaN, the lower of two; with dim, (values, indices) along it."""
def nanquantile(
    input: Tensor,
    q: Tensor | _float,
    dim: _int | None = None,
    keepdim: _bool = False,
    *,
    interpolation: str | None = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """The q-quantiles of the elements that are not NaN."""
def nansum(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum of the elements that are numbers."""
def narrow(input: Tensor, dim: _int, start: _int, length: _int) -> Tensor:
    """length elements of dim from start on, a view."""
def narrow_copy(input: Tensor, dim: _int, start: _int, length: _int, *, out: Tensor | None = None) -> Tensor:
    """A copy of length elements of dim from start on."""
def native_channel_shuffle(input: Tensor, groups: _int) -> Tensor:
    """The channels of input [N, C, ...] taken in turn from each of so many groups."""
def ne(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input != other, as bool."""
def neg(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """-input."""
neg_ = Tensor.neg_
def negative(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """-input."""
negative_ = Tensor.negative_
def nextafter(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The next number after input in the direction of other."""
def nonzero(input: Tensor, *, as_tuple: _bool = False, out: Tensor | None = None) -> Tensor:
    """Where the elements are not zero: a row of positions for each, as int64."""
def norm(
    input: Tensor,
    p: Tensor | _int | Sequence[_int] | Sequence[Tensor] = "fro",
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The norm of order p of vectors for a number, over any dimensions; of matrices for 'nuc'."""
def normal(
    mean: Tensor | _float,
    std: Tensor | _float = 1.0,
    size: _int | Sequence[_int] = None,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Normal numbers of the given means and standard deviations, broadcast; or of two numbers and a size."""
def not_equal(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input != other, as bool."""
def numel(input: Tensor, /) -> _int:
    """The number of elements."""
@overload
def ones(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
@overload
def ones(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Ones."""
def ones_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Tensor:
    """Ones in the shape and dtype of input."""
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of all elements of one vector with all of another, [n] and [m]: [n, m]."""
def pairwise_distance(x1: Tensor, x2: Tensor, p: _float = 2.0, eps: _float = 1e-06, keepdim: _bool = False) -> Tensor:
    """The norm of order p of x1 - x2 + eps along the last dimension."""
def pdist(input: Tensor, p: _float = 2.0) -> Tensor:
    """The distances of each two rows of input [N, M] in the norm of order p: N (N - 1) / 2 of them."""
@overload
def permute(input: Tensor, *dims: _int) -> Tensor: ...
@overload
def permute(input: Tensor, dims: Sequence[_int]) -> Tensor:
    """With the dimensions in the given order."""
def pinverse(input: Tensor, rcond: _float = 1e-15) -> Tensor:
    """The pseudo-inverse: singular values up to rcond times the largest count as zero."""
def pixel_shuffle(input: Tensor, upscale_factor: _int) -> Tensor:
    """[..., C * r * r, H, W] as [..., C, H * r, W * r], for a factor r."""
def pixel_unshuffle(input: Tensor, downscale_factor: _int) -> Tensor:
    """[..., C, H * r, W * r] as [..., C * r * r, H, W], for a factor r."""
def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Poisson numbers whose rates are the elements of input."""
def polygamma(n: _int, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The n-th derivative of digamma, n at least 0."""
def positive(input: Tensor) -> Tensor:
    """input itself."""
def pow(input: Tensor | _float, exponent: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input to the power of exponent."""
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """input where it is positive, else weight * input; weight is one number, or one for each channel (dimension 1)."""
preserve_format: Any
def prod(
    input: Tensor,
    dim: _int | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The product of the elements."""
def promote_types(type1: Any, type2: Any) -> dtype:
    """The smallest dtype that holds what both hold, as far as there is one: that of a sum of the two."""
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: _bool = False) -> Tensor:
    """input with the elements of source at positions in the flattened input, or added to them with accumulate."""
def qr(input: Tensor, some: _bool = True, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> QAndR:
    """Q and R of A = Q R."""
def quantile(
    input: Tensor,
    q: Tensor | _float,
    dim: _int | None = None,
    keepdim: _bool = False,
    *,
    interpolation: str | None = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """The q-quantiles along dim, or of all elements."""
def rad2deg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Radians as degrees."""
rad2deg_ = Tensor.rad2deg_
@overload
def rand(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
@overload
def rand(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Uniform on [0, 1)."""
def rand_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
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
def randint_like(
    input: Tensor,
    low: Any = 0,
    high: Any = None,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Any = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Any:
    """Integers uniform on [low, high) in the shape and dtype of input."""
@overload
def randn(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
@overload
def randn(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Standard normal."""
def randn_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Tensor:
    """Standard normal in the shape and dtype of input."""
def randperm(
    n: _int,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    generator: Generator | None = None,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """The integers from 0 to n - 1 in random order."""
def ravel(input: Tensor) -> Tensor:
    """The elements as one dimension."""
def reciprocal(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / input."""
reciprocal_ = Tensor.reciprocal_
def relu(input: Tensor | _float) -> Tensor:
    """max(input, 0)."""
relu_ = Tensor.relu_
def remainder(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input modulo other, with the sign of other."""
def renorm(input: Tensor, p: _float, dim: _int, maxnorm: _float, *, out: Tensor | None = None) -> Tensor:
    """The slices along dim, those with a larger norm of order p than maxnorm scaled down to it."""
def repeat_interleave(
    input: Tensor,
    repeats: Tensor | _int | Sequence[_int] | Sequence[Tensor] = None,
    dim: _int | None = None,
    *,
    output_size: _int | None = None,
) -> Tensor:
    """Each slice of dim, or each element, repeats times in a row; of a tensor of counts alone, each position."""
@overload
def reshape(input: Tensor, *shape: _int) -> Tensor: ...
@overload
def reshape(input: Tensor, shape: Sequence[_int]) -> Tensor:
    """The same elements in another shape; copies if the strides do not allow a view."""
def resize_as_(self: Any, the_template: Any, *, memory_format: Any = None) -> Any:
    """Gives the tensor itself the shape of ``the_template``; elements that the memory holds stay."""
def result_type(tensor1: Any, tensor2: Any) -> dtype:
    """The dtype that an operator on the two, tensors or numbers, computes in."""
def rms_norm(
    input: Tensor,
    normalized_shape: _int | Sequence[_int],
    weight: Tensor | None = None,
    eps: _float | None = None,
) -> Tensor:
    """The elements of the last dimensions, of the sizes normalized_shape, divided by the root of their mean square,
    times weight."""
@overload
def rnn_relu(*args: _int, **kwargs: Any) -> Any: ...
@overload
def rnn_relu(args: Sequence[_int], **kwargs: Any) -> Any:
    """As :func:`rnn_tanh`, with ``relu`` in the place of ``tanh``."""
def rnn_relu_cell(
    input: Tensor,
    hx: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """relu(w_ih input + b_ih + w_hh hx + b_hh)."""
@overload
def rnn_tanh(*args: _int, **kwargs: Any) -> Any: ...
@overload
def rnn_tanh(args: Sequence[_int], **kwargs: Any) -> Any:
    """``rnn_tanh(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)``, or
    ``rnn_tanh(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`` for packed
    sequences: the states of all steps, and the last states."""
def rnn_tanh_cell(
    input: Tensor,
    hx: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """tanh(w_ih input + b_ih + w_hh hx + b_hh)."""
def roll(input: Tensor, shifts: _int | Sequence[_int] | None, dims: _int | Sequence[_int] | None = ()) -> Tensor:
    """The elements moved on along dims; what leaves at the end comes in again at the beginning."""
def rot90(input: Tensor, k: _int = 1, dims: _int | Sequence[_int] = (0, 1)) -> Tensor:
    """Turned by 90 degrees k times, from the first of two dimensions towards the second."""
def round(input: Tensor, *, decimals: _int = 0, out: Tensor | None = None) -> Tensor:
    """Rounded to so many decimals, halves to the even neighbour."""
round_ = Tensor.round_
def row_stack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """One after the other along the first dimension; vectors count as rows."""
def rrelu(
    input: Tensor,
    lower: _float = 0.125,
    upper: _float = 0.3333333333333333,
    training: _bool = False,
    generator: Generator | None = None,
) -> Tensor:
    """input where it is positive, else r * input: r drawn from [lower, upper) in training, else their mean."""
rrelu_ = Tensor.rrelu_
def rsqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / sqrt(input)."""
rsqrt_ = Tensor.rsqrt_
def rsub(input: Tensor | _float, other: Tensor | _float, *, alpha: Tensor | _float = 1) -> Tensor:
    """other - alpha * input."""
def save(
    obj: Any,
    f: Any,
    pickle_module: Any = None,
    pickle_protocol: Any = 2,
    _use_new_zipfile_serialization: Any = True,
    _disable_byteorder_record: Any = False,
) -> Any:
    """Writes an object with tensors in it in the format of ``torch.save``; see :func:`swiftnn.checkpoints.save`."""
def save_file(
    tensors: Mapping[str, Tensor],
    path: str | PathLike[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Writes a dict of tensors by name, such as a ``state_dict``."""
def save_model(net: nn.Module, path: str | PathLike[str]) -> None:
    """Writes a network, its structure and its parameters, to one file, from which Python and Swift rebuild it."""
def scalar_tensor(
    s: Tensor | _float,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
) -> Tensor:
    """A number as a tensor of no dimensions, of the default dtype unless one is named."""
def scatter(
    input: Tensor,
    dim: _int,
    index: Tensor,
    src: Tensor | _float = None,
    *,
    reduce: str | None = None,
    value: Tensor | _float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """input with the elements of src, or a number, at positions along dim: result[index[i][j]][j] = src[i][j] for dim
    0."""
def scatter_add(input: Tensor, dim: _int, index: Tensor, src: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input with the elements of src added at positions along dim: result[index[i][j]][j] += src[i][j] for dim 0."""
def scatter_reduce(
    input: Tensor,
    dim: _int,
    index: Tensor,
    src: Tensor,
    reduce: str | None,
    *,
    include_self: _bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """input with the elements of src reduced ('sum', 'prod', 'mean', 'amax', 'amin') into positions along dim."""
def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor | _float,
    *,
    out_int32: _bool = False,
    right: _bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """For each value of input, the index at which it can be put into the ascending last dimension so that it stays
    ascending."""
def seed() -> _int:
    """Starts the random numbers at a seed of the system's choice, and returns it."""
def select(input: Tensor, dim: _int, index: _int) -> Tensor:
    """The slice of dim at index, a view."""
def select_scatter(input: Tensor, src: Tensor, dim: _int, index: _int) -> Tensor:
    """A copy in which the slice of dim at index is src."""
def selu(input: Tensor) -> Tensor:
    """elu, scaled so that mean 0 and variance 1 are kept."""
selu_ = Tensor.selu_
def set_default_dtype(d: dtype, /) -> None:
    """Makes a floating-point dtype the one of tensors made from Python's floats, for the whole process."""
def set_rng_state(new_state: Tensor, /) -> None:
    """Goes on from what get_rng_state() returned."""
def sgn(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """-1, 0 or 1."""
short: dtype
def sigmoid(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """1 / (1 + exp(-input))."""
sigmoid_ = Tensor.sigmoid_
def sign(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """-1, 0 or 1."""
def signbit(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where the sign is a minus, that of -0 included, as bool."""
def sin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sine."""
sin_ = Tensor.sin_
def sinc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sin(pi * input) / (pi * input), 1 at 0."""
sinc_ = Tensor.sinc_
def sinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic sine."""
sinh_ = Tensor.sinh_
def slice_scatter(
    input: Tensor,
    src: Tensor,
    dim: _int = 0,
    start: _int | None = None,
    end: _int | None = None,
    step: _int = 1,
) -> Tensor:
    """A copy in which every step-th slice of dim from start to, without, end is one of src."""
def slogdet(A: Tensor, *, out: tuple[Tensor, ...] | list[Tensor] | None = None) -> SignAndLogabsdet:
    """The sign of the determinant, and the logarithm of its absolute value."""
def softmax(input: Tensor, dim: _int | None, dtype: _DType | None = None) -> Tensor:
    """exp(input) divided by its sum along dim."""
def sort(
    input: Tensor,
    dim: _int = -1,
    descending: _bool = False,
    *,
    stable: _bool | None = False,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ValuesAndIndices:
    """The elements in order along dim, and the indices that they had."""
sparse_coo: Any
def split(input: Tensor, split_size: _int | Sequence[_int] | None, dim: _int = 0) -> tuple[Tensor, ...]:
    """Views of split_size elements of dim each, the last may have fewer; or of the sizes in a list."""
def split_with_sizes(input: Tensor, split_sizes: _int | Sequence[_int], dim: _int = 0) -> tuple[Tensor, ...]:
    """Views of the given sizes along dim, which add up to that of the dimension."""
def sqrt(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The square root."""
sqrt_ = Tensor.sqrt_
def square(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input * input."""
square_ = Tensor.square_
def squeeze(input: Tensor, dim: _int | Sequence[_int] | None = None) -> Tensor:
    """Without the dimensions of size 1, or those of dim."""
def stack(tensors: Sequence[Tensor], dim: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of the same shape along a new dimension."""
def std(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    unbiased: _bool | None = None,
    keepdim: _bool = False,
    *,
    correction: _float | None = 1,
    out: Tensor | None = None,
) -> Tensor:
    """The standard deviation, the square root of var."""
def std_mean(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    unbiased: _bool | None = None,
    keepdim: _bool = False,
    *,
    correction: _float | None = 1,
) -> tuple[Tensor, ...]:
    """(standard deviation, mean)."""
strided: Any
def sub(
    input: Tensor | _float,
    other: Tensor | _float,
    *,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """input - alpha * other."""
def subtract(
    input: Tensor | _float,
    other: Tensor | _float,
    *,
    alpha: Tensor | _float = 1,
    out: Tensor | None = None,
) -> Tensor:
    """input - alpha * other."""
def sum(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    keepdim: _bool = False,
    *,
    dtype: _DType | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum of the elements."""
def svd(
    input: Tensor,
    some: _bool = True,
    compute_uv: _bool = True,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> UAndSAndV:
    """U, S and V of A = U diag(S) V.T."""
def swapaxes(input: Tensor, dim0: _int, dim1: _int) -> Tensor:
    """With two dimensions exchanged."""
def swapdims(input: Tensor, dim0: _int, dim1: _int) -> Tensor:
    """With two dimensions exchanged."""
def t(input: Tensor) -> Tensor:
    """The transpose of a tensor of at most two dimensions."""
def take(input: Tensor, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements at positions in the flattened input, in the shape of index."""
def take_along_dim(input: Tensor, indices: Tensor, dim: _int | None = None, *, out: Tensor | None = None) -> Tensor:
    """One element along dim for each entry of indices, which broadcast with input."""
def tan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The tangent."""
tan_ = Tensor.tan_
def tanh(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """The hyperbolic tangent."""
tanh_ = Tensor.tanh_
def tensor(
    data: Any,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    pin_memory: Any = False,
) -> Tensor:
    """A tensor with a copy of data: nested sequences, numbers, a Tensor, or anything with the buffer protocol, such as
    a NumPy array."""
def tensor_split(
    input: Tensor,
    indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor],
    dim: _int = 0,
) -> tuple[Tensor, ...]:
    """Views along dim: so many of nearly equal size, or cut at the indices."""
def tensordot(a: Any, b: Any, dims: Any = 2, out: Any = None) -> Any:
    """The sum of products over dimensions of two tensors: the last ``dims`` of ``a`` and the first of ``b``, or, where
    ``dims`` is a pair of lists, those of the first list of ``a`` and those of the second of ``b``, pair by pair."""
def threshold(input: Tensor, threshold: _float, value: _float) -> Tensor:
    """input where it exceeds threshold, else value."""
threshold_ = Tensor.threshold_
@overload
def tile(input: Tensor, *dims: _int) -> Tensor: ...
@overload
def tile(input: Tensor, dims: Sequence[_int]) -> Tensor:
    """The tensor so many times along each of the last dimensions."""
def to_dlpack(tensor: Tensor, /) -> Any:
    """A DLPack capsule on the memory of a tensor."""
def topk(
    input: Tensor,
    k: _int,
    dim: _int = -1,
    largest: _bool = True,
    sorted: _bool = True,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> ValuesAndIndices:
    """The k largest (or smallest) elements along dim in order, and their indices."""
def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix."""
def transpose(input: Tensor, dim0: _int, dim1: _int) -> Tensor:
    """With two dimensions exchanged."""
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: _float | None = None, dim: _int = -1) -> Tensor:
    """The area under samples y at x, or dx apart, by trapezoids."""
def trapz(y: Tensor, x: Tensor | None = None, *, dx: _float | None = None, dim: _int = -1) -> Tensor:
    """The area under samples y at x, or dx apart, by trapezoids."""
def triangular_solve(
    input: Tensor,
    A: Tensor,
    upper: _bool = True,
    transpose: _bool = False,
    unitriangular: _bool = False,
    *,
    out: tuple[Tensor, ...] | list[Tensor] | None = None,
) -> SolutionAndClonedCoefficient:
    """X of A X = input for triangular A, and A."""
def tril(input: Tensor, diagonal: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """The elements on and below a diagonal of the last two dimensions, zero above it."""
def tril_indices(
    row: _int,
    col: _int,
    offset: _int = 0,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
) -> Tensor:
    """The row and column numbers of the elements on and below a diagonal."""
def triu(input: Tensor, diagonal: _int = 0, *, out: Tensor | None = None) -> Tensor:
    """The elements on and above a diagonal of the last two dimensions, zero below it."""
def triu_indices(
    row: _int,
    col: _int,
    offset: _int = 0,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
) -> Tensor:
    """The row and column numbers of the elements on and above a diagonal."""
def true_divide(
    input: Tensor | _float,
    other: Tensor | _float,
    *,
    rounding_mode: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """input / other."""
def trunc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Rounded towards zero."""
trunc_ = Tensor.trunc_
uint8: dtype
def unbind(input: Tensor, dim: _int = 0) -> tuple[Tensor, ...]:
    """A view for each position of dim."""
def unflatten(input: Tensor, dim: _int, sizes: _int | Sequence[_int]) -> Tensor:
    """With one dimension replaced by several; -1 stands for what is left."""
def unique(
    input: Tensor,
    sorted: Any = True,
    return_inverse: Any = False,
    return_counts: Any = False,
    dim: _int | None = None,
) -> Any:
    """The different elements of ``input`` in ascending order, or the different slices along ``dim``."""
def unique_consecutive(
    input: Tensor,
    return_inverse: Any = False,
    return_counts: Any = False,
    dim: _int | None = None,
) -> Any:
    """The first of each run of equal elements of ``input``, or of equal slices along ``dim``."""
def unravel_index(indices: Tensor, shape: _int | Sequence[_int]) -> tuple[Tensor, ...]:
    """For indices into a flat tensor, a tuple of those along each dimension of a tensor of the shape."""
def unsafe_chunk(input: Tensor, chunks: _int, dim: _int = 0) -> tuple[Tensor, ...]:
    """At most so many views of equal size along dim; the last may be smaller."""
def unsafe_split(input: Tensor, split_size: _int | Sequence[_int] | None, dim: _int = 0) -> tuple[Tensor, ...]:
    """Views of split_size elements of dim each, the last may have fewer; or of the sizes in a list."""
def unsafe_split_with_sizes(input: Tensor, split_sizes: _int | Sequence[_int], dim: _int = 0) -> tuple[Tensor, ...]:
    """Views of the given sizes along dim, which add up to that of the dimension."""
def unsqueeze(input: Tensor, dim: _int) -> Tensor:
    """With a dimension of size 1 inserted at dim."""
def vander(x: Tensor, N: _int | None = None, increasing: _bool = False) -> Tensor:
    """The powers of a vector's elements as columns, the highest first."""
def var(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    unbiased: _bool | None = None,
    keepdim: _bool = False,
    *,
    correction: _float | None = 1,
    out: Tensor | None = None,
) -> Tensor:
    """The variance: the sum of (input - mean) squared, divided by their number less correction."""
def var_mean(
    input: Tensor,
    dim: _int | Sequence[_int] | None = None,
    unbiased: _bool | None = None,
    keepdim: _bool = False,
    *,
    correction: _float | None = 1,
) -> tuple[Tensor, ...]:
    """(variance, mean)."""
def vdot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The same as dot: there are no complex numbers to conjugate."""
def vsplit(input: Tensor, indices_or_sections: Tensor | _int | Sequence[_int] | Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Views cut along the first of at least two dimensions."""
def vstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """One after the other along the first dimension; vectors count as rows."""
def where(
    condition: Tensor,
    input: Tensor | _float = None,
    other: Tensor | _float = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """input where condition holds, other elsewhere."""
def xlogy(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input * log(other); 0 where input is 0, unless other is NaN."""
xlogy_ = Tensor.xlogy_
zero_ = Tensor.zero_
@overload
def zeros(
    *size: _int,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
@overload
def zeros(
    size: Sequence[_int],
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    out: Tensor | None = None,
) -> Tensor:
    """Zeros."""
def zeros_like(
    input: Tensor,
    *,
    dtype: _DType | None = None,
    requires_grad: _bool = False,
    device: _Device | None = None,
    layout: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> Tensor:
    """Zeros in the shape and dtype of input."""
