"""Makes distributions.json: what PyTorch's CPU generator draws, for python/tests/operators/distributions.py.

    python Tests/Goldens/make_distributions.py

Run it with PyTorch (2.13 made the file that stands here) and NumPy. PyTorch's builds with the Intel Math Kernel Library
draw exponential numbers, and what is made of them, from that library's streams on Intel's CPUs: the file is made on another.
"""
import json
import os
import pathlib
import sys
import warnings

os.environ["ATEN_CPU_CAPABILITY"] = "avx2"

import torch  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))

from operators import distributions  # noqa: E402

warnings.simplefilter("ignore")


def main():
    cases = {
        name: {f"{seed} {expression}": distributions.record(torch, expression, seed)
               for expression in expressions for seed in distributions.SEEDS}
        for name, expressions in distributions.EXPRESSIONS.items()}
    lines = [f'"{name}":{{\n' + ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in rows.items()) + "}"
             for name, rows in cases.items()]
    path = pathlib.Path(__file__).with_name("distributions.json")
    path.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}","cases":{{\n' + ",\n".join(lines) + "}}\n")


if __name__ == "__main__":
    main()
