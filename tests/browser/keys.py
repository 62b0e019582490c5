"""A resident with a phone whose passkeys work: Chromium's virtual authenticator.

A passkey needs a name and no bare address, so these windows speak with ``localhost``; the sign-in's
cookie is brought along, as it stands for no host of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.browser.conftest import as_resident
from tests.browser.town import Person, Town

AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def at_home(
    browser: Browser, town: Town, person: Person, *, passkeys: bool = True, lang: str = "zh-CN"
) -> Iterator[Page]:
    """That person's own phone, signed in; without ``passkeys`` it is a web view that has none."""
    port = urlsplit(town.url).port
    context = browser.new_context(base_url=f"http://localhost:{port}", locale=lang)
    context.set_default_timeout(15_000)
    window = context.new_page()
    try:
        with browser.new_context(base_url=town.url, locale="zh-CN") as before:
            as_resident(before.new_page(), town, person)
            [cookie] = [one for one in before.cookies() if one["name"] == "tongdui-my"]
        context.add_cookies(
            [{"name": "tongdui-my", "value": cookie["value"], "domain": "localhost", "path": "/"}]
        )
        if passkeys:
            line = context.new_cdp_session(window)
            line.send("WebAuthn.enable")
            line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        else:
            context.add_init_script("delete globalThis.PublicKeyCredential")
        yield window
    finally:
        context.close()


def copy_sheet(window: Page) -> tuple[list[str], str]:
    """(characters, letters) as they are on the sheet."""
    window.locator("[data-characters] li").first.wait_for()
    signs = window.locator("[data-characters] li").all_text_contents()
    return signs, window.locator("[data-letters]").inner_text()


def read_back(window: Page) -> tuple[list[str], str]:
    """Copies the sheet and types what is asked of it."""
    signs, letters = copy_sheet(window)
    for number in range(3):
        asked = window.locator(f"label[for=check-{number}]").inner_text()
        place = int("".join(filter(str.isdigit, asked)))
        window.locator(f"#check-{number}").fill(signs[place - 1])
    window.get_by_role("button", name="抄好了，下一步").click()
    return signs, letters
