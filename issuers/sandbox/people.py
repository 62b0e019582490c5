"""Two thousand residents who do not exist, and the member ids they carry in each scheme.

Names are invented on sight (示例·甲一). A member id is a scrambled running number in the scheme's
own shape, so that ids of one resident in two schemes have nothing in common. Must know no event.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from issuers.sandbox.draw import Draw
from issuers.sandbox.kinds import EVERYDAY, Scheme

STEMS = "甲乙丙丁戊己庚辛壬癸"
DIGITS = "〇一二三四五六七八九"
HOW_MANY_SCHEMES = ((1, 3), (2, 5), (3, 5), (4, 4), (5, 3))
"""(everyday schemes a resident is in, weight)."""
DONORS_PERMILLE = 250
"""Residents who give blood: far more than in any real city, so that a small season has some."""
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Resident:
    """``members`` maps each scheme the resident is in to the member id there."""

    number: int
    name: str
    members: MappingProxyType[Scheme, str]


def residents(seed: int, count: int = 2000) -> tuple[Resident, ...]:
    """``count`` residents, each in one to five everyday schemes, some of them donors of blood too;
    the same for the same seed."""
    draw, donors = Draw(seed, "people"), Draw(seed, "donors")
    return tuple(_resident(draw, donors, seed, number) for number in range(count))


def member_id(scheme: Scheme, seed: int, number: int) -> str:
    """The id of resident ``number``; numbers past the last resident give ids that nobody has."""
    if scheme is Scheme.VOLUNTEER:
        return f"KS{_scrambled(number, seed, 10**8):08d}"
    if scheme is Scheme.TRAFFIC:
        return "RX" + _in_letters(_scrambled(number, seed + 1, 32**7), 7)
    if scheme is Scheme.ENVIRONMENT:
        return f"zd_{_scrambled(number, seed + 2, 16**12):012x}"
    if scheme is Scheme.CULTURE:
        return f"9100{_scrambled(number, seed + 3, 10**8):08d}"
    if scheme is Scheme.RESIDENCE:
        return f"JZ2026{_scrambled(number, seed + 4, 10**7):07d}"
    return f"XM{_scrambled(number, seed + 5, 10**9):09d}"


def name(number: int) -> str:
    """示例·甲一 is number 0."""
    digits = "".join(DIGITS[int(digit)] for digit in str(number // len(STEMS) + 1))
    return f"示例·{STEMS[number % len(STEMS)]}{digits}"


def _resident(draw: Draw, donors: Draw, seed: int, number: int) -> Resident:
    left = list(EVERYDAY)
    members = {}
    for _ in range(draw.weighted(HOW_MANY_SCHEMES)):
        scheme = left.pop(draw.below(len(left)))
        members[scheme] = member_id(scheme, seed, number)
    if donors.chance(DONORS_PERMILLE):
        members[Scheme.BLOOD] = member_id(Scheme.BLOOD, seed, number)
    return Resident(number, name(number), MappingProxyType(members))


def _scrambled(number: int, seed: int, size: int) -> int:
    """A bijection on [0, size): 2_654_435_761 is prime to every size above."""
    return (number * 2_654_435_761 + seed * 104_729 + 48_611) % size


def _in_letters(number: int, length: int) -> str:
    return "".join(_LETTERS[(number >> 5 * place) & 31] for place in reversed(range(length)))
