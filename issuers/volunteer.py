"""Volunteer service (志愿服务): paged JSON behind a token that wears out.

The source's habits: pages count from 1 and only grow at the end; minutes with check-in and
check-out in Beijing time without saying so; an event occurred when the volunteer checked in.
Who organised it certifies it; that and the venue are not part of the evidence's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import httpx
import orjson

from issuers import reading
from issuers.adapter import Cursor, EarningEvent, IssuerAdapter, Item, Page, RawRow, Source
from issuers.balances import BalancedAdapter
from issuers.conformance.stage import Stage
from issuers.reading import RowFault
from issuers.remote import Remote, admitted, listed, object_in

PATH = "/api/services"
PAGE_ROWS = 200
ACTIVITIES = {"社区服务": "VOL.SERVICE"}
"""The source's word → code of the standard."""


class VolunteerAdapter(BalancedAdapter):
    """Reads /api/services page by page. Its cursor is ``page:rows already read of it``; the last
    page is answered 304 until it grows."""

    scheme = "volunteer"
    prefix = "/api"
    balance_activity = "VOL.BALANCE"

    def read(self, since: Cursor) -> Iterator[Page]:
        """Pages after ``since``; the last, half-filled one is asked for again next time."""
        number, taken = (int(part) for part in (since or "1:0").split(":"))
        while True:
            at, page = f"{number}:{taken}", {"page": number, "size": PAGE_ROWS}
            answer = self.remote.changed(PATH, at, **page)
            if answer is None:
                return
            records = listed(object_in(answer), "records", PATH)
            rows = tuple(
                RawRow(f"services page {number} row {at + 1}", orjson.dumps(record))
                for at, record in enumerate(records)
                if at >= taken
            )
            full = len(records) >= PAGE_ROWS
            following = Cursor(f"{number + 1}:0" if full else f"{number}:{len(records)}")
            if rows or full:
                yield Page(rows, following)
            if not full:
                self.remote.stored(answer, following)
                return
            number, taken = number + 1, 0

    def parse(self, row: RawRow, now: datetime) -> Item:
        """The service that the row tells of."""
        return reading.judged(row, lambda raw: _event(raw, now), "recordId")


def _event(row: RawRow, now: datetime) -> EarningEvent:
    fields = reading.fields_of(row)
    event_id, member = reading.text(fields, "recordId"), reading.text(fields, "memberNo")
    project = reading.text(fields, "project")
    if project not in ACTIVITIES:
        raise RowFault("project", "activity.unknown", project)
    minutes = reading.quantity(fields, "minutes")
    began = reading.past(reading.moment(fields, "checkIn"), now, "checkIn")
    ended = reading.moment(fields, "checkOut")
    if ended < began:
        raise RowFault("checkOut", "time.reversed", fields["checkOut"])
    if timedelta(minutes=minutes) > ended - began + timedelta(minutes=1):
        raise RowFault("minutes", "quantity.disagrees", fields["minutes"])
    code = ACTIVITIES[project]
    record = reading.canonical(
        event=event_id, member=member, activity=code, minutes=minutes, began=began, ended=ended
    )
    return EarningEvent(
        event_id, member, code, minutes, began, record, row.place, began=began, ended=ended,
        checker=reading.plain(fields.get("organizer")), spot=reading.plain(fields.get("venue")),
    )  # fmt: skip


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter, logging in with the account's name and password when first needed."""

    def login(client: httpx.Client) -> None:
        words = {"account": source.user, "password": source.secret}
        answer = client.post("/api/login", json=words)
        admitted(answer)
        client.headers["Authorization"] = f"Token {object_in(answer).get('token')}"

    return VolunteerAdapter(Remote(source, login=login))


def conformance_source() -> AbstractContextManager[Stage]:
    """The system on which the conformance suite tries this adapter."""
    from issuers.sandbox.stage import staged

    return staged(VolunteerAdapter.scheme)
