"""How residents found what they got: one tap after a capture, published as counts.

Three buttons, 好 · 中 · 差, because a tap must need no thought, and because five of them would
spread a small acceptor's ratings over cells too small to be shown. A rating counts when it can't be
changed any more. Counts are told in steps of five and below five not at all, so that neither one
more of them, nor what an acceptor's offers lack to its sum, says what one resident said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.errors import Refused
from ledger.offers.trying import changing
from ledger.offers.values import CHANGEABLE_S, SMALLEST_CELL, Rating, Score
from ledger.redeeming.seeing import indexed
from ledger.redeeming.values import Order, Purpose
from ledger.redeeming.workplace import Workplace
from ledger.store import offers_ratings as rows
from ledger.store import offers_takings as takings
from ledger.store.offers_ratings import RatingRow

Counts = Mapping[Score, int | None]
"""By score; None: too few to tell."""


class Published(NamedTuple):
    """What everybody may know of an acceptor's ratings."""

    acceptor: int
    counts: Counts
    offers: Mapping[str, Counts]
    """Of those of its offers that have a count to show."""


class Rated:
    """Use cases of ratings at one workplace. Safe to call from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def rate(self, order_id: str, wallet: str, score: Score, *, dry_run: bool = False) -> Rating:
        """The order's rating, new or changed; the same once more is the same.

        Raises Rejected("order.unknown"); Refused: rating.not-its-wallet, rating.not-captured,
        rating.settled.
        """
        order = self._work.read(order_id)
        _require_captured(order, wallet)
        with changing(self._work, dry_run) as at:
            now_s = indexed(at.projection).time_s
            before = rows.find(at.operator, order_id)
            if before is None:
                taken = takings.of_orders(at.operator, [order_id]).get(order_id)
                offer = None if taken is None else taken.offer
                before = RatingRow(order_id, order.acceptor, offer, score, now_s)
                rows.add(at.operator, before)
            elif before.score != score:
                if now_s >= before.first_s + CHANGEABLE_S:
                    raise Refused("rating.settled", id=order_id)
                rows.change(at.operator, order_id, score)
            return Rating(order_id, score, before.first_s + CHANGEABLE_S)

    def published(self, acceptor: int) -> Published:
        """The counts of an acceptor and of its offers."""
        with self._work.look() as at:
            until_s = indexed(at.projection).time_s - CHANGEABLE_S
            whole = rows.of_acceptors(at.operator, [acceptor], until_s).get(acceptor, {})
            parts = rows.of_offers(at.operator, acceptor, until_s)
        offers = {offer: _told(counts) for offer, counts in sorted(parts.items())}
        telling = {offer: told for offer, told in offers.items() if any(told.values())}
        return Published(acceptor, _told(whole), telling)

    def many(self, acceptors: Iterable[int]) -> dict[int, Counts]:
        """The counts of several acceptors, without their offers."""
        with self._work.look() as at:
            until_s = indexed(at.projection).time_s - CHANGEABLE_S
            found = rows.of_acceptors(at.operator, acceptors, until_s)
        return {acceptor: _told(counts) for acceptor, counts in found.items()}


def in_steps(count: int) -> int | None:
    """A count of people as it is published: rounded down, against whoever would single one out."""
    return count // SMALLEST_CELL * SMALLEST_CELL or None


def _told(counts: Mapping[str, int]) -> Counts:
    return {score: in_steps(counts.get(score, 0)) for score in Score}


def _require_captured(order: Order, wallet: str) -> None:
    if order.wallet != wallet:
        raise Refused("rating.not-its-wallet", id=order.id)
    if order.purpose is not Purpose.REDEEM or not order.captured_units:
        raise Refused("rating.not-captured", id=order.id, state=str(order.state))
