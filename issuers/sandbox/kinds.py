"""The six schemes and what each measures: the outside systems' own words, sizes and habits.

These systems are not ours: they know no rate, no account and no chain. The activity code beside
each word is what the certification standard calls the same thing, for the manifest alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """One outside system each."""

    VOLUNTEER = "volunteer"
    TRAFFIC = "traffic"
    ENVIRONMENT = "environment"
    CULTURE = "culture"
    RESIDENCE = "residence"
    BLOOD = "blood"


EVERYDAY: tuple[Scheme, ...] = tuple(scheme for scheme in Scheme if scheme is not Scheme.BLOOD)
"""The schemes that a resident is in by the way. Whoever gives blood decides that by itself."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing a scheme measures. Quantities are drawn from low to high in whole steps."""

    code: str
    word: str
    low: int
    high: int
    step: int
    weight: int


KINDS: dict[Scheme, tuple[Kind, ...]] = {
    Scheme.VOLUNTEER: (Kind("VOL.SERVICE", "社区服务", 30, 120, 5, 1),),
    Scheme.TRAFFIC: (
        Kind("TRA.CAR_IDLE_DAY", "私家车停驶", 1, 1, 1, 3),
        Kind("TRA.METRO", "地铁", 1, 2, 1, 4),
        Kind("TRA.BUS", "公交", 1, 2, 1, 3),
        Kind("TRA.BIKE", "共享单车", 1, 2, 1, 2),
    ),
    Scheme.ENVIRONMENT: (
        Kind("ENV.PAPER", "paper", 200, 8_000, 10, 5),
        Kind("ENV.PLASTIC", "plastic", 100, 3_000, 10, 4),
        Kind("ENV.METAL", "metal", 100, 2_000, 10, 2),
        Kind("ENV.GLASS", "glass", 200, 4_000, 10, 2),
        Kind("ENV.KITCHEN", "kitchen", 200, 3_000, 10, 4),
        Kind("ENV.BATTERY", "battery", 20, 400, 10, 1),
    ),
    Scheme.CULTURE: (Kind("CUL.SPENDING", "消费", 2_000, 38_000, 50, 1),),
    Scheme.RESIDENCE: (
        Kind("RES.MONTH", "居住满一月", 1, 1, 1, 3),
        Kind("RES.INSURANCE", "参保满一月", 1, 1, 1, 2),
    ),
    Scheme.BLOOD: (
        Kind("BLO.WHOLE", "全血", 200, 400, 100, 5),
        Kind("BLO.PLATELETS", "单采血小板", 1, 2, 1, 4),
        Kind("BLO.SAMPLE", "造血干细胞血样", 1, 1, 1, 1),
    ),
}

REST_DAYS: dict[tuple[str, str], int] = {
    ("BLO.WHOLE", "BLO.WHOLE"): 184,
    ("BLO.WHOLE", "BLO.PLATELETS"): 92,
    ("BLO.PLATELETS", "BLO.PLATELETS"): 14,
    ("BLO.PLATELETS", "BLO.WHOLE"): 28,
    ("BLO.SAMPLE", "BLO.SAMPLE"): 100 * 365,
}
"""Fewest days from one to the other, as the station turns donors away (GB 18467-2011: 6 months, 3
months, 2 weeks, 4 weeks); a sample is given once. Everything else: once a day."""

SHARES_PERCENT: dict[Scheme, int] = {
    Scheme.VOLUNTEER: 15,
    Scheme.ENVIRONMENT: 22,
    Scheme.CULTURE: 13,
    Scheme.RESIDENCE: 10,
    Scheme.BLOOD: 4,
    Scheme.TRAFFIC: 36,
}
"""Of all events; traffic takes what rounding leaves."""

WORDS: dict[str, str] = {kind.code: kind.word for kinds in KINDS.values() for kind in kinds}
