"""A transaction is recorded once, with its nonce and bytes, in the transaction of its command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.outbox import RAW_BYTES_MAX, Outbox
from ledger.chain.signer import TRANSACTION_GAS_MAX, Key
from ledger.errors import Broken, Refused, Rejected
from ledger.store import outbox as store
from ledger.store.engine import Connection, Engine, open_database, reading, transaction
from ledger.store.outbox_tables import State
from tests.ledger.chain.contract import ALICE, BOB, CHAIN_ID, CONTRACT, GAS, poke

FIRST_NONCE = 7


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database in which ALICE's outbox begins at nonce 7."""
    with open_database(tmp_path / "outbox.db", ("outbox",)) as database:
        with transaction(database.engine) as connection:
            store.add_sender(connection, ALICE.address, CHAIN_ID, FIRST_NONCE)
        yield database.engine


@pytest.fixture
def outbox() -> Outbox:
    """ALICE's."""
    return Outbox(ALICE, CHAIN_ID)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction, committed at the end."""
    with transaction(engine) as connection:
        yield connection


def test_a_recorded_one_has_the_next_nonce_and_its_signed_bytes(
    outbox: Outbox, connection: Connection
) -> None:
    first = outbox.record(connection, "a", CONTRACT, b"x", GAS)
    second = outbox.record(connection, "b", CONTRACT, b"x", GAS)

    assert (first.nonce, second.nonce) == (FIRST_NONCE, FIRST_NONCE + 1)
    assert first.raw == poke(ALICE, FIRST_NONCE)
    assert first.state is State.RECORDED
    assert (first.attempts, first.block_number) == (0, None)


def test_the_same_command_again_is_the_same_row(outbox: Outbox, connection: Connection) -> None:
    first = outbox.record(connection, "a", CONTRACT, b"x", GAS)

    again = outbox.record(connection, "a", CONTRACT, b"x", GAS + 1)

    assert again == first
    assert outbox.counted(connection).next_nonce == FIRST_NONCE + 1


def test_other_content_under_the_same_id_is_rejected(
    outbox: Outbox, connection: Connection
) -> None:
    outbox.record(connection, "a", CONTRACT, b"x", GAS)

    for to, data in ((CONTRACT, b"y"), (BOB.address, b"x"), (None, b"x")):
        with pytest.raises(Rejected) as refusal:
            outbox.record(connection, "a", to, data, GAS)
        assert refusal.value.code == "outbox.id-reused"
        assert refusal.value.fields == {"id": "a"}


def test_what_is_rolled_back_was_never_recorded(outbox: Outbox, engine: Engine) -> None:
    def record_and_fail() -> None:
        with transaction(engine) as connection:
            outbox.record(connection, "a", CONTRACT, b"x", GAS)
            raise KeyError

    with pytest.raises(KeyError):
        record_and_fail()

    with reading(engine) as connection:
        assert store.find(connection, "a") is None
        assert outbox.counted(connection).next_nonce == FIRST_NONCE


def test_keys_count_their_nonces_apart(outbox: Outbox, connection: Connection) -> None:
    store.add_sender(connection, BOB.address, CHAIN_ID, 0)
    outbox.record(connection, "a", CONTRACT, b"x", GAS)

    other = Outbox(BOB, CHAIN_ID).record(connection, "b", CONTRACT, b"x", GAS)

    assert other.nonce == 0
    assert [row.id for row in store.waiting(connection, BOB.address)] == ["b"]


@pytest.mark.parametrize(
    ("name", "to", "data", "gas", "code"),
    [
        ("", CONTRACT, b"x", GAS, "outbox.id-length"),
        ("i" * 201, CONTRACT, b"x", GAS, "outbox.id-length"),
        ("a", CONTRACT[:19], b"x", GAS, "outbox.no-address"),
        ("a", CONTRACT, b"x", 20_999, "outbox.gas-out-of-range"),
        ("a", CONTRACT, b"x", TRANSACTION_GAS_MAX + 1, "outbox.gas-out-of-range"),
        ("a", CONTRACT, b"x" * RAW_BYTES_MAX, GAS, "outbox.too-large"),
    ],
)
def test_what_no_node_would_take_is_rejected_before_it_is_recorded(
    outbox: Outbox,
    connection: Connection,
    name: str,
    to: bytes,
    data: bytes,
    gas: int,
    code: str,
) -> None:
    with pytest.raises(Rejected) as refusal:
        outbox.record(connection, name, to, data, gas)

    assert refusal.value.code == code
    assert outbox.counted(connection).next_nonce == FIRST_NONCE


def test_nothing_is_recorded_before_the_nonces_were_compared(connection: Connection) -> None:
    with pytest.raises(Refused) as refusal:
        Outbox(Key.generate(), CHAIN_ID).record(connection, "a", CONTRACT, b"x", GAS)

    assert refusal.value.code == "outbox.not-bootstrapped"


def test_a_database_serves_the_chain_it_began_with(connection: Connection) -> None:
    with pytest.raises(Broken) as refusal:
        Outbox(ALICE, CHAIN_ID + 1).record(connection, "a", CONTRACT, b"x", GAS)

    assert refusal.value.code == "outbox.other-chain"
    assert refusal.value.fields == {"expected": CHAIN_ID, "found": CHAIN_ID + 1}


def test_only_a_waiting_one_can_be_replaced_with_nothing(
    outbox: Outbox, connection: Connection
) -> None:
    row = outbox.record(connection, "a", CONTRACT, b"x", GAS)

    replaced = outbox.replace_with_nothing(connection, row.nonce)

    assert replaced.raw == row.raw
    assert replaced.nothing_raw is not None
    assert store.raws(connection, ["a"]) == [replaced.nothing_raw]
    with pytest.raises(Rejected, match="no-such-nonce"):
        outbox.replace_with_nothing(connection, row.nonce + 1)


@pytest.mark.parametrize(("to", "proof"), [(CONTRACT, b"\1" * 31), (None, b"\1" * 32)])
def test_a_proof_is_a_topic_of_the_contract_that_is_called(
    outbox: Outbox, connection: Connection, to: bytes | None, proof: bytes
) -> None:
    with pytest.raises(ValueError, match="a proof is the first topic"):
        outbox.record(connection, "a", to, b"x", GAS, proof=proof)


def test_a_proof_is_kept_with_what_it_proves(outbox: Outbox, connection: Connection) -> None:
    row = outbox.record(connection, "a", CONTRACT, b"x", GAS, proof=b"\1" * 32)

    [waiting] = store.waiting(connection, ALICE.address)
    assert (row.proof, waiting.proof, waiting.to) == (b"\1" * 32, b"\1" * 32, CONTRACT)
