"""What members are called: by the settings where they say so, else by their code on the chain.

Members change seldom and are shown on every page, so they are kept for a few seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from api.reading import Projection
from api.settings import Name
from ledger.index.rows import MemberRow
from ledger.refusals import Lang, MemberName

KEPT_S = 5.0


class Directory:
    """Names by member number. Safe to call from any thread."""

    def __init__(
        self, projection: Projection, names: Mapping[str, Name], clock: Callable[[], float]
    ) -> None:
        """``clock`` gives seconds that never go back; ``names`` are by code."""
        self._projection = projection
        self._names = names
        self._clock = clock
        self._lock = threading.Lock()
        self._rows: dict[int, MemberRow] = {}
        self._read_at: float | None = None

    def members(self) -> dict[int, MemberRow]:
        """All members by number, at most a few seconds old."""
        with self._lock:
            now = self._clock()
            if self._read_at is None or now - self._read_at >= KEPT_S:
                self._rows = {row.member: row for row in self._projection.members()}
                self._read_at = now
            return self._rows

    def name(self, member: int, lang: Lang) -> str | None:
        """A member's name, its code where nobody gave it one, None for a number of nobody's."""
        row = self.members().get(member)
        if row is None:
            return None
        given = self._names.get(row.code)
        return row.code if given is None else (given.zh if lang == "zh" else given.en)

    def in_language(self, lang: Lang) -> MemberName:
        """The names as sentences about errors take them."""
        return lambda member: self.name(member, lang)
