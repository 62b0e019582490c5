"""Manners: a busy source is left alone as it asks, what has not changed is not read again, secrets
stay where they belong, and nothing is left open."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise

from issuers.adapter import BEGINNING, Cursor, PullAdapter
from issuers.conformance.gate import Asked, Told
from issuers.conformance.trial import (
    NOBODYS,
    DoesNotApply,
    Failed,
    Trial,
    Wire,
    holds,
    named,
    not_applicable,
    same,
    shown,
    within,
)
from ledger.errors import TongduiError, Unavailable

MOST_REQUESTS = 10
"""In one call, while the source is busy."""
EARLY_S = 0.05
"""What clocks and threads may be off by."""
AGAIN_S = 0.05
"""Between tries of ours, while an adapter says that it is too early."""
TOLD_S = 1
DATED_S = 3
"""From now: an HTTP date has whole seconds, and clocks may differ by one."""
LONG_S = 3600
GROWTH = 1.5
"""The last wait of several, against the first."""
LOOKS = 3
"""A busy machine may spoil one look at the waits."""
CLOSED_WITHIN_S = 2.0
_QUESTIONS = ("if-none-match", "if-modified-since")
_VALIDATORS = ("etag", "last-modified")


class Tap(logging.Handler):
    """Everything that is logged in this process, at any level, for as long as somebody listens."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._ears: list[list[str]] = []
        self._level = logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        """To everybody who listens."""
        text = self.format(record)
        for ear in list(self._ears):
            ear.append(text)

    @contextmanager
    def heard(self, texts: list[str]) -> Iterator[None]:
        """What is logged meanwhile goes into ``texts``."""
        root = logging.getLogger()
        with self.lock or nullcontext():
            if not self._ears:
                self._level = root.level
                root.addHandler(self)
                root.setLevel(logging.DEBUG)
            self._ears.append(texts)
        try:
            yield
        finally:
            with self.lock or nullcontext():
                self._ears = [ear for ear in self._ears if ear is not texts]
                if not self._ears:
                    root.setLevel(self._level)
                    root.removeHandler(self)


_TAP = Tap()


def retry_after_seconds(trial: Trial) -> None:
    """After ``Retry-After: 1`` nothing is asked for a second, and then it goes on."""
    with trial.wire() as wire:
        wire.gate.answer_next(Told(429, (("Retry-After", str(TOLD_S)),)))
        _goes_on(wire, trial.patience_s)
        first, *later = wire.gate.since(0)
        gaps = [round(one.at_s - first.at_s, 3) for one in later]
        holds(not gaps or gaps[0] >= TOLD_S - EARLY_S, f"nothing for {TOLD_S} s", gaps[:3])


def retry_after_date(trial: Trial) -> None:
    """The same where the source names a moment instead."""
    with trial.wire() as wire:
        until_s = int(time.time()) + DATED_S
        wire.gate.answer_next(Told(503, (("Retry-After", formatdate(until_s, usegmt=True)),)))
        allowed_s = time.monotonic() + until_s - time.time()
        _goes_on(wire, trial.patience_s)
        late = [round(one.at_s - allowed_s, 3) for one in wire.gate.since(0)[1:]]
        # The source's own clock counts whole seconds: its date may be taken against it.
        holds(not late or late[0] >= -1 - EARLY_S, "nothing before the moment named", late[:3])


def back_off(trial: Trial) -> None:
    """While a source is busy, waits grow, requests stay few, and the end is Unavailable."""
    gaps: list[float] = []
    for _ in range(LOOKS):
        with trial.wire() as wire, wire.gate.busy(Told(503)):
            _unavailable(trial, wire)
            asked = wire.gate.since(0)
        count = f"1 to {MOST_REQUESTS} requests"
        holds(1 <= len(asked) <= MOST_REQUESTS, count, len(asked))
        gaps = [round(later.at_s - earlier.at_s, 3) for earlier, later in pairwise(asked)]
        if len(gaps) < 2 or gaps[-1] >= GROWTH * gaps[0]:
            return
    raise Failed("waits that grow", shown(gaps))


def long_wait(trial: Trial) -> None:
    """Asked to wait an hour, it says so soon, and asks no more until then."""
    with trial.wire() as wire:
        with wire.gate.busy(Told(429, (("Retry-After", str(LONG_S)),))):
            _unavailable(trial, wire)
            same(1, wire.gate.count())
        _unavailable(trial, wire)
        holds(wire.gate.count() == 1, "no request within the hour", wire.gate.count())


def conditional(trial: Trial) -> None:
    """What was read whole and has not changed costs a 304, where the source knows of such."""
    trial.pulling()
    trial.deeds(2)
    with trial.wire() as wire:
        adapter, cursor = wire.adapter, BEGINNING
        assert isinstance(adapter, PullAdapter)
        cursor = _end(adapter, cursor)
        before = wire.gate.count()
        cursor = _end(adapter, cursor)
        tags = [one for one in wire.gate.since(before) if any(v in one.answer for v in _VALIDATORS)]
        if not tags:
            not_applicable("该来源不支持条件请求", "the source knows no conditional requests")
        before = wire.gate.count()
        same(cursor, _end(adapter, cursor))
        asked = wire.gate.since(before)
        known = {one.target for one in tags}
        missed = [one.target for one in asked if one.target in known and one.status != 304]
        holds(not missed, "304 for what has not changed", missed)
        deeds = trial.deeds(2)
        rows = [row for page in adapter.read(cursor) for row in page.rows]
        same(len(deeds), len(rows))


def unstored(trial: Trial) -> None:
    """Who could not store what it read is not told that there is nothing new."""
    trial.pulling()
    trial.deeds(2)
    with trial.wire() as wire:
        adapter = wire.adapter
        assert isinstance(adapter, PullAdapter)
        cursor = _end(adapter, BEGINNING)
        deeds = trial.deeds(2)
        for _ in range(2):
            rows = [row for page in adapter.read(cursor) for row in page.rows]
            same(len(deeds), len(rows))


def worn_out(trial: Trial) -> None:
    """A login that has worn out is made again, once, and the work goes on."""
    with trial.wire() as wire:
        wire.ask()
        if not trial.stage.wear_out_login():
            not_applicable("每个请求都带密钥", "every request carries the key")
        event = trial.deed().event_id
        before = wire.gate.count()
        wire.adapter.prepare_mark(event)
        asked = wire.gate.since(before)
        holds(len(asked) <= 4, "the request, a login, the request", _lines(asked))
        trial.stage.wear_out_login()
        wire.ask()


def secrets_kept(trial: Trial) -> None:
    """The source's secret stands in no text of the adapter, no error, no log and no address."""
    secret = trial.stage.source.secret
    if not secret:
        not_applicable("该来源没有密钥", "the source has no secret")
    texts: list[str] = []
    with _TAP.heard(texts):
        texts += [repr(trial.adapter), str(trial.adapter)]
        texts += _said(trial)
    holds(not any(secret in text for text in texts), "no secret", _around(secret, texts))


def closed(trial: Trial) -> None:
    """After close no connection is left, and closing twice is no error."""
    with trial.wire() as wire:
        wire.adapter.mark_state(NOBODYS)
        wire.adapter.close()
        wire.adapter.close()
        deadline = time.monotonic() + CLOSED_WITHIN_S
        while wire.gate.connections and time.monotonic() < deadline:
            time.sleep(0.01)
        same(0, wire.gate.connections)


def _goes_on(wire: Wire, patience_s: float) -> None:
    """Asks until it succeeds, as the agent's rounds do."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return wire.ask()
        except Unavailable as error:
            if time.monotonic() > deadline:
                raise Failed("an answer once the source is there again", named(error)) from error
            time.sleep(AGAIN_S)


def _unavailable(trial: Trial, wire: Wire) -> None:
    """Asking ends soon, and as Unavailable."""
    try:
        within(trial.patience_s, wire.ask)
    except Unavailable:
        return
    except TongduiError as error:
        raise Failed("Unavailable", named(error)) from error
    raise Failed("Unavailable", "success")


def _end(adapter: PullAdapter, cursor: Cursor) -> Cursor:
    """The cursor once all is read."""
    for page in adapter.read(cursor):
        cursor = page.next
    return cursor


def _said(trial: Trial) -> Iterator[str]:
    """The addresses that are asked, and what an adapter says of a source that is busy, away, or
    refuses the login."""
    try:
        with trial.wire() as wire:
            wire.ask()
            yield from (one.target for one in wire.gate.since(0))
            with wire.gate.busy(Told(503)):
                yield from _error(wire.ask)
            wire.gate.close()
            yield from _error(wire.ask)
        odd = replace(trial.stage.source, user=f"{trial.stage.source.user}-nobody")
        with trial.wire(odd) as wire:
            yield from _error(wire.ask)
    except DoesNotApply:
        with trial.opened() as adapter:
            yield from _error(lambda: adapter.prepare_mark(NOBODYS))


def _error(call: Callable[[], object]) -> Iterator[str]:
    """All that the call's error and those behind it say."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it says is looked at
        at: BaseException | None = error
        while at is not None:
            yield f"{at!r} {at}"
            at = at.__cause__ or at.__context__


def _around(secret: str, texts: Sequence[str]) -> str:
    """Where it stood, without it."""
    found = next((text for text in texts if secret in text), "")
    at = found.find(secret)
    return found[max(at - 80, 0) : at] + "***" if found else ""


def _lines(asked: Sequence[Asked]) -> list[str]:
    return [f"{one.method} {one.target} {one.status}" for one in asked]
