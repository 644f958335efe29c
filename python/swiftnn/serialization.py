"""Files: named tensors and whole models as safetensors, any objects with tensors in PyTorch's format."""

from collections import OrderedDict

from . import _C, nn
from .nn.tree import block_of

__all__ = ["add_safe_globals", "load", "load_file", "load_model", "save", "save_file", "save_model"]


def save_file(tensors, path, metadata=None):
    """Writes a dict of tensors by name, such as a ``state_dict``.

    Args:
        tensors: the tensors by name.
        path: of the file, which is replaced if it exists.
        metadata: strings by string, to be kept in the file.

    Examples::

        >>> import swiftnn, tempfile, os
        >>> path = os.path.join(tempfile.mkdtemp(), "net.safetensors")
        >>> net = swiftnn.nn.Linear(2, 3)
        >>> swiftnn.save_file(net.state_dict(), path)
        >>> net.load_state_dict(swiftnn.load_file(path))
        <All keys matched successfully>
    """
    if not hasattr(tensors, "items"):
        raise TypeError(f"save_file: a dict of tensors is expected, not {type(tensors).__name__}")
    _C._save_file(dict(tensors), path, dict(metadata or {}))


def load_file(path):
    """Reads the tensors of a safetensors file, as a dict by name."""
    return OrderedDict(_C._load_file(path)[0])


def load_metadata(path):
    """Reads the metadata of a safetensors file, as a dict of strings."""
    return _C._load_file(path)[1]


def save_model(net, path):
    """Writes a network, its structure and its parameters, to one file, from which Python and Swift rebuild it.

    It must consist of built-in blocks; TypeError names the first that is not.

    Examples::

        >>> import swiftnn, tempfile, os
        >>> from swiftnn import nn
        >>> path = os.path.join(tempfile.mkdtemp(), "net.safetensors")
        >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> swiftnn.save_model(net, path)
        >>> swiftnn.load_model(path)
        Sequential(
          (0): Linear(in_features=2, out_features=3, bias=True)
          (1): ReLU()
        )
    """
    if not isinstance(net, nn.Module):
        raise TypeError(f"save_model: a Module is expected, not {type(net).__name__}")
    for name, module in net.named_modules():
        if "parametrizations" in name.split("."):
            continue  # the file has what they compute
        if module._native_type is None or module._overrides_forward:
            place = f"block '{name}'" if name else "the block"
            raise TypeError(
                f"save_model: {place} ({type(module).__name__}) has a forward written in Python, "
                "which a file cannot hold"
            )
    net._save(path)


def load_model(path):
    """Rebuilds the network that ``save_model`` wrote.

    Returns:
        the block, of the same type as the one that was saved.
    """
    return block_of(_C._load_module(path), {})


# What PyTorch's format needs is read when it is asked for: `import swiftnn` stays quick.


def save(obj, f, pickle_module=None, pickle_protocol=2, _use_new_zipfile_serialization=True, _disable_byteorder_record=False):
    """Writes an object with tensors in it in the format of ``torch.save``; see :func:`swiftnn.checkpoints.save`."""
    from . import checkpoints

    checkpoints.save(obj, f, pickle_module, pickle_protocol, _use_new_zipfile_serialization, _disable_byteorder_record)


def load(f, map_location=None, pickle_module=None, *, weights_only=True, mmap=None, encoding="utf-8"):
    """Reads what ``save``, or ``torch.save``, wrote; see :func:`swiftnn.checkpoints.load`."""
    from . import checkpoints

    return checkpoints.load(f, map_location, pickle_module, weights_only=weights_only, mmap=mmap, encoding=encoding)


def add_safe_globals(safe_globals):
    """Lets ``load`` make objects of these classes; see :func:`swiftnn.checkpoints.add_safe_globals`."""
    from . import checkpoints

    checkpoints.add_safe_globals(safe_globals)
