"""Two phases of a mark at the source, so that a good deed counts once: there or here.

What is to be asked is written down first (``reserving``, ``cancelling``, ``minted``), then asked
under the event's own id, which is safe to repeat, and then the answer is written down. Where a
source does not answer, rows stay where they are, and the next round asks again.
"""

from __future__ import annotations

from collections.abc import Sequence

from issuers.adapter import IssuerAdapter, MarkAnswer, MarkState
from issuers.marks import Marks
from ledger.errors import Broken
from ledger.faults import Faults
from ledger.store import agent_inbox
from ledger.store.agent_inbox import Candidate
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Engine, reading, transaction

AT_ONCE = 500
"""Marks in one call of the source."""
_FINAL = {
    "mark.spent-natively": "event.spent-natively",
    "mark.by-another": "mark.by-another",
    "mark.event-unknown": "mark.event-unknown",
}
"""A source's refusal of a reservation, and the reason that the row gets."""


class Marking:
    """Marks one scheme's events."""

    def __init__(self, engine: Engine, adapter: IssuerAdapter, faults: Faults) -> None:
        self._engine = engine
        self._marks = Marks(adapter)
        self._faults = faults

    def reserve(self, rows: Sequence[Candidate]) -> list[Candidate]:
        """Reserves what is not reserved yet; the rows that the source now holds for us, in order.

        Raises what the adapter raises; the rows then stand as ``reserving``.
        """
        ready = [row for row in rows if row.state is Inbox.READY]
        if not ready:
            return list(rows)
        with transaction(self._engine, self._faults) as connection:
            ids = [row.id for row in ready]
            agent_inbox.move(connection, Inbox.READY, Inbox.RESERVING, ids)
        refused = self._prepare([(row.id, row.event_id) for row in ready])
        return [row for row in rows if row.id not in refused]

    def go_on(self) -> None:
        """Asks again for what was asked for and not answered: reservations, and cancels of them.

        Raises what the adapter raises.
        """
        with reading(self._engine) as connection:
            reserving = agent_inbox.of_state(connection, Inbox.RESERVING, AT_ONCE)
            cancelling = agent_inbox.of_state(connection, Inbox.CANCELLING, AT_ONCE)
        if reserving:
            self._prepare(reserving)
        if cancelling:
            self._marks.cancel([event_id for _, event_id in cancelling])
            with transaction(self._engine, self._faults) as connection:
                ids = [number for number, _ in cancelling]
                agent_inbox.move(connection, Inbox.CANCELLING, Inbox.REJECTED, ids)

    def confirm(self, rows: Sequence[tuple[int, str]]) -> None:
        """Confirms what is final on the chain. Raises what the adapter raises, and Broken where the
        source gave to another what it had reserved for us."""
        answers = self._marks.confirm([event_id for _, event_id in rows])
        open_again = [e for _, e in rows if _lost(answers.get(e))]
        if open_again:  # a mark that was never ours, or given up: ask for it once more
            self._marks.prepare(open_again)
            answers |= self._marks.confirm(open_again)
        for _, event_id in rows:
            answer = answers.get(event_id)
            if answer is None or answer.refusal is not None:
                why = answer.refusal.code if answer and answer.refusal else "no answer"
                raise Broken("agent.mark-lost", event_id=event_id, why=why)
        with transaction(self._engine, self._faults) as connection:
            agent_inbox.move(connection, Inbox.MINTED, Inbox.DONE, [number for number, _ in rows])

    def _prepare(self, rows: Sequence[tuple[int, str]]) -> set[int]:
        """Asks for the reservations and writes the answers down; ids of the refused rows."""
        answers = self._marks.prepare([event_id for _, event_id in rows])
        held = [number for number, event_id in rows if _is_held(answers.get(event_id))]
        refused = {n: _reason(answers[e]) for n, e in rows if _is_refused(answers.get(e))}
        with transaction(self._engine, self._faults) as connection:
            agent_inbox.move(connection, Inbox.RESERVING, Inbox.RESERVED, held)
            values = [
                {"id": number, "reason": reason, "field": "", "value": ""}
                for number, reason in refused.items()
            ]
            agent_inbox.move_each(connection, Inbox.RESERVING, Inbox.REJECTED, values)
        return {number for number, _ in rows} - set(held)


def _is_held(answer: MarkAnswer | None) -> bool:
    return answer is not None and answer.refusal is None and answer.state is MarkState.RESERVED


def _is_refused(answer: MarkAnswer | None) -> bool:
    """A refusal, or a mark that was confirmed before: the event was credited here already."""
    return answer is not None and not _is_held(answer)


def _reason(answer: MarkAnswer) -> str:
    if answer.refusal is None:
        return "event.credited-before"
    return _FINAL.get(answer.refusal.code, answer.refusal.code)


def _lost(answer: MarkAnswer | None) -> bool:
    return (
        answer is not None
        and answer.refusal is not None
        and answer.refusal.code == "mark.not-reserved"
    )
