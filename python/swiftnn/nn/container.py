"""Blocks that hold blocks."""

from operator import index as as_index

from .module import Module, _indented
from .parameter import Parameter

__all__ = ["Sequential", "ModuleList", "ModuleDict", "ParameterList"]


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

    def insert(self, position, module):
        """Adds a block before ``position``."""
        if not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        modules = list(self)
        if not -len(modules) <= position <= len(modules):
            raise IndexError(f"index {position} is out of range for {type(self).__name__} of {len(modules)}")
        modules.insert(position, module)
        self._renumber(modules)
        return self

    def extend(self, modules):
        """Adds the blocks of an iterable at the end."""
        for module in list(modules):
            self.append(module)
        return self

    def pop(self, position=-1):
        """Takes a block out and returns it."""
        module = self[position]
        del self[position]
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
        return Sequential(dict(items))

    def add(self, *blocks):
        """Adds blocks at the end."""
        self.extend(blocks)

    def __add__(self, other):
        if not isinstance(other, Sequential):
            return NotImplemented
        return Sequential(*self, *other)

    def __iadd__(self, other):
        if not isinstance(other, Sequential):
            return NotImplemented
        return self.extend(other)

    def __mul__(self, times):
        if not isinstance(times, int):
            return NotImplemented
        if times <= 0:
            raise ValueError(f"unsupported operand: Sequential * {times}, a positive number is expected")
        return Sequential(*list(self) * times)

    __rmul__ = __mul__


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
        return ModuleList(module for _, module in items)

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

    def pop(self, name):
        """Takes a block out and returns it."""
        return self._modules.pop(name)

    def update(self, modules):
        """Adds the blocks of a dict, or of an iterable of pairs."""
        for name, module in modules.items() if hasattr(modules, "items") else modules:
            self[name] = module


class ParameterList(Module):
    """A list of parameters, which it registers. It has no forward.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> weights = nn.ParameterList([nn.Parameter(swiftnn.ones(2)) for _ in range(3)])
        >>> len(list(weights.parameters()))
        3
    """

    def __init__(self, values=None):
        super().__init__()
        if values is not None:
            self.extend(values)

    def _name_at(self, position):
        position = as_index(position)
        if not -len(self) <= position < len(self):
            raise IndexError(f"index {position} is out of range for ParameterList of {len(self)}")
        return str(position % len(self))

    def __len__(self):
        return len(self._parameters)

    def __iter__(self):
        return iter(self._parameters.values())

    def __getitem__(self, position):
        if isinstance(position, slice):
            return ParameterList(list(self)[position])
        return self._parameters[self._name_at(position)]

    def __setitem__(self, position, value):
        setattr(self, self._name_at(position), value if isinstance(value, Parameter) else Parameter(value))

    def append(self, value):
        """Adds a parameter, or a tensor that becomes one, at the end."""
        self.register_parameter(str(len(self)), value if isinstance(value, Parameter) else Parameter(value))
        return self

    def extend(self, values):
        """Adds the parameters of an iterable at the end."""
        for value in list(values):
            self.append(value)
        return self
