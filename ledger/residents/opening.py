"""A wallet opened at a desk: identity shown, one consent, a card, a guardian where it is a child's.

That a document was shown, and to which worker, is kept; the document never, nor a name.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import Rejected
from ledger.residents.cards import Cards, Fresh, Wanted
from ledger.residents.place import Place, require_wallet
from ledger.residents.rules import Holder, guardian_until
from ledger.store import residents_people as people
from ledger.store.residents_people import OpeningRow
from ledger.units import month_of, start_of_month


class Guardian(NamedTuple):
    """Of a child: how related, and the child's month of birth, which is not kept."""

    relation: str
    birth_month: int


class Asked(NamedTuple):
    """What the resident agreed to at the desk."""

    wallet: str
    by: str
    consent_version: int
    guardian: Guardian | None
    contact: str | None


class Opening:
    """Use cases of openings at one place."""

    def __init__(self, place: Place, making: Cards) -> None:
        self._place = place
        self._making = making

    def check(self, guardian: Guardian | None) -> None:
        """Rejected("resident.not-a-child") before anything is made."""
        if guardian is not None:
            guardian_until(guardian.birth_month, month_of(self._place.now_s()))

    def open(self, command_id: str, asked: Asked) -> Fresh:
        """The card of a wallet that was just made; the same for the same command.

        Raises Rejected: wallet.unknown, resident.not-a-child, order.id-reused.
        """
        now_s = self._place.now_s()
        until = None
        if asked.guardian is not None:
            until = guardian_until(asked.guardian.birth_month, month_of(now_s))
        relation = None if asked.guardian is None else asked.guardian.relation
        with self._place.change() as at:
            require_wallet(at, asked.wallet)
            if people.opening(at, asked.wallet) is None:
                row = (asked.wallet, asked.by, now_s, asked.consent_version, relation, until)
                people.add_opening(at, OpeningRow(*row, asked.contact))
            wanted = Wanted(
                asked.wallet,
                Holder.RESIDENT if until is None else Holder.GUARDIAN,
                asked.by,
                until_s=None if until is None else start_of_month(until),
                contact=asked.contact,
            )
            return self._making.issue(at, command_id, wanted)

    def read(self, wallet: str) -> OpeningRow:
        """How it was opened; Rejected("wallet.unknown") where that was not at a desk."""
        with self._place.look() as at:
            found = people.opening(at, wallet)
        if found is None:
            raise Rejected("wallet.unknown", id=wallet)
        return found
