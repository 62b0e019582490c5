"""Orders in lists and sums, and whom an issuer's agent credits for an exchange. Reads only."""

from __future__ import annotations

from ledger.errors import Rejected
from ledger.redeeming.quote import exchange_step
from ledger.redeeming.reading import read_orders
from ledger.redeeming.seeing import indexed
from ledger.redeeming.values import ExchangeCredit, Page, Purpose, State, Totals
from ledger.redeeming.workplace import Workplace, cursor_at
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store.operator_orders import Filter, OrderRow

_HOLDING = (State.HELD, State.CAPTURING, State.RELEASING)
_TAKEN = (State.CAPTURED, State.REFUNDING, State.REFUNDED)


class Lists:
    """Reading use cases at one workplace."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def page(
        self,
        cursor: int | None,
        most: int,
        chosen: tuple[str | None, int | None, State | None, Purpose | None],
    ) -> Page:
        """Orders of (wallet, acceptor, state, purpose), newest first, before number ``cursor``."""
        with self._work.look() as at:
            rows = orders.page(at.operator, Filter(*chosen), cursor, most)
            found = read_orders(at.operator, at.projection, rows, cursor_at(at))
        return Page(tuple(found), rows[-1].seq if len(rows) == most else None)

    def totals(self) -> Totals:
        """Of final states."""
        with self._work.look() as at:
            by_state = orders.counts(at.operator)
        found = {State(name): counted for name, counted in by_state.items()}
        return Totals(
            by_state={state: counted.orders for state, counted in found.items()},
            held_units=sum(found[s].units for s in _HOLDING if s in found),
            captured_units=sum(counted.captured_units for counted in found.values()),
            refunded_units=sum(counted.refunded_units for counted in found.values()),
            given_units=found[State.GIVEN].given_units if State.GIVEN in found else 0,
        )

    def exchange_for(self, hold_id: bytes) -> ExchangeCredit:
        """The account with the accepting issuer in the wallet that the hold's order is of.

        Rejected("order.no-exchange") for any other hold.
        """
        with self._work.look() as at:
            hold = orders.hold(at.operator, hold_id)
            row = orders.find(at.operator, hold.order) if hold else None
            if hold is None or row is None or row.purpose != Purpose.EXCHANGE:
                raise Rejected("order.no-exchange", hold_id=hold_id)
            account = next(
                (
                    a.account
                    for a in wallets.accounts(at.operator, row.wallet or "")
                    if a.issuer == row.acceptor
                ),
                None,
            )
            registry, _ = self._work.rules.at(at.projection, indexed(at.projection).block)
        if account is None:
            raise Rejected("order.no-exchange", hold_id=hold_id)
        return self._credit(
            row, hold_id, account, hold.units, exchange_step(registry, row.acceptor)
        )

    def _credit(
        self, row: OrderRow, hold_id: bytes, account: bytes, units: int, step: int
    ) -> ExchangeCredit:
        points = units // step if step else 0
        return ExchangeCredit(hold_id, row.id, row.acceptor, account, units, points)
