"""A resident's own keys: what opens them, since when they count, and the tasks around them."""
