"""The system's Chromium by Playwright; where there is none the run fails with what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = (
    "no browser for the tests of pages: apt-get install chromium fonts-noto-cjk,"
    " or name one by TONGDUI_BROWSER"
)


def browser_binary() -> str:
    """Where it is; AssertionError with the line that installs one."""
    named = os.environ.get("TONGDUI_BROWSER", "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    assert found, INSTALL
    return found


@contextmanager
def running(*arguments: str) -> Iterator[Browser]:
    """One browser, without a window. Nothing leaves the machine: its own calls home are off."""
    quiet = ("--disable-background-networking", "--disable-component-update", "--no-first-run")
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=browser_binary(), args=[*quiet, *root, *arguments]
        )
        try:
            yield browser
        finally:
            browser.close()
