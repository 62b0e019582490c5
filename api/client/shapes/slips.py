"""Shapes of slips, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Amount, OrderShape


class MakeSlip(Model):
    """打印凭条：在一个承兑方预留积分 · a slip over a hold at one acceptor."""

    wallet: str
    acceptor: int
    units: int
    deadline: datetime | None = None
    dry_run: bool | None = None


class SlipShape(Model):
    """凭条 · a slip; its code stands on the paper only."""

    order: str
    wallet: str | None
    acceptor: int
    amount: Amount
    made_at: datetime
    taken_at: datetime | None
    taken_desk: str | None
    standing: OrderShape | None


class TakeSlip(Model):
    """凭条核销：扫描或录入 · what was scanned or typed, and at which desk."""

    dry_run: bool | None = None
    slip: str
    desk: str
