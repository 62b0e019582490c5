"""Wishes of residents, one for all who wish the same; and the offers that were named for them.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, exists, func, insert, or_, select, update

from ledger.store.offers_tables import GRANTS, OFFERS, VOICES, WISHES

_w, _v, _g, _o = WISHES.c, VOICES.c, GRANTS.c, OFFERS.c


class WishRow(NamedTuple):
    """One wish with the number of its voices and the time of the newest."""

    seq: int
    id: str
    words: str
    letters: str
    category: str
    district: str
    voices: int
    last_s: int


class VoiceRow(NamedTuple):
    """One voice; the columns of its table say what each field holds."""

    id: str
    content: bytes
    wish: str
    wallet: str | None
    said_s: int


class Chosen(NamedTuple):
    """Which wishes: what is None does not matter."""

    category: str | None = None
    district: str | None = None
    unmet_at_s: int | None = None
    """Those for which no offer is open at that time."""


def same(connection: Connection, letters: str, category: str, district: str) -> str | None:
    """The wish that says the same, if there is one."""
    chosen = select(_w.id).where(
        _w.letters == letters, _w.category == category, _w.district == district
    )
    found = connection.execute(chosen).scalar_one_or_none()
    return None if found is None else str(found)


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new wish, without voices."""
    connection.execute(insert(WISHES).values(**values))


def voice(connection: Connection, voice_id: str) -> VoiceRow | None:
    """The voice, or None."""
    row = connection.execute(select(VOICES).where(_v.id == voice_id)).one_or_none()
    return None if row is None else VoiceRow(*row)


def voices_of(connection: Connection, wallet: str, since_s: int) -> set[str]:
    """Wishes that a wallet has had a voice for since a moment."""
    chosen = select(_v.wish).where(_v.wallet == wallet, _v.said_s > since_s)
    return set(connection.execute(chosen).scalars())


def speakers(connection: Connection, wishes: Iterable[str]) -> list[str]:
    """The wallets that have a voice for these wishes and were not forgotten."""
    chosen = select(_v.wallet).where(_v.wish.in_(list(wishes)), _v.wallet.is_not(None)).distinct()
    return list(connection.execute(chosen).scalars())


def speak(connection: Connection, row: VoiceRow) -> None:
    """One more voice."""
    connection.execute(insert(VOICES).values(**row._asdict()))


def find(connection: Connection, wish: str) -> WishRow | None:
    """The wish, or None."""
    row = connection.execute(_counted().where(_w.id == wish)).one_or_none()
    return None if row is None else WishRow(*row)


def page(
    connection: Connection, chosen: Chosen, after: tuple[int, int] | None, most: int
) -> list[WishRow]:
    """Wishes with the most voices first, behind (voices, number)."""
    wanted = _counted()
    count = func.count(_v.id)
    if chosen.category is not None:
        wanted = wanted.where(_w.category == chosen.category)
    if chosen.district is not None:
        wanted = wanted.where(_w.district == chosen.district)
    if chosen.unmet_at_s is not None:
        wanted = wanted.where(~exists().where(_g.wish == _w.id, *_open(chosen.unmet_at_s)))
    if after is not None:
        voices, seq = after
        wanted = wanted.having(or_(count < voices, and_(count == voices, _w.seq < seq)))
    rows = connection.execute(wanted.order_by(count.desc(), _w.seq.desc()).limit(most))
    return [WishRow(*row) for row in rows]


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """Voices by (category, district)."""
    joined = WISHES.join(VOICES, _v.wish == _w.id)
    chosen = select(_w.category, _w.district, func.count()).select_from(joined)
    rows = connection.execute(chosen.group_by(_w.category, _w.district))
    return {(row[0], row[1]): row[2] for row in rows}


def grant(connection: Connection, wish: str, offer: str, granted_s: int) -> None:
    """Names an offer for a wish; once more is the same."""
    known = select(_g.wish).where(_g.wish == wish, _g.offer == offer)
    if connection.execute(known).first() is None:
        connection.execute(insert(GRANTS).values(wish=wish, offer=offer, granted_s=granted_s))


def met_by(connection: Connection, wishes: Iterable[str], now_s: int) -> dict[str, list[str]]:
    """Offers that are open now, by the wish they were named for."""
    chosen = select(_g.wish, _g.offer).where(_g.wish.in_(list(wishes)), *_open(now_s))
    found: dict[str, list[str]] = {}
    for row in connection.execute(chosen.order_by(_g.wish, _g.granted_s, _g.offer)):
        found.setdefault(row.wish, []).append(row.offer)
    return found


def forget_wallet(connection: Connection, wallet: str) -> None:
    """Its voices count on, and nobody can tell whose they were."""
    connection.execute(update(VOICES).where(_v.wallet == wallet).values(wallet=None))


def _counted() -> Select[Any]:
    joined = WISHES.join(VOICES, _v.wish == _w.id)
    chosen = select(*_w, func.count(_v.id), func.max(_v.said_s)).select_from(joined)
    return chosen.group_by(*_w)


def _open(now_s: int) -> list[Any]:
    return [_o.id == _g.offer, _o.state == "open", _o.from_s <= now_s, _o.until_s > now_s]
