"""A resident's monthly statement: reckoned from the chain, as figures, on paper, in a few words."""
