"""The clerk's guide is walked to the letter: its commands, its sentences, its mended cells."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from issuers.sandbox.process import free_port
from ledger.chain.embedded import EmbeddedChain
from ledger.units import BEIJING
from tests.issuers.market import Market, account, open_market

GUIDE = Path("docs", "guides", "clerk.md")
SETTINGS = Path("docs", "guides", "clerk.agent.toml")
SAMPLE = Path("docs", "guides", "clerk.sample.xlsx")
MOST_COMMANDS = 10
LINKED = ("Z1001", "Z1002", "Z1003", "Z1004")
"""Members of the sample who have an account; Z1009 has none."""
PATIENCE_S = 60.0
DIFFERS = 1
"""The exit code of a tie-out with differences."""


class Step(NamedTuple):
    """A command of the guide, and the sentences that stand quoted below it."""

    command: str
    sentences: tuple[str, ...]


class Walked(NamedTuple):
    """What a command came to."""

    step: Step
    code: int
    said: str


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / GUIDE).read_text("utf-8")


def steps(guide: str) -> list[Step]:
    """The clerk's commands in order, each with what is quoted before the next one."""
    shown = re.compile(r"^```sh\n(.*?)^```$(.*?)(?=^```sh$|\Z)", re.DOTALL | re.MULTILINE)
    return [
        Step(command.strip(), tuple(re.findall(r"^> (.+)$", rest, re.MULTILINE)))
        for command, rest in shown.findall(guide)
    ]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 20, 12, tzinfo=BEIJING))
        chain = found.chain
        assert isinstance(chain, EmbeddedChain)
        chain.start_mining(0.1, clock=None)
        yield found
        chain.stop_mining()


@pytest.fixture(scope="module")
def walked(market: Market, guide: str, root: Path) -> Iterator[list[Walked]]:
    """The whole page, as a person at a terminal: set up, and each command in its turn."""
    home = market.folder / "office"
    settings = market.settings("volunteer", "office")
    shutil.copy(root / SETTINGS, home / "agent.toml")
    shutil.copy(root / SAMPLE, home / "五月志愿服务.xlsx")
    port = str(free_port())
    lines = [f"{one},0x{account('volunteer', one).hex()}" for one in LINKED]
    (home / "links.csv").write_text("\n".join(["member_id,account", *lines]))
    environment = os.environ | {
        "PATH": f"{root / '.venv' / 'bin'}:{os.environ['PATH']}", "COLUMNS": "100",
        "TONGDUI_NODE_URL": str(settings.node_url), "TONGDUI_KEY_FILE": str(settings.key_file),
        "TONGDUI_DEPLOYMENT": str(settings.deployment), "TONGDUI_LISTEN_PORT": port,
    }  # fmt: skip
    setup = "".join(re.findall(r"^```setup\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE))
    shell = subprocess.Popen(
        ["bash", "-s"], cwd=home, env=environment, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        assert run(shell, f"set -e\n{setup}set +e".replace("19300", port))[0] == 0
        found = []
        for step in steps(guide):
            found.append(Walked(step, *run(shell, step.command)))
            if " rejected " in step.command:
                mend(home / "五月志愿服务-退回.xlsx", guide)
        yield found
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
        shell.communicate(timeout=PATIENCE_S)


def run(shell: subprocess.Popen[str], command: str) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    assert shell.stdin is not None
    assert shell.stdout is not None
    shell.stdin.write(f"{command}\nprintf '\\nended with %s\\n' $?\n")
    shell.stdin.flush()
    said = list[str]()
    for line in shell.stdout:
        if ended := re.fullmatch(r"ended with (\d+)\n", line):
            return int(ended[1]), "".join(said)
        said.append(line)
    raise AssertionError("".join(said))


def mend(path: Path, guide: str) -> None:
    """The cells of the guide's table, as a clerk writes them in Excel."""
    book = openpyxl.load_workbook(path)
    for cell, text in re.findall(r"^\| ([A-Z]\d+) \| (.+?) \|$", guide, re.MULTILINE):
        book.worksheets[0][cell] = text
    book.save(path)


def test_the_settings_stand_in_the_guide_as_they_are(guide: str, root: Path) -> None:
    shown = re.findall(r"^```toml\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)

    assert shown == [(root / SETTINGS).read_text("utf-8")]


def test_the_walk_has_ten_commands_and_says_what_each_comes_to(guide: str) -> None:
    found = steps(guide)

    assert len(found) == MOST_COMMANDS
    assert all(one.command.startswith("tongdui issuer ") and one.sentences for one in found)
    assert all("\n" not in one.command for one in found)


@pytest.mark.slow
def test_every_command_does_what_the_guide_says(walked: list[Walked]) -> None:
    missing = [
        (one.step.command, sentence, one.said)
        for one in walked
        for sentence in one.step.sentences
        if squeezed(sentence) not in squeezed(one.said)
    ]

    assert missing == []
    assert [one.code for one in walked] == [0] * (MOST_COMMANDS - 1) + [DIFFERS]


@pytest.mark.slow
def test_at_the_end_the_chain_holds_what_was_right(walked: list[Walked], market: Market) -> None:
    assert len(walked) == MOST_COMMANDS
    accounts = {one: account("volunteer", one) for one in LINKED}

    held = market.free_units_of("volunteer", accounts)

    assert held == {"Z1001": 1_000, "Z1002": 1_500, "Z1003": 1_000, "Z1004": 1_500}


def squeezed(text: str) -> str:
    """Without the breaks that a narrow terminal makes."""
    return re.sub(r"\s+", "", text)
