"""Every page, in both languages and both modes, from 320 px up: nothing that axe finds, nothing
wider than the window, nothing on the console, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.axe import overflow, violations
from tests.browser.town import Person, Town
from tests.browser.walk import STOPS, Enter, Stop

pytestmark = pytest.mark.slow
LOOKS = (("zh", "usual", 1280), ("zh", "big", 320), ("en", "usual", 320), ("en", "big", 1280))
"""Language, mode and width: both of each with both of the others' ends."""
NARROW = 320


@pytest.fixture(scope="session")
def person(town: Town) -> Person:
    """Whose pages are looked at."""
    return town.resident(minutes=600, cents=50_000)


def stops() -> Iterator[tuple[Enter | None, list[Stop]]]:
    """By who sees them, so that each signs in once."""
    ordered = sorted(STOPS, key=lambda stop: getattr(stop.enter, "__name__", ""))
    for enter, some in groupby(ordered, key=lambda stop: stop.enter):
        yield enter, list(some)


def listen(window: Page, said: list[str]) -> None:
    """What the page complains of on its console, or throws."""

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    window.on("console", hear)
    window.on("pageerror", lambda error: said.append(str(error)))


def wrong(window: Page, stop: Stop, url: str, *, big: bool, said: list[str]) -> list[str]:
    """What is wrong with a page as it stands."""
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    answer = window.goto(url)
    assert answer is not None
    found = [f"status {answer.status}"] if answer.status != 200 else []
    found += violations(window, big=big)
    if (wide := overflow(window)) > 0:
        found.append(f"{wide} px wider than the window")
    found += [
        f"asked elsewhere: {one}" for one in asked if not one.startswith(url[: url.index("/", 8)])
    ]
    return found + said


@pytest.mark.parametrize(("lang", "mode", "width"), LOOKS)
def test_every_page_is_fit_for_everybody(
    browser: Browser, town: Town, person: Person, lang: str, mode: str, width: int
) -> None:
    faults: dict[str, list[str]] = {}
    for enter, some in stops():
        view = {"width": width, "height": 740}
        context = browser.new_context(base_url=town.url, locale="zh-CN", viewport=view)  # type: ignore[arg-type]
        window, said = context.new_page(), list[str]()
        listen(window, said)
        if enter is not None:
            enter(window, town, person)
        for stop in (one for one in some if not one.long or (width == NARROW and lang == "zh")):
            path = stop.path.format(wallet=person.wallet, offer=town.offers[0])
            url = f"{town.url}{path}{'&' if '?' in path else '?'}lang={lang}&mode={mode}"
            said.clear()
            found = wrong(window, stop, url, big=mode == "big", said=said)
            assert window.locator("html").get_attribute("data-mode") == mode
            if found:
                faults[stop.path] = found
        context.close()

    assert faults == {}


def test_the_look_finds_what_is_wrong(window: Page, town: Town) -> None:
    window.goto("/design")
    window.evaluate(
        """() => {
          const grey = document.createElement("p");
          grey.textContent = "grey"; grey.className = "unit"; grey.style.color = "#aaa";
          document.querySelector("main").append(grey, document.createElement("img"));
          const wide = document.createElement("div");
          wide.textContent = "x"; wide.style.width = "2000px";
          document.querySelector("main").append(wide);
        }"""
    )

    found = violations(window)

    assert {one.partition(":")[0] for one in found} == {"color-contrast", "image-alt"}
    assert overflow(window) > 1_000
