"""The desk: wallets opened, cards and PINs, sessions, receipts, deaths reported."""
