"""What a row of the table of layers is made of, and how a layer is run.

Nothing here imports swiftnn: Tests/Goldens/make_layers.py runs the same rows on PyTorch. `lib` is whichever of the two
libraries is meant. Both have the same random numbers, so that only results are kept in the golden files: parameters and
inputs are drawn anew from the seed, and equal results say that they were the same.
"""

import importlib
import json
import pathlib
import pkgutil
import zlib
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDENS = ROOT / "Tests" / "Goldens" / "layers"


@dataclass
class X:
    """An input: of this shape, drawn from the normal distribution; or integers below `below`; or booleans."""

    shape: tuple
    below: int = None
    boolean: bool = False
    gradient: bool = True

    def make(self, lib, dtype):
        if self.below is not None:
            return lib.randint(0, self.below, self.shape)
        if self.boolean:
            return lib.rand(self.shape) < 0.3
        # Drawn as float32 whatever the dtype, so that one golden value serves both.
        return lib.randn(self.shape).to(dtype).requires_grad_(self.gradient)


def x(*shape, **options):
    return X(shape, **options)


@dataclass
class Layer:
    """One way of making a layer, and of calling it.

    args, kwargs   of the constructor
    inputs         of the call: X, or lists and tuples of them, or what is passed on as it is
    options        keyword arguments of the call, likewise
    tolerance      relative to the largest element
    gradient       whether the gradients are checked numerically too
    modes          "train" and "eval", of which the forward is checked
    prepare        a function (lib, module) that changes the parameters before the call
    random         whether the forward draws random numbers, which may be others than PyTorch's: only shapes are compared
    """

    args: tuple = ()
    kwargs: dict = field(default_factory=dict)
    inputs: tuple = ()
    options: dict = field(default_factory=dict)
    tolerance: float = 2e-5
    gradient: bool = True
    modes: tuple = ("train", "eval")
    prepare: object = None
    random: bool = False
    name: str = None

    @property
    def id(self):
        words = ["block" if callable(a) else str(a) for a in self.args] + [f"{k}={v}" for k, v in self.kwargs.items()]
        words += [str(i.shape) if isinstance(i, X) else "_" for i in self.inputs] + [f"{k}:" for k in self.options]
        return f"{self.name}({' '.join(words)})".replace(", ", ",")


def L(*args, inputs, options=None, tolerance=2e-5, gradient=True, modes=("train", "eval"), prepare=None,
      random=False, **kwargs):
    """A layer made with these arguments; `inputs` are the shapes of its inputs, or X."""
    inputs = tuple(X(i) if isinstance(i, tuple) and all(isinstance(n, int) for n in i) else i for i in inputs)
    return Layer(args, kwargs, inputs, options or {}, tolerance, gradient, modes, prepare, random)


@dataclass
class Error:
    """Arguments that are refused: by the constructor, or by the call where there are inputs."""

    exception: type
    message: str
    args: tuple = ()
    kwargs: dict = field(default_factory=dict)
    inputs: tuple = None
    name: str = None


def E(exception, message, *args, inputs=None, **kwargs):
    return Error(exception, message, args, kwargs, inputs)


@dataclass
class Row:
    """A layer by its name, in the ways in which it can be made."""

    name: str
    layers: list
    errors: list = field(default_factory=list)

    def __post_init__(self):
        for entry in self.layers + self.errors:
            entry.name = self.name


def families():
    """The rows of each file of the table."""
    import layers

    names = [m.name for m in pkgutil.iter_modules(layers.__path__) if m.name != "harness" and not m.name.startswith("test_")]
    return {name: importlib.import_module(f"layers.{name}").ROWS for name in names}


# ---------------------------------------------------------------------------------------------------- running


def walk(value, function):
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(walk(v, function) for v in value)
    return function(value)


def tensors_of(lib, value):
    """The tensors in a result, which may be nested."""
    if isinstance(value, lib.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in tensors_of(lib, v)]
    return []


def make(lib, layer, dtype="float32"):
    """The module from its seed, and the arguments of its call."""
    lib.manual_seed(zlib.crc32(layer.id.encode()) % 100000)
    # A block among the arguments is a function that makes it.
    args = [a(lib) if callable(a) else a for a in layer.args]
    module = getattr(lib.nn, layer.name)(*args, **layer.kwargs)
    state = {name: value.detach().clone() for name, value in module.state_dict().items() if not is_lazy(lib, value)}
    waiting = len(state) < len(module.state_dict())
    kind = getattr(lib, dtype)
    if layer.prepare:
        layer.prepare(lib, module)
    inputs = [walk(i, lambda v: v.make(lib, kind) if isinstance(v, X) else v) for i in layer.inputs]
    options = {k: walk(v, lambda v: v.make(lib, kind) if isinstance(v, X) else v) for k, v in layer.options.items()}
    if waiting:
        # What waits for its shape is drawn as float32 too.
        single = [walk(i, lambda v: v.detach().to(lib.float32) if isinstance(v, lib.Tensor) else v) for i in inputs]
        module.eval()(*single, **options)
    if dtype != "float32":
        module = module.to(kind)
    return module, state, inputs, options


def call(lib, module, inputs, options):
    """The tensors of a call's result. A layer may write over its input: it gets another one."""
    fresh = [walk(i, lambda v: v.clone() if isinstance(v, lib.Tensor) and not v.requires_grad else v) for i in inputs]
    return tensors_of(lib, module(*fresh, **options))


def is_lazy(lib, value):
    return type(value).__name__ in ("UninitializedParameter", "UninitializedBuffer") or bool(getattr(lib._C, "_is_lazy", lambda t: False)(value))


def run(lib, layer, dtype="float32"):
    """Everything that is compared, by name: initial state, text, and for each mode results, gradients and buffers."""
    module, state, inputs, options = make(lib, layer, dtype)
    found = {"state": {name: bits(value) for name, value in state.items()}, "repr": repr(module)}
    given = tensors_of(lib, inputs) + tensors_of(lib, list(options.values()))
    for mode in layer.modes:
        module.train(mode == "train")
        outputs = call(lib, module, inputs, options)
        found[mode] = outputs
        if layer.random:
            continue
        found[mode + " buffers"] = [b.detach().clone() for b in module.buffers()]
        wanted = [o for o in outputs if o.requires_grad]
        sources = [t for t in given + list(module.parameters()) if t.requires_grad]
        # A mode that gives the same results has the same gradients.
        same = mode != layer.modes[0] and all(lib.equal(a, b) for a, b in zip(outputs, found[layer.modes[0]]))
        if wanted and sources and not same:
            cotangents = [lib.randn(o.shape).to(getattr(lib, dtype)) for o in wanted]
            gradients = lib.autograd.grad(wanted, sources, cotangents, allow_unused=True)
            found[mode + " gradients"] = [g for g in gradients if g is not None]
    found["final repr"] = repr(module)
    return found


def dtype_name(tensor):
    return str(tensor.dtype).split(".")[-1]


def numbers(tensor):
    """A tensor for JSON, with as many digits as float32 has."""
    values = [float(f"{v:.8g}") if isinstance(v, float) else v for v in tensor.detach().reshape(-1).tolist()]
    return {"shape": list(tensor.shape), "dtype": dtype_name(tensor), "values": values}


def bits(tensor):
    """What tells a tensor from any other: initial parameters are compared bit for bit."""
    return [list(tensor.shape), dtype_name(tensor), zlib.crc32(tensor.detach().contiguous().numpy().tobytes())]


def golden(family):
    return json.loads((GOLDENS / f"{family}.json").read_text())
