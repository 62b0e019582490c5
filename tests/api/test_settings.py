"""Settings come from a file and the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import load_settings
from ledger.chain.keyfile import read_key
from ledger.errors import Rejected

LEAST = 'node_url = "http://node"\ndeployment = "d.json"\noperator_key = "k"\ndata = "data"\n'


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    file = folder / "api.toml"
    file.write_text(text, "utf-8")
    return file


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, LEAST))

    assert settings.deployment == tmp_path / "d.json"
    assert settings.database_place == tmp_path / "data" / "operator.db"
    assert settings.index_file == tmp_path / "data" / "index.db"


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGDUI_NODE_URL", "http://other")
    monkeypatch.setenv("TONGDUI_DATABASE", "postgresql://db/operator")

    settings = load_settings(written(tmp_path, LEAST))

    assert settings.node_url == "http://other"
    assert settings.database_place == "postgresql://db/operator"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (LEAST.replace("node_url", "node"), "node_url"),
        (LEAST + "port = 70000\n", "port"),
        (LEAST + "prot = 1\n", "prot"),
        (LEAST + "names = {VOL = {zh = 'x'}}\n", "names.VOL.en"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(Rejected) as refusal:
        load_settings(written(tmp_path, text))

    assert refusal.value.code == "api.settings-invalid"
    assert refusal.value.fields["field"] == field


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(Rejected, match="settings-invalid"):
        load_settings(written(tmp_path, "= ="))


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        ("ab" * 32, 0o600, ""),
        ("ab" * 32, 0o640, "key.readable-by-others"),
        ("ab" * 31, 0o600, "key.malformed"),
        ("xy" * 32, 0o600, "key.malformed"),
        (None, 0, "key.missing"),
    ],
)
def test_the_operators_key_is_read_from_a_file_of_its_owner_only(
    tmp_path: Path, content: str | None, mode: int, code: str
) -> None:
    file = tmp_path / "operator.key"
    if content is not None:
        file.write_text(content + "\n", "ascii")
        file.chmod(mode)

    try:
        found = ""
        key = read_key(file)
    except Rejected as refusal:
        found = refusal.code
    else:
        assert key.to_bytes().hex() == content

    assert found == code
