"""The certification standard, for everybody to read."""
