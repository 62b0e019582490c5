"""Brings a key's recorded transactions onto the chain and says what became of them.

One round (``step``) reads new blocks, ends what is final, and sends what waits. A process calls it
in a loop, or ``run`` does in a thread; it may be killed anywhere in between. Domain code hooks in
by ``on_final``, which runs in the transaction that ends a row. One submitter a key, one process a
database.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.chain.adopting import takers
from ledger.chain.following import Follower, OnFinal
from ledger.chain.gateway import Gateway
from ledger.chain.outbox import Gate, Outbox
from ledger.chain.rpc import NodeRefused
from ledger.chain.sending import Habits, Sending
from ledger.chain.signer import Signer
from ledger.errors import OutcomeUnknown, Refused, Rejected, TongduiError, Unavailable
from ledger.faults import Faults, NoFaults
from ledger.store import outbox as store
from ledger.store import trail
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox_tables import FINISHED, OutboxRow, State
from ledger.store.trail import TrailBlock

_POLL_S = 0.05
"""Pause between looks of a waiting caller."""
_LOOKS = 3
"""Rounds in a row in which a used nonce must be in no block before it counts as another's."""
_PASSING = (Unavailable, OutcomeUnknown, NodeRefused)
"""Troubles of a node, as it has them while it starts: the next round may find them gone."""
_log = logging.getLogger(__name__)


class Round(NamedTuple):
    """What a step came to, in transactions."""

    sent: int
    mined: int
    vanished: int
    """Their block is gone; they were sent again."""
    finished: int


class Trouble(NamedTuple):
    """A transaction that does not get through, and why."""

    id: str
    nonce: int
    attempts: int
    words: str
    """The node's, or ours where it took the transaction and mined it never."""
    stuck: bool
    """It needs a person: mend the cause, or ``replace_with_nothing``."""


class Status(NamedTuple):
    """Where a key's transactions stand."""

    counts: dict[State, int]
    block: int
    """The newest block read."""
    troubles: list[Trouble]
    """In nonce order: those behind the first wait for it."""


class Submitter:
    """One key's. ``step``, ``wait`` and ``status`` may be called from any thread."""

    def __init__(
        self,
        engine: Engine,
        gateway: Gateway,
        key: Signer,
        faults: Faults | None = None,
        *,
        on_final: Sequence[OnFinal] = (),
        habits: Habits | None = None,
        clock: Callable[[], float] = time.monotonic,
        gate: Gate | None = None,
    ) -> None:
        """``clock`` gives seconds that never go back; it times repeated sending, nothing else.
        ``gate`` is the outbox's."""
        self.outbox = Outbox(key, gateway.chain_id, gate)
        self.failure: TongduiError | None = None
        self._engine = engine
        self._gateway = gateway
        self._faults = faults or NoFaults()
        self._on_final = on_final
        self._habits = habits or Habits()
        self._clock = clock
        self._lock = threading.Lock()
        self._running = False
        self.turn_to(key)

    def turn_to(self, key: Signer) -> None:
        """From now on another key's, before ``bootstrap`` as at a start. Rows of the former key are
        not followed any more: to be called once they have ended."""
        who = key.address
        self.outbox.key = key
        self._looks = 0
        self._follower = Follower(self._engine, self._gateway, who, self._faults, self._on_final)
        self._sending = Sending(
            self._engine, self._gateway, who, self._faults, self._habits, self._clock
        )

    def change_key(self, key: Signer) -> None:
        """Turns to another key between two rounds, compared with the chain as ``bootstrap`` does
        for a key that may have been used; raises as that, and then it is the former one's still."""
        with self._lock:
            former = self.outbox.key
            self.turn_to(key)
            try:
                self.bootstrap(adopt_used_key=True)
            except BaseException:
                self.turn_to(former)
                raise

    def is_behind(self) -> bool:
        """Whether the chain has used nonces that were never recorded here: this outbox is empty or
        older than the chain. Raises Unavailable."""
        mined = self._gateway.transaction_count(self.outbox.sender)
        with reading(self._engine) as connection:
            kept = store.sender(connection, self.outbox.sender)
        return mined > (kept.next_nonce if kept is not None else 0)

    def bootstrap(self, *, adopt_used_key: bool = False) -> None:
        """Compares the nonces with the chain; to be called at every start, before ``step``.

        ``adopt_used_key``: an outbox that is empty or was put back to an older day goes on at the
        chain's count; ``catch_up`` then says what became of its own. Raises
        Refused("outbox.key-used-elsewhere") if nonces are mined that were never recorded here,
        Unavailable("outbox.others-wait") while a node holds such that are not mined yet, Broken for
        another chain, Unavailable.
        """
        self._gateway.check_chain()
        final = self._gateway.block(self._gateway.finalized())
        if final is None:
            raise Unavailable("chain.no-such-block", tag="finalized")
        mined = self._gateway.transaction_count(self.outbox.sender)
        with transaction(self._engine, self._faults) as connection:
            if store.sender(connection, self.outbox.sender, lock=True) is None:
                if mined and not adopt_used_key:
                    raise self._used_elsewhere(0)
                store.add_sender(connection, self.outbox.sender, self._gateway.chain_id, mined)
                begin = TrailBlock(final.number, final.hash)
                trail.extend(connection, self.outbox.sender, [begin])
            recorded = self.outbox.counted(connection).next_nonce
            if mined > recorded and not adopt_used_key:
                raise self._used_elsewhere(recorded)
            if mined > recorded:
                store.skip_nonces(connection, self.outbox.sender, mined)
        if adopt_used_key and self._gateway.pending_count(self.outbox.sender) > max(
            mined, recorded
        ):
            raise Unavailable("outbox.others-wait", sender=self.outbox.sender)

    def catch_up(self) -> int:
        """Reads blocks and ends what is final, and sends nothing: for an outbox that was put back.

        Rows whose nonces others took end as replaced. Returns how many rows of used nonces are not
        final yet; to be called again until there are none. Raises as ``step``.
        """
        with self._lock:
            mined = self._gateway.transaction_count(self.outbox.sender)
            final = self._gateway.finalized()
            self._follower.follow(final)
            with reading(self._engine) as connection:
                waiting = store.waiting(connection, self.outbox.sender)
            self._give_up([row for row in waiting if row.nonce < mined])
            self._follower.finish(final)
            with reading(self._engine) as connection:
                return store.unfinished(connection, self.outbox.sender, below=mined)

    def record(
        self,
        connection: Connection,
        command_id: str,
        to: bytes | None,
        data: bytes,
        gas: int,
        *,
        proof: bytes | None = None,
    ) -> OutboxRow:
        """As ``Outbox.record``: in the caller's transaction, sent by a later ``step``."""
        return self.outbox.record(connection, command_id, to, data, gas, proof=proof)

    def step(self) -> Round:
        """One round: reads blocks, ends what is final, sends what waits.

        Raises Unavailable, OutcomeUnknown or NodeRefused (call again), Broken if a final block was
        replaced, Refused("outbox.key-used-elsewhere") if another took a nonce of ours.
        """
        with self._lock:
            try:
                return self._step()
            except _PASSING:
                self._sending.forget()
                raise

    def run(self, enough: threading.Event, period_s: float = 0.5) -> None:
        """Steps until ``enough`` is set; where the node does not answer, more slowly.

        Where a person must look it ends early, with ``failure`` set.
        """
        self._running = True
        wait_s = 0.0
        try:
            while not enough.wait(wait_s):
                wait_s = self._guarded_step(period_s)
        except TongduiError as error:
            _log.error("sending stopped: %s", error)
            self.failure = error
        finally:
            self._running = False

    def wait(self, command_id: str, timeout_s: float) -> OutboxRow:
        """The row once it is final or failed; steps itself where ``run`` does not.

        Raises Rejected for an id that was never recorded; OutcomeUnknown when the time is over,
        with the state and the node's words; what stopped ``run``; what ``step`` raises for good.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            if self.failure is not None:
                raise self.failure
            row = self.find(command_id)
            if row.state in FINISHED:
                return row
            if time.monotonic() >= deadline:
                words = row.last_words
                raise OutcomeUnknown(
                    "outbox.not-final-yet", id=command_id, state=str(row.state), words=words
                )
            if not self._running:
                self._guarded_step(_POLL_S)
            time.sleep(_POLL_S)

    def find(self, command_id: str) -> OutboxRow:
        """A command's row as it stands; Rejected("outbox.no-such-id")."""
        with reading(self._engine) as connection:
            row = store.find(connection, command_id)
        if row is None:
            raise Rejected("outbox.no-such-id", id=command_id)
        return row

    def replace_with_nothing(self, nonce: int) -> OutboxRow:
        """Gives up a transaction that the node never takes, so that later ones pass.

        An empty one is sent in its place. The row ends as ``failed`` when that is final, or as
        usual if the first one got through after all. Raises Rejected, Refused as the outbox does.
        """
        with self._lock:
            with transaction(self._engine, self._faults) as connection:
                row = self.outbox.replace_with_nothing(connection, nonce)
            self._sending.forget()
            return row

    def status(self) -> Status:
        """Counts by state, the newest block read, and what does not get through."""
        most = self._habits.refusals_until_stuck
        with reading(self._engine) as connection:
            self.outbox.counted(connection)
            rows = store.troubled(connection, self.outbox.sender, attempts=most)
            read = trail.blocks(connection, self.outbox.sender)[-1].number
            counts = store.counts(connection, self.outbox.sender)
        return Status(counts, read, [_trouble(row, most) for row in rows])

    def _step(self) -> Round:
        suspects = bool(self._sending.suspects)
        mined = self._gateway.transaction_count(self.outbox.sender) if suspects else 0
        head = self._gateway.latest()
        final = self._gateway.finalized_below(head)
        followed = self._follower.follow(final, head)
        finished = self._follower.finish(final)
        self._check_suspects(mined)
        sent = self._sending.send(followed.head)
        return Round(sent, followed.mined, followed.vanished, finished)

    def _give_up(self, rows: Sequence[store.Waiting]) -> None:
        """Nonces that are used, and not by these rows: whatever took them stands in their place."""
        if not rows:
            return
        found = takers(self._gateway, self.outbox.sender, [row.nonce for row in rows])
        with transaction(self._engine, self._faults) as connection:
            for row in rows:
                taker, whole = found[row.nonce], store.find(connection, row.id)
                assert whole is not None
                store.set_nothing(connection, row.id, whole.raw, taker.hash)
                seen = store.Seen(
                    taker.hash, taker.block_number, taker.block_hash, True, None, None
                )
                store.mark_mined(connection, [(row, seen)])

    def _guarded_step(self, period_s: float) -> float:
        """Steps; how long to pause until the next."""
        try:
            self.step()
        except _PASSING as error:
            _log.warning("a round of sending failed: %s", error)
            return period_s * 4
        return period_s

    def _check_suspects(self, mined: int) -> None:
        """Refused if nonces below ``mined``, counted before reading, are in no block of ours."""
        if not mined:
            self._looks = 0
            return
        with reading(self._engine) as connection:
            waiting = store.waiting(connection, self.outbox.sender)
        taken = [row.nonce for row in waiting if row.nonce < mined]
        self._looks = self._looks + 1 if taken else 0
        if self._looks >= _LOOKS:  # once may be a chain that changes between two questions
            raise self._used_elsewhere(taken[0])

    def _used_elsewhere(self, nonce: int) -> Refused:
        return Refused("outbox.key-used-elsewhere", sender=self.outbox.sender, nonce=nonce)


def _trouble(row: OutboxRow, most: int) -> Trouble:
    words = row.last_words or f"taken {row.attempts} times, in no block yet"
    stuck = row.refusals >= most or not row.refusals
    return Trouble(row.id, row.nonce, row.attempts, words, stuck)
