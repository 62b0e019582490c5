"""Shapes of sandbox, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.answers import Model
from api.client.shapes.shared import Amount


class OpenTestResident(Model):
    """虚构的居民，带虚构的积分 · an invented resident with invented points."""

    quantity: int | None = None


class PlaceTestOrder(Model):
    """一位测试居民来兑换 · a test resident who comes to redeem."""

    units: int


class TestResident(Model):
    """测试居民的钱包；只存在于示例网络 · a wallet that exists on the example network alone."""

    wallet: str
    issuer: int
    account: str
    balance: Amount
