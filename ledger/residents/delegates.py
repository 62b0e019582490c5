"""Family delegates (家人代兑): registered by the resident, each with a card of its own, and limits.

The delegate's card and PIN are made for this one principal and open nothing else; the principal's
own are never lent. Each use is told to the principal, who ends the delegation at once.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from ledger.errors import Rejected
from ledger.redeeming.workplace import check_id
from ledger.residents.cards import Cards, Fresh, Wanted
from ledger.residents.place import Place, require_wallet
from ledger.residents.rules import Holder
from ledger.store import residents_people as people
from ledger.store.engine import Connection
from ledger.store.residents_people import DelegationRow


class Granted(NamedTuple):
    """What a resident lets somebody of the family do. No acceptors: any."""

    wallet: str
    relation: str
    order_units: int
    month_units: int
    acceptors: tuple[int, ...]
    until_s: int
    contact: str | None = None


class Delegates:
    """Use cases of delegations at one place."""

    def __init__(self, place: Place, making: Cards) -> None:
        self._place = place
        self._making = making

    def register(self, command_id: str, granted: Granted, by: str) -> tuple[DelegationRow, Fresh]:
        """The delegation with its card; the same for the same command.

        Raises Rejected: wallet.unknown, resident.until-past.
        """
        check_id(command_id)
        now_s = self._place.now_s()
        with self._place.change() as at:
            require_wallet(at, granted.wallet)
            found = people.delegation(at, command_id)
            if found is None:
                if granted.until_s <= now_s:
                    raise Rejected("resident.until-past", field="until")
                found = DelegationRow(
                    command_id, granted.wallet, granted.relation, granted.order_units,
                    granted.month_units, json.dumps(granted.acceptors), now_s, granted.until_s,
                    None,
                )  # fmt: skip
                people.add_delegation(at, found)
            wanted = Wanted(
                granted.wallet, Holder.DELEGATE, by, command_id, granted.until_s, granted.contact
            )
            return found, self._making.issue(at, command_id, wanted)

    def read(self, delegation_id: str) -> DelegationRow:
        """Rejected("resident.delegation-unknown")."""
        with self._place.look() as at:
            return _delegation(at, delegation_id)

    def of_wallet(self, wallet: str) -> list[DelegationRow]:
        """All of a wallet's, ended ones too; Rejected("wallet.unknown")."""
        with self._place.look() as at:
            require_wallet(at, wallet)
            return people.delegations(at, wallet)

    def revoke(self, delegation_id: str) -> DelegationRow:
        """Ends it at once; its sessions and its card open nothing any more."""
        with self._place.change() as at:
            _delegation(at, delegation_id)
            people.revoke(at, delegation_id, self._place.now_s())
            return _delegation(at, delegation_id)


def acceptors_of(row: DelegationRow) -> tuple[int, ...]:
    """Where it may be used; empty: anywhere."""
    return tuple(json.loads(row.acceptors))


def _delegation(at: Connection, name: str) -> DelegationRow:
    found = people.delegation(at, name)
    if found is None:
        raise Rejected("resident.delegation-unknown", id=name)
    return found
