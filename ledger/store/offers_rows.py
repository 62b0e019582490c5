"""What is asked of offers, whose points they take, and their slots.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store import transitions
from ledger.store.offers_tables import GRAMS, OFFER, OFFERS, SCHEMES, SLOTS

_c = OFFERS.c


class OfferRow(NamedTuple):
    """One offer; the columns of its table say what each field holds."""

    seq: int
    id: str
    content: bytes
    acceptor: int
    state: str
    title_zh: str
    title_en: str
    words: str
    price_units: int
    measure: str
    category: str
    district: str
    from_s: int
    until_s: int
    stock: int | None
    limit_number: int | None
    limit_days: int | None
    all_schemes: bool
    made_s: int
    letters: str


class SlotRow(NamedTuple):
    """One slot; the columns of its table say what each field holds."""

    offer: str
    number: int
    starts_s: int
    ends_s: int
    capacity: int


class Parts(NamedTuple):
    """What stands in tables of its own: issuers, slots, and grams with their weight."""

    schemes: Sequence[int]
    slots: Sequence[SlotRow]
    grams: Mapping[str, int]


def add(connection: Connection, values: Mapping[str, Any], parts: Parts) -> None:
    """A new draft."""
    transitions.create(connection, OFFER, OFFERS, "draft", values)
    _add_parts(connection, values["id"], parts)


def revise(connection: Connection, offer: str, values: Mapping[str, Any], parts: Parts) -> None:
    """Other content for an offer, all of it."""
    for table in (SCHEMES, SLOTS, GRAMS):
        connection.execute(delete(table).where(table.c.offer == offer))
    connection.execute(update(OFFERS).where(_c.id == offer).values(**values))
    _add_parts(connection, offer, parts)


def set_stock(connection: Connection, offer: str, stock: int | None) -> None:
    """How many there are over all its life."""
    connection.execute(update(OFFERS).where(_c.id == offer).values(stock=stock))


def move(connection: Connection, offer: str, before: str, after: str) -> None:
    """Moves an offer along its machine."""
    transitions.move(connection, OFFER, OFFERS, {"id": offer}, (before, after))


def find(connection: Connection, offer: str, *, lock: bool = False) -> OfferRow | None:
    """The offer, or None."""
    return many(connection, [offer], lock=lock).get(offer)


def many(
    connection: Connection, offers: Iterable[str], *, lock: bool = False
) -> dict[str, OfferRow]:
    """Offers by id. ``lock``: nobody else changes what is left of them until the transaction ends,
    also where a database lets several write at a time."""
    chosen = select(OFFERS).where(_c.id.in_(sorted(set(offers)))).order_by(_c.seq)
    rows = connection.execute(chosen.with_for_update() if lock else chosen)
    return {row.id: OfferRow(*row) for row in rows}


def of_acceptor(
    connection: Connection, acceptor: int, state: str | None, before: int | None, most: int
) -> list[OfferRow]:
    """An acceptor's, newest first, made before the one of number ``before``."""
    chosen = select(OFFERS).where(_c.acceptor == acceptor).order_by(_c.seq.desc()).limit(most)
    if state is not None:
        chosen = chosen.where(_c.state == state)
    if before is not None:
        chosen = chosen.where(_c.seq < before)
    return [OfferRow(*row) for row in connection.execute(chosen)]


def schemes(connection: Connection, offers: Iterable[str]) -> dict[str, frozenset[int]]:
    """Issuers by offer, of those that do not take all."""
    found: dict[str, set[int]] = {}
    for row in connection.execute(select(SCHEMES).where(SCHEMES.c.offer.in_(list(offers)))):
        found.setdefault(row.offer, set()).add(row.issuer)
    return {offer: frozenset(issuers) for offer, issuers in found.items()}


def slots(connection: Connection, offers: Iterable[str]) -> dict[str, list[SlotRow]]:
    """Slots by offer, in their order."""
    found: dict[str, list[SlotRow]] = {}
    chosen = select(SLOTS).where(SLOTS.c.offer.in_(list(offers)))
    for row in connection.execute(chosen.order_by(SLOTS.c.offer, SLOTS.c.number)):
        found.setdefault(row.offer, []).append(SlotRow(*row))
    return found


def _add_parts(connection: Connection, offer: str, parts: Parts) -> None:
    if parts.schemes:
        rows = [{"offer": offer, "issuer": issuer} for issuer in parts.schemes]
        connection.execute(insert(SCHEMES), rows)
    if parts.slots:
        connection.execute(insert(SLOTS), [slot._asdict() for slot in parts.slots])
    if parts.grams:
        grams = [{"gram": g, "offer": offer, "weight": w} for g, w in parts.grams.items()]
        connection.execute(insert(GRAMS), grams)
