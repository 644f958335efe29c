"""Gradients: without ``.grad``, of functions written in Python, and what helps to get them right."""

from .. import _C
from . import graph
from .anomaly_mode import detect_anomaly, set_detect_anomaly
from .function import Function
from .gluon import is_recording, is_training, pause, predict_mode, record, set_recording, set_training, train_mode
from .grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)

__all__ = [
    "Function",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "is_recording",
    "is_training",
    "no_grad",
    "pause",
    "predict_mode",
    "record",
    "set_detect_anomaly",
    "set_grad_enabled",
    "set_recording",
    "set_training",
    "train_mode",
]

Node = _C.Node


def __getattr__(name):
    # What few programs use is not loaded before they do.
    from importlib import import_module

    if name == "functional":
        return import_module(".functional", __name__)
    if name in ("gradcheck", "gradgradcheck", "GradcheckError"):
        module = import_module(".numerical", __name__)
        for other in ("gradcheck", "gradgradcheck", "GradcheckError"):
            globals()[other] = getattr(module, other)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _tuple(function, name, value):
    if isinstance(value, _C.Tensor):
        return (value,)
    if isinstance(value, (list, tuple)):
        return tuple(value)
    raise TypeError(f"{function}(): argument '{name}' must be Tensor or tuple of Tensors, not {type(value).__name__}")


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    only_inputs=True,
    allow_unused=None,
    is_grads_batched=False,
    materialize_grads=False,
):
    """The gradients of the sum of ``outputs`` with regard to ``inputs``, without touching any ``.grad``.

    Only what leads to ``inputs`` is computed.

    Args:
        outputs: a tensor or several.
        inputs: the tensor or tensors to differentiate by.
        grad_outputs: a weight for each element of each output; may be left out for outputs of one element.
        retain_graph: whether the graph can be used again; ``create_graph`` unless given.
        create_graph: whether the gradients can be differentiated in turn.
        only_inputs: deprecated; False is ignored with a warning.
        allow_unused: whether an input that the outputs do not depend on gets None instead of an error.
        is_grads_batched: not offered.
        materialize_grads: whether such an input gets zeros instead of None.

    Returns:
        A tuple with one tensor for each input.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([2.0, 3.0], requires_grad=True)
        >>> swiftnn.autograd.grad((x * x).sum(), x)[0].tolist()
        [4.0, 6.0]
    """
    if not only_inputs:
        import warnings

        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts "
            "of the graph, please use backward.",
            FutureWarning,
            stacklevel=2,
        )
    if is_grads_batched:
        raise NotImplementedError("grad(): is_grads_batched is not offered; call grad() for each gradient")
    if materialize_grads:
        if allow_unused is False:
            raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.")
        allow_unused = True
    outputs = _tuple("grad", "outputs", outputs)
    inputs = _tuple("grad", "inputs", inputs)
    if not inputs:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    if grad_outputs is not None:
        grad_outputs = _tuple("grad", "grad_outputs", grad_outputs)
    if retain_graph is None:
        retain_graph = create_graph
    found = _C._grad(outputs, grad_outputs, inputs, retain_graph, create_graph, bool(allow_unused))
    if materialize_grads:
        zeros_like = _C.functions["zeros_like"]
        found = [zeros_like(x, requires_grad=create_graph) if g is None else g for g, x in zip(found, inputs)]
    return tuple(found)


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, inputs=None):
    """Adds the gradients of the sum of ``tensors`` to those of the leaves that they depend on, or of ``inputs`` alone.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([2.0], requires_grad=True)
        >>> swiftnn.autograd.backward([x * 3, x * x])
        >>> x.grad.tolist()
        [7.0]
    """
    tensors = _tuple("backward", "tensors", tensors)
    if grad_tensors is not None:
        grad_tensors = _tuple("backward", "grad_tensors", grad_tensors)
        if len(grad_tensors) != len(tensors):
            raise RuntimeError(f"backward(): got {len(tensors)} tensors and {len(grad_tensors)} gradients")
    if inputs is not None:
        inputs = _tuple("backward", "inputs", inputs)
    for tensor in tensors:
        if not isinstance(tensor, _C.Tensor):
            raise TypeError(f"backward(): argument 'tensors' must hold Tensors, not {type(tensor).__name__}")
    if retain_graph is None:
        retain_graph = create_graph
    _C._backward(tensors, grad_tensors, retain_graph, create_graph, inputs)
