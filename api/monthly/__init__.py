"""Residents' monthly statements."""
