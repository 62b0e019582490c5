"""The stage of an office without any system: the suite's checks that need one do not apply.

What is left are the duties that hold for every adapter: its shape, and that it never takes a credit
which nobody writes down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import NoReturn

from issuers.adapter import Source
from issuers.conformance.stage import Deed, Spoilt, Stage, TakenBack
from issuers.conformance.trial import not_applicable


class NoSystem:
    """Shows nothing, and refuses every credit."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.source = Source("", "", "", extra={"scheme": scheme})
        self._members = count(1)
        self._shut_out: set[str] = set()

    def happen(self, count: int, again: int = 0) -> list[Deed]:  # noqa: ARG002
        """Not here."""
        self._none()

    def spoil(self) -> list[Spoilt]:
        """Not here."""
        self._none()

    def take_back(self, event_id: str) -> TakenBack | None:  # noqa: ARG002
        """Not here."""
        self._none()

    def spend(self, event_id: str) -> bool:  # noqa: ARG002
        """There is no shop."""
        return False

    def member(self) -> str:
        """Somebody for whom, as for all, no credit is taken."""
        return f"member {next(self._members)}"

    def shut_out(self, member_id: str) -> None:
        """As everybody is."""
        self._shut_out.add(member_id)

    def native_points(self, member_id: str) -> int:
        """None of those who are refused; nobody else has any here either."""
        if member_id not in self._shut_out:
            not_applicable("该单位不由程序入账", "no program credits anybody here")
        return 0

    def wear_out_login(self) -> bool:
        """There is no login."""
        return False

    def change_layout(self, *, changed: bool) -> bool:  # noqa: ARG002
        """There is no layout."""
        return False

    def restart(self) -> bool:
        """There is nothing to restart."""
        return False

    def _none(self) -> NoReturn:
        not_applicable("该单位没有系统", "the office has no system")


@contextmanager
def nothing_there(scheme: str) -> Iterator[Stage]:
    """The stage of a scheme."""
    yield NoSystem(scheme)
