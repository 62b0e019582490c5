"""The search over open offers: by pairs of characters, on either database, without extensions.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, exists, func, literal, or_, select

from ledger.store.offers_tables import GRAMS, OFFERS, SCHEMES

FIT_OF_A_GRAM = 1_000
"""One more of the query's grams outweighs wherever they stand."""
_c = OFFERS.c


class Chosen(NamedTuple):
    """Which offers: what is None does not matter."""

    grams: tuple[str, ...] = ()
    needed: int = 0
    words: tuple[str, ...] = ()
    category: str | None = None
    district: str | None = None
    price_most_units: int | None = None
    scheme: int | None = None
    acceptor: int | None = None
    open_at_s: int | None = None
    not_over_at_s: int = 0


class Hit(NamedTuple):
    """An offer that was found. A list goes by fit, then by number, both falling."""

    fit: int
    seq: int
    offer: str


def search(connection: Connection, chosen: Chosen, after: Hit | None, most: int) -> list[Hit]:
    """Open offers, the best first, behind one of them."""
    fit: Any = literal(0)
    wanted: Select[Any] = select(_c.seq, _c.id).where(*_conditions(chosen))
    if chosen.grams:
        g = GRAMS.c
        fit = func.count() * FIT_OF_A_GRAM + func.sum(g.weight)
        wanted = wanted.join(GRAMS, and_(g.offer == _c.id, g.gram.in_(chosen.grams)))
        wanted = wanted.group_by(_c.seq, _c.id).having(func.count() >= chosen.needed)
    wanted = wanted.add_columns(fit.label("fit"))
    if after is not None:
        behind = or_(fit < after.fit, and_(fit == after.fit, _c.seq < after.seq))
        wanted = wanted.having(behind) if chosen.grams else wanted.where(behind)
    rows = connection.execute(wanted.order_by(fit.desc(), _c.seq.desc()).limit(most))
    return [Hit(int(row.fit), row.seq, row.id) for row in rows]


def _conditions(chosen: Chosen) -> list[Any]:
    found: list[Any] = [_c.state == "open", _c.until_s > chosen.not_over_at_s]
    found += [_c.letters.contains(word, autoescape=True) for word in chosen.words]
    if chosen.category is not None:
        found.append(_c.category == chosen.category)
    if chosen.district is not None:
        found.append(_c.district.in_([chosen.district, ""]))
    if chosen.price_most_units is not None:
        found.append(_c.price_units <= chosen.price_most_units)
    if chosen.acceptor is not None:
        found.append(_c.acceptor == chosen.acceptor)
    if chosen.open_at_s is not None:
        found += [_c.from_s <= chosen.open_at_s, _c.until_s > chosen.open_at_s]
    if chosen.scheme is not None:
        s = SCHEMES.c
        named = exists().where(s.offer == _c.id, s.issuer == chosen.scheme)
        found.append(or_(_c.all_schemes, named))
    return found
