"""Makes layers/<family>.json: what PyTorch's layers give, for python/tests/layers.

    python Tests/Goldens/make_layers.py [family …]

Run it with PyTorch (2.13 made the files that stand here). The tests read the JSON and do not need PyTorch.
"""

import json
import pathlib
import sys
import warnings

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))

from layers import harness  # noqa: E402

warnings.simplefilter("ignore")
torch.set_num_threads(1)
# The definition, not the shortcut that PyTorch takes for some layers in evaluation mode.
torch.backends.mha.set_fastpath_enabled(False)


def as_json(value):
    if isinstance(value, torch.Tensor):
        return harness.numbers(value)
    if isinstance(value, dict):
        return {k: as_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    return value


def main(wanted):
    for family, rows in harness.families().items():
        if wanted and family not in wanted:
            continue
        result = {}
        for row in rows:
            for layer in row.layers:
                if layer.id in result:
                    raise SystemExit(f"{family}: {layer.id} stands twice in the table")
                try:
                    result[layer.id] = as_json(harness.run(torch, layer))
                except Exception as error:
                    raise SystemExit(f"{family}: {layer.id}: {type(error).__name__}: {error}")
        path = harness.GOLDENS / f"{family}.json"
        path.parent.mkdir(exist_ok=True)
        lines = [f" {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in result.items()]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        print(f"{family}: {len(result)} layers, {path.stat().st_size >> 10} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
