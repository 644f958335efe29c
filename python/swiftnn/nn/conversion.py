"""Blocks in other dtypes: what is done to all parameters and buffers at once."""

from .. import _C
from ..autograd import no_grad
from .parameter import is_lazy

__all__ = ["ModuleConversion"]


def _check_device(function, device):
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise RuntimeError(f"Module.{function}: the only device is 'cpu', not {str(device)!r}")


class ModuleConversion:
    """What Module offers to convert its tensors. The Parameter objects stay the same."""

    __slots__ = ()

    def _apply(self, fn, recurse=True):
        """Replaces the memory of each parameter, of its gradient, and of each buffer by what ``fn`` makes of it."""
        if recurse:
            for module in self.children():
                module._apply(fn)
        with no_grad():
            for parameter in self._parameters.values():
                if parameter is None:
                    continue
                if is_lazy(parameter):
                    parameter.data = fn(_C.functions["empty"](0, dtype=parameter.dtype))
                    continue
                gradient, old = parameter.grad, _data(parameter)
                data = fn(old)
                if data is not old:
                    parameter.grad = None
                    parameter.data = data
                    if gradient is not None:
                        parameter.grad = fn(gradient.detach()).requires_grad_(gradient.requires_grad)
            for name, buffer in self._buffers.items():
                if buffer is None:
                    continue
                if is_lazy(buffer):
                    buffer.data = fn(_C.functions["empty"](0, dtype=buffer.dtype))
                else:
                    self._buffers[name] = fn(buffer)
        return self

    def to(self, *args, device=None, dtype=None, non_blocking=False, memory_format=None, tensor=None):
        """Converts the floating-point parameters and buffers to a dtype, keeping the Parameter objects.

        Takes ``to(dtype)``, ``to(device)``, ``to(device, dtype)`` and ``to(tensor)``; the only device is "cpu", and
        memory formats other than the usual one are refused where a tensor refuses them.

        Examples::

            >>> import swiftnn
            >>> from swiftnn import nn
            >>> layer = nn.Linear(2, 2)
            >>> layer.to(swiftnn.float64).weight.dtype
            swiftnn.float64
        """
        for argument in (*args, *([] if tensor is None else [tensor])):
            if isinstance(argument, _C.Tensor):
                dtype = argument.dtype
            elif isinstance(argument, _C.dtype):
                dtype = argument
            elif not isinstance(argument, bool) and argument is not None:
                device = argument
        _check_device("to", device)
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
            )
        if dtype is None and memory_format is None:
            return self

        def convert(tensor):
            converted = tensor if dtype is None or not tensor.is_floating_point() else tensor.to(dtype)
            if memory_format is None or tensor.ndim not in (4, 5):
                return converted
            # The layouts that there are change nothing; another one is an error that names it.
            return converted.clone(memory_format=memory_format)

        return self._apply(convert)

    def to_empty(self, *, device, recurse=True):
        """Gives all parameters and buffers memory of the same shape with unset values."""
        _check_device("to_empty", device)
        return self._apply(_C.functions["empty_like"], recurse=recurse)

    def type(self, dst_type):
        """Converts all parameters and buffers, those of integers too, to ``dst_type``."""
        return self._apply(lambda tensor: tensor.type(dst_type))

    def _float_to(self, name):
        dtype = _C.dtypes[name]
        return self._apply(lambda tensor: tensor.to(dtype) if tensor.is_floating_point() else tensor)

    def float(self):
        """Converts the floating-point parameters and buffers to float32."""
        return self._float_to("float32")

    def double(self):
        """Converts the floating-point parameters and buffers to float64."""
        return self._float_to("float64")

    def half(self):
        """Converts the floating-point parameters and buffers to float16."""
        return self._float_to("float16")

    def bfloat16(self):
        """Converts the floating-point parameters and buffers to bfloat16."""
        return self._float_to("bfloat16")

    def cpu(self):
        """Returns the block: the CPU is where it is."""
        return self

    def cuda(self, device=None):
        """Always RuntimeError: the CPU is the only device."""
        raise RuntimeError("Module.cuda: the only device is 'cpu'")

    def share_memory(self):
        """Always NotImplementedError: the tensors cannot be shared between processes."""
        raise NotImplementedError(
            "Module.share_memory: memory that processes share is not offered; give each process a copy"
        )


def _data(parameter):
    # Gluon's parameters have a `data` that can be called as well.
    return _C.Parameter.data.__get__(parameter)
