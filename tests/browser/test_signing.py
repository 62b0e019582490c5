"""Signing in and out in a real browser: residents by a provider, staff by their key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from api.access import Role
from tests.browser.conftest import as_resident, as_staff
from tests.browser.town import Town

pytestmark = pytest.mark.slow


def test_a_resident_signs_in_by_the_provider_and_out_again(window: Page, town: Town) -> None:
    person = town.resident()

    as_resident(window, town, person)

    [cookie] = [c for c in window.context.cookies() if c["name"] == "tongdui-my"]
    assert window.url == f"{town.url}/my"
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert person.wallet not in cookie["value"]

    window.get_by_role("button", name="退出").click()
    assert window.url == f"{town.url}/my/sign-in"
    window.context.add_cookies([cookie])  # type: ignore[list-item]
    window.goto("/my")
    assert window.url == f"{town.url}/my/sign-in"


def test_staff_sign_in_by_their_key_and_not_by_anybody_elses(window: Page, town: Town) -> None:
    as_staff(window, town, "counter", Role.WORKER)
    expect(window.get_by_role("alert").first).to_contain_text("page.other-staff")

    as_staff(window, town, "counter", Role.ACCEPTOR)
    assert window.url == f"{town.url}/counter"
    assert town.key(Role.ACCEPTOR) not in str(window.context.cookies())
