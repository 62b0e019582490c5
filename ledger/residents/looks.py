"""Who looked at a resident's data: recorded before the answer leaves, read by the resident.

Looks of one key at the same thing within a minute are one look, as a page that asks again while an
order is on its way is. The resident's own looks are nobody else's business and not recorded.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import NamedTuple

from ledger.residents.place import Place, require_wallet
from ledger.store import access_keys
from ledger.store import residents_deeds as deeds
from ledger.store.residents_deeds import ViewRow

SAME_LOOK_S = 60
REMEMBERED_MOST = 10_000
WHY_CHARACTERS = 200


class Look(NamedTuple):
    """Whose key looked at what, and the reason that was given."""

    who: str
    role: str
    what: str
    why: str = ""


class Looks:
    """Use cases of views at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._recent: dict[tuple[str, Look], int] = {}
        self._lock = threading.Lock()

    def note(self, wallets: Iterable[str], look: Look) -> None:
        """Records the look at each of these wallets, unless it is the same one."""
        now_s = self._place.now_s()
        fresh = [wallet for wallet in dict.fromkeys(wallets) if self._is_new(wallet, look, now_s)]
        if not fresh:
            return
        with self._place.change() as at:
            key = access_keys.find(at, look.who)
            label = "" if key is None else key.label
            who = (now_s, look.who, look.role, label, look.what, look.why[:WHY_CHARACTERS])
            deeds.add_views(at, [ViewRow(0, wallet, *who) for wallet in fresh])
        with self._lock:
            if len(self._recent) > REMEMBERED_MOST:
                self._recent.clear()
            self._recent.update({(wallet, look): now_s for wallet in fresh})

    def views(self, wallet: str, before: int | None, most: int) -> list[ViewRow]:
        """Who looked at a wallet, newest first; Rejected("wallet.unknown")."""
        with self._place.look() as at:
            require_wallet(at, wallet)
            return deeds.views(at, wallet, before, most)

    def forget(self) -> int:
        """Drops what is older than is kept; how many."""
        with self._place.change() as at:
            return deeds.forget_views(at, self._place.now_s() - self._place.terms.views_kept_s)

    def _is_new(self, wallet: str, look: Look, now_s: int) -> bool:
        with self._lock:
            last = self._recent.get((wallet, look))
        return last is None or not 0 <= now_s - last < SAME_LOOK_S
