"""Rows: convolutions, their transposes, and blocks that move elements between windows, channels and space."""

from .harness import E, L, Row


def image(n, *front, size=(5, 4, 4)):
    """The shape of images of n dimensions."""
    return (*front, *size[:n])


def modes(n):
    """Layers with other padding than zeros, also more on one side than on the other."""
    return [
        L(1, 2, 3, padding=2, padding_mode="reflect", stride=2, inputs=[image(n, 1, 1)]),
        L(2, 1, (2,) * n, padding=tuple(range(n, 0, -1)), padding_mode="circular", stride=2, inputs=[image(n, 2, 2)]),
        L(2, 2, 3, padding=5, padding_mode="replicate", stride=3, inputs=[image(n, 2)]),
        L(1, 2, 2, padding="same", padding_mode="circular", inputs=[image(n, 1, 1)]),
        L(1, 1, 2, padding="same", padding_mode="reflect", dilation=2, bias=False, inputs=[image(n, 1, 1)]),
        L(1, 2, 2, padding="valid", padding_mode="replicate", inputs=[image(n, 1)]),
    ]


def convolution(n):
    each = tuple(range(1, n + 1))
    ways = [
        L(3, 4, 3, inputs=[image(n, 2, 3)]), L(3, 4, 3, bias=False, inputs=[image(n, 3)]),
        L(2, 3, each, stride=each[::-1], padding=each, dilation=2, inputs=[image(n, 1, 2)]),
        L(4, 6, 3, 2, 1, groups=2, inputs=[image(n, 2, 4)]), L(3, 3, 3, padding=1, groups=3, inputs=[image(n, 1, 3)]),
        L(2, 1, 2, padding="same", inputs=[image(n, 1, 2)]), L(2, 3, 3, padding="valid", stride=2, inputs=[image(n, 2, 2)]),
        L(3, 2, 1, inputs=[image(n, 3)]), L(3, 4, 2, inputs=[image(n, 0, 3)]),
    ]
    name = f"Conv{n}d"
    errors = [
        E(ValueError, "groups must be a positive integer, got 0", 3, 4, 3, groups=0),
        E(ValueError, "in_channels must be divisible by groups, got 3 and 2", 3, 4, 3, groups=2),
        E(ValueError, "out_channels must be divisible by groups, got 3 and 2", 4, 3, 3, groups=2),
        E(ValueError, "invalid padding string 'full', should be one of 'valid', 'same'", 3, 4, 3, padding="full"),
        E(ValueError, "padding='same' is not supported for strided convolutions", 3, 4, 3, padding="same", stride=2),
        E(ValueError, "padding_mode 'mirror' is not one of 'zeros', 'reflect', 'replicate', 'circular'", 3, 4, 3, padding_mode="mirror"),
        E(RuntimeError, f"kernel_size must be a single int or {n} ints", 3, 4, (3, 3, 3, 3)),
        E(RuntimeError, "negative in_channels -3", -3, 4, 3),
        E(RuntimeError, "negative size", 3, 4, -3),
        E(TypeError, "argument 'in_channels' must be an integer, not 2.5", 2.5, 1, 3),
        E(TypeError, "argument 'kernel_size' must be an integer or a list of integers, not 2.5", 3, 4, 2.5),
        E(TypeError, "argument 'padding' must be an integer, a list of integers, 'valid' or 'same', not 1.5", 3, 4, 3, padding=1.5),
        E(RuntimeError, "the only device is 'cpu'", 3, 4, 3, device="cuda"),
        E(RuntimeError, f"conv{n}d: expected an input of 3 channels", 3, 4, 3, inputs=[image(n, 2, 2)]),
        E(RuntimeError, f"conv{n}d: expected an input of {n + 1} dimensions", 3, 4, 3, inputs=[(3,)]),
        E(RuntimeError, f"conv{n}d: stride must be greater than zero", 3, 4, 3, stride=0, inputs=[image(n, 2, 3)]),
        E(RuntimeError, "padding size should be less than the corresponding input dimension", 3, 4, 3, padding=5, padding_mode="reflect", inputs=[image(n, 2, 3)]),
        E(RuntimeError, "padding value causes wrapping around more than once", 3, 4, 3, padding=6, padding_mode="circular", inputs=[image(n, 2, 3)]),
        E(MemoryError, "does not fit into memory", 3, 4, 3, padding=2**62, padding_mode="replicate", inputs=[image(n, 2, 3)]),
    ]
    return Row(name, ways + modes(n), errors)


def lazy(n):
    return Row(
        f"LazyConv{n}d",
        [L(4, 3, inputs=[image(n, 2, 3)]), L(4, 3, 2, 1, groups=2, bias=False, inputs=[image(n, 4)]),
         L(1, 2, padding="same", padding_mode="circular", inputs=[image(n, 1, 1)])],
        errors=[
            E(ValueError, "out_channels must be divisible by groups", 3, 3, groups=2),
            E(ValueError, "in_channels must be divisible by groups, got 3 and 2", 4, 3, groups=2, inputs=[image(n, 2, 3)]),
            E(RuntimeError, f"expected an input of {n + 1} dimensions", 4, 3, inputs=[(3,)]),
        ],
    )


def transposed(n):
    each = tuple(range(1, n + 1))
    size = (3, 2, 2)
    ways = [
        L(3, 4, 3, inputs=[image(n, 1, 3, size=size)]), L(3, 4, 3, bias=False, inputs=[image(n, 3, size=size)]),
        L(2, 3, each, stride=each[::-1], padding=0, dilation=2, inputs=[image(n, 2, 2, size=size)]),
        L(4, 6, 3, 2, 1, 1, 2, inputs=[image(n, 2, 4, size=size)]), L(3, 3, 3, groups=3, padding=1, inputs=[image(n, 2, 3, size=size)]),
        L(3, 4, 3, stride=3, inputs=[image(n, 2, 3, size=size)], options={"output_size": [v * 3 + 1 for v in size[:n]]}),
        L(3, 4, 2, stride=2, padding=1, inputs=[image(n, 3, size=size)], options={"output_size": [4] + [2 * v - 2 + 1 for v in size[:n]]}),
        L(3, 4, 2, inputs=[image(n, 0, 3, size=size)]),
    ]
    return Row(
        f"ConvTranspose{n}d", ways,
        errors=[
            E(ValueError, "only 'zeros' padding mode is supported", 3, 4, 3, padding_mode="reflect"),
            E(ValueError, "groups must be a positive integer", 3, 4, 3, groups=-1),
            E(ValueError, "in_channels must be divisible by groups", 3, 4, 3, groups=2),
            E(TypeError, "argument 'padding' must be an integer or a list of integers", 3, 4, 3, padding="same"),
            E(RuntimeError, f"output_padding must be a single int or {n} ints", 3, 4, 3, output_padding=(1,) * 4),
            E(RuntimeError, f"conv_transpose{n}d: output_padding must be smaller than either stride or dilation", 3, 4, 3,
              output_padding=1, inputs=[image(n, 2, 3)]),
            E(RuntimeError, f"conv_transpose{n}d: expected an input of 3 channels", 3, 4, 3, inputs=[image(n, 2, 2)]),
            E(ValueError, r"requested an output size of \[20.*\], but valid sizes range from \[10.*\] to \[10.*\] \(for an input of \[5",
              3, 4, 6, inputs=[image(n, 2, 3), [20] * n]),
            E(ValueError, rf"for {n + 2}D input, output_size must have {n} or {n + 2} elements \(got 7\)", 3, 4, 6, inputs=[image(n, 2, 3), [20] * 7]),
            E(ValueError, "is too large", 3, 4, 6, inputs=[image(n, 2, 3), [2**62] * n]),
            E(TypeError, "argument 'output_size' must be", 3, 4, 6, inputs=[image(n, 2, 3), "a"]),
        ],
    )


def lazy_transposed(n):
    return Row(
        f"LazyConvTranspose{n}d",
        [L(4, 3, inputs=[image(n, 1, 3, size=(3, 2, 2))]), L(4, 3, 2, 1, 1, 2, bias=False, inputs=[image(n, 4, size=(3, 2, 2))])],
        errors=[E(ValueError, "in_channels must be divisible by groups, got 3 and 2", 4, 3, groups=2, inputs=[image(n, 2, 3)])],
    )


ROWS = [make(n) for make in (convolution, lazy, transposed, lazy_transposed) for n in (1, 2, 3)] + [
    Row(
        "Unfold",
        [L(2, inputs=[(2, 3, 4, 5)]), L((2, 3), (1, 2), (1, 0), (2, 1), inputs=[(3, 4, 5)]), L(kernel_size=3, padding=1, inputs=[(1, 2, 3, 3)])],
        errors=[
            E(TypeError, "argument 'kernel_size' must be an integer or a list of integers, not 2.5", 2.5),
            E(RuntimeError, "unfold: a window of kernel_size", 5, inputs=[(1, 2, 4, 4)]),
            E(RuntimeError, "unfold: stride must be greater than zero", 2, stride=0, inputs=[(1, 2, 4, 4)]),
        ],
    ),
    Row(
        "Fold",
        [L(4, 2, inputs=[(2, 8, 9)]), L((4, 5), (2, 3), (1, 2), (1, 1), (2, 1), inputs=[(12, 9)])],
        errors=[
            E(TypeError, "missing 1 required positional argument: 'kernel_size'", 4),
            E(RuntimeError, "fold: output_size .* has 3 . 3 windows, got 8 columns", 4, 2, inputs=[(1, 8, 8)]),
        ],
    ),
    Row("PixelShuffle", [L(2, inputs=[(1, 8, 2, 3)]), L(upscale_factor=3, inputs=[(9, 2, 1)])],
        errors=[E(TypeError, "argument 'upscale_factor' must be an integer", 2.0), E(RuntimeError, "pixel_shuffle: expected channels divisible", 2, inputs=[(7, 2, 2)])]),
    Row("PixelUnshuffle", [L(2, inputs=[(1, 2, 4, 6)]), L(downscale_factor=3, inputs=[(1, 3, 3)])],
        errors=[E(RuntimeError, "pixel_unshuffle: expected height and width divisible", 2, inputs=[(2, 5, 4)])]),
    Row("ChannelShuffle", [L(2, inputs=[(2, 6, 2, 2)]), L(groups=3, inputs=[(1, 6, 2)])],
        errors=[E(RuntimeError, "channel_shuffle: 6 channels are not divisible by 4 groups", 4, inputs=[(1, 6, 2)])]),
]
