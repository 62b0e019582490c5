"""Rows about who takes part and under which rules: members, rates, desks, stops, keys. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ledger.index.columns import Address, ContractRole, Digest, StopKind, UInt64


class BlockRow(NamedTuple):
    """A block that holds events of ours."""

    number: int
    hash: Digest
    time_s: int
    """Seconds since 1970 UTC."""


class MemberRow(NamedTuple):
    """A member organisation as it stands."""

    member: int
    key: Address
    roles: int
    """Sum of issuer 1, acceptor 2, operator 4, auditor 8, fund 16."""
    status: int
    """1 active, 2 suspended, 3 leaving."""
    host: int
    """The operator that may act for it at the desk; 0 for none."""
    successor: int
    """Who owes for its classes; 0 for none."""
    code: str
    """Short public name, such as VOL."""
    joined_block: int


class TermsRow(NamedTuple):
    """An issuer's limits as they stand, in units."""

    member: int
    outstanding_cap_units: UInt64
    rate_capacity_units: UInt64
    rate_refill_per_day_units: UInt64
    debit_cap_units: UInt64
    annual_cap_units: int
    """Per account and year of occurrence; 0 for none."""
    validity_epochs: int
    units_per_native_point: int
    """0 where nothing is exchanged into the scheme."""
    block: int


class ActivityRow(NamedTuple):
    """An entry of the certification standard, as a rate book names it."""

    book: Address
    activity: int
    issuer: int
    code: str
    block: int


class RateRow(NamedTuple):
    """Units per ``denominator`` native quantities, from a month of occurrence on."""

    book: Address
    activity: int
    version: int
    """From 1."""
    from_month: int
    numerator: UInt64
    denominator: UInt64
    standard_hash: Digest
    block: int


class AppointmentRow(NamedTuple):
    """A rate book or desk put in office. The last of its role is in office now."""

    block: int
    position: int
    role: ContractRole
    address: Address


class StopRow(NamedTuple):
    """A pause, a strict stop, or the end of both."""

    block: int
    position: int
    kind: StopKind
    by: Address
    time_s: int


class CapsRow(NamedTuple):
    """The custodial caps of a desk as they stand, in units."""

    desk: Address
    account_monthly_units: int
    operator_daily_units: UInt64
    block: int


class AccountKeyRow(NamedTuple):
    """The key announced for an account at a desk."""

    desk: Address
    account: Address
    key: Address | None
    """None once it was withdrawn."""
    effective_at_s: int
    """From when the key alone speaks for the account."""
    nonce: int
    """How many keys were announced or withdrawn: the next registration signs this."""
    block: int


class RefusedCallRow(NamedTuple):
    """One call of a ``tryAll`` that failed and changed nothing."""

    block: int
    position: int
    desk: Address
    place: int
    """Its place among the calls, from 0."""
    reason: bytes
    """Revert data."""
    transaction: Digest
