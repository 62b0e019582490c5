"""Two windows between the volunteers and the canteen, played once with the real contracts."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ledger.redeeming.values import State
from ledger.statements.service import Statements
from tests.ledger.redeeming.desk import Operator, operator
from tests.support.network import KEYS, founded
from tests.support.season import CANTEEN, VOLUNTEER

NOTED_S = 1_780_000_000
REASON = "重复核销 200"


@dataclass(frozen=True)
class Season:
    """What was played, and the statements over it."""

    desk: Operator
    statements: Statements
    first: str
    second: str
    third: str
    dispute: bytes


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """Window 1: 3,000 and 1,000 captured, 400 of these refunded. Window 2: 500 of the 3,000 come
    back late, 900 are captured, 200 of window 1 are reversed, and window 1 is settled."""
    with (
        founded(tmp_path_factory.mktemp("chain")) as network,
        operator(network, tmp_path_factory.mktemp("operator")) as desk,
    ):
        yield played(desk)


def played(desk: Operator) -> Season:
    """See ``season``."""
    wallet = desk.wallet(minutes=600)
    first, second, third = (f"order-{n}-{secrets.token_hex(4)}" for n in (1, 2, 3))
    take(desk, wallet, first, 3_000)
    take(desk, wallet, second, 1_000)
    refund(desk, second, 400)
    close(desk)
    refund(desk, first, 500)
    take(desk, wallet, third, 900)
    assert desk.service.publish_settlement(secrets.token_hex(8), 1).reason is None
    dispute = secrets.token_bytes(32)
    with desk.quiet():
        send = desk.network.call
        send(KEYS[VOLUNTEER], "ClearingHouse", "confirmTransfer", 1, 0)
        send(KEYS[CANTEEN], "ClearingHouse", "confirmTransfer", 1, 0)
        entry = (1, VOLUNTEER, CANTEEN, VOLUNTEER, 200)
        reason = hashlib.sha256(REASON.encode()).digest()
        send(KEYS[VOLUNTEER], "ClearingHouse", "proposeReversal", entry, dispute, reason)
        send(KEYS[CANTEEN], "ClearingHouse", "acceptReversal", dispute)
    close(desk)
    return Season(desk, Statements(desk.work, lambda: NOTED_S), first, second, third, dispute)


def take(desk: Operator, wallet: str, order: str, units: int) -> None:
    """An order at the canteen, captured and final."""
    desk.service.place_order(order, wallet, CANTEEN, units)
    desk.service.capture(secrets.token_hex(8), order)
    desk.until(lambda: desk.service.order(order).state is State.CAPTURED)
    desk.final(order)


def refund(desk: Operator, order: str, units: int) -> None:
    """A part of it comes back."""
    desk.service.refund(secrets.token_hex(8), order, units)
    desk.final(order)


def close(desk: Operator) -> None:
    """Closes the open window an hour later."""
    with desk.quiet():
        desk.network.chain.advance_to(desk.network.now_s + 3_600)
    number = desk.service.windows()[-1].number
    assert desk.service.close_window(secrets.token_hex(8)).reason is None
    desk.until(lambda: desk.service.windows()[-1].number > number)
