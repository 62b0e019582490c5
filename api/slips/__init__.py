"""Slips for desks without network."""
