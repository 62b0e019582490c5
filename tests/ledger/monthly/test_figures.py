"""What a monthly statement's letter says, in the language of its resident alone."""

from __future__ import annotations

from ledger.monthly.figures import letter_of
from ledger.monthly.names import Names, Worth
from ledger.monthly.values import Earned, Kind, Line, Seen, Statement
from ledger.refusals import Lang
from ledger.units import month_of

AT_S = 1_778_500_000
MONTH = month_of(AT_S)


def rows(lang: Lang) -> list[str]:
    """The words of an award under the yearly cap, and of a look at a desk."""
    earned = Line(Kind.EARNED, AT_S, 1, 2_000, earned=Earned(101, MONTH, 120, 3_000))
    seen = Seen(AT_S, "worker", "2", "get_balance")
    names = Names(lang, str, lambda *_: Worth("x", "h", 1_000, 60), str, str)
    statement = Statement("w", MONTH, True, AT_S, (earned,), (), (), (seen,))
    tables = {table.title: table for table in letter_of(statement, names).tables}
    wanted = {
        "zh": ("每一分怎么来的", "谁看过您的资料"),
        "en": ("Where each point came from", "Who looked at your data"),
    }
    return [tables[title].rows[0][0] for title in wanted[lang]]


def test_what_stands_in_brackets_is_written_as_the_language_writes_it() -> None:
    assert rows("zh") == [
        "5月11日 x 120 h（每 60 h 10.00 分；年度上限，应得 30.00）",
        "5月11日 worker（2）：get_balance",
    ]
    assert rows("en") == [
        "05-11 x, 120 h (10.00 for 60 h; yearly cap, in full 30.00)",
        "05-11 worker (2): get_balance",
    ]
