"""Parameters and buffers: tensors that a module registers, and in the case of parameters an optimiser trains."""

from .. import _C
from .._C import Parameter
from .._C import _is_lazy as is_lazy

__all__ = ["Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter", "is_lazy"]


class _BufferMeta(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, _C.Tensor) and getattr(instance, "_is_buffer", False)


class Buffer(metaclass=_BufferMeta):
    """A tensor that a module registers as a buffer when it is assigned as an attribute.

    Args:
        data: the tensor, whose memory is shared.
        persistent: whether the module's ``state_dict`` has it.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> net = nn.Module()
        >>> net.mean = nn.Buffer(swiftnn.zeros(2))
        >>> list(net.state_dict())
        ['mean']
    """

    def __new__(cls, data=None, *, persistent=True):
        if data is None:
            data = _C.functions["empty"](0)
        if not isinstance(data, _C.Tensor):
            raise TypeError(f"Buffer(): argument 'data' must be Tensor, not {type(data).__name__}")
        buffer = data.detach().requires_grad_(data.requires_grad)
        buffer.persistent = persistent
        buffer._is_buffer = True
        return buffer


class _UninitializedMeta(type):
    def __instancecheck__(cls, instance):
        kind = Parameter if cls is UninitializedParameter else _C.Tensor
        return isinstance(instance, kind) and is_lazy(instance) and isinstance(instance, Parameter) is (kind is Parameter)

    def __call__(cls, *args, **kwargs):
        raise NotImplementedError(
            f"{cls.__name__}(): only built-in blocks such as LazyLinear make parameters and buffers without a shape; make "
            "those of a block of your own in its first forward"
        )


class UninitializedBuffer(metaclass=_UninitializedMeta):
    """A buffer whose shape is not known yet: that of a block that waits for its first input."""


class UninitializedParameter(metaclass=_UninitializedMeta):
    """A parameter whose shape is not known yet: that of a block that waits for its first input.

    Examples::

        >>> from swiftnn import nn
        >>> isinstance(nn.LazyLinear(3).weight, nn.UninitializedParameter)
        True
        >>> isinstance(nn.Linear(2, 3).weight, nn.UninitializedParameter)
        False
    """
