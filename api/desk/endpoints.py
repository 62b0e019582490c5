"""The desk: opening, sessions, cards. A PIN is shown once; who may do what stands in the table."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.access import BY_SESSION, Role
from api.acting import check_wallet
from api.desk.schemas import (
    AskReset,
    CodeSent,
    ConfirmReset,
    Handed,
    LinkCodeHere,
    OpenAtDesk,
    OpenedAtDesk,
    OpenSession,
    ResetShape,
    SendCode,
    SessionEnded,
    SessionShape,
)
from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.links import consent
from api.links.schemas import LinkShape
from api.residents.schemas import CardShape
from api.shapes import Confirm, Id, moment, month_text
from api.trying import triable
from api.wallets.schemas import WalletShape
from ledger.errors import Refused, Rejected
from ledger.onetime import read_code, show_code
from ledger.redeeming.claiming import Consent
from ledger.residents.opening import Asked
from ledger.residents.rules import read_card_number

router = resource("desk", "desk")
SPENT = frozenset({"link.code-used", "link.code-over"})


@router.post("/openings", status_code=201, operation_id="open_at_desk")
@triable
def open_at_desk(call: Calling, body: OpenAtDesk, response: Response) -> OpenedAtDesk:
    """柜台开户 · Open a wallet in one visit: identity shown, one consent, card and PIN."""
    _check_opening(call, body)
    desk, guardian = call.office.residents, body.guardian
    wallet = call.office.service.open_wallet(call.command_id, body.issuers, {})
    agreed = None if guardian is None else guardian.guardian()
    asked = Asked(wallet.id, call.caller.key_id, body.consent_version, agreed, body.contact)
    fresh = desk.opening.open(call.command_id, asked)
    until = desk.opening.read(wallet.id).guardian_until
    response.headers.update(NOT_KEPT)
    response.headers["Location"] = f"/v1/wallets/{wallet.id}"
    return OpenedAtDesk(
        wallet=WalletShape.of(wallet),
        handed=Handed.of(fresh),
        guardian_until=None if until is None else month_text(until),
        links=_links(call, wallet.id, body),
        link_codes=_codes(call, wallet.id, body),
    )


@router.post("/sessions", status_code=201, operation_id="open_session")
def open_session(call: Calling, body: OpenSession, response: Response) -> SessionShape:
    """开始办理 · Begin a session: its token acts for the card's wallet, for some minutes."""
    body.check()
    _count_try(call, body.card)
    desk, worker = call.office.residents, call.caller.key_id
    opened = desk.sittings.open(call.command_id, worker, body.card, body.pin, body.code)
    response.headers.update(NOT_KEPT)
    return SessionShape.of(opened)


@router.post("/sessions/{session_id}/end", operation_id="end_session")
@triable
def end_session(call: Calling, session_id: Id, body: Confirm) -> SessionEnded:
    """结束办理 · End a session by hand: the desk that began it, or whoever sits there."""
    del body
    caller, sittings = call.caller, call.office.residents.sittings
    if caller.role in BY_SESSION and (caller.sitting is None or caller.sitting.id != session_id):
        raise Refused("resident.not-your-wallet", field="session_id")
    sittings.end(session_id, worker=caller.key_id if caller.role is Role.WORKER else None)
    return SessionEnded(id=session_id, ended=True)


@router.post("/codes", operation_id="send_card_code")
@triable
def send_card_code(call: Calling, body: SendCode) -> CodeSent:
    """发送验证码 · Send a one-time code to where the card's holder reads it."""
    _count_try(call, body.card)
    call.office.residents.cards.send_code(call.command_id, body.card)
    return CodeSent(good_s=call.office.residents.terms.code_s)


@router.post("/resets", status_code=201, operation_id="ask_reset")
@triable
def ask_reset(call: Calling, body: AskReset) -> ResetShape:
    """申请重置密码 · Ask for a new PIN, in person; another worker confirms."""
    body.check()
    cards, by = call.office.residents.cards, call.caller.key_id
    asked = cards.ask_reset(call.command_id, by, card=body.card, wallet=body.wallet, lost=body.lost)
    return ResetShape.of(asked)


@router.post("/resets/{reset_id}/confirm", operation_id="confirm_reset")
@triable
def confirm_reset(call: Calling, reset_id: Id, body: ConfirmReset, response: Response) -> Handed:
    """确认重置 · The second worker confirms; the new PIN is shown once."""
    del body
    cards, by = call.office.residents.cards, call.caller.key_id
    fresh = cards.confirm_reset(call.command_id, reset_id, by)
    response.headers.update(NOT_KEPT)
    return Handed.of(fresh)


@router.post("/cards/{card_id}/end", operation_id="end_card")
@triable
def end_card(call: Calling, card_id: Id, body: Confirm) -> CardShape:
    """挂失 · End a card at once, with its sessions."""
    del body
    cards = call.office.residents.cards
    check_wallet(call.caller, cards.card(card_id).wallet, "card_id")
    return CardShape.of(cards.end(card_id))


def _check_opening(call: Call, body: OpenAtDesk) -> None:
    """All that can be wrong, before anything is made."""
    if body.consent_version != consent.VERSION:
        field, current = "consent_version", consent.VERSION
        raise Rejected("link.consent-version", field=field, current=current)
    named = [link.scheme for link in body.links]
    if len(set(named)) < len(named) or not set(named) <= set(body.issuers):
        raise Rejected("resident.scheme-not-chosen", field="links")
    for link in body.links:
        read_code(link.code)
    guardian = None if body.guardian is None else body.guardian.guardian()
    call.office.residents.opening.check(guardian)


def _links(call: Call, wallet: str, body: OpenAtDesk) -> list[LinkShape]:
    """The issuers' codes that were typed, each a claim that its agent looks at."""
    agreed = Consent(body.consent_version)
    claims = (
        call.office.claiming.link(
            str(uuid.uuid5(uuid.UUID(call.command_id), f"link:{link.scheme}")),
            wallet,
            link.scheme,
            link.code,
            agreed,
        )
        for link in body.links
    )
    return [LinkShape.of(claim, call.lang) for claim in claims]


def _codes(call: Call, wallet: str, body: OpenAtDesk) -> list[LinkCodeHere]:
    """For the other schemes: codes that their own counters redeem, under the same consent. Where
    the opening comes again, those that were used or are over are left out."""
    named = {link.scheme for link in body.links}
    made = []
    for scheme in sorted(set(body.issuers) - named):
        command = f"{call.command_id}:{scheme}"
        try:
            code, expires_s = call.office.claiming.make_code(
                command, wallet, scheme, Consent(body.consent_version)
            )
        except Refused as refusal:
            if refusal.code not in SPENT:
                raise
            continue
        shown = show_code(code)
        made.append(LinkCodeHere(scheme=scheme, code=shown, expires_at=moment(expires_s)))
    return made


def _count_try(call: Call, typed: str) -> None:
    """By card and by desk; Unavailable("access.too-many-requests")."""
    number = read_card_number(typed)
    call.office.tries.take(f"desk {call.caller.key_id}")
    call.office.tries.take(f"card {number}")
