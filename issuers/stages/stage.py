"""What a stage of the screening is: it looks at deeds and says which of them a person has to see.

A stage is asked about deeds that the standard would let pass, many at once, together with what is
known of earlier ones. It never rejects and never cuts: it passes a deed over in silence, or doubts
it and shows why. A person decides. Pure: no store, no chain, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from issuers.standard.catalogue import Activity


class Deed(NamedTuple):
    """What somebody did, as far as a stage may know it. Times are seconds since 1970 UTC."""

    row: int
    """Of the inbox; in a file's preview, the file's line."""
    member: str
    activity: int
    day: int
    """Since 1970, in Beijing."""
    began_s: int | None
    ended_s: int | None
    checker: str
    spot: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person has to look. ``reason`` stands in ``issuers.reasons``.

    ``evidence`` is JSON: rows by their number, times, counts and limits, never a member's name; who
    may see more finds it by the rows.
    """

    reason: str
    evidence: Mapping[str, Any]


class Certified(NamedTuple):
    """Deeds that one checker certified on one day."""

    checker: str
    activity: int
    day: int


class Past(Protocol):
    """What is known of deeds that came before and were not refused."""

    def certified(
        self, checkers: Iterable[str], first_day: int, last_day: int
    ) -> dict[Certified, int]:
        """How many deeds these checkers certified."""
        ...

    def timed(self, members: Iterable[str], first_day: int, last_day: int) -> list[Deed]:
        """Deeds of these members that have a beginning and an end."""
        ...


class Stage(Protocol):
    """One way of looking."""

    def look(
        self, deeds: Sequence[Deed], past: Past, activities: Mapping[int, Activity]
    ) -> dict[int, list[Doubt]]:
        """Doubts by the deed's row; a deed without any is not named. ``deeds`` stand in the order
        of their coming and are not part of ``past``; ``activities`` are the standard's, by id."""
        ...
