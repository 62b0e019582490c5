"""The standard beside what the network agreed from it: rates, codes, terms and the hash. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from issuers.standard.entries import Activity, Standard
from issuers.standard.problems import Problem
from ledger.units import MONTHS_PER_YEAR


class NewestRate(NamedTuple):
    """An activity on the chain, with the version of its rate that was agreed last."""

    code: str
    issuer: int
    from_month: int
    numerator: int
    denominator: int
    """0 as long as no rate was agreed."""
    standard_hash: bytes


class AgreedTerms(NamedTuple):
    """What the registry holds of an issuer and the standard says too."""

    annual_cap_units: int
    validity_epochs: int
    units_per_native_point: int


@dataclass(frozen=True)
class Agreed:
    """What stands on the chain: activities by id, terms by member."""

    rates: Mapping[int, NewestRate]
    terms: Mapping[int, AgreedTerms]


def agreed_from(standard: Standard, hashes: Mapping[int, bytes]) -> int:
    """How many activities' newest rate was agreed from exactly this standard; by activity's id."""
    own = standard.hash()
    return sum(1 for number in standard.by_id if hashes.get(number) == own)


def differences(
    standard: Standard, places: Mapping[str, str], agreed: Agreed
) -> tuple[Problem, ...]:
    """Where data and chain say different things; none where they are the same."""
    found = [
        problem
        for one in standard.activities.values()
        for problem in _activity(places[one.code], one, agreed.rates.get(one.id))
    ]
    retired = {one.id for sector in standard.sectors for one in sector.retired}
    for number, rate in sorted(agreed.rates.items()):
        if number not in standard.by_id and number not in retired:
            values: dict[str, str | int] = {"id": number, "code": rate.code}
            found.append(Problem("*", rate.code, "id", "chain.unknown", values))
    return (*found, *_hashes(standard, agreed), *_terms(standard, places, agreed))


def month_text(month: int) -> str:
    """A month's number as 2026-05."""
    year, index = divmod(month, MONTHS_PER_YEAR)
    return f"{year:04d}-{index + 1:02d}"


def _activity(file: str, one: Activity, rate: NewestRate | None) -> Iterator[Problem]:
    if rate is None:
        yield Problem(file, one.code, "id", "chain.missing")
        return
    if rate.code != one.code:
        yield Problem(file, one.code, "id", "chain.code", {"id": one.id, "found": rate.code})
    if (rate.numerator, rate.denominator) != (one.numerator, one.denominator):
        values: dict[str, str | int] = {
            "found": f"{rate.numerator}/{rate.denominator}",
            "from_month": month_text(rate.from_month),
            "wanted": f"{one.numerator}/{one.denominator}",
        }
        yield Problem(file, one.code, "rate", "chain.rate", values)


def _hashes(standard: Standard, agreed: Agreed) -> Iterator[Problem]:
    """One finding for each other standard from which rates were agreed."""
    own = standard.hash()
    others = defaultdict[bytes, list[str]](list)
    for number, one in standard.by_id.items():
        rate = agreed.rates.get(number)
        if rate is not None and rate.standard_hash != own:
            others[rate.standard_hash].append(one.code)
    for other, codes in sorted(others.items()):
        values: dict[str, str | int] = {
            "count": len(codes), "found": "0x" + other.hex(), "wanted": "0x" + own.hex(),
            "codes": ", ".join(codes),
        }  # fmt: skip
        yield Problem("*", "", "hash", "chain.hash", values)


def _terms(standard: Standard, places: Mapping[str, str], agreed: Agreed) -> Iterator[Problem]:
    for sector in standard.sectors:
        owners = {
            agreed.rates[one.id].issuer for one in sector.activities if one.id in agreed.rates
        }
        for member in sorted(owners & agreed.terms.keys()):
            found = agreed.terms[member]
            for term in AgreedTerms._fields:
                said, wanted = getattr(found, term), getattr(sector, term)
                if said != wanted:
                    values: dict[str, str | int] = {
                        "member": member, "term": term, "found": said, "wanted": wanted
                    }  # fmt: skip
                    yield Problem(places[sector.scheme], "", term, "chain.terms", values)
