"""Wallets: opened at a desk, read there, and forgotten when the resident asks for it."""

from __future__ import annotations

from fastapi import Response

from api.guard import Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id, unshow
from api.wallets.schemas import AwardPage, AwardShape, BalanceShape, OpenWallet, WalletShape
from ledger.store.index_query import Place

router = resource("wallets", "wallets")


@router.post("", status_code=201, operation_id="open_wallet")
def open_wallet(call: Calling, body: OpenWallet, response: Response) -> WalletShape:
    """开立钱包 · Open a wallet. Nothing goes to the chain."""
    own_keys = {issuer: unshow(account) for issuer, account in body.own_keys.items()}
    wallet = call.office.service.open_wallet(call.command_id, body.issuers, own_keys)
    response.headers["Location"] = f"/v1/wallets/{wallet.id}"
    return WalletShape.of(wallet)


@router.get("/{wallet_id}", operation_id="get_wallet")
def get_wallet(call: Calling, wallet_id: Id) -> WalletShape:
    """查询钱包 · A wallet's accounts."""
    return WalletShape.of(call.office.service.wallet(wallet_id))


@router.delete("/{wallet_id}", status_code=204, operation_id="forget_wallet")
def forget_wallet(call: Calling, wallet_id: Id) -> None:
    """注销钱包：解除账户之间的关联，不可恢复 · Untie its accounts for good."""
    call.office.service.forget_wallet(wallet_id)


@router.get("/{wallet_id}/balance", operation_id="get_balance")
def get_balance(call: Calling, wallet_id: Id) -> BalanceShape:
    """可用积分 · What the wallet can spend, lot by lot."""
    return BalanceShape.of(call.office.service.balance(wallet_id))


@router.get("/{wallet_id}/awards", operation_id="list_awards")
def list_awards(
    call: Calling, wallet_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> AwardPage:
    """授予记录 · What the wallet's accounts were awarded, newest first."""
    accounts = [account.account for account in call.office.service.wallet(wallet_id).accounts]
    place = place_of(cursor, 2)
    after = None if place is None else Place(*place)
    page = call.office.projection.awards(accounts, after, limit)
    return AwardPage(
        awards=[AwardShape.of(row) for row in page.awards],
        next_cursor=None if page.after is None else cursor_of(*page.after),
    )
