"""One browser and one town for all tests of pages, and a fresh window for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from api.access import Role
from tests.browser.chromium import running
from tests.browser.town import Person, Town, town_in

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with running() as made:
        yield made


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Shared: each test that changes something has residents of its own."""
    with town_in(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def context(browser: Browser, town: Town) -> Iterator[BrowserContext]:
    """A browser's memory of its own, in Chinese, on a phone."""
    made = browser.new_context(base_url=town.url, locale="zh-CN", viewport=PHONE)  # type: ignore[arg-type]
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def window(context: BrowserContext) -> Page:
    """A page that is open."""
    return context.new_page()


def as_staff(window: Page, town: Town, surface: str, role: Role) -> Page:
    """Signs in at ``/counter``."""
    window.goto(f"/{surface}/sign-in")
    window.get_by_label("密钥", exact=False).fill(town.key(role))
    window.get_by_role("button", name="登录").click()
    return window


def as_resident(window: Page, town: Town, person: Person) -> Page:
    """Signs in at the provider as that person, and comes back to ``/my``."""
    town.provider.subject = person.name
    window.goto("/my/sign-in")
    window.get_by_role("link", name="示例市民账号").click()
    return window
