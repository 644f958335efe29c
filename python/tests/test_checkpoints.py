"""swiftnn.save and swiftnn.load: PyTorch's files."""

import base64
import io
import json
import pathlib
import pickle
import zipfile
from collections import OrderedDict, defaultdict, namedtuple

import pytest

import swiftnn
from swiftnn import nn

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Goldens" / "checkpoint.json"
Point = namedtuple("Point", "x y")


def same(a, b):
    return a.dtype is b.dtype and tuple(a.shape) == tuple(b.shape) and bool((a == b).all())


def through(value, **options):
    file = io.BytesIO()
    swiftnn.save(value, file)
    return swiftnn.load(file, **options)


def test_checkpoint(tmp_path):
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    optimizer = swiftnn.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        net(swiftnn.ones(1, 2)).sum().backward()
        optimizer.step()
    path = tmp_path / "checkpoint.pt"
    swiftnn.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "loss": 0.5}, str(path))
    found = swiftnn.load(path, map_location="cpu")
    assert found["epoch"] == 3 and found["loss"] == 0.5 and type(found["model"]) is OrderedDict
    assert found["model"]._metadata == net.state_dict()._metadata
    twin = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    twin.load_state_dict(found["model"])
    other = swiftnn.optim.Adam(twin.parameters())
    other.load_state_dict(found["optimizer"])
    for module, steps in ((net, optimizer), (twin, other)):
        steps.zero_grad()
        module(swiftnn.ones(1, 2)).sum().backward()
        steps.step()
    assert all(same(a, b) for a, b in zip(net.parameters(), twin.parameters()))


@pytest.mark.parametrize("name", ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)])
def test_tensors(name, shape):
    tensor = (swiftnn.rand(shape) * 5).to(getattr(swiftnn, name))
    assert same(through(tensor), tensor)


def test_plain_objects():
    values = {
        "none": None, "numbers": [1, -(10**30), 2.5, float("inf"), 1j, True], "text": "ü", "bytes": b"\x00\xff",
        "array": bytearray(b"ab"), "tuple": (1, (2,)), "set": {1, 2}, "frozen": frozenset([1]), 3: slice(1, 2),
        "ordered": OrderedDict(b=1, a=2), "default": defaultdict(list, {"a": [1]}), "dtype": swiftnn.float16,
        "size": swiftnn.Size([2, 3]), "device": swiftnn.device("cpu"), ("tuple", 1): range(3),
    }
    found = through(values)
    assert found == values and [type(v) for v in found.values()] == [type(v) for v in values.values()]
    assert found["dtype"] is swiftnn.float16


def test_parameters_and_attributes():
    parameter = nn.Parameter(swiftnn.ones(2), requires_grad=False)
    parameter.note = "kept"
    tensor = swiftnn.ones(2, requires_grad=True)
    tensor.tag = [1]
    p, t, gluon = through([parameter, tensor, nn.Dense(2, in_units=1).weight])
    assert type(p) is nn.Parameter and not p.requires_grad and p.note == "kept"
    assert t.requires_grad and t.is_leaf and t.tag == [1] and isinstance(gluon, nn.gluon.Parameter)
    result = through(tensor * 2)
    assert result.is_leaf and result.requires_grad
    with pytest.raises(RuntimeError, match="waits for its shape"):
        through(nn.LazyLinear(2).weight)


def test_shared_memory_stays_shared():
    base = swiftnn.arange(10.0)
    first, second, turned, again = through([base[2:5], base[4:8], base[2:8].reshape(2, 3).T, base[2:5]])
    first[2] = 100
    assert second[0] == 100 and turned[2, 0] == 100 and again[2] == 100 and turned.tolist() == [[2, 5], [3, 6], [100, 7]]
    assert turned.stride() == (1, 3)
    file = io.BytesIO()
    swiftnn.save(swiftnn.zeros(100000)[10:12], file)
    assert len(file.getvalue()) < 5000, "no more than is used"
    one = swiftnn.ones(1)
    a, b = through([one, one])
    assert a is b
    tied = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    state = through(tied.state_dict())
    assert state["0.weight"].data_ptr() == state["1.weight"].data_ptr()
    expanded = through(swiftnn.ones(1).expand(5))
    assert expanded.stride() == (0,) and expanded.tolist() == [1.0] * 5


def test_whole_networks_need_trust():
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    file = io.BytesIO()
    swiftnn.save(net, file)
    with pytest.raises(pickle.UnpicklingError, match="Sequential.*weights_only=False"):
        swiftnn.load(file)
    twin = swiftnn.load(file, weights_only=False)
    assert repr(twin) == repr(net) and same(twin[0].weight, net[0].weight)


def test_safe_globals():
    with pytest.raises(pickle.UnpicklingError, match="Point"):
        through(Point(1, 2))
    swiftnn.serialization.add_safe_globals([Point])
    assert through(Point(swiftnn.ones(1), 2)).y == 2


class _Call:
    def __init__(self, function, *args):
        self.function, self.args = function, args

    def __reduce__(self):
        return (self.function, self.args)


def archive_of(content, **entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a/data.pkl", content)
        for name, data in entries.items():
            archive.writestr("a/data/" + name, data)
    return file


@pytest.mark.parametrize("content", [
    pickle.dumps(_Call(eval, "1 + 1")), pickle.dumps(_Call(print, "x")), pickle.dumps(_Call(getattr, 1, "real")),
    b"cos\nsystem\n(S'true'\ntR.", b"(S'true'\nios\nsystem\n.", b"ctorch\nfloat32\n)R.", b"ctorch\nFloatStorage\n)R.",
    b"cbuiltins\nint\n(S'3'\ntR.", b"ccollections\nOrderedDict\n}S'a'\nI1\nsb.", b"ctorch._utils\n_rebuild_tensor_v2\n)R.",
    b"ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))\x88Nt\x52.", b"garbage", b"", b".", b"\x80\x05.", b"Nb.", b"(.", b"I1\nQ.",
    b"ccollections\nOrderedDict\n)R(S'a'\nI1\ntb.",
])
def test_files_that_want_more(content):
    with pytest.raises((pickle.UnpicklingError, RuntimeError)):
        swiftnn.load(archive_of(content))


def storage(name="FloatStorage", key="0", count=4):
    # ("storage", torch.FloatStorage, "0", "cpu", 4) as a persistent object.
    return f"(S'storage'\nctorch\n{name}\nS'{key}'\nS'cpu'\nI{count}\ntQ".encode()


def rebuilt(part, offset=0, size="(I2\nI2\nt", stride="(I2\nI1\nt"):
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + part + f"I{offset}\n{size}{stride}I00\nNtR.".encode()


def test_pickles_by_hand():
    data = swiftnn.arange(4.0)
    good = swiftnn.load(archive_of(rebuilt(storage()), **{"0": bytes(memoryview(data).cast("B"))}))
    assert good.tolist() == [[0.0, 1.0], [2.0, 3.0]]
    for number, wrong in enumerate((
        rebuilt(storage(key="9")), rebuilt(storage(count=9)), rebuilt(storage(count=-1)), rebuilt(storage(), 1),
        rebuilt(storage(), -1), rebuilt(storage(), 0, "(I999999999999\nI2\nt"), rebuilt(storage(), 0, "(I-1\nI2\nt"),
        rebuilt(storage(), 0, stride="(I-2\nI1\nt"), rebuilt(storage(), 0, stride="(I4611686018427387904\nI1\nt"),
        rebuilt(storage(), 0, "(S'x'\nt"), rebuilt(b"N"), rebuilt(storage("Tensor")),
    )):
        with pytest.raises((RuntimeError, pickle.UnpicklingError)):
            pytest.fail(f"{number}: {swiftnn.load(archive_of(wrong, **{'0': bytes(16)}))}")


def test_misuse(tmp_path):
    for wrong, error in [
        (lambda: swiftnn.save(1, 3), AttributeError), (lambda: swiftnn.load(3), AttributeError),
        (lambda: swiftnn.load(tmp_path / "nothing"), FileNotFoundError),
        (lambda: swiftnn.load(io.BytesIO(b"nonsense")), RuntimeError),
        (lambda: swiftnn.save(1, io.BytesIO(), pickle_protocol=1), ValueError),
        (lambda: through(1, map_location="cuda:0"), RuntimeError), (lambda: through(1, map_location={"cpu": "cuda"}), RuntimeError),
        (lambda: swiftnn.save(lambda: 1, io.BytesIO()), (AttributeError, pickle.PicklingError)),
    ]:
        with pytest.raises(error):
            wrong()
    assert through(1, map_location=swiftnn.device("cpu")) == 1 and through(1, map_location=lambda s, place: s) == 1
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("other", "x")
    with pytest.raises(RuntimeError, match="none of save"):
        swiftnn.load(file)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_protocols(protocol):
    file = io.BytesIO()
    swiftnn.save({"t": swiftnn.ones(2), "p": nn.Parameter(swiftnn.ones(1)), "b": b"x", "s": {1}, "d": swiftnn.float64}, file,
                 pickle_protocol=protocol)
    found = swiftnn.load(file)
    assert found["t"].tolist() == [1.0, 1.0] and found["b"] == b"x" and found["d"] is swiftnn.float64


def test_file_of_pytorch():
    """One that torch.save has written; that torch.load reads ours is looked at when the file is made."""
    golden = json.loads(GOLDEN.read_text())
    found = swiftnn.load(io.BytesIO(base64.b64decode(golden["file"])))
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 3))
    net.load_state_dict(found["model"])
    optimizer = swiftnn.optim.Adam(net.parameters())
    optimizer.load_state_dict(found["optimizer"])
    assert [round(x, 5) for x in net[0].weight.reshape(-1).tolist()] == golden["weight"]
    assert same(net[0].weight, found["parameter"]) and type(found["parameter"]) is nn.Parameter
    assert found["views"][0].data_ptr() + 4 == found["views"][1].data_ptr()
    assert found["dtype"] is swiftnn.bfloat16 and found["size"] == (2, 3) and type(found["size"]) is swiftnn.Size
    assert found["half"].dtype is swiftnn.float16 and found["epoch"] == 3
