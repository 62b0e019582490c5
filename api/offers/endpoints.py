"""Offers: an acceptor's key manages its own, everybody looks for what is open."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.access import STAFF, Role, check_own
from api.guard import Call, Calling, resource
from api.offers.schemas import (
    ChangeOffer,
    ChoiceList,
    CreateOffer,
    OfferOrder,
    OfferOrderPage,
    OfferPage,
    OfferShape,
    ReviseOffer,
    SetStock,
)
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import UNITS_MOST, Id
from ledger.errors import Rejected
from ledger.offers.choices import Category
from ledger.offers.letters import in_one_line
from ledger.offers.offering import Offering
from ledger.offers.values import Offer, OfferState
from ledger.store.offers_search import Chosen

router = resource("offers", "offers")
Member = Annotated[int | None, Query(ge=1, le=65_535)]


@router.post("", status_code=201, operation_id="create_offer")
def create_offer(call: Calling, body: CreateOffer, response: Response) -> OfferShape:
    """新建兑换项目：先是草稿 · Make an offer, as a draft."""
    check_own(call.caller, body.acceptor, "acceptor")
    made = call.office.market.offering.create(
        call.command_id, body.acceptor, body.draft(), dry_run=body.dry_run
    )
    if body.dry_run:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/v1/offers/{made.id}"
    return shown(call, made, dry_run=body.dry_run)


@router.get("", operation_id="search_offers")
def search_offers(
    call: Calling,
    q: Annotated[str, Query(max_length=60, description="找什么，中文无须分词 · words")] = "",
    category: Annotated[Category | None, Query()] = None,
    district: Annotated[str | None, Query(max_length=40)] = None,
    price_most: Annotated[int | None, Query(ge=0, le=UNITS_MOST, description="0.01")] = None,
    scheme: Annotated[Member, Query(description="可用哪个发行方的积分 · whose points")] = None,
    acceptor: Member = None,
    now: Annotated[bool, Query(description="现在可兑换的 · that can be ordered now")] = False,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> OfferPage:
    """查找兑换项目 · Look for open offers; those that fit best come first."""
    place = place_of(cursor, 2)
    chosen = Chosen(
        category=category,
        district=None if district is None else in_one_line(district),
        price_most_units=price_most,
        scheme=scheme,
        acceptor=acceptor,
    )
    after = None if place is None else (place[0], place[1])
    found, following = call.office.market.offering.search(q, chosen, after, limit, now=now)
    return OfferPage(
        offers=[shown(call, offer) for offer in found],
        next_cursor=None if following is None else cursor_of(*following),
    )


@router.get("/choices", operation_id="list_choices")
def list_choices() -> ChoiceList:
    """类别与计量单位 · The short lists of categories and measures."""
    return ChoiceList.all()


@router.get("/{offer_id}", operation_id="get_offer")
def get_offer(call: Calling, offer_id: Id) -> OfferShape:
    """查询兑换项目 · How an offer stands; drafts for their acceptor and the operator's staff."""
    return shown(call, visible(call, offer_id))


@router.post("/{offer_id}/revise", operation_id="revise_offer")
def revise_offer(call: Calling, offer_id: Id, body: ReviseOffer) -> OfferShape:
    """修改草稿：内容全部替换 · Other content for a draft, all of it."""
    offering = own(call, offer_id)
    return shown(call, offering.revise(offer_id, body.draft(), dry_run=body.dry_run), body.dry_run)


@router.post("/{offer_id}/open", operation_id="open_offer")
def open_offer(call: Calling, offer_id: Id, body: ChangeOffer) -> OfferShape:
    """开放：此后价格与条件不变 · Let it be ordered; price and terms stay from now on."""
    offering = own(call, offer_id)
    return shown(call, offering.open(offer_id, dry_run=body.dry_run), body.dry_run)


@router.post("/{offer_id}/close", operation_id="close_offer")
def close_offer(call: Calling, offer_id: Id, body: ChangeOffer) -> OfferShape:
    """关闭：不再接受新单，已下的照常 · Take no more orders; those that are placed go on."""
    offering = own(call, offer_id)
    return shown(call, offering.close(offer_id, dry_run=body.dry_run), body.dry_run)


@router.post("/{offer_id}/stock", operation_id="set_stock")
def set_stock(call: Calling, offer_id: Id, body: SetStock) -> OfferShape:
    """调整总数 · Say how many there are over all its life."""
    offering = own(call, offer_id)
    return shown(call, offering.set_stock(offer_id, body.stock, dry_run=body.dry_run), body.dry_run)


@router.get("/{offer_id}/orders", operation_id="list_offer_orders")
def list_offer_orders(
    call: Calling, offer_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> OfferOrderPage:
    """此项目的兑换单 · Orders that count for an offer; those that ended unused do not."""
    place = place_of(cursor, 1)
    before = None if place is None else place[0]
    found, following = own(call, offer_id).orders(offer_id, before, limit)
    return OfferOrderPage(
        orders=[OfferOrder.of_taken(one) for one in found],
        next_cursor=None if following is None else cursor_of(following),
    )


def own(call: Call, offer_id: str) -> Offering:
    """The use cases, once the caller is known to manage this offer."""
    offering = call.office.market.offering
    check_own(call.caller, offering.read(offer_id).acceptor, "offer_id")
    return offering


def visible(call: Call, offer_id: str) -> Offer:
    """The offer, if this caller may see it; Rejected("offer.unknown")."""
    offer = call.office.market.offering.read(offer_id)
    mine = call.caller.role is Role.ACCEPTOR and call.caller.member == offer.acceptor
    if offer.state is OfferState.DRAFT and not mine and call.caller.role not in STAFF:
        raise Rejected("offer.unknown", id=offer_id)
    return offer


def shown(call: Call, offer: Offer, dry_run: bool = False) -> OfferShape:
    """In the language of the answer."""
    names = call.office.directory.in_language(call.lang)
    return OfferShape.of(offer, call.lang, names, dry_run=dry_run)
