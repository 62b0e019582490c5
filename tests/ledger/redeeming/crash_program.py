"""A process that plays an operator's day under fixed ids, or is killed on the way.

Started again it asks for the same things once more: what was done is found, the rest is done.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ledger.chain.deployment import Deployment
from ledger.faults import Faults, from_setting
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.values import State
from tests.ledger.redeeming.desk import opened
from tests.support.season import CANTEEN, FUND_ACCOUNT

FUND = bytes.fromhex(FUND_ACCOUNT[2:])
MINUTES_EARNED, FEN_SPENT = 72_000, 13_400
"""1,200,000 units of the one scheme and 2,010 of the other: above an account's monthly cap."""
WAIT_S = 20.0
ENDS = {
    "captured": (State.REFUNDED, 300, 300),
    "part": (State.CAPTURED, 250, 50),
    "cancelled": (State.RELEASED, 0, 0),
    "declined": (State.RELEASED, 0, 0),
    "given": (State.GIVEN, 0, 0),
    "undone": (State.REFUSED, 0, 0),
    "capped": (State.REFUSED, 0, 0),
}
"""Where each order of the day ends: state, captured and refunded units."""
GONE_UNITS = 200 + 600
"""What the resident has less in the evening: captured for good, and given."""


class Place(NamedTuple):
    """What a process of the operator is told."""

    url: str
    deployment: Deployment
    folder: Path
    secret: bytes


def play(place: Place, wallet: str, fault: str | None) -> None:
    """The whole day, for one wallet."""
    gateway = place.deployment.gateway(place.url)
    faults: Faults = from_setting(fault)
    with opened(gateway, place.deployment, place.folder, place.secret, faults) as desk:
        _day(desk.service, wallet)


def _day(service: RedemptionService, wallet: str) -> None:
    def named(order: str) -> str:
        return f"{wallet}-{order}"

    def order(name: str, units: int) -> None:
        service.place_order(named(name), wallet, CANTEEN, units, wait_s=WAIT_S)

    order("captured", 400)
    service.capture(named("c1"), named("captured"), 300, wait_s=WAIT_S)
    order("part", 250)
    service.capture(named("c2"), named("part"), wait_s=WAIT_S)
    service.refund(named("r1"), named("captured"), 100, wait_s=WAIT_S)
    service.refund(named("r2"), named("captured"), wait_s=WAIT_S)
    service.refund(named("r3"), named("part"), 50, wait_s=WAIT_S)
    order("cancelled", 500)
    service.cancel(named("x1"), named("cancelled"), wait_s=WAIT_S)
    order("declined", 100)
    service.release(named("x2"), named("declined"), wait_s=WAIT_S)
    service.donate(named("given"), wallet, FUND, 600, wait_s=WAIT_S)
    order("undone", 1_200_500)
    order("capped", 1_100_000)
    _until_final(service, [named(name) for name in ENDS])


def _until_final(service: RedemptionService, names: list[str]) -> None:
    """The relayer's thread goes on meanwhile; a kill at its last moves must still be met."""
    import time

    deadline = time.monotonic() + WAIT_S
    while not all(service.order(name).final for name in names):
        assert time.monotonic() < deadline, [service.order(name) for name in names]
        time.sleep(0.02)
