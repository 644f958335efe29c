"""The functions of nn.init, and those of nn.functional that write in place."""

import pytest

import swiftnn
from swiftnn import nn
from swiftnn.nn import functional as F


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
