"""What the table of operators cannot say about shapes: shapes of several tensors, and shapes taken from another tensor."""

from . import _C
from ._tensor import _given, _method

Tensor = _C.Tensor


@_method
def view_as(self, other):
    """The same memory in the shape of ``other``."""
    return self.view(_given("view_as", other).shape)


@_method
def reshape_as(self, other):
    """The same elements in the shape of ``other``."""
    return self.reshape(_given("reshape_as", other).shape)


@_method
def expand_as(self, other):
    """Dimensions of size 1 repeated, without a copy, to the shape of ``other``."""
    return self.expand(_given("expand_as", other).shape)


@_method
def resize_as_(self, the_template, *, memory_format=None):
    """Gives the tensor itself the shape of ``the_template``; elements that the memory holds stay."""
    if not isinstance(the_template, Tensor):
        raise TypeError(f"resize_as_(): argument 'the_template' must be Tensor, not {type(the_template).__name__}")
    return self.resize_(the_template.shape, memory_format=memory_format)


def is_same_size(input, other):
    """Whether two tensors have the same shape."""
    for name, tensor in (("input", input), ("other", other)):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"is_same_size(): argument '{name}' must be Tensor, not {type(tensor).__name__}")
    return input.shape == other.shape


@_method
def _is_same_size(self, other):
    """Whether two tensors have the same shape."""
    return is_same_size(self, other)


Tensor.is_same_size = Tensor.__dict__["_is_same_size"]
del Tensor._is_same_size


def broadcast_shapes(*shapes):
    """The shape that tensors of these shapes have after broadcasting."""
    result = []
    for index, shape in enumerate(shapes):
        sizes = (shape,) if isinstance(shape, int) else tuple(shape)
        if any(size < 0 for size in sizes):
            raise ValueError(f"broadcast_shapes(): negative size in {sizes}")
        result = [1] * (len(sizes) - len(result)) + result
        for place in range(-len(sizes), 0):
            if result[place] == 1:
                result[place] = sizes[place]
            elif sizes[place] not in (1, result[place]):
                raise RuntimeError(
                    f"broadcast_shapes(): size {sizes[place]} of shape {index} does not fit {result[place]} at {place}: "
                    f"{sizes} and {result}"
                )
    return _C.Size(result)


def _atleast(function, ndim, tensors):
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
    elif len(tensors) == 1:
        return _C._atleast(_given_tensor(function, tensors[0]), ndim)
    return tuple(_C._atleast(_given_tensor(function, tensor), ndim) for tensor in tensors)


def _given_tensor(function, tensor):
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{function}(): argument 'tensors' must be Tensor, not {type(tensor).__name__}")
    return tensor


def atleast_1d(*tensors):
    """The tensor with at least one dimension; a tuple for several tensors."""
    return _atleast("atleast_1d", 1, tensors)


def atleast_2d(*tensors):
    """The tensor with at least two dimensions, new ones in front; a tuple for several tensors."""
    return _atleast("atleast_2d", 2, tensors)


def atleast_3d(*tensors):
    """The tensor with at least three dimensions; a tuple for several tensors."""
    return _atleast("atleast_3d", 3, tensors)


__all__ = ["atleast_1d", "atleast_2d", "atleast_3d", "broadcast_shapes", "is_same_size"]
