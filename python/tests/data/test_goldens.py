"""Orders, batches, random numbers and refusals are PyTorch's."""

import json
import pathlib
import warnings

import pytest

import swiftnn
import swiftnn.utils.data

from .cases import CASES

GOLDENS = json.loads((pathlib.Path(__file__).resolve().parents[3] / "Tests" / "Goldens" / "loader.json").read_text())


@pytest.mark.parametrize("name", CASES)
def test_as_pytorch(name, limit):
    with warnings.catch_warnings():
        # Of more workers than processors.
        warnings.filterwarnings("ignore", "This DataLoader will create")
        found = json.loads(json.dumps(CASES[name](swiftnn, swiftnn.utils.data)))
    if isinstance(found, list):
        for place, (mine, wanted) in enumerate(zip(found, GOLDENS[name])):
            assert mine == wanted, place
    assert found == GOLDENS[name]
