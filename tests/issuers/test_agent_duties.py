"""The issuer as acceptor and as member: native credits once, settlements that it can follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from issuers.fake_source import FakeSource
from issuers.outlook import ChainViews
from issuers.settlements import Settlements, position
from ledger import events
from ledger.errors import Unavailable
from ledger.faults import NoFaults
from ledger.store import agent_duties, agent_notes
from ledger.store.agent_tables import Settlement
from ledger.store.engine import reading, transaction
from ledger.units import BEIJING
from tests.issuers.market import (
    CANTEEN,
    OPERATING,
    Clerk,
    Market,
    account,
    clerk,
    key_of,
    member_of,
    open_market,
)

CULTURE, VOLUNTEER = member_of("culture"), member_of("volunteer")
SPENDER = account("culture", "c1")
slow = pytest.mark.slow


@dataclass
class Wallets:
    """A directory in memory."""

    accounts: dict[bytes, bytes] = field(default_factory=dict)
    reachable: bool = True

    def account_for(self, hold_id: bytes) -> bytes | None:
        if not self.reachable:
            raise Unavailable("agent.directory-unavailable", why="told so")
        return self.accounts.get(hold_id)


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A member of the culture scheme has 200 points."""
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        source = FakeSource("culture")
        source.show("s1", "c1", "CUL.SPENDING", 133_400, found.now)
        with clerk(found, found.settings("culture", "culture"), source) as issuer:
            issuer.link("c1")
            issuer.settle()
        yield found


def hold(market: Market, number: int, units: int, acceptor: int = VOLUNTEER) -> bytes:
    """A hold of culture points."""
    hold_id, until = bytes([number]) * 32, market.chain.now_s() + 86_400
    asked = (hold_id, CULTURE, SPENDER, acceptor, units, until, until)
    market.send(key_of(OPERATING), "RedemptionDesk", "hold", asked)
    return hold_id


def exchange_states(found: Clerk) -> dict[str, int]:
    states: dict[str, int] = found.told()["exchanges"]
    return states


@slow
def test_points_of_another_issuer_become_native_points_once(market: Market) -> None:
    source, wallets = FakeSource("volunteer"), Wallets()
    good = hold(market, 1, 300)
    wallets.accounts[good] = account("volunteer", "m1")
    frozen = hold(market, 2, 500)
    wallets.accounts[frozen] = account("volunteer", "m2")
    unlinked = hold(market, 3, 700)
    wallets.accounts[unlinked] = account("volunteer", "m3")
    hold(market, 4, 100)
    source.frozen.add("m2")
    settings = market.settings("volunteer")

    with clerk(market, settings, source, wallets) as found:
        found.link("m1", "m2")
        found.settle()
        states = exchange_states(found)
    for path in settings.event_secret_file.parent.glob("agent.db*"):
        path.unlink()
    with clerk(market, settings, source, wallets) as found:
        found.link("m1", "m2")
        found.settle()
        again = exchange_states(found)

    assert source.credits == {"0x" + good.hex(): ("m1", 3)}
    assert states == again == {"credited": 1, "refunded": 1, "ended": 2}
    assert market.free_units("culture", SPENDER) == 20_000 - 300


@slow
def test_a_hold_waits_while_nobody_can_say_whose_it_is(market: Market) -> None:
    source, wallets = FakeSource("volunteer"), Wallets(reachable=False)
    wallets.accounts[hold(market, 1, 300)] = account("volunteer", "m1")
    with clerk(market, market.settings("volunteer"), source, wallets) as found:
        found.link("m1")
        for _ in range(4):
            found.agent.step()
            market.chain.mine()
        waiting = found.told()
        wallets.reachable = True
        found.settle()

    assert waiting["exchanges"] == {"seen": 1}
    assert [one["code"] for one in waiting["troubles"]] == ["agent.directory-unavailable"]
    assert not waiting["idle"]
    assert list(source.credits.values()) == [("m1", 3)]


@slow
def test_a_settlement_that_agrees_with_the_events_is_confirmed(market: Market) -> None:
    market.send(key_of(CANTEEN), "MemberRegistry", "chooseHost", OPERATING)
    hold_id = hold(market, 1, 1_250, CANTEEN)
    logs = market.gateway.logs(0, market.gateway.head())
    placed = [log for log in logs if log.topics[1:2] == (hold_id,)][-1]
    words = (int.from_bytes(placed.data[:32], "big"), int.from_bytes(placed.data[32:], "big"))
    market.send(key_of(OPERATING), "RedemptionDesk", "capture", hold_id, words, 1_250)
    market.advance_to(market.now + timedelta(minutes=11))
    market.send(key_of(OPERATING), "ClearingHouse", "closeWindow")
    transfer = (CULTURE, CANTEEN, 1_250, False, False)
    market.send(key_of(OPERATING), "ClearingHouse", "publishSettlement", 1, [transfer])

    with clerk(market, market.settings("culture", "culture"), FakeSource("culture")) as found:
        found.settle()
        told = found.settle()
        with reading(found.engine) as connection:
            rows = agent_duties.transfers(connection, Settlement.CONFIRMED)

    assert told["settlements"] == {"confirmed": 1}
    assert (rows[0].listed_units, rows[0].found_units) == (-1_250, -1_250)
    stands = market.read("ClearingHouse", "settlementOf", 1)
    assert stands[0][3:] == (True, False)


@slow
def test_a_list_that_says_something_else_is_refused_and_shown(market: Market) -> None:
    with clerk(market, market.settings("culture", "culture"), FakeSource("culture")) as found:
        found.settle()
        row = {"window": 1, "place": 0, "payer": CULTURE, "payee": CANTEEN, "units": 900}
        with transaction(found.engine) as connection:
            agent_duties.add_transfers(connection, [row | {"listed_units": -900}])
        transfer = (CULTURE, CANTEEN, 900, False, False)
        forged = Forged(found.agent.parts.views, transfer)
        judge = Settlements(
            found.engine, forged, found.agent.parts.submitter.outbox, CULTURE, NoFaults()
        )
        contracts = market.deployment.contracts
        judge.step(contracts["ClearingHouse"], contracts["PointsLedger"])
        told = found.told()
        with reading(found.engine) as connection:
            refused = agent_duties.transfers(connection, Settlement.REFUSED)

    assert told["settlements"] == {"refused": 1}
    assert (refused[0].listed_units, refused[0].found_units) == (-900, 0)


@slow
def test_no_list_is_judged_by_a_node_that_was_set_back(market: Market) -> None:
    with clerk(market, market.settings("culture", "culture"), FakeSource("culture")) as found:
        found.settle()
        ahead = market.gateway.head() + 1
        row = {"window": 1, "place": 0, "payer": CULTURE, "payee": CANTEEN, "units": 900}
        with transaction(found.engine) as connection:
            agent_duties.add_transfers(connection, [row | {"listed_units": -900}])
            agent_notes.put(connection, agent_notes.DUTIES_BLOCK, str(ahead))
        forged = Forged(found.agent.parts.views, (CULTURE, CANTEEN, 900, False, False))
        outbox = found.agent.parts.submitter.outbox
        judge = Settlements(found.engine, forged, outbox, CULTURE, NoFaults())
        contracts = market.deployment.contracts

        with pytest.raises(Unavailable) as behind:
            judge.step(contracts["ClearingHouse"], contracts["PointsLedger"])

        with reading(found.engine) as connection:
            waiting = agent_duties.transfers(connection, Settlement.SEEN)
    assert behind.value.code == "chain.node-behind"
    assert behind.value.fields == {"head": ahead - 1, "final": ahead}
    assert [one.listed_units for one in waiting] == [-900]


class Forged(ChainViews):
    """Views in which a settlement stands that no contract would have taken."""

    def __init__(self, real: ChainViews, transfer: tuple[int, int, int, bool, bool]) -> None:
        self._real, self._transfer, self.gateway = real, transfer, real.gateway

    def ask(self, calls: Sequence[tuple[str, str, tuple[Any, ...]]]) -> list[Any]:
        if calls[0][1] == "settlementOf":
            return [[self._transfer]]
        return self._real.ask(calls)


def test_a_position_is_what_captures_refunds_and_disputes_say() -> None:
    captured = events.HoldCaptured(b"", 1, 2, 900, 0, 0)
    refunded = events.HoldRefunded(b"", 1, 2, 200, 0, 0)
    disputed = events.DisputeAccepted(b"", 1, 2, 50)
    others = events.HoldCaptured(b"", 3, 4, 77, 0, 0)

    window = [captured, refunded, disputed, others, None]

    assert [position(member, window) for member in (1, 2, 3, 4, 5)] == [-650, 650, -77, 77, 0]
