"""Slips for desks without network: printed against an order at one acceptor, entered later.

A slip names its order by a code and proves by a seal that we printed it. Taken once it pays once:
the order itself can be captured once, whatever becomes of the process in between. Who brings it
again hears where and when it was taken first. Past its deadline the points go back as any order's.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import NamedTuple

from ledger.errors import Refused, Rejected, TongduiError
from ledger.onetime import CHARACTERS, read_code, show_code
from ledger.redeeming.values import Order, State
from ledger.residents.place import Place
from ledger.store import residents_deeds as deeds
from ledger.store.residents_deeds import SlipRow

MARK = "TDS1"
_GONE = (State.RELEASED, State.RELEASING, State.REFUSED, State.UNDOING)


class Taken(NamedTuple):
    """Where an acceptor says it took a slip."""

    command_id: str
    by: str
    desk: str


class Slips:
    """Use cases of slips at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def make(
        self,
        order_id: str,
        wallet: str,
        terms: tuple[int, int],
        by: str,
        place_order: Callable[[], Order],
    ) -> tuple[SlipRow, Order]:
        """A slip over (acceptor, units), and the order that ``place_order`` places for it.

        Raises what ``place_order`` raises; then there is no slip.
        """
        row = self.blank(order_id, wallet, terms, by)
        with self._place.change() as at:
            if deeds.slip(at, order_id) is None:
                deeds.add_slip(at, row)
        try:
            order = place_order()
        except TongduiError:
            with self._place.change() as at:
                deeds.drop_slip(at, order_id)
            raise
        return self.read(order_id), order

    def blank(self, order_id: str, wallet: str, terms: tuple[int, int], by: str) -> SlipRow:
        """What ``make`` would record."""
        code, _ = self._place.seals.slip(order_id, *terms)
        now_s = self._place.now_s()
        return SlipRow(order_id, code, wallet, *terms, now_s, by, None, None, None, None)

    def read(self, order_id: str) -> SlipRow:
        """The slip of an order; Rejected("slip.unknown")."""
        with self._place.look() as at:
            found = deeds.slip(at, order_id)
        if found is None:
            raise Rejected("slip.unknown", field="order_id")
        return found

    def text(self, row: SlipRow) -> str:
        """What its QR code says, and a person types: ``TDS1-7K3MQ-X2A9D-…``."""
        code, seal = self._place.seals.slip(row.order, row.acceptor, row.units)
        return f"{MARK}-{show_code(code)}-{show_code(seal)}"

    def find(self, typed: str) -> SlipRow:
        """The slip that was scanned or typed, which we printed.

        Raises Rejected: link.code-mistyped's like slip.mistyped, slip.unknown.
        """
        code, seal = _read(typed)
        with self._place.look() as at:
            found = deeds.slip_of_code(at, code)
        if found is None:
            raise Rejected("slip.unknown", field="slip")
        _, ours = self._place.seals.slip(found.order, found.acceptor, found.units)
        if not hmac.compare_digest(seal, ours):
            raise Rejected("slip.unknown", field="slip")
        return found

    def take(self, row: SlipRow, order: Order, taken: Taken, capture: Callable[[], Order]) -> Order:
        """Notes who took it, and captures ``order``; once, and again for the same command.

        Raises Refused: slip.taken, slip.over; and what ``capture`` raises.
        """
        before = row.taken_as
        # Taken by another command, the order still held: that one never got as far as capturing.
        lost = before is not None and order.state is State.HELD
        if before not in (None, taken.command_id) and not lost:
            raise _taken(row)
        if order.state in _GONE and before is None:
            raise Refused("slip.over", state=str(order.state), deadline_s=order.deadline_s)
        if before != taken.command_id:
            what = (self._place.now_s(), taken.by, taken.desk, taken.command_id)
            with self._place.change() as at:
                noted = deeds.take_slip(at, row.order, what, before)
            if not noted:
                raise _taken(self.read(row.order))
        try:
            return capture()
        except Refused as error:
            if error.code == "order.not-in-state":
                raise _taken(self.read(row.order)) from error
            raise


def _taken(row: SlipRow) -> Refused:
    return Refused("slip.taken", field="slip", taken_s=row.taken_s, desk=row.taken_at)


def _read(typed: str) -> tuple[str, str]:
    """(code, seal); Rejected("slip.mistyped")."""
    plain = "".join(typed.split()).upper().removeprefix(MARK).replace("-", "")
    if len(plain) != 2 * CHARACTERS:
        raise Rejected("slip.mistyped", field="slip")
    try:
        return read_code(plain[:CHARACTERS]), read_code(plain[CHARACTERS:])
    except Rejected as error:
        raise Rejected("slip.mistyped", field="slip") from error
