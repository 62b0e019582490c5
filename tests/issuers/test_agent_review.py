"""What a stage doubts is held until a clerk has looked; corrections need a second clerk."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from issuers import status
from issuers.bootstrap import agent_of
from issuers.counter.passes import Pass, write_pass
from issuers.fake_source import FakeSource
from ledger.errors import Refused, TongduiError
from ledger.units import BEIJING, DAY_S
from scripts.commands import issuer
from scripts.counter import CounterClient
from tests.issuers.market import (
    CANTEEN,
    OPERATING,
    Clerk,
    Market,
    account,
    key_of,
    open_market,
)

pytestmark = pytest.mark.slow
CALM = "对照签到表，确认是两次服务"


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        yield found


@dataclass
class Office(Clerk):
    """An agent with clerks at its counter."""

    passes: Path

    def as_(self, name: str) -> CounterClient:
        """The counter as that clerk has it; one who is new is added."""
        path, office = self.passes / f"{name}.pass", self.passes / "office.pass"
        if not path.exists():
            made = CounterClient(office).post("/clerks", name=name)
            write_pass(path, Pass(CounterClient(office).holder.url, name, made["secret"]))
        return CounterClient(path)

    def ask(self, name: str, event: str, **given: Any) -> dict[str, Any]:
        """A correction."""
        return self.as_(name).post(f"/events/{event}/corrections", **given)


@contextmanager
def office(market: Market, source: FakeSource, **more: Any) -> Iterator[Office]:
    settings = market.settings("volunteer", **more)
    with agent_of(settings, adapter=source) as (agent, _):
        agent.prepare()
        found = Office(market, agent, market.folder / "agent")
        found.agent.step()
        yield found


def service(
    source: FakeSource, market: Market, name: str, hours: tuple[float, float], **more: str
) -> None:
    """A service of member m1 yesterday, by the clock's hours."""
    day = (market.now - timedelta(days=1)).replace(hour=0, minute=0, second=0)
    began, ended = (day + timedelta(hours=hour) for hour in hours)
    minutes = int((ended - began).total_seconds()) // 60
    source.show(name, "m1", "VOL.SERVICE", minutes, began, ended=ended.isoformat(), **more)


def refusal(ask: Any, *given: Any, **more: Any) -> TongduiError:
    with pytest.raises(TongduiError) as caught:
        ask(*given, **more)
    return caught.value


def test_what_is_doubted_waits_for_a_clerk_who_lets_it_go_on_or_ends_it(market: Market) -> None:
    source = FakeSource("volunteer")
    service(source, market, "e1", (9, 11), checker="c1", spot="桥东")
    service(source, market, "e2", (10, 11), checker="c2", spot="桥西")
    service(source, market, "e3", (10, 11), checker="c1", spot="桥东")
    with office(market, source) as found:
        found.link("m1")
        held = found.settle()
        listed = found.as_("王示例").get("/reviews")["reviews"]
        shown = found.as_("王示例").get(f"/reviews/{listed[0]['review']}")
        first, second = (one["review"] for one in listed)
        found.as_("王示例").post(f"/reviews/{first}/approve", reason=CALM)
        again = found.as_("王示例").post(f"/reviews/{first}/approve", reason=CALM)
        other = refusal(found.as_("李示例").post, f"/reviews/{first}/refuse", reason="不")
        found.as_("李示例").post(f"/reviews/{second}/refuse", reason="同一次服务")
        told = found.settle()
        rejected = status.rejected(found.engine)

    assert (held["rows"]["held"], held["rows"]["done"]) == (2, 1)
    assert held["reviews"]["open"] == 2
    assert [one["reason"] for one in held["waits"]] == ["review.waits"]
    assert [[doubt["reason"] for doubt in one["evidence"]["doubts"]] for one in listed] == [
        ["deed.two-places"],
        ["deed.entered-twice", "deed.two-places"],
    ]
    doubts = shown["evidence"]["doubts"]
    assert [o["event_id"] for o in shown["about"]["others"]] == ["e1"]
    assert shown["about"]["event"]["member_id"] == "m1"
    assert "m1" not in json.dumps(doubts)
    assert (again["state"], again["decided_by"], again["words"]) == ("approved", "王示例", CALM)
    assert (other.code, other.fields["by"]) == ("review.decided", "王示例")
    assert (told["rows"]["done"], told["rows"]["held"], told["rejected"]) == (2, 0, 1)
    assert [(r["event_id"], r["reason"]["code"], r["value"]) for r in rejected] == [
        ("e3", "review.refused", "同一次服务")
    ]
    assert market.free_units("volunteer", account("volunteer", "m1")) == 3_000


def test_days_in_review_count_against_no_term(market: Market) -> None:
    source = FakeSource("volunteer")
    for name, spot in (("e1", "桥东"), ("e2", "桥西")):
        service(source, market, name, (9, 11), spot=spot)
    with office(market, source) as found:
        found.settle()
        market.advance_to(market.now + timedelta(days=20))
        found.agent.step()
        review = found.as_("王示例").get("/reviews")["reviews"][0]
        found.as_("王示例").post(f"/reviews/{review['review']}/approve", reason=CALM)
        market.advance_to(market.now + timedelta(days=25))
        late = found.settle()
        found.link("m1")
        told = found.settle()

    assert review["age_s"] >= 20 * DAY_S
    assert late["rejected_by"] == {"member.linked-too-late": 1}
    assert late["waiting"] == 1
    assert told["rows"]["done"] == 1
    assert market.free_units("volunteer", account("volunteer", "m1")) == 2_000


def test_a_file_is_doubted_when_it_is_previewed_as_it_will_be_when_it_is_taken(
    market: Market,
) -> None:
    source = FakeSource("volunteer")
    service(source, market, "e1", (9, 11), spot="桥东")
    lines = [
        "会员编号,事项,时长（分钟）,开始时间,结束时间,地点,核验人",
        "m1,社区志愿服务,60,2026-05-09 10:00,2026-05-09 11:00,桥西,c1",
        "m2,社区志愿服务,60,2026-05-09 10:00,2026-05-09 11:00,桥西,c1",
        "m2,社区志愿服务,60,2026-05-09 10:30,2026-05-09 11:30,桥东,c1",
        "m2,社区志愿服务,60,2026-05-09 14:00,2026-05-09 15:00,桥东,m2",
    ]
    with office(market, source) as found:
        found.link("m1", "m2")
        found.settle()
        table = io.BytesIO("\n".join(lines).encode())
        told = found.as_("王示例").upload("/files", table, name="五月.csv")
        found.as_("王示例").post(f"/files/{told['file']}/commit")
        taken = found.settle()
        reviews = found.as_("王示例").get("/reviews")["reviews"]

    assert {(one["verdict"], one["reason"]): one["rows"] for one in told["tallies"]} == {
        ("accepted", None): 1,
        ("held", "deed.two-places"): 2,
        ("held", "checker.self"): 1,
    }
    assert (taken["rows"]["held"], taken["rows"]["done"]) == (3, 2)
    assert [one["reason"] for one in reviews] == [
        "deed.two-places", "deed.two-places", "checker.self",
    ]  # fmt: skip


def test_a_small_correction_is_noted_and_a_large_one_waits_for_another_clerk(
    market: Market,
) -> None:
    source = FakeSource("volunteer")
    service(source, market, "e1", (9, 11))
    with office(market, source) as found:
        found.link("m1")
        found.settle()
        ahead = found.as_("王示例").post(
            "/events/e1/corrections/preview", quantity=90, reason="签退早了"
        )
        small = found.ask("王示例", "e1", quantity=90, reason="签退早了")
        twice = found.ask("王示例", "e1", quantity=90, reason="签退早了")
        found.settle()
        repeated = found.ask("王示例", "e1", quantity=90, reason="签退早了")
        large = found.ask("王示例", "e1", quantity=30, reason="只来了半小时")
        waiting = found.settle()
        own = refusal(found.as_("王示例").post, f"/reviews/{large['review']}/approve", reason="是")
        found.as_("李示例").post(f"/reviews/{large['review']}/approve", reason="已核对")
        told = found.settle()
        history = found.as_("李示例").get("/events/e1/corrections")

    assert (ahead["effect"], ahead["back_units"], ahead["spent_units"]) == ("take-back", 500, 0)
    assert (ahead["standing_units"], ahead["approval"]) == (2_000, False)
    assert (small["state"], small["review"], small["repeated"]) == ("noted", None, False)
    assert (twice["notice"], twice["repeated"]) == (small["notice"], True)
    assert (repeated["notice"], repeated["state"]) == (small["notice"], "done")
    assert (large["state"], large["outcome"]["back_units"]) == ("proposed", 1_000)
    assert [one["reason"] for one in waiting["waits"]] == ["correction.proposed"]
    assert (type(own), own.code) == (Refused, "review.four-eyes")
    assert told["points"]["corrected_units"] == 1_500
    assert [one["due_units"] for one in history["corrections"]] == [500, 1_000]
    assert [(one["quantity"], one["by"]) for one in history["asked"]] == [
        (90, "王示例"), (30, "王示例"),
    ]  # fmt: skip
    assert market.free_units("volunteer", account("volunteer", "m1")) == 500


def test_a_wrong_correction_is_reversed_by_what_it_took(market: Market) -> None:
    source, who = FakeSource("volunteer"), account("volunteer", "m1")
    service(source, market, "e1", (9, 11))
    with office(market, source, approve_above_units=2_000) as found:
        found.link("m1")
        found.settle()
        found.ask("王示例", "e1", quantity=30, reason="看错了行")
        found.settle()
        corrected = market.free_units("volunteer", who)
        back = found.ask("王示例", "e1", reverse=1, reason="更正看错了行")
        told = found.settle()
        again = refusal(found.ask, "王示例", "e1", reverse=1, reason="再来")
        none = refusal(found.ask, "王示例", "e1", reverse=2, reason="再来")

    assert corrected == 500
    assert back["outcome"]["back_units"] == 1_500
    assert market.free_units("volunteer", who) == 2_000
    assert told["points"]["corrected_units"] == 0
    assert (again.code, none.code) == ("correct.reversed-before", "correct.no-correction")
    assert market.read("PointsLedger", "issuerState", 5)[3] == 0


def test_what_was_spent_shows_as_the_issuers_loss_before_and_after(market: Market) -> None:
    source, who = FakeSource("volunteer"), account("volunteer", "m1")
    service(source, market, "e1", (9, 11))
    with office(market, source, approve_above_units=2_000) as found:
        found.link("m1")
        found.settle()
        spend(market, who, 1_600)
        ahead = found.as_("王示例").post(
            "/events/e1/corrections/preview", quantity=0, reason="没有来过"
        )
        found.ask("王示例", "e1", quantity=0, reason="没有来过")
        told = found.settle()
        found.ask("王示例", "e1", reverse=1, reason="来过")
        after = found.settle()

    assert (ahead["back_units"], ahead["spent_units"]) == (2_000, 1_600)
    assert (told["points"]["corrected_units"], told["points"]["lost_units"]) == (2_000, 1_600)
    assert (after["points"]["corrected_units"], after["points"]["lost_units"]) == (0, 0)
    assert market.free_units("volunteer", who) == 400


def spend(market: Market, who: bytes, units: int) -> None:
    """The account's points are held for the canteen."""
    until = market.chain.now_s() + DAY_S
    asked = (b"\x07" * 32, 5, who, CANTEEN, units, until, until)
    market.send(key_of(OPERATING), "RedemptionDesk", "hold", asked)


def test_what_is_not_minted_yet_is_withdrawn_and_its_review_ends(market: Market) -> None:
    source = FakeSource("volunteer")
    for name, spot in (("e1", "桥东"), ("e2", "桥西")):
        service(source, market, name, (9, 11), spot=spot)
    with office(market, source) as found:
        found.settle()
        gone = [found.ask("王示例", name, quantity=0, reason="登记错了") for name in ("e1", "e2")]
        review = found.as_("王示例").get("/reviews", state="all")["reviews"][0]
        told = found.settle()
        found.link("m1")
        linked = found.settle()
        after = refusal(found.ask, "王示例", "e1", quantity=0, reason="再来")

    assert [one["outcome"]["effect"] for one in gone] == ["withdraw", "withdraw"]
    assert [one["state"] for one in gone] == ["done", "done"]
    assert (review["state"], review["decided_by"], review["words"]) == (
        "refused", "王示例", "登记错了",
    )  # fmt: skip
    assert told["rejected_by"] == {"review.withdrawn": 2}
    assert linked["points"]["minted_units"] == 0
    assert (after.code, after.fields["reason"]) == ("correct.no-award", "review.withdrawn")


def test_what_cannot_be_corrected_says_why(market: Market) -> None:
    source = FakeSource("volunteer")
    service(source, market, "e1", (9, 11))
    with office(market, source) as found:
        found.link("m1")
        found.settle()
        said = {
            name: refusal(found.ask, who, event, **given)
            for name, who, event, given in (
                ("unknown", "王示例", "e9", {"quantity": 0, "reason": "x"}),
                ("more", "王示例", "e1", {"quantity": 121, "reason": "x"}),
                ("same", "王示例", "e1", {"quantity": 120, "reason": "x"}),
                ("reason", "王示例", "e1", {"quantity": 0}),
                ("quantity", "王示例", "e1", {"reason": "x"}),
                ("office", "office", "e1", {"quantity": 0, "reason": "x"}),
            )
        }
        found.ask("王示例", "e1", quantity=100, reason="x", id="k1")
        said["id"] = refusal(found.ask, "王示例", "e1", quantity=90, reason="x", id="k1")
        said["pending"] = refusal(found.ask, "王示例", "e1", quantity=110, reason="x")
        found.settle()
        market.advance_to(datetime(2027, 4, 2, tzinfo=BEIJING))
        found.agent.step()
        said["closed"] = refusal(found.ask, "王示例", "e1", quantity=0, reason="x")

    assert {name: error.code for name, error in said.items()} == {
        "unknown": "correct.unknown-event", "more": "correct.not-less",
        "same": "correct.not-less", "reason": "correct.reason", "quantity": "correct.quantity",
        "office": "review.needs-name", "id": "correct.id-used", "pending": "correct.not-less",
        "closed": "correct.year-closed",
    }  # fmt: skip
    assert said["more"].fields == {"event_id": "e1", "present": 120, "asked": 121}
    assert said["pending"].fields == {"event_id": "e1", "present": 100, "asked": 110}
    assert said["closed"].fields == {"event_id": "e1", "year": 2026}


def test_an_office_with_one_clerk_waits_and_the_record_says_so(market: Market) -> None:
    source = FakeSource("volunteer")
    service(source, market, "e1", (9, 11))
    with office(market, source, one_clerk_wait_h=24) as found:
        found.link("m1")
        found.settle()
        asked = found.ask("王示例", "e1", quantity=0, reason="没有来过")
        path = f"/reviews/{asked['review']}/approve"
        early = refusal(found.as_("王示例").post, path, reason="是")
        market.advance_to(market.now + timedelta(hours=24))
        found.agent.step()
        found.as_("李示例")
        two = refusal(found.as_("王示例").post, path, reason="是")
        CounterClient(found.passes / "office.pass").post("/clerks/李示例/end")
        done = found.as_("王示例").post(path, reason="是")
        told = found.settle()

    assert (early.code, early.fields["left_h"]) == ("review.wait", 24)
    assert two.code == "review.four-eyes"
    assert (done["state"], done["alone"]) == ("approved", True)
    assert told["reviews"]["alone"] == 1
    assert told["points"]["corrected_units"] == 2_000


def test_the_commands_say_it_in_both_languages(market: Market) -> None:
    source = FakeSource("volunteer")
    service(source, market, "e1", (9, 11), checker="m1")
    service(source, market, "e2", (13, 14))
    runner = CliRunner()
    with office(market, source) as found:
        found.link("m1")
        found.settle()
        found.as_("王示例")
        holder = ["--as", str(found.passes / "王示例.pass")]

        def run(*words: str) -> str:
            done = runner.invoke(issuer.app, [*words, *holder])
            assert done.exit_code == 0, (words, done.output, done.exception)
            return done.output

        listed = run("review", "list")
        shown = run("review", "show", "1")
        approved = run("review", "approve", "1-1", "1", "--reason", CALM)
        ahead = run("correct", "e2", "--quantity", "30", "--reason", "早退", "--dry-run")
        noted = run("correct", "e2", "--quantity", "30", "--reason", "早退")
        found.settle()
        history = run("correct", "e2")

    assert "认证人认证了自己" in listed
    assert "the checker certified a deed of his own" in shown
    assert approved.count("review 1: approved") == 2
    assert "收回 5.00" in ahead
    assert "5.00 are taken back" in ahead
    assert "已记录" in noted
    assert "早退（王示例" in history
