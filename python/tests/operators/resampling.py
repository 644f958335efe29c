"""Rows: padding, interpolation, reading at positions in between. Interpolation is a matrix for each dimension here."""

import itertools

import numpy as np

from .harness import FLOATS, NUMBERS, E, Row, S, T
from .pooling import adaptive_avg_pool, each


def pad(x, pad, mode="constant", value=None):
    if mode == "circular" and min(pad, default=0) < 0:
        # What is taken away does not come again.
        x, pad = cropped(x, pad), [max(p, 0) for p in pad]
    for i in range(len(pad) // 2):
        axis, n = x.ndim - 1 - i, x.shape[x.ndim - 1 - i]
        places = np.arange(-pad[2 * i], n + pad[2 * i + 1])
        inside = {
            "constant": lambda: np.clip(places, 0, max(n - 1, 0)), "replicate": lambda: np.clip(places, 0, n - 1),
            "circular": lambda: places % n, "reflect": lambda: (n - 1) - np.abs((n - 1) - np.abs(places)),
        }[mode]()
        if mode == "constant" and n == 0:
            x = np.zeros(x.shape[:axis] + (len(places),) + x.shape[axis + 1:], x.dtype)
        else:
            x = np.take(x, inside, axis)
        if mode == "constant":
            shape = [1] * x.ndim
            shape[axis] = -1
            x = np.where(((places >= 0) & (places < n)).reshape(shape), x, np.asarray(value or 0).astype(x.dtype))
    return x


def cropped(x, pad):
    for i in range(len(pad) // 2):
        axis = x.ndim - 1 - i
        x = np.take(x, range(max(-pad[2 * i], 0), x.shape[axis] - max(-pad[2 * i + 1], 0)), axis)
    return x


def cubic(x, a):
    x = abs(x)
    return (a + 2) * x**3 - (a + 3) * x**2 + 1 if x < 1 else a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def matrix(n, m, scale, mode, align_corners, antialias):
    """The weights of n elements in each of m."""
    weighted = mode not in ("nearest", "nearest-exact")
    step = (n - 1) / (m - 1) if align_corners and m > 1 else 0.0 if align_corners else 1 / scale if scale else n / m
    result = np.zeros((m, n))
    if n == m and (antialias or mode not in ("bicubic", "nearest-exact")):
        return np.eye(n)
    for j in range(m):
        if not weighted:
            result[j, min(int((j + (mode == "nearest-exact") / 2) * step), n - 1)] = 1
        elif antialias:
            reach, wide = (2 if mode == "bicubic" else 1), max(step, 1)
            center = step * (j + 0.5)
            for i in range(max(int(center - reach * wide + 0.5), 0), min(int(center + reach * wide + 0.5), n)):
                distance = (i - center + 0.5) / wide
                result[j, i] = cubic(distance, -0.5) if mode == "bicubic" else max(1 - abs(distance), 0)
            result[j] /= np.sum(result[j])
        else:
            place = step * j if align_corners else step * (j + 0.5) - 0.5
            if mode == "bicubic":
                for i in range(int(np.floor(place)) - 1, int(np.floor(place)) + 3):
                    result[j, min(max(i, 0), n - 1)] += cubic(place - i, -0.75)
            else:
                place = min(max(place, 0), n - 1)
                low = int(place)
                result[j, low] += 1 - (place - low)
                result[j, min(low + 1, n - 1)] += place - low
    return result


def interpolate(x, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None, antialias=False):
    dimensions = x.ndim - 2
    scales = [None] * dimensions
    if size is None:
        scales = each(scale_factor, dimensions)
        size = [int(np.floor(n * s)) for n, s in zip(x.shape[2:], scales)]
        scales = [None] * dimensions if recompute_scale_factor else scales
    size = each(size, dimensions)
    if mode == "area":
        return adaptive_avg_pool(dimensions)(x, size)
    for i, (m, scale) in enumerate(zip(size, scales)):
        weights = matrix(x.shape[2 + i], m, scale, mode, bool(align_corners), antialias)
        x = np.moveaxis(np.tensordot(weights, np.moveaxis(x, 2 + i, 0), 1), 0, 2 + i)
    return x


def brought_inside(place, n, padding_mode, align_corners):
    if padding_mode == "reflection":
        low, span = (0.0, n - 1.0) if align_corners else (-0.5, float(n))
        if span == 0:
            return 0.0
        distance = abs(place - low)
        rest = distance % span
        place = low + (span - rest if int(distance // span) % 2 else rest)
    return place if padding_mode == "zeros" else min(max(place, 0.0), n - 1.0)


def grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    sizes = x.shape[2:]
    result = np.zeros(x.shape[:2] + grid.shape[1:-1])

    def element(image, places):
        inside = all(0 <= p < n for p, n in zip(places, sizes))
        return image[(slice(None),) + tuple(places)] if inside else np.zeros(x.shape[1])

    for b in range(len(x)):
        for at in np.ndindex(grid.shape[1:-1]):
            axes = []  # for each dimension: (element, weight)
            for coordinate, n in zip(grid[(b,) + at][::-1], sizes):
                place = (coordinate + 1) / 2 * (n - 1) if align_corners else ((coordinate + 1) * n - 1) / 2
                if mode == "bicubic":
                    low = np.floor(place)
                    axes.append([
                        (int(np.floor(brought_inside(low + k, n, padding_mode, align_corners))), cubic(place - low - k, -0.75))
                        for k in range(-1, 3)
                    ])
                    continue
                place = brought_inside(place, n, padding_mode, align_corners)
                low = int(np.floor(place))
                axes.append([(int(np.round(place)), 1.0)] if mode == "nearest" else [(low, 1 - place + low), (low + 1, place - low)])
            for choice in itertools.product(*axes):
                result[(b, slice(None)) + at] += element(x[b], [c[0] for c in choice]) * np.prod([c[1] for c in choice])
    return result


def affine_grid(theta, size, align_corners=None):
    lines = [np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in size[2:]]
    lines = lines if align_corners else [line * (len(line) - 1) / len(line) for line in lines]
    places = np.stack([*np.meshgrid(*lines, indexing="ij")[::-1], np.ones(size[2:])], -1)
    return np.einsum("...i,nji->n...j", places, theta)


PAD = Row(
    "pad", pad,
    [
        S(T(2, 3), (1, 2)), S(T(2, 3), [1, 0, 2, 1], value=2), S(T(2, 3), (-1, 2, 0, -1)), S(T(3), (-1, -2)), S(T(), ()), S(T(2, 3), ()),
        S(T(0, 3), (1, 1)), S(T(0, 3), (1, 1, 1, 1), "constant", 3), S(T(2, 1, 2, 1, 2), (1, 1) * 5), S(T(2, 3), (1, 1), value=1.75),
        S(T(2, 3, 4), (1, 2), "circular"), S(T(3, 4, 5), (4, 0, 1, 4), "circular"), S(T(2, 3, 4), (-1, 2), mode="circular"),
        S(T(1, 2, 3, 2, 2), (1, 0, 2, 1, 0, 3), "circular"), S(T(0, 3, 4), (1, 2), "circular"),
    ] + [
        S(*args, mode, dtypes=NUMBERS)
        for mode in ("reflect", "replicate")
        for args in ((T(2, 3, 4), (1, 2)), (T(3, 4), (3, 0)), (T(2, 3, 4, 3), (1, 2, 0, 3)), (T(3, 4, 5), (-1, 2, 1, -2)),
                     (T(1, 2, 3, 2, 4), (1, 1, 1, 0, 2, 1)), (T(0, 3, 4), (1, 2)))
    ] + [S(T(2, 3, 4), (5, 9), "replicate", dtypes=NUMBERS)],
    gradients=(0,), raw=True, call=lambda torch, *args, **kwargs: torch.nn.functional.pad(*args, **kwargs),
    errors=[
        E(RuntimeError, r"pad: padding length must be divisible by 2", T(2, 3), (1,)),
        E(RuntimeError, r"pad: padding length should be less", T(2), (1, 1, 1, 1)),
        E(RuntimeError, r"pad: .*negative size", T(2, 3), (-1, -3)),
        E(RuntimeError, r"pad: .*negative size", T(2, 3), (-4, 2)),
        E(TypeError, r"pad\(\): argument 'pad' must be tuple of ints", T(2, 3), (1.5, 2)),
        E(NotImplementedError, r"pad: unrecognised padding mode foo", T(2, 3), (1, 1), "foo"),
        E(NotImplementedError, r"pad: padding size 2 is not supported for 4D", T(1, 1, 2, 3), (1, 1), "reflect"),
        E(NotImplementedError, r"pad: padding size 2 is not supported for 1D", T(3), (1, 1), "circular"),
        E(NotImplementedError, r"pad: not defined for bool", T(2, 3, dtype="bool"), (1, 1), "reflect"),
        E(RuntimeError, r"pad: .*doesn't take in value", T(1, 2, 3), (1, 1), "reflect", 1),
        E(RuntimeError, r"pad: padding size should be less", T(1, 2, 3), (3, 1), "reflect"),
        E(RuntimeError, r"pad: .*wrapping around more than once", T(1, 2, 3), (4, 0), "circular"),
        E(RuntimeError, r"pad: .*is too small", T(1, 2, 3), (-1, -2), "replicate"),
        E(RuntimeError, r"pad: expected non-zero sizes", T(1, 0, 3), (1, 1), "reflect"),
        E(MemoryError, r"pad: .*does not fit into memory", T(2, 3), (2**62, 2**62)),
    ],
)

NEAREST = FLOATS + ("uint8",)
INTERPOLATE = Row(
    "interpolate", interpolate,
    [
        S(T(2, 3, 4), 7, dtypes=NEAREST), S(T(2, 3, 5), scale_factor=0.6, mode="nearest", dtypes=NEAREST),
        S(T(2, 2, 3, 4), (4, 2), mode="nearest-exact", dtypes=NEAREST), S(T(1, 2, 2, 3, 3), 3, dtypes=NEAREST), S(T(0, 2, 3), 5, dtypes=NEAREST),
        S(T(1, 2, 2, 2, 3), (3, 2, 5), mode="nearest-exact", dtypes=NEAREST), S(T(2, 3, 4), 4, dtypes=NEAREST),
        S(T(1, 2, 4, 4), scale_factor=(2, 1.5), dtypes=NEAREST), S(T(1, 1, 4, 4), scale_factor=1.2, recompute_scale_factor=True, dtypes=NEAREST),
        S(T(2, 3, 5), 3, mode="area", dtypes=FLOATS), S(T(2, 2, 4, 5), scale_factor=(0.5, 1.5), mode="area", dtypes=FLOATS),
        S(T(1, 2, 3, 4, 5), 2, mode="area", dtypes=FLOATS), S(T(0, 2, 3, 4), 2, mode="bilinear", dtypes=FLOATS),
    ] + [
        S(T(*shape), size, scale, mode=mode, align_corners=align, dtypes=FLOATS)
        for shape, sizes, modes in (
            ((2, 3, 4), (7, 2, 4), ("linear",)), ((2, 2, 4, 5), ((7, 3), (2, 9), (5, 5)), ("bilinear", "bicubic")),
            ((1, 2, 2, 3, 4), ((4, 2, 7),), ("trilinear",)))
        for mode in modes for align in (False, True) for size, scale in [(s, None) for s in sizes] + [(None, 1.3)]
    ] + [
        S(T(1, 2, 7, 9), size, scale, mode=mode, align_corners=align, antialias=True, dtypes=FLOATS)
        for mode in ("bilinear", "bicubic") for align in (None, True) for size, scale in (((3, 4), None), ((10, 2), None), (None, 0.6))
    ] + [
        S(T(2, 2, 4, 5), None, (0.7, 1.9), mode="bilinear", recompute_scale_factor=True, dtypes=FLOATS),
        S(T(1, 1, 3, 3), 1, mode="bilinear", align_corners=True, dtypes=FLOATS), S(T(1, 1, 1, 2), 3, mode="bicubic", dtypes=FLOATS),
    ],
    # Positions are float32 for float32.
    dtypes=NEAREST, tolerance=(3e-6, 2e-14), relative="array", gradients=(0,), reduced=None,
    call=lambda torch, *args, **kwargs: torch.nn.functional.interpolate(*args, **kwargs),
    errors=[
        E(ValueError, r"interpolate: either size or scale_factor", T(1, 1, 3)),
        E(ValueError, r"interpolate: only one of size or scale_factor", T(1, 1, 3), 2, 2.0),
        E(NotImplementedError, r"interpolate: only 3D, 4D and 5D input is supported, got 0D", T(), 2),
        E(NotImplementedError, r"interpolate: the modes are .*got foo", T(1, 1, 3), 2, mode="foo"),
        E(NotImplementedError, r"interpolate: got 4D input, but linear mode needs 3D", T(1, 1, 3, 3), 2, mode="linear"),
        E(ValueError, r"interpolate: input and output must have the same number", T(1, 1, 3, 3), (2,)),
        E(ValueError, r"interpolate: input and scale_factor must have the same number", T(1, 1, 3, 3), scale_factor=(2.0, 1.0, 1.0)),
        E(RuntimeError, r"interpolate: input and output sizes should be greater than 0", T(1, 1, 3, 3), 0),
        E(RuntimeError, r"interpolate: input and output sizes should be greater than 0", T(1, 1, 0, 3), 2),
        E(RuntimeError, r"interpolate: input and output sizes should be greater than 0", T(1, 1, 3), scale_factor=-1.0),
        E(RuntimeError, r"interpolate: scale_factor inf gives a size", T(1, 1, 3), scale_factor=float("inf")),
        E(RuntimeError, r"interpolate: scale_factor nan gives a size", T(1, 1, 3), scale_factor=float("nan")),
        E(MemoryError, r"interpolate: .*does not fit into memory", T(1, 1, 3), 2**50),
        E(ValueError, r"interpolate: align_corners option", T(1, 1, 3), 2, align_corners=False),
        E(ValueError, r"interpolate: antialias option", T(1, 1, 3, 3), 2, antialias=True),
        E(ValueError, r"interpolate: recompute_scale_factor is not meaningful", T(1, 1, 3), 2, recompute_scale_factor=True),
        E(NotImplementedError, r"interpolate: not defined for int64", T(1, 1, 3, dtype="int64"), 2),
        E(NotImplementedError, r"interpolate: not defined for uint8", T(1, 1, 3, 3, dtype="uint8"), 2, mode="bilinear"),
        E(TypeError, r"interpolate", T(1, 1, 3), scale_factor="a"),
    ],
)

GRID_SAMPLE = Row(
    "grid_sample", grid_sample,
    [
        S(T(2, 2, 3, 4), T(2, 3, 2, 2, low=-1.4, high=1.4), mode, padding_mode, align)
        for mode in ("bilinear", "nearest", "bicubic") for padding_mode in ("zeros", "border", "reflection") for align in (False, True)
    ] + [
        S(T(1, 2, 2, 3, 4), T(1, 2, 1, 2, 3, low=-1.4, high=1.4), mode, padding_mode, align_corners=align)
        for mode in ("bilinear", "nearest") for padding_mode, align in (("zeros", False), ("border", True), ("reflection", False))
    ] + [S(T(1, 1, 1, 1), T(1, 2, 2, 2), padding_mode="reflection", align_corners=True, gradient=False), S(T(0, 2, 3, 3), T(0, 2, 2, 2), dtypes=FLOATS),
         S(T(1, 2, 3, 3), T(1, 2, 2, 2, low=-9, high=9), padding_mode="reflection")],
    dtypes=FLOATS, tolerance=(5e-6, 2e-14), relative="array", gradients="all",
    call=lambda torch, *args, **kwargs: torch.nn.functional.grid_sample(*args, **kwargs),
    errors=[
        E(ValueError, r"grid_sample: expected mode to be", T(1, 1, 3, 3), T(1, 2, 2, 2), mode="foo"),
        E(ValueError, r"grid_sample: expected padding_mode to be", T(1, 1, 3, 3), T(1, 2, 2, 2), padding_mode="foo"),
        E(RuntimeError, r"grid_sample: expected 4D or 5D input", T(), T()),
        E(RuntimeError, r"grid_sample: expected 4D or 5D input", T(1, 1, 3, 3), T(1, 2, 2, 2, 2)),
        E(RuntimeError, r"grid_sample: expected grid to have size 2 in last dimension", T(1, 1, 3, 3), T(1, 2, 2, 3)),
        E(RuntimeError, r"grid_sample: expected grid and input to have same batch size", T(2, 1, 3, 3), T(1, 2, 2, 2)),
        E(RuntimeError, r"grid_sample: expected input and grid of the same dtype", T(1, 1, 3, 3), T(1, 2, 2, 2, dtype="float64")),
        E(RuntimeError, r"grid_sample: expected input to have non-empty spatial dimensions", T(1, 1, 0, 3), T(1, 2, 2, 2)),
        E(RuntimeError, r"grid_sample: bicubic interpolation only supports 4D", T(1, 1, 3, 3, 3), T(1, 2, 2, 2, 3), mode="bicubic"),
        E(NotImplementedError, r"grid_sample: not defined for int64", T(1, 1, 3, 3, dtype="int64"), T(1, 2, 2, 2, dtype="int64")),
    ],
)

AFFINE_GRID = Row(
    "affine_grid", affine_grid,
    [S(T(2, 2, 3), (2, 1, 3, 4), align) for align in (False, True)] + [S(T(1, 3, 4), [1, 2, 2, 1, 3], align_corners=align) for align in (False, True)],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients=(0,), reduced=None,
    call=lambda torch, *args, **kwargs: torch.nn.functional.affine_grid(*args, **kwargs),
    errors=[
        E(NotImplementedError, r"affine_grid: supports only 4D and 5D sizes", T(1, 2, 3), (1, 1, 2)),
        E(ValueError, r"affine_grid: expected a batch of affine matrices of shape Nx2x3", T(), (1, 1, 2, 3)),
        E(ValueError, r"affine_grid: expected non-zero, positive output size", T(1, 2, 3), (1, 1, 0, 3)),
        E(ValueError, r"affine_grid: expected non-zero, positive output size", T(0, 2, 3), (0, 1, 2, 3)),
        E(RuntimeError, r"affine_grid: expected as many matrices", T(2, 2, 3), (1, 1, 2, 3)),
        E(ValueError, r"affine_grid: expected theta to have floating point type", T(1, 2, 3, dtype="int64"), (1, 1, 2, 3)),
    ],
)

ROWS = [PAD, INTERPOLATE, GRID_SAMPLE, AFFINE_GRID]
