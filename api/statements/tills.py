"""Shapes of a till that was matched against a statement."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from api.shapes import Amount, MemberNumber, Shape, example
from api.statements.tillfile import Till, why, words
from ledger.clearing.till import Matching, Outcome, Verdict
from ledger.refusals import Lang

_AMOUNT = {"units": 1500, "points": "15.00"}
_ZERO = {"units": 0, "points": "0.00"}
_ODD = {
    "order": "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90",
    "outcome": "only-till",
    "result": "对账单没有",
    "note": "请核对单号；未核销的单不产生应收",
    "till": _AMOUNT,
    "statement": _ZERO,
    "difference": _AMOUNT,
    "windows": [],
    "lines": [7],
}


class DifferenceShape(Shape):
    """一个不一致的兑换单 · an order that does not match."""

    model_config = example(**_ODD)

    order: str
    outcome: Literal["differs", "only-till", "other-window", "only-statement"]
    result: str
    note: str
    till: Amount
    statement: Amount
    difference: Amount
    windows: list[int] = Field(description="所在的其他窗口 · other windows in which it stands")
    lines: list[int] = Field(description="文件中的行 · its lines in the file")

    @classmethod
    def of(cls, verdict: Verdict, lines: list[int], lang: Lang) -> Self:
        """As it is shown."""
        result, note = words(verdict, lang)
        return cls.model_validate(
            {
                "order": verdict.order,
                "outcome": str(verdict.outcome),
                "result": result,
                "note": note,
                "till": Amount.of(verdict.till_units),
                "statement": Amount.of(verdict.statement_units),
                "difference": Amount.of(verdict.difference_units),
                "windows": list(verdict.windows),
                "lines": lines,
            }
        )


class UnreadShape(Shape):
    """读不了的行 · a line that could not be read."""

    model_config = example(line=9, field="积分", why="积分“abc”：请填写兑换单号，积分最多两位小数")

    line: int
    field: str
    why: str


class TillShape(Shape):
    """收银与对账单：difference = till − statement = 各差额之和 · the sum of all differences."""

    model_config = example(
        window=2,
        member=3,
        lines=120,
        matched=118,
        till=_AMOUNT,
        statement=_ZERO,
        difference=_AMOUNT,
        differences=[_ODD],
        unread=[],
    )

    window: int
    member: MemberNumber
    lines: int = Field(description="读到的行数 · lines that could be read")
    matched: int = Field(description="一致的兑换单数 · orders that match")
    till: Amount
    statement: Amount
    difference: Amount
    differences: list[DifferenceShape]
    unread: list[UnreadShape]

    @classmethod
    def of(cls, window: int, member: int, till: Till, matching: Matching, lang: Lang) -> Self:
        """As it is shown."""
        lines = dict[str, list[int]]()
        for line in till.lines:
            lines.setdefault(line.order, []).append(line.line)
        odd = [one for one in matching.verdicts.values() if one.outcome is not Outcome.MATCHED]
        return cls(
            window=window,
            member=member,
            lines=len(till.lines),
            matched=len(matching.of(Outcome.MATCHED)),
            till=Amount.of(matching.till_units),
            statement=Amount.of(matching.statement_units),
            difference=Amount.of(matching.difference_units),
            differences=[
                DifferenceShape.of(one, lines.get(one.order, []), lang)
                for one in sorted(odd, key=lambda one: (one.outcome, one.order))
            ],
            unread=[
                UnreadShape(line=one.line, field=one.field, why=why(one, lang))
                for one in till.unread
            ],
        )
