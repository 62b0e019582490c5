"""Claims: a desk asks for a resident, the issuer's agent polls and answers, the desk reads it."""

from __future__ import annotations

import enum
from typing import Annotated

from fastapi import Query, Response

from api.access import BY_SESSION, STAFF, Role, check_own
from api.acting import check_wallet, looked, own_wallet
from api.claims.schemas import ClaimPage, ClaimShape, GiveAnswer, MakeClaim
from api.guard import Call, Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id, unshow
from api.trying import triable
from ledger.claims import Kind
from ledger.errors import Refused
from ledger.redeeming.claiming import Claim, Said
from ledger.store.operator_claims import Chosen

router = resource("claims", "links")
Scheme = Annotated[int | None, Query(ge=1, le=65_535, description="发行方 · whose scheme")]


class Shown(enum.StrEnum):
    """Which of them."""

    OPEN = "open"
    ANSWERED = "answered"


@router.post("", status_code=201, operation_id="make_claim")
@triable
def make_claim(call: Calling, body: MakeClaim, response: Response) -> ClaimShape:
    """提出申请 · Ask an issuer to correct an award, to add one, or to end the link."""
    check_wallet(call.caller, body.wallet)
    content = {"about": body.about.model_dump(exclude_none=True), "words": body.words}
    claim = call.office.claiming.ask(
        call.command_id, body.wallet, body.scheme, Kind(body.kind), content
    )
    response.headers["Location"] = f"/v1/claims/{claim.id}"
    return shown(call, claim)


@router.get("", operation_id="list_claims")
def list_claims(
    call: Calling,
    wallet: Annotated[Id | None, Query(description="钱包 · whose wallet")] = None,
    scheme: Scheme = None,
    state: Shown | None = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> ClaimPage:
    """申请列表：发行方只见本计划的 · Claims in the order of asking; an issuer sees its own."""
    if call.caller.role is Role.ISSUER:
        scheme = call.caller.member if scheme is None else scheme
        check_own(call.caller, scheme or 0, "scheme")
        if wallet is not None:
            raise Refused("access.not-yours", member=call.caller.member, field="wallet")
    if call.caller.role in BY_SESSION:
        wallet = own_wallet(call.caller) if wallet is None else wallet
        check_wallet(call.caller, wallet)
    is_open = None if state is None else state is Shown.OPEN
    place = place_of(cursor, 1)
    chosen = Chosen(wallet, scheme, is_open)
    found, following = call.office.claiming.page(chosen, place[0] if place else 0, limit)
    if call.caller.role in STAFF:
        looked(call, "list_claims", [claim.wallet for claim in found])
    return ClaimPage(
        claims=[shown(call, claim) for claim in found],
        next_cursor=None if following is None else cursor_of(following),
    )


@router.get("/{claim_id}", operation_id="get_claim")
def get_claim(call: Calling, claim_id: Id) -> ClaimShape:
    """查询申请与答复 · A claim, and its answer once there is one."""
    claim = call.office.claiming.read(claim_id)
    check_own(call.caller, claim.scheme, "claim_id")
    check_wallet(call.caller, claim.wallet, "claim_id")
    if call.caller.role in STAFF:
        looked(call, "get_claim", [claim.wallet])
    return shown(call, claim)


@router.post("/{claim_id}/answer", operation_id="answer_claim")
@triable
def answer_claim(call: Calling, claim_id: Id, body: GiveAnswer) -> ClaimShape:
    """答复申请 · The issuer's answer; the same one again is the same effect."""
    check_own(call.caller, call.office.claiming.read(claim_id).scheme, "claim_id")
    account = None if body.account is None else unshow(body.account)
    said = Said(body.accepted, body.reason, body.words, account)
    return shown(call, call.office.claiming.answer(claim_id, said))


def shown(call: Call, claim: Claim) -> ClaimShape:
    """The claim as this caller may see it."""
    return ClaimShape.of(claim, call.lang, for_issuer=call.caller.role is Role.ISSUER)
