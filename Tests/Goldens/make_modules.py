"""Makes modules.json and parametrizations.json: what the programs of python/tests/module_programs.py and
python/tests/parametrization_programs.py give in PyTorch.

    python Tests/Goldens/make_modules.py

Run it with PyTorch (2.13 made the files that stand here). The tests read the JSON and do not need PyTorch.
"""

import json
import pathlib
import sys

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))

import module_programs  # noqa: E402
import parametrization_programs  # noqa: E402


def main():
    for name, programs in (("modules", module_programs.PROGRAMS), ("parametrizations", parametrization_programs.PROGRAMS)):
        found = {}
        for program in programs:
            torch.manual_seed(0)
            found[program.__name__] = program(torch, torch.nn)
        lines = ",\n".join(f' "{key}": {json.dumps(value)}' for key, value in found.items())
        (ROOT / "Tests" / "Goldens" / f"{name}.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
