"""Rows about what members owe one another: windows, obligations, settlement, disputes. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ledger.index.columns import ClearingKind, Digest, UInt64


class WindowRow(NamedTuple):
    """A clearing window: a range of blocks."""

    number: int
    first_block: int
    last_block: int | None
    """None while nobody has closed it."""
    opened_at_s: int
    unit_price_micro_yuan: UInt64
    """Price of 0.01 point in millionths of a yuan, fixed when it opened."""
    closed_by: int | None
    published_by: int | None
    published_block: int | None
    published_transaction: Digest | None
    settled_block: int | None


class ObligationRow(NamedTuple):
    """A tally: what the debtor owes the creditor in a window; may be negative."""

    window: int
    debtor: int
    creditor: int
    units: int


class ClearingEntryRow(NamedTuple):
    """One change of an obligation."""

    block: int
    position: int
    window: int
    debtor: int
    creditor: int
    units: int
    """Signed: what the debtor owes more."""
    kind: ClearingKind
    reference: Digest
    """Id of the hold or of the dispute."""
    transaction: Digest
    time_s: int
    """The block's: statements show it, and blocks' times are kept nowhere else."""


class SettlementTransferRow(NamedTuple):
    """One payment of a window's settlement, and who has confirmed it."""

    window: int
    place: int
    payer: int
    payee: int
    units: int
    payer_confirmed_block: int | None
    payer_transaction: Digest | None
    """In which it confirmed."""
    payee_confirmed_block: int | None
    payee_transaction: Digest | None


class DisputeRow(NamedTuple):
    """A reversing entry, proposed by one side and perhaps accepted by the other."""

    id: Digest
    origin_window: int
    debtor: int
    creditor: int
    proposer: int
    units: int
    reason_hash: Digest
    proposed_block: int
    proposed_transaction: Digest
    accepted_block: int | None
    accepted_transaction: Digest | None
    accepted_window: int | None
    """The window in which the entry stands."""


class PriceRow(NamedTuple):
    """A price of 0.01 point that the council agreed on, for windows that open later."""

    block: int
    position: int
    unit_price_micro_yuan: UInt64
