"""Test residents: a wallet at once, with points that an example issuer awards."""

from __future__ import annotations

import time

from fastapi import Response

from api.guard import Call, Calling, resource
from api.orders.answers import on_the_way
from api.sandbox.schemas import OpenTestResident, TestResident
from api.shapes import Amount, show
from ledger.errors import Refused
from ledger.redeeming.values import Balance

router = resource("sandbox", "sandbox")
LOOK_EVERY_S = 0.05


@router.post("/residents", status_code=201, operation_id="open_test_resident")
def open_test_resident(call: Calling, body: OpenTestResident, response: Response) -> TestResident:
    """测试居民：仅限示例网络 · A test resident with points; on an example network alone."""
    issuer = call.office.example_issuer
    if issuer is None:
        raise Refused("sandbox.not-here")
    number, service = issuer.number(), call.office.service
    wallet = service.open_wallet(call.command_id, [number], {})
    account = wallet.accounts[0].account
    issuer.award(call.command_id, account, body.quantity)
    balance = _once_there(call, wallet.id)
    if not balance.total_units:
        on_the_way(response, f"/v1/wallets/{wallet.id}/balance")
    return TestResident(
        wallet=wallet.id,
        issuer=number,
        account=show(account),
        balance=Amount.of(balance.total_units),
    )


def _once_there(call: Call, wallet: str) -> Balance:
    """The balance once the projection has read the award, or as it is when that takes too long."""
    deadline = time.monotonic() + call.wait_s
    while True:
        balance = call.office.service.balance(wallet)
        if balance.total_units or time.monotonic() > deadline:
            return balance
        time.sleep(LOOK_EVERY_S)
