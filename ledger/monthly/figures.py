"""A resident's month as what a letter shows: one number, sentences, and short tables.

In the resident's language alone, in words for somebody of 75. Knows no paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ledger.monthly.names import Names
from ledger.monthly.values import Kind, Line, Seen, Statement, Sums, last_day
from ledger.monthly.words import OF_A_LETTER
from ledger.refusals import Lang
from ledger.units import BEIJING, MONTHS_PER_YEAR, points_text

ROWS_MOST = 40
"""Of one table on paper; how many more there are is said."""


class Table(NamedTuple):
    """Rows of words with an amount at their end."""

    title: str
    rows: tuple[tuple[str, str], ...]


class Letter(NamedTuple):
    """All that a statement shows, in order."""

    title: str
    month: str
    amount: str
    """What is left: the one large number."""
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    closing: str


def letter_of(statement: Statement, names: Names) -> Letter:
    """What a statement shows in the language of these names."""
    words = OF_A_LETTER[names.lang]
    month, sums = month_words(statement.month, names.lang), statement.together
    left = "left_over" if statement.over else "left"
    sentences = [words[left].format(month=month, points=points_text(sums.closing))]
    if sums.held:
        sentences.append(words["held"].format(points=points_text(sums.held)))
    expires_s, units = statement.next_expiry()
    if units:
        day = day_words(expires_s, names.lang)
        sentences.append(words["next"].format(points=points_text(units), day=day))
    else:
        sentences.append(words["no_next"])
    tables = (
        _sums(statement, words),
        _table(words, "from", (_earned(line, names) for line in statement.of(Kind.EARNED))),
        _table(words, "to", (_moved(line, names) for line in _changes(statement))),
        _table(words, "by_scheme", (_left(one, names) for one in statement.by_issuer)),
        _table(
            words,
            "expiring",
            (
                (
                    words["until"].format(
                        day=day_words(one.expires_s, names.lang), name=names.member(one.issuer)
                    ),
                    points_text(one.units),
                )
                for one in statement.expiring
            ),
        ),
        _table(words, "seen", ((_looked(one, names), "") for one in statement.seen)),
    )
    return Letter(
        words["title"], month, points_text(sums.closing), tuple(sentences), tables, words["end"]
    )


def month_words(month: int, lang: Lang) -> str:
    """2026 年 5 月, or 2026-05."""
    year, index = divmod(month, MONTHS_PER_YEAR)
    return f"{year}年{index + 1}月" if lang == "zh" else f"{year}-{index + 1:02d}"


def day_words(expires_s: int, lang: Lang) -> str:
    """The last day on which points are good: 2026 年 6 月 30 日, or 2026-06-30."""
    year, month, day = last_day(expires_s)
    return f"{year}年{month}月{day}日" if lang == "zh" else f"{year}-{month:02d}-{day:02d}"


def _sums(statement: Statement, words: dict[str, str]) -> Table:
    sums = statement.together
    rows = [(words["opening"], points_text(sums.opening))]
    signed = (
        ("earned", sums.earned),
        ("corrected", sums.corrected),
        ("refunded", sums.refunded),
        ("spent", -sums.spent),
        ("given", -sums.given),
        ("expired", -sums.expired),
    )
    usual = ("earned", "spent", "expired", "refunded")
    rows += [(words[name], _signed(units)) for name, units in signed if units or name in usual]
    last = "closing" if statement.over else "closing_so_far"
    return Table(words["sums"], (*rows, (words[last], points_text(sums.closing))))


def _signed(units: int) -> str:
    return f"+{points_text(units)}" if units > 0 else points_text(units)


def _table(words: dict[str, str], title: str, rows: Iterable[tuple[str, str]]) -> Table:
    """With what is too much for paper counted instead of shown."""
    every = list(rows)
    shown = every if len(every) <= ROWS_MOST else every[: ROWS_MOST - 1]
    if len(shown) < len(every):
        shown.append((words["more"].format(count=len(every) - len(shown)), ""))
    return Table(words[title], tuple(shown or [(words["none"], "")]))


def _earned(line: Line, names: Names) -> tuple[str, str]:
    words, what = OF_A_LETTER[names.lang], line.earned
    day = _day(line.time_s, names.lang)
    if what is None:
        return words["at"].format(day=day, name=names.member(line.issuer)), _signed(line.units)
    worth = names.worth(what.activity, what.month)
    said = (
        words["for"]
        .format(day=day, name=worth.activity, quantity=what.quantity, unit=worth.unit)
        .strip()
    )
    notes = []
    if worth.numerator:
        points = points_text(worth.numerator)
        notes.append(words["rate"].format(count=worth.denominator, unit=worth.unit, points=points))
    if line.units < what.full_units:
        notes.append(words["capped"].format(full=points_text(what.full_units)))
    return said + _aside(notes, names.lang), _signed(line.units)


def _changes(statement: Statement) -> list[Line]:
    return [line for line in statement.lines if line.kind is not Kind.EARNED]


_SAID = {
    Kind.SPENT: "at", Kind.REFUNDED: "back", Kind.CORRECTED: "fix", Kind.GIVEN: "gift",
    Kind.EXPIRED: "gone",
}  # fmt: skip


def _moved(line: Line, names: Names) -> tuple[str, str]:
    words = OF_A_LETTER[names.lang][_SAID[line.kind]]
    who = line.issuer if line.acceptor is None else line.acceptor
    said = words.format(day=_day(line.time_s, names.lang), name=names.member(who))
    return said, _signed(line.units)


def _left(sums: Sums, names: Names) -> tuple[str, str]:
    return names.member(sums.issuer), points_text(sums.closing)


def _looked(seen: Seen, names: Names) -> str:
    who = names.role(seen.role) + _aside([seen.label], names.lang)
    words = OF_A_LETTER[names.lang]["looked"]
    what = names.operation(seen.what)
    return words.format(day=_day(seen.time_s, names.lang), who=who, what=what)


def _aside(notes: Iterable[str], lang: Lang) -> str:
    """In brackets behind what it is about, what is not empty of it."""
    said = ("；" if lang == "zh" else "; ").join(filter(None, notes))
    return said and (f"（{said}）" if lang == "zh" else f" ({said})")


def _day(time_s: int, lang: Lang) -> str:
    at = datetime.fromtimestamp(time_s, BEIJING)
    return f"{at.month}月{at.day}日" if lang == "zh" else f"{at.month:02d}-{at.day:02d}"
