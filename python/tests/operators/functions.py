"""NumPy references of special functions: slow and plain ways that have nothing in common with the kernels."""

import math

import numpy as np


def elementwise(function):
    """A function of floats, element by element, in float64."""
    vectorised = np.vectorize(function, otypes=[np.float64])
    return lambda *arrays: vectorised(*arrays) if np.broadcast(*arrays).size else np.zeros(np.broadcast(*arrays).shape)


def guarded(function, at_pole=math.inf):
    """Python's math raises where IEEE has a value."""

    def value(x):
        try:
            return function(x)
        except ValueError:
            return at_pole
        except OverflowError:
            return math.inf

    return value


erf, erfc = elementwise(math.erf), elementwise(math.erfc)
lgamma = elementwise(guarded(math.lgamma))


def harmonic(x):
    if x != x or x == -math.inf:
        return math.nan
    if x == math.inf:
        return x
    if x == 0:
        return -math.copysign(math.inf, x)
    if x < 0 and x == math.floor(x):
        return math.nan
    terms = []
    while x < 40:
        terms.append(-1 / x)
        x += 1
    z = 1 / x**2
    return math.fsum(terms + [math.log(x), -0.5 / x, -z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z / 240)))])


digamma = elementwise(harmonic)


def hurwitz(s, q):
    if s < 1 or (q < 0 and s != math.floor(s) and q != math.floor(q)):
        return math.nan
    if s == 1 or (q <= 0 and q == math.floor(q)):
        return math.inf
    terms = [(q + k) ** -s for k in range(60)]
    w = q + 60
    tail = [w ** (1 - s) / (s - 1), w**-s / 2, s * w ** (-s - 1) / 12, -s * (s + 1) * (s + 2) * w ** (-s - 3) / 720,
            s * (s + 1) * (s + 2) * (s + 3) * (s + 4) * w ** (-s - 5) / 30240]
    return math.fsum(terms + tail)


zeta = elementwise(hurwitz)


def polygamma(n, x):
    return digamma(x) if n == 0 else (-1) ** (n + 1) * math.factorial(n) * zeta(float(n + 1), x)


def mvlgamma(x, p):
    return sum(lgamma(x - j / 2) for j in range(p)) + p * (p - 1) / 4 * math.log(math.pi)


def quantile(p):
    """By bisection, of the tail that has the digits."""
    if p != p or p < 0 or p > 1:
        return math.nan
    if p in (0, 1, 0.5):
        return {0: -math.inf, 1: math.inf, 0.5: 0.0}[p]
    if p > 0.5:
        return between(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)) - p, 0.0, 9.0)
    return between(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)) - p, -39.0, 0.0)


def between(function, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    # One step of Newton's method takes the rest of the error out.
    slope = math.exp(-low * low / 2) / math.sqrt(2 * math.pi)
    return low - function(low) / slope if slope else low


ndtri = elementwise(quantile)


def inverse_error(x):
    if x != x or abs(x) > 1:
        return math.nan
    if abs(x) == 1:
        return math.copysign(math.inf, x)
    if x == 0:
        return x
    low, high, size = 0.0, 6.0, abs(x)
    # By the tail where that has the digits.
    excess = (lambda y: math.erf(y) - size) if size < 0.5 else (lambda y: 1 - size - math.erfc(y))
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return math.copysign(low - excess(low) * math.sqrt(math.pi) / 2 * math.exp(low * low), x)


erfinv = elementwise(inverse_error)


def scaled_error(x):
    """By a continued fraction where the product of the two functions would lose digits."""
    if x < 3:
        return math.exp(x * x) * math.erfc(x) if x > -26 else math.inf
    fraction = 0.0
    for k in range(200, 0, -1):
        fraction = k / 2 / (x + fraction)
    return 1 / (x + fraction) / math.sqrt(math.pi)


erfcx = elementwise(scaled_error)


def log_normal(x):
    return math.log(0.5 * math.erfc(-x / math.sqrt(2))) if x < -1 else math.log1p(-0.5 * math.erfc(x / math.sqrt(2)))


log_ndtr = elementwise(log_normal)


def bessel(order, scaled):
    def value(x):
        if x != x:
            return x
        terms, term, k = [], (x / 2) ** order, 0
        while term:
            terms.append(term)
            k += 1
            term *= (x / 2) ** 2 / (k * (k + order))
            if abs(term) < 1e-25 * abs(terms[0] if order else 1):
                break
        return math.fsum(terms) * (math.exp(-abs(x)) if scaled else 1)

    return elementwise(value)


i0, i0e, i1, i1e = bessel(0, False), bessel(0, True), bessel(1, False), bessel(1, True)
