"""Calls everything public with random arguments; run by test_misuse.py in a process of its own.

    python misuse_storm.py <calls for each function> <seed>

Prints how many calls went how. Whatever is not an exception of EXPECTED is a failure, and so is every crash: the calls are
made in a child, which notes each before it makes it, so that the parent can tell which one was the last.
"""

import faulthandler
import os
import pathlib
import random
import re
import resource
import sys

faulthandler.enable()

import swiftnn  # noqa: E402
from swiftnn import _C  # noqa: E402

EXPECTED = (RuntimeError, TypeError, ValueError, IndexError, MemoryError, OverflowError, NotImplementedError, ZeroDivisionError,
            AttributeError, BufferError)
# What works on the state of the process, or only hands an object on.
LEFT_OUT = {"manual_seed", "seed", "set_rng_state", "get_rng_state", "share_memory_", "_set_grad_enabled", "_memory_empty_cache",
            "__init_subclass__", "__class_getitem__", "__subclasshook__", "__new__", "__getattribute__", "__setattr__", "__delattr__", "__dir__",
            "__reduce__", "__reduce_ex__", "__sizeof__", "__repr__", "__str__", "__format__"}
INTEGERS = [0, 1, -1, 2, 3, -2, 5, 7, 16, 17, -100, 127, 128, 255, 256, 2**15, 2**31 - 1, 2**31, -(2**31), 2**40, 2**62, 2**63 - 1, -(2**63), 2**63,
            2**64, 2**70, -(2**70)]
REALS = [0.0, -0.0, 0.5, 1.0, -1.0, 1e-45, 1e-30, 3e38, 1e39, 1e300, -1e300, float("inf"), float("-inf"), float("nan")]
STRINGS = ["", "mean", "sum", "none", "floor", "trunc", "float32", "cpu", "cuda", "a\0b", "é" * 40, "\ud800"]


class Odd:
    def __index__(self):
        raise ValueError("no index")

    def __float__(self):
        raise ValueError("no float")

    def __len__(self):
        return 3

    def __getitem__(self, i):
        raise IndexError(i)


class Storm:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.shapes = [(), (0,), (1,), (2,), (3,), (2, 3), (3, 2), (0, 3), (2, 0), (1, 3), (2, 3, 4), (4, 3, 2), (1,) * 16, (2, 1, 3), (5, 5)]
        self.dtypes = [getattr(swiftnn, n) for n in ("float32", "float64", "int64", "int32", "int16", "int8", "uint8", "bool")]

    def tensor(self):
        r = self.random
        shape = r.choice(self.shapes)
        dtype = r.choice(self.dtypes[:1] * 4 + self.dtypes)
        # As good as any: what matters is the shape, the dtype and the layout.
        tensor = swiftnn.full(shape, r.choice([0, 1, 2, 3])).to(dtype)
        if dtype in self.dtypes[:2] and r.random() < 0.2:
            tensor = swiftnn.full(shape, r.choice(REALS[:7] + REALS[-3:])).to(dtype)
        choice = r.random()
        if choice < 0.12 and len(shape) > 1:
            tensor = tensor.permute(*reversed(range(len(shape))))
        elif choice < 0.2 and len(shape) > 0 and shape[-1] > 1:
            tensor = tensor[..., ::2]
        elif choice < 0.28 and len(shape) < 14:
            tensor = tensor.expand(2, *shape)
        elif choice < 0.29:
            return swiftnn.zeros(1).expand(2**16)
        if dtype in self.dtypes[:2]:
            if r.random() < 0.3:
                tensor = tensor.detach().requires_grad_()
            if r.random() < 0.3:
                tensor = tensor * 1
        return tensor

    def fitting(self, letter):
        """An argument of the kind that a letter of the table's schemas stands for."""
        r = self.random
        small = INTEGERS[:8] * 4 + INTEGERS
        optional = {"B": "b", "F": "f", "X": "x", "u": "t"}
        if letter in optional:
            return None if r.random() < 0.4 else self.fitting(optional[letter])
        if letter == "a":
            return self.argument()
        if letter in "tTo":
            return None if letter == "o" and r.random() < 0.5 else self.tensor() if letter != "t" or r.random() < 0.8 else r.choice(small[:30] + REALS)
        if letter == "v":
            return [self.tensor() for _ in range(r.choice([0, 1, 1, 2, 2, 3]))]
        if letter in "iI":
            return r.choice(small)
        if letter in "ds":
            return r.choice([r.choice(small), [r.choice(small) for _ in range(r.choice([0, 1, 2, 3]))], [r.choice([0, 1, 2, 3]) for _ in range(2)]])
        if letter in "FX" and r.random() < 0.3:
            return None
        if letter == "a":
            return r.choice([None, r.choice(STRINGS), r.choice(small), self.tensor(), [r.choice(small) for _ in range(r.choice([0, 1, 2]))], [self.tensor()]])
        if letter in "nNfF":
            return r.choice(small[:30] + REALS)
        if letter in "xX":
            return [r.choice(REALS) for _ in range(r.choice([0, 2, 4, 5, 6, 7]))]
        if letter in "Bul":
            return None if r.random() < 0.4 else self.fitting({"B": "b", "l": "b", "u": "t"}[letter])
        if letter == "G":
            return r.choice([None, None, swiftnn.default_generator, swiftnn.Generator()])
        return {"b": r.choice([True, False]), "S": r.choice(STRINGS), "y": r.choice(self.dtypes)}[letter]

    def arguments(self, schema):
        """Those of a schema with a mistake here and there; without a schema, anything."""
        r = self.random
        if schema is None or r.random() < 0.1:
            return [self.argument() for _ in range(r.choice([0, 1, 1, 2, 2, 2, 3, 3, 4]))]
        count = len(schema) if r.random() < 0.75 else r.randint(0, len(schema))
        return [self.fitting(letter) if r.random() < 0.95 else self.argument() for letter in schema[:count]]

    def argument(self, depth=0):
        r = self.random
        kind = r.random()
        if kind < 0.4:
            return self.tensor()
        if kind < 0.6:
            return r.choice(INTEGERS[:8] * 3 + INTEGERS)
        if kind < 0.68:
            return r.choice(REALS)
        if kind < 0.74:
            return r.choice([None, True, False, None])
        if kind < 0.78:
            return r.choice(STRINGS)
        if kind < 0.82:
            return r.choice(self.dtypes)
        if kind < 0.84:
            return r.choice([Odd(), object(), 1j, b"bytes", bytearray(8), {}, {1: 2}, range(3), slice(1, None, 2), Ellipsis, int, memoryview(b"abcd"),
                             swiftnn.Size([2]), swiftnn.nn.Linear(2, 2), lambda x: x])
        if depth < 2:
            items = [self.argument(depth + 1) for _ in range(r.choice([0, 1, 2, 2, 3, 17]))]
            if r.random() < 0.5:
                items = [r.choice(INTEGERS[:10]) for _ in range(r.choice([0, 1, 2, 3]))]
            return r.choice([tuple, list])(items)
        return 0


def schemas():
    folder = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CSwiftNN" / "ops"
    text = "".join(path.read_text() for path in sorted(folder.glob("*.def")))
    rows = re.findall(r'^SNN_OP\((\w+), "(\w+)", "(\w+)", "(\w+)', text, re.M)
    found = {python: schema for _, python, _, schema in rows}
    found.update((python + "_", schema) for _, python, surfaces, schema in rows if "I" in surfaces)
    found.update(re.findall(r'^SNN_INPLACE\(\w+, "(\w+)", "(\w+)"', text, re.M))
    names = {name: python for name, python, _, _ in rows}
    found.update((alias, found[names[name]]) for alias, name in re.findall(r'^SNN_ALIAS\("(\w+)", (\w+)', text, re.M))
    return found


LOSSES = (
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss", "cross_entropy", "ctc_loss", "embedding", "embedding_bag",
    "gaussian_nll_loss", "hinge_embedding_loss", "huber_loss", "kl_div", "l1_loss", "margin_ranking_loss", "mse_loss", "multi_margin_loss",
    "multilabel_margin_loss", "multilabel_soft_margin_loss", "nll_loss", "one_hot", "poisson_nll_loss", "smooth_l1_loss", "soft_margin_loss",
    "triplet_margin_loss",
)


def targets():
    """Name: (function, whether a tensor comes first)."""
    found = {}
    for name, function in [item for table in (_C.functions, _C.nn_functions, _C.linalg_functions, _C.special_functions) for item in table.items()]:
        found["function " + name] = (function, False)
    for name in ("_equal", "_to_dtype", "_arange", "_randint", "_randint_like", "_view_dtype", "_atleast", "_optimizer_step", "_grad", "_tensor_bytes", "_as_leaf", "_rebuild_tensor"):
        found["private " + name] = (getattr(_C, name), False)
    for name in ("relu", "dropout", "softmax", "log_softmax", "dropout1d", "dropout3d", "alpha_dropout", "elu", "hardtanh", "threshold", "gumbel_softmax", "linear", *LOSSES):
        found["nn.functional " + name] = (getattr(swiftnn.nn.functional, name), False)
    for name in dir(swiftnn.Tensor):
        function = getattr(swiftnn.Tensor, name)
        if callable(function) and name not in ("__class__",):
            found["method " + name] = (function, True)
    found["grad"] = (swiftnn.autograd.grad, False)
    found["backward"] = (swiftnn.autograd.backward, False)
    found["Tensor"] = (swiftnn.Tensor, False)
    return {k: v for k, v in found.items() if k.split()[-1] not in LEFT_OUT}


KEYWORDS = ["dim", "keepdim", "dtype", "requires_grad", "alpha", "rounding_mode", "reduction", "weight", "p", "size", "min", "max", "other", "input",
            "out", "device", "axis", "label_smoothing", "ignore_index", "layout", "memory_format", "pin_memory", "generator"]


def describe(argument):
    if isinstance(argument, swiftnn.Tensor):
        return f"<{argument.dtype} {tuple(argument.shape)} {argument.stride()} grad={argument.requires_grad}>"
    if isinstance(argument, (list, tuple)):
        return "[" + ", ".join(map(describe, argument)) + "]"
    return repr(argument)


def main(calls, seed, log):
    counts = {"returned": 0}
    failures = []
    table = schemas()
    for name, (function, is_method) in sorted(targets().items()):
        # What is no operator has less to go wrong.
        schema = table.get(name.split()[-1])
        of_table = schema is not None
        storm = Storm(f"{seed} {name}")
        r = storm.random
        for _ in range(calls if of_table else calls // 5):
            swiftnn.set_grad_enabled(True)
            arguments = storm.arguments(schema)
            if is_method and not of_table and r.random() < 0.98:
                arguments.insert(0, storm.tensor())
            keywords = {r.choice(KEYWORDS): storm.argument() for _ in range(r.choice([0] * 9 + [1, 2]))}
            text = f"{name}({', '.join(map(describe, arguments))}, {keywords.keys()})"
            log.seek(0)
            log.write(text.encode(errors="replace")[:4000].ljust(4000))
            try:
                result = function(*arguments, **keywords)
                counts["returned"] += 1
                results = result if isinstance(result, (tuple, list)) else [result]
                for one in results[:3]:
                    if isinstance(one, swiftnn.Tensor) and one.numel() < 10_000:
                        repr(one)
                        if one.requires_grad and one.numel() == 1:
                            try:
                                one.backward()
                            except EXPECTED:
                                pass
                    elif not isinstance(one, swiftnn.Tensor):
                        repr(one)
            except EXPECTED as error:
                counts[type(error).__name__] = counts.get(type(error).__name__, 0) + 1
                if type(error) is RuntimeError and not str(error):
                    failures.append(f"{text}: an error without a message")
            except BaseException as error:
                failures.append(f"{text}: {type(error).__name__}: {error}")
    swiftnn.set_grad_enabled(True)
    assert (swiftnn.ones(3) + 1).tolist() == [2.0] * 3
    print(len(targets()), "functions,", sum(counts.values()), "calls:", counts)
    for failure in failures[:20]:
        print(failure)
    print(len(failures), "failures")
    return 1 if failures else 0


if __name__ == "__main__":
    # Sizes that the machine could just have are refused like those that no machine has.
    limit = 4 << 30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with open(os.path.join(os.environ.get("TMPDIR", "/tmp"), f"misuse_storm.{os.getpid()}"), "w+b", buffering=0) as log:
        os.unlink(log.name)
        child = os.fork()
        if child == 0:
            sys.exit(main(int(sys.argv[1]), sys.argv[2], log))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, 1):
            log.seek(0)
            print("died of signal", -code, "in", log.read().decode(errors="replace").strip())
        sys.exit(0 if code == 0 else 1)
