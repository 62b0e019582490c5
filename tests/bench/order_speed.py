"""Orders per second: hold and capture, twenty in a transaction, until they are indexed.

What each account holds is read beforehand, as an operator's projection would have it at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench import product
from tests.bench.crowd import ISSUER, copied, crowded
from tests.bench.draws import accounts
from tests.bench.figures import Figure, Told, Unit, Words
from tests.bench.orders import ORDERS_PER_TRANSACTION, Orders, check_none_refused
from tests.bench.world import KEYS, OPERATING
from tests.support.network import Network

RESIDENTS, QUICK_RESIDENTS = 2_000, 500
REPEATS, QUICK_REPEATS = 3, 2
LEAST_UNITS = 20
"""What a traveller's least award is worth: every resident can afford that."""


def measure(folder: Path, quick: bool, told: Told) -> Iterator[Figure]:
    """One order of each resident, the custody of each beginning with it."""
    residents = QUICK_RESIDENTS if quick else RESIDENTS
    with crowded(folder / "chain", residents, told) as (network, _):
        repeats = QUICK_REPEATS if quick else REPEATS
        took = [_took_s(network, residents, folder / f"turn-{n}", told) for n in range(repeats)]
    yield Figure(
        "orders.indexed",
        Words("兑换单：预留并核销，到入库", "orders: held and captured, until indexed"),
        Unit.ORDERS_PER_S,
        tuple(residents / took_s for took_s in took),
    )
    yield Figure(
        "orders.time",
        Words("每张兑换单的时间", "time of one order"),
        Unit.MICROSECONDS,
        tuple(1e6 * took_s / residents for took_s in took),
    )


def steps(quick: bool) -> int:
    """How often ``measure`` calls ``told``."""
    return 1 + (QUICK_REPEATS if quick else REPEATS)


def _took_s(network: Network, residents: int, folder: Path, told: Told) -> float:
    """Seconds from the first order handed in to the last one indexed, none of them refused."""
    with copied(network) as copy:
        orders, who = Orders(copy), accounts(ISSUER, 0, residents)
        commands = [
            orders.together(
                [(ISSUER, one) for one in who[at : at + ORDERS_PER_TRANSACTION]], LEAST_UNITS
            )
            for at in range(0, residents, ORDERS_PER_TRANSACTION)
        ]
        packed = [partial(bytes, command) for command in commands]
        begun = copy.gateway.head()
        timing = product.send(copy, KEYS[OPERATING], "RedemptionDesk", packed, folder)
        for number in range(begun + 1, copy.gateway.head() + 1):
            block = copy.gateway.block(number)
            for receipt in copy.gateway.receipts(block) if block else ():
                check_none_refused(receipt)
        told()
    return timing.indexed_s
