"""Logs to events, and mint calldata to its rows: the lean way, word by word.

The layout of each event comes from the committed ABI, worked out once; only two events have
anything of varying length and go through ``eth_abi``. Knows no node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, cast, get_args

from eth_abi.abi import decode as abi_decode

from contracts.loader import load
from ledger import events
from ledger.chain.abi import Entry, topic, type_of
from ledger.chain.types import Log
from ledger.errors import Broken
from ledger.events import At, Event

CONTRACTS = ("MemberRegistry", "RateBook", "PointsLedger", "ClearingHouse", "RedemptionDesk")
WORD = 32
_Convert = Callable[[bytes], Any]


class _Layout(NamedTuple):
    """How to read one event."""

    make: Callable[..., Event]
    topics: tuple[_Convert, ...]
    words: tuple[_Convert, ...]
    dynamic: tuple[str, ...]
    """Types of the data where they are not plain words, else empty."""


class MintCall(NamedTuple):
    """The arguments of ``mintBatch``: words and keys of 32 bytes each, in award order."""

    number: int
    words: list[bytes]
    keys: list[bytes]
    evidence_root: bytes


class Award(NamedTuple):
    """An award's word taken apart. ``quantity`` is in the activity's smallest unit."""

    account: bytes
    activity: int
    month: int
    quantity: int


def decode(log: Log) -> Event | None:
    """The event, or None where it is none of ours (the AccessManager's, say)."""
    layout = _layouts().get(log.topics[0]) if log.topics else None
    if layout is None:
        return None
    values = [read(word) for read, word in zip(layout.topics, log.topics[1:], strict=True)]
    if layout.dynamic:
        return layout.make(*values, *_varying(layout.dynamic, log.data))
    data = log.data
    if len(data) != WORD * len(layout.words):
        raise Broken("data.log-malformed", topic=log.topics[0], size=len(data))
    starts = range(0, len(data), WORD)
    values += [
        read(data[start : start + WORD]) for read, start in zip(layout.words, starts, strict=True)
    ]
    return layout.make(*values)


def at(log: Log) -> At:
    """Where the log stands."""
    return At(log.block_number, log.position, log.transaction_index, log.transaction_hash)


def decoded(logs: list[Log]) -> Iterator[tuple[At, Event]]:
    """Each event of ours with its place, in the order of the logs."""
    for log in logs:
        event = decode(log)
        if event is not None:
            yield at(log), event


def event_topic(kind: type[Event]) -> bytes:
    """The first topic of an event's logs."""
    return _topics()[kind.__name__]


def topics_of(contract: str) -> frozenset[bytes]:
    """The first topic of every event that a contract of ours can emit."""
    return frozenset(topic(entry) for entry in load(contract).abi if entry["type"] == "event")


def mint_call(calldata: bytes) -> MintCall:
    """The arguments of a mint, packed as ``ledger.chain.calls`` and every ABI encoder packs them.

    Raises Broken("data.mint-malformed") where an offset or a length is not what it has to be.
    """
    number, words_at, keys_at = (_int(calldata[4 + WORD * i : 36 + WORD * i]) for i in range(3))
    words, keys = _words(calldata, words_at), _words(calldata, keys_at)
    return MintCall(number, words, keys, calldata[4 + 3 * WORD : 4 + 4 * WORD])


def award(word: bytes) -> Award:
    """account (160) · activity (16) · month (16) · quantity (64), high to low."""
    read = int.from_bytes
    return Award(
        word[:20], read(word[20:22], "big"), read(word[22:24], "big"), read(word[24:], "big")
    )


def _words(calldata: bytes, offset: int) -> list[bytes]:
    begin = 4 + offset + WORD
    count = _int(calldata[begin - WORD : begin])
    end = begin + WORD * count
    if end > len(calldata):
        raise Broken("data.mint-malformed", size=len(calldata))
    return [calldata[start : start + WORD] for start in range(begin, end, WORD)]


def _varying(kinds: tuple[str, ...], data: bytes) -> list[Any]:
    values = abi_decode(kinds, data)
    # A settlement's transfers: who pays whom how much; the confirmations in it are always false.
    return [tuple(t[:3] for t in v) if isinstance(v, tuple | list) else v for v in values]


def _int(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _signed(word: bytes) -> int:
    return int.from_bytes(word, "big", signed=True)


def _address(word: bytes) -> bytes:
    return word[12:]


def _converter(kind: str) -> _Convert:
    if kind == "address":
        return _address
    if kind == "bytes32":
        return bytes
    return _signed if kind.startswith("int") else _int


def _flat(parameter: Entry) -> Iterator[str]:
    if parameter["type"] == "tuple":
        for part in parameter["components"]:
            yield from _flat(part)
    else:
        yield parameter["type"]


@cache
def _entries() -> dict[str, Entry]:
    every = (entry for name in CONTRACTS for entry in load(name).abi if entry["type"] == "event")
    return {entry["name"]: entry for entry in every}


@cache
def _topics() -> dict[str, bytes]:
    return {name: topic(entry) for name, entry in _entries().items()}


@cache
def _layouts() -> dict[bytes, _Layout]:
    return {topic(_entries()[kind.__name__]): _layout(kind) for kind in get_args(Event)}


def _layout(kind: type[Event]) -> _Layout:
    inputs = _entries()[kind.__name__]["inputs"]
    topics = [_converter(part["type"]) for part in inputs if part["indexed"]]
    data = [part for part in inputs if not part["indexed"]]
    kinds = [flat for part in data for flat in _flat(part)]
    varying = any("[" in kind or kind == "bytes" for kind in kinds)
    words = () if varying else tuple(_converter(kind) for kind in kinds)
    dynamic = tuple(type_of(part) for part in data) if varying else ()
    wanted = len(topics) + (len(dynamic) if varying else len(words))
    fields = cast("Any", getattr(events, kind.__name__))._fields
    assert len(fields) == wanted, f"{kind.__name__} has other fields than its event"
    return _Layout(kind, tuple(topics), words, dynamic)
