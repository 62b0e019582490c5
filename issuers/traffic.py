"""Traffic (蓉e行): one CSV file a day in GB18030, from a folder listing behind basic auth.

The source's habits: a file holds what was settled that day, whatever day it happened, and never
changes; days without rows have no file; repeats come in later files.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime

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
from issuers.reading import RowFault
from issuers.remote import Remote

COLUMNS = ("流水号", "会员号", "事项", "数量", "发生时间", "备注")
ACTIVITIES = {
    "私家车停驶": "TRA.CAR_IDLE_DAY",
    "地铁": "TRA.METRO",
    "公交": "TRA.BUS",
    "共享单车": "TRA.BIKE",
}
"""The source's word → code of the standard."""
_LINK = re.compile(r'href="(\d{4}-\d{2}-\d{2}\.csv)"')


class TrafficAdapter(BalancedAdapter):
    """Reads /drop/ file by file. Its cursor is the name of the last file read."""

    scheme = "traffic"
    prefix = "/connector"
    balance_activity = "TRA.BALANCE"

    def read(self, since: Cursor) -> Iterator[Page]:
        """One page a file, oldest first."""
        listing = self.remote.changed("/drop/", since)
        if listing is None:
            return
        for name in sorted(set(_LINK.findall(listing.text))):
            if name > since:
                content = self.remote.get(f"/drop/{name}").content
                since = Cursor(name)
                yield Page(tuple(rows_of(name, content)), since)
        self.remote.stored(listing, since)

    def parse(self, row: RawRow, now: datetime) -> Item:
        """The trip or idle day that the row tells of."""
        return reading.judged(row, lambda raw: _event(raw, now), "流水号")


def rows_of(name: str, content: bytes) -> Iterator[RawRow]:
    """The file's rows: an object by column, or the bare cells where their number is wrong."""
    lines = csv.reader(io.StringIO(content.decode("gb18030", "replace"), newline=""))
    header = tuple(reading.plain(cell) for cell in next(lines, []))
    if header != COLUMNS:
        raise LayoutChanged("source.layout-changed", where=name, wanted=",".join(COLUMNS))
    for cells in lines:
        if any(cells):
            whole = len(cells) == len(COLUMNS) and not any("\ufffd" in cell for cell in cells)
            row = dict(zip(COLUMNS, cells, strict=True)) if whole else cells
            yield RawRow(f"{name} line {lines.line_num}", orjson.dumps(row))


def _event(row: RawRow, now: datetime) -> EarningEvent:
    fields = reading.fields_of(row)
    event_id, member = reading.text(fields, "流水号"), reading.text(fields, "会员号")
    word = reading.text(fields, "事项")
    if word not in ACTIVITIES:
        raise RowFault("事项", "activity.unknown", word)
    quantity = reading.quantity(fields, "数量")
    when = reading.past(reading.moment(fields, "发生时间"), now, "发生时间")
    code = ACTIVITIES[word]
    record = reading.canonical(
        event=event_id, member=member, activity=code, quantity=quantity, occurred=when
    )
    return EarningEvent(event_id, member, code, quantity, when, record, row.place)


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter, with name and password on every request."""
    return TrafficAdapter(Remote(source, auth=(source.user, source.secret)))


def conformance_source() -> AbstractContextManager[Stage]:
    """The system on which the conformance suite tries this adapter."""
    from issuers.sandbox.stage import staged

    return staged(TrafficAdapter.scheme)
