"""Shapes of activities and their rates."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.shapes import HashHex, MemberNumber, Shape, example, month_text, show
from ledger.index.rows import RateRow
from ledger.store.index_network import Activity

_RATE = {
    "version": 1,
    "from_month": "2026-05",
    "numerator": 1000,
    "denominator": 60,
    "standard_hash": "0x" + "01" * 32,
}


class RateShape(Shape):
    """折算率的一个版本 · units = floor(quantity × numerator / denominator)."""

    model_config = example(**_RATE)

    version: int
    from_month: str = Field(description="自哪个发生月份起 · from this month of occurrence on")
    numerator: int
    denominator: int
    standard_hash: HashHex

    @classmethod
    def of(cls, rate: RateRow) -> Self:
        """As it is shown."""
        return cls(
            version=rate.version,
            from_month=month_text(rate.from_month),
            numerator=rate.numerator,
            denominator=rate.denominator,
            standard_hash=show(rate.standard_hash),
        )


class ActivityShape(Shape):
    """认证标准中的事项 · an entry of the certification standard."""

    model_config = example(activity=101, code="VOL.MINUTES", issuer=1, now=_RATE, rates=[_RATE])

    activity: int
    code: str
    issuer: MemberNumber
    now: RateShape | None = Field(description="本月适用 · in force this month")
    rates: list[RateShape]

    @classmethod
    def of(cls, found: Activity, month: int) -> Self:
        """As it is shown in that month."""
        now = found.rate_in(month)
        return cls(
            activity=found.activity.activity,
            code=found.activity.code,
            issuer=found.activity.issuer,
            now=None if now is None else RateShape.of(now),
            rates=[RateShape.of(rate) for rate in found.rates],
        )


class ActivityList(Shape):
    """全部事项 · all activities."""

    model_config = example(activities=[], month="2026-05")

    activities: list[ActivityShape]
    month: str
