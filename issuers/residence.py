"""Residence permit (居住证): one XLSX report a month, behind a login form and a session cookie.

The source's habits: a worn-out session answers with a redirect to the login page; title rows above
the header and a total below the rows; dates as cells, as text, or as serial numbers. Rows carry no
id, so an event is (permit, month of the report, kind), which is also how the source marks it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime

import httpx
import orjson

from issuers import reading
from issuers.adapter import (
    Cursor,
    EarningEvent,
    IssuerAdapter,
    Item,
    LayoutChanged,
    Page,
    RawRow,
    Source,
)
from issuers.balances import BalancedAdapter
from issuers.conformance.stage import Stage
from issuers.files import Row, open_table
from issuers.files.cells import Cell, Fault, as_text
from issuers.reading import RowFault
from issuers.remote import Remote, admitted, listed, object_in
from ledger.errors import Rejected

WANTED = ("居住证编号", "事项", "月数", "办结日期")
"""Columns that are read, wherever they stand; names and remarks are left where they are."""
ACTIVITIES = {"居住满一月": "RES.MONTH", "参保满一月": "RES.INSURANCE"}
"""The source's word → code of the standard."""
_MONTH = re.compile(r"\d{4}-\d{2}")
_REPORT = re.compile(r"\d{4}-\d{2}\.xlsx")


class ResidenceAdapter(BalancedAdapter):
    """Reads /reports/. Its cursor is the name of the last report read."""

    scheme = "residence"
    prefix = "/connector"
    balance_activity = "RES.BALANCE"

    def read(self, since: Cursor) -> Iterator[Page]:
        """One page a report, oldest first."""
        listing = self.remote.changed("/reports/", since)
        if listing is None:
            return
        names = listed(object_in(listing), "reports", "/reports/")
        for name in sorted(str(name) for name in names):
            if _REPORT.fullmatch(name) and name > since:
                content = self.remote.get(f"/reports/{name}").content
                since = Cursor(name)
                yield Page(tuple(rows_of(name, content)), since)
        self.remote.stored(listing, since)

    def parse(self, row: RawRow, now: datetime) -> Item:
        """The month that the row tells of."""
        return reading.judged(row, lambda raw: _event(raw, now))


def rows_of(name: str, content: bytes) -> Iterator[RawRow]:
    """The report's rows: an object of the wanted columns, or bare cells of a row cut short."""
    changed = LayoutChanged("source.layout-changed", where=name, wanted=",".join(WANTED))
    try:
        table = open_table(io.BytesIO(content), name, wanted=WANTED)
    except Rejected as error:
        if error.code == "file.no-header":
            raise changed from error
        raise
    with table:
        if not set(WANTED) <= set(table.header):
            raise changed
        for row in table.rows():
            yield RawRow(row.place, orjson.dumps(_content(name, row)))


def _content(name: str, row: Row) -> object:
    """What is kept of a row. A row with hardly anything in it is handed on as bare cells."""
    kept = {column: _cell(row.get(column)) for column in WANTED}
    if sum(value is not None for value in kept.values()) < len(WANTED) - 1:
        return [_cell(cell) for cell in row.values]
    return kept | {"month": name.removesuffix(".xlsx")}


def _cell(cell: Cell) -> str | int | float | None:
    return as_text(cell) if isinstance(cell, Fault) else cell


def _event(row: RawRow, now: datetime) -> EarningEvent:
    fields = reading.fields_of(row)
    member, word = reading.text(fields, "居住证编号"), reading.text(fields, "事项")
    if word not in ACTIVITIES:
        raise RowFault("事项", "activity.unknown", word)
    code = ACTIVITIES[word]
    months = reading.quantity(fields, "月数")
    when = reading.past(reading.day_or_serial(fields, "办结日期"), now, "办结日期")
    month = reading.text(fields, "month")
    if not _MONTH.fullmatch(month):
        raise RowFault("month", "row.broken", month)
    event_id = f"{member}-{month.replace('-', '')}-{code.removeprefix('RES.')[0]}"
    record = reading.canonical(
        event=event_id, member=member, activity=code, months=months, occurred=when
    )
    return EarningEvent(event_id, member, code, months, when, record, row.place)


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter, logging in by the form when it meets the login page."""

    def login(client: httpx.Client) -> None:
        words = {"user": source.user, "password": source.secret}
        admitted(client.post("/login", data=words), httpx.codes.SEE_OTHER)

    def lost(answer: httpx.Response) -> bool:
        return answer.status_code == httpx.codes.FOUND

    return ResidenceAdapter(Remote(source, login=login, lost=lost))


def conformance_source() -> AbstractContextManager[Stage]:
    """The system on which the conformance suite tries this adapter."""
    from issuers.sandbox.stage import staged

    return staged(ResidenceAdapter.scheme)
