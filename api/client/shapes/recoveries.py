"""Shapes of recoveries, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model


class AskRecovery(Model):
    """用新的登录找回钱包：发送 {} · get a wallet back by this new sign-in: send {}."""

    dry_run: bool | None = None


class ConfirmRecovery(Model):
    """联系人确认：对方报来的找回码，是哪一位 · the code I was told, and whose it is."""

    dry_run: bool | None = None
    code: str
    seat: str
    wallet: str | None = None


RecoveryState = Literal["asked", "waiting", "ready", "done", "cancelled", "late"]
"""Where it stands."""


class RecoveryShape(Model):
    """一次找回 · one recovery."""

    id: str
    state: RecoveryState
    confirmed: int
    needed: int | None
    asked_at: datetime
    confirm_by: datetime
    ready_at: datetime | None
    code: str | None


class RecoveryList(Model):
    """找回的申请，新的在前 · recoveries, newest first."""

    recoveries: list[RecoveryShape]
