"""Makes init.json: what PyTorch's torch.nn.init gives from a seed, for python/tests/test_init.py.

    python Tests/Goldens/make_init.py

Run it with PyTorch (2.13 made the file that stands here). The tests read the JSON and do not need PyTorch.
"""

import json
import pathlib
import sys
import warnings
import zlib

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))

from init_cases import CASES  # noqa: E402

warnings.simplefilter("ignore")


def main():
    found = {}
    for name, shape, arguments in CASES:
        torch.manual_seed(7)
        tensor = getattr(torch.nn.init, name)(torch.empty(shape), **arguments)
        exact = zlib.crc32(tensor.contiguous().numpy().tobytes())
        found[f"{name} {shape} {arguments}"] = {"crc": exact, "values": tensor.reshape(-1)[:12].tolist()}
    (ROOT / "Tests" / "Goldens" / "init.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
