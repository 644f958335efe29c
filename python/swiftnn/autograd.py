"""Recording for the backward pass: switching it on and off, and gradients without ``.grad``."""

from . import _C

__all__ = ["backward", "enable_grad", "grad", "is_grad_enabled", "no_grad", "set_grad_enabled"]

is_grad_enabled = _C.functions["is_grad_enabled"]
_set = _C._set_grad_enabled
_GENERATOR = 0x20  # inspect.CO_GENERATOR, without its import


class _GradMode:
    """A context manager and a decorator. Its modes before are a stack: one object can be entered several times."""

    def __init__(self):
        self._before = []

    def __enter__(self):
        self._before.append(_set(self.mode))

    def __exit__(self, *_):
        _set(self._before.pop())

    def _again(self):
        return type(self)()

    def __call__(self, function):
        if isinstance(function, type):
            raise TypeError(f"{type(self).__name__} decorates functions, not the class {function.__name__}")
        from functools import wraps  # here, because not every program decorates: `import swiftnn` stays quick

        code = getattr(function, "__code__", None)
        if code and code.co_flags & _GENERATOR:
            return wraps(function)(_generator(self._again, function))

        @wraps(function)
        def decorated(*args, **kwargs):
            with self._again():
                return function(*args, **kwargs)

        return decorated


def _generator(context, function):
    # The mode holds while the generator runs and not while its user does.
    def decorated(*args, **kwargs):
        generator = function(*args, **kwargs)
        step, argument = generator.send, None
        while True:
            try:
                with context():
                    value = step(argument)
            except StopIteration as stop:
                return stop.value
            try:
                argument = yield value
                step = generator.send
            except GeneratorExit:
                with context():
                    generator.close()
                raise
            except BaseException as error:
                step, argument = generator.throw, error

    return decorated


class no_grad(_GradMode):
    """Within it, operators record nothing for the backward pass: ``with no_grad():`` or ``@no_grad()``.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.ones(2, requires_grad=True)
        >>> with swiftnn.no_grad():
        ...     y = x * 2
        >>> y.requires_grad
        False
    """

    mode = False

    def __new__(cls, function=None):
        # `@no_grad` without parentheses
        return super().__new__(cls) if function is None else cls()(function)

    def __init__(self, function=None):
        super().__init__()


class enable_grad(_GradMode):
    """Within it, operators record for the backward pass, also inside ``no_grad``.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.ones(2, requires_grad=True)
        >>> with swiftnn.no_grad(), swiftnn.enable_grad():
        ...     y = x * 2
        >>> y.requires_grad
        True
    """

    mode = True


class set_grad_enabled(_GradMode):
    """Switches recording on or off at once, or within ``with``.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.ones(2, requires_grad=True)
        >>> with swiftnn.set_grad_enabled(False):
        ...     y = x * 2
        >>> y.requires_grad
        False
    """

    def __init__(self, mode):
        super().__init__()
        self.mode = mode
        self._first = _set(mode)
        self._fresh = True

    def __enter__(self):
        self._before.append(self._first if self._fresh else _set(self.mode))
        self._fresh = False

    def __call__(self, function):
        _set(self._first)  # a decorator changes nothing until the function runs
        return super().__call__(function)

    def _again(self):
        return set_grad_enabled(self.mode)


def _tuple(function, name, value):
    if isinstance(value, _C.Tensor):
        return (value,)
    if isinstance(value, (list, tuple)):
        return tuple(value)
    raise TypeError(f"{function}(): argument '{name}' must be Tensor or tuple of Tensors, not {type(value).__name__}")


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=False):
    """The gradients of the sum of ``outputs`` with regard to ``inputs``, without touching any ``.grad``.

    Args:
        outputs: a tensor or several.
        inputs: the tensor or tensors to differentiate by.
        grad_outputs: a weight for each element of each output; may be left out for outputs of one element.
        retain_graph: whether the graph can be used again; ``create_graph`` unless given.
        create_graph: whether the gradients can be differentiated in turn.
        allow_unused: whether an input that the outputs do not depend on gets None instead of an error.

    Returns:
        A tuple with one tensor for each input.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([2.0, 3.0], requires_grad=True)
        >>> swiftnn.autograd.grad((x * x).sum(), x)[0].tolist()
        [4.0, 6.0]
    """
    outputs = _tuple("grad", "outputs", outputs)
    inputs = _tuple("grad", "inputs", inputs)
    if grad_outputs is not None:
        grad_outputs = _tuple("grad", "grad_outputs", grad_outputs)
    if retain_graph is None:
        retain_graph = create_graph
    return tuple(_C._grad(outputs, grad_outputs, inputs, retain_graph, create_graph, allow_unused))


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False):
    """Adds the gradients of the sum of ``tensors`` to those of the leaves that they depend on.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([2.0], requires_grad=True)
        >>> swiftnn.autograd.backward([x * 3, x * x])
        >>> x.grad.tolist()
        [7.0]
    """
    tensors = _tuple("backward", "tensors", tensors)
    if grad_tensors is None:
        gradients = (None,) * len(tensors)
    else:
        gradients = _tuple("backward", "grad_tensors", grad_tensors)
    if len(gradients) != len(tensors):
        raise RuntimeError(f"backward(): got {len(tensors)} tensors and {len(gradients)} gradients")
    if retain_graph is None:
        retain_graph = create_graph
    last = len(tensors) - 1
    for i, (tensor, gradient) in enumerate(zip(tensors, gradients)):
        if not isinstance(tensor, _C.Tensor):
            raise TypeError(f"backward(): argument 'tensors' must hold Tensors, not {type(tensor).__name__}")
        # The tensors may share parts of the graph, which only the last of them may free.
        tensor.backward(gradient, retain_graph or i < last, create_graph)
