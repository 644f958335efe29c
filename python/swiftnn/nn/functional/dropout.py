"""What drops elements, or whole channels, at random."""

import warnings

from ... import _C

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"]


def _run(function, input, p, training, inplace):
    if not inplace:
        return _C.functions[function](input, p, training)
    # Checked as out of place; nothing is written where nothing changes.
    same = _C.functions[function](input.detach(), p, False)
    if not training or p == 0 or same.numel() == 0:
        return input
    return getattr(input, function + "_")(p, True)


def dropout(input, p=0.5, training=True, inplace=False):
    """Elements set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of
    training. With ``inplace`` the result is written over the input."""
    return _run("dropout", input, p, training, inplace)


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    """Elements set, with probability ``p``, to the limit of :func:`selu` for small numbers, and all scaled and moved so that mean 0
    and variance 1 stay; the input itself outside of training."""
    return _run("alpha_dropout", input, p, training, inplace)


def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    """:func:`alpha_dropout` of whole channels, the second dimension."""
    return _run("feature_alpha_dropout", input, p, training, inplace)


def dropout1d(input, p=0.5, training=True, inplace=False):
    """Channels set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of training.

    Shape: [N, C, L] or [C, L].
    """
    return _of_channels("dropout1d", input, p, training, inplace, 3)


def dropout2d(input, p=0.5, training=True, inplace=False):
    """Channels set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of training.

    Shape: [N, C, H, W]. Three dimensions are taken for [N, C, L], with a warning, as in PyTorch.
    """
    return _of_channels("dropout2d", input, p, training, inplace, 4)


def dropout3d(input, p=0.5, training=True, inplace=False):
    """Channels set to zero with probability ``p``, the others divided by ``1 - p``; the input itself outside of training.

    Shape: [N, C, D, H, W] or [C, D, H, W].
    """
    return _of_channels("dropout3d", input, p, training, inplace, 5)


def _of_channels(name, input, p, training, inplace, batched):
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    dims = input.dim()
    if dims not in (batched - 1, batched):
        what = (
            f"Note that {name} exists to provide channel-wise dropout on inputs with {batched - 2} spatial "
            f"dimension{'s' if batched > 3 else ''}, a channel dimension, and an optional batch dimension (i.e. {batched - 1}D or {batched}D inputs)."
        )
        if batched == 3:
            raise RuntimeError(f"{name}: Expected 2D or 3D input, but received a {dims}D input. {what}")
        warnings.warn(
            f"{name}: Received a {dims}-D input to {name}, which is deprecated and will result in an error in a future release. To "
            f"retain the behavior and silence this warning, please use dropout instead. {what}",
            stacklevel=3,
        )
    if batched == 4:
        if dims == 3:
            warnings.warn(
                "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is "
                "interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future release to "
                "interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise dropout "
                "behavior, please switch to using dropout1d instead.",
                stacklevel=3,
            )
        return _run("feature_dropout", input, p, training, inplace)
    if dims == batched:
        return _run("feature_dropout", input, p, training, inplace)
    result = _run("feature_dropout", input.unsqueeze(0), p, training, inplace)
    return input if inplace else result.squeeze(0)
