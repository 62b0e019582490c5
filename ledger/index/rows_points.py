"""Rows about points: batches, awards, corrections, lots, classes, holds, gifts. Pure.

Amounts are units of 0.01 point. ``block`` and ``position`` (the log's index in its block) say where
the event stands. A tally's columns after its key are sums that events add to.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.index.columns import Address, Digest, EntryKind, HoldPhase, UInt64, UInt256


class BatchRow(NamedTuple):
    """One mint."""

    issuer: int
    number: int
    awards: int
    """How many rows it has."""
    clipped: int
    """How many of them the annual cap clipped."""
    units: int
    data_hash: Digest
    evidence_root: Digest
    listed: bool
    """Whether its rows were read from the transaction's calldata, so that awards have rows."""
    block: int
    position: int
    transaction: Digest


class AwardRow(NamedTuple):
    """One row of a batch, from calldata and logs."""

    issuer: int
    number: int
    row: int
    """Place in the batch, from 0."""
    key: Digest
    account: Address
    activity: int
    month: int
    """Of occurrence: year * 12 + month - 1."""
    quantity: UInt64
    """In the activity's smallest unit."""
    units: int
    """Minted."""
    full_units: int
    """What it would have been without the annual cap."""
    corrected_units: int
    """Sum of its corrections in force."""
    epoch: int
    """In which the points land; 0 where nothing was minted."""
    block: int
    position: int


class CorrectionRow(NamedTuple):
    """A linked opposite entry of an award, and whether it was reversed."""

    id: Digest
    issuer: int
    account: Address
    award: Digest
    """The contract's id of the award."""
    number: int
    """The award's batch, 0 where its rows could not be read."""
    row: int
    month: int
    epoch: int
    """In which it was made; the slices' lanes count from it."""
    slices: UInt256
    due_units: int
    """What the award shrank by."""
    taken_units: int
    """What was still there to take; the rest is the issuer's loss."""
    reason_hash: Digest
    block: int
    position: int
    transaction: Digest
    reversed_block: int | None
    reversal_reason_hash: Digest | None


class LotRow(NamedTuple):
    """A tally: what an account has free of a class; frozen where the epoch has passed."""

    account: Address
    issuer: int
    epoch: int
    free_units: int


class ClassRow(NamedTuple):
    """A tally: points of one issuer with one expiry epoch, as ``classOf`` answers."""

    issuer: int
    epoch: int
    minted_units: int
    free_units: int
    held_units: int
    captured_units: int
    expired_units: int
    """As booked, and what a late cancel expired."""
    corrected_units: int
    refunded_in_units: int
    carried_in_units: int
    carried_out_units: int


class IssuerTotalRow(NamedTuple):
    """A tally: what an issuer has done so far."""

    issuer: int
    batches: int
    awards: int
    clipped: int
    minted_units: int
    clipped_units: int
    """What the annual cap kept from being minted."""
    corrections: int
    reversals: int
    loss_units: int
    """Corrected but already spent."""


class HoldRow(NamedTuple):
    """Points of one account set aside for an acceptor, and what became of them."""

    id: Digest
    phase: HoldPhase
    issuer: int
    account: Address
    acceptor: int
    desk: Address
    """The desk that placed it and alone can finish it."""
    held_units: int
    """At the hold; it never changes."""
    captured_units: int
    refunded_units: int
    """Sum of its refunds."""
    expired_units: int
    """What a resident's late cancel let expire instead of giving it back."""
    deadline_s: int
    """The capture's, and once captured the refunds'."""
    service_at_s: int
    terms: UInt256
    points: UInt256
    """The two words of its last event that bore them: what the next call has to show."""
    debtor: int
    """Who owes for it; 0 until captured."""
    placed_block: int
    placed_position: int
    block: int
    """Of its last event."""
    transaction: Digest


class EntryRow(NamedTuple):
    """Points that came to an account or left it, other than by an award that has a row."""

    block: int
    position: int
    account: Address
    """A gift has two entries of one place: the giver's and the fund's."""
    issuer: int
    epoch: int
    units: int
    """Signed."""
    kind: EntryKind
    reference: Digest
    """Id of the hold, correction or donation, or the data hash of a batch."""
    transaction: Digest


class DonationRow(NamedTuple):
    """A gift to an account of the community fund."""

    id: Digest
    issuer: int
    account: Address
    fund_account: Address
    units: int
    block: int
    position: int
    transaction: Digest
