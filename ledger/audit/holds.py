"""Holds from placing to their end, and gifts: each event against the hold's two words before it.

Keeps open and refundable holds only. Whether a hold took the earliest points its account had, the
second pass tells. Amounts in units.
"""

from __future__ import annotations

from dataclasses import replace

from ledger.audit.authorisations import Authorisations, CancelRequest, Word
from ledger.audit.feed import Call, Moment
from ledger.audit.records import KEY, Channel, Kind, entry, slices_field
from ledger.audit.transfers import Move, Pending
from ledger.audit.world import OpenHold, World, hexed
from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.events import Donated, HoldCaptured, HoldPlaced, HoldRefunded, HoldReleased
from ledger.rules import RuleRefusal
from ledger.rules.holding import LONGEST_HOLD_S, PAST_EXPIRY_S, REFUND_WINDOW_S, Releaser
from ledger.rules.lanes import Slices, take, unpacked
from ledger.rules.state import Hold
from ledger.units import end_of_epoch

_NO_WORD = Word(Channel.UNSEEN)


class Holds:
    """Judges the events of holds and gifts."""

    def __init__(self, world: World, pending: Pending, authorisations: Authorisations) -> None:
        self._world = world
        self._findings = world.findings
        self._pending = pending
        self._authorisations = authorisations
        self.desk = b""
        """The appointed desk."""

    def place(self, event: HoldPlaced, moment: Moment, call: Call) -> None:
        """A new hold: its terms, its request, its points."""
        hold = Hold.of_words(event.terms, event.points, captured=False)
        account = bytes.fromhex(hold.account[2:])
        self._world.counts.holds += 1
        self._begin(event.id, "HoldPlaced", moment)
        if (hold.issuer, account, hold.epoch) != (event.issuer, event.account, moment.epoch):
            self._say("hold-words-differ", event.id, "HoldPlaced")
        self._judge_terms(event.id, hold, moment)
        made = HoldRequest(
            event.id, hold.issuer, account, hold.acceptor, hold.total(), hold.deadline_s,
            hold.service_at_s,
        )  # fmt: skip
        word = self._authorisations.of_hold(made, self.desk, call, moment)
        self._world.holds[event.id] = OpenHold(event.terms, event.points, False, self.desk)
        slices = dict(hold.slices)
        for epoch, units in slices.items():
            figures = self._world.points.classes[hold.issuer, epoch]
            figures.free -= units
            figures.held += units
        self._record(Kind.HOLD, moment, hold, event.id, slices, word=word, desk=self.desk)
        moves = [Move(account, b"", hold.issuer, e, u) for e, u in slices.items()]
        self._pending.compare(call.hash, moves)

    def capture(self, event: HoldCaptured, moment: Moment, call: Call) -> None:
        """The acceptor delivered: burned, the rest released, the debt booked."""
        if self._world.points.strict:
            self._findings.add("paused-yet", event="HoldCaptured", block=moment.block)
        hold, desk = self._taken(event.id, "HoldCaptured", call, captured=False)
        if hold is None:
            return
        self._authorisations.judge_acceptor(event.id, "HoldCaptured", hold.acceptor, desk, call)
        if self._world.points.deadline_passed(hold.deadline_s):
            self._late(event.id, "HoldCaptured", hold.deadline_s, moment)
        self._judge_units(event.id, "HoldCaptured", event.units, hold)
        captured = take(hold.slices, event.units)
        rest = {e: u - captured.get(e, 0) for e, u in hold.slices if u > captured.get(e, 0)}
        moves = self._unhold(hold, rest, moment, event.id)
        for epoch, units in captured.items():
            figures = self._world.points.classes[hold.issuer, epoch]
            figures.held -= units
            figures.captured += units
        until = moment.time_s + REFUND_WINDOW_S
        after = replace(hold, slices=tuple(captured.items()), deadline_s=until, captured=True)
        self._keep(event, after, desk)
        self._pending.compare(call.hash, moves)
        self._owe(event, hold, event.units)

    def release(self, event: HoldReleased, moment: Moment, call: Call) -> None:
        """Undone before delivery, on the word of acceptor, resident or anyone."""
        hold, desk = self._taken(event.id, "HoldReleased", call, captured=False)
        if hold is None:
            return
        if (hold.issuer, hold.account) != (event.issuer, hexed(event.account)):
            self._say("hold-words-differ", event.id, "HoldReleased")
        if event.by == Releaser.ACCEPTOR:
            self._authorisations.judge_acceptor(event.id, "HoldReleased", hold.acceptor, desk, call)
        if event.by == Releaser.RESIDENT and moment.time_s > hold.service_at_s:
            self._late(event.id, "HoldReleased", hold.service_at_s, moment)
        if event.by == Releaser.ANYONE and not self._world.points.deadline_passed(hold.deadline_s):
            self._late(event.id, "HoldReleased", hold.deadline_s, moment)
        if event.by == Releaser.RESIDENT:
            moves = self._cancel(event.id, hold, desk, moment, call)
        else:
            moves = self._unhold(hold, dict(hold.slices), moment, event.id)
        self._pending.compare(call.hash, moves)

    def refund(self, event: HoldRefunded, moment: Moment, call: Call) -> None:
        """Undone after delivery: latest expiry first, and the debt shrinks."""
        hold, desk = self._taken(event.id, "HoldRefunded", call, captured=True)
        if hold is None:
            return
        self._authorisations.judge_acceptor(event.id, "HoldRefunded", hold.acceptor, desk, call)
        if moment.time_s > hold.deadline_s:
            self._late(event.id, "HoldRefunded", hold.deadline_s, moment)
        self._judge_units(event.id, "HoldRefunded", event.units, hold)
        returned = take(hold.slices, event.units, latest_first=True)
        for epoch, units in returned.items():
            self._world.points.classes[hold.issuer, epoch].refunded_in += units
        moves = self._land(hold, returned, moment, event.id)
        left = tuple((e, u - returned.get(e, 0)) for e, u in hold.slices if u > returned.get(e, 0))
        self._keep(event, replace(hold, slices=left), desk)
        if not left:
            self._world.holds.pop(event.id, None)
        self._pending.compare(call.hash, moves)
        self._owe(event, hold, -event.units)

    def give(self, event: Donated, moment: Moment, call: Call) -> None:
        """Lots move to an account of the fund, lanes kept."""
        self._begin(event.id, "Donated", moment)
        account, fund = event.account, event.fund_account
        if not self._world.registry.fund_member_of(hexed(fund)):
            self._findings.add("gift-astray", id=event.id, account=fund)
        slices = unpacked(event.slices, moment.epoch)
        total = sum(slices.values())
        made = DonationRequest(event.id, event.issuer, account, fund, total)
        word = self._authorisations.of_gift(made, self.desk, call, moment)
        field = slices_field(slices)
        at, issuer, epoch = moment[:2], event.issuer, moment.epoch
        add = self._world.accounts.add
        given = entry(
            Kind.GIVEN, at, issuer, account, number=word.channel, name=event.id,
            other=word.signer, month=self._world.desk_number(self.desk), epoch=epoch,
            units=total, slices=field,
        )  # fmt: skip
        add(account, given)
        add(fund, entry(Kind.RECEIVED, at, issuer, fund, name=event.id, epoch=epoch, slices=field))
        self._pending.compare(
            call.hash, [Move(account, fund, issuer, e, u) for e, u in slices.items()]
        )

    def _begin(self, name: bytes, event: str, moment: Moment) -> None:
        """A fresh id, at a time without a stop."""
        if self._world.points.paused:
            self._findings.add("paused-yet", event=event, block=moment.block)
        self._world.ids.add(name, KEY.pack(name, 0, moment.block, 0))

    def _judge_terms(self, name: bytes, hold: Hold, moment: Moment) -> None:
        try:
            self._world.registry.check_acceptor(hold.acceptor, hold.total())
        except RuleRefusal as refusal:
            self._findings.add("hold-refusable", id=name, rule=refusal.name)
        latest = moment.time_s + LONGEST_HOLD_S
        if hold.slices:
            latest = min(latest, end_of_epoch(hold.slices[0][0]) + PAST_EXPIRY_S)
        in_time = moment.time_s < hold.deadline_s <= latest
        if not in_time or hold.service_at_s > hold.deadline_s or not hold.slices:
            self._findings.add("hold-refusable", id=name, rule="DeadlineOutOfRange")

    def _taken(
        self, name: bytes, event: str, call: Call, *, captured: bool
    ) -> tuple[Hold | None, bytes]:
        """The hold in that phase with its desk, taken out of the open ones; None if it is not."""
        kept = self._world.holds.get(name)
        if kept is None or kept.captured != captured:
            self._say("hold-not-open", name, event)
            self._pending.take(call.hash)
            return None, b""
        del self._world.holds[name]
        return Hold.of_words(kept.terms, kept.points, captured=captured), kept.desk

    def _keep(self, event: HoldCaptured | HoldRefunded, after: Hold, desk: bytes) -> None:
        terms, points = after.words()
        if (terms, points) != (event.terms, event.points):
            self._say("hold-words-differ", event.id, type(event).__name__)
        self._world.holds[event.id] = OpenHold(terms, points, True, desk)

    def _unhold(self, hold: Hold, slices: Slices, moment: Moment, name: bytes) -> list[Move]:
        for epoch, units in slices.items():
            self._world.points.classes[hold.issuer, epoch].held -= units
        return self._land(hold, slices, moment, name)

    def _cancel(
        self, name: bytes, hold: Hold, desk: bytes, moment: Moment, call: Call
    ) -> list[Move]:
        """A resident's own release never extends life: back to their epochs, or expired."""
        made = CancelRequest(name, *hold.words())
        word = self._authorisations.of_cancel(made, desk, call, moment)
        slices, account = dict(hold.slices), bytes.fromhex(hold.account[2:])
        self._record(Kind.CANCEL, moment, hold, name, slices, word=word, desk=desk)
        for epoch, units in slices.items():
            figures = self._world.points.classes[hold.issuer, epoch]
            figures.held -= units
            figures.expired += units if epoch < moment.epoch else 0
            figures.free += units if epoch >= moment.epoch else 0
        alive = ((e, u) for e, u in slices.items() if e >= moment.epoch)
        return [Move(b"", account, hold.issuer, e, u) for e, u in alive]

    def _land(self, hold: Hold, slices: Slices, moment: Moment, name: bytes) -> list[Move]:
        account = bytes.fromhex(hold.account[2:])
        if slices:
            self._record(Kind.LAND, moment, hold, name, slices)
        issuer = hold.issuer
        return [
            Move(b"", account, issuer, self._world.land(issuer, epoch, units, moment), units)
            for epoch, units in slices.items()
        ]

    def _owe(self, event: HoldCaptured | HoldRefunded, hold: Hold, units: int) -> None:
        debtor = self._world.registry.debtor_of(hold.issuer)
        if (event.debtor, event.creditor) != (debtor, hold.acceptor):
            self._findings.add(
                "parties-differ", id=event.id, expected_debtor=debtor, found_debtor=event.debtor,
                expected_creditor=hold.acceptor, found_creditor=event.creditor,
            )  # fmt: skip
        self._world.clearing.record(debtor, hold.acceptor, units)

    def _record(
        self, kind: Kind, moment: Moment, hold: Hold, name: bytes, slices: Slices,
        *, word: Word = _NO_WORD, desk: bytes = b"",
    ) -> None:  # fmt: skip
        account = bytes.fromhex(hold.account[2:])
        place = self._world.desk_number(desk) if desk else 0
        packed = entry(
            kind, moment[:2], hold.issuer, account, number=word.channel, name=name,
            other=word.signer, month=place, epoch=hold.epoch, units=sum(slices.values()),
            slices=slices_field(slices),
        )  # fmt: skip
        self._world.accounts.add(account, packed)

    def _judge_units(self, name: bytes, event: str, units: int, hold: Hold) -> None:
        if not 0 < units <= hold.total():
            self._findings.add(
                "hold-exceeded", id=name, event=event, found_units=units, most_units=hold.total()
            )

    def _late(self, name: bytes, event: str, deadline_s: int, moment: Moment) -> None:
        self._findings.add(
            "hold-out-of-time", id=name, event=event, deadline_s=deadline_s, found_s=moment.time_s
        )

    def _say(self, code: str, name: bytes, event: str) -> None:
        self._findings.add(code, id=name, event=event)
