"""Corrections that clerks ask for: looked at first, then noted, proposed, or withdrawn.

What is minted already is taken back on the chain; what is still here and shall count for nothing is
withdrawn and never minted; what is on its way is minted first and then taken back. Up to the
threshold it is noted at once, above it another clerk approves. The threshold is held against all
that an award shrinks by, so that many small steps need the same eyes as a large one. A wrong
correction is undone by a linked reversal, with the same approvals. It sends nothing:
``issuers.corrections`` does. Knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from issuers import askings, awards, reviews
from issuers.askings import HERE, MINTED, PENDING, Asked, Effect, Outcome, Recorded
from issuers.awards import Standing, Taken
from issuers.outlook import ChainViews, Outlook
from issuers.takingback import withdraw
from ledger.errors import Refused
from ledger.faults import Faults
from ledger.store import agent_batches, agent_corrections, agent_reviews
from ledger.store.agent_corrections import ENDED, Event, Made
from ledger.store.agent_reviews import Kind
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.units import MONTHS_PER_YEAR


class Correcting:
    """Takes clerks' corrections at one agent."""

    def __init__(
        self,
        engine: Engine,
        views: ChainViews,
        ledger: bytes,
        approve_above_units: int,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._views = views
        self._ledger = ledger
        self._threshold = approve_above_units
        self._faults = faults

    def look(self, asked: Asked) -> Outcome:
        """What it would do; nothing is changed.

        Raises Rejected: correct.reason, correct.quantity. Refused: correct.unknown-event,
        correct.no-award, correct.not-less, correct.nothing, correct.year-closed,
        correct.no-correction, correct.reversed-before. And what the node raises.
        """
        askings.check(asked)
        with reading(self._engine) as connection:
            event = _standing_event(connection, asked.event_id)
            pending = [
                one
                for one in agent_corrections.of_event(connection, asked.event_id)
                if one.state in PENDING
            ]
        outlook = self._views.read()
        if asked.reverses is not None:
            return self._look_back(outlook, event, asked.reverses, pending)
        assert asked.quantity is not None
        present = askings.present(event, pending)
        if asked.quantity >= present:
            name, least = event.event_id, asked.quantity
            raise Refused("correct.not-less", event_id=name, present=present, asked=least)
        if event.state in MINTED:
            return self._look_minted(outlook, event, asked.quantity, pending)
        return self._look_unminted(outlook, event, asked.quantity, pending)

    def ask(self, asked: Asked, at_s: int) -> Recorded:
        """Does it, or proposes it; safe to repeat. Raises as ``look``, and Refused:
        correct.id-used, review.needs-name."""
        askings.check(asked)
        reviews.check_named(asked.by)
        with reading(self._engine) as connection:
            before = _repeated(connection, asked)
        if before is not None:
            return before
        outcome = self.look(asked)
        with transaction(self._engine, self._faults) as connection:
            before = _repeated(connection, asked)
            return before or self._record(connection, asked, outcome, at_s)

    def history(self, event_id: str) -> tuple[Event, list[Made], list[Taken]]:
        """The event, the notices about it, and its final corrections on the chain.

        Refused("correct.unknown-event"); raises what the node raises.
        """
        with reading(self._engine) as connection:
            event = agent_corrections.events(connection, [event_id]).get(event_id)
            made = agent_corrections.of_event(connection, event_id)
        if event is None:
            raise Refused("correct.unknown-event", event_id=event_id)
        if event.state not in MINTED:
            return event, made, []
        stands = self._stands(self._views.read(), event)
        return event, made, awards.taken(self._views, self._ledger, stands)

    def _look_unminted(
        self, outlook: Outlook, event: Event, quantity: int, pending: Sequence[Made]
    ) -> Outcome:
        rate = outlook.rate(event.activity, event.month)
        back = event.full_units - (rate.convert(quantity) if rate else 0)
        gone = quantity == 0 and event.state in HERE
        return Outcome(
            event.event_id, Effect.WITHDRAW if gone else Effect.AFTER_AWARD, quantity,
            askings.present(event, pending), 0, 0, back, 0,
            not gone and back > self._threshold, len(pending), event.account,
        )  # fmt: skip

    def _look_minted(
        self, outlook: Outlook, event: Event, quantity: int, pending: Sequence[Made]
    ) -> Outcome:
        _check_year(outlook, event)
        stands = self._stands(outlook, event)
        due = stands.due_units(quantity)
        if due <= 0:
            raise Refused("correct.nothing", event_id=event.event_id, units=stands.units)
        free = awards.free_units(self._views, outlook, [stands.account])[stands.account]
        return Outcome(
            event.event_id, Effect.TAKE_BACK, quantity, askings.present(event, pending),
            stands.minted_units, stands.units, due, max(due - free, 0),
            stands.corrected_units + due > self._threshold, len(pending), stands.account,
        )  # fmt: skip

    def _look_back(
        self, outlook: Outlook, event: Event, which: int, pending: Sequence[Made]
    ) -> Outcome:
        """A reversal."""
        name = event.event_id
        if event.state not in MINTED:
            raise Refused("correct.no-correction", event_id=name, correction=which)
        _check_year(outlook, event)
        stands = self._stands(outlook, event)
        found = awards.taken(self._views, self._ledger, stands)
        one = next((one for one in found if one.ordinal == which), None)
        if one is None:
            raise Refused("correct.no-correction", event_id=name, correction=which)
        if one.reversed:
            raise Refused("correct.reversed-before", event_id=name, correction=which)
        return Outcome(
            event.event_id, Effect.REVERSE, None, askings.present(event, pending),
            stands.minted_units, stands.units, one.due_units, one.due_units - one.taken_units,
            one.due_units > self._threshold, len(pending), stands.account,
        )  # fmt: skip

    def _record(
        self, connection: Connection, asked: Asked, outcome: Outcome, at_s: int
    ) -> Recorded:
        event = _standing_event(connection, asked.event_id)
        if outcome.effect is Effect.WITHDRAW and event.state not in HERE:
            # The loop took it on meanwhile: it is minted first, and by the usual threshold.
            approval = outcome.back_units > self._threshold
            outcome = replace(outcome, effect=Effect.AFTER_AWARD, approval=approval)
        state = Inbox.PROPOSED if outcome.approval else Inbox.NOTED
        agent_corrections.note(connection, state, [askings.notice(asked, at_s)])
        number = agent_corrections.ids_of(connection, [asked.notice_id])[asked.notice_id]
        review = None
        if outcome.approval:
            evidence = {
                "minted_units": outcome.minted_units, "standing_units": outcome.standing_units,
                "back_units": outcome.back_units, "spent_units": outcome.spent_units,
                "threshold_units": self._threshold,
            }  # fmt: skip
            why = "correction.above-threshold"
            review = reviews.open(
                connection, Kind.CORRECTION, str(number), why, evidence, asked.by, at_s
            )
        elif outcome.effect is Effect.WITHDRAW:
            withdraw(connection, [(event, number)], asked.reason, asked.by, at_s)
            state = Inbox.DONE
        return Recorded(number, state, review, repeated=False, outcome=outcome)

    def _stands(self, outlook: Outlook, event: Event) -> Standing:
        assert event.batch is not None
        assert event.row is not None
        with reading(self._engine) as connection:
            batch = agent_batches.of_ids(connection, [event.batch])[event.batch]
        return awards.standings(self._views, outlook, [(batch, event.row)])[0]


def _check_year(outlook: Outlook, event: Event) -> None:
    if not askings.is_open(event, outlook.month):
        year = event.month // MONTHS_PER_YEAR
        raise Refused("correct.year-closed", event_id=event.event_id, year=year)


def _standing_event(connection: Connection, event_id: str) -> Event:
    """The event that is to be corrected; Refused where there is none, or it earned nothing."""
    event = agent_corrections.events(connection, [event_id]).get(event_id)
    if event is None:
        raise Refused("correct.unknown-event", event_id=event_id)
    if event.state in ENDED:
        raise Refused("correct.no-award", event_id=event_id, reason=event.reason or "")
    return event


def _repeated(connection: Connection, asked: Asked) -> Recorded | None:
    """The same asking as it stands, if there was one. Refused("correct.id-used") for another."""
    before = agent_corrections.known(connection, [asked.notice_id]).get(asked.notice_id)
    if before is None:
        return None
    said = (before.event_id, before.quantity, before.words, askings.reverses_of(before.content))
    if said != (asked.event_id, asked.quantity, asked.reason, asked.reverses):
        raise Refused("correct.id-used", name=asked.name, event_id=before.event_id)
    review = agent_reviews.of_subjects(connection, Kind.CORRECTION, [str(before.id)])
    number = next((one.id for one in review.values()), None)
    return Recorded(before.id, before.state, number, repeated=True, outcome=None)
