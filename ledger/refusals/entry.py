"""One entry of the table: a stable code, what went wrong, what to do, in both languages.

An entry says everything about a code that is not a value: its kind in the error tree, the HTTP
status, the contract's error that it stands for, and the names of its fields in order. It knows no
chain, no HTTP and no rendering.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, TongduiError, Unavailable

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")
"""Chinese first: it is what residents and clerks read."""

STATUS_BY_KIND: dict[type[TongduiError], int] = {
    Rejected: 422,
    Refused: 409,
    Unavailable: 503,
    OutcomeUnknown: 504,
    Broken: 500,
}
"""HTTP status of a kind, where the entry names no other."""

_SAYS = re.compile(r"(\w*)\((\w*(?:, \w+)*)\)")


@dataclass(frozen=True, slots=True)
class Words:
    """A cause and its cure in one language; ``{field}`` stands for a value."""

    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is fixed about one code."""

    code: str
    kind: type[TongduiError]
    contract_error: str
    """Name of the Solidity error that it stands for; empty where no contract says it."""
    fields: tuple[str, ...]
    """Names in the contract's order, units last."""
    words: dict[Lang, Words]
    http_status: int

    @property
    def area(self) -> str:
        """The code's first part."""
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Area:
    """Entries whose codes begin with ``name``, under one heading."""

    name: str
    titles: dict[Lang, str]
    entries: tuple[Entry, ...]


def entry(
    code: str,
    kind: type[TongduiError],
    says: str = "()",
    *,
    zh: str,
    zh_cure: str,
    en: str,
    en_cure: str,
    http_status: int = 0,
) -> Entry:
    """``says`` is the contract's error with our names for its values, such as
    ``ZeroUnits()``; without a name in front, only the fields: ``(path, why)``."""
    parts = _SAYS.fullmatch(says)
    assert parts is not None, says
    return Entry(
        code,
        kind,
        parts[1],
        tuple(parts[2].split(", ")) if parts[2] else (),
        {"zh": Words(zh, zh_cure), "en": Words(en, en_cure)},
        http_status or STATUS_BY_KIND[kind],
    )


def area(name: str, zh: str, en: str, *entries: Entry) -> Area:
    """An area of the table; every code must carry its name."""
    assert all(one.area == name for one in entries), name
    return Area(name, {"zh": zh, "en": en}, entries)
