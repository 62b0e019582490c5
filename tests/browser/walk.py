"""Every page that is looked at in both languages and modes: name yours here, beside who sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page

from api.access import Role
from tests.browser.conftest import as_resident, as_staff
from tests.browser.town import Person, Town

Enter = Callable[[Page, Town, Person], object]


class Stop(NamedTuple):
    """A page and how one comes to see it."""

    path: str
    """``{wallet}``, ``{offer}`` stand for what the town has."""
    enter: Enter | None = None
    long: bool = False
    """Takes long to look at: one look does, the hardest."""


def resident(window: Page, town: Town, person: Person) -> object:
    """Signs in as the walk's resident."""
    return as_resident(window, town, person)


def acceptor(window: Page, town: Town, _person: Person) -> object:
    """Signs in as the canteen."""
    return as_staff(window, town, "counter", Role.ACCEPTOR)


STOPS: tuple[Stop, ...] = (
    Stop("/"),
    Stop("/docs", long=True),
    Stop("/problems", long=True),
    Stop("/problems/hold.insufficient-points"),
    Stop("/design"),
    Stop("/my/sign-in"),
    Stop("/my/sign-in?failed=login.declined"),
    Stop("/counter/sign-in"),
    Stop("/my", resident),
    Stop("/counter", acceptor),
    Stop("/my/keys", resident),
    Stop("/my/keys/do/begin", resident),
)
