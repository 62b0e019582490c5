"""The issuer's key from the command line: made, taken over, shown; never shown whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from issuers.passwords import VARIABLE, password_for
from ledger.chain.keyfile import read_key, write_secret
from ledger.chain.signer import Key
from ledger.errors import Rejected, TongduiError
from scripts.commands.key import app

PASSWORD = "一把 long one"
KEY = Key.from_bytes(b"\x07" * 32)


def run(*words: str | Path) -> dict[str, Any]:
    """What the command prints as JSON; raises what it raises."""
    result = CliRunner().invoke(app, [*map(str, words), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """A file with the password."""
    write_secret(tmp_path / "word", PASSWORD)
    return tmp_path / "word"


def test_a_new_key_stands_in_a_keystore_of_its_owner_alone(tmp_path: Path, word: Path) -> None:
    out = tmp_path / "issuer.json"

    made = run("new", "--out", out, "--password-file", word)
    shown = run("show", out)
    proven = run("show", out, "--password-file", word)

    assert made["address"] == shown["address"] == proven["address"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert "0x" + read_key(out, lambda: PASSWORD).address.hex() == made["address"]
    with pytest.raises(Rejected) as refusal:
        run("new", "--out", out, "--password-file", word)
    assert (refusal.value.code, refusal.value.fields) == ("key.exists", {"path": str(out)})


def test_a_key_in_hex_is_taken_over(tmp_path: Path, word: Path) -> None:
    write_secret(tmp_path / "old.key", KEY.to_bytes().hex())
    out = tmp_path / "issuer.json"

    tried = run("import", "--from", tmp_path / "old.key", "--out", out, "--password-file", word,
                "--dry-run")  # fmt: skip
    assert tried["address"] is None
    assert not out.exists()
    run("import", "--from", tmp_path / "old.key", "--out", out, "--password-file", word)

    assert read_key(out, password_for(out, word)).to_bytes() == KEY.to_bytes()
    assert run("show", tmp_path / "old.key")["address"] == "0x" + KEY.address.hex()


def test_a_password_comes_from_the_environment_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = password_for(tmp_path / "issuer.json", None)

    with pytest.raises(Rejected) as refusal:
        asked()
    monkeypatch.setenv(VARIABLE, PASSWORD)

    assert asked() == PASSWORD
    assert refusal.value.code == "key.no-password"


def test_each_trouble_with_a_keystore_has_words_of_its_own(tmp_path: Path, word: Path) -> None:
    out = tmp_path / "issuer.json"
    write_secret(out, "{}")
    (open_file := tmp_path / "open.json").write_text("{}")
    open_file.chmod(0o644)
    found: list[TongduiError] = []

    for path in (out, open_file, tmp_path / "none"):
        with pytest.raises(Rejected) as refusal:
            run("show", path, "--password-file", word)
        found.append(refusal.value)

    assert [error.code for error in found] == [
        "key.keystore-broken", "key.readable-by-others", "key.missing",
    ]  # fmt: skip
    assert found[1].fields == {"path": str(open_file), "mode": "0644"}
