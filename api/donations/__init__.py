"""Gifts to the community fund."""
