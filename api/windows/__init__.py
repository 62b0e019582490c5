"""Clearing windows and their settlement."""
