"""What a contract said no with: revert data becomes the rule's name and values, and our own error.

The table of selectors is worked out once from the committed artifacts. Data that fits no error is
named plainly and never fails to be read: an error about an error helps nobody.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from contracts.loader import load, names
from ledger.chain.abi import Entry, selector, type_of
from ledger.errors import TongduiError
from ledger.refusals import coded
from ledger.rules.refusal import RuleRefusal

SELECTOR_BYTES = 4

WITHOUT_REASON = "RevertedWithoutReason"
"""No data: out of gas, malformed calldata, or a node that keeps the reason to itself."""
UNKNOWN = "RevertedUnknown"
"""Data that fits no error of these artifacts; its value is the data."""
_BUILT_IN: tuple[Entry, ...] = (
    {"name": "Error", "inputs": [{"name": "text", "type": "string"}]},
    {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)
"""What Solidity itself says: a `require` with words, a failed check of its own."""


class CustomError(NamedTuple):
    """An error by its Solidity name, with the names and canonical types of its values."""

    name: str
    parameters: tuple[str, ...]
    kinds: tuple[str, ...]


@cache
def errors() -> dict[bytes, CustomError]:
    """Every error of the artifacts and of Solidity itself, by selector."""
    declared = (part for name in names() for part in load(name).abi if part["type"] == "error")
    return {selector(found): _error(found) for found in (*_BUILT_IN, *declared)}


def rule_refusal(data: bytes) -> RuleRefusal:
    """The refusal as the pure core raises it: values in the contract's order.

    Enums are ints, addresses lower-case 0x text, fixed and free bytes are bytes.
    """
    if not data:
        return RuleRefusal(WITHOUT_REASON)
    found = errors().get(data[:SELECTOR_BYTES])
    if found is None:
        return RuleRefusal(UNKNOWN, data)
    try:
        values = decode(found.kinds, data[SELECTOR_BYTES:])
    except (DecodingError, OverflowError, UnicodeDecodeError):
        return RuleRefusal(UNKNOWN, data)
    return RuleRefusal(found.name, *values)


def refusal_of(data: bytes) -> TongduiError:
    """The error under its stable code, with its fields in our words."""
    return coded(rule_refusal(data))


def _error(found: Entry) -> CustomError:
    inputs = found["inputs"]
    return CustomError(
        found["name"], tuple(p["name"] for p in inputs), tuple(type_of(p) for p in inputs)
    )
