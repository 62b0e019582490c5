"""What the installation allows at desks, and rules that need nothing but numbers. Pure.

Amounts are units of 0.01 point, times seconds since 1970, months as ``ledger.units`` counts them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ledger.errors import Rejected
from ledger.units import DAY_S, MONTHS_PER_YEAR

ADULT_MONTHS = 14 * MONTHS_PER_YEAR
"""A guardian acts for a child until the month in which it is 14."""
SHOWN_AGAIN_S = 600
"""How long the same command gets the PIN again, as an answer may be lost on its way."""
FREE_TRIES = 4
"""Wrong PINs without a wait."""
TRIES_MOST = 10
"""From so many wrong ones on, a card waits for its holder to come in person."""
LOST_AFTER_S = 3_600
"""When an act whose order never came counts no more."""
_WAITS_S = (900, 3_600, 6 * 3_600, DAY_S, DAY_S)
"""After the fifth wrong PIN, the sixth, and so on."""


class Holder(enum.StrEnum):
    """Whose hands a card is in."""

    RESIDENT = "resident"
    GUARDIAN = "guardian"
    """A child's guardian, until the child is 14."""
    DELEGATE = "delegate"
    HEIR = "heir"
    """Until what is left goes to the fund."""


@dataclass(frozen=True)
class Terms:
    """What the operator set."""

    session_s: int = 600
    """How long a session at a desk lasts."""
    code_s: int = 300
    """How long a one-time code is good."""
    order_units: int = 20_000
    """Most of one assisted order."""
    day_units: int = 50_000
    """Most of all assisted orders on a wallet in a day."""
    heirs_s: int = 180 * DAY_S
    """How long heirs have before what is left goes to the fund."""
    views_kept_s: int = 1_095 * DAY_S


def wait_after(failures: int) -> int:
    """Seconds that a card rests after so many wrong PINs in a row."""
    over = failures - FREE_TRIES
    return 0 if over <= 0 else _WAITS_S[min(over, len(_WAITS_S)) - 1]


def guardian_until(birth_month: int, now_month: int) -> int:
    """The month in which a guardian's rights end; Rejected("resident.not-a-child") for a month of
    birth that is to come or lies 14 years back."""
    until = birth_month + ADULT_MONTHS
    if birth_month > now_month or until <= now_month:
        raise Rejected("resident.not-a-child", field="guardian.birth_month")
    return until


def card_number(digits: str) -> str:
    """Eleven digits and the check that finds a wrong or exchanged one (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def read_card_number(typed: str) -> str:
    """The number that a person typed; Rejected("resident.card-mistyped") where it can't be one."""
    plain = "".join(typed.split()).replace("-", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) == 12):
        raise Rejected("resident.card-mistyped", field="card")
    if card_number(plain[:-1]) != plain:
        raise Rejected("resident.card-mistyped", field="card")
    return plain


def show_card_number(number: str) -> str:
    """In groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, 12, 4))
