"""Rows: convolutions, windows as columns, and elements moved between channels and space."""

import itertools

import numpy as np

from .harness import ALL, E, FLOATS, NUMBERS, Row, S, T

TOLERANCE = (1e-6, 3e-15)


def values_of(value, n):
    """One number for each of n dimensions."""
    value = (value,) if isinstance(value, int) else tuple(value)
    return value * n if len(value) == 1 else value


def each(n, stride, padding, dilation):
    return values_of(stride, n), values_of(padding, n), values_of(dilation, n)


def convolution(n):
    """y[o, t] = bias[o] + the sum over c and k of weight[o, c, k] * x[c, t * stride + k * dilation - padding]."""

    def reference(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        if x.ndim == n + 1:
            return reference(x[None], weight, bias, stride, padding, dilation, groups)[0]
        kernel = weight.shape[2:]
        if padding == "same":
            total = [d * (k - 1) for k, d in zip(kernel, values_of(dilation, n))]
            around = [(t // 2, t - t // 2) for t in total]
        else:
            around = [(p, p) for p in values_of(0 if padding == "valid" else padding, n)]
        stride, dilation = values_of(stride, n), values_of(dilation, n)
        x = np.pad(x, [(0, 0), (0, 0)] + around)
        positions = [(i - d * (k - 1) - 1) // s + 1 for i, k, s, d in zip(x.shape[2:], kernel, stride, dilation)]
        y = np.zeros((x.shape[0], weight.shape[0], *positions), np.result_type(x, weight))
        outputs, inputs = weight.shape[0] // groups, weight.shape[1]
        for t in np.ndindex(*positions):
            window = tuple(slice(a * s, a * s + d * (k - 1) + 1, d) for a, k, s, d in zip(t, kernel, stride, dilation))
            for g in range(groups):
                part = x[(slice(None), slice(g * inputs, (g + 1) * inputs), *window)]
                own = slice(g * outputs, (g + 1) * outputs)
                y[(slice(None), own, *t)] = np.tensordot(part, weight[own], (range(1, n + 2), range(1, n + 2)))
        return y if bias is None else y + bias.reshape(-1, *[1] * n)

    return reference


def transposed(n):
    """Each element of x adds the weight, times itself, to the output at its window's place."""

    def reference(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        if x.ndim == n + 1:
            return reference(x[None], weight, bias, stride, padding, output_padding, groups, dilation)[0]
        stride, padding, dilation = each(n, stride, padding, dilation)
        kernel, more = weight.shape[2:], values_of(output_padding, n)
        full = [(i - 1) * s + d * (k - 1) + 1 + m for i, s, d, k, m in zip(x.shape[2:], stride, dilation, kernel, more)]
        inputs, outputs = weight.shape[0] // groups, weight.shape[1]
        y = np.zeros((x.shape[0], outputs * groups, *full), np.result_type(x, weight))
        for t in np.ndindex(*x.shape[2:]):
            window = tuple(slice(a * s, a * s + d * (k - 1) + 1, d) for a, k, s, d in zip(t, kernel, stride, dilation))
            for g in range(groups):
                own = slice(g * inputs, (g + 1) * inputs)
                part = x[(slice(None), own, *t)]
                y[(slice(None), slice(g * outputs, (g + 1) * outputs), *window)] += np.tensordot(part, weight[own], (1, 0))
        y = y[(slice(None), slice(None), *[slice(p, f - p) for p, f in zip(padding, full)])]
        return y if bias is None else y + bias.reshape(-1, *[1] * n)

    return reference


def errors_of(name, n, transposes):
    """What both kinds refuse, of three channels and a kernel of 2."""
    image, kernel = (4,) * n, (2,) * n
    x, w = T(2, 3, *image), T(3, 4, *kernel) if transposes else T(4, 3, *kernel)
    return [
        E(RuntimeError, name + rf": expected a weight of {n + 2} dimensions, got shape \[3, 2\]", x, T(3, 2)),
        E(RuntimeError, name + rf": expected an input of {n + 1} dimensions \(unbatched\) or {n + 2} \(batched\), got shape \[\]", T(), w),
        E(RuntimeError, name + rf": expected an input of {n + 1} dimensions", T(1, 1, 3, *image), w),
        E(RuntimeError, name + r": expected an input of 3 channels for a weight of shape .* and 1 groups, got 2 in shape", T(2, 2, *image), w),
        E(RuntimeError, name + r": groups must be greater than zero, got 0", x, w, groups=0),
        E(RuntimeError, name + r": groups must be greater than zero, got -1", x, w, groups=-1),
        E(RuntimeError, name + r": expected a weight whose first dimension is divisible into 5 groups, got shape", x, w, groups=5),
        E(RuntimeError, name + r": expected a bias of shape \[4\] for a weight of shape .*, got \[3\]", x, w, T(3)),
        E(RuntimeError, name + r": expected a bias of shape \[4\] for a weight of shape .*, got \[4, 1\]", x, w, T(4, 1)),
        E(RuntimeError, name + r": expected one dtype, got input float32, weight float64", x, T(*w.shape, dtype="float64")),
        E(RuntimeError, name + r": expected one dtype, got input float32, weight float32, bias float64", x, w, T(4, dtype="float64")),
        E(RuntimeError, name + r": stride must be greater than zero, got \[0\]", x, w, stride=0),
        E(RuntimeError, name + r": stride must be greater than zero, got \[-2\]", x, w, stride=-2),
        E(RuntimeError, name + rf": expected stride to be a single integer value or a list of {n} values, got \[1, 1, 1, 1\]", x, w, stride=(1,) * 4),
        E(RuntimeError, name + r": expected stride to be a single integer value or a list of", x, w, stride=()),
        E(RuntimeError, name + r": padding must be non-negative, got \[-1\]", x, w, padding=-1),
        E(RuntimeError, name + rf": expected padding to be a single integer value or a list of {n} values, got \[1, 1, 1, 1\]", x, w, padding=[1] * 4),
        E(RuntimeError, name + r": dilation must be greater than zero, got \[0\]", x, w, dilation=0),
        E(RuntimeError, name + rf": expected dilation to be a single integer value or a list of {n} values", x, w, dilation=(1,) * 4),
        E(RuntimeError, name + r": a kernel must have elements, got a weight of shape", x, T(*w.shape[:-1], 0)),
        E(RuntimeError, name + r": an input may have no samples or no channels, but its images must have elements", T(2, 3, *image[1:], 0), w),
        E(RuntimeError, name + r": a kernel of size .* is too large", x, w, dilation=2**62),
        E(RuntimeError, name + r": a kernel of size .* is too large", x, w, padding=2**62),
        E(RuntimeError, name + r": a kernel of size .* is too large", x, w, padding=2**63 - 1, dilation=2**63 - 1),
        E(TypeError, name + r": not defined for bool", T(2, 3, *image, dtype="bool"), T(*w.shape, dtype="bool")),
        E(TypeError, name + r"\(\): argument 'weight' must be Tensor, not int", x, 1),
        E(TypeError, name + r"\(\): argument 'stride' must be tuple of ints, not float", x, w, stride=1.5),
        E(TypeError, name + r"\(\): argument 'groups' must be int, not str", x, w, groups="a"),
        E(TypeError, name + r"\(\) missing 1 required positional argument: 'weight'", x),
    ]


def forward_errors(name, n):
    image = (4,) * n
    x, w = T(2, 3, *image), T(4, 3, *(2,) * n)
    return errors_of(name, n, False) + [
        E(RuntimeError, name + r": a kernel of size \[.*5\] with dilation \[.*1\] is larger than the input of size \[.*4\] with padding", x, T(4, 3, *(5,) * n)),
        E(RuntimeError, name + r": a kernel of size .* is larger than", x, w, dilation=4),
        E(RuntimeError, name + r": padding='same' is not supported for strided convolutions", x, w, padding="same", stride=2),
        E(RuntimeError, name + r": padding 'full' is neither 'valid' nor 'same'", x, w, padding="full"),
        E(TypeError, name + r": argument 5 must be an integer, a list of integers, 'valid' or 'same'", x, w, padding=1.5),
        E(RuntimeError, name + r": expected a weight whose first dimension is divisible into 1 groups, got shape \[0", x, T(0, 3, *(2,) * n)),
    ]


def transpose_errors(name, n):
    image = (4,) * n
    x, w = T(2, 3, *image), T(3, 4, *(2,) * n)
    return errors_of(name, n, True) + [
        E(RuntimeError, name + r": output_padding must be smaller than either stride or dilation, got output_padding \[1\]", x, w, output_padding=1),
        E(RuntimeError, name + r": output_padding must be smaller than either stride or dilation", x, w, stride=2, output_padding=3),
        E(RuntimeError, name + r": output_padding must be non-negative, got \[-1\]", x, w, output_padding=-1),
        E(RuntimeError, name + r": nothing is left of the output of an input of size", x, w, padding=3),
        E(RuntimeError, name + r": expected a weight with outputs, got shape", x, T(3, 0, *(2,) * n)),
        E(MemoryError, name + r": an image of 4 windows, .* apart, is too large", x, w, stride=2**62),
        E((RuntimeError, MemoryError), name + r": a (result|kernel) of shape .* (does not fit into memory|is too large)", x, w, stride=2**46),
        E(TypeError, name + r"\(\): argument 'padding' must be tuple of ints, not str", x, w, padding="same"),
    ]


INTEGER_PRODUCTS = {"bool": "PyTorch refuses"}
# Of integers PyTorch has int64 alone with a dilation, and for the transpose.
TRANSPOSED = FLOATS + ("int64",)

CONV1D = Row(
    "conv1d", convolution(1),
    [S(T(2, 3, 5), T(4, 3, 2), T(4)), S(T(2, 3, 5), T(4, 3, 2)), S(T(3, 5), T(4, 3, 2), T(4)), S(T(2, 3, 9), T(4, 3, 3), T(4), stride=2),
     S(T(2, 3, 9), T(4, 3, 3), T(4), 2, 1, 2, dtypes=TRANSPOSED), S(T(2, 4, 6), T(6, 2, 3), T(6), padding=2, groups=2), S(T(2, 3, 6), T(3, 1, 3), T(3), padding=1, groups=3),
     S(T(2, 3, 6), T(6, 1, 3), padding=1, stride=2, groups=3), S(T(2, 3, 5), T(4, 3, 1), T(4)), S(T(2, 3, 5), T(4, 3, 5), T(4)),
     S(T(2, 3, 5), T(4, 3, 4), T(4), padding="same"), S(T(2, 3, 5), T(4, 3, 3), padding="same", dilation=2, dtypes=TRANSPOSED), S(T(2, 3, 5), T(4, 3, 3), padding="valid", stride=2),
     S(T(0, 3, 5), T(4, 3, 2), T(4)), S(T(1, 1, 1), T(1, 1, 1)), S(T(2, 3, 5), T(4, 3, 2), padding=[6], stride=(4,)),
     S(T(2, 3, 700), T(4, 3, 5), T(4), padding=2, gradient=False), S(T(70, 3, 9), T(5, 3, 3), T(5), gradient=False, layouts=False),
     S(T(1, 20, 3000), T(3, 20, 7), T(3), gradient=False, layouts=False)],
    dtypes=NUMBERS, differs=INTEGER_PRODUCTS, tolerance=TOLERANCE, relative="array", gradients="all", errors=forward_errors("conv1d", 1))

CONV2D = Row(
    "conv2d", convolution(2),
    [S(T(2, 3, 4, 5), T(4, 3, 2, 3), T(4)), S(T(2, 3, 4, 5), T(4, 3, 2, 3)), S(T(3, 4, 5), T(4, 3, 2, 3), T(4)), S(T(3, 4, 5), T(4, 3, 2, 3), None, 1, "same"),
     S(T(2, 2, 5, 6), T(3, 2, 3, 2), T(3), (2, 1), (1, 0), (1, 2), dtypes=TRANSPOSED), S(T(2, 2, 5, 6), T(3, 2, 3, 2), T(3), 2, 1), S(T(2, 4, 4, 4), T(6, 2, 3, 3), T(6), padding=1, groups=2),
     S(T(2, 3, 5, 4), T(3, 1, 3, 3), T(3), padding=1, groups=3), S(T(2, 2, 5, 5), T(4, 1, 3, 2), T(4), padding=1, stride=2, groups=2),
     S(T(2, 2, 5, 5), T(2, 1, 3, 2), stride=(2, 1), dilation=(1, 2), groups=2, dtypes=TRANSPOSED), S(T(1, 2, 4, 4), T(12, 1, 2, 2), groups=2),
     S(T(2, 1, 4, 4), T(3, 1, 3, 3), T(3), padding=2), S(T(2, 1, 4, 4), T(5, 1, 3, 3), T(5), padding=1), S(T(2, 3, 3, 4), T(4, 3, 1, 1), T(4)),
     S(T(2, 3, 3, 4), T(4, 3, 1, 1), T(4), stride=2), S(T(2, 4, 3, 3), T(4, 2, 1, 1), groups=2), S(T(2, 4, 3, 3), T(4, 1, 1, 1), T(4), groups=4), S(T(2, 3, 4, 5), T(4, 3, 4, 5), T(4)),
     S(T(2, 2, 3, 4), T(3, 2, 2, 3), T(3), padding="same"), S(T(2, 2, 4, 4), T(3, 2, 3, 2), padding="same", dilation=(2, 1), dtypes=TRANSPOSED), S(T(2, 2, 4, 4), T(3, 2, 3, 2), padding="valid"),
     S(T(0, 3, 4, 5), T(4, 3, 2, 3), T(4)), S(T(1, 1, 1, 1), T(1, 1, 1, 1)), S(T(1, 2, 3, 3), T(2, 2, 2, 2), padding=(4, 1), stride=3),
     S(T(3, 3, 30, 31), T(6, 3, 3, 3), T(6), padding=1, gradient=False), S(T(33, 2, 5, 5), T(3, 2, 3, 3), T(3), gradient=False, layouts=False),
     S(T(1, 8, 40, 41), T(8, 1, 5, 5), T(8), padding=2, groups=8, gradient=False, layouts=False), S(T(1, 40, 40, 41), T(3, 40, 3, 3), gradient=False, layouts=False),
     S(T(2, 40, 40, 41), T(3, 40, 1, 1), T(3), gradient=False, layouts=False)],
    dtypes=NUMBERS, differs=INTEGER_PRODUCTS, tolerance=TOLERANCE, relative="array", gradients="all", errors=forward_errors("conv2d", 2))

CONV3D = Row(
    "conv3d", convolution(3),
    [S(T(2, 2, 3, 4, 3), T(3, 2, 2, 3, 2), T(3)), S(T(2, 3, 4, 3), T(3, 2, 2, 3, 2)), S(T(1, 2, 3, 4, 5), T(2, 2, 2, 2, 2), T(2), (1, 2, 3), (1, 0, 2), (2, 1, 1), dtypes=TRANSPOSED),
     S(T(1, 2, 3, 3, 3), T(4, 1, 2, 2, 2), T(4), padding=1, groups=2), S(T(1, 2, 3, 4, 3), T(2, 1, 3, 2, 3), T(2), stride=2, padding=1, groups=2), S(T(2, 2, 2, 2, 3), T(3, 2, 1, 1, 1), T(3)),
     S(T(1, 1, 3, 2, 3), T(2, 1, 2, 3, 2), T(2), padding="same"), S(T(1, 2, 3, 3, 3), T(2, 2, 2, 2, 2), padding="valid", stride=2),
     S(T(0, 2, 3, 4, 3), T(3, 2, 2, 3, 2), T(3)), S(T(1, 1, 1, 1, 1), T(1, 1, 1, 1, 1)), S(T(2, 3, 6, 9, 10), T(4, 3, 3, 3, 3), T(4), padding=1, gradient=False, layouts=False)],
    dtypes=NUMBERS, differs=INTEGER_PRODUCTS, tolerance=TOLERANCE, relative="array", gradients="all", errors=forward_errors("conv3d", 3))

# Of an empty batch PyTorch does not look at the dtype.
CONV_TRANSPOSE1D = Row(
    "conv_transpose1d", transposed(1),
    [S(T(2, 3, 4), T(3, 4, 2), T(4)), S(T(2, 3, 4), T(3, 4, 2)), S(T(3, 4), T(3, 4, 2), T(4)), S(T(2, 3, 4), T(3, 4, 3), T(4), stride=2, output_padding=1),
     S(T(2, 3, 4), T(3, 4, 3), T(4), 3, 2, 1, 1, 2), S(T(2, 4, 4), T(4, 3, 3), T(6), padding=1, groups=2), S(T(2, 3, 4), T(3, 1, 3), T(3), stride=2, groups=3),
     S(T(2, 3, 5), T(3, 4, 1), T(4)), S(T(0, 3, 4), T(3, 4, 2), T(4), dtypes=TRANSPOSED), S(T(1, 1, 1), T(1, 1, 1)), S(T(2, 3, 4), T(3, 2, 2), padding=[2], stride=(2,)),
     S(T(2, 3, 700), T(3, 4, 5), T(4), padding=2, gradient=False), S(T(70, 3, 9), T(3, 5, 3), T(5), gradient=False, layouts=False)],
    dtypes=TRANSPOSED, tolerance=TOLERANCE, relative="array", gradients="all", errors=transpose_errors("conv_transpose1d", 1))

CONV_TRANSPOSE2D = Row(
    "conv_transpose2d", transposed(2),
    [S(T(2, 3, 3, 4), T(3, 4, 2, 3), T(4)), S(T(2, 3, 3, 4), T(3, 4, 2, 3)), S(T(3, 3, 4), T(3, 4, 2, 3), T(4)), S(T(2, 2, 3, 4), T(2, 3, 3, 2), T(3), (2, 1), (1, 0), (1, 0), 1, (1, 2)),
     S(T(2, 2, 3, 3), T(2, 3, 3, 3), T(3), 2, 1, 1), S(T(2, 4, 3, 3), T(4, 3, 3, 3), T(6), padding=1, groups=2), S(T(2, 3, 3, 4), T(3, 1, 3, 3), T(3), padding=1, groups=3),
     S(T(2, 4, 3, 3), T(4, 1, 3, 2), T(2), stride=2, padding=1, groups=2), S(T(2, 3, 3, 4), T(3, 4, 1, 1), T(4)), S(T(2, 3, 3, 4), T(3, 4, 1, 1)), S(T(2, 3, 3, 4), T(3, 4, 1, 1), T(4), stride=2),
     S(T(2, 4, 3, 3), T(4, 1, 1, 1), T(4), groups=4), S(T(2, 2, 3, 3), T(2, 2, 2, 2), T(2), dilation=2, output_padding=1),
     S(T(0, 3, 3, 4), T(3, 4, 2, 3), T(4), dtypes=TRANSPOSED), S(T(1, 1, 1, 1), T(1, 1, 1, 1)), S(T(3, 6, 20, 21), T(6, 3, 4, 4), T(3), stride=2, padding=1, gradient=False),
     S(T(33, 2, 5, 5), T(2, 3, 3, 3), T(3), gradient=False, layouts=False), S(T(1, 3, 40, 41), T(3, 40, 1, 1), T(40), gradient=False, layouts=False),
     S(T(1, 3, 40, 41), T(3, 40, 1, 1), gradient=False, layouts=False)],
    dtypes=TRANSPOSED, tolerance=TOLERANCE, relative="array", gradients="all", errors=transpose_errors("conv_transpose2d", 2))

CONV_TRANSPOSE3D = Row(
    "conv_transpose3d", transposed(3),
    [S(T(2, 2, 2, 3, 2), T(2, 3, 2, 3, 2), T(3)), S(T(2, 2, 3, 2), T(2, 3, 2, 3, 2)), S(T(1, 2, 2, 3, 2), T(2, 2, 2, 2, 3), T(2), (1, 2, 3), (1, 0, 2), (0, 1, 2), 1, (2, 1, 1)),
     S(T(1, 2, 2, 2, 3), T(2, 2, 2, 2, 2), T(4), padding=1, stride=2, groups=2), S(T(1, 2, 2, 3, 2), T(2, 1, 3, 2, 3), T(2), padding=1, groups=2), S(T(2, 2, 2, 2, 3), T(2, 3, 1, 1, 1), T(3)),
     S(T(0, 2, 2, 3, 2), T(2, 3, 2, 3, 2), T(3), dtypes=TRANSPOSED), S(T(1, 1, 1, 1, 1), T(1, 1, 1, 1, 1)), S(T(2, 3, 6, 7, 8), T(3, 4, 3, 3, 3), T(4), stride=2, padding=1, gradient=False, layouts=False)],
    dtypes=TRANSPOSED, tolerance=TOLERANCE, relative="array", gradients="all", errors=transpose_errors("conv_transpose3d", 3))


def conv_tbc(x, weight, bias, pad=0):
    return convolution(1)(x.transpose(1, 2, 0), weight.transpose(2, 1, 0), bias, padding=pad).transpose(2, 0, 1)


CONV_TBC = Row(
    "conv_tbc", conv_tbc, [S(T(5, 2, 3), T(2, 3, 4), T(4)), S(T(5, 2, 3), T(3, 3, 4), T(4), 1), S(T(5, 2, 3), T(2, 3, 4), T(4), pad=2), S(T(5, 0, 3), T(2, 3, 4), T(4), dtypes=NUMBERS)],
    dtypes=NUMBERS, tolerance=TOLERANCE, relative="array", gradients="all",
    errors=[
        E(RuntimeError, r"conv_tbc: expected an input of 3 dimensions \(time, batch, channels\) and a weight of 3, got shapes \[\] and \[2, 3, 4\]", T(), T(2, 3, 4), T(4)),
        E(RuntimeError, r"conv_tbc: expected an input of 3 channels", T(5, 2, 2), T(2, 3, 4), T(4)),
        E(RuntimeError, r"conv_tbc: expected a bias of shape \[4\]", T(5, 2, 3), T(2, 3, 4), T(3)),
        E(RuntimeError, r"conv_tbc: padding must be non-negative", T(5, 2, 3), T(2, 3, 4), T(4), -1),
        E(TypeError, r"conv_tbc\(\): argument 'bias' must be Tensor", T(5, 2, 3), T(2, 3, 4), None),
    ],
)


# ---------------------------------------------------------------------------------------------------- columns


def places(shape, kernel_size, dilation, padding, stride):
    """(number of the kernel's element, of the window, and where in the padded image) of all windows."""
    (kernel, dilation, stride, padding), (height, width) = [values_of(v, 2) for v in (kernel_size, dilation, stride, padding)], shape
    counts = [(i + 2 * p - d * (k - 1) - 1) // s + 1 for i, p, d, k, s in zip((height, width), padding, dilation, kernel, stride)]
    found = []
    for e, k in enumerate(itertools.product(*map(range, kernel))):
        for t, at in enumerate(itertools.product(*map(range, counts))):
            found.append((e, t, *[a * s + b * d for a, s, b, d in zip(at, stride, k, dilation)]))
    return np.array(found).reshape(-1, 4).T, kernel[0] * kernel[1], counts[0] * counts[1]


def im2col(x, kernel_size, dilation, padding, stride):
    if x.ndim == 3:
        return im2col(x[None], kernel_size, dilation, padding, stride)[0]
    (e, t, i, j), elements, windows = places(x.shape[2:], kernel_size, dilation, padding, stride)
    p, q = values_of(padding, 2)
    result = np.zeros((*x.shape[:2], elements, windows), x.dtype)
    result[:, :, e, t] = np.pad(x, [(0, 0), (0, 0), (p, p), (q, q)])[:, :, i, j]
    return result.reshape(x.shape[0], x.shape[1] * elements, windows)


def col2im(x, output_size, kernel_size, dilation, padding, stride):
    if x.ndim == 2:
        return col2im(x[None], output_size, kernel_size, dilation, padding, stride)[0]
    size = values_of(output_size, 2)
    (e, t, i, j), elements, windows = places(size, kernel_size, dilation, padding, stride)
    p, q = values_of(padding, 2)
    columns = x.reshape(x.shape[0], x.shape[1] // elements, elements, windows)
    result = np.zeros((*columns.shape[:2], size[0] + 2 * p, size[1] + 2 * q), x.dtype)
    np.add.at(result, (slice(None), slice(None), i, j), columns[:, :, e, t])
    result = result[:, :, p:p + size[0], q:q + size[1]]
    return result if x.dtype.kind == "f" else result.astype(bool)


# What has no sample in a batch has windows all the same.
IM2COL = Row(
    "_im2col", im2col,
    [S(T(2, 3, 4, 5), 2, 1, 0, 1), S(T(3, 4, 5), 2, 1, 0, 1), S(T(2, 3, 4, 5), [2, 3], [1, 2], [1, 0], [2, 1]), S(T(2, 1, 5, 5), 3, 2, 2, 3), S(T(1, 2, 3, 3), 3, 1, 0, 1),
     S(T(2, 3, 3, 3), 1, 1, 0, 1), S(T(0, 3, 4, 5), 2, 1, 0, 1), S(T(1, 1, 1, 1), 1, 1, 0, 1), S(T(1, 1, 1, 1), 2, 1, 3, 2)],
    dtypes=FLOATS + ("bool",), gradients="all", raw=True, call=lambda torch, x, *a: torch.nn.functional.unfold(x, *a),
    errors=[
        E(RuntimeError, r"unfold: expected an input of 3 dimensions, or 4 with a batch that may be empty, of sizes that are not 0, got shape \[\]", T(), 2, 1, 0, 1),
        E(RuntimeError, r"unfold: expected an input of 3 dimensions", T(1, 1, 2, 4, 4), 2, 1, 0, 1),
        E(RuntimeError, r"unfold: expected an input of 3 dimensions", T(2, 0, 4, 4), 2, 1, 0, 1),
        E(RuntimeError, r"unfold: expected an input of 3 dimensions", T(0, 4, 4), 2, 1, 0, 1),
        E(RuntimeError, r"unfold: a window of kernel_size \[5, 5\] and dilation \[1, 1\] does not fit into an input of spatial size \[4, 4\] with padding \[0, 0\]", T(1, 2, 4, 4), 5, 1, 0, 1),
        E(RuntimeError, r"unfold: kernel_size must be greater than zero, got \[0\]", T(1, 2, 4, 4), 0, 1, 0, 1),
        E(RuntimeError, r"unfold: expected kernel_size to be a single integer value or a list of 2 values, got \[2, 2, 2\]", T(1, 2, 4, 4), (2, 2, 2), 1, 0, 1),
        E(RuntimeError, r"unfold: dilation must be greater than zero", T(1, 2, 4, 4), 2, 0, 0, 1),
        E(RuntimeError, r"unfold: padding must be non-negative", T(1, 2, 4, 4), 2, 1, -1, 1),
        E(RuntimeError, r"unfold: stride must be greater than zero", T(1, 2, 4, 4), 2, 1, 0, 0),
        E(RuntimeError, r"unfold: a kernel of size \[4611686018427387904, 2\] .* is too large", T(1, 2, 4, 4), (2**62, 2), 2, 0, 1),
        E(MemoryError, r"unfold: a result of shape .* does not fit into memory", T(1, 2, 4, 4), 2, 1, 2**46, 1),
        E(NotImplementedError, r"unfold: not defined for int64", T(1, 2, 4, 4, dtype="int64"), 2, 1, 0, 1),
        E(TypeError, r"im2col\(\): argument 'kernel_size' must be tuple of ints, not float", T(1, 2, 4, 4), 2.0, 1, 0, 1),
    ],
)

COL2IM = Row(
    "_col2im", col2im,
    [S(T(2, 8, 9), [4, 4], 2, 1, 0, 1), S(T(8, 9), [4, 4], 2, 1, 0, 1), S(T(2, 8, 9), 4, 2, 1, 0, 1), S(T(2, 12, 9), [4, 5], [2, 3], [1, 2], [1, 1], [2, 1]), S(T(1, 9, 9), [5, 5], 3, 2, 2, 2),
     S(T(2, 3, 9), [3, 3], 1, 1, 0, 1), S(T(0, 8, 9), [4, 4], 2, 1, 0, 1), S(T(1, 1, 1), [1, 1], 1, 1, 0, 1), S(T(1, 4, 4), [2, 2], 2, 1, 1, 2)],
    dtypes=FLOATS + ("bool",), tolerance=(3e-7, 5e-16), relative="array", gradients="all", call=lambda torch, x, *a: torch.nn.functional.fold(x, *a),
    errors=[
        E(RuntimeError, r"fold: expected an input of 2 dimensions, or 3 with a batch that may be empty, of sizes that are not 0, got shape \[\]", T(), 4, 2, 1, 0, 1),
        E(RuntimeError, r"fold: expected an input of 2 dimensions", T(1, 1, 8, 9), 4, 2, 1, 0, 1),
        E(RuntimeError, r"fold: expected an input of 2 dimensions", T(1, 0, 9), 4, 2, 1, 0, 1),
        E(RuntimeError, r"fold: expected columns whose length is divisible by the product of kernel_size \[2, 2\], got 7 in shape \[1, 7, 9\]", T(1, 7, 9), 4, 2, 1, 0, 1),
        E(RuntimeError, r"fold: output_size \[4, 4\] with kernel_size \[2, 2\] has 3 \* 3 windows, got 8 columns in shape \[1, 8, 8\]", T(1, 8, 8), 4, 2, 1, 0, 1),
        E(RuntimeError, r"fold: output_size \[1, 1\] with kernel_size \[2, 2\] has 0 \* 0 windows, got 9 columns", T(1, 8, 9), 1, 2, 1, 0, 1),
        E(RuntimeError, r"fold: output_size .* has 0 \* 0 windows", T(1, 8, 9), (0, 4), 2, 1, 0, 1),
        E(RuntimeError, r"fold: output_size must be non-negative", T(1, 8, 9), (-1, 4), 2, 1, 0, 1),
        E(RuntimeError, r"fold: expected output_size to be a single integer value or a list of 2 values", T(1, 8, 9), (4, 4, 4), 2, 1, 0, 1),
        E(RuntimeError, r"fold: kernel_size must be greater than zero", T(1, 8, 9), 4, 0, 1, 0, 1),
        E(RuntimeError, r"fold: dilation must be greater than zero", T(1, 8, 9), 4, 2, 0, 0, 1),
        E(RuntimeError, r"fold: padding must be non-negative", T(1, 8, 9), 4, 2, 1, -1, 1),
        E(RuntimeError, r"fold: stride must be greater than zero", T(1, 8, 9), 4, 2, 1, 0, 0),
        E(RuntimeError, r"fold: output_size .* windows", T(1, 8, 9), 2**47, 2, 1, 0, 1),
        E(RuntimeError, r"fold: a kernel of size .* is too large", T(1, 8, 9), 2**62, 2, 1, 0, 1),
        E(NotImplementedError, r"fold: not defined for int64", T(1, 8, 9, dtype="int64"), 4, 2, 1, 0, 1),
        E(TypeError, r"col2im\(\): argument 'output_size' must be tuple of ints", T(1, 8, 9), "a", 2, 1, 0, 1),
    ],
)


# ---------------------------------------------------------------------------------------------------- shuffles


def pixel_shuffle(x, r):
    *front, c, h, w = x.shape
    n = len(front)
    split = x.reshape(*front, c // (r * r), r, r, h, w)
    return split.transpose(*range(n), n, n + 3, n + 1, n + 4, n + 2).reshape(*front, c // (r * r), h * r, w * r)


def pixel_unshuffle(x, r):
    *front, c, h, w = x.shape
    n = len(front)
    split = x.reshape(*front, c, h // r, r, w // r, r)
    return split.transpose(*range(n), n, n + 2, n + 4, n + 1, n + 3).reshape(*front, c * r * r, h // r, w // r)


def channel_shuffle(x, groups):
    n, c, *rest = x.shape
    return x.reshape(n, groups, c // groups, *rest).swapaxes(1, 2).reshape(x.shape)


PIXEL_SHUFFLE = Row(
    "pixel_shuffle", pixel_shuffle, [S(T(1, 8, 2, 3), 2), S(T(9, 2, 2), 3), S(T(2, 3, 4, 2, 1), 2), S(T(2, 3, 2, 2), 1), S(T(0, 8, 2, 2), 2), S(T(1, 0, 2, 2), 2), S(T(1, 8, 0, 2), 2)],
    raw=True, gradients="all",
    errors=[
        E(RuntimeError, r"pixel_shuffle: expected an input of at least 3 dimensions, got shape \[\]", T(), 2),
        E(RuntimeError, r"pixel_shuffle: expected an input of at least 3 dimensions, got shape \[2, 2\]", T(2, 2), 2),
        E(RuntimeError, r"pixel_shuffle: expected channels divisible by the square of upscale_factor 2, got 7 in shape \[7, 2, 2\]", T(7, 2, 2), 2),
        E(RuntimeError, r"pixel_shuffle: expected a positive upscale_factor, got 0", T(8, 2, 2), 0),
        E(ValueError, r"pixel_shuffle: upscale_factor 4294967296 is too large", T(8, 2, 2), 2**32),
        E(ValueError, r"pixel_shuffle: upscale_factor .* is too large", T(8, 2, 2), 2**63 - 1),
        E(TypeError, r"pixel_shuffle\(\): argument 'upscale_factor' must be int, not float", T(8, 2, 2), 2.0),
    ],
)

def unshuffled(torch, x, r):
    """PyTorch leaves what is empty in its shape."""
    y = torch.nn.functional.pixel_unshuffle(x, r)
    return y if x.numel() else y.reshape(*x.shape[:-3], x.shape[-3] * r * r, x.shape[-2] // r, x.shape[-1] // r)


PIXEL_UNSHUFFLE = Row(
    "pixel_unshuffle", pixel_unshuffle, [S(T(1, 2, 4, 6), 2), S(T(2, 3, 3), 3), S(T(2, 3, 1, 4, 2), 2), S(T(2, 3, 2, 2), 1), S(T(0, 2, 4, 4), 2), S(T(1, 0, 2, 2), 2), S(T(1, 2, 0, 2), 2)],
    raw=True, gradients="all", call=unshuffled,
    errors=[
        E(RuntimeError, r"pixel_unshuffle: expected an input of at least 3 dimensions, got shape \[\]", T(), 2),
        E(RuntimeError, r"pixel_unshuffle: expected height and width divisible by downscale_factor 2, got shape \[2, 5, 4\]", T(2, 5, 4), 2),
        E(RuntimeError, r"pixel_unshuffle: expected height and width divisible by downscale_factor 2, got shape \[2, 4, 5\]", T(2, 4, 5), 2),
        E(RuntimeError, r"pixel_unshuffle: expected a positive downscale_factor, got -2", T(2, 4, 4), -2),
        E(ValueError, r"pixel_unshuffle: downscale_factor .* is too large", T(1, 0, 0), 2**62),
        E(TypeError, r"pixel_unshuffle\(\): argument 'downscale_factor' must be int", T(2, 4, 4), None),
    ],
)

CHANNEL_SHUFFLE = Row(
    "channel_shuffle", channel_shuffle, [S(T(1, 6, 2, 2), 3), S(T(2, 6, 2), 2), S(T(2, 6, 1, 2, 2), 3), S(T(1, 6, 2), 1), S(T(1, 6, 2), 6), S(T(0, 6, 2), 2), S(T(1, 0, 2), 2)],
    raw=True, gradients="all",
    errors=[
        E(RuntimeError, r"channel_shuffle: expected an input of more than 2 dimensions, got shape \[\]", T(), 2),
        E(RuntimeError, r"channel_shuffle: expected an input of more than 2 dimensions, got shape \[1, 6\]", T(1, 6), 2),
        E(RuntimeError, r"channel_shuffle: 6 channels are not divisible by 4 groups", T(1, 6, 2), 4),
        E(RuntimeError, r"channel_shuffle: the number of groups must be positive, got 0", T(1, 6, 2), 0),
        E(RuntimeError, r"channel_shuffle: the number of groups must be positive, got -2", T(1, 6, 2), -2),
        E(ValueError, r"channel_shuffle: a tensor has at most 16 dimensions", T(*[1] * 16), 1),
        E(TypeError, r"channel_shuffle\(\): argument 'groups' must be int", T(1, 6, 2), "a"),
    ],
)

ROWS = [CONV1D, CONV2D, CONV3D, CONV_TRANSPOSE1D, CONV_TRANSPOSE2D, CONV_TRANSPOSE3D, CONV_TBC, IM2COL, COL2IM, PIXEL_SHUFFLE, PIXEL_UNSHUFFLE, CHANNEL_SHUFFLE]
