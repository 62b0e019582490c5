"""Shapes of calls that a member signs with its own key."""

from __future__ import annotations

import enum
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.disputes.schemas import Words
from api.shapes import AccountHex, HashHex, MemberNumber, Shape, Units, example, given, show
from ledger.chain.signed import RAW_BYTES_MAX
from ledger.chain.signer import Transaction
from ledger.statements.owncalls import Relay

RawHex = Annotated[
    str, StringConstraints(pattern=r"^0x(?:[0-9a-fA-F]{2})+$", max_length=2 + 2 * RAW_BYTES_MAX)
]


class Action(enum.StrEnum):
    """What a member says to the clearing house."""

    CLOSE = "close"
    CONFIRM = "confirm"
    PROPOSE = "propose"
    ACCEPT = "accept"


NEEDED: dict[Action, tuple[str, ...]] = {
    Action.CLOSE: (),
    Action.CONFIRM: ("window", "place"),
    Action.PROPOSE: ("window", "debtor", "creditor", "units", "reason"),
    Action.ACCEPT: ("dispute",),
}
"""What each takes."""


class Prepare(Shape):
    """要办什么：close 关闭当前窗口；confirm 确认划付（window、place）；propose 提出争议（window、
    debtor、creditor、units、reason）；accept 接受争议（dispute）· which call, and its values."""

    model_config = example(
        {"anyOf": [given(*fields, action={"const": one}) for one, fields in NEEDED.items()]},
        action="propose",
        window=1,
        place=None,
        debtor=1,
        creditor=3,
        units=1500,
        reason="兑换单重复核销，冲回 15 积分",
        dispute=None,
    )

    action: Action
    window: Annotated[int, Field(ge=1, le=2**31)] | None = None
    place: (
        Annotated[int, Field(ge=0, le=65_535, description="清单中的序号，从 0 起 · from 0")] | None
    ) = None
    debtor: MemberNumber | None = None
    creditor: MemberNumber | None = None
    units: Units | None = None
    reason: Words | None = None
    dispute: HashHex | None = Field(
        default=None, description="争议编号；propose 时可自定 · its id; a proposal may choose one"
    )


class PreparedShape(Shape):
    """待签名的交易（EIP-155 传统格式，手续费为零）· a legacy transaction to sign."""

    model_config = example(
        to="0xac00000000000000000000000000000000000002",
        data="0x3cc2c2fd",
        nonce=7,
        gas=350_000,
        gas_price_wei=0,
        chain_id=9731,
        digest="0x" + "0d" * 32,
        dispute=None,
        reason_hash=None,
    )

    to: AccountHex
    data: str
    nonce: int
    gas: int
    gas_price_wei: int
    chain_id: int
    digest: HashHex = Field(description="签名的摘要 · what is signed")
    dispute: HashHex | None = Field(description="提出的争议编号 · the id of what is proposed")
    reason_hash: HashHex | None

    @classmethod
    def of(
        cls,
        transaction: Transaction,
        digest: bytes,
        dispute: bytes | None,
        reason_hash: bytes | None,
    ) -> Self:
        """As it is shown."""
        return cls(
            to=show(transaction.to or b""),
            data=show(transaction.data),
            nonce=transaction.nonce,
            gas=transaction.gas,
            gas_price_wei=transaction.gas_price_wei,
            chain_id=transaction.chain_id,
            digest=show(digest),
            dispute=None if dispute is None else show(dispute),
            reason_hash=None if reason_hash is None else show(reason_hash),
        )


class SendOwn(Shape):
    """本单位密钥签名的交易 · a transaction signed by the member's own key."""

    model_config = example(raw="0xf86b07808305573094ac", dry_run=False)

    raw: RawHex
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class SentShape(Shape):
    """已转发的交易 · a transaction that was sent on."""

    model_config = example(
        transaction="0x" + "07" * 32, call="closeWindow", block=57, confirmed=True, dry_run=False
    )

    transaction: HashHex
    call: str
    block: int | None
    confirmed: bool
    dry_run: bool

    @classmethod
    def of(cls, relay: Relay, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        return cls(
            transaction=show(relay.transaction),
            call=relay.call,
            block=relay.block,
            confirmed=relay.block is not None,
            dry_run=dry_run,
        )
