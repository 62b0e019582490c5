"""A chain of our own in a folder: one node process, a journal, and the hand on its clock.

For the demo, for tests and for an installation on one machine. Final means journalled: a block
counts as final when another stands on it, and none is mined before the one below is on disk. After
a kill of the node or of everything, ``start`` replays the journal onto the last dump, unseen by
others, and serves the same blocks with the same hashes.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ledger.chain.dumps import Dumps
from ledger.chain.engine import Engine, NodeProcess, end_stray, free_port
from ledger.chain.gateway import Gateway
from ledger.chain.journal import BlockRecord, Genesis, Journal, read_blocks
from ledger.chain.mining import BlockMaker, replay
from ledger.chain.rpc import Rpc
from ledger.chain.types import Finality, FinalityKind
from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, Unavailable

GAS_LIMIT = 1_000_000_000
"""Gas of a block: some fifty full transactions, more than the node executes in a second."""
FINALITY = Finality(FinalityKind.DEPTH, 1)
"""A block with one on top of it is journalled."""
DUMP_BLOCKS = 3_600
"""Blocks between dumps of the state while it runs: bounds how long a replay takes."""
IDLE_S = 10
"""Without transactions, a block this often, so that the chain's time follows the clock."""
_log = logging.getLogger(__name__)


def wall_clock_s() -> int:
    """Seconds since 1970 UTC."""
    return int(time.time())


class EmbeddedChain:
    """Start it, or use it as a context. Mines when told, or steadily after ``start_mining``."""

    finality = FINALITY

    def __init__(
        self, folder: Path, engine: Engine, genesis: Genesis, *, port: int | None = None
    ) -> None:
        """``genesis.timestamp_s`` counts only where the folder has no chain yet."""
        self.folder = folder
        self.engine = engine
        self._genesis = genesis
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.rpc = Rpc(self.url)
        self.failure: Broken | None = None
        self._dumps = Dumps(folder)
        self._lock = threading.RLock()
        self._node: NodeProcess | None = None
        self._miner: threading.Thread | None = None
        self._enough = threading.Event()
        self._lock_file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # Starting and stopping

    def start(self) -> None:
        """Serves the folder's chain, a new one if it is empty.

        Raises Refused if another process serves it, Unavailable if the node does not start,
        Broken if the journal is damaged or replays to other blocks.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock_file = _locked(self.folder)
        try:
            end_stray(self.folder)
            self._journal = Journal(self.folder / "journal", self._genesis)
            self._maker = BlockMaker(self.rpc, self._journal)
            self._serve()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops mining, journals and dumps what is there, ends the node."""
        self.stop_mining()
        with self._lock:
            if self._node is not None:
                with contextlib.suppress(Unavailable, OutcomeUnknown):
                    self._maker.catch_up()
                    self._dump()
                self._node.stop()
                self._node = None
                self._journal.close()
            if self._lock_file is not None:
                self._lock_file.close()
                self._lock_file = None

    def gateway(self) -> Gateway:
        """A gateway of its own to this chain."""
        return Gateway(Rpc(self.url), self._journal.genesis.chain_id, FINALITY)

    # Mining and time

    def now_s(self) -> int:
        """The newest block's time, seconds since 1970 UTC."""
        return self._maker.last_timestamp_s

    @property
    def genesis_s(self) -> int:
        """Time of block 0, seconds since 1970 UTC, as the journal has it. Known once started."""
        return self._journal.genesis.timestamp_s

    def mine(self, blocks: int = 1) -> None:
        """Mines at once, each block a second after the one before."""
        for _ in range(blocks):
            self._mine_at(self.now_s() + 1)

    def settle(self) -> None:
        """Mines until nothing waits and everything mined is final."""
        while self._mine_at(self.now_s() + 1).raws:
            pass

    def advance_to(self, timestamp_s: int) -> None:
        """Mines a block of that time, seconds since 1970; Rejected if that is in the past."""
        with self._lock:
            if timestamp_s < self.now_s():
                raise Rejected("chain.time-goes-back", now=self.now_s(), asked=timestamp_s)
            if timestamp_s > self.now_s():
                self._mine_at(timestamp_s)

    def start_mining(
        self, period_s: float = 1.0, clock: Callable[[], int] | None = wall_clock_s
    ) -> None:
        """Mines in a thread what waits, every ``period_s``, and restarts the node if it dies.

        With a clock, blocks carry its time; without, each is a second after the one before.
        """
        if self._miner is not None:
            raise ValueError("it mines already")
        self._enough.clear()
        self._miner = threading.Thread(
            target=self._mine_steadily, args=(period_s, clock), name="miner", daemon=True
        )
        self._miner.start()

    def stop_mining(self) -> None:
        """Ends the thread of ``start_mining``, if there is one."""
        if self._miner is not None:
            self._enough.set()
            self._miner.join()
            self._miner = None

    @contextlib.contextmanager
    def rehearsal(self) -> Iterator[EmbeddedChain]:
        """A second chain that begins as this one stands, seen by nobody else, gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="rehearsal-") as name:
            apart = Path(name)
            with self._lock:
                self._maker.catch_up()
                self._dump()
                for file in (self._journal.path, *self._dumps.files()):
                    shutil.copy2(file, apart)
            with EmbeddedChain(apart, self.engine, self._journal.genesis) as chain:
                yield chain

    # Inside

    def _serve(self) -> None:
        state = self._state()
        genesis = self._journal.genesis
        self._node = NodeProcess.start(self.engine, self.port, genesis, state, self.folder)
        self._maker.catch_up()

    def _state(self) -> Path | None:
        """What the node begins from: a dump that holds all of the journal, or the journal."""
        last = self._journal.last
        if last is None:
            return None
        if not self.engine.loads_dumps:
            return self._journal.path
        number, dump = self._dumps.newest(last.number)
        return dump if number == last.number else self._replayed(number, dump)

    def _replayed(self, number: int, dump: Path | None) -> Path:
        """A dump of the whole journal, made by a node on a port that nobody knows."""
        apart = self.folder / "replay"
        apart.mkdir(exist_ok=True)
        end_stray(apart)
        node = NodeProcess.start(self.engine, free_port(), self._journal.genesis, dump, apart)
        try:
            rpc = Rpc(node.url)
            replay(rpc, read_blocks(self._journal.path, after=number))
            assert self._journal.last is not None
            return self._dumps.write(rpc, self._journal.last.number)
        finally:
            node.kill()

    def _dump(self) -> None:
        if self.engine.loads_dumps and self._journal.last is not None:
            self._dumps.write(self.rpc, self._journal.last.number)

    def _mine_at(self, timestamp_s: int) -> BlockRecord:
        with self._lock:
            block = self._maker.mine(max(timestamp_s, self.now_s() + 1))
            if block.number % DUMP_BLOCKS == 0:
                self._dump()
            return block

    def _mine_steadily(self, period_s: float, clock: Callable[[], int] | None) -> None:
        due = time.monotonic() + period_s
        while not self._enough.wait(max(0.0, due - time.monotonic())):
            due = max(due, time.monotonic() - period_s) + period_s
            try:
                with self._lock:
                    self._round(clock)
            except (Unavailable, OutcomeUnknown) as error:
                _log.warning("mining round failed: %s", error)
            except Broken as error:
                _log.error("mining stopped: %s", error)
                self.failure = error
                return

    def _round(self, clock: Callable[[], int] | None) -> None:
        """One block if there is something to mine, to bury or to tell the time."""
        self._revive()
        time_s = clock() if clock else self.now_s() + 1
        last = self._journal.last
        to_bury = last is None or bool(last.raws)
        idle = clock is not None and time_s - self.now_s() >= IDLE_S
        if to_bury or idle or self._maker.waiting():
            self._mine_at(time_s)

    def _revive(self) -> None:
        """Starts the node again from the journal if it died or lost journalled blocks."""
        assert self._node is not None
        if self._node.alive():
            try:
                self._maker.catch_up()
                return
            except Unavailable as error:
                if error.code != "chain.went-back":
                    raise
                self._node.kill()
        _log.warning("the node died or went back: it starts again from the journal")
        self._serve()


def _locked(folder: Path) -> BinaryIO:
    """An exclusive lock on the folder; the system lets it go when this process ends."""
    file = (folder / "lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Refused("chain.locked", folder=str(folder)) from None
    return file
