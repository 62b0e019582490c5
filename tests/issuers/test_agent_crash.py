"""Killed at every fault point of its inbox and its outbox, an agent comes to the same totals.

One world goes through a year. Before each move that the machines declare, something is arranged
that makes the agent take it; then its process is killed just before the move's commit, and once
more just after. At the end, the chain, the source and the store are compared with what was shown.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from issuers.adapter import MarkState
from ledger.faults import machines
from ledger.store import agent_report
from ledger.store.agent_tables import INBOX_MACHINE
from ledger.store.engine import open_database, reading
from ledger.store.outbox_tables import MACHINE
from ledger.units import BEIJING
from tests.issuers import test_agent_review_crash
from tests.issuers.agent_program import SCHEME, FileSource, play
from tests.issuers.market import (
    COUNCIL,
    BareChain,
    Market,
    account,
    bare_market,
)

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.issuers.agent_warm"])
MINUTES, UNITS = 60, 1_000
BEFORE_MIDNIGHT = datetime(2027, 3, 31, 23, 59, 30, tzinfo=BEIJING)
"""The year 2026 closes with that day."""
CLOSED = BEFORE_MIDNIGHT + timedelta(hours=1)


@dataclass
class World:
    """What the outside arranges, and what it then expects of the agent."""

    market: Market
    links: list[str] = field(default_factory=list)
    shown: int = 0
    minted: set[str] = field(default_factory=set)
    """Events that must be minted, an hour each."""
    taken_back: set[str] = field(default_factory=set)
    """Those of them that are corrected to half."""
    go_back: bool = False
    paused: bool = False

    @property
    def folder(self) -> Path:
        """Shared with the agent's process."""
        return self.market.folder

    @property
    def chain(self) -> BareChain:
        """The node."""
        assert isinstance(self.market.chain, BareChain)
        return self.market.chain

    def source(self) -> FileSource:
        """As the agent's last process left it."""
        return FileSource(self.folder / "source.json")

    def show(self, *, linked: bool = True, minted: bool = True, activity: str = "") -> str:
        """A new member's service of an hour, this morning."""
        self.shown += 1
        name, member, source = f"e{self.shown}", f"m{self.shown}", self.source()
        when = self.market.now - timedelta(minutes=1)
        source.show(name, member, activity or "VOL.SERVICE", MINUTES, when)
        source.save()
        if linked:
            self.link(member)
        if minted:
            self.minted.add(name)
        return name

    def link(self, member: str) -> None:
        """From now on the member has an account."""
        self.links.append(f"{member},0x{account(SCHEME, member).hex()}")
        (self.folder / "links.csv").write_text("\n".join(["member_id,account", *self.links]))

    def notice(self, left: int, *, event: str = "") -> None:
        """A notice that leaves so many minutes of an event that is minted."""
        corrected = event or min(self.minted - self.taken_back, key=lambda name: int(name[1:]))
        source = self.source()
        source.show_notice(f"n{len(source.rows)}", corrected, left)
        source.save()
        if left < MINUTES:
            self.taken_back.add(corrected)

    def run(self, fault: str) -> int | None:
        """The agent's process until it rests or dies; its exit code."""
        words = (self.folder, self.chain.url, fault, self.go_back)
        process = _PROCESSES.Process(target=play, args=words)
        process.start()
        process.join()
        self.go_back = False
        return process.exitcode

    def lose_database(self) -> None:
        """Everything that the agent knew is gone, but for its secrets."""
        for path in (self.folder / "agent").glob("agent.db*"):
            path.unlink()

    def pause(self, *, mined: bool) -> None:
        """No mints from now on, or from the next block on."""
        if mined:
            self.market.send(COUNCIL, "PointsLedger", "pause")
        else:
            self.market.post(COUNCIL, "PointsLedger", "pause")
        self.paused = True

    def resume(self) -> None:
        """Mints go on."""
        if self.paused:
            self.chain.mine()  # the stop itself may still wait
            self.market.send(COUNCIL, "PointsLedger", "resume")
            self.paused = False


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with bare_market(tmp_path_factory.mktemp("market")) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        made = World(market)
        made.show()
        assert made.run("") == 0
        yield made


def _event(world: World) -> None:
    world.show()


def _spent(world: World) -> None:
    name, source = world.show(minted=False), world.source()
    source.spend(name)
    source.save()


def _repeat(world: World) -> None:
    source = world.source()
    source.rows.append(source.rows[0])
    source.save()


def _linked_later(world: World) -> None:
    world.show(linked=False)
    assert world.run("") == 0
    world.link(f"m{world.shown}")


def _never_linked(world: World) -> None:
    world.show(linked=False, minted=False)
    assert world.run("") == 0
    world.market.advance_to(world.market.now + timedelta(days=40))


def _lost(world: World) -> None:
    world.lose_database()


def _refused(world: World) -> None:
    world.resume()
    world.show()
    world.pause(mined=False)


def _vanished(world: World) -> None:
    world.go_back = True
    world.show()


ARRANGE: dict[str, Callable[[World], object]] = {
    "inbox.new-received": _event,
    "inbox.received-ready": _event,
    "inbox.ready-reserving": _event,
    "inbox.reserving-reserved": _event,
    "inbox.reserved-batched": _event,
    "outbox.new-recorded": _event,
    "outbox.recorded-sent": _event,
    "outbox.sent-mined": _event,
    "outbox.mined-sent": _vanished,
    "outbox.mined-final": _event,
    "inbox.batched-minted": _event,
    "inbox.minted-done": _event,
    "inbox.received-rejected": lambda world: world.show(minted=False, activity="VOL.ODD"),
    "inbox.received-duplicate": _repeat,
    "inbox.received-waiting": lambda world: world.show(linked=False, minted=False),
    "inbox.waiting-ready": _linked_later,
    "inbox.reserving-rejected": _spent,
    "inbox.received-noted": lambda world: world.notice(30),
    "inbox.noted-correcting": lambda world: world.notice(30),
    "inbox.correcting-done": lambda world: world.notice(30),
    "inbox.noted-done": lambda world: world.notice(MINUTES),
    "inbox.received-minted": _lost,
    "inbox.waiting-rejected": _never_linked,
    "inbox.batched-reserved": _refused,
    "outbox.mined-failed": _refused,
}
"""What makes the agent take each move, in the order in which they are tried."""
CLOSING = (
    "inbox.correcting-noted",
    "inbox.ready-rejected",
    "inbox.reserved-cancelling",
    "inbox.cancelling-rejected",
    "inbox.noted-rejected",
)
"""Moves that only the end of a year brings about, in the order in which it does."""


def test_a_kill_at_any_point_of_the_year_loses_and_doubles_nothing(world: World) -> None:
    for move, arrange in ARRANGE.items():
        for side in ("before", "after"):
            arrange(world)
            assert world.run(f"{move}.{side}") == -signal.SIGKILL, f"{move}.{side}"
            if world.paused:
                world.resume()
    assert world.run("") == 0

    _compare(world)


def test_a_kill_while_the_year_closes_loses_and_doubles_nothing(world: World) -> None:
    market = world.market
    market.advance_to(datetime(2026, 12, 20, 12, tzinfo=BEIJING))
    corrected = world.show()
    assert world.run("") == 0
    world.pause(mined=False)  # what is reserved then, and what is ready, waits into the next year
    for _ in range(2):
        world.show(minted=False)
        assert world.run("") == 0
    market.advance_to(BEFORE_MIDNIGHT)
    source = world.source()
    source.show_notice("too late", corrected, 30)
    source.save()
    world.chain.next_at(int(CLOSED.timestamp()))

    for move in CLOSING:
        for side in ("before", "after"):
            assert world.run(f"{move}.{side}") == -signal.SIGKILL, f"{move}.{side}"
        world.resume()
    assert world.run("") == 0

    _compare(world)


def _compare(world: World) -> None:
    """Chain, source and store against what was shown."""
    market, source = world.market, world.source()
    wanted = dict.fromkeys(world.minted, UNITS) | dict.fromkeys(world.taken_back, UNITS // 2)
    free = {
        name: market.free_units(SCHEME, account(SCHEME, f"m{name[1:]}")) for name in world.minted
    }
    with (
        open_database(world.folder / "agent" / "agent.db", ("outbox", "agent")) as database,
        reading(database.engine) as connection,
    ):
        rows = agent_report.states(connection, notices=False)

    assert free == wanted
    assert market.read("PointsLedger", "outstandingOf", 5) == sum(wanted.values())
    marked = {name for name, mark in source.marks.items() if mark is MarkState.CREDITED_ELSEWHERE}
    assert marked == world.minted
    assert rows["done"] == len(world.minted)
    assert json.loads(json.dumps(rows))["received"] == 0


def test_every_move_of_inbox_and_outbox_is_tried() -> None:
    declared = {
        machine.point(*move) for machine in (INBOX_MACHINE, MACHINE) for move in machine.moves
    }

    assert machines()["inbox"] is INBOX_MACHINE
    by_clerks = {move for move in test_agent_review_crash.ARRANGE if move.startswith("inbox.")}
    assert declared == ARRANGE.keys() | set(CLOSING) | by_clerks
