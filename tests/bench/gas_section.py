"""The section of gas: one chain, one story of a year, each figure where its state comes about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from issuers.sandbox.kinds import EVERYDAY, Scheme
from tests.bench import gas_rest
from tests.bench.figures import Figure, Told
from tests.bench.gas_awards import AwardGas
from tests.bench.gas_orders import OrderGas
from tests.bench.world import founded

SCHEMES = tuple(sorted(EVERYDAY))
QUICK_SCHEMES = (Scheme.VOLUNTEER, Scheme.CULTURE)
"""One without an annual cap, one with."""


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """Every figure in gas; the quick way for two issuers, without expiry."""
    schemes: Sequence[Scheme] = QUICK_SCHEMES if quick else SCHEMES
    with founded(folder) as network:
        awards = AwardGas(network, schemes, told)
        yield from awards.at_first()
        yield from awards.in_the_next_epoch()
        yield from gas_rest.corrections(network, awards.newest[Scheme.VOLUNTEER], told)
        yield from OrderGas(network, schemes, told).figures()
        yield from gas_rest.clearing(network, told)
        yield from awards.in_the_next_year()
        if not quick:
            yield from gas_rest.expiry(network, told)


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``."""
    schemes = len(QUICK_SCHEMES if quick else SCHEMES)
    awards, clipped, corrections, orders, clearing = 5 * schemes, 3, 3, 17, 3
    return awards + clipped + corrections + orders + clearing + (0 if quick else 1)
