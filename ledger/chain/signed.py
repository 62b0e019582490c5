"""Reads a signed transaction that somebody else made: who sends it, and what it would do.

Legacy ones with EIP-155 alone, as everybody here makes them; every byte must be as the same content
would be written, so one transaction has one spelling. ValueError says what is wrong.
"""

from __future__ import annotations

from typing import NamedTuple

from eth_hash.auto import keccak

from ledger.chain.signer import Address, SignedTransaction, Transaction, recover

RAW_BYTES_MAX = 32 * 1024
"""Far more than a call of the clearing house takes."""
_FIELDS = 9
_WORD = 32
_EIP155, _LEGACY_V = 35, 27


class Sent(NamedTuple):
    """A transaction with its sender."""

    sender: Address
    transaction: Transaction
    signed: SignedTransaction


def read_signed(raw: bytes) -> Sent:
    """The transaction in these bytes; ValueError where they are none, or carry value."""
    if not raw or len(raw) > RAW_BYTES_MAX or raw[0] < 0xC0:
        raise ValueError("not a legacy transaction")
    fields = _items(raw)
    if len(fields) != _FIELDS:
        raise ValueError("a signed transaction has nine fields")
    nonce, price, gas, to, value, data, v, r, s = fields
    if value:
        raise ValueError("it carries value")
    if len(to) != 20:
        raise ValueError("it goes to no contract")
    if len(r) > _WORD or len(s) > _WORD:
        raise ValueError("its signature is too long")
    number = _integer(v) - _EIP155
    if number < 0:
        raise ValueError("it names no chain (EIP-155)")
    transaction = Transaction(
        to, data, _integer(nonce), _integer(gas), number // 2, _integer(price)
    )
    numbers = r.rjust(_WORD, b"\0") + s.rjust(_WORD, b"\0")
    signed = transaction.signed(numbers + bytes((number % 2,)))
    if signed.raw != raw:
        raise ValueError("its bytes are not spelt as they should be")
    digest = keccak(transaction.payload())
    sender = recover(digest, numbers + bytes((number % 2 + _LEGACY_V,)))
    return Sent(sender, transaction, signed)


def _integer(field: bytes) -> int:
    if len(field) > _WORD:
        raise ValueError("a number is too long")
    return int.from_bytes(field, "big")


def _items(raw: bytes) -> list[bytes]:
    """The strings of one list; spelling is judged by writing it again."""
    at, end = _header(raw, 0, 0xC0)
    if end != len(raw):
        raise ValueError("bytes are left over, or missing")
    found = list[bytes]()
    while at < end and len(found) <= _FIELDS:
        if raw[at] < 0x80:
            found.append(raw[at : at + 1])
            at += 1
            continue
        start, after = _header(raw, at, 0x80)
        if raw[at] >= 0xC0 or after > end:
            raise ValueError("a field is no string")
        found.append(raw[start:after])
        at = after
    return found


def _header(raw: bytes, at: int, offset: int) -> tuple[int, int]:
    """Where the payload behind a prefix begins and ends."""
    short = raw[at] - offset
    if short <= 55:
        return at + 1, at + 1 + short
    size = short - 55
    length = int.from_bytes(raw[at + 1 : at + 1 + size], "big")
    return at + 1 + size, at + 1 + size + length
