"""Offers as they stand: their rows with schemes, slots, pictures, and what is left of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.offers.choices import Category, Measure
from ledger.offers.values import Draft, Offer, OfferState, Slot, SlotNow, TicketState
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look
from ledger.store import offers_pictures as pictures
from ledger.store import offers_rows as rows
from ledger.store import offers_takings as takings
from ledger.store import offers_tickets as tickets
from ledger.store.offers_rows import OfferRow, SlotRow
from ledger.store.offers_tickets import TicketRow

_Counts = Mapping[tuple[str, int | None], int]


def shown(at: Look, found: Sequence[OfferRow]) -> list[Offer]:
    """The offers of these rows, in their order."""
    if not found:
        return []
    ids = [row.id for row in found]
    schemes = rows.schemes(at.operator, ids)
    slots = rows.slots(at.operator, ids)
    hung = pictures.of_offers(at.operator, ids)
    scarce = [row.id for row in found if row.stock is not None or row.id in slots]
    taken = takings.taken(at.operator, scarce) if scarce else {}
    keys = [(slot.offer, slot.number) for each in slots.values() for slot in each]
    now_s = indexed(at.projection).time_s
    queues = tickets.live(at.operator, keys, now_s) if keys else {}
    return [
        Offer(
            id=row.id,
            acceptor=row.acceptor,
            state=OfferState(row.state),
            draft=_draft(row, schemes.get(row.id, frozenset()), slots.get(row.id, [])),
            left=_left(row, taken),
            slots=tuple(
                _slot_now(slot, taken, queues.get((slot.offer, slot.number), []))
                for slot in slots.get(row.id, [])
            ),
            pictures=tuple(hung.get(row.id, ())),
            made_s=row.made_s,
        )
        for row in found
    ]


def _draft(row: OfferRow, schemes: frozenset[int], slots: Sequence[SlotRow]) -> Draft:
    return Draft(
        row.title_zh, row.title_en, row.words, row.price_units, Measure(row.measure),
        Category(row.category), row.district, row.from_s, row.until_s, row.stock,
        row.limit_number, row.limit_days, tuple(sorted(schemes)),
        tuple(Slot(slot.starts_s, slot.ends_s, slot.capacity) for slot in slots),
    )  # fmt: skip


def _left(row: OfferRow, taken: _Counts) -> int | None:
    if row.stock is None:
        return None
    return max(0, row.stock - sum(n for (offer, _), n in taken.items() if offer == row.id))


def _slot_now(slot: SlotRow, taken: _Counts, queue: Sequence[TicketRow]) -> SlotNow:
    waiting = sum(ticket.state == TicketState.WAITING for ticket in queue)
    kept = len(queue) - waiting
    left = slot.capacity - taken.get((slot.offer, slot.number), 0) - kept
    told = Slot(slot.starts_s, slot.ends_s, slot.capacity)
    return SlotNow(slot.number, told, max(0, left), waiting)
