"""Makes operators/<family>.json: the dtypes of PyTorch's results, for python/tests/operators.

    python Tests/Goldens/make_operators.py [family …]

Run it with PyTorch (2.13 made the files that stand here) and NumPy. The tests read the JSON and do not need PyTorch.

It runs every row of the table in python/tests/operators on PyTorch:
- each sample with each dtype of the row has to be defined, and its values have to be those of the row's NumPy
  reference, so that the references are known to say what PyTorch does;
- dtypes that the row leaves out have to be undefined, unless the row says why it differs.
The dtypes of the results are written: "results", and "promotion" for mixtures of dtypes, numbers and tensors of no
dimensions (rows: dtypes of the left side, columns: of the right side; "--" where PyTorch refuses).
"""
import json
import pathlib
import re
import sys
import warnings

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))

from operators import arithmetic, harness, table  # noqa: E402

warnings.simplefilter("ignore")
torch.manual_seed(0)
REFUSALS = (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError)
PROBLEMS = []


def run(row, sample, dtype):
    arrays = harness.materialise(sample, dtype)
    args, kwargs = harness.library_arguments(torch, sample, arrays)
    return arrays, harness.outputs(row.run(torch, args, kwargs))


def results(row):
    found = {}
    for sample, dtype in row.cases():
        try:
            arrays, got = run(row, sample, dtype)
        except REFUSALS as error:
            PROBLEMS.append(f"{row.name} {sample.id} {dtype}: PyTorch refuses: {error}")
            continue
        names = harness.dtype_names(got)
        want = harness.expected(row, sample, arrays, names)
        # PyTorch's own error comes to a few units in the last place, also where swiftnn rounds correctly.
        tolerance, relative = harness.tolerance_of(row, sample, names[0])
        slack = 0 if row.raw else (5e-7, 1e-15)[names[0] == "float64"]
        for tensor, array in zip(got, want):
            try:
                harness.assert_close(harness.numpy_of(tensor), array, max(4 * tolerance, slack), relative)
            except AssertionError as error:
                PROBLEMS.append(f"{row.name} {sample.id} {dtype}: PyTorch and the reference differ: {error}")
        found.setdefault(sample.id, {})[dtype] = " ".join(names)
    undefined(row)
    # Most samples of a row agree: only those that differ from the first one are written by themselves.
    common = {}
    for sample in found.values():
        for dtype, names in sample.items():
            common.setdefault(dtype, names)
    different = {key: value for key, value in found.items() if any(common[d] != n for d, n in value.items())}
    return {"all": common, **different}


def undefined(row):
    for dtype in harness.ALL:
        if dtype in row.dtypes or dtype in row.differs or len(row.dtypes) == 1:
            continue
        for sample in row.samples:
            if sample.dtypes is None:
                try:
                    run(row, sample, dtype)
                except REFUSALS:
                    continue
                PROBLEMS.append(f"{row.name} {sample.id} {dtype}: defined in PyTorch, left out in the row")


def reduced_precision(row):
    """Rows that PyTorch does not offer for float16 and bfloat16 are named in the table, and no others."""
    for dtype in (torch.float16, torch.bfloat16):
        for sample in row.samples:
            if "float32" not in row.dtypes or (sample.dtypes is not None and "float32" not in sample.dtypes):
                continue
            if not row.reduced and any(0 in a.shape for a in sample.args if isinstance(a, harness.In)):
                continue  # of nothing PyTorch does not look at the dtype
            args, kwargs = harness.library_arguments(torch, sample, harness.materialise(sample, "float32"))
            args = harness.as_dtype(sample.args, args, torch.Tensor, torch.float32, dtype)
            try:
                row.run(torch, args, kwargs)
                refused = False
            except REFUSALS as error:
                refused = str(error)
            if row.reduced is not None and bool(refused) != (row.name in table.NOT_IN_REDUCED_PRECISION):
                PROBLEMS.append(f"{row.name} {sample.id} {dtype}: NOT_IN_REDUCED_PRECISION is wrong: {refused}")


def promotion(name, kind):
    left_kind, right_kind = kind.split(",")
    function = arithmetic.mixture(torch, name, kind)

    def cell(left, right):
        try:
            result = function(harness.promotion_operand(torch, left_kind, left)[0], harness.promotion_operand(torch, right_kind, right)[0])
        except REFUSALS:
            return "--"
        return harness.SHORT[str(result.dtype).split(".")[-1]]

    lefts = (None,) if left_kind in harness.NUMBERS_OF else harness.ALL
    return [" ".join(cell(*pair) for pair in harness.promotion_pairs(kind, left)) for left in lefts]


def write(name, content):
    # One line for each dictionary or list of strings.
    text = re.sub(r"[{\[][^{}\[\]]*[}\]]", lambda part: re.sub(r"\s+", " ", part[0]), json.dumps(content, indent=1))
    folder = ROOT / "Tests" / "Goldens" / "operators"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(text + "\n")


def main():
    version = torch.__version__.split("+")[0]
    golden = {}
    for family in table.FAMILIES:
        name = family.__name__.rpartition(".")[2]
        if not sys.argv[1:] or name in sys.argv[1:]:
            for row in family.ROWS + table.rows_in_place(family):
                reduced_precision(row)
            golden[name] = {"torch": version, "results": {row.name: results(row) for row in family.ROWS + table.rows_in_place(family)}}
    if "arithmetic" in golden:
        golden["arithmetic"]["promotion"] = {
            name: {kind: promotion(name, kind) for kind in harness.PROMOTION_KINDS if arithmetic.mixture(torch, name, kind)}
            for name in arithmetic.MIXTURES}
    if PROBLEMS:
        sys.exit("\n".join(PROBLEMS))
    for name, content in golden.items():
        write(name, content)


if __name__ == "__main__":
    main()
