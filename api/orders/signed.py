"""Shapes of what residents' own keys sign for orders: holds to place, holds to cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from api.offers.wanted import PURPOSE, Buying
from api.quotes.schemas import SAMPLE, QuoteShape
from api.shapes import (
    AccountHex,
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
from ledger.redeeming.values import Prepared, SignedHold, ToSign

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_HOLD = "0x" + "07" * 32
_DIGEST = "0x" + "0d" * 32
_TERMS = {
    "hold_id": _HOLD,
    "issuer": 1,
    "account": "0xac00000000000000000000000000000000000002",
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


class PrepareOrder(Buying):
    """为自持密钥的居民准备待签内容 · what the resident's keys have to sign."""

    model_config = example(PURPOSE, wallet=_WALLET, acceptor=3, units=1500, expires_in_s=600)

    wallet: Id
    service_at: Moment | None = None
    deadline: Moment | None = None
    expires_in_s: Within = 600


class ToSignShape(Digest):
    """一笔预留的待签内容（EIP-712）· one hold to sign."""

    model_config = example(hold=_TERMS, digest=_DIGEST, typed_data={})

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


class CancelSignature(Word):
    """居民对取消一笔预留的签名 · the resident's word for one hold."""

    model_config = example(hold_id=_HOLD, expires_at=LATER, signature=SIGNATURE)

    hold_id: HashHex


class PrepareCancel(Shape):
    """准备取消的待签内容 · what cancels holds of accounts with a key of their own."""

    model_config = example(expires_in_s=600)

    expires_in_s: Within = 600


class CancelToSign(Digest):
    """取消一笔预留的待签内容 · what cancels one hold."""

    model_config = example(hold_id=_HOLD, digest=_DIGEST, typed_data={})

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
