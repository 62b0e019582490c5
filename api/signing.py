"""Shapes of what a resident's own key signs, shared by orders, gifts and keys.

A desk or the resident's device asks what to sign, shows the typed data, signs the digest (EIP-712)
and sends the signature with the command. Secrets never come here.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field

from api.shapes import HashHex, Moment, Shape, SignatureHex, example, seconds, show, unshow
from ledger.redeeming.values import Signed, ToSign

LATER = "2026-05-09T12:00:00+08:00"
SIGNATURE = "0x" + "1b" * 65
Within = Annotated[
    int, Field(ge=60, le=86_400, description="须在多少秒内签名 · seconds within which to sign")
]


class Digest(Shape):
    """待签内容（EIP-712）· what to sign."""

    model_config = example(digest="0x" + "0d" * 32, typed_data={})

    digest: HashHex
    typed_data: dict[str, Any] = Field(description="供签名前展示 · to show before signing")

    @classmethod
    def of(cls, to_sign: ToSign) -> Self:
        """As it is shown."""
        return cls(digest=show(to_sign.digest), typed_data=to_sign.typed_data)


class Word(Shape):
    """居民的签名 · the resident's signature and until when it counts."""

    model_config = example(expires_at=LATER, signature=SIGNATURE)

    expires_at: Moment
    signature: SignatureHex

    def signed(self) -> Signed:
        """As the service takes it."""
        return Signed(seconds(self.expires_at), unshow(self.signature))
