"""Whatever bytes stand in a row, each adapter says an item of it, and a reason that is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuers.adapter import (
    CorrectionNotice,
    EarningEvent,
    IssuerAdapter,
    RawRow,
    RejectedRow,
    Source,
    open_adapter,
)
from issuers.reasons import REASONS
from issuers.sandbox.kinds import Scheme
from ledger.units import BEIJING

NOW = datetime(2026, 11, 1, tzinfo=BEIJING)
NOWHERE = Source("http://127.0.0.1:9", "u", "s")
FIELDS = (
    "recordId", "memberNo", "project", "minutes", "checkIn", "checkOut",
    "流水号", "会员号", "事项", "数量", "发生时间", "备注",
    "event_id", "user", "waste", "grams", "at", "data",
    "id", "type", "card_no", "amount_fen", "time", "spending_id", "spending_fen",
    "居住证编号", "月数", "办结日期", "month",
    "donationNo", "donorNo", "product", "amount", "unit", "givenAt", "status", "voidNo",
)  # fmt: skip
WORDS = ("社区服务", "地铁", "paper", "spending", "refund", "居住满一月", "donation", "全血", "ml",
         "2026-05-03 09:30", "2026-05", "90", "已采集")  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(WORDS), st.text(), st.integers(-(2**53), 2**53), st.floats(), st.none(),
    st.booleans(),
)  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=3)
ROWS = st.one_of(
    st.binary(), OBJECTS.map(orjson.dumps), OBJECTS.map(lambda found: orjson.dumps({"data": found}))
)


@pytest.fixture(scope="module", params=Scheme)
def adapter(request: pytest.FixtureRequest) -> Iterator[IssuerAdapter]:
    found = open_adapter(f"issuers.{request.param}", NOWHERE)
    yield found
    found.close()


@settings(max_examples=150)
@given(content=ROWS)
def test_any_bytes_are_an_item_with_a_known_reason(adapter: IssuerAdapter, content: bytes) -> None:
    item = adapter.parse(RawRow("here", content), NOW)

    assert isinstance(item, EarningEvent | CorrectionNotice | RejectedRow)
    if isinstance(item, RejectedRow):
        assert item.reason_code in REASONS
        assert item.place == "here"
    elif isinstance(item, EarningEvent):
        assert item.quantity > 0
        assert item.occurred.tzinfo is not None
