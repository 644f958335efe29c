"""Rows: pooling."""

import math

from .harness import E, L, Row, X

IMAGE = {1: (2, 3, 7), 2: (2, 3, 6, 7), 3: (2, 2, 4, 5, 6)}


class Places(X):
    """An input of whole numbers: positions in what max pooling by 2 started from."""

    def make(self, lib, dtype):
        size = math.prod(self.shape[2:])
        return (lib.arange(size) * 2).reshape((1, 1) + self.shape[2:]).expand(self.shape).contiguous()


def max_pools(d):
    shape, name = IMAGE[d], f"MaxPool{d}d"
    return Row(
        name,
        [L(2, inputs=[shape]), L(3, 2, 1, inputs=[shape[1:]]), L(kernel_size=2, stride=1, dilation=2, inputs=[shape]),
         L((3,) + (2,) * (d - 1), stride=(2,) * d, padding=1, ceil_mode=True, inputs=[shape]), L(2, return_indices=True, inputs=[shape])],
        errors=[
            E(TypeError, "argument 'kernel_size' must be an integer or a list of integers", 2.5),
            E(RuntimeError, "padding should be at most half", 2, 1, 2, inputs=[shape]),
            E(RuntimeError, f"kernel_size must be a single int or {d} ints", (2,) * (d + 1), inputs=[shape]),
            E(RuntimeError, "output size is too small", 9, inputs=[shape]),
        ],
    )


def avg_pools(d):
    shape, name = IMAGE[d], f"AvgPool{d}d"
    return Row(
        name,
        [L(2, inputs=[shape]), L(3, 2, 1, inputs=[shape[1:]]), L(3, 2, 1, count_include_pad=False, inputs=[shape]),
         L((3,) * d, stride=(2,) * d, padding=1, ceil_mode=True, inputs=[shape])]
        + ([L(2, divisor_override=3, inputs=[shape])] if d > 1 else []),
        errors=[
            E(TypeError, "argument 'kernel_size' must be an integer or a list of integers", "2"),
            E(RuntimeError, "padding should be at most half", 2, 1, 2, inputs=[shape]),
        ] + ([E(RuntimeError, "divisor must be not zero", 2, divisor_override=0, inputs=[shape])] if d > 1 else []),
    )


def adaptive_pools(d):
    shape = IMAGE[d]
    sizes = (3, (2,) if d == 1 else tuple(range(1, d + 1)), None if d == 1 else (None,) + (2,) * (d - 1))
    for kind in ("Max", "Avg"):
        layers = [L(size, inputs=[shape]) for size in sizes if size is not None] + [L(1, inputs=[shape[1:]])]
        if kind == "Max":
            layers.append(L(2, return_indices=True, inputs=[shape]))
        yield Row(
            f"Adaptive{kind}Pool{d}d", layers,
            errors=[
                E(TypeError, "argument 'output_size' must be an integer or a list of integers", "2"),
                E(RuntimeError, "elements of output_size must be at least 0", -1),
                E(RuntimeError, "expected .*D", 2, inputs=[(2,)]),
            ],
        )


def lp_pools(d):
    shape = IMAGE[d]
    return Row(
        f"LPPool{d}d",
        [L(2, 2, inputs=[shape]), L(2.0, 3 if d == 1 else (3,) * d, stride=1, inputs=[shape]), L(2, 2, ceil_mode=True, inputs=[shape[1:]])],
        errors=[E(ValueError, "norm_type must not be 0", 0, 2, inputs=[shape]), E(TypeError, "argument 'norm_type' must be a number", "a", 2)],
    )


def fractional_pools(d):
    shape = (2, 2, 5, 6, 7)[: d + 2]

    def chosen(lib, module):
        # Random numbers of float64 are others than those of float32.
        module._random_samples = lib.rand(2, 2, d)

    return Row(
        f"FractionalMaxPool{d}d",
        [L(2, output_size=3, inputs=[shape], prepare=chosen), L((1,) * d, output_ratio=0.5, inputs=[shape], prepare=chosen),
         L(2, output_size=(2,) * d, return_indices=True, inputs=[shape], prepare=chosen),
         L((2,) * d, 3, inputs=[shape[1:]], random=True)],
        errors=[
            E(ValueError, "requires specifying either an output size, or a pooling ratio", 2),
            E(ValueError, "only one of output_size and output_ratio", 2, 1, 0.5),
            E(ValueError, "output_ratio must be between 0 and 1", 2, output_ratio=2.0),
            E(RuntimeError, "pool size 2 too large", 2, output_size=7, inputs=[shape]),
        ],
    )


def max_unpools(d):
    shape = (2, 3) + (3, 2, 2)[:d]
    return Row(
        f"MaxUnpool{d}d",
        [L(2, inputs=[shape, Places(shape)]), L(2, 2, inputs=[shape, Places(shape)], options={"output_size": tuple(2 * n + 1 for n in shape[2:])})],
        errors=[
            E(RuntimeError, f"kernel_size must be a single int or {d} ints", (2,) * (d + 1)),
            E(TypeError, "missing 1 required positional argument: 'indices'", 2, inputs=[shape]),
        ],
    )


ROWS = [
    *[rows(d) for rows in (max_pools, avg_pools, lp_pools, max_unpools) for d in (1, 2, 3)],
    *[row for d in (1, 2, 3) for row in adaptive_pools(d)],
    *[fractional_pools(d) for d in (2, 3)],
]
