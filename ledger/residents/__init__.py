"""Residents at a desk: wallets opened, cards and PINs, sessions, delegates, slips, who looked."""
