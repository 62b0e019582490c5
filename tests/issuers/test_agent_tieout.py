"""A month of the source's own books against the chain: what agrees, and each way to differ."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from issuers.fake_source import FakeSource
from ledger.errors import Rejected
from ledger.units import BEIJING
from scripts.counter import CounterClient
from tests.issuers.market import clerk, open_market

pytestmark = pytest.mark.slow


def test_a_month_agrees_until_the_books_differ_and_each_difference_is_listed(
    tmp_path: Path,
) -> None:
    source = FakeSource("culture")
    with open_market(tmp_path) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        day = market.now - timedelta(days=2)
        for name, member, fen in (("s1", "m1", 10_000), ("s2", "m2", 20_000), ("s3", "m1", 30_000)):
            source.show(name, member, "CUL.SPENDING", fen, day)
        settings = market.settings("culture")
        with clerk(market, settings, source) as found:
            counter = CounterClient(settings.event_secret_file.with_name("office.pass"))
            found.link("m1", "m2")
            found.settle()
            agrees = counter.get("/tie-out/2026-05")
            source.show_notice("n1", "s2", 15_000)
            refunded = counter.get("/tie-out/2026-05")
            found.settle()
            followed = counter.get("/tie-out/2026-05")
            source.show("s4", "m9", "CUL.SPENDING", 5_000, day)
            source.show("s5", "m1", "CUL.SPENDING", 0, day)
            found.settle()
            source.rows = [row for row in source.rows if b'"s3"' not in row]
            differs = counter.get("/tie-out/2026-05")
            export = io.StringIO()
            csv.writer(export).writerows(
                [("流水号", "会员编号", "事项", "金额（分）", "日期"),
                 ("s1", "m1", "CUL.SPENDING", "10000", "2026-05-08"),
                 ("s2", "m2", "CUL.SPENDING", "20000", "2026-05-08"),
                 ("s8", "m2", "CUL.SPENDING", "100", "2026-05-08")]
            )  # fmt: skip
            content = io.BytesIO(export.getvalue().encode("utf-8-sig"))
            by_file = counter.upload("/tie-out/2026-05/file", content, name="导出.csv")
            with pytest.raises(Rejected) as wrong:
                counter.get("/tie-out/2026-13")

    assert agrees["holds"]
    assert agrees["lines"] == [
        {
            "activity": "CUL.SPENDING", "source_events": 3, "source_quantity": 60_000, "awards": 3,
            "award_quantity": 60_000, "minted_units": 9_000, "corrected_units": 0,
        }
    ]  # fmt: skip
    assert refunded["counts"] == {"quantity": 1}
    assert followed["holds"]
    assert followed["lines"][0]["corrected_units"] == 750
    assert {(o["kind"], o["event_id"], o["reason"]) for o in differs["differences"]} == {
        ("not-awarded", "s4", "member.unlinked"),
        ("unreadable", "s5", "quantity.zero"),
        ("not-at-source", "s3", "tieout.not-at-source"),
    }
    assert {(o["kind"], o["event_id"]) for o in by_file["differences"]} == {
        ("quantity", "s2"), ("missing", "s8"), ("not-at-source", "s3"),
    }  # fmt: skip
    assert all(o["zh"] and o["fix_en"] for o in by_file["differences"])
    assert (wrong.value.code, wrong.value.fields) == ("tieout.month", {"month": "2026-13"})
