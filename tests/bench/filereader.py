"""Reads a whole file into events in a process of its own, so that its memory is seen alone.

The process says how many events there were, how long they took, and the most memory that it ever
held, as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from issuers.adapter import EarningEvent
from issuers.files import guess, open_table, read_row
from issuers.standard.catalogue import load
from ledger.units import BEIJING
from scripts.node import ROOT
from tests.bench.verifier import peak_mib

NOW = datetime(2026, 12, 1, tzinfo=BEIJING)


class Reading(NamedTuple):
    """What reading one file came to."""

    events: int
    seconds: float
    """From opening the file, without starting the process."""
    peak_mib: float
    """Most memory resident at once, the interpreter included."""


def read_apart(path: Path) -> Reading:
    """Reads the file in another process."""
    command = [sys.executable, "-m", "tests.bench.filereader", str(path)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Reading(**json.loads(told.stdout))


def main(path: Path) -> None:
    """Opens, guesses the columns, and reads every row."""
    activities = load().by_scheme("volunteer")
    began = time.perf_counter()
    with open_table(path, path.name) as table:
        mapping = guess(table.header, table.sample(), activities).mapping
        words = {one.zh: one.code for one in activities}
        items = (read_row(row, mapping, NOW, words) for row in table.rows())
        events = sum(isinstance(item, EarningEvent) for item in items)
    took_s = time.perf_counter() - began
    print(json.dumps(Reading(events, took_s, peak_mib())._asdict()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
