"""What founding members agree: who they are, under which terms, and the first rates. Plain values.

Amounts are units of 0.01 point. Knows no chain: ``ledger.chain.deploy`` writes it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Terms(NamedTuple):
    """An issuer's limits as ``IMemberRegistry.IssuerTerms`` has them; amounts in units."""

    outstanding_cap_units: int
    rate_capacity_units: int
    rate_refill_per_day_units: int
    debit_cap_units: int
    annual_cap_units: int
    validity_epochs: int
    units_per_native_point: int


class FoundingMember(NamedTuple):
    """A member; ids are given in order from 1. ``code`` is short ASCII such as VOL."""

    code: str
    key: bytes
    roles: int
    terms: Terms | None = None


class FoundingActivity(NamedTuple):
    """An activity of the standard with its first rate."""

    id: int
    issuer: int
    code: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Founding:
    """What the founding members agreed. Rates take effect in a month after the present one."""

    members: tuple[FoundingMember, ...]
    activities: tuple[FoundingActivity, ...]
    rates_from_month: int
    standard_hash: bytes
    guardian: bytes
    unit_price_micro_yuan: int = 10_000
    account_monthly_units: int = 100_000
    operator_daily_units: int = 100_000_000
