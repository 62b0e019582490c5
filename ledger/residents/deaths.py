"""A resident's death: reported, heirs have their time, then what is left goes to the fund.

The rule is the operator's, stated beforehand; points are no estate that is paid out. From the
report on nothing of the wallet's opens any more but the heir's card, until the day that stands in
the report. What an account's own key guards nobody can give: it expires.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

from ledger.errors import Refused, Rejected
from ledger.redeeming.values import Balance, Order
from ledger.redeeming.workplace import check_id
from ledger.residents.cards import Cards, Fresh, Wanted
from ledger.residents.place import Place, require_wallet
from ledger.residents.rules import Holder
from ledger.store import residents_cards as cards
from ledger.store import residents_people as people
from ledger.store.engine import Connection
from ledger.store.residents_people import DeathRow


class Stage(enum.StrEnum):
    """Where a report stands."""

    REPORTED = "reported"
    WITHDRAWN = "withdrawn"
    """It was a mistake."""
    GIVEN = "given"
    """What was left went to the fund."""


def stage_of(row: DeathRow) -> Stage:
    """Where it stands."""
    if row.withdrawn_s is not None:
        return Stage.WITHDRAWN
    return Stage.REPORTED if row.given_s is None else Stage.GIVEN


class Deaths:
    """Use cases of deaths at one place."""

    def __init__(self, place: Place, making: Cards) -> None:
        self._place = place
        self._making = making

    def report(self, command_id: str, wallet: str, by: str) -> DeathRow:
        """Ends cards, sessions and delegations; the same for the same command.

        Raises Rejected("wallet.unknown"), Refused("resident.death-known").
        """
        check_id(command_id)
        with self._place.change() as at:
            require_wallet(at, wallet)
            found = people.death(at, command_id)
            if found is not None:
                return found
            other = people.death_of(at, wallet)
            if other is not None:
                raise Refused("resident.death-known", id=other.id)
            now_s = self._place.now_s()
            due_s = now_s + self._place.terms.heirs_s
            row = DeathRow(command_id, wallet, by, now_s, due_s, None, None, None)
            people.add_death(at, row)
            for card in cards.of_wallet(at, wallet):
                cards.end(at, card.id, now_s)
            people.revoke_all(at, wallet, now_s)
            cards.end_sessions(at, wallet, now_s)
            return row

    def read(self, death_id: str) -> DeathRow:
        """Rejected("resident.death-unknown")."""
        with self._place.look() as at:
            return _death(at, death_id)

    def heir(self, command_id: str, death_id: str, by: str, contact: str | None) -> Fresh:
        """A card for whom a second worker saw to be the heir, good until the day of the report.

        Raises Rejected("resident.death-unknown"); Refused: resident.same-worker,
        resident.death-over, resident.heir-known.
        """
        with self._place.change() as at:
            row = _death(at, death_id)
            if row.heir_card not in (None, command_id):
                raise Refused("resident.heir-known", id=death_id)
            if row.reported_by == by:
                raise Refused("resident.same-worker", id=death_id)
            _require_open(row)
            if row.due_s <= self._place.now_s():
                raise Refused("resident.death-over", id=death_id, state="due")
            wanted = Wanted(row.wallet, Holder.HEIR, by, None, row.due_s, contact)
            made = self._making.issue(at, command_id, wanted)
            people.note_heir(at, death_id, command_id)
            return made

    def withdraw(self, death_id: str) -> DeathRow:
        """It was a mistake: the resident gets a card again as whoever lost one.

        Raises Rejected("resident.death-unknown"), Refused("resident.death-over").
        """
        with self._place.change() as at:
            row = _death(at, death_id)
            if row.withdrawn_s is None:
                _require_open(row)
                people.end_death(at, death_id, "withdrawn_s", self._place.now_s())
                if row.heir_card is not None:
                    cards.end(at, row.heir_card, self._place.now_s())
            return _death(at, death_id)

    def give(
        self,
        death_id: str,
        units: int | None,
        known: Order | None,
        balance: Callable[[str], Balance],
        donate: Callable[[str, int], Order],
    ) -> tuple[DeathRow, Order | None]:
        """Gives what is left, or ``units`` of it where a cap on chain allows no more at a time, to
        the fund; the report ends once nothing is left. ``known``: what this command gave before.

        Raises Rejected("resident.death-unknown"); Refused: resident.death-early,
        resident.death-over; and what ``donate`` raises.
        """
        row, order = self.read(death_id), known
        if stage_of(row) is Stage.GIVEN:
            return row, order
        _require_open(row)
        if self._place.now_s() < row.due_s:
            raise Refused("resident.death-early", due_s=row.due_s)
        free = _free(balance(row.wallet))
        if order is None and free > 0:
            order = donate(row.wallet, free if units is None else min(units, free))
            free = _free(balance(row.wallet))
        if free <= 0 and (order is None or order.confirmed):
            with self._place.change() as at:
                people.end_death(at, death_id, "given_s", self._place.now_s())
        return self.read(death_id), order


def _free(left: Balance) -> int:
    """Units that no order on its way will take."""
    return left.total_units - left.asked_units


def _death(at: Connection, name: str) -> DeathRow:
    found = people.death(at, name)
    if found is None:
        raise Rejected("resident.death-unknown", id=name)
    return found


def _require_open(row: DeathRow) -> None:
    if stage_of(row) is not Stage.REPORTED:
        raise Refused("resident.death-over", id=row.id, state=str(stage_of(row)))
