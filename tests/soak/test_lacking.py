"""Where a machine cannot build the validators, one sentence says what to get and nothing fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import soak
from tests.soak import binary


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder that looks like the validator's."""
    (tmp_path / "go.mod").write_text("module example\n\ngo 1.1.7\n", "utf-8")
    return tmp_path


def test_without_the_sources_the_run_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = soak.main(["--prototype", str(tmp_path / "nowhere")])

    told = capsys.readouterr().out.splitlines()
    assert (code, len(told)) == (0, 1)
    assert "--prototype" in told[0]


def test_without_go_its_version_is_named(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    words = binary.lacking(sources)

    assert words is not None
    assert words.en == "install Go 1.1 or newer"


def test_a_go_that_is_too_old_is_as_good_as_none(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool(tmp_path / "go", "echo go1.0.3")
    monkeypatch.setenv("PATH", str(tmp_path))

    words = binary.lacking(sources)

    assert words is not None
    assert words.en == "install Go 1.1 or newer"


def test_without_a_c_compiler_one_is_named(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool(tmp_path / "go", "echo go1.30")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)

    before = binary.lacking(sources)
    _tool(tmp_path / "gcc", "exit 0")
    after = binary.lacking(sources)

    assert before is not None
    assert "C compiler" in before.en
    assert after is None


def _tool(file: Path, does: str) -> None:
    file.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    file.chmod(0o755)
