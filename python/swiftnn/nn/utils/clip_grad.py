"""Gradients kept within bounds."""

import warnings
from collections.abc import Iterable

from ... import _C
from ...autograd import no_grad

__all__ = ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]

def _listed(tensors):
    """A list of one tensor or of those of an iterable."""
    if isinstance(tensors, _C.Tensor):
        return [tensors]
    if not isinstance(tensors, Iterable):
        raise TypeError(f"a Tensor or an iterable of Tensors is expected, not {type(tensors).__name__}")
    return list(tensors)


def _parameters(parameters):
    listed = _listed(parameters)
    if not listed and not isinstance(parameters, (list, tuple)):
        warnings.warn("`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=4)
    return listed


@no_grad()
def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """The norm of all elements of the tensors together, as if they were one vector.

    Args:
        tensors: a tensor or an iterable of them.
        norm_type: p of the p-norm; ``float('inf')`` gives the largest magnitude.
        error_if_nonfinite: whether a norm that is infinite or not a number is a RuntimeError.
        foreach: accepted and not used.

    Examples::

        >>> import swiftnn
        >>> swiftnn.nn.utils.get_total_norm([swiftnn.tensor([3.0]), swiftnn.tensor([4.0])])
        tensor(5.)
    """
    from ...linalg import vector_norm

    tensors, norm_type = _listed(tensors), float(norm_type)
    if not tensors:
        return _C.functions["tensor"](0.0)
    total = vector_norm(_C.functions["stack"]([vector_norm(tensor, norm_type) for tensor in tensors]), norm_type)
    if error_if_nonfinite and not bool(_C.functions["isfinite"](total)):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be clipped. "
            "To disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`"
        )
    return total


@no_grad()
def clip_grads_with_norm_(parameters, max_norm, total_norm, foreach=None):
    """Scales the gradients in place so that their norm, which is ``total_norm`` now, is ``max_norm`` at most."""
    scale = float(max_norm) / (total_norm + 1e-6)
    if isinstance(scale, _C.Tensor):
        scale = scale.clamp(max=1.0)
    else:
        scale = min(scale, 1.0)
    for parameter in _listed(parameters):
        if parameter.grad is not None:
            parameter.grad.mul_(scale)


@no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """Scales the gradients in place so that the norm of all of them together is ``max_norm`` at most.

    Args:
        parameters: a tensor or an iterable of them; those without gradient count for nothing.
        max_norm: the largest norm that the gradients keep.
        norm_type: p of the p-norm; ``float('inf')`` gives the largest magnitude.
        error_if_nonfinite: whether a norm that is infinite or not a number is a RuntimeError.
        foreach: accepted and not used.

    Returns:
        the norm as it was before.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([3.0, 4.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> swiftnn.nn.utils.clip_grad_norm_([x], max_norm=1.0)
        tensor(10.)
        >>> x.grad
        tensor([0.6000, 0.8000])
    """
    parameters = _parameters(parameters)
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    total = get_total_norm(gradients, norm_type, error_if_nonfinite, foreach)
    clip_grads_with_norm_(parameters, max_norm, total, foreach)
    return total


def clip_grad_norm(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    """The older name of :func:`clip_grad_norm_`."""
    warnings.warn("`clip_grad_norm` is now deprecated in favor of `clip_grad_norm_`.", FutureWarning, stacklevel=2)
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


@no_grad()
def clip_grad_value_(parameters, clip_value, foreach=None):
    """Brings each element of the gradients into the interval from ``-clip_value`` to ``clip_value``, in place.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([1.0, -5.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> swiftnn.nn.utils.clip_grad_value_(x, 3)
        >>> x.grad
        tensor([ 2., -3.])
    """
    limit = float(clip_value)
    for parameter in _listed(parameters):
        if parameter.grad is not None:
            parameter.grad.clamp_(-limit, limit)
