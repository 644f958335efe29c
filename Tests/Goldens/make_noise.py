"""Makes noise.json: what PyTorch's layers that draw random numbers make of a seed, for python/tests/operators/random_numbers.py.

    python Tests/Goldens/make_noise.py

Run it with PyTorch (2.13 made the file that stands here) on a CPU that is not Intel's: there PyTorch draws the elements to drop
from a stream of the Intel Math Kernel Library.
"""
import json
import pathlib

import torch
from torch.nn import functional as F

CASES = {
    "dropout": lambda x: F.dropout(x, 0.3),
    "dropout1d": lambda x: F.dropout1d(x, 0.3),
    "dropout1d of no batch": lambda x: F.dropout1d(x[0], 0.3),
    "dropout2d": lambda x: F.dropout2d(x.unsqueeze(3), 0.3),
    "dropout3d": lambda x: F.dropout3d(x.reshape(3, 4, 5, 1, 1), 0.3),
    "alpha_dropout": lambda x: F.alpha_dropout(x, 0.3, True),
    "feature_alpha_dropout": lambda x: F.feature_alpha_dropout(x, 0.3, True),
    "rrelu": lambda x: F.rrelu(x, training=True),
    "rrelu of a transposed tensor": lambda x: F.rrelu(x.transpose(0, 2), 0.1, 0.9, training=True),
    "gumbel_softmax": lambda x: F.gumbel_softmax(x, tau=0.7),
    "gumbel_softmax, hard": lambda x: F.gumbel_softmax(x, hard=True, dim=1),
}


def main():
    cases = {}
    for name, function in CASES.items():
        for dtype in (torch.float32, torch.float64):
            torch.manual_seed(3)
            x = torch.arange(-30, 30).reshape(3, 4, 5).to(dtype) / 7
            values = function(x).reshape(-1).tolist()
            cases.setdefault(name, {})[str(dtype).split(".")[1]] = {"values": values, "next": torch.rand(1).item()}
    rows = ",\n".join(f'"{name}": {json.dumps(case)}' for name, case in cases.items())
    path = pathlib.Path(__file__).with_name("noise.json")
    path.write_text(f'{{"torch": "{torch.__version__.split("+")[0]}",\n{rows}}}\n')


if __name__ == "__main__":
    main()
