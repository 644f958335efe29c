"""Products whose arguments PyTorch takes in more than one form."""

from . import _C

__all__ = ["chain_matmul", "einsum", "tensordot"]

_einsum = _C._einsum
_tensordot = _C._tensordot
_multi_dot = _C.linalg_functions["multi_dot"]


def einsum(equation, *operands):
    """The sum of products of the operands' elements by Einstein's convention.

    ``einsum("ij,jk->ik", a, b)`` is the matrix product. A letter names a dimension of each operand, ``...`` stands for
    any number of them, which are broadcast; a letter that appears twice in one operand takes its diagonal. Without
    ``->`` the letters that appear once remain, in alphabetical order.

    The operands may be given as one list, or each followed by a list of integers below 52, or Ellipsis, in place of an
    equation: ``einsum(a, [0, 1], b, [1, 2], [0, 2])``.
    """
    if isinstance(equation, _C.Tensor):
        equation, operands = _from_lists((equation, *operands))
    elif not operands:
        raise ValueError("einsum(): must specify the equation string and at least one operand, "
                         "or at least one operand and its subscripts list")
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    return _einsum(equation, list(operands))


def _from_lists(arguments):
    tensors, subscripts = arguments[::2], arguments[1::2]
    if len(tensors) == len(subscripts):
        return ",".join(map(_letters, subscripts)), tensors
    if not subscripts:
        raise ValueError("einsum(): must specify at least one operand and its subscripts list")
    # The last one has no list of its own: it is the output's.
    return ",".join(map(_letters, subscripts)) + "->" + _letters(tensors[-1]), tensors[:-1]


def _letters(subscripts):
    if not isinstance(subscripts, (list, tuple)):
        raise TypeError(f"einsum(): expected a list of subscripts, not {type(subscripts).__name__}")
    return "".join(map(_letter, subscripts))


def _letter(subscript):
    if subscript is Ellipsis:
        return "..."
    if not isinstance(subscript, int):
        raise TypeError(f"einsum(): expected integers and Ellipsis as subscripts, not {type(subscript).__name__}")
    if not 0 <= subscript < 52:
        raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")
    return chr(subscript + (ord("A") if subscript < 26 else ord("a") - 26))


def tensordot(a, b, dims=2, out=None):
    """The sum of products over dimensions of two tensors: the last ``dims`` of ``a`` and the first of ``b``, or, where
    ``dims`` is a pair of lists, those of the first list of ``a`` and those of the second of ``b``, pair by pair."""
    if isinstance(dims, _C.Tensor):
        dims = dims.tolist()
    if not isinstance(dims, (list, tuple)):
        dims = dims.__index__()
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims = list(range(a.dim() - dims, a.dim())), list(range(dims))
    if len(dims) != 2:
        raise RuntimeError(f"tensordot expects two lists of dimensions, but got {len(dims)}")
    if any(not isinstance(part, (list, tuple)) for part in dims):
        raise TypeError("tensordot(): argument 'dims' must be an int or a pair of lists of ints")
    return _tensordot(a, b, *dims, out=out)


def chain_matmul(*matrices, out=None):
    """The product of all matrices, in the order of least work. ``linalg.multi_dot`` is the newer name."""
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    for matrix in matrices:
        if matrix.dim() != 2:
            raise RuntimeError(f"Tensor dimension is {matrix.dim()}, expected 2 instead.")
    if len(matrices) == 1:
        return matrices[0] if out is None else out.copy_(matrices[0])
    return _multi_dot(list(matrices), out=out)
