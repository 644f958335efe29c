"""What a row of the operator table is made of, and how its samples become arrays and tensors.

Nothing here imports swiftnn: Tests/Goldens/make_operators.py runs the same rows on PyTorch, for the result dtypes and to
check the NumPy references themselves. `lib` is whichever of the two libraries is meant.
"""

import functools
import itertools
import json
import pathlib
import re
import zlib
from dataclasses import dataclass, field

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLE = ROOT / "Sources" / "CSwiftNN" / "ops"
GOLDENS = ROOT / "Tests" / "Goldens"

FLOATS = ("float32", "float64")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8")
NUMBERS = FLOATS + INTEGERS
ALL = NUMBERS + ("bool",)
HALVES = ("float16",)  # beside ALL; bfloat16, which NumPy lacks, is compared with float32 for every row
LAYOUTS = ("transposed", "strided", "expanded")

nan, inf = float("nan"), float("inf")


# ---------------------------------------------------------------------------------------------------- samples


@dataclass(frozen=True)
class In:
    """A tensor among a sample's arguments. Without a dtype of its own it has the one that the case is run with."""

    shape: tuple
    low: float = -4.0
    high: float = 4.0
    dtype: str = None
    values: tuple = None  # instead of random ones; "extremes": the dtype's largest and smallest numbers

    def array(self, dtype, generator):
        dtype = np.dtype(self.dtype or dtype)
        if self.values == "extremes":
            limits = np.iinfo(dtype)
            return np.array([limits.max, limits.min, 1, limits.max - 1, 3, limits.min + 1], dtype).reshape(self.shape)
        if self.values is not None:
            with np.errstate(invalid="ignore", over="ignore"):
                return np.array(self.values).astype(dtype).reshape(self.shape)
        if dtype.kind == "b":
            return np.asarray(generator.random(self.shape) < 0.5)
        if dtype.kind == "f":
            return np.asarray(generator.uniform(self.low, self.high, self.shape), dtype)
        low = max(np.ceil(self.low), 0 if dtype.kind == "u" else -128)
        return np.asarray(generator.integers(int(low), max(int(low), int(np.floor(self.high))) + 1, self.shape), dtype)

    def __str__(self):
        text = "x".join(map(str, self.shape)) if self.shape else "scalar"
        if self.dtype:
            text = self.dtype + ":" + text
        if self.values is not None:
            text += "=" + (self.values if isinstance(self.values, str) else "given")
        return text


def T(*shape, **options):
    """A tensor of that shape."""
    return In(shape, **options)


def V(values, dtype=None):
    """A tensor of these values."""
    array = np.array(values)
    return In(array.shape, dtype=dtype, values=tuple(array.reshape(-1).tolist()))


@dataclass(frozen=True)
class DT:
    """A dtype among the arguments."""

    name: str

    def __str__(self):
        return self.name


def describe(argument):
    if isinstance(argument, (list, tuple)):
        return "[" + " ".join(map(describe, argument)) + "]"
    return str(argument)


@dataclass
class Sample:
    args: tuple
    kwargs: dict
    dtypes: tuple = None  # those of the row that make sense here
    layouts: bool = True
    gradient: bool = True
    rounded: bool = False  # more roundings than one, where the row's other samples have one: see `tolerance_of`

    @property
    def id(self):
        words = [describe(a) for a in self.args] + [f"{k}={describe(v)}" for k, v in self.kwargs.items()]
        return ",".join(words).replace(" ", "+") or "none"


def S(*args, dtypes=None, layouts=True, gradient=True, rounded=False, **kwargs):
    return Sample(args, kwargs, dtypes, layouts, gradient, rounded)


@dataclass
class Error:
    exception: type
    message: str
    args: tuple
    kwargs: dict

    @property
    def id(self):
        return Sample(self.args, self.kwargs).id


def E(exception, message, *args, **kwargs):
    """Arguments that are refused: with this exception and a message that matches this pattern."""
    return Error(exception, message, args, kwargs)


# ---------------------------------------------------------------------------------------------------- rows


@dataclass
class Row:
    """One operator.

    name        as in Python; the operator of the table
    reference   on NumPy arrays: floating point arrives as float64, integers and bool as int64 (unless `raw`)
    dtypes      for which PyTorch's operator is defined
    tolerance   (float32, float64), for float16 none or a unit in the last place: of the error relative to the value; where `relative` is "array", to the largest value;
                where it is "unit", to the value or 1, whichever is larger
    gradients   which of a sample's tensors the operator is differentiable by, counted among those without a dtype of
                their own; None for none
    raw         the reference gets the arrays as they are (movement of data)
    call        how PyTorch spells it, where that differs: a function of (torch, *args, **kwargs)
    reduced     whether PyTorch has the operator in float16 and bfloat16 too; None where it has it in part
    through     for results that are not unique: a function of (library, operator, *args, **kwargs) that gives what is
    differs     dtypes that are refused although PyTorch has them: dtype -> the reason
    gives       result dtypes that are not PyTorch's, on purpose: dtype -> (result dtype, the reason)
    """

    name: str
    reference: object
    samples: list
    dtypes: tuple = ALL
    tolerance: tuple = (0, 0)
    relative: str = "element"
    gradients: object = None
    gradient_layouts: tuple = LAYOUTS
    raw: bool = False
    call: object = None
    through: object = None
    reduced: object = True
    errors: list = field(default_factory=list)
    differs: dict = field(default_factory=dict)
    gives: dict = field(default_factory=dict)
    in_place: bool = False
    beside: tuple = None  # for an operator in place: what follows a [2, 3] float64 tensor, where its samples do not suit one
    in_place_dtypes: tuple = None  # of the operator in place, where they do not follow from the reference's results

    def cases(self):
        """(sample, dtype) for everything that is defined."""
        for sample in self.samples:
            for dtype in self.dtypes:
                if sample.dtypes is None or dtype in sample.dtypes:
                    yield sample, dtype

    def run(self, lib, args, kwargs):
        """The result, on PyTorch or swiftnn."""
        if self.through:
            operator = functools.partial(self.call, lib) if self.call and lib.__name__ == "torch" else find(lib, self.name)
            return self.through(lib, operator, *args, **kwargs)
        if self.call and lib.__name__ == "torch":
            return self.call(lib, *args, **kwargs)
        if self.in_place:
            return getattr(args[0].clone(), self.name)(*args[1:], **kwargs)
        return find(lib, self.name)(*args, **kwargs)


# Of these PyTorch has something else outside of torch.linalg, or functions that refuse.
LINALG_ONLY = ("solve", "lstsq", "matrix_rank", "cond", "eig")


def find(lib, name):
    """The operator as a function: public, of nn.functional, private, of linalg, of special, or a method."""
    if name in LINALG_ONLY:
        return getattr(lib.linalg, name)
    # nn.functional.unfold is another operator.
    for place in (lib, lib.nn.functional, getattr(lib, "_C", None), lib.linalg, lib.special) if name != "unfold" else ():
        if place is not None and hasattr(place, name):
            return getattr(place, name)
    if name.startswith("linalg_"):
        return getattr(lib.linalg, name.removeprefix("linalg_"))
    return getattr(lib.Tensor, name)


def in_place(name, row, **changes):
    """The row of an in-place operator, from that of the one out of place: the samples whose result has the shape of the
    first argument."""
    values = dict(vars(row))
    values.update(name=name, in_place=True, errors=[], call=None)
    values.update(changes)
    if "samples" not in changes:
        values["samples"] = [s for s in row.samples if keeps_shape(row, s)]
    return Row(**values)


def in_place_of(row):
    """The row of an operator that is in place by the general mechanism: for the dtypes that can hold the results."""

    def holds(dtype):
        kinds = {"f": "fiub", "i": "iub", "u": "iub", "b": "b"}[np.dtype(dtype).kind]
        results = [result_of(row, s, dtype) for s in row.samples if s.dtypes is None or dtype in s.dtypes]
        return all(r.dtype.kind in kinds for r in results)

    dtypes = row.in_place_dtypes or tuple(d for d in row.dtypes if holds(d))
    samples = [s for s in row.samples if (s.dtypes is None or set(s.dtypes) & set(dtypes)) and keeps_shape(row, s)]
    return in_place(row.name + "_", row, dtypes=dtypes, samples=samples if dtypes else [])


def result_of(row, sample, dtype):
    arrays = materialise(sample, dtype)
    with np.errstate(all="ignore"):
        return np.asarray(row.reference(*reference_arguments(row, sample, arrays), **sample.kwargs))


def keeps_shape(row, sample):
    dtype = (sample.dtypes or row.dtypes)[0]
    return isinstance(sample.args[0], In) and result_of(row, sample, dtype).shape == sample.args[0].shape


# ---------------------------------------------------------------------------------------------------- arguments


def materialise(sample, dtype):
    """The arguments with arrays for tensors; the same for the same sample and dtype, on every machine."""
    generator = np.random.default_rng(zlib.crc32(f"{sample.id} {dtype}".encode()))

    def make(argument):
        if isinstance(argument, In):
            return argument.array(dtype, generator)
        if isinstance(argument, (list, tuple)):
            return type(argument)(make(a) for a in argument)
        return argument

    return [make(a) for a in sample.args]


def replace(arguments, function, kind=np.ndarray):
    """The arguments with `function` of every array, also of those in lists."""
    return [
        function(a) if isinstance(a, kind) else replace(a, function, kind) if isinstance(a, list) else a for a in arguments
    ]


def placed(lib, array, layout="contiguous"):
    """A tensor with the elements of `array`, laid out in memory in this way. Whatever of its memory lies between the
    elements is filled with other numbers."""
    shape = array.shape
    if layout == "contiguous" or array.ndim == 0:
        return lib.from_numpy(array.copy())
    if layout == "transposed":
        return lib.from_numpy(array.T.copy()).permute(tuple(reversed(range(array.ndim))))
    if layout == "strided":
        wide = np.full(shape[:-1] + (2 * shape[-1] + 1,), 113).astype(array.dtype)
        wide[..., 1::2] = array
        return lib.from_numpy(wide)[..., 1::2]
    axis = expanded_axis(array)
    return lib.from_numpy(np.take(array, [0], axis) if axis is not None else array.copy()).expand(shape)


def expanded_axis(array):
    return next((i for i, size in enumerate(array.shape) if size > 1), None)


def for_layout(array, layout):
    """The elements that a tensor has in this layout: an expanded one repeats its first slice."""
    axis = expanded_axis(array) if layout == "expanded" else None
    return array if axis is None else np.repeat(np.take(array, [0], axis), array.shape[axis], axis)


def library_arguments(lib, sample, arrays, layout="contiguous"):
    args = replace(arrays, lambda a: placed(lib, a, layout))
    args = replace(args, lambda d: getattr(lib, d.name), DT)
    kwargs = {k: getattr(lib, v.name) if isinstance(v, DT) else v for k, v in sample.kwargs.items()}
    return args, kwargs


def as_dtype(specified, given, tensor, source, target):
    """The arguments with every tensor of dtype `source` that has no dtype of its own in `target`."""
    return [
        as_dtype(s, a, tensor, source, target) if isinstance(a, (list, tuple))
        else a.to(target) if isinstance(a, tensor) and s.dtype is None and a.dtype is source else a
        for s, a in zip(specified, given)
    ]


def reference_arguments(row, sample, arrays):
    if row.raw:
        return arrays

    def widen(specified, array):
        if isinstance(array, list):
            return [widen(s, a) for s, a in zip(specified, array)]
        if not isinstance(array, np.ndarray) or specified.dtype:
            return array
        return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)

    return [widen(s, a) for s, a in zip(sample.args, arrays)]


def expected(row, sample, arrays, result_dtypes):
    """What the reference says, in the dtypes of the results."""
    with np.errstate(all="ignore"):
        results = row.reference(*reference_arguments(row, sample, arrays), **sample.kwargs)
        results = results if isinstance(results, (tuple, list)) else [results]
        return [np.asarray(r).astype(d) for r, d in zip(results, result_dtypes, strict=True)]


# ---------------------------------------------------------------------------------------------------- results


def outputs(result):
    """The results of an operator as a list; a plain bool or number as an array."""
    return list(result) if isinstance(result, (tuple, list)) else [result]


def dtype_names(result):
    return [str(getattr(r, "dtype", type(r).__name__)).split(".")[-1] for r in outputs(result)]


def numpy_of(tensor):
    return tensor.detach().numpy() if hasattr(tensor, "detach") else np.asarray(tensor)


def tolerance_of(row, sample, dtype):
    """(tolerance, what it is relative to) of the results of a dtype."""
    if dtype in HALVES:
        # What rounds in several steps does so in float32, and once more at the end.
        return (2**-10 if sample.rounded or row.tolerance[0] else 0), row.relative
    if sample.rounded:
        return (3e-7, 5e-16)[dtype == "float64"], "array"
    return row.tolerance[dtype == "float64"], row.relative


def assert_close(got, want, tolerance, relative="element", label=""):
    """Shape and dtype are equal; so are the values, or they differ by less than the tolerance."""
    assert got.shape == want.shape, f"{label}: shape {got.shape}, expected {want.shape}"
    assert got.dtype == want.dtype, f"{label}: dtype {got.dtype}, expected {want.dtype}"
    if want.dtype.kind != "f" or tolerance == 0:
        assert np.array_equal(got, want, equal_nan=want.dtype.kind == "f"), f"{label}\ngot\n{got}\nexpected\n{want}"
        return
    finite = np.isfinite(want)
    assert np.array_equal(np.isfinite(got), finite), f"{label}\ngot\n{got}\nexpected\n{want}"
    assert np.array_equal(got[~finite], want[~finite], equal_nan=True), f"{label}\ngot\n{got}\nexpected\n{want}"
    error = np.abs(got[finite].astype(np.float64) - want[finite])
    scale = np.abs(want[finite]).astype(np.float64)
    if relative == "array" and scale.size:
        scale = np.full_like(scale, scale.max())
    if relative == "unit":
        scale = np.maximum(scale, 1)
    # Below the smallest normal number there is no relative accuracy.
    allowed = tolerance * scale + np.finfo(want.dtype).tiny
    assert np.all(error <= allowed), (
        f"{label}\nrelative error {np.max(error / np.maximum(scale, np.finfo(want.dtype).tiny)):.3g}, allowed {tolerance}\n"
        f"got\n{got}\nexpected\n{want}"
    )


# ---------------------------------------------------------------------------------------------------- tables


def table_text():
    return "".join(path.read_text() for path in sorted(TABLE.glob("*.def")))


def operator_table():
    """The rows of the table: operators {name: (python, surfaces)}, in-place ones {name: python}, aliases. An operator
    that its row shows in place too (the letter I) counts among the latter as well."""
    text = table_text()
    operators = {n: (p, s) for n, p, s in re.findall(r'^SNN_OP\((\w+), "(\w+)", "(\w+)"', text, re.M)}
    in_place = dict(re.findall(r'^SNN_INPLACE\((\w+), "(\w+)"', text, re.M))
    aliases = re.findall(r'^SNN_ALIAS\("(\w+)", (\w+), "(\w+)"\)', text, re.M)
    # A row in another form must not be overlooked.
    for kind, found in (("OP", operators), ("INPLACE", in_place), ("ALIAS", aliases)):
        assert len(found) == len(re.findall(rf"^SNN_{kind}\(", text, re.M)), kind
    in_place.update((n, p + "_") for n, (p, s) in operators.items() if "I" in s)
    return operators, in_place, aliases


def golden(name):
    return json.loads((GOLDENS / name).read_text())


def operator_goldens():
    """What Tests/Goldens/make_operators.py wrote: the files of all families as one."""
    joined = {"results": {}, "promotion": {}}
    for path in sorted((GOLDENS / "operators").glob("*.json")):
        content = json.loads(path.read_text())
        for part in joined:
            joined[part].update(content.get(part, {}))
    return joined


# Mixtures of dtypes, for binary operators: which operands, and short names for the results.
KINDS = itertools.product(("tensor", "scalar", "int", "float", "bool"), repeat=2)
PROMOTION_KINDS = [f"{a},{b}" for a, b in KINDS if "tensor" in (a, b) or "scalar" in (a, b)]
SHORT = {"float32": "f4", "float64": "f8", "int64": "i8", "int32": "i4", "int16": "i2", "int8": "i1", "uint8": "u1",
         "bool": "b1", None: "--"}
NUMBERS_OF = {"int": 2, "float": 1.5, "bool": True}


def promotion_operand(lib, kind, dtype):
    """(operand, its value): a tensor, a tensor of no dimensions, or a number of Python."""
    if kind in NUMBERS_OF:
        return NUMBERS_OF[kind], NUMBERS_OF[kind]
    array = np.array([1, 2, 3] if kind == "tensor" else 2).astype(dtype)
    return lib.from_numpy(array.copy()), array


def promotion_pairs(kind, left):
    """The dtypes of the right side for one of the left; a number stands on either side alone."""
    a, b = kind.split(",")
    if a in NUMBERS_OF:
        return [(None, right) for right in ALL] if left is None else []
    return [(left, None)] if b in NUMBERS_OF else [(left, right) for right in ALL]
