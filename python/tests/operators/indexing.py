"""Rows: elements by position or by mask."""

ROWS = []
