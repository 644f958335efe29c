"""Convolution layers beyond the table: Gluon's, lazy ones, settings, unusual memory, sizes that do not fit."""

import pickle
import warnings

import numpy as np
import pytest

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import nn


def reference(x, weight, bias):
    """A plain convolution without padding."""
    kh, kw = weight.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.einsum("nchwij,ocij->nohw", windows, weight) + bias[:, None, None]


# ---------------------------------------------------------------------------------------------------- memory


def test_overlapping_and_expanded_memory():
    """Windows of one line of memory as an image, and a weight that is one number."""
    line = swiftnn.arange(20.0).requires_grad_()
    image = line.as_strided((2, 1, 4, 5), (1, 1, 3, 1))
    weight = swiftnn.ones(1).expand(3, 1, 2, 2).requires_grad_()
    y = F.conv2d(image, weight)
    want = reference(image.detach().numpy(), np.ones((3, 1, 2, 2), "float32"), np.zeros(3, "float32"))
    assert np.array_equal(y.detach().numpy(), want)
    y.sum().backward()
    assert float(line.grad.sum()) == 2 * 3 * 4 * 3 * 4


def test_blocks_of_all_sizes():
    """Images that are cut into blocks, and blocks of several images, the last of them with fewer."""
    generator = np.random.default_rng(0)
    for n, c, o, size in ((1, 30, 4, 60), (3, 3, 2, 25), (50, 2, 3, 6), (13, 64, 5, 7), (7, 130, 3, 5)):
        x = generator.standard_normal((n, c, size, size)).astype("float32")
        w = generator.standard_normal((o, c, 3, 3)).astype("float32")
        b = generator.standard_normal(o).astype("float32")
        g = generator.standard_normal((n, o, size - 2, size - 2)).astype("float32")
        tensors = [swiftnn.tensor(a).requires_grad_() for a in (x, w, b)]
        y = F.conv2d(*tensors)
        np.testing.assert_allclose(y.detach().numpy(), reference(x, w, b), rtol=0, atol=3e-5 * (c * 9) ** 0.5)
        dx, dw, db = swiftnn.autograd.grad(y, tensors, swiftnn.tensor(g))
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3))
        np.testing.assert_allclose(dw.numpy(), np.einsum("nohw,nchwij->ocij", g, windows), rtol=0, atol=3e-5 * (n * size**2) ** 0.5)
        np.testing.assert_allclose(db.numpy(), g.sum((0, 2, 3)), rtol=0, atol=3e-5 * (n * size**2) ** 0.5)
        padded = np.pad(g, [(0, 0), (0, 0), (2, 2), (2, 2)])
        back = reference(padded, np.flip(w, (2, 3)).swapaxes(0, 1), np.zeros(c, "float32"))
        np.testing.assert_allclose(dx.numpy(), back, rtol=0, atol=3e-5 * (o * 9) ** 0.5)
        np.testing.assert_allclose(F.conv_transpose2d(swiftnn.tensor(g), swiftnn.tensor(w)).numpy(), back, rtol=0, atol=3e-5 * (o * 9) ** 0.5)


def test_no_channels_give_the_bias():
    """A sum over nothing. (PyTorch's result has no samples or no channels then.)"""
    y = F.conv2d(swiftnn.ones(2, 0, 4, 4), swiftnn.ones(3, 0, 2, 2), swiftnn.arange(3.0))
    assert y.shape == (2, 3, 3, 3) and y[0, :, 0, 0].tolist() == [0, 1, 2]
    weight = swiftnn.ones(3, 0, 2, 2).requires_grad_()
    F.conv2d(swiftnn.ones(2, 0, 4, 4), weight).sum().backward()
    assert weight.grad.shape == (3, 0, 2, 2)


def test_what_does_not_fit_into_memory():
    x, w = swiftnn.ones(1, 1, 4), swiftnn.ones(1, 1, 2)
    for call in (lambda: F.conv3d(swiftnn.ones(1, 1, 4, 4, 4), swiftnn.ones(1, 1, 2, 2, 2), padding=2**47),
                 lambda: F.conv2d(swiftnn.ones(1, 1, 4, 4), swiftnn.ones(1, 1, 2, 2), padding=2**31 - 2),
                 lambda: F.conv_transpose3d(swiftnn.ones(1, 1, 2, 2, 2), swiftnn.ones(1, 1, 2, 2, 2), stride=2**31),
                 lambda: F.conv1d(x, w, padding=2**45), lambda: F.conv_transpose1d(x, w, stride=2**45),
                 lambda: F.unfold(swiftnn.ones(1, 1, 4, 4), 2, padding=2**40), lambda: nn.Conv2d(2**40, 2**40, 3),
                 lambda: nn.Conv2d(1, 1, 2**31), lambda: nn.LazyConv2d(2**62, 3), lambda: nn.LazyConv2d(3, 2**40)(swiftnn.ones(1, 1, 4, 4)),
                 lambda: F.conv1d(swiftnn.ones(1).expand(1, 1, 2**40), w), lambda: F.conv2d(swiftnn.ones(1, 1, 4, 4), swiftnn.ones(1).expand(2**40, 1, 2, 2)),
                 lambda: F.pixel_shuffle(swiftnn.ones(1).expand(4, 2**60, 0), 2**31 - 1)):
        with pytest.raises((RuntimeError, MemoryError)):
            call()


@pytest.mark.parametrize("dtype", [swiftnn.float16, swiftnn.bfloat16])
def test_layers_in_sixteen_bits(dtype):
    layer = nn.Conv2d(3, 4, 3, padding=1, dtype=dtype)
    x = swiftnn.randn(2, 3, 5, 5).to(dtype)
    y = layer(x)
    y.sum().backward()
    assert y.dtype is dtype and layer.weight.grad.dtype is dtype and layer.bias.grad.tolist() == [50] * 4


# ---------------------------------------------------------------------------------------------------- layers


def test_settings():
    """Attributes have PyTorch's forms, and those that are no shapes can be set."""
    layer = nn.Conv2d(2, 4, 3, stride=2, padding=(1, 0), dilation=1, groups=2, padding_mode="circular")
    assert (layer.in_channels, layer.out_channels, layer.groups, layer.padding_mode) == (2, 4, 2, "circular")
    assert (layer.kernel_size, layer.stride, layer.padding, layer.dilation) == ((3, 3), (2, 2), (1, 0), (1, 1))
    assert layer.output_padding == (0, 0) and layer.transposed is False and nn.ConvTranspose1d(1, 1, 2).transposed is True
    assert nn.Conv1d(1, 1, 3, padding="same").padding == "same"
    x = swiftnn.randn(1, 2, 8, 8)
    layer.stride = (1, 1)
    assert layer(x).shape == (1, 4, 8, 6)
    layer.padding = "same"
    assert layer(x).shape == (1, 4, 8, 8) and "padding=same" in repr(layer)
    with pytest.raises(ValueError, match="invalid padding string 'x'"):
        layer.padding = "x"
    layer.stride = 0
    with pytest.raises(RuntimeError, match="stride must be greater than zero"):
        layer(x)
    layer.stride = (1, 2, 3)
    with pytest.raises(RuntimeError, match="expected stride to be a single integer value or a list of 2 values"):
        layer(x)


def test_settings_of_a_layer_that_waits():
    for layer in (nn.LazyConv2d(4, 3), nn.LazyConvTranspose2d(4, 3)):
        layer.groups = 0
        with pytest.raises(ValueError, match="divisible by groups, got 2 and 0"):
            layer(swiftnn.randn(1, 2, 5, 5))
    layer = nn.ConvTranspose2d(2, 3, 3)
    layer.padding = "same"
    with pytest.raises(TypeError, match="padding of a transposed convolution"):
        layer(swiftnn.randn(1, 2, 5, 5))


def test_lazy_layers_become_their_class():
    for n in (1, 2, 3):
        for kind in ("Conv", "ConvTranspose"):
            layer = getattr(nn, f"Lazy{kind}{n}d")(4, 3)
            assert repr(layer).startswith(f"Lazy{kind}{n}d(0, 4, kernel_size=(3,")
            copied = pickle.loads(pickle.dumps(layer))
            for each in (layer, copied):
                each(swiftnn.randn(2, 2, *(5,) * n))
                assert type(each) is getattr(nn, f"{kind}{n}d") and each.in_channels == 2
                assert list(each.state_dict()) == ["weight", "bias"]
                with pytest.raises(RuntimeError, match="expected an input of 2 channels"):
                    each(swiftnn.randn(2, 3, *(5,) * n))


def test_a_lazy_layer_takes_its_shape_from_a_state():
    full = nn.ConvTranspose2d(2, 4, 3, groups=2)
    lazy = nn.LazyConvTranspose2d(4, 3, groups=2)
    lazy.load_state_dict(full.state_dict())
    x = swiftnn.randn(1, 2, 5, 5)
    assert lazy(x, output_size=(7, 7)).equal(full(x)) and type(lazy) is nn.ConvTranspose2d and lazy.in_channels == 2


def test_an_output_size_is_for_the_transpose_alone():
    x = swiftnn.randn(1, 2, 5, 5)
    layer = nn.ConvTranspose2d(2, 3, 3, stride=2)
    assert layer(x).shape == (1, 3, 11, 11) and layer(x, output_size=None).shape == (1, 3, 11, 11)
    assert layer(x, output_size=[12, 11]).shape == layer(input=x, output_size=(1, 3, 12, 11)).shape == (1, 3, 12, 11)
    assert nn.Sequential(layer)(x).shape == (1, 3, 11, 11)
    with pytest.raises(TypeError):
        nn.Conv2d(2, 3, 3)(x, output_size=[5, 5])
    with pytest.raises(TypeError):
        layer(x, [12, 12], 1)


def test_the_same_numbers_as_the_function():
    swiftnn.manual_seed(3)
    layer = nn.Conv2d(4, 6, (3, 2), stride=2, padding=1, dilation=2, groups=2)
    x = swiftnn.randn(2, 4, 9, 9)
    assert layer(x).equal(F.conv2d(x, layer.weight, layer.bias, 2, 1, 2, 2))
    assert swiftnn.conv2d(x, layer.weight, layer.bias, 2, 1, 2, 2).equal(layer(x))


# ---------------------------------------------------------------------------------------------------- Gluon


def lenet():
    net = nn.Sequential()
    net.add(
        nn.Conv2D(channels=6, kernel_size=5, padding=2, activation="sigmoid"),
        nn.Conv2D(channels=16, kernel_size=(5, 4), strides=2, activation="relu"),
        nn.Dense(10),
    )
    return net


def test_gluon_defers_channels_and_initialisers():
    net = lenet()
    assert repr(net[0]) == "Conv2D(None -> 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2), Activation(sigmoid))"
    net.initialize(swiftnn.init.Constant(0.5))
    x = swiftnn.ones(2, 3, 20, 20)
    assert net(x).shape == (2, 10)
    assert repr(net[0]).startswith("Conv2D(3 -> 6,") and net[0].in_channels == 3
    assert repr(net[1]) == "Conv2D(6 -> 16, kernel_size=(5, 4), stride=(2, 2), Activation(relu))"
    assert all(float(p.min()) == float(p.max()) == (0 if name.endswith("bias") else 0.5) for name, p in net.named_parameters())
    want = swiftnn.sigmoid(F.conv2d(x, net[0].weight, net[0].bias, padding=2))
    assert net[0](x).equal(want)


def test_gluon_initialisers_of_a_layer():
    layer = nn.Conv2D(2, 3, weight_initializer=swiftnn.init.Constant(2), bias_initializer="ones", in_channels=4, use_bias=True)
    assert layer.weight.shape == (2, 4, 3, 3) and layer.weight.unique().tolist() == [2] and layer.bias.tolist() == [1, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer.initialize(swiftnn.init.Normal(1))
    assert layer.weight.unique().tolist() == [2]
    assert nn.Conv2D(2, 3, use_bias=False).bias is None and nn.Conv2D(2, 3, in_channels=1, dtype="float64").weight.dtype is swiftnn.float64
    shared = nn.Conv2D(2, 3, in_channels=4, params=layer.params)
    assert shared.weight is layer.weight


def test_gluon_refuses():
    for error, call in ((ValueError, lambda: nn.Conv2D(2, 3, layout="NHWC")), (ValueError, lambda: nn.Conv2D(2, 3, activation="gelu")),
                        (TypeError, lambda: nn.Conv2D(2, 3, padding="same")), (ValueError, lambda: nn.Conv2D(3, 3, groups=2)),
                        (RuntimeError, lambda: nn.Conv2D(3, 3)(swiftnn.ones(3))), (RuntimeError, lambda: nn.Conv2D(-3, 3)),
                        (RuntimeError, lambda: nn.Conv2D(3, 3, in_channels=-2))):
        with pytest.raises(error, match="Conv2D"):
            call()


def test_gluon_copies_and_files(tmp_path):
    net = lenet()
    x = swiftnn.randn(2, 3, 20, 20)
    waiting = pickle.loads(pickle.dumps(net))
    assert waiting(x).shape == (2, 10)
    want = net(x)
    swiftnn.save_model(net, tmp_path / "net.safetensors")
    for other in (pickle.loads(pickle.dumps(net)), swiftnn.load_model(tmp_path / "net.safetensors")):
        assert repr(other) == repr(net) and other(x).equal(want)


def test_memory_formats():
    """Those that change nothing are accepted for weights of four dimensions, another one is named."""
    net = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Linear(2, 2))
    for layout in (swiftnn.contiguous_format, swiftnn.preserve_format):
        assert net.to(memory_format=layout) is net and net.to(swiftnn.float64, memory_format=layout)[0].weight.dtype == swiftnn.float64
    with pytest.raises(NotImplementedError, match="channels_last"):
        net.to(memory_format=swiftnn.channels_last)
