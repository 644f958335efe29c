#!/usr/bin/env python3
"""Writes the type stubs of the Python package from the built and installed extension.

    python tools/make_stubs.py           write python/swiftnn/**/*.pyi
    python tools/make_stubs.py --check   compare them with what would be written; exit status 1 if they differ

Names, signatures, defaults and docstrings are asked of the extension. The types of an operator's parameters are the
schema letters of swiftnn_ops.def; those of what is written by hand in C or Python are in the tables of stub_types.py,
by name. A function that a table lacks is an error, and so is an entry that nothing uses.
"""

import argparse
import difflib
import importlib
import inspect
import json
import pathlib
import re
import sys
import textwrap

import stub_types
from stub_types import LETTERS, PROTOCOLS, SKIPPED

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "Sources/CSwiftNN/ops"
WIDTH = 120

# ------------------------------------------------------------------------------------------------ texts

HEADER = """\
# Made by tools/make_stubs.py from the built extension: change the sources, then run it again.
"""

CORE_HEADER = HEADER + """\
from builtins import bool as _bool, float as _float, int as _int, type as _type
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import EllipsisType
from typing import Any, NamedTuple, NoReturn, SupportsIndex, TypeAlias, final, overload, type_check_only

from numpy.typing import NDArray
from typing_extensions import Buffer, Self

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]
_Device: TypeAlias = str | device
_Index: TypeAlias = SupportsIndex | slice | EllipsisType | Tensor | NDArray[Any] | Sequence[Any] | None
# Tensor has properties of these names.
_C_device: TypeAlias = device
_C_dtype: TypeAlias = dtype

__version__: str
functions: dict[str, Callable[..., Any]]
nn_functions: dict[str, Callable[..., Any]]
linalg_functions: dict[str, Callable[..., Any]]
special_functions: dict[str, Callable[..., Any]]
dtypes: dict[str, dtype]
_cpu: device
default_generator: Generator
"""

PACKAGE_HEADER = HEADER + """\
from builtins import bool as _bool, float as _float, int as _int, type as _type
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias, overload

from numpy.typing import NDArray
from typing_extensions import Buffer

from . import {modules}
from ._C import Generator as Generator, Size as Size, Tensor as Tensor, default_generator as default_generator, {named}, device as device, dtype as dtype
{imports}

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]
_Device: TypeAlias = str | device

__version__: str
"""

FUNCTIONAL_HEADER = HEADER + """\
from builtins import bool as _bool, float as _float, int as _int, type as _type
from typing import TypeAlias

from ..._C import Tensor, dtype

_DType: TypeAlias = dtype | _type[_float] | _type[_int] | _type[_bool]

__all__ = {names}
"""

# ------------------------------------------------------------------------------------------------ generation


class Problem(Exception):
    """A function without an entry in the tables, or tables that do not fit the extension."""


class Maker:
    """Makes the stubs of one installed package."""

    def __init__(self, package):
        self.package = package
        self.core = importlib.import_module(package.__name__ + "._C")
        self.schemas = read_schemas("".join(path.read_text() for path in sorted(TABLE.glob("*.def"))))
        self.used = set()
        self.named = {"ValuesAndIndices": ["values", "indices"]}

    def stubs(self):
        """The text of each stub by its path in the repository."""
        texts = {"__init__": self.make_package(), "nn/functional/__init__": self.make_functional(),
                 "linalg": self.make_namespace("linalg"), "special": self.make_namespace("special")}
        texts["_C"] = self.make_core()
        unused = [f"stub_types.{table}[{name!r}]" for table in ("PARAMETERS", "RESULTS", "OVERLOADS", "ATTRIBUTES")
                  for name in getattr(stub_types, table) if (table, name) not in self.used]
        if unused:
            raise Problem("nothing in the package uses " + ", ".join(unused))
        return {ROOT / f"python/swiftnn/{name}.pyi": text for name, text in texts.items()}

    def look_up(self, title, name, *others, otherwise=None):
        table = getattr(stub_types, title)
        for key in (name, *others):
            if key in table:
                self.used.add((title, key))
                return table[key]
        if otherwise:
            return otherwise
        raise Problem(f"stub_types.{title}: no entry for {name!r}")

    # -------------------------------------------------------------------------------------------- functions

    def parameter_types(self, name, parameters, kind):
        """The type of each parameter: by its letter in the table of operators, else by its name."""
        schema = self.schemas.get((kind, name))
        if schema is None:
            # What a table says of a parameter's name holds for every function; of other names nothing is promised.
            return [self.look_up("PARAMETERS", f"{name}.{p.name}", p.name, otherwise="Any") for p in parameters]
        # The device and out= stand in no schema: the extension adds them.
        letters, _, results = schema.partition(":")
        letters = letters[1:] if kind == "method" else letters
        names = [p.name for p in parameters] + [""] * len(letters)
        types = [self.look_up("PARAMETERS", f"{name}.{p}", otherwise=LETTERS[letter]) for letter, p in zip(letters, names)]
        for parameter in parameters[len(types):]:
            if parameter.name == "out":
                types.append("tuple[Tensor, ...] | list[Tensor] | None" if results else "Tensor | None")
            else:
                types.append(self.look_up("PARAMETERS", parameter.name, otherwise="Any"))
        if len(types) != len(parameters):
            raise Problem(f"{name}: {len(parameters)} parameters, {len(types)} schema letters; is the build current?")
        return types

    def function(self, name, function, indent="", kind="function"):
        """The definitions of a function: one, or several as overloads."""
        method = kind == "method"
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except ValueError:  # a protocol of Python's, without a docstring
            return [*definition(indent, name, ["self", "*args: Any"] if method else ["*args: Any"], "Any", "", True)]
        if method:
            parameters = parameters[1:]
        if name in stub_types.OVERLOADS:
            return self.overloads(name, parameters, function, indent, method)
        types = self.parameter_types(name, parameters, kind)
        if (kind, name) in self.schemas:
            _, _, results = self.schemas[kind, name].partition(":")
            result = "Self" if name.endswith("_") else "Tensor" if not results else self.tuple_type(results)
        else:
            result = self.look_up("RESULTS", name, otherwise="Any")
        variants = [dict(zip((p.name for p in parameters), types))]
        variadic = [p for p in parameters if p.kind is p.VAR_POSITIONAL]
        if variadic:
            # Several integers in a row, or one sequence, which also has a name.
            items = "Tensor" if "Tensor" in variants[0][variadic[0].name] else "_int"
            variants = [{**variants[0], variadic[0].name: one} for one in (items, f"Sequence[{items}]")]
        lines = []
        for number, variant in enumerate(variants):
            written = [p.replace(kind=p.POSITIONAL_OR_KEYWORD) if number and p in variadic else p for p in parameters]
            if len(variants) > 1:
                lines.append(indent + "@overload")
            lines += definition(indent, name, parameter_list(written, variant, method), result, summary(function),
                                last=number == len(variants) - 1)
        return lines

    def tuple_type(self, results):
        """The type of several results: a tuple of any number, or a named one, whose class is added to the stub."""
        if results == "*":
            return "tuple[Tensor, ...]"
        if results == "+":
            return "Any"  # a tensor, or a tuple of them: which, the arguments say
        fields = results.split(",")
        name = "And".join(field[:1].upper() + field[1:] for field in "".join(w.title() if i else w for i, w in enumerate(
            results.split("_"))).split(","))
        self.named[name] = fields
        return name

    def overloads(self, name, parameters, function, indent, method):
        known = {p.name for p in parameters} | {"input", "other", "METHOD"}
        lines = []
        variants = self.look_up("OVERLOADS", name)
        for number, variant in enumerate(variants):
            given, _, result = variant.rpartition(" -> ")
            names = set(re.findall(r"(\w+):", given))
            if not names <= known:
                raise Problem(f"OVERLOADS: {name} has no parameter {', '.join(sorted(names - known))}")
            given = given.replace("METHOD", "self" if method else "input: Tensor")
            written = ["self"] * (method and not variant.startswith("METHOD")) + split_parameters(given)
            lines.append(indent + "@overload")
            lines += definition(indent, name, written, result, summary(function), last=number == len(variants) - 1)
        return lines

    # -------------------------------------------------------------------------------------------- classes

    def make_class(self, cls, bases="", decorator=""):
        name = cls.__name__
        lines = ["", *([decorator] if decorator else []), f"class {name}{bases}:", f'    """{summary(cls)}"""', ""]
        signature = constructor(cls)
        if signature:
            parameters = list(signature.parameters.values())
            types = {p.name: self.look_up("PARAMETERS", f"{name}.{p.name}", p.name) for p in parameters}
            lines += definition("    ", "__new__", ["cls", *parameter_list(parameters, types, False)], "Self", "", True)
        protocols = dict(PROTOCOLS.get(name, {}))
        for attribute, value in sorted(vars(cls).items()):
            protocol = attribute.strip("_")
            if attribute in SKIPPED or attribute.startswith("_") and attribute.endswith("offset__"):
                continue
            if attribute.startswith("__") and protocol in protocols:
                lines += protocol_definition(attribute, protocols.pop(protocol))
            elif inspect.isgetsetdescriptor(value) or inspect.ismemberdescriptor(value) or isinstance(value, property):
                lines += self.attribute(cls, attribute, value)
            elif name == "ModuleBase" and attribute == "forward":
                # A subclass takes the arguments that it likes.
                lines += ["    forward: Callable[..., Any]", docstring("    ", summary(value))]
            elif callable(value) and not (name == "ModuleBase" and attribute.startswith("_")):
                lines += self.function(attribute, value, "    ", "method")
            elif not callable(value):
                raise Problem(f"{name}.{attribute}: the stub cannot say what a {type(value).__name__} is")
        if name == "Tensor":
            lines += protocol_definition("__buffer__", ("flags: _int, /", "memoryview"))
        if protocols:
            raise Problem(f"PROTOCOLS: {name} has no {', '.join(protocols)}")
        return lines

    def attribute(self, cls, name, descriptor):
        text = summary(descriptor) if descriptor.__doc__ else ""
        type_text = self.look_up("ATTRIBUTES", name, otherwise="Any")
        if is_writable(self.core, cls, name):
            return [f"    {name}: {type_text}"] + ([docstring("    ", text)] if text else [])
        return ["    @property", *definition("    ", name, ["self"], type_text, text, True)]

    # -------------------------------------------------------------------------------------------- files

    def make_core(self):
        core, lines = self.core, []
        lines += self.make_class(core.dtype, decorator="@final")
        lines += self.make_class(core.device, decorator="@final")
        lines += self.make_class(core.Size, "(tuple[_int, ...])", "@final")
        lines += self.make_class(core.Node, decorator="@final")
        lines += self.make_class(core.Generator)
        lines += self.make_class(core.FunctionContext)
        lines += self.make_class(core.HookHandle)
        lines += ["", "class LinAlgError(RuntimeError): ..."]
        lines += self.make_class(core.Tensor)
        lines += self.make_class(core.Parameter, "(Tensor)")
        lines += self.make_class(core.ModuleBase)
        lines.append("")
        for name, function in sorted(vars(core).items()):
            if inspect.isbuiltin(function):
                # The others serve the package alone, which knows them. Whether they have a signature depends on Python.
                typed = ("function", name) in self.schemas or name in stub_types.RESULTS
                lines += self.function(name, function) if typed else [f"{name}: Callable[..., Any]"]
        tuples = []
        for name, fields in sorted(self.named.items()):
            tuples += ["", "@type_check_only", f"class {name}(NamedTuple):", '    """The results of an operator."""', ""]
            tuples += [f"    {field}: Tensor" for field in fields]
        return CORE_HEADER + "\n".join(tuples + lines) + "\n"

    def make_package(self):
        package, lines, imports, modules = self.package, [], {}, []
        for name, value in sorted(vars(package).items()):
            module = getattr(value, "__module__", None)
            if name.startswith("_"):
                continue
            if inspect.ismodule(value):
                modules.append(f"{name} as {name}")
            elif isinstance(value, self.core.dtype):
                lines.append(f"{name}: dtype")
            elif inspect.ismethoddescriptor(value):
                lines.append(f"{name} = Tensor.{name}")
            elif name in self.core.functions or inspect.isfunction(value):
                lines += self.function(name, value)
            elif inspect.isclass(value) and module.startswith(package.__name__ + "."):
                imports.setdefault(module[len(package.__name__):], []).append(f"{name} as {name}")
            elif not hasattr(self.core, name):
                # A layout or a memory format, or the type of these.
                lines.append(f"{name}: Any")
        texts = [f"from {module} import {', '.join(names)}" for module, names in sorted(imports.items())]
        header = PACKAGE_HEADER.format(
            modules=", ".join(modules), imports="\n".join(texts), named=", ".join(sorted(self.named)))
        return header + "\n".join(["", *lines]) + "\n"

    def make_namespace(self, name):
        """The stub of a module that shows the table's rows of one letter, and what is written in Python beside them."""
        module, lines = getattr(self.package, name), []
        for function_name, function in sorted(vars(module).items()):
            if inspect.isbuiltin(function):
                lines += self.function(function_name, function, kind=name)
            elif inspect.isfunction(function) and not function_name.startswith("_"):
                lines += self.function(function_name, function, kind="python")
            elif inspect.isclass(function):
                lines += ["", f"class {function_name}({function.__base__.__name__}): ..."]
        named = "".join(f", {n}" for n in sorted(self.named) if any(n in line for line in lines))
        header = FUNCTIONAL_HEADER.partition("__all__")[0].replace("from ..._C import Tensor, dtype", f"from ._C import Tensor, dtype{named}")
        return header + "\n".join(["", *lines]) + "\n"

    def make_functional(self):
        functional, lines = self.package.nn.functional, []
        for name in functional.__all__:
            function = getattr(functional, name)
            kind = "network" if inspect.isbuiltin(function) else "python"
            lines += self.function(name, function, kind=kind)
        names = "[\n" + "".join(f'    "{name}",\n' for name in functional.__all__) + "]"
        return FUNCTIONAL_HEADER.format(names=names) + "\n".join(["", *lines]) + "\n"


# ------------------------------------------------------------------------------------------------ pieces


def read_schemas(text):
    """The schema of each Python function and method of the table of operators, by (kind, name)."""
    string = r'"((?:[^"\\]|\\.)*)"'
    schemas, rows = {}, {}
    for name, python, surfaces, schema in re.findall(rf"^SNN_OP\((\w+), {string}, {string}, {string}", text, re.M):
        rows[name] = schema
        add_surfaces(schemas, python, surfaces, schema)
    for python, name, surfaces in re.findall(rf"^SNN_ALIAS\({string}, (\w+), {string}\)", text, re.M):
        add_surfaces(schemas, python, surfaces, rows[name])
    for python, schema in re.findall(rf"^SNN_INPLACE\(\w+, {string}, {string}", text, re.M):
        schemas["method", python] = schema
    return schemas


def add_surfaces(schemas, python, surfaces, schema):
    for letter, kind in {"F": "function", "P": "function", "M": "method", "N": "network", "L": "linalg", "E": "special"}.items():
        if letter in surfaces:
            schemas[kind, python] = schema
    if "I" in surfaces:
        schemas["method", python + "_"] = schema


def constructor(cls):
    """The signature in the docstring of a type of the extension; None for a type that nobody can call."""
    return inspect.signature(cls) if cls.__text_signature__ else None


def is_writable(core, cls, name):
    """Whether an attribute can be set, tried on an object: the descriptor does not tell."""
    if issubclass(cls, core.ModuleBase):
        instance = cls()
    elif cls is core.Tensor:
        instance = core.functions["zeros"](1, 1)
    else:
        instance = None  # types without attributes that can be set
    if instance is None:
        return False
    try:
        setattr(instance, name, getattr(instance, name))
    except AttributeError as error:
        if "not writable" in str(error) or "no setter" in str(error) or "can't set" in str(error):
            return False
        raise
    except (RuntimeError, TypeError):  # read by a rule that this instance does not fit
        return False
    return True


def summary(thing):
    """The first sentence of the docstring."""
    text = " ".join(inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].split())
    return re.split(r"(?<=[^.]\.)\s", text, maxsplit=1)[0]


def docstring(indent, text):
    quotes = '"""'
    escaped = text.replace("\\", "\\\\")
    lines = textwrap.wrap(quotes + escaped + quotes, WIDTH, initial_indent=indent, subsequent_indent=indent)
    return "\n".join(lines)


def parameter_list(parameters, types, method):
    """The parameters as they are written in a stub."""
    texts, last = ["self"] if method else [], None
    for p in parameters:
        if last is p.POSITIONAL_ONLY and p.kind is not p.POSITIONAL_ONLY:
            texts.append("/")
        if p.kind is p.KEYWORD_ONLY and last not in (p.KEYWORD_ONLY, p.VAR_POSITIONAL):
            texts.append("*")
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        value = json.dumps(p.default) if isinstance(p.default, str) else repr(p.default)
        default = "" if p.default is p.empty else f" = {value}"
        texts.append(f"{star}{p.name}: {types[p.name]}{default}")
        last = p.kind
    if last is inspect.Parameter.POSITIONAL_ONLY:
        texts.append("/")
    return texts


def split_parameters(text):
    """Splits at the commas outside of brackets."""
    return re.split(r", (?![^\[]*\])", text)


def definition(indent, name, parameters, result, text, last, note=""):
    """A `def` on one line, or with a line for each parameter; with the docstring if it is the last overload."""
    body = "" if last and text else " ..."
    line = f"{indent}def {name}({', '.join(parameters)}) -> {result}:{body}{note}"
    if len(line) > WIDTH:
        inner = "".join(f"{indent}    {parameter},\n" for parameter in parameters)
        line = f"{indent}def {name}({note}\n{inner}{indent}) -> {result}:{body}"
    return [*line.split("\n"), *([docstring(indent + "    ", text)] if last and text else [])]


def protocol_definition(name, entry):
    """A special method. A list is overloads, a triple ends with a note for the type checker."""
    if isinstance(entry, list):
        lines = []
        for variant in entry:
            given, _, result = variant.rpartition(" -> ")
            lines += ["    @overload", *definition("    ", name, ["self", given], result, "", False)]
        return lines
    given, result, *note = entry
    if name == "__getattribute__":
        name = "__getattr__"  # to a type checker this one says that other names may exist
    return definition("    ", name, ["self", given] if given else ["self"], result, "", True, *note)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if a stub is out of date")
    check = parser.parse_args().check
    try:
        import swiftnn

        stubs = Maker(swiftnn).stubs()
    except (ImportError, Problem) as problem:
        sys.exit(f"make_stubs: {problem}")
    stale = 0
    for path, text in stubs.items():
        committed = path.read_text() if path.exists() else ""
        if committed == text:
            continue
        stale += 1
        shown = path.relative_to(ROOT)
        if check:
            compared = (committed.splitlines(), text.splitlines(), f"{shown} (committed)", f"{shown} (made now)")
            print(*difflib.unified_diff(*compared, lineterm="", n=1), sep="\n")
        else:
            path.write_text(text)
            print(f"wrote {shown}")
    if check and stale:
        sys.exit("make_stubs: stubs are out of date; run tools/make_stubs.py with the built package")


if __name__ == "__main__":
    main()
