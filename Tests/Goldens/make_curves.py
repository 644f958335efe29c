"""Makes curves.json: the losses that the programs of examples/mnist have under PyTorch, for python/tests/test_curves.py.

    python Tests/Goldens/make_curves.py

Run it with PyTorch (2.13 made the file that stands here), NumPy and mlxtend. It runs the programs as they are, with PyTorch
under swiftnn's name.
"""

import importlib
import json
import pathlib
import sys

import torch
import torch.nn.functional
import torch.nn.utils
import torch.optim
import torch.utils.data

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("mlp", "lenet", "cnn", "lstm", "transformer")


def main():
    torch.set_num_threads(1)
    for name, module in list(sys.modules.items()):
        if name == "torch" or name.startswith("torch."):
            sys.modules["swiftnn" + name.removeprefix("torch")] = module
    sys.path.insert(0, str(ROOT / "examples" / "mnist"))
    digits = importlib.import_module("digits")
    curves = {}
    for name in NAMES:
        program = importlib.import_module(name)
        losses, accuracy = digits.run(name, program.build, getattr(program, "CLIP", None))
        curves[name] = {"losses": [float(f"{loss:.8g}") for loss in losses], "accuracy": round(accuracy, 4)}
    lines = [f' "{name}": {json.dumps(curve)}' for name, curve in curves.items()]
    (ROOT / "Tests" / "Goldens" / "curves.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
