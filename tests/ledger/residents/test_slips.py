"""Slips: proved by their seal, paid once however often and wherever they are brought."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.errors import Refused, Rejected
from ledger.redeeming.values import Order, State
from ledger.residents.slips import Taken
from ledger.store.residents_deeds import SlipRow
from tests.ledger.residents.desk import ACCEPTOR, Desk, order_of

HERE = Taken("c-1", "key-1", "1 号窗口")
THERE = Taken("c-2", "key-2", "2 号窗口")


def printed(desk: Desk, order_id: str = "o-1", units: int = 1_500) -> SlipRow:
    """A slip over an order that is held."""
    wallet = desk.wallet()

    def place() -> Order:
        desk.record(order_id, wallet, units, "held")
        return order_of(desk.all.slips, order_id, State.HELD)

    return desk.all.slips.make(order_id, wallet, (ACCEPTOR, units), "key-0", place)[0]


class Till:
    """An order that can be captured once, as the redemption service sees to it."""

    def __init__(self, desk: Desk, row: SlipRow) -> None:
        self.paid: list[str] = []
        self.state = State.HELD
        self._desk = desk
        self._row = row

    def capturing(self, command: str, *, dies: bool = False) -> Callable[[], Order]:
        def capture() -> Order:
            if dies:
                raise KeyboardInterrupt
            if self.state is not State.HELD and command not in self.paid:
                raise Refused("order.not-in-state", id=self._row.order, state=str(self.state))
            if command not in self.paid:
                self.paid.append(command)
                self.state = State.CAPTURED
            return self.order()

        return capture

    def order(self) -> Order:
        return order_of(self._desk.all.slips, self._row.order, self.state)

    def take(self, taken: Taken, *, dies: bool = False) -> Order:
        slips = self._desk.all.slips
        row = slips.find(slips.text(self._row))
        return slips.take(row, self.order(), taken, self.capturing(taken.command_id, dies=dies))


def test_a_slip_is_found_by_what_is_scanned_or_typed(desk: Desk) -> None:
    row = printed(desk)
    text = desk.all.slips.text(row)
    plain = text.replace("-", "").removeprefix("TDS1")

    assert text.startswith("TDS1-")
    for typed in (text, text.lower(), plain, " ".join(plain), f" {text} "):
        assert desk.all.slips.find(typed) == row


def test_a_slip_that_we_did_not_print_is_unknown_and_a_slip_of_the_pen_is_told(desk: Desk) -> None:
    one, other = printed(desk, "o-1"), printed(desk, "o-2")
    slips = desk.all.slips
    mine, theirs = slips.text(one).split("-"), slips.text(other).split("-")
    forged = "-".join([*mine[:3], *theirs[3:]])
    nobodys = desk.seals.slip("o-3", ACCEPTOR, 100)

    for text in (forged, "".join(nobodys)):
        with pytest.raises(Rejected) as error:
            slips.find(text)
        assert (error.value.code, error.value.fields) == ("slip.unknown", {"field": "slip"})
    for text in ("", "TDS1", mine[1] * 4, slips.text(one)[:-1], slips.text(one) + "0"):
        with pytest.raises(Rejected) as error:
            slips.find(text)
        assert (error.value.code, error.value.fields) == ("slip.mistyped", {"field": "slip"})


def test_a_slip_pays_once_and_says_where_it_went_first(both: Desk) -> None:
    desk = both
    row = printed(desk)
    till = Till(desk, row)
    first = till.take(HERE)
    desk.now_s += 3_600
    again = till.take(HERE)
    with pytest.raises(Refused) as twice:
        till.take(THERE)

    assert first == again
    assert till.paid == ["c-1"]
    assert twice.value.code == "slip.taken"
    assert twice.value.fields == {
        "field": "slip", "taken_s": desk.now_s - 3_600, "desk": "1 号窗口",
    }  # fmt: skip


def test_many_desks_at_once_are_paid_once(both: Desk) -> None:
    desk = both
    row = printed(desk)
    till = Till(desk, row)

    def take(number: int) -> str:
        try:
            till.take(Taken(f"c-{number}", "key", f"{number} 号窗口"))
        except Refused as error:
            return error.code
        return "paid"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(take, range(8)))

    assert (said.count("paid"), said.count("slip.taken")) == (1, 7)
    assert len(till.paid) == 1


def test_a_taking_that_died_before_it_paid_is_taken_up_by_whoever_comes_next(desk: Desk) -> None:
    row = printed(desk)
    till = Till(desk, row)
    with pytest.raises(KeyboardInterrupt):
        till.take(HERE, dies=True)
    noted = desk.all.slips.read(row.order)
    till.take(THERE)
    after = desk.all.slips.read(row.order)

    assert (noted.taken_as, noted.taken_at) == ("c-1", "1 号窗口")
    assert till.paid == ["c-2"]
    assert (after.taken_as, after.taken_at) == ("c-2", "2 号窗口")
    with pytest.raises(Refused, match=r"slip\.taken"):
        till.take(HERE)


@pytest.mark.parametrize("state", [State.RELEASED, State.REFUSED, State.RELEASING])
def test_a_slip_whose_order_is_over_is_not_taken(desk: Desk, state: State) -> None:
    row = printed(desk)
    till = Till(desk, row)
    till.state = state
    with pytest.raises(Refused) as over:
        till.take(HERE)

    assert over.value.code == "slip.over"
    assert over.value.fields["state"] == str(state)
    assert desk.all.slips.read(row.order).taken_s is None


def test_an_order_that_is_refused_leaves_no_slip(desk: Desk) -> None:
    def place() -> Order:
        raise Refused("hold.insufficient-points", available_units=0, needed_units=100)

    with pytest.raises(Refused, match=r"hold\.insufficient-points"):
        desk.all.slips.make("o-1", desk.wallet(), (ACCEPTOR, 100), "key-0", place)
    with pytest.raises(Rejected) as gone:
        desk.all.slips.read("o-1")

    assert gone.value.code == "slip.unknown"
