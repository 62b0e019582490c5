"""Guesses what a file's columns mean, from their names and from what stands in them.

Every choice comes with its reason, and everything that could be otherwise with a doubt, in both
languages: a clerk looks once, and the mapping is kept. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from issuers.files import doubts, values
from issuers.files.cells import Cell, Fault
from issuers.files.fields import WORDS, Field, Named, named
from issuers.files.mapping import How, Mapping, Measure, own_columns
from issuers.files.table import Row
from issuers.reading import RowFault, plain
from issuers.reasons import Sentence
from issuers.standard.catalogue import Activity

_SHORT_TIME = 24
"""Hours: larger numbers without a unit are minutes."""
_ENOUGH = 0.8
"""Of the cells that hold something: so many must read well for their kind to be believed."""


class Guess(NamedTuple):
    """A mapping to be looked at."""

    mapping: Mapping
    reasons: tuple[Sentence, ...]
    """Why each column was taken for what it is."""
    doubts: tuple[Sentence, ...]
    """What a person should look at; empty where nothing could be otherwise."""
    lacking: tuple[Field, ...]
    """What an event needs and no column was found for."""


def guess(
    header: Sequence[str], sample: Sequence[Row], activities: Sequence[Activity] = ()
) -> Guess:
    """What the columns mean, by their names first and by the sample where names leave it open.

    ``activities`` are the scheme's: their names and units are looked for in the sample.
    """
    guessing = _Guessing(own_columns(header), sample, activities)
    guessing.by_names()
    guessing.by_values()
    guessing.time_columns()
    words = guessing.activity_words()
    measure = guessing.measure()
    mapping = Mapping(
        columns=dict(sorted(guessing.columns.items())),
        activity=guessing.activity, words=words, measure=measure, header=tuple(header),
    )  # fmt: skip
    found = doubts.of(mapping, sample)
    return Guess(mapping, tuple(guessing.reasons), (*guessing.doubts, *found), mapping.lacking())


class _Guessing:
    """What is found so far."""

    def __init__(
        self, header: Sequence[str], sample: Sequence[Row], activities: Sequence[Activity]
    ) -> None:
        self._named: dict[str, Named] = {name: named(name) for name in header}
        self._sample = sample
        self._activities = activities
        self.columns = dict[Field, str]()
        self.activity = ""
        self.reasons = list[Sentence]()
        self.doubts = list[Sentence]()

    def by_names(self) -> None:
        """Columns with a sure name first, then those with a likely one."""
        for sure in (True, False):
            for name, found in self._named.items():
                if found.field is None or found.sure is not sure or name in self._taken():
                    continue
                taken = self.columns.get(found.field)
                if taken is None:
                    self._take(found.field, name, "列名", "its name")
                    if not sure:
                        self._doubt_name(found.field, name)
                elif sure and self._named[taken].sure:
                    self._doubt_two(found.field, taken, name)

    def by_values(self) -> None:
        """A date or an activity that no name tells, where one column alone reads as one."""
        reads: tuple[tuple[Field, Callable[[Cell], bool], str, str], ...] = (
            (Field.OCCURRED, _is_moment, "其中都是日期", "it holds dates"),
            (Field.ACTIVITY, self._is_activity, "其中都是标准中的事项", "it holds activities"),
        )
        for field, reads_as, zh, en in reads:
            if field in self.columns or (field is Field.OCCURRED and Field.BEGAN in self.columns):
                continue
            fitting = [
                name
                for name, found in self._named.items()
                if name not in self._taken()
                and not (found.known and found.field is None)
                and self._mostly(name, reads_as)
            ]
            if len(fitting) == 1:
                self._take(field, fitting[0], zh, en)
                self._doubt_name(field, fitting[0])

    def time_columns(self) -> None:
        """时间 is the moment itself where no column has a date, or where it holds dates."""
        column = self.columns.get(Field.OCCURRED_TIME)
        if column is None:
            return
        if Field.OCCURRED not in self.columns:
            del self.columns[Field.OCCURRED_TIME]
            self.columns[Field.OCCURRED] = column
        elif self._mostly(column, _is_moment):
            del self.columns[Field.OCCURRED_TIME]
            self._doubt_two(Field.OCCURRED, self.columns[Field.OCCURRED], column)

    def activity_words(self) -> dict[str, str]:
        """The file's words for activities, as far as the standard has them; the one activity of
        the scheme where no column says it."""
        if Field.ACTIVITY in self.columns:
            known = self._by_word()
            seen = {word.lower(): word for word in self._texts(self.columns[Field.ACTIVITY])}
            unknown = [word for key, word in seen.items() if key not in known]
            if unknown and self._activities:
                listed = "、".join(unknown[:5])
                self.doubts.append(
                    Sentence(f"这些事项不在标准中，请指定对应的事项：{listed}。",
                             f"Not in the standard; say which activity each is: {listed}.")
                )  # fmt: skip
            return {key: known[key] for key in seen if key in known}
        if len(self._activities) == 1:
            only = self._activities[0]
            self.activity = only.code
            self.doubts.append(
                Sentence(f"没有事项列：每一行都按“{only.zh}”计。",
                         f"No column says the activity: every row is taken as {only.en}.")
            )  # fmt: skip
        return {}

    def measure(self) -> Measure:
        """How the quantity is said: by its unit in the name, else by the activities', else by what
        stands in the column."""
        units = self._units()
        column = self.columns.get(Field.QUANTITY)
        if column is None:
            if units == {"minute"} and {Field.BEGAN, Field.ENDED} <= self.columns.keys():
                self.reasons.append(
                    Sentence("没有数量列：按开始到结束的分钟数计。",
                             "No quantity column: the minutes from start to end count.")
                )  # fmt: skip
                return Measure(how=How.SPAN, unit="minute")
            return Measure()
        written = self._unit_of(column)
        if written is not None:
            smallest = written.smallest or (next(iter(units)) if len(units) == 1 else "")
            self._told_unit(column, smallest, written.times)
            return Measure(unit=smallest, factor=written.times)
        if units == {"minute"} or "时长" in column or "工时" in column:
            return self._time_without_unit(column)
        unit = next(iter(units)) if len(units) == 1 else ""
        if unit in ("gram", "fen"):
            self.doubts.append(
                Sentence(f"“{column}”没有写单位：按 {unit} 计，请核对。",
                         f"{column} names no unit: it is taken for {unit}; please check.")
            )  # fmt: skip
        return Measure(unit=unit if unit in ("gram", "fen") else "")

    def _time_without_unit(self, column: str) -> Measure:
        numbers = [cell for cell in self._cells(column) if isinstance(cell, int | float)]
        numbers += [float(t) for t in self._texts(column) if t.replace(".", "", 1).isdigit()]
        if not numbers:
            return Measure(unit="minute")
        hours = max(numbers) <= _SHORT_TIME
        zh, en = ("小时", "hours") if hours else ("分钟", "minutes")
        self.doubts.append(
            Sentence(f"“{column}”没有写单位：按{zh}计，请核对。",
                     f"{column} names no unit: it is taken for {en}; please check.")
        )  # fmt: skip
        return Measure(unit="minute", factor=Decimal(60 if hours else 1))

    def _unit_of(self, column: str) -> values.Unit | None:
        """The unit that the column's name holds, in brackets or at its end."""
        inside = self._named[column].unit.lower().replace(" ", "")
        if inside in values.UNITS:
            return values.UNITS[inside]
        if inside == "分":
            return values.Unit("minute" if self._units() <= {"minute"} else "fen", Decimal(1))
        bare = plain(column).lower()
        ends = [name for name in values.UNITS if len(name) > 1 and bare.endswith(name)]
        return values.UNITS[max(ends, key=len)] if ends else None

    def _units(self) -> set[str]:
        """The smallest units of the activities that the rows can be of."""
        seen = {one.unit for one in self._activities if one.code == self.activity}
        if Field.ACTIVITY in self.columns:
            known = self._by_word()
            codes = {known.get(t.lower()) for t in self._texts(self.columns[Field.ACTIVITY])}
            seen = {one.unit for one in self._activities if one.code in codes}
        return seen or {one.unit for one in self._activities}

    def _by_word(self) -> dict[str, str]:
        return {
            plain(name).lower(): one.code
            for one in self._activities
            for name in (one.code, one.zh, one.en)
        }

    def _is_activity(self, cell: Cell) -> bool:
        return isinstance(cell, str) and plain(cell).lower() in self._by_word()

    def _cells(self, column: str) -> list[Cell]:
        found = (row.get(column) for row in self._sample)
        return [cell for cell in found if cell is not None and not isinstance(cell, Fault)]

    def _texts(self, column: str) -> list[str]:
        return [plain(cell) for cell in self._cells(column) if isinstance(cell, str)]

    def _mostly(self, column: str, reads_as: Callable[[Cell], bool]) -> bool:
        cells = self._cells(column)
        return bool(cells) and sum(map(reads_as, cells)) >= _ENOUGH * len(cells)

    def _taken(self) -> set[str]:
        return set(self.columns.values())

    def _take(self, field: Field, column: str, zh: str, en: str) -> None:
        self.columns[field] = column
        self.reasons.append(
            Sentence(f"“{column}”作为{WORDS[field].zh}：{zh}。",
                     f"{column} is taken as {WORDS[field].en}: {en}.")
        )  # fmt: skip

    def _told_unit(self, column: str, smallest: str, times: Decimal) -> None:
        unit = smallest or "1"
        self.reasons.append(
            Sentence(f"“{column}”每 1 计为 {times} {unit}。",
                     f"Each 1 of {column} counts as {times} {unit}.")
        )  # fmt: skip

    def _doubt_name(self, field: Field, column: str) -> None:
        self.doubts.append(
            Sentence(f"“{column}”可能是{WORDS[field].zh}，请核对。",
                     f"{column} may be the {WORDS[field].en}; please check.")
        )  # fmt: skip

    def _doubt_two(self, field: Field, taken: str, other: str) -> None:
        self.doubts.append(
            Sentence(f"“{taken}”和“{other}”都像{WORDS[field].zh}；现取“{taken}”。",
                     f"Both {taken} and {other} look like the {WORDS[field].en}; {taken} is taken.")
        )  # fmt: skip


def _is_moment(cell: Cell) -> bool:
    try:
        values.moment(cell, "", date1904=False)
    except RowFault:
        return False
    return True
