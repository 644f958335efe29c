"""The type stubs: they are what the extension says, and a type checker makes of them what it should."""

import importlib
import inspect
import pathlib
import pkgutil
import subprocess
import sys

import pytest

import swiftnn

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A program as a user writes it, which is checked and run.
SAMPLE = '''
from typing_extensions import assert_type

import swiftnn
import swiftnn.nn.functional as F
from swiftnn import Tensor, nn, optim


class Net(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(20, width)
        self.out = nn.Dense(10, activation="relu")

    def forward(self, x: Tensor, scale: float = 1.0) -> Tensor:
        hidden: Tensor = F.relu(self.hidden(x)) * scale
        output: Tensor = self.out(hidden)
        return output


@swiftnn.no_grad()
def accuracy(net: nn.Module, x: Tensor, y: Tensor) -> float:
    logits: Tensor = net(x)
    return (logits.argmax(1) == y).float().mean().item()


swiftnn.manual_seed(1)
x = swiftnn.randn(64, 20, dtype=swiftnn.float32)
y = swiftnn.randint(0, 10, (64,))
net = Net(32)
optimizer = optim.Adam(net.parameters(), lr=1e-3)
for _ in range(3):
    loss = F.cross_entropy(net(x, scale=2.0), y, label_smoothing=0.1)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
chain = nn.Sequential(nn.Linear(20, 8), nn.ReLU())
assert_type(loss, Tensor)
assert_type(2 * (x @ x.T) - x[0, 0, None] ** 2, Tensor)
assert_type(x.shape, swiftnn.Size)
assert_type(x.shape[0], int)
assert_type(x.shape[:1], swiftnn.Size)
assert_type(x.stride(0), int)
assert_type(x.grad, Tensor | None)
assert_type(x.dtype, swiftnn.dtype)
assert_type(x.device, swiftnn.device)
assert_type(x.reshape(4, -1), Tensor)
assert_type(x.reshape(x.shape).view([64, 20]), Tensor)
assert_type(swiftnn.zeros(2, 3), Tensor)
assert_type(swiftnn.zeros((2, 3), requires_grad=True), Tensor)
assert_type(swiftnn.arange(0, 1, 0.25), Tensor)
assert_type(x.to(swiftnn.float64).to("cpu").to(y), Tensor)
assert_type(x.max(dim=1).values, Tensor)
assert_type(swiftnn.max(x, x), Tensor)
assert_type(swiftnn.allclose(x, x), bool)
assert_type(x.uniform_(from_=-1, to=1), Tensor)
assert_type(swiftnn.tensor([1.0]).requires_grad_(), Tensor)
assert_type(net.training, bool)
x.grad = None
x += 1
values, indices = x.min(0)
rows = [row.tolist() for row in x]
with swiftnn.no_grad():
    total = accuracy(net, x, y) + len(x) + float(loss) + len(f"{loss:.3f}") + len(rows[0])
'''

# Each line is wrong in one way, and the code that mypy gives it.
WRONG = {
    'swiftnn.zeros("2")': "arg-type",
    "swiftnn.relu(x, True)": "call-arg",
    "swiftnn.full((2,))": "call-arg",
    'swiftnn.manual_seed("1")': "arg-type",
    "swiftnn.sigmoyd(x)": "attr-defined",
    "F.cross_entropy(x)": "call-arg",
    'F.softplus(x, "x")': "arg-type",
    "x.sum(dimension=0)": "call-arg",
    "x.reshap(3)": "attr-defined",
    "x.shape = (3,)": "misc",
    "x @ 2.0": "operator",
    'x[0] = "c"': "assignment",
    "nn.Linear(20)": "call-arg",
    "nn.Linear(20, 30, biased=True)": "call-arg",
    "nn.Lineer(20, 30)": "attr-defined",
    "optim.SGD([x], learning_rate=0.1)": "call-arg",
}


def mypy(folder, text):
    """The lines that mypy prints for a program, and whether it is content."""
    pytest.importorskip("mypy")
    (folder / "program.py").write_text(text)
    # Its own configuration, or none at all, must not decide about the result.
    command = [sys.executable, "-m", "mypy", "--config-file=", "--check-untyped-defs", "--warn-unreachable",
               "--no-error-summary", "--cache-dir", str(folder / "cache"), "program.py"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode in (0, 1), result.stderr
    return result.stdout.splitlines(), result.returncode == 0


def test_stubs_are_what_the_extension_says():
    command = [sys.executable, "-B", ROOT / "tools/make_stubs.py", "--check"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_stubs_are_installed():
    package = pathlib.Path(swiftnn.__file__).parent
    for stub in (ROOT / "python/swiftnn").rglob("*.pyi"):
        installed = package / stub.relative_to(ROOT / "python/swiftnn")
        assert installed.read_text() == stub.read_text()
    assert (package / "py.typed").exists()


def test_correct_program(tmp_path):
    lines, content = mypy(tmp_path, SAMPLE)
    assert content, "\n".join(lines)
    result = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_wrong_calls(tmp_path):
    header = "import swiftnn\nfrom swiftnn import nn, optim\nfrom swiftnn.nn import functional as F\n"
    header += "x = swiftnn.ones(2)\n"
    lines, content = mypy(tmp_path, header + "\n".join(WRONG) + "\n")
    errors = {}
    for line in lines:
        if ": error: " in line:
            errors.setdefault(int(line.split(":")[1]), []).append(line)
    for number, (call, code) in enumerate(WRONG.items(), header.count("\n") + 1):
        found = errors.pop(number, [])
        assert any(f"[{code}]" in error for error in found), f"{call}: {code} expected, {found or 'no error'} found"
    assert not errors and not content


def public_callables():
    """Functions, classes and methods of the package, by name: once for each place where they are found."""
    modules = [swiftnn] + [
        importlib.import_module(info.name) for info in pkgutil.walk_packages(swiftnn.__path__, "swiftnn.")
    ]
    found = {}
    for module in modules:
        for name, value in vars(module).items():
            if name.startswith("_") or not getattr(value, "__module__", "").startswith("swiftnn"):
                continue
            path = f"{module.__name__}.{name}"
            # Not the package's own helpers under another name, nor the base of nn.Module, which has the signature.
            if callable(value) and not value.__name__.startswith("_") and name != "ModuleBase":
                found[path] = value
            if inspect.isclass(value):
                for member in dir(value):
                    attribute = getattr(value, member)
                    own = any(member in vars(base) for base in value.__mro__ if base.__module__.startswith("swiftnn"))
                    if own and not member.startswith("_") and callable(attribute):
                        found[f"{path}.{member}"] = attribute
    found |= {f"swiftnn.Tensor.{n}": f for n, f in vars(swiftnn.Tensor).items() if callable(f) and n != "__new__"}
    return found


def test_every_signature_can_be_inspected():
    found = public_callables()
    assert {"swiftnn.relu", "swiftnn.Tensor.sum", "swiftnn.nn.Linear.train", "swiftnn.nn.functional.tanh"} <= set(found)
    failures = []
    for path, value in found.items():
        if inspect.isclass(value) and (issubclass(value, (BaseException, swiftnn._C.FunctionContext))):
            continue  # an exception has BaseException's constructor; a context is made by the library
        try:
            inspect.signature(value)
        except ValueError as error:
            failures.append(f"{path}: {error}")
    assert not failures, "\n".join(failures)


def test_every_operator_has_a_docstring():
    assert [path for path, value in public_callables().items() if not value.__doc__ and "functional" in path] == []
    assert [name for name in dir(swiftnn.Tensor) if name[0] != "_" and not getattr(swiftnn.Tensor, name).__doc__] == []
