"""Shapes of exchanges, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.answers import Model
from api.client.shapes.shared import Amount


class Exchange(Model):
    """换成另一发行方的积分，只取整数 · into another scheme, whole points of it only."""

    wallet: str
    into: int
    units: int
    dry_run: bool | None = None


class ExchangeCreditShape(Model):
    """发行方据此在本系统入账 · what the issuer credits in its own system, keyed by the hold."""

    hold_id: str
    order: str
    issuer: int
    account: str
    amount: Amount
    native_points: int
