"""What an adapter's author supplies for the suite: a test system, and handles on what it does.

The outside system answers the adapter as the real one would, over HTTP or as files. The suite asks
the stage to make things happen there and compares what the adapter tells. Faults of the wire (busy,
away, an answer lost) need nothing from the stage: where the source is reached over HTTP, the suite
stands in between. Pure: protocols and values only.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from issuers.adapter import IssuerAdapter, Source


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happened, as a faithful adapter has to tell it: ``quantity`` in the activity's
    smallest unit, ``occurred`` as exactly as the source shows it."""

    event_id: str
    member_id: str
    activity_code: str
    quantity: int
    occurred: datetime


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A bad row that the source shows, and why a faithful adapter has to reject it."""

    reason_code: str
    what: str
    """How it is spoilt, for the report."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What is left of an event once the source has taken some of it back."""

    event_id: str
    new_quantity: int


@runtime_checkable
class Stage(Protocol):
    """One outside system under the suite's hands. A handle that the system has no use for says so
    by its answer, and the checks that need it then do not apply."""

    @property
    def source(self) -> Source:
        """How an adapter reaches the system; ``url`` as it is without the suite in between."""

    @property
    def scheme(self) -> str:
        """The scheme's code in the certification standard."""

    def happen(self, count: int, again: int = 0) -> list[Deed]:
        """``count`` new deeds of members are shown from now on, in no order of time; the first
        ``again`` of them are shown twice, the second time written in another form if there is
        one. The system numbers them itself."""

    def spoil(self) -> list[Spoilt]:
        """One bad row of each kind that the system is known for is shown from now on."""

    def take_back(self, event_id: str) -> TakenBack | None:
        """The system takes some or all of an event back and shows that; None where none ever is."""

    def spend(self, event_id: str) -> bool:
        """The member uses the event in the system's own shop; whether the shop allowed it."""

    def member(self) -> str:
        """A member for whom credits are taken; another one each time."""

    def shut_out(self, member_id: str) -> None:
        """From now on the system refuses every credit for the member, for good."""

    def native_points(self, member_id: str) -> int:
        """Points that were credited to the member by exchange."""

    def wear_out_login(self) -> bool:
        """Logins given until now are worth nothing; False where every request carries the key."""

    def change_layout(self, *, changed: bool) -> bool:
        """Whether what the system shows has other names for its fields from now on; False where it
        has no layout to change."""

    def restart(self) -> bool:
        """Ends the system without warning and starts it again at the same address; False where
        there is nothing to restart."""


@runtime_checkable
class CallingStage(Stage, Protocol):
    """A system that calls the adapter instead of being asked."""

    def waiting(self) -> int:
        """Calls that are due and not yet answered with 2xx."""

    def today(self) -> date:
        """The day that it is in the system, from which ``replay`` counts."""

    def call(self, message_id: str, body: bytes, at_s: int) -> Mapping[str, str]:
        """The headers under which the system would send this body at that second: genuine, and
        signed with the secret of its subscription."""


class Candidate(Protocol):
    """A module that is put to the test."""

    def open_adapter(self, source: Source) -> IssuerAdapter:
        """The adapter, connected to ``source``."""

    def conformance_source(self) -> AbstractContextManager[Stage]:
        """Its test system, running while inside."""
