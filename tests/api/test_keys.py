"""Keys are shown once, believed briefly, expire, end, and belong to a member where they must."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access import Caller, Role
from api.auth import Doorkeeper
from api.commands import main
from api.keys import create_key, list_keys, revoke_key
from api.limits import Buckets
from api.places import OPERATOR_FAMILY
from ledger.errors import Refused, Rejected, Unavailable
from ledger.store.engine import Engine, open_database
from tests.api.test_limits import Clock

NOW_S = 1_780_000_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An operator's database."""
    with open_database(tmp_path / "operator.db", OPERATOR_FAMILY) as database:
        yield database.engine


def doorkeeper(engine: Engine, clock: Clock, strangers: int = 100) -> Doorkeeper:
    """One that believes a key for a minute."""
    clock.now = NOW_S
    few = Buckets(strangers, strangers, clock)
    return Doorkeeper(
        engine, clock, believe_s=60, of_a_key=Buckets(100, 100, clock), of_a_stranger=few
    )


def test_a_key_is_its_holders_and_its_secret_is_stored_nowhere(
    engine: Engine, tmp_path: Path
) -> None:
    made = create_key(engine, Role.ACCEPTOR, now_s=NOW_S, member=3)
    door = doorkeeper(engine, Clock())

    caller = door.caller(f"Bearer {made.token}", "a")

    assert caller == Caller(made.id, Role.ACCEPTOR, 3)
    secret = made.token.rpartition("_")[2].encode()
    assert all(secret not in file.read_bytes() for file in tmp_path.iterdir())
    assert list_keys(engine)[0].digest.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "access.key-missing"),
        ("", "access.key-missing"),
        ("Basic dGVzdA==", "access.key-missing"),
        ("Bearer nonsense", "access.key-unknown"),
        (f"Bearer tdk_{'0' * 12}_{'0' * 64}", "access.key-unknown"),
    ],
)
def test_no_key_and_a_wrong_key_are_told_apart(
    engine: Engine, header: str | None, code: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        doorkeeper(engine, Clock()).caller(header, "a")

    assert (refusal.value.code, refusal.value.fields) == (code, {"field": "Authorization"})


def test_a_secret_of_another_key_does_not_fit(engine: Engine) -> None:
    one, other = (create_key(engine, Role.WORKER, now_s=NOW_S) for _ in range(2))
    mixed = one.token[: len("tdk_") + 12] + other.token[len("tdk_") + 12 :]

    with pytest.raises(Rejected, match="key-unknown"):
        doorkeeper(engine, Clock()).caller(f"Bearer {mixed}", "a")


def test_an_expired_key_says_since_when(engine: Engine) -> None:
    made = create_key(engine, Role.AUDITOR, now_s=NOW_S, days=1)
    clock = Clock()
    door = doorkeeper(engine, clock)
    door.caller(f"Bearer {made.token}", "a")

    clock.now = made.expires_s
    with pytest.raises(Refused) as refusal:
        door.caller(f"Bearer {made.token}", "a")

    assert refusal.value.fields == {"expired_s": made.expires_s}


def test_a_revoked_key_is_believed_no_longer_than_it_may(engine: Engine) -> None:
    made = create_key(engine, Role.WORKER, now_s=NOW_S)
    clock = Clock()
    door = doorkeeper(engine, clock)
    door.caller(f"Bearer {made.token}", "a")
    revoke_key(engine, made.id, now_s=NOW_S)

    clock.now += 59
    door.caller(f"Bearer {made.token}", "a")
    clock.now += 1
    with pytest.raises(Rejected, match="key-unknown"):
        door.caller(f"Bearer {made.token}", "a")
    with pytest.raises(Rejected, match="no-such-key"):
        revoke_key(engine, made.id, now_s=NOW_S)


def test_nobody_may_try_tokens_faster_than_a_bucket_refills(engine: Engine) -> None:
    door = doorkeeper(engine, Clock(), strangers=2)
    for _ in range(2):
        with pytest.raises(Rejected):
            door.caller("Bearer guess", "1.2.3.4")

    with pytest.raises(Unavailable, match="too-many-requests"):
        door.caller("Bearer guess", "1.2.3.4")
    with pytest.raises(Rejected):
        door.caller("Bearer guess", "1.2.3.5")


@pytest.mark.parametrize("role", [Role.ACCEPTOR, Role.ISSUER])
def test_a_members_key_names_the_member(engine: Engine, role: Role) -> None:
    with pytest.raises(Rejected) as refusal:
        create_key(engine, role, now_s=NOW_S)

    assert (refusal.value.code, refusal.value.fields) == (
        "access.member-missing",
        {"key_role": str(role)},
    )


def test_the_command_line_makes_lists_and_ends_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "api.toml"
    file.write_text('node_url = "-"\ndeployment = "-"\noperator_key = "-"\ndata = "data"\n')
    config = ["--config", str(file)]

    codes = [main(["keys", "create", *config, "--role", "acceptor", "--member", "3"])]
    made = json.loads(capsys.readouterr().out)
    codes.append(main(["keys", "revoke", *config, made["id"]]))
    codes.append(main(["keys", "list", *config]))
    told = capsys.readouterr().out
    codes.append(main(["keys", "revoke", *config, made["id"]]))
    refusal = capsys.readouterr().err

    assert codes == [0, 0, 0, 1]
    assert made["token"].startswith(f"tdk_{made['id']}_")
    assert made["token"] not in told
    assert '"member": 3' in told
    assert "access.no-such-key" in refusal
