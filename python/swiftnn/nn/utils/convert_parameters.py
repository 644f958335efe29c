"""All parameters as one vector."""

from ... import _C

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters):
    """The elements of all parameters, one after the other, as a vector.

    Examples::

        >>> from swiftnn import nn
        >>> nn.utils.parameters_to_vector(nn.Linear(2, 3).parameters()).shape
        swiftnn.Size([9])
    """
    return _C.functions["cat"]([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec, parameters):
    """Gives each parameter, in order, its part of the vector ``vec``, whose memory it shares from then on."""
    if not isinstance(vec, _C.Tensor):
        raise TypeError(f"expected swiftnn.Tensor, but got: {type(vec)}")
    start = 0
    for parameter in parameters:
        count = parameter.numel()
        parameter.data = vec[start : start + count].view_as(parameter).detach()
        start += count
