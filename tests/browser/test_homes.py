"""The first pages: what a resident has and orders, what an acceptor's staff deliver and undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from api.access import Role
from tests.browser.conftest import as_resident, as_staff
from tests.browser.town import Town

pytestmark = pytest.mark.slow


def test_a_resident_sees_what_there_is_and_cancels_an_order(window: Page, town: Town) -> None:
    person = town.resident(minutes=600)
    town.city.order(person.wallet, 2_500)

    as_resident(window, town, person)

    expect(window.locator(".number-value")).to_have_text("75.00")
    expect(window.locator("main")).to_contain_text("其中 75.00 分在")
    window.get_by_role("button", name="取消在").click()
    expect(window.get_by_role("status").first).to_contain_text("取消")
    expect(window.locator("main")).to_contain_text("已释放")
    expect(window.locator(".number-value")).to_have_text("100.00")


def test_a_sign_in_without_a_wallet_says_where_to_go(window: Page, town: Town) -> None:
    person = town.resident()
    town.provider.subject = "invented-without-wallet"

    window.goto("/my/sign-in")
    window.get_by_role("link", name="示例市民账号").click()

    expect(window.locator("main")).to_contain_text("您的登录还没有连到通兑钱包")
    assert person.wallet not in window.content()


def test_staff_deliver_an_order_and_give_back_the_wrong_persons(window: Page, town: Town) -> None:
    person = town.resident(minutes=600)
    order = town.city.order(person.wallet, 2_500)["id"]
    number = order[:8]

    as_staff(window, town, "counter", Role.ACCEPTOR)
    window.get_by_role("button", name=f"核销 {number}").click()

    expect(window.get_by_role("status").first).to_contain_text(f"兑换单 {number} 已经核销")
    assert person.wallet not in window.content()
    window.get_by_role("button", name="撤回", exact=True).click()
    expect(window.get_by_role("status").first).to_contain_text(f"兑换单 {number} 已经退回")
    assert town.city.get(f"/v1/orders/{order}").json()["state"] in ("refunding", "refunded")
