"""Handles by which hooks are taken off again."""

import weakref

__all__ = ["RemovableHandle"]


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

    def __init__(self, hooks):
        self._hooks = weakref.ref(hooks)
        self.id = RemovableHandle._next_id
        RemovableHandle._next_id += 1

    @classmethod
    def register(cls, hooks, entry, prepend):
        handle = cls(hooks)
        hooks[handle.id] = entry
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        return handle

    def remove(self):
        """Takes the hook off. A second call does nothing."""
        hooks = self._hooks()
        if hooks is not None:
            hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()
