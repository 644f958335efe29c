"""Functions whose gradient is written in Python."""

from .. import _C

__all__ = ["Function", "FunctionCtx", "once_differentiable"]

_MADE, _WRITTEN, _GIVEN, _CONSTANT = range(4)
_set_grad = _C._set_grad_enabled
_is_enabled = _C.functions["is_grad_enabled"]
_Tensor = _C.Tensor


class FunctionCtx(_C.FunctionContext):
    """What the forward pass of a :class:`Function` hands to its backward pass. Takes attributes of any name."""

    _saved = ()
    _dirty = ()
    _constants = ()
    _materialize = True
    _places = None
    needs_input_grad = ()

    def save_for_backward(self, *tensors):
        """Saves tensors, inputs and outputs among them, or None, for ``saved_tensors`` in ``backward``.

        Overwriting them before they are used is an error.
        """
        for i, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, _Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {i} is of type {type(tensor).__name__}"
                )
        self._saved = tensors

    def mark_dirty(self, *tensors):
        """Says which inputs ``forward`` has written to. They must be returned."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors):
        """Says which outputs have no gradient."""
        self._constants = tensors

    def set_materialize_grads(self, value):
        """Whether ``backward`` gets zeros, or None, for an output that nothing used."""
        self._materialize = bool(value)

    def _run_backward(self, gradients):
        function, tensors = self._function, self._tensors
        name, count = function.__name__ + "Backward", len(tensors)
        if self._places:
            length, places = self._places
            arrived = dict(zip(places, gradients))
            gradients = [arrived.get(i) for i in range(length)]
        rule = function.backward
        if function.vjp is not Function.vjp:
            if rule is not Function.backward:
                raise RuntimeError(
                    "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only implement one "
                    "of them."
                )
            rule = function.vjp
        result = rule(self, *gradients)
        if not isinstance(result, tuple):
            result = (result,)
        if len(result) != count:
            if len(result) < count or any(extra is not None for extra in result[count:]):
                raise RuntimeError(
                    f"function {name} returned an incorrect number of gradients (expected {count}, got {len(result)})"
                )
            result = result[:count]
        for i, gradient in enumerate(result):
            if gradient is not None and not tensors[i]:
                raise RuntimeError(
                    f"function {name} returned a gradient different than None at position {i + 1}, "
                    "but the corresponding forward input was not a Variable"
                )
        return result


def _contains(tensors, tensor):
    return any(tensor is other for other in tensors)


class Function:
    """A function with a gradient of its own: a subclass defines ``forward`` and ``backward``, and is called by ``apply``.

    Shape:
        ``forward(ctx, *args)`` returns a tensor or a tuple, and may save what ``backward`` needs in ``ctx``; where the class
        defines ``setup_context(ctx, inputs, output)``, it does that, and ``forward(*args)`` has no ``ctx``.
        ``backward(ctx, *gradients)``, which may also be called ``vjp``, returns a gradient or None for each argument of ``forward``. With
        ``create_graph`` what it computes is recorded.

    Examples::

        >>> import swiftnn
        >>> class Cube(swiftnn.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         ctx.save_for_backward(x)
        ...         return x * x * x
        ...
        ...     @staticmethod
        ...     def backward(ctx, grad):
        ...         (x,) = ctx.saved_tensors
        ...         return grad * 3 * x * x
        >>> x = swiftnn.tensor(2.0, requires_grad=True)
        >>> Cube.apply(x).backward()
        >>> x.grad.item()
        12.0
    """

    def __init__(self, *args, **kwargs):
        from warnings import warn

        warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should invoke "
            "them on the class itself.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function "
            "with static forward method."
        )

    @staticmethod
    def forward(*args, **kwargs):
        """The value of the function."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        """Saves what ``backward`` needs, where ``forward`` takes no ``ctx``."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        """The gradients of the arguments, from those of the results."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    vjp = backward

    @classmethod
    def apply(cls, *args, **kwargs):
        """Calls the function and makes its results part of the history of its arguments."""
        with_setup = cls.setup_context is not Function.setup_context
        if kwargs:
            if not with_setup:
                raise TypeError(f"{cls.__name__}.apply() takes no keyword arguments")
            args = _positional(cls, args, kwargs)
        ctx = FunctionCtx()
        tensors = [isinstance(argument, _Tensor) for argument in args]
        needs = tuple(flag and argument.requires_grad for flag, argument in zip(tensors, args))
        ctx.needs_input_grad = needs
        recorded = _is_enabled() and any(needs) and not _C.functions["is_inference_mode_enabled"]()
        # Made first: it notes what the arguments were made from before forward writes to them.
        node = ctx._begin(cls.__name__ + "Backward", args) if recorded else None
        before = _set_grad(False)
        try:
            if with_setup:
                output = cls.forward(*args)
                cls.setup_context(ctx, args, output)
            else:
                output = cls.forward(ctx, *args)
        finally:
            _set_grad(before)
        outputs = output if isinstance(output, tuple) else (output,)
        for tensor in ctx._dirty:
            if not _contains(outputs, tensor):
                raise RuntimeError(
                    "Some elements marked as dirty during the forward method were not returned as output. The inputs that "
                    "are modified inplace must all be outputs of the Function."
                )
        if node is None:
            ctx._saved = ctx._dirty = ctx._constants = ()
            return output
        outputs = _attach(cls, ctx, args, tensors, outputs)
        del node
        return outputs if isinstance(output, tuple) else outputs[0]


def _positional(cls, args, kwargs):
    from inspect import signature

    bound = signature(cls.forward).bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.args


def _attach(cls, ctx, args, tensors, outputs):
    # Results that are no tensors are handed on as they are.
    places = [i for i, output in enumerate(outputs) if isinstance(output, _Tensor)]
    given = [argument for argument, flag in zip(args, tensors) if flag]
    made, kinds = tuple(outputs[i] for i in places), bytearray()
    for tensor in made:
        if _contains(ctx._constants, tensor):
            kinds.append(_CONSTANT)
        elif _contains(ctx._dirty, tensor):
            kinds.append(_WRITTEN)
        else:
            kinds.append(_GIVEN if _contains(given, tensor) else _MADE)
    ctx._function, ctx._tensors = cls, tensors
    if len(places) != len(outputs):
        ctx._places = (len(outputs), places)
    saved = ctx._saved
    ctx._saved = ctx._dirty = ctx._constants = ()
    results = list(outputs)
    for i, tensor in zip(places, ctx._end(made, bytes(kinds), saved, ctx._materialize)):
        results[i] = tensor
    return tuple(results)


class _Once(Function):
    @staticmethod
    def forward(ctx, message, *tensors):
        ctx.message = message
        return tuple(tensor.detach() for tensor in tensors)

    @staticmethod
    def backward(ctx, *gradients):
        raise RuntimeError(ctx.message)


def once_differentiable(function):
    """A decorator for ``backward``: its result is not differentiated again; asking for that is an error."""
    from functools import wraps

    @wraps(function)
    def wrapper(ctx, *args):
        before = _set_grad(False)
        try:
            outputs = function(ctx, *args)
        finally:
            _set_grad(before)
        if not _is_enabled() or not any(isinstance(a, _Tensor) and a.requires_grad for a in args):
            return outputs
        single = not isinstance(outputs, tuple)
        results = [outputs] if single else list(outputs)
        places = [i for i, result in enumerate(results) if result is not None]
        if not places:
            return outputs
        message = "trying to differentiate twice a function that was marked with @once_differentiable"
        # As if the results depended on something: only then does asking for their gradients come here.
        watched = [results[i].detach().requires_grad_() for i in places]
        for i, result in zip(places, _Once.apply(message, *watched)):
            results[i] = result
        return results[0] if single else tuple(results)

    return wrapper
