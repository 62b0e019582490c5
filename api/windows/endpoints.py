"""Windows: what members owe one another, closed and put up for settlement by the operator.

Any member's key may close a window on the chain; the operator's does it here. Confirmations of
payments are the payers' and payees' own transactions and never pass through the operator.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from api.etags import tag_without
from api.guard import Call, Calling, resource
from api.orders.answers import on_the_way
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.windows.schemas import (
    ChangeShape,
    DryRun,
    PaymentShape,
    SheetShape,
    WindowPage,
    WindowShape,
    payment_of,
)
from ledger.clearing.windows import OPEN
from ledger.errors import Refused
from ledger.redeeming.values import Relayed

router = resource("windows", "clearing")
Number = Annotated[int, Path(ge=1, le=2**31)]


@router.get("", operation_id="list_windows")
def list_windows(call: Calling, limit: Limit = USUAL, cursor: Cursor = None) -> WindowPage:
    """清算窗口列表 · Windows, newest first."""
    place = place_of(cursor, 1)
    rows = [
        row
        for row in reversed(call.office.projection.windows())
        if place is None or row.number < place[0]
    ]
    page = rows[:limit]
    return WindowPage(
        windows=[WindowShape.of(row) for row in page],
        next_cursor=cursor_of(page[-1].number) if len(rows) > limit else None,
    )


@router.get("/{number}", operation_id="get_window")
def get_window(call: Calling, number: Number, response: Response) -> SheetShape:
    """查询窗口 · Positions, obligations, nets and settlement of one window."""
    sheet = call.office.service.window(number)
    shown = SheetShape.of(sheet)
    tag_without(response, shown, "as_of_block", "as_of")
    return shown


@router.post("/{number}/close", operation_id="close_window")
def close_window(call: Calling, number: Number, body: DryRun, response: Response) -> ChangeShape:
    """关闭窗口 · Close the open window; the next begins with the block after."""
    sheet = call.office.service.window(number)
    if sheet.state != OPEN and not call.begun_before:
        raise Refused("request.window-closed", number=number)
    if body.dry_run:
        return _tried(call, number, [])
    relayed = call.office.service.close_window(call.command_id, wait_s=call.wait_s)
    return _settled(response, relayed, number, [])


@router.post("/{number}/settlement", operation_id="publish_settlement")
def publish_settlement(
    call: Calling, number: Number, body: DryRun, response: Response
) -> ChangeShape:
    """公布结算 · Publish the transfers that bring every member of the window to zero."""
    service = call.office.service
    sheet = service.window(number)
    payments = [payment_of(sheet, payment) for payment in service.settlement_of(number)]
    if body.dry_run:
        return _tried(call, number, payments)
    relayed = service.publish_settlement(call.command_id, number, wait_s=call.wait_s)
    return _settled(response, relayed, number, payments)


def _tried(call: Call, number: int, payments: list[PaymentShape]) -> ChangeShape:
    return ChangeShape(
        id=call.command_id,
        window=number,
        confirmed=False,
        final=False,
        dry_run=True,
        settlement=payments,
    )


def _settled(
    response: Response, relayed: Relayed, number: int, payments: list[PaymentShape]
) -> ChangeShape:
    """The change's outcome; raises the chain's refusal."""
    if relayed.reason is not None:
        raise relayed.reason
    if not relayed.confirmed:
        on_the_way(response, f"/v1/windows/{number}")
    return ChangeShape.of(relayed, number, payments)
