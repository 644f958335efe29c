"""Derivatives of functions: products of a vector with the Jacobian or the Hessian, and the matrices themselves.

All take a function of tensors that returns a tensor or a tuple, and its inputs, a tensor or a tuple. With
``create_graph`` the results can be differentiated in turn. With ``strict`` it is an error when a result does not depend
on an input, which would give zeros otherwise.
"""

from .. import _C
from . import grad as _engine_grad
from .grad_mode import enable_grad, is_grad_enabled, set_grad_enabled

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

_Tensor = _C.Tensor
_zeros_like, _ones_like, _stack = map(_C.functions.get, ("zeros_like", "ones_like", "stack"))


def _tuple(value, what, function):
    many = isinstance(value, tuple)
    values = value if many else (value,)
    for i, item in enumerate(values):
        if not isinstance(item, _Tensor):
            given = f"value at index {i} has" if many else f"given {what} has"
            raise TypeError(
                f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the {given} type {type(item)}."
            )
    return many, values


def _watched(inputs, create_graph, required=True):
    # New tensors: what the function finds elsewhere, even the same inputs, is none of its arguments.
    return tuple(
        x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_(required) for x in inputs
    )


def _call(func, inputs, function):
    return _tuple(func(*inputs), "outputs of the user-provided function", function)


def _one_element(outputs, many, function):
    if many or outputs[0].numel() != 1:
        found = f"a tuple of {len(outputs)}" if many else f"a tensor of {outputs[0].numel()} elements"
        raise RuntimeError(f"The Tensor returned by the function given to {function} should contain a single element, not {found}")
    return outputs[0].reshape(()) if outputs[0].dim() else outputs[0]


def _vector(v, like, many, function):
    _, v = _tuple(v, "v", function)
    v = tuple(x.detach() if not is_grad_enabled() else x for x in v)
    if len(v) != len(like):
        if many:
            raise RuntimeError(f"v is a tuple of invalid length: should be {len(like)} but got {len(v)}.")
        raise RuntimeError("The given v should contain a single Tensor.")
    for i, (x, other) in enumerate(zip(v, like)):
        if x.shape != other.shape:
            entry = f"Entry {i} in " if many else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {other.shape} but got {x.shape}.")
    return v


def _grad(outputs, inputs, weights, create_graph, retain_graph=None):
    """Like ``grad``, with outputs that depend on nothing, or are None, left out."""
    pairs = [(out, w) for out, w in zip(outputs, weights) if out is not None and out.requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    outs, weights = zip(*pairs)
    return _engine_grad(outs, inputs, weights, retain_graph, create_graph, allow_unused=True)


def _require(tensors, strict, message):
    if strict:
        for i, tensor in enumerate(tensors):
            if tensor is None or not tensor.requires_grad:
                raise RuntimeError(message.format(i) + " This is not allowed in strict mode.")


_OUTPUT = "Output {0} of the user-provided function does not require gradients."
_INDEPENDENT = "The output of the user-provided function is independent of input {0}."
_GRADIENT = "The gradient with respect to input {0} is independent of the inputs of the user-provided function."
_JACOBIAN = "The jacobian of the user-provided function is independent of input {0}."
_HESSIAN = "The hessian of the user-provided function is independent of entry {0} in the grad_jacobian."
_TRICK = "The gradient with respect to the input is independent of entry {0} in the grad_outputs."


def _filled(gradients, like, strict, create_graph, missing, constant):
    """Zeros in the place of None, or in strict mode an error."""
    if strict and any(g is None for g in gradients):
        i = next(i for i, g in enumerate(gradients) if g is None)
        raise RuntimeError(missing.format(i) + " This is not allowed in strict mode.")
    if strict and create_graph:
        _require(gradients, True, constant)
    return tuple(_zeros_like(x) if g is None else g for g, x in zip(gradients, like))


def _finish(values, many, create_graph):
    values = values if create_graph else tuple(x.detach() for x in values)
    return values if many else values[0]


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """The value of ``func`` and the product of ``v`` with its Jacobian: ``(outputs, vT J)``.

    Args:
        v: in the shape of the outputs; may be left out for one output of one element.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([1.0, 2.0])
        >>> swiftnn.autograd.functional.vjp(lambda x: x * x, x, swiftnn.ones(2))
        (tensor([1., 4.]), tensor([2., 4.]))
    """
    many, inputs = _tuple(inputs, "inputs", "vjp")
    with enable_grad():
        inputs = _watched(inputs, create_graph)
        outs_many, outputs = _call(func, inputs, "vjp")
        _require(outputs, strict, _OUTPUT)
        if v is not None:
            v = _vector(v, outputs, outs_many, "vjp")
        elif len(outputs) != 1 or outputs[0].numel() != 1:
            raise RuntimeError(
                "The vector v can only be None if the user-provided function returns a single Tensor with a single element."
            )
        else:
            v = (None,)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        product = _filled(_grad(outputs, inputs, v, create_graph), inputs, strict, create_graph, _INDEPENDENT, _JACOBIAN)
    return _finish(outputs, outs_many, create_graph), _finish(product, many, create_graph)


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """The value of ``func`` and the product of its Jacobian with ``v``: ``(outputs, J v)``.

    Args:
        v: in the shape of the inputs; may be left out for one input of one element.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([1.0, 2.0])
        >>> swiftnn.autograd.functional.jvp(lambda x: x * x, x, swiftnn.ones(2))[1]
        tensor([2., 4.])
    """
    many, inputs = _tuple(inputs, "inputs", "jvp")
    with enable_grad():
        inputs = _watched(inputs, create_graph)
        if v is not None:
            v = _watched(_vector(v, inputs, many, "jvp"), create_graph, False)
        elif len(inputs) != 1 or inputs[0].numel() != 1:
            raise RuntimeError(
                "The vector v can only be None if the input to the user-provided function is a single Tensor with a "
                "single element."
            )
        else:
            v = (_ones_like(inputs[0]),)
        outs_many, outputs = _call(func, inputs, "jvp")
        _require(outputs, strict, _OUTPUT)
        # The gradient is linear in the weights of the outputs; its derivative by them is the product.
        weights = tuple(_zeros_like(out).requires_grad_() for out in outputs)
        gradients = _grad(outputs, inputs, weights, True)
        _require(gradients, strict, _GRADIENT)
        product = _grad(gradients, weights, v, create_graph)
        product = _filled(product, outputs, strict, create_graph, _TRICK, _JACOBIAN)
    return _finish(outputs, outs_many, create_graph), _finish(product, outs_many, create_graph)


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """The value of ``func``, of one element, and the product of ``v`` with its Hessian: ``(output, vT H)``."""
    many, inputs = _tuple(inputs, "inputs", "vhp")
    with enable_grad():
        inputs = _watched(inputs, create_graph)
        v = _hessian_vector(v, inputs, many, "vhp")
        outs_many, outputs = _call(func, inputs, "vhp")
        _one_element(outputs, outs_many, "vhp")
        _require(outputs, strict, _OUTPUT)
        gradients = _grad(outputs, inputs, (_ones_like(outputs[0]),), True)
        _require(gradients, strict, _GRADIENT)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        product = _filled(_grad(gradients, inputs, v, create_graph), inputs, strict, create_graph, _JACOBIAN, _HESSIAN)
    return _finish(outputs, outs_many, create_graph), _finish(product, many, create_graph)


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """The value of ``func``, of one element, and the product of its Hessian with ``v``: ``(output, H v)``.

    ``vhp`` gives the same with one pass less where the Hessian is symmetric.
    """
    many, inputs = _tuple(inputs, "inputs", "hvp")
    with enable_grad():
        inputs = _watched(inputs, create_graph)
        v = _hessian_vector(v, inputs, many, "hvp")
        outs_many, outputs = _call(func, inputs, "hvp")
        _one_element(outputs, outs_many, "hvp")
        _require(outputs, strict, _OUTPUT)
        gradients = _grad(outputs, inputs, (_ones_like(outputs[0]),), True)
        _require(gradients, strict, _GRADIENT)
        gradients = tuple(_zeros_like(x) if g is None else g for g, x in zip(gradients, inputs))
        weights = tuple(_zeros_like(x).requires_grad_() for x in inputs)
        seconds = _grad(gradients, inputs, weights, True)
        _require(seconds, strict, _JACOBIAN)
        product = _grad(seconds, weights, v, create_graph)
        product = _filled(product, inputs, strict, create_graph, _HESSIAN, _HESSIAN)
    return _finish(outputs, outs_many, create_graph), _finish(product, many, create_graph)


def _hessian_vector(v, inputs, many, function):
    if v is not None:
        return _vector(v, inputs, many, function)
    if len(inputs) != 1 or inputs[0].numel() != 1:
        raise RuntimeError(
            "The vector v can only be None if the input to the user-provided function is a single Tensor with a single element."
        )
    return (_ones_like(inputs[0]),)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The Jacobian of ``func``: for output ``i`` and input ``j`` a tensor of shape ``output.shape + input.shape``.

    Returns:
        The tensor; or a tuple over the outputs, or over the inputs, where there is a tuple of them; or a tuple over the
        outputs of tuples over the inputs.

    Examples::

        >>> import swiftnn
        >>> swiftnn.autograd.functional.jacobian(lambda x: x * x, swiftnn.tensor([1.0, 2.0]))
        tensor([[2., 0.],
                [0., 4.]])
    """
    if vectorize or strategy != "reverse-mode":
        raise NotImplementedError("jacobian(): vectorize and strategy='forward-mode' are not offered")
    many, inputs = _tuple(inputs, "inputs", "jacobian")
    with enable_grad():
        inputs = _watched(inputs, create_graph)
        outs_many, outputs = _call(func, inputs, "jacobian")
        _require(outputs, strict, _OUTPUT)
        result = []
        for i, out in enumerate(outputs):
            missing = f"Output {i} of the user-provided function is independent of input {{0}}."
            rows = [[] for _ in inputs]
            elements = out.reshape(-1)
            for k in range(elements.numel()):
                gradients = _grad((elements[k],), inputs, (None,), create_graph, True)
                gradients = _filled(gradients, inputs, strict, create_graph, missing, _JACOBIAN)
                for row, gradient in zip(rows, gradients):
                    row.append(gradient)
            result.append(
                tuple(
                    (_stack(row) if row else _zeros_like(x).reshape(-1)[:0]).reshape((*out.shape, *x.shape))
                    for row, x in zip(rows, inputs)
                )
            )
    result = [_finish(row, many, create_graph) for row in result]
    return tuple(result) if outs_many else result[0]


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The Hessian of a function of one element: for inputs ``i`` and ``j`` a tensor of the shapes of both.

    Examples::

        >>> import swiftnn
        >>> swiftnn.autograd.functional.hessian(lambda x: (x * x * x).sum(), swiftnn.tensor([1.0, 2.0]))
        tensor([[ 6.,  0.],
                [ 0., 12.]])
    """
    if vectorize or outer_jacobian_strategy != "reverse-mode":
        raise NotImplementedError("hessian(): vectorize and outer_jacobian_strategy='forward-mode' are not offered")
    many, inputs = _tuple(inputs, "inputs", "hessian")

    def scalar(*given):
        outs_many, outputs = _call(func, given, "hessian")
        _require(outputs, strict, _OUTPUT)
        return _one_element(outputs, outs_many, "hessian")

    def gradients(*given):
        found = jacobian(scalar, given, create_graph=True)
        if strict:
            _require(
                found,
                True,
                "While computing the hessian, found that the jacobian of the user-provided function with respect to input {0} "
                "is independent of the input.",
            )
        return found

    result = jacobian(gradients, inputs, create_graph=create_graph, strict=strict)
    return result if many else result[0][0]
