"""Makes loader.json: what PyTorch's torch.utils.data gives, for python/tests/data.

    python Tests/Goldens/make_loader.py

Run it with PyTorch (2.13 made the file that stands here) and NumPy. The tests read the JSON and do not need PyTorch.
"""

import json
import pathlib
import sys
import warnings

import torch
import torch.utils.data

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))

from data.cases import CASES  # noqa: E402


def main():
    warnings.simplefilter("ignore")
    found = {name: function(torch, torch.utils.data) for name, function in CASES.items()}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in found.items())
    (ROOT / "Tests" / "Goldens" / "loader.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
