"""Queues for scarce slots: a ticket is taken, called when a place frees, used by an order, or over.

A called place is nobody else's until the call is over. Who is called is decided in the order of the
tickets, whenever somebody orders or takes a ticket, and every so often besides.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.errors import Refused, Rejected
from ledger.hooks.events import Kind
from ledger.offers.trying import changing
from ledger.offers.values import LONGEST_CALL_S, OfferState, Ticket, TicketState
from ledger.redeeming.heralding import tell_of_tickets
from ledger.redeeming.seeing import indexed
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Look, Workplace, check_id
from ledger.store import offers_rows as rows
from ledger.store import offers_takings as takings
from ledger.store import offers_tickets as tickets
from ledger.store.engine import Connection
from ledger.store.offers_rows import SlotRow
from ledger.store.offers_tickets import TicketRow

_LIVE = frozenset({TicketState.WAITING, TicketState.CALLED})


class Queueing:
    """Use cases of tickets at one workplace. Safe to call from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def take(
        self, ticket_id: str, wallet: str, offer: str, slot: int, *, dry_run: bool = False
    ) -> Ticket:
        """A ticket at the end of the slot's queue; the same again for the same id.

        Raises Rejected: wallet.unknown, offer.unknown, offer.slot-unknown, order.id-reused;
        Refused: offer.not-in-state, offer.slot-begun, ticket.not-needed, ticket.have-one.
        """
        check_id(ticket_id)
        with changing(self._work, dry_run) as at:
            now_s = indexed(at.projection).time_s
            before = tickets.find(at.operator, ticket_id)
            if before is not None:
                if (before.wallet, before.offer, before.slot) != (wallet, offer, slot):
                    raise Rejected("order.id-reused", id=ticket_id)
                return _shown(at, before, now_s)
            read_wallet(at, wallet)
            place = _slot(at, offer, slot, now_s)
            call_next(at.operator, [(offer, slot)], now_s)
            self._require_queue(at, place, wallet, now_s)
            values = {"id": ticket_id, "offer": offer, "slot": slot, "wallet": wallet}
            tickets.add(at.operator, {**values, "taken_s": now_s, "until_s": place.starts_s})
            self._tell(at, Kind.TICKET_TAKEN, ticket_id, now_s)
            return self._read(at, ticket_id)

    def read(self, ticket_id: str) -> Ticket:
        """Rejected("ticket.unknown")."""
        with self._work.look() as at:
            return self._read(at, ticket_id)

    def leave(self, ticket_id: str, *, dry_run: bool = False) -> Ticket:
        """Gives the ticket back; one that is over stays as it is.

        Raises Rejected("ticket.unknown"), Refused("ticket.used").
        """
        with changing(self._work, dry_run) as at:
            found = self._read(at, ticket_id)
            if found.state is TicketState.USED:
                raise Refused("ticket.used", id=ticket_id)
            if found.state in _LIVE:
                tickets.move(at.operator, ticket_id, found.state, TicketState.LEFT)
                now_s = indexed(at.projection).time_s
                self._tell(at, Kind.TICKET_LEFT, ticket_id, now_s)
                call_next(at.operator, [(found.offer, found.slot)], now_s)
            return self._read(at, ticket_id)

    def call(self) -> int:
        """Calls everybody for whom there is a place now; how many."""
        with self._work.look() as at:
            now_s = indexed(at.projection).time_s
            slots = tickets.waiting_slots(at.operator, now_s)
        if not slots:
            return 0
        with self._work.change() as at:
            return call_next(at.operator, slots, now_s)

    def _tell(self, at: Look, kind: Kind, ticket_id: str, now_s: int) -> None:
        row = tickets.find(at.operator, ticket_id)
        assert row is not None, ticket_id
        tell_of_tickets(at.operator, kind, [row], now_s)

    def _require_queue(self, at: Look, place: SlotRow, wallet: str, now_s: int) -> None:
        """Refused where there is room, or the wallet is in this queue already."""
        key = (place.offer, place.number)
        waiting = tickets.live(at.operator, [key], now_s).get(key, [])
        mine = next((each for each in waiting if each.wallet == wallet), None)
        if mine is not None:
            raise Refused("ticket.have-one", id=mine.id)
        taken = takings.taken(at.operator, [place.offer]).get(key, 0)
        if place.capacity > taken + len(waiting):
            raise Refused("ticket.not-needed", number=place.number)

    def _read(self, at: Look, ticket_id: str) -> Ticket:
        row = tickets.find(at.operator, ticket_id)
        if row is None:
            raise Rejected("ticket.unknown", id=ticket_id)
        return _shown(at, row, indexed(at.projection).time_s)


def call_next(connection: Connection, slots: Iterable[tuple[str, int]], now_s: int) -> int:
    """Calls, in a transaction that writes, as many tickets as there are places; how many."""
    keys = sorted(set(slots))
    offers = [offer for offer, _ in keys]
    open_now = {o for o, row in rows.many(connection, offers, lock=True).items() if _is_open(row)}
    places = {(s.offer, s.number): s for o in rows.slots(connection, offers).values() for s in o}
    taken = takings.taken(connection, offers)
    called: list[TicketRow] = []
    for key, queue in tickets.live(connection, keys, now_s).items():
        place = places[key]
        waiting = [each for each in queue if each.state == TicketState.WAITING]
        free = place.capacity - taken.get(key, 0) - (len(queue) - len(waiting))
        if key[0] in open_now and free > 0:
            until_s = min(now_s + LONGEST_CALL_S, place.starts_s)
            for each in waiting[:free]:
                tickets.move(connection, each.id, each.state, TicketState.CALLED, until_s)
                called.append(each._replace(until_s=until_s))
    tell_of_tickets(connection, Kind.TICKET_CALLED, called, now_s)
    return len(called)


def _is_open(row: rows.OfferRow) -> bool:
    return row.state == OfferState.OPEN


def _slot(at: Look, offer: str, number: int, now_s: int) -> SlotRow:
    row = rows.find(at.operator, offer, lock=True)
    if row is None:
        raise Rejected("offer.unknown", id=offer)
    if not _is_open(row):
        raise Refused("offer.not-in-state", id=offer, state=row.state)
    places = rows.slots(at.operator, [offer]).get(offer, [])
    place = next((each for each in places if each.number == number), None)
    if place is None:
        raise Rejected("offer.slot-unknown", field="slot", number=number)
    if place.starts_s <= now_s:
        raise Refused("offer.slot-begun", starts_s=place.starts_s)
    return place


def _shown(at: Look, row: TicketRow, now_s: int) -> Ticket:
    state = TicketState(row.state)
    if state in _LIVE:
        offer = rows.find(at.operator, row.offer)
        if row.until_s <= now_s or offer is None or not _is_open(offer):
            state = TicketState.EXPIRED
    waits = state is TicketState.WAITING
    ahead = tickets.ahead_of(at.operator, row, now_s) if waits else 0
    return Ticket(row.id, row.offer, row.slot, row.wallet, state, ahead, row.taken_s, row.until_s)
