"""Own keys in a real browser: made, opened by passkey, PIN, sheet or slips, and signing."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from api.access import Role
from api.orders.signed import ToSignShape
from api.shapes import moment, show, unshow
from api.web import rendering
from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import HoldRequest
from ledger.chain.passkeys import judged
from ledger.chain.signer import recover
from ledger.redeeming.signing import hold_to_sign
from tests.browser.keys import at_home, copy_sheet, read_back
from tests.browser.town import Person, Town
from tests.support.season import VOLUNTEER

pytestmark = pytest.mark.slow
PIN = "48291573"


def test_keys_are_made_by_passkey_written_on_paper_and_registered(
    browser: Browser, town: Town
) -> None:
    person = town.resident()
    with at_home(browser, town, person) as window:
        window.goto("/my/keys")
        window.get_by_role("link", name="开始使用自己的钥匙").click()
        window.get_by_role("button", name="用这台设备").click()
        signs, _ = read_back(window)
        expect(window.get_by_role("heading", name="办好了")).to_be_visible()

        window.goto("/my/keys")
        waiting = window.get_by_text("起只认您的钥匙").count()
        window.get_by_role("link", name="再看一次恢复单").click()
        window.get_by_role("button", name="用指纹、面容或锁屏密码打开").click()
        again, _ = copy_sheet(window)

    assert len(set(signs)) > 10
    assert again == signs
    assert waiting == 2


def test_a_web_view_without_passkeys_uses_a_pin_and_signs_what_a_form_shows(
    browser: Browser, town: Town
) -> None:
    person = town.resident()
    with at_home(browser, town, person, passkeys=False) as window:
        window.goto("/my/keys/do/begin")
        expect(window.get_by_text("这个浏览器不支持指纹或面容")).to_be_visible()
        for pin, again, said in (
            (PIN, "48291574", "两次输入不一样"),
            ("4829", "4829", "密码至少 6 位"),
            ("123456", "123456", "太容易猜到"),
        ):
            choose_pin(window, pin, again)
            expect(window.get_by_role("alert")).to_contain_text(said)
        choose_pin(window, PIN, PIN)
        read_back(window)
        expect(window.get_by_role("heading", name="办好了")).to_be_visible()
        prepared, digest, key = hold_of(town, person)
        sent = form_with(window, prepared)

        window.get_by_role("button", name="下单").click()
        window.get_by_label("您设的密码").fill("11112222")
        window.get_by_role("button", name="用密码打开").click()
        expect(window.get_by_role("alert")).to_contain_text("还可以试 9 次")
        window.get_by_label("您设的密码").fill(PIN)
        window.get_by_label("您设的密码").press("Enter")
        window.wait_for_url("**/my/sample-sent")

    [signed] = json.loads(parse_qs(sent[0])["signed"][0])
    assert recover(digest, bytes.fromhex(signed["signature"][2:])) == key
    assert signed["hold"] == prepared["to_sign"][0]["hold"]
    assert PIN not in sent[0]


def test_a_lost_phone_is_not_lost_points_and_old_keys_are_replaced(
    browser: Browser, town: Town
) -> None:
    person = town.resident()
    with at_home(browser, town, person) as window:
        window.goto("/my/keys/do/begin")
        window.get_by_role("button", name="用这台设备").click()
        _, letters = read_back(window)
        expect(window.get_by_role("heading", name="办好了")).to_be_visible()
    before = keys_of(town, person)

    with at_home(browser, town, person) as window:
        window.goto("/my/keys/do/replace")
        window.get_by_text("用恢复单打开").click()
        window.locator("#open-sheet").fill(letters[1:])
        window.locator("[data-way=sheet] [data-do=sheet]").click()
        expect(window.get_by_role("alert")).to_contain_text("恢复单输得不对")
        window.locator("#open-sheet").fill(letters.lower().replace("-", " "))
        window.locator("[data-way=sheet] [data-do=sheet]").click()
        window.get_by_role("button", name="用这台设备").click()
        read_back(window)
        expect(window.get_by_role("heading", name="办好了")).to_be_visible()
        window.goto("/my/keys")
        ways = window.get_by_role("button", name="停用").count()
        window.get_by_role("button", name="停用").click()
        expect(window.get_by_text("这是打开钱包的最后一种方式")).to_be_visible()
    after = keys_of(town, person)

    assert ways == 1
    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())


def test_contacts_slips_open_the_wallet_once_it_was_given_back(
    browser: Browser, town: Town
) -> None:
    person = town.resident()
    with at_home(browser, town, person) as window:
        window.goto("/my/keys/do/begin")
        window.get_by_role("button", name="用这台设备").click()
        copy_sheet(window)
        noted(town, PLAN, {"wallet": person.wallet})
        for seat in range(3):
            noted(town, SEAT, {"wallet": person.wallet, "seat": f"{person.wallet}-{seat}"})
        window.goto("/my/keys/do/contacts")
        window.get_by_role("button", name="用指纹、面容或锁屏密码打开").click()
        window.locator(".slip-code").first.wait_for()
        slips = window.locator(".slip-code").all_text_contents()

    with at_home(browser, town, person, passkeys=False) as window:
        window.goto("/my/keys/do/add")
        type_slips(window, slips[:1])
        expect(window.get_by_role("alert")).to_contain_text("凭条还不够")
        type_slips(window, slips[1:])
        expect(window.get_by_role("alert")).to_contain_text("要在找回完成之后七天内才能用")
        noted(town, RECOVERED, {"wallet": person.wallet, "now": int(time.time()) + 1})
        type_slips(window, slips[1:])
        choose_pin(window, PIN, PIN)
        expect(window.get_by_role("heading", name="办好了")).to_be_visible()

    assert len(set(slips)) == 3


def test_a_hardware_key_is_registered_for_one_account_and_alone_signs_for_it(
    browser: Browser, town: Town
) -> None:
    person = town.resident()
    with at_home(browser, town, person) as window:
        window.goto("/my/keys/do/hardware")
        window.get_by_role("button", name="登记这把安全钥匙").click()
        expect(window.get_by_role("heading", name="办好了")).to_be_visible()
        prepared, digest, key = hold_of(town, person)
        sent = form_with(window, prepared)
        window.get_by_role("button", name="下单").click()
        window.wait_for_url("**/my/sample-sent")

    [signed] = json.loads(parse_qs(sent[0])["signed"][0])
    proof = unshow(signed["signature"])
    assert len(proof) > 65
    assert judged(digest, proof).signer == key
    assert list(keys_of(town, person).values()).count("None") == 1


PLAN = "INSERT INTO logins_plans VALUES (:wallet, 2, '小满的钱包', 1)"
SEAT = "INSERT INTO logins_seats VALUES (:seat, :wallet, :seat)"
RECOVERED = """INSERT INTO logins_recoveries
    (id, provider, subject, code, wallet, asked_s, confirm_by_s, ready_s, done_s)
    SELECT 'r-' || :wallet, provider, subject, randomblob(32), :wallet, 1, 2, 3, :now
    FROM logins_ties WHERE wallet = :wallet"""


def noted(town: Town, words: str, values: dict[str, Any]) -> None:
    """What contacts did, as the tables have it: the way there has tests of its own."""
    with closing(sqlite3.connect(town.city.settings.database_place)) as base, base:
        base.execute(words, values)


def type_slips(window: Page, slips: list[str]) -> None:
    """One a line."""
    panel = window.locator("[data-way=contacts]")
    if not panel.locator("textarea").is_visible():
        panel.locator("summary").click()
    panel.locator("textarea").fill("\n".join(slips))
    panel.get_by_role("button", name="打开").click()


def choose_pin(window: Page, pin: str, again: str) -> None:
    """Types it twice."""
    window.get_by_label("设一个密码").fill(pin)
    window.get_by_label("再输一次").fill(again)
    window.get_by_role("button", name="用这个密码").click()


def keys_of(town: Town, person: Person) -> dict[str, str]:
    """The key of each account as the chain has it."""
    with town.client(Role.OPERATOR) as client:
        accounts = client.list_keys(person.wallet).accounts
    return {one.account: str(one.key) for one in accounts}


def hold_of(town: Town, person: Person) -> tuple[dict[str, Any], bytes, bytes]:
    """(what an API prepares for a hold of the person's, its digest, the key that must sign)."""
    deployment, account = town.city.network.deployment, person.accounts[VOLUNTEER]
    request = HoldRequest(b"\x07" * 32, VOLUNTEER, account, 3, 1_500, 1_790_000_000, 1_789_000_000)
    until_s = 1_788_000_000
    to_sign = hold_to_sign(DeskDomain(deployment.chain_id, deployment.desk), request, until_s)
    part = ToSignShape.of_hold(request, to_sign).model_dump(mode="json")
    key = keys_of(town, person)[show(account)]
    prepared = {"expires_at": moment(until_s).isoformat(), "to_sign": [part]}
    return prepared, to_sign.digest, unshow(key)


def form_with(window: Page, prepared: dict[str, Any]) -> list[str]:
    """Opens a page whose form has that to sign; what the form sends will stand in the list."""
    token = window.locator("#task").get_attribute("data-form")
    template = rendering.environment("zh").from_string(
        '{% import "keys/parts.html" as own %}<!doctype html><title>x</title>'
        '<form method="post" action="/my/sample-sent">{{ own.signing(page, prepared, shown) }}'
        '<button>下单</button></form><script type="module" src="/static/js/keys/forms.js"></script>'
    )
    html = template.render(
        page=SimpleNamespace(token=lambda: token),
        prepared=json.dumps(prepared),
        shown={"acceptor": 3, "units": 1_500},
    )
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.post_data or "")
        route.fulfill(body="done", content_type="text/html; charset=utf-8")

    window.route(
        "**/my/sample",
        lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"),
    )
    window.route("**/my/sample-sent", take)
    window.goto("/my/sample")
    return sent
