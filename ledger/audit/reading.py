"""The first pass: every final block in order, each event handed to the one that judges it.

Leaves behind the recomputed world and the records of accounts, keys and ids. Knows no view.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from eth_abi.exceptions import DecodingError

from ledger import events as e
from ledger.audit.authorisations import Authorisations
from ledger.audit.batches import MINT, Batches
from ledger.audit.corrections import Corrections
from ledger.audit.feed import Call, Feed, Moment, Span
from ledger.audit.holds import Holds
from ledger.audit.records import Kind, entry
from ledger.audit.stored import StoredHashes
from ledger.audit.transfers import TRANSFER, Pending
from ledger.audit.windows import Windows
from ledger.audit.world import World
from ledger.chain.decode import decode, event_topic
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.types import Log
from ledger.errors import Broken

Told = Callable[[int, int, int], None]
"""Hears of (blocks done, blocks in all, awards so far)."""
_MEMBERS = (
    e.MemberAdded, e.MemberStatusChanged, e.MemberKeyChanged, e.MemberHostChanged,
    e.IssuerTermsChanged, e.SuccessorNamed,
)  # fmt: skip
_NONSENSE = (ArithmeticError, LookupError, ValueError, struct.error)
"""What values that no contract can emit lead to: a finding, never the end of an audit."""
_RATES = (e.ActivityAdded, e.RateAgreed)
_DESK = (e.KeyAnnounced, e.KeyWithdrawn)
_CLEARING = (
    e.WindowOpened, e.WindowClosed, e.WindowSettled, e.SettlementPublished, e.TransferConfirmed,
    e.DisputeProposed, e.DisputeAccepted, e.UnitPriceAgreed, e.LedgerBound,
)  # fmt: skip


class Reading:
    """One pass over the chain."""

    def __init__(self, gateway: Gateway, deployment: Deployment, world: World) -> None:
        self._gateway = gateway
        self._world = world
        self._deployment = deployment
        self._pending = Pending(world.findings)
        self._stored = StoredHashes(gateway, deployment.ledger, world.findings)
        self._batches = Batches(world, deployment.ledger, self._stored)
        authorisations = Authorisations(world, deployment.chain_id)
        self._holds = Holds(world, self._pending, authorisations)
        self._corrections = Corrections(world, self._pending, deployment.ledger)
        self.windows = Windows(world)
        self._month = 0
        self.books: list[bytes] = []
        self.desks: list[bytes] = []
        self._judges: dict[type, Callable[[Any, Moment, Call], None]] = self._table()

    def run(self, first: int, last: int, told: Told) -> None:
        """Reads ``first``..``last``. Unavailable if the node lacks a block."""
        addresses = self._addresses(first, last)
        feed = Feed(self._gateway, addresses, self._world.findings)
        for span in feed.spans(first, last):
            self._take(span)
            told(span.last - first + 1, last - first + 1, self._world.counts.awards)
        self._pending.end()
        self._stored.compare()
        self.windows.end()

    def _addresses(self, first: int, last: int) -> list[bytes]:
        """The deployment's contracts, and every desk and rate book that took over since."""
        given = self._deployment
        self.books = self._named(e.RateBookReplaced, given.rate_book, first, last)
        self.desks = self._named(e.DeskAppointed, given.desk, first, last)
        return [given.registry, given.clearing, given.ledger, *self.books, *self.desks]

    def _named(self, kind: type[e.Event], own: bytes, first: int, last: int) -> list[bytes]:
        logs = self._gateway.logs(first, last, [self._deployment.ledger], [event_topic(kind)])
        return [*dict.fromkeys([own, *(log.topics[1][12:] for log in logs)])]

    def _take(self, span: Span) -> None:
        ledger, pending = self._deployment.ledger, self._pending
        minted = set[bytes]()
        block = -1
        for log in span.logs:
            moment = span.moments[log.block_number]
            if log.block_number != block:
                block = log.block_number
                self._arrive(moment)
            if log.topics and log.topics[0] == TRANSFER and log.address == ledger:
                pending.add(log)
                continue
            event = self._decoded(log)
            if event is None or not self._speaks(log.address, event):
                continue
            if isinstance(event, e.BatchMinted):
                minted.add(log.transaction_hash)
            try:
                self._judge(log, event, moment, span.calls[log.transaction_hash])
            except _NONSENSE:
                self._malformed(log)
        self._seek_silent(span, minted)

    def _judge(self, log: Log, event: e.Event, moment: Moment, call: Call) -> None:
        judge = self._judges.get(type(event))
        if judge is not None:
            judge(event, moment, call)
        elif isinstance(event, _RATES):
            self._world.take_rate(log.address, event, moment)
        elif isinstance(event, _DESK):
            self._take_key(log.address, event, moment)

    def _arrive(self, moment: Moment) -> None:
        self._world.arrive(moment)
        if moment.month != self._month:
            self._month = moment.month
            self._world.forget()

    def _decoded(self, log: Log) -> e.Event | None:
        try:
            return decode(log)
        except (Broken, DecodingError, ValueError):
            self._malformed(log)
            return None

    def _malformed(self, log: Log) -> None:
        self._world.findings.add(
            "log-malformed", block=log.block_number, transaction=log.transaction_hash
        )

    def _seek_silent(self, span: Span, minted: set[bytes]) -> None:
        """Mints in the blocks of which no event tells: refused ones, or events kept back."""
        silent = [
            call for call in span.calls.values()
            if call.to == self._deployment.ledger and call.data[:4] == MINT
            and call.hash not in minted
        ]  # fmt: skip
        asked = [("eth_getTransactionReceipt", ["0x" + call.hash.hex()]) for call in silent]
        for call, shown in zip(silent, self._gateway.rpc.call_many(asked), strict=True):
            if isinstance(shown, dict) and int(shown["status"], 16) == 1:
                self._world.findings.add("mint-untold", transaction=call.hash, key=call.sender)

    # Who judges what

    def _table(self) -> dict[type, Callable[[Any, Moment, Call], None]]:
        windows, corrections, points = self.windows, self._corrections, self._world.points
        return {
            **dict.fromkeys(_MEMBERS, lambda event, _m, _c: self._world.take_member(event)),
            e.BatchMinted: self._mint,
            e.AwardClipped: lambda event, _m, _c: self._batches.clip(event),
            e.AwardCorrected: corrections.correct,
            e.CorrectionReversed: corrections.reverse,
            e.ExpiryBooked: lambda event, moment, _c: corrections.expire(event, moment),
            e.HoldPlaced: self._holds.place,
            e.HoldCaptured: self._holds.capture,
            e.HoldReleased: self._holds.release,
            e.HoldRefunded: self._holds.refund,
            e.Donated: self._holds.give,
            e.RateBookReplaced: self._replace_book,
            e.DeskAppointed: self._appoint,
            e.Paused: lambda _e, _m, _c: points.pause(),
            e.StrictStopBegun: lambda _e, _m, _c: points.stop_strictly(),
            e.Resumed: lambda _e, _m, _c: points.resume(),
            e.WindowOpened: lambda event, moment, _c: windows.open(event, moment),
            e.WindowClosed: lambda event, moment, _c: windows.close(event, moment),
            e.SettlementPublished: lambda event, _m, _c: windows.publish(event),
            e.TransferConfirmed: lambda event, _m, _c: windows.confirm(event),
            e.WindowSettled: lambda event, _m, _c: windows.settle(event),
            e.DisputeProposed: lambda event, moment, _c: windows.propose(event, moment),
            e.DisputeAccepted: lambda event, moment, _c: windows.accept(event, moment),
        }

    def _mint(self, event: e.BatchMinted, moment: Moment, call: Call) -> None:
        self._batches.mint(event, moment, call, self._pending.take(call.hash))

    def _replace_book(self, event: e.RateBookReplaced, _moment: Moment, _call: Call) -> None:
        self._world.replace_book(event.rate_book)

    def _appoint(self, event: e.DeskAppointed, _moment: Moment, _call: Call) -> None:
        self._holds.desk = event.desk

    def _take_key(
        self, desk: bytes, event: e.KeyAnnounced | e.KeyWithdrawn, moment: Moment
    ) -> None:
        """A desk's own register of keys, kept with the account's other records."""
        announced = isinstance(event, e.KeyAnnounced)
        packed = entry(
            Kind.KEY if announced else Kind.KEY_WITHDRAWN, moment[:2], 0, event.account,
            number=event.effective_at_s if isinstance(event, e.KeyAnnounced) else 0,
            name=event.key.rjust(32, b"\0"), month=self._world.desk_number(desk),
        )  # fmt: skip
        self._world.accounts.add(event.account, packed)

    def _speaks(self, address: bytes, event: e.Event) -> bool:
        """Whether the contract is one that emits such events: others' count for nothing."""
        given = self._deployment
        if isinstance(event, _MEMBERS):
            return address == given.registry
        if isinstance(event, _CLEARING):
            return address == given.clearing
        if isinstance(event, _RATES):
            return address in self.books
        if isinstance(event, _DESK):
            return address in self.desks
        return address == given.ledger
