"""Existing points, brought along once: previewed, reserved there, minted here, gone there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from issuers.adapter import BalanceAdapter, MarkState
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.people import residents
from issuers.sandbox.process import running
from issuers.sandbox.season import Spec
from ledger.errors import Refused
from ledger.units import BEIJING
from scripts.counter import CounterClient
from tests.issuers.market import clerk, open_market
from tests.issuers.outside import adapter_of

pytestmark = pytest.mark.slow
SPEC = Spec(residents=60, events=0)


def test_a_balance_moves_once_from_there_to_here(tmp_path: Path) -> None:
    people = residents(SPEC.seed, SPEC.residents)
    one, two, many, none = [
        p.members[Scheme.VOLUNTEER] for p in people if Scheme.VOLUNTEER in p.members
    ][:4]
    with (
        running([Scheme.VOLUNTEER], SPEC, tmp_path / "outside") as services,
        adapter_of(services[Scheme.VOLUNTEER]) as adapter,
        open_market(tmp_path / "market") as market,
    ):
        service = services[Scheme.VOLUNTEER]
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        service.move_today(market.now.date())
        for member, points in ((one, 120), (two, 30), (many, 9_000), (none, 0)):
            service.control("balance", {"member_id": member, "points": points})
        settings = market.settings("volunteer")
        with clerk(market, settings, adapter) as found:
            counter = CounterClient(settings.event_secret_file.with_name("office.pass"))
            found.link(one, two, many)
            found.settle()

            told = counter.post("/balances")
            service.control("balance", {"member_id": two, "points": 31})
            counter.post(f"/files/{told['file']}/commit")
            first = found.settle()
            again = counter.post("/balances")
            counter.post(f"/files/{again['file']}/commit")
            second = found.settle()
            service.control("balance", {"member_id": one, "points": 5})
            late = counter.post("/balances")
            with pytest.raises(Refused) as kept:
                counter.post(f"/files/{told['file']}/undo", reason="误转")
            rows = counter.get(f"/files/{told['file']}/rows", verdict="rejected")["rows"]
            assert isinstance(adapter, BalanceAdapter)
            left = {row.content for row in adapter.balances()}
            states = adapter.mark_state(f"bal-{one}-1"), adapter.mark_state(f"bal-{two}-1")

    verdicts = {(o["verdict"], o["reason"]): o["rows"] for o in told["tallies"]}
    assert verdicts == {("accepted", None): 2, ("rejected", "limit.session"): 1}
    assert [(row["quantity"], row["value"]) for row in rows] == [(0, "9000")]
    assert first["rejected_by"] == {"mark.event-unknown": 1}
    assert again["good_rows"] == 1
    assert second["rows"]["done"] == 2
    assert [(o["verdict"], o["reason"]) for o in late["tallies"]] == [
        ("rejected", "limit.once"), ("rejected", "limit.session"),
    ]  # fmt: skip
    assert (kept.value.code, kept.value.fields) == ("file.balances-stay", {"file": told["file"]})
    assert states == (MarkState.CREDITED_ELSEWHERE, MarkState.UNKNOWN)
    assert len(left) == 2
    assert (first["points"]["minted_units"], second["points"]["minted_units"]) == (12_000, 15_100)
