"""The index: follows a node to its head and keeps the projection of what the contracts said.

Rows and the place reached commit together. Blocks that are not final are indexed too, with what it
takes to undo them; where the chain went back they are undone exactly, and where it went back below
what was final, or is another there, the projection is built again from the first block and that is
counted and logged.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.types import Block, FinalityKind
from ledger.errors import TongduiError, Unavailable
from ledger.faults import Faults
from ledger.index.columns import ContractRole
from ledger.index.project import Contract, Stretch
from ledger.index.read import Pace, Reader
from ledger.index.reckoning import Unreckoned
from ledger.index.take import take_final, take_loose
from ledger.store import index_network as network
from ledger.store import index_schema as schema
from ledger.store import index_trail as store
from ledger.store.engine import Connection, Engine, note_point, reading, transaction
from ledger.store.index_network import Indexed
from ledger.store.index_schema import open_index

__all__ = ["Index", "Progress", "Status", "open_index"]

STEP_BLOCKS = 5_000
"""Most blocks of a step, unless told otherwise."""
HEAVY_GAS = 20_000_000
"""From so much gas on, some 2,000 awards, a newest block is left until the next one buries it."""
PATIENCE_S = 5.0
"""It is taken as it is if no other comes for so long."""
WRITTEN = "index.read-written"
"""The fault point of a stretch's transaction."""
_ROLES = {ContractRole.RATE_BOOK: Contract.RATE_BOOK, ContractRole.DESK: Contract.DESK}
_log = logging.getLogger(__name__)


class Progress(NamedTuple):
    """What one step came to."""

    head: int
    """The node's newest block when the step began."""
    final: int
    """Its newest final block then."""
    indexed: int
    """The newest block in the projection; the one before the deployment's first if none is."""
    left: int
    """Newest blocks left for a later step, which reads them at a third of the cost."""
    rows: int
    """Written."""
    undone: int
    """Blocks that vanished from the chain."""
    rebuilt: bool
    """Whether the projection had to begin again."""

    @property
    def complete(self) -> bool:
        """Whether the projection stands at the head, or at what was left of it."""
        return self.indexed + self.left >= self.head


class Status(NamedTuple):
    """Where the projection stands, without asking the node anything."""

    indexed: int
    time_s: int
    """Of that block, seconds since 1970; 0 if there is none."""
    head: int
    """The node's, as of the last step of this process; 0 before it."""
    final: int
    rebuilds: int
    """How often the chain forced one."""
    rollbacks: int
    """How often blocks that were not final were replaced."""
    failure: TongduiError | None
    """Why the last step of ``run`` failed, if it did."""


class Index:
    """One process's hand on one projection. ``step`` and ``rebuild`` are for one thread."""

    def __init__(
        self,
        engine: Engine,
        gateway: Gateway,
        deployment: Deployment,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Rows of another chain or another ledger in the database are taken away.

        ``clock`` gives seconds that never go back; it bounds patience, nothing else.
        """
        self._engine = engine
        self._gateway = gateway
        self._deployment = deployment
        self._faults = faults
        self._head = self._final = 0
        self._failure: TongduiError | None = None
        self._clock = clock
        self._pace = Pace()
        self._settled = -1
        """The newest final block when a step came to its end."""
        self._left: tuple[bytes, float] = (b"", 0.0)
        """The newest block that was left, and since when."""
        with transaction(engine) as connection:
            schema.begin(connection, deployment.chain_id, deployment.ledger)

    def step(self, most_blocks: int = STEP_BLOCKS, *, patient: bool = False) -> Progress:
        """Indexes up to so many blocks more, no further than the head.

        ``patient``: a very full newest block is left until the next one makes it final, as what it
        takes to undo so much is dear and mostly for nothing. Raises Unavailable where the node
        can't be asked or the chain changed meanwhile: what was committed stands. Broken where the
        chain says what no contract of ours can.
        """
        head = self._gateway.latest()
        final = self._gateway.finalized_below(head)
        self._head, self._final = head.number, final
        if final == self._settled and self._indexed().hash == head.hash:
            return Progress(head.number, final, head.number, 0, 0, 0, rebuilt=False)
        base, undone, rebuilt = self._base(head)
        left = int(patient and head.number == final + 1 and self._waits(head))
        rows, last = 0, min(head.number - left, base + most_blocks)
        reader = self._reader()
        for stretch in reader.final(base + 1, min(last, final)):
            rows += self._take_final(reader, stretch)
        at = self._indexed()
        for stretch in reader.loose(at.block + 1, last, at.hash):
            rows += self._take(stretch, take_loose)
        self._settle(final)
        self._settled = final
        return Progress(head.number, final, self._indexed().block, left, rows, undone, rebuilt)

    def catch_up(self) -> Progress:
        """Steps until the projection stands at the head that it found last."""
        while not (progress := self.step()).complete:
            pass
        return progress

    def run(
        self,
        enough: threading.Event,
        period_s: float,
        news: Callable[[], object] = lambda: None,
    ) -> None:
        """Follows the head until told that it is enough, looking every ``period_s``; calls ``news``
        when the projection has moved.

        A node that can't be asked is asked again; Broken ends it, and stays in ``status``.
        """
        behind, at = False, -1
        while not enough.wait(0 if behind else period_s):
            try:
                done = self.step(patient=True)
                behind, before, at = not done.complete, at, done.indexed
                if at != before or done.undone:
                    news()
                self._failure = None
            except Unavailable as error:
                behind, self._failure = False, error
                _log.warning("the index waits: %s", error)
            except TongduiError as error:
                self._failure = error
                _log.error("the index stopped: %s", error)
                raise

    def status(self) -> Status:
        """Safe to ask from any thread."""
        with reading(self._engine) as connection:
            at, standing = network.indexed(connection), network.standing(connection)
        assert standing is not None, "the tables were begun with this object"
        block, time_s = (at.block, at.time_s) if at else (self._before_first(), 0)
        counts = (standing.rebuilds, standing.rollbacks)
        return Status(block, time_s, self._head, self._final, *counts, self._failure)

    def rebuild(self) -> Progress:
        """Takes every row away and builds the projection again, to the head."""
        with transaction(self._engine) as connection:
            schema.empty(connection)
        return self.catch_up()

    def digest(self) -> bytes:
        """SHA-256 over every projected row: a function of the chain up to the indexed block."""
        with reading(self._engine) as connection:
            return schema.digest(connection)

    # Inside

    def _before_first(self) -> int:
        return self._deployment.first_block - 1

    def _indexed(self) -> Indexed:
        with reading(self._engine) as connection:
            at = network.indexed(connection)
        return at or Indexed(self._before_first(), b"", 0)

    def _reader(self) -> Reader:
        with reading(self._engine) as connection:
            appointed = {
                row.address: _ROLES[role]
                for role in ContractRole
                for row in network.appointments(connection, role)
            }
        return Reader(self._gateway, self._deployment, appointed, self._pace)

    def _waits(self, head: Block) -> bool:
        """Whether the newest block is to be left, not final yet but for the next one."""
        buried_by_the_next = self._gateway.finality.kind is FinalityKind.DEPTH
        if not buried_by_the_next or head.gas_used < HEAVY_GAS:
            return False
        if self._left[0] != head.hash:
            self._left = (head.hash, self._clock())
        return self._clock() - self._left[1] < PATIENCE_S

    def _base(self, head: Block) -> tuple[int, int, bool]:
        """The newest indexed block that the chain still has, after undoing those that it has not;
        how many these were; whether everything had to go."""
        with reading(self._engine) as connection:
            known = store.trail(connection)
        if not known:
            return self._before_first(), 0, False
        newest = known[-1]
        there = self._still_there(known, head)
        if there is None:
            self._begin_again(known[0], head)
            return self._before_first(), newest.block - self._before_first(), True
        if there != newest:
            _log.warning("blocks %d to %d were replaced", there.block + 1, newest.block)
            with transaction(self._engine, self._faults) as connection:
                store.go_back(connection, there.block)
        return there.block, newest.block - there.block, False

    def _still_there(self, known: list[Indexed], head: Block) -> Indexed | None:
        """Of the blocks read, the newest that the node has; None if it lacks the final one too."""
        if known[-1][:2] == (head.number, head.hash):
            return known[-1]
        found = self._gateway.blocks([block.block for block in known])
        same = [k for k, f in zip(known, found, strict=True) if f is not None and f.hash == k.hash]
        return same[-1] if same and same[0] == known[0] else None

    def _begin_again(self, final: Indexed, head: Block) -> None:
        _log.error(
            "block %d was final and is not on the chain any more (head %d): building again",
            final.block,
            head.number,
        )
        with transaction(self._engine, self._faults) as connection:
            schema.empty(connection, forced=True)

    def _take_final(self, reader: Reader, stretch: Stretch) -> int:
        """As ``_take``; with the transfers read where they can't be reckoned."""
        try:
            return self._take(stretch, take_final)
        except Unreckoned as unfit:
            _log.info("block %d: the transfers of its batches are read", unfit.block)
        whole = reader.transferred(stretch.first, stretch.last)
        return sum(self._take(part, take_final) for part in whole)

    def _take(self, stretch: Stretch, take: Callable[[Connection, Stretch], int]) -> int:
        """Commits what a stretch says and that it was read; how many rows."""
        with transaction(self._engine, self._faults) as connection:
            note_point(connection, WRITTEN)
            return take(connection, stretch)

    def _settle(self, final: int) -> None:
        with reading(self._engine) as connection:
            known = store.trail(connection)
        if len(known) > 1 and known[1].block <= final:
            with transaction(self._engine, self._faults) as connection:
                store.settle(connection, final)
