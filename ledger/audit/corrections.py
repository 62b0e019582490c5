"""Corrections, their reversals and expiry at the level of classes; awards are the second pass's.

Keeps every correction, for the council may reverse one at any time. Amounts in units.
"""

from __future__ import annotations

from ledger.audit.feed import Call, Moment
from ledger.audit.records import NO_TARGET, Kind, entry, slices_field
from ledger.audit.requests import Requested, requested
from ledger.audit.transfers import Move, Pending
from ledger.audit.world import StandingCorrection, World, hexed
from ledger.chain.abi import abi
from ledger.chain.decode import award
from ledger.events import AwardCorrected, CorrectionReversed, ExpiryBooked
from ledger.rules import RuleRefusal
from ledger.rules.lanes import unpacked
from ledger.rules.refusal import require
from ledger.rules.registry import ISSUER
from ledger.units import MONTHS_PER_YEAR, end_of_epoch, year_is_open

_FUNCTIONS = {
    abi("PointsLedger").selector(function): function
    for function in ("correct", "correctClosed", "reverse", "reverseClosed")
}


class Corrections:
    """Judges corrections, reversals and bookings of expiry."""

    def __init__(self, world: World, pending: Pending, ledger: bytes) -> None:
        self._ledger = ledger
        self._transaction = b""
        self._requests: list[Requested] | None = None
        self._world = world
        self._findings = world.findings
        self._pending = pending

    def correct(self, event: AwardCorrected, moment: Moment, call: Call) -> None:
        """One award shrinks: what is there is taken, the rest is the issuer's loss."""
        self._world.counts.corrections += 1
        self._judge_sender(event.correction, event.issuer, event.month, moment, call)
        slices = unpacked(event.slices, event.epoch)
        taken = sum(slices.values())
        same = (event.issuer, event.account) == (event.entry_issuer, event.entry_account)
        if not same or event.epoch != moment.epoch or taken > event.due_units:
            self._findings.add("correction-malformed", correction=event.correction)
        for epoch, units in slices.items():
            figures = self._world.points.classes[event.issuer, epoch]
            figures.free -= units
            figures.corrected += units
        self._world.points.issuers[event.issuer].loss += event.due_units - taken
        self._world.corrections[event.correction] = StandingCorrection(
            event.issuer, event.account, event.month, event.epoch, tuple(slices.items()),
            event.due_units, event.award,
        )  # fmt: skip
        packed = entry(
            Kind.CORRECTION, moment[:2], event.issuer, event.account, name=event.correction,
            other=event.award, month=event.month, epoch=event.epoch,
            full_units=self._target(event, call), units=event.due_units,
            slices=slices_field(slices),
        )  # fmt: skip
        self._world.accounts.add(event.account, packed)
        moves = [Move(event.account, b"", event.issuer, e, u) for e, u in slices.items()]
        self._pending.compare(call.hash, moves)

    def _target(self, event: AwardCorrected, call: Call) -> int:
        """What should stand of the award by its request; NO_TARGET where none is shown."""
        if call.hash != self._transaction:
            self._transaction = call.hash
            self._requests = requested(call, self._ledger, event.issuer)
        if self._requests is None:
            return NO_TARGET
        asked = self._requests.pop(0) if self._requests else None
        if asked is None or (asked.award, asked.word[:20]) != (event.award, event.account):
            self._findings.add(
                "correction-unasked", correction=event.correction, transaction=call.hash
            )
            return NO_TARGET
        row = award(asked.word)
        _, rate = self._world.rate_of(row.activity, row.month)
        return min(rate.convert(asked.quantity), NO_TARGET) if rate else NO_TARGET

    def reverse(self, event: CorrectionReversed, moment: Moment, call: Call) -> None:
        """A correction undone whole, once."""
        found = self._world.corrections.pop(event.correction, None)
        if found is None or (found.issuer, found.account) != (event.issuer, event.account):
            self._findings.add("reversal-unfounded", correction=event.correction)
            self._pending.take(call.hash)
            return
        self._judge_sender(event.correction, found.issuer, found.month, moment, call)
        moves = []
        for epoch, units in found.slices:
            self._world.points.classes[found.issuer, epoch].corrected -= units
            landing = self._world.land(found.issuer, epoch, units, moment)
            moves.append(Move(b"", found.account, found.issuer, landing, units))
        taken = sum(units for _, units in found.slices)
        self._world.points.issuers[found.issuer].loss -= found.due - taken
        packed = entry(
            Kind.REVERSAL, moment[:2], found.issuer, found.account, name=event.correction,
            other=found.award, month=found.month, epoch=found.epoch, units=found.due,
            slices=slices_field(dict(found.slices)),
        )  # fmt: skip
        self._world.accounts.add(found.account, packed)
        self._pending.compare(call.hash, moves)

    def _judge_sender(
        self, correction: bytes, issuer: int, month: int, moment: Moment, call: Call
    ) -> None:
        """The issuer's key while the year is open, then the council by its own functions."""
        function = _FUNCTIONS.get(call.data[:4]) if call.to == self._ledger else None
        if function is None:
            return
        year = month // MONTHS_PER_YEAR
        own = function in ("correct", "reverse")
        try:
            require(
                year_is_open(year, moment.month) == own, "YearClosed" if own else "YearStillOpen"
            )
            if own:
                sender = self._world.registry.with_role(hexed(call.sender), ISSUER, active=False)
                require(sender == issuer, "NotAMember")
        except RuleRefusal as refusal:
            self._findings.add(
                "correction-by-other", correction=correction, key=call.sender, rule=refusal.name
            )

    def expire(self, event: ExpiryBooked, moment: Moment) -> None:
        """What a passed class still had free becomes expired."""
        figures = self._world.points.classes[event.issuer, event.epoch]
        late = moment.time_s >= end_of_epoch(event.epoch)
        if not late or event.units != figures.free:
            self._findings.add(
                "expiry-differs", issuer=event.issuer, epoch=event.epoch,
                expected_units=figures.free if late else 0, found_units=event.units,
            )  # fmt: skip
        figures.expired += figures.free
        figures.free = 0
