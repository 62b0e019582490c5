"""Column types that mean the same in SQLite and PostgreSQL, and keep every value as it was.

Byte strings of one length, and integers up to 2^256 - 1, which no database has as a number: they
stand as 32 bytes, the highest first, so that they sort and compare as numbers do. Sums of them are
made in Python. What fits 63 bits (nonces, block numbers, gas, units) is a plain ``BigInteger``.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

UINT256_BYTES = 32
UINT256_MAX = 2**256 - 1


class FixedBytes(TypeDecorator[bytes]):
    """Exactly so many bytes; ValueError for a value of another length."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: bytes | None, _dialect: Dialect) -> bytes | None:
        """Checked on the way in."""
        if value is not None and len(value) != self.length:
            raise ValueError(f"{self.length} bytes belong here, not {len(value)}")
        return value

    def process_result_value(self, value: object, _dialect: Dialect) -> bytes | None:
        """Plain bytes, whatever the driver makes of them."""
        return None if value is None else bytes(cast("bytes", value))


class UInt256(TypeDecorator[int]):
    """An integer of 0..2^256 - 1; ValueError beyond."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(UINT256_BYTES)

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> bytes | None:
        """As 32 bytes."""
        if value is None:
            return None
        if not 0 <= value <= UINT256_MAX:
            raise ValueError("an unsigned integer of 256 bits belongs here")
        return value.to_bytes(UINT256_BYTES, "big")

    def process_result_value(self, value: object, _dialect: Dialect) -> int | None:
        """As an int again."""
        return None if value is None else int.from_bytes(cast("bytes", value), "big")


def address() -> FixedBytes:
    """An account's or a contract's 20 bytes."""
    return FixedBytes(20)


def digest() -> FixedBytes:
    """A hash's 32 bytes."""
    return FixedBytes(32)
