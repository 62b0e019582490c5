"""Wallets and what is in them."""
