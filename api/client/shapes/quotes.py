"""Shapes of quotes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model


class AskQuote(Model):
    """试算一张兑换单 · what an order of this size would take."""

    wallet: str
    acceptor: int
    units: int
    deadline: datetime | None = None
