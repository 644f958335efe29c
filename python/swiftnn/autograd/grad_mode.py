"""Switching the recording for the backward pass on and off."""

from .. import _C

__all__ = [
    "enable_grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "set_grad_enabled",
]

is_grad_enabled = _C.functions["is_grad_enabled"]
is_inference_mode_enabled = _C.functions["is_inference_mode_enabled"]
_set = _C._set_grad_enabled
_set_inference = _C._set_inference
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
        self.mode = bool(mode)
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


class inference_mode(_GradMode):
    """Within it, operators record nothing, and their results can never take part in a graph.

    Such a result can be written to only in inference mode, and cannot be saved for a backward pass.

    Args:
        mode: whether to switch it on, or off within another inference mode.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.ones(2, requires_grad=True)
        >>> with swiftnn.inference_mode():
        ...     y = x * 2
        >>> y.requires_grad, y.is_inference()
        (False, True)
    """

    def __new__(cls, mode=True):
        # `@inference_mode` without parentheses
        return super().__new__(cls) if isinstance(mode, bool) else cls()(mode)

    def __init__(self, mode=True):
        super().__init__()
        self.mode = mode

    def __enter__(self):
        self._before.append((_set_inference(self.mode), _set(not self.mode)))

    def __exit__(self, *_):
        inference, recording = self._before.pop()
        _set_inference(inference)
        _set(recording)

    def _again(self):
        return inference_mode(self.mode)
