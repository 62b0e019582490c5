"""Several keys of one operator, each with a cap of its own a day: who is capped leaves it to the
others, and where all are, the answer says when they open again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.signer import Key
from ledger.errors import Refused
from ledger.redeeming.values import Order, State
from ledger.rules.registry import OPERATOR
from ledger.store import operator_commands as commands
from ledger.units import day_of, start_of_day
from tests.ledger.redeeming.desk import BLOCK_S, DAY_S, Operator, operator
from tests.support.network import COUNCIL, founded
from tests.support.season import CANTEEN

pytestmark = pytest.mark.slow
SECOND = Key.from_bytes(b"\x77" * 32)
CAP = 500
"""Units of one key and day."""


@pytest.fixture
def two_keys(tmp_path: Path) -> Iterator[Operator]:
    """An operator with two members' keys, and little that either may hold for others a day."""
    with founded(tmp_path / "chain") as network:
        code = b"M6".ljust(32, b"\0")
        network.call(COUNCIL, "MemberRegistry", "addMember", SECOND.address, OPERATOR, code)
        network.call(COUNCIL, "RedemptionDesk", "setCaps", 1_000_000, CAP)
        network.chain.start_mining(BLOCK_S, clock=None)
        with operator(network, tmp_path, [SECOND]) as desk:
            yield desk


def ordered(desk: Operator, wallet: str, units: int) -> Order:
    """Once nothing of it is on its way any more."""
    order_id = secrets.token_hex(8)
    desk.service.place_order(order_id, wallet, CANTEEN, units, wait_s=0)
    return desk.final(order_id)


def test_what_one_key_is_too_capped_for_goes_to_another_and_all_capped_says_until_when(
    two_keys: Operator,
) -> None:
    wallet = two_keys.wallet(minutes=120)
    today = day_of(two_keys.network.now_s)

    held = [ordered(two_keys, wallet, 120) for _ in range(8)]
    capped = ordered(two_keys, wallet, 120)
    with two_keys.work.look() as at:
        (number,) = commands.capped(at.operator, range(9, 10))
    with two_keys.quiet():
        two_keys.network.chain.advance_to(start_of_day(today + 1) + 60)
    tomorrow = ordered(two_keys, wallet, 120)

    # Four under each cap, whichever key came first to each.
    assert [one.state for one in (*held, tomorrow)] == [State.HELD] * 9
    opens_s = start_of_day(today + 1)
    assert capped.state is State.REFUSED
    assert isinstance(capped.reason, Refused)
    assert capped.reason.code == "order.caps-used"
    assert capped.reason.fields == {"headroom_units": 20, "opens_s": opens_s}
    assert (number, opens_s % DAY_S) == (9, 16 * 3_600)
