"""Envelopes: halves given out a few times, nothing of use in the database, no way lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect

from ledger.envelopes.keeping import Halves
from ledger.envelopes.rules import ENVELOPES_MOST, Kind
from ledger.errors import Refused, Rejected
from ledger.logins.place import Login
from ledger.residents.rules import FREE_TRIES, TRIES_MOST
from ledger.store import envelopes_rows as rows
from ledger.store import logins_recovery, logins_sessions
from ledger.store.engine import open_database, reading, transaction
from ledger.store.envelopes_rows import EnvelopeRow
from ledger.store.envelopes_tables import ENVELOPES
from ledger.store.logins_recovery import RecoveryRow
from ledger.units import DAY_S
from tests.ledger.envelopes.conftest import FAMILY, SHARE, VERIFIER, Keeper

WRONG = b"\x00" * 32
ACCOUNT, KEY = b"\xac" * 20, b"\x1a" * 20
KEYS = {ACCOUNT: KEY}


def refusal(ask: Callable[[], object]) -> tuple[str, object]:
    """(code, what it says last) of a refusal."""
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.code, list(refused.value.fields.values())[-1]


def test_a_pins_proof_gets_the_half_and_clears_the_count(keeper: Keeper) -> None:
    wallet = keeper.wallet()
    pin = keeper.pin(wallet)

    for left in (9, 8):
        said = refusal(lambda: keeper.all.share_for_pin(wallet, pin.id, WRONG, "s-2"))
        assert said == ("envelope.wrong", left)
    share = keeper.all.share_for_pin(wallet, pin.id, VERIFIER, "s-2")

    assert share == SHARE
    assert keeper.all.read(wallet, pin.id).failures == 0


def test_wrong_pins_wait_longer_and_longer_until_the_resident_comes_in_person(
    keeper: Keeper,
) -> None:
    wallet = keeper.wallet()
    pin = keeper.pin(wallet)

    said = []
    for _ in range(TRIES_MOST):
        said.append(refusal(lambda: keeper.all.share_for_pin(wallet, pin.id, WRONG, "s-2"))[0])
        keeper.now_s = max(keeper.now_s, keeper.all.read(wallet, pin.id).locked_until_s)
    blocked = refusal(lambda: keeper.all.share_for_pin(wallet, pin.id, VERIFIER, "s-2"))
    keeper.all.lift(wallet, pin.id, "s-desk")
    keeper.all.lift(wallet, pin.id, "s-desk")
    with reading(keeper.engine) as at:
        kinds = [event.kind for event in logins_sessions.events(at, wallet, None, 100)]

    assert said == ["envelope.wrong"] * TRIES_MOST
    assert blocked == ("envelope.blocked", TRIES_MOST)
    assert keeper.all.share_for_pin(wallet, pin.id, VERIFIER, "s-2") == SHARE
    assert kinds.count("envelope-locked") == TRIES_MOST - FREE_TRIES
    assert kinds.count("envelope-lifted") == 1


def test_a_locked_pin_says_until_when_and_does_not_count(keeper: Keeper) -> None:
    wallet = keeper.wallet()
    pin = keeper.pin(wallet)
    for _ in range(FREE_TRIES + 1):
        refusal(lambda: keeper.all.share_for_pin(wallet, pin.id, WRONG, "s-2"))

    said = refusal(lambda: keeper.all.share_for_pin(wallet, pin.id, VERIFIER, "s-2"))

    assert said == ("envelope.locked", keeper.now_s + 900)
    assert keeper.all.read(wallet, pin.id).failures == FREE_TRIES + 1


def test_many_tries_at_once_are_as_many_tries(keeper: Keeper) -> None:
    wallet = keeper.wallet()
    pin = keeper.pin(wallet)
    said: list[str] = []

    def tries() -> None:
        said.append(refusal(lambda: keeper.all.share_for_pin(wallet, pin.id, WRONG, "s-2"))[0])

    threads = [threading.Thread(target=tries) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert said.count("envelope.wrong") == FREE_TRIES + 1
    assert said.count("envelope.locked") == 12 - FREE_TRIES - 1


def test_the_database_alone_holds_neither_the_half_nor_the_proof(
    keeper: Keeper, tmp_path: Path
) -> None:
    wallet = keeper.wallet()
    pin = keeper.pin(wallet)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    stored = keeper.all.read(wallet, pin.id)

    said = refusal(lambda: keeper.under(b"\x08" * 32).share_for_pin(wallet, pin.id, VERIFIER, "s"))

    assert said == ("envelope.wrong", TRIES_MOST - 1)
    assert SHARE not in kept + (stored.share or b"")
    assert VERIFIER not in kept + (stored.verifier or b"")


def test_the_last_way_in_stays_while_an_account_has_a_key(keeper: Keeper) -> None:
    wallet = keeper.wallet()
    pin, passkey = keeper.pin(wallet), keeper.passkey(wallet)

    keeper.all.drop(wallet, pin.id, "s-1", KEYS)
    last = refusal(lambda: keeper.all.drop(wallet, passkey.id, "s-1", KEYS))
    keeper.all.drop(wallet, passkey.id, "s-1", {})

    assert last == ("envelope.last-way", passkey.id)
    assert keeper.all.of_wallet(wallet) == []


def test_a_hardware_key_in_use_is_not_dropped(keeper: Keeper) -> None:
    wallet = keeper.wallet()
    row = EnvelopeRow(
        "h-1", wallet, Kind.HARDWARE, 1, "安全钥匙", 0, "s-1", credential="aA", account=ACCOUNT,
        key=KEY, point=b"\x7c" * 64,
    )  # fmt: skip
    keeper.all.store(row)

    used = refusal(lambda: keeper.all.drop(wallet, "h-1", "s-1", KEYS))
    keeper.all.drop(wallet, "h-1", "s-1", {ACCOUNT: b"\x1b" * 20})

    assert used == ("envelope.last-way", "h-1")
    assert keeper.all.of_wallet(wallet) == []


def test_what_is_stored_once_is_not_stored_twice_nor_without_end(keeper: Keeper) -> None:
    wallet = keeper.wallet()
    first = keeper.passkey(wallet)
    again = keeper.all.store(first)

    there = refusal(lambda: keeper.passkey(wallet))
    for number in range(ENVELOPES_MOST - 1):
        keeper.passkey(wallet, f"credential-{number}")
    full = refusal(lambda: keeper.pin(wallet))

    assert again == first
    assert there == ("envelope.there", first.id)
    assert full == ("envelope.too-many", ENVELOPES_MOST)


def test_another_wallets_envelope_is_none_of_ones_own(keeper: Keeper) -> None:
    wallet, stranger = keeper.wallet(), keeper.wallet()
    pin = keeper.pin(wallet)

    for ask in (
        lambda: keeper.all.read(stranger, pin.id),
        lambda: keeper.all.share_for_pin(stranger, pin.id, VERIFIER, "s"),
        lambda: keeper.all.share_for_contacts(stranger, pin.id, None, "s"),
        lambda: keeper.all.lift(stranger, pin.id, "s"),
        lambda: keeper.all.drop(stranger, pin.id, "s", {}),
        lambda: keeper.all.store(keeper.row("nobodys", Kind.PASSKEY)),
    ):
        with pytest.raises(Rejected) as rejected:
            ask()
        assert rejected.value.code in ("request.no-such-item", "wallet.unknown")


def test_contacts_slips_need_a_recovery_that_was_finished_just_now(keeper: Keeper) -> None:
    wallet, login = keeper.wallet(), Login("city", b"\x11" * 32)
    row = keeper.row(wallet, Kind.CONTACTS, needed=2)
    envelope = keeper.all.store(row, Halves(SHARE, None)).id
    asked = RecoveryRow("r-1", *login, b"\x22" * 32, wallet, 1, 2, 3, None, None, None)

    def share(who: Login | None) -> bytes:
        return keeper.all.share_for_contacts(wallet, envelope, who, "s-3")

    with transaction(keeper.engine) as at:
        logins_recovery.add(at, asked)
    early = refusal(lambda: share(login))
    with transaction(keeper.engine) as at:
        logins_recovery.finish(at, "r-1", keeper.now_s)
    given = share(login)
    others = [refusal(partial(share, who)) for who in (None, Login("city", b"\x12" * 32))]
    keeper.now_s += 8 * DAY_S
    late = refusal(lambda: share(login))

    assert given == SHARE
    assert [early, *others, late] == [("envelope.not-recovered", envelope)] * 4


def test_forgetting_a_wallet_forgets_its_envelopes(keeper: Keeper) -> None:
    wallet, other = keeper.wallet(), keeper.wallet()
    keeper.pin(wallet)
    keeper.pin(other)

    with transaction(keeper.engine) as at:
        rows.forget_wallet(at, wallet)

    assert keeper.all.of_wallet(wallet) == []
    assert len(keeper.all.of_wallet(other)) == 1


def test_the_revision_makes_the_described_table() -> None:
    with open_database("sqlite://", FAMILY) as database:
        found = inspect(database.engine)
        columns = {c["name"]: c["nullable"] for c in found.get_columns(ENVELOPES.name)}
        indexes = {index["name"] for index in found.get_indexes(ENVELOPES.name)}

    assert columns == {column.name: column.nullable for column in ENVELOPES.columns}
    assert indexes == {index.name for index in ENVELOPES.indexes}
