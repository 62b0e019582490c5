"""Shapes of reminders, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Amount


class ReminderShape(Model):
    """一次到期提醒 · a reminder that points are about to expire."""

    id: str
    wallet: str
    amount: Amount
    expires_at: datetime
    days_before: int
    words: str
    told_at: datetime
