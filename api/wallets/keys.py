"""Keys of a wallet's accounts: which speaks for each, since when; and taking one back in time."""

from __future__ import annotations

from fastapi import Response

from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.oidc.visiting import by
from api.orders.answers import on_the_way
from api.shapes import Id, show, unshow
from api.trying import triable
from api.wallets.keyschemas import AccountKeyShape, KeyList, KeyWithdrawal, WithdrawKey
from ledger.errors import Rejected

router = resource("wallets", "wallets")


@router.get("/{wallet_id}/keys", operation_id="list_keys")
def list_keys(call: Calling, wallet_id: Id) -> KeyList:
    """账户的密钥 · Which key speaks for each account, and what a browser derives keys from."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    accounts = call.office.service.wallet(wallet_id).accounts
    looked(call, "list_keys", [wallet_id])
    projection, deployment = call.office.projection, call.office.deployment
    announced = {row.account: row for row in projection.keys_of([a.account for a in accounts])}
    now_s = projection.now_s()
    return KeyList(
        wallet=wallet_id,
        chain_id=deployment.chain_id,
        ledger=show(deployment.ledger),
        desk=show(projection.desk() or deployment.desk),
        accounts=[
            AccountKeyShape.of(account, announced.get(account.account), now_s)
            for account in accounts
        ],
    )


@router.post("/{wallet_id}/keys/withdraw", operation_id="withdraw_key")
@triable
def withdraw_key(
    call: Calling, wallet_id: Id, body: WithdrawKey, response: Response
) -> KeyWithdrawal:
    """撤回尚未生效的密钥 · Takes back a key that is not in effect yet: an objection, a mistake."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    service, account = call.office.service, unshow(body.account)
    if account not in [one.account for one in service.wallet(wallet_id).accounts]:
        raise Rejected("request.no-such-item", field="account")
    relayed = service.withdraw_key(call.command_id, account, wait_s=call.wait_s)
    if relayed.reason is not None:
        raise relayed.reason
    if not relayed.confirmed:
        on_the_way(response, f"/v1/wallets/{wallet_id}/keys")
    call.office.envelopes.tell(call.command_id, wallet_id, "key-withdrawn", by(call))
    return KeyWithdrawal(account=body.account, confirmed=relayed.confirmed, final=relayed.final)
