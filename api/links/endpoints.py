"""Links: a resident types the issuer's code, or makes one that the issuer's agent redeems."""

from __future__ import annotations

from fastapi import Response

from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.idempotency import NOT_KEPT
from api.links import consent
from api.links.schemas import (
    Agreed,
    CodeShape,
    ConsentShape,
    LinkShape,
    MakeCode,
    MakeLink,
    RedeemCode,
    Redeemed,
)
from api.orders.answers import on_the_way
from api.shapes import Id, moment
from api.trying import triable
from ledger.claims import Kind
from ledger.errors import Rejected
from ledger.onetime import show_code
from ledger.redeeming.claiming import Consent

router = resource("links", "links")
codes = resource("link-codes", "links")


@router.post("", status_code=202, operation_id="make_link")
@triable
def make_link(call: Calling, body: MakeLink, response: Response) -> LinkShape:
    """绑定 · Link by the issuer's code; the issuer's agent looks at it and answers."""
    check_wallet(call.caller, body.wallet)
    agreed = _agreed(body)
    claim = call.office.claiming.link(call.command_id, body.wallet, body.scheme, body.code, agreed)
    if claim.answer is None:
        on_the_way(response, f"/v1/links/{claim.id}")
    else:
        response.status_code = 200
    return LinkShape.of(claim, call.lang)


@router.get("/consent", operation_id="get_consent")
def get_consent(call: Calling) -> ConsentShape:
    """同意书现行文本 · What the resident agrees to, as it reads now."""
    del call
    return ConsentShape(version=consent.VERSION, zh=consent.ZH, en=consent.EN)


@router.get("/{link_id}", operation_id="get_link")
def get_link(call: Calling, link_id: Id) -> LinkShape:
    """查询绑定结果 · A link that was asked for, and the answer."""
    claim = call.office.claiming.read(link_id)
    if claim.kind is not Kind.LINK:
        raise Rejected("claim.unknown", id=link_id)
    check_wallet(call.caller, claim.wallet, "link_id")
    looked(call, "get_link", [claim.wallet])
    return LinkShape.of(claim, call.lang)


@codes.post("", status_code=201, operation_id="make_link_code")
@triable
def make_link_code(call: Calling, body: MakeCode, response: Response) -> CodeShape:
    """生成绑定码 · A one-time code for the wallet's account in a scheme, good for ten minutes."""
    check_wallet(call.caller, body.wallet)
    agreed = _agreed(body)
    code, expires_s = call.office.claiming.make_code(
        call.command_id, body.wallet, body.scheme, agreed
    )
    response.headers.update(NOT_KEPT)
    return CodeShape(code=show_code(code), expires_at=moment(expires_s))


@codes.post("/redeem", operation_id="redeem_link_code")
@triable
def redeem_link_code(call: Calling, body: RedeemCode) -> Redeemed:
    """兑换绑定码：发行方限本计划 · For an issuer's agent: the account of a member's code."""
    member = call.caller.member or 0
    call.office.guesses.take(str(member))
    return Redeemed.of(call.office.claiming.redeem(call.command_id, member, body.code))


def _agreed(body: Agreed) -> Consent:
    if body.consent_version != consent.VERSION:
        field, current = "consent_version", consent.VERSION
        raise Rejected("link.consent-version", field=field, current=current)
    return Consent(body.consent_version)
