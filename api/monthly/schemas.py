"""Shapes of a resident's monthly statement."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from api.shapes import Amount, MemberNumber, Moment, Shape, example, moment, month_text
from ledger.monthly.values import Earned, Expiring, Kind, Line, Seen, Statement, Sums
from ledger.units import MONTHS_PER_YEAR

_ZERO, _SOME = {"units": 0, "points": "0.00"}, {"units": 2000, "points": "20.00"}
_AT, _LATER = "2026-05-08T09:30:00+08:00", "2027-07-01T00:00:00+08:00"
_SUMS = {
    "scheme": 1, "opening": _ZERO, "earned": _SOME, "corrected": _ZERO, "spent": _ZERO,
    "refunded": _ZERO, "given": _ZERO, "expired": _ZERO, "closing": _SOME, "held": _ZERO,
}  # fmt: skip
_EARNED = {
    "activity": 101, "month": "2026-05", "quantity": 120, "numerator": 1000, "denominator": 60,
    "full_amount": _SOME,
}  # fmt: skip
Month = Annotated[str, StringConstraints(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]


def month_number(text: Month) -> int:
    """2026-05 as the ledger counts months."""
    year, _, month = text.partition("-")
    return int(year) * MONTHS_PER_YEAR + int(month) - 1


class MonthSums(Shape):
    """期初 + 获得 + 更正 + 退回 - 用掉 - 捐赠 - 到期 = 期末 · it adds up to its closing."""

    model_config = example(**_SUMS)

    scheme: MemberNumber | None = Field(description="发行方；合计为空 · null for all together")
    opening: Amount
    earned: Amount
    corrected: Amount = Field(description="可为负 · may be negative")
    spent: Amount
    refunded: Amount
    given: Amount
    expired: Amount
    closing: Amount
    held: Amount = Field(description="期末中已预留的 · of the closing, set aside for open orders")

    @classmethod
    def of(cls, sums: Sums) -> Self:
        """As it is shown."""
        shown = {name: Amount.of(units) for name, units in sums._asdict().items()}
        del shown["issuer"]
        return cls.model_validate({"scheme": sums.issuer or None, **shown})


class EarnedFor(Shape):
    """为什么获得：数量 × 折算率 · for what: so much, at this rate."""

    model_config = example(**_EARNED)

    activity: int
    month: str = Field(description="发生月份 · month of occurrence")
    quantity: int
    numerator: int = Field(description="不明为 0 · 0 where it is not known")
    denominator: int
    full_amount: Amount = Field(description="未受年度上限时 · without the annual cap")


class MonthLine(Shape):
    """一项变动；amount 带符号 · one change, signed."""

    model_config = example(
        kind="earned", at=_AT, scheme=1, amount=_SOME, acceptor=None, earned=_EARNED
    )

    kind: Literal["earned", "corrected", "spent", "refunded", "given", "expired"]
    at: Moment
    scheme: MemberNumber
    amount: Amount
    acceptor: MemberNumber | None
    earned: EarnedFor | None

    @classmethod
    def of(cls, line: Line, rate: tuple[int, int]) -> Self:
        """As it is shown; ``rate``: of the activity, where it is an award."""
        return cls(
            kind=line.kind.value,
            at=moment(line.time_s),
            scheme=line.issuer,
            amount=Amount.of(line.units),
            acceptor=line.acceptor,
            earned=None if line.earned is None else _earned(line.earned, rate),
        )


class ExpiringShape(Shape):
    """一个到期日上还剩的 · what is left with one last moment."""

    model_config = example(expires_at=_LATER, scheme=1, amount=_SOME)

    expires_at: Moment
    scheme: MemberNumber
    amount: Amount

    @classmethod
    def of(cls, one: Expiring) -> Self:
        """As it is shown."""
        amount = Amount.of(one.units)
        return cls(expires_at=moment(one.expires_s), scheme=one.issuer, amount=amount)


class LookShape(Shape):
    """当月的一次查看 · somebody looked in that month."""

    model_config = example(at=_AT, role="worker", label="示例服务点 2 号窗口", what="get_balance")

    at: Moment
    role: str
    label: str
    what: str

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """As it is shown."""
        return cls(at=moment(seen.time_s), role=seen.role, label=seen.label, what=seen.what)


class MonthShape(Shape):
    """居民月报；当月的截至 until · a month's statement; of the present month as of ``until``."""

    model_config = example(
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        month="2026-05",
        over=True,
        until="2026-06-01T00:00:00+08:00",
        together=_SUMS | {"scheme": None},
        by_scheme=[_SUMS],
        lines=[],
        expiring=[],
        seen=[],
    )

    wallet: str
    month: str
    over: bool
    until: Moment
    together: MonthSums
    by_scheme: list[MonthSums]
    lines: list[MonthLine]
    expiring: list[ExpiringShape]
    seen: list[LookShape]

    @classmethod
    def of(cls, made: Statement, lines: list[MonthLine]) -> Self:
        """As it is shown."""
        return cls(
            wallet=made.wallet,
            month=month_text(made.month),
            over=made.over,
            until=moment(made.until_s),
            together=MonthSums.of(made.together),
            by_scheme=[MonthSums.of(one) for one in made.by_issuer],
            lines=lines,
            expiring=[ExpiringShape.of(one) for one in made.expiring],
            seen=[LookShape.of(one) for one in made.seen],
        )


def _earned(what: Earned, rate: tuple[int, int]) -> EarnedFor:
    return EarnedFor(
        activity=what.activity,
        month=month_text(what.month),
        quantity=what.quantity,
        numerator=rate[0],
        denominator=rate[1],
        full_amount=Amount.of(what.full_units),
    )


assert {kind.value for kind in Kind} == set(
    MonthLine.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
)
