"""Webhooks' secrets at rest: no file has them, each opens in its row, and keys come and go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from ledger.errors import Refused
from ledger.hooks.keeping import Webhooks, signing_secrets
from ledger.hooks.resealing import Resealed, reseal
from ledger.hooks.vault import Vault
from ledger.store.engine import Engine, open_database, transaction
from ledger.store.hooks_rows import HookRow, Owner
from ledger.store.hooks_tables import WEBHOOKS, HookState

FAMILY = ("outbox", "operator", "hooks", "access")
OURS, URL, NOW_S = Owner("acceptor", 3), "https://hooks.example.org/", 1_780_000_000
OLD, NEW = b"\1" * 32, b"\2" * 32


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_database(tmp_path / "a.db", FAMILY) as database:
        yield database.engine


def webhooks(engine: Engine, *keys: bytes) -> Webhooks:
    return Webhooks(engine, lambda: NOW_S, Vault(keys), plain=False)


def made(engine: Engine, *keys: bytes, name: str = "hook") -> HookRow:
    return webhooks(engine, *keys).make(name, OURS, "key", URL, ())


def stored(engine: Engine, **values: object) -> None:
    """As a former version, or somebody else, wrote it."""
    with transaction(engine) as connection:
        connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == "hook").values(**values))


def in_files(folder: Path, *secrets: str) -> list[str]:
    """Those of these secrets that some file has the bytes of."""
    found = b"".join(path.read_bytes() for path in folder.glob("a.db*"))
    return [secret for secret in secrets if secret.encode() in found]


def test_a_secret_is_in_no_file_neither_when_made_nor_when_replaced(
    engine: Engine, tmp_path: Path
) -> None:
    first = made(engine, OLD)
    second = webhooks(engine, OLD).rotate("again", OURS, "hook")
    again = webhooks(engine, OLD).signing(OURS, "hook")

    assert in_files(tmp_path, first.secret, second.secret) == []
    assert first.secret.startswith("whsec_")
    assert signing_secrets(again, NOW_S) == [second.secret, first.secret]
    assert not webhooks(engine, OLD).read(OURS, "hook").secret.startswith("whsec_")


def test_what_former_versions_stored_is_sealed_and_made_unreadable(
    engine: Engine, tmp_path: Path
) -> None:
    made(engine, OLD)
    secret, former = "whsec_" + "QUJD" * 11, "whsec_" + "REVG" * 11
    stored(engine, secret=secret, former_secret=former, former_until_s=NOW_S + 60)
    before = in_files(tmp_path, secret, former)

    done = [reseal(engine, Vault([OLD])) for _ in range(2)]
    kept = webhooks(engine, OLD).signing(OURS, "hook")

    assert before == [secret, former]
    assert done == [Resealed(1, 0), Resealed(0, 0)]
    assert in_files(tmp_path, secret, former) == []
    assert signing_secrets(kept, NOW_S) == [secret, former]


def test_the_operators_next_key_seals_anew_what_the_one_before_sealed(engine: Engine) -> None:
    secret = made(engine, OLD).secret

    meanwhile = webhooks(engine, NEW, OLD).signing(OURS, "hook").secret
    done = reseal(engine, Vault([NEW, OLD]))

    assert meanwhile == secret
    assert done == Resealed(1, 0)
    assert webhooks(engine, NEW).signing(OURS, "hook").secret == secret
    with pytest.raises(Refused, match="secret-lost"):
        webhooks(engine, OLD).signing(OURS, "hook")


def test_a_secret_that_no_key_opens_stops_its_webhook_until_its_owner_makes_another(
    engine: Engine,
) -> None:
    made(engine, OLD)
    changed = webhooks(engine, NEW)

    done = [reseal(engine, Vault([NEW])) for _ in range(2)]
    stopped = changed.read(OURS, "hook")
    with pytest.raises(Refused) as enabling:
        changed.enable(OURS, "hook", "key")
    fresh = changed.rotate("again", OURS, "hook")
    enabled = changed.enable(OURS, "hook", "key")

    assert done == [Resealed(0, 1), Resealed(0, 0)]
    assert (stopped.state, stopped.reason) == (HookState.DISABLED, "secret-lost")
    assert (enabling.value.code, enabling.value.fields) == ("hook.secret-lost", {"id": "hook"})
    assert (fresh.former_secret, enabled.state) == (None, HookState.ACTIVE)
    assert changed.signing(OURS, "hook").secret == fresh.secret


def test_a_sealed_secret_opens_in_its_own_row_only(engine: Engine) -> None:
    made(engine, OLD)
    made(engine, OLD, name="other")
    theirs = webhooks(engine, OLD).read(OURS, "other").secret
    stored(engine, secret=theirs)

    with pytest.raises(Refused, match="secret-lost"):
        webhooks(engine, OLD).signing(OURS, "hook")
