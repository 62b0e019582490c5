"""How residents found what they got."""
