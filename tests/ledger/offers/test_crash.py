"""Killed at any move of offers, tickets and applications and started again, a day ends the same."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest

from ledger.faults import machines
from ledger.offers.values import ApplicationState, OfferState, TicketState
from ledger.store.offers_tables import APPLICATION, OFFER, TICKET
from tests.ledger.offers.crash_program import play
from tests.ledger.offers.stand import ACCEPTOR, stand

pytestmark = pytest.mark.slow
POINTS = [point for machine in (OFFER, TICKET, APPLICATION) for point in machine.points()]
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.ledger.offers.crash_program"])


def run(folder: Path, fault: str | None) -> int | None:
    """The exit code of a process of its own."""
    process = _PROCESSES.Process(target=play, args=(folder, fault))
    process.start()
    process.join()
    return process.exitcode


def test_a_kill_at_any_move_changes_nothing_of_the_day(tmp_path: Path) -> None:
    left, days = list(POINTS), 0

    while left:
        folder = tmp_path / str(days)
        folder.mkdir()
        with stand(folder / "a.db", folder / "index.db") as at:
            at.begin()
        while left and run(folder, left[0]) == -signal.SIGKILL:
            left.pop(0)
        assert run(folder, None) == 0
        assert_ended(folder)
        days += 1
        assert days <= len(POINTS), f"never reached: {left[0]}"

    assert all(machines()[machine.machine] is machine for machine in (OFFER, TICKET, APPLICATION))


def assert_ended(folder: Path) -> None:
    """All that was asked happened once."""
    with stand(folder / "a.db", folder / "index.db") as at:
        market = at.market
        offers = {o.id: o for o in market.offering.page(ACCEPTOR, None, None, 10)[0]}
        tickets = [market.queueing.read(f"t-{who}").state for who in ("second", "third", "fourth")]
        taken = market.offering.orders("slots", None, 10)[0]
        applications = {a.id: a.state for a in market.onboarding.page(None, None, 10)[0]}
    assert {name: offer.state for name, offer in offers.items()} == {
        "slots": OfferState.OPEN, "never": OfferState.CLOSED, "over": OfferState.CLOSED,
    }  # fmt: skip
    assert (offers["slots"].slots[0].left, offers["slots"].slots[0].waiting) == (0, 0)
    assert tickets == [TicketState.LEFT, TicketState.LEFT, TicketState.USED]
    assert [one.order for one in taken] == ["o-fourth"]
    assert applications == {"yes": ApplicationState.VETTED, "no": ApplicationState.REFUSED}
