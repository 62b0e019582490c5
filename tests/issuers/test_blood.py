"""What a blood station knows of its donors stays there; what was given counts, fit or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import httpx
import orjson
import pytest

from issuers.adapter import (
    BEGINNING,
    CorrectionNotice,
    EarningEvent,
    Item,
    LayoutChanged,
    RawRow,
    RejectedRow,
)
from issuers.blood import PATH, BloodAdapter
from issuers.remote import Remote
from ledger.units import BEIJING

NOW = datetime(2026, 7, 1, tzinfo=BEIJING)
DONATION = {
    "seq": 1,
    "type": "donation",
    "donationNo": "X260605-1",
    "donorNo": "XM000000001",
    "product": "全血",
    "amount": 200,
    "unit": "ml",
    "givenAt": "2026-06-05 09:30:00",
    "status": "已采集",
}
HEALTH = {"health": {"bloodType": "AB", "hbsag": "阴性", "alt_u_l": 80, "usable": False}}


class Feed:
    """The station's answers, one a page, in place of a connection."""

    def __init__(self, *pages: object) -> None:
        self._pages = [httpx.Response(200, content=orjson.dumps(page)) for page in pages]
        self.asked: list[str] = []
        self.kept: list[str] = []

    def changed(self, path: str, cursor: str, after: str) -> httpx.Response | None:
        """The next page; nothing new once all are shown."""
        assert (path, cursor) == (PATH, after)
        self.asked.append(after)
        return self._pages.pop(0) if self._pages else None

    def stored(self, _: httpx.Response, cursor: str) -> None:
        """Noted."""
        self.kept.append(cursor)


def adapter_over(feed: Feed) -> BloodAdapter:
    return BloodAdapter(cast("Remote", feed))


def page_of(*records: object, more: bool = False, first: int = 1) -> dict[str, Any]:
    return {"items": list(records), "last": first + len(records) - 1, "more": more}


def parsed(record: Mapping[str, object]) -> Item:
    return adapter_over(Feed()).parse(RawRow("donation 1", orjson.dumps(record)), NOW)


def test_of_a_record_nothing_but_what_it_was_is_kept() -> None:
    feed = Feed(page_of(DONATION | HEALTH | {"name": "示例·甲一", "remark": "乙肝疫苗接种史"}))

    [page] = adapter_over(feed).read(BEGINNING)

    kept = {name: value for name, value in DONATION.items() if name != "seq"}
    assert [orjson.loads(row.content) for row in page.rows] == [kept]


def test_of_a_garbled_record_nothing_is_kept_and_its_place_is_told() -> None:
    garbled = '{"seq": 2, "donorNo": "XM000000002", "hbsag": "阴'

    [page] = adapter_over(Feed(page_of(DONATION, garbled))).read(BEGINNING)

    assert page.rows[1] == RawRow("donation 2", b"null")
    said = adapter_over(Feed()).parse(page.rows[1], NOW)
    assert said == RejectedRow("donation 2", "*", "row.broken", "", None)


def test_a_unit_that_is_unfit_for_use_was_given_all_the_same() -> None:
    fit, unfit = (HEALTH["health"] | {"usable": usable} for usable in (True, False))
    feed = Feed(page_of(DONATION | {"health": fit}, DONATION | {"health": unfit}))

    [page] = adapter_over(feed).read(BEGINNING)
    events = [adapter_over(Feed()).parse(row, NOW) for row in page.rows]

    assert all(isinstance(event, EarningEvent) and event.quantity == 200 for event in events)
    assert len({event.record for event in events if isinstance(event, EarningEvent)}) == 1


@pytest.mark.parametrize(
    ("product", "unit", "amount", "code"),
    [
        ("全血", "ml", "４００", "BLO.WHOLE"),
        ("单采血小板", "治疗量", 2, "BLO.PLATELETS"),
        ("造血干细胞血样", "份", 1, "BLO.SAMPLE"),
    ],
)
def test_each_product_counts_in_its_own_unit(
    product: str, unit: str, amount: object, code: str
) -> None:
    said = parsed(DONATION | {"product": product, "unit": unit, "amount": amount})

    assert isinstance(said, EarningEvent)
    assert (said.activity_code, said.quantity) == (code, int(str(amount)))
    assert said.member_id == "XM000000001"
    assert said.occurred == datetime(2026, 6, 5, 9, 30, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("spoilt", "field", "code", "value"),
    [
        ({"unit": "治疗量"}, "unit", "quantity.unit", "治疗量"),
        ({"status": "已取消"}, "status", "event.cancelled", "已取消"),
        ({"product": "血浆"}, "product", "activity.unknown", "血浆"),
        ({"type": "visit"}, "type", "activity.unknown", "visit"),
        ({"donorNo": " "}, "donorNo", "field.missing", ""),
        ({"amount": "200ml"}, "amount", "quantity.unreadable", "200ml"),
    ],
)
def test_a_record_that_earns_nothing_says_why(
    spoilt: dict[str, object], field: str, code: str, value: str
) -> None:
    said = parsed(DONATION | spoilt)

    assert said == RejectedRow("donation 1", field, code, value, "X260605-1")


def test_a_donation_booked_under_the_wrong_donor_is_void() -> None:
    said = parsed({"type": "void", "voidNo": "X260605-1-V", "donationNo": "X260605-1"})

    assert said == CorrectionNotice("X260605-1-V", "X260605-1", 0, "void", "donation 1")


def test_reading_goes_on_after_the_last_record_and_remembers_the_end() -> None:
    end: dict[str, object] = {"items": [], "last": 3, "more": False}
    feed = Feed(page_of(DONATION, DONATION, more=True), page_of(DONATION, first=3), end)
    adapter = adapter_over(feed)

    pages = [*adapter.read(BEGINNING)]
    more = [*adapter.read(pages[-1].next)]

    assert [page.next for page in pages] == ["2", "3"]
    assert [row.place for page in pages for row in page.rows] == [
        "donation 1", "donation 2", "donation 3",
    ]  # fmt: skip
    assert (more, feed.asked, feed.kept) == ([], ["0", "2", "3"], ["3"])


def test_a_page_under_other_names_stops_reading() -> None:
    with pytest.raises(LayoutChanged) as refusal:
        next(adapter_over(Feed({"items": [DONATION], "more": False})).read(BEGINNING))

    assert refusal.value.code == "source.layout-changed"
    assert refusal.value.fields == {"where": PATH, "wanted": "last"}
