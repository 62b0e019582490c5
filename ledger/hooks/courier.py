"""What a courier of webhooks does with the database: what is due, and what came of it. No network.

A round gives every webhook the events that it has no delivery of yet, and picks what is due. What
was sent and not noted, because the process died, is sent again: at least once. Of one object the
next event waits for the one before. A webhook that takes nothing for days is stopped, with reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ledger.faults import Faults, NoFaults
from ledger.hooks.backoff import is_over, pause_s
from ledger.hooks.vault import Vault
from ledger.store import hooks_deliveries as deliveries
from ledger.store import hooks_events as events
from ledger.store import hooks_rows as rows
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.hooks_deliveries import DeliveryRow, Outcome
from ledger.store.hooks_events import EventRow, Reader
from ledger.store.hooks_rows import HookRow, Owner
from ledger.store.hooks_tables import DeliveryState, HookState

SPREAD_AT_ONCE = 200
"""Events that become a webhook's deliveries in one round."""
WAITING_MOST = 5_000
"""Deliveries of a webhook that wait; later events get theirs when there is room."""
GONE = 410
"""The answer of a receiver that wants nothing more, by the standard."""
FORGET_AT_ONCE = 1_000


class Job(NamedTuple):
    """A try to be made; the webhook with its secrets."""

    hook: HookRow
    delivery: DeliveryRow
    event: EventRow


class Tried(NamedTuple):
    """A try that was made, and for how long the receiver asked us to wait."""

    job: Job
    outcome: Outcome
    asked_s: int = 0

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.outcome.code is not None and 200 <= self.outcome.code < 300


class Courier:
    """One at a time over a database. For one thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        reader_of: Callable[[Owner], Reader],
        chance: Callable[[], float],
        vault: Vault,
        *,
        give_up_s: int,
        keep_s: int,
        faults: Faults | None = None,
    ) -> None:
        """``clock`` gives seconds since 1970. ``give_up_s``: a webhook that takes nothing for so
        long is stopped. ``keep_s``: events older than the newest by so much are forgotten."""
        self._engine = engine
        self._clock = clock
        self._reader_of = reader_of
        self._chance = chance
        self._vault = vault
        self._give_up_s = give_up_s
        self._keep_s = keep_s
        self._faults = faults or NoFaults()

    def spread(self) -> None:
        """Gives webhooks the events that are new to them; stops those whose key has ended."""
        now_s = int(self._clock())
        with reading(self._engine) as connection:
            newest = events.newest(connection)
            behind = any(hook.cursor < newest for hook in rows.active(connection))
            orphaned = rows.orphaned(connection, now_s)
        if not behind and not orphaned:
            return
        with transaction(self._engine, self._faults) as connection:
            for name in rows.orphaned(connection, now_s):
                rows.disable(connection, name, "key-ended")
            newest = events.newest(connection)
            for hook in rows.active(connection):
                if hook.cursor < newest:
                    self._spread(connection, hook, newest, now_s)

    def due(self, room: Callable[[str], int], busy: Mapping[str, set[int]]) -> list[Job]:
        """What is to be tried now: for each webhook as many as there is room for, none of
        ``busy``, which are events by webhook. One whose secret is under a key that this process
        does not know waits for one that does."""
        now_s, found = int(self._clock()), list[Job]()
        with reading(self._engine) as connection:
            for hook in rows.active(connection):
                taken, most = busy.get(hook.id, set()), room(hook.id)
                if most <= 0 or not self._vault.opens(hook):
                    continue
                picked = deliveries.due(connection, hook.id, now_s, most + len(taken))
                fresh = [row for row in picked if row.event not in taken][:most]
                about = events.many(connection, [row.event for row in fresh])
                shown = self._vault.revealed(hook)
                found += [Job(shown, row, about[row.event]) for row in fresh]
        return found

    def note(self, tried: Sequence[Tried]) -> None:
        """Writes down what came of tries; those of webhooks that are gone meanwhile count no more.
        Raises Unavailable where the database can't: the tries are made again."""
        with transaction(self._engine, self._faults) as connection:
            for one in tried:
                row = deliveries.find(connection, one.job.hook.id, one.job.event.seq)
                hook = rows.find(connection, one.job.hook.id)
                if row is None or hook is None or row.state != DeliveryState.WAITING:
                    continue
                if one.taken:
                    self._took(connection, hook, row, one.outcome)
                else:
                    self._failed(connection, hook, row, one)

    def forget(self) -> None:
        """Drops old events with their deliveries, and secrets that sign no more."""
        with transaction(self._engine, self._faults) as connection:
            rows.forget_former(connection, int(self._clock()))
            newest = events.many(connection, [events.newest(connection)])
            for row in newest.values():
                events.forget(connection, row.at_s - self._keep_s, FORGET_AT_ONCE)

    def _spread(self, connection: Connection, hook: HookRow, newest: int, now_s: int) -> None:
        if deliveries.waiting(connection, hook.id) >= WAITING_MOST:
            return
        reader = self._reader_of(Owner(hook.role, hook.member))
        kinds = json.loads(hook.kinds)
        page = events.page(connection, reader, kinds, hook.cursor, SPREAD_AT_ONCE)
        deliveries.spread(connection, hook.id, page, now_s)
        whole = len(page) < SPREAD_AT_ONCE
        rows.note(connection, hook.id, cursor=newest if whole else page[-1].seq)

    def _took(
        self, connection: Connection, hook: HookRow, row: DeliveryRow, outcome: Outcome
    ) -> None:
        deliveries.finish(connection, row, DeliveryState.DELIVERED, outcome)
        if hook.failing_since_s is not None:
            rows.note(connection, hook.id, failing_since_s=None)

    def _failed(
        self, connection: Connection, hook: HookRow, row: DeliveryRow, tried: Tried
    ) -> None:
        now_s = tried.outcome.now_s
        if is_over(now_s if row.first_s is None else row.first_s, now_s):
            deliveries.finish(connection, row, DeliveryState.PARKED, tried.outcome)
        else:
            wait_s = pause_s(row.attempts + 1, self._chance(), tried.asked_s)
            deliveries.postpone(connection, row, now_s + wait_s, tried.outcome)
        since_s = now_s if hook.failing_since_s is None else hook.failing_since_s
        if hook.failing_since_s is None:
            rows.note(connection, hook.id, failing_since_s=now_s)
        if hook.state == HookState.ACTIVE:
            if tried.outcome.code == GONE:
                rows.disable(connection, hook.id, "gone")
            elif now_s - since_s >= self._give_up_s:
                rows.disable(connection, hook.id, "failing")
