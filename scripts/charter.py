"""What the demo's and a fresh installation's members agree: who they are, terms, activities, rates.

Twelve members: six issuers, three acceptors, the fund, the operator and the auditor. Activities
and rates are those of the certification standard. A city writes its own founding; this one is
visibly an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from issuers.standard.catalogue import Standard, load
from ledger.founding import Founding, FoundingActivity, FoundingMember, Terms
from ledger.rules.registry import ACCEPTOR, AUDITOR, FUND, ISSUER, OPERATOR

OUTSTANDING_CAP_UNITS = 40_000_000
RATE_CAPACITY_UNITS = 10_000_000
RATE_REFILL_PER_DAY_UNITS = 2_000_000
DEBIT_CAP_UNITS = 10_000_000
ACCOUNT_MONTHLY_UNITS = 20_000
"""Most that the operator may hold for one custodial account in a month: 200 points."""
OPERATOR_DAILY_UNITS = 50_000_000


@dataclass(frozen=True)
class Seat:
    """A member of the example city. ``scheme`` is set for issuers."""

    code: str
    zh: str
    en: str
    roles: int
    scheme: str = ""
    hosted: bool = False
    """Whether the operator may capture, release and refund in its name."""


SEATS = (
    Seat("VOL", "志愿服务（示例）", "Volunteer service (example)", ISSUER, "volunteer"),
    Seat("TRA", "蓉e行（示例）", "Green travel (example)", ISSUER, "traffic"),
    Seat("ENV", "早点星球（示例）", "Sorted waste (example)", ISSUER, "environment"),
    Seat("CUL", "文化消费（示例）", "Culture spending (example)", ISSUER, "culture"),
    Seat("RES", "居住证（示例）", "Residence permit (example)", ISSUER, "residence"),
    Seat("CANTEEN", "社区食堂（示例）", "Community canteen (example)", ACCEPTOR, hosted=True),
    Seat("CARE", "居家养老（示例）", "Home care (example)", ACCEPTOR, hosted=True),
    Seat("SPORT", "文体中心（示例）", "Culture and sports centre (example)", ACCEPTOR, hosted=True),
    Seat("FUND", "社区基金（示例）", "Community fund (example)", FUND),
    Seat("OPER", "运营方（示例）", "Operator (example)", OPERATOR),
    Seat("AUDIT", "审计方（示例）", "Auditor (example)", AUDITOR),
    Seat("BLO", "无偿献血（示例）", "Blood donation (example)", ISSUER, "blood"),
)
"""In the order of joining: the first is member 1. Blood donation came last, so it stands last."""
NUMBER = {seat.code: number for number, seat in enumerate(SEATS, 1)}
ISSUER_OF = {seat.scheme: seat for seat in SEATS if seat.scheme}
"""Issuer by scheme of the standard."""
ZH_EXAMPLE = "（示例）"
"""At the end of every Chinese name: nobody takes these for real offices."""
COUNCIL, GUARDIAN = "COUNCIL", "GUARDIAN"
"""Keys that are no member's: the council's own until its vote stands, and who may begin a stop."""


def founding(
    keys: Mapping[str, bytes], first_month: int, standard: Standard | None = None
) -> Founding:
    """The founding with these addresses by code; rates hold from ``first_month`` on."""
    standard = standard or load()
    members = tuple(
        FoundingMember(seat.code, keys[seat.code], seat.roles, _terms(standard, seat))
        for seat in SEATS
    )
    activities = tuple(
        FoundingActivity(
            one.id, NUMBER[ISSUER_OF[one.scheme].code], one.code, one.numerator, one.denominator
        )
        for one in standard.activities.values()
    )
    return Founding(
        members=members,
        activities=activities,
        rates_from_month=first_month,
        standard_hash=standard.hash(),
        guardian=keys[GUARDIAN],
        account_monthly_units=ACCOUNT_MONTHLY_UNITS,
        operator_daily_units=OPERATOR_DAILY_UNITS,
    )


def fund_account(project: int = 0) -> bytes:
    """The fund's account for a project, known by its form: 128 zero bits · project · member."""
    return (project << 16 | NUMBER["FUND"]).to_bytes(20, "big")


def _terms(standard: Standard, seat: Seat) -> Terms | None:
    sector = standard.schemes.get(seat.scheme)
    if sector is None:
        return None
    return Terms(
        outstanding_cap_units=OUTSTANDING_CAP_UNITS,
        rate_capacity_units=RATE_CAPACITY_UNITS,
        rate_refill_per_day_units=RATE_REFILL_PER_DAY_UNITS,
        debit_cap_units=DEBIT_CAP_UNITS,
        annual_cap_units=sector.annual_cap_units,
        validity_epochs=sector.validity_epochs,
        units_per_native_point=sector.units_per_native_point,
    )
