"""Ratings of captured orders, one for each.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from ledger.store.offers_tables import RATINGS

_c = RATINGS.c


class RatingRow(NamedTuple):
    """One rating; the columns of its table say what each field holds."""

    order: str
    acceptor: int
    offer: str | None
    score: str
    first_s: int


def find(connection: Connection, order: str) -> RatingRow | None:
    """The order's rating, or None."""
    row = connection.execute(select(RATINGS).where(_c.order == order)).one_or_none()
    return None if row is None else RatingRow(*row)


def add(connection: Connection, row: RatingRow) -> None:
    """The first rating of an order."""
    connection.execute(insert(RATINGS).values(**row._asdict()))


def change(connection: Connection, order: str, score: str) -> None:
    """Another score."""
    connection.execute(update(RATINGS).where(_c.order == order).values(score=score))


def of_acceptors(
    connection: Connection, acceptors: Iterable[int], until_s: int
) -> dict[int, dict[str, int]]:
    """How often each score was first given until a moment, by acceptor."""
    chosen = select(_c.acceptor, _c.score, func.count())
    chosen = chosen.where(_c.acceptor.in_(list(acceptors)), _c.first_s <= until_s)
    found: dict[int, dict[str, int]] = {}
    for acceptor, score, count in connection.execute(chosen.group_by(_c.acceptor, _c.score)):
        found.setdefault(acceptor, {})[score] = count
    return found


def of_offers(connection: Connection, acceptor: int, until_s: int) -> dict[str, dict[str, int]]:
    """The same of one acceptor's, by offer; orders without one are left out."""
    chosen = select(_c.offer, _c.score, func.count())
    chosen = chosen.where(_c.acceptor == acceptor, _c.offer.is_not(None), _c.first_s <= until_s)
    found: dict[str, dict[str, int]] = {}
    for offer, score, count in connection.execute(chosen.group_by(_c.offer, _c.score)):
        found.setdefault(offer, {})[score] = count
    return found
