"""The shared points ledger: pure rules at the top, chain, index, store and audit below."""
