"""The public sums, for the API and the start page, at most a second old.

Everybody may ask for them, so they are worked out once a second and not once a request.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from api.directory import Directory
from api.reading import Projection
from api.shapes import Amount, moment
from api.totals.schemas import SchemeShape, TotalsShape
from api.windows.schemas import PositionShape
from ledger.redeeming.ports import Redemption
from ledger.refusals import Lang

KEPT_S = 1.0


class Counting:
    """Works the totals out. Safe to call from any thread."""

    def __init__(
        self,
        service: Redemption,
        projection: Projection,
        directory: Directory,
        clock: Callable[[], float],
    ) -> None:
        """``clock`` gives seconds that never go back."""
        self._service = service
        self._projection = projection
        self._directory = directory
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[Lang, tuple[float, TotalsShape]] = {}

    def totals(self, lang: Lang) -> TotalsShape:
        """The sums, with members' names in that language."""
        with self._lock:
            now = self._clock()
            made_at, kept = self._kept.get(lang, (0.0, None))
            if kept is None or now - made_at >= KEPT_S:
                kept = self._count(lang)
                self._kept[lang] = (now, kept)
            return kept

    def _count(self, lang: Lang) -> TotalsShape:
        sums = self._projection.sums()
        orders = dict(self._service.totals().by_state)
        positions = sums.positions if sums is not None else {}
        return TotalsShape(
            block=None if sums is None else sums.at.block,
            as_of=None if sums is None else moment(sums.at.time_s),
            schemes=[]
            if sums is None
            else [
                SchemeShape.of(totals, *self._called(totals.issuer, lang))
                for totals in sums.issuers
            ],
            window=None if sums is None or sums.window is None else sums.window.number,
            positions=[
                PositionShape(member=member, amount=Amount.of(units))
                for member, units in positions.items()
            ],
            positions_sum=Amount.of(sum(positions.values())),
            orders=orders,
        )

    def _called(self, member: int, lang: Lang) -> tuple[str, str]:
        row = self._directory.members().get(member)
        code = str(member) if row is None else row.code
        return code, self._directory.name(member, lang) or code
