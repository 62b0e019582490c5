"""Files of an office as the agent takes them in: opened, their columns understood, each row kept.

Between ``issuers.files``, which knows tables and nothing of an agent, and ``issuers.filing``, which
knows verdicts and no tables. A row is kept as its cells; with the file's layout and mapping, which
are kept once, it can be read again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

import orjson

from issuers.adapter import Item
from issuers.files.book import Line
from issuers.files.cells import Cell, Fault
from issuers.files.fields import Field
from issuers.files.guessing import guess
from issuers.files.kinds import Kind
from issuers.files.mapping import (
    Mapping as ColumnMapping,
)
from issuers.files.mapping import (
    Measure,
    compare,
    fingerprint,
    from_json,
)
from issuers.files.rowreading import read_row
from issuers.files.signin import SignIn, made, read_signin, sheet_rows
from issuers.files.table import Columns, Row, Table, open_table
from issuers.reasons import Sentence
from issuers.standard.catalogue import Activity
from ledger.errors import Rejected


@dataclass(frozen=True)
class Wishes:
    """What the clerk said about a file; nothing of it is needed."""

    activity: str = ""
    """The code of every row, where no column says it."""
    sheet: str | None = None
    columns: Mapping[Field, str] = field(default_factory=dict)
    """Columns that the clerk named."""
    measure: Measure | None = None


@dataclass(frozen=True)
class Layout:
    """What of a file's form is kept beside its rows."""

    file: str
    sheet: str
    titles: tuple[str, ...]
    names: tuple[str, ...]
    date1904: bool
    encoding: str = ""
    separator: str = ""
    lead: tuple[tuple[Any, ...], ...] = ()
    """The lines above the header, to be given back with rejected rows."""

    @classmethod
    def of(cls, table: Table) -> Layout:
        """The table's."""
        c = table.columns
        form = (table.encoding, table.separator)
        lead = tuple(tuple(map(_plain, line.cells)) for line in table.lead())
        return cls(c.file, c.sheet, c.titles, c.names, c.date1904, *form, lead)

    def to_json(self) -> str:
        """To be kept."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_json(cls, kept: str) -> Layout:
        """As it was kept."""
        given = orjson.loads(kept)
        lists = {name: tuple(given[name]) for name in ("titles", "names", "lead")}
        return cls(**given | lists)

    def columns(self) -> Columns:
        """As rows want them."""
        index = {name: at for at, name in enumerate(self.names)}
        return Columns(self.file, self.sheet, self.titles, self.names, self.date1904, index)


class Terms:
    """How the rows of one file are read."""

    def __init__(self, layout: Layout, mapping: ColumnMapping, words: Mapping[str, str]) -> None:
        self.layout = layout
        self.mapping = mapping
        self._columns = layout.columns()
        self._words = words

    def row(self, content: bytes) -> Row:
        """The row as it stood."""
        line, broken, values = orjson.loads(content)
        return Row(line, [_cell(value) for value in values], self._columns, broken)

    def parse(self, content: bytes, now: datetime) -> Item:
        """What it says."""
        return read_row(self.row(content), self.mapping, now, self._words)

    def place(self, content: bytes) -> str:
        """Where it stands, for a person."""
        return self.row(content).place


class KeptTable:
    """A file that is gone, as ``files.returning`` wants it: its form, and rows that were kept."""

    def __init__(self, kind: Kind, terms: Terms, contents: Iterable[bytes]) -> None:
        layout = terms.layout
        self.kind = kind
        self.columns = layout.columns()
        self.header, self.sheet = layout.names, layout.sheet
        self.encoding, self.separator = layout.encoding, layout.separator
        self._terms = terms
        self._contents = contents

    def lead(self) -> list[Line]:
        """The lines above the header."""
        lead = self._terms.layout.lead
        return [Line(at, [_cell(one) for one in cells]) for at, cells in enumerate(lead, 1)]

    def rows(self) -> Iterator[Row]:
        """The kept rows; once."""
        return (self._terms.row(content) for content in self._contents)


@dataclass(frozen=True)
class Understood:
    """A file whose columns are understood."""

    kind: str
    terms: Terms
    notes: Callable[[], tuple[Sentence, ...]]
    """What the clerk should know; complete once all rows were read."""
    rows: Iterator[tuple[int, bytes]]
    """(line, content), in the order of the file."""


class SignInTerms:
    """How the members on a sign-in sheet are read: each is a row, the form is the layout."""

    def __init__(self, form: SignIn) -> None:
        self.form = form

    def parse(self, content: bytes, now: datetime) -> Item:
        """The member's event."""
        one = replace(self.form, members=(content.decode(),))
        return sheet_rows(one, now)[0]

    def place(self, content: bytes) -> str:
        """Where it stands, for a person; a member's id is part of no place."""
        del content
        return f"签到表 {self.form.day} {self.form.spot}"


class OfficeFiles:
    """Understands the files of one scheme's office."""

    def __init__(self, activities: Sequence[Activity]) -> None:
        self._activities = tuple(activities)
        self._words = {
            word.lower(): one.code for one in activities for word in (one.zh, one.en, one.code)
        }

    def form(self, said: Mapping[Field, str], members: Sequence[str]) -> SignIn:
        """A sign-in sheet from what was typed. Rejected("file.signin") names the field."""
        return made(dict(said), tuple(members), self._activities)

    def form_in(self, source: BinaryIO, name: str) -> SignIn:
        """A sign-in sheet from our own workbook, filled in. Raises as ``form``."""
        with open_table(source, name) as table:
            return read_signin(table, self._activities)

    def terms(self, layout: str, mapping: str) -> Terms | SignInTerms:
        """Of a file that was taken in before, both as they were kept."""
        given = orjson.loads(layout)
        if "form" in given:
            said = {Field(name): text for name, text in given["form"].items()}
            return SignInTerms(made(said, (), self._activities))
        return Terms(Layout.from_json(layout), from_json(mapping), self._words)

    def understand(
        self, source: BinaryIO, name: str, wishes: Wishes, learned: Sequence[str]
    ) -> Understood:
        """Opens a file. ``learned`` are the mappings of earlier files, the newest first.

        Raises Rejected: what ``open_table`` raises; file.columns-gone where a needed column of the
        newest mapping is gone and names tell no other; file.mapping-lacks where an event lacks
        something.
        """
        mappings = [from_json(one) for one in learned]
        known = {name for one in mappings for name in one.header} | {*wishes.columns.values()}
        table = open_table(source, name, sheet=wishes.sheet, known=known)
        mapping, notes = self._mapping(table, wishes, mappings)
        terms = Terms(Layout.of(table), mapping.complete(), self._words)
        return Understood(str(table.kind), terms, lambda: (*notes, *table.notes), _kept(table))

    def _mapping(
        self, table: Table, wishes: Wishes, learned: Sequence[ColumnMapping]
    ) -> tuple[ColumnMapping, tuple[Sentence, ...]]:
        """The columns' meaning, and what is to be said of it."""
        mapping, notes, gone = self._learned(table, learned)
        if mapping is None:
            found = guess(table.header, table.sample(), self._activities)
            if found.lacking and gone is not None and not wishes.columns:
                raise gone
            mapping, notes = found.mapping, (*found.reasons, *found.doubts)
        changes: dict[str, Any] = {}
        if wishes.columns:
            _check_there(wishes.columns, table.header)
            changes["columns"] = {**mapping.columns, **wishes.columns}
        if wishes.activity:
            kept = changes.get("columns", mapping.columns)
            changes["columns"] = {k: v for k, v in kept.items() if k is not Field.ACTIVITY}
            changes["activity"] = wishes.activity
        if wishes.measure is not None:
            changes["measure"] = wishes.measure
        return mapping.model_copy(update=changes), notes

    @staticmethod
    def _learned(
        table: Table, learned: Sequence[ColumnMapping]
    ) -> tuple[ColumnMapping | None, tuple[Sentence, ...], Rejected | None]:
        """A mapping learned from an earlier file that fits this one; what changed since."""
        gone: Rejected | None = None
        wanted = fingerprint(table.header)
        for mapping in sorted(learned, key=lambda one: fingerprint(one.header) != wanted):
            try:
                comparison = compare(mapping, table.header)
            except Rejected as error:
                gone = gone or error
                continue
            return comparison.mapping, comparison.changes, None
        return None, (), gone


def form_layout(form: SignIn) -> str:
    """A sign-in sheet's form, to be kept as a file's layout."""
    said = {
        Field.ACTIVITY: form.activity.code, Field.OCCURRED: form.day.isoformat(),
        Field.BEGAN: f"{form.began:%H:%M}", Field.ENDED: f"{form.ended:%H:%M}",
        Field.SPOT: form.spot, Field.CHECKER: form.checker,
    }  # fmt: skip
    if form.quantity:
        said[Field.QUANTITY] = str(form.quantity)
    return orjson.dumps({"form": {str(name): text for name, text in said.items()}}).decode()


def _check_there(columns: Mapping[Field, str], header: Sequence[str]) -> None:
    for name in columns.values():
        if name not in header:
            raise Rejected("file.no-such-column", column=name, header="、".join(header))


def _kept(table: Table) -> Iterator[tuple[int, bytes]]:
    with table:
        for row in table.rows():
            values = [_plain(value) for value in row.values]
            yield row.line, orjson.dumps([row.line, row.broken, values])


def _plain(value: Cell) -> object:
    return [value.code, value.shown] if isinstance(value, Fault) else value


def _cell(value: Any) -> Cell:
    return Fault(*value) if isinstance(value, list) else value
