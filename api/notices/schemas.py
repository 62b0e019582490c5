"""Shapes of what residents want to be told, and of reminders."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from api.residents.schemas import SAMPLE_AT
from api.shapes import Amount, Moment, Shape, Triable, example, moment
from ledger.reminders.choices import Choice, Chosen, Reminders, Statements
from ledger.reminders.told import Reminder
from ledger.units import end_of_epoch

_ID = "2b7c8d9e-0f1a-4b2c-8d3e-4f5a6b7c8d9e"
_WORDS = "您有 35.00 积分在 2026年6月30日 之后失效（志愿服务 35.00），请在此前兑换。"
Address = Annotated[
    str,
    StringConstraints(pattern=r"^[^\s=@\-\x00-\x1f][^\x00-\x09\x0b-\x1f]*$", max_length=200),
    Field(
        description="月报寄到哪里；不填则用柜台登记的联系方式 · else the contact given at a desk"
    ),
]


class ChooseNotices(Triable):
    """提醒与月报的选择，整体替换 · what is wanted, all of it anew."""

    model_config = example(
        reminders="contact", statements="paper", lang="zh", address=None, dry_run=False
    )

    reminders: Reminders = Field(description="到期提醒 · reminders before points expire")
    statements: Statements = Field(description="月报 · monthly statements")
    lang: Literal["zh", "en"] = "zh"
    address: Address | None = None

    def choice(self) -> Choice:
        """As the use case takes it."""
        return Choice(self.reminders, self.statements, self.lang, self.address)


class NoticesShape(Shape):
    """居民选择收到什么；chosen_at 为空即默认 · what is wanted; not chosen_at: the usual."""

    model_config = example(
        reminders="contact",
        statements="off",
        lang="zh",
        address=None,
        reaches=True,
        chosen_at=SAMPLE_AT,
        dry_run=False,
    )

    reminders: Reminders
    statements: Statements
    lang: Literal["zh", "en"]
    address: str | None
    reaches: bool = Field(description="月报有无处可寄 · whether statements have somewhere to go")
    chosen_at: Moment | None
    dry_run: bool = False

    @classmethod
    def of(cls, chosen: Chosen, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        return cls(
            reminders=chosen.choice.reminders,
            statements=chosen.choice.statements,
            lang=chosen.choice.lang,
            address=chosen.choice.address,
            reaches=chosen.reaches,
            chosen_at=None if chosen.chosen_s is None else moment(chosen.chosen_s),
            dry_run=dry_run,
        )


class ReminderShape(Shape):
    """一次到期提醒 · a reminder that points are about to expire."""

    model_config = example(
        id=_ID,
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        amount={"units": 3500, "points": "35.00"},
        expires_at="2026-07-01T00:00:00+08:00",
        days_before=60,
        words=_WORDS,
        told_at=SAMPLE_AT,
    )

    id: str
    wallet: str
    amount: Amount
    expires_at: Moment
    days_before: int = Field(description="到期前多少天的一次 · which step it was")
    words: str
    told_at: Moment

    @classmethod
    def of(cls, reminder: Reminder) -> Self:
        """As it is shown."""
        row = reminder.row
        return cls(
            id=row.id,
            wallet=row.wallet,
            amount=Amount.of(row.units),
            expires_at=moment(end_of_epoch(row.epoch)),
            days_before=row.days,
            words=reminder.words,
            told_at=moment(row.told_s),
        )
