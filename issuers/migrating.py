"""Existing balances (存量积分), brought along once: previewed and committed as a file is.

The source lists its members' native points; each balance is an event of the scheme's own balance
activity, with its own cap. Reserving it at the source keeps it from being spent there, minting puts
the points here, and confirming takes them off there: the same two steps as any mark, taken up again
wherever an answer is lost. Knows no HTTP.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from issuers.adapter import BalanceAdapter, IssuerAdapter, Item, RawRow
from issuers.filing import BALANCES, Arrival, Filing, Preview, Terms, TermsOf
from ledger.errors import Refused

LAYOUT = '{"balances":true}'
"""What is kept in the place of a file's layout."""


class BalanceTerms:
    """How the adapter's balances are read."""

    def __init__(self, adapter: BalanceAdapter) -> None:
        self._adapter = adapter

    def parse(self, content: bytes, now: datetime) -> Item:
        """What a balance says."""
        del now
        return self._adapter.parse_balance(RawRow("balance", content))

    def place(self, content: bytes) -> str:
        """Where it stands; a member's id is part of no place."""
        del content
        return "balance"


def terms_of(files: TermsOf, adapter: IssuerAdapter) -> TermsOf:
    """The terms of files, and of an adapter's balances beside them."""

    def terms(layout: str, mapping: str) -> Terms:
        if layout == LAYOUT:
            assert isinstance(adapter, BalanceAdapter), "balances were read from it"
            return BalanceTerms(adapter)
        return files(layout, mapping)

    return terms


class Migrating:
    """The balances of one agent's source."""

    def __init__(self, filing: Filing, adapter: IssuerAdapter) -> None:
        self._filing = filing
        self._adapter = adapter

    def preview(self, clerk: str, name: str) -> Preview:
        """Reads every balance and judges it; nothing is changed, here or there.

        ``name`` is what the reading is called. Refused("file.no-balances") where the source has
        none to list; raises what source and node raise.
        """
        adapter = self._adapter
        if not isinstance(adapter, BalanceAdapter):
            raise Refused("file.no-balances", scheme=adapter.scheme)
        digest = hashlib.sha256()
        lines = []
        for line, row in enumerate(adapter.balances(), 1):
            digest.update(row.content)
            lines.append((line, row.content))
        return self._filing.preview(
            Arrival(name, BALANCES, LAYOUT, "{}", digest.digest(), clerk, iter(lines))
        )
