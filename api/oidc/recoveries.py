"""Recovery contacts: named beforehand, asked when everything is lost, and stopped by a word."""

from __future__ import annotations

from fastapi import Response

from api.access import STAFF
from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.oidc.schemas import (
    AskRecovery,
    ConfirmRecovery,
    ContactsShape,
    RecoveryList,
    RecoveryShape,
    RecoveryState,
    SeatList,
    SeatShape,
    SetContacts,
    TiedShape,
)
from api.oidc.visiting import by, fresh_wallet_of, visit_of, wallet_of
from api.shapes import Confirm, Id, moment
from api.trying import triable
from ledger.errors import Rejected
from ledger.logins.recovering import Plan, Recovery
from ledger.onetime import show_code

contacts = resource("my/contacts", "sign-in")
contact_of = resource("my/contact-of", "sign-in")
router = resource("recoveries", "sign-in")


@contacts.post("", status_code=201, operation_id="set_contacts")
@triable
def set_contacts(call: Calling, body: SetContacts) -> ContactsShape:
    """指定找回联系人 · Who may give the wallet back; any named before are no more."""
    wallet, visitors = fresh_wallet_of(call), call.office.visitors
    visitors.tries.take(visit_of(call).login.subject.hex())
    plan = visitors.recovering.set_plan(
        call.command_id, wallet, body.codes, body.needed, body.name, by(call)
    )
    return _plan(plan)


@contacts.get("", operation_id="get_contacts")
def get_contacts(call: Calling) -> ContactsShape:
    """我的找回联系人 · How many may give the wallet back, and how many of them suffice."""
    return _plan(call.office.visitors.recovering.plan(wallet_of(call)))


@contacts.delete("", status_code=204, operation_id="drop_contacts")
@triable
def drop_contacts(call: Calling) -> None:
    """取消找回联系人 · Nobody gives the wallet back any more."""
    call.office.visitors.recovering.drop_plan(fresh_wallet_of(call), by(call))


@contact_of.get("", operation_id="list_contact_of")
def list_contact_of(call: Calling) -> SeatList:
    """我是谁的联系人 · Whose contact I am: the names they chose, and nothing else of them."""
    found = call.office.visitors.recovering.seats_as(wallet_of(call))
    return SeatList(contact_of=[SeatShape(seat=seat.id, name=name) for seat, name in found])


@router.post("", status_code=201, operation_id="ask_recovery")
@triable
def ask_recovery(call: Calling, body: AskRecovery, response: Response) -> RecoveryShape:
    """申请找回：用新的登录 · By a new sign-in; its code is for the contacts."""
    assert body is not None
    found, code = call.office.visitors.recovering.ask(call.command_id, visit_of(call).login)
    response.headers.update(NOT_KEPT)
    return _recovery(call, found, code)


@router.get("", operation_id="list_recoveries")
def list_recoveries(call: Calling) -> RecoveryList:
    """找回的申请：对我的钱包的，和我提出的 · Those for my wallet, and those I asked for."""
    visit = visit_of(call)
    found = call.office.visitors.recovering.list(wallet=visit.wallet, login=visit.login)
    return RecoveryList(recoveries=[_recovery(call, one) for one in found])


@router.post("/confirm", operation_id="confirm_recovery")
@triable
def confirm_recovery(call: Calling, body: ConfirmRecovery) -> RecoveryShape:
    """联系人确认 · A contact's word; at a desk, of a contact who stands there."""
    visitors = call.office.visitors
    if call.caller.role in STAFF:
        if body.wallet is None:
            raise Rejected("recovery.contact-missing", field="wallet")
        contact = body.wallet
    else:
        contact = wallet_of(call)
    visitors.tries.take(contact)
    return _recovery(call, visitors.recovering.confirm(contact, body.seat, body.code, by(call)))


@router.post("/{recovery_id}/finish", operation_id="finish_recovery")
@triable
def finish_recovery(call: Calling, recovery_id: Id, body: Confirm) -> TiedShape:
    """完成找回：等待期过后 · After the delay: the new sign-in alone opens the wallet."""
    assert body is not None
    visit = visit_of(call)
    wallet = call.office.visitors.recovering.finish(recovery_id, visit.login, by(call))
    return TiedShape(wallet=wallet)


@router.post("/{recovery_id}/cancel", status_code=204, operation_id="cancel_recovery")
@triable
def cancel_recovery(call: Calling, recovery_id: Id, body: Confirm) -> None:
    """取消找回：原来的使用人、申请人或柜台 · By whoever uses the wallet, who asked, or a desk."""
    assert body is not None
    recovering = call.office.visitors.recovering
    if call.caller.role in STAFF:
        recovering.cancel(recovery_id, by(call), wallet=None, login=None)
        return
    visit = visit_of(call)
    recovering.cancel(recovery_id, by(call), wallet=visit.wallet, login=visit.login)


def _plan(plan: Plan | None) -> ContactsShape:
    if plan is None:
        return ContactsShape(needed=None, name=None, contacts=0, made_at=None)
    return ContactsShape(
        needed=plan.needed, name=plan.name, contacts=len(plan.seats), made_at=moment(plan.made_s)
    )


def _recovery(call: Call, found: Recovery, code: str | None = None) -> RecoveryShape:
    row = found.row
    return RecoveryShape(
        id=row.id,
        state=_state(found, int(call.office.clock())),
        confirmed=found.confirmed,
        needed=found.needed,
        asked_at=moment(row.asked_s),
        confirm_by=moment(row.confirm_by_s),
        ready_at=None if row.ready_s is None else moment(row.ready_s),
        code=None if code is None else show_code(code),
    )


def _state(found: Recovery, now_s: int) -> RecoveryState:
    row = found.row
    if row.done_s is not None:
        return RecoveryState.DONE
    if row.cancelled_s is not None:
        return RecoveryState.CANCELLED
    if row.ready_s is not None:
        return RecoveryState.READY if row.ready_s <= now_s else RecoveryState.WAITING
    return RecoveryState.LATE if row.confirm_by_s <= now_s else RecoveryState.ASKED
