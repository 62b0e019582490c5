"""What residents were reminded of: read by the id that the event names."""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import Rejected
from ledger.redeeming.workplace import Workplace
from ledger.store import reminders_rows as rows
from ledger.store import residents_deeds as deeds
from ledger.store.reminders_rows import ToldRow


class Reminder(NamedTuple):
    """One, with its words as they were sent."""

    row: ToldRow
    words: str


def read_reminder(work: Workplace, name: str) -> Reminder:
    """Rejected("reminder.unknown")."""
    with work.look() as at:
        row = rows.told(at.operator, name)
        message = None if row is None else deeds.message(at.operator, name)
    if row is None:
        raise Rejected("reminder.unknown", id=name)
    return Reminder(row, "" if message is None else message.words)
