"""The section of history: how fast the index is rebuilt and the chain verified, in what memory.

One chain grows to 50,000 awards and on to 200,000. Events are what the contracts said in logs, and
each award's row in a batch's calldata counts with the log that it caused.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ledger.index.index import Index, open_index
from ledger.units import month_of
from tests.bench.crowd import crowded, mint
from tests.bench.draws import AWARDS_PER_BATCH, Draws
from tests.bench.figures import Figure, Limit, Told, Unit, Words
from tests.bench.verifier import Audit, audited
from tests.support.network import Network

RESIDENTS, QUICK_RESIDENTS = 20_000, 2_000
SIZES, QUICK_SIZES = (50_000, 200_000), (5_000, 10_000)
"""Awards on the chain when it is looked at."""
REPEATS = 3
"""At the first size; once at the second."""
TOGETHER = 8
"""Batches in a block: some 4,000 awards a second were it a real network's."""
GROWTH_MOST_PERCENT = 10
"""What memory may grow by while awards grow fourfold and still count as flat."""


class Look(NamedTuple):
    """What was measured at one size."""

    awards: int
    events: int
    rebuilt_s: list[float]
    audits: list[Audit]


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """Rates of the index's rebuild and of the audit, and the audit's memory, at both sizes."""
    residents = QUICK_RESIDENTS if quick else RESIDENTS
    looks = list[Look]()
    with crowded(folder / "chain", residents, told, TOGETHER) as (network, draws):
        there = residents
        for place, awards in enumerate(QUICK_SIZES if quick else SIZES):
            _grow(network, draws, residents, (awards - there) // AWARDS_PER_BATCH)
            there = awards
            told()
            repeats = 1 if place else REPEATS
            looks.append(_look(network, awards, repeats, folder / f"{awards}", told))
    for look in looks:
        yield from _figures(look)
    yield _growth(looks)


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``: as often when quick."""
    return 1 + len(SIZES) + 2 * (REPEATS + 1)


def _grow(network: Network, draws: Draws, residents: int, count: int) -> None:
    """Mints so many batches, to accounts that are there, and lets all of it become final."""
    month = month_of(network.now_s)
    while count:
        some = min(count, 10 * TOGETHER)
        mint(network, list(draws.batches(residents, some, month)), TOGETHER)
        count -= some


def _look(network: Network, awards: int, repeats: int, folder: Path, told: Told) -> Look:
    rebuilt, audits = list[float](), list[Audit]()
    deployment, gateway = network.deployment, network.gateway
    folder.mkdir()
    with open_index(folder / "index.db") as database:
        index = Index(database.engine, gateway, deployment)
        index.catch_up()
        whole = index.digest()
        for _ in range(repeats):
            began = time.perf_counter()
            index.rebuild()
            rebuilt.append(time.perf_counter() - began)
            assert index.digest() == whole, "the projection came out other"
            told()
    for _ in range(repeats):
        audits.append(audited(network, folder))
        assert audits[-1].awards == awards, "the audit read other awards"
        told()
    first, last = deployment.first_block, gateway.head()
    ranges = gateway.log_ranges(first, last, deployment.addresses)
    return Look(awards, sum(len(part.logs) for part in ranges), rebuilt, audits)


def _figures(look: Look) -> Iterator[Figure]:
    size = f"{look.awards:,}"
    yield Figure(
        f"history.rebuild.{look.awards}",
        Words(f"索引重建 · {size} 笔授予", f"index rebuilt · {size} awards"),
        Unit.EVENTS_PER_S,
        tuple(look.events / took_s for took_s in look.rebuilt_s),
    )
    yield Figure(
        f"history.verify.{look.awards}",
        Words(f"审计核验 · {size} 笔授予", f"verified · {size} awards"),
        Unit.AWARDS_PER_S,
        tuple(audit.awards / audit.seconds for audit in look.audits),
    )
    yield Figure(
        f"history.verify.memory.{look.awards}",
        Words(f"核验内存峰值 · {size} 笔授予", f"peak memory of verifying · {size} awards"),
        Unit.MEBIBYTES,
        tuple(audit.peak_mib for audit in look.audits),
    )


def _growth(looks: list[Look]) -> Figure:
    """By how much the audit's memory grows with the chain: flat is what is asked."""
    few, many = (max(audit.peak_mib for audit in look.audits) for look in looks)
    times = looks[1].awards // looks[0].awards
    return Figure(
        "history.verify.memory.growth",
        Words(f"授予多至 {times} 倍时内存的增长", f"memory growth while awards grow {times}-fold"),
        Unit.PERCENT,
        (100 * (many - few) / few,),
        Limit(GROWTH_MOST_PERCENT),
    )
