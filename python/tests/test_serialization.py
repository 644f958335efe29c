"""Files of tensors and of models."""

import json
import pathlib
import struct

import pytest

import swiftnn
from swiftnn import nn

DTYPES = ["float32", "float64", "int64", "int32", "int16", "int8", "uint8", "bool"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.safetensors"


def header_of(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length])


def network():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(6, 5),
        nn.ReLU(),
        nn.Sequential(nn.Dropout(0.25), nn.Dense(4, activation="tanh"), nn.Identity()),
        nn.LazyLinear(3, bias=False),
        nn.Sigmoid(),
        nn.Tanh(),
    )


@pytest.mark.parametrize("name", DTYPES)
def test_tensors_of_each_dtype(path, name):
    dtype = getattr(swiftnn, name)
    x = swiftnn.tensor([[0, 1, 1], [1, 0, 1]]).to(dtype)
    swiftnn.save_file({"x": x, "scalar": x[0, 1], "empty": x[:0], "turned": x.t()}, path)
    loaded = swiftnn.load_file(path)
    assert set(loaded) == {"x", "scalar", "empty", "turned"}
    assert all(t.dtype is dtype for t in loaded.values())
    assert loaded["x"].tolist() == x.tolist() and loaded["turned"].tolist() == x.t().tolist()
    assert tuple(loaded["scalar"].shape) == () and tuple(loaded["empty"].shape) == (0, 3)


def test_state_dict_and_metadata(path):
    net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    net[1].weight.requires_grad_(False)
    swiftnn.save_file(net.state_dict(), str(path), metadata={"epoch": "3", "名": "值"})
    assert header_of(path)["__metadata__"] == {"epoch": "3", "名": "值"}
    other = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    other.load_state_dict(swiftnn.load_file(str(path)))
    x = swiftnn.rand(4, 3)
    assert other(x).tolist() == net(x).tolist()


def test_loaded_tensors_are_ordinary(path):
    swiftnn.save_file({"x": swiftnn.ones(3)}, path)
    x = swiftnn.load_file(path)["x"]
    path.unlink()
    x += 1
    assert x.tolist() == [2.0, 2.0, 2.0] and not x.requires_grad


def test_the_safetensors_package_agrees(path):
    numpy = pytest.importorskip("numpy")
    safetensors = pytest.importorskip("safetensors.numpy")
    values = {"a": numpy.arange(6, dtype=numpy.float32).reshape(2, 3), "b": numpy.array([True, False])}
    swiftnn.save_file({k: swiftnn.tensor(v) for k, v in values.items()}, path)
    for name, value in safetensors.load_file(path).items():
        assert value.dtype == values[name].dtype and (value == values[name]).all()
    safetensors.save_file(values, path)
    for name, value in swiftnn.load_file(path).items():
        assert value.tolist() == values[name].tolist()


def test_model_round_trip(path):
    swiftnn.manual_seed(0)
    net, x = network(), swiftnn.rand(2, 2, 3)
    net(x)
    net.eval()
    swiftnn.save_model(net, path)
    loaded = swiftnn.load_model(path)
    assert repr(loaded) == repr(net)
    assert [type(m) for m in loaded.modules()] == [type(m) for m in net.modules()]
    assert list(loaded.state_dict()) == list(net.state_dict())
    loaded.eval()
    assert loaded(x).tolist() == net(x).tolist()
    assert loaded[3][0].p == 0.25 and isinstance(loaded[1].weight, nn.Parameter) and loaded[1].weight.requires_grad
    loaded.train()
    loaded(x).sum().backward()
    assert loaded[1].weight.grad is not None
    loaded[1] = nn.Linear(6, 5)
    assert repr(loaded(x).shape) == repr(net(x).shape)


def test_model_file_holds_tensors_under_their_paths(path):
    net = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    swiftnn.save_model(net, path)
    assert set(swiftnn.load_file(path)) == {"0.weight", "0.bias"}
    header = header_of(path)
    assert header["__metadata__"]


def test_model_is_saved_as_it_is_now(path):
    net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2)))
    net(swiftnn.ones(1, 2))
    net[0].register_forward_hook(lambda *args: None)
    net[0].weight = nn.Parameter(swiftnn.full((2, 2), 5.0))
    net[1]._modules["0"] = nn.Linear(2, 2, bias=False)
    net.append(nn.Tanh())
    swiftnn.save_model(net, path)
    loaded = swiftnn.load_model(path)
    assert loaded[0].weight.tolist() == [[5.0, 5.0], [5.0, 5.0]] and loaded[1][0].bias is None
    assert len(loaded) == 3


@pytest.mark.parametrize("make", [
    lambda: nn.Linear(3, 2),
    lambda: nn.Linear(3, 2, bias=False),
    lambda: nn.Dense(4, in_units=3, activation="relu", flatten=False),
    lambda: nn.Sequential(),
    lambda: nn.Dropout(0.5),
])
def test_models_of_one_block(path, make):
    net = make()
    swiftnn.save_model(net, path)
    loaded = swiftnn.load_model(path)
    assert repr(loaded) == repr(net) and type(loaded) is type(net)
    x = swiftnn.ones(2, 3)
    assert loaded.eval()(x).tolist() == net.eval()(x).tolist()


def test_shared_parameters_stay_shared_by_value(path):
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    net = nn.Sequential(first, second)
    swiftnn.save_model(net, path)
    loaded = swiftnn.load_model(path)
    x = swiftnn.ones(1, 3)
    assert loaded(x).tolist() == net(x).tolist()


def test_a_block_of_python_is_refused_by_name(path):
    class Mine(nn.Module):
        def forward(self, x):
            return x

    class Louder(nn.Linear):
        def forward(self, x):
            return super().forward(x) * 2

    with pytest.raises(TypeError, match=r"block '1.0' \(Mine\)"):
        swiftnn.save_model(nn.Sequential(nn.ReLU(), nn.Sequential(Mine())), path)
    with pytest.raises(TypeError, match=r"the block \(Louder\)"):
        swiftnn.save_model(Louder(1, 1), path)
    assert not path.exists()
    with pytest.raises(TypeError, match="Module is expected, not dict"):
        swiftnn.save_model({}, path)


def test_misuse(path, tmp_path):
    for wrong in ({"x": 3}, {1: swiftnn.ones(1)}, {"x": None}):
        with pytest.raises(TypeError, match="save_file"):
            swiftnn.save_file(wrong, path)
    with pytest.raises(TypeError, match="dict of tensors"):
        swiftnn.save_file([swiftnn.ones(1)], path)
    with pytest.raises(TypeError, match="metadata"):
        swiftnn.save_file({}, path, metadata={"epoch": 3})
    for wrong in (3, None):
        with pytest.raises(TypeError):
            swiftnn.save_file({}, wrong)
        with pytest.raises(TypeError):
            swiftnn.load_file(wrong)
    with pytest.raises(ValueError):
        swiftnn.load_file("a\0b")
    with pytest.raises(OSError):
        swiftnn.load_file(tmp_path / "nothing")
    with pytest.raises(OSError):
        swiftnn.save_file({}, tmp_path / "no folder" / "file")
    with pytest.raises((RuntimeError, ValueError, TypeError)):
        swiftnn.save_file({"x": nn.LazyLinear(3).weight}, path)


def write(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


FLOAT = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize("header, data", [
    (b"", b""),
    (b"[]", b""),
    (b"{", b""),
    (b"\xff\xfe", b""),
    ({"x": FLOAT}, b""),
    ({"x": FLOAT}, b"12345678extra"),
    ({"x": {**FLOAT, "shape": [3]}}, b"12345678"),
    ({"x": {**FLOAT, "shape": [-2]}}, b"12345678"),
    ({"x": {**FLOAT, "shape": [2**62, 2**62]}}, b"12345678"),
    ({"x": {**FLOAT, "dtype": "F99"}}, b"12345678"),
    ({"x": {**FLOAT, "data_offsets": [8, 0]}}, b"12345678"),
    ({"x": {**FLOAT, "data_offsets": [0, 2**63]}}, b"12345678"),
    ({"x": FLOAT, "y": FLOAT}, b"12345678"),
    ({"x": {"dtype": "F32"}}, b""),
    ({"x": 3}, b""),
    ({"__metadata__": 3}, b""),
    (b'{"a":' * 5000, b""),
])
def test_damaged_files(path, header, data):
    write(path, header, data)
    for load in (swiftnn.load_file, swiftnn.load_model):
        with pytest.raises((OSError, ValueError, RuntimeError, KeyError, TypeError)):
            load(path)


def test_truncated_at_every_byte(path):
    swiftnn.save_model(nn.Sequential(nn.Linear(1, 1)), path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        for load in (swiftnn.load_file, swiftnn.load_model):
            with pytest.raises((OSError, ValueError, RuntimeError)):
                load(path)


def test_file_of_tensors_is_no_model(path):
    swiftnn.save_file({"x": swiftnn.ones(1)}, path)
    with pytest.raises((RuntimeError, ValueError, KeyError, OSError)):
        swiftnn.load_model(path)
