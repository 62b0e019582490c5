"""Who looked: read by the resident; the operator's own look at it is recorded too."""

from __future__ import annotations

from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id
from api.views.schemas import ViewPage, ViewShape

router = resource("wallets", "desk")


@router.get("/{wallet_id}/views", operation_id="list_views")
def list_views(
    call: Calling, wallet_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> ViewPage:
    """谁看过我的资料 · Who looked at the wallet's data, when, and why."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    place = place_of(cursor, 1)
    looks, before = call.office.residents.looks, None if place is None else place[0]
    found = looks.views(wallet_id, before, limit)
    looked(call, "list_views", [wallet_id])
    following = cursor_of(found[-1].seq) if len(found) == limit else None
    return ViewPage(views=[ViewShape.of(view) for view in found], next_cursor=following)
