"""The certification standard's activities and their rates."""
