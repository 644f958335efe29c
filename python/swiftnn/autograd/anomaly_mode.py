"""Looking for the operator that an error of the backward pass comes from."""

from .. import _C

__all__ = ["detect_anomaly", "set_detect_anomaly"]

_is_enabled = _C.functions["is_anomaly_enabled"]
_checks_nan = _C.functions["is_anomaly_check_nan_enabled"]


def _note():
    from traceback import extract_stack

    return extract_stack()[:-1]


def _report(formula, place):
    from traceback import format_list
    from warnings import warn

    if place is None:
        text = (
            f"Error detected in {formula}. No forward pass information available. Enable detect anomaly during forward "
            "pass for more information."
        )
    else:
        text = f"Error detected in {formula}. Traceback of forward call that caused the error:\n" + "".join(format_list(place))
    warn(text, stacklevel=2)


def _set(enabled, check_nan):
    _C._set_anomaly(enabled, check_nan, _note, _report)


class detect_anomaly:
    """Within it, operators note where they were called, and a backward pass that fails warns with that place.

    Slow; for finding a mistake.

    Args:
        check_nan: whether a formula that gives NaN makes the pass fail.

    Examples::

        >>> import swiftnn, warnings
        >>> warnings.simplefilter("ignore")
        >>> x = swiftnn.tensor(0.0, requires_grad=True)
        >>> with swiftnn.autograd.detect_anomaly():
        ...     y = x.sqrt() * 0
        ...     y.backward()
        Traceback (most recent call last):
        RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.
    """

    def __init__(self, check_nan=True):
        from warnings import warn

        self._mode = (True, check_nan)
        self._before = (_is_enabled(), _checks_nan())
        warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
            stacklevel=2,
        )

    def __enter__(self):
        self._before = (_is_enabled(), _checks_nan())
        _set(*self._mode)

    def __exit__(self, *_):
        _set(*self._before)


class set_detect_anomaly:
    """Switches anomaly mode on or off at once, or within ``with``; see :class:`detect_anomaly`."""

    def __init__(self, mode, check_nan=True):
        self._before = (_is_enabled(), _checks_nan())
        _set(bool(mode), bool(check_nan))

    def __enter__(self):
        pass

    def __exit__(self, *_):
        _set(*self._before)
