"""Pictures of offers, each kept once however many offers show it.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from ledger.store.offers_tables import HANGINGS, PICTURES

_h, _p = HANGINGS.c, PICTURES.c


class PictureRow(NamedTuple):
    """One picture; the columns of its table say what each field holds."""

    digest: bytes
    media: str
    width: int
    height: int
    content: bytes


def hang(connection: Connection, offer: str, picture: PictureRow) -> None:
    """Shows a picture last in an offer that does not show it yet."""
    known = select(_p.digest).where(_p.digest == picture.digest)
    if connection.execute(known).first() is None:
        connection.execute(insert(PICTURES).values(**picture._asdict()))
    highest = select(func.coalesce(func.max(_h.place), 0)).where(_h.offer == offer)
    place = int(connection.execute(highest).scalar_one()) + 1
    connection.execute(insert(HANGINGS).values(offer=offer, digest=picture.digest, place=place))


def take_down(connection: Connection, offer: str, digest: bytes) -> None:
    """The offer shows it no more; it goes where no other offer does."""
    connection.execute(delete(HANGINGS).where(_h.offer == offer, _h.digest == digest))
    shown = select(_h.offer).where(_h.digest == digest).limit(1)
    if connection.execute(shown).first() is None:
        connection.execute(delete(PICTURES).where(_p.digest == digest))


def of_offers(connection: Connection, offers: Iterable[str]) -> dict[str, list[bytes]]:
    """SHA-256 of pictures by offer, in their order."""
    found: dict[str, list[bytes]] = {}
    chosen = select(_h.offer, _h.digest).where(_h.offer.in_(list(offers)))
    for row in connection.execute(chosen.order_by(_h.offer, _h.place)):
        found.setdefault(row.offer, []).append(row.digest)
    return found


def find(connection: Connection, offer: str, digest: bytes) -> PictureRow | None:
    """A picture that the offer shows, or None."""
    chosen = select(PICTURES).join(HANGINGS, _h.digest == _p.digest)
    row = connection.execute(chosen.where(_h.offer == offer, _h.digest == digest)).one_or_none()
    return None if row is None else PictureRow(*row)
