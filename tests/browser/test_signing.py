"""Signing in and out in a real browser: residents by a provider, staff by their key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import as_resident
from tests.browser.town import Town

pytestmark = pytest.mark.slow


def test_a_resident_signs_in_by_the_provider_and_out_again(window: Page, town: Town) -> None:
    person = town.resident()

    as_resident(window, town, person)

    [cookie] = [c for c in window.context.cookies() if c["name"] == "tongdui-my"]
    assert window.url == f"{town.url}/my"
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert person.wallet not in cookie["value"]
