"""All rows."""

from . import arithmetic, creation, networks, pointwise, products, reductions, shapes

FAMILIES = (arithmetic, pointwise, reductions, products, shapes, creation, networks)
ROWS = [row for family in FAMILIES for row in family.ROWS]
IN_PLACE = [row for family in FAMILIES for row in getattr(family, "IN_PLACE", [])]
BY_NAME = {row.name: row for row in ROWS + IN_PLACE}
assert len(BY_NAME) == len(ROWS) + len(IN_PLACE)

# Operators that PyTorch does not offer for float16 and bfloat16 on the CPU.
NOT_IN_REDUCED_PRECISION = ()
