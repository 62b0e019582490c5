"""The demo from empty folder to verdict: opens the city, plays the season, has it judged."""

from __future__ import annotations

from typing import Any

from issuers.sandbox.season import Spec
from scripts.demo import gifts, opening, summary, verdict
from scripts.demo.city import City
from scripts.demo.season import Season
from scripts.telling import Teller


def play(city: City, tell: Teller, spec: Spec, port: int) -> dict[str, Any]:
    """Plays everything; the summary with ``holds``, whether the verdict is good."""
    opening.found(city, tell)
    opening.open_outside(city, tell, spec)
    desk, residents = opening.open_desk(city, tell, spec, port)
    url = f"http://127.0.0.1:{port}"
    opening.open_agents(city, tell, spec, residents, url)
    tell.step(4, "一季：授予、兑换、清算", "The season: awards, redemptions, clearing")
    season = Season(city, tell, spec, desk, residents)
    season.play()
    tell.step(5, "互换与捐赠", "Exchange and donation")
    given = gifts.play(desk, city, tell, residents)
    tell.step(6, "最后一个窗口", "The last window")
    season.close_and_settle()
    tell.step(7, "审计核验", "The auditor's verdict")
    report = verdict.verify(city.chain.url, city.place.deployment)
    verdict.show(tell, report)
    forged = verdict.forge(city, tell)
    if forged:
        tell.good("伪造被点名，两批都在其中", "the forgery is named, both batches of it")
    tell.step(8, "小结", "Summary")
    found = summary.show(season, url)
    checks = _checks(season, report, given, forged=forged, sums=found["positions_sum_units"])
    for (zh, en), holds in checks.items():
        (tell.good if holds else tell.bad)(zh, en)
    return found | {
        "verdicts": {one["subject"]: one["outcome"] for one in report["verdicts"]},
        "forgery_named": forged,
        "holds": all(checks.values()),
    }


def _checks(
    season: Season,
    report: dict[str, Any],
    given: gifts.Outcome | None,
    *,
    forged: bool,
    sums: int,
) -> dict[tuple[str, str], bool]:
    """What has to hold for exit code 0, in both languages."""
    own, arrived = season.own_order.get("state"), given is None or given.native_points > 0
    no_way_back = given is None or bool(given.back_refused)
    settled = bool(season.settled) and all(season.settled)
    return {
        ("不变量成立", "the invariants hold"): report["outcome"] == "holds",
        ("伪造被识破", "the forgery is named"): forged,
        ("窗口全部结清", "every window is settled"): settled,
        ("净头寸之和为零", "positions sum to zero"): sums == 0,
        ("自持钥匙的兑换已核销", "the order under own keys is captured"): own == "captured",
        ("互换到账，不能换回", "the exchange arrived, no way back"): arrived and no_way_back,
    }
