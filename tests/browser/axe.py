"""axe-core over a page that is open: what it finds wrong, in a few words each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BIG_TYPE = "color-contrast-enhanced"
"""7:1, which the mode with big type promises."""


@cache
def _script() -> str:
    assert SCRIPT.is_file(), "no axe-core here: run `make setup`"
    return SCRIPT.read_text("utf-8")


def violations(page: Page, *, big: bool = False) -> list[str]:
    """Of the page as it stands: rule, place and why; nothing where all is well.

    Evaluated by the debugger's protocol, so that the page's own policy stays as strict as it is.
    """
    page.evaluate(_script())
    more = {BIG_TYPE: {"enabled": big}}
    options = {"runOnly": {"type": "tag", "values": RULES}, "rules": more}
    if big:
        options["runOnly"] = {"type": "tag", "values": [*RULES, "wcag2aaa"]}
        options["rules"] = more | {"identical-links-same-purpose": {"enabled": False}}
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide
