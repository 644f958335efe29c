"""Programs over blocks give what they give in PyTorch: hooks, state, registration, copies, containers, nn.utils."""

import json
import pathlib

import module_programs
import parametrization_programs
import pytest

import swiftnn
from swiftnn import nn

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Goldens"


def same(got, want, path=""):
    """Equal, numbers within rounding."""
    if isinstance(want, float) and isinstance(got, (int, float)):
        assert abs(got - want) <= 2e-4 + 1e-4 * abs(want), f"{path}: got {got}, PyTorch has {want}"
    elif isinstance(want, list) and isinstance(got, list):
        assert len(got) == len(want), f"{path}: got {got}, PyTorch has {want}"
        for place, (a, b) in enumerate(zip(got, want)):
            same(a, b, f"{path}[{place}]")
    elif isinstance(want, dict) and isinstance(got, dict):
        assert list(got) == list(want), f"{path}: got {got}, PyTorch has {want}"
        for key in want:
            same(got[key], want[key], f"{path}[{key!r}]")
    else:
        assert got == want, f"{path}: got {got!r}, PyTorch has {want!r}"


def run(program, golden):
    wanted = json.loads((GOLDENS / golden).read_text())[program.__name__]
    swiftnn.manual_seed(0)
    same(json.loads(json.dumps(program(swiftnn, nn))), wanted)


@pytest.mark.parametrize("program", module_programs.PROGRAMS, ids=lambda program: program.__name__)
def test_modules(program):
    run(program, "modules.json")


@pytest.mark.parametrize("program", parametrization_programs.PROGRAMS, ids=lambda program: program.__name__)
def test_parametrizations_and_utilities(program):
    run(program, "parametrizations.json")
