"""Balances at a source that has the interchange's connector: existing points, brought along once.

Beside ``connector``, which marks and credits. An adapter that inherits from here says which
activity of the standard its scheme's balances are. Knows no account and no rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import orjson

from issuers import reading
from issuers.adapter import EarningEvent, RawRow, RejectedRow
from issuers.connector import ConnectedAdapter
from issuers.reading import RowFault
from issuers.remote import listed, object_in, word


class BalancedAdapter(ConnectedAdapter):
    """Lists what members have from before."""

    balance_activity = ""
    """Code of the standard, such as VOL.BALANCE."""

    def balances(self) -> Iterator[RawRow]:
        """Every balance above zero, page by page."""
        path, after = f"{self.prefix}/balances", ""
        while True:
            found = object_in(self.remote.get(path, after=after))
            as_of = word(found, "as_of", path)
            for one in listed(found, "balances", path):
                yield RawRow(f"balance {as_of}", orjson.dumps([as_of, one]))
            after = str(found.get("next") or "")
            if not after:
                return

    def parse_balance(self, row: RawRow) -> EarningEvent | RejectedRow:
        """The balance as an event of the day it was listed on."""
        try:
            return self._balance(row)
        except RowFault as fault:
            return RejectedRow(row.place, fault.field, fault.code, fault.value)

    def _balance(self, row: RawRow) -> EarningEvent:
        try:
            as_of, fields = orjson.loads(row.content)
        except ValueError as error:
            raise RowFault("*", "row.broken", row.content[:80]) from error
        if not isinstance(fields, dict):
            raise RowFault("*", "row.broken", fields)
        name, member = reading.text(fields, "balance_id"), reading.text(fields, "member_id")
        points = reading.quantity(fields, "points")
        when: datetime = reading.moment({"as_of": as_of}, "as_of")
        record = reading.canonical(
            event=name, member=member, activity=self.balance_activity, points=points, as_of=when
        )
        return EarningEvent(name, member, self.balance_activity, points, when, record, row.place)
