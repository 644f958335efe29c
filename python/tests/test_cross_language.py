"""The same seed gives the same bits in Python and in Swift, and a model goes from one to the other."""

import subprocess
from pathlib import Path

import pytest

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import nn, optim

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the Swift program `CrossCheck` wrote; it is built where it is not there yet."""
    folder = tmp_path_factory.mktemp("cross")
    swiftnn.manual_seed(5)
    net = nn.Sequential(nn.Flatten(), nn.Dense(32, activation="relu"), nn.Dropout(0.5), nn.Linear(32, 7), nn.Sigmoid())
    x = swiftnn.rand(40, 3, 6)
    net.eval()
    with swiftnn.no_grad():
        logits = net(x)
    swiftnn.save_model(net, folder / "python-model.safetensors")
    swiftnn.save_file({"x": x}, folder / "python-input.safetensors")
    swiftnn.save_file({"logits": logits}, folder / "python-answer.safetensors")
    subprocess.run(["swift", "build", "-c", "release", "--product", "CrossCheck"], cwd=ROOT, check=True)
    subprocess.run([ROOT / ".build/release/CrossCheck", folder], check=True)
    return folder


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.numpy().tobytes() == b.numpy().tobytes()


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_training_gives_the_same_bits(folder, name):
    theirs = swiftnn.load_file(folder / f"{name}.safetensors")
    swiftnn.manual_seed(11)
    net = nn.Sequential(
        nn.Linear(20, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10)
    )
    x, labels = swiftnn.rand(48, 20), swiftnn.randint(0, 10, (48,))
    if name == "sgd":
        optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
    else:
        optimizer = optim.Adam(net.parameters(), lr=0.01)
    ours = {f"start.{key}": value.clone() for key, value in net.state_dict().items()}
    losses = []
    for _ in range(10):
        loss = F.cross_entropy(net(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    net.eval()
    with swiftnn.no_grad():
        ours |= {"x": x, "labels": labels, "losses": swiftnn.stack(losses), "logits": net(x)}
    ours |= {f"end.{key}": value for key, value in net.state_dict().items()}
    assert ours.keys() == theirs.keys()
    different = [key for key in ours if not same_bits(ours[key].detach(), theirs[key])]
    assert not different
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_a_model_saved_in_swift_loads_in_python(folder, name):
    net = swiftnn.load_model(folder / f"{name}-model.safetensors").eval()
    assert [type(block).__name__ for block in net] == ["Linear", "ReLU", "Dropout", "Linear", "Tanh", "Linear"]
    saved = swiftnn.load_file(folder / f"{name}.safetensors")
    with swiftnn.no_grad():
        assert same_bits(net(saved["x"]), saved["logits"])


def test_a_model_saved_in_python_loads_in_swift(folder):
    ours = swiftnn.load_file(folder / "python-answer.safetensors")["logits"]
    theirs = swiftnn.load_file(folder / "swift-answer.safetensors")["logits"]
    assert same_bits(ours, theirs)


def test_other_programs_read_the_files(folder):
    from safetensors.numpy import load_file
    for path in folder.glob("*.safetensors"):
        ours = swiftnn.load_file(path)
        theirs = load_file(path)
        assert ours.keys() == theirs.keys()
        assert all(ours[key].numpy().tobytes() == theirs[key].tobytes() for key in ours)
