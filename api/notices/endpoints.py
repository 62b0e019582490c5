"""What a resident wants to be told: chosen in person. And a reminder by the id of its event."""

from __future__ import annotations

from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.notices.schemas import ChooseNotices, NoticesShape, ReminderShape
from api.shapes import Id

router = resource("wallets", "messages")
reminders = resource("reminders", "messages")


@router.get("/{wallet_id}/notices", operation_id="get_notices")
def get_notices(call: Calling, wallet_id: Id) -> NoticesShape:
    """提醒与月报的选择 · Whether reminders and monthly statements are wanted, and where."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    chosen = call.office.letters.choices.read(wallet_id)
    looked(call, "get_notices", [wallet_id])
    return NoticesShape.of(chosen)


@router.post("/{wallet_id}/notices", operation_id="set_notices")
def set_notices(call: Calling, wallet_id: Id, body: ChooseNotices) -> NoticesShape:
    """更改提醒与月报的选择 · Choose what to be told, how, and where to."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    choices, by, now_s = call.office.letters.choices, call.caller.key_id, int(call.office.clock())
    made = choices.choose(wallet_id, body.choice(), by, now_s, dry_run=body.dry_run)
    return NoticesShape.of(made, dry_run=body.dry_run)


@reminders.get("/{reminder_id}", operation_id="get_reminder")
def get_reminder(call: Calling, reminder_id: Id) -> ReminderShape:
    """查询一次到期提醒 · A reminder that an event told of."""
    found = call.office.letters.reminder(reminder_id)
    check_wallet(call.caller, found.row.wallet, "reminder_id")
    looked(call, "get_reminder", [found.row.wallet])
    return ReminderShape.of(found)
