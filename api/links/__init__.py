"""Links between a scheme's members and residents' accounts, by one-time code."""
