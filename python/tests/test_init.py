"""The functions of nn.init, and those of nn.functional that write in place."""

import json
import pathlib
import warnings
import zlib

import pytest
from init_cases import CASES

import swiftnn
from swiftnn import nn
from swiftnn.nn import functional as F

GOLDENS = json.loads((pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Goldens" / "init.json").read_text())


def test_init_functions():
    weight = swiftnn.empty(30, 20)
    for fill, low, high in [
        (lambda w: nn.init.uniform_(w, -2, 3), -2, 3),
        (lambda w: nn.init.xavier_uniform_(w), -(6 / 50) ** 0.5, (6 / 50) ** 0.5),
        (lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"), -(6 / 20) ** 0.5, (6 / 20) ** 0.5),
        (lambda w: nn.init.constant_(w, 4), 4, 4),
        (lambda w: nn.init.ones_(w), 1, 1),
        (lambda w: nn.init.zeros_(w), 0, 0),
    ]:
        assert fill(weight) is weight
        assert low <= float(weight.min()) and float(weight.max()) <= high
    for fill, deviation in [
        (lambda w: nn.init.normal_(w, 0, 0.5), 0.5),
        (lambda w: nn.init.xavier_normal_(w), (2 / 50) ** 0.5),
        (lambda w: nn.init.kaiming_normal_(w, mode="fan_out"), (2 / 30) ** 0.5),
    ]:
        fill(weight)
        assert abs(float((weight * weight).mean()) ** 0.5 / deviation - 1) < 0.15
    parameter = nn.Parameter(swiftnn.ones(2, 2))
    assert nn.init.eye_(parameter).tolist() == [[1.0, 0.0], [0.0, 1.0]] and parameter.is_leaf
    assert nn.init._calculate_fan_in_and_fan_out(weight) == (20, 30)
    for wrong in (lambda: nn.init.xavier_uniform_(swiftnn.ones(3)), lambda: nn.init.calculate_gain("x"),
                  lambda: nn.init.kaiming_normal_(weight, mode="x"), lambda: nn.init.eye_(swiftnn.ones(3))):
        with pytest.raises(ValueError):
            wrong()


def test_functional_in_place():
    x = swiftnn.tensor([-1.0, 2.0])
    assert F.relu(x, inplace=True) is x and x.tolist() == [0.0, 2.0]
    y = swiftnn.ones(1000)
    assert F.dropout(y, 0.5, training=True, inplace=True) is y and set(y.tolist()) == {0.0, 2.0}
    assert F.dropout(y, 0.5, training=False).tolist() == y.tolist()


@pytest.mark.parametrize("name, shape, arguments", CASES, ids=[f"{n}-{s}-{a}" for n, s, a in CASES])
def test_same_numbers_from_a_seed(name, shape, arguments):
    """Bit for bit where there is no decomposition in between."""
    want = GOLDENS[f"{name} {shape} {arguments}"]
    swiftnn.manual_seed(7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tensor = swiftnn.empty(shape)
        assert getattr(nn.init, name)(tensor, **arguments) is tensor
    if name == "orthogonal_":
        assert tensor.reshape(-1)[:12].tolist() == pytest.approx(want["values"], rel=1e-4, abs=1e-5)
    else:
        assert zlib.crc32(tensor.numpy().tobytes()) == want["crc"], (tensor.reshape(-1)[:12].tolist(), want["values"])


def test_a_generator_of_ones_own():
    state = swiftnn.get_rng_state()
    draws = [nn.init.kaiming_uniform_(swiftnn.empty(4, 3), generator=swiftnn.Generator().manual_seed(5)) for _ in range(2)]
    assert swiftnn.equal(*draws) and swiftnn.equal(swiftnn.get_rng_state(), state)


def test_limits_of_a_truncated_normal():
    for arguments in ({"a": -0.3, "b": 0.1}, {"mean": 5.0, "a": -1.0, "b": 1.0}, {"std": 1e-3}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = nn.init.trunc_normal_(swiftnn.empty(500), **arguments)
        assert arguments.get("a", -2.0) <= values.min().item() <= values.max().item() <= arguments.get("b", 2.0)
    with pytest.warns(UserWarning, match="more than 2 std"):
        nn.init.trunc_normal_(swiftnn.empty(3), mean=9.0)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: nn.init.dirac_(swiftnn.empty(2, 2)), "3, 4, or 5 dimensions"),
        (lambda: nn.init.dirac_(swiftnn.empty(3, 2, 2), groups=2), "divisible by groups"),
        (lambda: nn.init.orthogonal_(swiftnn.empty(3)), "2 or more dimensions"),
        (lambda: nn.init.sparse_(swiftnn.empty(3), 0.1), "2 dimensions"),
    ],
)
def test_shapes_that_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_old_spellings():
    with pytest.warns(FutureWarning, match="deprecated in favor of `nn.init.constant_`"):
        assert nn.init.constant(swiftnn.empty(2), 3).tolist() == [3.0, 3.0]
    with pytest.raises(AttributeError):
        nn.init.nonsense
