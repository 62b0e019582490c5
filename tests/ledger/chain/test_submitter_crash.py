"""Killed at any fault point and started again, an outbox brings each command on chain once."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.signer import Key
from ledger.faults import machines
from ledger.store.engine import open_database, reading
from ledger.store.outbox_tables import MACHINE
from tests.ledger.chain.submitter_program import COMMANDS, play
from tests.ledger.chain.submitting import FAMILY, BareNode, bare_node

pytestmark = pytest.mark.slow

POINTS = machines()["outbox"].points()
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.ledger.chain.submitter_program"])


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareNode]:
    """One node for all of them: keys are fresh."""
    with bare_node(tmp_path_factory.mktemp("node")) as bare:
        yield bare


def run(node: BareNode, folder: Path, key: Key, fault: str | None) -> int | None:
    """The exit code of a process of its own."""
    process = _PROCESSES.Process(target=play, args=(node.url, folder, key.to_bytes(), fault))
    process.start()
    process.join()
    return process.exitcode


def assert_each_once(node: BareNode, folder: Path, key: Key) -> None:
    """On the chain, in the outbox, and in the domain's rows."""
    assert node.poked(key) == [b"one", b"three"]
    assert node.gateway.transaction_count(key.address) == len(COMMANDS)
    with (
        open_database(folder / "outbox.db", FAMILY) as database,
        reading(database.engine) as connection,
    ):
        done = connection.exec_driver_sql("SELECT id, ended FROM done ORDER BY rowid").all()
        left = connection.exec_driver_sql("SELECT id, state FROM outbox ORDER BY nonce").all()
    wanted = [("first", "final"), ("failing", "failed"), ("last", "final")]
    assert [tuple(row) for row in done] == wanted
    assert [tuple(row) for row in left] == wanted


def test_the_outbox_has_two_fault_points_for_each_move() -> None:
    assert len(POINTS) == 2 * len(MACHINE.moves)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_loses_and_doubles_nothing(
    point: str, node: BareNode, tmp_path: Path
) -> None:
    key = Key.generate()

    assert run(node, tmp_path, key, point) == -signal.SIGKILL
    assert run(node, tmp_path, key, None) == 0

    assert_each_once(node, tmp_path, key)


def test_kills_one_after_another_lose_and_double_nothing(node: BareNode, tmp_path: Path) -> None:
    key = Key.generate()

    codes = [run(node, tmp_path, key, f"{point}#2") for point in POINTS]
    assert run(node, tmp_path, key, None) == 0

    assert codes.count(-signal.SIGKILL) >= 3
    assert_each_once(node, tmp_path, key)
