"""Acceptors: who they are, how they are rated, what they offer; and how one becomes one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from api.acceptors.schemas import (
    AcceptorList,
    AcceptorShape,
    ApplicationPage,
    ApplicationShape,
    ApplicationStateShape,
    Apply,
    Decide,
)
from api.access import check_own
from api.guard import Calling, resource
from api.offers.endpoints import shown
from api.offers.schemas import OfferPage
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.ratings.schemas import CountsShape, RatingsShape
from api.shapes import Id
from ledger.offers.onboarding import Decision
from ledger.offers.values import ApplicationState, OfferState
from ledger.rules.registry import ACCEPTOR

router = resource("acceptors", "offers")
Member = Annotated[int, Path(ge=1, le=65_535)]


@router.post("/applications", status_code=201, operation_id="apply_as_acceptor")
def apply_as_acceptor(call: Calling, body: Apply, response: Response) -> ApplicationStateShape:
    """申请成为承兑方 · An organisation applies; anybody may."""
    call.office.applying.take("applications")
    made = call.office.market.onboarding.apply(
        call.command_id, body.organisation, body.told(), dry_run=body.dry_run
    )
    if body.dry_run:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/v1/acceptors/applications/{made.id}/state"
    return ApplicationStateShape.of_progress(made, dry_run=body.dry_run)


@router.get("/applications", operation_id="list_applications")
def list_applications(
    call: Calling,
    state: Annotated[ApplicationState | None, Query()] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> ApplicationPage:
    """申请列表 · Applications, newest first."""
    place = place_of(cursor, 1)
    before = None if place is None else place[0]
    found, following = call.office.market.onboarding.page(state, before, limit)
    return ApplicationPage(
        applications=[ApplicationShape.of(one) for one in found],
        next_cursor=None if following is None else cursor_of(following),
    )


@router.get("/applications/{application_id}", operation_id="get_application")
def get_application(call: Calling, application_id: Id) -> ApplicationShape:
    """查询申请 · An application, with all that was said in it."""
    return ApplicationShape.of(call.office.market.onboarding.read(application_id))


@router.get("/applications/{application_id}/state", operation_id="get_application_state")
def get_application_state(call: Calling, application_id: Id) -> ApplicationStateShape:
    """申请进度 · How far an application is, for whoever has its id."""
    found = call.office.market.onboarding.read(application_id)
    return ApplicationStateShape.of_progress(found)


@router.post("/applications/{application_id}/decision", operation_id="decide_application")
def decide_application(call: Calling, application_id: Id, body: Decide) -> ApplicationShape:
    """审核 · Agree to an application, or refuse it, with the reason."""
    decision = Decision(body.accepted, body.reason, body.code)
    onboarding = call.office.market.onboarding
    decided = onboarding.decide(application_id, decision, dry_run=body.dry_run)
    return ApplicationShape.of(decided, dry_run=body.dry_run)


@router.get("", operation_id="list_acceptors")
def list_acceptors(call: Calling) -> AcceptorList:
    """承兑方 · Who takes points, for what, and how residents rate them."""
    office = call.office
    names = office.directory.in_language(call.lang)
    members = [m for m, row in office.directory.members().items() if row.roles & ACCEPTOR]
    joined = office.market.onboarding.joined()
    rated = office.market.rated.many(members)
    return AcceptorList(
        acceptors=[
            AcceptorShape(
                member=member,
                name=names(member) or str(member),
                categories=joined[member].told["categories"] if member in joined else [],
                ratings=CountsShape.of(rated.get(member, {})),
            )
            for member in members
        ]
    )


@router.get("/{member}/ratings", operation_id="get_ratings")
def get_ratings(call: Calling, member: Member) -> RatingsShape:
    """评价统计 · How an acceptor and its offers are rated, as counts that tell nobody."""
    return RatingsShape.of(call.office.market.rated.published(member))


@router.get("/{member}/offers", operation_id="list_offers")
def list_offers(
    call: Calling,
    member: Member,
    state: Annotated[OfferState | None, Query()] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> OfferPage:
    """某承兑方的兑换项目 · An acceptor's offers in every state, newest first."""
    check_own(call.caller, member, "member")
    place = place_of(cursor, 1)
    before = None if place is None else place[0]
    found, following = call.office.market.offering.page(member, state, before, limit)
    return OfferPage(
        offers=[shown(call, offer) for offer in found],
        next_cursor=None if following is None else cursor_of(following),
    )
