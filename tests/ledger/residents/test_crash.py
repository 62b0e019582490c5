"""Killed between any two commits of a day at a desk and started again, the day ends the same."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest

from ledger.redeeming.values import State
from ledger.store.engine import open_database
from tests.ledger.residents.crash_program import (
    BY_DELEGATE,
    DEATHS,
    ON_SLIP,
    TAKEN,
    UNITS,
    WALLET,
    Mortal,
    play,
)
from tests.ledger.residents.desk import ACCEPTOR, FAMILY

pytestmark = pytest.mark.slow
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.ledger.residents.crash_program"])


def run(folder: Path, death: str | None) -> int | None:
    """The exit code of a process of its own."""
    process = _PROCESSES.Process(target=play, args=(folder, death))
    process.start()
    process.join()
    return process.exitcode


def test_a_day_with_a_kill_between_any_two_commits_ends_the_same(tmp_path: Path) -> None:
    codes = [run(tmp_path, death) for death in (*DEATHS, None, None)]

    with open_database(tmp_path / "a.db", FAMILY) as database:
        desk = Mortal(tmp_path, database.engine, None)
        acts = desk.all.acting.acts(WALLET, None, 10)
        told = desk.all.acting.messages(WALLET, None, 10)
        slip = desk.all.slips.read(ON_SLIP)
        states = [desk.state(name) for name in (BY_DELEGATE, ON_SLIP)]
        letters = desk.files()

    assert codes == [-signal.SIGKILL] * len(DEATHS) + [0, 0]
    assert [(one.order, one.acceptor, one.units) for one in acts] == [
        (BY_DELEGATE, ACCEPTOR, UNITS)
    ]
    assert [(one.order, one.sent_s is not None) for one in told] == [(BY_DELEGATE, True)]
    assert [letter["id"] for letter in letters] == [f"used-{BY_DELEGATE}"]
    assert (slip.taken_as, slip.taken_at, slip.units) == (TAKEN.command_id, TAKEN.desk, UNITS)
    assert states == [State.HELD, State.CAPTURED]
