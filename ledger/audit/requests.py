"""What a correction was asked to do: its requests, read from the transaction's own calldata.

Only where the ledger is called directly; a council's call inside another one shows no requests.
"""

from __future__ import annotations

from typing import NamedTuple

from eth_hash.auto import keccak

from ledger.audit.feed import Call
from ledger.chain.abi import abi

WORD = 32
_REQUEST_WORDS = 3
_CORRECT, _CORRECT_CLOSED = (
    abi("PointsLedger").selector(name) for name in ("correct", "correctClosed")
)


class Requested(NamedTuple):
    """One request: the award it names, that award's row, and the quantity it should have been."""

    award: bytes
    word: bytes
    quantity: int


def requested(call: Call, ledger: bytes, issuer: int) -> list[Requested] | None:
    """The requests in their order, or None where the calldata does not show them."""
    selector = call.data[:4]
    if call.to != ledger or selector not in (_CORRECT, _CORRECT_CLOSED):
        return None
    data = call.data[4:]
    first = 1 if selector == _CORRECT_CLOSED else 0
    number, words, keys, requests = (_int(data, WORD * (first + i)) for i in range(4))
    found = []
    for place in range(_int(data, requests)):
        begin = requests + WORD * (1 + _REQUEST_WORDS * place)
        row, quantity = _int(data, begin), _int(data, begin + WORD)
        key = _item(data, keys, row)
        named = issuer.to_bytes(WORD, "big") + number.to_bytes(WORD, "big") + key
        found.append(Requested(keccak(named), _item(data, words, row), quantity))
    return found


def _int(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + WORD], "big")


def _item(data: bytes, array: int, row: int) -> bytes:
    begin = array + WORD * (1 + row)
    return data[begin : begin + WORD]
