"""How an export spoils a value: digits, dates and fields as offices really write them.

Each function gives the cell for an event with its flaw; services choose where it stands. Knows no
file format.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from issuers.sandbox.draw import scatter
from issuers.sandbox.kinds import WORDS
from issuers.sandbox.season import Event, Flaw

_WIDE = str.maketrans("0123456789-:", "０１２３４５６７８９－：")
TEN_YEARS = timedelta(days=3653)
NO_DATE = "2026-13-45"
NO_NUMBER = "若干"
NO_KIND = "其他"
_ODD_DAYS = (
    "{t.year}/{t.month}/{t.day}",
    "{t.year}年{t.month}月{t.day}日",
    "{t:%Y.%m.%d}",
    "{t:%Y%m%d}",
)
_ODD_FORMS = tuple(form + " {t:%H:%M:%S}" for form in _ODD_DAYS)


def wide(text: str) -> str:
    """The same digits, full-width."""
    return text.translate(_WIDE)


def number(event: Event) -> int | str:
    """The quantity as the export writes it."""
    if event.flaw is Flaw.ZERO:
        return 0
    if event.flaw is Flaw.NEGATIVE:
        return -event.quantity
    if event.flaw is Flaw.NO_NUMBER:
        return NO_NUMBER
    return wide(str(event.quantity)) if event.flaw is Flaw.FULL_WIDTH else event.quantity


def member(event: Event) -> str:
    """The member id, or nothing."""
    return "" if event.flaw is Flaw.NO_MEMBER else event.member_id


def word(event: Event) -> str:
    """The scheme's own word for what was done."""
    return NO_KIND if event.flaw is Flaw.NO_KIND else WORDS[event.code]


def moment(event: Event) -> datetime:
    """The time, ten years on where the flaw says so."""
    return event.began + TEN_YEARS if event.flaw is Flaw.FUTURE else event.began


def moment_text(event: Event, usual: str) -> str:
    """The time in the ``usual`` form (a format string of ``t``), or as the flaw has it."""
    return _dated(event, usual, _ODD_FORMS)


def day_text(event: Event, usual: str) -> str:
    """The day in the ``usual`` form (a format string of ``t``), or as the flaw has it."""
    return _dated(event, usual, _ODD_DAYS)


def _dated(event: Event, usual: str, odd: tuple[str, ...]) -> str:
    if event.flaw is Flaw.NO_DATE:
        return NO_DATE
    when = moment(event)
    if event.flaw is Flaw.ODD_DATE:
        form = odd[scatter(event.event_id, "form") % len(odd)]
        return form.format(t=when)
    text = usual.format(t=when)
    return wide(text) if event.flaw is Flaw.FULL_WIDTH else text
