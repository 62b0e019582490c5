"""Killed at any move of webhooks and deliveries, a courier loses nothing and keeps the order."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest

from ledger.faults import machines
from ledger.store.hooks_tables import DELIVERY, WEBHOOK
from tests.api.post_program import SECRET, STEPS, play
from tests.support.receiver import Receiver, receiving

pytestmark = pytest.mark.slow
POINTS = sorted(
    machines()[WEBHOOK.machine].points() + machines()[DELIVERY.machine].points(),
    key=lambda point: ("disabled" in point, not point.startswith("webhook")),
)
"""About in the order in which a day meets them."""
MOST_DAYS = 6
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.api.post_program"])


def run(folder: Path, url: str, day: int, fault: str | None) -> int | None:
    """The exit code of a process of its own."""
    process = _PROCESSES.Process(target=play, args=(folder, url, day, fault))
    process.start()
    process.join()
    return process.exitcode


def test_a_kill_at_any_point_loses_nothing_and_keeps_the_order(tmp_path: Path) -> None:
    left, missed = list(POINTS), list[str]()
    with receiving() as receiver:
        receiver.secret_file = tmp_path / SECRET
        for day in range(MOST_DAYS):
            while left and (code := run(tmp_path, receiver.url, day, left[0])) == -signal.SIGKILL:
                left.pop(0)
            if left:
                assert code == 0, left[0]
                missed.append(left.pop(0))
            else:
                left, missed = missed, []
            assert run(tmp_path, receiver.url, day, None) == 0
            assert_told(receiver, day)
            if not left and not missed:
                break

    assert (left, missed) == ([], [])


def assert_told(receiver: Receiver, day: int) -> None:
    """Each event at least once, the first time in the order of happening."""
    first: dict[str, list[int]] = {}
    seen: set[str] = set()
    for message in receiver.taken():
        if message.id not in seen:
            seen.add(message.id)
            step = message.content["data"]["captured"]["units"]
            first.setdefault(message.object_id, []).append(step)

    assert first[f"good{day}"] == list(range(STEPS))
    assert first[f"bad{day}"] == first[f"last{day}"] == [0]
