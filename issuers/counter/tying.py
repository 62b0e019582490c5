"""The monthly tie-out at the counter: against the source's own system, or an export of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from issuers.adapter import (
    BEGINNING,
    IssuerAdapter,
    Item,
    PullAdapter,
    RawRow,
    StatementAdapter,
)
from issuers.counter.files import why, wishes_of
from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.counter.uploads import uploaded
from issuers.files.names import file_name
from issuers.officefiles import OfficeFiles
from issuers.tying import Difference, TieOut, Tying
from ledger.errors import Refused, Rejected
from ledger.store import agent_files
from ledger.store.engine import Engine, reading
from ledger.units import BEIJING, MONTHS_PER_YEAR

_MONTH = re.compile(r"(\d{4})-(\d{2})")


class TyingAtCounter:
    """The routes of the tie-out."""

    def __init__(
        self, engine: Engine, tying: Tying, files: OfficeFiles, adapter: IssuerAdapter
    ) -> None:
        self._engine = engine
        self._tying = tying
        self._files = files
        self._adapter = adapter

    def routes(self) -> list[Route]:
        """What the counter answers about the tie-out."""
        return [
            Route("GET", "/tie-out/{month}", Who.CLERK, self._by_source),
            Route("POST", "/tie-out/{month}/file", Who.CLERK, self._by_file),
        ]

    def _by_source(self, ask: Ask) -> Answer:
        month = _month(ask)
        items = self._items(month, datetime.fromtimestamp(ask.at_s, BEIJING))
        return _told(self._tying.run(month, items, ask.by, own=False))

    def _by_file(self, ask: Ask) -> Answer:
        month, name = _month(ask), file_name(ask.query.get("name", ""))
        now = datetime.fromtimestamp(ask.at_s, BEIJING)
        with uploaded(ask, name) as (file, _):
            with reading(self._engine) as connection:
                learned = agent_files.learned(connection)
            found = self._files.understand(file, name, wishes_of(ask), learned)
            items = (found.terms.parse(content, now) for _, content in found.rows)
            return _told(self._tying.run(month, items, ask.by, own=True))

    def _items(self, month: int, now: datetime) -> Iterator[Item]:
        adapter = self._adapter
        for row in _rows(adapter, month):
            yield adapter.parse(row, now)


def _rows(adapter: IssuerAdapter, month: int) -> Iterator[RawRow]:
    """The source's books of a month, or more than that. Refused("tieout.no-statement")."""
    if isinstance(adapter, StatementAdapter):
        first = _first_day(month)
        yield from adapter.statement(first, _first_day(month + 1) - timedelta(days=1))
    elif isinstance(adapter, PullAdapter):
        for page in adapter.read(BEGINNING):
            yield from page.rows
    else:
        raise Refused("tieout.no-statement", scheme=adapter.scheme)


def _first_day(month: int) -> date:
    return date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)


def _month(ask: Ask) -> int:
    told = ask.path["month"]
    parts = _MONTH.fullmatch(told)
    if not parts or not 1 <= int(parts[2]) <= MONTHS_PER_YEAR:
        raise Rejected("tieout.month", month=told)
    return int(parts[1]) * MONTHS_PER_YEAR + int(parts[2]) - 1


def _told(found: TieOut) -> dict[str, Any]:
    return {
        "month": f"{found.month // 12}-{found.month % 12 + 1:02d}", "holds": found.holds,
        "lines": [asdict(line) for _, line in sorted(found.lines.items())],
        "counts": dict(found.counts),
        "differences": [_difference(one) for one in found.differences],
    }  # fmt: skip


def _difference(one: Difference) -> dict[str, Any]:
    said = one._asdict()
    return said | why(said.pop("why"))
