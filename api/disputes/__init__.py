"""Disputes between members, as the chain has them."""
