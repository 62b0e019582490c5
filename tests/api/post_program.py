"""A process that sends webhooks for a day, or is killed on the way; started again it goes on.

Everything is asked for under fixed ids: what was done is found, the rest is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ledger.faults import from_setting
from ledger.hooks.events import Kind
from ledger.store import hooks_events as events
from ledger.store.engine import reading, transaction
from ledger.store.hooks_deliveries import DeliveryRow
from ledger.store.hooks_tables import DeliveryState, HookState
from tests.api.posting import CANTEEN, DAY_S, KEY, Post, event_of, posting

SECRET = "secret"
"""File with what the receiver verifies by."""
STEPS = 3
PATIENCE_S = 20.0


def play(folder: Path, url: str, day: int, fault: str | None) -> None:
    """Events come, are delivered, one is parked, all are replayed, the webhook is stopped and
    started."""
    with posting(folder, faults=from_setting(fault)) as post:
        hook = f"hook{day}"
        for earlier in post.webhooks.every(CANTEEN):
            if earlier.id != hook:
                post.webhooks.drop(CANTEEN, earlier.id)
        made = post.webhooks.make(hook, CANTEEN, KEY, url, ())
        (folder / SECRET).write_text(made.secret, "ascii")
        with post.going():
            _day(post, hook, day)


def _day(post: Post, hook: str, day: int) -> None:
    good, bad, last = f"good{day}", f"bad{day}", f"last{day}"
    post.webhooks.enable(CANTEEN, hook, KEY)
    for step in range(STEPS):
        _happens(post, good, step)
    _await(post, hook, good, DeliveryState.DELIVERED)
    _park(post, hook, bad)
    if _of(post, hook, bad)[0].state == DeliveryState.PARKED:
        post.webhooks.replay(CANTEEN, hook, _reader(), 0, dry_run=False)
    _await(post, hook, bad, DeliveryState.DELIVERED)
    _await(post, hook, good, DeliveryState.DELIVERED)
    if not _of(post, hook, last):
        post.webhooks.disable(CANTEEN, hook)
        post.webhooks.enable(CANTEEN, hook, KEY)
    assert post.webhooks.read(CANTEEN, hook).state == HookState.ACTIVE
    _happens(post, last, 0)
    _await(post, hook, last, DeliveryState.DELIVERED)


def _park(post: Post, hook: str, bad: str) -> None:
    """By a clock that is days ahead: receivers take no message of another day."""
    if any(row.state != DeliveryState.WAITING for row in _of(post, hook, bad)):
        return
    post.clock.ahead_s = 2 * DAY_S
    _happens(post, bad, 0)
    _until(lambda: any(row.attempts for row in _of(post, hook, bad)))
    post.clock.ahead_s = 3.5 * DAY_S
    _await(post, hook, bad, DeliveryState.PARKED)
    post.clock.ahead_s = 0


def _happens(post: Post, name: str, step: int) -> None:
    """Recorded once, whatever is run twice."""
    with transaction(post.engine) as connection:
        page = events.page(connection, _reader(), [Kind.ORDER_HELD], 0, 1_000)
        if sum(row.object == name for row in page) <= step:
            events.record(connection, [event_of(name, step)])


def _reader() -> events.Reader:
    return events.Reader(frozenset({"order"}), 3)


def _of(post: Post, hook: str, name: str) -> list[DeliveryRow]:
    log = post.webhooks.log(CANTEEN, hook, None, None, 1_000)
    return [one.delivery for one in log if one.event.object == name]


def _await(post: Post, hook: str, name: str, state: DeliveryState) -> None:
    def there() -> bool:
        with reading(post.engine) as connection:
            page = events.page(connection, _reader(), (), 0, 1_000)
        wanted = sum(row.object == name for row in page)
        states = [row.state for row in _of(post, hook, name)]
        return len(states) == wanted and set(states) == {state}

    _until(there)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.01)
