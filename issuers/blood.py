"""Blood donation (无偿献血): a feed behind signed requests, of which health results stay behind.

The source's habits: every request is signed and its nonce serves once; an unchanged page answers
304; a record carries blood type and test results. Of a record the adapter keeps ``KEPT`` and drops
the rest before anything is stored: whether a unit was fit for use changes nothing, it was given. A
registration that was called off earns nothing; a donation booked under the wrong donor is voided.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

import httpx
import orjson

from issuers import reading
from issuers.adapter import (
    CorrectionNotice,
    Cursor,
    EarningEvent,
    IssuerAdapter,
    Item,
    LayoutChanged,
    Page,
    RawRow,
    Source,
)
from issuers.conformance.stage import Stage
from issuers.connector import ConnectedAdapter
from issuers.reading import RowFault
from issuers.remote import Remote, listed, object_in

PREFIX = "/openapi/v1"
PATH = f"{PREFIX}/donations"
ACTIVITIES = {
    "全血": ("BLO.WHOLE", "ml"),
    "单采血小板": ("BLO.PLATELETS", "治疗量"),
    "造血干细胞血样": ("BLO.SAMPLE", "份"),
}
"""The source's word → code of the standard, and the unit that the source must count in."""
KEPT = ("type", "donationNo", "voidNo", "donorNo", "product", "amount", "unit", "givenAt", "status")
"""What may leave the station. Everything else in a record is the donor's health."""


class Signed(httpx.Auth):
    """Signs each request as it is sent: HMAC-SHA256 over method, target, time, nonce and body."""

    requires_request_body = True

    def __init__(self, source: Source) -> None:
        self._user, self._secret = source.user, source.secret.encode()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with its four headers."""
        at_s, nonce = str(int(time.time())), secrets.token_hex(16)
        target, digest = request.url.raw_path.decode(), hashlib.sha256(request.content).hexdigest()
        lines = f"{request.method}\n{target}\n{at_s}\n{nonce}\n{digest}".encode()
        request.headers["X-App-Id"], request.headers["X-Timestamp"] = self._user, at_s
        request.headers["X-Nonce"] = nonce
        request.headers["X-Signature"] = hmac.digest(self._secret, lines, "sha256").hex()
        yield request


class BloodAdapter(ConnectedAdapter):
    """Reads /openapi/v1/donations. Its cursor is the number of the last record read."""

    scheme = "blood"
    prefix = PREFIX

    def read(self, since: Cursor) -> Iterator[Page]:
        """Pages after ``since`` while the source has more."""
        cursor, more = since or Cursor("0"), True
        while more:
            answer = self.remote.changed(PATH, cursor, after=cursor)
            if answer is None:
                return
            page = object_in(answer)
            records, last = listed(page, "items", PATH), page.get("last")
            if not isinstance(last, int):
                raise LayoutChanged("source.layout-changed", where=PATH, wanted="last")
            if not records:
                self.remote.stored(answer, cursor)
                return
            numbered = enumerate(records, int(cursor) + 1)
            rows = [RawRow(f"donation {at}", _kept(one)) for at, one in numbered]
            cursor, more = Cursor(str(last)), bool(page.get("more"))
            yield Page(tuple(rows), cursor)

    def parse(self, row: RawRow, now: datetime) -> Item:
        """The donation, or that it is void."""
        return reading.judged(row, lambda raw: _item(raw, now), "donationNo")


def _kept(record: object) -> bytes:
    """The record without health; nothing at all of one that is garbled."""
    if not isinstance(record, dict):
        return orjson.dumps(None)
    return orjson.dumps({name: record[name] for name in KEPT if name in record})


def _item(row: RawRow, now: datetime) -> EarningEvent | CorrectionNotice:
    fields = reading.fields_of(row)
    event_id, kind = reading.text(fields, "donationNo"), reading.text(fields, "type")
    if kind == "void":
        return CorrectionNotice(reading.text(fields, "voidNo"), event_id, 0, "void", row.place)
    if kind != "donation":
        raise RowFault("type", "activity.unknown", kind)
    if (status := reading.text(fields, "status")) == "已取消":
        raise RowFault("status", "event.cancelled", status)
    member, product = reading.text(fields, "donorNo"), reading.text(fields, "product")
    if product not in ACTIVITIES:
        raise RowFault("product", "activity.unknown", product)
    code, counted_in = ACTIVITIES[product]
    amount = reading.quantity(fields, "amount")
    if (unit := reading.text(fields, "unit")) != counted_in:
        raise RowFault("unit", "quantity.unit", unit)
    when = reading.past(reading.moment(fields, "givenAt"), now, "givenAt")
    record = reading.canonical(
        event=event_id, member=member, activity=code, amount=amount, occurred=when
    )
    return EarningEvent(event_id, member, code, amount, when, record, row.place)


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter, signing with the app's id and secret."""
    return BloodAdapter(Remote(source, auth=Signed(source)))


def conformance_source() -> AbstractContextManager[Stage]:
    """The system on which the conformance suite tries this adapter."""
    from issuers.sandbox.stage import staged

    return staged(BloodAdapter.scheme)
