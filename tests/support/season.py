"""A small, agreed world for contract tests: five members, two activities, terms with room.

Ids are given in the order of joining. Everything a test may want to change is an argument.
"""

from __future__ import annotations

from typing import Any

from ledger.units import month_of, start_of_month
from tests.support.evm import COUNCIL, Evm

ISSUER, ACCEPTOR, FUND, OPERATOR = 1, 1 << 1, 1 << 4, 1 << 2
VOLUNTEER, CULTURE, CANTEEN, OPERATING, CHARITY = 1, 2, 3, 4, 5
"""Member ids, in the order of joining."""
KEYS = {member: "0x" + f"{member:02x}" * 20 for member in range(1, 6)}
ROLES = {VOLUNTEER: ISSUER, CULTURE: ISSUER, CANTEEN: ACCEPTOR, OPERATING: OPERATOR, CHARITY: FUND}
FUND_ACCOUNT = f"0x{CHARITY:040x}"
"""The fund's account for its first project: its form says whose it is."""
MINUTES, SPENDING = 101, 201
"""Activities: volunteer minutes at 1000/60, culture spending at 15 %, both from May 2026."""
BEGIN_MONTH = 2026 * 12 + 3
FIRST_RATE_MONTH = BEGIN_MONTH + 1
ROOMY = (10**9, 10**9, 10**9, 10**9, 0, 2, 100)
CAPPED = (10**9, 10**9, 10**9, 10**9, 20_000, 2, 100)
"""Outstanding, bucket, refill a day, debit, annual cap, validity, units per native point."""


def world(**settings: Any) -> Evm:
    """The contracts with members and rates, at the start of May 2026."""
    evm = Evm(now=start_of_month(BEGIN_MONTH) + 3_600, **settings)
    for member, key in KEYS.items():
        code = f"M{member}".encode().ljust(32, b"\0")
        evm.send(COUNCIL, "MemberRegistry", "addMember", key, ROLES[member], code)
    evm.send(COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, ROOMY)
    evm.send(COUNCIL, "MemberRegistry", "setTerms", CULTURE, CAPPED)
    evm.send(KEYS[CANTEEN], "MemberRegistry", "chooseHost", OPERATING)
    rates = ((MINUTES, VOLUNTEER, (1000, 60)), (SPENDING, CULTURE, (15, 100)))
    for activity, issuer, rate in rates:
        evm.send(COUNCIL, "RateBook", "addActivity", activity, issuer, b"A".ljust(32, b"\0"))
        agreed = (FIRST_RATE_MONTH, *rate)
        evm.send(COUNCIL, "RateBook", "addRate", activity, agreed, b"\1" * 32)
    evm.tick(start_of_month(FIRST_RATE_MONTH) - evm.now + 3_600)
    return evm


def account(number: int) -> str:
    """An invented resident's account."""
    return f"0xac{number + 1:038x}"


def award_word(holder: str, activity: int, month: int, quantity: int) -> bytes:
    """account (160) · activity (16) · month (16) · quantity (64)."""
    return bytes.fromhex(holder[2:]) + b"".join(
        value.to_bytes(size, "big") for value, size in ((activity, 2), (month, 2), (quantity, 8))
    )


def keys(count: int, seed: int = 1) -> list[bytes]:
    """Strictly rising keys."""
    return [(seed * 10**12 + row).to_bytes(32, "big") for row in range(1, count + 1)]


def mint(
    evm: Evm, issuer: int, number: int, rows: list[tuple[str, int, int]], month: int | None = None
) -> None:
    """Mint (account, activity, quantity) rows of one month, now unless given."""
    when = month_of(evm.now) if month is None else month
    words = [award_word(who, activity, when, quantity) for who, activity, quantity in rows]
    batch = (number, words, keys(len(rows), number), b"\2" * 32)
    evm.send(KEYS[issuer], "PointsLedger", "mintBatch", *batch)
