"""Shapes of gifts."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

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
    show,
    unshow,
)
from api.signing import LATER, SIGNATURE, Digest, Within, Word
from ledger.chain.calls import DonationRequest
from ledger.redeeming.values import PreparedGift, SignedGift

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_FUND = "0x0000000000000000000000000000000000000005"
_GIFT = {
    "donation_id": "0x" + "07" * 32,
    "issuer": 1,
    "account": "0xac00000000000000000000000000000000000002",
    "fund_account": _FUND,
    "units": 500,
}


class GiftTerms(Shape):
    """一笔捐赠的内容 · what one gift says."""

    model_config = example(**_GIFT)

    donation_id: HashHex
    issuer: MemberNumber
    account: AccountHex
    fund_account: AccountHex
    units: Units

    @classmethod
    def of(cls, request: DonationRequest) -> Self:
        """As it is shown."""
        return cls(
            donation_id=show(request.donation_id),
            issuer=request.issuer,
            account=show(request.account),
            fund_account=show(request.fund_account),
            units=request.units,
        )

    def request(self) -> DonationRequest:
        """As the desk takes it."""
        account, fund_account = unshow(self.account), unshow(self.fund_account)
        donation_id = unshow(self.donation_id)
        return DonationRequest(donation_id, self.issuer, account, fund_account, self.units)


class SignedGiftShape(Word):
    """居民自持密钥签名的捐赠 · a gift under the resident's own key."""

    model_config = example(gift=_GIFT, expires_at=LATER, signature=SIGNATURE)

    gift: GiftTerms

    def signed_gift(self) -> SignedGift:
        """As the service takes it."""
        return SignedGift(self.gift.request(), self.signed())


class Donate(Shape):
    """捐给社区基金的账户 · a gift to an account of the community fund."""

    model_config = example(wallet=_WALLET, fund_account=_FUND, units=500, signed=[], dry_run=False)

    wallet: Id
    fund_account: AccountHex
    units: Units
    signed: Annotated[list[SignedGiftShape], Field(max_length=64)] = Field(default_factory=list)
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class PrepareDonation(Shape):
    """为自持密钥的居民准备待签内容 · what the resident's keys have to sign."""

    model_config = example(wallet=_WALLET, fund_account=_FUND, units=500, expires_in_s=600)

    wallet: Id
    fund_account: AccountHex
    units: Units
    expires_in_s: Within = 600


class GiftToSign(Digest):
    """一笔捐赠的待签内容 · one gift to sign."""

    model_config = example(gift=_GIFT, digest="0x" + "0d" * 32, typed_data={})

    gift: GiftTerms


class PreparedDonation(Shape):
    """待签内容；签名后随捐赠提交 · sign each, then donate with the signatures."""

    model_config = example(quote=SAMPLE, expires_at=LATER, to_sign=[])

    quote: QuoteShape
    expires_at: Moment
    to_sign: list[GiftToSign]

    @classmethod
    def of(cls, prepared: PreparedGift) -> Self:
        """As it is shown."""
        pairs = zip(prepared.requests, prepared.to_sign, strict=True)
        return cls(
            quote=QuoteShape.of(prepared.quote),
            expires_at=moment(prepared.expires_at_s),
            to_sign=[
                GiftToSign(
                    gift=GiftTerms.of(request),
                    digest=show(to_sign.digest),
                    typed_data=to_sign.typed_data,
                )
                for request, to_sign in pairs
            ],
        )
