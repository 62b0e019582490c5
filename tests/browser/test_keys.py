"""Own keys in a real browser: made, opened by passkey, PIN, sheet or slips, and signing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.keys import at_home, copy_sheet, read_back
from tests.browser.town import Town

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
