"""The section of previews: how fast a running agent judges a clerk's table, and in what memory.

A real agent of an office without any system, in a process of its own, on a real chain; the table
goes to its counter over HTTP, as the command line sends it. Every row has an id and a member of its
own, and the first of the members have an account. Nothing is committed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import tomli_w

from issuers.settings import AgentSettings
from ledger.errors import TongduiError
from ledger.units import BEIJING
from scripts.counter import CounterClient
from scripts.node import ROOT
from tests.bench import tables
from tests.bench.figures import Figure, Limit, Told, Unit, Words
from tests.issuers.market import Market, account, open_market

ROWS, QUICK_ROWS = 200_000, 10_000
"""Of the long table; the short one has a tenth."""
ROWS_ASKED = "TONGDUI_BENCH_PREVIEW_ROWS"
"""In the environment: another length, such as 1000000, which takes some two minutes."""
GROWTH_MOST_PERCENT = 10
"""What memory may grow by while rows grow tenfold and still count as flat."""
SCHEME = "volunteer"
NOW = datetime(2026, 5, 20, 12, tzinfo=BEIJING)
FIRST_DAY, DAYS = date(2026, 5, 1), 18
"""All of them may still be reported."""
LINKED = 2_000
"""Members with an account."""
START_S = 60.0
_POLL_S = 0.05


class Look(NamedTuple):
    """What one preview came to."""

    rows: int
    seconds: float
    """From the first byte sent until the verdicts were told."""
    peak_mib: float
    """Most memory that the agent ever held, since its start."""


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """Rows a second and the agent's peak memory for a short table and then a long one."""
    with open_market(folder / "market") as market:
        market.advance_to(NOW)
        looks = []
        most = int(os.environ.get(ROWS_ASKED, QUICK_ROWS if quick else ROWS))
        for count in (most // 10, most):
            with running_office(market, f"office-{count}") as (counter, pid):
                looks.append(previewed(counter, pid, folder / f"{count}.csv", count))
            told()
    yield from _figures(*looks)


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``: as often when quick."""
    del quick
    return 2


def previewed(counter: CounterClient, pid: int, path: Path, count: int) -> Look:
    """The table of so many rows, handed in as a clerk's."""
    tables.write_csv(path, count, FIRST_DAY, DAYS)
    began = time.perf_counter()
    with path.open("rb") as content:
        found = counter.upload("/files", content, name=path.name)
    took_s = time.perf_counter() - began
    path.unlink()
    assert found["rows"] == count, found
    assert found["good_rows"] == count, found["tallies"]
    return Look(count, took_s, _peak_mib(pid))


@contextmanager
def running_office(market: Market, name: str) -> Iterator[tuple[CounterClient, int]]:
    """A counter, and the process that answers at it."""
    home = market.folder / name
    settings = market.settings(SCHEME, name)
    links = home / "links.csv"
    with links.open("w") as out:
        out.write("member_id,account\n")
        for member in tables.members(LINKED):
            out.write(f"{member},0x{account(SCHEME, member).hex()}\n")
    config = home / "agent.toml"
    config.write_text(tomli_w.dumps(_given(settings, links)))
    log = (home / "agent.log").open("wb")
    words = [sys.executable, "-m", "issuers.agent", "--config", str(config)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log)
    try:
        counter = _when_up(home / "office.pass", process)
        yield counter, process.pid
    finally:
        process.terminate()
        process.wait()
        log.close()


def _given(settings: AgentSettings, links: Path) -> dict[str, object]:
    return {
        "node_url": str(settings.node_url), "deployment": str(settings.deployment),
        "database": str(settings.database), "key_file": str(settings.key_file),
        "event_secret_file": str(settings.event_secret_file), "adapter": "issuers.office",
        "source_extra": {"scheme": SCHEME}, "links_file": str(links), "poll_s": 1.0,
    }  # fmt: skip


def _when_up(path: Path, process: subprocess.Popen[bytes]) -> CounterClient:
    """The counter, once the agent is at rest: links are read."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(TongduiError):  # it is still starting
            counter = CounterClient(path)
            if counter.status().get("idle"):
                return counter
        time.sleep(_POLL_S)
    raise RuntimeError(f"the agent did not start: see {path.parent}")


def _peak_mib(pid: int) -> float:
    """The most memory that a process ever held."""
    status = Path(f"/proc/{pid}/status").read_text()
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) / 1024


def _figures(few: Look, many: Look) -> Iterator[Figure]:
    size = f"{many.rows:,}"
    yield Figure(
        "preview.speed",
        Words(f"预览并逐行判断 · {size} 行", f"previewed, every row judged · {size} rows"),
        Unit.ROWS_PER_S,
        (many.rows / many.seconds,),
    )
    yield Figure(
        "preview.memory",
        Words(f"代理进程内存峰值 · {size} 行", f"the agent's peak memory · {size} rows"),
        Unit.MEBIBYTES,
        (many.peak_mib,),
    )
    yield Figure(
        "preview.memory.growth",
        Words("行数增至 10 倍时内存的增长", "memory growth while rows grow tenfold"),
        Unit.PERCENT,
        (100 * (many.peak_mib - few.peak_mib) / few.peak_mib,),
        Limit(GROWTH_MOST_PERCENT),
    )
