"""On whose behalf a request acts on a wallet: whose it is, within which limits, and who looked.

A session at a desk speaks for the wallet of its card and for no other; what it orders is kept with
the worker's key. Everybody else who reads a resident's data is recorded before the answer leaves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from contextlib import AbstractContextManager

from api.access import BY_SESSION, Caller, Role
from api.guard import Call
from ledger.errors import Refused
from ledger.residents.looks import Look
from ledger.residents.sittings import Sitting


def check_wallet(caller: Caller, wallet: str | None, field: str = "wallet") -> None:
    """Refused where a session is used for another wallet than its own."""
    if caller.role in BY_SESSION and (wallet is None or caller.wallet != wallet):
        raise Refused("resident.not-your-wallet", field=field)


def own_wallet(caller: Caller) -> str:
    """The wallet of a session; Refused("login.no-wallet") where a sign-in opens none yet."""
    if caller.wallet is None:
        raise Refused("login.no-wallet")
    return caller.wallet


def sitting_of(caller: Caller, operation: str) -> Sitting:
    """The session at a desk; Refused("access.not-allowed") for a resident who is not there."""
    if caller.sitting is None:
        raise Refused("access.not-allowed", key_role=str(caller.role), operation=operation)
    return caller.sitting


def check_order(call: Call, order_id: str, wallet: str | None) -> None:
    """Refused where it is another wallet's, or, for a delegate, not an order of its own."""
    sitting = call.caller.sitting
    check_wallet(call.caller, wallet, "order_id")
    if sitting is None or sitting.delegation is None:
        return
    act = call.office.residents.acting.act(order_id)
    if act is None or act.delegation != sitting.delegation.id:
        raise Refused("resident.not-your-wallet", field="order_id")


def ordering(
    call: Call, wallet: str, acceptor: int, units: int, *, dry_run: bool = False
) -> AbstractContextManager[None]:
    """Around the placing of the order of this command: within a session, within its limits."""
    check_wallet(call.caller, wallet)
    sitting = call.caller.sitting
    if sitting is None:
        return contextlib.nullcontext()
    acting, order_id = call.office.residents.acting, call.command_id
    return acting.order(sitting, order_id, acceptor, units, dry_run=dry_run)


def looked(call: Call, what: str, wallets: Iterable[str | None]) -> None:
    """Records that the caller sees data of these wallets; not of a resident who sees the own."""
    caller = call.caller
    if caller.role is Role.RESIDENT:
        return
    look = Look(caller.key_id, str(caller.role), what, call.why)
    call.office.residents.looks.note([w for w in wallets if w is not None], look)
