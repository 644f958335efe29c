"""Rows: normalisation, and what compares vectors."""

import numpy as np

from .harness import E, FLOATS, NUMBERS, Row, S, T, V


def standardised(x, axes, eps, mean=None, variance=None):
    mean = np.mean(x, axes, keepdims=True) if mean is None else mean
    variance = np.mean((x - mean) ** 2, axes, keepdims=True) if variance is None else variance
    return (x - mean) / np.sqrt(variance + eps)


def per_channel(x, values):
    return values.reshape([-1 if i == 1 else 1 for i in range(x.ndim)])


def affine(x, y, weight, bias):
    y = y if weight is None else y * per_channel(x, weight)
    return y if bias is None else y + per_channel(x, bias)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    axes = tuple(i for i in range(x.ndim) if i != 1)
    if training:
        return affine(x, standardised(x, axes, eps), weight, bias)
    return affine(x, standardised(x, axes, eps, per_channel(x, running_mean), per_channel(x, running_var)), weight, bias)


def instance_norm(x, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5):
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    return affine(x, standardised(x, tuple(range(2, x.ndim)), eps), weight, bias)


def group_norm(x, num_groups, weight=None, bias=None, eps=1e-5):
    grouped = x.reshape((x.shape[0], num_groups, -1) if x.size else (x.shape[0], num_groups, 0))
    return affine(x, standardised(grouped, (2,), eps).reshape(x.shape), weight, bias)


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    y = standardised(x, tuple(range(-len(normalized_shape), 0)), eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def rms_norm(x, normalized_shape, weight=None, eps=None):
    if eps is None:
        eps = np.finfo(np.float32).eps
    y = x / np.sqrt(np.mean(x * x, tuple(range(-len(normalized_shape), 0)), keepdims=True) + eps)
    return y if weight is None else y * weight


def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    sums = np.zeros_like(x)
    for c in range(x.shape[1]):
        sums[:, c] = np.sum(x[:, max(0, c - size // 2):c + (size - 1) // 2 + 1] ** 2, 1)
    return x / (k + alpha / size * sums) ** beta


def norm(x, p, axis, keepdims):
    if p == np.inf:
        return np.max(np.abs(x), axis, keepdims=keepdims)
    if p == 0:
        return np.sum(x != 0, axis, keepdims=keepdims).astype(np.float64)
    return np.sum(np.abs(x) ** p, axis, keepdims=keepdims) ** (1 / p)


def normalize(x, p=2.0, dim=1, eps=1e-12):
    return x / np.maximum(norm(x, p, tuple(dim) if isinstance(dim, list) else dim, True), eps)


def cosine_similarity(a, b, dim=1, eps=1e-8):
    a, b = np.broadcast_arrays(a, b)
    return np.sum(a / np.maximum(norm(a, 2, dim, True), eps) * (b / np.maximum(norm(b, 2, dim, True), eps)), dim)


def pairwise_distance(a, b, p=2.0, eps=1e-6, keepdim=False):
    return norm(a - b + eps, p, -1, keepdim)


def pdist(x, p=2.0):
    n = len(x)
    return np.array([norm(x[i] - x[j], p, 0, False) for i in range(n) for j in range(i + 1, n)], np.float64).reshape(-1)


def c(*shape, **options):
    """A variance or the like: away from zero."""
    return T(*shape, low=0.3, high=2, **options)


BOTH = [(None, None), (c(3), T(3)), (c(3), None), (None, T(3))]
WITH_ONE = dict(gradient_layouts=("transposed", "strided"))
CLOSE = dict(dtypes=FLOATS, tolerance=(2e-6, 4e-15), relative="array", gradients="all", **WITH_ONE)


def mismatched(name, *more):
    return [E(NotImplementedError, rf"{name}: not defined for int64", T(2, 3, 2, dtype="int64"), *more),
            E(TypeError, rf"{name}\(\): argument 'input' must be Tensor", [1.0], *more)]


def functional(name):
    """PyTorch's function in nn.functional: torch has another of that name."""
    return lambda torch, *args, **kwargs: getattr(torch.nn.functional, name)(*args, **kwargs)


BATCH_NORM = Row(
    "batch_norm", batch_norm,
    # In evaluation the running statistics are constants.
    [S(T(4, 3), None, None, training=True), S(T(2, 3, 5), None, None, c(3), T(3), True),
     S(T(2, 3, 2, 2), None, None, c(3), None, True), S(T(2, 3, 2, 1, 2), None, None, None, T(3), True, 0.3, 1e-3),
     S(T(40, 3, 30), None, None, c(3), T(3), True, gradient=False), S(T(0, 3), None, None, c(3), T(3), True, gradient=False, dtypes=FLOATS),
     S(T(1500, 7), None, None, c(7), T(7), training=True, gradient=False, layouts=False),
     S(T(4, 3), T(3), c(3), gradient=False), S(T(2, 3, 5), T(3), c(3), c(3), T(3), gradient=False), S(T(0, 3, 2), T(3), c(3), c(3), T(3), gradient=False, dtypes=FLOATS),
     S(T(1, 3), T(3), c(3), eps=0.0, gradient=False)],
    **CLOSE, errors=mismatched("batch_norm", None, None) + [
        E(RuntimeError, r"batch_norm: running_mean must be defined in evaluation mode", T(2, 3), None, None),
        E(RuntimeError, r"batch_norm: running_var must be defined in evaluation mode", T(2, 3), c(3), None),
        E(ValueError, r"batch_norm: Expected more than 1 value per channel when training, got input size \[1, 3\]", T(1, 3), None, None, training=True),
        E(RuntimeError, r"batch_norm: running_mean should contain 3 elements not 2", T(2, 3), c(2), c(2)),
        E(RuntimeError, r"batch_norm: weight should contain 3 elements not 2", T(2, 3), c(3), c(3), c(2)),
        E(RuntimeError, r"batch_norm: .*mixed dtype", T(2, 3), c(3), c(3), c(3, dtype="float64")),
        E(RuntimeError, r"batch_norm: .*mixed dtype", T(2, 3), c(3, dtype="float64"), c(3)),
        E(ValueError, r"batch_norm: batch_norm eps must be positive during training, but got 0", T(2, 3), None, None, training=True, eps=0.0),
        E(ValueError, r"batch_norm: batch_norm eps must be non-negative, but got -1", T(2, 3), c(3), c(3), eps=-1.0),
        E(RuntimeError, r"batch_norm: running_mean should contain 0 elements not 3", T(3), c(3), c(3)),
        E(RuntimeError, r"batch_norm: .*", T(), None, None, training=True)],
    call=functional("batch_norm"))

INSTANCE_NORM = Row(
    "instance_norm", instance_norm,
    [S(T(2, 3, 4))] + [S(T(2, 3, 2, 3), None, None, w, b) for w, b in BOTH[1:]] + [
        S(T(2, 3, 2, 2, 2), eps=1e-2), S(T(0, 3, 4), gradient=False, dtypes=FLOATS), S(T(2, 3, 900), None, None, c(3), T(3), gradient=False),
        S(T(2, 3, 4), T(3), c(3), c(3), T(3), False, gradient=False)],
    **CLOSE, errors=mismatched("instance_norm") + [
        E(ValueError, r"instance_norm: Expected more than 1 spatial element when training, got input size \[2, 3, 1, 1\]", T(2, 3, 1, 1)),
        E(ValueError, r"instance_norm: Expected more than 1 spatial element", T(2, 3)), E(ValueError, r"instance_norm: Expected more than 1 spatial", T()),
        E(RuntimeError, r"instance_norm: Expected running_mean and running_var to be defined when use_input_stats is false", T(2, 3, 4), use_input_stats=False),
        E(RuntimeError, r"instance_norm: running_mean should contain 3 elements not 2", T(2, 3, 4), c(2), c(2))],
    call=functional("instance_norm"))

GROUP_NORM = Row(
    "group_norm", group_norm,
    [S(T(2, 4, 6), g) for g in (1, 2, 4)] + [S(T(2, 6, 2, 2), 2, c(6), T(6)), S(T(2, 8), 2, c(8), None), S(T(2, 4, 2), 2, None, T(4), 1e-2)] + [
        S(T(0, 4, 3), 2, c(4), T(4), gradient=False), S(T(3, 8, 500), 2, c(8), T(8), gradient=False), S(T(2, 3), 3, gradient=False)],
    **CLOSE, errors=mismatched("group_norm", 1) + [
        E(RuntimeError, r"group_norm: Expected number of channels in input to be divisible by num_groups, but got input of shape \[2, 3\] and num_groups=2", T(2, 3), 2),
        E(RuntimeError, r"group_norm: Expected num groups to be greater than 0, got 0", T(2, 3), 0),
        E(RuntimeError, r"group_norm: Expected num groups to be greater than 0, got -1", T(2, 3), -1),
        E(RuntimeError, r"group_norm: Expected at least 2 dimensions for input tensor but received 1", T(3), 1),
        E(RuntimeError, r"group_norm: Expected at least 2 dimensions for input tensor but received 0", T(), 1),
        E(RuntimeError, r"group_norm: Expected weight to be a vector of size equal to the number of channels", T(2, 3, 4), 3, c(2))])

LAYER_NORM = Row(
    "layer_norm", layer_norm,
    [S(T(2, 3), [3])] + [S(T(2, 2, 3), [3], w, b) for w, b in BOTH[1:]] + [
        S(T(2, 3, 2), [3, 2], c(3, 2), T(3, 2)), S(T(2, 3), [2, 3], eps=1e-2), S(T(0, 3), [3], c(3), T(3), gradient=False), S(T(2, 0), [0], gradient=False),
        S(T(300, 5), [5], c(5), T(5), gradient=False), S(T(3, 2500), [2500], c(2500), T(2500), gradient=False)],
    **CLOSE, errors=mismatched("layer_norm", [2]) + [
        E(RuntimeError, r"layer_norm: Given normalized_shape=\[2\], expected input with shape \[\*, 2\], but got input of size \[2, 3\]", T(2, 3), [2]),
        E(RuntimeError, r"layer_norm: Given normalized_shape=\[1\]", T(), [1]),
        E(RuntimeError, r"layer_norm: Expected normalized_shape to be at least 1-dimensional", T(2, 3), []),
        E(RuntimeError, r"layer_norm: Expected weight to be of same shape as normalized_shape, but got weight of shape \[2\]", T(2, 3), [3], c(2)),
        E(RuntimeError, r"layer_norm: Expected bias to be of same shape as normalized_shape", T(2, 3), [3], c(3), c(2)),
        E(RuntimeError, r"layer_norm: .*mixed dtype", T(2, 3), [3], c(3, dtype="float64"))])

RMS_NORM = Row(
    "rms_norm", rms_norm,
    [S(T(2, 3), [3], eps=1e-5), S(T(2, 2, 3), [3], c(3), 1e-3), S(T(2, 3, 2), [3, 2], c(3, 2), 1e-5), S(T(0, 3), [3], c(3), 1e-5, gradient=False),
     S(T(3, 2500), [2500], c(2500), 1e-5, gradient=False), S(T(2, 3), [3], dtypes=("float32",))],
    **CLOSE, errors=mismatched("rms_norm", [2]) + [
        E(RuntimeError, r"rms_norm: Given normalized_shape=\[2\], expected input with shape", T(2, 3), [2]),
        E(RuntimeError, r"rms_norm: Given normalized_shape=\[1\]", T(), [1]),
        E(RuntimeError, r"rms_norm: Expected weight to be of same shape as normalized_shape", T(2, 3), [3], c(2))])

LOCAL_RESPONSE_NORM = Row(
    "local_response_norm", local_response_norm,
    [S(T(2, 5, 3), 1), S(T(2, 5, 3), 2, 0.3, 0.6, 1.5), S(T(1, 5, 2, 2), 3, alpha=0.5), S(T(2, 3, 2), 5, 1.0), S(T(1, 3, 2), 50, 2.0), S(T(0, 3, 2), 2, dtypes=FLOATS)],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="array", gradients="all", reduced=None, differs={"int64": "only floating point is defined, as for the other integers"},
    errors=[
        E(NotImplementedError, r"local_response_norm: not defined for int32", T(2, 3, 2, dtype="int32"), 2),
        E(ValueError, r"local_response_norm: Expected 3D or higher dimensionality input \(got 2 dimensions\)", T(2, 3), 2),
        E(ValueError, r"local_response_norm: Expected 3D", T(), 2),
        E(RuntimeError, r"local_response_norm: size should be greater than zero, but got 0", T(2, 3, 2), 0)])

NORMALIZE = Row(
    "normalize", normalize,
    [S(T(2, 3)), S(T(2, 3), 1.0), S(T(2, 3, 2), 3.0, 2), S(T(2, 3), dim=0), S(T(2, 3), 2.0, [0, 1]), S(T(2, 3), float("inf"), 1), S(T(), dim=0, gradient=False), S(T(0, 3)),
     S(T(2, 3, low=-1e-3, high=1e-3), eps=0.5), S(V([[0.0, 0.0]]), gradient=False)],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit", gradients="all", gradient_layouts=("transposed", "strided"), errors=[
        E(IndexError, r"dimension 2 is out of range", T(2, 3), 2.0, 2), E(IndexError, r"dimension 1 is out of range", T()),
        E(RuntimeError, r"expected a floating point tensor, got int64", T(2, 3, dtype="int64"))])

COSINE_SIMILARITY = Row(
    "cosine_similarity", cosine_similarity,
    [S(T(2, 3), T(2, 3)), S(T(2, 3), T(3)), S(T(2, 3, 2), T(2, 3, 2), 2), S(T(3), T(3), dim=0), S(T(2, 3), T(2, 3), eps=3.0), S(T(0, 3), T(0, 3)),
     S(T(), T(), dim=0, gradient=False), S(T(5, 1), T(1, 3), 0, gradient=False), S(V([[0.0, 0.0]]), T(1, 2), gradient=False)],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit", gradients="all", gradient_layouts=("transposed", "strided"), errors=[
        E(RuntimeError, r"cosine_similarity: shapes \[2, 3\] and \[2, 4\] cannot be broadcast", T(2, 3), T(2, 4)),
        E(IndexError, r"cosine_similarity: dimension 5 is out of range", T(2, 3), T(2, 3), 5),
        E(RuntimeError, r"cosine_similarity: expected common dtype to be floating point, yet common dtype is int64", T(2, 3, dtype="int64"), T(2, 3, dtype="int64"))])

PAIRWISE_DISTANCE = Row(
    "pairwise_distance", pairwise_distance,
    [S(T(2, 3), T(2, 3)), S(T(2, 3), T(3), 1.0), S(T(2, 3), T(2, 3), 3.0, 1e-2), S(T(2, 3), T(2, 3), keepdim=True), S(T(3), T(3)), S(T(), T()), S(T(0, 3), T(0, 3)),
     S(T(2, 3, 2), T(3, 2), float("inf"))],
    dtypes=NUMBERS, tolerance=(1e-6, 2e-15), relative="unit", gradients="all", gradient_layouts=("transposed", "strided"), errors=[
        E(RuntimeError, r"pairwise_distance: shapes \[2, 3\] and \[2, 4\] cannot be broadcast", T(2, 3), T(2, 4)),
        E(TypeError, r"pairwise_distance\(\): argument 'x2' must be Tensor", T(2, 3), 1.0)])

PDIST = Row(
    "pdist", pdist,
    [S(T(4, 3)), S(T(4, 3), 1.0), S(T(3, 2), 3.0), S(T(3, 2), float("inf")), S(T(3, 2), p=0.0, gradient=False), S(T(0, 3)), S(T(1, 3)), S(T(3, 0), gradient=False)],
    dtypes=FLOATS, tolerance=(1e-6, 2e-15), relative="unit", gradients="all", gradient_layouts=("transposed", "strided"), reduced=None, errors=[
        E(RuntimeError, r"pdist: pdist only supports 2D tensors, got: 1D", T(3)), E(RuntimeError, r"pdist: pdist only supports 2D", T()),
        E(RuntimeError, r"pdist: pdist only supports non-negative p values", T(3, 2), -1.0),
        E(RuntimeError, r"pdist: pdist only supports floating-point dtypes", T(3, 2, dtype="int64"))])

# Differences of unsigned numbers wrap around.
for sample in PAIRWISE_DISTANCE.samples:
    sample.dtypes = NUMBERS[:-1]
PAIRWISE_DISTANCE.samples.append(S(V([[9, 8, 7]]), V([[1, 2, 3]]), gradient=False))

ROWS = [BATCH_NORM, INSTANCE_NORM, GROUP_NORM, LAYER_NORM, RMS_NORM, LOCAL_RESPONSE_NORM, NORMALIZE, COSINE_SIMILARITY, PAIRWISE_DISTANCE, PDIST]
