"""What a clerk should know of a file, in plain words and both languages: what was left out of it,
and what was read although it cannot be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from issuers.reasons import Sentence

_NAMED = 5
"""Lines that are named; the rest are counted."""


class SheetsLeft(NamedTuple):
    """Sheets that are not read, by name."""

    alike: tuple[str, ...] = ()
    """With a header that fits as well as that of the sheet that is read."""
    others: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(slots=True)
class Lines:
    """How many lines, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, number: int) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(number)

    def said(self) -> tuple[str, str]:
        """Their numbers in both languages."""
        listed = [str(number) for number in self.first]
        more = self.count > len(listed)
        return (
            f"第 {'、'.join(listed)} 行" + (f"等 {self.count} 行" if more else ""),
            ("lines " if self.count > 1 else "line ")
            + ", ".join(listed)
            + (f" and others, {self.count} in all" if more else ""),
        )


@dataclass(slots=True)
class Counted:
    """Lines that are told of."""

    footers: Lines = field(default_factory=Lines)
    headers: Lines = field(default_factory=Lines)
    hidden: Lines = field(default_factory=Lines)
    beside: Lines = field(default_factory=Lines)
    """With something to the right of the table."""


def notes_of(
    book: Sequence[Sentence], left: SheetsLeft, hidden_columns: Sequence[str], counted: Counted
) -> tuple[Sentence, ...]:
    """Every note, in the order of the file: as a whole, sheets, columns, lines."""
    notes = list(book)
    for names, zh, en in (
        (left.alike, "表头相同但没有读取的工作表：{}；请逐个指定工作表。",
         "Sheets with the same columns that are not read: {}; name each to read it."),
        (left.others, "没有读取的工作表：{}。", "Sheets that are not read: {}."),
        (left.hidden, "隐藏的工作表不读取：{}。", "Hidden sheets are not read: {}."),
        (hidden_columns, "隐藏的列也会读取：{}。", "Hidden columns are read too: {}."),
    ):  # fmt: skip
        if names:
            notes.append(Sentence(zh.format("、".join(names)), en.format(", ".join(names))))
    for lines, zh, en in (
        (counted.hidden, "{}已隐藏或被筛选掉，仍然读取。",
         "Hidden or filtered out, but read: {}."),
        (counted.beside, "{}在表格右侧还有内容，不会读取。",
         "Something stands to the right of the table and is not read: {}."),
        (counted.headers, "{}重复了表头，已跳过。", "The header again, passed over: {}."),
        (counted.footers, "{}是合计、签字或说明，已跳过。",
         "Sums, signatures or notes, passed over: {}."),
    ):  # fmt: skip
        if lines.count:
            said_zh, said_en = lines.said()
            notes.append(Sentence(zh.format(said_zh), en.format(said_en)))
    return tuple(notes)
