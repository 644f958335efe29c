"""Rows: layers that normalise, and those that compare vectors."""

from .harness import E, L, Row, x


def trained(lib, module):
    """As after some steps of training: nothing is what it was made."""
    with lib.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5)


def channels(name, shape, *others, **extra):
    """Batch and instance norm of three channels."""
    affine = dict(affine=True, track_running_stats=True) if name.startswith("Instance") else {}
    return Row(
        name,
        [L(3, inputs=[shape]), L(3, 1e-3, 0.3, inputs=[shape], prepare=trained, **affine), L(3, momentum=None, inputs=[shape], **affine),
         L(3, affine=False, inputs=[shape]), L(3, affine=True, track_running_stats=False, inputs=[shape], prepare=trained),
         L(3, bias=False, inputs=[shape], prepare=trained, **affine)]
        + [L(3, inputs=[other], prepare=trained, **affine) for other in others],
        **extra)


def deferred(name, shape):
    return Row(name, [L(inputs=[shape]), L(1e-3, 0.2, affine=False, inputs=[shape]), L(track_running_stats=False, inputs=[shape])])


ROWS = [
    channels("BatchNorm1d", (4, 3, 5), (6, 3), errors=[
        E(ValueError, r"expected 2D or 3D input \(got 1D input\)", 3, inputs=[(3,)]), E(RuntimeError, "negative", -1),
        E(RuntimeError, "running_mean should contain 4 elements not 3", 3, inputs=[(2, 4)]),
        E(ValueError, r"Expected more than 1 value per channel when training, got input size \[1, 3\]", 3, inputs=[(1, 3)]),
        E(TypeError, r"argument 'num_features' must be an integer, not 2\.5", 2.5)]),
    channels("BatchNorm2d", (2, 3, 4, 2), errors=[E(ValueError, r"expected 4D input \(got 3D input\)", 3, inputs=[(2, 3, 4)])]),
    channels("BatchNorm3d", (2, 3, 2, 1, 4), errors=[E(ValueError, r"expected 5D input \(got 4D input\)", 3, inputs=[(2, 3, 4, 5)])]),
    channels("InstanceNorm1d", (2, 3, 5), (3, 6), errors=[
        E(ValueError, r"expected 2D or 3D input \(got 1D input\)", 3, inputs=[(3,)]),
        E(ValueError, r"expected input's size at dim=1 to match num_features \(3\), but got: 4\.", 3, affine=True, inputs=[(2, 4, 5)]),
        E(ValueError, r"expected input's size at dim=0 to match num_features \(3\), but got: 4\.", 3, affine=True, inputs=[(4, 5)]),
        E(ValueError, "Expected more than 1 spatial element when training", 3, inputs=[(2, 3, 1)])]),
    channels("InstanceNorm2d", (2, 3, 4, 2), (3, 4, 2)),
    channels("InstanceNorm3d", (2, 3, 2, 1, 4), (3, 2, 2, 2)),
    deferred("LazyBatchNorm1d", (5, 3)),
    deferred("LazyBatchNorm2d", (2, 3, 4, 2)),
    deferred("LazyBatchNorm3d", (2, 3, 2, 1, 4)),
    deferred("LazyInstanceNorm1d", (2, 3, 5)),
    deferred("LazyInstanceNorm2d", (2, 3, 4, 2)),
    deferred("LazyInstanceNorm3d", (2, 3, 2, 1, 4)),
    Row("LayerNorm", [
        L(3, inputs=[(5, 3)]), L([2, 3], inputs=[(4, 2, 3)], prepare=trained), L((3,), 1e-3, inputs=[(2, 2, 3)], prepare=trained),
        L(3, elementwise_affine=False, inputs=[(5, 3)]), L(3, bias=False, inputs=[(5, 3)], prepare=trained), L(3, inputs=[(0, 3)])],
        errors=[E(RuntimeError, r"Given normalized_shape=\[2\]", 2, inputs=[(5, 3)]), E(RuntimeError, "negative", -1)]),
    Row("RMSNorm", [
        L(3, inputs=[(5, 3)], gradient=False), L([2, 3], eps=1e-3, inputs=[(4, 2, 3)], prepare=trained), L(3, 1e-5, False, inputs=[(5, 3)])],
        errors=[E(RuntimeError, r"Given normalized_shape=\[2\]", 2, inputs=[(5, 3)])]),
    Row("GroupNorm", [
        L(2, 4, inputs=[(2, 4, 5)]), L(1, 4, inputs=[(2, 4, 3, 2)], prepare=trained), L(4, 4, 1e-3, inputs=[(2, 4, 6)], prepare=trained),
        L(2, 8, affine=False, inputs=[(3, 8)]), L(2, 4, bias=False, inputs=[(2, 4, 5)], prepare=trained)],
        errors=[E(ValueError, r"num_channels \(3\) must be divisible by num_groups \(2\)", 2, 3), E(ValueError, "num_groups must be positive", 0, 3),
                E(RuntimeError, "Expected weight to be a vector of size equal to the number of channels", 2, 4, inputs=[(2, 6, 3)])]),
    Row("LocalResponseNorm", [L(2, inputs=[(2, 5, 3)]), L(3, 0.5, 0.6, 2.0, inputs=[(2, 5, 2, 2)]), L(5, alpha=1.0, inputs=[(1, 3, 2)])],
        errors=[E(ValueError, "Expected 3D or higher dimensionality", 2, inputs=[(2, 3)]), E(RuntimeError, "size should be greater than zero", 0, inputs=[(2, 3, 4)])]),
    # PyTorch's gradient is not that of its own result; see test_normalization.py.
    Row("CrossMapLRN2d", [L(5, inputs=[x(2, 3, 2, 2, gradient=False)]), L(3, 0.5, 0.6, 2, inputs=[x(2, 7, 2, 2, gradient=False)]),
                          L(4, alpha=0.5, inputs=[x(2, 7, 1, 2, gradient=False)])],
        errors=[E(ValueError, "CrossMapLRN2d: Expected input to be 4D, got 3D instead", 3, inputs=[(2, 3, 4)])]),
    Row("CosineSimilarity", [L(inputs=[(5, 3), (5, 3)]), L(0, 1e-2, inputs=[(5, 3), (5, 3)])]),
    Row("PairwiseDistance", [L(inputs=[(5, 3), (5, 3)]), L(1.0, 1e-3, True, inputs=[(5, 3), (3,)])]),
]
