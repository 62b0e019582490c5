"""Killed at every move of a claim, an agent answers each once and links each member once."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest

from issuers.bootstrap import FAMILY
from issuers.eventkeys import EventKeys
from issuers.residents import Residents
from issuers.standard.catalogue import load
from ledger.faults import from_setting
from ledger.store import agent_links
from ledger.store.agent_office_tables import CLAIM_MACHINE
from ledger.store.engine import open_database, reading
from tests.issuers.claim_desk import ASKED_S, FakeDesk

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.issuers.agent_warm"])
NOW_S = ASKED_S + 60
WORDS = {"accepted": False, "reason": "claim.no-record", "words": "没有"}


def play(folder: Path, fault: str, code_for: str) -> None:
    """One process of the agent: makes a code or takes the claims to their end."""
    with open_database(folder / "agent.db", FAMILY) as database:
        keys, desk = EventKeys(folder / "event.secret"), FakeDesk(folder / "desk.json")
        keys.load(0)
        residents = Residents(
            database.engine, keys, load(), "volunteer", desk, from_setting(fault),
            code_days=7, poll_s=0.0,
        )  # fmt: skip
        if code_for:
            code = residents.linking.make([code_for], "王示例", NOW_S)[0].code
            desk.ask(f"link {code_for}", "link", code_for.encode().ljust(20, b"\0"), code)
            desk.ask(f"missing {code_for}", "missing", code_for.encode().ljust(20, b"\0"))
            return
        residents.claims.step(NOW_S)
        for name in [name for name in desk.claims if name.startswith("missing")]:
            residents.claims.answer(name, WORDS, "王示例", NOW_S)
        residents.claims.step(NOW_S)


def run(folder: Path, fault: str) -> int | None:
    """Its exit code."""
    process = _PROCESSES.Process(target=play, args=(folder, fault, ""))
    process.start()
    process.join()
    return process.exitcode


def test_a_kill_at_any_move_of_a_claim_changes_no_answer(tmp_path: Path) -> None:
    points, members = CLAIM_MACHINE.points(), list[str]()

    for number, point in enumerate(points):
        members.append(f"m{number}")
        play(tmp_path, "", members[-1])
        assert run(tmp_path, point) == -signal.SIGKILL, point
    assert run(tmp_path, "") == 0

    desk = FakeDesk(tmp_path / "desk.json")
    with (
        open_database(tmp_path / "agent.db", FAMILY) as database,
        reading(database.engine) as connection,
    ):
        linked = agent_links.of_members(connection, members)
    assert {name: desk.reason(name) for name in desk.claims} == {
        f"{kind} {member}": reason
        for member in members
        for kind, reason in (("link", "link.done"), ("missing", "claim.no-record"))
    }
    assert linked.keys() == set(members)
    assert len(points) == 6
