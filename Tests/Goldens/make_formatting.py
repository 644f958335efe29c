"""Makes formatting.json: how PyTorch prints tensors, for Tests/SwiftNNTests/FormattingTests.swift.

    python Tests/Goldens/make_formatting.py

Run it with PyTorch (2.13 made the file that stands here). The tests read the JSON and do not need PyTorch.

A case says what its tensor holds: element i, in row-major order, is values[i % len(values)] + i * step, computed in
double precision and rounded to the dtype (where step is 0, the value alone). The dtypes are called swiftnn's.
Numbers are written as text: "nan" and "-inf" have no spelling in JSON.
"""
import builtins
import json
import math
import pathlib

import torch
import torch._tensor_str

# The dtype's name has to have the other length before PyTorch decides where lines break.
torch._tensor_str.str = lambda value: builtins.str(value).replace("torch.", "swiftnn.")

CASES = []
NAN, INF = math.nan, math.inf


def case(name, values, shape, dtype="float32", step=0, requires_grad=False, grad_fn=None, parameter=False, prefix="tensor"):
    kind = getattr(torch, dtype)
    count = math.prod(shape)
    number = {"bool": bool}.get(dtype, float if dtype.startswith("float") else int)
    elements = [number(values[i % len(values)] + i * step if step else values[i % len(values)]) for i in range(count)]
    tensor = torch.tensor(elements, dtype=kind).reshape(shape)
    if prefix != "tensor":
        tensor = tensor.as_subclass(type(prefix, (torch.Tensor,), {}))
    if grad_fn:
        tensor = FUNCTIONS[grad_fn](tensor.requires_grad_())
        assert type(tensor.grad_fn).__name__ == grad_fn
    elif parameter:
        tensor = torch.nn.Parameter(tensor, requires_grad=requires_grad)
    elif requires_grad:
        tensor.requires_grad_()
    CASES.append({
        "name": name, "prefix": prefix, "shape": list(shape), "dtype": dtype,
        "values": [str(int(value)) if number is bool else str(value) for value in values], "step": str(step),
        "requiresGrad": requires_grad or bool(grad_fn), "gradientFunction": grad_fn, "isParameter": parameter,
        "text": repr(tensor),
    })


# Each gives back its input's elements.
FUNCTIONS = {
    "AddBackward0": lambda x: x + 0,
    "MulBackward0": lambda x: x * 1,
    "ViewBackward0": lambda x: x.view(x.shape),
    "CloneBackward0": lambda x: x.clone(),
    "UnsafeViewBackward0": lambda x: torch.ops.aten._unsafe_view(x, x.shape),
    "SqueezeBackward0": lambda x: x.squeeze(),
}

# One number.
for value in (1.0, 3.14159, -2.5, 0.0, -0.0, NAN, INF, -INF, 1e-5, 1e-4, 99999.5, 1e8, 1.5e8, 1e38, 1e-45, -12345678.0):
    case(f"0-d {value}", [value], ())
case("0-d float64", [math.pi], (), "float64")
case("0-d float64 tiny", [5e-324], (), "float64")
case("0-d float64 huge", [1.7976931348623157e308], (), "float64")
case("0-d int64", [-7], (), "int64")
case("0-d bool", [True], (), "bool")
case("0-d uint8", [255], (), "uint8")
case("0-d requires grad", [2.0], (), requires_grad=True)
case("0-d grad_fn", [0.25], (), grad_fn="MulBackward0")

# One dimension: which style the numbers get.
case("whole numbers", [1.0, 2.0, 3.0], (3,))
case("whole and infinite", [1.0, INF, -INF, NAN], (4,))
case("fractions", [0.5, -1.25, 3.0], (3,))
case("fractions and infinities", [0.5, INF, -INF, NAN, 0.0], (5,))
case("only nan", [NAN], (3,))
case("only infinities", [INF, -INF], (4,))
case("only zeros", [0.0], (4,))
case("negative zeros", [-0.0, 0.0], (4,))
case("negative zero among whole numbers", [-0.0, 10.0], (4,))
case("negative zero among fractions", [-0.0, 0.1], (4,))
case("rounding half to even", [0.03125, 0.09375, 0.00005, 2.00005], (4,), "float64")
case("mixed magnitudes", [1e-3, 1.0, 1000.0, -123456.0], (4,))
case("ratio of exactly 1000", [1.0, 1000.0], (2,))
case("ratio above 1000, whole", [1.0, 1001.0], (2,))
case("ratio above 1000, with nan and zero", [0.5, 1001.0, NAN, INF, -INF, 0.0, -0.0], (7,))
case("tiny", [1e-10, -2e-12, 3e-11], (3,))
case("denormal", [1e-45, 1e-40], (2,))
case("exactly 1e-4", [1e-4, 2e-4], (2,), "float64")
case("huge", [1e30, -3e38], (2,))
case("three exponent digits", [1e-300, 1e300], (2,), "float64")
case("whole numbers above 1e8", [1e9, 2e9], (2,))
case("exactly 1e8", [1e8, 5e7], (2,))
case("wide whole numbers wrap", [-1234567.0], (30,), step=1111)
case("fractions wrap", [0.1], (25,), step=0.37)
case("negative fractions wrap", [-3.3], (31,), step=0.37)
case("float64", [0.1, 0.2], (2,), "float64")
case("float64 wraps", [0.1], (20,), "float64", step=1.01)
case("not summarised", [0.0], (1000,), step=1)
case("summarised", [0.0], (1001,), step=1)
case("summarised fractions", [0.5], (5000,), step=0.25)
case("summary ignores what it leaves out", [0.5] * 10 + [1e12] * 981 + [0.5] * 10, (1001,))
case("summarised, wide", [-1e-12], (2000,), step=1e5)

# Integers and booleans.
case("int64", [1, -20, 300], (3,), "int64")
case("int64 limits", [-(2**63), 2**63 - 1, 0], (3,), "int64")
case("int32", [1, 2, 3], (3,), "int32")
case("int16", [-32768, 32767], (2,), "int16")
case("int8", [-128, 127, 0], (3,), "int8")
case("uint8", [0, 7, 255], (2, 3), "uint8")
case("int64 wraps", [0], (60,), "int64", step=7)
case("int32 summarised", [0], (2000,), "int32", step=3)
case("int64 summarised 2-d", [-5], (40, 50), "int64", step=1)
case("bool", [True, False], (5,), "bool")
case("all true", [True], (3,), "bool")
case("bool 2-d", [True, False, False], (3, 4), "bool")
case("bool summarised", [True, False, False], (1500,), "bool")

# More dimensions.
case("1 x 1", [1.5], (1, 1))
case("2-d", [1.0], (2, 3), step=1)
case("2-d fractions", [-0.7], (3, 4), step=0.3)
case("2-d mixed magnitudes", [1e-6, 1.0, -1e4], (3, 3))
case("2-d rows wrap", [0.1], (3, 20), step=0.11)
case("2-d summarised", [0.5], (100, 100), step=1)
case("2-d summarised, columns only", [0.0], (4, 400), step=1)
case("2-d summarised, rows only", [0.0], (400, 4), step=1)
case("2-d summarised, rows wrap", [0.1], (300, 6), "float64", step=1234.5678)
case("2-d of six by many", [0.0], (6, 200), step=1)
case("2-d of seven by many", [0.0], (7, 200), step=1)
case("3-d", [0.0], (2, 2, 3), step=1)
case("3-d summarised", [0.25], (10, 11, 12), step=0.5)
case("3-d summarised, last only", [0.0], (2, 3, 500), step=1)
case("4-d", [0.0], (2, 1, 2, 2), step=0.5)
case("4-d summarised", [0.0], (8, 2, 8, 9), step=1)
case("5-d", [1.0], (1, 2, 1, 2, 1), step=1)
case("images", [0.0, 0.125, 0.5], (10, 1, 28, 28))

# No elements.
case("empty", [0], (0,))
case("empty 2-d", [0], (0, 3))
case("empty inside", [0], (2, 0, 3))
case("empty float64", [0], (0,), "float64")
case("empty int64", [0], (0,), "int64")
case("empty bool", [False], (0,), "bool")
case("empty int32 2-d", [0], (3, 0), "int32")
case("empty requires grad", [0], (0,), requires_grad=True)
case("empty with grad_fn and dtype", [0], (0, 5), "float64", grad_fn="AddBackward0")

# What follows the numbers, and where it wraps.
case("requires grad", [1.0, 2.0], (2,), requires_grad=True)
case("grad_fn", [1.0, 2.0], (2,), grad_fn="AddBackward0")
case("grad_fn 2-d", [0.1], (2, 2), step=1, grad_fn="ViewBackward0")
case("float64 requires grad", [0.5], (3,), "float64", requires_grad=True)
case("float64 grad_fn", [0.5], (3,), "float64", grad_fn="CloneBackward0")
case("grad_fn 2-d summarised", [0.5], (60, 60), step=0.5, grad_fn="UnsafeViewBackward0")
case("grad_fn 3-d", [0.5], (2, 2, 2), step=1, grad_fn="SqueezeBackward0")
for count in range(5, 11):
    case(f"requires grad after {count}", [0.5], (count,), step=1e-3, requires_grad=True)
    case(f"requires grad after {count}, second row", [0.5], (2, count), step=1e-3, requires_grad=True)
    case(f"two suffixes after {count}", [0.5], (count,), "float64", step=1e-3, requires_grad=True)
    case(f"two suffixes after {count}, second row", [0.5], (2, count), "float64", step=1e-3, grad_fn="AddBackward0")
for digits in range(1, 9):
    # The last line grows by one character from case to case, so that every side of the limit is met.
    case(f"requires grad after {digits} digits", [10.0**(digits - 1)] * 2 + [7.0 * 10**(digits - 1)], (6,), requires_grad=True)
    case(f"int32 after {digits} digits", [1] * 19 + [10**digits], (20,), "int32")
case("parameter", [0.1, -0.2], (2, 2), requires_grad=True, parameter=True)
case("frozen parameter", [1.0], (3,), parameter=True)
case("long parameter", [0.1], (8,), step=0.1, requires_grad=True, parameter=True)
case("float64 parameter", [0.1], (2, 7), "float64", step=0.1, requires_grad=True, parameter=True)
case("another prefix", [0.1], (2, 12), step=0.1, prefix="EmbeddingTable")
case("a prefix beyond ASCII", [0.1], (10,), step=0.1, prefix="Größe", requires_grad=True)
case("a prefix beyond the line", [0.1], (3,), step=0.1, prefix="T" * 90, requires_grad=True)

file = pathlib.Path(__file__).with_name("formatting.json")
rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in CASES)
file.write_text(f'{{"torch": "{torch.__version__.split("+")[0]}",\n"cases": [\n{rows}\n]}}\n', encoding="utf-8")
print(len(CASES), "cases")
