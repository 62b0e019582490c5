"""Shapes of totals, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Amount, PositionShape, State


class SchemeShape(Model):
    """一个发行方的积分总数 · one scheme's sums."""

    issuer: int
    code: str
    name: str
    awards: int
    issued: Amount
    outstanding: Amount
    held: Amount
    captured: Amount
    refunded: Amount
    expired: Amount
    corrected: Amount


class TotalsShape(Model):
    """公开总数 · sums that everybody may see; nothing about any resident."""

    block: int | None
    as_of: datetime | None
    schemes: list[SchemeShape]
    window: int | None
    positions: list[PositionShape]
    positions_sum: Amount
    orders: dict[State, int]
