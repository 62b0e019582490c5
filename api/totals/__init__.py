"""Public sums."""
