"""Holds, captures, releases, refunds and gifts as row changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.events import Donated, HoldCaptured, HoldPlaced, HoldRefunded, HoldReleased
from ledger.index.changes import RowChanges
from ledger.index.columns import ClearingKind, EntryKind, HoldPhase
from ledger.index.here import Handler, Here, book_moves, known
from ledger.index.landing import land
from ledger.index.project_clearing import owe
from ledger.index.rows import ClassRow, DonationRow, HoldRow
from ledger.rules.holding import Releaser
from ledger.rules.lanes import Slices, unpacked
from ledger.rules.state import Hold
from ledger.units import epoch_of, first_landing_epoch


def hold_placed(changes: RowChanges, event: HoldPlaced, here: Here) -> None:
    """Slices go from free to held."""
    hold = Hold.of_words(event.terms, event.points, captured=False)
    book_moves(changes, here, EntryKind.HOLD, event.id)
    for epoch, units in hold.slices:
        changes.tally(ClassRow, (event.issuer, epoch), free_units=-units, held_units=units)
    changes.put(
        HoldRow(
            id=event.id,
            phase=HoldPhase.HELD,
            issuer=event.issuer,
            account=event.account,
            acceptor=hold.acceptor,
            desk=here.moves[0].caller,
            held_units=hold.total(),
            captured_units=0,
            refunded_units=0,
            expired_units=0,
            deadline_s=hold.deadline_s,
            service_at_s=hold.service_at_s,
            terms=event.terms,
            points=event.points,
            debtor=0,
            placed_block=here.block,
            placed_position=here.position,
            block=here.block,
            transaction=here.transaction,
        )
    )


def hold_captured(changes: RowChanges, event: HoldCaptured, here: Here) -> None:
    """Captured slices are burned and owed for; the rest comes back."""
    before = known(changes, here, HoldRow, event.id)
    book_moves(changes, here, EntryKind.REST, event.id)
    captured, issuer = _slices(event.points), before.issuer
    for epoch, units in captured.items():
        changes.tally(ClassRow, (issuer, epoch), held_units=-units, captured_units=units)
    rest = _less(_slices(before.points), captured)
    _give_back(changes, issuer, rest, first_landing_epoch(here.time_s))
    after = Hold.of_words(event.terms, event.points, captured=True)
    changes.put(
        before._replace(
            phase=HoldPhase.CAPTURED,
            captured_units=event.units,
            deadline_s=after.deadline_s,
            terms=event.terms,
            points=event.points,
            debtor=event.debtor,
            block=here.block,
            transaction=here.transaction,
        )
    )
    parties = (event.debtor, event.creditor)
    owe(changes, here, parties, event.units, ClearingKind.CAPTURE, event.id)


def hold_released(changes: RowChanges, event: HoldReleased, here: Here) -> None:
    """Everything comes back; under the resident's own cancel never to a later class."""
    before = known(changes, here, HoldRow, event.id)
    book_moves(changes, here, EntryKind.RELEASE, event.id)
    slices, expired = _slices(before.points), 0
    own_cancel = event.by == Releaser.RESIDENT
    first_landing = 0 if own_cancel else first_landing_epoch(here.time_s)
    if own_cancel:
        for epoch in [epoch for epoch in slices if epoch < epoch_of(here.time_s)]:
            units = slices.pop(epoch)
            expired += units
            key = (before.issuer, epoch)
            changes.tally(ClassRow, key, held_units=-units, expired_units=units)
    _give_back(changes, before.issuer, slices, first_landing)
    changes.put(
        before._replace(
            phase=HoldPhase.RELEASED,
            expired_units=expired,
            block=here.block,
            transaction=here.transaction,
        )
    )


def hold_refunded(changes: RowChanges, event: HoldRefunded, here: Here) -> None:
    """Captured slices come back, and the debt shrinks by them."""
    before = known(changes, here, HoldRow, event.id)
    book_moves(changes, here, EntryKind.REFUND, event.id)
    left = _slices(event.points)
    returned = _less(_slices(before.points), left)
    for epoch, units in returned.items():
        changes.tally(ClassRow, (before.issuer, epoch), refunded_in_units=units)
    land(changes, before.issuer, returned, first_landing_epoch(here.time_s))
    changes.put(
        before._replace(
            phase=HoldPhase.CAPTURED if left else HoldPhase.REFUNDED,
            refunded_units=before.refunded_units + event.units,
            terms=event.terms,
            points=event.points,
            block=here.block,
            transaction=here.transaction,
        )
    )
    parties = (event.debtor, event.creditor)
    owe(changes, here, parties, -event.units, ClearingKind.REFUND, event.id)


def donated(changes: RowChanges, event: Donated, here: Here) -> None:
    """Lots move to the fund's account, lanes kept; the class does not change."""
    book_moves(changes, here, EntryKind.DONATION, event.id)
    units = sum(move.units for move in here.moves)
    place = (here.block, here.position, here.transaction)
    gift = (event.id, event.issuer, event.account, event.fund_account, units)
    changes.put(DonationRow(*gift, *place))


HANDLERS: Mapping[type, Handler] = {
    HoldPlaced: hold_placed,
    HoldCaptured: hold_captured,
    HoldReleased: hold_released,
    HoldRefunded: hold_refunded,
    Donated: donated,
}


def _slices(points: int) -> Slices:
    """Units by epoch, from a hold's second word."""
    return unpacked(points, points >> 192 & 0xFFFF)


def _less(whole: Slices, part: Slices) -> Slices:
    left = {epoch: units - part.get(epoch, 0) for epoch, units in whole.items()}
    return {epoch: units for epoch, units in left.items() if units}


def _give_back(changes: RowChanges, issuer: int, slices: Slices, first_landing: int) -> None:
    for epoch, units in slices.items():
        changes.tally(ClassRow, (issuer, epoch), held_units=-units)
    land(changes, issuer, slices, first_landing)
