"""Offers: drafted, opened, closed, shown with pictures, found by those who look for something.

A draft can be changed; what is open keeps its price and terms, so that what a resident saw is what
an order takes. Only its stock moves, and pictures. Whose offer it is, the caller checks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ledger.errors import Refused, Rejected
from ledger.offers import letters
from ledger.offers.choices import CATEGORIES, MEASURES
from ledger.offers.pictures import Picture, checked
from ledger.offers.showing import shown
from ledger.offers.trying import changing
from ledger.offers.values import Draft, Offer, OfferState, Terms, Wanted
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look, Workplace, check_id, content_of, require_same
from ledger.rules.registry import ACCEPTOR, ISSUER, Registry
from ledger.store import offers_pictures as pictures
from ledger.store import offers_rows as rows
from ledger.store import offers_search as search
from ledger.store import offers_takings as takings
from ledger.store.offers_pictures import PictureRow
from ledger.store.offers_rows import OfferRow, Parts, SlotRow
from ledger.store.offers_search import Chosen, Hit

PICTURES_MOST = 6
FOLDED_AT_ONCE = 1_000
"""Orders of one transaction."""


class Taken(NamedTuple):
    """What an order took of an offer."""

    order: str
    wanted: Wanted


class Offering:
    """Use cases of offers at one workplace. Safe to call from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    # Changes

    def create(self, offer: str, acceptor: int, draft: Draft, *, dry_run: bool = False) -> Offer:
        """A draft; the same again for the same id and content.

        Raises Rejected: order.id-length, order.id-reused, offer.not-an-acceptor, offer.no-scheme,
        offer.times; what the registry says of an unknown member.
        """
        check_id(offer)
        content = content_of("offer", acceptor, draft)
        with changing(self._work, dry_run) as at:
            before = rows.find(at.operator, offer)
            if before is not None:
                require_same(offer, before.content, content)
                return self._read(at, offer)
            self._check(at, acceptor, draft)
            values = _columns(draft) | {"id": offer, "content": content, "acceptor": acceptor}
            values["made_s"] = indexed(at.projection).time_s
            rows.add(at.operator, values, _parts(offer, draft))
            return self._read(at, offer)

    def revise(self, offer: str, draft: Draft, *, dry_run: bool = False) -> Offer:
        """Other content for a draft, all of it. Raises as ``create``, and
        Refused("offer.not-in-state")."""
        with changing(self._work, dry_run) as at:
            row = _found(at, offer, OfferState.DRAFT)
            self._check(at, row.acceptor, draft)
            rows.revise(at.operator, offer, _columns(draft), _parts(offer, draft))
            return self._read(at, offer)

    def open(self, offer: str, *, dry_run: bool = False) -> Offer:
        """Lets it be ordered; once more is the same.

        Raises Rejected("offer.unknown"); Refused: offer.not-in-state, offer.over.
        """
        with changing(self._work, dry_run) as at:
            row = _found(at, offer, OfferState.DRAFT, OfferState.OPEN)
            if row.until_s <= indexed(at.projection).time_s:
                raise Refused("offer.over", until_s=row.until_s)
            if row.state == OfferState.DRAFT:
                rows.move(at.operator, offer, OfferState.DRAFT, OfferState.OPEN)
            return self._read(at, offer)

    def close(self, offer: str, *, dry_run: bool = False) -> Offer:
        """Takes no more orders; those that are placed go on. Once more is the same."""
        with changing(self._work, dry_run) as at:
            row = _found(at, offer, *OfferState)
            if row.state != OfferState.CLOSED:
                rows.move(at.operator, offer, row.state, OfferState.CLOSED)
            return self._read(at, offer)

    def set_stock(self, offer: str, stock: int | None, *, dry_run: bool = False) -> Offer:
        """How many there are over all its life; fewer than are taken leaves none.

        Raises Rejected("offer.unknown"), Refused("offer.not-in-state") for a closed one.
        """
        with changing(self._work, dry_run) as at:
            _found(at, offer, OfferState.DRAFT, OfferState.OPEN)
            rows.set_stock(at.operator, offer, stock)
            return self._read(at, offer)

    # Pictures

    def add_picture(self, offer: str, content: bytes, *, dry_run: bool = False) -> Offer:
        """Shows a picture last; the same one again is the same.

        Raises what ``pictures.checked`` does, Refused: offer.not-in-state, offer.pictures-most.
        """
        found = checked(content)
        name = hashlib.sha256(found.content).digest()
        with changing(self._work, dry_run) as at:
            _found(at, offer, OfferState.DRAFT, OfferState.OPEN)
            there = pictures.of_offers(at.operator, [offer]).get(offer, [])
            if name not in there:
                if len(there) >= PICTURES_MOST:
                    raise Refused("offer.pictures-most", most=PICTURES_MOST)
                pictures.hang(at.operator, offer, PictureRow(name, *found))
            return self._read(at, offer)

    def drop_picture(self, offer: str, name: bytes) -> None:
        """Shows it no more. Raises Rejected("offer.picture-missing")."""
        with self._work.change() as at:
            _found(at, offer, *OfferState)
            if name not in pictures.of_offers(at.operator, [offer]).get(offer, []):
                raise Rejected("offer.picture-missing", field="picture")
            pictures.take_down(at.operator, offer, name)

    def picture(self, offer: str, name: bytes) -> Picture:
        """A picture that the offer shows; Rejected("offer.picture-missing")."""
        with self._work.look() as at:
            row = pictures.find(at.operator, offer, name)
        if row is None:
            raise Rejected("offer.picture-missing", field="picture")
        return Picture(*row[1:])

    # Looking

    def read(self, offer: str) -> Offer:
        """Rejected("offer.unknown")."""
        with self._work.look() as at:
            return self._read(at, offer)

    def page(
        self, acceptor: int, state: OfferState | None, before: int | None, most: int
    ) -> tuple[list[Offer], int | None]:
        """An acceptor's, newest first; and the number behind which the next page begins."""
        with self._work.look() as at:
            found = rows.of_acceptor(at.operator, acceptor, state, before, most)
            return shown(at, found), found[-1].seq if len(found) == most else None

    def search(
        self, query: str, chosen: Chosen, after: tuple[int, int] | None, most: int, *, now: bool
    ) -> tuple[list[Offer], tuple[int, int] | None]:
        """Open offers, the best first, and (fit, number) where the next page begins.

        ``now``: only those that can be ordered at this moment; else also those to come. A query
        without letters or digits finds what no query does: everything.
        """
        wanted = letters.sought(query)
        with self._work.look() as at:
            now_s = indexed(at.projection).time_s
            chosen = chosen._replace(
                grams=wanted.grams, needed=wanted.needed, words=wanted.words,
                not_over_at_s=now_s, open_at_s=now_s if now else None,
            )  # fmt: skip
            place = None if after is None else Hit(*after, "")
            hits = search.search(at.operator, chosen, place, most)
            every = rows.many(at.operator, [hit.offer for hit in hits])
            found = shown(at, [every[hit.offer] for hit in hits])
        return found, hits[-1][:2] if len(hits) == most else None

    # Orders

    def terms(self, wanted: Wanted) -> Terms:
        """What an order of so much of an offer is; the offer's own rules are judged with it.

        Raises Rejected("offer.unknown") also for a draft.
        """
        with self._work.look() as at:
            row = rows.find(at.operator, wanted.offer)
            if row is None or row.state == OfferState.DRAFT:
                raise Rejected("offer.unknown", id=wanted.offer)
            slots = rows.slots(at.operator, [row.id]).get(row.id, [])
        starts_s = next((each.starts_s for each in slots if each.number == wanted.slot), None)
        return Terms(row.acceptor, row.price_units * wanted.number, starts_s)

    def takings(self, orders: Iterable[str]) -> dict[str, Wanted]:
        """What these orders took, of those that took something."""
        with self._work.look() as at:
            found = takings.of_orders(at.operator, orders)
        return {order: Wanted(row.offer, row.number, row.slot) for order, row in found.items()}

    def fold(self) -> int:
        """Sums up what ended orders took, so that what is left of an offer is quickly told however
        many orders it has had; how many of them."""
        folded = 0
        while self._any_to_fold():
            with self._work.change() as at:
                folded += takings.fold(at.operator, FOLDED_AT_ONCE)
        return folded

    def orders(self, offer: str, before: int | None, most: int) -> tuple[list[Taken], int | None]:
        """Orders that count for an offer, newest first, and where the next page begins."""
        with self._work.look() as at:
            _found(at, offer, *OfferState)
            found = takings.page(at.operator, offer, before, most)
        taken = [Taken(r.order, Wanted(r.offer, r.number, r.slot)) for _, r in found]
        return taken, found[-1][0] if len(found) == most else None

    def _any_to_fold(self) -> bool:
        with self._work.look() as at:
            return takings.any_to_fold(at.operator)

    def _read(self, at: Look, offer: str) -> Offer:
        return shown(at, [_found(at, offer, *OfferState)])[0]

    def _check(self, at: Look, acceptor: int, draft: Draft) -> None:
        registry, _ = self._work.rules.at(at.projection, indexed(at.projection).block)
        if not registry.known(acceptor).roles & ACCEPTOR:
            raise Rejected("offer.not-an-acceptor", field="acceptor", member=acceptor)
        _check_schemes(registry, draft.schemes)
        if draft.from_s >= draft.until_s:
            raise Rejected("offer.times", field="until")
        for place, slot in enumerate(draft.slots):
            if not draft.from_s <= slot.starts_s < slot.ends_s <= draft.until_s:
                raise Rejected("offer.times", field=f"slots.{place}")


def _check_schemes(registry: Registry, schemes: Sequence[int]) -> None:
    for issuer in schemes:
        member = registry.members.get(issuer)
        if member is None or not member.roles & ISSUER:
            raise Rejected("offer.no-scheme", field="schemes", member=issuer)


def _found(at: Look, offer: str, *states: OfferState) -> OfferRow:
    """The row in one of these states; Rejected("offer.unknown"), Refused("offer.not-in-state")."""
    row = rows.find(at.operator, offer)
    if row is None:
        raise Rejected("offer.unknown", id=offer)
    if row.state not in states:
        raise Refused("offer.not-in-state", id=offer, state=row.state)
    return row


def _columns(draft: Draft) -> dict[str, Any]:
    """Of its row, without what is in tables of its own."""
    values = draft._asdict()
    schemes = values.pop("schemes")
    del values["slots"]
    return values | {"all_schemes": not schemes, "letters": letters.letters(_texts(draft))}


def _parts(offer: str, draft: Draft) -> Parts:
    slots = [SlotRow(offer, number, *slot) for number, slot in enumerate(draft.slots, 1)]
    return Parts(sorted(set(draft.schemes)), slots, letters.weighed(_texts(draft)))


def _texts(draft: Draft) -> list[tuple[str, int]]:
    """All that an offer is found by, with its weight."""
    sorts = (*CATEGORIES[draft.category], *MEASURES[draft.measure], draft.district)
    return [
        (draft.title_zh, letters.TITLE_WEIGHT),
        (draft.title_en, letters.TITLE_WEIGHT),
        *((text, letters.SORT_WEIGHT) for text in sorts),
        (draft.words, letters.WORDS_WEIGHT),
    ]
