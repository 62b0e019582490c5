"""Shapes of delegates, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Amount, Handed


class DelegateShape(Model):
    """代兑 · a delegate's rights."""

    id: str
    wallet: str
    relation: str
    of_an_order: Amount
    of_a_month: Amount
    acceptors: list[int]
    made_at: datetime
    until: datetime
    revoked_at: datetime | None


class DelegateList(Model):
    """钱包的代兑 · a wallet's delegations, ended ones too."""

    delegates: list[DelegateShape]


class RegisterDelegate(Model):
    """登记代兑人：居民本人在柜台办理 · what a resident lets somebody of the family do."""

    dry_run: bool | None = None
    wallet: str
    relation: str
    order_units: int
    month_units: int
    acceptors: list[int] | None = None
    until: datetime
    contact: str | None = None


class Registered(Model):
    """代兑及其通兑卡 · the delegation with the card that is handed over."""

    delegate: DelegateShape
    handed: Handed
