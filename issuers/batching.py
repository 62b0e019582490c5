"""From ready rows to a recorded batch: preview, reservation at the source, record in the outbox.

Each step is written down before it is taken. A reservation that was asked for is asked for again
after a crash, under the same id; a batch and its rows are recorded in one transaction. Rows are
minted only when the source holds them for us.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as dtime

from issuers import evidence
from issuers.marking import Marking
from issuers.outlook import ChainViews, Outlook
from issuers.planning import Plan, plan, play, word_of
from ledger.chain import calls
from ledger.chain.decode import event_topic
from ledger.chain.outbox import Outbox
from ledger.errors import Refused
from ledger.events import BatchMinted
from ledger.faults import Faults
from ledger.rules import RuleRefusal
from ledger.store import agent_batches, agent_inbox, agent_notes
from ledger.store.agent_batches import Batch
from ledger.store.agent_inbox import Candidate
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.units import BEIJING

FIXED_GAS = 250_000
"""Of a batch without rows: measured at 74 k, and more for an issuer's or a class's first."""
ROW_GAS = 28_000
"""Of a row for a new account, measured at 26.8 k."""
PATIENT_TRIES = 3
"""From so many failures of one number on, each next try waits twice as long."""
LONGEST_WAIT_S = 300.0
IN_FLIGHT = 8
"""Batches that may wait for the chain at a time."""
PREFIX = "mint:"
"""Of the outbox's ids."""
PROOF = event_topic(BatchMinted)
"""What a batch that was minted shows, so that nobody reads a receipt with hundreds of logs."""


@dataclass(frozen=True)
class Habits:
    """How batches are cut."""

    rows: int
    every_s: float
    """How long a batch that is not full waits for more rows."""
    at: dtime | None = None
    """Time of day in Beijing at which one that is not full is minted, once a day; None: any."""
    whole: frozenset[int] = frozenset()
    """Activities whose rows are minted without a clip or never."""

    def last_time(self, now_s: float) -> int:
        """The newest moment of that time of day that is not after ``now_s``."""
        now = datetime.fromtimestamp(now_s, BEIJING)
        then = datetime.combine(now.date(), self.at or dtime(), BEIJING)
        return int((then if then <= now else then - timedelta(days=1)).timestamp())


class Batching:
    """Makes one issuer's batches. ``held_by`` says what ready rows wait for, if anything."""

    def __init__(
        self,
        engine: Engine,
        views: ChainViews,
        marking: Marking,
        outbox: Outbox,
        ledger: bytes,
        habits: Habits,
        faults: Faults,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` never goes back; ``wall`` tells the time of day, seconds since 1970 UTC."""
        self._engine = engine
        self._views = views
        self._marking = marking
        self._outbox = outbox
        self._ledger = ledger
        self._habits = habits
        self._faults = faults
        self._clock = clock
        self._wall = wall
        self._last_at_s: float | None = None
        self.held_by: RuleRefusal | None = None
        self._served: int | None = None
        self.rests = False
        """Whether rows only wait for the time of day."""

    def step(self) -> int:
        """One batch, if rows are due and fit; how many rows went into it.

        Raises Refused("agent.minted-elsewhere") where the chain counts batches of this issuer that
        are not ours; what source and node raise.
        """
        self._marking.go_on()
        with reading(self._engine) as connection:
            flying = agent_batches.in_flight(connection)
            number = agent_batches.last_number(connection) + 1
            tries = agent_batches.tries_of(connection, number)
            offered = self._offered(connection)
        if not offered:
            self.held_by, self.rests = None, False
            self._end_day()
        if not offered or len(flying) >= IN_FLIGHT or not self._due(len(offered), tries):
            return 0
        self.rests = False
        outlook = self._outlook(flying, offered)
        self._check_alone(outlook, number)
        self.held_by = play(outlook, flying)
        if self.held_by is not None:
            return 0
        planned = plan(outlook, number, offered, self._habits.whole)
        self.held_by = planned.held_by
        self._set_apart(planned)
        rows = self._marking.reserve(planned.rows)
        same = len(rows) == len(planned.rows)
        if not same:
            planned = plan(outlook, number, rows, self._habits.whole)
        return self._record(number, planned)

    def _offered(self, connection: Connection) -> list[Candidate]:
        """Reserved rows first: the source holds them already."""
        most = self._habits.rows
        reserved = agent_inbox.candidates(connection, Inbox.RESERVED, most)
        ready = agent_inbox.candidates(connection, Inbox.READY, most - len(reserved))
        return reserved + ready

    def _due(self, offered: int, tries: int) -> bool:
        """Whether a batch is full, or has waited for its time; one that failed again and again
        waits longer, so that nobody floods the chain."""
        now_s = self._clock()
        if self._last_at_s is None:
            self._last_at_s = now_s
        waited_s = now_s - self._last_at_s
        if tries >= PATIENT_TRIES:
            return waited_s >= min(2.0 ** (tries - PATIENT_TRIES), LONGEST_WAIT_S)
        if offered >= self._habits.rows:
            return True
        if self._habits.at is None:
            return waited_s >= self._habits.every_s
        self.rests = not tries and not self._is_time()
        return not self.rests

    def _end_day(self) -> None:
        """Nothing is there to be minted: what comes from now on waits for the next time."""
        if self._habits.at is None or self._habits.last_time(self._wall()) == self._served:
            return
        self._served = self._habits.last_time(self._wall())
        with transaction(self._engine, self._faults) as connection:
            agent_notes.put(connection, agent_notes.BATCHED_AT, str(self._served))

    def _is_time(self) -> bool:
        """Whether the day's time has come and its batches were not made yet. An agent that was away
        then makes them when it is back; a new one waits for its first time."""
        newest = self._habits.last_time(self._wall())
        with reading(self._engine) as connection:
            served = agent_notes.get(connection, agent_notes.BATCHED_AT)
        if served is None:
            with transaction(self._engine, self._faults) as connection:
                agent_notes.put(connection, agent_notes.BATCHED_AT, str(newest))
        return served is not None and int(served) < newest

    def _outlook(self, flying: Sequence[Batch], offered: Sequence[Candidate]) -> Outlook:
        accounts = {row.account for row in offered}
        accounts |= {word[:20] for batch in flying for word in batch.word_list()}
        return self._views.read(sorted(accounts))

    @staticmethod
    def _check_alone(outlook: Outlook, number: int) -> None:
        if outlook.last_batch >= number:
            raise Refused("agent.minted-elsewhere", number=outlook.last_batch, ours=number - 1)

    def _set_apart(self, planned: Plan) -> None:
        """Rows that will never be taken: rejected at once, or given back to the source first."""
        for before, after in ((Inbox.READY, Inbox.REJECTED), (Inbox.RESERVED, Inbox.CANCELLING)):
            values = [
                {"id": row.id, "reason": reason, "field": "", "value": str(row.quantity)}
                for row, reason in planned.never
                if row.state is before
            ]
            if values:
                with transaction(self._engine, self._faults) as connection:
                    agent_inbox.move_each(connection, before, after, values)
        if planned.never:
            self._marking.go_on()

    def _record(self, number: int, final: Plan) -> int:
        """The batch and its rows, in one transaction with the outbox."""
        if not final.rows:
            return 0
        with transaction(self._engine, self._faults) as connection:
            batch = self._add(connection, number, final)
            values = [
                {"id": row.id, "batch": batch, "row": at, "full_units": one.full_units,
                 "units": one.units}
                for at, (row, one) in enumerate(zip(final.rows, final.minted, strict=True))
            ]  # fmt: skip
            agent_inbox.move_each(connection, Inbox.RESERVED, Inbox.BATCHED, values)
            if self._habits.at is not None and len(values) < self._habits.rows:  # the day's last
                newest = self._habits.last_time(self._wall())
                agent_notes.put(connection, agent_notes.BATCHED_AT, str(newest))
        self._last_at_s = self._clock()
        return len(final.rows)

    def _add(self, connection: Connection, number: int, final: Plan) -> int:
        words = [word_of(row) for row in final.rows]
        keys = [row.key for row in final.rows]
        root = evidence.root([evidence.leaf(row.salt, row.record) for row in final.rows])
        tries = agent_batches.tries_of(connection, number)
        command = f"{PREFIX}{number}" + (f".{tries + 1}" if tries else "")
        data = calls.mint_batch(number, words, keys, root)
        gas = FIXED_GAS + ROW_GAS * len(words)
        self._outbox.record(connection, command, self._ledger, data, gas, proof=PROOF)
        return agent_batches.add(
            connection,
            {
                "number": number, "command": command, "rows": len(words), "units": final.units,
                "root": root, "words": b"".join(words), "keys": b"".join(keys),
            },
        )  # fmt: skip
