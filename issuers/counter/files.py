"""Files at the counter: preview, commit, what can't be taken given back, templates, sign-in sheets.

Turns asks into calls of ``issuers.filing`` and what comes of them into JSON with both languages.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from typing import Any

from issuers.counter.routing import Answer, Ask, Download, Route, Who
from issuers.counter.uploads import PART_BYTES, uploaded
from issuers.files.fields import WORDS, Field
from issuers.files.kinds import Kind
from issuers.files.mapping import Mapping as ColumnMapping
from issuers.files.mapping import Measure, from_json
from issuers.files.names import file_name
from issuers.files.returning import EXTENSION, Verdict, annotated
from issuers.files.signin import SignIn, signin_template
from issuers.files.template import template, template_csv
from issuers.filing import BALANCES, SHEET, Arrival, Filing, Preview
from issuers.migrating import Migrating
from issuers.officefiles import KeptTable, OfficeFiles, Terms, Understood, Wishes, form_layout
from issuers.reasons import REASONS, Sentence
from issuers.standard.catalogue import Activity
from issuers.tying import STATEMENT
from ledger.errors import Refused, Rejected
from ledger.refusals import Lang
from ledger.store import agent_files
from ledger.store import agent_office_tables as office
from ledger.store.agent_files import FileRow, Line
from ledger.store.engine import Engine, reading
from ledger.units import BEIJING, points_text

MOST_LINES = 500
"""Rows in one answer."""
MEDIA = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEASURES = {
    "minute": ("minute", "1"), "hour": ("minute", "60"), "gram": ("gram", "1"),
    "kilogram": ("gram", "1000"), "fen": ("fen", "1"), "yuan": ("fen", "100"),
}  # fmt: skip
"""Units that a clerk may name: the smallest one, and how many of it make one that is written."""
_REJECTED = (office.Verdict.REJECTED,)


class FilesAtCounter:
    """The routes of files."""

    def __init__(
        self,
        engine: Engine,
        filing: Filing,
        migrating: Migrating,
        files: OfficeFiles,
        activities: Iterable[Activity],
    ) -> None:
        self._engine = engine
        self._filing = filing
        self._migrating = migrating
        self._files = files
        self._activities = {one.code: one for one in activities}

    def routes(self) -> list[Route]:
        """What the counter answers about files."""
        clerk = Who.CLERK
        return [
            Route("POST", "/files", clerk, self._preview),
            Route("GET", "/files", clerk, self._list),
            Route("GET", "/files/{file}", clerk, self._show),
            Route("GET", "/files/{file}/rows", clerk, self._rows),
            Route("GET", "/files/{file}/events", clerk, self._events),
            Route("GET", "/files/{file}/rejected", clerk, self._rejected),
            Route("POST", "/files/{file}/commit", clerk, self._commit),
            Route("POST", "/files/{file}/drop", clerk, self._drop),
            Route("POST", "/sheets", clerk, self._sheet),
            Route("POST", "/sheets/file", clerk, self._sheet_file),
            Route("POST", "/balances", clerk, self._balances),
            Route("GET", "/template", clerk, self._template),
        ]

    def _preview(self, ask: Ask) -> Answer:
        name = file_name(ask.query.get("name", ""))
        with uploaded(ask, name) as (file, digest):
            with reading(self._engine) as connection:
                learned = agent_files.learned(connection)
            understood = self._files.understand(file, name, wishes_of(ask), learned)
            found = self._filing.preview(_arrival(understood, name, digest, ask.by))
        notes = [*understood.notes(), *self._room(found)]
        return self._told(found) | {"notes": [_both(one) for one in notes]}

    def _sheet(self, ask: Ask) -> Answer:
        body = ask.json()
        said = {one: str(body[one]) for one in Field if body.get(one)}
        members = body.get("members")
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            raise Rejected("counter.field", field="members")
        return self._signed_in(self._files.form(said, members), ask)

    def _sheet_file(self, ask: Ask) -> Answer:
        name = file_name(ask.query.get("name", ""))
        with uploaded(ask, name) as (file, _):
            return self._signed_in(self._files.form_in(file, name), ask)

    def _signed_in(self, form: SignIn, ask: Ask) -> Answer:
        """A sign-in sheet goes the way of a file: previewed, then committed."""
        layout, members = form_layout(form), [one.encode() for one in form.members]
        digest = hashlib.sha256(b"\n".join([layout.encode(), *members])).digest()
        name = file_name(f"签到表 {form.day} {form.spot}")
        lines = ((line, member) for line, member in enumerate(members, 1))
        arrival = Arrival(name, SHEET, layout, "{}", digest, ask.by, lines)
        return self._told(self._filing.preview(arrival)) | {"notes": []}

    def _balances(self, ask: Ask) -> Answer:
        """Existing balances go the way of a file: previewed, then committed."""
        day = datetime.fromtimestamp(ask.at_s, BEIJING).date()
        found = self._migrating.preview(ask.by, f"存量积分 {day}")
        return self._told(found) | {"notes": [_both(one) for one in self._room(found)]}

    def _list(self, ask: Ask) -> Answer:
        with reading(self._engine) as connection:
            if "after" in ask.query:
                files = agent_files.every(connection, ask.number("after", 0), MOST_LINES)
            else:
                files = agent_files.newest(connection, MOST_LINES)
        return {"files": [_file(one) for one in files if one.kind != STATEMENT]}

    def _show(self, ask: Ask) -> Answer:
        number = ask.id("file")
        with reading(self._engine) as connection:
            file = agent_files.find(connection, number)
            in_inbox = agent_files.inbox_counts(connection, number)
        return self._told(self._filing.told(number)) | _file(file) | {"inbox": in_inbox}

    def _rows(self, ask: Ask) -> Answer:
        number, most = ask.id("file"), min(ask.number("limit", 100), MOST_LINES)
        wanted = _verdicts(ask.query.get("verdict", ""))
        with reading(self._engine) as connection:
            agent_files.find(connection, number)
            lines = agent_files.lines(connection, number, ask.number("after", 0), most, wanted)
        return {"rows": [self._line(one) for one in lines]}

    def _events(self, ask: Ask) -> Answer:
        """What became of the rows that went on; ``after`` is the number of one of them."""
        number, most = ask.id("file"), min(ask.number("limit", 100), MOST_LINES)
        with reading(self._engine) as connection:
            agent_files.find(connection, number)
            rows = agent_files.taken(connection, number, ask.number("after", 0), most)
        return {"events": [self._taken(one) for one in rows]}

    def _rejected(self, ask: Ask) -> Answer:
        """The rejected rows as a file like the one that came, with reason and fix beside each."""
        number, language = ask.id("file"), _language(ask)
        with reading(self._engine) as connection:
            file = agent_files.find(connection, number)
        if file.kind in (SHEET, BALANCES):
            raise Refused("file.not-given-back", file=number)
        if not any(one.verdict in _REJECTED for one in self._filing.told(number).tallies):
            raise Refused("file.nothing-rejected", file=number)
        kind, terms = Kind(file.kind), self._filing.terms(number)
        assert isinstance(terms, Terms)
        table = KeptTable(kind, terms, (line.content for line in self._bad_lines(number)))
        words = ((line.line, _verdict(line, language)) for line in self._bad_lines(number))
        out = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is sent
        annotated(table, words, out, language=language)
        out.seek(0)
        stem, extension = file.name.rpartition(".")[0] or file.name, EXTENSION[kind]
        name = f"{stem}-{'rejected' if language == 'en' else '退回'}{extension}"
        return Download(name, MEDIA[extension], _parts(out))

    def _bad_lines(self, number: int) -> Iterator[Line]:
        after = -1
        while True:
            with reading(self._engine) as connection:
                some = agent_files.lines(connection, number, after, MOST_LINES, _REJECTED)
            if not some:
                return
            yield from some
            after = some[-1].line

    def _commit(self, ask: Ask) -> Answer:
        number = ask.id("file")
        self._filing.commit(number)
        return self._told(self._filing.told(number))

    def _drop(self, ask: Ask) -> Answer:
        number = ask.id("file")
        self._filing.drop(number)
        return self._told(self._filing.told(number))

    def _template(self, ask: Ask) -> Answer:
        kind, language = ask.query.get("kind", "xlsx"), _language(ask)
        code = ask.query.get("activity", "")
        if code and code not in self._activities:
            raise Rejected("counter.field", field="activity")
        if kind == "xlsx":
            return _book("积分填报模板.xlsx", template([*self._activities.values()], language))
        if kind == "signin":
            return _book("签到表.xlsx", signin_template(self._activities.get(code), language))
        if kind == "csv":
            return Download("积分填报模板.csv", MEDIA[".csv"], iter([template_csv(language)]))
        raise Rejected("counter.field", field="kind")

    def _told(self, found: Preview) -> dict[str, Any]:
        with reading(self._engine) as connection:
            file = agent_files.find(connection, found.file)
        tallies = [
            {"verdict": str(one.verdict), "rows": one.rows, "units": one.units, **why(one.reason)}
            for one in found.tallies
        ]
        good = [one for one in found.tallies if one.verdict in agent_files.GOOD]
        return {
            "file": found.file, "name": found.name, "state": str(found.state),
            "rows": found.rows, "tallies": tallies, "same_as": found.same_as,
            "good_rows": sum(one.rows for one in good),
            "good_units": sum(one.units for one in good),
            "columns": _columns(file),
        }  # fmt: skip

    def _taken(self, row: agent_files.Taken) -> dict[str, Any]:
        return {
            "number": row.id, "place": row.place, "event_id": row.event_id,
            "member_id": row.member_id, "activity": self._code(row.activity),
            "quantity": row.quantity, "units": row.units, "state": str(row.state),
            **why(row.reason),
        }  # fmt: skip

    def _code(self, activity: int | None) -> str | None:
        return next((o.code for o in self._activities.values() if o.id == activity), None)

    def _line(self, line: Line) -> dict[str, Any]:
        return {
            "line": line.line, "verdict": str(line.verdict), "event_id": line.event_id,
            "member_id": line.member_id, "activity": self._code(line.activity),
            "quantity": line.quantity, "reported": line.reported, "units": line.units,
            "rate": line.rate, "field": line.field, "value": line.value, **why(line.reason),
        }  # fmt: skip

    def _room(self, found: Preview) -> list[Sentence]:
        """What the issuer's own limits leave, where the file comes to more."""
        units = sum(one.units for one in found.tallies if one.verdict in agent_files.GOOD)
        room = self._filing.room()
        if units <= room:
            return []
        more, left = points_text(units), points_text(room)
        return [
            Sentence(
                f"本文件共 {more} 积分，发行方上限目前只剩 {left} 积分；其余的会等到有余额再上链。",
                f"The file comes to {more} points and the issuer's limits leave {left} now; "
                "the rest waits until there is room.",
            )
        ]


def _language(ask: Ask) -> Lang:
    return "en" if ask.query.get("lang") == "en" else "zh"


def wishes_of(ask: Ask) -> Wishes:
    """What the clerk said about the file. Rejected("counter.field")."""
    columns: dict[Field, str] = {}
    for said in filter(None, ask.query.get("columns", "").split("\n")):
        name, _, column = said.partition("=")
        if name not in set(Field) or not column:
            raise Rejected("counter.field", field="columns")
        columns[Field(name)] = column
    return Wishes(
        activity=ask.query.get("activity", ""), sheet=ask.query.get("sheet") or None,
        columns=columns, measure=_measure(ask.query.get("unit", "")),
    )  # fmt: skip


def _measure(unit: str) -> Measure | None:
    if not unit:
        return None
    if unit not in _MEASURES:
        raise Rejected("counter.field", field="unit")
    smallest, factor = _MEASURES[unit]
    return Measure(unit=smallest, factor=Decimal(factor))


def _arrival(understood: Understood, name: str, digest: bytes, clerk: str) -> Arrival:
    terms = understood.terms
    mapping = terms.mapping.to_json().decode()
    layout = terms.layout.to_json()
    return Arrival(name, understood.kind, layout, mapping, digest, clerk, understood.rows)


def _verdicts(text: str) -> tuple[office.Verdict, ...]:
    wanted = [one for one in text.split(",") if one]
    if any(one not in set(office.Verdict) for one in wanted):
        raise Rejected("counter.field", field="verdict")
    return tuple(map(office.Verdict, wanted)) or tuple(office.Verdict)


def why(code: str | None) -> dict[str, Any]:
    """Reason and fix in both languages; nothing where nothing is to be said."""
    known = REASONS.get(code or "")
    if known is None:
        return {"reason": code}
    return {
        "reason": code, "zh": known.why.zh, "en": known.why.en,
        "fix_zh": known.fix.zh, "fix_en": known.fix.en,
    }  # fmt: skip


def _verdict(line: Line, language: Lang) -> Verdict:
    """Reason and fix as they stand beside the row."""
    known = REASONS.get(line.reason or "")
    if known is None:
        return Verdict(line.reason or "", "")
    why, fix = getattr(known.why, language), getattr(known.fix, language)
    field = "" if line.field in (None, "", "*") else f"{line.field}: "
    value = f" ({line.value})" if line.value else ""
    if language != "en":
        field, value = field.replace(": ", "："), f"（{line.value}）" if line.value else ""
    return Verdict(f"{field}{why}{value}", fix)


def _columns(file: FileRow) -> list[dict[str, str]]:
    """Which column is which, as a person reads it."""
    if file.kind in (SHEET, BALANCES):
        return []
    mapping: ColumnMapping = from_json(file.mapping)
    shown = [
        {"field": str(one), "zh": words.zh, "en": words.en, "column": mapping.columns[one]}
        for one, words in WORDS.items()
        if one in mapping.columns
    ]
    if mapping.activity:
        words = WORDS[Field.ACTIVITY]
        shown.append(
            {"field": "activity", "zh": words.zh, "en": words.en, "column": f"= {mapping.activity}"}
        )
    return shown


def _file(file: FileRow) -> dict[str, Any]:
    return {
        "file": file.id, "name": file.name, "kind": file.kind, "state": str(file.state),
        "rows": file.rows, "clerk": file.clerk, "received_s": file.received_s,
        "sha256": file.content_hash.hex(),
    }  # fmt: skip


def _both(sentence: Sentence) -> Mapping[str, str]:
    return {"zh": sentence.zh, "en": sentence.en}


def _book(name: str, content: bytes) -> Download:
    return Download(name, MEDIA[".xlsx"], iter([content]))


def _parts(file: Any) -> Iterator[bytes]:
    with closing(file):
        while part := file.read(PART_BYTES):
            yield part
