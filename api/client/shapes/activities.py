"""Shapes of activities, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.answers import Model


class RateShape(Model):
    """折算率的一个版本 · units = floor(quantity × numerator / denominator)."""

    version: int
    from_month: str
    numerator: int
    denominator: int
    standard_hash: str


class ActivityShape(Model):
    """认证标准中的事项 · an entry of the certification standard."""

    activity: int
    code: str
    issuer: int
    now: RateShape | None
    rates: list[RateShape]


class ActivityList(Model):
    """全部事项 · all activities."""

    activities: list[ActivityShape]
    month: str
