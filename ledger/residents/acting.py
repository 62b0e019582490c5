"""Orders placed at a desk: who placed them, within which limits, and who is told.

An act is recorded before its order is placed, so that two orders at once never take one limit
twice; if the order does not come about the act is dropped, and if the process died in between it
counts for an hour and no longer. What an order did not take in the end counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.errors import OutcomeUnknown, Refused, TongduiError
from ledger.residents.delegates import acceptors_of
from ledger.residents.messages import USED
from ledger.residents.place import Place
from ledger.residents.rules import LOST_AFTER_S
from ledger.residents.sittings import Sitting
from ledger.store import residents_deeds as deeds
from ledger.store import residents_people as people
from ledger.store.engine import Connection
from ledger.store.residents_deeds import ActRow, MessageRow
from ledger.store.residents_people import DelegationRow
from ledger.units import day_of, month_of, points_text


class Acting:
    """Use cases of acts at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @contextmanager
    def order(
        self, sitting: Sitting, order_id: str, acceptor: int, units: int, *, dry_run: bool = False
    ) -> Iterator[None]:
        """Inside, the order is placed. Raises Refused: resident.order-limit,
        resident.period-limit, resident.acceptor-not-allowed; and what is raised inside."""
        if dry_run:
            with self._place.look() as at:
                if deeds.act(at, order_id) is None:
                    self._judge(at, sitting, acceptor, units)
            yield
            return
        self._record(sitting, order_id, acceptor, units)
        try:
            yield
        except OutcomeUnknown:
            raise
        except TongduiError:
            with self._place.change() as at:
                deeds.drop_act(at, order_id)
            raise
        self._place.post.deliver()

    def act(self, order_id: str) -> ActRow | None:
        """Who placed that order, where it was at a desk."""
        with self._place.look() as at:
            return deeds.act(at, order_id)

    def acts(self, wallet: str, before: int | None, most: int) -> list[ActRow]:
        """Orders placed at desks for a wallet, newest first."""
        with self._place.look() as at:
            return deeds.acts(at, wallet, before, most)

    def messages(self, wallet: str, before: int | None, most: int) -> list[MessageRow]:
        """What the resident was told, newest first."""
        with self._place.look() as at:
            return deeds.messages(at, wallet, before, most)

    def _record(self, sitting: Sitting, order_id: str, acceptor: int, units: int) -> None:
        now_s = self._place.now_s()
        with self._place.change() as at:
            if deeds.act(at, order_id) is not None:
                return
            deeds.drop_lost_acts(at, now_s - LOST_AFTER_S)
            self._judge(at, sitting, acceptor, units)
            granted = sitting.delegation
            deeds.add_act(
                at,
                ActRow(
                    0, order_id, sitting.wallet, sitting.id, sitting.worker,
                    None if granted is None else granted.id, acceptor, units, now_s,
                    day_of(now_s), month_of(now_s),
                ),
            )  # fmt: skip
            if granted is not None:
                self._tell(at, granted, order_id, acceptor, units)

    def _judge(self, at: Connection, sitting: Sitting, acceptor: int, units: int) -> None:
        now_s, terms = self._place.now_s(), self._place.terms
        _within_order(terms.order_units, units)
        taken = deeds.spent_on_day(at, sitting.wallet, day_of(now_s))
        _within_period(terms.day_units - taken, units)
        granted = sitting.delegation
        if granted is None:
            return
        allowed = acceptors_of(granted)
        if allowed and acceptor not in allowed:
            raise Refused("resident.acceptor-not-allowed", field="acceptor", acceptor=acceptor)
        _within_order(granted.order_units, units)
        taken = deeds.spent_by_delegate(at, granted.id, month_of(now_s))
        _within_period(granted.month_units - taken, units)

    def _tell(
        self, at: Connection, granted: DelegationRow, order_id: str, acceptor: int, units: int
    ) -> None:
        opening = people.opening(at, granted.wallet)
        contact = None if opening is None else opening.contact
        words = _words(granted.relation, acceptor, units)
        name = f"used-{order_id}"
        self._place.post.record(at, name, granted.wallet, contact, USED, words, order_id)


def _within_order(most_units: int, asked_units: int) -> None:
    if asked_units > most_units:
        told = {"left_units": most_units, "asked_units": asked_units}
        raise Refused("resident.order-limit", field="units", **told)


def _within_period(left_units: int, asked_units: int) -> None:
    if asked_units > left_units:
        told = {"left_units": max(0, left_units), "asked_units": asked_units}
        raise Refused("resident.period-limit", field="units", **told)


def _words(relation: str, acceptor: int, units: int) -> str:
    points = points_text(units)
    return (
        f"您登记的代兑人（{relation}）刚在 {acceptor} 号承兑方下单 {points} 积分。"
        "不是您的意思，请立即到社区服务点撤销代兑。"
        f"Your delegate ({relation}) has just ordered for {points} points at acceptor {acceptor}. "
        "If you did not want that, have the delegation ended at once."
    )
