"""Every award of a chain and what was corrected of it, account by account, in flat memory.

Reads the batches' events and the calldata of their transactions, checks each against the hash that
the ledger stored, and lays the rows out on disk by account; then gives them back one account at a
time. Nothing of an account leaves the temporary folder.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from issuers.standard.simulating import Awarded, Corrected, Happened, Reversed
from ledger.audit.feed import Call
from ledger.audit.requests import Requested, requested
from ledger.audit.spill import Spill, read
from ledger.chain.awardnames import award_id, data_hash
from ledger.chain.decode import award, decoded, event_topic, mint_call
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.types import unhex
from ledger.errors import Broken, Unavailable
from ledger.events import (
    At,
    AwardClipped,
    AwardCorrected,
    BatchMinted,
    CorrectionReversed,
    Event,
)
from ledger.rules import Rates

_KINDS = (BatchMinted, AwardClipped, AwardCorrected, CorrectionReversed)
BATCHES_AT_ONCE = 16
"""Transactions whose calldata is asked for in one request: some 8,000 awards."""
LAYOUT = struct.Struct(">B20sHQ32s32sHHQqB")
"""kind, account, issuer, batch, name, other, activity, month, quantity, units, quantity is seen."""
_AWARD, _CORRECTION, _REVERSAL = range(3)
_NOTHING = bytes(32)
Told = Callable[[int, int], None]
"""Hears of (blocks done, blocks in all)."""


class History:
    """The awards of one chain up to a block, gathered once and read as often as needed."""

    def __init__(self, folder: Path, rates: Rates, ledger: bytes) -> None:
        """``folder`` must not be there yet and is the caller's to remove."""
        self._spill = Spill(folder, LAYOUT)
        self._rates = rates
        self._ledger = ledger
        self._clips = defaultdict[tuple[bytes, int], dict[int, int]](dict)
        """Units by row, of batches whose own event is still to come."""
        self._asked: tuple[bytes, list[Requested] | None] = (b"", None)
        """What the last transaction with corrections asked for."""
        self.awards = 0
        self.corrections = 0

    def gather(self, gateway: Gateway, deployment: Deployment, last: int, told: Told) -> None:
        """Reads up to block ``last``. Broken where calldata is not what was minted."""
        first = deployment.first_block
        topics = [[event_topic(kind) for kind in _KINDS]]
        for part in gateway.log_ranges(first, last, [deployment.ledger], topics):
            events = list(decoded(part.logs))
            for start in range(0, len(events), BATCHES_AT_ONCE):
                self._take(gateway, events[start : start + BATCHES_AT_ONCE])
            told(part.last - first + 1, last - first + 1)

    def accounts(self) -> Iterator[list[Happened]]:
        """What happened to each account, in its order."""
        for path in self._spill.partitions():
            rows = defaultdict[bytes, list[tuple[Any, ...]]](list)
            for row in read(path, LAYOUT):
                rows[row[1]].append(row)  # type: ignore[index]
            yield from map(_happened, rows.values())

    def _take(self, gateway: Gateway, events: Sequence[tuple[At, Event]]) -> None:
        """Events in their order; a batch's clips stand before it in the same transaction."""
        asked = {
            at.transaction: at.block
            for at, one in events
            if isinstance(one, BatchMinted | AwardCorrected)
        }
        calls = _calls(gateway, asked)
        for at, one in events:
            if isinstance(one, AwardClipped):
                self._clips[at.transaction, one.number][one.row] = one.units
            elif isinstance(one, BatchMinted):
                self._mint(one, calls[at.transaction])
            elif isinstance(one, AwardCorrected):
                self._correct(one, calls[at.transaction])
            elif isinstance(one, CorrectionReversed):
                self._add(_REVERSAL, one.account, one.issuer, name=one.correction)

    def _mint(self, event: BatchMinted, call: Call) -> None:
        """Amounts follow from the rates, which never change for a month that has begun."""
        clips = self._clips.pop((call.hash, event.number), {})
        given = mint_call(call.data)
        if data_hash(given.words, given.keys) != event.data_hash:
            raise Broken("standard.history-differs", issuer=event.issuer, number=event.number)
        for row, (word, key) in enumerate(zip(given.words, given.keys, strict=True)):
            one = award(word)
            _, rate = self._rates.rate_of(one.activity, one.month)
            full = rate.convert(one.quantity) if rate else 0
            self._add(
                _AWARD, one.account, event.issuer, number=event.number, name=key,
                activity=one.activity, month=one.month, quantity=one.quantity,
                units=clips.get(row, full),
            )  # fmt: skip
        self.awards += len(given.words)

    def _correct(self, event: AwardCorrected, call: Call) -> None:
        if self._asked[0] != call.hash:
            self._asked = (call.hash, requested(call, self._ledger, event.issuer))
        found = [one for one in self._asked[1] or () if one.award == event.award]
        if found and self._asked[1]:
            self._asked[1].remove(found[0])
        self._add(
            _CORRECTION, event.account, event.issuer, name=event.correction, other=event.award,
            units=event.due_units, quantity=found[0].quantity if found else 0, seen=bool(found),
        )  # fmt: skip
        self.corrections += 1

    def _add(
        self,
        kind: int,
        account: bytes,
        issuer: int,
        *,
        number: int = 0,
        name: bytes = _NOTHING,
        other: bytes = _NOTHING,
        activity: int = 0,
        month: int = 0,
        quantity: int = 0,
        units: int = 0,
        seen: bool = False,
    ) -> None:
        packed = LAYOUT.pack(
            kind, account, issuer, number, name, other, activity, month, quantity, units, seen
        )
        self._spill.add(account, packed)


def _happened(rows: Sequence[tuple[Any, ...]]) -> list[Happened]:
    """An account's rows; awards are named only where something was corrected, which is rare."""
    named = any(row[0] == _CORRECTION for row in rows)
    found = list[Happened]()
    for kind, _, issuer, number, name, other, activity, month, quantity, units, seen in rows:
        if kind == _AWARD:
            known = award_id(issuer, number, name) if named else b""
            found.append(Awarded(known, issuer, activity, month, quantity, units))
        elif kind == _CORRECTION:
            found.append(Corrected(name, other, units, quantity if seen else None))
        else:
            found.append(Reversed(name))
    return found


def _calls(gateway: Gateway, transactions: Mapping[bytes, int]) -> dict[bytes, Call]:
    """Who called whom with what, by hash; Unavailable with the block where one isn't shown."""
    asked = [("eth_getTransactionByHash", ["0x" + name.hex()]) for name in transactions]
    found = dict[bytes, Call]()
    for (name, block), shown in zip(
        transactions.items(), gateway.rpc.call_many(asked), strict=True
    ):
        if shown is None or isinstance(shown, NodeRefused):
            raise Unavailable("audit.no-calldata", number=block)
        to = shown.get("to")
        found[name] = Call(
            name, unhex(shown["from"]), unhex(to) if to else b"", unhex(shown["input"])
        )
    return found
