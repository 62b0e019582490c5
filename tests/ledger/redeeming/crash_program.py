"""A process that plays an operator's day under fixed ids, or is killed on the way.

Started again it asks for the same things once more: what was done is found, the rest is done.
"""

from __future__ import annotations

import time
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
UNITS = {"captured": 400, "part": 250, "cancelled": 500, "declined": 100, "undone": 1_199_000}
"""What the first orders ask for; the last needs both accounts, of which one is above its cap."""
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
    """In four stages; each waits until all of the one before is final."""

    def named(name: str) -> str:
        return f"{wallet}-{name}"

    def final(*names: str) -> None:
        _until_final(service, [named(name) for name in names])

    for name, units in UNITS.items():
        service.place_order(named(name), wallet, CANTEEN, units, wait_s=0)
    service.donate(named("given"), wallet, FUND, 600, wait_s=0)
    final(*UNITS, "given")
    service.place_order(named("capped"), wallet, CANTEEN, 1_100_000, wait_s=0)
    service.capture(named("c1"), named("captured"), 300, wait_s=0)
    service.capture(named("c2"), named("part"), wait_s=0)
    service.cancel(named("x1"), named("cancelled"), wait_s=0)
    service.release(named("x2"), named("declined"), wait_s=0)
    final(*ENDS)
    service.refund(named("r1"), named("captured"), 100, wait_s=0)
    service.refund(named("r3"), named("part"), 50, wait_s=0)
    final("captured", "part")
    service.refund(named("r2"), named("captured"), wait_s=0)
    final("captured")


def _until_final(service: RedemptionService, names: list[str]) -> None:
    """The relayer's thread goes on meanwhile, and may meet its fault."""
    deadline = time.monotonic() + WAIT_S
    while not all(service.order(name).final for name in names):
        assert time.monotonic() < deadline, [service.order(name) for name in names]
        time.sleep(0.02)
