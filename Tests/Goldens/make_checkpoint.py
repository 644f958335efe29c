"""Makes checkpoint.json: a file of torch.save, for python/tests/test_checkpoints.py. Given a file of swiftnn.save, looks
whether torch.load reads it.

    python Tests/Goldens/make_checkpoint.py [file]

Run it with PyTorch (2.13 made the file that stands here). The tests read the JSON and do not need PyTorch.
"""

import base64
import io
import json
import pathlib
import sys

import torch
from torch import nn


def main():
    if len(sys.argv) > 1:
        print(torch.load(sys.argv[1]))
        return
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 3))
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    base, file = torch.arange(10.0), io.BytesIO()
    torch.save(
        {
            "model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "views": [base[:3], base[1:]],
            "parameter": net[0].weight, "dtype": torch.bfloat16, "size": torch.Size([2, 3]),
            "half": torch.ones(2, dtype=torch.float16),
        },
        file,
    )
    found = {
        "weight": [round(x, 5) for x in net[0].weight.reshape(-1).tolist()],
        "file": base64.b64encode(file.getvalue()).decode(),
    }
    path = pathlib.Path(__file__).resolve().parent / "checkpoint.json"
    path.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
