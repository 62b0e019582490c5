"""What an agent says of itself: one JSON for machines, two languages of plain words for people.

``idle`` means that everything visible at the source has been read and nothing is in motion: what
still waits, waits for somebody else, and ``waits`` says for whom. It reads the store and knows no
HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from issuers import residents
from issuers.outlook import Outlook
from issuers.reasons import REASONS, Reason, Sentence, reason
from issuers.words import in_words
from ledger.errors import TongduiError
from ledger.refusals import coded, explain
from ledger.rules import RuleRefusal
from ledger.store import agent_batches, agent_files, agent_links, agent_report, agent_reviews
from ledger.store.agent_office_tables import File
from ledger.store.agent_tables import Exchange, Inbox, Settlement
from ledger.store.engine import Connection, Engine, reading

MOVING = (
    Inbox.RECEIVED, Inbox.READY, Inbox.RESERVING, Inbox.RESERVED, Inbox.CANCELLING,
    Inbox.BATCHED, Inbox.MINTED, Inbox.CORRECTING,
)  # fmt: skip
"""Rows in these states are in motion, unless something visible holds them."""
_HELD = (Inbox.READY, Inbox.RESERVED)
_EXCHANGING = (
    Exchange.SEEN, Exchange.CAPTURING, Exchange.CAPTURED, Exchange.REFUNDING, Exchange.DECLINING
)  # fmt: skip
_FILES = tuple(state for state in File if state is not File.DROPPED)
_SETTLING = (Settlement.SEEN, Settlement.CONFIRMING)

_UNKNOWN = Reason("", Sentence("原因不明", "unknown"), Sentence("请联系运维人员", "call a person"))


@dataclass
class Watch:
    """What only the running process knows; the loop writes it, the listener reads it."""

    scheme: str
    address: str
    stage: str = "starting"
    """starting, running, or stopped by ``failure``."""
    member: int = 0
    outlook: Outlook | None = None
    rounds: int = 0
    """Rounds that have ended since the start: two more mean that one whole round lies between."""
    complete: bool = False
    """Whether that round left nothing unread at the source."""
    calm: bool = False
    """Whether it moved nothing."""
    held_by: RuleRefusal | None = None
    troubles: dict[str, TongduiError] = field(default_factory=dict)
    """What the last round met, by its stage; gone when the stage succeeds."""
    failure: TongduiError | None = None
    rests: bool = False
    """Whether rows that are ready only wait for the day's time of minting."""
    backlogged: bool = False
    """Whether nothing is read because too much waits to be minted."""
    adopted: int = 0
    """Batches taken over from the chain at this start: the database was lost or older."""
    key: dict[str, Any] | None = None
    """The key in use and its last change, as ``Rotating.told`` says."""
    exchanging: bool = False
    """Whether there is a directory to ask, so that holds are served."""


def status(engine: Engine, watch: Watch) -> dict[str, Any]:
    """The whole status; keys and meanings are part of the agent's interface."""
    with reading(engine) as connection:
        rows = agent_report.states(connection, notices=False)
        notices = agent_report.states(connection, notices=True)
        rejected = agent_report.reasons(connection, Inbox.REJECTED)
        sums = agent_report.sums(connection)
        last = agent_batches.last(connection)
        flying = len(agent_batches.in_flight(connection))
        failed, why = agent_report.failed(connection)
        found = {
            "links": agent_links.count(connection),
            "batches": {
                "final": agent_report.batches(connection),
                "in_flight": flying,
                "failed": failed,
            },
            "last_failure": why,
            "exchanges": agent_report.exchanges(connection),
            "settlements": agent_report.settlements(connection),
            "reviews": _reviews(connection, watch),
            "files": _files(connection, watch),
            **residents.told(connection, watch.outlook.time_s if watch.outlook else 0),
        }
    previewed = (found["files"][File.PREVIEWED]["files"], "file.previewed")
    waits = _waits(rows, notices, watch, [previewed, *residents.waits(found)])
    shown = {
        "scheme": watch.scheme,
        "member": watch.member,
        "address": watch.address,
        "key": watch.key,
        "state": watch.stage,
        "idle": _is_idle(watch, rows, notices, found),
        "rounds": watch.rounds,
        "read_all": watch.complete,
        "adopted": watch.adopted,
        "chain": _chain(watch),
        "rows": rows,
        "corrections": notices,
        "events": sum(rows.values()) - rows[Inbox.DUPLICATE],
        "rejected": rows[Inbox.REJECTED],
        "rejected_by": rejected,
        "waiting": rows[Inbox.WAITING],
        "waits": waits,
        "clipped": sums.clipped,
        "points": {name: units for name, units in sums._asdict().items() if name != "clipped"},
        "last_batch": _batch(last),
        "troubles": [_told(error) | {"stage": at} for at, error in watch.troubles.items()],
        "failure": _told(watch.failure) if watch.failure else None,
        **found,
    }
    lines = zip(in_words(shown, "zh"), in_words(shown, "en"), strict=True)
    return shown | {"words": [{"zh": zh, "en": en} for zh, en in lines]}


def without_store(
    watch: Watch, error: TongduiError, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What can be told while the database can't be read: the last status, if there was one, with
    what is the matter now. ``stale`` says that its counts are old."""
    now = {
        "scheme": watch.scheme, "member": watch.member, "address": watch.address,
        "state": watch.stage, "rounds": watch.rounds, "idle": False, "stale": True,
        "troubles": [
            _told(error) | {"stage": "store"},
            *(_told(one) | {"stage": at} for at, one in watch.troubles.items()),
        ],
        "failure": _told(watch.failure) if watch.failure else None,
    }  # fmt: skip
    shown = {**(before or {}), **now}
    if before is not None:
        lines = zip(in_words(shown, "zh"), in_words(shown, "en"), strict=True)
        return shown | {"words": [{"zh": zh, "en": en} for zh, en in lines]}
    told = _told(error)
    words = {lang: f"{told[lang]} {told[f'fix_{lang}']}" for lang in ("zh", "en")}
    return shown | {"words": [words]}


def _is_idle(
    watch: Watch,
    rows: Mapping[str, int],
    notices: Mapping[str, int],
    found: Mapping[str, Any],
) -> bool:
    moving = [state for state in MOVING if rows[state] or notices[state]]
    if watch.held_by is not None or watch.rests:
        moving = [state for state in moving if state not in _HELD]
    duties = watch.exchanging and any(found["exchanges"].get(state) for state in _EXCHANGING)
    duties = duties or any(found["settlements"].get(state) for state in _SETTLING)
    read = watch.stage == "running" and watch.complete and watch.calm
    ours = watch.troubles.keys() - residents.OTHERS
    return read and not moving and not duties and not ours


def _waits(
    rows: Mapping[str, int],
    notices: Mapping[str, int],
    watch: Watch,
    more: Sequence[tuple[int, str]],
) -> list[dict[str, Any]]:
    """What waits, how much of it, for what, and what to do."""
    found = []
    ready = sum(rows[state] for state in _HELD)
    for count, code in (
        (rows[Inbox.WAITING], "member.unlinked"),
        (rows[Inbox.HELD], "review.waits"),
        (notices[Inbox.PROPOSED], "correction.proposed"),
        (notices[Inbox.NOTED], "correction.before-award"),
        (ready if watch.rests else 0, "batch.daily"),
        (sum(rows[state] for state in MOVING) if watch.backlogged else 0, "backlog.full"),
        *more,
    ):
        if count:
            why = reason(code)
            found.append(
                {
                    "reason": code, "count": count,
                    "zh": why.why.zh, "en": why.why.en,
                    "fix_zh": why.fix.zh, "fix_en": why.fix.en,
                }
            )  # fmt: skip
    if watch.held_by is not None:
        told = _told(watch.held_by)
        found.append({"reason": told.pop("code"), "count": ready, **told})
    return found


def _reviews(connection: Connection, watch: Watch) -> dict[str, Any]:
    """What waits for a person, since when, and how often one clerk decided alone."""
    tallies = agent_reviews.open_tallies(connection)
    now_s = watch.outlook.time_s if watch.outlook is not None else None
    oldest_s = min((one.oldest_s for one in tallies), default=now_s)
    return {
        "open": sum(one.reviews for one in tallies),
        "by_kind": {str(one.kind): one.reviews for one in tallies},
        "oldest_age_s": 0 if now_s is None or oldest_s is None else now_s - oldest_s,
        "alone": agent_reviews.decided_alone(connection),
    }


def _files(connection: Connection, watch: Watch) -> dict[str, dict[str, int]]:
    """Clerks' files by state: how many, their rows, and how long ago the first of them came."""
    now_s = watch.outlook.time_s if watch.outlook is not None else None
    found = {str(state): {"files": 0, "rows": 0, "oldest_age_s": 0} for state in _FILES}
    for state, pile in agent_files.piles(connection).items():
        if state in _FILES:
            age_s = 0 if now_s is None else now_s - pile.oldest_s
            found[state] = {"files": pile.files, "rows": pile.rows, "oldest_age_s": age_s}
    return found


def _chain(watch: Watch) -> dict[str, Any] | None:
    if watch.outlook is None:
        return None
    at = watch.outlook
    return {
        "block": at.block, "time_s": at.time_s, "month": at.month,
        "last_batch": at.last_batch, "loss_units": at.loss_units,
    }  # fmt: skip


def _batch(batch: agent_batches.Batch | None) -> dict[str, Any] | None:
    if batch is None:
        return None
    return {
        "number": batch.number, "rows": batch.rows, "units": batch.units,
        "block": batch.block_number,
    }  # fmt: skip


def _told(error: TongduiError) -> dict[str, Any]:
    """Code, sentence and fix of an error, in both languages."""
    zh, en = explain(error, "zh"), explain(error, "en")
    return {
        "code": coded(error).code, "zh": zh.sentence, "en": en.sentence,
        "fix_zh": zh.fix, "fix_en": en.fix,
    }  # fmt: skip


def rejected(engine: Engine, after: int = 0, most: int = 100) -> list[dict[str, Any]]:
    """Rejected rows from an id on: place, field, value, reason, and what to do about it."""
    with reading(engine) as connection:
        lines = agent_report.rejected(connection, after, most)
    found = []
    for line in lines:
        said = line._asdict()
        why = REASONS.get(line.reason, _UNKNOWN)
        said["reason"] = {"code": line.reason, "zh": why.why.zh, "en": why.why.en}
        said["fix"] = {"zh": why.fix.zh, "en": why.fix.en}
        found.append(said)
    return found
