"""Test residents: a wallet at once, with points that an example issuer awards."""

from __future__ import annotations

import time
import uuid

from fastapi import Response

from api.guard import Call, Calling, resource
from api.orders.answers import on_the_way, settled
from api.orders.schemas import OrderShape
from api.sandbox.schemas import USUAL_QUANTITY, OpenTestResident, PlaceTestOrder, TestResident
from api.shapes import Amount, show
from ledger.errors import Refused
from ledger.redeeming.values import Balance, Wallet

router = resource("sandbox", "sandbox")
LOOK_EVERY_S = 0.05
_RESIDENTS = uuid.UUID("0b8f5a52-8d0e-5a4e-9d53-7f3a3a1f2c77")
"""Names the residents of orders after the orders' commands."""


@router.post("/residents", status_code=201, operation_id="open_test_resident")
def open_test_resident(call: Calling, body: OpenTestResident, response: Response) -> TestResident:
    """测试居民：仅限示例网络 · A test resident with points; on an example network alone."""
    wallet, balance = _resident(call, call.command_id, body.quantity)
    if not balance.total_units:
        on_the_way(response, f"/v1/wallets/{wallet.id}/balance")
    return TestResident(
        wallet=wallet.id,
        issuer=wallet.accounts[0].issuer,
        account=show(wallet.accounts[0].account),
        balance=Amount.of(balance.total_units),
    )


@router.post("/orders", status_code=201, operation_id="place_test_order")
def place_test_order(call: Calling, body: PlaceTestOrder, response: Response) -> OrderShape:
    """测试兑换单：仅限示例网络 · A new test resident orders at the caller's counter."""
    acceptor = call.caller.member
    assert acceptor is not None, "an acceptor's key without its member"
    wallet, _ = _resident(call, str(uuid.uuid5(_RESIDENTS, call.command_id)), USUAL_QUANTITY)
    order = call.office.service.place_order(
        call.command_id, wallet.id, acceptor, body.units, wait_s=call.wait_s
    )
    return settled(call, response, order)


def _resident(call: Call, command_id: str, quantity: int) -> tuple[Wallet, Balance]:
    """A resident of that command: the same whenever it is met again, with one award."""
    issuer = call.office.example_issuer
    if issuer is None:
        raise Refused("sandbox.not-here")
    wallet = call.office.service.open_wallet(command_id, [issuer.number()], {})
    issuer.award(command_id, wallet.accounts[0].account, quantity)
    return wallet, _once_there(call, wallet.id)


def _once_there(call: Call, wallet: str) -> Balance:
    """The balance once the projection has read the award, or as it is when that takes too long."""
    deadline = time.monotonic() + call.wait_s
    while True:
        balance = call.office.service.balance(wallet)
        if balance.total_units or time.monotonic() > deadline:
            return balance
        time.sleep(LOOK_EVERY_S)
