"""What a resident reads about the own wallet: its cards, what was done at desks, what was told."""

from __future__ import annotations

from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.residents.schemas import (
    ActPage,
    ActShape,
    CardList,
    CardShape,
    MessagePage,
    MessageShape,
)
from api.shapes import Id

router = resource("wallets", "desk")


@router.get("/{wallet_id}/cards", operation_id="list_cards")
def list_cards(call: Calling, wallet_id: Id) -> CardList:
    """通兑卡列表 · A wallet's cards, without their full numbers."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    found = call.office.residents.cards.of_wallet(wallet_id)
    looked(call, "list_cards", [wallet_id])
    return CardList(cards=[CardShape.of(card) for card in found])


@router.get("/{wallet_id}/acts", operation_id="list_acts")
def list_acts(call: Calling, wallet_id: Id, limit: Limit = USUAL, cursor: Cursor = None) -> ActPage:
    """代办记录 · Orders placed at desks: when, by whose hand, how much."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    call.office.service.wallet(wallet_id)
    place = place_of(cursor, 1)
    acting, before = call.office.residents.acting, None if place is None else place[0]
    found = acting.acts(wallet_id, before, limit)
    looked(call, "list_acts", [wallet_id])
    following = cursor_of(found[-1].seq) if len(found) == limit else None
    return ActPage(acts=[ActShape.of(act) for act in found], next_cursor=following)


@router.get("/{wallet_id}/messages", operation_id="list_messages")
def list_messages(
    call: Calling, wallet_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> MessagePage:
    """消息列表 · What the resident was told, newest first."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    call.office.service.wallet(wallet_id)
    place = place_of(cursor, 1)
    acting, before = call.office.residents.acting, None if place is None else place[0]
    found = acting.messages(wallet_id, before, limit)
    looked(call, "list_messages", [wallet_id])
    following = cursor_of(found[-1].seq) if len(found) == limit else None
    shown = [MessageShape.of(message) for message in found]
    return MessagePage(messages=shown, next_cursor=following)
