"""How long `import swiftnn` takes, what it weighs in memory, and what is installed.

    python benchmarks/footprint.py

The import time is that of fresh processes less that of a bare interpreter; the two take turns.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 21
RESIDENT = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def milliseconds(code):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - start) * 1e3


def resident(code):
    return int(subprocess.run([sys.executable, "-c", code + RESIDENT], check=True, capture_output=True).stdout) / 1024


def main():
    milliseconds("import swiftnn")
    pairs = [(milliseconds("import swiftnn"), milliseconds("pass")) for _ in range(ROUNDS)]
    print(f"import: {statistics.median(a - b for a, b in pairs):.1f} ms (median of {ROUNDS} processes less a bare one)")
    print(f"resident after import: {resident('import swiftnn; '):.1f} MB, bare interpreter {resident(''):.1f} MB")
    import swiftnn

    folder = Path(swiftnn.__file__).parent
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")
    print(f"installed: {size / 1e6:.1f} MB in {folder.name}")
    for wheel in sorted(Path("dist").glob("swiftnn-*.whl")):
        print(f"wheel: {wheel.stat().st_size / 1e6:.2f} MB, {wheel.name}")


if __name__ == "__main__":
    main()
