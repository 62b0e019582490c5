"""What one service serves from: its season, the day it has reached, and its file of marks.

Shared by the six services; each adds its own login, format and habits. Knows no HTTP.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter

from issuers.sandbox import season
from issuers.sandbox.credentials import Credentials, read_or_make
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.people import residents
from issuers.sandbox.season import Row, Spec
from issuers.sandbox.state import State

_ROW = TypeAdapter(Row)


@dataclass
class World:
    """One scheme's side of a season."""

    scheme: Scheme
    spec: Spec
    state: State
    credentials: Credentials
    has_layout: bool = False
    """Whether the service can show other names for its fields."""
    layout_changed: bool = False
    """Whether it does so now."""
    forget_logins: list[Callable[[], None]] = field(default_factory=list)
    """What ends every login given until now; empty where each request carries the key."""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the season and those added to it, those shown first in front."""
        planned = season.rows(self.spec, self.scheme) if self.spec.events else ()
        return planned + tuple(_ROW.validate_json(row) for row in self.state.happened())

    def add(self, rows: Sequence[Row]) -> None:
        """More than the season has. ValueError where something would be shown after them."""
        last = max((row.visible_on for row in self.rows), default=date.min)
        if any(row.visible_on < last for row in rows):
            raise ValueError("the season is not over")
        self.state.add_happened(_ROW.dump_json(row).decode() for row in rows)
        for name in ("rows", "_days", "_first_shown", "_owners"):
            self.__dict__.pop(name, None)

    @cached_property
    def members(self) -> frozenset[str]:
        """Ids of the scheme's members."""
        people = residents(self.spec.seed, self.spec.residents)
        return frozenset(p.members[self.scheme] for p in people if self.scheme in p.members)

    @property
    def today(self) -> date:
        """The service's day; the eve of the season until somebody moves it."""
        return self.state.today(self.spec.first - timedelta(days=1))

    def visible(self) -> tuple[Row, ...]:
        """The rows that an export shows today: always a beginning of ``rows``."""
        return self.rows[: bisect_right(self._days, self.today)]

    def knows(self, event_id: str) -> bool:
        """Whether the event is in the books by today."""
        shown = self._first_shown.get(event_id)
        return shown is not None and shown <= self.today

    def owner(self, event_id: str) -> str:
        """The member whose event it is."""
        return self._owners[event_id]

    @cached_property
    def _days(self) -> list[date]:
        return [row.visible_on for row in self.rows]

    @cached_property
    def _first_shown(self) -> dict[str, date]:
        return {row.event_id: row.visible_on for row in reversed(self.rows)}

    @cached_property
    def _owners(self) -> dict[str, str]:
        return {row.event_id: row.event.member_id for row in self.rows}


def open_world(scheme: Scheme, spec: Spec, data: Path) -> World:
    """The scheme's world from its folder, as the last run left it."""
    state = State(data / f"{scheme}.sqlite")
    return World(scheme, spec, state, read_or_make(data, scheme))
