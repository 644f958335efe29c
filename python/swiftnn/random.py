"""The state of the random numbers. For the same seed they are those of PyTorch's CPU generator."""

from . import _C

default_generator = _C.default_generator
manual_seed, seed, initial_seed, get_rng_state, set_rng_state = map(
    _C.functions.get, ("manual_seed", "seed", "initial_seed", "get_rng_state", "set_rng_state")
)


def fork_rng(devices=None, enabled=True, _caller="fork_rng", _devices_kw="devices", device_type="cpu"):
    """Puts the random numbers back, at the end, to where they were at the beginning: ``with fork_rng():`` or
    ``@fork_rng()``."""
    from contextlib import contextmanager  # here, because few programs need it: `import swiftnn` stays quick

    return contextmanager(_forked)(enabled)


def _forked(enabled):
    if not enabled:
        yield
        return
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)


__all__ = ["default_generator", "fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state"]
