"""Clearing over HTTP: live windows with their arithmetic, statements, tills, and own keys."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import pypdf
import pytest

from api.access import Role
from ledger.units import points_text
from tests.api.clearing_town import Town, signed, town_in
from tests.support.season import CANTEEN, CULTURE, OPERATING, VOLUNTEER

pytestmark = pytest.mark.slow
REASON = "重复核销，冲回 2 积分"


@dataclass(frozen=True)
class Played:
    """A town after two windows."""

    town: Town
    first: str
    second: str
    dispute: str


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Window 1: 3,000 and 1,000 captured, closed by the canteen, settled, both sides confirmed.
    Window 2: 500 of it come back, 200 are reversed, closed by the volunteers."""
    with town_in(tmp_path_factory.mktemp("town")) as town:
        city = town.city
        wallet = city.wallet(900)
        first, second = town.captured(wallet, 3_000), town.captured(wallet, 1_000)
        town.later()
        town.say(CANTEEN, action="close")
        city.done(city.post(f"/v1/orders/{first}/refund", {"units": 500}))
        assert city.post("/v1/windows/1/settlement", {}).status_code in (200, 202)
        proposed = town.say(
            VOLUNTEER, action="propose", window=1, debtor=VOLUNTEER, creditor=CANTEEN, units=200,
            reason=REASON,
        )  # fmt: skip
        town.say(CANTEEN, action="accept", dispute=proposed["dispute"])
        town.say(VOLUNTEER, action="confirm", window=1, place=0)
        town.say(CANTEEN, action="confirm", window=1, place=0)
        town.later()
        town.say(VOLUNTEER, action="close")
        yield Played(town, first, second, proposed["dispute"])


def statement(played: Played, window: int, member: int, **query: Any) -> dict[str, Any]:
    """As the member reads it."""
    answer = played.town.get(f"/v1/statements/{window}/{member}", member, **query)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def till(
    played: Played, content: bytes, name: str, form: str = "json", member: int = CANTEEN
) -> Any:
    """The canteen's till of window 1, handed in."""
    headers = {
        "Authorization": f"Bearer {played.town.tokens[member]}",
        "Idempotency-Key": str(uuid.uuid4()),
        "Content-Type": "application/octet-stream",
    }
    path = f"/v1/statements/1/{CANTEEN}/till" + ("/file" if form == "file" else "")
    query = {"name": name}
    return played.town.city.http.post(path, params=query, content=content, headers=headers)


def test_a_window_shows_every_step_of_its_nets(played: Played) -> None:
    shown = played.town.city.get("/v1/windows/1").json()

    sums = shown["arithmetic"]
    assert [(p["member"], p["owed"]["units"], p["owes"]["units"]) for p in sums["positions"]] == [
        (VOLUNTEER, 0, 4_000), (CANTEEN, 4_000, 0),
    ]  # fmt: skip
    assert sums["sum"]["units"] == 0
    (pair,), (step,) = sums["bilateral"], sums["multilateral"]
    assert (pair["forward"]["units"], pair["backward"]["units"], pair["net"]["units"]) == (
        4_000, 0, 4_000,
    )  # fmt: skip
    assert [step[n]["units"] for n in ("payer_before", "paid", "payer_after")] == [-4_000, 4_000, 0]
    assert (shown["state"], shown["published"]["by"], shown["published"]["settles"]) == (
        "settled", OPERATING, True,
    )  # fmt: skip
    assert shown["as_of_block"] is None


def test_the_open_window_is_live(played: Played) -> None:
    shown = played.town.city.get("/v1/windows/3").json()

    assert (shown["state"], shown["last_block"], shown["published"]) == ("open", None, None)
    assert shown["as_of_block"] >= shown["first_block"] - 1


def test_a_statement_adds_up_and_leads_to_the_next(played: Played) -> None:
    one, two = (statement(played, n, CANTEEN) for n in (1, 2))

    assert [line["amount"]["units"] for line in one["lines"]] == [3_000, 1_000]
    assert [line["order"] for line in one["lines"]] == [played.first, played.second]
    assert one["balance"]["closing"] == two["balance"]["opening"] == {
        "units": 4_000, "points": "40.00",
    }  # fmt: skip
    assert two["together"] == {
        "captures": {"units": 0, "points": "0.00"},
        "refunds": {"units": -500, "points": "-5.00"},
        "disputes": {"units": -200, "points": "-2.00"},
        "net": {"units": -700, "points": "-7.00"},
    }
    assert (two["balance"]["settled"]["units"], two["balance"]["closing"]["units"]) == (4_000, -700)
    refund, dispute = two["lines"]
    assert (refund["order"], refund["origin"]["window"], refund["origin"]["late"]) == (
        played.first, 1, True,
    )  # fmt: skip
    assert (dispute["dispute"], dispute["origin"]["window"]) == (played.dispute, 1)


def test_both_confirmations_stand_with_their_transactions(played: Played) -> None:
    (paid,) = statement(played, 1, VOLUNTEER)["settlement"]
    gateway = played.town.city.network.gateway

    for word in (paid["by_payer"], paid["by_payee"]):
        block = gateway.block(word["block"])
        assert block is not None
        assert bytes.fromhex(word["transaction"][2:]) in block.transactions
    assert (paid["payer"], paid["payee"], paid["amount"]["units"]) == (VOLUNTEER, CANTEEN, 4_000)


def test_lines_come_page_by_page_and_sums_are_always_whole(played: Played) -> None:
    first = statement(played, 1, CANTEEN, limit=1)
    second = statement(played, 1, CANTEEN, limit=1, cursor=first["next_cursor"])

    assert [len(one["lines"]) for one in (first, second)] == [1, 1]
    assert (first["lines_count"], second["next_cursor"]) == (2, None)
    assert first["together"] == second["together"]
    assert [s["lines"][0]["order"] for s in (first, second)] == [played.first, played.second]


def test_json_workbook_and_paper_have_the_same_figures(played: Played) -> None:
    shown = statement(played, 2, CANTEEN)
    path = f"/v1/statements/2/{CANTEEN}/file"
    book, page = (played.town.get(path, CANTEEN, form=form) for form in ("xlsx", "pdf"))
    again = played.town.get(path, CANTEEN, form="pdf")

    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[1]
    amounts = [row[6] for row in sheet.iter_rows(min_row=2, values_only=True)]
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(page.content)).pages)

    assert amounts == [line["amount"]["units"] for line in shown["lines"]] == [-500, -200]
    for name in ("opening", "net", "settled", "closing"):
        assert points_text(shown["balance"][name]["units"]) in text
    assert "社区食堂" in text
    assert page.content == again.content
    assert page.headers["content-type"] == "application/pdf"
    assert "statement-w2-m3-" in book.headers["content-disposition"]


def test_a_member_notes_its_invoice_and_nobody_elses(played: Played) -> None:
    path = f"/v1/statements/1/{CANTEEN}/invoice"
    body = {"reference": "FP-2026-0007"}

    tried = played.town.post(path, body | {"dry_run": True}, CANTEEN, "inv-0")
    before = statement(played, 1, CANTEEN)["invoice"]
    noted = played.town.post(path, body, CANTEEN, "inv-1")
    others = played.town.post(path, body, CULTURE, "inv-2")

    assert (tried.json()["dry_run"], before) == (True, None)
    assert noted.json()["invoice"]["reference"] == "FP-2026-0007"
    assert statement(played, 1, CANTEEN)["invoice"] == noted.json()["invoice"]
    assert (others.status_code, others.json()["code"]) == (403, "access.not-yours")
    listed = played.town.get("/v1/statements", CANTEEN, member=CANTEEN).json()["statements"]
    assert [(one["window"], one["net"]["units"]) for one in listed] == [
        (3, 0),
        (2, -700),
        (1, 4_000),
    ]
    assert listed[2]["invoice"] == noted.json()["invoice"]


def test_a_statement_is_its_members_and_the_operators_and_auditors_alone(played: Played) -> None:
    path = f"/v1/statements/1/{CANTEEN}"

    assert played.town.get(path, CULTURE).json()["code"] == "access.not-yours"
    assert played.town.get(f"{path}/file", CULTURE).json()["code"] == "access.not-yours"
    assert played.town.get("/v1/statements", CULTURE, member=CANTEEN).status_code == 403
    assert played.town.city.get(path, Role.AUDITOR).status_code == 200
    assert played.town.city.get(path, Role.WORKER).status_code == 403
    unknown = played.town.city.get("/v1/statements/1/99").json()
    assert (unknown["code"], unknown["status"]) == ("member.unknown", 404)
    assert played.town.city.get(f"/v1/statements/99/{CANTEEN}").json()["code"] == (
        "clearing.window-unknown"
    )


def test_a_till_in_gbk_comes_back_with_what_was_found(played: Played) -> None:
    rows = ["兑换单号,积分,类型", f"{played.first},30.00,核销", f"{played.second},9.5,核销",
            "nobody,1,核销", "x,1.234,"]  # fmt: skip
    content = "\n".join(rows).encode("gb18030")

    told = till(played, content, "收银.csv").json()
    back = till(played, content, "收银.csv", "file")

    assert (told["matched"], told["lines"]) == (1, 3)
    assert [(d["outcome"], d["order"], d["difference"]["units"]) for d in told["differences"]] == [
        ("differs", played.second, -50), ("only-till", "nobody", 100),
    ]  # fmt: skip
    assert told["difference"]["units"] == 3_000 + 950 + 100 - 4_000 == 50
    assert [(one["line"], one["field"]) for one in told["unread"]] == [(5, "积分")]
    read = list(csv.reader(io.StringIO(back.content.decode("gb18030"))))
    assert read[0] == ["兑换单号", "积分", "类型", "核对结果", "说明"]
    assert read[1] == [played.first, "30.00", "核销", "一致", ""]
    assert read[2][3:] == ["数量不符", "该单收银合计 9.50，对账单 10.00，相差 -0.50"]
    assert [row[3] for row in read[3:]] == ["对账单没有", "无法读取"]
    assert back.headers["content-disposition"].endswith("-checked.csv")


def test_a_till_that_forgot_an_order_gets_it_at_its_end(played: Played) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["order_id", "units"], [played.first, 3_000]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)

    back = till(played, out.getvalue(), "till.xlsx", "file")
    again = till(played, back.content, "till-checked.xlsx").json()

    rows = list(openpyxl.load_workbook(io.BytesIO(back.content)).worksheets[0].values)
    assert rows[1][:3] == (played.first, 3_000, "一致")
    assert rows[2][:3] == (played.second, "1000", "收银没有")
    assert again["difference"]["units"] == 0  # read again, with the order that was added


def test_what_is_no_till_is_refused_with_the_column_that_it_lacks(played: Played) -> None:
    lacking = till(played, "类型,积分\n核销,1\n".encode(), "a.csv").json()
    binary = till(played, b"\x00\x01\x02", "a.csv").json()
    others = till(played, "兑换单号,积分\na,1\n".encode(), "a.csv", member=CULTURE).json()

    assert (lacking["code"], lacking["field"]) == ("clearing.till-column", "order")
    assert binary["code"] == "file.kind-differs"
    assert others["code"] == "access.not-yours"


def test_a_dispute_is_shown_with_its_words_once_they_are_handed_in(played: Played) -> None:
    path = f"/v1/disputes/{played.dispute}"
    before = played.town.get(path, CANTEEN).json()

    wrong = played.town.post(f"{path}/reason", {"reason": "别的"}, VOLUNTEER, "why-0")
    others = played.town.post(f"{path}/reason", {"reason": REASON}, CULTURE, "why-1")
    noted = played.town.post(f"{path}/reason", {"reason": REASON}, VOLUNTEER, "why-2")

    assert (before["reason"], before["accepted_window"], before["amount"]["units"]) == (
        None,
        2,
        200,
    )
    assert before["reason_hash"] == "0x" + hashlib.sha256(REASON.encode()).hexdigest()
    assert (wrong.status_code, wrong.json()["code"]) == (422, "clearing.reason-differs")
    assert others.json()["code"] == "access.not-yours"
    assert noted.json()["reason"] == REASON
    (listed,) = played.town.get("/v1/disputes", CULTURE, window=1).json()["disputes"]
    assert listed == noted.json()
    assert played.town.get("/v1/disputes", CULTURE, window=2).json()["disputes"] == []


def test_what_the_chain_would_refuse_is_refused_before_anything_is_signed(played: Played) -> None:
    young = played.town.prepare(CANTEEN, action="close").json()
    again = played.town.prepare(CANTEEN, action="confirm", window=1, place=0).json()
    much = played.town.prepare(
        VOLUNTEER, action="propose", window=1, debtor=VOLUNTEER, creditor=CANTEEN, units=3_801,
        reason="x",
    ).json()  # fmt: skip
    lacking = played.town.prepare(CANTEEN, action="confirm", window=1).json()

    assert young["code"] == "clearing.window-too-young"
    assert again["code"] == "clearing.already-confirmed"
    assert (much["code"], much["values"]) == (
        "clearing.dispute-too-large", {"units": 3_801, "most_units": 3_800},
    )  # fmt: skip
    assert (lacking["code"], lacking["field"]) == ("request.invalid", "place")


def test_only_the_members_own_calls_in_its_own_hand_are_sent_on(played: Played) -> None:
    prepared = played.town.prepare(
        VOLUNTEER, action="propose", window=1, debtor=VOLUNTEER, creditor=CANTEEN, units=1,
        reason="x",
    ).json()  # fmt: skip
    raw = signed(prepared, VOLUNTEER)
    desk = "0x" + played.town.city.network.deployment.desk.hex()
    elsewhere = signed(prepared | {"to": desk}, VOLUNTEER)
    other_chain = signed(prepared | {"chain_id": 1}, VOLUNTEER)

    def sent(content: bytes, member: int = VOLUNTEER, **more: Any) -> tuple[int, str]:
        body = {"raw": "0x" + content.hex()} | more
        answer = played.town.post("/v1/clearing/transactions", body, member, str(uuid.uuid4()))
        shown = answer.json()
        return answer.status_code, shown.get("code", shown.get("call"))

    assert sent(raw, CANTEEN) == (403, "clearing.not-own-key")
    assert sent(signed(prepared, CULTURE)) == (403, "clearing.not-own-key")
    assert {sent(one)[1] for one in (elsewhere, other_chain, raw[:-1], raw + b"\0", b"\xc0")} == {
        "clearing.not-own-call"
    }
    assert sent(raw, dry_run=True) == (200, "proposeReversal")
    assert sent(signed(prepared | {"nonce": prepared["nonce"] - 1}, VOLUNTEER)) == (
        409, "clearing.nonce-unfit",
    )  # fmt: skip
    assert (sent(raw), sent(raw)) == ((200, "proposeReversal"),) * 2  # one effect
