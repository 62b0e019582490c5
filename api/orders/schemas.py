"""Shapes of orders: what is asked, what is signed, and how an order stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field

from api.problems import ProblemShape, problem
from api.quotes.schemas import SAMPLE, QuoteShape
from api.shapes import (
    AccountHex,
    Amount,
    HashHex,
    Id,
    MemberNumber,
    Moment,
    Shape,
    Units,
    example,
    moment,
    seconds,
    show,
    unshow,
)
from api.signing import LATER, SIGNATURE, Digest, Within, Word
from ledger.chain.calls import HoldRequest
from ledger.redeeming.values import (
    HoldPart,
    Order,
    Phase,
    Prepared,
    Purpose,
    Signed,
    SignedHold,
    State,
    ToSign,
)
from ledger.refusals import Lang, MemberName

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_ORDER = "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90"
_ACCOUNT = "0xac00000000000000000000000000000000000002"
_HOLD = "0x" + "07" * 32
_AMOUNT = {"units": 1500, "points": "15.00"}
_NOTHING = {"units": 0, "points": "0.00"}
_TERMS = {
    "hold_id": _HOLD,
    "issuer": 1,
    "account": _ACCOUNT,
    "acceptor": 3,
    "units": 1500,
    "deadline": LATER,
    "service_at": LATER,
}


class HoldTerms(Shape):
    """一笔预留的内容 · what one hold says."""

    model_config = example(**_TERMS)

    hold_id: HashHex
    issuer: MemberNumber
    account: AccountHex
    acceptor: MemberNumber
    units: Units
    deadline: Moment
    service_at: Moment

    @classmethod
    def of(cls, request: HoldRequest) -> Self:
        """As it is shown."""
        return cls(
            hold_id=show(request.hold_id),
            issuer=request.issuer,
            account=show(request.account),
            acceptor=request.acceptor,
            units=request.units,
            deadline=moment(request.deadline_s),
            service_at=moment(request.service_at_s),
        )

    def request(self) -> HoldRequest:
        """As the desk takes it."""
        return HoldRequest(
            unshow(self.hold_id),
            self.issuer,
            unshow(self.account),
            self.acceptor,
            self.units,
            seconds(self.deadline),
            seconds(self.service_at),
        )


class SignedHoldShape(Word):
    """居民自持密钥签名的预留 · a hold under the resident's own key."""

    model_config = example(hold=_TERMS, expires_at=LATER, signature=SIGNATURE)

    hold: HoldTerms

    def signed_hold(self) -> SignedHold:
        """As the service takes it."""
        return SignedHold(self.hold.request(), self.signed())


class PlaceOrder(Shape):
    """下兑换单：全部预留成功，或全部不预留 · all its holds or none."""

    model_config = example(
        wallet=_WALLET,
        acceptor=3,
        units=1500,
        service_at=LATER,
        deadline=LATER,
        signed=[],
        dry_run=False,
    )

    wallet: Id
    acceptor: MemberNumber
    units: Units
    service_at: Moment | None = Field(default=None, description="服务时间，之前居民可取消")
    deadline: Moment | None = Field(default=None, description="核销期限；缺省为积分允许的最晚时间")
    signed: Annotated[list[SignedHoldShape], Field(max_length=64)] = Field(default_factory=list)
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class PrepareOrder(Shape):
    """为自持密钥的居民准备待签内容 · what the resident's keys have to sign."""

    model_config = example(wallet=_WALLET, acceptor=3, units=1500, expires_in_s=600)

    wallet: Id
    acceptor: MemberNumber
    units: Units
    service_at: Moment | None = None
    deadline: Moment | None = None
    expires_in_s: Within = 600


class ToSignShape(Digest):
    """一笔预留的待签内容（EIP-712）· one hold to sign."""

    model_config = example(hold=_TERMS, digest="0x" + "0d" * 32, typed_data={})

    hold: HoldTerms

    @classmethod
    def of_hold(cls, request: HoldRequest, to_sign: ToSign) -> Self:
        """As it is shown."""
        hold = HoldTerms.of(request)
        return cls(hold=hold, digest=show(to_sign.digest), typed_data=to_sign.typed_data)


class PreparedShape(Shape):
    """待签内容；签名后随下单提交 · sign each, then place the order with the signatures."""

    model_config = example(quote=SAMPLE, expires_at=LATER, to_sign=[])

    quote: QuoteShape
    expires_at: Moment
    to_sign: list[ToSignShape]

    @classmethod
    def of(cls, prepared: Prepared) -> Self:
        """As it is shown."""
        pairs = zip(prepared.requests, prepared.to_sign, strict=True)
        return cls(
            quote=QuoteShape.of(prepared.quote),
            expires_at=moment(prepared.expires_at_s),
            to_sign=[ToSignShape.of_hold(request, to_sign) for request, to_sign in pairs],
        )


class PartOfOrder(Shape):
    """核销或退回的数量；缺省为全部 · how much; all of it where units is missing."""

    model_config = example(units=1000)

    units: Units | None = None


class CancelSignature(Word):
    """居民对取消一笔预留的签名 · the resident's word for one hold."""

    model_config = example(hold_id=_HOLD, expires_at=LATER, signature=SIGNATURE)

    hold_id: HashHex


class CancelOrder(Shape):
    """居民取消；自持密钥的账户须附签名 · the resident's own cancel."""

    model_config = example(signed=[])

    signed: Annotated[list[CancelSignature], Field(max_length=64)] = Field(default_factory=list)

    def words(self) -> dict[bytes, Signed]:
        """Signatures by hold id, as the service takes them."""
        return {unshow(one.hold_id): one.signed() for one in self.signed}


class PrepareCancel(Shape):
    """准备取消的待签内容 · what cancels holds of accounts with a key of their own."""

    model_config = example(expires_in_s=600)

    expires_in_s: Within = 600


class CancelToSign(Digest):
    """取消一笔预留的待签内容 · what cancels one hold."""

    model_config = example(hold_id=_HOLD, digest="0x" + "0d" * 32, typed_data={})

    hold_id: HashHex


class PreparedCancel(Shape):
    """待签内容；签名后随取消提交 · sign each, then cancel with the signatures."""

    model_config = example(expires_at=LATER, to_sign=[])

    expires_at: Moment
    to_sign: list[CancelToSign]

    @classmethod
    def of(cls, expires_at_s: int, to_sign: Mapping[bytes, ToSign]) -> Self:
        """As it is shown."""
        return cls(
            expires_at=moment(expires_at_s),
            to_sign=[
                CancelToSign(
                    hold_id=show(hold_id), digest=show(one.digest), typed_data=one.typed_data
                )
                for hold_id, one in to_sign.items()
            ],
        )


class NoContent(Shape):
    """无需内容：发送 {} · nothing to say: send {}."""

    model_config = example()


class HoldShape(Shape):
    """兑换单中的一笔预留 · one hold of an order."""

    model_config = example(
        id=_HOLD,
        issuer=1,
        account=_ACCOUNT,
        amount=_AMOUNT,
        phase="held",
        captured=_NOTHING,
        refunded=_NOTHING,
    )

    id: HashHex
    issuer: MemberNumber
    account: AccountHex
    amount: Amount
    phase: Phase
    captured: Amount
    refunded: Amount

    @classmethod
    def of(cls, part: HoldPart) -> Self:
        """As it is shown."""
        return cls(
            id=show(part.id),
            issuer=part.issuer,
            account=show(part.account),
            amount=Amount.of(part.units),
            phase=part.phase,
            captured=Amount.of(part.captured_units),
            refunded=Amount.of(part.refunded_units),
        )


class OrderShape(Shape):
    """兑换单；承兑方看不到钱包与账户 · an order; acceptors see neither wallet nor account."""

    model_config = example(
        id=_ORDER,
        wallet=_WALLET,
        purpose="redeem",
        acceptor=3,
        amount=_AMOUNT,
        service_at=LATER,
        deadline=LATER,
        placed_at="2026-05-02T09:30:00+08:00",
        state="held",
        captured=_NOTHING,
        refunded=_NOTHING,
        holds=[],
        reason=None,
        confirmed=True,
        final=True,
        dry_run=False,
    )

    id: str
    wallet: str | None
    purpose: Purpose
    acceptor: MemberNumber
    amount: Amount
    service_at: Moment
    deadline: Moment
    placed_at: Moment
    state: State
    captured: Amount
    refunded: Amount
    holds: list[HoldShape] | None
    reason: ProblemShape | None = Field(description="上一步被拒的原因 · why the last step failed")
    confirmed: bool = Field(description="已上链 · stands in a block")
    final: bool = Field(description="已最终确认 · that block stays")
    dry_run: bool = False

    @classmethod
    def of(
        cls,
        order: Order,
        lang: Lang,
        names: MemberName,
        *,
        accounts: bool,
        dry_run: bool = False,
    ) -> Self:
        """As it is shown; ``accounts``: to somebody who may know whose points they are."""
        reason = None if order.reason is None else problem(order.reason, lang, names)
        return cls(
            id=order.id,
            wallet=order.wallet if accounts else None,
            purpose=order.purpose,
            acceptor=order.acceptor,
            amount=Amount.of(order.units),
            service_at=moment(order.service_at_s),
            deadline=moment(order.deadline_s),
            placed_at=moment(order.placed_at_s),
            state=order.state,
            captured=Amount.of(order.captured_units),
            refunded=Amount.of(order.refunded_units),
            holds=[HoldShape.of(part) for part in order.parts] if accounts else None,
            reason=reason,
            confirmed=order.confirmed,
            final=order.final,
            dry_run=dry_run,
        )


class OrderPage(Shape):
    """兑换单，新的在前 · orders, newest first."""

    model_config = example(orders=[], next_cursor=None)

    orders: list[OrderShape]
    next_cursor: str | None
