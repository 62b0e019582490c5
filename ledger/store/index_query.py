"""How rows of the projection are read: whole rows as their types, pages by place on the chain.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Select, select, tuple_

from ledger.index.rows import Row
from ledger.store.index_tables import table_of

R = TypeVar("R", bound=Row)
MOST_ROWS = 1_000
"""Of a page."""


class Place(NamedTuple):
    """Where a row stands on the chain; a page's last row's place is the next page's cursor."""

    block: int
    position: int


class Page(NamedTuple):
    """Which rows of a list, in order of place: those behind ``after``, or from the beginning."""

    limit: int = 100
    after: Place | None = None
    newest_first: bool = False


FIRST = Page()
"""From the beginning."""


def rows(
    connection: Connection, kind: type[R], *where: ColumnElement[bool], by: Sequence[str] = ()
) -> list[R]:
    """All rows of a kind that fit, in the order of these columns, or of their key."""
    table = table_of(kind)
    order = [table.c[name] for name in by] or list(table.primary_key.columns)
    return _made(connection, kind, select(table).where(*where).order_by(*order))


def one(connection: Connection, kind: type[R], *key: object) -> R | None:
    """The row of this key, or None."""
    columns = table_of(kind).primary_key.columns
    fits = (column == value for column, value in zip(columns, key, strict=True))
    return next(iter(rows(connection, kind, *fits)), None)


def paged(
    connection: Connection,
    kind: type[R],
    page: Page,
    *where: ColumnElement[bool],
    place: tuple[str, str] = ("block", "position"),
) -> list[R]:
    """One page of the rows that fit."""
    table = table_of(kind)
    columns = [table.c[name] for name in place]
    chosen = select(table).where(*where, *_behind(columns, page))
    order = [column.desc() if page.newest_first else column for column in columns]
    return _made(connection, kind, chosen.order_by(*order).limit(min(page.limit, MOST_ROWS)))


def _behind(columns: Sequence[Column[Any]], page: Page) -> list[ColumnElement[bool]]:
    if page.after is None:
        return []
    here = tuple_(*columns)
    return [here < tuple(page.after) if page.newest_first else here > tuple(page.after)]


def _made(connection: Connection, kind: type[R], chosen: Select[Any]) -> list[R]:
    return [kind(*row) for row in connection.execute(chosen)]
