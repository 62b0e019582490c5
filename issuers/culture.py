"""Culture spending (文化消费): a cursor API behind an API key, money in fen, refunds later.

The source's habits: a cursor never ends; 429 with Retry-After when asked too often; a refund is a
record of its own that names the spending, with the sum taken back so far as a negative amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime

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
from issuers.balances import BalancedAdapter
from issuers.conformance.stage import Stage
from issuers.reading import RowFault
from issuers.remote import Remote, listed, object_in

PATH = "/v2/spendings"
SPENDING = "CUL.SPENDING"


class CultureAdapter(BalancedAdapter):
    """Reads /v2/spendings. Its cursor is the source's own."""

    scheme = "culture"
    prefix = "/v2"
    balance_activity = "CUL.BALANCE"

    def read(self, since: Cursor) -> Iterator[Page]:
        """Pages after ``since`` while the source has more."""
        cursor, more = since, True
        while more:
            answer = object_in(self.remote.get(PATH, cursor=cursor))
            records = listed(answer, "data", PATH)
            following = answer.get("next_cursor")
            if not isinstance(following, str):
                raise LayoutChanged("source.layout-changed", where=PATH, wanted="next_cursor")
            place = f"spendings after {cursor or 'the beginning'} row"
            rows = (RawRow(f"{place} {at}", orjson.dumps(r)) for at, r in enumerate(records, 1))
            if records:
                yield Page(tuple(rows), Cursor(following))
            more = bool(answer.get("has_more")) and following != cursor
            cursor = Cursor(following)

    def parse(self, row: RawRow, now: datetime) -> Item:
        """The spending, or what a refund leaves of it."""
        return reading.judged(row, lambda raw: _item(raw, now), "id")


def _item(row: RawRow, now: datetime) -> EarningEvent | CorrectionNotice:
    fields = reading.fields_of(row)
    kind = reading.text(fields, "type")
    if kind == "refund":
        return _refund(row)
    if kind != "spending":
        raise RowFault("type", "activity.unknown", kind)
    event_id, member = reading.text(fields, "id"), reading.text(fields, "card_no")
    fen = reading.quantity(fields, "amount_fen")
    when = reading.past(reading.moment(fields, "time"), now, "time")
    record = reading.canonical(
        event=event_id, member=member, activity=SPENDING, fen=fen, occurred=when
    )
    return EarningEvent(event_id, member, SPENDING, fen, when, record, row.place)


def _refund(row: RawRow) -> CorrectionNotice:
    fields = reading.fields_of(row)
    spent, back = reading.quantity(fields, "spending_fen"), -reading.whole(fields, "amount_fen")
    if not 0 < back <= spent:
        raise RowFault("amount_fen", "correction.disagrees", fields["amount_fen"])
    notice, event_id = reading.text(fields, "id"), reading.text(fields, "spending_id")
    return CorrectionNotice(notice, event_id, spent - back, "refund", row.place)


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter, with the API key on every request."""
    return CultureAdapter(Remote(source, headers={"X-API-Key": source.secret}))


def conformance_source() -> AbstractContextManager[Stage]:
    """The system on which the conformance suite tries this adapter."""
    from issuers.sandbox.stage import staged

    return staged(CultureAdapter.scheme)
