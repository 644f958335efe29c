"""All rows. A family's module has ROWS and, where it has operators in place that need more than a row of theirs, IN_PLACE."""

import importlib
import pathlib

from .harness import Row, in_place_of, operator_table


def families():
    """The modules of this folder that have rows."""
    names = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("[a-z]*.py"))
    modules = [importlib.import_module("." + name, __package__) for name in names if name != "table" and not name.startswith("test_")]
    return [m for m in modules if getattr(m, "ROWS", None) and all(isinstance(row, Row) for row in m.ROWS)]


FAMILIES = families()
ROWS = [row for family in FAMILIES for row in family.ROWS]
FAMILY_OF = {row.name: family.__name__.rpartition(".")[2] for family in FAMILIES for row in family.ROWS}


def rows_in_place(family):
    """The rows of a family's operators in place: those that it spells out, and one for each operator that is in place by
    the general mechanism (the letter I), made from the operator's own row."""
    written = getattr(family, "IN_PLACE", [])
    names = {row.name for row in written}
    made = [in_place_of(row) for row in family.ROWS if row.name + "_" in GENERAL and row.name + "_" not in names]
    return written + [row for row in made if row.samples]


GENERAL = {python + "_" for python, surfaces in operator_table()[0].values() if "I" in surfaces}
IN_PLACE = [row for family in FAMILIES for row in rows_in_place(family)]
BY_NAME = {row.name: row for row in ROWS + IN_PLACE}
assert len(BY_NAME) == len(ROWS) + len(IN_PLACE)

# Operators that PyTorch does not offer for float16 and bfloat16 on the CPU.
NOT_IN_REDUCED_PRECISION = {row.name for row in ROWS + IN_PLACE if not row.reduced}
# Operators that give something else for the same numbers in float16 and bfloat16, of which there are fewer.
OF_THEIR_DTYPE = {"_view_dtype", "nextafter", "nextafter_", "nan_to_num", "nan_to_num_"}
