"""Deaths: reported at a desk, an heir's card by a second worker, what is left to the fund."""

from __future__ import annotations

from fastapi import Response

from api.acting import looked
from api.desk.schemas import DeathShape, GiveEstate, Handed, NameHeir, ReportDeath
from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.orders.answers import settled
from api.shapes import Confirm, Id, unshow
from api.trying import triable
from ledger.errors import Rejected
from ledger.redeeming.values import Order

router = resource("desk/deaths", "desk")


@router.post("", status_code=201, operation_id="report_death")
@triable
def report_death(call: Calling, body: ReportDeath, response: Response) -> DeathShape:
    """身故登记：卡与代兑立即停用 · Report a death; cards and delegates end at once."""
    deaths = call.office.residents.deaths
    row = deaths.report(call.command_id, body.wallet, call.caller.key_id)
    response.headers["Location"] = f"/v1/desk/deaths/{row.id}"
    return DeathShape.of(row)


@router.get("/{death_id}", operation_id="get_death")
def get_death(call: Calling, death_id: Id) -> DeathShape:
    """查询身故登记 · Where a report stands."""
    row = call.office.residents.deaths.read(death_id)
    looked(call, "get_death", [row.wallet])
    return DeathShape.of(row)


@router.post("/{death_id}/heir", operation_id="name_heir")
@triable
def name_heir(call: Calling, death_id: Id, body: NameHeir, response: Response) -> Handed:
    """继承人领卡 · An heir's card, good until the day that stands in the report."""
    deaths, by = call.office.residents.deaths, call.caller.key_id
    fresh = deaths.heir(call.command_id, death_id, by, body.contact)
    response.headers.update(NOT_KEPT)
    return Handed.of(fresh)


@router.post("/{death_id}/withdraw", operation_id="withdraw_death")
@triable
def withdraw_death(call: Calling, death_id: Id, body: Confirm) -> DeathShape:
    """撤回误登记 · It was a mistake: the resident gets a card again."""
    del body
    return DeathShape.of(call.office.residents.deaths.withdraw(death_id))


@router.post("/{death_id}/give", operation_id="give_estate")
@triable
def give_estate(call: Calling, death_id: Id, body: GiveEstate, response: Response) -> DeathShape:
    """余下积分转入社区基金 · After the heirs' time, give what is left to the fund."""
    service, fund = call.office.service, unshow(body.fund_account)

    def donate(wallet: str, units: int) -> Order:
        given = service.donate(call.command_id, wallet, fund, units, wait_s=call.wait_s)
        settled(call, response, given)
        return given

    row, order = call.office.residents.deaths.give(
        death_id, body.units, _given_before(call), service.balance, donate
    )
    return DeathShape.of(row, None if order is None else settled(call, response, order))


def _given_before(call: Call) -> Order | None:
    """What this command gave, where it was sent before."""
    if not call.begun_before:
        return None
    try:
        return call.office.service.order(call.command_id)
    except Rejected:
        return None
