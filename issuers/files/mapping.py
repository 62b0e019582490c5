"""What a file's columns mean: learned once, shown, saved as JSON, and held against later files.

Pure. A mapping names columns as the header does; a file whose needed column is gone is refused,
and every other change is told in plain words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, PlainSerializer, ValidationError

from issuers.files.fields import FIX, REASON, WORDS, Field, key_of, named
from issuers.reading import plain
from issuers.reasons import Sentence
from ledger.errors import Rejected

GIVEN_BACK = frozenset(map(key_of, (REASON.zh, REASON.en, FIX.zh, FIX.en)))
"""Columns that we add to rejected rows: never part of what a file is."""
_Exact = Annotated[Decimal, PlainSerializer(str)]


class How(StrEnum):
    """How a row says its quantity."""

    WRITTEN = "written"
    """In a column of its own."""
    SPAN = "span"
    """As the whole minutes from began to ended."""
    EACH = "each"
    """Every row is the same: a trip, a donation."""


class Measure(BaseModel):
    """The quantity of a row, in the activity's smallest unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: How = How.WRITTEN
    unit: str = ""
    """The smallest unit where it is minute, gram or fen: units beside a number are then read."""
    factor: _Exact = Decimal(1)
    """Smallest units for one that is written: 60 for hours, 1000 for kilograms."""
    each: int = 1


class Mapping(BaseModel):
    """Which column is which."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    columns: dict[Field, str]
    activity: str = ""
    """The code of every row, where no column says it."""
    words: dict[str, str] = {}
    """The file's own word for an activity, in small letters → its code."""
    measure: Measure = Measure()
    header: tuple[str, ...] = ()
    """All columns when this was learned."""

    def lacking(self) -> tuple[Field, ...]:
        """What an event needs and nothing gives."""
        has, lacks = self.columns.keys(), list[Field]()
        if Field.MEMBER_ID not in has:
            lacks.append(Field.MEMBER_ID)
        if Field.ACTIVITY not in has and not self.activity:
            lacks.append(Field.ACTIVITY)
        if self.measure.how is How.WRITTEN and Field.QUANTITY not in has:
            lacks.append(Field.QUANTITY)
        if Field.OCCURRED not in has and Field.BEGAN not in has:
            lacks.append(Field.OCCURRED)
        if self.measure.how is How.SPAN:
            lacks += [one for one in (Field.BEGAN, Field.ENDED) if one not in has]
        return tuple(lacks)

    def complete(self) -> Mapping:
        """Itself; file.mapping-lacks where a row could not become an event."""
        lacks = self.lacking()
        if lacks:
            columns = "、".join(WORDS[one].zh for one in lacks)
            raise Rejected("file.mapping-lacks", field=str(lacks[0]), columns=columns)
        return self

    def to_json(self) -> bytes:
        """To be kept; the same mapping gives the same bytes."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)


class Comparison(NamedTuple):
    """A saved mapping held against a header."""

    mapping: Mapping
    """With the columns' names as this header writes them."""
    changes: tuple[Sentence, ...]
    """What is different; empty where nothing is."""


def from_json(content: bytes | str) -> Mapping:
    """A mapping that was kept; file.mapping-unreadable where it is none."""
    try:
        return Mapping.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "*"
        raise Rejected("file.mapping-unreadable", field=where, why=first["msg"]) from error


def own_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The header without the two columns that we add to rejected rows."""
    return tuple(name for name in header if key_of(name) not in GIVEN_BACK)


def fingerprint(header: Sequence[str]) -> str:
    """Of the columns and their order, in hex: the same for a file and its rejected rows."""
    return hashlib.sha256(orjson.dumps([_same(name) for name in own_columns(header)])).hexdigest()


def compare(mapping: Mapping, header: Sequence[str]) -> Comparison:
    """What changed since the mapping was learned; file.columns-gone where a column that it needs
    is not there. A unit in brackets is part of a name: 时长（分钟） is not 时长（小时）."""
    now = {_same(name): name for name in own_columns(header)}
    before = {_same(name): name for name in own_columns(mapping.header)}
    removed = [name for key, name in before.items() if key not in now]
    added = [name for key, name in now.items() if key not in before]
    gone = [name for name in mapping.columns.values() if _same(name) not in now]
    if gone:
        maybe = [name for one in gone for name in added if _alike(one, name)]
        raise Rejected(
            "file.columns-gone", columns="、".join(gone), added="、".join(maybe or added) or "—"
        )
    columns = {field: now[_same(name)] for field, name in mapping.columns.items()}
    changes = _changes(removed, added, [*before], [*now])
    return Comparison(mapping.model_copy(update={"columns": columns}), changes)


def _changes(
    removed: list[str], added: list[str], before: list[str], now: list[str]
) -> tuple[Sentence, ...]:
    changes, new = list[Sentence](), list(added)
    for name in removed:
        other = next((one for one in new if _alike(name, one)), None)
        if other is None:
            changes.append(
                Sentence(f"少了一列“{name}”（不需要）。", f"Column gone, not needed: {name}.")
            )
        else:
            new.remove(other)
            changes.append(
                Sentence(f"列“{name}”现名“{other}”。", f"Column {name} is now called {other}.")
            )
    changes += [
        Sentence(f"多了一列“{name}”，不会读取。", f"New column, not read: {name}.") for name in new
    ]
    stayed = [name for name in now if name in before]
    if stayed != [name for name in before if name in now]:
        changes.append(
            Sentence("列的顺序变了；按列名读取，没有影响。",
                     "The columns' order changed; they are read by name, so nothing depends on it.")
        )  # fmt: skip
    return tuple(changes)


def _same(name: str) -> str:
    """Names that differ only in blanks, stars, width or case are the same."""
    return "".join(plain(name).replace("*", "").split()).lower()


def _alike(one: str, other: str) -> bool:
    """Whether one may be the other's new name."""
    field = named(one).field
    return key_of(one) == key_of(other) or (field is not None and field == named(other).field)
