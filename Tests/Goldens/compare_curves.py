"""Compares the losses that a program prints, a line of JSON for each network, with PyTorch's in curves.json.

    .build/release/mnist digits.safetensors --losses | python Tests/Goldens/compare_curves.py
"""

import json
import pathlib
import sys

WANTED = json.loads((pathlib.Path(__file__).parent / "curves.json").read_text())


def main():
    seen = set()
    for line in sys.stdin:
        found = json.loads(line)
        name, wanted = found["name"], WANTED[found["name"]]
        apart = max(abs(a - b) / b for a, b in zip(found["losses"], wanted["losses"], strict=True))
        print(f"{name}: at most {apart:.1g} apart from PyTorch's losses, accuracy {found['accuracy']:.1%}")
        if apart >= 1e-3 or abs(found["accuracy"] - wanted["accuracy"]) > 0.003:
            sys.exit(f"{name}: the losses are not PyTorch's")
        seen.add(name)
    if seen != set(WANTED):
        sys.exit(f"expected the networks {sorted(WANTED)}, got {sorted(seen)}")


if __name__ == "__main__":
    main()
