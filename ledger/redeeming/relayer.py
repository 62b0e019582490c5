"""Brings recorded calls to the desk: many in a transaction, each with its own outcome.

A round puts what waits into batches (calls and outbox rows move in one transaction), lets the
submitter send and read, and brings what is final into the operator's rows. All that matters is on
disk: killed anywhere, it goes on from there. Each key has a relayer; what waits is taken by
whichever is free and may. ``relaying.RelayerLoop`` runs it.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Collection

from ledger.chain import calls
from ledger.chain.submitter import Submitter
from ledger.faults import Faults, NoFaults
from ledger.redeeming import packing
from ledger.redeeming.settling import settle
from ledger.redeeming.standing import BY_ACCEPTOR, ON_THE_WAY
from ledger.store import operator_commands as commands
from ledger.store import operator_facts as chain
from ledger.store import operator_orders as orders
from ledger.store import outbox, trail
from ledger.store.engine import Engine, reading, transaction

OPEN_BATCHES_MAX = 32
"""Batches on their way at once; what is beyond waits, where it can still be shared out better."""


class Relayer:
    """One operator key's, for one thread."""

    def __init__(
        self,
        engine: Engine,
        projection: Engine,
        submitter: Submitter,
        desk: bytes,
        *,
        follow: Callable[[], object],
        faults: Faults | None = None,
        chance: random.Random | None = None,
        others: Callable[[], Collection[int]] | None = None,
        news: Callable[[], object] = lambda: None,
        keys: Collection[bytes] = (),
    ) -> None:
        """``follow`` brings the projection to the head, or returns at once where others do.

        ``chance`` shuffles batches; without it, as the system's own randomness has it. ``others``
        says for which acceptors other keys speak: their calls are left to those. ``news`` is called
        when something of the key's was mined or ended. ``keys`` are the addresses of all keys of
        the operator's: what this one is too capped for is left to those that have not tried it.
        """
        self.submitter = submitter
        self._engine = engine
        self._projection = projection
        self._desk = desk
        self._follow = follow
        self._faults = faults or NoFaults()
        self._chance = chance or secrets.SystemRandom()
        self._others = others or tuple
        self._news = news
        self._keys = frozenset(keys)
        self._open = False
        """Whether anything of this key is on its way."""
        self._revisit: set[str] | None = None

    def step(self) -> bool:
        """One round; whether anything is on its way.

        Raises Unavailable, OutcomeUnknown or NodeRefused (call again), and what the submitter
        raises for good.
        """
        self._batch()
        done = self.submitter.step()
        self._follow()
        if done.mined or done.vanished or done.finished:
            self._news()
        self._settle()
        return self._open or bool(self._revisit)

    def begin_again(self) -> None:
        """Forgets what was known of rows that another process may have moved meanwhile."""
        self.submitter.turn_to(self.submitter.outbox.key)
        self._revisit = None

    def _batch(self) -> None:
        """Puts what waits into batches, as far as there is room for them."""
        sender, others = self.submitter.outbox.sender, self._others()
        with reading(self._engine) as connection:
            batches = len(commands.open_batches(connection, sender))
            self._open = batches > 0 or outbox.is_busy(connection, sender)
            room = OPEN_BATCHES_MAX - batches
            if room <= 0 or not commands.waiting(connection, 1, BY_ACCEPTOR, others, sender):
                return
        most = room * packing.CALLS_MAX
        with transaction(self._engine, self._faults) as connection:
            waiting = commands.waiting(connection, most, BY_ACCEPTOR, others, sender)
            made = [
                (f"batch:{secrets.token_hex(16)}", batch)
                for batch in packing.batches(waiting, self._chance)
            ][:room]
            for name, batch in made:
                commands.put_into(connection, name, batch)
                data = calls.try_all([command.data for command in batch])
                gas = packing.batch_gas(batch)
                self.submitter.record(connection, name, self._desk, data, gas)
        self._open = True

    def _settle(self) -> None:
        """Brings the operator's rows to the newest block final for outbox and projection."""
        sender = self.submitter.outbox.sender
        with reading(self._engine) as connection:
            read = trail.blocks(connection, sender)[-1].number
            unfinished = commands.first_unfinished_block(connection, sender)
            before = commands.cursor(connection, sender)
            if self._revisit is None:
                self._revisit = set(orders.ids_in(connection, ON_THE_WAY))
        with reading(self._projection) as connection:
            until = min(read, chain.final_block(connection) or 0)
        if unfinished is not None:
            until = min(until, unfinished - 1)
        if before is not None and until <= before:
            return
        with (
            reading(self._projection) as projection,
            transaction(self._engine, self._faults) as operator,
        ):
            if (chain.final_block(projection) or 0) < until:
                return  # it began again meanwhile, and shows too little to settle by
            revisit, keys = self._revisit, self._keys
            self._revisit = settle(operator, projection, sender, until, revisit, keys)
