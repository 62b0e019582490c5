"""`tongdui issuer conformance` from a shell: a stranger's module, its words and exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.test_cli import tongdui

STRANGER = """
from tests.issuers.conformance.broken import ThinksInUtc
from tests.issuers.conformance.memory import Honest, InMemory

_made = InMemory({kind})
open_adapter = _made.open_adapter
conformance_source = _made.conformance_source
"""


pytestmark = pytest.mark.slow


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a stranger works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_module_in_the_folder_conforms_and_says_what_does_not_apply(here: Path) -> None:
    (here / "honest_stranger.py").write_text(STRANGER.format(kind="Honest"), "utf-8")

    said = tongdui("issuer", "conformance", "honest_stranger", "--lang", "zh")

    assert said.code == 0
    assert "✓ [rows.complete] 发生的都如实读到，不漏不添" in said.out
    assert "– [manners.retry-after] 不适用：该来源不经由 HTTP" in said.out
    assert "volunteer：符合 25 项，不符 0 项" in said.out


def test_a_broken_duty_is_shown_with_what_came_and_the_fix_and_the_exit_code_says_so(
    here: Path,
) -> None:
    (here / "broken_stranger.py").write_text(STRANGER.format(kind="ThinksInUtc"), "utf-8")

    said = tongdui("issuer", "conformance", "broken_stranger", "--lang", "en")

    assert said.code == 1
    assert "✗ [parse.times] times are aware, and Beijing's" in said.out
    assert "expected: Beijing time, aware" in said.out
    assert "fix: take times by reading.moment" in said.out


def test_a_module_that_nobody_has_is_an_input_that_can_not_be_taken(here: Path) -> None:
    said = tongdui("issuer", "conformance", "nobody_has_this", "--json")

    assert said.code == 2
    assert said.json["code"] == "conformance.no-module"
