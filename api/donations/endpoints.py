"""Gifts to the community fund: orders of their own kind, looked up among the orders."""

from __future__ import annotations

from fastapi import Response

from api.acting import check_wallet, ordering
from api.donations.schemas import Donate, PreparedDonation, PrepareDonation
from api.guard import Calling, resource
from api.orders.answers import settled, shown
from api.orders.schemas import OrderShape
from api.shapes import unshow

router = resource("donations", "orders")


@router.post("", status_code=201, operation_id="donate")
def donate(call: Calling, body: Donate, response: Response) -> OrderShape:
    """捐赠 · Give points to the community fund; each part that is not refused is given."""
    fund = unshow(body.fund_account)
    member = int.from_bytes(fund, "big") & 0xFFFF
    with ordering(call, body.wallet, member, body.units, dry_run=body.dry_run):
        order = call.office.service.donate(
            call.command_id,
            body.wallet,
            fund,
            body.units,
            signed=[one.signed_gift() for one in body.signed],
            dry_run=body.dry_run,
            wait_s=call.wait_s,
        )
    if body.dry_run:
        response.status_code = 200
        return shown(call, order, dry_run=True)
    return settled(call, response, order)


@router.post("/prepare", operation_id="prepare_donation")
def prepare_donation(call: Calling, body: PrepareDonation) -> PreparedDonation:
    """准备捐赠的待签内容 · What the resident's own keys have to sign for a gift."""
    check_wallet(call.caller, body.wallet)
    prepared = call.office.service.prepare_donation(
        body.wallet, unshow(body.fund_account), body.units, expires_in_s=body.expires_in_s
    )
    return PreparedDonation.of(prepared)
