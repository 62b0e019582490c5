"""Windows, settlement and disputes as row changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.events import (
    DisputeAccepted,
    DisputeProposed,
    SettlementPublished,
    TransferConfirmed,
    UnitPriceAgreed,
    WindowClosed,
    WindowOpened,
    WindowSettled,
)
from ledger.index.changes import RowChanges
from ledger.index.columns import ClearingKind
from ledger.index.here import Handler, Here, known
from ledger.index.rows import (
    ClearingEntryRow,
    DisputeRow,
    ObligationRow,
    PriceRow,
    SettlementTransferRow,
    WindowRow,
)


def owe(
    changes: RowChanges,
    here: Here,
    parties: tuple[int, int],
    units: int,
    kind: ClearingKind,
    reference: bytes,
) -> None:
    """The debtor owes the creditor so much more, in the window that is open in this block."""
    window = changes.window_at(here.block)
    changes.tally(ObligationRow, (window, *parties), units=units)
    entry = (window, *parties, units, kind, reference, here.transaction, here.time_s)
    changes.add(ClearingEntryRow, [(here.block, here.position, *entry)])


def window_opened(changes: RowChanges, event: WindowOpened, here: Here) -> None:
    """Its captures begin with its first block."""
    price = event.unit_price_micro_yuan
    opened = (event.window, event.from_block, None, here.time_s, price)
    changes.put(WindowRow(*opened, None, None, None, None, None))


def window_closed(changes: RowChanges, event: WindowClosed, here: Here) -> None:
    """The close takes effect after its block."""
    window = known(changes, here, WindowRow, event.window)
    changes.put(window._replace(last_block=event.last_block, closed_by=event.by))


def settlement_published(changes: RowChanges, event: SettlementPublished, here: Here) -> None:
    """The list that both sides of each transfer have to confirm."""
    window = known(changes, here, WindowRow, event.window)
    changes.put(
        window._replace(
            published_by=event.by,
            published_block=here.block,
            published_transaction=here.transaction,
        )
    )
    for place, transfer in enumerate(event.transfers):
        confirmations = (None, None, None, None)
        changes.put(SettlementTransferRow(event.window, place, *transfer, *confirmations))


def transfer_confirmed(changes: RowChanges, event: TransferConfirmed, here: Here) -> None:
    """By one of its two sides."""
    transfer = known(changes, here, SettlementTransferRow, event.window, event.place)
    if event.member == transfer.payer:
        confirmed = transfer._replace(
            payer_confirmed_block=here.block, payer_transaction=here.transaction
        )
    else:
        confirmed = transfer._replace(
            payee_confirmed_block=here.block, payee_transaction=here.transaction
        )
    changes.put(confirmed)


def window_settled(changes: RowChanges, event: WindowSettled, here: Here) -> None:
    """Every transfer is confirmed."""
    window = known(changes, here, WindowRow, event.window)
    changes.put(window._replace(settled_block=here.block))


def price_agreed(changes: RowChanges, event: UnitPriceAgreed, here: Here) -> None:
    """For windows that open later."""
    changes.put(PriceRow(here.block, here.position, event.unit_price_micro_yuan))


def dispute_proposed(changes: RowChanges, event: DisputeProposed, here: Here) -> None:
    """By one side; nothing is owed otherwise yet."""
    dispute = (event.dispute, event.origin_window, event.debtor, event.creditor, event.proposer)
    content = (event.units, event.reason_hash, here.block, here.transaction)
    changes.put(DisputeRow(*dispute, *content, None, None, None))


def dispute_accepted(changes: RowChanges, event: DisputeAccepted, here: Here) -> None:
    """The other side agrees: a reversing entry in the open window."""
    dispute = known(changes, here, DisputeRow, event.dispute)
    window = changes.window_at(here.block)
    changes.put(
        dispute._replace(
            accepted_block=here.block,
            accepted_transaction=here.transaction,
            accepted_window=window,
        )
    )
    parties = (event.debtor, event.creditor)
    owe(changes, here, parties, -event.units, ClearingKind.DISPUTE, event.dispute)


HANDLERS: Mapping[type, Handler] = {
    WindowOpened: window_opened,
    WindowClosed: window_closed,
    SettlementPublished: settlement_published,
    TransferConfirmed: transfer_confirmed,
    WindowSettled: window_settled,
    UnitPriceAgreed: price_agreed,
    DisputeProposed: dispute_proposed,
    DisputeAccepted: dispute_accepted,
}
