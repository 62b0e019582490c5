"""Points of one scheme into another's."""
