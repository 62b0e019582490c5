"""A small, dirty season and the means to read it: shared by the adapters' tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from issuers.adapter import (
    BEGINNING,
    Cursor,
    IssuerAdapter,
    Item,
    PullAdapter,
    RawRow,
    Source,
    open_adapter,
)
from issuers.sandbox.process import Service
from issuers.sandbox.season import Spec
from ledger.units import BEIJING

SPEC = Spec(residents=300, events=2_500, dirt_permille=150)
NOW = datetime(2026, 11, 1, tzinfo=BEIJING)


def source_of(service: Service) -> Source:
    """How an agent of the service's scheme would be set up."""
    login = service.credentials
    return Source(service.url, login.user, login.secret)


@contextmanager
def adapter_of(service: Service) -> Iterator[IssuerAdapter]:
    """The adapter of a running service."""
    adapter = open_adapter(f"issuers.{service.scheme}", source_of(service))
    try:
        yield adapter
    finally:
        adapter.close()


def pulled(adapter: IssuerAdapter, since: Cursor = BEGINNING) -> tuple[list[RawRow], Cursor]:
    """Every row after ``since``, and where to go on."""
    rows: list[RawRow] = []
    for page in cast("PullAdapter", adapter).read(since):
        rows += page.rows
        since = page.next
    return rows, since


def parsed(adapter: IssuerAdapter, rows: list[RawRow]) -> list[Item]:
    """What the rows say on the day after the season."""
    return [adapter.parse(row, NOW) for row in rows]
