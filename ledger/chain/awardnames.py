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


def data_hash(words: list[bytes], keys: list[bytes]) -> bytes:
    """``keccak256(abi.encode(words, keys))``, which the ledger stores for a batch."""
    head = (2 * WORD, (3 + len(words)) * WORD, len(words))
    packed = b"".join([value.to_bytes(WORD, "big") for value in head])
    return keccak(b"".join([packed, *words, len(keys).to_bytes(WORD, "big"), *keys]))
