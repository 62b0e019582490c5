"""Use cases of residents at a desk, over both databases."""
