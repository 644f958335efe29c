"""Every row of the table of layers: PyTorch's values, gradients, buffers and texts; gradients numerically; copies."""

import copy
import pickle

import numpy as np
import pytest
from layers import harness

import swiftnn
from swiftnn import nn
from swiftnn.autograd import gradcheck

FAMILIES = harness.families()
LAYERS = [(family, layer) for family, rows in FAMILIES.items() for row in rows for layer in row.layers]
ERRORS = [error for rows in FAMILIES.values() for row in rows for error in row.errors]
GOLDENS = {family: harness.golden(family) for family in FAMILIES}

each_layer = pytest.mark.parametrize("family, layer", LAYERS, ids=[f"{f}-{layer.id}" for f, layer in LAYERS])

# Bases and containers, and blocks of Gluon's, which PyTorch does not have: each has tests of its own.
ELSEWHERE = {
    "Block", "HybridBlock", "HybridSequential", "Module", "ModuleDict", "ModuleList", "Parameter", "ParameterDict",
    "ParameterList", "Sequential", "Activation", "AvgPool2D", "BatchNorm", "Conv2D", "Dense", "GlobalAvgPool2D",
    "GlobalMaxPool2D", "MaxPool2D", "RNNBase", "RNNCellBase",
    "Buffer", "UninitializedBuffer", "UninitializedParameter",
}


def test_every_layer_has_a_row():
    named = {row.name for rows in FAMILIES.values() for row in rows}
    public = {n for n in nn.__all__ if isinstance(getattr(nn, n), type)}
    assert sorted(public - named - ELSEWHERE) == []
    assert sorted(named - public) == []


def assert_close(got, want, tolerance, label):
    assert list(got.shape) == want["shape"], f"{label}: shape"
    a = np.array(got.detach().reshape(-1).tolist(), np.float64)
    b = np.array(want["values"], np.float64)
    finite = np.isfinite(b)
    assert np.array_equal(np.isfinite(a), finite), f"{label}\ngot {a}\nwant {b}"
    assert np.array_equal(a[~finite], b[~finite], equal_nan=True), label
    scale = max(np.max(np.abs(b[finite]), initial=0), 1e-3)
    error = np.max(np.abs(a[finite] - b[finite]), initial=0)
    assert error <= tolerance * scale, f"{label}: off by {error / scale:.3g} of the largest\ngot {a}\nwant {b}"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_layer
def test_values(family, layer, dtype):
    """State from the seed, results, gradients and buffers in both modes."""
    want = GOLDENS[family][layer.id]
    got = harness.run(swiftnn, layer, dtype)
    if dtype == "float32":
        assert got["state"] == want["state"] and list(got["state"]) == list(want["state"])
        for text in ("repr", "final repr"):
            assert got[text] == want[text]
    for key, values in want.items():
        if key in ("state", "repr", "final repr"):
            continue
        assert len(got[key]) == len(values), key
        for number, (a, b) in enumerate(zip(got[key], values)):
            if layer.random:
                assert list(a.shape) == b["shape"], key
            else:
                assert_close(a, b, layer.tolerance, f"{key} {number}")
            assert harness.dtype_name(a) == b["dtype"].replace("float32", dtype), key


@each_layer
def test_numerical_gradients(family, layer):
    """The gradients of inputs and parameters in float64."""
    if layer.random or not layer.gradient:
        return
    module, _, inputs, options = harness.make(swiftnn, layer, "float64")
    for mode in layer.modes:
        module.train(mode == "train")
        module(*inputs, **options)  # a lazy one gets its parameters here
        buffers = [(b, b.clone()) for b in module.buffers()]
        given = harness.tensors_of(swiftnn, inputs) + harness.tensors_of(swiftnn, list(options.values()))
        sources = [t for t in given + list(module.parameters()) if t.requires_grad]

        def function(*_):
            # Statistics that the forward updates are put back: each call has to give the same.
            for buffer, value in buffers:
                buffer.copy_(value)
            outputs = harness.call(swiftnn, module, inputs, options)
            return tuple(o for o in outputs if o.requires_grad)

        if sources and function():
            assert gradcheck(function, sources)


@each_layer
def test_copies(family, layer):
    """Deep copies, pickles and files compute the same, and share nothing."""
    module, _, inputs, options = harness.make(swiftnn, layer)
    module.eval()
    want = harness.call(swiftnn, module, inputs, options)
    for copied in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert type(copied) is type(module) and repr(copied) == repr(module)
        assert not {id(p) for p in copied.parameters()} & {id(p) for p in module.parameters()}
        for a, b in zip(harness.call(swiftnn, copied, inputs, options), want, strict=True):
            assert layer.random or a.tolist() == b.tolist() or swiftnn.isnan(b).any()


@each_layer
def test_files(family, layer, tmp_path):
    """A file of the model gives the same block, unless the layer has no counterpart in the library's core."""
    module, _, inputs, options = harness.make(swiftnn, layer)
    module.eval()
    want = harness.call(swiftnn, module, inputs, options)
    path = tmp_path / "layer.safetensors"
    if module._native_type is None:
        with pytest.raises(TypeError, match="forward written in Python"):
            swiftnn.save_model(module, path)
        return
    swiftnn.save_model(module, path)
    loaded = swiftnn.load_model(path).eval()
    assert repr(loaded) == repr(module)
    for a, b in zip(harness.call(swiftnn, loaded, inputs, options), want, strict=True):
        assert layer.random or a.tolist() == b.tolist() or swiftnn.isnan(b).any()


@pytest.mark.parametrize("error", ERRORS, ids=[f"{e.name}-{i}" for i, e in enumerate(ERRORS)])
def test_errors(error):
    make = getattr(nn, error.name)
    if error.inputs is None:
        with pytest.raises(error.exception, match=error.message):
            make(*error.args, **error.kwargs)
        return
    module = make(*error.args, **error.kwargs)
    inputs = [swiftnn.randn(i) if isinstance(i, tuple) else i for i in error.inputs]
    with pytest.raises(error.exception, match=error.message):
        module(*inputs)
