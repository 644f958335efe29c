"""All rows. A family's module has ROWS and, where it has operators in place that need more than a row of theirs, IN_PLACE."""

from . import (
    arithmetic, creation, indexing, linalg, networks, ordering, parts, pointwise, products, ranges, reductions, repetition, shapes,
)
from .harness import in_place_of, operator_table

FAMILIES = (arithmetic, pointwise, reductions, ordering, products, linalg, shapes, parts, repetition, indexing, creation, ranges,
            networks)
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
