"""A process that records three commands and brings them onto the chain, or is killed on the way."""

from __future__ import annotations

from pathlib import Path

from ledger.chain.signer import Key
from ledger.faults import from_setting
from ledger.store.engine import Connection
from ledger.store.outbox_tables import FINISHED, OutboxRow
from tests.ledger.chain.submitting import BareNode, Desk

COMMANDS = (("first", b"one"), ("failing", b""), ("last", b"three"))
ROUNDS = 40


def note(connection: Connection, row: OutboxRow) -> None:
    """A domain row that commits with the end of its transaction, once."""
    connection.exec_driver_sql("INSERT INTO done VALUES (?, ?)", (row.id, str(row.state)))


def play(url: str, folder: Path, secret: bytes, fault: str | None) -> None:
    """Goes on from whatever is there until all is final. The chain goes back once if there is a
    fault to be met, so that every move is made."""
    node = BareNode(url)
    key = Key.from_bytes(secret)
    desk = Desk(node, folder / "outbox.db", key, faults=from_setting(fault), on_final=[note])
    desk.open()
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS done (id PRIMARY KEY, ended)")
    desk.record(*COMMANDS)
    go_back = fault is not None
    for _ in range(ROUNDS):
        if desk.submitter.step().mined and go_back:
            node.roll_back(1)
            go_back = False
        else:
            node.mine()
        if all(state in FINISHED for state in desk.states(*(name for name, _ in COMMANDS))):
            desk.close()
            return
    raise AssertionError("not final after all rounds")
