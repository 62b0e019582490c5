"""Who looked at a resident's data."""
