"""Killed at every move of a change of key, an agent ends with one key and mints each event once."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.chain.keyfile import write_secret
from ledger.chain.signer import Key
from ledger.store import agent_report, agent_rotations
from ledger.store.agent_rotations import ROTATION_MACHINE, Rotation
from ledger.store.engine import open_database, reading
from ledger.units import BEIJING
from tests.issuers.agent_program import SCHEME, FileSource, play
from tests.issuers.market import COUNCIL, BareChain, Market, account, bare_market, member_of

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.issuers.agent_warm"])
ISSUER, UNITS = member_of(SCHEME), 1_000
ASKED, TAKEN, GIVEN, AGAIN = (Key.from_bytes(one * 32) for one in (b"A", b"T", b"G", b"H"))
"""Next keys: one that the agent asks for, one that is somebody's by then, and two that the council
gives."""


@dataclass
class World:
    """What the outside arranges."""

    market: Market
    links: list[str] = field(default_factory=list)
    next_key: Path | None = None

    def show(self) -> None:
        """A new member's service of an hour."""
        name, folder = f"m{len(self.links)}", self.market.folder
        source = FileSource(folder / "source.json")
        source.show(f"e-{name}", name, "VOL.SERVICE", 60, self.market.now - timedelta(minutes=61))
        source.save()
        self.links.append(f"{name},0x{account(SCHEME, name).hex()}")
        (folder / "links.csv").write_text("\n".join(["member_id,account", *self.links]), "utf-8")

    def name_next(self, key: Key) -> None:
        """The settings name it as the next one."""
        self.next_key = self.market.folder / key.address.hex()
        write_secret(self.next_key, key.to_bytes().hex())

    def run(self, fault: str, **more: Any) -> int | None:
        """The agent's process until it rests or dies; its exit code."""
        if self.next_key is not None:
            more["next_key_file"] = self.next_key
        words = (self.market.folder, self.market.chain.url, fault, False, more)
        process = _PROCESSES.Process(target=play, args=words)
        process.start()
        process.join()
        return process.exitcode


def _asked(world: World) -> None:
    world.name_next(ASKED)


def _taken(world: World) -> None:
    """Before the agent's request is mined, the council gives the key to somebody else."""
    world.name_next(TAKEN)
    name = b"X".ljust(32, b"\0")
    world.market.post(COUNCIL, "MemberRegistry", "addMember", TAKEN.address, 2, name)


def _given(key: Key) -> Callable[[World], None]:
    """While the agent runs, the council replaces the key."""

    def arrange(world: World) -> None:
        world.name_next(key)
        world.market.post(COUNCIL, "MemberRegistry", "replaceKey", ISSUER, key.address)

    return arrange


def _both(*moves: str) -> list[str]:
    return [f"{move}.{side}" for move in moves for side in ("before", "after")]


FLOWS: list[tuple[Callable[[World], None], list[str]]] = [
    (_asked, _both("new-recorded", "recorded-final", "final-adopted")),
    (_taken, _both("recorded-failed")),
    (_given(GIVEN), ["new-final.before"]),  # at its next start the agent begins with that key
    (_given(AGAIN), ["new-final.after"]),
]
"""What brings each move about, and the points at which the agent is killed then."""


@pytest.fixture
def world(tmp_path: Path) -> Any:
    with bare_market(tmp_path) as market:
        assert isinstance(market.chain, BareChain)
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        yield World(market)


def test_a_kill_at_any_move_leaves_one_key_and_doubles_nothing(world: World) -> None:
    world.show()
    assert world.run("") == 0
    for arrange, points in FLOWS:
        arrange(world)
        for point in points:
            world.show()
            assert world.run(f"rotation.{point}") == -signal.SIGKILL, point
    world.show()
    assert world.run("") == 0
    database = world.market.folder / "agent" / "agent.db"
    with open_database(database, ("outbox", "agent")) as found, reading(found.engine) as connection:
        rows = agent_report.states(connection, notices=False)
        ends = [(row.new, row.state) for row in agent_rotations.every(connection)]

    free = [world.market.free_units(SCHEME, account(SCHEME, f"m{n}"))
            for n in range(len(world.links))]  # fmt: skip
    holder = world.market.read("MemberRegistry", "member", ISSUER)[0]
    assert holder == "0x" + AGAIN.address.hex()
    assert free == [UNITS] * len(world.links)
    assert rows["done"] == len(world.links)
    assert ends == [
        (AGAIN.address, Rotation.ADOPTED),
        (AGAIN.address, Rotation.FAILED),  # the council was first: what was asked for came too late
        (GIVEN.address, Rotation.FAILED),
        (TAKEN.address, Rotation.FAILED),
        (ASKED.address, Rotation.ADOPTED),
    ]


def test_every_move_of_a_change_of_key_is_tried() -> None:
    tried = [f"rotation.{point}" for _, points in FLOWS for point in points]

    assert sorted(tried) == sorted(ROTATION_MACHINE.points())
