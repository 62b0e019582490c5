"""Shapes of the public sums."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.shapes import Amount, MemberNumber, Moment, Shape, example
from api.windows.schemas import PositionShape
from ledger.redeeming.values import State
from ledger.store.index_totals import IssuerTotals

_NOTHING = {"units": 0, "points": "0.00"}
_SOME = {"units": 5000, "points": "50.00"}


class SchemeShape(Shape):
    """一个发行方的积分总数 · one scheme's sums."""

    model_config = example(
        issuer=1,
        code="VOL",
        name="志愿服务（示例）",
        awards=3,
        issued=_SOME,
        outstanding=_SOME,
        held=_NOTHING,
        captured=_NOTHING,
        refunded=_NOTHING,
        expired=_NOTHING,
        corrected=_NOTHING,
    )

    issuer: MemberNumber
    code: str
    name: str
    awards: int
    issued: Amount
    outstanding: Amount = Field(description="尚可使用，含预留 · still to be spent, held included")
    held: Amount
    captured: Amount = Field(description="含后来退回的 · refunded ones included")
    refunded: Amount
    expired: Amount
    corrected: Amount

    @classmethod
    def of(cls, totals: IssuerTotals, code: str, name: str) -> Self:
        """As it is shown."""
        return cls(
            issuer=totals.issuer,
            code=code,
            name=name,
            awards=totals.awards,
            issued=Amount.of(totals.minted_units),
            outstanding=Amount.of(totals.outstanding_units),
            held=Amount.of(totals.held_units),
            captured=Amount.of(totals.captured_units),
            refunded=Amount.of(totals.refunded_units),
            expired=Amount.of(totals.expired_units),
            corrected=Amount.of(totals.corrected_units),
        )


class TotalsShape(Shape):
    """公开总数 · sums that everybody may see; nothing about any resident."""

    model_config = example(
        block=120,
        as_of="2026-05-02T09:30:00+08:00",
        schemes=[],
        window=1,
        positions=[],
        positions_sum=_NOTHING,
        orders={"held": 1, "captured": 2},
    )

    block: int | None
    as_of: Moment | None
    schemes: list[SchemeShape]
    window: int | None = Field(description="当前清算窗口 · the open window")
    positions: list[PositionShape]
    positions_sum: Amount = Field(description="应始终为零 · zero at all times")
    orders: dict[State, int]
