"""Killed at every move of a clerk's file, an agent loses none of its rows and doubles none.

Clerks act at the real counter; the process is killed just before each move's commit. They do the
same again, as who got no answer would, and the next process is killed just after it; and then once
more. At the end the chain and the files are compared with what was handed in.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from ledger.faults import NEW, machines
from ledger.store import agent_files
from ledger.store.agent_office_tables import FILE_MACHINE, File, Verdict
from ledger.store.engine import open_database, reading
from ledger.units import BEIJING
from tests.issuers.agent_program import SCHEME
from tests.issuers.files_program import Act, play, write_file
from tests.issuers.market import Market, account, bare_market

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.issuers.agent_warm", "tests.issuers.files_program"])
MINUTES, UNITS = "30", 500
LONG = 1_100
"""Rows of a file that goes into the inbox in more than one portion."""
FIRST, SECOND = "王示例", "李示例"


@dataclass
class World:
    """What is handed in, and what it comes to."""

    market: Market
    units: dict[str, int] = field(default_factory=dict)
    """What each member must have in the end."""
    states: dict[str, File] = field(default_factory=dict)
    """Where the newest file of each name must stand in the end."""

    @property
    def folder(self) -> Path:
        """Shared with the agent's process."""
        return self.market.folder

    def file(self, rows: int, *, awarded: bool, state: File) -> str:
        """A file of as many new members, one of whom has no account, and a row that is wrong."""
        name = f"表{len(self.states) + 1}.csv"
        self.states[name] = state
        members = [f"m{len(self.units) + at}" for at in range(1, rows + 1)]
        self.units |= dict.fromkeys(members, UNITS if awarded else 0)
        links = [f"{one},0x{account(SCHEME, one).hex()}" for one in self.units]
        (self.folder / "links.csv").write_text("\n".join(["member_id,account", *links]))
        given = [(one, MINUTES) for one in [*members, f"without account {name}"]]
        write_file(self.folder / name, [*given, ("wrong", "若干")])
        return name

    def run(self, fault: str, *acts: Act) -> int | None:
        """The agent's process until all rests or it dies; its exit code."""
        words = (self.folder, self.market.chain.url, fault, list(acts))
        process = _PROCESSES.Process(target=play, args=words)
        process.start()
        process.join()
        return process.exitcode


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with bare_market(tmp_path_factory.mktemp("market")) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        made = World(market)
        made.file(1, awarded=False, state=File.PREVIEWED)
        assert made.run("", ("preview", "表1.csv", FIRST)) == 0
        yield made


def _looked_at(world: World) -> list[Act]:
    name = world.file(2, awarded=False, state=File.PREVIEWED)
    return [("preview", name, FIRST)]


def _cut_short(world: World) -> list[Act]:
    """The process died while it read; what is dropped is the reading, at the next start."""
    name = world.file(1, awarded=False, state=File.DROPPED)
    assert world.run("file.new-reading.after", ("preview", name, FIRST)) == -signal.SIGKILL
    return []


def _given_up(world: World) -> list[Act]:
    name = world.file(2, awarded=False, state=File.DROPPED)
    assert world.run("", ("preview", name, FIRST)) == 0
    return [("drop", name, FIRST)]


def _committed(world: World) -> list[Act]:
    name = world.file(2, awarded=True, state=File.COMMITTED)
    return [("preview", name, FIRST), ("commit", name, FIRST)]


def _in_portions(world: World) -> list[Act]:
    name = world.file(LONG, awarded=True, state=File.COMMITTED)
    return [("preview", name, FIRST), ("commit", name, FIRST)]


def _undone(world: World) -> list[Act]:
    name = world.file(1, awarded=False, state=File.UNDONE)
    return [("preview", name, FIRST), ("commit", name, FIRST), ("undo", name, FIRST)]


def _undone_by_two(world: World) -> list[Act]:
    name = world.file(3, awarded=False, state=File.UNDONE)
    acts = [(what, name, FIRST) for what in ("preview", "commit", "undo")]
    return [*acts, ("approve", name, SECOND)]


ARRANGE: tuple[tuple[str, Callable[[World], list[Act]]], ...] = (
    ("new-reading", _looked_at),
    ("reading-previewed", _looked_at),
    ("reading-dropped", _cut_short),
    ("previewed-dropped", _given_up),
    ("previewed-committing", _committed),
    ("committing-committed", _committed),
    ("committing-committed", _in_portions),
    ("committed-undoing", _undone),
    ("committed-undoing", _undone_by_two),
    ("undoing-undone", _undone),
)
"""What makes clerks and agent take each move, some of them in more ways than one."""


def test_a_kill_while_clerks_bring_files_loses_and_doubles_nothing(world: World) -> None:
    for move, arrange in ARRANGE:
        acts = arrange(world)
        for side in ("before", "after"):
            point = f"file.{move}.{side}"
            assert world.run(point, *acts) == -signal.SIGKILL, point
        assert world.run("", *acts) == 0, move

    market = world.market
    found = market.free_units_of(SCHEME, {who: account(SCHEME, who) for who in world.units})
    with (
        open_database(world.folder / "agent" / "agent.db", ("outbox", "agent")) as database,
        reading(database.engine) as connection,
    ):
        files = agent_files.every(connection, 0, 500)
        left = {
            one.id: {row.verdict for row in agent_files.lines(connection, one.id, -1, 5_000)}
            for one in files
        }

    assert found == world.units
    assert market.read("PointsLedger", "outstandingOf", 5) == sum(world.units.values())
    for name, state in world.states.items():
        stand = [one.state for one in files if one.name == name]
        assert stand.count(state) == 1 or state in (File.PREVIEWED, File.DROPPED), name
        assert {*stand} - {state} <= {File.PREVIEWED, File.DROPPED}, name  # not committed
    for one in files:
        if one.state in (File.COMMITTED, File.UNDONE):
            assert left[one.id] == {Verdict.REJECTED}, one  # to be given back
        elif one.state is File.DROPPED:
            assert left[one.id] == set(), one


def test_every_move_of_a_file_is_tried() -> None:
    declared = {FILE_MACHINE.point(*move) for move in FILE_MACHINE.moves}

    assert machines()["file"] is FILE_MACHINE
    assert (NEW, File.READING) in FILE_MACHINE.moves
    assert declared == {f"file.{move}" for move, _ in ARRANGE}
