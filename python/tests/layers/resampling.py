"""Rows: padding, other sizes, other shapes."""

from .harness import E, L, Row

IMAGE = {1: (2, 3, 5), 2: (2, 2, 4, 5), 3: (1, 2, 3, 4, 5)}
UNEVEN = {1: (2, 1), 2: (1, 2, 0, 3), 3: (1, 0, 2, 1, 1, 2)}
CUT = {1: (-1, 2), 2: (2, -1, -1, 1), 3: (1, -1, 0, 1, -1, 1)}


def pads(d):
    shape = IMAGE[d]
    for kind in ("Zero", "Reflection", "Replication", "Circular"):
        yield Row(
            f"{kind}Pad{d}d", [L(1, inputs=[shape]), L(UNEVEN[d], inputs=[shape]), L(CUT[d], inputs=[shape[1:]])],
            errors=[
                E(TypeError, "argument 'padding' must be an integer or a list of integers", 1.5),
                E(RuntimeError, "pad: ", (-9,) * (2 * d), inputs=[shape]),
            ] + ([E(RuntimeError, "less than the corresponding", 5, inputs=[shape])] if kind == "Reflection" else [])
            + ([E(NotImplementedError, "is not supported for", (1,) * (2 * d), inputs=[(2,)])] if kind != "Zero" else []),
        )
    yield Row(
        f"ConstantPad{d}d", [L(1, 3.5, inputs=[shape]), L(UNEVEN[d], 2, inputs=[shape]), L(CUT[d], -1.0, inputs=[shape[1:]])],
        errors=[E(TypeError, "argument 'value' must be a number", 1, "a"), E(TypeError, "missing 1 required positional argument: 'value'", 1)],
    )


ROWS = [
    *[row for d in (1, 2, 3) for row in pads(d)],
    Row(
        "Upsample",
        [L(scale_factor=2, inputs=[IMAGE[1]]), L(size=(3, 7), inputs=[IMAGE[2]]), L(size=4, mode="linear", inputs=[IMAGE[1]]),
         L(scale_factor=(1.5, 2), mode="bilinear", align_corners=True, inputs=[IMAGE[2]]), L((3, 3), mode="bicubic", inputs=[IMAGE[2]]),
         L(scale_factor=1.3, mode="bilinear", recompute_scale_factor=True, inputs=[IMAGE[2]]), L(3, mode="area", inputs=[IMAGE[3]]),
         L(scale_factor=1.5, mode="trilinear", align_corners=False, inputs=[IMAGE[3]]), L(9, mode="nearest-exact", inputs=[IMAGE[1]])],
        errors=[
            E(ValueError, "mode 'foo' is not one of 'nearest'", 2, mode="foo"),
            E(ValueError, "either size or scale_factor should be defined", inputs=[IMAGE[1]]),
            E(ValueError, "only one of size or scale_factor", 2, 2.0, inputs=[IMAGE[1]]),
            E(NotImplementedError, "bilinear mode needs 4D", 2, mode="bilinear", inputs=[IMAGE[1]]),
            E(TypeError, "argument 'scale_factor' must be a number or a list of numbers", scale_factor="a"),
        ],
    ),
    Row("UpsamplingNearest2d", [L(scale_factor=2, inputs=[IMAGE[2]]), L(3, inputs=[IMAGE[2]])],
        errors=[E(ValueError, "either size or scale_factor", inputs=[IMAGE[2]])]),
    Row("UpsamplingBilinear2d", [L(scale_factor=2, inputs=[IMAGE[2]]), L((3, 7), inputs=[IMAGE[2]])],
        errors=[E(NotImplementedError, "bilinear mode needs 4D", 2, inputs=[IMAGE[1]])]),
    Row("Unflatten", [L(1, (3, 1), inputs=[IMAGE[1]]), L(-1, (-1, 5), inputs=[(4, 10)])],
        errors=[
            E(TypeError, "unflattened_size must be a tuple of ints", 1, 2),
            E(TypeError, "argument 'unflattened_size' must be", 1, (2, 2.5)),
            E(RuntimeError, "does not multiply up to 5", 1, (2, 3), inputs=[(2, 5)]),
        ]),
]
