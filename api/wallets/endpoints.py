"""Wallets: opened at a desk, read there, and forgotten when the resident asks for it."""

from __future__ import annotations

from fastapi import Response

from api.acting import check_wallet, looked
from api.etags import tag_without
from api.guard import Call, Calling, resource
from api.oidc.visiting import by
from api.orders.answers import on_the_way
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id, moment, show, unshow
from api.trying import triable
from api.wallets.schemas import (
    AwardPage,
    AwardShape,
    BalanceShape,
    KeyChange,
    OpenWallet,
    PreparedKey,
    PrepareKey,
    RegisterKey,
    WalletShape,
)
from ledger.errors import Rejected
from ledger.store.index_query import Place

router = resource("wallets", "wallets")


@router.post("", status_code=201, operation_id="open_wallet")
@triable
def open_wallet(call: Calling, body: OpenWallet, response: Response) -> WalletShape:
    """开立钱包 · Open a wallet. Nothing goes to the chain."""
    own_keys = {issuer: unshow(account) for issuer, account in body.own_keys.items()}
    wallet = call.office.service.open_wallet(call.command_id, body.issuers, own_keys)
    response.headers["Location"] = f"/v1/wallets/{wallet.id}"
    return WalletShape.of(wallet)


@router.get("/{wallet_id}", operation_id="get_wallet")
def get_wallet(call: Calling, wallet_id: Id) -> WalletShape:
    """查询钱包 · A wallet's accounts."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    wallet = call.office.service.wallet(wallet_id)
    looked(call, "get_wallet", [wallet_id])
    return WalletShape.of(wallet)


@router.delete("/{wallet_id}", status_code=204, operation_id="forget_wallet")
@triable
def forget_wallet(call: Calling, wallet_id: Id) -> None:
    """注销钱包：解除账户之间的关联，不可恢复 · Untie its accounts for good."""
    call.office.service.forget_wallet(wallet_id)
    call.office.residents.forget_orphans()
    call.office.projects.voting.forget_orphans()


@router.get("/{wallet_id}/balance", operation_id="get_balance")
def get_balance(call: Calling, wallet_id: Id, response: Response) -> BalanceShape:
    """可用积分 · What the wallet can spend, lot by lot."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    balance = call.office.service.balance(wallet_id)
    looked(call, "get_balance", [wallet_id])
    shown = BalanceShape.of(balance)
    tag_without(response, shown, "block", "as_of")
    return shown


@router.get("/{wallet_id}/awards", operation_id="list_awards")
def list_awards(
    call: Calling, wallet_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> AwardPage:
    """授予记录 · What the wallet's accounts were awarded, newest first."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    accounts = [account.account for account in call.office.service.wallet(wallet_id).accounts]
    looked(call, "list_awards", [wallet_id])
    place = place_of(cursor, 2)
    after = None if place is None else Place(*place)
    page = call.office.projection.awards(accounts, after, limit)
    return AwardPage(
        awards=[AwardShape.of(row) for row in page.awards],
        next_cursor=None if page.after is None else cursor_of(*page.after),
    )


@router.post("/{wallet_id}/keys/prepare", operation_id="prepare_key")
def prepare_key(call: Calling, wallet_id: Id, body: PrepareKey) -> PreparedKey:
    """准备登记密钥的待签内容 · What has to be signed to register a key for an account."""
    _check_in_wallet(call, wallet_id, body.account)
    account, key = unshow(body.account), unshow(body.key)
    expires_at_s = call.office.projection.now_s() + body.expires_in_s
    nonce = call.office.projection.key_nonce(account)
    to_sign = call.office.service.key_to_sign(account, key, nonce, expires_at_s)
    return PreparedKey(
        expires_at=moment(expires_at_s),
        digest=show(to_sign.digest),
        typed_data=to_sign.typed_data,
    )


@router.post("/{wallet_id}/keys", operation_id="register_key")
@triable
def register_key(call: Calling, wallet_id: Id, body: RegisterKey, response: Response) -> KeyChange:
    """登记密钥：此后由居民自己授权 · Register a key that alone speaks for the account then."""
    _check_in_wallet(call, wallet_id, body.account)
    account, key = unshow(body.account), unshow(body.key)
    service, wait_s = call.office.service, call.wait_s
    relayed = service.register_key(call.command_id, account, key, body.signed(), wait_s=wait_s)
    if relayed.reason is not None:
        raise relayed.reason
    if not relayed.confirmed:
        on_the_way(response, f"/v1/wallets/{wallet_id}")
    call.office.envelopes.tell(call.command_id, wallet_id, "key-asked", by(call))
    return KeyChange(
        account=body.account, key=body.key, confirmed=relayed.confirmed, final=relayed.final
    )


def _check_in_wallet(call: Call, wallet_id: str, account: str) -> None:
    """Rejected where the account is not one of the wallet's; Refused where that is another's."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    accounts = call.office.service.wallet(wallet_id).accounts
    if unshow(account) not in [one.account for one in accounts]:
        raise Rejected("request.no-such-item", field="account")
