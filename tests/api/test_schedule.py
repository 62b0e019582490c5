"""A window closes by itself when its time has come, once, as far as the contract takes it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.schedule import Closer
from ledger.clearing.schedule import schedule_of
from ledger.index.rows import WindowRow
from ledger.redeeming.values import Relayed
from ledger.rules.clearing import MOST_UNSETTLED
from tests.api.clearing_town import Town, town_in

HOUR_S = 3_600
START_S = 1_777_579_200
"""A full hour in Beijing."""


class Chain:
    """Windows as they are told, and the closes that were asked for."""

    def __init__(self, windows: int, now_s: int) -> None:
        self.rows = [window(n + 1) for n in range(windows)]
        self.time_s = now_s
        self.asked = list[tuple[str, float]]()

    def windows(self) -> Sequence[WindowRow]:
        """Oldest first."""
        return self.rows

    def now_s(self) -> int:
        """The chain's time."""
        return self.time_s

    def close_window(self, request_id: str, *, wait_s: float) -> Relayed:
        """Noted."""
        self.asked.append((request_id, wait_s))
        return Relayed(request_id, None, False, False)


def window(number: int) -> WindowRow:
    """One that was opened half an hour before ``START_S``."""
    opened = (number, number, None, START_S - 1_800, 10_000)
    return WindowRow(*opened, None, None, None, None, None)


def test_one_that_is_due_is_asked_for_once_in_an_hour() -> None:
    chain = Chain(1, START_S - 1)
    closer = Closer(schedule_of("1h"), chain, chain)

    looks = [closer.look()]
    for chain.time_s in (START_S, START_S + 30, START_S + 60):
        looks.append(closer.look())

    assert looks == [False, True, False, False]
    assert chain.asked == [(f"close:1:{START_S}:0", 0)]


def test_without_a_schedule_or_a_window_nothing_is_asked() -> None:
    chain, empty = Chain(1, START_S), Chain(0, START_S)

    assert not Closer(schedule_of(""), chain, chain).look()
    assert not Closer(schedule_of("1h"), empty, empty).look()
    assert chain.asked == empty.asked == []


def test_while_too_many_wait_for_settlement_none_is_closed() -> None:
    full, nearly = Chain(MOST_UNSETTLED, START_S), Chain(MOST_UNSETTLED - 1, START_S)

    looks = [Closer(schedule_of("1h"), chain, chain).look() for chain in (full, nearly)]

    assert looks == [False, True]
    assert (full.asked, len(nearly.asked)) == ([], 1)


@pytest.mark.slow
def test_the_running_interface_closes_each_hour_once(tmp_path: Path) -> None:
    with town_in(tmp_path, clearing_close="1h", overdue_check_s=0.05) as town:
        first = reached(town, 2)  # it was opened a month before
        town.later(HOUR_S - town.city.network.now_s % HOUR_S + 30)
        second = reached(town, 3)
        town.later(660)
        time.sleep(0.3)
        between = town.newest()["number"]

    assert (first, second, between) == (2, 3, 3)


def reached(town: Town, number: int) -> int:
    """The newest window's number, once it is this one."""
    deadline = time.monotonic() + 10
    while (newest := town.newest()["number"]) < number:
        assert time.monotonic() < deadline, "it was never closed"
        time.sleep(0.02)
    return int(newest)
