# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
from builtins import bool as _bool, float as _float, int as _int, type as _type
from typing import TypeAlias

from ._C import Tensor, dtype

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]


def digamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The derivative of lgamma."""
def entr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-input * log(input): 0 at 0, -inf below."""
def erf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The error function."""
def erfc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 - erf(input), without loss of digits."""
def erfcx(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(input**2) * erfc(input), without overflow."""
def erfinv(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the error function."""
def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """2**input."""
def expit(input: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """1 / (1 + exp(-input))."""
def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(input) - 1, without loss of digits near zero."""
def gammaln(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
def i0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 0."""
def i0e(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(-|input|) * i0(input)."""
def i1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 1."""
def i1e(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(-|input|) * i1(input)."""
def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log(1 + input), without loss of digits near zero."""
def log_ndtr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the normal distribution."""
def log_softmax(input: Tensor, dim: _int, dtype: _DType | None = None) -> Tensor:
    """The logarithm of softmax, without overflow."""
def logit(input: Tensor, eps: _float | None = None, *, out: Tensor | None = None) -> Tensor:
    """log(input / (1 - input)), input limited to [eps, 1 - eps] first."""
def logsumexp(
    input: Tensor,
    dim: _int | Sequence[_int] | None,
    keepdim: _bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """The logarithm of the sum of exp(input), without overflow."""
def multigammaln(input: Tensor, p: _int, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension p, at least 1."""
def ndtr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The normal distribution: the probability of at most input."""
def ndtri(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The quantile of the normal distribution."""
def polygamma(n: _int, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The n-th derivative of digamma, n at least 0."""
def psi(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The derivative of lgamma."""
def round(input: Tensor, *, decimals: _int = 0, out: Tensor | None = None) -> Tensor:
    """Rounded to so many decimals, halves to the even neighbour."""
def sinc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sin(pi * input) / (pi * input), 1 at 0."""
def softmax(input: Tensor, dim: _int | None, dtype: _DType | None = None) -> Tensor:
    """exp(input) divided by its sum along dim."""
def xlog1py(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input * log(1 + other); 0 where input is 0, unless other is NaN."""
def xlogy(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """input * log(other); 0 where input is 0, unless other is NaN."""
def zeta(input: Tensor | _float, other: Tensor | _float, *, out: Tensor | None = None) -> Tensor:
    """Hurwitz's zeta function: the sum of (other + k)**-input over k >= 0."""
