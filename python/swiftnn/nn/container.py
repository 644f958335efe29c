"""Blocks that hold blocks, and blocks that hold parameters."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from operator import index as as_index

from .. import _C
from .module import Module, _indented
from .parameter import Parameter

__all__ = ["Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"]


class _Numbered(Module):
    """What the containers with numbered children share. Names may have gaps or not be numbers; positions count."""

    def _name_at(self, position):
        position = as_index(position)
        if not -len(self) <= position < len(self):
            raise IndexError(f"index {position} is out of range for {type(self).__name__} of {len(self)}")
        return list(self._modules)[position]

    def _renumber(self, modules):
        self._modules.clear()
        for position, module in enumerate(modules):
            self.add_module(str(position), module)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __contains__(self, module):
        return any(module is child for child in self)

    def __getitem__(self, position):
        if isinstance(position, slice):
            return self._slice(list(self._modules.items())[position])
        return self._modules[self._name_at(position)]

    def __setitem__(self, position, module):
        setattr(self, self._name_at(position), module)

    def __delitem__(self, position):
        names = list(self._modules)[position] if isinstance(position, slice) else [self._name_at(position)]
        for name in names:
            del self._modules[name]
        # Numbers stay in order; names that the user gave stay as they are.
        if all(name.isdigit() for name in self._modules):
            self._renumber(list(self))

    def append(self, module):
        """Adds a block at the end."""
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index, module):
        """Adds a block before the position ``index``."""
        if not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        modules = list(self)
        if not -len(modules) <= index <= len(modules):
            raise IndexError(f"index {index} is out of range for {type(self).__name__} of {len(modules)}")
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def extend(self, modules):
        """Adds the blocks of an iterable at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"{type(self).__name__}.extend should be called with an iterable, but got {type(modules).__name__}"
            )
        for module in list(modules):
            self.append(module)
        return self

    def pop(self, key=-1):
        """Takes a block out and returns it."""
        module = self[key]
        del self[key]
        return module


class Sequential(_Numbered):
    """Passes its input through blocks, one after the other.

    Built-in blocks run as one call, whatever their number; blocks defined in Python may stand between them.

    Args:
        *blocks: the blocks, or one dict of blocks by name.

    Shape:
        - Input: that of the first block
        - Output: that of the last block

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> net = nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10))
        >>> net(swiftnn.ones(2, 20)).shape
        swiftnn.Size([2, 10])
        >>> net[1]
        ReLU()
        >>> net.add(nn.Tanh())
        >>> len(net)
        4
    """

    def __init__(self, *blocks, params=None, prefix=None):
        super().__init__(params=params, prefix=prefix)
        self._create("Sequential")
        if len(blocks) == 1 and isinstance(blocks[0], dict):
            for name, module in blocks[0].items():
                self.add_module(name, module)
        else:
            for position, module in enumerate(blocks):
                self.add_module(str(position), module)

    def _slice(self, items):
        return type(self)(OrderedDict(items))

    def add(self, *blocks):
        """Adds blocks at the end."""
        self.extend(blocks)

    def __add__(self, other):
        if not isinstance(other, Sequential):
            raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")
        return Sequential(*self, *other)

    def __iadd__(self, other):
        if not isinstance(other, Sequential):
            raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")
        return self.extend(list(other))

    def __mul__(self, times):
        return Sequential(*self._repeated(times))

    __rmul__ = __mul__

    def __imul__(self, times):
        for module in self._repeated(times)[len(self):]:
            self.append(module)
        return self

    def _repeated(self, times):
        if not isinstance(times, int):
            raise TypeError(f"unsupported operand type(s) for *: {type(self)} and {type(times)}")
        if times <= 0:
            raise ValueError(f"Non-positive multiplication factor {times} for {type(self)}")
        return list(self) * times


class ModuleList(_Numbered):
    """A list of blocks, which it registers. It has no forward.

    Examples::

        >>> from swiftnn import nn
        >>> layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
        >>> layers
        ModuleList(
          (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
        )
        >>> len(list(layers.parameters()))
        6
    """

    def __init__(self, modules=None):
        super().__init__()
        self._create("ModuleList")
        if modules is not None:
            self.extend(modules)

    def _slice(self, items):
        return type(self)(module for _, module in items)

    def __add__(self, other):
        return ModuleList([*self, *other])

    def __iadd__(self, other):
        return self.extend(other)

    def _child_lines(self):
        lines, start = [], 0
        texts = [repr(module) for module in self]
        names = list(self._modules)
        for end in range(1, len(texts) + 1):
            if end == len(texts) or texts[end] != texts[start]:
                count = end - start
                label = f"({names[start]}): " if count == 1 else f"({names[start]}-{names[end - 1]}): {count} x "
                lines.append(label + _indented(texts[start], 2))
                start = end
        return lines


class ModuleDict(Module):
    """A dict of blocks, which it registers. It has no forward.

    Examples::

        >>> from swiftnn import nn
        >>> choices = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
        >>> choices["relu"]
        ReLU()
    """

    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, name):
        return self._modules[name]

    def __setitem__(self, name, module):
        self.add_module(name, module)

    def __delitem__(self, name):
        del self._modules[name]

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def __contains__(self, name):
        return name in self._modules

    def keys(self):
        """The names."""
        return self._modules.keys()

    def values(self):
        """The blocks."""
        return self._modules.values()

    def items(self):
        """Pairs of name and block."""
        return self._modules.items()

    def clear(self):
        """Takes all blocks out."""
        self._modules.clear()

    def pop(self, key):
        """Takes a block out and returns it."""
        return self._modules.pop(key)

    def update(self, modules):
        """Adds the blocks of a dict, of another ModuleDict, or of an iterable of pairs."""
        for name, module in _pairs("ModuleDict", modules):
            self[name] = module


def _pairs(kind, entries):
    """The pairs of a dict or of an iterable of pairs. What is wrong with an entry is told as PyTorch does."""
    if not isinstance(entries, Iterable):
        raise TypeError(
            f"{kind}.update should be called with an iterable of key/value pairs, but got {type(entries).__name__}"
        )
    if isinstance(entries, (Mapping, ModuleDict, ParameterDict)):
        return list(entries.items())
    pairs = list(entries)
    for number, pair in enumerate(pairs):
        if not isinstance(pair, Iterable):
            raise TypeError(f"{kind} update sequence element #{number} should be Iterable; is {type(pair).__name__}")
        if len(pair) != 2:
            raise ValueError(f"{kind} update sequence element #{number} has length {len(pair)}; 2 is required")
    return pairs


def _as_parameter(value):
    """Tensors become parameters; all else stays what it is."""
    if isinstance(value, _C.Tensor) and not isinstance(value, Parameter):
        return Parameter(value)
    return value


def _entry_line(name, value, dtype):
    """A line for a value of a ParameterList or ParameterDict, as PyTorch prints it."""
    if not isinstance(value, _C.Tensor):
        return f"  ({name}): Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    size = "x".join(str(size) for size in value.shape)
    return f"  ({name}): {kind} containing: [{dtype(value)} of size {size}]"


class ParameterList(Module):
    """A list of parameters, which it registers. Tensors become parameters; other values are kept as they are. It has no
    forward.

    Args:
        values: what the list holds at first.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> weights = nn.ParameterList([nn.Parameter(swiftnn.ones(2)) for _ in range(3)])
        >>> len(list(weights.parameters()))
        3
    """

    def __init__(self, values=None):
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def _name_at(self, position):
        position = as_index(position)
        if not -len(self) <= position < len(self):
            raise IndexError(f"index {position} is out of range")
        return str(position % len(self))

    def __len__(self):
        return self._size

    def __iter__(self):
        return iter(self[position] for position in range(len(self)))

    def __getitem__(self, position):
        if isinstance(position, slice):
            return type(self)(self[place] for place in range(*position.indices(len(self))))
        return getattr(self, self._name_at(position))

    def __setitem__(self, position, value):
        setattr(self, self._name_at(position), _as_parameter(value))

    def __iadd__(self, values):
        return self.extend(values)

    def append(self, value):
        """Adds a value at the end; a tensor becomes a parameter."""
        setattr(self, str(self._size), _as_parameter(value))
        self._size += 1
        return self

    def extend(self, values):
        """Adds the values of an iterable at the end."""
        if not isinstance(values, Iterable) or isinstance(values, _C.Tensor):
            raise TypeError(f"ParameterList.extend should be called with an iterable, but got {type(values).__name__}")
        for value in list(values):
            self.append(value)
        return self

    def extra_repr(self):
        return "\n".join(_entry_line(*entry, lambda value: value.dtype) for entry in enumerate(self))

    def __call__(self, *args, **kwargs):
        raise RuntimeError("ParameterList should not be called.")


class ParameterDict(Module):
    """A dict of parameters, which it registers, in the order in which they were added. Tensors become parameters; other
    values are kept as they are. It has no forward.

    (The dict that Gluon's ``collect_params()`` returns is another: ``nn.gluon.ParameterDict``.)

    Args:
        parameters: a dict, or an iterable of pairs.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> scales = nn.ParameterDict({"left": nn.Parameter(swiftnn.ones(2)), "right": swiftnn.zeros(2)})
        >>> [name for name, _ in scales.named_parameters()]
        ['left', 'right']
        >>> scales["right"].requires_grad
        True
    """

    def __init__(self, parameters=None):
        super().__init__()
        self._keys = {}
        if parameters is not None:
            self.update(parameters)

    def _attribute(self, key):
        if not isinstance(key, str):
            raise TypeError(
                "Index given to ParameterDict cannot be used as a key as it is not a string "
                f"(type is '{type(key).__name__}')."
            )
        return key

    def __getitem__(self, key):
        attribute = self._attribute(key)
        if key not in self._keys:  # PyTorch's kind of error
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{key}'")
        return getattr(self, attribute)

    def __setitem__(self, key, value):
        setattr(self, self._attribute(key), _as_parameter(value))
        self._keys[key] = None

    def __delitem__(self, key):
        attribute = self._attribute(key)
        del self._keys[key]
        delattr(self, attribute)

    def __len__(self):
        return len(self._keys)

    def __iter__(self):
        return iter(self._keys)

    def __reversed__(self):
        return reversed(list(self._keys))

    def __contains__(self, key):
        return key in self._keys

    def copy(self):
        """A ParameterDict with the same parameters."""
        return type(self)(OrderedDict(self.items()))

    def setdefault(self, key, default=None):
        """The value of ``key``, which becomes ``default`` if there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def clear(self):
        """Takes all values out."""
        for key in list(self._keys):
            del self[key]

    def pop(self, key):
        """Takes a value out and returns it."""
        value = self[key]
        del self[key]
        return value

    def popitem(self):
        """Takes the last pair out and returns it."""
        key = next(reversed(list(self._keys)), None)
        if key is None:
            raise KeyError("popitem(): the ParameterDict is empty")
        return key, self.pop(key)

    def get(self, key, default=None):
        """The value of ``key``, or ``default``."""
        return self[key] if key in self else default

    def fromkeys(self, keys, default=None):
        """A ParameterDict with ``default`` under each of ``keys``."""
        return type(self)((key, default) for key in keys)

    def keys(self):
        """The names."""
        return self._keys.keys()

    def values(self):
        """The values."""
        return [self[key] for key in self._keys]

    def items(self):
        """Pairs of name and value."""
        return [(key, self[key]) for key in self._keys]

    def update(self, parameters):
        """Adds the values of a dict, of another ParameterDict, or of an iterable of pairs."""
        for key, value in _pairs("ParameterDict", parameters):
            self[key] = value

    def __or__(self, other):
        merged = self.copy()
        merged.update(other)
        return merged

    def __ror__(self, other):
        merged = type(self)(other)
        merged.update(self)
        return merged

    def __ior__(self, other):
        self.update(other)
        return self

    def extra_repr(self):
        return "\n".join(_entry_line(*entry, _C.Tensor.type) for entry in self.items())

    def __call__(self, *args, **kwargs):
        raise RuntimeError("ParameterDict should not be called.")
