"""``save`` and ``load``: objects with tensors in them, in the format of PyTorch's ``torch.save``.

The file is a zip archive: ``data.pkl`` is the object pickled, in which a tensor is a part of a storage, and
``data/0``, ``data/1``, … are the bytes of the storages. Tensors are written under PyTorch's names, so that either library
reads the files of the other, as far as they hold tensors and plain containers.
"""

import io
import os
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict, defaultdict
from types import FunctionType

from . import _C
from .nn import gluon

__all__ = ["add_safe_globals", "load", "save"]

# The names of storages, which tell the dtype of their elements.
_STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}
_STORAGE_OF = {dtype: name for name, dtype in _STORAGES.items()}


class _StorageType:
    """Stands for PyTorch's type of a storage in the pickle."""

    def __init__(self, name):
        self.name, self.dtype = name, _C.dtypes[_STORAGES[name]]


_STORAGE_TYPES = {name: _StorageType(name) for name in _STORAGES}


# ------------------------------------------------------------------------------------------ what a pickle may build


def _rebuild_tensor(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None):
    """PyTorch's torch._utils._rebuild_tensor_v2."""
    if not isinstance(storage, _Loaded):
        raise pickle.UnpicklingError("load: the file has a tensor without a storage")
    tensor = storage.view(size, stride, storage_offset)
    return _C._as_leaf(_C.Tensor, tensor, bool(requires_grad))


def _rebuild_parameter(data, requires_grad, backward_hooks):
    """PyTorch's torch._utils._rebuild_parameter."""
    return _C.Parameter(data, bool(requires_grad))


def _rebuild_parameter_with_state(data, requires_grad, backward_hooks, state):
    """PyTorch's torch._utils._rebuild_parameter_with_state."""
    parameter = _C.Parameter(data, bool(requires_grad))
    if isinstance(state, tuple):
        state = state[0]
    parameter.__dict__.update(state or {})
    return parameter


def _rebuild_of_type(kind, data, requires_grad, state):
    """A tensor of a subclass."""
    tensor = _C._as_leaf(kind, data, bool(requires_grad))
    tensor.__dict__.update(state or {})
    return tensor


def _encode(text, encoding="latin1"):
    """_codecs.encode, by which older protocols write bytes."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1", "utf-8", "ascii"):
        raise pickle.UnpicklingError("Weights only load failed. The file encodes what is no text")
    return text.encode(encoding)


# What stands under which of PyTorch's names. The same names are read, so their order of writing does not matter.
_TORCH_NAMES = {
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _rebuild_parameter_with_state,
    ("torch", "Size"): _C.Size,
    ("torch", "device"): _C.device,
    **{("torch", name): dtype for name, dtype in _C.dtypes.items()},
    **{("torch", name): kind for name, kind in _STORAGE_TYPES.items()},
}
_NAME_OF = {id(value): name for name, value in reversed(_TORCH_NAMES.items())}

# What load reads beside those with weights_only.
_SAFE = {
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "defaultdict"): defaultdict,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "complex"): complex,
    ("builtins", "bytearray"): bytearray,
    ("builtins", "slice"): slice,
    ("builtins", "range"): range,
    **{("builtins", kind.__name__): kind for kind in (dict, list, tuple, int, float, bool, str)},
    ("builtins", "xrange"): range,
    ("_codecs", "encode"): _encode,
    ("torch.nn.parameter", "Parameter"): _C.Parameter,
    ("swiftnn.nn", "Parameter"): _C.Parameter,
    ("swiftnn", "Tensor"): _C.Tensor,
    ("swiftnn.nn.gluon", "Parameter"): gluon.Parameter,
    ("swiftnn.nn.gluon", "Constant"): gluon.Constant,
    (__name__, "_rebuild_of_type"): _rebuild_of_type,
}
# What may be called. Types that only name something, such as a storage's, may not.
_CALLABLE = [
    _rebuild_tensor, _rebuild_parameter, _rebuild_parameter_with_state, _rebuild_of_type, _encode, _C.Size, _C.device,
    OrderedDict, defaultdict, set, frozenset, complex, bytearray, slice, range,
]


def add_safe_globals(safe_globals):
    """Lets ``load`` with ``weights_only`` build objects of these classes and call these functions."""
    for item in safe_globals:
        name, kind = None, item
        if isinstance(item, tuple):
            kind, name = item
            module, _, name = name.rpartition(".")
        else:
            module, name = kind.__module__, kind.__qualname__
        _SAFE[module, name] = kind
        if callable(kind) and kind not in _CALLABLE:
            _CALLABLE.append(kind)


# ------------------------------------------------------------------------------------------ writing


class _Storages:
    """The memory that tensors of a pickle share: which bytes of it they use together."""

    def __init__(self):
        self.keys, self.bounds, self.kept, self.sources = {}, {}, [], {}

    def key(self, tensor):
        address = tensor.data_ptr() - tensor.storage_offset() * tensor.element_size() if tensor.numel() else 0
        # Tensors without elements have no memory to share.
        identity = (address, tensor.dtype) if tensor.numel() else (id(tensor), None)
        self.kept.append(tensor)
        return self.keys.setdefault(identity, len(self.keys))

    def note(self, tensor):
        key = self.key(tensor)
        first = tensor.storage_offset() if tensor.numel() else 0
        last = first
        if tensor.numel():
            last += 1 + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride()))
        low, high = self.bounds.get(key, (first, last))
        self.bounds[key] = (min(low, first), max(high, last))
        self.sources.setdefault(key, tensor)
        return key

    def bytes(self, key):
        low, high = self.bounds[key]
        return _C._tensor_bytes(self.sources[key].as_strided((high - low,), (1,), low))


class _Pickler(pickle._Pickler):
    """Writes tensors as PyTorch does. The pickler of Python, not that of C, since only it can write names of modules
    that are not there."""

    def __init__(self, file, protocol, storages):
        super().__init__(file, protocol)
        self.storages = storages

    def persistent_id(self, item):
        if not isinstance(item, _Part):
            return None
        name = _STORAGE_OF[str(item.dtype).rpartition(".")[2]]
        return ("storage", _STORAGE_TYPES[name], str(item.key), "cpu", item.count)

    def reducer_override(self, item):
        if isinstance(item, _C.Tensor):
            return self._reduce_tensor(item)
        if isinstance(item, (_C.dtype, _StorageType)):
            return _NAME_OF[id(item)][1]
        if type(item) is _C.Size:
            return (_C.Size, (tuple(item),))
        return NotImplemented

    def _reduce_tensor(self, tensor):
        if _C._is_lazy(tensor):
            raise RuntimeError("save: a parameter waits for its shape; call the block first")
        kind, plain = type(tensor), tensor.detach()
        if kind is not _C.Tensor:
            state = {name: value for name, value in tensor.__dict__.items() if name not in ("_waiting", "_zeros")}
            if kind is _C.Parameter:
                if state:
                    return (_rebuild_parameter_with_state, (plain, tensor.requires_grad, OrderedDict(), state))
                return (_rebuild_parameter, (plain, tensor.requires_grad, OrderedDict()))
            return (_rebuild_of_type, (kind, _C._as_leaf(_C.Tensor, plain, False), tensor.requires_grad, state or None))
        key = self.storages.note(plain)
        low, high = self.storages.bounds[key]
        part = _Part(key, tensor.dtype, high - low)
        offset = plain.storage_offset() - low if plain.numel() else 0
        arguments = (part, offset, tuple(plain.shape), tuple(plain.stride()), tensor.requires_grad, OrderedDict())
        return (_rebuild_tensor, arguments, tensor.__dict__ or None)

    def save_global(self, item, name=None):
        known = _NAME_OF.get(id(item))
        if known is None:
            return super().save_global(item, name)
        self.write(pickle.GLOBAL + "\n".join(known).encode() + b"\n")
        self.memoize(item)

    dispatch = {**pickle._Pickler.dispatch, FunctionType: save_global}


class _Part:
    """The storage of a tensor, in the pickle."""

    def __init__(self, key, dtype, count):
        self.key, self.dtype, self.count = key, dtype, count


def save(obj, f, pickle_module=None, pickle_protocol=2, _use_new_zipfile_serialization=True, _disable_byteorder_record=False):
    """Writes an object with tensors in it, such as a dict of ``state_dict``\\ s, to a file.

    Tensors that share memory share it after loading too. ``torch.load`` reads the file if it holds no types of this
    library but tensors, parameters, sizes and dtypes.

    Args:
        obj: the object. What pickle can write can be written; ``load`` reads all but plain containers and numbers only
            with ``weights_only=False``.
        f: a path, or a file opened for writing bytes.
        pickle_module: accepted and not used.
        pickle_protocol: of the pickle in the file.

    Examples::

        >>> import swiftnn, tempfile, os
        >>> from swiftnn import nn
        >>> path = os.path.join(tempfile.mkdtemp(), "checkpoint.pt")
        >>> net = nn.Linear(2, 3)
        >>> swiftnn.save({"model": net.state_dict(), "epoch": 3}, path)
        >>> checkpoint = swiftnn.load(path)
        >>> checkpoint["epoch"]
        3
        >>> net.load_state_dict(checkpoint["model"])
        <All keys matched successfully>
    """
    if not (isinstance(f, (str, os.PathLike)) or hasattr(f, "write")):
        raise AttributeError(
            f"save: expected 'f' to be string, path, or a file-like object with a 'write' attribute, got {type(f)}"
        )
    if pickle_protocol < 2:
        raise ValueError(f"save: pickle_protocol must be 2 at least, not {pickle_protocol}")
    # Twice: how much of a storage is needed is known when all its tensors were seen.
    storages = _Storages()
    _Pickler(io.BytesIO(), pickle_protocol, storages).dump(obj)
    content = io.BytesIO()
    again = _Storages()
    again.bounds = storages.bounds
    _Pickler(content, pickle_protocol, again).dump(obj)
    name = os.path.splitext(os.path.basename(os.fspath(f)))[0] if isinstance(f, (str, os.PathLike)) else "archive"
    name = name if isinstance(name, str) and name else "archive"
    with zipfile.ZipFile(f, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        def put(entry, data):
            archive.writestr(zipfile.ZipInfo(f"{name}/{entry}"), data)

        put("data.pkl", content.getvalue())
        put("byteorder", sys.byteorder)
        for key in range(len(again.keys)):
            put(f"data/{key}", again.bytes(key))
        put("version", "3\n")


# ------------------------------------------------------------------------------------------ reading


class _Loaded:
    """A storage that was read."""

    def __init__(self, data, dtype):
        count = len(data) // max(dtype.itemsize, 1)
        self.flat = _C._rebuild_tensor(_C.Tensor, dtype, (count,), data, False)
        self.dtype = dtype

    def view(self, size, stride, offset):
        return self.flat.as_strided(tuple(size), tuple(stride), offset).detach()


class _Unpickler(pickle._Unpickler):
    """Reads what any pickle holds, tensors from the archive."""

    def __init__(self, file, archive, prefix, swap, encoding):
        super().__init__(file, encoding=encoding)
        self.archive, self.prefix, self.swap, self.storages = archive, prefix, swap, {}

    def persistent_load(self, identity):
        if not (isinstance(identity, tuple) and len(identity) == 5 and identity[0] == "storage"):
            raise pickle.UnpicklingError("load: the file has a persistent object that is no storage")
        _, kind, key, _, count = identity
        if not isinstance(kind, _StorageType) or not isinstance(key, str) or not isinstance(count, int):
            raise pickle.UnpicklingError("load: the file has a storage of an unknown type")
        if (key, kind.name) not in self.storages:
            try:
                data = self.archive.read(f"{self.prefix}data/{key}")
            except KeyError:
                raise RuntimeError(f"load: the file has no storage {key!r}") from None
            if count < 0 or len(data) < count * kind.dtype.itemsize:
                raise RuntimeError(f"load: storage {key!r} has {len(data)} bytes, not those of {count} elements")
            if self.swap:
                data = _swapped(data, kind.dtype.itemsize)
            self.storages[key, kind.name] = _Loaded(data, kind.dtype)
        return self.storages[key, kind.name]

    def find_class(self, module, name):
        known = _TORCH_NAMES.get((module, name))
        return super().find_class(module, name) if known is None else known


class _SafeUnpickler(_Unpickler):
    """Reads tensors, containers and numbers, and calls nothing but what builds these."""

    dispatch = dict(pickle._Unpickler.dispatch)

    def find_class(self, module, name):
        # Protocols below 3 write the names of Python 2.
        module = "builtins" if module == "__builtin__" else module
        for names in (_TORCH_NAMES, _SAFE):
            if (module, name) in names:
                return names[module, name]
        raise pickle.UnpicklingError(
            f"Weights only load failed. The file has {module}.{name}, which is not allowed by default: if you trust its "
            "source, use load(..., weights_only=False), which can run any code, or add_safe_globals([...])"
        )

    def _check_call(self, function):
        if not any(function is allowed for allowed in _CALLABLE):
            raise pickle.UnpicklingError(f"Weights only load failed. The file calls {function!r}, which is not allowed")

    def load_reduce(self):
        self._check_call(self.stack[-2])
        super().load_reduce()

    def load_newobj(self):
        self._check_call(self.stack[-2])
        super().load_newobj()

    def load_newobj_ex(self):
        self._check_call(self.stack[-3])
        super().load_newobj_ex()

    def load_build(self):
        state, target = self.stack.pop(), self.stack[-1]
        if type(target) in (OrderedDict, defaultdict) or isinstance(target, _C.Tensor):
            if not isinstance(state, dict):
                raise pickle.UnpicklingError("Weights only load failed. The file has a state that is no dict")
            target.__dict__.update(state)
        elif type(target) in _CALLABLE:  # a class that add_safe_globals has named
            self.stack.append(state)
            super().load_build()
        else:
            raise pickle.UnpicklingError(
                f"Weights only load failed. The file sets the state of a {type(target).__name__}, which is not allowed"
            )

    def _refuse(self):
        raise pickle.UnpicklingError("Weights only load failed. The file has an instruction that is not allowed")

    dispatch[pickle.REDUCE[0]] = load_reduce
    dispatch[pickle.NEWOBJ[0]] = load_newobj
    dispatch[pickle.NEWOBJ_EX[0]] = load_newobj_ex
    dispatch[pickle.BUILD[0]] = load_build
    for _code in (pickle.INST, pickle.OBJ, pickle.EXT1, pickle.EXT2, pickle.EXT4):
        dispatch[_code[0]] = _refuse
    del _code


def _swapped(data, width):
    """The elements with their bytes in the other order."""
    swapped = bytearray(data)
    for place in range(width):
        swapped[place::width] = data[width - 1 - place :: width]
    return bytes(swapped)


def _check_location(map_location):
    """The CPU is the only place; that it is named is no error. A function or dict of places has nothing to do."""
    if map_location is None or callable(map_location):
        return
    for place in map_location.values() if isinstance(map_location, dict) else [map_location]:
        if str(place) not in ("cpu", "cpu:0"):
            raise RuntimeError(f"load: map_location is {place!r}, the only device is 'cpu'")


def load(f, map_location=None, pickle_module=None, *, weights_only=True, mmap=None, encoding="utf-8"):
    """Reads what :func:`save`, or ``torch.save``, wrote.

    Args:
        f: a path, or a file opened for reading bytes.
        map_location: "cpu" or None, the only device.
        pickle_module: accepted and not used.
        weights_only: whether only tensors, parameters, containers, numbers, strings, sizes and dtypes are read. With
            ``False`` all that pickle can hold is, which runs code from the file: only for files that one trusts.
        mmap: accepted; the file is read in any case.
        encoding: of strings from Python 2.

    Examples::

        >>> import io, swiftnn
        >>> file = io.BytesIO()
        >>> swiftnn.save([swiftnn.ones(2), "text"], file)
        >>> swiftnn.load(file)
        [tensor([1., 1.]), 'text']
    """
    _check_location(map_location)
    if not (isinstance(f, (str, os.PathLike)) or hasattr(f, "read")):
        raise AttributeError(
            f"load: expected 'f' to be string, path, or a file-like object with a 'read' attribute, got {type(f)}"
        )
    try:
        with zipfile.ZipFile(f) as archive:
            return _read(archive, weights_only, encoding)
    except zipfile.BadZipFile as error:
        raise RuntimeError(f"load: not a file of save(), or a damaged one: {error}") from None


def _read(archive, weights_only, encoding):
    names = archive.namelist()
    prefix = next((name[: -len("data.pkl")] for name in names if name.rpartition("/")[2] == "data.pkl"), None)
    if prefix is None:
        raise RuntimeError("load: the file is an archive, but none of save()")
    order = archive.read(prefix + "byteorder").decode() if prefix + "byteorder" in names else "little"
    kind = _SafeUnpickler if weights_only else _Unpickler
    content = io.BytesIO(archive.read(prefix + "data.pkl"))
    try:
        return kind(content, archive, prefix, order != sys.byteorder, encoding).load()
    except (EOFError, IndexError, KeyError, ValueError, TypeError, AttributeError, struct.error, UnicodeDecodeError) as error:
        if not weights_only:
            raise
        # Nonsense in the place of a pickle.
        raise pickle.UnpicklingError(f"Weights only load failed: the file is damaged ({error})") from error
