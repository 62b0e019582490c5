"""Shapes of gifts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.shapes import (
    AccountHex,
    HashHex,
    Id,
    MemberNumber,
    Moment,
    Shape,
    SignatureHex,
    Units,
    example,
    seconds,
    unshow,
)
from ledger.chain.calls import DonationRequest
from ledger.redeeming.values import Signed, SignedGift

_FUND = "0x0000000000000000000000000000000000000005"
_ACCOUNT = "0xac00000000000000000000000000000000000002"
_LATER = "2026-05-09T12:00:00+08:00"


class SignedGiftShape(Shape):
    """居民自持密钥签名的捐赠 · a gift under the resident's own key."""

    model_config = example(
        donation_id="0x" + "07" * 32,
        issuer=1,
        account=_ACCOUNT,
        fund_account=_FUND,
        units=500,
        expires_at=_LATER,
        signature="0x" + "1b" * 65,
    )

    donation_id: HashHex
    issuer: MemberNumber
    account: AccountHex
    fund_account: AccountHex
    units: Units
    expires_at: Moment
    signature: SignatureHex

    def signed(self) -> SignedGift:
        """As the service takes it."""
        request = DonationRequest(
            unshow(self.donation_id),
            self.issuer,
            unshow(self.account),
            unshow(self.fund_account),
            self.units,
        )
        return SignedGift(request, Signed(seconds(self.expires_at), unshow(self.signature)))


class Donate(Shape):
    """捐给社区基金的账户 · a gift to an account of the community fund."""

    model_config = example(
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        fund_account=_FUND,
        units=500,
        signed=[],
        dry_run=False,
    )

    wallet: Id
    fund_account: AccountHex
    units: Units
    signed: Annotated[list[SignedGiftShape], Field(max_length=64)] = Field(default_factory=list)
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")
