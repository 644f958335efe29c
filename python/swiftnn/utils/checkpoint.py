"""Trading time for memory: parts of a network that are computed again in the backward pass instead of being kept."""

import weakref

from .. import _C
from ..autograd import Function, backward, enable_grad, is_grad_enabled, no_grad
from ..autograd.graph import saved_tensors_hooks

__all__ = ["CheckpointError", "checkpoint", "checkpoint_sequential", "noop_context_fn", "set_checkpoint_early_stop"]

_Tensor = _C.Tensor
_get_rng_state, _set_rng_state = _C.functions["get_rng_state"], _C.functions["set_rng_state"]


class CheckpointError(RuntimeError):
    """The second computation was not what the first had been."""


class _RandomState:
    """Within it, random numbers come as they came when the state was noted; afterwards as if nothing had happened."""

    def __init__(self, preserve):
        self._state = _get_rng_state() if preserve else None

    def __enter__(self):
        if self._state is not None:
            self._outside = _get_rng_state()
            _set_rng_state(self._state)

    def __exit__(self, *_):
        if self._state is not None:
            _set_rng_state(self._outside)


class _Nothing:
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


def noop_context_fn():
    """Two contexts that do nothing."""
    return _Nothing(), _Nothing()


class CheckpointFunction(Function):
    """Checkpointing by a backward pass inside of the backward pass."""

    @staticmethod
    def forward(ctx, function, preserve_rng_state, *args):
        ctx.function = function
        ctx.random = _RandomState(preserve_rng_state)
        ctx.arguments = tuple(None if isinstance(argument, _Tensor) else argument for argument in args)
        ctx.places = [i for i, argument in enumerate(args) if isinstance(argument, _Tensor)]
        ctx.save_for_backward(*(args[i] for i in ctx.places))
        with no_grad():
            return function(*args)

    @staticmethod
    def backward(ctx, *gradients):
        if _C._pass_is_limited():
            raise RuntimeError(
                "When use_reentrant=True, swiftnn.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                ".backward() without passing the `inputs` argument."
            )
        arguments = list(ctx.arguments)
        for i, tensor in zip(ctx.places, ctx.saved_tensors):
            arguments[i] = tensor.detach().requires_grad_(tensor.requires_grad)
        with ctx.random, enable_grad():
            outputs = ctx.function(*arguments)
        if not isinstance(outputs, tuple):
            outputs = (outputs,)
        pairs = [
            (out, gradient)
            for out, gradient in zip(outputs, gradients)
            if isinstance(out, _Tensor) and out.requires_grad
        ]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        backward([out for out, _ in pairs], [gradient for _, gradient in pairs])
        return (None, None, *(x.grad if isinstance(x, _Tensor) else None for x in arguments))


class _Stop(Exception):
    """Ends a second computation that has made all that is needed."""


# What set_checkpoint_early_stop() says; None: what the call says.
_stops_early = None


class set_checkpoint_early_stop:
    """Within it, ``early_stop`` of the checkpoints that are made is ``enable``, whatever they say.

    Examples::

        >>> import swiftnn
        >>> from swiftnn.utils.checkpoint import checkpoint, set_checkpoint_early_stop
        >>> x = swiftnn.tensor([2.0, 3.0], requires_grad=True)
        >>> with set_checkpoint_early_stop(False):
        ...     y = checkpoint(lambda x: (x * x).exp(), x, use_reentrant=False)
    """

    def __init__(self, enable):
        self._enable = enable

    def __enter__(self):
        global _stops_early
        self._before, _stops_early = _stops_early, self._enable

    def __exit__(self, *_):
        global _stops_early
        _stops_early = self._before


class _Holder:
    """Stands in the graph for a value that was not kept; holds it from the second computation until it is used."""

    __slots__ = ("__weakref__", "number", "value")

    def __init__(self, number):
        self.number = number
        self.value = None


class _Frame:
    """One checkpointed call."""

    def __init__(self, function, args, kwargs, preserve_rng_state, contexts, check, early_stop):
        self._call = (function, args, kwargs)
        self._random = _RandomState(preserve_rng_state)
        self._context = contexts[1]
        self._check = check
        self._early_stop = early_stop
        self._holders, self._shapes = [], []
        tensors = (x for x in (*args, *kwargs.values()) if isinstance(x, _Tensor))
        self._versions = [(x, x._version) for x in tensors if not x.is_inference()]

    def pack(self, tensor):
        holder = _Holder(len(self._holders))
        self._holders.append(weakref.ref(holder))
        self._shapes.append((tensor.shape, tensor.dtype))
        return holder

    def unpack(self, holder):
        if holder.value is None:
            self._compute_again()
        if holder.value is None:
            raise CheckpointError(
                "swiftnn.utils.checkpoint: a tensor that the first computation saved was not saved by the second"
            )
        value, holder.value = holder.value, None
        return value

    def _compute_again(self):
        function, args, kwargs = self._call
        for tensor, version in self._versions:
            if tensor._version != version:
                raise RuntimeError(
                    f"checkpoint: an input, of shape {tuple(tensor.shape)}, has been modified by an inplace operation since: "
                    f"it is at version {tensor._version}; expected version {version}"
                )
        found, expected_count = [], len(self._holders)

        def keep(tensor):
            found.append(tensor)
            if len(found) > expected_count:
                raise CheckpointError(
                    "swiftnn.utils.checkpoint: trying to save more tensors during recomputation than during the original "
                    "forward pass."
                )
            if self._early_stop and len(found) == expected_count:
                raise _Stop
            return tensor

        try:
            with self._random, self._context, enable_grad(), saved_tensors_hooks(keep, lambda tensor: tensor):
                function(*args, **kwargs)
        except _Stop:
            pass
        if len(found) != len(self._holders):
            raise CheckpointError(
                "swiftnn.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {len(self._holders)}\n"
                f"Number of tensors saved during recomputation: {len(found)}."
            )
        if self._check:
            for number, (tensor, expected) in enumerate(zip(found, self._shapes)):
                if (tensor.shape, tensor.dtype) != expected:
                    raise CheckpointError(
                        "swiftnn.utils.checkpoint: Recomputed values for the following tensors have different metadata than "
                        f"during the forward pass.\ntensor at position {number}:\nsaved metadata: {expected}\n"
                        f"recomputed metadata: {(tensor.shape, tensor.dtype)}"
                    )
        for reference, tensor in zip(self._holders, found):
            holder = reference()
            if holder is not None:
                holder.value = tensor


def checkpoint(
    function,
    *args,
    use_reentrant=None,
    context_fn=noop_context_fn,
    determinism_check="default",
    debug=False,
    early_stop=True,
    preserve_rng_state=True,
    **kwargs,
):
    """``function(*args, **kwargs)``, without keeping what its backward pass needs: it is computed again then.

    Args:
        function: gives a tensor or a tuple; the second call must do what the first did.
        use_reentrant: False is recommended: then keyword arguments, ``autograd.grad`` and tensors inside of other
            arguments work. True runs a backward pass of its own, which adds to the ``.grad`` of leaves.
        context_fn: gives two contexts, for the first and the second computation; with ``use_reentrant=False``.
        determinism_check: "default" compares the shapes of the two computations, "none" does not.
        early_stop: whether the second computation ends as soon as it has made all that is needed, by an exception that
            comes out of the operator that made the last of it; with ``use_reentrant=False``.
        preserve_rng_state: whether the second computation gets the random numbers of the first.

    Examples::

        >>> import swiftnn
        >>> from swiftnn.utils.checkpoint import checkpoint
        >>> x = swiftnn.tensor([2.0, 3.0], requires_grad=True)
        >>> checkpoint(lambda x: (x * x).exp(), x, use_reentrant=False).sum().backward()
        >>> x.grad.tolist() == (2 * x * (x * x).exp()).tolist()
        True
    """
    if use_reentrant is None:
        from warnings import warn

        warn(
            "swiftnn.utils.checkpoint: the use_reentrant parameter should be passed explicitly; use_reentrant=False is "
            "recommended, True is the default",
            stacklevel=2,
        )
        use_reentrant = True
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        if context_fn is not noop_context_fn or debug:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        if is_grad_enabled() and not any(isinstance(x, _Tensor) and x.requires_grad for x in args):
            from warnings import warn

            warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)
        return CheckpointFunction.apply(function, preserve_rng_state, *args)
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check should be one of ['default', 'none'] but got {determinism_check!r}")
    contexts = context_fn()
    if not is_grad_enabled():
        with contexts[0]:
            return function(*args, **kwargs)
    if _stops_early is not None:
        early_stop = _stops_early
    frame = _Frame(function, args, kwargs, preserve_rng_state, contexts, determinism_check == "default", early_stop)
    with contexts[0], saved_tensors_hooks(frame.pack, frame.unpack):
        return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    """A sequence of functions or a ``Sequential`` in ``segments`` parts, all but the last of which are checkpointed.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> from swiftnn.utils.checkpoint import checkpoint_sequential
        >>> net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
        >>> x = swiftnn.ones(5, 3, requires_grad=True)
        >>> checkpoint_sequential(net, 2, x, use_reentrant=False).shape
        swiftnn.Size([5, 2])
    """
    if use_reentrant is None:
        from warnings import warn

        warn("swiftnn.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly", stacklevel=2)
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    functions = list(functions.children()) if hasattr(functions, "children") else list(functions)
    if segments < 1 or segments > len(functions):
        raise ValueError(f"checkpoint_sequential(): {segments} segments of {len(functions)} functions")

    def run(part):
        def forward(value):
            for function in part:
                value = function(value)
            return value

        return forward

    size = len(functions) // segments
    start = 0
    for _ in range(segments - 1):
        part = functions[start : start + size]
        input = checkpoint(run(part), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
        start += size
    return run(functions[start:])(input)
