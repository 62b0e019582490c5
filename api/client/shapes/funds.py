"""Shapes of funds, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Amount


class ProjectPurse(Model):
    """某项目专用账户中的积分 · what a project's own account has."""

    project: str
    free: Amount


class FundShape(Model):
    """基金在账本上的积分，不含已过期的 · what the fund has on the ledger, nothing expired."""

    fund: int
    account: str
    free: Amount
    held: Amount
    promised: Amount
    available: Amount
    projects: list[ProjectPurse]
    block: int
    as_of: datetime
