"""Calls of blocks with other tensors in the place of their parameters and buffers."""

from contextlib import contextmanager

from ... import _C

__all__ = ["functional_call"]


def functional_call(module, parameters_and_buffers, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """The older place of :func:`swiftnn.func.functional_call`."""
    return call_with(module, parameters_and_buffers, args, kwargs, tie_weights, strict)


def call_with(module, parameters_and_buffers, args, kwargs, tie_weights, strict):
    if args is None:
        args = ()
    elif not isinstance(args, tuple):
        args = (args,)
    with replaced(module, parameters_and_buffers, tie_weights, strict):
        return module(*args, **({} if kwargs is None else kwargs))


def _named_tensors(module):
    """The registry and name of each parameter and buffer, by path; tied ones under each of theirs."""
    for path, block in module.named_modules(remove_duplicate=False):
        for registry in (block._parameters, block._buffers):
            for name, tensor in registry.items():
                if tensor is not None:
                    yield (path + "." if path else "") + name, tensor


def _with_tied(module, given):
    """``given`` with an entry for each path of a tensor of which it names one."""
    paths_of, own = {}, dict(_named_tensors(module))
    for path, tensor in own.items():
        paths_of.setdefault(id(tensor), []).append(path)
    complete = {}
    for path, value in given.items():
        paths = paths_of[id(own[path])] if path in own else [path]
        others = [other for other in paths if other in given]
        if any(given[other] is not value for other in others):
            raise ValueError(
                f"functional_call got multiple values for keys {sorted(others)}, which are tied. Consider using "
                "tie_weights=False"
            )
        complete.update(dict.fromkeys(paths, value))
    return complete


@contextmanager
def replaced(module, given, tie_weights=True, strict=False):
    """Within it, the tensors of the dict ``given`` stand in the place of the module's own."""
    complete = _with_tied(module, given) if tie_weights else dict(given)
    if strict:
        own = {path for path, _ in _named_tensors(module)}
        unexpected, missing = sorted(set(complete) - own), sorted(own - set(complete))
        if unexpected or missing:
            lines = [
                f"{kind} key(s): " + ", ".join(f"'{key}'" for key in keys) + "."
                for kind, keys in (("Unexpected", unexpected), ("Missing", missing))
                if keys
            ]
            raise RuntimeError(f"Error(s) in reparametrizing for {type(module).__name__}:\n\t" + "\n\t".join(lines))
    places = {}
    for path, value in complete.items():
        if not isinstance(value, _C.Tensor):
            raise TypeError(f"{value} is not an instance of swiftnn.Tensor")
        above, _, name = path.rpartition(".")
        block = module.get_submodule(above)
        registry = next((r for r in (block._parameters, block._buffers) if name in r), block.__dict__)
        places[path] = (block, registry, name, name in registry, registry.get(name))
    try:
        for path, (_, registry, name, _, _) in places.items():
            registry[name] = complete[path]
        yield
    finally:
        for path, (block, registry, name, existed, old) in places.items():
            # A buffer that forward has assigned anew is the caller's to keep.
            if path in given and name in registry and registry[name] is not given[path]:
                given[path] = registry[name]
            if existed:
                registry[name] = old
            else:
                registry.pop(name, None)
            block._refresh()
