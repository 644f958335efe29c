"""MXNet's switches: recording and the blocks' behaviour together."""

from .. import _C
from .grad_mode import _GradMode, _set, is_grad_enabled

__all__ = ["is_recording", "is_training", "pause", "predict_mode", "record", "set_recording", "set_training", "train_mode"]

_set_training = _C._set_training_mode
is_recording = is_grad_enabled


def is_training():
    """Whether all blocks behave as in training, because of ``record``, ``train_mode`` or the like.

    Elsewhere each block does as its own ``training`` says.
    """
    mode = _set_training(None)
    _set_training(mode)
    return bool(mode)


def set_recording(is_record):
    """Switches recording on or off and returns what it was."""
    return _set(bool(is_record))


def set_training(train_mode):
    """Makes all blocks behave as in training or as in use, None for each as it is set itself; returns what it was."""
    return _set_training(None if train_mode is None else bool(train_mode))


class _Scope(_GradMode):
    """A recording mode and a training mode, None for as it is; a context manager and a decorator."""

    def __init__(self, recording, training):
        super().__init__()
        self._modes = recording, None if training is None else bool(training)

    def __enter__(self):
        recording, training = self._modes
        before = None if recording is None else _set(recording)
        self._before.append((before, () if training is None else (_set_training(training),)))

    def __exit__(self, *_):
        recording, training = self._before.pop()
        if recording is not None:
            _set(recording)
        for mode in training:
            _set_training(mode)

    def _again(self):
        return _Scope(*self._modes)


def record(train_mode=True):
    """Within it operators are recorded, and all blocks behave as in training, or as in use with ``train_mode=False``.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import autograd
        >>> x = swiftnn.ones(2, requires_grad=True)
        >>> with autograd.record():
        ...     y = (x * x).sum()
        >>> y.backward()
        >>> x.grad.tolist()
        [2.0, 2.0]
    """
    return _Scope(True, train_mode)


def pause(train_mode=False):
    """Within it nothing is recorded, and all blocks behave as in use, or as in training with ``train_mode=True``."""
    return _Scope(False, train_mode)


def train_mode():
    """Within it all blocks behave as in training, however they are set themselves.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import autograd, nn
        >>> layer = nn.Dropout(1.0).eval()
        >>> with autograd.train_mode():
        ...     print(layer(swiftnn.ones(2)), layer.training)
        tensor([0., 0.]) True
        >>> layer(swiftnn.ones(2))
        tensor([1., 1.])
    """
    return _Scope(None, True)


def predict_mode():
    """Within it all blocks behave as in use, however they are set themselves."""
    return _Scope(None, False)
