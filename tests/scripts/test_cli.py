"""The command line against a real node: sentences, JSON, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.chain.keyfile import write_secret
from tests.support.network import KEYS, Network, founded
from tests.support.season import CANTEEN, MINUTES, VOLUNTEER

pytestmark = pytest.mark.slow


class Said(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one document."""
        return json.loads(self.out)


class Here(NamedTuple):
    """A network, its deployment file and a member's key file."""

    network: Network
    deployment: Path
    key: Path

    @property
    def words(self) -> list[str]:
        """The options that say where the network is."""
        return ["--node", self.network.chain.url, "--deployment", str(self.deployment)]


def tongdui(*words: str) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.cli", *words],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200"},
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("cli")
    with founded(folder / "chain") as network:
        network.deployment.write(folder / "deployment.json")
        write_secret(folder / "canteen.key", KEYS[CANTEEN].to_bytes().hex())
        network.mint(VOLUNTEER, [(b"\xac" * 20, MINUTES, 60)])
        network.chain.settle()
        network.chain.start_mining(0.02, clock=None)
        yield Here(network, folder / "deployment.json", folder / "canteen.key")


def test_verify_says_that_all_holds_in_both_languages_and_ends_with_0(here: Here) -> None:
    said = tongdui("audit", "verify", *here.words)

    assert said.code == 0, said.err
    assert "✓ 1 成立" in said.out
    assert "✓ 1 holds" in said.out


def test_verify_in_json_is_one_document(here: Here) -> None:
    said = tongdui("audit", "verify", *here.words, "--json")

    assert said.json["outcome"] == "holds"
    assert said.json["coverage"]["awards"] == 1


def test_no_node_ends_with_4_and_says_what_to_do(here: Here) -> None:
    nobody = ["--node", "http://127.0.0.1:9", "--deployment", str(here.deployment)]

    said = tongdui("audit", "verify", *nobody, "--lang", "en")

    assert said.code == 4
    assert "node.unreachable" in said.err
    assert "连不上" not in said.err


def test_no_deployment_file_ends_with_2(here: Here, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "none.json")

    said = tongdui(
        "audit", "verify", "--node", here.network.chain.url, "--deployment", nowhere, "--json"
    )

    assert said.code == 2
    assert said.json == {
        "code": "deployment.missing",
        "kind": "rejected",
        "fields": {"path": nowhere},
    }


def test_a_window_is_closed_by_a_members_key_and_shown(here: Here) -> None:
    here.network.chain.advance_to(here.network.now_s + 700)
    own = ["--key", str(here.key)]

    tried = tongdui("clearing", "close", *here.words, *own, "--dry-run", "--json")
    closed = tongdui("clearing", "close", *here.words, *own, "--json")
    again = tongdui("clearing", "close", *here.words, *own, "--json")
    shown = tongdui("clearing", "show", *here.words, "--window", "1", "--json")

    assert tried.json == {"window": 1, "closed": False}
    assert closed.json == {"window": 1, "closed": True}
    assert (again.code, again.json["code"]) == (3, "clearing.window-too-young")
    assert set(shown.json["positions"].values()) == {0}


def test_a_fresh_network_is_founded_from_a_file(here: Here, root: Path, tmp_path: Path) -> None:
    write_secret(tmp_path / "council.key", "c1" * 32)
    words = [
        "deploy", "--node", here.network.chain.url, "--chain-id", "9731", "--finality", "depth 1",
        "--founding", str(root / "docs" / "guides" / "founding.example.toml"),
        "--council-key", str(tmp_path / "council.key"), "--out", str(tmp_path / "made.json"),
        "--json",
    ]  # fmt: skip

    tried, made, again = tongdui(*words, "--dry-run"), tongdui(*words), tongdui(*words)

    assert tried.json["deployed"] is False
    assert made.code == 0, made.err
    assert made.json == again.json
    assert json.loads((tmp_path / "made.json").read_text("utf-8"))["chain_id"] == 9731


def test_usage_errors_end_with_2() -> None:
    assert tongdui("audit", "verify").code == 2
    assert tongdui("nonsense").code == 2


def test_rebuilding_the_projection_gives_the_same_digest(here: Here, tmp_path: Path) -> None:
    words = ["rebuild", *here.words, "--index", str(tmp_path / "index.sqlite"), "--json"]

    first, second = tongdui(*words), tongdui(*words)

    assert first.code == second.code == 0, first.err
    assert second.json["before"] == second.json["digest"]
