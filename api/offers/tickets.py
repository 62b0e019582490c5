"""Queue tickets: a desk takes one for a resident, and looks whether the place has come free."""

from __future__ import annotations

from typing import Self

from fastapi import Response
from pydantic import Field

from api.access import BY_SESSION
from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.offers.wanted import SlotNumber
from api.shapes import Id, Moment, Shape, example, moment
from ledger.offers.values import Ticket, TicketState

router = resource("tickets", "offers")
_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_OFFER = "3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f"
_TICKET = "7c1de2f3-2b4c-5a6d-8e7f-90a1b2c3d4e5"


class TakeTicket(Shape):
    """取号排队 · a place in the queue for a slot that is full."""

    model_config = example(wallet=_WALLET, offer=_OFFER, slot=1, dry_run=False)

    wallet: Id
    offer: Id
    slot: SlotNumber
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class LeaveQueue(Shape):
    """退号 · to give a ticket back."""

    model_config = example(dry_run=False)

    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class TicketShape(Shape):
    """排队号；叫到后请在 until 之前下单 · once called, order before ``until``."""

    model_config = example(
        id=_TICKET, offer=_OFFER, slot=1, wallet=_WALLET, state="waiting", ahead=2,
        taken_at="2026-05-02T09:30:00+08:00", until="2026-05-09T09:00:00+08:00", dry_run=False,
    )  # fmt: skip

    id: str
    offer: str
    slot: int
    wallet: str
    state: TicketState
    ahead: int = Field(description="前面还有几位 · how many wait before")
    taken_at: Moment
    until: Moment
    dry_run: bool = False

    @classmethod
    def of(cls, ticket: Ticket, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        return cls(
            id=ticket.id, offer=ticket.offer, slot=ticket.slot, wallet=ticket.wallet,
            state=ticket.state, ahead=ticket.ahead, taken_at=moment(ticket.taken_s),
            until=moment(ticket.until_s), dry_run=dry_run,
        )  # fmt: skip


@router.post("", status_code=201, operation_id="take_ticket")
def take_ticket(call: Calling, body: TakeTicket, response: Response) -> TicketShape:
    """取号：时段已满时排队 · Wait for a place in a slot that is full."""
    check_wallet(call.caller, body.wallet)
    ticket = call.office.market.queueing.take(
        call.command_id, body.wallet, body.offer, body.slot, dry_run=body.dry_run
    )
    if body.dry_run:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/v1/tickets/{ticket.id}"
    return TicketShape.of(ticket, dry_run=body.dry_run)


@router.get("/{ticket_id}", operation_id="get_ticket")
def get_ticket(call: Calling, ticket_id: Id) -> TicketShape:
    """查询排队号 · Whether it is called, and how many wait before."""
    ticket = call.office.market.queueing.read(ticket_id)
    check_wallet(call.caller, ticket.wallet, "ticket_id")
    looked(call, "get_ticket", [ticket.wallet])
    return TicketShape.of(ticket)


@router.post("/{ticket_id}/leave", operation_id="leave_queue")
def leave_queue(call: Calling, ticket_id: Id, body: LeaveQueue) -> TicketShape:
    """退号 · Give a ticket back; the next one moves up."""
    if call.caller.role in BY_SESSION:
        before = call.office.market.queueing.read(ticket_id)
        check_wallet(call.caller, before.wallet, "ticket_id")
    ticket = call.office.market.queueing.leave(ticket_id, dry_run=body.dry_run)
    return TicketShape.of(ticket, dry_run=body.dry_run)
