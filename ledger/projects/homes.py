"""In which district a wallet has its voice, and who said so.

Nobody is asked for an address: the district is what the resident says, or a worker who knows them.
So that no voice wanders, it stays for a while once changed, and while a voice stands somewhere.
"""

from __future__ import annotations

from ledger.errors import Refused
from ledger.projects.ground import Ground, now_of
from ledger.projects.values import MOVED_DAYS, Home
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Look
from ledger.store import projects_rounds as rounds
from ledger.store.projects_rounds import HomeRow
from ledger.units import DAY_S


class Homes:
    """Use cases of districts. Safe to call from any thread."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def settle(self, wallet: str, district: str, worker: str) -> Home:
        """The wallet's district from now on; the same again is the same. ``worker``: the key of
        whoever says it for the resident; empty: the resident.

        Raises Rejected: wallet.unknown, home.unknown-district; Refused: home.voice-stands,
        home.moved-lately, vote.other-secret.
        """
        self._ground.require_district(district)
        with self._ground.work.change() as at:
            read_wallet(at, wallet)
            before, now_s = rounds.home(at.operator, wallet), now_of(at)
            if before is not None and before.district == district:
                return _home(wallet, before)
            moved_s = None
            if before is not None:
                moved_s = before.moved_s if worker else self._moved(before, now_s)
                self._require_no_voice(at, wallet)
            row = HomeRow(wallet, district, now_s, worker, moved_s)
            rounds.settle(at.operator, row)
            return _home(wallet, row)

    def read(self, wallet: str) -> Home:
        """Rejected("wallet.unknown")."""
        with self._ground.work.look() as at:
            read_wallet(at, wallet)
            return _home(wallet, rounds.home(at.operator, wallet))

    def districts(self) -> tuple[str, ...]:
        """The districts there are: as the operator named them, else those that had a round."""
        if self._ground.districts:
            return self._ground.districts
        with self._ground.work.look() as at:
            return tuple(rounds.districts(at.operator))

    def _moved(self, before: HomeRow, now_s: int) -> int:
        from_s = _changeable_from_s(before)
        if from_s is not None and now_s < from_s:
            raise Refused("home.moved-lately", from_s=from_s)
        return now_s

    def _require_no_voice(self, at: Look, wallet: str) -> None:
        for row in rounds.uncounted(at.operator):
            voter = self._ground.voter(row, wallet)
            if rounds.voted(at.operator, row.id, voter) is not None:
                raise Refused("home.voice-stands", id=row.id)


def _home(wallet: str, row: HomeRow | None) -> Home:
    if row is None:
        return Home(wallet, "", None, "", None)
    return Home(wallet, row.district, row.said_s, row.said_by, _changeable_from_s(row))


def _changeable_from_s(row: HomeRow) -> int | None:
    return None if row.moved_s is None else row.moved_s + MOVED_DAYS * DAY_S
