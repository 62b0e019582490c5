"""What the contracts said, as typed values: one tuple an event, in order of topics, then data.

Structs stand flat in their event. Accounts, keys and contracts are 20 bytes, ids and hashes 32;
amounts are units of 0.01 point, times seconds since 1970. Pure: ``ledger.chain.decode`` reads logs.
"""

from __future__ import annotations

from typing import NamedTuple


class At(NamedTuple):
    """Where an event stands on the chain. Order of ``At`` is the order of events."""

    block: int
    position: int
    """Index of the log in its block."""
    transaction_index: int
    transaction: bytes
    """The transaction's hash."""


# Members


class MemberAdded(NamedTuple):
    member: int
    key: bytes
    roles: int
    code: bytes


class MemberStatusChanged(NamedTuple):
    member: int
    status: int


class MemberKeyChanged(NamedTuple):
    member: int
    old_key: bytes
    new_key: bytes


class MemberHostChanged(NamedTuple):
    member: int
    host: int


class IssuerTermsChanged(NamedTuple):
    member: int
    outstanding_cap_units: int
    rate_capacity_units: int
    rate_refill_per_day_units: int
    debit_cap_units: int
    annual_cap_units: int
    validity_epochs: int
    units_per_native_point: int


class SuccessorNamed(NamedTuple):
    member: int
    successor: int


# Rates


class ActivityAdded(NamedTuple):
    activity: int
    issuer: int
    code: bytes


class RateAgreed(NamedTuple):
    activity: int
    version: int
    standard_hash: bytes
    from_month: int
    numerator: int
    denominator: int


# Points


class BatchMinted(NamedTuple):
    issuer: int
    number: int
    awards: int
    """How many rows."""
    units: int
    data_hash: bytes
    evidence_root: bytes


class AwardClipped(NamedTuple):
    issuer: int
    number: int
    key: bytes
    row: int
    full_units: int
    units: int


class AwardCorrected(NamedTuple):
    correction: bytes
    issuer: int
    account: bytes
    entry_issuer: int
    entry_account: bytes
    month: int
    epoch: int
    slices: int
    due_units: int
    award: bytes
    reason_hash: bytes


class CorrectionReversed(NamedTuple):
    correction: bytes
    issuer: int
    account: bytes
    reason_hash: bytes


class HoldPlaced(NamedTuple):
    id: bytes
    issuer: int
    account: bytes
    terms: int
    points: int


class HoldCaptured(NamedTuple):
    id: bytes
    debtor: int
    creditor: int
    units: int
    terms: int
    points: int


class HoldReleased(NamedTuple):
    id: bytes
    issuer: int
    account: bytes
    by: int
    """0 acceptor, 1 resident, 2 anyone."""


class HoldRefunded(NamedTuple):
    id: bytes
    debtor: int
    creditor: int
    units: int
    terms: int
    points: int


class Donated(NamedTuple):
    id: bytes
    issuer: int
    account: bytes
    fund_account: bytes
    slices: int


class ExpiryBooked(NamedTuple):
    issuer: int
    epoch: int
    units: int


class Transfer(NamedTuple):
    """ERC-6909. ``token`` is ``issuer << 16 | epoch``; the zero account is nobody."""

    sender: bytes
    receiver: bytes
    token: int
    caller: bytes
    units: int


class RateBookReplaced(NamedTuple):
    rate_book: bytes


class DeskAppointed(NamedTuple):
    desk: bytes


class Paused(NamedTuple):
    by: bytes


class StrictStopBegun(NamedTuple):
    by: bytes


class Resumed(NamedTuple):
    by: bytes


# Clearing


class LedgerBound(NamedTuple):
    ledger: bytes


class WindowOpened(NamedTuple):
    window: int
    from_block: int
    unit_price_micro_yuan: int


class WindowClosed(NamedTuple):
    window: int
    by: int
    last_block: int


class WindowSettled(NamedTuple):
    window: int


class UnitPriceAgreed(NamedTuple):
    unit_price_micro_yuan: int


class SettlementPublished(NamedTuple):
    window: int
    by: int
    transfers: tuple[tuple[int, int, int], ...]
    """(payer, payee, units)."""


class TransferConfirmed(NamedTuple):
    window: int
    place: int
    member: int


class DisputeProposed(NamedTuple):
    dispute: bytes
    origin_window: int
    debtor: int
    creditor: int
    proposer: int
    units: int
    reason_hash: bytes


class DisputeAccepted(NamedTuple):
    dispute: bytes
    debtor: int
    creditor: int
    units: int


# The desk


class CapsChanged(NamedTuple):
    account_monthly_units: int
    operator_daily_units: int


class KeyAnnounced(NamedTuple):
    account: bytes
    key: bytes
    effective_at_s: int


class KeyWithdrawn(NamedTuple):
    account: bytes
    key: bytes


class CallRefused(NamedTuple):
    place: int
    reason: bytes
    """Revert data."""


Event = (
    MemberAdded | MemberStatusChanged | MemberKeyChanged | MemberHostChanged
    | IssuerTermsChanged | SuccessorNamed
    | ActivityAdded | RateAgreed
    | BatchMinted | AwardClipped | AwardCorrected | CorrectionReversed | ExpiryBooked | Transfer
    | HoldPlaced | HoldCaptured | HoldReleased | HoldRefunded | Donated
    | RateBookReplaced | DeskAppointed | Paused | StrictStopBegun | Resumed
    | LedgerBound | WindowOpened | WindowClosed | WindowSettled | UnitPriceAgreed
    | SettlementPublished | TransferConfirmed | DisputeProposed | DisputeAccepted
    | CapsChanged | KeyAnnounced | KeyWithdrawn | CallRefused
)  # fmt: skip
"""Any of them."""
