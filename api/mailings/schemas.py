"""Shapes of mailings: a month's statements that go out together."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from api.monthly.schemas import Month
from api.residents.schemas import SAMPLE_AT, SAMPLE_KEY, SAMPLE_WALLET
from api.shapes import Moment, Shape, Triable, example, moment, month_text
from ledger.reminders.choices import Way
from ledger.store.reminders_rows import LetterRow, MailingRow

_ID = "6f7a8b9c-0d1e-5f2a-8b3c-4d5e6f7a8b9c"
_MAILING = {
    "id": _ID, "month": "2026-05", "way": "paper", "letters": 1, "unreachable": 0,
    "made_at": SAMPLE_AT, "made_by": SAMPLE_KEY, "dry_run": False,
}  # fmt: skip


class MakeMailing(Triable):
    """一个月、一种方式 · one month, one way."""

    model_config = example(month="2026-05", way="paper", dry_run=False)

    month: Month
    way: Way


class MailingShape(Shape):
    """一次寄送；名单只记一次 · a mailing; who is in it is noted once."""

    model_config = example(**_MAILING)

    id: str
    month: str
    way: Way
    letters: int
    unreachable: int = Field(description="选了短信但没有号码 · chose SMS and gave no number")
    made_at: Moment
    made_by: str
    dry_run: bool = False

    @classmethod
    def of(cls, row: MailingRow, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        return cls(
            id=row.id,
            month=month_text(row.month),
            way=Way(row.way),
            letters=row.letters,
            unreachable=row.unreachable,
            made_at=moment(row.made_s),
            made_by=row.made_by,
            dry_run=dry_run,
        )


class MailingPage(Shape):
    """寄送列表，新的月份在前 · mailings, newest month first."""

    model_config = example(mailings=[_MAILING], next_cursor=None)

    mailings: list[MailingShape]
    next_cursor: str | None


class LetterShape(Shape):
    """名单上的一位 · one of the list; its address as it was when it was noted."""

    model_config = example(
        place=1, wallet=SAMPLE_WALLET, lang="zh", address="示例街道 1 号", card="0427"
    )

    place: int
    wallet: str
    lang: Literal["zh", "en"]
    address: str | None
    card: str | None = Field(description="卡号末四位 · the card's last four digits")

    @classmethod
    def of(cls, row: LetterRow) -> Self:
        """As it is shown."""
        return cls(
            place=row.place,
            wallet=row.wallet,
            lang="en" if row.lang == "en" else "zh",
            address=row.address,
            card=row.card,
        )


class LetterPage(Shape):
    """名单，按投递顺序 · who is in it, in the order of the post."""

    model_config = example(letters=[], next_cursor=None)

    letters: list[LetterShape]
    next_cursor: str | None
