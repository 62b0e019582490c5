"""Recursive Length Prefix, the encoding of transactions (Ethereum yellow paper, appendix B)."""

from __future__ import annotations

from collections.abc import Sequence

_SHORT = 55
"""Longest payload whose length fits in the first byte."""
_STRING, _LIST = 0x80, 0xC0


def integer(value: int) -> bytes:
    """Big-endian without leading zeros; zero is empty."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def string(value: bytes) -> bytes:
    """One encoded byte string."""
    if len(value) == 1 and value[0] < _STRING:
        return value
    return _prefix(len(value), _STRING) + value


def sequence(encoded: Sequence[bytes]) -> bytes:
    """A list of items that are already encoded."""
    inside = b"".join(encoded)
    return _prefix(len(inside), _LIST) + inside


def _prefix(length: int, offset: int) -> bytes:
    if length <= _SHORT:
        return bytes((offset + length,))
    size = integer(length)
    return bytes((offset + _SHORT + len(size),)) + size
