"""Reads one row of a table into an event, by a mapping, or into a rejection that names the column.

A row without an id of its own gets one from its facts alone, never from the file's name or the
row's place: a file sent twice, renamed or shuffled gives the same ids, and so two rows that say
exactly the same count once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as Words
from datetime import datetime, timedelta

from issuers import reading
from issuers.adapter import EarningEvent, RejectedRow
from issuers.files import values
from issuers.files.cells import Cell
from issuers.files.fields import WORDS, Field
from issuers.files.mapping import How, Mapping
from issuers.files.table import Row
from issuers.reading import RowFault, plain

ROW_PREFIX = "tongdui:row:"
ID_HEX = 32
NO_WORDS: Words[str, str] = {}
_CODE = re.compile(r"[A-Z]{2,8}(?:\.[A-Z0-9_]+)+")
_MINUTE = timedelta(minutes=1)


def read_row(
    row: Row, mapping: Mapping, now: datetime, words: Words[str, str] = NO_WORDS
) -> EarningEvent | RejectedRow:
    """The event that the row tells of. ``words`` are the standard's own, in small letters → code;
    the mapping's come first. file.mapping-lacks where the mapping is not complete."""
    reader = _Reader(row, mapping.complete(), now, words)
    try:
        return reader.event()
    except RowFault as fault:
        event_id = reader.event_id_if_any()
        return RejectedRow(row.place, fault.field, fault.code, fault.value, event_id)


def derived_id(prefix: str, **facts: str | int | datetime | None) -> str:
    """An id of our own from what makes an event that event."""
    known = {name: value for name, value in facts.items() if value is not None}
    return prefix + hashlib.sha256(reading.canonical(**known)).hexdigest()[:ID_HEX]


class _Reader:
    """One row under one mapping."""

    def __init__(self, row: Row, mapping: Mapping, now: datetime, words: Words[str, str]) -> None:
        self._row = row
        self._mapping = mapping
        self._now = now
        self._words = words
        self._date1904 = row.columns.date1904

    def event(self) -> EarningEvent:
        """The event, or a RowFault."""
        if self._row.broken:
            raise RowFault("*", "row.broken", " ".join(map(str, self._row.values)))
        member = values.needed_identifier(*self._at(Field.MEMBER_ID))
        activity = self._activity()
        occurred, began, ended = self._times()
        quantity = self._quantity(began, ended)
        checker, spot = self._text(Field.CHECKER), self._text(Field.SPOT)
        given = self._event_id()
        facts: dict[str, str | int | datetime] = {
            "member": member, "activity": activity, "quantity": quantity, "occurred": occurred,
        }  # fmt: skip
        if began is not None and ended is not None:
            facts |= {"began": began, "ended": ended}
        if checker:
            facts["checker"] = checker
        event_id = given or derived_id(ROW_PREFIX, **facts)
        if given and spot:
            facts["spot"] = spot
        return EarningEvent(
            event_id, member, activity, quantity, occurred,
            reading.canonical(event=event_id, **facts), self._row.place,
            began if ended is not None else None, ended if began is not None else None,
            checker, spot,
        )  # fmt: skip

    def event_id_if_any(self) -> str | None:
        """The row's own id, where one can be read."""
        try:
            return self._event_id() or None
        except RowFault:
            return None

    def _event_id(self) -> str:
        found = values.identifier(*self._at(Field.EVENT_ID))
        if found.startswith("tongdui:"):
            raise RowFault(self._at(Field.EVENT_ID)[1], "id.reserved", found)
        return found

    def _at(self, field: Field) -> tuple[Cell, str]:
        """The field's cell and its column; nothing, under the field's own name, without one."""
        column = self._mapping.columns.get(field)
        return (None, WORDS[field].zh) if column is None else (self._row.get(column), column)

    def _text(self, field: Field) -> str:
        return values.words(*self._at(field))

    def _activity(self) -> str:
        if Field.ACTIVITY not in self._mapping.columns:
            return self._mapping.activity
        cell, column = self._at(Field.ACTIVITY)
        word = values.words(cell, column)
        if not word:
            raise RowFault(column, "field.missing")
        key = word.lower()
        code = self._mapping.words.get(key) or self._words.get(key)
        if code is None and not _CODE.fullmatch(word.upper()):
            raise RowFault(column, "activity.unknown", word)
        return code or word.upper()

    def _times(self) -> tuple[datetime, datetime | None, datetime | None]:
        """When it occurred, began and ended; the last two only where they are written."""
        day = self._day()
        began = self._on(day, Field.BEGAN)
        ended = self._on(began or day, Field.ENDED)
        if began is not None and ended is not None and ended < began:
            raise RowFault(self._at(Field.ENDED)[1], "time.reversed", ended.isoformat())
        cell, column = self._at(Field.OCCURRED_TIME)
        if day is not None and cell is not None:
            day = values.moment_on(day, cell, column, self._date1904)
        elif began is not None and (day is None or _is_midnight(day)):
            day = began
        if day is None:
            raise RowFault(self._at(Field.BEGAN)[1], "field.missing")
        column = self._mapping.columns.get(Field.OCCURRED) or self._at(Field.BEGAN)[1]
        return reading.past(day, self._now, column), began, ended

    def _day(self) -> datetime | None:
        if Field.OCCURRED not in self._mapping.columns:
            return None
        return values.moment(*self._at(Field.OCCURRED), self._date1904)

    def _on(self, day: datetime | None, field: Field) -> datetime | None:
        cell, column = self._at(field)
        if cell is None:
            return None
        return values.moment_on(day, cell, column, self._date1904)

    def _quantity(self, began: datetime | None, ended: datetime | None) -> int:
        measure = self._mapping.measure
        if measure.how is How.EACH:
            return measure.each
        if measure.how is How.SPAN:
            for field, when in ((Field.BEGAN, began), (Field.ENDED, ended)):
                if when is None:
                    raise RowFault(self._at(field)[1], "field.missing")
            assert began is not None
            assert ended is not None
            return minutes_between(began, ended, self._at(Field.ENDED)[1])
        cell, column = self._at(Field.QUANTITY)
        found = values.quantity(cell, column, measure.unit, measure.factor)
        timed = measure.unit == "minute" and began is not None and ended is not None
        if timed and began and ended and found * _MINUTE > ended - began + _MINUTE:
            raise RowFault(column, "quantity.disagrees", str(found))
        return found


def minutes_between(began: datetime, ended: datetime, column: str) -> int:
    """Whole minutes; quantity.zero where there is not one."""
    return reading.quantity({column: (ended - began) // _MINUTE}, column)


def words_of(activities: Words[str, tuple[str, ...]]) -> dict[str, str]:
    """Code by each of an activity's names and its code, in small letters, as ``read_row`` asks."""
    return {
        plain(name).lower(): code for code, names in activities.items() for name in (code, *names)
    }


def _is_midnight(when: datetime) -> bool:
    return (when.hour, when.minute, when.second) == (0, 0, 0)
