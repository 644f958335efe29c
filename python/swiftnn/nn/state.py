"""The state of blocks: dicts of tensors by path, written and read."""

import warnings
from collections import OrderedDict, namedtuple
from functools import cached_property
from itertools import chain

from .. import _C
from ..autograd import no_grad
from .hooks import RemovableHandle
from .parameter import Parameter, is_lazy

__all__ = ["ModuleState"]

_EXTRA_STATE = "_extra_state"


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return super().__repr__()

    __str__ = __repr__


class _Checked(dict):
    """The part of a state_dict that one block reads in load_state_dict. What the block would write is put into
    ``writes``, to be done once everything is found to fit."""

    writes = None


class ModuleState:
    """What Module offers to save and restore its tensors."""

    __slots__ = ()

    # The version of a block's entries in a state_dict, for a _load_from_state_dict that knows older ones.
    _version = 1

    # Most blocks never have hooks of these kinds, so the dicts are made when somebody asks for them.
    _state_dict_hooks = cached_property(lambda self: OrderedDict())
    _state_dict_pre_hooks = cached_property(lambda self: OrderedDict())
    _load_state_dict_pre_hooks = cached_property(lambda self: OrderedDict())
    _load_state_dict_post_hooks = cached_property(lambda self: OrderedDict())

    # ------------------------------------------------------------------------------------------ writing

    def get_extra_state(self):
        """What a subclass wants to be kept in the state_dict beside its tensors; it defines set_extra_state too."""
        raise RuntimeError("Reached a code path in Module.get_extra_state() that should never be called.")

    def set_extra_state(self, state):
        """Takes over what get_extra_state gave."""
        raise RuntimeError("Reached a code path in Module.set_extra_state() that should never be called.")

    def _persistent_buffers(self):
        return [(k, v) for k, v in self._buffers.items() if k not in self._non_persistent_buffers_set]

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        """Writes the tensors of this block itself, without those below it. A subclass may define its own."""
        for name, value in chain(self._parameters.items(), self._persistent_buffers()):
            if value is not None:
                destination[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()
        if type(self).get_extra_state is not ModuleState.get_extra_state:
            destination[prefix + _EXTRA_STATE] = self.get_extra_state()

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        """The parameters and persistent buffers under their paths. They share memory with the block's.

        Args:
            destination: a dict to be filled, in place of a new one.
            prefix: what stands before each path.
            keep_vars: whether the parameters themselves are given, not tensors without history.
        """
        if args:
            warnings.warn(
                "Positional args are being deprecated, use kwargs instead.", FutureWarning, stacklevel=2
            )
        for position, value in enumerate(args[:3]):
            if position == 0:
                destination = value if destination is None else destination
            elif position == 1:
                prefix = value if prefix == "" else prefix
            else:
                keep_vars = value if keep_vars is False else keep_vars
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self.__dict__.get("_state_dict_pre_hooks", {}).values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
        for hook in self.__dict__.get("_state_dict_hooks", {}).values():
            result = hook(self, destination, prefix, metadata)
            if not getattr(hook, "_from_public_api", False):
                destination = destination if result is None else result
            elif result is not None:
                raise RuntimeError("state_dict post-hook must return None")
        return destination

    def register_state_dict_pre_hook(self, hook):
        """Calls ``hook(module, prefix, keep_vars)`` before this block writes its part of a state_dict."""
        return RemovableHandle.register(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook):
        """Calls ``hook(module, state_dict, prefix, local_metadata)`` once this block and all below it have written
        their part; it may change the dict in place."""
        hook._from_public_api = True
        return RemovableHandle.register(self._state_dict_hooks, hook)

    def _register_state_dict_hook(self, hook):
        """Like :meth:`register_state_dict_post_hook`; what the hook returns, if not None, replaces the dict."""
        if getattr(hook, "_from_public_api", False):
            raise RuntimeError(
                "Cannot register the same function as the state dict post hook that was previously registered via "
                "register_state_dict_post_hook"
            )
        return RemovableHandle.register(self._state_dict_hooks, hook)

    # ------------------------------------------------------------------------------------------ reading

    def register_load_state_dict_pre_hook(self, hook):
        """Calls ``hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)``
        before this block reads its part of a state_dict; it may change the dict in place."""
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        """The same; the hook is called without the block unless ``with_module``."""
        return RemovableHandle.register(self._load_state_dict_pre_hooks, _LoadHook(hook, self if with_module else None))

    def register_load_state_dict_post_hook(self, hook):
        """Calls ``hook(module, incompatible_keys)`` once this block and all below it have read their part; it may change
        the two lists ``missing_keys`` and ``unexpected_keys`` in place."""
        return RemovableHandle.register(self._load_state_dict_post_hooks, hook)

    def _complete_state(self, state_dict, prefix, version):
        """Adds what older versions of a block did not write. A block of the library defines it."""

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
    ):
        """Reads the tensors of this block itself, without those below it. A subclass may define its own.

        Keys that are missing or unexpected and what does not fit are appended to the three lists.
        """
        for hook in self.__dict__.get("_load_state_dict_pre_hooks", {}).values():
            hook(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        self._complete_state(state_dict, prefix, local_metadata.get("version"))
        assign = local_metadata.get("assign_to_params_buffers", False)
        writes, known = [], set()
        for name, target in chain(self._parameters.items(), self._persistent_buffers()):
            if target is None:
                continue
            known.add(name)
            key = prefix + name
            if key not in state_dict:
                if strict:
                    missing_keys.append(key)
                continue
            value = state_dict[key]
            problem = _misfit(key, target, value)
            if problem is None:
                writes.append((self, name, target, value, assign))
            else:
                error_msgs.append(problem)
        extra = prefix + _EXTRA_STATE
        if type(self).set_extra_state is not ModuleState.set_extra_state:
            if extra in state_dict:
                writes.append((self, None, None, state_dict[extra], assign))
            elif strict:
                missing_keys.append(extra)
        elif strict and extra in state_dict:
            unexpected_keys.append(extra)
        if strict:
            for key in state_dict:
                if key.startswith(prefix) and key != extra:
                    name, dot, _ = key[len(prefix) :].partition(".")
                    if name not in (self._modules if dot else known):
                        unexpected_keys.append(key)
        if isinstance(state_dict, _Checked):
            state_dict.writes += writes
        else:
            _write(writes)

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Copies the tensors of ``state_dict`` into the parameters and buffers.

        With ``strict`` the keys must be exactly this block's. With ``assign`` the tensors are taken as they are, not
        copied. All that does not fit is listed in one RuntimeError, and then nothing is written (but by blocks that
        define a ``_load_from_state_dict`` of their own, or have a hook that runs after loading).

        Returns:
            a pair of lists: ``missing_keys`` and ``unexpected_keys``.
        """
        if not (hasattr(state_dict, "keys") and hasattr(state_dict, "items")):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        metadata = getattr(state_dict, "_metadata", None) or {}
        missing, unexpected, errors, writes = [], [], [], []

        def load(module, entries, prefix):
            local = dict(metadata.get(prefix[:-1], {}))
            if assign:
                local["assign_to_params_buffers"] = True
            own = type(module)._load_from_state_dict is not ModuleState._load_from_state_dict
            if own:
                # It may read what it has loaded, so that is done at once.
                part = OrderedDict(entries)
            else:
                part = _Checked(entries)
                part.writes = writes
            module._load_from_state_dict(part, prefix, local, True, missing, unexpected, errors)
            for name, child in module._modules.items():
                if child is not None:
                    below = prefix + name + "."
                    load(child, {key: value for key, value in part.items() if key.startswith(below)}, below)
            hooks = list(module.__dict__.get("_load_state_dict_post_hooks", {}).values())
            if hooks:
                _write(writes)
                writes.clear()
            for hook in hooks:
                if hook(module, _IncompatibleKeys(missing, unexpected)) is not None:
                    raise AssertionError(
                        "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new "
                        "values, if incompatible_keys need to be modified, it should be done inplace."
                    )

        # A key that is no string is an unexpected one like any other.
        load(self, {key: value for key, value in state_dict.items() if isinstance(key, str)}, "")
        unexpected += [key for key in state_dict if not isinstance(key, str)]
        if strict:
            if unexpected:
                errors.insert(0, "Unexpected key(s) in state_dict: " + ", ".join(f'"{k}"' for k in unexpected) + ". ")
            if missing:
                errors.insert(0, "Missing key(s) in state_dict: " + ", ".join(f'"{k}"' for k in missing) + ". ")
        if errors:
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(errors)
            )
        _write(writes)
        return _IncompatibleKeys(missing, unexpected)


class _LoadHook:
    """A pre-hook of load_state_dict, with the block that it is called with. Copies belong to the copied block."""

    def __init__(self, hook, module):
        self.hook, self.module = hook, module

    def __call__(self, *args):
        return self.hook(*args) if self.module is None else self.hook(self.module, *args)


def _misfit(key, target, value):
    """Why ``value`` cannot be loaded into ``target``, or None."""
    if not isinstance(value, _C.Tensor):
        return (
            f'While copying the parameter named "{key}", expected a Tensor from checkpoint but received '
            f"{type(value).__name__}"
        )
    if is_lazy(value):
        return None if is_lazy(target) else f'While copying the parameter named "{key}": the checkpoint has it without data.'
    if not is_lazy(target) and tuple(value.shape) != tuple(target.shape):
        return (
            f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
            f"the shape in current model is {target.shape}."
        )
    return None


def _write(writes):
    with no_grad():
        for module, name, target, value, assign in writes:
            if name is None:
                module.set_extra_state(value)
            elif assign:
                if isinstance(target, Parameter):
                    if not isinstance(value, Parameter):
                        value = Parameter(value, requires_grad=target.requires_grad)
                    module._parameters[name] = value
                else:
                    module._buffers[name] = value
            elif is_lazy(value):
                continue
            elif is_lazy(target):
                target.data = value.detach().clone().to(target.dtype)
            else:
                target.copy_(value.detach())
