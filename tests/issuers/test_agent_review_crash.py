"""Killed while it holds a deed, or while clerks decide and correct, an agent comes to the same end.

Before each move something is arranged, or clerks act; the process is killed just before the move's
commit, and once more just after. Clerks who got no answer say again, in the next process, what they
had said. At the end the chain and the queue are compared with what was decided.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.faults import machines
from ledger.store import agent_reviews
from ledger.store.agent_office_tables import REVIEW_MACHINE, Review
from ledger.store.engine import open_database, reading
from ledger.units import BEIJING
from tests.issuers.agent_program import SCHEME, FileSource
from tests.issuers.clerks_program import Act, play
from tests.issuers.market import Market, account, bare_market

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.issuers.agent_warm"])
MINUTES, UNITS = 120, 2_000
FIRST, SECOND = "王示例", "李示例"


@dataclass
class World:
    """What is shown and decided, and what it comes to."""

    market: Market
    links: list[str] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    """What each member must have in the end."""
    decided: list[Review] = field(default_factory=list)
    shown: int = 0

    @property
    def folder(self) -> Path:
        """Shared with the agent's process."""
        return self.market.folder

    def deed(self, member: str, spot: str = "") -> str:
        """Two hours this morning, at that spot."""
        self.shown += 1
        name, source = f"e{self.shown}", FileSource(self.folder / "source.json")
        began = self.market.now.replace(hour=6, minute=0, second=0)
        ended = began + timedelta(minutes=MINUTES)
        more = {"ended": ended.isoformat(), "spot": spot}
        source.show(name, member, "VOL.SERVICE", MINUTES, began, **more)
        source.save()
        return name

    def link(self, member: str) -> None:
        """From now on the member has an account."""
        self.links.append(f"{member},0x{account(SCHEME, member).hex()}")
        (self.folder / "links.csv").write_text("\n".join(["member_id,account", *self.links]))

    def run(self, fault: str, *acts: Act) -> int | None:
        """The agent's process until all rests or it dies; its exit code."""
        words = (self.folder, self.market.chain.url, fault, list(acts))
        process = _PROCESSES.Process(target=play, args=words)
        process.start()
        process.join()
        return process.exitcode

    def member(self, *, linked: bool = True) -> str:
        """Somebody new."""
        name = f"m{len(self.units) + 1}"
        self.units[name] = 0
        if linked:
            self.link(name)
        return name

    def pair(self, *, linked: bool = True) -> tuple[str, str]:
        """(member, the held one of two deeds at once); the first is minted, if there is a link."""
        who = self.member(linked=linked)
        self.deed(who, "桥东")
        held = self.deed(who, "桥西")
        self.units[who] = UNITS if linked else 0
        return who, held


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with bare_market(tmp_path_factory.mktemp("market")) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        made = World(market)
        made.deed(made.member())
        made.units["m1"] = UNITS
        assert made.run("") == 0
        yield made


def _held(world: World) -> list[Act]:
    world.pair()
    world.decided.append(Review.OPEN)
    return []


def _let_go_on(world: World) -> list[Act]:
    who, held = world.pair()
    world.units[who] += UNITS
    world.decided.append(Review.APPROVED)
    return [("approve", held, FIRST, 0)]


def _let_wait(world: World) -> list[Act]:
    _, held = world.pair(linked=False)
    world.decided.append(Review.APPROVED)
    return [("approve", held, FIRST, 0)]


def _ended(world: World) -> list[Act]:
    _, held = world.pair()
    world.decided.append(Review.REFUSED)
    return [("refuse", held, FIRST, 0)]


def _small(world: World) -> list[Act]:
    who = world.member()
    world.units[who] = UNITS // 2
    return [("correct", world.deed(who), FIRST, MINUTES // 2)]


def _proposed(world: World) -> list[Act]:
    who = world.member()
    world.units[who] = UNITS
    world.decided.append(Review.OPEN)
    return [("correct", world.deed(who), FIRST, 0)]


def _approved(world: World) -> list[Act]:
    who = world.member()
    event = world.deed(who)
    world.decided.append(Review.APPROVED)
    return [("correct", event, FIRST, 0), ("approve", event, SECOND, 0)]


def _kept(world: World) -> list[Act]:
    who = world.member()
    world.units[who] = UNITS
    event = world.deed(who)
    world.decided.append(Review.REFUSED)
    return [("correct", event, FIRST, 0), ("refuse", event, SECOND, 0)]


ARRANGE: dict[str, Callable[[World], list[Act]]] = {
    "inbox.received-held": _held,
    "review.new-open": _held,
    "inbox.held-ready": _let_go_on,
    "review.open-approved": _let_go_on,
    "inbox.held-waiting": _let_wait,
    "inbox.held-rejected": _ended,
    "review.open-refused": _ended,
    "inbox.new-noted": _small,
    "inbox.new-proposed": _proposed,
    "inbox.proposed-noted": _approved,
    "inbox.proposed-rejected": _kept,
}
"""What makes agent and clerks take each move."""


def test_a_kill_while_clerks_decide_loses_and_doubles_nothing(world: World) -> None:
    unanswered: list[Act] = []
    for move, arrange in ARRANGE.items():
        for side in ("before", "after"):
            unanswered += arrange(world)
            assert world.run(f"{move}.{side}", *unanswered) == -signal.SIGKILL, f"{move}.{side}"
    assert world.run("", *unanswered) == 0

    market = world.market
    found = {who: market.free_units(SCHEME, account(SCHEME, who)) for who in world.units}
    with (
        open_database(world.folder / "agent" / "agent.db", ("outbox", "agent")) as database,
        reading(database.engine) as connection,
    ):
        reviews = agent_reviews.listed(connection, None, None, 0, 500)

    assert found == world.units
    assert market.read("PointsLedger", "outstandingOf", 5) == sum(world.units.values())
    assert Counter(one.state for one in reviews) == Counter(world.decided)


def test_every_move_of_a_review_is_tried() -> None:
    declared = {REVIEW_MACHINE.point(*move) for move in REVIEW_MACHINE.moves}

    assert machines()["review"] is REVIEW_MACHINE
    assert declared == {move for move in ARRANGE if move.startswith("review.")}
