"""Rows: sorting, searching, counting, order statistics."""

ROWS = []
