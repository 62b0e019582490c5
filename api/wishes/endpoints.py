"""Wishes: said for a resident, read by acceptors and staff, counted for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.access import STAFF
from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.offers.endpoints import own
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id
from api.wishes.schemas import GrantWish, SayWish, WishKind, WishKinds, WishPage, WishShape
from ledger.offers.choices import Category
from ledger.offers.letters import in_one_line

router = resource("wishes", "offers")


@router.post("", status_code=201, operation_id="say_wish")
def say_wish(call: Calling, body: SayWish, response: Response) -> WishShape:
    """提心愿 · Say what a resident would like to get; the same wish is counted together."""
    check_wallet(call.caller, body.wallet)
    wish = call.office.market.wishing.say(
        call.command_id, body.wallet, body.words, body.category, body.district,
        dry_run=body.dry_run,
    )  # fmt: skip
    if body.dry_run:
        response.status_code = 200
    return WishShape.of(wish, call.lang, dry_run=body.dry_run)


@router.get("", operation_id="list_wishes")
def list_wishes(
    call: Calling,
    category: Annotated[Category | None, Query()] = None,
    district: Annotated[str | None, Query(max_length=40)] = None,
    unmet: Annotated[bool, Query(description="尚无项目回应的 · that no open offer meets")] = True,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> WishPage:
    """心愿列表 · Wishes, those of most residents first."""
    place = place_of(cursor, 2)
    where = None if district is None else in_one_line(district)
    found, following = call.office.market.wishing.page(
        category, where, None if place is None else (place[0], place[1]), limit, unmet=unmet
    )
    if call.caller.role in STAFF:
        looked(call, "list_wishes", call.office.market.wishing.behind(found))
    return WishPage(
        wishes=[WishShape.of(wish, call.lang) for wish in found],
        next_cursor=None if following is None else cursor_of(*following),
    )


@router.get("/counts", operation_id="count_wishes")
def count_wishes(call: Calling) -> WishKinds:
    """心愿统计 · How many wishes there are of each kind, without words and persons."""
    return WishKinds(kinds=[WishKind.of(kind) for kind in call.office.market.wishing.kinds()])


@router.post("/{wish_id}/grant", operation_id="grant_wish")
def grant_wish(call: Calling, wish_id: Id, body: GrantWish) -> WishShape:
    """回应心愿 · Name an open offer that meets a wish; an acceptor names its own."""
    own(call, body.offer)
    wish = call.office.market.wishing.grant(wish_id, body.offer, dry_run=body.dry_run)
    return WishShape.of(wish, call.lang, dry_run=body.dry_run)
