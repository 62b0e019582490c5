"""Cursors: where the next page of a list begins, as text that clients hand back unread."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from ledger.errors import Rejected

MOST = 200
USUAL = 50

Limit = Annotated[int, Query(ge=1, le=MOST, description="每页条数 · items a page")]
Cursor = Annotated[
    str | None, Query(max_length=100, description="上页的 next_cursor · of the page before")
]


def cursor_of(*place: int) -> str:
    """The cursor of a place in a list."""
    return "-".join(map(str, place))


def place_of(cursor: str | None, size: int) -> tuple[int, ...] | None:
    """The place of a cursor of so many numbers; Rejected("request.invalid") for another text."""
    if cursor is None:
        return None
    parts = cursor.split("-")
    if len(parts) != size or not all(p.isascii() and p.isdigit() for p in parts):
        raise Rejected("request.invalid", field="cursor", why="not a next_cursor of this list")
    return tuple(map(int, parts))
