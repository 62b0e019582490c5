"""What nodes say to a transaction handed to them, in the words of several engines.

geth, Besu, Nethermind, Anvil, eth-tester and the members' network say the same in different words;
here the words become one of six meanings. What is unknown is ``OTHER``, never taken as success.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from ledger.chain.rpc import NodeRefused


class SendMeaning(enum.Enum):
    """What an answer means for the transaction."""

    ACCEPTED = enum.auto()
    KNOWN = enum.auto()
    """The node has these very bytes already."""
    NONCE_USED = enum.auto()
    """Something with this nonce is mined: perhaps these bytes, perhaps not."""
    NONCE_AHEAD = enum.auto()
    """An earlier one is missing: send that first."""
    NONCE_TAKEN = enum.auto()
    """Another transaction with this nonce waits in the pool."""
    OTHER = enum.auto()


class SendAnswer(NamedTuple):
    """The meaning and the node's own words."""

    meaning: SendMeaning
    words: str = ""


_KNOWN = (
    *("already known", "known transaction", "already imported", "already in", "alreadyknown"),
    "already exists in cache",  # the members' network, of one that its consensus engine has
)
_TAKEN = ("underpriced", "replacement not allowed")
_USED = (
    *("nonce too low", "oldnonce", "nonce is too low", "nonce too small", "nonce has already"),
    "nonce is lower than",  # the members' network
)
_AHEAD = (
    *("nonce too high", "nonce gap", "too distant", "noncegap", "nonce too far"),
    "nonce is higher than",  # the members' network
)


def meaning_of(answer: object) -> SendAnswer:
    """The meaning of a result or a refusal of ``eth_sendRawTransaction``."""
    if not isinstance(answer, NodeRefused):
        return SendAnswer(SendMeaning.ACCEPTED)
    words = answer.message.lower()
    for meaning, phrases in (
        (SendMeaning.KNOWN, _KNOWN),
        (SendMeaning.NONCE_TAKEN, _TAKEN),
        (SendMeaning.NONCE_USED, _USED),
        (SendMeaning.NONCE_AHEAD, _AHEAD),
    ):
        if any(phrase in words for phrase in phrases):
            return SendAnswer(meaning, answer.message)
    return SendAnswer(_by_numbers(words), answer.message)


def _by_numbers(words: str) -> SendMeaning:
    """The members' network says which nonce it got and which it expected."""
    if "nonce" not in words and "sequence" not in words:
        return SendMeaning.OTHER
    got, expected = _number_after(words, "got "), _number_after(words, "expected ")
    if got is None or expected is None or got == expected:
        return SendMeaning.OTHER
    return SendMeaning.NONCE_USED if got < expected else SendMeaning.NONCE_AHEAD


def _number_after(words: str, marker: str) -> int | None:
    _, found, rest = words.partition(marker)
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return int(digits) if found and digits else None
