"""Family delegates: registered by the resident in a session, ended at once by any side."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.acting import check_wallet, looked, sitting_of
from api.delegates.schemas import DelegateList, DelegateShape, RegisterDelegate, Registered
from api.desk.schemas import Handed
from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.shapes import Confirm, Id
from api.trying import triable
from ledger.errors import Refused
from ledger.residents.delegates import Granted
from ledger.residents.rules import Holder
from ledger.store.residents_people import DelegationRow

router = resource("delegates", "desk")


@router.post("", status_code=201, operation_id="register_delegate")
@triable
def register_delegate(call: Calling, body: RegisterDelegate, response: Response) -> Registered:
    """登记代兑人 · Register a delegate, with limits and a card of its own."""
    check_wallet(call.caller, body.wallet)
    sitting = sitting_of(call.caller, "register_delegate")
    if sitting.holder is Holder.HEIR:
        raise Refused("access.not-allowed", key_role="heir", operation="register_delegate")
    granted = Granted(
        body.wallet,
        body.relation,
        body.order_units,
        body.month_units,
        tuple(sorted(set(body.acceptors))),
        int(body.until.timestamp()),
        body.contact,
    )
    delegates, worker = call.office.residents.delegates, sitting.worker
    made, fresh = delegates.register(call.command_id, granted, worker)
    response.headers.update(NOT_KEPT)
    response.headers["Location"] = f"/v1/delegates/{made.id}"
    return Registered(delegate=DelegateShape.of(made), handed=Handed.of(fresh))


@router.get("", operation_id="list_delegates")
def list_delegates(
    call: Calling, wallet: Annotated[Id, Query(description="钱包 · whose")]
) -> DelegateList:
    """代兑列表 · A wallet's delegates."""
    check_wallet(call.caller, wallet)
    found = call.office.residents.delegates.of_wallet(wallet)
    looked(call, "list_delegates", [wallet])
    return DelegateList(delegates=[DelegateShape.of(row) for row in found])


@router.get("/{delegate_id}", operation_id="get_delegate")
def get_delegate(call: Calling, delegate_id: Id) -> DelegateShape:
    """查询代兑 · A delegate's rights."""
    row = _own(call, delegate_id)
    looked(call, "get_delegate", [row.wallet])
    return DelegateShape.of(row)


@router.post("/{delegate_id}/revoke", operation_id="revoke_delegate")
@triable
def revoke_delegate(call: Calling, delegate_id: Id, body: Confirm) -> DelegateShape:
    """撤销代兑：立即生效 · End a delegation; its card opens nothing from now on."""
    del body
    _own(call, delegate_id)
    return DelegateShape.of(call.office.residents.delegates.revoke(delegate_id))


def _own(call: Call, delegate_id: str) -> DelegationRow:
    """The delegation, which the caller may know of."""
    row = call.office.residents.delegates.read(delegate_id)
    check_wallet(call.caller, row.wallet, "delegate_id")
    sitting = call.caller.sitting
    if sitting is not None and sitting.delegation not in (None, row):
        raise Refused("resident.not-your-wallet", field="delegate_id")
    return row
