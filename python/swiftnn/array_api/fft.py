"""The standard's Fourier transforms: frequencies and shifts. Transforms have complex results, which are not offered: errors."""

import swiftnn as sn

from ._dtypes import check_device

__all__ = [
    "fft", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifftn", "ifftshift", "ihfft", "irfft", "irfftn", "rfft", "rfftfreq",
    "rfftn",
]


def _refused(name, several):
    def one(x, /, *, n=None, axis=-1, norm="backward"):
        raise NotImplementedError(f"{name}(): complex numbers are not offered")

    def many(x, /, *, s=None, axes=None, norm="backward"):
        raise NotImplementedError(f"{name}(): complex numbers are not offered")

    function = many if several else one
    function.__name__ = function.__qualname__ = name
    function.__doc__ = "An error: complex numbers are not offered."
    return function


for _name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    globals()[_name] = _refused(_name, False)
for _name in ("fftn", "ifftn", "rfftn", "irfftn"):
    globals()[_name] = _refused(_name, True)


def fftfreq(n, /, *, d=1.0, dtype=None, device=None):
    """The frequencies of a transform of n samples at distance d: those from zero up, then the negative ones."""
    check_device(device)
    positions = sn.cat([sn.arange(0, (n - 1) // 2 + 1), sn.arange(-(n // 2), 0)])
    return positions.to(dtype or sn.float32) / (n * d)


def rfftfreq(n, /, *, d=1.0, dtype=None, device=None):
    """The frequencies of a transform of n real samples at distance d."""
    check_device(device)
    return sn.arange(0, n // 2 + 1).to(dtype or sn.float32) / (n * d)


def _axes(x, axes):
    return tuple(range(x.ndim)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)


def fftshift(x, /, *, axes=None):
    """With frequency zero moved to the middle."""
    axes = _axes(x, axes)
    return sn.roll(x, tuple(x.shape[a] // 2 for a in axes), axes)


def ifftshift(x, /, *, axes=None):
    """The inverse of `fftshift`."""
    axes = _axes(x, axes)
    return sn.roll(x, tuple(-(x.shape[a] // 2) for a in axes), axes)
