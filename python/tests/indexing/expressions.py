"""Random index expressions with what NumPy makes of them under PyTorch's rules, for test_random_indices.py.

PyTorch applies integers, slices and new axes first, and then what selects by tensors; only the latter decide where their
dimensions go. NumPy counts integers among the latter, so the two steps are taken apart here.
"""

import random

import numpy as np

DTYPES = ("float32", "float64", "int64", "int32", "int16", "int8", "uint8", "bool")
INDEX_DTYPES = ("int64", "int64", "int32", "int16", "int8")


class Index:
    """One entry: what it consists of, as arrays, and how it is spelled."""

    def __init__(self, kind, value=None, dims=0, spelling=None):
        self.kind, self.value, self.dims, self.spelling = kind, value, dims, spelling

    def __repr__(self):
        value = self.value.tolist() if isinstance(self.value, np.ndarray) else self.value
        return f"{self.kind}{'' if self.kind in ('...', 'None') else f'({value})'}{f':{self.spelling}' if self.spelling else ''}"

    def spelled(self, lib):
        value = self.value
        if self.kind == "...":
            return Ellipsis
        if self.kind == "None":
            return None
        if self.kind == "slice":
            return value
        if self.kind == "int":
            return {"int": int, "numpy": np.int64, "array": lambda v: np.array(v), "tensor": lambda v: lib.tensor(v)}[self.spelling](value)
        if self.kind == "bool":
            return lib.tensor(value) if self.spelling == "tensor" else bool(value)
        if self.spelling == "list":
            return value.tolist()
        if self.spelling == "tuple":
            return tuple(value.tolist())
        if self.spelling == "range":
            return range(int(value[0]), int(value[-1]) + 1)
        if self.spelling == "numpy":
            return value
        if self.spelling == "strided":
            wide = np.repeat(value, 2, -1)
            return lib.from_numpy(wide)[..., ::2]
        return lib.from_numpy(value.copy())


def random_slice(r, size):
    bound = lambda: r.choice([None, None, r.randint(-size - 2, size + 2)])  # noqa: E731
    return slice(bound(), bound(), r.choice([None, None, 1, 2, 3]))


def random_case(seed):
    """(array, entries, [rest of the spelling]) of a case; about one in ten is wrong."""
    r = random.Random(seed)
    rank = r.choice([0, 1, 1, 2, 2, 3, 3, 4, 5])
    shape = tuple(r.choice([0, 1, 2, 3, 3, 4, 5]) if r.random() < 0.9 else 7 for _ in range(rank))
    dtype = r.choice(DTYPES)
    array = np.array(np.arange(int(np.prod(shape))).reshape(shape) * 7 % 251, dtype)
    family = tuple(r.choice([1, 2, 3]) for _ in range(r.choice([0, 1, 1, 1, 2, 3])))
    entries, dim, ellipsis = [], 0, False
    while r.random() < 0.85 and len(entries) < 8:
        kind = r.choice(["int", "slice", "slice", "None", "...", "bool", "array", "array", "array", "mask"])
        wrong = r.random() < 0.01
        if kind == "None":
            entries.append(Index("None"))
        elif kind == "...":
            # As many dimensions as are left in the end.
            if not ellipsis and not r.choice([0, 1]):
                ellipsis = True
                entries.append(Index("..."))
                dim += r.randint(0, max(rank - dim, 0))
                entries[-1].value = dim
        elif kind == "bool":
            entries.append(Index("bool", np.array(r.random() < 0.75), 0, r.choice([None, "tensor"])))
        elif dim >= rank and not wrong:
            continue
        else:
            size = shape[dim] if dim < rank else 3
            if kind == "int" and (size or wrong):
                value = r.randint(-size, size - 1) if not wrong and size else size
                entries.append(Index("int", value, 1, r.choice(["int", "int", "numpy", "array", "tensor"])))
            elif kind == "array" and (size or r.random() < 0.2):
                own = tuple(s if r.random() < 0.8 else 1 for s in family[r.randint(0, len(family)):]) if not wrong else (5, 2)
                if size == 0:
                    own = own[:-1] + (0,) if own else (0,)
                generator = np.random.default_rng(seed + dim)
                value = generator.integers(-size, max(size, 1), own) if size else np.zeros(own, int)
                spelling = r.choice(["list", "numpy", "tensor", "tensor", "strided" if own and 0 not in own else "tensor"])
                if len(own) == 1 and own[0] > 1 and np.all(np.diff(value) == 1) and value[0] >= 0:
                    spelling = "range"
                elif len(own) == 1 and r.random() < 0.2:
                    spelling = "tuple"
                if spelling in ("numpy", "tensor", "strided"):
                    value = value.astype(r.choice(INDEX_DTYPES))
                entries.append(Index("int", int(value), 1, "tensor") if not own else Index("array", value, 1, spelling))
            elif kind == "mask":
                width = r.randint(1, min(3, max(rank - dim, 1)))
                own = tuple(s + wrong for s in (shape[dim:dim + width] or (2,)))
                generator = np.random.default_rng(seed + dim)
                value = generator.random(own) < 0.5
                count = (family[-1] if family else 1) if r.random() < 0.9 else 1
                if value.size >= count:
                    value = np.zeros(own, bool)
                    value.reshape(-1)[generator.permutation(value.size)[:count]] = True
                spelling = r.choice(["list", "numpy", "tensor", "uint8"])
                value = value.astype(np.uint8) if spelling == "uint8" else value
                entries.append(Index("mask", value, len(own), "list" if spelling == "list" and value.size else "tensor"))
            elif kind == "slice":
                entries.append(Index("slice", random_slice(r, size), 1))
            else:
                continue
            dim += entries[-1].dims
    return r, array, entries


def steps(shape, entries):
    """The two steps: (index that makes a view, index of tensors into the view)."""
    used = sum(e.dims for e in entries)
    if used > len(shape):
        raise IndexError("too many indices")
    first, second, dim = [], [], 0
    for entry in entries:
        # NumPy lets some masks without elements pass.
        if entry.kind == "mask" and entry.value.shape != shape[dim:dim + entry.dims]:
            raise IndexError("a mask of another shape")
        dim += len(shape) - used if entry.kind == "..." else entry.dims
        if entry.kind == "...":
            first += [slice(None)] * (len(shape) - used)
            second += [slice(None)] * (len(shape) - used)
        elif entry.kind == "int":
            first.append(entry.value)
        elif entry.kind in ("None", "slice"):
            first.append(None if entry.kind == "None" else entry.value)
            second.append(slice(None))
        elif entry.kind == "bool":
            first.append(None)
            second.append(np.zeros(int(bool(entry.value)), int))
        else:
            first += [slice(None)] * entry.dims
            second.append(entry.value.astype(bool) if entry.kind == "mask" else entry.value.astype(np.int64))
    return tuple(first), tuple(second)


def selects(second):
    return any(isinstance(i, np.ndarray) for i in second)


def get(array, entries):
    first, second = steps(array.shape, entries)
    view = array[first]
    return view[second].copy() if selects(second) else view


def put(array, entries, value):
    """In the array itself. Of equal places the last wins."""
    first, second = steps(array.shape, entries)
    view = array[first + (Ellipsis,)]
    view[second if selects(second) else Ellipsis] = value


def add(array, entries, value):
    first, second = steps(array.shape, entries)
    view = array[first + (Ellipsis,)]
    if selects(second):
        np.add.at(view, second, value)
    else:
        view += value


def layouts(r, array):
    """How the array lies in memory: (what is given to a library, how it is brought back to the array's shape)."""
    choice = r.choice(["contiguous", "contiguous", "transposed", "strided"])
    if choice == "transposed":
        order = list(range(array.ndim))
        r.shuffle(order)
        return np.transpose(array, order).copy(), lambda t: t.permute(tuple(np.argsort(order).tolist()))
    if choice == "strided" and array.ndim:
        wide = np.zeros(array.shape[:-1] + (2 * array.shape[-1],), array.dtype)
        wide[..., ::2] = array
        return wide, lambda t: t[..., ::2]
    return np.array(array), lambda t: t


def random_value(r, shape, dtype):
    """A value that broadcasts to the shape; of another dtype at times."""
    if r.random() < 0.2:
        return r.choice([1, 2, True] if dtype == "bool" else [1, 2.0, True])
    kept = shape[r.randint(0, len(shape)):] if r.random() < 0.4 else shape
    own = tuple(1 if r.random() < 0.2 else s for s in kept)
    values = np.arange(int(np.prod(own))).reshape(own) * 3 % 100 + 1
    return values.astype(dtype if r.random() < 0.7 else r.choice(DTYPES))
