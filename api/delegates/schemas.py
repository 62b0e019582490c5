"""Shapes of family delegates."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.desk.schemas import SAMPLE_HANDED, Contact, Handed, Relation
from api.residents.schemas import SAMPLE_AT, SAMPLE_CARD, SAMPLE_WALLET
from api.shapes import Amount, Id, MemberNumber, Moment, Shape, Triable, Units, example, moment
from ledger.residents.delegates import acceptors_of
from ledger.store.residents_people import DelegationRow

_AMOUNT = {"units": 5000, "points": "50.00"}
_DELEGATE = {
    "id": SAMPLE_CARD,
    "wallet": SAMPLE_WALLET,
    "relation": "女儿",
    "of_an_order": _AMOUNT,
    "of_a_month": _AMOUNT,
    "acceptors": [3],
    "made_at": SAMPLE_AT,
    "until": "2027-05-01T00:00:00+08:00",
    "revoked_at": None,
}


class RegisterDelegate(Triable):
    """登记代兑人：居民本人在柜台办理 · what a resident lets somebody of the family do."""

    model_config = example(
        wallet=SAMPLE_WALLET,
        relation="女儿",
        order_units=5000,
        month_units=20000,
        acceptors=[3],
        until="2027-05-01T00:00:00+08:00",
        contact=None,
    )

    wallet: Id
    relation: Relation
    order_units: Units
    month_units: Units
    acceptors: Annotated[list[MemberNumber], Field(max_length=64)] = Field(
        default_factory=list, description="可用的承兑方；空为不限 · where; empty: anywhere"
    )
    until: Moment
    contact: Contact | None = None


class DelegateShape(Shape):
    """代兑 · a delegate's rights."""

    model_config = example(**_DELEGATE)

    id: str
    wallet: str
    relation: str
    of_an_order: Amount
    of_a_month: Amount
    acceptors: list[MemberNumber]
    made_at: Moment
    until: Moment
    revoked_at: Moment | None

    @classmethod
    def of(cls, row: DelegationRow) -> Self:
        """As it is shown."""
        return cls(
            id=row.id,
            wallet=row.wallet,
            relation=row.relation,
            of_an_order=Amount.of(row.order_units),
            of_a_month=Amount.of(row.month_units),
            acceptors=list(acceptors_of(row)),
            made_at=moment(row.made_s),
            until=moment(row.until_s),
            revoked_at=None if row.revoked_s is None else moment(row.revoked_s),
        )


class Registered(Shape):
    """代兑及其通兑卡 · the delegation with the card that is handed over."""

    model_config = example(
        delegate=_DELEGATE,
        handed=SAMPLE_HANDED,
    )

    delegate: DelegateShape
    handed: Handed


class DelegateList(Shape):
    """钱包的代兑 · a wallet's delegations, ended ones too."""

    model_config = example(delegates=[])

    delegates: list[DelegateShape]
