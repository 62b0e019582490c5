"""The demo as a newcomer runs it, with a small season: verdicts, totals, the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SMALL = ("--residents", "80", "--events", "500", "--seed", "7")
EXPECTED = Path(__file__).with_name("season-7.json")
"""What the small season comes to. Written by the demo itself; a change of rules, standard or season
changes it: look at the difference before taking it over."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [
            sys.executable, "-m", "scripts.cli", "demo", "--exit", "--json",
            "--folder", str(folder), "--port", "0", *SMALL,
        ],
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_invariant_that_a_node_can_decide_holds(season: dict[str, Any]) -> None:
    assert {s for s, outcome in season["verdicts"].items() if outcome != "holds"} == {"8", "10"}
    assert season["forgery_named"] is True
    assert season["positions_sum_units"] == 0


def test_totals_and_outcomes_are_the_same_on_every_run(season: dict[str, Any]) -> None:
    expected = json.loads(EXPECTED.read_text("utf-8"))

    assert {name: season[name] for name in expected} == expected


def test_every_way_in_which_an_order_can_end_was_taken(season: dict[str, Any]) -> None:
    assert set(season["orders"]) == {
        "captured",
        "captured in part",
        "declined by the acceptor",
        "cancelled by the resident",
        "refunded in part",
        "left to lapse",
    }
