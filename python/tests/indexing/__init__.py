"""Random index expressions, and what NumPy makes of them."""
