"""Shapes of orders: what is asked, and how an order stands."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.offers.wanted import PURPOSE, Buying, TakenShape
from api.orders.signed import CancelSignature, SignedHoldShape
from api.problems import ProblemShape, problem
from api.shapes import (
    AccountHex,
    Amount,
    HashHex,
    Id,
    MemberNumber,
    Moment,
    Shape,
    Triable,
    Units,
    example,
    moment,
    show,
    unshow,
)
from api.signing import LATER
from ledger.offers.values import Wanted
from ledger.redeeming.values import HoldPart, Order, Phase, Purpose, Signed, State
from ledger.refusals import Lang, MemberName

_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_ORDER = "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90"
_ACCOUNT = "0xac00000000000000000000000000000000000002"
_HOLD = "0x" + "07" * 32
_AMOUNT = {"units": 1500, "points": "15.00"}
_NOTHING = {"units": 0, "points": "0.00"}


class PlaceOrder(Buying):
    """下兑换单：全部预留成功，或全部不预留 · all its holds or none."""

    model_config = example(
        PURPOSE,
        wallet=_WALLET,
        acceptor=3,
        units=1500,
        service_at=LATER,
        deadline=LATER,
        signed=[],
        dry_run=False,
    )

    wallet: Id
    service_at: Moment | None = Field(
        default=None, description="服务时间，之前居民可取消；有时段时缺省为其开始"
    )
    deadline: Moment | None = Field(default=None, description="核销期限；缺省为积分允许的最晚时间")
    signed: Annotated[list[SignedHoldShape], Field(max_length=64)] = Field(default_factory=list)
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class PartOfOrder(Triable):
    """核销或退回的数量；缺省为全部 · how much; all of it where units is missing."""

    model_config = example(units=1000)

    units: Units | None = None


class CancelOrder(Triable):
    """居民取消；自持密钥的账户须附签名 · the resident's own cancel."""

    model_config = example(signed=[])

    signed: Annotated[list[CancelSignature], Field(max_length=64)] = Field(default_factory=list)

    def words(self) -> dict[bytes, Signed]:
        """Signatures by hold id, as the service takes them."""
        return {unshow(one.hold_id): one.signed() for one in self.signed}


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
        offer=None,
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
    offer: TakenShape | None = Field(description="所兑换的项目 · what it takes of which offer")
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
        wanted: Wanted | None = None,
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
            offer=None if wanted is None else TakenShape.of(wanted),
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
