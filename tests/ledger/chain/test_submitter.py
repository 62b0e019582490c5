"""From recorded to final: order, once, what failed and why, and what the domain hears of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.chain.sending import AT_A_TIME, Habits
from ledger.chain.signer import Key, Transaction
from ledger.chain.submitter import Round
from ledger.errors import OutcomeUnknown, Refused, Rejected
from ledger.store.engine import Connection
from ledger.store.outbox_tables import OutboxRow, State
from tests.ledger.chain.contract import CHAIN_ID, CONTRACT, GAS, REVERT_DATA
from tests.ledger.chain.submitting import (
    DEPTH_BLOCKS,
    SETTLED_ROUNDS,
    BareNode,
    Desk,
    bare_node,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareNode]:
    """One node for all of them: keys are fresh."""
    with bare_node(tmp_path_factory.mktemp("node")) as bare:
        yield bare


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Closes what a test opens."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def desk(node: BareNode, tmp_path: Path) -> Iterator[Desk]:
    """A fresh key with an empty outbox."""
    desk = Desk(node, tmp_path / "outbox.db").open()
    yield desk
    desk.close()


def test_recorded_ones_become_final_in_the_order_of_their_nonces(desk: Desk) -> None:
    desk.record(("a", b"one"), ("b", b"two"), ("c", b"three"))

    desk.turn(SETTLED_ROUNDS)

    assert desk.states("a", "b", "c") == ["final"] * 3
    assert desk.node.poked(desk.key) == [b"one", b"two", b"three"]
    row = desk.submitter.find("b")
    block = desk.node.gateway.block(row.block_number or 0)
    assert block is not None
    assert row.block_hash == block.hash
    assert row.mined_hash == row.hash
    assert row.hash in block.transactions
    assert 21_000 < (row.gas_used or 0) < GAS


def test_states_follow_what_the_chain_says(desk: Desk) -> None:
    desk.record(("a", b"one"))
    seen = desk.states("a")

    rounds = [desk.submitter.step()]
    seen += desk.states("a")
    for _ in range(DEPTH_BLOCKS + 1):
        desk.node.mine()
        rounds.append(desk.submitter.step())
        seen += desk.states("a")

    assert seen == ["recorded", "sent", "mined", "mined", "final"]
    assert rounds == [Round(1, 0, 0, 0), Round(0, 1, 0, 0), Round(0, 0, 0, 0), Round(0, 0, 0, 1)]


def test_nothing_is_sent_before_it_is_recorded_for_good(desk: Desk) -> None:
    desk.record(("a", b"one"))

    before = desk.node.gateway.rpc.call("txpool_status")
    desk.submitter.step()
    after = desk.node.gateway.rpc.call("txpool_status")

    assert (before["pending"], after["pending"]) == ("0x0", "0x1")
    assert desk.submitter.find("a").attempts == 1
    desk.node.lose_pool()


def test_a_failed_one_says_why(desk: Desk) -> None:
    desk.record(("good", b"x"), ("bad", b""), ("after", b"y"))

    desk.turn(SETTLED_ROUNDS)

    bad = desk.submitter.find("bad")
    assert desk.states("good", "bad", "after") == ["final", "failed", "final"]
    assert (bad.succeeded, bad.revert_data) == (False, REVERT_DATA)
    assert not bad.replaced


def test_the_domain_hears_of_each_end_in_the_same_transaction(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    heard: list[tuple[str, State]] = []

    def hook(connection: Connection, row: OutboxRow) -> None:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS effects (id)")
        connection.exec_driver_sql("INSERT INTO effects VALUES (?)", (row.id,))
        heard.append((row.id, row.state))
        if len(heard) == 1:
            raise KeyError("the domain cannot take it now")

    desk = closing.enter_context(Desk(node, tmp_path / "outbox.db", on_final=[hook]).open())
    desk.record(("good", b"x"))
    desk.turn(DEPTH_BLOCKS + 1)

    with pytest.raises(KeyError):
        desk.submitter.step()
    between = desk.states("good")
    desk.submitter.step()

    with desk.database.engine.begin() as connection:
        effects = connection.exec_driver_sql("SELECT id FROM effects").scalars().all()
    assert between == ["mined"]
    assert heard == [("good", State.FINAL)] * 2
    assert effects == ["good"]


def test_a_new_sender_is_alone_until_its_first_is_mined(desk: Desk) -> None:
    desk.record(*((f"c{n}", b"x") for n in range(3)))

    desk.turn()
    first = desk.states("c0", "c1", "c2")
    desk.turn()
    second = desk.states("c0", "c1", "c2")

    assert first == ["sent", "recorded", "recorded"]
    assert second == ["mined", "sent", "sent"]


def test_one_step_hands_over_more_than_one_request_holds(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    desk = Desk(node, tmp_path / "outbox.db", habits=Habits(first_alone=False)).open()
    closing.callback(desk.close)
    names = [str(number) for number in range(AT_A_TIME + 4)]
    desk.record(*((name, b"x") for name in names))

    sent = desk.submitter.step().sent

    assert sent == len(names)
    assert set(desk.states(*names)) == {"sent"}
    node.lose_pool()


def test_no_more_are_in_flight_than_the_habits_say(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    habits = Habits(in_flight=2, first_alone=False)
    desk = closing.enter_context(Desk(node, tmp_path / "outbox.db", habits=habits).open())
    desk.record(*((f"c{n}", b"x") for n in range(5)))

    desk.submitter.step()
    desk.submitter.step()

    assert desk.submitter.status().counts[State.SENT] == 2
    assert node.gateway.rpc.call("txpool_status")["pending"] == "0x2"
    desk.turn(5)
    assert len(node.poked(desk.key)) == 5


def test_a_restart_goes_on_where_it_was(desk: Desk) -> None:
    desk.record(("a", b"one"), ("b", b"two"))
    desk.turn()
    desk.close()
    desk.node.mine(7)

    desk.open()
    desk.record(("a", b"one"), ("c", b"three"))
    desk.turn(SETTLED_ROUNDS)

    assert desk.states("a", "b", "c") == ["final"] * 3
    assert desk.node.poked(desk.key) == [b"one", b"two", b"three"]


def test_idle_blocks_are_read_over_quickly(desk: Desk) -> None:
    desk.node.mine(300)

    desk.submitter.step()

    assert desk.submitter.status().block == desk.node.gateway.head()
    desk.record(("a", b"one"))
    desk.turn(SETTLED_ROUNDS)
    assert desk.states("a") == ["final"]


def test_many_blocks_with_something_waiting_are_read_in_parts(desk: Desk) -> None:
    desk.record(("a", b"one"))
    desk.submitter.step()
    desk.node.mine(450)

    done = desk.submitter.step()

    assert (done.mined, done.finished) == (1, 1)
    assert desk.submitter.status().block == desk.node.gateway.head()


def test_a_caller_waits_for_the_end(desk: Desk) -> None:
    desk.record(("a", b"one"))
    enough = threading.Event()

    def mine() -> None:
        while not enough.wait(0.02):
            desk.node.mine()

    miner = threading.Thread(target=mine)
    miner.start()
    row = desk.submitter.wait("a", timeout_s=10)
    enough.set()
    miner.join()

    assert row.state is State.FINAL


def test_a_thread_steps_while_callers_wait(desk: Desk) -> None:
    desk.record(("a", b"one"))
    enough = threading.Event()
    runner = threading.Thread(target=desk.submitter.run, args=(enough, 0.01))
    runner.start()
    while desk.states("a") != ["sent"]:
        enough.wait(0.01)
    desk.node.mine(DEPTH_BLOCKS + 1)

    row = desk.submitter.wait("a", timeout_s=10)
    enough.set()
    runner.join()

    assert row.state is State.FINAL
    assert desk.submitter.failure is None


def test_a_wait_that_is_over_says_how_far_it_came(desk: Desk) -> None:
    desk.record(("a", b"one"))

    with pytest.raises(OutcomeUnknown) as late:
        desk.submitter.wait("a", timeout_s=0.1)
    with pytest.raises(Rejected) as never:
        desk.submitter.wait("b", timeout_s=0.1)

    assert late.value.fields == {"id": "a", "state": "sent", "words": None}
    assert never.value.code == "outbox.no-such-id"
    desk.node.lose_pool()


def use_key_elsewhere(node: BareNode, key: Key, nonce: int) -> None:
    """Another process signs with it."""
    transaction = Transaction(CONTRACT, b"other", nonce, GAS, CHAIN_ID)
    node.gateway.send_raw([key.sign_transaction(transaction).raw])
    node.mine()


def test_an_empty_outbox_takes_a_used_key_only_when_told(
    node: BareNode, tmp_path: Path, closing: ExitStack
) -> None:
    desk = Desk(node, tmp_path / "outbox.db")
    use_key_elsewhere(node, desk.key, 0)

    with pytest.raises(Refused) as refusal:
        desk.open()
    desk.open(adopt_used_key=True)
    desk.record(("a", b"one"), ("b", b"two"))
    desk.turn(SETTLED_ROUNDS)

    assert refusal.value.code == "outbox.key-used-elsewhere"
    assert refusal.value.fields == {"sender": desk.key.address, "nonce": 0}
    assert node.poked(desk.key) == [b"other", b"one", b"two"]
    desk.close()


def test_a_nonce_mined_that_was_never_recorded_stops_the_start(desk: Desk) -> None:
    desk.record(("a", b"one"))
    desk.turn(SETTLED_ROUNDS)
    desk.close()
    use_key_elsewhere(desk.node, desk.key, 1)

    with pytest.raises(Refused) as refusal:
        desk.open()

    assert refusal.value.code == "outbox.key-used-elsewhere"
    assert refusal.value.fields == {"sender": desk.key.address, "nonce": 1}


def test_a_nonce_that_another_took_stops_the_sending(desk: Desk) -> None:
    desk.record(("a", b"one"))
    use_key_elsewhere(desk.node, desk.key, 0)

    with pytest.raises(Refused) as refusal:
        desk.turn(5)

    assert refusal.value.code == "outbox.key-used-elsewhere"
    assert refusal.value.fields == {"sender": desk.key.address, "nonce": 0}
