"""What was measured, in which unit, and whether it keeps what is asked of it.

Times vary from run to run on a shared machine, so a figure holds every repeat and is judged by its
median; gas does not vary, and has one value. Knows nothing of how anything is measured.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

Told: TypeAlias = Callable[[], None]
"""Called once for each step done, for a progress bar."""


class Unit(StrEnum):
    """Of a figure's values."""

    GAS = "gas"
    AWARDS_PER_S = "awards/s"
    ORDERS_PER_S = "orders/s"
    EVENTS_PER_S = "events/s"
    ROWS_PER_S = "rows/s"
    MICROSECONDS = "µs"
    MILLISECONDS = "ms"
    SECONDS = "s"
    MEBIBYTES = "MiB"
    PERCENT = "%"
    PIECES = "×"


class Words(NamedTuple):
    """One label in both languages."""

    zh: str
    en: str


class Limit(NamedTuple):
    """What is asked of a figure: at most, or at least, so much in its unit."""

    value: float
    at_least: bool = False

    def kept(self, value: float) -> bool:
        """Whether a value is on the right side; the limit itself is."""
        return value >= self.value if self.at_least else value <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:,.0f}"


@dataclass(frozen=True)
class Figure:
    """One thing measured. ``name`` is stable, dotted, and unique in a run."""

    name: str
    words: Words
    unit: Unit
    values: tuple[float, ...]
    """One for each repeat, in the order in which they were measured; at least one."""
    limit: Limit | None = None

    @property
    def least(self) -> float:
        """The smallest repeat."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The middle repeat: what is quoted, and what is held against the limit."""
        return statistics.median(self.values)

    @property
    def most(self) -> float:
        """The largest repeat."""
        return max(self.values)

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None where nothing is asked."""
        return None if self.limit is None else self.limit.kept(self.median)

    def shown(self) -> dict[str, Any]:
        """As ``var/bench.json`` has it."""
        limit = None if self.limit is None else self.limit._asdict()
        spread = {"min": self.least, "median": self.median, "max": self.most}
        return {
            "name": self.name,
            "zh": self.words.zh,
            "en": self.words.en,
            "unit": str(self.unit),
            **{name: round(value, 2) for name, value in spread.items()},
            "repeats": len(self.values),
            "limit": limit,
            "kept": self.kept,
        }


def gas(name: str, zh: str, en: str, value: float, most: float | None = None) -> Figure:
    """A figure in gas, which one run measures exactly; ``most`` is its limit."""
    limit = None if most is None else Limit(most)
    return Figure(name, Words(zh, en), Unit.GAS, (value,), limit)
