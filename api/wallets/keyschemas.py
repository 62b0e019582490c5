"""Shapes of the keys that speak for a wallet's accounts."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.shapes import AccountHex, MemberNumber, Moment, Shape, Triable, example, moment, show
from ledger.index.rows import AccountKeyRow
from ledger.redeeming.values import Account

_ACCOUNT = "0xac00000000000000000000000000000000000002"
_KEY = "0x1a642f0e3c3af545e7acbd38b07251b3990914f1"
_AT = "2026-05-02T09:30:00+08:00"


class AccountKeyShape(Shape):
    """一个账户的密钥；没有则由运营方在限额内托管 · whose word counts for one account."""

    model_config = example(
        issuer=1, account=_ACCOUNT, key=_KEY, in_effect=False, effective_at=_AT, changes=1
    )

    issuer: MemberNumber
    account: AccountHex
    key: AccountHex | None = Field(description="已登记的密钥的地址 · the address announced")
    in_effect: bool = Field(description="此后只认它的签名 · nothing moves without its word")
    effective_at: Moment | None = Field(description="从何时起 · from when")
    changes: int = Field(description="登记与撤回的次数 · announced or withdrawn so often")

    @classmethod
    def of(cls, account: Account, row: AccountKeyRow | None, now_s: int) -> Self:
        """As it is shown; ``row`` None where none was ever announced."""
        key = None if row is None else row.key
        since_s = 0 if row is None else row.effective_at_s
        return cls(
            issuer=account.issuer,
            account=show(account.account),
            key=None if key is None else show(key),
            in_effect=key is not None and since_s <= now_s,
            effective_at=None if key is None else moment(since_s),
            changes=0 if row is None else row.nonce,
        )


class KeyList(Shape):
    """账户的密钥，以及推导密钥所需的地址 · keys, and the addresses that they are derived for."""

    model_config = example(
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        chain_id=9_731,
        ledger="0x" + "1e" * 20,
        desk="0x" + "de" * 20,
        accounts=[],
    )

    wallet: str
    chain_id: int
    ledger: AccountHex
    desk: AccountHex
    accounts: list[AccountKeyShape]


class WithdrawKey(Triable):
    """撤回一个账户尚未生效的密钥 · whose key is taken back before it takes effect."""

    model_config = example(account=_ACCOUNT, dry_run=False)

    account: AccountHex


class KeyWithdrawal(Shape):
    """已提交的撤回 · a withdrawal that was relayed."""

    model_config = example(account=_ACCOUNT, confirmed=True, final=False)

    account: AccountHex
    confirmed: bool
    final: bool
