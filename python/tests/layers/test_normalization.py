"""What a row of the table cannot say of layers that normalise: Gluon's, running statistics over several batches, gradients where
PyTorch's are wrong."""

import numpy as np
import pytest

import swiftnn
from swiftnn import nn
from swiftnn.autograd import gradcheck, gradgradcheck


def test_running_statistics_of_several_batches():
    swiftnn.manual_seed(0)
    batches = [swiftnn.randn(5, 3, 4) * (i + 1) + i for i in range(3)]
    averaging, moving, constant = nn.BatchNorm1d(3, momentum=None), nn.BatchNorm1d(3, momentum=0.3), nn.BatchNorm1d(3).eval()
    mean, variance = np.zeros(3), np.ones(3)
    for batch in batches:
        averaging(batch), moving(batch), constant(batch)
        mean = 0.7 * mean + 0.3 * batch.numpy().mean((0, 2))
        variance = 0.7 * variance + 0.3 * batch.numpy().transpose(1, 0, 2).reshape(3, -1).var(1, ddof=1)
    assert np.allclose(moving.running_mean.numpy(), mean, atol=1e-6) and np.allclose(moving.running_var.numpy(), variance, rtol=1e-5)
    assert averaging.num_batches_tracked.item() == moving.num_batches_tracked.item() == 3
    assert np.allclose(averaging.running_mean.numpy(), np.mean([b.numpy().mean((0, 2)) for b in batches], 0), atol=1e-6)
    assert constant.num_batches_tracked.item() == 0 and constant.running_mean.tolist() == [0.0] * 3
    moving.reset_running_stats()
    assert moving.running_mean.tolist() == [0.0] * 3 and moving.running_var.tolist() == [1.0] * 3
    assert moving.num_batches_tracked.item() == 0 and moving.num_batches_tracked.dtype is swiftnn.int64
    nn.BatchNorm1d(3, track_running_stats=False).reset_running_stats()


def test_empty_batches_leave_running_statistics_alone():
    layer = nn.BatchNorm1d(3)
    y = layer(swiftnn.zeros(0, 3, requires_grad=True))
    assert y.shape == (0, 3) and layer.running_mean.tolist() == [0.0] * 3 and layer.running_var.tolist() == [1.0] * 3
    y.sum().backward()
    assert layer.weight.grad.tolist() == layer.bias.grad.tolist() == [0.0] * 3


@pytest.mark.parametrize("kind", ["BatchNorm2d", "InstanceNorm2d", "GroupNorm", "LayerNorm", "RMSNorm"])
def test_sixteen_bits(kind):
    """Parameters of float32 or of the input's dtype; the result has the input's."""
    args = {"GroupNorm": (1, 3), "LayerNorm": (4,), "RMSNorm": (4,)}.get(kind, (3,))
    swiftnn.manual_seed(1)
    layer, x = getattr(nn, kind)(*args), swiftnn.randn(2, 3, 4, 4)
    want = layer(x)
    for dtype in (swiftnn.float16, swiftnn.bfloat16):
        narrow = x.to(dtype).requires_grad_()
        for block in (getattr(nn, kind)(*args), getattr(nn, kind)(*args).to(dtype)):
            y = block(narrow)
            assert y.dtype is dtype and swiftnn.allclose(y.float(), want, rtol=0.02, atol=0.03)
            y.float().square().sum().backward()
            assert narrow.grad.dtype is dtype
            assert all(p.grad.dtype is p.dtype for p in block.parameters())


def test_lazy_layers_become_others():
    for kind, shape in (("BatchNorm1d", (2, 3)), ("BatchNorm2d", (2, 3, 4, 4)), ("InstanceNorm1d", (2, 3, 4))):
        layer = getattr(nn, "Lazy" + kind)()
        waiting = repr(layer)
        assert waiting.startswith(f"Lazy{kind}(0, eps=1e-05") and layer.num_features == 0
        assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
        layer(swiftnn.randn(shape))
        assert type(layer) is getattr(nn, kind) and repr(layer) == waiting.replace("Lazy", "").replace("(0,", "(3,")
        assert layer.num_features == 3 and layer.weight.tolist() == [1.0] * 3 and layer.bias.tolist() == [0.0] * 3
        layer.load_state_dict(getattr(nn, kind)(3, affine=True, track_running_stats=True).state_dict())


def test_gradients_of_cross_map_normalisation():
    """PyTorch's own are off by one channel."""
    swiftnn.manual_seed(0)
    x = swiftnn.randn(1, 6, 1, 2, dtype=swiftnn.float64, requires_grad=True)
    for size in (1, 2, 3, 4, 5):
        assert gradcheck(nn.CrossMapLRN2d(size, 0.7, 0.6, 1.5), [x])


def test_gluon_batch_norm():
    swiftnn.manual_seed(0)
    x = swiftnn.randn(4, 3, 5) * 2 + 1
    layer = nn.BatchNorm()
    assert repr(layer) == "BatchNorm(axis=1, eps=1e-05, momentum=0.9, fix_gamma=False, use_global_stats=False, in_channels=None)"
    layer.initialize()
    reference = nn.BatchNorm1d(3)
    assert swiftnn.allclose(layer(x), reference(x), atol=1e-6)
    assert list(layer.state_dict()) == ["gamma", "beta", "running_mean", "running_var"]
    array = x.numpy().transpose(1, 0, 2).reshape(3, -1)
    assert np.allclose(layer.running_mean.numpy(), 0.1 * array.mean(1), atol=1e-6)
    # With n in the denominator, unlike PyTorch's.
    assert np.allclose(layer.running_var.numpy(), 0.9 + 0.1 * array.var(1), atol=1e-5)
    layer.eval()
    want = (x.numpy() - layer.running_mean.numpy()[:, None]) / np.sqrt(layer.running_var.numpy()[:, None] + 1e-5)
    assert np.allclose(layer(x).detach().numpy(), want, atol=1e-5)
    other = nn.BatchNorm(axis=-1, in_channels=3)
    assert swiftnn.allclose(other(x.permute(0, 2, 1)), reference(x).permute(0, 2, 1), atol=1e-6)


def test_gluon_batch_norm_options():
    x = swiftnn.randn(6, 2)
    fixed = nn.BatchNorm(center=False, scale=False, in_channels=2)
    assert not fixed.gamma.requires_grad and not fixed.beta.requires_grad
    y = fixed(x.requires_grad_())
    y.sum().backward()
    assert fixed.gamma.grad is None
    constant = nn.BatchNorm(use_global_stats=True, in_channels=2)
    assert swiftnn.allclose(constant(x), x / (1 + 1e-5) ** 0.5) and constant.running_mean.tolist() == [0.0, 0.0]
    made = nn.BatchNorm(gamma_initializer="zeros", beta_initializer=swiftnn.init.Constant(3), running_mean_initializer="ones")
    made.initialize()
    made.eval()
    assert made(x).tolist() == [[3.0, 3.0]] * 6 and made.running_mean.tolist() == [1.0, 1.0]
    shared = nn.BatchNorm(in_channels=2, params=constant.params)
    assert shared.gamma is constant.gamma
    with pytest.raises(RuntimeError, match="BatchNorm: expected an input of at least 2 dimensions"):
        nn.BatchNorm()(swiftnn.ones(3))
    with pytest.raises(IndexError, match="BatchNorm: dimension 4 is out of range"):
        nn.BatchNorm(axis=4)(swiftnn.ones(3, 2))
    with pytest.raises(RuntimeError, match="negative size"):
        nn.BatchNorm(in_channels=-1)


def test_gluon_activation():
    x = swiftnn.tensor([-1.0, 0.5])
    F = nn.functional
    for name, function in (("relu", F.relu), ("sigmoid", F.sigmoid), ("tanh", F.tanh), ("softrelu", F.softplus), ("softsign", F.softsign)):
        layer = nn.Activation(name)
        assert repr(layer) == f"Activation({name})" and layer(x).tolist() == function(x).tolist()
        assert nn.Dense(1, activation=name, in_units=2)(x.reshape(1, 2)).shape == (1, 1)
    with pytest.raises(ValueError, match="'swish' is not one of"):
        nn.Activation("swish")


def test_in_place_activations_write_over_their_input():
    for name in ("ReLU6", "ELU", "SELU", "CELU", "SiLU", "Mish", "Hardtanh", "LeakyReLU", "RReLU", "Hardsigmoid", "Hardswish"):
        layer, x = getattr(nn, name)(inplace=True).eval(), swiftnn.randn(3, 4)
        want = getattr(nn, name)().eval()(x)
        assert layer(x) is x and x.tolist() == want.tolist()
        with pytest.raises(RuntimeError, match=f"{name}: a leaf Variable that requires grad"):
            layer(swiftnn.ones(2, requires_grad=True))
        # The gradient is that of the input before the write.
        leaf = swiftnn.linspace(-4, 4, 9).requires_grad_()
        layer(leaf * 1).sum().backward()
        again = leaf.detach().requires_grad_()
        getattr(nn, name)().eval()(again).sum().backward()
        assert leaf.grad.tolist() == again.grad.tolist()
    x = swiftnn.ones(3, 4, 5)
    for name in ("Dropout", "Dropout1d", "Dropout2d"):
        assert getattr(nn, name)(0.5, inplace=True)(x) is x


def test_second_derivatives_with_running_statistics():
    """In use, mean and variance are constants."""
    swiftnn.manual_seed(0)
    kind = dict(dtype=swiftnn.float64, requires_grad=True)
    mean, variance = swiftnn.randn(3, dtype=swiftnn.float64), swiftnn.rand(3, dtype=swiftnn.float64) + 0.5
    for shape in ((4, 3), (2, 3, 2)):
        x, weight, bias = swiftnn.randn(shape, **kind), swiftnn.randn(3, **kind), swiftnn.randn(3, **kind)

        def function(x, weight, bias):
            return nn.functional.batch_norm(x, mean, variance, weight, bias)

        assert gradcheck(function, [x, weight, bias]) and gradgradcheck(function, [x, weight, bias])


def test_instance_norm_updates_running_statistics():
    swiftnn.manual_seed(0)
    x = swiftnn.randn(2, 3, 5) + 1
    layer = nn.InstanceNorm1d(3, momentum=0.4, track_running_stats=True)
    layer(x)
    assert np.allclose(layer.running_mean.numpy(), 0.4 * x.numpy().mean(2).mean(0), atol=1e-6)
    assert np.allclose(layer.running_var.numpy(), 0.6 + 0.4 * x.numpy().var(2, ddof=1).mean(0), atol=1e-6)
    assert layer.num_batches_tracked.item() == 0


def test_rms_norm_takes_a_weight_of_any_floating_dtype():
    x, weight = swiftnn.randn(2, 3), swiftnn.rand(3, dtype=swiftnn.float64, requires_grad=True)
    y = nn.functional.rms_norm(x, [3], weight)
    assert y.dtype is swiftnn.float32 and swiftnn.allclose(y, nn.functional.rms_norm(x, [3], weight.float()))
    y.sum().backward()
    assert weight.grad.dtype is swiftnn.float64
    with pytest.raises(NotImplementedError, match="rms_norm: not defined for int64"):
        nn.functional.rms_norm(x, [3], swiftnn.ones(3, dtype=swiftnn.int64))


def test_states_without_a_count_of_batches():
    """Files from before the count was kept, or that another program wrote, are complete without it."""
    norm = nn.BatchNorm2d(3)
    norm(swiftnn.randn(2, 3, 4, 4))
    old = {name: value for name, value in norm.state_dict().items() if name != "num_batches_tracked"}
    fresh = nn.Sequential(nn.BatchNorm2d(3))
    result = fresh.load_state_dict({"0." + name: value for name, value in old.items()})
    assert not result.missing_keys and swiftnn.equal(fresh[0].running_mean, norm.running_mean)
    assert fresh[0].num_batches_tracked.item() == 0
    new = norm.state_dict()
    del new["num_batches_tracked"]
    with pytest.raises(RuntimeError, match="num_batches_tracked"):
        nn.BatchNorm2d(3).load_state_dict(new)
