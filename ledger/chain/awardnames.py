"""What the ledger's contract calls an award and its corrections: hashes that anybody can make."""

from __future__ import annotations

from eth_hash.auto import keccak

WORD = 32


def award_id(issuer: int, number: int, key: bytes) -> bytes:
    """Of the award under ``key`` in the issuer's batch of that number."""
    return keccak(issuer.to_bytes(WORD, "big") + number.to_bytes(WORD, "big") + key)


def correction_id(award: bytes, count: int) -> bytes:
    """Of an award's correction, the first being 1; those that were reversed are counted too."""
    return keccak(award + count.to_bytes(WORD, "big"))
