"""Functions of functions: PyTorch's ``torch.func``, as far as it is offered."""

from . import _C, autograd
from .nn.utils.stateless import call_with

__all__ = ["functional_call", "grad", "grad_and_value", "vjp"]


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """Calls a block with the given tensors in the place of its parameters and buffers. Gradients flow to them.

    Args:
        module: the block, which is as before afterwards.
        parameter_and_buffer_dicts: tensors by path, as in a ``state_dict``, or several dicts of such with no path in
            common. The block's own tensors take the places that are not named.
        args: the argument of the call, or a tuple of arguments.
        kwargs: its keyword arguments.
        tie_weights: whether a tensor for one path of a tied parameter is taken for the others too.
        strict: whether the paths must be exactly those of the block.

    Examples::

        >>> import swiftnn
        >>> from swiftnn import nn
        >>> layer = nn.Linear(2, 1, bias=False)
        >>> weight = swiftnn.ones(1, 2, requires_grad=True)
        >>> swiftnn.func.functional_call(layer, {"weight": weight}, swiftnn.tensor([[2.0, 3.0]])).backward()
        >>> weight.grad
        tensor([[2., 3.]])
    """
    if isinstance(parameter_and_buffer_dicts, dict):
        given = parameter_and_buffer_dicts
    elif isinstance(parameter_and_buffer_dicts, (list, tuple)):
        given = {}
        for number, part in enumerate(parameter_and_buffer_dicts):
            if not isinstance(part, dict):
                raise ValueError(
                    f"Expected all elements of parameter_and_buffer_dicts to be dictionaries; element {number} is "
                    f"{type(part).__name__}"
                )
            twice = sorted(set(part) & set(given))
            if twice:
                raise ValueError(
                    f"{twice} appeared in multiple dictionaries; behavior of functional call is ambiguous"
                )
            given.update(part)
    else:
        raise ValueError(
            "Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got "
            f"{type(parameter_and_buffer_dicts)}"
        )
    return call_with(module, given, args, kwargs, tie_weights, strict)


# ------------------------------------------------------------------------------------------ trees of tensors


def _leaves(tree):
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in _leaves(value)]
    if isinstance(tree, (list, tuple)):
        return [leaf for value in tree for leaf in _leaves(value)]
    return [tree]


def _rebuilt(tree, leaves):
    """``tree`` with its leaves taken from an iterator."""
    if isinstance(tree, dict):
        return type(tree)((key, _rebuilt(value, leaves)) for key, value in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_rebuilt(value, leaves) for value in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(_rebuilt(value, leaves) for value in tree)
    return next(leaves)


def _differentiable(function, tree):
    """The tree with inputs of its own, and whether somebody outside differentiates through them."""
    leaves, nested = _leaves(tree), False
    for place, leaf in enumerate(leaves):
        if not isinstance(leaf, _C.Tensor):
            raise TypeError(f"{function}: the arguments to differentiate must be Tensors, not {type(leaf).__name__}")
        if leaf.requires_grad:
            nested = True
            leaves[place] = leaf.view_as(leaf)
        else:
            leaves[place] = leaf.detach().requires_grad_()
    return _rebuilt(tree, iter(leaves)), leaves, nested


def grad_and_value(func, argnums=0, has_aux=False):
    """The function that returns the gradient of ``func`` and its value; see :func:`grad`."""

    def differentiated(*args, **kwargs):
        numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
        for number in numbers:
            if not -len(args) <= number < len(args):
                raise RuntimeError(f"grad: argnums={number}, but there are {len(args)} positional arguments")
        args = list(args)
        with autograd.enable_grad():
            tree, leaves, nested = _differentiable("grad", tuple(args[number] for number in numbers))
            for number, value in zip(numbers, tree):
                args[number] = value
            result = func(*args, **kwargs)
            aux = None
            if has_aux:
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise RuntimeError(
                        "grad_and_value(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is True"
                    )
                result, aux = result
            if not isinstance(result, _C.Tensor):
                raise RuntimeError(f"grad: expected f(*args) to return a tensor, got {type(result)}")
            if result.ndim != 0:
                raise RuntimeError(
                    f"grad: expected f(*args) to return a scalar tensor, got tensor with {result.ndim} dims"
                )
            gradients = _gradients([result], leaves, None, nested)
        gradients = _rebuilt(tree, iter(gradients))
        if isinstance(argnums, int):
            gradients = gradients[0]
        value = result if nested else result.detach()
        return (gradients, (value, aux)) if has_aux else (gradients, value)

    return differentiated


def _gradients(outputs, inputs, vectors, nested):
    pairs = [
        (output, None if vectors is None else vectors[place])
        for place, output in enumerate(outputs)
        if output.requires_grad
    ]
    if not pairs:
        return [_C.functions["zeros_like"](tensor) for tensor in inputs]
    found = autograd.grad(
        [output for output, _ in pairs],
        inputs,
        None if vectors is None else [vector for _, vector in pairs],
        retain_graph=True,
        create_graph=nested,
        allow_unused=True,
    )
    return [_C.functions["zeros_like"](x) if g is None else g for x, g in zip(inputs, found)]


def grad(func, argnums=0, has_aux=False):
    """The function that computes the gradient of ``func``, which returns a scalar.

    Args:
        func: the function; its arguments may be trees of dicts, lists and tuples of tensors.
        argnums: the number of the argument to differentiate by, or a tuple of them.
        has_aux: whether ``func`` returns a pair, of which the second is handed on.

    Examples::

        >>> import swiftnn
        >>> swiftnn.func.grad(lambda x: x.sin())(swiftnn.tensor(0.0))
        tensor(1.)
        >>> swiftnn.func.grad(swiftnn.func.grad(lambda x: x**3))(swiftnn.tensor(2.0))
        tensor(12.)
    """
    both = grad_and_value(func, argnums, has_aux)

    def differentiated(*args, **kwargs):
        gradients, value = both(*args, **kwargs)
        return (gradients, value[1]) if has_aux else gradients

    return differentiated


def vjp(func, *primals, has_aux=False):
    """The value of ``func`` at ``primals``, and the function that multiplies vectors by its Jacobian from the left.

    Examples::

        >>> import swiftnn
        >>> value, pull_back = swiftnn.func.vjp(lambda x: x * x, swiftnn.tensor([1.0, 2.0]))
        >>> pull_back(swiftnn.ones(2))
        (tensor([2., 4.]),)
    """
    with autograd.enable_grad():
        tree, leaves, nested = _differentiable("vjp", primals)
        result = func(*tree)
        aux = None
        if has_aux:
            if not (isinstance(result, tuple) and len(result) == 2):
                raise RuntimeError("vjp(f, *primals): output of function f should be a tuple: (output, aux)")
            result, aux = result
    outputs = _leaves(result)
    for output in outputs:
        if not isinstance(output, _C.Tensor):
            raise RuntimeError(f"vjp(f, *primals): Expected f to return tensors, got {type(output).__name__}")

    def pull_back(*cotangents):
        vectors = _leaves(cotangents[0] if len(cotangents) == 1 else cotangents)
        if len(vectors) != len(outputs):
            raise RuntimeError(f"vjp: {len(outputs)} cotangents are expected, one for each output, not {len(vectors)}")
        again = nested or any(vector.requires_grad for vector in vectors)
        with autograd.enable_grad():
            gradients = _gradients(outputs, leaves, vectors, again)
        gradients = _rebuilt(tree, iter(gradients))
        return gradients

    value = result if nested else _rebuilt(result, iter([output.detach() for output in outputs]))
    return (value, pull_back, aux) if has_aux else (value, pull_back)
