"""Rows: the largest element, the mean, the norm of windows. The references go from window to window."""

import itertools

import numpy as np

from .harness import FLOATS, NUMBERS, E, Row, S, T, V, nan


def each(value, dimensions):
    """One number for each dimension."""
    return list(value) if isinstance(value, (tuple, list)) else [value] * dimensions


def pooled(x, dimensions, windows, function, count=1):
    """The `count` numbers that `function` makes of (elements, positions in the flattened volume, numbers of the windows) of each window; `windows`
    are lists of lists of positions, for each of the last dimensions."""
    lead, sizes = x.shape[:-dimensions], x.shape[-dimensions:]
    flat = x.reshape((int(np.prod(lead)), int(np.prod(sizes))))
    shape = [len(w) for w in windows]
    results = []
    for place in itertools.product(*map(range, shape)):
        inside = [windows[i][j] for i, j in enumerate(place)]
        positions = np.array([np.ravel_multi_index(p, sizes) for p in itertools.product(*inside)], int)
        results.append([function(plane[positions], positions, place) for plane in flat])
    return np.array(results).reshape(*shape, len(flat), count), lead, shape


def arranged(results, k, lead, shape):
    return np.moveaxis(results[..., k], -1, 0).reshape(lead + tuple(shape))


def kernel_windows(sizes, kernel_size, stride, padding, dilation, ceil_mode):
    """For each dimension: the positions of each window, and how many there are with the padding."""
    dimensions = len(sizes)
    kernel = each(kernel_size, dimensions)
    stride = each(kernel if stride is None else stride, dimensions)
    padding, dilation = each(padding, dimensions), each(dilation, dimensions)
    windows, padded = [], []
    for n, k, s, p, d in zip(sizes, kernel, stride, padding, dilation):
        room = n + 2 * p - d * (k - 1) - 1
        count = (-(-room // s) if ceil_mode else room // s) + 1
        if ceil_mode and (count - 1) * s >= n + p:
            count -= 1
        begins = [j * s - p for j in range(count)]
        windows.append([[i for i in range(b, b + d * k, d) if 0 <= i < n] for b in begins])
        padded.append([min(b + k, n + p) - b for b in begins])
    return windows, padded


def adaptive_windows(sizes, output_size):
    output = each(output_size, len(sizes))
    return [[list(range(j * n // m, -(-(j + 1) * n // m))) for j in range(m)] for n, m in zip(sizes, output)]


def largest(x, dimensions, windows, return_indices):
    def function(elements, positions, _):
        missing = np.flatnonzero(np.isnan(elements.astype(float)))
        best = missing[-1] if len(missing) else np.argmax(elements)
        return elements[best], positions[best]

    results, lead, shape = pooled(x, dimensions, windows, function, 2)
    values = arranged(results, 0, lead, shape)
    return [values, arranged(results, 1, lead, shape)] if return_indices else values


def max_pool(dimensions):
    def reference(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        windows, _ = kernel_windows(x.shape[-dimensions:], kernel_size, stride, padding, dilation, ceil_mode)
        return largest(x, dimensions, windows, return_indices)

    return reference


def avg_pool(dimensions):
    def reference(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        windows, padded = kernel_windows(x.shape[-dimensions:], kernel_size, stride, padding, 1, ceil_mode)

        def function(elements, _, place):
            counts = [padded[i][j] for i, j in enumerate(place)] if count_include_pad else [len(elements)]
            mean = np.sum(elements) / (divisor_override or np.prod(counts))
            return [np.trunc(mean) if elements.dtype.kind == "i" else mean]

        results, lead, shape = pooled(x, dimensions, windows, function)
        return arranged(results, 0, lead, shape)

    return reference


def adaptive_max_pool(dimensions):
    def reference(x, output_size, return_indices=False):
        return largest(x, dimensions, adaptive_windows(x.shape[-dimensions:], output_size), return_indices)

    return reference


def adaptive_avg_pool(dimensions):
    def reference(x, output_size):
        windows = adaptive_windows(x.shape[-dimensions:], output_size)
        results, lead, shape = pooled(x, dimensions, windows, lambda elements, *_: [np.mean(elements)])
        return arranged(results, 0, lead, shape)

    return reference


def lp_pool(dimensions):
    def reference(x, norm_type, kernel_size, stride=None, ceil_mode=False):
        mean = avg_pool(dimensions)(x**norm_type, kernel_size, stride, 0, ceil_mode)
        return (mean * np.prod(each(kernel_size, dimensions))) ** (1 / norm_type)

    return reference


def fractional(dimensions):
    def reference(x, kernel_size, output_size, output_ratio=None, random_samples=None, return_indices=False):
        sizes, kernel = x.shape[-dimensions:], each(kernel_size, dimensions)
        output = each(output_size, dimensions) if output_ratio is None else [int(n * r) for n, r in zip(sizes, output_ratio)]
        planes = x.reshape((-1,) + sizes)
        found = []
        for plane, samples in zip(planes, random_samples.reshape(-1, dimensions)):
            # In two dimensions the first number is for the width.
            samples = samples[::-1] if dimensions == 2 else samples
            windows = []
            for n, k, m, u in zip(sizes, kernel, output, samples):
                step = (n - k) / (m - 1) if m > 1 else 0
                starts = [int((j + u) * step) - int(u * step) for j in range(m - 1)] + [n - k] * (m > 0)
                windows.append([list(range(s, s + k)) for s in starts])
            found.append(largest(plane, dimensions, windows, True))
        values = [np.array([f[i] for f in found]).reshape(x.shape[:-dimensions] + tuple(output)) for i in (0, 1)]
        return values if return_indices else values[0]

    return reference


def max_unpool(dimensions):
    def reference(x, indices, kernel_size, stride=None, padding=0, output_size=None):
        kernel = each(kernel_size, dimensions)
        stride, padding = each(kernel if stride is None else stride, dimensions), each(padding, dimensions)
        output = [(n - 1) * s + k - 2 * p for n, k, s, p in zip(x.shape[-dimensions:], kernel, stride, padding)]
        output = list(output_size)[-dimensions:] if output_size is not None else output
        planes = int(np.prod(x.shape[:-dimensions]))
        result = np.zeros((planes, int(np.prod(output))), x.dtype)
        for target, elements, places in zip(result, x.reshape(planes, -1) if planes else (), indices.reshape(planes, -1) if planes else ()):
            target[places] = elements
        return result.reshape(x.shape[:-dimensions] + tuple(output))

    return reference


def functional(name):
    """PyTorch's function in nn.functional: its other ones of that name take fewer arguments."""
    return lambda torch, *args, **kwargs: getattr(torch.nn.functional, name)(*args, **kwargs)


def with_indices(torch, x, *args, **kwargs):
    # For integers there is only this one.
    results = torch.nn.functional.max_pool1d_with_indices(x, *args, **{k: v for k, v in kwargs.items() if k != "return_indices"})
    return results if kwargs.get("return_indices") else results[0]


def shape(dimensions, size=5):
    return (2, 3) + tuple(range(size, size - dimensions, -1))


def max_rows():
    for d in (1, 2, 3):
        x, name = shape(d), f"max_pool{d}d"
        samples = [
            S(T(*x), 2), S(T(*x[1:]), 2, 1), S(T(*x), 3, 2, 1), S(T(*x), 3, 2, 1, ceil_mode=True, return_indices=True),
            S(T(*x), (2,) * d, stride=tuple(range(1, d + 1)), dilation=2, return_indices=True), S(T(0, *x[1:]), 2),
            S(T(*(x[:-1] + (19,))), 2, 3, 1, gradient=False, return_indices=True),
            S(T(*(x[:-1] + (150,))), (1,) * (d - 1) + (2,), 1, gradient=False),
        ]
        if d == 1:
            samples.append(S(V([[[1.0, nan, 2.0, nan, 0.0, 0.0]]]), 4, 1, return_indices=True, dtypes=FLOATS, gradient=False))
        yield Row(
            name, max_pool(d), samples, dtypes=NUMBERS, gradients=(0,), call=with_indices if d == 1 else functional(name),
            errors=[
                E(RuntimeError, rf"{name}: expected {d + 1}D or {d + 2}D", T(), 2),
                E(RuntimeError, rf"{name}: expected non-zero sizes", T(2, 0, *x[2:]), 2),
                E(RuntimeError, rf"{name}: output size is too small", T(*x), 6),
                E(RuntimeError, rf"{name}: kernel_size should be greater than zero", T(*x), 0),
                E(RuntimeError, rf"{name}: stride should be greater than zero", T(*x), 2, 0),
                E(RuntimeError, rf"{name}: dilation should be greater than zero", T(*x), 2, 1, 0, 0),
                E(RuntimeError, rf"{name}: padding should be at most half", T(*x), 2, 1, 2),
                E(RuntimeError, rf"{name}: padding should be non-negative", T(*x), 2, 1, -1),
                E(RuntimeError, rf"{name}: kernel_size must be a single int or {d} ints", T(*x), (2,) * (d + 1)),
                E(RuntimeError, rf"{name}: kernel_size should .* fit into 32 bits", T(*x), 2**40),
                E(TypeError, rf"{name}\(\): argument 'kernel_size' must be", T(*x), 2.5),
                E(NotImplementedError, rf"{name}: not defined for bool", T(*x, dtype="bool"), 2),
            ],
        )


def avg_rows():
    for d in (1, 2, 3):
        x, name = shape(d), f"avg_pool{d}d"
        samples = [
            S(T(*x), 2), S(T(*x[1:]), 2, 1), S(T(*x), 3, 2, 1), S(T(*x), 3, 2, 1, count_include_pad=False),
            S(T(*x), 3, 2, 1, ceil_mode=True), S(T(*x), 2, ceil_mode=True, count_include_pad=False), S(T(0, *x[1:]), 2),
            S(T(*x), (2,) * d, stride=tuple(range(1, d + 1))), S(T(*(x[:-1] + (40,))), (1,) * (d - 1) + (9,), 1, gradient=False),
        ]
        if d > 1:
            samples += [S(T(*x), 2, divisor_override=3), S(T(*x), 2, 1, 1, divisor_override=-2)]
        yield Row(
            name, avg_pool(d), samples, dtypes=FLOATS + ("int64",), tolerance=(1e-6, 2e-15), relative="array", gradients=(0,),
            call=functional(name), reduced=d < 3,
            errors=[
                E(RuntimeError, rf"{name}: expected {d + 1}D or {d + 2}D", T(), 2),
                E(RuntimeError, rf"{name}: expected non-zero sizes", T(2, 0, *x[2:]), 2),
                E(RuntimeError, rf"{name}: output size is too small", T(*x), 6),
                E(RuntimeError, rf"{name}: padding should be at most half", T(*x), 2, 1, 2),
                E(NotImplementedError, rf"{name}: not defined for int32", T(*x, dtype="int32"), 2),
            ] + ([E(RuntimeError, rf"{name}: divisor must be not zero", T(*x), 2, divisor_override=0)] if d > 1 else [])
            + ([E(RuntimeError, rf"{name}: input of size 3 is smaller", T(*x), (1, 1, 4), padding=(0, 0, 1))] if d == 3 else []),
        )


def adaptive_rows():
    for d in (1, 2, 3):
        for kind, reference, tolerance in (("max", adaptive_max_pool(d), (0, 0)), ("avg", adaptive_avg_pool(d), (1e-6, 2e-15))):
            x, name = shape(d), f"adaptive_{kind}_pool{d}d"
            samples = [
                S(T(*x), 2), S(T(*x[1:]), 1), S(T(*x), tuple(range(3, 3 + d))), S(T(0, *x[1:]), 2, dtypes=FLOATS), S(T(*x), 7 if d < 3 else (4, 6, 2)), S(T(*x), 0, gradient=False, dtypes=FLOATS),
            ]
            if kind == "max":
                samples.append(S(T(*x), 3, return_indices=True))
            yield Row(
                name if d == 1 else "_" + name, reference, samples, dtypes=FLOATS, tolerance=tolerance, relative="array",
                gradients=(0,), call=functional(name),
                errors=[
                    E(RuntimeError, rf"{name}: expected {d + 1}D or {d + 2}D", T(), 2),
                    E(RuntimeError, rf"{name}: expected non-zero sizes", T(2, 3, *([0] * d)), 2),
                    E(RuntimeError, rf"{name}: elements of output_size must be", T(*x), -1),
                    E(RuntimeError, rf"{name}: output_size must be", T(*x), (2,) * (d + 1)),
                    E(TypeError, rf"{name}\(\): argument 'output_size' must be", T(*x), 2.5),
                    E(NotImplementedError, rf"{name}: not defined for int64", T(*x, dtype="int64"), 2),
                ],
            )


def lp_rows():
    for d in (1, 2, 3):
        x, name = shape(d), f"lp_pool{d}d"
        yield Row(
            name, lp_pool(d),
            [S(T(*x, low=0.2), 2.0, 2), S(T(*x[1:], low=0.2), 1.0, 2, 1), S(T(*x, low=0.2), 3.0, 2, ceil_mode=True), S(T(*x), 2.0, 3),
             S(T(0, *x[1:]), 2.0, 2), S(T(*x, low=0.2), 1.5, (2,) * d if d > 1 else 2, 1)],
            tolerance=(2e-6, 4e-15), relative="array", gradients=(0,), call=functional(name), reduced=d < 3,
            errors=[
                E(RuntimeError, rf"{name}: expected {d + 1}D or {d + 2}D", T(), 2, 2),
                E(RuntimeError, rf"{name}: output size is too small", T(*x), 2, 6),
                E(ValueError, rf"{name}: norm_type must not be 0", T(*x), 0, 2),
            ],
        )


def fractional_rows():
    for d in (2, 3):
        x, name = (2, 3) + (7, 8, 6)[:d], f"fractional_max_pool{d}d"
        samples = T(2, 3, d, low=0, high=1)

        def call(torch, x, kernel_size, output_size, output_ratio=None, random_samples=None, return_indices=False, name=name):
            return getattr(torch.nn.functional, name)(x, kernel_size, output_size, output_ratio, return_indices, random_samples)

        yield Row(
            "_" + name, fractional(d),
            [S(T(*x), 2, 3, None, samples), S(T(*x), (1, 2, 3)[:d], (4, 5, 3)[:d], None, samples, return_indices=True),
             S(T(*x), 2, None, (0.5,) * d, samples), S(T(*x[1:]), 2, 1, None, T(1, 3, d, low=0, high=1)),
             S(T(0, *x[1:]), 2, 3, None, T(0, 3, d), dtypes=FLOATS)],
            dtypes=FLOATS, gradients=(0,), call=call,
            errors=[
                E(RuntimeError, rf"{name}: expected {d + 1}D or {d + 2}D", T(), 2, 1),
                E(RuntimeError, rf"{name}: pool size 2 too large relative to input size 7", T(*x), 2, 7),
                E(ValueError, rf"{name}: requires specifying either", T(*x), 2),
                E(ValueError, rf"{name}: output_ratio must be between 0 and 1", T(*x), 2, None, (1.5,) * d),
                E(RuntimeError, rf"{name}: expected _random_samples of shape", T(*x), 2, 3, None, T(2, 3, 1)),
                E(RuntimeError, rf"{name}: expected _random_samples to have the same dtype", T(*x), 2, 3, None, T(2, 3, d, dtype="float64")),
                E(NotImplementedError, rf"{name}: not defined for int64", T(*x, dtype="int64"), 2, 3),
            ],
        )


def unpool_rows():
    for d in (1, 2, 3):
        name, x = f"max_unpool{d}d", (2, 3, 2) + (1,) * (d - 1)
        places = V(np.tile(np.array([0, 3]).reshape((1, 1, 2) + (1,) * (d - 1)), (2, 3) + (1,) * d), dtype="int64")
        whole = (4,) + (2,) * (d - 1)
        yield Row(
            name, max_unpool(d),
            [S(T(*x), places, 2), S(T(*x), places, 2, output_size=(5,) + (3,) * (d - 1)), S(T(*x), places, 2, output_size=(2, 3) + whole),
             S(T(*x), places, 3, 2, 0), S(T(*x), places, 3, (3,) * d, 1), S(T(0, *x[1:]), V(np.zeros((0,) + x[1:]), dtype="int64"), 2, dtypes=FLOATS),
             S(T(*x[1:]), V(np.array(places.values).reshape((2,) + x[1:])[0], dtype="int64"), 2)],
            dtypes=FLOATS, gradients=(0,), call=functional(name),
            errors=[
                E(RuntimeError, rf"{name}: expected {d + 1}D or {d + 2}D", T(), V(0, dtype="int64"), 2),
                E(RuntimeError, rf"{name}: found an invalid max index: 3 ", T(*x), places, 1),
                E(RuntimeError, rf"{name}: elements in indices should be type int64", T(*x), T(*x, dtype="int32"), 2),
                E(RuntimeError, rf"{name}: expected shape of indices", T(*x), T(2, 3, *([1] * d), dtype="int64"), 2),
                E(ValueError, rf"{name}: invalid output_size", T(*x), places, 2, output_size=(9,) * d),
                E(ValueError, rf"{name}: output_size should be a sequence", T(*x), places, 2, output_size=(9,) * (d + 1)),
                E(MemoryError, rf"{name}: .* does not fit into memory", T(*x), places, 2**31 - 1, 2**31 - 1) if d > 1 else
                E(RuntimeError, rf"{name}: kernel_size should", T(*x), places, 2**31),
                E(NotImplementedError, rf"{name}: not defined for int64", T(*x, dtype="int64"), places, 2),
            ],
        )


ROWS = [*max_rows(), *avg_rows(), *adaptive_rows(), *lp_rows(), *fractional_rows(), *unpool_rows()]
