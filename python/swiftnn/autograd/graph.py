"""The graph: its nodes, and what is done to the values that they save."""

from .. import _C

__all__ = ["Node", "get_gradient_edge", "save_on_cpu", "saved_tensors_hooks"]

Node = _C.Node


class saved_tensors_hooks:
    """Within it, what operators save for the backward pass goes through a pair of functions.

    Args:
        pack_hook: gets each tensor that is saved, without history, and returns what to keep of it.
        unpack_hook: gets that when the backward pass needs the tensor, and returns a tensor of the same shape and dtype.

    Examples::

        >>> import swiftnn
        >>> x = swiftnn.tensor([2.0, 3.0], requires_grad=True)
        >>> with swiftnn.autograd.graph.saved_tensors_hooks(lambda t: t.tolist(), swiftnn.tensor):
        ...     y = x.exp() * x
        >>> y.sum().backward()
        >>> x.grad.tolist() == ((x.detach() + 1) * x.detach().exp()).tolist()
        True
    """

    def __init__(self, pack_hook, unpack_hook):
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self):
        _C._push_saved_tensors_hooks(self.pack_hook, self.unpack_hook)

    def __exit__(self, *_):
        _C._pop_saved_tensors_hooks()


class save_on_cpu(saved_tensors_hooks):
    """Keeps what is saved as copies in memory of their own. All memory here is the CPU's."""

    def __init__(self, pin_memory=False, device_type="cpu"):
        super().__init__(lambda tensor: tensor.clone(), lambda tensor: tensor)


class GradientEdge(tuple):
    """A node and the number of one of its results."""

    __slots__ = ()

    def __new__(cls, node, output_nr):
        return super().__new__(cls, (node, output_nr))

    node = property(lambda self: self[0])
    output_nr = property(lambda self: self[1])


def get_gradient_edge(tensor):
    """The node that the gradient of ``tensor`` comes to, and the tensor's number among its results."""
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    node = tensor.grad_fn
    if node is None:
        node = tensor.view_as(tensor).grad_fn.next_functions[0][0]
    return GradientEdge(node, tensor.output_nr)
