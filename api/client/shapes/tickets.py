"""Shapes of tickets, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model


class LeaveQueue(Model):
    """退号 · to give a ticket back."""

    dry_run: bool | None = None


class TakeTicket(Model):
    """取号排队 · a place in the queue for a slot that is full."""

    wallet: str
    offer: str
    slot: int
    dry_run: bool | None = None


TicketState = Literal["waiting", "called", "used", "left", "expired"]
"""Where somebody in a queue stands."""


class TicketShape(Model):
    """排队号；叫到后请在 until 之前下单 · once called, order before ``until``."""

    id: str
    offer: str
    slot: int
    wallet: str
    state: TicketState
    ahead: int
    taken_at: datetime
    until: datetime
    dry_run: bool | None = None
