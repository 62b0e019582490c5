"""What is left of the offers that orders want, judged and taken with the orders themselves.

One shelf serves all orders that are recorded in one transaction: what one takes counts for those
after it, and what is taken commits with the orders or not at all. Nothing is ever put back: an
order that ends unused counts no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ledger.errors import Refused, Rejected
from ledger.hooks.events import Kind
from ledger.offers.queue import call_next
from ledger.offers.values import OfferState, TicketState, Wanted
from ledger.redeeming.heralding import tell_of_tickets
from ledger.store import offers_rows as rows
from ledger.store import offers_takings as takings
from ledger.store import offers_tickets as tickets
from ledger.store.engine import Connection
from ledger.store.offers_rows import OfferRow, SlotRow
from ledger.store.offers_takings import TakingRow
from ledger.store.offers_tickets import TicketRow
from ledger.units import DAY_S


class Shelf:
    """The offers of some orders, as of now."""

    def __init__(
        self, connection: Connection, every: Iterable[Wanted], now_s: int, *, to_take: bool
    ) -> None:
        """``to_take``: the transaction writes; else orders are only judged."""
        self._connection = connection
        self._now_s = now_s
        wanted = list(every)
        offers = {each.offer for each in wanted}
        keys = {(each.offer, each.slot) for each in wanted if each.slot is not None}
        self._rows = rows.many(connection, offers, lock=to_take) if offers else {}
        if to_take and keys:
            call_next(connection, keys, now_s)
        self._schemes = rows.schemes(connection, offers) if offers else {}
        self._slots = rows.slots(connection, offers) if offers else {}
        self._taken: dict[tuple[str, int | None], int] = defaultdict(int)
        if offers:
            self._taken.update(takings.taken(connection, offers))
        self._queues = tickets.live(connection, keys, now_s) if keys else {}
        self._new: list[TakingRow] = []
        self._by_wallet: dict[tuple[str, str], int] = defaultdict(int)
        self._used: list[TicketRow] = []

    def judged(
        self, wallet: str, acceptor: int, units: int, wanted: Wanted
    ) -> frozenset[int] | None:
        """The issuers whose points the order may take; None for all.

        Raises Rejected: offer.unknown, offer.differs, offer.slot-missing, offer.slot-unknown;
        Refused: offer.not-in-state, offer.not-begun, offer.over, offer.sold-out,
        offer.limit-reached, offer.slot-begun, offer.slot-full.
        """
        row = self._rows.get(wanted.offer)
        if row is None or row.state == OfferState.DRAFT:
            raise Rejected("offer.unknown", id=wanted.offer)
        if (acceptor, units) != (row.acceptor, row.price_units * wanted.number):
            raise Rejected("offer.differs", field="acceptor" if acceptor != row.acceptor else
                           "units", id=row.id)  # fmt: skip
        self._require_open(row)
        self._require_stock(row, wanted.number)
        self._require_limit(row, wallet, wanted.number)
        self._require_slot(row, wallet, wanted)
        return None if row.all_schemes else self._schemes.get(row.id, frozenset())

    def take(self, order: str, wallet: str, wanted: Wanted) -> None:
        """Counts what a judged order takes; ``write`` records it."""
        self._new.append(TakingRow(order, wanted.offer, wanted.slot, wanted.number))
        self._taken[wanted.offer, wanted.slot] += wanted.number
        self._by_wallet[wanted.offer, wallet] += wanted.number
        called = self._called(wanted, wallet)
        if called is not None:
            self._used.append(called)
            self._queues[called.offer, called.slot].remove(called)

    def write(self) -> None:
        """Records all that was taken; tickets of those who were called are used."""
        takings.add(self._connection, self._new)
        for ticket in self._used:
            tickets.move(self._connection, ticket.id, TicketState.CALLED, TicketState.USED)
        tell_of_tickets(self._connection, Kind.TICKET_USED, self._used, self._now_s)

    def _require_open(self, row: OfferRow) -> None:
        if row.state != OfferState.OPEN:
            raise Refused("offer.not-in-state", id=row.id, state=row.state)
        if self._now_s < row.from_s:
            raise Refused("offer.not-begun", from_s=row.from_s)
        if self._now_s >= row.until_s:
            raise Refused("offer.over", until_s=row.until_s)

    def _require_stock(self, row: OfferRow, number: int) -> None:
        if row.stock is None:
            return
        gone = sum(count for (offer, _), count in self._taken.items() if offer == row.id)
        left = max(0, row.stock - gone)
        if number > left:
            raise Refused("offer.sold-out", left=left, number=number)

    def _require_limit(self, row: OfferRow, wallet: str, number: int) -> None:
        if row.limit_number is None:
            return
        since_s = -1 if row.limit_days is None else self._now_s - row.limit_days * DAY_S
        had = takings.taken_by(self._connection, row.id, wallet, since_s)
        left = max(0, row.limit_number - had - self._by_wallet[row.id, wallet])
        if number > left:
            raise Refused("offer.limit-reached", left=left, number=number)

    def _require_slot(self, row: OfferRow, wallet: str, wanted: Wanted) -> None:
        slots = self._slots.get(row.id, [])
        if not slots and wanted.slot is None:
            return
        if wanted.slot is None:
            raise Rejected("offer.slot-missing", field="slot", id=row.id)
        place = next((each for each in slots if each.number == wanted.slot), None)
        if place is None:
            raise Rejected("offer.slot-unknown", field="slot", number=wanted.slot)
        if place.starts_s <= self._now_s:
            raise Refused("offer.slot-begun", starts_s=place.starts_s)
        left = self._places(place, wallet, wanted)
        if wanted.number > left:
            raise Refused("offer.slot-full", left=left, number=wanted.number)

    def _places(self, place: SlotRow, wallet: str, wanted: Wanted) -> int:
        """Those this wallet may order: not ordered, not kept for others, who come first where they
        wait and this one was not called."""
        others = [t for t in self._queues.get((place.offer, place.number), []) if
                  t.wallet != wallet]  # fmt: skip
        if self._called(wanted, wallet) is not None:
            others = [ticket for ticket in others if ticket.state == TicketState.CALLED]
        left = place.capacity - self._taken[place.offer, place.number] - len(others)
        return max(0, left)

    def _called(self, wanted: Wanted, wallet: str) -> TicketRow | None:
        """The wallet's ticket for the slot, where it was called."""
        if wanted.slot is None:
            return None
        queue = self._queues.get((wanted.offer, wanted.slot), [])
        mine = (t for t in queue if t.wallet == wallet and t.state == TicketState.CALLED)
        return next(mine, None)
