"""What an order is for: so much for an acceptor, or something of an offer, which says the rest."""

from __future__ import annotations

from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.guard import Call
from api.shapes import Id, MemberNumber, Shape, Units, example, given
from ledger.offers.values import Wanted

_OFFER = "3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f"
NUMBER_MOST = 1_000
PURPOSE = {"anyOf": [given("offer"), given("acceptor", "units")]}
"""The rule of everything that is for something."""

Number = Annotated[int, Field(strict=True, ge=1, le=NUMBER_MOST)]
SlotNumber = Annotated[int, Field(strict=True, ge=1, le=NUMBER_MOST)]


class Buying(Shape):
    """兑换什么：承兑方与数量，或一个兑换项目 · acceptor and units, or an offer."""

    model_config = example(PURPOSE, offer=_OFFER, number=1, slot=None)

    acceptor: MemberNumber | None = Field(
        default=None, description="承兑方；有 offer 时可不写 · may be left out with an offer"
    )
    units: Units | None = Field(
        default=None,
        description="单位 0.01 积分；有 offer 时可不写，写了须一致 · with an offer: what was seen",
    )
    offer: Id | None = Field(default=None, description="兑换项目 · what is ordered")
    number: Number = Field(default=1, description="几份 · how many of it")
    slot: SlotNumber | None = Field(default=None, description="时段 · for an offer with slots")

    @model_validator(mode="after")
    def _check_purpose(self) -> Self:
        """Something must be named."""
        if self.offer is None and (self.acceptor is None or self.units is None):
            message = "say acceptor and units, or an offer"
            raise PydanticCustomError("no_purpose", message)
        return self

    def wanted(self) -> Wanted | None:
        """Of an offer, if it is for one."""
        return None if self.offer is None else Wanted(self.offer, self.number, self.slot)


class Bought(NamedTuple):
    """The same with what the offer says."""

    acceptor: int
    units: int
    service_at_s: int | None
    wanted: Wanted | None


def bought(call: Call, body: Buying) -> Bought:
    """What is ordered. Raises Rejected("offer.unknown")."""
    wanted = body.wanted()
    if wanted is None:
        assert body.acceptor is not None, "checked by the shape"
        assert body.units is not None, "checked by the shape"
        return Bought(body.acceptor, body.units, None, None)
    terms = call.office.market.offering.terms(wanted)
    acceptor, units = body.acceptor or terms.acceptor, body.units or terms.units
    return Bought(acceptor, units, terms.service_at_s, wanted)


class TakenShape(Shape):
    """兑换单所用的兑换项目 · what an order took of an offer."""

    model_config = example(offer=_OFFER, number=1, slot=None)

    offer: str
    number: int
    slot: int | None

    @classmethod
    def of(cls, wanted: Wanted) -> Self:
        """As it is shown."""
        return cls(offer=wanted.offer, number=wanted.number, slot=wanted.slot)
