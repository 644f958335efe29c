"""Hooks of blocks: functions that a call, the backward pass, or a registration runs for the user."""

import warnings
import weakref
from collections import OrderedDict
from functools import cached_property

from .. import _C
from ..autograd import Function, is_grad_enabled

__all__ = [
    "RemovableHandle",
    "register_module_backward_hook",
    "register_module_buffer_registration_hook",
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
    "register_module_module_registration_hook",
    "register_module_parameter_registration_hook",
]


class RemovableHandle:
    """What registering a hook returns; ``remove()`` takes the hook off. Also a context manager.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.ReLU()
        >>> handle = layer.register_forward_hook(lambda module, args, output: output + 1)
        >>> layer(swiftnn.zeros(2))
        tensor([1., 1.])
        >>> handle.remove()
        >>> layer(swiftnn.zeros(2))
        tensor([0., 0.])
    """

    _next_id = 0

    def __init__(self, hooks_dict, *, extra_dict=()):
        self._dicts = tuple(weakref.ref(hooks) for hooks in (hooks_dict, *extra_dict))
        self.id = RemovableHandle._next_id
        RemovableHandle._next_id += 1

    @classmethod
    def register(cls, hooks, hook, prepend=False, marks=()):
        """Puts ``hook`` into a dict of hooks, and its number into the dicts ``marks``."""
        handle = cls(hooks, extra_dict=marks)
        hooks[handle.id] = hook
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        for mark in marks:
            mark[handle.id] = True
        return handle

    def remove(self):
        """Takes the hook off. A second call does nothing."""
        for reference in self._dicts:
            hooks = reference()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __getstate__(self):
        return {"hooks": [reference() for reference in self._dicts], "id": self.id}

    def __setstate__(self, state):
        # A dict that was gone is replaced by one that goes at once.
        self._dicts = tuple(weakref.ref(OrderedDict() if hooks is None else hooks) for hooks in state["hooks"])
        self.id = state["id"]
        RemovableHandle._next_id = max(RemovableHandle._next_id, self.id + 1)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()


# ------------------------------------------------------------------------------------------ hooks of all blocks

_global_forward_pre_hooks = OrderedDict()
_global_forward_hooks = OrderedDict()
_global_backward_hooks = OrderedDict()
_global_backward_pre_hooks = OrderedDict()
_global_parameter_registration_hooks = OrderedDict()
_global_buffer_registration_hooks = OrderedDict()
_global_module_registration_hooks = OrderedDict()
_global_forward_hooks_with_kwargs = OrderedDict()
_global_forward_hooks_always_called = OrderedDict()
_global_is_full_backward_hook = None

# The calls in C look at these; the order is that of the enumeration in nn_module.h.
_C._set_global_hooks(
    (
        _global_forward_pre_hooks,
        _global_forward_hooks,
        _global_backward_hooks,
        _global_backward_pre_hooks,
        _global_parameter_registration_hooks,
        _global_buffer_registration_hooks,
        _global_module_registration_hooks,
    )
)


def register_module_forward_pre_hook(hook):
    """Calls ``hook(module, args)`` before each forward of every block. For debugging and profiling."""
    return RemovableHandle.register(_global_forward_pre_hooks, hook)


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    """Calls ``hook(module, args, output)`` after each forward of every block. For debugging and profiling.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> net, names = nn.Sequential(nn.Linear(2, 2), nn.ReLU()), []
        >>> with nn.modules.module.register_module_forward_hook(lambda m, args, out: names.append(type(m).__name__)):
        ...     y = net(swiftnn.ones(1, 2))
        >>> names
        ['Linear', 'ReLU', 'Sequential']
    """
    marks = [_global_forward_hooks_with_kwargs] * with_kwargs + [_global_forward_hooks_always_called] * always_call
    return RemovableHandle.register(_global_forward_hooks, hook, marks=marks)


def register_module_full_backward_pre_hook(hook):
    """Calls ``hook(module, grad_output)`` before each backward pass through every block."""
    return RemovableHandle.register(_global_backward_pre_hooks, hook)


def register_module_full_backward_hook(hook):
    """Calls ``hook(module, grad_input, grad_output)`` after each backward pass through every block."""
    _choose_global_backward_form(True)
    return RemovableHandle.register(_global_backward_hooks, hook)


def register_module_backward_hook(hook):
    """The older form of :func:`register_module_full_backward_hook`, which sees the last operator's gradients only."""
    _choose_global_backward_form(False)
    return RemovableHandle.register(_global_backward_hooks, hook)


def _choose_global_backward_form(full):
    global _global_is_full_backward_hook
    if _global_is_full_backward_hook is (not full):
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a global Module hook. "
            "Please use only one of them."
        )
    _global_is_full_backward_hook = full


def register_module_parameter_registration_hook(hook):
    """Calls ``hook(module, name, parameter)`` when a block registers one; its result, if not None, is taken instead."""
    return RemovableHandle.register(_global_parameter_registration_hooks, hook)


def register_module_buffer_registration_hook(hook):
    """Calls ``hook(module, name, buffer)`` when a block registers one; its result, if not None, is taken instead."""
    return RemovableHandle.register(_global_buffer_registration_hooks, hook)


def register_module_module_registration_hook(hook):
    """Calls ``hook(module, name, child)`` when a block registers one; its result, if not None, is taken instead."""
    return RemovableHandle.register(_global_module_registration_hooks, hook)


def run_registration_hooks(hooks, module, name, value):
    """What is registered in the place of ``value``."""
    for hook in list(hooks.values()):
        result = hook(module, name, value)
        if result is not None:
            value = result
    return value


# ------------------------------------------------------------------------------------------ gradients


class BackwardHookFunction(Function):
    """Hands its inputs on, and in the backward pass their gradients through a function."""

    @staticmethod
    def forward(ctx, on_gradients, materialize, *tensors):
        ctx.on_gradients = on_gradients
        ctx.set_materialize_grads(materialize)
        ctx.mark_non_differentiable(*[tensor for tensor in tensors if not tensor.requires_grad])
        return tensors

    @staticmethod
    def backward(ctx, *gradients):
        return (None, None, *ctx.on_gradients(gradients))


def _through_gate(values, on_gradients, materialize):
    """The tuple ``values`` with its tensors through a gate, and the places of the tensors; None for places without."""
    places = [place for place, value in enumerate(values) if isinstance(value, _C.Tensor)]
    if not (is_grad_enabled() and any(values[place].requires_grad for place in places)):
        return values, None
    passed = list(values)
    tensors = BackwardHookFunction.apply(on_gradients, materialize, *[values[place] for place in places])
    for place, tensor in zip(places, tensors):
        passed[place] = tensor
    # A named tuple is made from separate values.
    return tuple(passed) if type(values) is tuple else type(values)(*passed), places


class _BackwardPass:
    """One call of a block with full backward hooks: a gate before it and one behind it.

    The gate behind meets the gradients of the outputs first and runs the pre-hooks; the gate before has those of the
    inputs and runs the hooks with both.
    """

    def __init__(self, module, hooks, pre_hooks):
        self.module, self.hooks, self.pre_hooks = module, hooks, pre_hooks
        self.grad_outputs = None
        self.input_places = self.output_places = None
        self.input_count = self.output_count = 0

    def enter(self, args):
        self.input_count = len(args)
        args, self.input_places = _through_gate(args, self._at_inputs, True)
        return args

    def leave(self, output):
        outputs = output if isinstance(output, tuple) else (output,)
        self.output_count = len(outputs)
        outputs, self.output_places = _through_gate(outputs, self._at_outputs, False)
        return outputs if isinstance(output, tuple) else outputs[0]

    def _at_outputs(self, gradients):
        gradients = _spread(gradients, self.output_places, self.output_count)
        for hook in self.pre_hooks:
            result = hook(self.module, gradients)
            if result is None:
                continue
            if not isinstance(result, tuple):
                result = (result,)
            if len(result) != self.output_count:
                raise RuntimeError(
                    "Backward pre hook returned an invalid number of grad_output, "
                    f"got {len(result)}, but expected {self.output_count}"
                )
            gradients = result
        if self.input_places is None:
            self._without_inputs(gradients)
        else:
            self.grad_outputs = gradients
        return tuple(gradients[place] for place in self.output_places)

    def _without_inputs(self, grad_outputs):
        if self.hooks:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module outputs since no "
                "inputs require gradients.",
                stacklevel=3,
            )
        for hook in self.hooks:
            result = hook(self.module, (None,) * self.input_count, grad_outputs)
            if result is not None and not (isinstance(result, tuple) and all(item is None for item in result)):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for "
                    "all gradients."
                )

    def _at_inputs(self, gradients):
        if self.grad_outputs is None:
            # The gradient came past the outputs, as in a second backward pass.
            return gradients
        grad_outputs, self.grad_outputs = self.grad_outputs, None
        gradients = _spread(gradients, self.input_places, self.input_count)
        for hook in self.hooks:
            result = hook(self.module, gradients, grad_outputs)
            if result is None:
                continue
            if not isinstance(result, tuple):
                result = (result,)
            if len(result) != self.input_count:
                raise RuntimeError(
                    "Backward hook returned an invalid number of grad_input, "
                    f"got {len(result)}, but expected {self.input_count}"
                )
            gradients = result
        return tuple(gradients[place] for place in self.input_places)


def _spread(values, places, count):
    spread = [None] * count
    for place, value in zip(places, values):
        spread[place] = value
    return tuple(spread)


def _hook_last_node(module, hooks, output):
    """The older backward hooks: on the node of the first tensor of the output."""
    tensor = output
    while not isinstance(tensor, _C.Tensor):
        if isinstance(tensor, dict):
            tensor = next(value for value in tensor.values() if isinstance(value, _C.Tensor))
        else:
            tensor = tensor[0]
    if tensor.grad_fn is None:
        return
    for hook in hooks:
        tensor.grad_fn.register_hook(lambda inputs, outputs, hook=hook: hook(module, inputs, outputs))


# ------------------------------------------------------------------------------------------ methods of Module


class ModuleHooks:
    """What Module offers to register hooks, and the call that runs them."""

    __slots__ = ()

    # Most blocks never have any of these, so the dict is made when somebody asks for it.
    _forward_pre_hooks_with_kwargs = cached_property(lambda self: OrderedDict())
    _forward_hooks_with_kwargs = cached_property(lambda self: OrderedDict())
    _forward_hooks_always_called = cached_property(lambda self: OrderedDict())
    _is_full_backward_hook = None

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        """Calls ``hook(module, args)`` before each forward; what it returns, if not None, replaces the arguments.

        Args:
            hook: the function.
            prepend: whether it comes before the hooks that there are.
            with_kwargs: whether it is called as ``hook(module, args, kwargs)`` and returns both.

        Returns:
            a handle whose ``remove()`` takes the hook off.
        """
        marks = [self._forward_pre_hooks_with_kwargs] if with_kwargs else []
        return RemovableHandle.register(self._forward_pre_hooks, hook, prepend, marks)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        """Calls ``hook(module, args, output)`` after each forward; if not None, its result replaces the output.

        Args:
            hook: the function.
            prepend: whether it comes before the hooks that there are.
            with_kwargs: whether it is called as ``hook(module, args, kwargs, output)``.
            always_call: whether it is called, with None for the output, where forward raises an exception.

        Returns:
            a handle whose ``remove()`` takes the hook off.
        """
        marks = [self._forward_hooks_with_kwargs] if with_kwargs else []
        if always_call:
            marks.append(self._forward_hooks_always_called)
        return RemovableHandle.register(self._forward_hooks, hook, prepend, marks)

    def register_full_backward_pre_hook(self, hook, prepend=False):
        """Calls ``hook(module, grad_output)`` when the gradients of the outputs are known; what it returns, if not
        None, replaces them. ``grad_output`` is a tuple, with None for what is no tensor."""
        return RemovableHandle.register(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook, prepend=False):
        """Calls ``hook(module, grad_input, grad_output)`` when the gradients of the inputs are known; what it returns,
        if not None, replaces ``grad_input``. Both are tuples, with None for what is no tensor.

        The positional arguments and the outputs of the block must not be written to in place.

        Examples::

            >>> import swiftnn
            >>> from swiftnn import nn
            >>> layer = nn.Linear(2, 1)
            >>> handle = layer.register_full_backward_hook(lambda module, grad_input, grad_output: (grad_input[0] * 0 + 1,))
            >>> x = swiftnn.ones(1, 2, requires_grad=True)
            >>> layer(x).sum().backward()
            >>> x.grad
            tensor([[1., 1.]])
        """
        self._choose_backward_form(True)
        return RemovableHandle.register(self._backward_hooks, hook, prepend)

    def register_backward_hook(self, hook):
        """The older form of :meth:`register_full_backward_hook`: ``grad_input`` is that of the last operator of the
        forward alone."""
        self._choose_backward_form(False)
        return RemovableHandle.register(self._backward_hooks, hook)

    def _choose_backward_form(self, full):
        if self._is_full_backward_hook is (not full):
            raise RuntimeError(
                "Cannot use both regular backward hooks and full backward hooks on a single Module. "
                "Please use only one of them."
            )
        self._is_full_backward_hook = full

    def _run_registration_hooks(self, name, value):
        """Called from C for a parameter or a child that is assigned."""
        parameter = isinstance(value, _C.Parameter)
        hooks = _global_parameter_registration_hooks if parameter else _global_module_registration_hooks
        return run_registration_hooks(hooks, self, name, value)

    def _backward_pass(self):
        """What the full backward hooks of this block and of all blocks see of one call, or None without such."""
        own = self._own_hooks
        hooks = list(_global_backward_hooks.values()) if _global_is_full_backward_hook else []
        if self._is_full_backward_hook:
            hooks += own.get("_backward_hooks", {}).values()
        pre_hooks = [*_global_backward_pre_hooks.values(), *own.get("_backward_pre_hooks", {}).values()]
        return _BackwardPass(self, hooks, pre_hooks) if hooks or pre_hooks else None

    def _older_backward_hooks(self):
        hooks = list(_global_backward_hooks.values()) if _global_is_full_backward_hook is False else []
        if self._is_full_backward_hook is False:
            hooks += self._backward_hooks.values()
        return hooks

    def _run_forward_hook(self, number, hook, args, kwargs, output):
        if number in _global_forward_hooks_with_kwargs or number in self.__dict__.get("_forward_hooks_with_kwargs", ()):
            return hook(self, args, kwargs, output)
        return hook(self, args, output)

    def _call_with_hooks(self, *args, **kwargs):
        """The call of a block that has hooks."""
        always = {**_global_forward_hooks_always_called, **self.__dict__.get("_forward_hooks_always_called", {})}
        if not always:
            return self._call_running_hooks(args, kwargs, set())
        output, done = None, set()
        try:
            return self._call_running_hooks(args, kwargs, done)
        except Exception:
            for number, hook in [*_global_forward_hooks.items(), *self._forward_hooks.items()]:
                if number not in always or number in done:
                    continue
                try:
                    result = self._run_forward_hook(number, hook, args, kwargs, output)
                    output = output if result is None else result
                except Exception as error:
                    warnings.warn(
                        "module forward hook with ``always_call=True`` raised an exception that was silenced as another error "
                        f"was raised in forward: {error}",
                        stacklevel=2,
                    )
            raise

    def _call_running_hooks(self, args, kwargs, done):
        with_kwargs = self.__dict__.get("_forward_pre_hooks_with_kwargs", ())
        for number, hook in [*_global_forward_pre_hooks.items(), *self._forward_pre_hooks.items()]:
            if number in with_kwargs:
                result = hook(self, args, kwargs)
                if result is None:
                    continue
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise RuntimeError(
                        f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {result}."
                    )
                args, kwargs = result
            else:
                result = hook(self, args)
                if result is not None:
                    args = result if isinstance(result, tuple) else (result,)
        backward_pass = self._backward_pass()
        if backward_pass is not None:
            args = backward_pass.enter(args)
        output = self._call_forward(*args, **kwargs)
        for number, hook in [*_global_forward_hooks.items(), *self._forward_hooks.items()]:
            done.add(number)
            result = self._run_forward_hook(number, hook, args, kwargs, output)
            if result is not None:
                output = result
        if backward_pass is not None:
            if not isinstance(output, (_C.Tensor, tuple)):
                warnings.warn(
                    "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received "
                    f"{type(output)}",
                    stacklevel=3,
                )
            output = backward_pass.leave(output)
        older = self._older_backward_hooks()
        if older:
            _hook_last_node(self, older, output)
        return output
