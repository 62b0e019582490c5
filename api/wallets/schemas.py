"""Shapes of wallets, balances and awards."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.shapes import (
    AccountHex,
    Amount,
    MemberNumber,
    Moment,
    Shape,
    Triable,
    example,
    moment,
    month_text,
    show,
)
from api.signing import LATER, SIGNATURE, Digest, Within, Word
from ledger.index.rows import AwardRow
from ledger.redeeming.values import Account, Balance, Lot, Wallet
from ledger.units import end_of_epoch

_ACCOUNT = "0xac00000000000000000000000000000000000002"
_KEY = "0x1a642f0e3c3af545e7acbd38b07251b3990914f1"
_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_AT = "2026-05-02T09:30:00+08:00"


class OpenWallet(Triable):
    """为居民开立通兑钱包，每个发行方一个随机账户 · a wallet with a random account per issuer."""

    model_config = example(issuers=[1, 2], own_keys={})

    issuers: Annotated[list[MemberNumber], Field(min_length=1, max_length=64)]
    own_keys: dict[MemberNumber, AccountHex] = Field(
        default_factory=dict,
        description="居民自持密钥的地址 · addresses of keys that the resident holds, by issuer",
    )


class AccountShape(Shape):
    """通兑账户 · an account in one issuer's scheme."""

    model_config = example(issuer=1, account=_ACCOUNT, own_key=False)

    issuer: MemberNumber
    account: AccountHex
    own_key: bool

    @classmethod
    def of(cls, account: Account) -> Self:
        """As it is shown."""
        return cls(issuer=account.issuer, account=show(account.account), own_key=account.own_key)


class WalletShape(Shape):
    """通兑钱包 · a resident's accounts."""

    model_config = example(
        id=_WALLET,
        accounts=[{"issuer": 1, "account": _ACCOUNT, "own_key": False}],
        opened_at=_AT,
    )

    id: str
    accounts: list[AccountShape]
    opened_at: Moment

    @classmethod
    def of(cls, wallet: Wallet) -> Self:
        """As it is shown."""
        return cls(
            id=wallet.id,
            accounts=[AccountShape.of(account) for account in wallet.accounts],
            opened_at=moment(wallet.opened_at_s),
        )


class PrepareKey(Shape):
    """为账户登记居民自持的密钥 · a key of the resident's for one account."""

    model_config = example(account=_ACCOUNT, key=_KEY, expires_in_s=600)

    account: AccountHex
    key: AccountHex = Field(description="密钥的地址 · the key's address")
    expires_in_s: Within = 600


class PreparedKey(Digest):
    """登记密钥的待签内容 · what registers the key."""

    model_config = example(expires_at=LATER, digest="0x" + "0d" * 32, typed_data={})

    expires_at: Moment


class RegisterKey(Word, Triable):
    """登记密钥：由该密钥签名，已有密钥时由原密钥签名 · signed by the key, or by the one before."""

    model_config = example(account=_ACCOUNT, key=_KEY, expires_at=LATER, signature=SIGNATURE)

    account: AccountHex
    key: AccountHex


class KeyChange(Shape):
    """已提交的密钥登记 · a registration that was relayed."""

    model_config = example(account=_ACCOUNT, key=_KEY, confirmed=True, final=False)

    account: AccountHex
    key: AccountHex
    confirmed: bool
    final: bool


class LotShape(Shape):
    """同一到期日的可用积分 · free points of one expiry."""

    model_config = example(
        issuer=1,
        account=_ACCOUNT,
        amount={"units": 1234, "points": "12.34"},
        expires_at="2028-01-01T00:00:00+08:00",
    )

    issuer: MemberNumber
    account: AccountHex
    amount: Amount
    expires_at: Moment

    @classmethod
    def of(cls, lot: Lot) -> Self:
        """As it is shown."""
        return cls(
            issuer=lot.issuer,
            account=show(lot.account),
            amount=Amount.of(lot.units),
            expires_at=moment(lot.expires_at_s),
        )


class IssuerAmount(Shape):
    """某发行方的积分 · points of one issuer."""

    model_config = example(issuer=1, amount={"units": 1234, "points": "12.34"})

    issuer: MemberNumber
    amount: Amount


class BalanceShape(Shape):
    """可用积分，最早到期的在前 · what can be spent, earliest expiry first."""

    model_config = example(
        wallet=_WALLET,
        total={"units": 1234, "points": "12.34"},
        asked={"units": 0, "points": "0.00"},
        by_issuer=[{"issuer": 1, "amount": {"units": 1234, "points": "12.34"}}],
        lots=[],
        block=120,
        as_of=_AT,
    )

    wallet: str
    total: Amount
    asked: Amount = Field(description="在途兑换单将预留 · orders on their way will hold")
    by_issuer: list[IssuerAmount]
    lots: list[LotShape]
    block: int
    as_of: Moment

    @classmethod
    def of(cls, balance: Balance) -> Self:
        """As it is shown."""
        return cls(
            wallet=balance.wallet,
            total=Amount.of(balance.total_units),
            asked=Amount.of(balance.asked_units),
            by_issuer=[
                IssuerAmount(issuer=issuer, amount=Amount.of(units))
                for issuer, units in sorted(balance.by_issuer.items())
            ],
            lots=[LotShape.of(lot) for lot in balance.lots],
            block=balance.block,
            as_of=moment(balance.time_s),
        )


class AwardShape(Shape):
    """一次授予；少于应得时为年度上限所限 · one award, less than in full where a cap clips it."""

    model_config = example(
        issuer=1,
        account=_ACCOUNT,
        activity=101,
        month="2026-05",
        quantity=120,
        amount={"units": 2000, "points": "20.00"},
        full_amount={"units": 2000, "points": "20.00"},
        corrected={"units": 0, "points": "0.00"},
        expires_at="2027-07-01T00:00:00+08:00",
        block=118,
    )

    issuer: MemberNumber
    account: AccountHex
    activity: int
    month: str = Field(pattern=r"^\d{4}-\d{2}$", description="发生月份 · month of occurrence")
    quantity: int = Field(description="原始数量 · in the activity's smallest unit")
    amount: Amount
    full_amount: Amount
    corrected: Amount
    expires_at: Moment | None
    block: int

    @classmethod
    def of(cls, award: AwardRow) -> Self:
        """As it is shown."""
        return cls(
            issuer=award.issuer,
            account=show(award.account),
            activity=award.activity,
            month=month_text(award.month),
            quantity=award.quantity,
            amount=Amount.of(award.units),
            full_amount=Amount.of(award.full_units),
            corrected=Amount.of(award.corrected_units),
            expires_at=moment(end_of_epoch(award.epoch)) if award.epoch else None,
            block=award.block,
        )


class AwardPage(Shape):
    """授予记录，新的在前 · awards, newest first."""

    model_config = example(awards=[], next_cursor=None)

    awards: list[AwardShape]
    next_cursor: str | None
