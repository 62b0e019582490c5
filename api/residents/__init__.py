"""What stands of a resident besides the wallet: cards, acts, messages."""
