"""The solvable model: exact order-parameter dynamics and finite-size SGD (NumPy, SciPy only)."""
