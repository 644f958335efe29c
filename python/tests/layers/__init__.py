"""The table of layers: see harness.py."""
