"""Shapes of quotes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model


class AskQuote(Model):
    """试算一张兑换单 · what an order of this size would take."""

    acceptor: int | None = None
    units: int | None = None
    offer: str | None = None
    number: int | None = None
    slot: int | None = None
    wallet: str
    deadline: datetime | None = None
