"""Calls of a source: genuine and timely, stored before they are answered, in any order."""

from __future__ import annotations

import time
from collections.abc import Mapping

from issuers.adapter import RawRow, SignatureInvalid
from issuers.conformance.stage import CallingStage
from issuers.conformance.trial import Trial, events_in, holds, raises, same
from ledger.errors import Rejected

HOUR_S = 3600
MINUTE_S = 60
MESSAGE = "msg_conformance"


def genuine(trial: Trial) -> None:
    """A call that anything was done to is refused, and gives no row."""
    headers, body = _call(trial)
    _, adapter, _ = trial.calling()
    holds(adapter.accept(headers, body), "the rows of a genuine call", "none")
    another = _stage(trial).call(f"{MESSAGE}_2", body, int(time.time()))
    holds(adapter.accept({n.title(): v for n, v in another.items()}, body), "rows", "none")
    for name, value in headers.items():
        _refused(trial, {n: v for n, v in headers.items() if n != name}, body)
        _refused(trial, headers | {name: _touched(value)}, body)
        _refused(trial, headers | {name: ""}, body)
    for other in (body + b" ", body[:-1], b"", body.replace(b"1", b"2", 1) + b"\n"):
        _refused(trial, headers, other)


def without_secret(trial: Trial) -> None:
    """Who was never told the secret takes no call."""
    headers, body = _call(trial)
    with trial.opened() as fresh:
        accept = fresh.accept  # type: ignore[attr-defined]
        raises(SignatureInvalid, "webhook.signature", lambda: accept(headers, body))


def window(trial: Trial) -> None:
    """A genuine call of an hour ago, or of an hour from now, is refused; of a minute, taken."""
    stage, adapter, _ = trial.calling()
    _, body = _call(trial)
    now_s = int(time.time())
    for at_s in (now_s - HOUR_S, now_s + HOUR_S):
        _refused(trial, stage.call(MESSAGE, body, at_s), body)
    for at_s in (now_s - MINUTE_S, now_s + MINUTE_S):
        holds(adapter.accept(stage.call(MESSAGE, body, at_s), body), "rows", "none")


def repeatable(trial: Trial) -> None:
    """The same call again gives the same rows: whether they were stored, only the agent knows."""
    headers, body = _call(trial)
    _, adapter, _ = trial.calling()
    first = adapter.accept(headers, body)
    holds(first, "the rows of a genuine call", "none")
    same(first, adapter.accept(headers, body))
    holds(all(isinstance(row, RawRow) for row in first), "raw rows", first)


def at_least_once(trial: Trial) -> None:
    """Calls that were answered 503 come again, and nothing is lost by it."""
    _, _, receiver = trial.calling()
    trial.rows()
    deeds, refused = trial.deeds(20), receiver.refused
    told = {event.event_id for event in events_in(trial.items())}
    same({deed.event_id for deed in deeds}, told)
    same(refused, receiver.refused)


def any_order(trial: Trial) -> None:
    """Calls that come the other way round say the same."""
    stage, adapter, receiver = trial.calling()
    trial.rows()
    trial.deeds(6)
    told = {event.event_id: event.record for event in events_in(trial.items())}
    bodies, now_s = [body for _, body in receiver.calls[-6:]], int(time.time())
    rows: list[RawRow] = []
    for at, body in enumerate(reversed(bodies)):
        rows += adapter.accept(stage.call(f"{MESSAGE}_other_way_{at}", body, now_s), body)
    back = events_in([adapter.parse(row, trial.now) for row in rows])
    same(told, {event.event_id: event.record for event in back})


def sent_again(trial: Trial) -> None:
    """Who lost everything has the calls of a day sent again."""
    stage, adapter, _ = trial.calling()
    deeds = trial.deeds(3)
    trial.rows()
    queued = adapter.replay(stage.today())
    rows = trial.rows()
    same(queued, len(rows))
    events = events_in([adapter.parse(row, trial.now) for row in rows])
    same({deed.event_id for deed in deeds}, {event.event_id for event in events})


def _call(trial: Trial) -> tuple[dict[str, str], bytes]:
    """A genuine call of now, with a body that the source has sent."""
    stage, _, receiver = trial.calling()
    if not receiver.calls:
        trial.deeds(1)
        trial.rows()
    body = receiver.calls[0][1]
    return dict(stage.call(MESSAGE, body, int(time.time()))), body


def _stage(trial: Trial) -> CallingStage:
    stage, _, _ = trial.calling()
    return stage


def _refused(trial: Trial, headers: Mapping[str, str], body: bytes) -> None:
    _, adapter, _ = trial.calling()
    error = raises(SignatureInvalid, "webhook.signature", lambda: adapter.accept(headers, body))
    holds(isinstance(error, Rejected), "Rejected", error)


def _touched(value: str) -> str:
    """One character other than it was; digits stay digits."""
    at = len(value) // 2
    other = "1" if value[at] != "1" else "2"
    return value[:at] + other + value[at + 1 :]
