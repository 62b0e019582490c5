"""An agent on a real chain with a source in memory: what comes is minted once, or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from issuers import status
from issuers.adapter import MarkState
from issuers.eventkeys import hidden
from issuers.fake_source import FakeSource
from ledger.store import agent_inbox
from ledger.store.agent_tables import Inbox
from ledger.store.engine import reading
from ledger.units import BEIJING
from tests.issuers.market import (
    CANTEEN,
    COUNCIL,
    OPERATING,
    Market,
    account,
    clerk,
    key_of,
    member_of,
    open_market,
)

pytestmark = pytest.mark.slow
HOLD = b"\x07" * 32


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        yield found


def served(source: FakeSource, market: Market, *minutes: int, member: str = "m1") -> None:
    """Volunteer services of yesterday, one an hour."""
    for at, quantity in enumerate(minutes, 1):
        when = market.now - timedelta(days=1, hours=at)
        number = sum(b'"id"' in row for row in source.rows) + 1
        source.show(f"e{number}", member, "VOL.SERVICE", quantity, when)


def test_an_event_is_minted_once_and_its_mark_confirmed(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 90)
    source.rows += source.rows
    source.rows.append(source.rows[0].replace(b"90", b"91"))
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")

        told = found.settle()

    assert market.free_units("volunteer", account("volunteer", "m1")) == 1_500
    assert (told["rows"]["done"], told["rows"]["duplicate"], told["rejected"]) == (1, 1, 1)
    assert told["rejected_by"] == {"event.changed": 1}
    assert source.marks == {"e1": MarkState.CREDITED_ELSEWHERE}
    assert told["points"]["minted_units"] == 1_500
    assert (told["last_batch"]["number"], told["last_batch"]["units"]) == (1, 1_500)


def test_what_the_standard_does_not_count_is_cut_or_rejected_with_its_reason(
    market: Market,
) -> None:
    source = FakeSource("volunteer")
    served(source, market, 150, 120, 120, 120, 120)
    source.show("old", "m1", "VOL.SERVICE", 30, market.now - timedelta(days=40))
    source.show("odd", "m1", "VOL.UNKNOWN", 30, market.now - timedelta(days=2))
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")

        told = found.settle()
        rows = status.rejected(found.engine)

    assert market.free_units("volunteer", account("volunteer", "m1")) == 480 * 1000 // 60
    assert told["rejected_by"] == {"activity.unknown": 1, "limit.day": 1, "time.too-late": 1}
    assert [(r["place"], r["field"], r["reason"]["code"]) for r in rows] == [
        ("row 5", "quantity", "limit.day"),
        ("row 6", "occurred", "time.too-late"),
        ("row 7", "activity", "activity.unknown"),
    ]
    assert all(row["fix"]["zh"] and row["fix"]["en"] for row in rows)


def test_an_event_waits_for_its_members_account_while_the_standard_allows(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 60)
    served(source, market, 60, member="m2")
    with clerk(market, market.settings("volunteer"), source) as found:
        first = found.settle()
        found.link("m1")
        second = found.settle()
        market.advance_to(market.now + timedelta(days=31))
        found.link("m2")
        third = found.settle()

    assert (first["waiting"], second["waiting"], third["waiting"]) == (2, 1, 0)
    assert first["waits"][0]["reason"] == "member.unlinked"
    assert (second["rows"]["done"], third["rows"]["done"]) == (1, 1)
    assert third["rejected_by"] == {"member.linked-too-late": 1}


def test_what_the_member_has_spent_at_the_source_is_not_minted(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 60, 90)
    assert source.spend("e1")
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")

        told = found.settle()

    assert not source.spend("e2")
    assert told["rejected_by"] == {"event.spent-natively": 1}
    assert market.free_units("volunteer", account("volunteer", "m1")) == 1_500


def test_the_years_cap_clips_and_a_correction_gives_room_back(market: Market) -> None:
    source, who = FakeSource("culture"), account("culture", "m1")
    for name, fen in (("s1", 100_000), ("s2", 50_000)):
        source.show(name, "m1", "CUL.SPENDING", fen, market.now - timedelta(hours=3))
    source.show_notice("n1", "s1", 60_000)
    source.show_notice("n2", "s1", 0)
    with clerk(market, market.settings("culture"), source) as found:
        found.link("m1")
        told = found.settle()
        assert market.free_units("culture", who) in (5_000, 7_500)
        source.show("s3", "m1", "CUL.SPENDING", 200_000, market.now)
        again = found.settle()

    assert told["points"]["minted_units"] == 20_000
    assert (told["clipped"], told["points"]["clipped_units"]) == (1, 2_500)
    assert told["corrections"]["done"] == 2
    assert told["points"]["corrected_units"] + market_sum(told) == 20_000
    assert market.free_units("culture", who) == 20_000
    assert again["clipped"] == 2


def market_sum(told: dict[str, dict[str, int]]) -> int:
    """What stands of what was minted."""
    return told["points"]["minted_units"] - told["points"]["corrected_units"]


def test_a_notice_waits_for_its_award_and_tells_what_was_already_spent(market: Market) -> None:
    source, who = FakeSource("volunteer"), account("volunteer", "m1")
    source.show_notice("n1", "e1", 30)
    with clerk(market, market.settings("volunteer"), source) as found:
        early = found.settle()
        served(source, market, 120)
        found.link("m1")
        until = market.chain.now_s() + 86_400
        found.agent.step()
        market.chain.mine(2)
        asked = (HOLD, member_of("volunteer"), who, CANTEEN, 1_500, until, until)
        market.send(key_of(OPERATING), "RedemptionDesk", "hold", asked)
        told = found.settle()

    assert early["corrections"]["noted"] == 1
    assert early["waits"][0]["reason"] == "correction.before-award"
    assert told["points"] == {
        "minted_units": 2_000, "clipped_units": 0, "corrected_units": 1_500, "lost_units": 1_000,
    }  # fmt: skip
    assert market.free_units("volunteer", who) == 0
    assert told["chain"]["loss_units"] == 1_000


def test_a_notice_for_an_event_that_earned_nothing_is_done(market: Market) -> None:
    source = FakeSource("volunteer")
    source.show("odd", "m1", "VOL.UNKNOWN", 30, market.now)
    source.show_notice("n1", "odd", 0)
    source.show_notice("n1", "odd", 0)
    source.show_notice("n1", "odd", 5)
    with clerk(market, market.settings("volunteer"), source) as found:
        told = found.settle()

    assert told["corrections"]["done"] == told["corrections"]["duplicate"] == 1
    assert told["corrections"]["rejected"] == 1
    assert told["points"]["corrected_units"] == 0


def test_a_batch_that_the_chain_refuses_is_minted_when_it_may(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 60, 90)
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")
        market.post(COUNCIL, "PointsLedger", "pause")
        found.agent.step()
        paused = found.settle()
        marks = dict(source.marks)
        market.send(COUNCIL, "PointsLedger", "resume")
        told = found.settle()

    assert paused["rows"]["reserved"] == 2
    assert (paused["batches"]["failed"], paused["last_failure"]) == (1, "stop.paused")
    assert marks == {"e1": MarkState.RESERVED, "e2": MarkState.RESERVED}
    assert [(one["reason"], one["count"]) for one in paused["waits"]] == [("stop.paused", 2)]
    assert told["rows"]["done"] == 2
    assert told["points"]["minted_units"] == 2_500
    assert market.free_units("volunteer", account("volunteer", "m1")) == 2_500


def test_what_the_contracts_will_never_take_is_given_back_to_the_source(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 60)
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")
        market.post(COUNCIL, "PointsLedger", "pause")
        found.agent.step()
        found.settle()
        market.advance_to(datetime(2027, 4, 2, tzinfo=BEIJING))
        market.send(COUNCIL, "PointsLedger", "resume")
        told = found.settle()

    assert told["rejected_by"] == {"time.year-closed": 1}
    assert source.marks == {"e1": MarkState.OPEN}
    assert market.last_batch("volunteer") == 0


def test_a_source_or_a_node_that_does_not_answer_is_a_trouble_and_no_loss(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 60)
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")
        found.agent.step()
        source.reachable = False
        for _ in range(4):
            market.chain.mine()
            found.agent.step()
        cut_off = found.told()
        source.reachable = True
        told = found.settle()

    assert {one["stage"] for one in cut_off["troubles"]} == {"source", "confirming"}
    assert (cut_off["idle"], cut_off["rows"]["minted"]) == (False, 1)
    assert (told["troubles"], told["rows"]["done"]) == ([], 1)


def test_limits_let_through_what_fits_and_say_what_the_rest_waits_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    source = FakeSource("volunteer")
    folder = tmp_path_factory.mktemp("tight")
    with open_market(folder, capacity=4_000, refill=2_000) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        for member in ("m1", "m2", "m3"):
            served(source, market, 60, 60, member=member)
        with clerk(market, market.settings("volunteer"), source) as found:
            found.link("m1", "m2", "m3")
            first = found.settle()
            market.advance_to(market.now + timedelta(days=1))
            second = found.settle()

    assert (first["rows"]["done"], first["rows"]["ready"]) == (4, 2)
    assert first["waits"][0]["reason"] == "mint.limit-reached"
    assert first["waits"][0]["count"] == 2
    assert (second["rows"]["done"], second["waits"]) == (6, [])


def test_an_erased_member_leaves_nothing_to_open_and_is_not_minted_again(market: Market) -> None:
    source = FakeSource("volunteer")
    served(source, market, 60)
    with clerk(market, market.settings("volunteer"), source) as found:
        found.link("m1")
        found.agent.step()
        erased = found.agent.parts.residents.erasing.erase("m1", market.chain.now_s())
        before = found.told()
        found.settle()
        source.rows += source.rows
        told = found.settle()
        name = hidden(found.agent.parts.keys("e1"))
        with reading(found.engine) as connection:
            known = agent_inbox.standing(connection, ["e1", name])

    assert (erased.under_way, before["erasures"], told["erasures"]) == (1, 1, 0)
    assert (told["links"], told["rejected_by"], told["rows"]["duplicate"]) == (0, {}, 1)
    assert market.last_batch("volunteer") == 1
    assert known.keys() == {name}
    assert [(one.state, one.record) for one in known[name]] == [(Inbox.DONE, None)]
