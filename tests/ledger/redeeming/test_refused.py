"""Each refusal says exactly what is wrong, before anything is recorded or as the chain says it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ledger.chain.abi import abi
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected, TongduiError, Unavailable
from ledger.redeeming.values import State
from ledger.refusals import coded
from ledger.rules.registry import ACTIVE, SUSPENDED
from tests.ledger.redeeming.desk import DAY_S, Operator
from tests.support.network import COUNCIL, KEYS
from tests.support.season import CANTEEN, CHARITY, CULTURE, MINUTES, OPERATING, VOLUNTEER

pytestmark = pytest.mark.slow


def fresh() -> str:
    """An id that nobody has used."""
    return secrets.token_hex(8)


def said(ask: Callable[[], object]) -> tuple[type[TongduiError], str, dict[str, object]]:
    """How it was refused: kind, code and fields."""
    with pytest.raises(TongduiError) as refusal:
        ask()
    error = coded(refusal.value)
    return type(error), error.code, dict(error.fields)


@dataclass
class Client:
    """Places orders of one wallet."""

    desk: Operator
    wallet: str

    def place(
        self,
        acceptor: int = CANTEEN,
        units: int = 100,
        service_at_s: int | None = None,
        deadline_s: int | None = None,
    ) -> object:
        return self.desk.service.place_order(
            fresh(),
            self.wallet,
            acceptor,
            units,
            service_at_s=service_at_s,
            deadline_s=deadline_s,
        )


@pytest.fixture(scope="module")
def client(desk: Operator) -> Client:
    """One with ten points."""
    return Client(desk, desk.wallet(minutes=60))


def test_nobody_knows_the_wallet_or_the_order(desk: Operator) -> None:
    service = desk.service

    wallet = said(lambda: service.place_order(fresh(), "none", CANTEEN, 100))
    order = said(lambda: service.capture(fresh(), "none"))
    exchange = said(lambda: service.exchange_for(b"\7" * 32))

    assert wallet == (Rejected, "wallet.unknown", {"id": "none"})
    assert order == (Rejected, "order.unknown", {"id": "none"})
    assert exchange == (Rejected, "order.no-exchange", {"hold_id": b"\7" * 32})


def test_an_id_must_fit(client: Client) -> None:
    service = client.desk.service

    found = said(lambda: service.place_order("x" * 101, client.wallet, CANTEEN, 100))

    assert found == (Rejected, "order.id-length", {"length": 101, "most": 100})


def test_the_same_id_with_other_content_is_rejected(client: Client) -> None:
    service, order_id, request = client.desk.service, fresh(), fresh()
    service.place_order(order_id, client.wallet, CANTEEN, 100)
    service.cancel(request, order_id)

    order = said(lambda: service.place_order(order_id, client.wallet, CANTEEN, 101))
    change = said(lambda: service.release(request, order_id))
    wallet = said(lambda: service.open_wallet(client.wallet, [VOLUNTEER]))

    assert order == (Rejected, "order.id-reused", {"id": order_id})
    assert change == (Rejected, "order.id-reused", {"id": request})
    assert wallet == (Rejected, "order.id-reused", {"id": client.wallet})


def test_the_contracts_refusals_are_told_before_anything_is_recorded(client: Client) -> None:
    now_s = client.desk.service.balance(client.wallet).time_s
    late, whole = now_s + 31 * DAY_S, {"available_units": 1_000, "needed_units": 1_001}

    assert said(lambda: client.place(units=1_001)) == (
        Refused,
        "hold.insufficient-points",
        whole,
    )
    assert said(lambda: client.place(units=0)) == (Rejected, "hold.zero-units", {})
    code, fields = said(lambda: client.place(deadline_s=late))[1:]
    assert (code, fields["deadline_s"]) == ("hold.deadline-out-of-range", late)
    assert said(lambda: client.place(service_at_s=now_s + 500, deadline_s=now_s + 400)) == (
        Rejected,
        "hold.service-after-deadline",
        {"service_at_s": now_s + 500, "deadline_s": now_s + 400},
    )
    assert said(lambda: client.place(acceptor=99))[1:] == ("member.unknown", {"member": 99})
    assert said(lambda: client.place(acceptor=CULTURE, units=99)) == (
        Refused,
        "hold.not-whole-native-points",
        {"units": 99, "native_point_units": 100},
    )
    assert client.desk.service.orders(wallet_id=client.wallet, state=State.PLACED).orders == ()


def test_an_exchange_needs_a_scheme_and_an_account_in_it(desk: Operator) -> None:
    wallet = fresh()
    account = desk.service.open_wallet(wallet, [VOLUNTEER]).accounts[0].account
    with desk.quiet():
        desk.network.mint(VOLUNTEER, [(account, 101, 60)])

    scheme = said(lambda: desk.service.exchange(fresh(), wallet, CANTEEN, 100))
    account_missing = said(lambda: desk.service.exchange(fresh(), wallet, CULTURE, 100))

    assert scheme == (Rejected, "order.not-a-scheme", {"member": CANTEEN})
    assert account_missing == (
        Refused,
        "wallet.no-account-with",
        {"id": wallet, "issuer": CULTURE},
    )


def test_a_gift_goes_to_the_fund_only(client: Client) -> None:
    service, stranger = client.desk.service, b"\x5e" * 20
    whole = said(lambda: service.donate(fresh(), client.wallet, stranger, 100))

    assert whole == (Refused, "hold.not-a-fund-account", {"account": enhex(stranger)})


def test_an_order_takes_no_step_that_its_state_does_not_allow(client: Client) -> None:
    service, order_id = client.desk.service, fresh()
    service.place_order(order_id, client.wallet, CANTEEN, 100)

    too_much = said(lambda: service.capture(fresh(), order_id, 101))
    refund = said(lambda: service.refund(fresh(), order_id))
    service.release(fresh(), order_id)
    client.desk.final(order_id)
    capture = said(lambda: service.capture(fresh(), order_id))

    assert too_much == (Rejected, "hold.units-out-of-range", {"units": 101, "most_units": 100})
    assert refund == (Refused, "order.not-in-state", {"id": order_id, "state": "held"})
    assert capture == (Refused, "order.not-in-state", {"id": order_id, "state": "released"})


def test_a_step_before_the_last_is_final_is_to_be_tried_again(client: Client) -> None:
    service, order_id = client.desk.service, fresh()
    service.place_order(order_id, client.wallet, CANTEEN, 100, wait_s=0)

    early = said(lambda: service.cancel(fresh(), order_id, wait_s=0))
    patient = service.cancel(fresh(), order_id)

    assert early == (Unavailable, "order.not-final", {"id": order_id, "state": "placed"})
    assert patient.state is State.RELEASED


def test_the_resident_cancels_until_the_time_of_service_only(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60), fresh()
    soon = desk.network.now_s + 120
    desk.service.place_order(
        order_id, wallet, CANTEEN, 100, service_at_s=soon, deadline_s=soon + 7_200
    )
    desk.final(order_id)
    with desk.quiet():
        desk.network.chain.advance_to(soon + 60)

    found = said(lambda: desk.service.cancel(fresh(), order_id))

    assert found == (Refused, "hold.service-time-passed", {"service_at_s": soon})


def test_only_a_hosted_acceptors_orders_are_captured_here(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60), fresh()
    desk.service.exchange(order_id, wallet, CULTURE, 100)

    found = said(lambda: desk.service.capture(fresh(), order_id))

    caller = enhex(KEYS[OPERATING].address)
    assert found == (
        Refused,
        "desk.not-the-acceptor",
        {"acceptor": CULTURE, "caller": caller},
    )


def test_where_one_hold_is_refused_the_others_are_released(desk: Operator) -> None:
    """An award is corrected between quote and hold, so that one of the two accounts is short."""
    wallet, order_id = desk.wallet(yuan=100), fresh()
    accounts = {a.issuer: a.account for a in desk.service.wallet(wallet).accounts}
    with desk.quiet():
        award = desk.award(VOLUNTEER, accounts[VOLUNTEER], MINUTES, 60)

    with desk.together():
        desk.send_later(KEYS[VOLUNTEER], "PointsLedger", award.correction(30))
        order = desk.service.place_order(order_id, wallet, CANTEEN, 2_500, wait_s=0)
    desk.until(lambda: desk.service.order(order_id).state is State.REFUSED)
    final = desk.final(order_id)

    assert len(order.parts) == 2
    assert final.reason is not None
    assert final.reason.code == "hold.insufficient-points"
    assert dict(final.reason.fields) == {"available_units": 500, "needed_units": 1_000}
    assert desk.service.balance(wallet).total_units == 2_000


def test_an_order_that_the_chain_refuses_whole_says_why(desk: Operator) -> None:
    wallet, order_id = desk.wallet(minutes=60), fresh()

    with desk.together():
        desk.send_later(COUNCIL, "MemberRegistry", status(CANTEEN, SUSPENDED))
        desk.service.place_order(order_id, wallet, CANTEEN, 500, wait_s=0)
    desk.until(lambda: desk.service.order(order_id).state is State.REFUSED)
    at_once = said(lambda: desk.service.place_order(fresh(), wallet, CANTEEN, 500))
    with desk.quiet():
        desk.network.send(COUNCIL, "MemberRegistry", status(CANTEEN, ACTIVE))

    why = {"member": CANTEEN, "member_status": SUSPENDED}
    reason = desk.final(order_id).reason
    assert reason is not None
    assert (reason.code, dict(reason.fields)) == ("member.not-active", why)
    assert at_once == (Refused, "member.not-active", why)


def status(member: int, to: int) -> bytes:
    return abi("MemberRegistry").call("setStatus", member, to)


def test_the_fund_is_no_acceptor(client: Client) -> None:
    assert said(lambda: client.place(acceptor=CHARITY))[1] == "member.lacks-role"
