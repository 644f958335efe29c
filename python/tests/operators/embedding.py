"""Rows: embeddings, bags of them, one-hot vectors, bilinear forms."""

import numpy as np

from .harness import ALL, FLOATS, NUMBERS, E, Row, S, T, V


def indices(*values, dtype="int64"):
    return V(np.array(values), dtype=dtype)


def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    return weight[input]


INDEX = indices([1, 2], [4, 1])
EMBEDDING = Row(
    "embedding", embedding,
    [S(INDEX, T(6, 3)), S(V(2, dtype="int64"), T(6, 3)), S(indices(0, 5, dtype="int32"), T(6, 3)), S(V(np.zeros((0, 2)), dtype="int64"), T(6, 3)),
     S(V(np.zeros((0, 2)), dtype="int64"), T(0, 3)), S(indices(*[[[i % 7, i % 5]] for i in range(9)]), T(7, 4)), S(INDEX, T(6, 0)), S(INDEX, T(6, 3), 0), S(INDEX, T(6, 3), -1)],
    dtypes=ALL, raw=True, gradients=(0,),
    errors=[
        E(IndexError, r"embedding: index 6 is out of bounds for dimension 0 with size 6", indices(6), T(6, 3)),
        E(IndexError, r"embedding: index -1 is out of bounds", indices(-1), T(6, 3)),
        E(RuntimeError, r"embedding: expected indices of int64 or int32, got float32", T(2), T(6, 3)),
        E(RuntimeError, r"embedding: expected indices of int64 or int32, got uint8", T(2, dtype="uint8"), T(6, 3)),
        E(RuntimeError, r"embedding: 'weight' must be 2-D, got shape \[6\]", indices(1), T(6)),
        E(ValueError, r"embedding: padding_idx must be within num_embeddings, -6 to 5, got 6", indices(1), T(6, 3), 6),
        E(ValueError, r"embedding: padding_idx must be within num_embeddings, -6 to 5, got -7", indices(1), T(6, 3), -7),
        E(NotImplementedError, r"embedding: sparse=True is not offered", indices(1), T(6, 3), sparse=True),
        E(TypeError, r"embedding\(\): argument 'weight' must be Tensor", indices(1), [1.0]),
        E(RuntimeError, r"embedding: 'weight' must be 2-D", V(1, dtype="int64"), T()),
    ])


def embedding_bag(input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode="mean", sparse=False,
                  per_sample_weights=None, include_last_offset=False, padding_idx=None):
    flat = input.reshape(-1)
    factors = np.ones(flat.shape) if per_sample_weights is None else per_sample_weights.reshape(-1)
    if offsets is None:
        ends = np.arange(input.shape[0] + 1) * input.shape[1]
    else:
        ends = offsets if include_last_offset else np.append(offsets, flat.size if offsets.size else 0)
    padding = None if padding_idx is None else padding_idx % weight.shape[0]
    bags = []
    for first, last in zip(ends[:-1], ends[1:]):
        rows = [factors[i] * weight[flat[i]] for i in range(first, last) if flat[i] != padding]
        empty = np.zeros(weight.shape[1])
        bags.append(empty if not rows else {"sum": np.sum, "mean": np.mean, "max": np.max}[mode](rows, 0))
    return np.array(bags).reshape(len(bags), weight.shape[1])


FLAT = indices(1, 2, 4, 1, 0)
MODES = ("sum", "mean", "max")
BAG = Row(
    "embedding_bag", embedding_bag,
    [S(INDEX, T(6, 3), mode=mode) for mode in MODES] + [
        S(FLAT, weight, offsets, mode=mode)
        for weight, offsets in ((T(6, 3), indices(0, 2)), (T(6, 3), indices(0, 2, 2)), (T(6, 4), indices(0, 0, 5))) for mode in MODES
    ] + [
        S(FLAT, T(6, 3), indices(0, 2, 5), mode=mode, include_last_offset=True, layouts=False) for mode in MODES
    ] + [
        S(FLAT, T(6, 3), indices(0, 2), mode=mode, padding_idx=padding) for mode in MODES for padding in (1, -2)
    ] + [
        S(INDEX, T(6, 3)), S(INDEX, T(6, 3), None, None, 2, False, "sum", False, T(2, 2)), S(FLAT, T(6, 3), indices(0, 3), None, 2.0, False, "sum", False, T(5), False, 1),
        S(indices([1, 1]), T(6, 3), mode="mean", padding_idx=1), S(indices([1, 1]), T(6, 3), mode="max", padding_idx=1, gradient=False),
        S(V(np.zeros((0, 2)), dtype="int64"), T(6, 3)), S(V(np.zeros(0), dtype="int64"), T(6, 3), indices(0, 0)), S(V(np.zeros(0), dtype="int64"), T(6, 3), V(np.zeros(0), dtype="int64")),
        S(indices(0, 1, 2, dtype="int32"), T(6, 3), indices(0, 2, dtype="int32")), S(V(np.arange(300).reshape(10, 30) % 37, dtype="int64"), T(37, 50), gradient=False),
    ],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients="all", gradient_layouts=("transposed", "strided"),  # equal rows have no one maximum
    errors=[
        E(ValueError, r"embedding_bag: offsets has to be a 1D Tensor but got None", FLAT, T(6, 3)),
        E(ValueError, r"embedding_bag: offsets has to be a 1D Tensor, got shape \[1, 2\]", FLAT, T(6, 3), indices([0, 2])),
        E(ValueError, r"embedding_bag: if input is 2D, then offsets has to be None", INDEX, T(6, 3), indices(0, 2)),
        E(ValueError, r"embedding_bag: input has to be 1D or 2D Tensor, got shape \[\]", V(1, dtype="int64"), T(6, 3)),
        E(ValueError, r"embedding_bag: weight has to be a 2D Tensor, got shape \[6\]", INDEX, T(6)),
        E(ValueError, r"embedding_bag: mode has to be one of sum, mean or max", INDEX, T(6, 3), mode="min"),
        E(ValueError, r"embedding_bag: per_sample_weights must have the shape of the input, \[2, 2\], got \[4\]", INDEX, T(6, 3), None, None, 2, False, "sum", False, T(4)),
        E(NotImplementedError, r"embedding_bag: per_sample_weights is only supported for mode='sum', got mode='mean'", INDEX, T(6, 3), None, None, 2, False, "mean", False, T(2, 2)),
        E(RuntimeError, r"embedding_bag: expected per_sample_weights of float32, got float64", INDEX, T(6, 3), None, None, 2, False, "sum", False, T(2, 2, dtype="float64")),
        E(ValueError, r"embedding_bag: max mode does not support scaling the gradient by the frequency", INDEX, T(6, 3), None, None, 2, True, "max"),
        E(ValueError, r"embedding_bag: max mode does not support sparse weights", INDEX, T(6, 3), None, None, 2, False, "max", True),
        E(NotImplementedError, r"embedding_bag: sparse=True is not offered", INDEX, T(6, 3), sparse=True),
        E(RuntimeError, r"embedding_bag: offsets\[0\] has to be 0, got 1", FLAT, T(6, 3), indices(1, 2)),
        E(RuntimeError, r"embedding_bag: offsets must not fall, nor be greater than the input's length 5: got 6", FLAT, T(6, 3), indices(0, 6)),
        E(RuntimeError, r"embedding_bag: offsets must not fall, .*got 2 after 3", FLAT, T(6, 3), indices(0, 3, 2)),
        E(RuntimeError, r"embedding_bag: include_last_offset: number of offsets should be at least 1", FLAT, T(6, 3), V(np.zeros(0), dtype="int64"), include_last_offset=True),
        E(RuntimeError, r"embedding_bag: index 6 is out of bounds", indices([6]), T(6, 3)),
        E(RuntimeError, r"embedding_bag: padding_idx must be within num_embeddings, -6 to 5, got 6", INDEX, T(6, 3), padding_idx=6),
        E(RuntimeError, r"embedding_bag: expected a weight of floating point, got int64", INDEX, T(6, 3, dtype="int64")),
        E(RuntimeError, r"embedding_bag: expected indices of int64 or int32, got float32", T(2, 2), T(6, 3)),
        E(RuntimeError, r"embedding_bag: expected offsets of int64 or int32, got float32", FLAT, T(6, 3), V([0.0, 2.0])),
    ])


def one_hot(tensor, num_classes=-1):
    size = int(tensor.max()) + 1 if num_classes == -1 else num_classes
    return (tensor[..., None] == np.arange(size)).astype(np.int64)


ONE_HOT = Row(
    "one_hot", one_hot,
    [S(INDEX), S(INDEX, 7), S(V(2, dtype="int64")), S(V(np.zeros(0), dtype="int64"), 3), S(V(np.zeros((2, 0)), dtype="int64"), 3)],
    dtypes=("int64",),
    errors=[
        E(RuntimeError, r"one_hot: class values must be smaller than num_classes, 4, got 4", INDEX, 4),
        E(RuntimeError, r"one_hot: class values must be smaller than num_classes, -2, got 4", INDEX, -2),
        E(RuntimeError, r"one_hot: class values must be non-negative", indices(0, -1)),
        E(RuntimeError, r"one_hot: only applicable to an index tensor of int64, got int32", indices(1, dtype="int32")),
        E(RuntimeError, r"one_hot: cannot infer the number of classes from an empty tensor", V(np.zeros(0), dtype="int64")),
        E(MemoryError, r"one_hot", indices(2**63 - 1)),
        E(MemoryError, r"", indices(2**62)),
    ])


def bilinear(x, y, weight, bias=None):
    result = np.einsum("...i,oij,...j->...o", x, weight, y)
    return result if bias is None else result + bias


BILINEAR = Row(
    "bilinear", bilinear,
    [S(T(2, 3), T(2, 5), T(4, 3, 5)), S(T(2, 3), T(2, 5), T(4, 3, 5), T(4)), S(T(3), T(5), T(4, 3, 5), T(4)), S(T(2, 6, 3), T(2, 6, 5), T(4, 3, 5), T(4)),
     S(T(0, 3), T(0, 5), T(4, 3, 5), T(4), dtypes=NUMBERS), S(T(2, 1), T(2, 1), T(1, 1, 1))],
    dtypes=NUMBERS, tolerance=(2e-6, 4e-15), relative="array", gradients="all",
    errors=[
        E(IndexError, r"bilinear: expected inputs of at least one dimension", T(), T(), T(4, 3, 5)),
        E(RuntimeError, r"bilinear: input dimensions do not match: shapes \[2, 3\] and \[5\]", T(2, 3), T(5), T(4, 3, 5)),
        E(RuntimeError, r"bilinear: input batch dimensions do not match at dim 0: shapes \[2, 3\] and \[1, 5\]", T(2, 3), T(1, 5), T(4, 3, 5)),
        E(RuntimeError, r"bilinear: input sizes do not match the weight \[4, 3, 5\]: shapes \[2, 5\] and \[2, 3\]", T(2, 5), T(2, 3), T(4, 3, 5)),
        E(RuntimeError, r"bilinear: expected a weight of 3 dimensions, got shape \[3, 5\]", T(2, 3), T(2, 5), T(3, 5)),
        E(RuntimeError, r"bilinear: expected a bias of shape \[4\], got \[2\]", T(2, 3), T(2, 5), T(4, 3, 5), T(2)),
        E(RuntimeError, r"bilinear: all tensors must have the same dtype, got float32 and float64", T(2, 3), T(2, 5, dtype="float64"), T(4, 3, 5)),
    ])

ROWS = [EMBEDDING, BAG, ONE_HOT, BILINEAR]


def in_functional(name):
    """PyTorch has functions of the same name and other parameters outside of nn.functional."""
    return lambda torch, *args, **kwargs: getattr(torch.nn.functional, name)(*args, **kwargs)


for row in ROWS:
    row.call = in_functional(row.name)
