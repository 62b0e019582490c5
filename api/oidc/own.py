"""What a resident who signed in has: the wallet, sessions, sign-ins, and the record of them."""

from __future__ import annotations

from fastapi import Response

from api.access import BY_SESSION
from api.acting import check_wallet
from api.guard import Calling, resource
from api.idempotency import NOT_KEPT
from api.links import consent
from api.oidc.schemas import (
    EventPage,
    EventShape,
    MakeWalletCode,
    MyShape,
    OpenOwn,
    SessionList,
    SessionShape,
    TiedShape,
    TieList,
    TieShape,
    TypeCode,
    WalletCode,
)
from api.oidc.visiting import by, fresh_wallet_of, visit_of, wallet_of
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id, moment
from api.trying import triable
from ledger.errors import Refused, Rejected
from ledger.onetime import show_code

router = resource("my", "sign-in")
codes = resource("wallets", "sign-in")


@router.get("", operation_id="get_my")
def get_my(call: Calling) -> MyShape:
    """我的会话与钱包 · Whose request this is."""
    visit = visit_of(call)
    return MyShape(
        session=visit.session or None, provider=visit.login.provider, wallet=visit.wallet
    )


@router.post("/wallet", status_code=201, operation_id="open_my_wallet")
@triable
def open_my_wallet(call: Calling, body: OpenOwn) -> TiedShape:
    """开立自己的钱包 · A wallet for this sign-in, with accounts in the schemes chosen."""
    if body.consent_version != consent.VERSION:
        field, current = "consent_version", consent.VERSION
        raise Rejected("link.consent-version", field=field, current=current)
    login, tying, service = visit_of(call).login, call.office.visitors.tying, call.office.service
    known = tying.require_free(call.command_id, login)
    if known is not None:
        return TiedShape(wallet=known)
    wallet = service.open_wallet(call.command_id, body.issuers)
    try:
        tying.tie_new(call.command_id, login, wallet.id, body.consent_version, by(call))
    except Refused:
        service.forget_wallet(wallet.id)  # another tab was faster
        raise
    return TiedShape(wallet=wallet.id)


@router.post("/wallet/tie", operation_id="tie_wallet")
@triable
def tie_wallet(call: Calling, body: TypeCode) -> TiedShape:
    """使用已有的钱包：输入一次性码 · This sign-in opens the wallet that the code came from."""
    visitors, login = call.office.visitors, visit_of(call).login
    visitors.tries.take(login.subject.hex())
    return TiedShape(wallet=visitors.tying.tie(call.command_id, login, body.code, by(call)))


@router.get("/sessions", operation_id="list_my_sessions")
def list_my_sessions(call: Calling) -> SessionList:
    """我的会话 · Sessions of the wallet, on whatever device."""
    found = call.office.visitors.sessions.of_wallet(wallet_of(call))
    mine = visit_of(call).session
    return SessionList(sessions=[SessionShape.of(row, mine) for row in found])


@router.delete("/sessions/{session_id}", status_code=204, operation_id="end_my_session")
@triable
def end_my_session(call: Calling, session_id: Id) -> None:
    """结束会话 · Ends one of the wallet's sessions, at once."""
    call.office.visitors.sessions.end_of(wallet_of(call), session_id)


@router.get("/sign-ins", operation_id="list_my_sign_ins")
def list_my_sign_ins(call: Calling) -> TieList:
    """我的登录方式 · By which providers the wallet is opened."""
    found = call.office.visitors.tying.ties(wallet_of(call))
    return TieList(sign_ins=[TieShape.of(row) for row in found])


@router.delete("/sign-ins/{tie_id}", status_code=204, operation_id="end_my_sign_in")
@triable
def end_my_sign_in(call: Calling, tie_id: Id) -> None:
    """解除登录方式 · Ends a sign-in with its sessions; the last one stays."""
    wallet = fresh_wallet_of(call)
    call.office.visitors.tying.untie(wallet, tie_id, by(call))


@router.get("/events", operation_id="list_my_events")
def list_my_events(call: Calling, limit: Limit = USUAL, cursor: Cursor = None) -> EventPage:
    """登录与找回的记录 · What happened to the wallet's sign-ins, newest first."""
    place = place_of(cursor, 1)
    before = None if place is None else place[0]
    found = call.office.visitors.tying.events(wallet_of(call), before, limit)
    return EventPage(
        events=[EventShape.of(row) for row in found],
        next_cursor=cursor_of(found[-1].seq) if len(found) == limit else None,
    )


@codes.post("/{wallet_id}/codes", status_code=201, operation_id="make_wallet_code")
@triable
def make_wallet_code(
    call: Calling, wallet_id: Id, body: MakeWalletCode, response: Response
) -> WalletCode:
    """生成一次性码：居民为自己，运营方为柜台开的钱包 · By the resident, or the operator's staff.

    A worker's key alone makes none: at a desk the resident's card and PIN open a session for it.
    """
    check_wallet(call.caller, wallet_id, "wallet_id")
    own = call.caller.role in BY_SESSION
    if call.caller.visit is not None:
        fresh_wallet_of(call)
    tying = call.office.visitors.tying
    code, expires_s = tying.make_code(call.command_id, wallet_id, body.purpose, by(call), own=own)
    response.headers.update(NOT_KEPT)
    return WalletCode(code=show_code(code), expires_at=moment(expires_s))
